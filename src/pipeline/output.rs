//! What each step leaves behind for people: small, plain, kept with the run.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{PipelineSpec, StepName, SweepSummary};
use crate::clean::CleanSummary;
use crate::diagnostics::{LogitReport, RegressionReport};
use crate::estimators::TrainSummary;
use crate::evaluate::EvaluateSummary;
use crate::features::{EncoderSpec, FeaturesError, FittedFeatures, Reference};
use crate::ingest::IngestSummary;
use crate::split::SplitSummary;
use crate::table::Table;
use crate::validation::CvSummary;

/// What training left: reads as its `TrainSummary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    pub summary: TrainSummary,
    /// What stands between a clean table and the model.
    pub features: FittedFeatures,
    /// The mean of each column of the design matrix over the training rows, in order: what contributions start from. Empty in
    /// runs from before it was kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub means: Vec<f64>,
    /// For least squares and what else has residuals; `None` where there are too many rows to read once more unasked.
    pub report: Option<RegressionReport>,
    /// The same of logistic regression; `None` in runs from before it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logit: Option<Box<LogitReport>>,
    /// Where the spec named several candidates: this model is the chosen one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepSummary>,
    /// How inputs and predictions are spread over the training rows; `None` in runs from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
}

impl Training {
    /// The encoders as they were set for this model, in order: those of the spec, or of the candidate that a sweep chose.
    #[must_use]
    pub fn encoders<'a>(&'a self, spec: &'a PipelineSpec) -> Vec<&'a EncoderSpec> {
        let chosen = self.sweep.as_ref().and_then(SweepSummary::chosen).and_then(|one| one.encoders.as_ref());
        match chosen {
            Some(encoders) => encoders.iter().collect(),
            None => spec.features.encoders.iter().map(Deref::deref).collect(),
        }
    }

    /// Predictions for rows of a clean table, in the target's own units, shape `(n_rows,)`; the table may lack the target. Of
    /// a model that tells classes apart it is the expected value.
    ///
    /// # Errors
    /// As `FittedFeatures::features`.
    pub fn predict(&self, table: &Table) -> Result<Vec<f64>, FeaturesError> {
        let matrix = self.features.features(table)?;
        let rows: Vec<u32> = (0..u32::try_from(table.n_rows()).unwrap_or(u32::MAX)).collect();
        let mut predictions = Vec::with_capacity(rows.len());
        self.summary.model.predict_into(&matrix, &rows, &mut predictions);
        Ok(predictions.into_iter().map(|prediction| self.features.inverse_target(prediction)).collect())
    }
}

impl Deref for Training {
    type Target = TrainSummary;

    fn deref(&self) -> &TrainSummary {
        &self.summary
    }
}

/// What evaluation left: reads as its `EvaluateSummary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub summary: EvaluateSummary,
    /// Where the spec asks for it.
    pub cv: Option<CvSummary>,
}

impl Deref for Evaluation {
    type Target = EvaluateSummary;

    fn deref(&self) -> &EvaluateSummary {
        &self.summary
    }
}

/// The summary of a finished step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutput {
    Ingest(IngestSummary),
    Clean(CleanSummary),
    Split(SplitSummary),
    Train(Box<Training>),
    Evaluate(Box<Evaluation>),
}

impl StepOutput {
    /// The step that made it.
    #[must_use]
    pub fn step(&self) -> StepName {
        match self {
            Self::Ingest(_) => StepName::Ingest,
            Self::Clean(_) => StepName::Clean,
            Self::Split(_) => StepName::Split,
            Self::Train(_) => StepName::Train,
            Self::Evaluate(_) => StepName::Evaluate,
        }
    }
}
