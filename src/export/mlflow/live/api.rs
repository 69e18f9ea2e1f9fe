//! The calls of MLflow's REST API that are made here.

use serde_json::{Value, json};

use super::http::encoded;
use super::run::RUN_ID_TAG;
use super::there::{Point, There};
use super::{Body, LiveError, Method, Request, Server};

const API: &str = "/api/2.0/mlflow/";
/// How much of an answer that is not MLflow's is shown.
const SHOWN: usize = 80;

/// An experiment of a server.
pub struct Connection<'a, S> {
    server: &'a S,
    pub(super) experiment_id: String,
}

impl<'a, S: Server> Connection<'a, S> {
    /// Finds the experiment of this name, or makes it.
    ///
    /// # Errors
    /// `ExperimentDeleted`; what the server says.
    pub async fn open(server: &'a S, experiment: &str) -> Result<Self, LiveError> {
        let mut connection = Self { server, experiment_id: String::new() };
        let found = match connection.experiment(experiment).await {
            Err(error) if error.is_missing() => {
                match connection.post("experiments/create", &json!({ "name": experiment })).await {
                    // Another one made it meanwhile.
                    Err(error) if error.exists() => connection.experiment(experiment).await?,
                    made => made?,
                }
            }
            found => found?,
        };
        connection.experiment_id = text(&found, "experiment_id")?;
        Ok(connection)
    }

    async fn experiment(&self, name: &str) -> Result<Value, LiveError> {
        let found = self.get(&format!("experiments/get-by-name?experiment_name={}", encoded(name))).await?;
        let experiment = found.get("experiment").cloned().unwrap_or(found);
        if experiment.get("lifecycle_stage").and_then(Value::as_str) == Some("deleted") {
            return Err(LiveError::ExperimentDeleted(name.to_owned()));
        }
        Ok(experiment)
    }

    /// The run that was logged for one of ours, also one that was deleted there.
    pub(super) async fn find_run(&self, run_id: &str) -> Result<Option<There>, LiveError> {
        let filter = format!("tags.`{RUN_ID_TAG}` = '{}'", run_id.replace(['\'', '\\'], ""));
        let body = json!({
            "experiment_ids": [self.experiment_id], "filter": filter, "run_view_type": "ALL", "max_results": 1,
        });
        let found = self.post("runs/search", &body).await?;
        Ok(found.get("runs").and_then(|runs| There::read(runs.get(0)?)))
    }

    /// Makes a run; `body` is all but its experiment.
    pub(super) async fn create_run(&self, mut body: Value) -> Result<There, LiveError> {
        if let Some(body) = body.as_object_mut() {
            body.insert("experiment_id".into(), self.experiment_id.clone().into());
        }
        let made = self.post("runs/create", &body).await?;
        made.get("run").and_then(There::read).ok_or_else(|| not_mlflow(&made))
    }

    /// All values of a metric.
    pub(super) async fn history(&self, run_id: &str, key: &str) -> Result<Vec<Point>, LiveError> {
        let mut points = Vec::new();
        let mut page = String::new();
        loop {
            let path = format!("metrics/get-history?run_id={}&metric_key={}{page}", encoded(run_id), encoded(key));
            let found = self.get(&path).await?;
            let metrics = found.get("metrics").and_then(Value::as_array);
            points.extend(metrics.into_iter().flatten().filter_map(Point::read));
            match found.get("next_page_token").and_then(Value::as_str).filter(|token| !token.is_empty()) {
                Some(token) => page = format!("&page_token={}", encoded(token)),
                None => return Ok(points),
            }
        }
    }

    /// Puts a file among the artifacts at `uri`, such as `mlflow-artifacts:/1/…/artifacts`. `false` where the server does not take
    /// files for that place itself.
    pub(super) async fn put_file(&self, uri: &str, path: &str, bytes: &[u8]) -> Result<bool, LiveError> {
        // With a host between the slashes where the server says which one serves the files: it is this one.
        let Some(place) = uri.strip_prefix("mlflow-artifacts:") else { return Ok(false) };
        let place = match place.strip_prefix("//") {
            Some(rest) => rest.split_once('/').map_or("", |(_, place)| place),
            None => place.trim_start_matches('/'),
        };
        let path = format!("/api/2.0/mlflow-artifacts/artifacts/{}", encoded(&format!("{place}/{path}")));
        self.ask(Request { method: Method::Put, path, body: Body::Bytes(bytes.to_vec()) }).await?;
        Ok(true)
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, LiveError> {
        self.ask(Request { method: Method::Get, path: format!("{API}{path}"), body: Body::Nothing }).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, LiveError> {
        self.with_json(Method::Post, path, body).await
    }

    pub(super) async fn with_json(&self, method: Method, path: &str, body: &Value) -> Result<Value, LiveError> {
        self.ask(Request { method, path: format!("{API}{path}"), body: Body::Json(body.to_string()) }).await
    }

    async fn ask(&self, request: Request) -> Result<Value, LiveError> {
        let reply = self.server.ask(&request).await.map_err(|none| LiveError::Away(none.0))?;
        let said: Option<Value> = serde_json::from_slice(&reply.body).ok();
        if (200..300).contains(&reply.status) {
            return match said {
                Some(said) => Ok(said),
                None if reply.body.is_empty() => Ok(Value::Null),
                None => Err(LiveError::NotMlflow(shown(&reply.body))),
            };
        }
        let part = |name: &str| said.as_ref()?.get(name)?.as_str().map(str::to_owned);
        match (reply.status, part("error_code")) {
            (408 | 429 | 500.., _) => Err(LiveError::OutOfOrder(reply.status)),
            (status, Some(code)) => {
                let message = part("message").unwrap_or_default();
                Err(LiveError::Refused { status, code, message: closed(message) })
            }
            (status, None) => {
                let code = format!("status {status}");
                Err(LiveError::Refused { status, code, message: closed(shown(&reply.body)) })
            }
        }
    }
}

/// A text of an answer that must have it.
pub(super) fn text(answer: &Value, name: &str) -> Result<String, LiveError> {
    match answer.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(not_mlflow(answer)),
    }
}

pub(super) fn not_mlflow(answer: &Value) -> LiveError {
    LiveError::NotMlflow(shown(answer.to_string().as_bytes()))
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(4 * SHOWN)).unwrap_or_default()).into_owned();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(SHOWN).collect()
}

/// With a point at its end.
fn closed(message: String) -> String {
    let message: String = message.trim().chars().take(4 * SHOWN).collect();
    if message.is_empty() || message.ends_with(['.', '!', '?']) { message } else { format!("{message}.") }
}
