//! What a server is told, and that it is told once. That the real MLflow takes it is tests/python/export_live.py's to say.

mod server;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use server::{Fake, State, Trouble};

use super::*;
use crate::base::Coded;
use crate::export::model::suite::trained;
use crate::registry::{RegisteredModel, Saved};
use crate::tracking::suite::{run_record, running};
use crate::tracking::{Edit, EditStore, MemoryStore, MetricRecord, PARENT_TAG, RunRecord, RunStatus, RunStore, Tag};

const START: i64 = 1_700_000_000_000;

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn tracker() -> Tracker {
    Tracker::new("http://127.0.0.1:5000", "tab: one").unwrap()
}

/// A run with a model, a metric of several values, infinity, and a key that MLflow does not take.
fn run() -> RunRecord {
    let mut run = trained();
    let metric = run.metrics[0].clone();
    run.metrics.extend((1..4).map(|step| MetricRecord { step, value: 0.1 * step as f64, ..metric.clone() }));
    run.metrics.push(MetricRecord { key: "loss=x".into(), value: f64::INFINITY, ..metric });
    run.tags.push(Tag { key: "note".into(), value: "größe\n2".into() });
    run
}

fn child_of(parent: &RunRecord) -> RunRecord {
    let mut child = run_record("child", START);
    child.tags.push(Tag { key: PARENT_TAG.into(), value: parent.info.run_id.clone() });
    child
}

/// A workspace of a run, a candidate below it and a model with a version and an alias, all of which waits.
fn store() -> MemoryStore {
    let (store, run) = (MemoryStore::default(), run());
    let child = child_of(&run);
    let made = Saved::create(RegisteredModel::create("satisfaction", &[], START).unwrap());
    now(store.apply(&made.edits, START)).unwrap();
    let saved = model(&store);
    let registered = saved.change(saved.record.register(&run, "first", START).unwrap());
    now(store.apply(&registered.edits, START)).unwrap();
    let saved = model(&store);
    let aliased = saved.change(saved.record.set_alias("champion", 1, "", START).unwrap());
    now(store.apply(&aliased.edits, START)).unwrap();
    // Before its parent, which must be told first all the same.
    for one in [&child, &run] {
        now(store.put_run(one)).unwrap();
        now(queue(&store, What::Run(one.info.run_id.clone()), START)).unwrap();
    }
    now(queue(&store, What::Model("satisfaction".into()), START)).unwrap();
    store
}

fn model(store: &MemoryStore) -> Saved<RegisteredModel> {
    let documents = now(store.documents("model")).unwrap();
    Saved::read(documents[0].text.clone()).unwrap()
}

fn send(store: &MemoryStore, server: &Fake) -> Delivered {
    now(send_waiting(store, server, &tracker(), &|_| None, START)).unwrap()
}

/// The server after everything went well.
fn whole() -> (State, usize) {
    let (store, server) = (store(), Fake::default());
    let delivered = send(&store, &server);
    assert_eq!((delivered.n_sent, delivered.n_waiting, &delivered.error), (3, 0, &None), "{delivered:?}");
    assert_eq!(now(waiting(&store)).unwrap(), []);
    (server.state.take(), server.n_requests.get())
}

#[test]
fn all_of_a_run_is_told() {
    let (state, _) = whole();
    let run = run();
    assert_eq!(state.experiments, ["tab: one"]);
    let [there, child] = &state.runs[..] else { panic!("{:?}", state.runs) };
    assert_eq!(there.info["status"], "FINISHED");
    assert_eq!(there.info["end_time"], run.info.end_time.unwrap());
    assert_eq!(there.info["run_name"], run.info.run_name.as_str());
    assert_eq!(there.tags["pipette.run_id"], run.info.run_id);
    assert_eq!(there.tags["note"], "größe\n2");
    assert_eq!(there.params["test_size"], "0.2");
    assert_eq!(there.metrics.len(), run.metrics.len());
    assert!(
        there
            .metrics
            .iter()
            .any(|(key, .., value, model)| key == "loss_x" && value == "\"Infinity\"" && model == "m-0")
    );
    assert_eq!(there.datasets, [("café.csv".to_owned(), run.dataset.clone().unwrap().digest.short(32).to_owned())]);
    assert_eq!(there.outputs, ["m-0"]);
    assert_eq!(child.tags[PARENT_TAG], "r0");
    assert_eq!(state.models[0]["info"]["status"], "LOGGED_MODEL_READY");
    for file in [
        "0/r0/artifacts/run.json",
        "0/r0/artifacts/pipeline.json",
        "0/models/m-0/artifacts/MLmodel",
        "0/models/m-0/artifacts/code/pipette_model.py",
    ] {
        assert!(state.files.contains_key(file), "{file}");
    }
    let (versions, aliases) = &state.registered["satisfaction"];
    assert_eq!(
        (versions.len(), versions[0]["source"].as_str(), versions[0]["run_id"].as_str()),
        (1, Some("models:/m-0"), Some("r0"))
    );
    assert_eq!(aliases["champion"], "1");
}

