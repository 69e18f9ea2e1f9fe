//! What every store must do, as one suite: native tests call it on memory, tests in Chrome on IndexedDB.

use super::{
    Batch, DatasetInput, DatasetRecord, Edit, Experiment, FOREIGN_RUN, LifecycleStage, MetricRecord, Param, RunInfo,
    RunRecord, RunStatus, RunStore, RunSummary, Store, StoreCommand, StoreError, StoreUsage, Target, create_experiment,
    delete_runs, execute, execute_with, history, metrics_of, move_runs, params_of, redo, rename_run, row_text,
    standard_tags, tag_runs, undo, undo_entry,
};
use crate::base::Digest;
use crate::estimators::{Coefficient, LinearModel, Model, TrainSummary};
use crate::evaluate::{DataSplit, EvaluateSummary, Metric, PredictedActual, ResidualSummary};
use crate::features::{FittedFeatures, InputColumn};
use crate::ingest::Histogram;
use crate::pipeline::{
    Evaluation, PipelineSpec, STORED_STEP_VERSION, StepName, StepOutput, StepRecord, StepStatus, StoredStep, Training,
};
use crate::table::DataType;

/// An evaluation with one metric, R² 0.1 on test rows.
#[must_use]
pub fn evaluate_summary() -> EvaluateSummary {
    let histogram = Histogram { min: -1.0, max: 1.0, counts: vec![1, 2] };
    EvaluateSummary {
        target: "y".into(),
        n_test: 3,
        n_train: 12,
        metrics: vec![Metric { name: "r2".into(), split: DataSplit::Test, value: Some(0.1), baseline: Some(-0.5) }],
        residuals: ResidualSummary {
            mean: -0.25,
            sd: 1.0,
            histogram,
            points: vec![(1.0, 0.1), (2.0, -0.0)],
            is_sample: false,
        },
        predicted_actual: PredictedActual {
            discrete: true,
            columns: Vec::new(),
            predicted_min: 1.0,
            predicted_max: 5.0,
        },
        classification: None,
    }
}

/// The same as a step leaves it.
#[must_use]
pub fn evaluation() -> Evaluation {
    Evaluation { summary: evaluate_summary(), cv: None }
}

/// A finished run with awkward numbers in it. `name` tells runs apart.
#[must_use]
pub fn run_record(name: &str, start_time: i64) -> RunRecord {
    let spec = PipelineSpec::default();
    let coefficient = Coefficient { name: "x".into(), value: 0.1, per_sd: Some(1e-300), se: None, t: Some(3.0) };
    let train = TrainSummary {
        model_name: "LinearRegression".into(),
        target: "y".into(),
        model: Model::Linear(LinearModel { features: vec!["x".into()], coef: vec![0.1], intercept: f64::INFINITY }),
        coefficients: vec![coefficient],
        n_rows: 12,
        rank: 1,
        condition_number: 1.5,
        r_digest: None,
        warnings: Vec::new(),
    };
    let features = FittedFeatures {
        inputs: vec![InputColumn { name: "x".into(), data_type: DataType::Float, seen: None }],
        names: vec!["x".into()],
        target: "y".into(),
        ..FittedFeatures::default()
    };
    let evaluate = evaluation();
    let steps = StepName::ALL
        .iter()
        .map(|step| StepRecord {
            status: StepStatus::Completed,
            reason: "First run".into(),
            seconds: 0.25,
            rows: 15,
            artifact: Some(Digest::of(step.as_str().as_bytes())),
            ..StepRecord::pending(*step)
        })
        .collect();
    RunRecord {
        version: 1,
        info: RunInfo {
            run_id: Digest::of(name.as_bytes()).short(32).to_owned(),
            run_name: name.into(),
            experiment_id: "0".into(),
            status: RunStatus::Finished,
            start_time,
            end_time: Some(start_time + 1250),
            lifecycle_stage: LifecycleStage::Active,
            deleted_time: None,
        },
        params: params_of(&spec),
        metrics: metrics_of(&evaluate, start_time + 1250),
        tags: standard_tags(name),
        dataset: Some(DatasetInput {
            name: "café.csv".into(),
            digest: Digest::of(b"data"),
            rows: 15,
            columns: 2,
            bytes: 9_000_000_000,
        }),
        steps,
        outputs: vec![
            StepOutput::Train(Box::new(Training {
                summary: train,
                features,
                means: Vec::new(),
                report: None,
                logit: None,
                sweep: None,
                reference: None,
            })),
            StepOutput::Evaluate(Box::new(evaluate)),
        ],
        error: None,
        folds: None,
        spec,
    }
}

