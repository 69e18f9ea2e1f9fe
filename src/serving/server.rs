//! Paths, methods and content types.

use serde_json::{Value, json};

use super::body::{csv_frame, json_frame};
use super::{Scorer, ScoringError};
use crate::table::Table;

/// The version of MLflow whose answers these are.
const VERSION: &str = "3.17.2";

/// What was asked, after the deployment's address: `path` such as `/invocations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// Empty where the header lacks.
    pub content_type: &'a str,
    pub body: &'a [u8],
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
}

impl Response {
    pub(super) fn json(status: u16, body: &Value) -> Self {
        Self { status, content_type: "application/json", body: body.to_string() }
    }

    pub(super) fn text(status: u16, body: String) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", body }
    }
}

/// Rows as the model took them, and its predictions.
pub type ScoredRows = (Table, Vec<f64>);

/// Answers one request; a refusal is an answer too.
pub fn answer(request: &Request, scorer: &impl Scorer) -> Response {
    score(request, scorer).0
}

/// The same, with the rows that were predicted for.
pub fn score(request: &Request, scorer: &impl Scorer) -> (Response, Option<ScoredRows>) {
    let bare = |body: &str| Response { status: 200, content_type: "application/json", body: body.into() };
    let response = match (request.path, request.method) {
        ("/ping" | "/health", "GET") => bare("\n"),
        ("/version", "GET") => bare(VERSION),
        ("/invocations", "POST") => match predict(request, scorer) {
            Ok(scored) => {
                let numbers: Vec<Value> = scored.1.iter().copied().map(finite).collect();
                return (Response::json(200, &json!({ "predictions": numbers })), Some(scored));
            }
            Err(error) => error.response(),
        },
        ("/ping" | "/health" | "/version" | "/invocations", _) => ScoringError::Method.response(),
        _ => ScoringError::NotFound.response(),
    };
    (response, None)
}

fn predict(request: &Request, scorer: &impl Scorer) -> Result<ScoredRows, ScoringError> {
    let signature = scorer.signature();
    let frame = match mime_type(request.content_type)? {
        "text/csv" => csv_frame(request.body, signature)?,
        "application/json" => json_frame(request.body, signature)?,
        "application/vnd.apache.parquet" => return Err(ScoringError::Parquet),
        _ => return Err(ScoringError::ContentType(request.content_type.into())),
    };
    let table = signature.enforce(frame)?;
    if table.n_rows() == 0 {
        return Err(ScoringError::Model("There is no row to predict for.".into()));
    }
    let predictions = scorer.predict(&table).map_err(|error| ScoringError::Model(error.message))?;
    Ok((table, predictions))
}

/// The type without its parameters, of which only `charset=utf-8` may be there.
fn mime_type(content_type: &str) -> Result<&str, ScoringError> {
    let mut parts = content_type.split(';').map(str::trim);
    let mime_type = parts.next().unwrap_or_default();
    let pairs: Vec<(&str, &str)> = parts.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    if pairs.iter().any(|(key, value)| *key == "charset" && !value.eq_ignore_ascii_case("utf-8")) {
        return Err(ScoringError::Charset);
    }
    let others: Vec<&str> = pairs.iter().map(|(key, _)| *key).filter(|key| *key != "charset").collect();
    if others.is_empty() { Ok(mime_type) } else { Err(ScoringError::Parameters(others.join(", "))) }
}

/// JSON has no infinities; MLflow writes `NaN` and `null` for them.
fn finite(value: f64) -> Value {
    if value.is_finite() { value.into() } else { Value::Null }
}
