//! The search language agrees with MLflow 3.17.2 (`golden/mlflow_search.json`: 72 filters and 15 orderings on SQLite),
//! and says where it goes further.

use pipette::evaluate::DataSplit;
use pipette::search::{CompletionKind, Filter, Known, SearchProblem, completions, only_here, parse_order, search_runs};
use pipette::tracking::suite::run_record;
use pipette::tracking::{MetricRecord, Param, RunStatus, RunSummary, Tag};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/mlflow_search.json")).unwrap()
}

fn runs() -> Vec<RunSummary> {
    let golden = golden();
    let start = golden["T"].as_i64().unwrap();
    let pairs = |value: &Value| -> Vec<(String, String)> {
        value.as_object().unwrap().iter().map(|(key, value)| (key.clone(), value.as_str().unwrap().into())).collect()
    };
    let run = |row: &Value| {
        let (name, status) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
        let time = start + row[2].as_i64().unwrap();
        let mut run = RunSummary::from(&run_record(name, time));
        run.info.status = serde_json::from_value::<RunStatus>(status.into()).unwrap();
        run.info.end_time = (status != "RUNNING").then_some(time + 10);
        run.dataset = None;
        run.params = pairs(&row[3]).into_iter().map(|(key, value)| Param { key, value }).collect();
        run.tags = pairs(&row[5]).into_iter().map(|(key, value)| Tag { key, value }).collect();
        run.tags.push(Tag { key: "mlflow.runName".into(), value: name.into() });
        let metric = |(key, value): (&String, &Value)| MetricRecord {
            key: key.clone(),
            name: key.clone(),
            split: DataSplit::Test,
            value: value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap()),
            timestamp: time,
            step: 0,
        };
        run.metrics = row[4].as_object().unwrap().iter().map(metric).collect();
        run
    };
    golden["runs"].as_array().unwrap().iter().map(run).collect()
}

fn found(filter: &str, order_by: &[&str]) -> Vec<String> {
    let runs = runs();
    search_runs(filter, order_by, &runs).unwrap().iter().map(|run| run.info.run_name.clone()).collect()
}

fn names(value: &Value) -> Option<Vec<String>> {
    value.as_array().map(|names| names.iter().map(|name| name.as_str().unwrap().to_owned()).collect())
}

#[test]
fn the_filters_agree_with_mlflow() {
    let golden = golden();
    let filters = golden["filters"].as_array().unwrap();
    assert_eq!(filters.len(), 72);
    let (mut agreed, mut further, mut refused) = (0, 0, 0);
    for case in filters {
        let text = case["filter"].as_str().unwrap();
        let parsed = Filter::parse(text);
        match names(&case["sqlite"]) {
            Some(expected) => {
                assert_eq!(found(text, &[]), expected, "{text}");
                assert_eq!(only_here(&parsed.unwrap()), None, "{text}");
                agreed += 1;
            }
            // What MLflow refuses is refused, or said to be ours.
            None => match parsed {
                Ok(filter) => {
                    assert!(only_here(&filter).is_some(), "{text}");
                    further += 1;
                }
                Err(error) => {
                    assert!(error.span.end <= text.len() && error.caret(text) <= text.len(), "{text}");
                    refused += 1;
                }
            },
        }
    }
    assert_eq!((agreed, further, refused), (53, 10, 9));
}

#[test]
fn the_orderings_agree_with_mlflow() {
    let golden = golden();
    let cases = golden["order_by"].as_array().unwrap();
    assert_eq!(cases.len(), 15);
    for case in cases {
        let clauses = names(&case["order_by"]).unwrap_or_default();
        let clauses: Vec<&str> = clauses.iter().map(String::as_str).collect();
        match names(&case["sqlite"]) {
            Some(expected) => assert_eq!(found("", &clauses), expected, "{clauses:?}"),
            None => assert!(parse_order(&clauses).is_err(), "{clauses:?}"),
        }
    }
}

#[test]
fn more_than_mlflow() {
    let cases: [(&str, &[&str]); 19] = [
        ("metrics.rmse < 1 or params.model = 'Lasso'", &["zeta", "epsilon", "delta", "beta"]),
        ("not metrics.rmse < 1", &["zeta", "delta", "gamma", "alpha"]),
        ("not (metrics.rmse < 1 or status = 'KILLED')", &["delta", "gamma", "alpha"]),
        ("metrics.rmse > 1 and status = 'FINISHED' or status = 'FAILED'", &["gamma", "alpha"]),
        ("metrics.rmse > 1 and (status = 'FINISHED' or status = 'FAILED')", &["alpha"]),
        ("params.model NOT LIKE 'R%'", &["zeta", "epsilon", "delta", "gamma", "alpha"]),
        ("params.model NOT ILIKE 'r%'", &["zeta", "epsilon", "delta", "alpha"]),
        ("params.model IN ('Ridge','Lasso')", &["zeta", "delta", "beta"]),
        ("params.model NOT IN ('Ridge','Lasso')", &["epsilon", "gamma", "alpha"]),
        ("status IN ('FAILED', \"KILLED\")", &["zeta", "gamma"]),
        ("metrics.rmse IS NULL", &["delta"]),
        // As numbers 2 < 10; as texts '10' < '2'.
        ("params.alpha > 1", &["delta", "beta"]),
        ("params.alpha = 10.0", &["beta"]),
        ("duration >= 0.01", &["zeta", "epsilon", "gamma", "beta", "alpha"]),
        ("eta", &["zeta", "beta"]),
        ("ETA metrics.rmse < 1", &["beta"]),
        ("ta el", &["delta"]),
        ("'eta' or gamma", &["zeta", "gamma", "beta"]),
        ("metrics.val/mae > 1", &["alpha"]),
    ];
    for (text, expected) in cases {
        assert_eq!(found(text, &[]), expected, "{text}");
        assert!(only_here(&Filter::parse(text).unwrap()).is_some(), "{text}");
    }
}

