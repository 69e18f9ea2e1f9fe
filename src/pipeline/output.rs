//! What each step leaves behind for people: small, plain, kept with the run.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{StepName, SweepSummary};
use crate::clean::CleanSummary;
use crate::diagnostics::RegressionReport;
use crate::estimators::TrainSummary;
use crate::evaluate::EvaluateSummary;
use crate::features::FittedFeatures;
use crate::ingest::IngestSummary;
use crate::split::SplitSummary;
use crate::validation::CvSummary;

/// What training left: reads as its `TrainSummary`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    pub summary: TrainSummary,
    /// What stands between a clean table and the model.
    pub features: FittedFeatures,
    /// For least squares and what else has residuals; `None` where there are too many rows to read once more unasked.
    pub report: Option<RegressionReport>,
    /// Where the spec named several candidates: this model is the chosen one's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepSummary>,
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
