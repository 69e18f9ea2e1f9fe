//! `StratifiedKFold`: every fold has the classes in their shares.

use serde::{Deserialize, Serialize};

use super::k_fold::{N_SPLITS, RANDOM_STATE, SHUFFLE, check_splits};
use super::spec::python_seed;
use super::{CvError, Folds, LabelSource, Splitter};
use crate::base::{Accepts, Param, ParamKind};
use crate::split::RandomState;

/// k-fold whose parts keep the shares of a column's values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StratifiedKFold {
    pub n_splits: u32,
    pub shuffle: bool,
    pub random_state: u32,
    /// The column whose values keep their shares; `None` is the target.
    pub stratify: Option<String>,
}

impl Default for StratifiedKFold {
    fn default() -> Self {
        Self { n_splits: 5, shuffle: true, random_state: 42, stratify: None }
    }
}

pub(super) const STRATIFY: Param =
    Param::new("stratify", "Keep the shares of", ParamKind::Column { accepts: Accepts::Any, optional: true })
        .help("A column with few different values; empty is the target.");

impl Splitter for StratifiedKFold {
    const KIND: &'static str = "stratified_k_fold";
    const LABEL: &'static str = "Stratified k-fold";
    const PARAMS: &'static [Param] = &[N_SPLITS, SHUFFLE, RANDOM_STATE, STRATIFY];

    fn labels(&self) -> LabelSource<'_> {
        self.stratify.as_deref().map_or(LabelSource::Target, LabelSource::Column)
    }

    fn draw(&self, n_rows: u32, labels: &[u32]) -> Result<Folds, CvError> {
        check_splits(Self::KIND, self.n_splits, n_rows)?;
        let rows_of = by_appearance(labels);
        if rows_of.iter().all(|rows| rows.len() < self.n_splits as usize) {
            return Err(CvError::ClassesTooSmall { n_splits: self.n_splits });
        }
        let mut random = RandomState::new(self.random_state);
        let mut numbers = vec![0; labels.len()];
        let mut start = 0;
        for rows in rows_of {
            // Rows sorted by class are dealt round robin: this class has the places start to start + its rows.
            let mut of_class: Vec<u32> =
                (start..start + rows.len()).map(|place| place as u32 % self.n_splits).collect();
            of_class.sort_unstable();
            start += rows.len();
            if self.shuffle {
                random.shuffle(&mut of_class);
            }
            for (row, fold) in rows.into_iter().zip(of_class) {
                numbers.get_mut(row).into_iter().for_each(|number| *number = fold);
            }
        }
        Ok(Folds::from_numbers(&numbers, self.n_splits))
    }

    fn sentence(&self) -> String {
        let by = self.stratify.as_deref().unwrap_or("the target");
        format!(
            "The training rows are cut into {} parts with the same shares of {by}; each is predicted from the others.",
            self.n_splits
        )
    }

    fn python(&self) -> String {
        format!("StratifiedKFold(n_splits={}{})", self.n_splits, python_seed(self.shuffle, self.random_state))
    }
}

/// The rows of each class, ascending; classes by first appearance.
fn by_appearance(labels: &[u32]) -> Vec<Vec<usize>> {
    let mut rows_of = vec![Vec::new(); labels.iter().max().map_or(0, |max| *max as usize + 1)];
    for (row, label) in labels.iter().enumerate() {
        rows_of.get_mut(*label as usize).into_iter().for_each(|rows| rows.push(row));
    }
    rows_of.sort_by_key(|rows| rows.first().copied());
    rows_of
}
