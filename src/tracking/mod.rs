//! Experiments, runs, params, metrics, tags, artifacts: MLflow's words, field names and id shapes.

mod error;
mod ids;
mod log;
mod memory;
mod record;
mod recorder;
mod run_json;
mod store;
pub mod suite;

pub use error::StoreError;
pub use ids::{experiment_id, run_id, run_name};
pub use log::{MAX_PARAM_VALUE, VERSION_TAG, metric_key, metrics_of, params_of, standard_tags};
pub use memory::MemoryStore;
#[cfg(target_arch = "wasm32")]
pub(crate) use memory::newest_first;
pub use record::{
    DatasetInput, Experiment, LifecycleStage, MetricRecord, Param, RunInfo, RunRecord, RunStatus, RunSummary, Tag,
};
pub use recorder::{DEFAULT_EXPERIMENT, RUN_RECORD_VERSION, begin_run, end_run};
pub use run_json::run_json;
pub use store::{DatasetRecord, DatasetStore, INTERRUPTED, RunStore, StepStore, Store, interrupted};
