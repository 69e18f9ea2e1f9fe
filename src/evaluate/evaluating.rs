//! Judging in steps, so that a caller can yield, report and cancel in between.

use super::{
    Classification, Confusion, DataSplit, EvaluateError, EvaluateSpec, EvaluateSummary, Metric, ResidualSummary,
    Scores, Tally, Task, bins,
};

use crate::estimators::Model;
use crate::features::DesignMatrix;
use crate::linalg::Moments;

/// Rows predicted at a time.
const BLOCK_ROWS: usize = 512;
/// Points kept for the residual plot.
const MAX_POINTS: usize = 2000;

/// Judges at once. Without test rows, the training rows are judged in both parts: `EvaluateSummary::is_on_training_rows`.
///
/// # Errors
/// As `Evaluating::new` and `Evaluating::finish`.
pub fn evaluate(
    spec: &EvaluateSpec,
    model: &Model,
    x: &DesignMatrix,
    train: &[u32],
    test: &[u32],
) -> Result<EvaluateSummary, EvaluateError> {
    Evaluating::new(spec, model, x, train, test)?.finish()
}

/// A judgement under way: one pass over the rows. The result does not depend on the size of the steps.
pub struct Evaluating<'a> {
    model: &'a Model,
    x: &'a DesignMatrix,
    columns: Vec<&'a [f64]>,
    test: Part,
    /// `None` when there are no test rows: then `test` holds the training rows.
    train: Option<Part>,
    task: Task,
    /// What the baseline always guesses: the training mean, or the most frequent class.
    guess: f64,
    /// From the model's units to the target's own.
    inverse: Option<&'a dyn Fn(f64) -> f64>,
}

/// What the baseline guesses, and the way back from a transformed target.
type Guess<'a> = (f64, Option<&'a dyn Fn(f64) -> f64>);

/// One part of the rows, and what is known of them so far.
#[derive(Debug)]
struct Part {
    /// Ascending.
    rows: Vec<u32>,
    n_done: usize,
    scores: Tally,
    baseline: Tally,
    predicted: Vec<f64>,
    actual: Vec<f64>,
    keeps_values: bool,
}

impl<'a> Evaluating<'a> {
    /// Prepares a judgement of `model` over the rows that `train` and `test` list.
    ///
    /// # Errors
    /// `NoRows` without training rows; `OtherColumns` when the model's features are not those of `x`.
    pub fn new(
        _spec: &EvaluateSpec,
        model: &'a Model,
        x: &'a DesignMatrix,
        train: &[u32],
        test: &[u32],
    ) -> Result<Self, EvaluateError> {
        if train.is_empty() {
            return Err(EvaluateError::NoRows);
        }
        if !model.fits(&x.names()) {
            return Err(EvaluateError::OtherColumns);
        }
        let task = Task::of(model.classes());
        let train = Part::new(x, task, train);
        let guess = match task {
            Task::Regression => {
                let mut moments = Moments::default();
                moments.absorb(x.target_original(), &train.rows);
                moments.mean()
            }
            Task::Classification(_) => task.guess(&cells(x.target_original(), &train.rows)),
        };
        let (mut test, train) = if test.is_empty() { (train, None) } else { (Part::new(x, task, test), Some(train)) };
        test.keeps_values = true;
        Ok(Self { model, x, columns: x.columns(), test, train, task, guess, inverse: None })
    }

    /// The same for a model that was fitted to a transformed target: its predictions are brought back by `inverse`, and
    /// judged in the target's own units.
    #[must_use]
    pub fn with_inverse(self, inverse: &'a dyn Fn(f64) -> f64) -> Self {
        Self { inverse: Some(inverse), ..self }
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    pub fn step(&mut self, max_rows: usize) -> bool {
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let part = match &mut self.train {
            Some(train) if self.test.is_done() => train,
            _ => &mut self.test,
        };
        let end = part.n_done.saturating_add(n).min(part.rows.len());
        while part.n_done < end {
            part.absorb_block(self.model, &self.columns, self.x.target_original(), (self.guess, self.inverse));
        }
        !(self.test.is_done() && self.train.as_ref().is_none_or(Part::is_done))
    }

    /// Rows done and rows to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let parts = || [Some(&self.test), self.train.as_ref()].into_iter().flatten();
        (parts().map(|part| part.n_done as u64).sum(), parts().map(|part| part.rows.len() as u64).sum())
    }

