//! The pipeline: a spec is a value, a step is a pure function, the engine runs only what has changed and says why.

mod event;
mod output;
mod spec;
mod step;

pub use event::{PipelineEvent, Progress, Unit};
pub use output::StepOutput;
pub use spec::{DatasetRef, PipelineSpec, SpecError};
pub use step::{StepName, StepRecord, StepStatus};