/// The run while it is under way: ingest done, clean running.
#[must_use]
pub fn running(mut run: RunRecord) -> RunRecord {
    run.info.status = RunStatus::Running;
    run.info.end_time = None;
    run.outputs.clear();
    run.metrics.clear();
    for (step, status) in run.steps.iter_mut().zip([
        StepStatus::Completed,
        StepStatus::Running,
        StepStatus::Pending,
        StepStatus::Pending,
        StepStatus::Pending,
    ]) {
        step.status = status;
        step.seconds = if status == StepStatus::Completed { 0.25 } else { 0.0 };
    }
    run
}

/// A stored step, told apart by `name`.
#[must_use]
pub fn stored_step(name: &str) -> StoredStep {
    StoredStep {
        version: STORED_STEP_VERSION,
        key: Digest::of(name.as_bytes()),
        step: StepName::Evaluate,
        code_version: 1,
        parts: [("price".to_owned(), Digest::of(b"price"))].into(),
        rows: 4000,
        artifact: Digest::of(b"artifact"),
        output: StepOutput::Evaluate(Box::new(evaluation())),
        made_by: "0".repeat(32),
        run_name: "calm-heron-31".into(),
        created: 1_700_000_000_000,
    }
}

/// All that a store must keep and give back. The store must be empty.
///
/// # Errors
/// What was not as it must be.
pub async fn suite(store: &impl Store) -> Result<(), String> {
    runs(store).await?;
    experiments(store).await?;
    steps(store).await?;
    datasets(store).await?;
    changes(store).await?;
    batches(store).await?;
    upkeep(store).await
}

/// Last of all, for it leaves nothing.
async fn upkeep(store: &impl Store) -> Result<(), String> {
    let step = stored_step("kept for long");
    equal("putting a step", store.put_step(&step).await, Ok(()))?;
    equal("putting its artifact", store.put_blob(&step.artifact, &[7; 100]).await, Ok(()))?;
    let full = store.usage().await.map_err(|error| error.to_string())?;
    let is_full = full.n_runs > 0 && full.n_steps > 0 && full.n_artifacts > 0 && full.n_documents > 0;
    equal("a store that holds something", is_full && full.artifact_bytes >= 100, true)?;
    equal("clearing the cache", store.clear_cache().await, Ok(()))?;
    let cleared = StoreUsage { n_steps: 0, n_artifacts: 0, artifact_bytes: 0, ..full };
    equal("all but the cache", store.usage().await, Ok(cleared))?;
    equal("a step that was cleared", store.get_step(&step.key).await, Ok(None))?;
    equal("its artifact", store.get_blob(&step.artifact).await, Ok(None))?;
    equal("erasing", store.erase().await, Ok(()))?;
    equal("nothing", store.usage().await, Ok(StoreUsage::default()))?;
    equal("no runs", store.list_runs().await, Ok(Vec::new()))
}

async fn runs(store: &impl Store) -> Result<(), String> {
    equal("an empty list", store.list_runs().await, Ok(Vec::new()))?;
    equal("a run that is not there", store.get_run("0").await, Ok(None))?;

    let [first, second, twin] = [("first", 1000), ("second", 2000), ("twin", 2000)].map(|(n, t)| run_record(n, t));
    for run in [&second, &first, &twin] {
        equal("putting a run", store.put_run(run).await, Ok(()))?;
    }
    for run in [&first, &second, &twin] {
        equal("a run read back", store.get_run(&run.info.run_id).await, Ok(Some(run.clone())))?;
    }
    let mut newest = [&second, &twin];
    newest.sort_by_key(|run| run.info.run_id.clone());
    let rows: Vec<RunSummary> = newest.into_iter().chain([&first]).map(RunSummary::from).collect();
    equal("the list, newest first", store.list_runs().await, Ok(rows))?;

    // Replacing replaces the row as well, and adds none.
    let mut renamed = first.clone();
    renamed.info.run_name = "renamed".into();
    renamed.info.lifecycle_stage = LifecycleStage::Deleted;
    equal("replacing a run", store.put_run(&renamed).await, Ok(()))?;
    equal("the replaced run", store.get_run(&first.info.run_id).await, Ok(Some(renamed)))?;
    let left = store.list_runs().await.map(|rows| rows.len());
    equal("a deleted run is not in the list", left, Ok(2))
}

