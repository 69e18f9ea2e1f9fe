//! The pipeline: a spec is a value, a step is a pure function, the engine runs only what has changed and says why.

mod analysis;
mod cache;
mod candidates;
mod engine;
mod event;
mod host;
mod leaks;
mod modelling;
mod output;
mod reason;
mod reporting;
mod session;
mod spec;
mod step;
mod steps;
mod suggest;
mod sweep;
mod sweeping;

pub use analysis::{
    Analysis, AnalysisError, AnalysisResult, Bars, BootstrapResult, CompareResult, ContributionsResult,
    CorrelationsResult, DependenceResult, ImportanceResult, LeakResult, LearningCurveResult, Line, Pace, PathEstimator,
    PathResult, Said, analyse,
};
pub use cache::{STORED_STEP_VERSION, StepCache, StoredStep, cache_key};
pub use candidates::CandidateSpec;
pub use engine::{Engine, Outcome, RunRef, Stop};
pub use event::{PipelineEvent, Progress, Unit};
pub use host::{ByteSource, Host};
pub use leaks::{Mended, Remedy, remedy};
pub use output::{Evaluation, StepOutput, Training};
pub use reason::{Circumstances, parameters, why_it_ran};
pub use session::{Session, Traces};
pub use spec::{DatasetRef, PipelineSpec, SpecError};
pub use step::{StepName, StepRecord, StepStatus};
pub use steps::Opened;
pub use suggest::{FirstSpec, adopt, first_spec};
pub use sweep::{Candidate, RandomSearch, SweepError, SweepSummary};
