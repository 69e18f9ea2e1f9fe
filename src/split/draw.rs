//! Drawing the rows: `train_test_split`, row for row as scikit-learn.

use super::{RandomState, SplitError, SplitSpec, TestSize};
use crate::base::{Digest, Hasher};

/// Row numbers of both parts, in scikit-learn's order (not sorted). No row is in both; together they are all rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub train: Vec<u32>,
    pub test: Vec<u32>,
}

/// scikit-learn's `train_test_split` of the rows 0 to `n_rows` − 1.
///
/// `classes` is a class number a row, from 0 without gaps (see `class_codes`); it is used when `spec.stratify` is set,
/// and needed then.
///
/// # Errors
/// A test size that is no share, is too large or leaves no train rows; for stratifying: without shuffling, without a
/// class for every row, with a class of one row, or with fewer rows in a part than there are classes.
pub fn train_test_split(n_rows: usize, spec: &SplitSpec, classes: Option<&[u32]>) -> Result<Split, SplitError> {
    let n = u32::try_from(n_rows).map_err(|_| SplitError::TooManyRows(n_rows))?;
    let n_test = count_test_rows(n, spec.test_size)?;
    match (spec.shuffle, &spec.stratify) {
        (false, Some(_)) => Err(SplitError::StratifyWithoutShuffle),
        (false, None) => Ok(Split { train: (0..n - n_test).collect(), test: (n - n_test..n).collect() }),
        (true, None) => {
            let mut test = RandomState::new(spec.random_state).permutation(n);
            let train = test.split_off(n_test as usize);
            Ok(Split { train, test })
        }
        (true, Some(_)) => match classes.unwrap_or_default() {
            classes if classes.len() == n_rows => stratified(classes, n - n_test, n_test, spec.random_state),
            classes => Err(SplitError::ClassesLength { n_classes: classes.len(), n_rows }),
        },
    }
}

/// How many rows are test rows: at least 1 and at most n − 1.
pub(super) fn count_test_rows(n: u32, test_size: TestSize) -> Result<u32, SplitError> {
    let n_rows = n as usize;
    match test_size {
        TestSize::Share(share) if !(share > 0.0 && share < 1.0) => Err(SplitError::TestSize(share)),
        TestSize::Share(share) => match (share * f64::from(n)).ceil() as u32 {
            n_test if n_test < n => Ok(n_test),
            _ => Err(SplitError::EmptyTrain { test_size: share, n_rows }),
        },
        TestSize::Count(0) => Err(SplitError::TestSize(0.0)),
        TestSize::Count(count) => match u32::try_from(count) {
            Ok(n_test) if n_test < n => Ok(n_test),
            _ => Err(SplitError::CountTooLarge { test_size: count, n_rows }),
        },
    }
}

/// Each class keeps its share in both parts, as `StratifiedShuffleSplit` draws it.
fn stratified(classes: &[u32], n_train: u32, n_test: u32, seed: u32) -> Result<Split, SplitError> {
    let rows_of = checked_strata(classes, n_train, n_test)?;
    Ok(draw_strata(&rows_of, n_train, n_test, &mut RandomState::new(seed)))
}

/// The rows of each class, where both parts can hold every class.
pub(super) fn checked_strata(classes: &[u32], n_train: u32, n_test: u32) -> Result<Vec<Vec<u32>>, SplitError> {
    let rows_of = rows_by_class(classes);
    let n_classes = rows_of.len();
    let n_small = rows_of.iter().filter(|rows| rows.len() < 2).count();
    if n_small > 0 {
        return Err(SplitError::ClassTooSmall { n_small, n_classes });
    }
    for (part, n_rows) in [("train", n_train as usize), ("test", n_test as usize)] {
        if n_rows < n_classes {
            return Err(SplitError::FewerRowsThanClasses { part, n_rows, n_classes });
        }
    }
    Ok(rows_of)
}

/// One draw; the stream goes on for the next.
pub(super) fn draw_strata(rows_of: &[Vec<u32>], n_train: u32, n_test: u32, random: &mut RandomState) -> Split {
    let counts: Vec<usize> = rows_of.iter().map(Vec::len).collect();
    let train_counts = approximate_mode(&counts, n_train as usize, random);
    let left: Vec<usize> = counts.iter().zip(&train_counts).map(|(all, train)| all.saturating_sub(*train)).collect();
    let test_counts = approximate_mode(&left, n_test as usize, random);
    let mut split = Split { train: Vec::with_capacity(n_train as usize), test: Vec::with_capacity(n_test as usize) };
    for ((rows, n_train), n_test) in rows_of.iter().zip(train_counts).zip(test_counts) {
        // Shuffling the rows themselves gives what scikit-learn gets by taking them in the order of a permutation.
        let mut rows = rows.clone();
        random.shuffle(&mut rows);
        split.train.extend(rows.iter().take(n_train));
        split.test.extend(rows.iter().skip(n_train).take(n_test));
    }
    random.shuffle(&mut split.train);
    random.shuffle(&mut split.test);
    split
}