async fn experiments(store: &impl Store) -> Result<(), String> {
    let experiment = |id: &str, creation_time| Experiment {
        experiment_id: id.into(),
        name: format!("Experiment {id}"),
        lifecycle_stage: LifecycleStage::Active,
        creation_time,
        last_update_time: creation_time,
        tags: Vec::new(),
    };
    equal("no experiments", store.experiments().await, Ok(Vec::new()))?;
    let (default, other) = (experiment("0", 9000), experiment("123456789012345678", 1000));
    equal("putting an experiment", store.put_experiment(&default).await, Ok(()))?;
    equal("putting another", store.put_experiment(&other).await, Ok(()))?;
    equal("experiments, oldest first", store.experiments().await, Ok(vec![other, default]))
}

/// Changes are made whole or not at all, taken back and made again; a run under way does not overwrite them.
async fn changes(store: &impl Store) -> Result<(), String> {
    let run = running(run_record("changed", 7000));
    let id = run.info.run_id.as_str();
    equal("putting", store.put_run(&run).await, Ok(()))?;
    let row = || async {
        let rows = store.all_runs().await.map_err(|error| error.to_string())?;
        rows.into_iter().find(|row| row.info.run_id == id).ok_or_else(|| "the row is gone".to_owned())
    };
    let error = |error: super::ChangeError| error.to_string();
    let before = row().await?;
    let rename = rename_run(&before, " best ").map_err(error)?;
    let done = execute(store, &rename, 1).await.map_err(|error| error.to_string())?;
    equal("the log", (done.seq, done.command.words.as_str()), (1, "Renamed changed to best."))?;
    let tagging = tag_runs(&[&before], "team", Some("a\tb")).map_err(error)?;
    equal("tagging", execute(store, &tagging, 2).await.map(|entry| entry.seq), Ok(2))?;
    // The run ends in its own tab, which knows nothing of this.
    let end = run_record("changed", 7000);
    equal("putting the end", store.put_run(&end).await, Ok(()))?;
    let after = row().await?;
    equal("its name", after.info.run_name.as_str(), "best")?;
    equal("its tags", (after.tag("team"), after.tag("mlflow.runName")), (Some("a\tb"), Some("best")))?;
    equal("its status", after.info.status, RunStatus::Finished)?;
    let whole = store.get_run(id).await.map_err(|error| error.to_string())?.ok_or("gone")?;
    equal("the whole run's name", (whole.info.run_name, whole.outputs == end.outputs), ("best".to_owned(), true))?;

    // What has changed since is not overwritten, and nothing of a change that fails is kept.
    let stale = rename_run(&before, "other").map_err(error)?;
    let mut both = tag_runs(&[&after], "half", Some("done")).map_err(error)?;
    both.edits.extend(stale.edits);
    equal("a stale change", execute(store, &both, 3).await.is_err(), true)?;
    equal("nothing of it", row().await?, after.clone())?;

    equal("taken back", undo(store, 4).await.map(|entry| entry.map(|entry| entry.seq)), Ok(Some(2)))?;
    equal("without the tag", row().await?.tag("team"), None)?;
    equal("taken back", undo(store, 5).await.map(|entry| entry.map(|entry| entry.seq)), Ok(Some(1)))?;
    equal("nothing left", undo(store, 6).await, Ok(None))?;
    equal("its old name", row().await?.info.run_name.as_str(), "changed")?;
    equal("done again", redo(store, 7).await.map(|entry| entry.map(|entry| entry.seq)), Ok(Some(1)))?;
    equal("its new name", row().await?.info.run_name.as_str(), "best")?;
    let bin = delete_runs(&[&row().await?], 8);
    equal("deleting", execute(store, &bin, 8).await.map(|entry| entry.seq), Ok(3))?;
    let bad = row().await?;
    equal("in the bin", (bad.is_deleted(), bad.info.deleted_time), (true, Some(8)))?;
    let listed = store.list_runs().await.map_err(|error| error.to_string())?;
    equal("not in the list", listed.iter().any(|row| row.info.run_id == id), false)?;
    equal("what was taken back is forgotten", redo(store, 9).await, Ok(None))?;
    let log = history(store).await.map_err(|error| error.to_string())?;
    let words: Vec<&str> = log.iter().map(|entry| entry.command.words.as_str()).collect();
    equal("the history", words, vec!["Put best into the bin.", "Renamed changed to best."])?;
    equal("out of order", undo_entry(store, 1, 10).await.map(|entry| entry.is_some()), Ok(true))?;
    equal("both", (row().await?.is_deleted(), row().await?.info.run_name.as_str()), (true, "changed"))?;

    brought_in(store).await?;

    let none = store.experiments().await.map_err(|error| error.to_string())?;
    let make = create_experiment("222222222222222222", "Prices", &none, 20).map_err(error)?;
    equal("making", execute(store, &make, 20).await.is_ok(), true)?;
    let made = store.experiments().await.map_err(|error| error.to_string())?;
    let experiment = made.iter().find(|experiment| experiment.name == "Prices").ok_or("not made")?;
    let again = create_experiment("3", "Prices", &made, 21);
    equal("its name is taken", again, Err(super::ChangeError::NameTaken("Prices".into())))?;
    let moving = move_runs(&[&row().await?], experiment).map_err(error)?;
    equal("moving", execute(store, &moving, 22).await.is_ok(), true)?;
    equal("moved", row().await?.info.experiment_id.as_str(), "222222222222222222")?;
    for words in ["Moved changed to Prices.", "Made the experiment Prices."] {
        let back = undo(store, 23).await.map_err(|error| error.to_string())?.ok_or("nothing to take back")?;
        equal("taken back", back.command.words.as_str(), words)?;
    }
    equal("as before", store.experiments().await, Ok(none))
}

