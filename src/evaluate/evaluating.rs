//! Judging in steps, so that a caller can yield, report and cancel in between.

use super::{DataSplit, EvaluateError, EvaluateSpec, EvaluateSummary, METRICS, Metric, ResidualSummary, Scores, bins};
use crate::estimators::LinearModel;
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
    model: &LinearModel,
    x: &DesignMatrix,
    train: &[u32],
    test: &[u32],
) -> Result<EvaluateSummary, EvaluateError> {
    Evaluating::new(spec, model, x, train, test)?.finish()
}

/// A judgement under way: one pass over the rows. The result does not depend on the size of the steps.
#[derive(Debug)]
pub struct Evaluating<'a> {
    model: &'a LinearModel,
    x: &'a DesignMatrix,
    columns: Vec<&'a [f64]>,
    test: Part,
    /// `None` when there are no test rows: then `test` holds the training rows.
    train: Option<Part>,
    /// The training mean, which the baseline always guesses.
    guess: f64,
}

/// One part of the rows, and what is known of them so far.
#[derive(Debug)]
struct Part {
    /// Ascending.
    rows: Vec<u32>,
    n_done: usize,
    scores: Scores,
    baseline: Scores,
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
        model: &'a LinearModel,
        x: &'a DesignMatrix,
        train: &[u32],
        test: &[u32],
    ) -> Result<Self, EvaluateError> {
        if train.is_empty() {
            return Err(EvaluateError::NoRows);
        }
        if model.features != x.names() || model.coef.len() != model.features.len() {
            return Err(EvaluateError::OtherColumns);
        }
        let train = Part::new(x, train);
        let mut moments = Moments::default();
        moments.absorb(x.target(), &train.rows);
        let (mut test, train) = if test.is_empty() { (train, None) } else { (Part::new(x, test), Some(train)) };
        test.keeps_values = true;
        Ok(Self { model, x, columns: x.columns(), test, train, guess: moments.mean() })
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
            part.absorb_block(self.model, &self.columns, self.x.target(), self.guess);
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
        Ok(EvaluateSummary {
            target: self.x.target_name().to_owned(),
            n_test: test.rows.len() as u64,
            n_train: train.rows.len() as u64,
            metrics,
            residuals: residuals(test),
            predicted_actual: bins::predicted_actual(&test.actual, &test.predicted),
        })
    }
}

impl Part {
    fn new(x: &DesignMatrix, rows: &[u32]) -> Self {
        let rows = x.ascending(rows);
        let (scores, baseline) = (Scores::new(x.n_features()), Scores::new(0));
        Self { rows, n_done: 0, scores, baseline, predicted: Vec::new(), actual: Vec::new(), keeps_values: false }
    }

    fn is_done(&self) -> bool {
        self.n_done == self.rows.len()
    }

    fn absorb_block(&mut self, model: &LinearModel, columns: &[&[f64]], target: &[f64], guess: f64) {
        let end = (self.n_done + BLOCK_ROWS).min(self.rows.len());
        let rows = self.rows.get(self.n_done..end).unwrap_or_default();
        let actual: Vec<f64> = rows.iter().map(|row| target.get(*row as usize).copied().unwrap_or(f64::NAN)).collect();
        let mut predicted = Vec::with_capacity(rows.len());
        model.predict_columns(columns, rows, &mut predicted);
        self.scores.absorb(&actual, &predicted);
        self.baseline.absorb(&actual, &vec![guess; actual.len()]);
        if self.keeps_values {
            self.predicted.extend(predicted);
            self.actual.extend(actual);
        }
        self.n_done = end;
    }

    fn metrics(&self, split: DataSplit) -> Vec<Metric> {
        let metric = |(name, metric): (&str, fn(&Scores) -> Option<f64>)| Metric {
            name: name.to_owned(),
            split,
            value: metric(&self.scores),
            baseline: metric(&self.baseline),
        };
        METRICS.into_iter().map(metric).collect()
    }
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
    ResidualSummary {
        mean: part.scores.residual.mean(),
        sd: if degrees == 0 { 0.0 } else { (part.scores.residual.ss / degrees as f64).sqrt() },
        histogram: bins::histogram(&residuals),
        points: (0..n_points).filter_map(point).collect(),
        is_sample: n > n_points,
    }
}
