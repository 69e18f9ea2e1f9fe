//! Cross-validation of any model that is fitted to rows: slower, a fold a step.

use super::fold_factors::rows_at;
use super::summary::{FoldScores, metrics};
use super::{CvSummary, ValidationError};
use crate::base::Coded;
use crate::evaluate::{Tally, Task};
use crate::split::cv::Folds;

/// Cross-validation under way, fold by fold.
#[derive(Debug)]
pub struct RowValidating<'a> {
    target: &'a [f64],
    rows: &'a [u32],
    folds: &'a Folds,
    n_features: usize,
    task: Task,
    scores: Vec<FoldScores>,
    predictions: Option<Vec<f64>>,
    pooled: (Tally, Tally),
}

impl<'a> RowValidating<'a> {
    /// Prepares the validation of a model of so many features. Positions in `folds` count in `rows`, rows in `target`.
    ///
    /// # Errors
    /// `NoRows`, `OtherRows`, `EmptyFold`.
    pub fn new(
        target: &'a [f64],
        rows: &'a [u32],
        folds: &'a Folds,
        n_features: usize,
    ) -> Result<Self, ValidationError> {
        if rows.is_empty() || folds.is_empty() {
            return Err(ValidationError::NoRows);
        }
        if folds.n_rows != rows.len() || rows.iter().any(|row| *row as usize >= target.len()) {
            return Err(ValidationError::OtherRows);
        }
        Ok(Self {
            target,
            rows,
            folds,
            n_features,
            task: Task::Regression,
            scores: Vec::new(),
            predictions: folds.is_partition().then(|| vec![f64::NAN; rows.len()]),
            pooled: (Tally::new(Task::Regression, n_features), Tally::new(Task::Regression, 0)),
        })
    }

    /// Judges by the metrics of another task: for `Task::Classification`, what predicts gives probabilities of the second
    /// class.
    #[must_use]
    pub fn with_task(self, task: Task) -> Self {
        Self { task, pooled: (Tally::new(task, self.n_features), Tally::new(task, 0)), ..self }
    }

    /// Folds done and folds to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.scores.len() as u64, self.folds.len() as u64)
    }

    /// Fits and judges the next fold: `fit` takes the training rows and gives what predicts rows, in their order. Whether
    /// there are more folds.
    ///
    /// # Errors
    /// `Fit` with the estimator's own message; `EmptyFold`; `NotFinite`.
    pub fn step<E: Coded, P: Fn(&[u32]) -> Vec<f64>>(
        &mut self,
        fit: impl FnOnce(&[u32]) -> Result<P, E>,
    ) -> Result<bool, ValidationError> {
        let fold = self.scores.len();
        if fold >= self.folds.len() {
            return Ok(false);
        }
        let positions = self.folds.test(fold);
        let (train, test) = (rows_at(self.rows, &self.folds.train(fold)), rows_at(self.rows, positions));
        for (part, rows) in [("training", &train), ("test", &test)] {
            if rows.is_empty() {
                return Err(ValidationError::EmptyFold { fold: fold + 1, part });
            }
        }
        let predict = fit(&train).map_err(|error| ValidationError::of_fit(fold, &error))?;
        let predicted = predict(&test);
        if predicted.len() != test.len() {
            return Err(ValidationError::OtherRows);
        }
        if let Some((row, _)) = test.iter().zip(&predicted).find(|(_, predicted)| !predicted.is_finite()) {
            return Err(ValidationError::NotFinite { row: u64::from(*row) + 1 });
        }
        let cells = |rows: &[u32]| -> Vec<f64> {
            rows.iter().map(|row| self.target.get(*row as usize).copied().unwrap_or(f64::NAN)).collect()
        };
        let (actual, guess) = (cells(&test), self.task.guess(&cells(&train)));
        let mut scores = FoldScores::new(self.task, train.len(), self.n_features, None);
        scores.absorb(&actual, &predicted, guess);
        self.scores.push(scores);
        if let Some(predictions) = &mut self.predictions {
            self.pooled.0.absorb(&actual, &predicted);
            self.pooled.1.absorb(&actual, &vec![guess; actual.len()]);
            for (position, predicted) in positions.iter().zip(predicted) {
                predictions.get_mut(*position as usize).into_iter().for_each(|place| *place = predicted);
            }
        }
        Ok(self.scores.len() < self.folds.len())
    }

    /// A metric of every fold done, where it is defined.
    #[must_use]
    pub fn of_folds(&self, name: &str) -> Vec<Option<f64>> {
        let value = |values: Vec<(&str, Option<f64>)>| values.into_iter().find(|(metric, _)| *metric == name)?.1;
        self.scores.iter().map(|fold| value(fold.model.values())).collect()
    }

    /// The summary of the folds done, and each row's prediction where each is tested once.
    #[must_use]
    pub fn finish(self) -> (CvSummary, Option<Vec<f64>>) {
        let is_whole = self.scores.len() == self.folds.len();
        let predictions = self.predictions.filter(|_| is_whole);
        let pooled = predictions.is_some().then(|| metrics(&self.pooled.0, &self.pooled.1));
        (CvSummary::of(&self.scores, pooled), predictions)
    }
}
