//! A server in memory that does with each request what MLflow's SQL store does, and can lose requests and answers.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::export::mlflow::live::{Body, Method, Reply, Request, Server, Unreachable};

/// What happens to the request of this number, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It never arrives.
    Lost(usize),
    /// It is done, and the answer never arrives.
    AnswerLost(usize),
    /// From this one on nothing arrives.
    AwayFrom(usize),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Run {
    pub info: Value,
    pub params: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    /// Key, timestamp, step and value: each once, as the SQL store has them.
    pub metrics: Vec<(String, i64, i64, String, String)>,
    pub datasets: Vec<(String, String)>,
    pub outputs: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    pub experiments: Vec<String>,
    pub runs: Vec<Run>,
    pub models: Vec<Value>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub registered: BTreeMap<String, (Vec<Value>, BTreeMap<String, String>)>,
}

#[derive(Default)]
pub struct Fake {
    pub state: RefCell<State>,
    pub n_requests: Cell<usize>,
    pub trouble: Cell<Option<Trouble>>,
    pub paths: RefCell<Vec<String>>,
    /// Of MLflow 2.3: without data sets and LoggedModels.
    pub is_old: bool,
    /// Like MLflow's file store: a value that is logged twice is there twice.
    pub keeps_doubles: bool,
}

