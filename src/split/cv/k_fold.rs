//! `KFold`: every row is tested once.

use serde::{Deserialize, Serialize};

use super::folds::sizes;
use super::spec::python_seed;
use super::{CvError, Fold, Folds, Splitter};
use crate::base::{Param, ParamKind};
use crate::split::RandomState;

/// Cuts the rows into `n_splits` parts of equal size; each is tested once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KFold {
    pub n_splits: u32,
    pub shuffle: bool,
    /// Used when shuffled.
    pub random_state: u32,
}

impl Default for KFold {
    fn default() -> Self {
        Self { n_splits: 5, shuffle: true, random_state: 42 }
    }
}

pub(super) const N_SPLITS: Param =
    Param::new("n_splits", "Folds", ParamKind::Integer { min: 2, max: 1000, optional: false })
        .help("How many parts the rows are cut into.");
pub(super) const SHUFFLE: Param =
    Param::new("shuffle", "Shuffle", ParamKind::Flag).help("Off: rows stay in their order.");
pub(super) const RANDOM_STATE: Param =
    Param::new("random_state", "Seed", ParamKind::Integer { min: 0, max: 4_294_967_295, optional: false });

impl Splitter for KFold {
    const KIND: &'static str = "k_fold";
    const LABEL: &'static str = "k-fold";
    const PARAMS: &'static [Param] = &[N_SPLITS, SHUFFLE, RANDOM_STATE];

    fn draw(&self, n_rows: u32, _labels: &[u32]) -> Result<Folds, CvError> {
        check_splits(Self::KIND, self.n_splits, n_rows)?;
        let mut order: Vec<u32> = (0..n_rows).collect();
        if self.shuffle {
            RandomState::new(self.random_state).shuffle(&mut order);
        }
        Ok(cut(&order, self.n_splits))
    }

    fn sentence(&self) -> String {
        let order =
            if self.shuffle { format!("shuffled with seed {}", self.random_state) } else { "in their order".into() };
        format!("The training rows, {order}, are cut into {} parts; each is predicted from the others.", self.n_splits)
    }

    fn python(&self) -> String {
        format!("KFold(n_splits={}{})", self.n_splits, python_seed(self.shuffle, self.random_state))
    }
}

/// At least two folds, and a row for each.
pub(super) fn check_splits(kind: &'static str, n_splits: u32, n_rows: u32) -> Result<(), CvError> {
    if n_splits < 2 {
        return Err(CvError::TooFewSplits { kind, n_splits });
    }
    if n_splits > n_rows {
        return Err(CvError::FewerRowsThanFolds { kind, n_splits, needed: n_splits as usize, n_rows: n_rows as usize });
    }
    Ok(())
}

/// Consecutive parts of an order; within each, rows ascend.
pub(super) fn cut(order: &[u32], n_splits: u32) -> Folds {
    let mut rest = order;
    let folds = sizes(order.len() as u32, n_splits).map(|size| {
        let (head, tail) = rest.split_at(rest.len().min(size as usize));
        rest = tail;
        let mut test = head.to_vec();
        test.sort_unstable();
        Fold { test, train: None }
    });
    Folds { folds: folds.collect(), n_rows: order.len() }
}
