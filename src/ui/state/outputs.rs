//! What the finished steps left behind, as the inspectors read it.

use std::sync::Arc;

use crate::clean::CleanSummary;
use crate::export::code::python::Known;
use crate::ingest::IngestSummary;
use crate::pipeline::{Evaluation, StepName, StepOutput, Training};
use crate::split::SplitSummary;

/// The newest summary of each step; `None` until the step has finished once. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outputs {
    pub ingest: Option<Arc<IngestSummary>>,
    pub clean: Option<Arc<CleanSummary>>,
    pub split: Option<Arc<SplitSummary>>,
    pub train: Option<Arc<Training>>,
    pub evaluate: Option<Arc<Evaluation>>,
    /// Correlation of each column with the target of the spec; empty until it was computed.
    pub correlations: Arc<Vec<(String, Option<f64>)>>,
    /// Nobody has chosen the target yet: it is a guess.
    pub target_guessed: bool,
}

impl Outputs {
    /// What the code of the same pipeline may know of them.
    #[must_use]
    pub fn known(&self) -> Known<'_> {
        Known {
            ingest: self.ingest.as_deref(),
            clean: self.clean.as_deref(),
            features: self.train.as_ref().map(|training| &training.features),
            fitted: self.train.as_ref().map(|training| (training.n_rows, training.model.features().len())),
        }
    }

    /// Keeps a step's summary in place of the one before.
    pub fn put(&mut self, output: StepOutput) {
        match output {
            StepOutput::Ingest(summary) => self.ingest = Some(Arc::new(summary)),
            StepOutput::Clean(summary) => self.clean = Some(Arc::new(summary)),
            StepOutput::Split(summary) => self.split = Some(Arc::new(summary)),
            StepOutput::Train(summary) => self.train = Some(Arc::from(summary)),
            StepOutput::Evaluate(summary) => self.evaluate = Some(Arc::from(summary)),
        }
    }

    /// Forgets a step's summary.
    pub fn clear(&mut self, step: StepName) {
        match step {
            StepName::Ingest => self.ingest = None,
            StepName::Clean => self.clean = None,
            StepName::Split => self.split = None,
            StepName::Train => self.train = None,
            StepName::Evaluate => self.evaluate = None,
        }
    }

    /// Whether the step has left anything.
    #[must_use]
    pub fn has(&self, step: StepName) -> bool {
        match step {
            StepName::Ingest => self.ingest.is_some(),
            StepName::Clean => self.clean.is_some(),
            StepName::Split => self.split.is_some(),
            StepName::Train => self.train.is_some(),
            StepName::Evaluate => self.evaluate.is_some(),
        }
    }
}