type Answer = Result<Value, (u16, &'static str)>;

const MISSING: (u16, &str) = (404, "RESOURCE_DOES_NOT_EXIST");
const EXISTS: (u16, &str) = (400, "RESOURCE_ALREADY_EXISTS");
const UNKNOWN: (u16, &str) = (404, "ENDPOINT_NOT_FOUND");

impl Server for Fake {
    async fn ask(&self, request: &Request) -> Result<Reply, Unreachable> {
        let number = self.n_requests.replace(self.n_requests.get() + 1);
        let away = || Unreachable("connection refused".into());
        match self.trouble.get() {
            Some(Trouble::Lost(at)) if at == number => return Err(away()),
            Some(Trouble::AwayFrom(at)) if number >= at => return Err(away()),
            _ => {}
        }
        self.paths.borrow_mut().push(format!("{} {}", request.method.as_str(), request.path));
        let answer = self.done(request);
        if self.trouble.get() == Some(Trouble::AnswerLost(number)) {
            return Err(away());
        }
        Ok(match answer {
            Ok(said) => Reply { status: 200, body: said.to_string().into_bytes() },
            Err((status, code)) => {
                let said = json!({ "error_code": code, "message": "no" });
                Reply { status, body: said.to_string().into_bytes() }
            }
        })
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// What stands between quotes in a filter, in order.
fn quoted(filter: &str) -> Vec<String> {
    filter.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&tail[..2]).unwrap(), 16).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn of_query(path: &str, name: &str) -> String {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    decoded(pairs.find(|(key, _)| *key == name).map_or("", |(_, value)| value))
}

fn said(run: &Run) -> Value {
    let pairs = |map: &BTreeMap<String, String>| -> Vec<Value> {
        map.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
    };
    let mut latest: BTreeMap<&str, (i64, i64, &str)> = BTreeMap::new();
    for (key, timestamp, step, value, _) in &run.metrics {
        let entry = latest.entry(key).or_insert((*step, *timestamp, value));
        *entry = (*entry).max((*step, *timestamp, value));
    }
    let metrics: Vec<Value> =
        latest.into_iter().map(|(key, (step, timestamp, value))| point(key, timestamp, step, value)).collect();
    json!({
        "info": run.info,
        "data": { "params": pairs(&run.params), "tags": pairs(&run.tags), "metrics": metrics },
        "inputs": { "dataset_inputs": run.datasets.iter().map(|(name, digest)| json!({ "dataset": { "name": name, "digest": digest } })).collect::<Vec<_>>() },
        "outputs": { "model_outputs": run.outputs.iter().map(|id| json!({ "model_id": id })).collect::<Vec<_>>() },
    })
}

fn point(key: &str, timestamp: i64, step: i64, value: &str) -> Value {
    let value: Value = serde_json::from_str(value).unwrap();
    json!({ "key": key, "timestamp": timestamp, "step": step, "value": value })
}

impl Fake {
    fn done(&self, request: &Request) -> Answer {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let path = request.path.as_str();
        if let Some(place) = path.strip_prefix("/api/2.0/mlflow-artifacts/artifacts/") {
            assert_eq!(request.method, Method::Put);
            state.files.insert(decoded(place), request.body.bytes().to_vec());
            return Ok(json!({}));
        }
        let body: Value = match &request.body {
            Body::Json(text) => serde_json::from_str(text).unwrap(),
            _ => Value::Null,
        };
        let call = path.strip_prefix("/api/2.0/mlflow/").unwrap();
        let name = call.split_once('?').map_or(call, |(name, _)| name);
        let n = state.runs.len();
        let mut run = state.runs.iter_mut().find(|run| run.info["run_id"] == body["run_id"]);
        match name {
            "experiments/get-by-name" => {
                let wanted = of_query(path, "experiment_name");
                let id = state.experiments.iter().position(|name| *name == wanted).ok_or(MISSING)?;
                Ok(
                    json!({ "experiment": { "experiment_id": id.to_string(), "name": wanted, "lifecycle_stage": "active" } }),
                )
            }
            "experiments/create" => {
                if state.experiments.contains(&text(&body, "name")) {
                    return Err(EXISTS);
                }
                state.experiments.push(text(&body, "name"));
                Ok(json!({ "experiment_id": (state.experiments.len() - 1).to_string() }))
            }
            "runs/search" => {
                let [wanted] = &quoted(&text(&body, "filter"))[..] else { panic!("{body}") };
                let found = state.runs.iter().find(|run| run.tags.get("pipette.run_id") == Some(wanted));
                Ok(json!({ "runs": found.map(said).into_iter().collect::<Vec<_>>() }))
            }
            "runs/create" => {
                let id = format!("r{n}");
                let info = json!({
                    "run_id": id, "run_name": body["run_name"], "status": "RUNNING", "lifecycle_stage": "active",
                    "start_time": body["start_time"], "artifact_uri": format!("mlflow-artifacts:/0/{id}/artifacts"),
                });
                let tags = list(&body, "tags").map(|tag| (text(tag, "key"), text(tag, "value"))).collect();
                state.runs.push(Run { info, tags, ..Run::default() });
                Ok(json!({ "run": said(&state.runs[n]) }))
            }
            "runs/log-batch" => {
                let run = run.as_mut().ok_or(MISSING)?;
                for param in list(&body, "params") {
                    let (key, value) = (text(param, "key"), text(param, "value"));
                    assert!(run.params.get(&key).is_none_or(|had| *had == value), "{key} cannot change");
                    run.params.insert(key, value);
                }
                run.tags.extend(list(&body, "tags").map(|tag| (text(tag, "key"), text(tag, "value"))));
                for one in list(&body, "metrics") {
                    let integer = |name: &str| one[name].as_i64().unwrap();
                    let value = (
                        text(one, "key"),
                        integer("timestamp"),
                        integer("step"),
                        one["value"].to_string(),
                        text(one, "model_id"),
                    );
                    if self.keeps_doubles || !run.metrics.contains(&value) {
                        run.metrics.push(value);
                    }
                }
                Ok(json!({}))
            }
            "metrics/get-history" => {
                let (id, key) = (of_query(path, "run_id"), of_query(path, "metric_key"));
                let run = state.runs.iter().find(|run| run.info["run_id"] == id.as_str()).ok_or(MISSING)?;
                let own = run.metrics.iter().filter(|(own, ..)| *own == key);
                Ok(
                    json!({ "metrics": own.map(|(key, time, step, value, _)| point(key, *time, *step, value)).collect::<Vec<_>>() }),
                )
            }
            "runs/log-inputs" if self.is_old => Err(UNKNOWN),
            "runs/log-inputs" => {
                let run = run.as_mut().ok_or(MISSING)?;
                run.datasets.extend(
                    list(&body, "datasets").map(|one| (text(&one["dataset"], "name"), text(&one["dataset"], "digest"))),
                );
                Ok(json!({}))
            }
            "runs/update" => {
                let run = run.as_mut().ok_or(MISSING)?;
                for field in ["status", "end_time", "run_name"] {
                    if let Some(value) = body.get(field) {
                        run.info[field] = value.clone();
                    }
                }
                Ok(json!({}))
            }
            "runs/delete" => {
                run.as_mut().ok_or(MISSING)?.info["lifecycle_stage"] = json!("deleted");
                Ok(json!({}))
            }
            "runs/outputs" => {
                run.as_mut().ok_or(MISSING)?.outputs.extend(list(&body, "models").map(|model| text(model, "model_id")));
                Ok(json!({}))
            }
            _ if name.starts_with("logged-models") && self.is_old => Err(UNKNOWN),
            "logged-models/search" => {
                let [run_id, _] = &quoted(&text(&body, "filter"))[..] else { panic!("{body}") };
                let found = state.models.iter().filter(|model| model["info"]["source_run_id"] == run_id.as_str());
                Ok(json!({ "models": found.collect::<Vec<_>>() }))
            }
            "logged-models" => {
                let id = format!("m-{}", state.models.len());
                let uri = format!("mlflow-artifacts:/0/models/{id}/artifacts");
                state.models.push(json!({ "info": {
                    "model_id": id, "artifact_uri": uri, "status": "LOGGED_MODEL_PENDING", "source_run_id": body["source_run_id"],
                } }));
                Ok(json!({ "model": state.models.last() }))
            }
            _ if name.starts_with("logged-models/") => {
                let own = state.models.iter_mut().find(|model| model["info"]["model_id"] == body["model_id"]);
                own.ok_or(MISSING)?["info"]["status"] = body["status"].clone();
                Ok(json!({}))
            }
            "registered-models/get" => {
                let (_, aliases) = state.registered.get(&of_query(path, "name")).ok_or(MISSING)?;
                let aliases: Vec<Value> =
                    aliases.iter().map(|(alias, version)| json!({ "alias": alias, "version": version })).collect();
                Ok(json!({ "registered_model": { "name": of_query(path, "name"), "aliases": aliases } }))
            }
            "registered-models/create" => {
                if state.registered.contains_key(&text(&body, "name")) {
                    return Err(EXISTS);
                }
                state.registered.insert(text(&body, "name"), Default::default());
                Ok(json!({}))
            }
            "model-versions/search" => {
                let [name] = &quoted(&of_query(path, "filter"))[..] else { panic!("{path}") };
                Ok(json!({ "model_versions": state.registered[name].0 }))
            }
            "model-versions/create" => {
                let versions = &mut state.registered.get_mut(&text(&body, "name")).ok_or(MISSING)?.0;
                let mut version = body.clone();
                version["version"] = json!((versions.len() + 1).to_string());
                versions.push(version.clone());
                Ok(json!({ "model_version": version }))
            }
            "registered-models/alias" => {
                let aliases = &mut state.registered.get_mut(&text(&body, "name")).ok_or(MISSING)?.1;
                aliases.insert(text(&body, "alias"), text(&body, "version"));
                Ok(json!({}))
            }
            other => panic!("{other} is not asked of MLflow"),
        }
    }
}
