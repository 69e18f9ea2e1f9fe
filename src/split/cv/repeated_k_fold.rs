//! `RepeatedKFold`: k-fold several times, shuffled anew.

use serde::{Deserialize, Serialize};

use super::k_fold::{N_SPLITS, RANDOM_STATE, check_splits, cut};
use super::{CvError, Folds, Splitter};
use crate::base::{Param, ParamKind};
use crate::split::RandomState;

/// Shuffled k-fold, `n_repeats` times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepeatedKFold {
    pub n_splits: u32,
    pub n_repeats: u32,
    pub random_state: u32,
}

impl Default for RepeatedKFold {
    fn default() -> Self {
        Self { n_splits: 5, n_repeats: 10, random_state: 42 }
    }
}

impl Splitter for RepeatedKFold {
    const KIND: &'static str = "repeated_k_fold";
    const LABEL: &'static str = "Repeated k-fold";
    const PARAMS: &'static [Param] = &[
        N_SPLITS,
        Param::new("n_repeats", "Repeats", ParamKind::Integer { min: 1, max: 1000, optional: false }),
        RANDOM_STATE,
    ];

    fn draw(&self, n_rows: u32, _labels: &[u32]) -> Result<Folds, CvError> {
        check_splits(Self::KIND, self.n_splits, n_rows)?;
        if self.n_repeats == 0 {
            return Err(CvError::Zero { kind: Self::KIND, parameter: "n_repeats" });
        }
        let mut random = RandomState::new(self.random_state);
        // One stream, and every repeat shuffles from 0, 1, 2 … again.
        let repeat = |_| cut(&random.permutation(n_rows), self.n_splits).folds;
        Ok(Folds { n_rows: n_rows as usize, folds: (0..self.n_repeats).flat_map(repeat).collect() })
    }

    fn sentence(&self) -> String {
        format!(
            "{} times, the training rows are shuffled (seed {}) and cut into {} parts; each is predicted from the others.",
            self.n_repeats, self.random_state, self.n_splits
        )
    }

    fn python(&self) -> String {
        let Self { n_splits, n_repeats, random_state } = self;
        format!("RepeatedKFold(n_splits={n_splits}, n_repeats={n_repeats}, random_state={random_state})")
    }
}
