//! `LeaveOneOut`: as many folds as rows.

use serde::{Deserialize, Serialize};

use super::{CvError, Fold, Folds, Splitter};
use crate::base::Param;

/// Every row is a fold of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeaveOneOut {}

impl Splitter for LeaveOneOut {
    const KIND: &'static str = "leave_one_out";
    const LABEL: &'static str = "Leave one out";
    const PARAMS: &'static [Param] = &[];

    fn draw(&self, n_rows: u32, _labels: &[u32]) -> Result<Folds, CvError> {
        if n_rows < 2 {
            return Err(CvError::FewerRowsThanFolds {
                kind: Self::KIND,
                n_splits: 2,
                needed: 2,
                n_rows: n_rows as usize,
            });
        }
        let folds = (0..n_rows).map(|row| Fold { test: vec![row], train: None }).collect();
        Ok(Folds { n_rows: n_rows as usize, folds })
    }

    fn sentence(&self) -> String {
        "Each training row is predicted from all others.".into()
    }

    fn python(&self) -> String {
        "LeaveOneOut()".into()
    }
}
