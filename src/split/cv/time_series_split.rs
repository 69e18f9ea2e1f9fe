//! `TimeSeriesSplit`: the past predicts the future.

use serde::{Deserialize, Serialize};

use super::{CvError, Fold, Folds, Splitter};
use crate::base::{Param, ParamKind};

/// Rows in the order of time: each fold tests the rows that follow its training rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimeSeriesSplit {
    pub n_splits: u32,
    /// At most so many training rows, the latest.
    pub max_train_size: Option<u32>,
    /// Test rows a fold; `None`: rows / (folds + 1).
    pub test_size: Option<u32>,
    /// Rows left out between training and test rows.
    pub gap: u32,
}

impl Default for TimeSeriesSplit {
    fn default() -> Self {
        Self { n_splits: 5, max_train_size: None, test_size: None, gap: 0 }
    }
}

const fn rows(name: &'static str, label: &'static str, min: i64, optional: bool) -> Param {
    Param::new(name, label, ParamKind::Integer { min, max: 4_294_967_295, optional })
}

impl Splitter for TimeSeriesSplit {
    const KIND: &'static str = "time_series_split";
    const LABEL: &'static str = "In the order of time";
    const PARAMS: &'static [Param] = &[
        rows("n_splits", "Folds", 2, false),
        rows("max_train_size", "Most training rows", 1, true).help("Empty: all rows before the test rows."),
        rows("test_size", "Test rows", 1, true).help("Empty: rows / (folds + 1)."),
        rows("gap", "Gap", 0, false).help("Rows left out between training and test rows."),
    ];

    fn draw(&self, n_rows: u32, _labels: &[u32]) -> Result<Folds, CvError> {
        let kind = Self::KIND;
        if self.n_splits < 2 {
            return Err(CvError::TooFewSplits { kind, n_splits: self.n_splits });
        }
        for (parameter, size) in [("max_train_size", self.max_train_size), ("test_size", self.test_size)] {
            if size == Some(0) {
                return Err(CvError::Zero { kind, parameter });
            }
        }
        let n_folds = u64::from(self.n_splits) + 1;
        let n = u64::from(n_rows);
        let test_size = self.test_size.map_or(n / n_folds, u64::from);
        let needed = n_folds.max(u64::from(self.gap) + test_size * u64::from(self.n_splits) + 1);
        if needed > n {
            let needed = usize::try_from(needed).unwrap_or(usize::MAX);
            return Err(CvError::FewerRowsThanFolds { kind, n_splits: self.n_splits, needed, n_rows: n_rows as usize });
        }
        let fold = |i: u32| {
            let start = n - u64::from(self.n_splits - i) * test_size;
            let end = start - u64::from(self.gap);
            let first = self.max_train_size.map_or(0, |size| end.saturating_sub(u64::from(size)));
            let list = |from: u64, to: u64| (from as u32..to as u32).collect::<Vec<u32>>();
            Fold { test: list(start, start + test_size), train: Some(list(first, end)) }
        };
        Ok(Folds { n_rows: n_rows as usize, folds: (0..self.n_splits).map(fold).collect() })
    }

    fn sentence(&self) -> String {
        let gap = if self.gap > 0 { format!(", leaving {} rows out between", self.gap) } else { String::new() };
        format!(
            "In the order of the rows, {} later parts are predicted, each from the rows before it{gap}.",
            self.n_splits
        )
    }

    fn python(&self) -> String {
        let option = |name: &str, value: Option<u32>| value.map_or(String::new(), |value| format!(", {name}={value}"));
        let gap = if self.gap > 0 { format!(", gap={}", self.gap) } else { String::new() };
        let (most, test) = (option("max_train_size", self.max_train_size), option("test_size", self.test_size));
        format!("TimeSeriesSplit(n_splits={}{most}{test}{gap})", self.n_splits)
    }
}
