//! What a real `mlflow models serve` (3.17.2) answered to 36 requests, asked again of a model of the same numbers.

use pipette::base::ErrorReport;
use pipette::serving::{Kind, Request, Response, Scorer, Signature, SignatureColumn, answer};
use pipette::table::Table;
use serde_json::Value;

const GOLDEN: &str = include_str!("../golden/mlflow_scoring.json");
/// The server's model was fitted, ours is exact.
const TOLERANCE: f64 = 1e-13;

/// y = 2 + 0.5 price - 1.25 freight_value + 0.125 items; scikit-learn's refuses missing cells.
struct Golden(Signature);

impl Golden {
    fn new() -> Self {
        let columns = [("price", Kind::Double), ("freight_value", Kind::Double), ("items", Kind::Long)];
        Self(Signature(columns.map(|(name, kind)| SignatureColumn { name: name.into(), kind }).to_vec()))
    }
}

impl Scorer for Golden {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn predict(&self, table: &Table) -> Result<Vec<f64>, ErrorReport> {
        let cell = |name: &str, row: usize| table.column(name).unwrap().numbers().unwrap()[row];
        (0..table.n_rows())
            .map(|row| {
                let y = 2.0 + 0.5 * cell("price", row) - 1.25 * cell("freight_value", row) + 0.125 * cell("items", row);
                if y.is_nan() { Err(ErrorReport::new("test", "Input X contains NaN.")) } else { Ok(y) }
            })
            .collect()
    }
}

fn ask(method: &str, path: &str, content_type: &str, body: &[u8]) -> Response {
    answer(&Request { method, path, content_type, body }, &Golden::new())
}

/// MLflow prints a set, in any order.
fn without_set(text: &str) -> String {
    match (text.find('{'), text.find('}')) {
        (Some(from), Some(to)) if text.contains("exactly one of the input fields") => {
            let mut names: Vec<&str> = text[from + 1..to].split(", ").collect();
            names.sort_unstable();
            format!("{}{names:?}{}", &text[..from], &text[to + 1..])
        }
        _ => text.to_owned(),
    }
}

fn expect_same(name: &str, response: &Response, wanted: &Value) {
    assert_eq!(u64::from(response.status), wanted["status"].as_u64().unwrap(), "{name}: {}", response.body);
    assert_eq!(response.content_type, wanted["content_type"].as_str().unwrap(), "{name}");
    if let Some(text) = wanted["text"].as_str() {
        // The golden file keeps 400 characters of it.
        assert!(
            response.body == text || text.len() >= 400 && response.body.starts_with(text),
            "{name}: {}",
            response.body
        );
        return;
    }
    let (body, wanted) = (serde_json::from_str::<Value>(&response.body).unwrap(), &wanted["body"]);
    if let Some(numbers) = wanted["predictions"].as_array() {
        let ours = body["predictions"].as_array().unwrap();
        assert_eq!(ours.len(), numbers.len(), "{name}");
        for (ours, theirs) in ours.iter().zip(numbers) {
            let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
            assert!((ours - theirs).abs() <= TOLERANCE * theirs.abs(), "{name}: {ours} and {theirs}");
        }
        return;
    }
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&body), keys(wanted), "{name}");
    for (key, theirs) in wanted.as_object().unwrap() {
        // A traceback of Python there, the reason here.
        if key == "stack_trace" {
            assert!(!body[key].as_str().unwrap().is_empty(), "{name}");
            continue;
        }
        let (ours, theirs) = (body[key].as_str().unwrap(), theirs.as_str().unwrap());
        assert_eq!(without_set(ours), without_set(theirs), "{name}: {key}");
    }
}

#[test]
fn the_scoring_protocol_is_mlflows() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let cases = golden["invocations"].as_array().unwrap();
    assert_eq!(cases.len(), 36);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let body = match &case["request"] {
            Value::String(text) => text.clone(),
            // Reading the file has sorted its keys, and the answer lists them as they came.
            _ if name == "two_format_keys" => {
                r#"{"instances": [[10.0, 1.0, 1]], "inputs": [[10.0, 1.0, 1]]}"#.to_owned()
            }
            json => json.to_string(),
        };
        let content_type = case["content_type"].as_str().unwrap_or_default();
        expect_same(name, &ask("POST", "/invocations", content_type, body.as_bytes()), &case["response"]);
    }
}

#[test]
fn the_other_addresses_are_mlflows() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    for (path, wanted) in golden["get"].as_object().unwrap() {
        expect_same(path, &ask("GET", path, "", b""), wanted);
    }
}

#[test]
fn hostile_bodies_are_refused() {
    let long = format!("{{\"instances\": {}", "[".repeat(1_000_000));
    for body in
        [&b"\xff\xfe"[..], b"", b"{\"inputs\": 3}", b"{\"instances\": []}", b"{\"instances\": null}", long.as_bytes()]
    {
        let response = ask("POST", "/invocations", "application/json", body);
        assert_eq!(response.status, 400, "{}", response.body.chars().take(200).collect::<String>());
    }
    for body in [&b""[..], b"\xff", b"price,freight_value\n1,2,3\n"] {
        assert_eq!(ask("POST", "/invocations", "text/csv", body).status, 400);
    }
}
