//! A pipeline up to its split, and up to its fitted model: what the steps of a run make, by the same functions.

use std::rc::Rc;

use super::super::modelling::{one_estimator, rows_a_step, smear, weights, without_weights};
use super::super::steps::draw;
use super::super::{PipelineSpec, Stop};
use super::Pace;
use crate::clean::Cleaning;
use crate::estimators::{EstimatorSpec, Fitting, Model};
use crate::evaluate::{EvaluateSummary, Evaluating};
use crate::features::{DesignMatrix, FittedFeatures, fit_transform};
use crate::linalg::RFactor;
use crate::split::Split;
use crate::table::Table;

/// Cleaned and split.
pub(super) struct Prepared<'a> {
    pub(super) spec: &'a PipelineSpec,
    pub(super) estimator: &'a EstimatorSpec,
    /// After the rules.
    pub(super) table: Rc<Table>,
    /// The same without the column that only weighs rows.
    pub(super) plain: Table,
    pub(super) rows: Split,
}

/// Trained.
pub(super) struct Trained {
    pub(super) features: FittedFeatures,
    /// What the estimator saw: cross-fitted in the training rows, where an encoder looks at the target.
    pub(super) matrix: DesignMatrix,
    /// What the model predicts from.
    pub(super) whole: DesignMatrix,
    pub(super) model: Model,
    pub(super) r: RFactor,
}

impl<'a> Prepared<'a> {
    pub(super) async fn new<P: Pace>(
        pace: &P,
        table: &Table,
        cleaned: Option<Rc<Table>>,
        spec: &'a PipelineSpec,
    ) -> Result<Self, Stop> {
        let table = match cleaned {
            Some(table) => table,
            None => {
                let n = spec.clean.len() as u64;
                let mut cleaning = Cleaning::new(table, &spec.clean);
                while cleaning.step()? {
                    pace.breathe(0, n).await?;
                }
                Rc::new(cleaning.finish().0)
            }
        };
        pace.breathe(0, 1).await?;
        let rows = draw(spec, &table)?;
        Ok(Self { spec, estimator: one_estimator(spec)?, plain: without_weights(spec, &table), table, rows })
    }

    /// Rows that judge: the test rows, or the training rows where there are none.
    pub(super) fn judged(&self) -> &[u32] {
        if self.rows.test.is_empty() { &self.rows.train } else { &self.rows.test }
    }

    pub(super) fn weights(&self) -> Option<Vec<f64>> {
        weights(self.estimator, &self.table)
    }

    /// Whether nothing but the rows decides what is fitted, so that the R factors of folds are all that is needed.
    pub(super) fn is_plain(&self) -> bool {
        let features = &self.spec.features;
        features.encoders.is_empty() && features.target_transform.is_none() && self.estimator.sample_weight().is_none()
    }

    /// Fits features and model on the training rows.
    pub(super) async fn train<P: Pace>(&self, pace: &P) -> Result<Trained, Stop> {
        let train = &self.rows.train;
        let (mut features, matrix) = fit_transform(&self.plain, &self.spec.features, train)?;
        let mut fitting = Fitting::new(self.estimator, &matrix, train, self.weights())?;
        while fitting.step(rows_a_step(&matrix))? {
            let (done, total) = fitting.progress();
            pace.breathe(done, total).await?;
        }
        let fit = fitting.finish()?;
        smear(&mut features, &fit, &matrix, train);
        let whole = features.transform(&self.plain)?;
        Ok(Trained { features, matrix, whole, model: fit.summary.model, r: fit.r })
    }

    /// The judgement that a run of this pipeline ends with.
    pub(super) async fn evaluate<P: Pace>(&self, pace: &P, trained: &Trained) -> Result<EvaluateSummary, Stop> {
        let back = |prediction: f64| trained.features.inverse_target(prediction);
        let (model, whole) = (&trained.model, &trained.whole);
        let mut evaluating = Evaluating::new(&self.spec.evaluate, model, whole, &self.rows.train, &self.rows.test)?;
        if trained.features.target_transform.is_some() {
            evaluating = evaluating.with_inverse(&back);
        }
        while evaluating.step(rows_a_step(whole)) {
            let (done, total) = evaluating.progress();
            pace.breathe(done, total).await?;
        }
        Ok(evaluating.finish()?)
    }
}

impl Trained {
    /// Predictions for rows of a design matrix, in the target's own units.
    pub(super) fn predict(&self, x: &DesignMatrix, rows: &[u32]) -> Vec<f64> {
        let mut predictions = Vec::with_capacity(rows.len());
        self.model.predict_into(x, rows, &mut predictions);
        predictions.iter_mut().for_each(|prediction| *prediction = self.features.inverse_target(*prediction));
        predictions
    }

    /// The target's values, in its own units.
    pub(super) fn actual(&self, rows: &[u32]) -> Vec<f64> {
        let target = self.whole.target_original();
        rows.iter().map(|row| target.get(*row as usize).copied().unwrap_or(f64::NAN)).collect()
    }
}