#[test]
fn whatever_request_or_answer_is_lost_all_is_there_once_in_the_end() {
    let (expected, n) = whole();
    assert!(n > 20, "{n} requests");
    for keeps_doubles in [false, true] {
        for at in 0..n {
            for trouble in [Trouble::Lost(at), Trouble::AnswerLost(at), Trouble::AwayFrom(at)] {
                let (store, server) = (store(), Fake { keeps_doubles, ..Fake::default() });
                server.trouble.set(Some(trouble));
                let first = send(&store, &server);
                assert!(first.is_away && first.n_waiting > 0, "{trouble:?}: {first:?}");
                assert_eq!(first.error.map(|error| error.code).as_deref(), Some("tracker.away"));
                server.trouble.set(None);
                let second = send(&store, &server);
                assert_eq!((second.n_waiting, second.error), (0, None), "{trouble:?}");
                assert_eq!(*server.state.borrow(), expected, "{trouble:?}");
            }
        }
    }
}

#[test]
fn what_is_there_is_not_sent_again() {
    let (store, server) = (store(), Fake::default());
    send(&store, &server);
    let expected = server.state.borrow().clone();
    server.paths.borrow_mut().clear();
    assert_eq!(send(&store, &server), Delivered::default());
    assert!(server.paths.borrow().is_empty(), "nothing waits, nothing is asked");
    let id = run().info.run_id;
    now(queue(&store, What::Run(id), START)).unwrap();
    assert_eq!(send(&store, &server).n_sent, 1);
    let asked = server.paths.borrow();
    let writes = ["create", "log-", "update", "artifacts", "outputs", "logged-models"];
    assert!(!asked.iter().any(|path| writes.iter().any(|write| path.contains(write))), "{asked:?}");
    assert_eq!(*server.state.borrow(), expected);
}

