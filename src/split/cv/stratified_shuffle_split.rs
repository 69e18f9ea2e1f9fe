//! `StratifiedShuffleSplit`: independent draws that keep the classes' shares.

use serde::{Deserialize, Serialize};

use super::k_fold::RANDOM_STATE;
use super::shuffle_split::{DRAWS, TEST_SIZE, check_draws, number, words};
use super::stratified_k_fold::STRATIFY;
use super::{CvError, Fold, Folds, LabelSource, Splitter};
use crate::base::Param;
use crate::split::draw::{checked_strata, count_test_rows, draw_strata};
use crate::split::{RandomState, TestSize};

/// Independent draws in which a column's values keep their shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StratifiedShuffleSplit {
    pub n_splits: u32,
    pub test_size: TestSize,
    pub random_state: u32,
    /// The column whose values keep their shares; `None` is the target.
    pub stratify: Option<String>,
}

impl Default for StratifiedShuffleSplit {
    fn default() -> Self {
        Self { n_splits: 10, test_size: TestSize::Share(0.1), random_state: 42, stratify: None }
    }
}

impl Splitter for StratifiedShuffleSplit {
    const KIND: &'static str = "stratified_shuffle_split";
    const LABEL: &'static str = "Stratified random draws";
    const PARAMS: &'static [Param] = &[DRAWS, TEST_SIZE, RANDOM_STATE, STRATIFY];

    fn labels(&self) -> LabelSource<'_> {
        self.stratify.as_deref().map_or(LabelSource::Target, LabelSource::Column)
    }

    fn draw(&self, n_rows: u32, labels: &[u32]) -> Result<Folds, CvError> {
        check_draws(Self::KIND, self.n_splits)?;
        let wrong = |source| CvError::Split { kind: Self::KIND, source };
        let n_test = count_test_rows(n_rows, self.test_size).map_err(wrong)?;
        let n_train = n_rows.saturating_sub(n_test);
        let strata = checked_strata(labels, n_train, n_test).map_err(wrong)?;
        let mut random = RandomState::new(self.random_state);
        let draw = |_| {
            let split = draw_strata(&strata, n_train, n_test, &mut random);
            Fold { test: split.test, train: Some(split.train) }
        };
        Ok(Folds { n_rows: n_rows as usize, folds: (0..self.n_splits).map(draw).collect() })
    }

    fn sentence(&self) -> String {
        let by = self.stratify.as_deref().unwrap_or("the target");
        format!(
            "{} times, {} of the training rows are drawn (seed {}) with the same shares of {by}, and predicted from the others.",
            self.n_splits,
            words(self.test_size),
            self.random_state
        )
    }

    fn python(&self) -> String {
        let Self { n_splits, test_size, random_state, .. } = self;
        format!(
            "StratifiedShuffleSplit(n_splits={n_splits}, test_size={}, random_state={random_state})",
            number(*test_size)
        )
    }
}
