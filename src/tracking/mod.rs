//! Experiments, runs, params, metrics, tags, artifacts: MLflow's words, field names and id shapes.

mod children;
mod command;
mod edit;
mod error;
mod history;
mod ids;
mod log;
mod memory;
mod record;
mod recorder;
mod row;
mod row_text;
mod run_json;
mod store;
pub mod suite;
mod upkeep;

pub use children::{child_runs, sweep_of};
pub use command::{
    ARCHIVED_TAG, StoreCommand, archive_experiment, create_experiment, delete_experiment, delete_runs,
    describe_experiment, move_runs, rename_experiment, rename_run, rename_runs, renamed, restore_experiment,
    restore_runs, tag_experiment, tag_runs, with_children,
};
pub use edit::{Edit, Item, Target, apply_all, targets};
pub use error::{ChangeError, StoreError};
pub use history::{LogEntry, execute, execute_with, history, redo, undo, undo_entry};
pub use ids::{experiment_id, run_id, run_name};
pub use log::{MAX_PARAM_VALUE, VERSION_TAG, metric_key, metric_prefix, metrics_of, params_of, standard_tags};
pub use memory::MemoryStore;
#[cfg(target_arch = "wasm32")]
pub(crate) use memory::{latest_first, newest_first, oldest_first};
pub use record::{
    CandidateFolds, DatasetInput, Experiment, LifecycleStage, MetricRecord, Param, RunInfo, RunRecord, RunStatus,
    RunSummary, Tag,
};
pub use recorder::{DEFAULT_EXPERIMENT, RUN_RECORD_VERSION, begin_run, end_run, note_event};
pub use row::{NAME_TAG, NOTE_TAG, PARENT_TAG, SOURCE_TAG, latest, tag};
pub use row_text::{
    binned_text, listed_text, row_from_text, row_head, row_text, rows_from_text, rows_text, split_rows,
};
pub use run_json::{run_json, whole_run_json};
pub use store::{
    Batch, DatasetRecord, DatasetStore, Document, EditStore, FOREIGN_RUN, INTERRUPTED, RunStore, StepStore, Store,
    interrupted,
};
pub use upkeep::{StoreUsage, Upkeep};
