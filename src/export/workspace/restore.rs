//! A backup brought into a workspace: what is there already stays, the rest comes in as one change.

use std::collections::BTreeSet;

use super::{DOCUMENT_KINDS, WorkspaceArchive};
use crate::tracking::{
    DEFAULT_EXPERIMENT, DatasetRecord, Document, Edit, Experiment, LifecycleStage, RunRecord, RunStatus, RunSummary,
    StoreCommand, Target, interrupted, restore_runs, row_text,
};

/// What the store holds already.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// Those in the bin too.
    pub runs: &'a [RunSummary],
    pub experiments: &'a [Experiment],
    pub datasets: &'a [DatasetRecord],
    /// By kind, those of `DOCUMENT_KINDS`.
    pub documents: &'a [(String, Vec<Document>)],
}

/// What is to be written at once (`execute_with`), and what was left out or renamed, in sentences.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Restoring {
    pub runs: Vec<RunRecord>,
    pub datasets: Vec<DatasetRecord>,
    pub command: StoreCommand,
    pub notes: Vec<String>,
}

impl WorkspaceArchive {
    /// What of it is new at `now` (Unix milliseconds). Bringing the same archive in twice changes nothing. Runs are added
    /// in the bin and taken out of it by the change, so that taking the change back puts them there.
    #[must_use]
    pub fn restoring(self, present: Present<'_>, now: i64) -> Restoring {
        let known: BTreeSet<&str> = present.runs.iter().map(|row| row.info.run_id.as_str()).collect();
        let n_all = self.runs.len() + self.rows.len();
        let (mut edits, mut notes) = (Vec::new(), Vec::new());
        self.new_experiments(present.experiments, &mut edits, &mut notes);
        self.new_documents(present.documents, &mut edits, &mut notes);
        let new_rows = self.rows.iter().filter(|row| !known.contains(row.info.run_id.as_str()));
        // How often it was changed elsewhere is of no use here, and would stand in the way of taking this back.
        let new_rows = new_rows.map(|row| {
            let text = row_text(&RunSummary { edits: 0, ..row.clone() });
            Edit::new(Target::Run(row.info.run_id.clone()), "record", None, Some(text))
        });
        let n_before = edits.len();
        edits.extend(new_rows);
        let n_rows = edits.len() - n_before;
        let new_runs = self.runs.into_iter().filter(|run| !known.contains(run.info.run_id.as_str()));
        let runs: Vec<RunRecord> = new_runs.map(|run| in_bin(run, now)).collect();
        let rows: Vec<RunSummary> = runs.iter().map(RunSummary::from).collect();
        let come_out: Vec<&RunSummary> = rows.iter().filter(|row| row.info.deleted_time == Some(now)).collect();
        edits.extend(restore_runs(&come_out).edits);
        let n_new = runs.len() + n_rows;
        if n_new < n_all {
            notes.push(format!("{} of {n_all} runs are here already; they stay as they are.", n_all - n_new));
        }
        let is_new = |dataset: &DatasetRecord| !present.datasets.iter().any(|other| other.digest == dataset.digest);
        let words = format!("Brought in {n_new} {} from the backup.", if n_new == 1 { "run" } else { "runs" });
        Restoring {
            runs,
            datasets: self.datasets.into_iter().filter(is_new).collect(),
            command: StoreCommand { words, edits },
            notes,
        }
    }

    fn new_experiments(&self, present: &[Experiment], edits: &mut Vec<Edit>, notes: &mut Vec<String>) {
        for experiment in &self.experiments {
            let id = &experiment.experiment_id;
            if id == DEFAULT_EXPERIMENT || present.iter().any(|other| other.experiment_id == *id) {
                continue;
            }
            let mut name = experiment.name.clone();
            let is_taken = |name: &str| {
                present.iter().any(|other| other.lifecycle_stage == LifecycleStage::Active && other.name == name)
            };
            if is_taken(&name) {
                name = format!("{name} ({})", id.chars().take(4).collect::<String>());
                notes
                    .push(format!("There is an experiment {} already; the one brought in is {name}.", experiment.name));
            }
            let text = serde_json::to_string(&Experiment { name, ..experiment.clone() }).unwrap_or_default();
            edits.push(Edit::new(Target::Experiment(id.clone()), "record", None, Some(text)));
        }
    }

    fn new_documents(&self, present: &[(String, Vec<Document>)], edits: &mut Vec<Edit>, notes: &mut Vec<String>) {
        for (kind, own) in &self.documents {
            let known = present.iter().find(|(other, _)| other == kind);
            let Some((_, known)) = known.filter(|_| DOCUMENT_KINDS.contains(&kind.as_str())) else { continue };
            for document in own {
                match known.iter().find(|other| other.id == document.id) {
                    None => edits.push(Edit::document(kind, &document.id, None, Some(document.text.clone()))),
                    Some(other) if other.text == document.text => {}
                    Some(_) => notes.push(format!("There is a {kind} {} already; it stays as it is.", document.id)),
                }
            }
        }
    }
}

