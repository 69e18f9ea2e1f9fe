//! `ShuffleSplit`: independent draws.

use serde::{Deserialize, Serialize};

use super::k_fold::RANDOM_STATE;
use super::{CvError, Fold, Folds, Splitter};
use crate::base::{Param, ParamKind};
use crate::split::draw::count_test_rows;
use crate::split::{RandomState, TestSize};

/// `n_splits` independent draws of test rows: a row may be tested often or never.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShuffleSplit {
    pub n_splits: u32,
    pub test_size: TestSize,
    pub random_state: u32,
}

impl Default for ShuffleSplit {
    fn default() -> Self {
        Self { n_splits: 10, test_size: TestSize::Share(0.1), random_state: 42 }
    }
}

pub(super) const DRAWS: Param =
    Param::new("n_splits", "Draws", ParamKind::Integer { min: 1, max: 1000, optional: false });
pub(super) const TEST_SIZE: Param = Param::new(
    "test_size",
    "Test size",
    ParamKind::Number { min: 0.0, max: 4_294_967_295.0, step: 0.05, log: false, optional: false },
)
.help("A share between 0 and 1, or a whole number of rows.");

impl Splitter for ShuffleSplit {
    const KIND: &'static str = "shuffle_split";
    const LABEL: &'static str = "Random draws";
    const PARAMS: &'static [Param] = &[DRAWS, TEST_SIZE, RANDOM_STATE];

    fn draw(&self, n_rows: u32, _labels: &[u32]) -> Result<Folds, CvError> {
        check_draws(Self::KIND, self.n_splits)?;
        let n_test = count_test_rows(n_rows, self.test_size)
            .map_err(|source| CvError::Split { kind: Self::KIND, source })? as usize;
        let mut random = RandomState::new(self.random_state);
        let draw = |_| {
            let mut test = random.permutation(n_rows);
            let train = test.split_off(n_test);
            Fold { test, train: Some(train) }
        };
        Ok(Folds { n_rows: n_rows as usize, folds: (0..self.n_splits).map(draw).collect() })
    }

    fn sentence(&self) -> String {
        format!(
            "{} times, {} of the training rows are drawn (seed {}) and predicted from the others.",
            self.n_splits,
            words(self.test_size),
            self.random_state
        )
    }

    fn python(&self) -> String {
        let Self { n_splits, test_size, random_state } = self;
        format!("ShuffleSplit(n_splits={n_splits}, test_size={}, random_state={random_state})", number(*test_size))
    }
}

pub(super) fn check_draws(kind: &'static str, n_splits: u32) -> Result<(), CvError> {
    if n_splits == 0 { Err(CvError::Zero { kind, parameter: "n_splits" }) } else { Ok(()) }
}

pub(super) fn words(size: TestSize) -> String {
    match size {
        TestSize::Share(share) => format!("{} %", (share * 1e6).round() / 1e4),
        TestSize::Count(count) => count.to_string(),
    }
}

pub(super) fn number(size: TestSize) -> String {
    match size {
        TestSize::Share(share) => format!("{share:?}"),
        TestSize::Count(count) => count.to_string(),
    }
}