    /// The judgement, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// `NotFinite` when a prediction overflows.
    pub fn finish(mut self) -> Result<EvaluateSummary, EvaluateError> {
        while self.step(usize::MAX) {}
        let test = &self.test;
        let train = self.train.as_ref().unwrap_or(test);
        if let Some(index) = test.predicted.iter().position(|predicted| !predicted.is_finite()) {
            return Err(EvaluateError::NotFinite { row: test.rows.get(index).map_or(0, |row| u64::from(*row) + 1) });
        }
        let mut metrics = test.metrics(DataSplit::Test);
        let of_train = if self.train.is_some() {
            train.metrics(DataSplit::Train)
        } else {
            metrics.iter().map(|metric| Metric { split: DataSplit::Train, ..metric.clone() }).collect()
        };
        metrics.extend(of_train);
        let classification = match (self.task, test.confusion(), train.confusion()) {
            (Task::Classification([first, second]), Some(of_test), Some(of_train)) => Some(Classification {
                test: of_test.clone(),
                train: of_train.clone(),
                most_frequent: if self.guess > 0.5 { second } else { first },
            }),
            _ => None,
        };
        Ok(EvaluateSummary {
            target: self.x.target_name().to_owned(),
            n_test: test.rows.len() as u64,
            n_train: train.rows.len() as u64,
            metrics,
            residuals: residuals(test),
            predicted_actual: bins::predicted_actual(&test.actual, &test.predicted),
            classification,
        })
    }
}

impl Part {
    fn new(x: &DesignMatrix, task: Task, rows: &[u32]) -> Self {
        let rows = x.ascending(rows);
        let (scores, baseline) = (Tally::new(task, x.n_features()), Tally::new(task, 0));
        Self { rows, n_done: 0, scores, baseline, predicted: Vec::new(), actual: Vec::new(), keeps_values: false }
    }

    fn is_done(&self) -> bool {
        self.n_done == self.rows.len()
    }

    fn absorb_block(&mut self, model: &Model, columns: &[&[f64]], target: &[f64], (guess, inverse): Guess<'_>) {
        let end = (self.n_done + BLOCK_ROWS).min(self.rows.len());
        let rows = self.rows.get(self.n_done..end).unwrap_or_default();
        let actual = cells(target, rows);
        let mut predicted = Vec::with_capacity(rows.len());
        model.score_columns(columns, rows, &mut predicted);
        if let Some(inverse) = inverse {
            predicted.iter_mut().for_each(|prediction| *prediction = inverse(*prediction));
        }
        self.scores.absorb(&actual, &predicted);
        self.baseline.absorb(&actual, &vec![guess; actual.len()]);
        if let Some([first, second]) = model.classes() {
            predicted.iter_mut().for_each(|probability| *probability = first + (second - first) * *probability);
        }
        if self.keeps_values {
            self.predicted.extend(predicted);
            self.actual.extend(actual);
        }
        self.n_done = end;
    }

    fn metrics(&self, split: DataSplit) -> Vec<Metric> {
        self.scores.metrics(&self.baseline, split)
    }

    fn confusion(&self) -> Option<&Confusion> {
        match &self.scores {
            Tally::Classification(scores) => Some(scores.confusion()),
            Tally::Regression(_) => None,
        }
    }
}

fn cells(column: &[f64], rows: &[u32]) -> Vec<f64> {
    rows.iter().map(|row| column.get(*row as usize).copied().unwrap_or(f64::NAN)).collect()
}

fn residuals(part: &Part) -> ResidualSummary {
    let residuals: Vec<f64> = part.actual.iter().zip(&part.predicted).map(|(y, p)| y - p).collect();
    let n = residuals.len();
    let n_points = n.min(MAX_POINTS);
    let point = |i: usize| {
        let row = i * n / n_points.max(1);
        Some((part.predicted.get(row).copied()?, residuals.get(row).copied()?))
    };
    let degrees = n.saturating_sub(1);
    let spread = match &part.scores {
        Tally::Regression(scores) => scores.residual,
        Tally::Classification(_) => Scores::of(&part.actual, &part.predicted, 0).residual,
    };
    ResidualSummary {
        mean: spread.mean(),
        sd: if degrees == 0 { 0.0 } else { (spread.ss / degrees as f64).sqrt() },
        histogram: bins::histogram(&residuals),
        points: (0..n_points).filter_map(point).collect(),
        is_sample: n > n_points,
    }
}
