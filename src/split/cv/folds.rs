//! What a splitter gives.

/// Folds over positions 0 to `n_rows` − 1 in the list of rows that is cross-validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folds {
    pub n_rows: usize,
    pub folds: Vec<Fold>,
}

/// Positions of one fold, in scikit-learn's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    pub test: Vec<u32>,
    /// `None`: all others, ascending.
    pub train: Option<Vec<u32>>,
}

impl Folds {
    /// Number of folds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.folds.len()
    }

    /// Whether there are no folds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.folds.is_empty()
    }

    /// Test positions of a fold; none beyond the last.
    #[must_use]
    pub fn test(&self, fold: usize) -> &[u32] {
        self.folds.get(fold).map_or(&[], |fold| fold.test.as_slice())
    }

    /// Training positions of a fold; none beyond the last.
    #[must_use]
    pub fn train(&self, fold: usize) -> Vec<u32> {
        match self.folds.get(fold) {
            None => Vec::new(),
            Some(Fold { train: Some(train), .. }) => train.clone(),
            Some(Fold { test, train: None }) => {
                let mut is_test = vec![false; self.n_rows];
                test.iter().filter_map(|row| is_test.get_mut(*row as usize).map(|mark| *mark = true)).for_each(drop);
                is_test.iter().zip(0..).filter(|(is_test, _)| !**is_test).map(|(_, row)| row).collect()
            }
        }
    }

    /// Number of training rows of a fold.
    #[must_use]
    pub fn n_train(&self, fold: usize) -> usize {
        self.folds.get(fold).map_or(0, |fold| match &fold.train {
            Some(train) => train.len(),
            None => self.n_rows.saturating_sub(fold.test.len()),
        })
    }

    /// Whether every row is tested exactly once and trained on in all other folds: then the factor of "all but one fold" is
    /// the merge of the others' factors.
    #[must_use]
    pub fn is_partition(&self) -> bool {
        let mut n_tested = vec![0_u32; self.n_rows];
        for row in self.folds.iter().flat_map(|fold| &fold.test) {
            n_tested.get_mut(*row as usize).into_iter().for_each(|count| *count += 1);
        }
        self.folds.iter().all(|fold| fold.train.is_none()) && n_tested.iter().all(|count| *count == 1)
    }

    /// Folds from the fold number of every row.
    pub(super) fn from_numbers(numbers: &[u32], n_splits: u32) -> Self {
        let mut folds = vec![Fold { test: Vec::new(), train: None }; n_splits as usize];
        for (row, number) in (0..).zip(numbers) {
            folds.get_mut(*number as usize).into_iter().for_each(|fold| fold.test.push(row));
        }
        Self { n_rows: numbers.len(), folds }
    }
}

/// Sizes of `n_splits` parts of `n`: the first `n mod n_splits` have one more.
pub(super) fn sizes(n: u32, n_splits: u32) -> impl Iterator<Item = u32> {
    let (size, larger) = (n / n_splits.max(1), n % n_splits.max(1));
    (0..n_splits).map(move |part| size + u32::from(part < larger))
}
