//! A row of the runs table: what can be read off it.

use super::log::VERSION_TAG;
use super::{LifecycleStage, MetricRecord, RunRecord, RunSummary, Tag};

/// The tag that names the run that a run belongs to, as in MLflow.
pub const PARENT_TAG: &str = "mlflow.parentRunId";
/// The tag that holds a run's or an experiment's description, as in MLflow.
pub const NOTE_TAG: &str = "mlflow.note.content";
/// The tag that repeats a run's name, as in MLflow.
pub const NAME_TAG: &str = "mlflow.runName";
/// The tag that says where a run came from, as in MLflow.
pub const SOURCE_TAG: &str = "mlflow.source.name";

/// The value of a tag.
#[must_use]
pub fn tag<'a>(tags: &'a [Tag], key: &str) -> Option<&'a str> {
    tags.iter().find(|tag| tag.key == key).map(|tag| tag.value.as_str())
}

/// The metric that counts of those under one key: of the last step, then the last in time, then the largest, as MLflow
/// has it.
#[must_use]
pub fn latest<'a>(metrics: &'a [MetricRecord], key: &str) -> Option<&'a MetricRecord> {
    let mut found: Option<&MetricRecord> = None;
    for metric in metrics.iter().filter(|metric| metric.key == key) {
        let is_later = found.is_none_or(|best| {
            (metric.step, metric.timestamp).cmp(&(best.step, best.timestamp)).then(metric.value.total_cmp(&best.value))
                != std::cmp::Ordering::Less
        });
        if is_later {
            found = Some(metric);
        }
    }
    found
}

impl RunSummary {
    /// The run that this one is a part of, such as a sweep.
    #[must_use]
    pub fn parent_run_id(&self) -> Option<&str> {
        tag(&self.tags, PARENT_TAG)
    }

    /// Milliseconds from start to end; `None` while it runs.
    #[must_use]
    pub fn duration_ms(&self) -> Option<i64> {
        self.info.end_time.map(|end| end - self.info.start_time)
    }

    /// scikit-learn's class name of the estimator.
    #[must_use]
    pub fn model_name(&self) -> Option<&str> {
        self.param("model_name")
    }

    /// Where the run came from: `pipette`, or the script of a run that was brought in.
    #[must_use]
    pub fn source(&self) -> Option<&str> {
        tag(&self.tags, SOURCE_TAG)
    }

    /// The version of what made the run: a script's commit as MLflow notes it, or this program's version.
    #[must_use]
    pub fn source_version(&self) -> Option<&str> {
        tag(&self.tags, "mlflow.source.git.commit").or_else(|| tag(&self.tags, VERSION_TAG))
    }

    /// What a person wrote about the run.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        tag(&self.tags, NOTE_TAG)
    }

    /// The value of a param.
    #[must_use]
    pub fn param(&self, key: &str) -> Option<&str> {
        self.params.iter().find(|param| param.key == key).map(|param| param.value.as_str())
    }

    /// The value of a tag.
    #[must_use]
    pub fn tag(&self, key: &str) -> Option<&str> {
        tag(&self.tags, key)
    }

    /// The latest value of a metric.
    #[must_use]
    pub fn metric(&self, key: &str) -> Option<f64> {
        latest(&self.metrics, key).map(|metric| metric.value)
    }

    /// Whether the run is in the bin.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.info.lifecycle_stage == LifecycleStage::Deleted
    }

    /// Puts what people can change of a run (its name, experiment, tags, whether it is in the bin) into its record.
    pub fn overlay(&self, run: &mut RunRecord) {
        run.info.run_name.clone_from(&self.info.run_name);
        run.info.experiment_id.clone_from(&self.info.experiment_id);
        run.info.lifecycle_stage = self.info.lifecycle_stage;
        run.info.deleted_time = self.info.deleted_time;
        run.tags.clone_from(&self.tags);
    }

    /// The row of a newer record of this run: what a person has changed in this row stays, as do tags that the record
    /// does not have.
    #[must_use]
    pub fn carried_into(&self, run: &RunRecord) -> Self {
        let mut row = Self::from(run);
        if self.edits > 0 {
            let mut edited = run.clone();
            self.overlay(&mut edited);
            let new = run.tags.iter().filter(|tag| self.tag(&tag.key).is_none());
            row.tags = edited.tags.iter().chain(new).cloned().collect();
            row.info = edited.info;
            row.edits = self.edits;
        }
        row
    }
}