/// A run that was never made here is a row and nothing else; it can be changed, and bringing it in can be taken back.
async fn brought_in(store: &impl Store) -> Result<(), String> {
    let row = RunSummary::from(&run_record("foreign", 6000));
    let id = row.info.run_id.clone();
    let found = || async {
        let rows = store.all_runs().await.map_err(|error| error.to_string())?;
        Ok::<_, String>(rows.into_iter().find(|row| row.info.run_id == id))
    };
    let edit = Edit::new(Target::Run(id.clone()), "record", None, Some(row_text(&row)));
    let bring = StoreCommand { words: "Brought in.".into(), edits: vec![edit] };
    equal("bringing in", execute(store, &bring, 16).await.is_ok(), true)?;
    equal("its row", found().await?, Some(row.clone()))?;
    equal("bringing it in twice", execute(store, &bring, 17).await.is_err(), true)?;
    equal("there is no more of it", store.get_run(&id).await, Ok(None))?;
    let rename = rename_run(&row, "guest").map_err(|error| error.to_string())?;
    equal("renaming it", execute(store, &rename, 18).await.is_ok(), true)?;
    let name = found().await?.map(|row| row.info.run_name);
    equal("its name", name.as_deref(), Some("guest"))?;
    for words in ["Renamed foreign to guest.", "Brought in."] {
        let back = undo(store, 19).await.map_err(|error| error.to_string())?.ok_or("nothing to take back")?;
        equal("taken back", back.command.words.as_str(), words)?;
    }
    equal("it is gone", found().await?, None)
}

