//! Reports of fits that a first run does not have: weighted least squares and logistic regression.

use super::engine::{Engine, Stop};
use super::modelling::{is_least_squares, rows_a_step, weights};
use super::{Host, PipelineSpec, StepCache, StepName, Unit};
use crate::diagnostics::{
    LogitOptions, LogitReport, LogitReporting, RegressionReport, ReportOptions, WeightedReporting, Weights,
};
use crate::estimators::{EstimatorSpec, Fit, LinearModel, LogisticModel, Penalty};
use crate::features::DesignMatrix;
use crate::table::Table;

impl<H: Host, C: StepCache> Engine<'_, H, C> {
    /// Of least squares; penalties with weights have no standard errors, and no report.
    pub(super) async fn weighted_report(
        &mut self,
        spec: &PipelineSpec,
        (estimator, table): (&EstimatorSpec, &Table),
        (model, fit): (&LinearModel, &Fit),
        matrix: &DesignMatrix,
        train: &[u32],
    ) -> Result<Option<RegressionReport>, Stop> {
        let (Some(column), Some(values), true) =
            (estimator.sample_weight(), weights(estimator, table), is_least_squares(estimator))
        else {
            return Ok(None);
        };
        let options = ReportOptions {
            fit_intercept: estimator.fit_intercept(),
            confidence: spec.evaluate.confidence,
            is_least_squares: true,
        };
        let of_rows = Weights { column, values: &values };
        let mut reporting = WeightedReporting::new(options, model, &fit.r, matrix, train, of_rows)?;
        while reporting.step(rows_a_step(matrix))? {
            let (done, total) = reporting.progress();
            self.breathe(StepName::Train, done, total, Unit::Rows).await?;
        }
        Ok(Some(reporting.finish()?))
    }

    pub(super) async fn logit_report(
        &mut self,
        spec: &PipelineSpec,
        estimator: &EstimatorSpec,
        (model, fit): (&LogisticModel, &Fit),
        matrix: &DesignMatrix,
        train: &[u32],
    ) -> Result<Option<LogitReport>, Stop> {
        let EstimatorSpec::Logistic(params) = estimator else { return Ok(None) };
        let options = LogitOptions {
            fit_intercept: params.fit_intercept,
            confidence: spec.evaluate.confidence,
            c: (params.penalty == Penalty::L2).then_some(params.c),
            n_iter: fit.n_iter,
        };
        let mut reporting = LogitReporting::new(options, model, &fit.r, matrix, train)?;
        while reporting.step(rows_a_step(matrix))? {
            let (done, total) = reporting.progress();
            self.breathe(StepName::Train, done, total, Unit::Rows).await?;
        }
        Ok(Some(reporting.finish()?))
    }
}
