//! What each step leaves behind for people: small, plain, kept with the run.

use serde::{Deserialize, Serialize};

use super::StepName;
use crate::clean::CleanSummary;
use crate::estimators::TrainSummary;
use crate::evaluate::EvaluateSummary;
use crate::ingest::IngestSummary;
use crate::split::SplitSummary;

/// The summary of a finished step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutput {
    Ingest(IngestSummary),
    Clean(CleanSummary),
    Split(SplitSummary),
    Train(TrainSummary),
    Evaluate(EvaluateSummary),
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
