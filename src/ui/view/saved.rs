//! What the page of saved pipelines says.

use super::compare::metric_title;
use super::run_steps::step_label;
use super::runs_text::metric_text;
use crate::comparison::larger_is_better;
use crate::pipeline::PipelineSpec;
use crate::registry::{MissingColumn, SavedPipeline, missing_columns};
use crate::tracking::RunSummary;
use crate::ui::view::format::{exact, percent};

/// Metrics by which the best run is found: the first that the runs have.
const HEADLINES: [&str; 4] = ["cv_rmse", "rmse", "accuracy", "r2"];

/// A saved pipeline in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PipelineLine {
    pub name: String,
    pub description: String,
    pub n_versions: usize,
    pub n_runs: usize,
    /// Id, name and start of its last run.
    pub last_run: Option<(String, String, i64)>,
    /// Share of its ended runs that finished.
    pub success: Option<String>,
    pub best: Option<BestRun>,
    /// Newest first.
    pub versions: Vec<VersionLine>,
}

/// The best run of a pipeline by its headline metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BestRun {
    pub run_id: String,
    pub title: String,
    pub text: String,
    /// Full precision.
    pub value: String,
}

/// A version, with what makes it of the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionLine {
    pub version: u32,
    pub time: i64,
    pub note: String,
    /// Step and sentence; empty for the first.
    pub changes: Vec<(&'static str, String)>,
}

/// All saved pipelines with their runs.
#[must_use]
pub fn pipelines(all: &[SavedPipeline], runs: &[RunSummary]) -> Vec<PipelineLine> {
    all.iter().map(|pipeline| line(pipeline, runs)).collect()
}

fn line(pipeline: &SavedPipeline, runs: &[RunSummary]) -> PipelineLine {
    let own = pipeline.runs(runs);
    let last = own.first();
    let version = |version: &crate::registry::PipelineVersion| VersionLine {
        version: version.version,
        time: version.time,
        note: version.note.clone(),
        changes: changes(pipeline, version.version),
    };
    PipelineLine {
        name: pipeline.name.clone(),
        description: pipeline.description.clone(),
        n_versions: pipeline.versions.len(),
        n_runs: own.len(),
        last_run: last.map(|run| (run.info.run_id.clone(), run.info.run_name.clone(), run.info.start_time)),
        success: pipeline.success(runs).map(percent),
        best: best(&own),
        versions: pipeline.versions.iter().rev().map(version).collect(),
    }
}

fn changes(pipeline: &SavedPipeline, version: u32) -> Vec<(&'static str, String)> {
    let found = version.checked_sub(1).and_then(|before| pipeline.changes(before, version).ok()).unwrap_or_default();
    found.into_iter().map(|change| (step_label(change.step), change.sentence)).collect()
}

fn best(runs: &[&RunSummary]) -> Option<BestRun> {
    let key = HEADLINES.into_iter().find(|key| runs.iter().any(|run| run.metric(key).is_some()))?;
    let larger = larger_is_better(key)?;
    let known = runs.iter().filter_map(|run| Some((run, run.metric(key).filter(|value| value.is_finite())?)));
    let (run, value) = known.reduce(|a, b| if (b.1 > a.1) == larger && b.1 != a.1 { b } else { a })?;
    Some(BestRun {
        run_id: run.info.run_id.clone(),
        title: metric_title(key),
        text: metric_text(value),
        value: exact(value),
    })
}

/// A pipeline to run on the dataset that is open now: its own dataset is left behind.
#[must_use]
pub fn on_dataset(spec: &PipelineSpec, current: &PipelineSpec) -> PipelineSpec {
    PipelineSpec { dataset: current.dataset.clone(), ..spec.clone() }
}

/// What keeps a pipeline from running on a dataset with these columns.
#[must_use]
pub fn lacking(spec: &PipelineSpec, columns: &[String]) -> Vec<MissingColumn> {
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    missing_columns(spec, &columns)
}

/// Why a template cannot be used as it is, or with which target it is: that of the pipeline on the page, if it has one.
#[must_use]
pub fn from_template(template: &PipelineSpec, current: &PipelineSpec) -> PipelineSpec {
    let mut spec = on_dataset(template, current);
    spec.ingest = current.ingest.clone();
    if spec.features.target.is_empty() {
        spec.features.target.clone_from(&current.features.target);
    }
    spec
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::templates;
    use crate::tracking::suite::run_record;
    use crate::tracking::{RunStatus, Tag};

    fn saved() -> SavedPipeline {
        let spec = PipelineSpec::default();
        let (pipeline, _) = SavedPipeline::create("orders", &spec, &[], 1).unwrap();
        let changed = PipelineSpec { split: None, ..spec };
        pipeline.save(&changed, "all rows", 2).unwrap().0
    }

    fn run(name: &str, start: i64, r2: f64, status: RunStatus) -> RunSummary {
        let mut record = run_record(name, start);
        record.tags.push(Tag { key: SavedPipeline::TAG.into(), value: "orders".into() });
        record.info.status = status;
        record.metrics[0].value = r2;
        RunSummary::from(&record)
    }

    #[test]
    fn a_pipeline_shows_its_last_and_its_best_run() {
        let other = RunSummary::from(&run_record("other", 99));
        let runs = [
            other,
            run("a", 10, 0.3, RunStatus::Finished),
            run("b", 30, 0.1, RunStatus::Failed),
            run("c", 20, 0.2, RunStatus::Finished),
        ];
        let line = &pipelines(&[saved()], &runs)[0];
        assert_eq!((line.n_runs, line.n_versions), (3, 2));
        assert_eq!(line.last_run.as_ref().map(|(_, name, time)| (name.as_str(), *time)), Some(("b", 30)));
        assert_eq!(line.success.as_deref(), Some("67 %"));
        let best = line.best.as_ref().unwrap();
        assert_eq!((best.title.as_str(), best.text.as_str()), ("R²", "0.3000"));
    }

    #[test]
    fn versions_are_told_as_sentences() {
        let line = &pipelines(&[saved()], &[])[0];
        assert_eq!(line.versions[0].version, 2);
        assert_eq!(line.versions[0].changes.len(), 1);
        assert_eq!(line.versions[0].changes[0].0, "Split");
        assert!(line.versions[1].changes.is_empty());
        assert_eq!((line.success.clone(), line.best.clone()), (None, None));
    }

    #[test]
    fn what_a_pipeline_lacks_is_named() {
        let mut spec = PipelineSpec::default();
        spec.features.target = "review_score".into();
        let lacks = lacking(&spec, &["price".into(), "review_scores".into()]);
        assert_eq!(lacks[0].name, "review_score");
        assert!(lacks[0].remedy.contains("review_scores"));
        assert!(lacking(&spec, &["review_score".into()]).is_empty());
    }

    #[test]
    fn a_template_takes_the_dataset_and_the_target_of_the_page() {
        let mut current = PipelineSpec::default();
        current.dataset.name = "orders.csv".into();
        current.features.target = "y".into();
        for (_, _, template) in templates() {
            let spec = from_template(&template, &current);
            assert_eq!((spec.dataset.name.as_str(), spec.features.target.as_str()), ("orders.csv", "y"));
            assert_eq!(spec.clean, template.clean);
        }
    }
}
