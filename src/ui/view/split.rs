//! What the split step says, and how its settings are read from text.

use crate::split::{SplitSpec, SplitSummary, TestSize};
use crate::ui::view::format;
use crate::ui::view::ingest::counted;
use crate::ui::view::prose::Prose;

/// `4,000 rows train the model; 1,000 (20 %) are held back to test it. Shuffled with seed 42.`
#[must_use]
pub fn sentence(summary: &SplitSummary, spec: Option<&SplitSpec>) -> Prose {
    let Some(spec) = spec else {
        return Prose::default()
            .strong(counted(summary.n_train, "row", "rows"))
            .plain(if summary.n_train == 1 { " trains the model" } else { " train the model" })
            .plain("; none is held back, so nothing tests it on rows it has not seen.");
    };
    let share = summary.n_test as f64 / (summary.n_train + summary.n_test).max(1) as f64;
    let are = if summary.n_test == 1 { "is" } else { "are" };
    let order = match (spec.shuffle, &spec.stratify) {
        (false, _) => "In the file's order: the last rows are the test.".to_owned(),
        (true, None) => format!("Shuffled with seed {}.", spec.random_state),
        (true, Some(column)) => {
            format!("Shuffled with seed {}, each value of {column} with its share in both parts.", spec.random_state)
        }
    };
    Prose::default()
        .strong(counted(summary.n_train, "row", "rows"))
        .plain(if summary.n_train == 1 { " trains the model; " } else { " train the model; " })
        .strong(format::count(summary.n_test))
        .plain(format!(" ({}) {are} held back to test it. {order}", format::percent(share)))
}

/// The test size as it stands in the field: `0.2`, `1000`.
#[must_use]
pub fn test_size_text(size: TestSize) -> String {
    match size {
        TestSize::Count(n) => n.to_string(),
        // `1` would be a count.
        TestSize::Share(share) => {
            if share.fract() == 0.0 {
                format!("{share:.1}")
            } else {
                share.to_string()
            }
        }
    }
}

/// Reads a test size: `0.2` and `20 %` are shares, `1000` a count.
///
/// # Errors
/// A sentence for the field, when it is neither or leaves no row for one of the parts (`rows`, where known).
pub fn parse_test_size(text: &str, rows: Option<u64>) -> Result<TestSize, String> {
    let text = text.trim();
    let neither = || "A share such as 0.2 or 20 %, or a number of rows such as 1000.".to_owned();
    let share = |share: f64| {
        if share > 0.0 && share < 1.0 {
            Ok(TestSize::Share(share))
        } else {
            Err("A share lies between 0 and 1, for example 0.2.".to_owned())
        }
    };
    if let Some(percent) = text.strip_suffix('%') {
        let percent: f64 = percent.trim().replace(',', ".").parse().map_err(|_| neither())?;
        return share(percent / 100.0);
    }
    let grouped = text.replace([' ', '\u{a0}'], "");
    if let Ok(n) = grouped.parse::<u64>() {
        return match (n, rows) {
            (0, _) => Err("At least one row must be left to test.".into()),
            (n, Some(rows)) if n >= rows => Err(format!(
                "There are {} rows: test at most {}.",
                format::count(rows),
                format::count(rows.saturating_sub(1))
            )),
            (n, _) => Ok(TestSize::Count(n)),
        };
    }
    share(grouped.replace(',', ".").parse().map_err(|_| neither())?)
}

/// Reads a seed.
///
/// # Errors
/// A sentence for the field, when it is not a whole number from 0 to 4,294,967,295.
pub fn parse_seed(text: &str) -> Result<u32, String> {
    text.trim().parse().map_err(|_| "A whole number from 0 to 4,294,967,295.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_size_is_a_share_or_a_count() {
        assert_eq!(parse_test_size("0.2", None), Ok(TestSize::Share(0.2)));
        assert_eq!(parse_test_size("0,25", None), Ok(TestSize::Share(0.25)));
        assert_eq!(parse_test_size("20 %", None), Ok(TestSize::Share(0.2)));
        assert_eq!(parse_test_size("1000", Some(5_000)), Ok(TestSize::Count(1_000)));
        assert_eq!(parse_test_size("1 000", Some(5_000)), Ok(TestSize::Count(1_000)));
        for wrong in ["", "many", "0", "-1", "1.5", "0.0", "120 %", "NaN", "5000"] {
            assert!(parse_test_size(wrong, Some(5_000)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_test_size_comes_back_from_its_text() {
        for size in [TestSize::Share(0.2), TestSize::Share(0.1234567), TestSize::Count(7)] {
            assert_eq!(parse_test_size(&test_size_text(size), None), Ok(size));
        }
    }

    #[test]
    fn a_seed_is_what_numpy_takes() {
        assert_eq!(parse_seed("4294967295"), Ok(u32::MAX));
        assert!(parse_seed("4294967296").is_err());
        assert!(parse_seed("-1").is_err());
    }
}