/// Records and edits are written together or not at all; what is removed for good takes along what is kept beside it.
async fn batches(store: &impl Store) -> Result<(), String> {
    let runs = [run_record("batch a", 30_000), run_record("batch b", 31_000)];
    let ids: Vec<String> = runs.iter().map(|run| run.info.run_id.clone()).collect();
    let there = || async {
        let rows = store.all_runs().await.map_err(|error| error.to_string())?;
        Ok::<_, String>(rows.iter().filter(|row| ids.contains(&row.info.run_id)).count())
    };
    let dataset = DatasetRecord {
        digest: Digest::of(b"batch"),
        name: "batch.csv".into(),
        bytes: 1,
        rows: 1,
        columns: 1,
        last_used: 0,
    };
    let known = store.datasets().await.map_err(|error| error.to_string())?;
    let batch = Batch { runs: &runs, datasets: std::slice::from_ref(&dataset), edits: &[] };
    let beside = Edit::document(FOREIGN_RUN, &ids[0], None, Some("{}".into()));
    let stale = Edit::document("note", "none", Some("was".into()), None);
    let bad = StoreCommand { words: "Bad.".into(), edits: vec![beside.clone(), stale] };
    let refused = execute_with(store, &bad, &batch, 30).await;
    equal("a stale edit", matches!(refused, Err(StoreError::Conflict(_))), true)?;
    equal("no run of it", there().await?, 0)?;
    equal("no dataset of it", store.datasets().await, Ok(known))?;
    equal("no document of it", store.documents(FOREIGN_RUN).await, Ok(Vec::new()))?;

    let renamed = Edit::new(Target::Run(ids[0].clone()), "name", Some("batch a".into()), Some("first".into()));
    let good = StoreCommand { words: "Good.".into(), edits: vec![beside, renamed] };
    equal("a good one", execute_with(store, &good, &batch, 31).await.is_ok(), true)?;
    equal("all runs of it", there().await?, 2)?;
    let first = store.get_run(&ids[0]).await.map_err(|error| error.to_string())?.map(|run| run.info.run_name);
    equal("edited as it was added", first.as_deref(), Some("first"))?;
    let datasets = store.datasets().await.map_err(|error| error.to_string())?;
    equal("its dataset", datasets.contains(&dataset), true)?;
    equal("its document", store.documents(FOREIGN_RUN).await.map(|all| all.len()), Ok(1))?;

    equal("removing", store.delete_runs(&ids).await, Ok(()))?;
    equal("gone", there().await?, 0)?;
    equal("none is whole", store.get_run(&ids[0]).await, Ok(None))?;
    equal("what was beside it", store.documents(FOREIGN_RUN).await, Ok(Vec::new()))
}

/// A run with twenty metrics and twelve params; `number` tells runs apart, and is when it began.
#[must_use]
pub fn wide_run(number: i64) -> RunRecord {
    let mut run = run_record(&format!("run {number}"), number);
    run.outputs.clear();
    run.metrics = (0..20)
        .map(|metric| {
            let name = format!("metric_{metric}");
            let value = (number as f64 + 0.1).sin() * f64::from(metric + 1);
            MetricRecord { key: name.clone(), name, split: DataSplit::Test, value, timestamp: number, step: 0 }
        })
        .collect();
    while run.params.len() < 12 {
        let key = format!("param_{}", run.params.len());
        run.params.push(Param { key, value: number.to_string() });
    }
    run
}

/// The same store with `n` runs of twenty metrics in it: put a thousand at a time, listed, read, changed all at once, taken
/// back, thrown away and removed. The store must be empty; half of the runs are left in it.
///
/// # Errors
/// What was not as it must be.
pub async fn many_runs(store: &impl Store, n: i64) -> Result<(), String> {
    let said = |error: StoreError| error.to_string();
    let mut numbers: Vec<i64> = (0..n).collect();
    for thousand in numbers.chunks(1000) {
        let runs: Vec<RunRecord> = thousand.iter().map(|number| wide_run(*number)).collect();
        equal("putting a thousand", store.put_runs(&runs).await, Ok(()))?;
    }
    numbers.reverse();
    let rows = store.list_runs().await.map_err(said)?;
    let times: Vec<i64> = rows.iter().map(|row| row.info.start_time).collect();
    equal("all of them, newest first", times == numbers, true)?;
    equal("the first row", rows.first(), Some(&RunSummary::from(&wide_run(n - 1))))?;
    let middle = wide_run(n / 2);
    equal("one of them", store.get_run(&middle.info.run_id).await, Ok(Some(middle)))?;

    let all: Vec<&RunSummary> = rows.iter().collect();
    let tag = tag_runs(&all, "team", Some("red")).map_err(|error| error.to_string())?;
    execute(store, &tag, 1).await.map_err(said)?;
    let tagged = store.list_runs().await.map_err(said)?;
    equal("all are tagged", tagged.iter().all(|row| row.tag("team") == Some("red")), true)?;
    undo(store, 2).await.map_err(said)?;
    let back = store.list_runs().await.map_err(said)?;
    equal("none is", back.iter().all(|row| row.tag("team").is_none()), true)?;

    let half: Vec<&RunSummary> = rows.iter().take(rows.len() / 2).collect();
    execute(store, &delete_runs(&half, 3), 3).await.map_err(said)?;
    let left = rows.len() - half.len();
    equal("half are in the bin", store.list_runs().await.map(|rows| rows.len()), Ok(left))?;
    equal("and there", store.all_runs().await.map(|rows| rows.len()), Ok(rows.len()))?;
    let ids: Vec<String> = half.iter().map(|row| row.info.run_id.clone()).collect();
    equal("emptying the bin", store.delete_runs(&ids).await, Ok(()))?;
    equal("half are left", store.all_runs().await.map(|rows| rows.len()), Ok(left))
}

