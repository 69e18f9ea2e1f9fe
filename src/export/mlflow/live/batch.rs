//! `runs/log-batch`, within its limits.

use serde_json::{Map, Value};

/// MLflow's limits of one batch.
const MOST: usize = 1000;
const MOST_PARAMS: usize = 100;
const MOST_TAGS: usize = 100;
/// MLflow takes a megabyte.
const MOST_BYTES: usize = 900_000;

/// A thing to log, and the list that it stands in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    Tag(Value),
    Param(Value),
    Metric(Value),
}

impl Item {
    fn list(&self) -> &'static str {
        match self {
            Self::Tag(_) => "tags",
            Self::Param(_) => "params",
            Self::Metric(_) => "metrics",
        }
    }

    fn most(&self) -> usize {
        match self {
            Self::Tag(_) => MOST_TAGS,
            Self::Param(_) => MOST_PARAMS,
            Self::Metric(_) => MOST,
        }
    }

    fn into_value(self) -> Value {
        let (Self::Tag(value) | Self::Param(value) | Self::Metric(value)) = self;
        value
    }
}

/// The bodies of as few requests as can be, in the order of the items.
pub(super) fn bodies(run_id: &str, items: Vec<Item>) -> Vec<Value> {
    let mut bodies = Vec::new();
    let mut lists: Map<String, Value> = Map::new();
    let (mut count, mut bytes) = (0, 0);
    for item in items {
        let (list, most) = (item.list(), item.most());
        let value = item.into_value();
        let size = value.to_string().len() + 1;
        let in_list = lists.get(list).and_then(Value::as_array).map_or(0, Vec::len);
        if count > 0 && (count >= MOST || in_list >= most || bytes + size > MOST_BYTES) {
            bodies.push(body(run_id, std::mem::take(&mut lists)));
            (count, bytes) = (0, 0);
        }
        if let Some(list) = lists.entry(list).or_insert_with(|| Value::Array(Vec::new())).as_array_mut() {
            list.push(value);
        }
        count += 1;
        bytes += size;
    }
    if count > 0 {
        bodies.push(body(run_id, lists));
    }
    bodies
}

fn body(run_id: &str, mut lists: Map<String, Value>) -> Value {
    lists.insert("run_id".into(), run_id.into());
    Value::Object(lists)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_batch_is_as_large_as_mlflow_takes() {
        let param = |n: usize| Item::Param(json!({ "key": format!("p{n}"), "value": "v" }));
        let metric = |n: usize| Item::Metric(json!({ "key": format!("m{n}"), "value": 1.0 }));
        let items: Vec<Item> = (0..101).map(param).chain((0..2500).map(metric)).collect();
        let bodies = bodies("r", items);
        let n = |body: &Value, list: &str| body[list].as_array().map_or(0, Vec::len);
        let sizes: Vec<_> = bodies.iter().map(|body| (n(body, "params"), n(body, "metrics"))).collect();
        assert_eq!(sizes, [(100, 0), (1, 999), (0, 1000), (0, 501)]);
        assert!(bodies.iter().all(|body| body["run_id"] == "r"));
    }

    #[test]
    fn no_body_is_over_a_megabyte_and_nothing_is_lost() {
        let tags = (0..100).map(|n| Item::Tag(json!({ "key": format!("t{n}"), "value": "ü".repeat(8000) })));
        let bodies = bodies("r", tags.collect());
        assert!(bodies.len() > 1 && bodies.iter().all(|body| body.to_string().len() < 1_000_000));
        assert_eq!(bodies.iter().map(|body| body["tags"].as_array().unwrap().len()).sum::<usize>(), 100);
        assert_eq!(super::bodies("r", Vec::new()), Vec::<Value>::new());
    }
}
