//! `GroupKFold`: rows of a group stay together.

use serde::{Deserialize, Serialize};

use super::folds::sizes;
use super::k_fold::{N_SPLITS, RANDOM_STATE, check_splits};
use super::spec::python_seed;
use super::{CvError, Folds, LabelSource, Splitter};
use crate::base::{Accepts, Param, ParamKind};
use crate::split::RandomState;

/// k-fold over groups: no group is in the training and the test part of a fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupKFold {
    /// The column whose values are the groups.
    pub groups: String,
    pub n_splits: u32,
    /// Off: the largest groups first, each into the smallest fold.
    pub shuffle: bool,
    pub random_state: u32,
}

impl Default for GroupKFold {
    fn default() -> Self {
        Self { groups: String::new(), n_splits: 5, shuffle: false, random_state: 42 }
    }
}

impl Splitter for GroupKFold {
    const KIND: &'static str = "group_k_fold";
    const LABEL: &'static str = "Grouped k-fold";
    const PARAMS: &'static [Param] = &[
        Param::new("groups", "Groups", ParamKind::Column { accepts: Accepts::Any, optional: false })
            .help("Rows with the same value are never in both parts of a fold."),
        N_SPLITS,
        Param::new("shuffle", "Shuffle", ParamKind::Flag).help("Off: folds of nearly equal size."),
        RANDOM_STATE,
    ];

    fn labels(&self) -> LabelSource<'_> {
        LabelSource::Column(&self.groups)
    }

    fn draw(&self, n_rows: u32, labels: &[u32]) -> Result<Folds, CvError> {
        check_splits(Self::KIND, self.n_splits, n_rows)?;
        let n_groups = labels.iter().max().map_or(0, |max| *max as usize + 1);
        if self.n_splits as usize > n_groups {
            return Err(CvError::FewerGroupsThanFolds { n_splits: self.n_splits, n_groups });
        }
        let mut fold_of = vec![0_u32; n_groups];
        let mut put = |group: usize, fold: u32| fold_of.get_mut(group).into_iter().for_each(|place| *place = fold);
        if self.shuffle {
            let order = RandomState::new(self.random_state).permutation(n_groups as u32);
            let folds = (0..).zip(sizes(n_groups as u32, self.n_splits));
            let folds = folds.flat_map(|(fold, size)| std::iter::repeat_n(fold, size as usize));
            order.into_iter().zip(folds).for_each(|(group, fold)| put(group as usize, fold));
        } else {
            let mut counts: Vec<(u64, usize)> = (0..n_groups).map(|group| (0, group)).collect();
            labels.iter().for_each(|label| counts.get_mut(*label as usize).into_iter().for_each(|c| c.0 += 1));
            // A stable ascending sort turned round: of equal groups, the last first.
            counts.sort_by_key(|(count, _)| *count);
            let mut sizes = vec![0_u64; self.n_splits as usize];
            for (count, group) in counts.into_iter().rev() {
                // The first of the smallest folds.
                let Some((fold, size)) = sizes.iter_mut().enumerate().min_by_key(|(_, size)| **size) else { continue };
                *size += count;
                put(group, fold as u32);
            }
        }
        let numbers: Vec<u32> =
            labels.iter().map(|label| fold_of.get(*label as usize).copied().unwrap_or_default()).collect();
        Ok(Folds::from_numbers(&numbers, self.n_splits))
    }

    fn sentence(&self) -> String {
        format!(
            "The training rows are cut into {} parts without parting rows of the same {}; each is predicted from the others.",
            self.n_splits, self.groups
        )
    }

    fn python(&self) -> String {
        format!("GroupKFold(n_splits={}{})", self.n_splits, python_seed(self.shuffle, self.random_state))
    }
}
