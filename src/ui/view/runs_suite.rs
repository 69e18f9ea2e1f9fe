//! Runs for the tests of the runs table.

use crate::tracking::suite::run_record;
use crate::tracking::{PARENT_TAG, RunSummary, Tag};

/// A run whose only metric is R², with this test size.
pub(super) fn run(name: &str, start_time: i64, r2: Option<f64>, test_size: &str) -> RunSummary {
    let mut run = RunSummary::from(&run_record(name, start_time));
    run.info.run_name = name.into();
    run.metrics.retain(|metric| metric.key == "r2" && r2.is_some());
    for metric in &mut run.metrics {
        metric.value = r2.unwrap_or_default();
    }
    for param in &mut run.params {
        if param.key == "test_size" {
            param.value = test_size.into();
        }
    }
    run
}

/// Three runs, newest first.
pub(super) fn runs() -> Vec<RunSummary> {
    vec![run("delta", 4, Some(0.2), "0.2"), run("calm", 3, None, "0.2"), run("bold", 2, Some(0.9), "0.1")]
}

/// The run as a child of another.
pub(super) fn below(parent: &RunSummary, mut run: RunSummary) -> RunSummary {
    run.tags.push(Tag { key: PARENT_TAG.into(), value: parent.info.run_id.clone() });
    run
}