/// The run as it is added: nobody runs it here, and it waits in the bin. One that was in the bin stays as it was.
fn in_bin(run: RunRecord, now: i64) -> RunRecord {
    let mut run = if run.info.status == RunStatus::Running { interrupted(run) } else { run };
    if run.info.lifecycle_stage == LifecycleStage::Active {
        run.info.lifecycle_stage = LifecycleStage::Deleted;
        run.info.deleted_time = Some(now);
    }
    run
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::tracking::suite::{run_record, running};
    use crate::tracking::{Batch, EditStore, MemoryStore, RunStore, execute_with, history, redo, undo};

    /// Memory never waits, so one poll is all it takes.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("a store in memory does not wait"),
        }
    }

    fn experiment(id: &str, name: &str) -> Experiment {
        Experiment {
            experiment_id: id.into(),
            name: name.into(),
            lifecycle_stage: LifecycleStage::Active,
            creation_time: 1,
            last_update_time: 1,
            tags: Vec::new(),
        }
    }

    fn document(id: &str, text: &str) -> Document {
        Document { id: id.into(), text: text.into() }
    }

    /// Two runs, one in the bin, one under way; a run that was made elsewhere; a model and a view.
    fn archive() -> WorkspaceArchive {
        let mut binned = run_record("binned", 500);
        binned.info.lifecycle_stage = LifecycleStage::Deleted;
        binned.info.deleted_time = Some(600);
        // It had been changed where it came from.
        let foreign = RunSummary { edits: 2, ..RunSummary::from(&run_record("foreign", 3000)) };
        let mut archive = WorkspaceArchive {
            runs: vec![run_record("a", 1000), running(run_record("b", 2000)), binned],
            rows: vec![foreign],
            ..Default::default()
        };
        archive.documents.insert("model".into(), vec![document("prices", "{\"name\":\"prices\"}")]);
        archive.documents.insert("view".into(), vec![document("0/Best", "{}")]);
        archive
    }

    fn kinds(model: &str) -> Vec<(String, Vec<Document>)> {
        let of = |kind: &str| {
            let documents = if kind == "model" { vec![document("prices", model)] } else { Vec::new() };
            (kind.to_owned(), documents)
        };
        DOCUMENT_KINDS.map(of).into()
    }

    #[test]
    fn what_is_here_already_stays() {
        let mut archive = archive();
        archive.experiments = vec![experiment("0", "Default"), experiment("123456", "Prices"), experiment("7", "Old")];
        archive.documents.remove("view");
        let here = [experiment("9", "Prices"), experiment("7", "Old")];
        let rows: Vec<RunSummary> = archive.runs.iter().map(RunSummary::from).chain(archive.rows.clone()).collect();
        let documents = kinds("other");
        let present = Present { runs: &rows, experiments: &here, datasets: &[], documents: &documents };
        let restoring = archive.clone().restoring(present, 9);
        assert_eq!((restoring.command.edits.len(), restoring.runs.len(), restoring.notes.len()), (1, 0, 3));
        assert!(restoring.notes[0].contains("the one brought in is Prices (1234)."), "{:?}", restoring.notes);
        assert!(restoring.notes[1].contains("model prices already"), "{:?}", restoring.notes);
        assert!(restoring.notes[2].contains("4 of 4 runs are here already"), "{:?}", restoring.notes);
        let documents = kinds(&archive.documents["model"][0].text);
        let experiments = archive.experiments.clone();
        let present = Present { runs: &rows, experiments: &experiments, datasets: &[], documents: &documents };
        assert!(archive.restoring(present, 9).command.is_empty());
    }

    #[test]
    fn it_comes_in_at_once_or_not_at_all_and_goes_to_the_bin_when_taken_back() {
        let store = MemoryStore::default();
        let documents: Vec<_> = DOCUMENT_KINDS.map(|kind| (kind.to_owned(), Vec::new())).into();
        let present = Present { runs: &[], experiments: &[], datasets: &[], documents: &documents };
        let restoring = archive().restoring(present, 9000);
        assert_eq!(restoring.command.words, "Brought in 4 runs from the backup.");
        let write = |command: &StoreCommand| {
            let batch = Batch { runs: &restoring.runs, datasets: &restoring.datasets, edits: &[] };
            now(execute_with(&store, command, &batch, 9000))
        };
        // Something in it that cannot be: then nothing of it is there, the runs neither.
        let mut spoiled = restoring.command.clone();
        spoiled.edits.push(Edit::document("model", "gone", Some("x".into()), None));
        assert!(write(&spoiled).is_err());
        assert_eq!(now(store.all_runs()), Ok(Vec::new()));
        assert_eq!(now(store.documents("view")), Ok(Vec::new()));

        write(&restoring.command).unwrap();
        let names = |runs: Vec<RunSummary>| runs.into_iter().map(|row| row.info.run_name).collect::<Vec<_>>();
        assert_eq!(names(now(store.list_runs()).unwrap()), ["foreign", "b", "a"]);
        assert_eq!(now(store.all_runs()).unwrap().len(), 4);
        assert_eq!(now(store.documents("view")).unwrap().len(), 1);
        let whole = now(store.get_run(&run_record("b", 2000).info.run_id)).unwrap().unwrap();
        assert_eq!((whole.info.status, whole.info.lifecycle_stage), (RunStatus::Failed, LifecycleStage::Active));

        now(undo(&store, 9001)).unwrap();
        assert_eq!(names(now(store.list_runs()).unwrap()), [""; 0]);
        assert_eq!(names(now(store.all_runs()).unwrap()), ["b", "a", "binned"]);
        now(redo(&store, 9002)).unwrap();
        assert_eq!(names(now(store.list_runs()).unwrap()), ["foreign", "b", "a"]);
        assert_eq!(now(history(&store)).unwrap().len(), 1);
    }
}