#[test]
fn a_run_is_told_while_it_happens() {
    let (store, server, run) = (MemoryStore::default(), Fake::default(), run());
    let mut live = running(run.clone());
    (live.params, live.dataset) = (Vec::new(), None);
    now(store.put_run(&live)).unwrap();
    now(queue(&store, What::Run(run.info.run_id.clone()), START)).unwrap();
    // Nobody runs it here: it is left to the tab that does.
    send(&store, &server);
    assert_eq!(server.n_requests.get(), 0);
    let tell =
        |live: &RunRecord| now(send_waiting(&store, &server, &tracker(), &|_| Some(live.clone()), START)).unwrap();
    assert_eq!(tell(&live).n_sent, 0);
    let status = || server.state.borrow().runs[0].info["status"].clone();
    assert_eq!((status(), server.state.borrow().runs[0].params.len()), ("RUNNING".into(), 0));
    (live.params, live.dataset) = (run.params.clone(), run.dataset.clone());
    // Measured a little before the run's end, which is the time that its record says.
    live.metrics = vec![MetricRecord { timestamp: START + 7, ..run.metrics[0].clone() }];
    tell(&live);
    assert_eq!((status(), server.state.borrow().runs[0].datasets.len()), ("RUNNING".into(), 1));
    assert_eq!(server.state.borrow().runs[0].params["test_size"], "0.2");
    let is_empty = server.state.borrow().files.is_empty() && server.state.borrow().runs[0].metrics.is_empty();
    assert!(is_empty, "files, and metrics with their model, come at the end");
    now(store.put_run(&run)).unwrap();
    assert_eq!(send(&store, &server).n_sent, 1);
    assert_eq!((status(), server.state.borrow().runs.len()), ("FINISHED".into(), 1));
    assert_eq!(server.state.borrow().runs[0].metrics.len(), run.metrics.len(), "each value once");
    assert_eq!(now(waiting(&store)).unwrap(), []);
    let logged = now(store.documents("logged")).unwrap();
    assert_eq!(logged[0].text, r#"{"experiment_id":"0","run_id":"r0","url":"http://127.0.0.1:5000"}"#);
}

#[test]
fn a_run_that_was_given_up_is_deleted_there_if_it_is_there() {
    let (store, server, run) = (MemoryStore::default(), Fake::default(), running(run()));
    let id = run.info.run_id.clone();
    now(queue(&store, What::GoneRun(id.clone()), START)).unwrap();
    assert_eq!(send(&store, &server).n_sent, 1);
    assert!(server.state.borrow().runs.is_empty(), "a run that never was is not made");
    now(queue(&store, What::Run(id.clone()), START)).unwrap();
    now(send_waiting(&store, &server, &tracker(), &|_| Some(run.clone()), START)).unwrap();
    now(queue(&store, What::GoneRun(id), START)).unwrap();
    assert_eq!(send(&store, &server).n_sent, 1);
    assert_eq!(server.state.borrow().runs[0].info["lifecycle_stage"], "deleted");
}

#[test]
fn a_run_that_was_deleted_there_stays_deleted() {
    let (store, server) = (store(), Fake::default());
    server.trouble.set(Some(Trouble::AwayFrom(6)));
    send(&store, &server);
    server.trouble.set(None);
    server.state.borrow_mut().runs[0].info["lifecycle_stage"] = "deleted".into();
    send(&store, &server);
    let state = server.state.borrow();
    assert_eq!(state.runs.iter().filter(|run| run.info["lifecycle_stage"] == "deleted").count(), 1);
    assert_eq!(state.runs[0].info["status"], "RUNNING", "nothing more was told of it");
    assert!(state.registered.is_empty(), "and its model is not registered");
}

#[test]
fn what_comes_while_it_is_sent_is_sent_next() {
    let (store, run) = (MemoryStore::default(), run());
    now(store.put_run(&run)).unwrap();
    now(queue(&store, What::Run(run.info.run_id.clone()), START)).unwrap();
    let before = now(store.documents("outbox")).unwrap()[0].text.clone();
    now(queue(&store, What::Run(run.info.run_id.clone()), START)).unwrap();
    let done = Edit::document("outbox", &format!("run/{}", run.info.run_id), Some(before), None);
    assert!(now(store.apply(&[done], START)).is_err(), "the round that began before cannot take it out");
    assert_eq!(now(waiting(&store)).unwrap().len(), 1);
}

#[test]
fn an_old_mlflow_gets_the_model_as_files_of_the_run() {
    let (store, server) = (store(), Fake { is_old: true, ..Fake::default() });
    assert_eq!(send(&store, &server).error, None);
    let state = server.state.borrow();
    assert!(state.files.contains_key("0/r0/artifacts/model/MLmodel"));
    assert_eq!(state.registered["satisfaction"].0[0]["source"], "mlflow-artifacts:/0/r0/artifacts/model");
}

#[test]
fn one_run_that_is_refused_does_not_hold_up_the_others() {
    struct Picky(Fake);
    impl Server for Picky {
        async fn ask(&self, request: &Request) -> Result<Reply, Unreachable> {
            let is_bad = request.path.ends_with("runs/create")
                && String::from_utf8_lossy(request.body.bytes()).contains("child");
            if is_bad {
                let body = br#"{"error_code":"INVALID_PARAMETER_VALUE","message":"I do not like it"}"#.to_vec();
                return Ok(Reply { status: 400, body });
            }
            self.0.ask(request).await
        }
    }
    let (store, server) = (store(), Picky(Fake::default()));
    let delivered = now(send_waiting(&store, &server, &tracker(), &|_| None, START)).unwrap();
    assert_eq!((delivered.n_sent, delivered.n_waiting, delivered.is_away), (2, 1, false));
    let kept = now(waiting(&store)).unwrap();
    let error = kept[0].error.clone().unwrap();
    assert_eq!(error.code, "tracker.refused");
    assert!(error.message.contains("INVALID_PARAMETER_VALUE: I do not like it."), "{}", error.message);
}

#[test]
fn what_is_no_mlflow_is_said_to_be_none() {
    struct Page;
    impl Server for Page {
        async fn ask(&self, _: &Request) -> Result<Reply, Unreachable> {
            Ok(Reply { status: 200, body: b"<!doctype html>\n<title>Router</title>".to_vec() })
        }
    }
    let Err(error) = now(Connection::open(&Page, "x")) else { panic!("taken for MLflow") };
    assert_eq!(error.code(), "tracker.not_mlflow");
    assert!(error.to_string().contains("<!doctype html> <title>Router</title>"), "{error}");
}

#[test]
fn pauses_double_up_to_five_minutes() {
    assert_eq!([0, 1, 2, 3, 8, 9, 40].map(pause_seconds), [2, 2, 4, 8, 256, 300, 300]);
    assert_eq!(run().info.status, RunStatus::Finished);
}
