//! Experiments, runs, params, metrics, tags, artifacts: MLflow's words, field names and id shapes.

mod record;

pub use record::{
    DatasetInput, Experiment, LifecycleStage, MetricRecord, Param, RunInfo, RunRecord, RunStatus, RunSummary, Tag,
};