/// The rows of each class, ascending.
fn rows_by_class(classes: &[u32]) -> Vec<Vec<u32>> {
    let n_classes = classes.iter().max().map_or(0, |max| *max as usize + 1);
    let mut rows_of = vec![Vec::new(); n_classes];
    for (row, class) in (0..).zip(classes) {
        if let Some(rows) = rows_of.get_mut(*class as usize) {
            rows.push(row);
        }
    }
    rows_of
}

/// How many of `n_draws` each class gets: its proportional share rounded down, the rest by largest remainder.
/// Equal remainders are drawn by lot, and the lot is drawn even when all of them win.
fn approximate_mode(counts: &[usize], n_draws: usize, random: &mut RandomState) -> Vec<usize> {
    let total = counts.iter().sum::<usize>() as f64;
    let shares: Vec<f64> = counts.iter().map(|count| *count as f64 / total * n_draws as f64).collect();
    let mut drawn: Vec<usize> = shares.iter().map(|share| share.floor() as usize).collect();
    let mut to_add = n_draws.saturating_sub(drawn.iter().sum());
    let by_remainder: Vec<(f64, usize)> =
        shares.iter().enumerate().map(|(class, share)| (share - share.floor(), class)).collect();
    // A stable sort: classes of equal remainder stay in order.
    let by_remainder = crate::base::sorted_by(by_remainder, |a, b| b.0.total_cmp(&a.0));
    for equal in by_remainder.chunk_by(|a, b| a.0 == b.0) {
        if to_add == 0 {
            break;
        }
        let add_now = equal.len().min(to_add);
        for place in random.choice_without_replacement(u32::try_from(equal.len()).unwrap_or(u32::MAX), add_now) {
            let winner = equal.get(place as usize).and_then(|(_, class)| drawn.get_mut(*class));
            winner.into_iter().for_each(|count| *count += 1);
        }
        to_add -= add_now;
    }
    drawn
}

/// Digest over the train rows, then the test rows, as little-endian u32: equal digests mean the same rows in both parts.
#[must_use]
pub fn rows_digest(split: &Split) -> Digest {
    let mut hasher = Hasher::default();
    let mut bytes = Vec::with_capacity(4 * 4096);
    for chunk in split.train.chunks(4096).chain(split.test.chunks(4096)) {
        bytes.clear();
        bytes.extend(chunk.iter().flat_map(|row| row.to_le_bytes()));
        hasher.update(&bytes);
    }
    hasher.digest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

    fn spec(test_size: TestSize) -> SplitSpec {
        SplitSpec { test_size, ..SplitSpec::default() }
    }

    fn strata() -> SplitSpec {
        SplitSpec { stratify: Some("y".into()), ..SplitSpec::default() }
    }

    #[track_caller]
    fn check(result: Result<Split, SplitError>, code: &str, part_of_message: &str) {
        let error = result.unwrap_err();
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains(part_of_message), "{error}");
    }

    #[test]
    fn impossible_sizes_are_refused_with_the_remedy() {
        for share in [0.0, 1.0, -0.1, 7.5, f64::NAN] {
            check(train_test_split(10, &spec(TestSize::Share(share)), None), "split.test_size", "between 0 and 1");
        }
        check(train_test_split(10, &spec(TestSize::Count(0)), None), "split.test_size", "from 1");
        check(train_test_split(10, &spec(TestSize::Count(10)), None), "split.count_too_large", "table has 10");
        check(train_test_split(1, &spec(TestSize::Count(u64::MAX)), None), "split.count_too_large", "smaller");
        check(train_test_split(0, &spec(TestSize::Share(0.2)), None), "split.empty_train", "0 rows");
        check(train_test_split(1, &spec(TestSize::Share(0.2)), None), "split.empty_train", "1 row and");
        check(train_test_split(10, &spec(TestSize::Share(0.99)), None), "split.empty_train", "0.99");
    }

    #[test]
    fn strata_that_cannot_be_kept_are_refused() {
        let unshuffled = SplitSpec { shuffle: false, ..strata() };
        check(train_test_split(4, &unshuffled, Some(&[0, 0, 1, 1])), "split.stratify_without_shuffle", "shuffling");
        check(train_test_split(4, &strata(), Some(&[0, 0, 0, 1])), "split.class_too_small", "1 of the 2");
        let six = [0, 0, 1, 1, 2, 2];
        check(train_test_split(6, &strata(), Some(&six)), "split.fewer_rows_than_classes", "test part has 2 rows");
        let all_test = SplitSpec { test_size: TestSize::Count(4), ..strata() };
        check(train_test_split(6, &all_test, Some(&six)), "split.fewer_rows_than_classes", "train part has 2 rows");
        check(train_test_split(4, &strata(), None), "split.classes_length", "0 classes");
    }

    #[test]
    fn the_digest_is_over_train_then_test() {
        let split = Split { train: (0..5000).collect(), test: vec![7, 258] };
        let bytes: Vec<u8> = (0..5000_u32).chain([7, 258]).flat_map(u32::to_le_bytes).collect();
        assert_eq!(rows_digest(&split), Digest::of(&bytes));
    }
}