async fn steps(store: &impl Store) -> Result<(), String> {
    let step = stored_step("a");
    equal("no step", store.get_step(&step.key).await, Ok(None))?;
    equal("putting a step", store.put_step(&step).await, Ok(()))?;
    equal("a step read back", store.get_step(&step.key).await, Ok(Some(step.clone())))?;
    let older = StoredStep { version: 0, ..stored_step("b") };
    equal("putting an old step", store.put_step(&older).await, Ok(()))?;
    equal("a step of another version counts as none", store.get_step(&older.key).await, Ok(None))?;

    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let digest = Digest::of(&bytes);
    equal("no blob", store.get_blob(&digest).await, Ok(None))?;
    equal("putting a blob", store.put_blob(&digest, &bytes).await, Ok(()))?;
    equal("putting it again", store.put_blob(&digest, &bytes).await, Ok(()))?;
    equal("a blob read back", store.get_blob(&digest).await, Ok(Some(bytes)))?;
    let none = Digest::of(b"");
    equal("putting an empty blob", store.put_blob(&none, b"").await, Ok(()))?;
    equal("an empty blob is there", store.get_blob(&none).await, Ok(Some(Vec::new())))
}

async fn datasets(store: &impl Store) -> Result<(), String> {
    let dataset = |name: &str, last_used| DatasetRecord {
        digest: Digest::of(name.as_bytes()),
        name: name.into(),
        bytes: 9_000_000_000,
        rows: 48_000_000,
        columns: 7,
        last_used,
    };
    equal("no datasets", store.datasets().await, Ok(Vec::new()))?;
    for dataset in [dataset("old", 1), dataset("new", 3), dataset("old", 2)] {
        equal("putting a dataset", store.put_dataset(&dataset).await, Ok(()))?;
    }
    equal("datasets, last used first", store.datasets().await, Ok(vec![dataset("new", 3), dataset("old", 2)]))
}

/// Two tabs on one content: the second must not end the first one's run while the first lives, and must when it is gone.
///
/// # Errors
/// What was not as it must be.
pub async fn two_owners(first: &impl RunStore, first_owner: &str, second: &impl RunStore) -> Result<(), String> {
    let run = running(run_record("under way", 5000));
    let done = run_record("done", 4000);
    equal("the first tab's run", first.put_run(&run).await, Ok(()))?;
    equal("a finished run", first.put_run(&done).await, Ok(()))?;
    equal("one's own run lives", first.mark_interrupted(&[]).await, Ok(Vec::new()))?;
    equal("a live tab's run lives", second.mark_interrupted(&[first_owner.into()]).await, Ok(Vec::new()))?;
    equal("it is untouched", second.get_run(&run.info.run_id).await, Ok(Some(run.clone())))?;
    equal("a closed tab's run", second.mark_interrupted(&[]).await, Ok(vec![run.info.run_id.clone()]))?;
    let ended = second.get_run(&run.info.run_id).await.map_err(|error| error.to_string())?.ok_or("gone")?;
    let statuses: Vec<&str> = ended.steps.iter().map(|step| step.status.as_str()).collect();
    equal("its steps", statuses, vec!["completed", "failed", "skipped", "skipped", "skipped"])?;
    equal("its status", ended.info.status, RunStatus::Failed)?;
    equal("its end", ended.info.end_time, Some(5250))?;
    equal("its error", ended.error.map(|error| error.code), Some("run.interrupted".to_owned()))?;
    let row = second.list_runs().await.map_err(|error| error.to_string())?;
    let status = row.iter().find(|row| row.info.run_id == run.info.run_id).map(|row| row.info.status);
    equal("its row", status, Some(RunStatus::Failed))?;
    equal("nothing is left to end", second.mark_interrupted(&[]).await, Ok(Vec::new()))?;
    equal("the finished run", second.get_run(&done.info.run_id).await, Ok(Some(done)))
}

/// `Err` with both sides when they differ.
///
/// # Errors
/// The description and both values.
pub fn equal<T: PartialEq + std::fmt::Debug>(what: &str, actual: T, expected: T) -> Result<(), String> {
    if actual == expected { Ok(()) } else { Err(format!("{what}: got {actual:?}, not {expected:?}")) }
}