#[test]
fn errors_have_a_place_and_a_remedy() {
    let cases = [
        ("rmse < 1", 0..4, "Write metrics.rmse"),
        ("metrics.rmse <", 14..14, "A value is lacking here, such as 1"),
        ("metrics.rmse", 12..12, "A comparison is lacking after metrics.rmse"),
        ("metrics.rmse < '1'", 15..18, "without quotes"),
        ("params.alpha > '1'", 15..18, "params.alpha > 1"),
        ("params.model = Ridge", 15..20, "'Ridge'"),
        ("metrics.rmse == 1", 13..15, "<= = !="),
        ("nothing.rmse < 1", 0..12, "metrics., params."),
        ("metrics.rmse < 1 params.a = 'b'", 17..25, "Put AND or OR"),
        ("metrics.rmse < 1 or", 19..19, "A condition is lacking"),
        ("(metrics.rmse < 1", 0..1, "never closed"),
        ("metrics.rmse < 1)", 16..17, "closes nothing"),
        ("metrics.rmse LIKE '1'", 18..21, "compare them with"),
        ("tags.a IN 'x'", 10..13, "comes a list"),
        ("tags.a IN ('x' 'y')", 15..18, "comes a list"),
        ("tags.a IS 'x'", 10..13, "NULL or NOT NULL"),
        ("metrics. < 1", 0..8, "after \"metrics.\" is lacking"),
        ("datasets.rows > 1", 0..13, "datasets.name"),
        ("params.a = 'x", 11..12, "Close it with '"),
        ("status = 1", 9..10, "in quotes"),
    ];
    for (text, span, remedy) in cases {
        let error = Filter::parse(text).unwrap_err();
        assert_eq!(error.span, span, "{text}");
        assert!(error.to_string().contains(remedy), "{text}: {error}");
    }
    assert_eq!(Filter::parse(&"(".repeat(100_000)).unwrap_err().problem, SearchProblem::TooDeep);
    let error = parse_order(&["metrics.rmse UP"]).unwrap_err();
    assert_eq!((error.span, error.problem), (13..15, SearchProblem::Direction("UP".into())));
    assert!(parse_order(&["metrics.a", "metrics.a DESC"]).is_err());
}

#[test]
fn datasets_are_found_by_name_and_digest() {
    let run = RunSummary::from(&run_record("a", 0));
    let digest = run.dataset.clone().unwrap().digest;
    let matches = |text: &str| Filter::parse(text).unwrap().matches(&run);
    assert!(matches("datasets.name = 'café.csv'"));
    assert!(matches("dataset.name LIKE '%.csv' and datasets.context = 'training'"));
    assert!(matches(&format!("datasets.digest = '{digest}'", digest = digest.as_str())));
    assert!(matches(&format!("datasets.digest IN ('{}')", digest.short(8))));
    assert!(!matches(&format!("datasets.digest = '{}'", digest.short(4))));
}

#[test]
fn completion_knows_what_comes_next() {
    let known = Known::of(&runs());
    let offered = |text: &str| -> Vec<String> {
        completions(text, text.len(), &known).into_iter().map(|completion| completion.insert).collect()
    };
    let first = |text: &str| offered(text).into_iter().next().unwrap_or_default();
    assert_eq!(first("rm"), "metrics.rmse ");
    assert_eq!(first("metrics.`v"), "metrics.`val/mae` ");
    assert_eq!(first("metrics.rmse "), "< ");
    assert_eq!(offered("metrics.rmse < 1 "), ["AND ", "OR "]);
    assert_eq!(first("metrics.rmse < 1 and (te"), "tags.team ");
    assert_eq!(offered("params.model = "), ["'Lasso' ", "'LinearRegression' ", "'Ridge' ", "'ridge' "]);
    assert_eq!(offered("params.model = 'Ri"), ["'Ridge' ", "'ridge' "]);
    assert_eq!(offered("tags.team IN ('re"), ["'Red' ", "'red' "]);
    assert_eq!(offered("tags.team NOT L"), ["LIKE ", "ILIKE "]);
    assert_eq!(first("status = "), "'FINISHED' ");
    let one = completions("not sta = 'x'", 7, &known);
    assert_eq!(
        (one[0].insert.as_str(), one[0].span.clone(), one[0].kind),
        ("status ", 4..7, CompletionKind::Attribute)
    );
    // Whatever is typed, what is offered can be put in.
    let text = "metrics.`val/mae` > 1 AND (tags.team IN ('red', 'blue_1') OR NOT é = \"x\")";
    for caret in (0..=text.len()).filter(|caret| text.is_char_boundary(*caret)) {
        for completion in completions(text, caret, &known) {
            assert!(text.get(completion.span).is_some(), "{caret}");
        }
    }
}
