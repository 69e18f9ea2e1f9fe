//! Permutation importance: how much worse predictions get when a feature is shuffled (Breiman 2001), shuffle for shuffle as
//! `sklearn.inspection.permutation_importance`.

use serde::{Deserialize, Serialize};

use super::ValidationError;
use super::summary::mean;
use crate::base::sum;
use crate::evaluate::{Scorer, Task};
use crate::split::RandomState;

/// The importance of every feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PermutationImportance {
    /// `r2`, `rmse`, `accuracy` …
    pub metric: String,
    /// Of the model as it is.
    pub score: f64,
    pub n_repeats: u32,
    pub random_state: u32,
    /// In the model's order.
    pub features: Vec<FeatureImportance>,
}

/// One feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureImportance {
    pub name: String,
    /// How much worse the metric gets, a shuffle: base less shuffled where larger is better, else the other way round.
    pub importances: Vec<f64>,
    pub mean: f64,
    /// Of the shuffles, with n in the denominator, as scikit-learn has it.
    pub sd: f64,
}

/// Importances of a linear model at once, over the listed rows.
///
/// # Errors
/// As `Permuting::new`; `UnknownMetric`.
pub fn permutation_importance(
    names: &[String],
    columns: &[&[f64]],
    target: &[f64],
    rows: &[u32],
    (coef, intercept): (&[f64], f64),
    (metric, n_repeats, random_state): (&str, u32, u32),
) -> Result<PermutationImportance, ValidationError> {
    let predicted = super::cross_validating::predict(coef, intercept, columns, rows);
    let scorer =
        Task::Regression.scorer(metric).ok_or_else(|| ValidationError::UnknownMetric { name: metric.to_owned() })?;
    let mut permuting = Permuting::new(names, columns, target, rows, &predicted, (scorer, n_repeats, random_state))?;
    // A linear prediction changes by the coefficient times the change of the cell.
    let predict = |feature: usize, cells: &[f64], shuffled: &[f64]| {
        let coef = coef.get(feature).copied().unwrap_or(0.0);
        let cells = cells.iter().zip(shuffled);
        predicted.iter().zip(cells).map(|(predicted, (cell, shuffled))| predicted + coef * (shuffled - cell)).collect()
    };
    while permuting.step(predict) {}
    Ok(permuting.finish())
}

/// Importances under way, a shuffle a step.
#[derive(Debug)]
pub struct Permuting<'a> {
    names: &'a [String],
    columns: &'a [&'a [f64]],
    rows: &'a [u32],
    actual: Vec<f64>,
    scorer: Scorer,
    score: f64,
    n_repeats: u32,
    random_state: u32,
    /// One for all features, drawn once.
    seed: u32,
    random: RandomState,
    order: Vec<u32>,
    cells: Vec<f64>,
    shuffled: Vec<f64>,
    importances: Vec<Vec<f64>>,
}

impl<'a> Permuting<'a> {
    /// Prepares `n_repeats` shuffles of every feature of a model whose predictions for `rows` are `predicted`; judged by
    /// one metric.
    ///
    /// # Errors
    /// `OtherRows` for slices that do not fit together; `Undefined` for a metric that these rows do not
    /// have (r2 of one row); `Zero`.
    pub fn new(
        names: &'a [String],
        columns: &'a [&'a [f64]],
        target: &[f64],
        rows: &'a [u32],
        predicted: &[f64],
        (scorer, n_repeats, random_state): (Scorer, u32, u32),
    ) -> Result<Self, ValidationError> {
        if n_repeats == 0 {
            return Err(ValidationError::Zero { what: "n_permutations" });
        }
        let actual: Vec<f64> = rows.iter().filter_map(|row| target.get(*row as usize).copied()).collect();
        if actual.len() != rows.len() || predicted.len() != rows.len() || names.len() != columns.len() {
            return Err(ValidationError::OtherRows);
        }
        let score = scorer.score(&actual, predicted, columns.len());
        let score = score.ok_or_else(|| ValidationError::Undefined { name: scorer.name.to_owned() })?;
        let seed = RandomState::new(random_state).interval(0x7fff_ffff);
        Ok(Self {
            names,
            columns,
            rows,
            actual,
            scorer,
            score,
            n_repeats,
            random_state,
            seed,
            random: RandomState::new(seed),
            order: Vec::new(),
            cells: Vec::new(),
            shuffled: Vec::new(),
            importances: Vec::new(),
        })
    }

    /// Shuffles done and to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let done: usize = self.importances.iter().map(Vec::len).sum();
        (done as u64, self.columns.len() as u64 * u64::from(self.n_repeats))
    }

    /// The next shuffle: `predict(feature, its cells, its shuffled cells)` gives the predictions for all rows with the shuffled
    /// cells in place. Whether there are more to do.
    pub fn step(&mut self, predict: impl Fn(usize, &[f64], &[f64]) -> Vec<f64>) -> bool {
        if self.importances.last().is_none_or(|done| done.len() == self.n_repeats as usize) {
            let Some(column) = self.columns.get(self.importances.len()) else { return false };
            self.cells = self.rows.iter().map(|row| column.get(*row as usize).copied().unwrap_or(f64::NAN)).collect();
            self.shuffled = self.cells.clone();
            self.order = (0..).take(self.rows.len()).collect();
            self.random = RandomState::new(self.seed);
            self.importances.push(Vec::with_capacity(self.n_repeats as usize));
        }
        // scikit-learn shuffles the order again each time, and applies it to the column as the last time left it.
        self.random.shuffle(&mut self.order);
        let from = |place: &u32| self.shuffled.get(*place as usize).copied().unwrap_or(f64::NAN);
        self.shuffled = self.order.iter().map(from).collect();
        let predicted = predict(self.importances.len() - 1, &self.cells, &self.shuffled);
        let score = self.scorer.score(&self.actual, &predicted, self.columns.len()).unwrap_or(f64::NAN);
        let importance = if self.scorer.larger_is_better { self.score - score } else { score - self.score };
        if let Some(importances) = self.importances.last_mut() {
            importances.push(importance);
        }
        let (done, all) = self.progress();
        done < all
    }

    /// The importances, once `step` has said that there is no more.
    #[must_use]
    pub fn finish(self) -> PermutationImportance {
        let feature = |(name, importances): (&String, Vec<f64>)| {
            let mean = mean(&importances);
            let variance = sum(importances.iter().map(|value| (value - mean).powi(2))) / importances.len() as f64;
            FeatureImportance { name: name.clone(), importances, mean, sd: variance.sqrt() }
        };
        PermutationImportance {
            metric: self.scorer.name.to_owned(),
            score: self.score,
            n_repeats: self.n_repeats,
            random_state: self.random_state,
            features: self.names.iter().zip(self.importances).map(feature).collect(),
        }
    }
}
