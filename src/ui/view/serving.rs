//! What the pages of deployments say.

use serde_json::{Map, Value, json};

use super::format::number;
use crate::base::python_string;
use crate::features::{InputColumn, Seen};
use crate::registry::{Deployment, RegisteredModel};
use crate::table::{DataType, timestamp_text};
use crate::tracking::RunRecord;
use crate::ui::view::run::training;

/// A deployment in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentLine {
    pub name: String,
    pub model: String,
    /// Whether an alias moves it.
    pub follows: bool,
    /// The version that answers, and its run; or why none does.
    pub answers: Result<(u32, String), String>,
    pub since: i64,
}

impl DeploymentLine {
    /// What answers, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.answers {
            Err(words) => words.clone(),
            Ok((version, _)) if self.follows => {
                format!("Version {version} of {} answers; the address follows the alias.", self.model)
            }
            Ok((version, _)) => format!("Version {version} of {} answers, whatever is registered later.", self.model),
        }
    }
}

/// All deployments, by name.
#[must_use]
pub fn deployments(all: &[Deployment], models: &[RegisteredModel]) -> Vec<DeploymentLine> {
    all.iter()
        .map(|deployment| DeploymentLine {
            name: deployment.name.clone(),
            model: deployment.model.clone(),
            follows: deployment.reference.parse::<u32>().is_err(),
            answers: match deployment.version(models) {
                Ok(version) => Ok((version.version, version.run_id.clone())),
                Err(error) => Err(error.to_string()),
            },
            since: deployment.creation_time,
        })
        .collect()
}

/// The deployments that ask a model, also those that none of its versions answers now.
#[must_use]
pub fn of_model(lines: Vec<DeploymentLine>, model: &str) -> Vec<DeploymentLine> {
    lines.into_iter().filter(|line| line.model == model).collect()
}

/// The deployments that a run's model answers now, under whatever name it was registered.
#[must_use]
pub fn of_run(lines: Vec<DeploymentLine>, run_id: &str) -> Vec<DeploymentLine> {
    lines.into_iter().filter(|line| line.answers.as_ref().is_ok_and(|(_, answers)| answers == run_id)).collect()
}

/// What an address can follow, with what it is now: the aliases, `latest`, and the versions, newest first.
#[must_use]
pub fn references(model: &RegisteredModel) -> Vec<(String, String)> {
    let aliases =
        model.aliases.iter().map(|(alias, version)| (alias.clone(), format!("@{alias}, now version {version}")));
    let latest =
        model.latest().map(|newest| ("latest".to_owned(), format!("the newest, now version {}", newest.version)));
    let mut versions: Vec<u32> =
        model.versions.iter().filter(|version| version.retired.is_none()).map(|version| version.version).collect();
    versions.sort_unstable_by(|a, b| b.cmp(a));
    let versions = versions.into_iter().map(|version| (version.to_string(), format!("version {version}, always")));
    aliases.chain(latest).chain(versions).collect()
}

/// How an input is typed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    Number,
    Date,
    Text,
    /// One of these, or another.
    Choice(Vec<String>),
}

/// An input of the model, as a field.
#[derive(Debug, Clone, PartialEq)]
pub struct InputField {
    pub name: String,
    pub entry: Entry,
    /// What stands in it first.
    pub start: String,
    /// What training has seen.
    pub hint: String,
    column: InputColumn,
}

impl InputField {
    fn of(column: &InputColumn) -> Self {
        let is_date = column.data_type == DataType::Timestamp;
        let shown = |value: f64| if is_date { timestamp_text(value as i64) } else { number(value) };
        let (entry, start, hint) = match &column.seen {
            Some(Seen::Range { min, max }) => {
                let middle = min + (max - min) / 2.0;
                let is_whole = matches!(column.data_type, DataType::Integer | DataType::Boolean);
                let start = match (is_date, is_whole) {
                    (true, _) => timestamp_text(middle as i64),
                    (_, true) => middle.round().to_string(),
                    _ => four_digits(middle).to_string(),
                };
                let entry = if is_date { Entry::Date } else { Entry::Number };
                (entry, start, format!("{} to {} in training", shown(*min), shown(*max)))
            }
            Some(Seen::Categories(all)) => {
                let start = all.first().cloned().unwrap_or_default();
                let hint = match all.len() {
                    1 => "1 category in training".into(),
                    n => format!("{n} categories in training"),
                };
                (Entry::Choice(all.clone()), start, hint)
            }
            None if column.data_type.is_numeric() => (Entry::Number, "0".into(), String::new()),
            None => (Entry::Text, String::new(), String::new()),
        };
        Self { name: column.name.clone(), entry, start, hint, column: column.clone() }
    }

    /// What to say of a value that training has not seen.
    #[must_use]
    pub fn warning(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return Some("Empty: the model gets a missing value.".into());
        }
        match &self.column.seen {
            Some(Seen::Range { min, max }) if self.entry == Entry::Number => {
                let value: f64 = text.parse().ok()?;
                (value < *min || value > *max)
                    .then(|| "Outside what training has seen: the prediction is a guess.".into())
            }
            Some(Seen::Categories(all)) if !all.iter().any(|known| known == text) => {
                Some("Training has not seen this category.".into())
            }
            _ => None,
        }
    }

    fn json(&self, text: &str) -> Value {
        let text = text.trim();
        match (&self.entry, text) {
            (_, "") => Value::Null,
            (Entry::Number, text) => text.parse::<f64>().map_or_else(|_| text.into(), Value::from),
            _ => text.into(),
        }
    }
}

/// What a person would type: four significant digits.
fn four_digits(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// The fields of a run's model.
#[must_use]
pub fn fields(run: &RunRecord) -> Vec<InputField> {
    training(run).map(|training| training.features.inputs.iter().map(InputField::of).collect()).unwrap_or_default()
}

/// What is typed, by the names of the inputs.
#[must_use]
pub fn row(fields: &[InputField], values: &[String]) -> Map<String, Value> {
    fields.iter().zip(values).map(|(field, text)| (field.name.clone(), field.json(text))).collect()
}

/// The body of a request for one row.
#[must_use]
pub fn body(fields: &[InputField], values: &[String]) -> String {
    json!({ "dataframe_records": [row(fields, values)] }).to_string()
}

/// What came back: the prediction, or why there is none.
///
/// # Errors
/// The message of the answer.
pub fn prediction(status: u16, text: &str) -> Result<f64, String> {
    let answer: Value = serde_json::from_str(text).unwrap_or_default();
    let word = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
    match answer.pointer("/predictions/0").and_then(Value::as_f64) {
        Some(prediction) if status == 200 => Ok(prediction),
        // Where MLflow has a traceback the reason stands.
        _ => Err(word("stack_trace").or_else(|| word("message")).unwrap_or_else(|| text.to_owned())),
    }
}

/// How the address is asked, as lines that can be pasted: `(title, code)`.
#[must_use]
pub fn usage(endpoint: &str, body: &str) -> Vec<(&'static str, String)> {
    let quoted = |text: &str| text.replace('\'', "'\\''");
    let js = format!(
        "const answer = await fetch({}, {{\n  method: \"POST\",\n  headers: {{ \"content-type\": \"application/json\" }},\n  body: JSON.stringify({body}),\n}});\n(await answer.json()).predictions;",
        Value::from(endpoint)
    );
    let curl = format!(
        "curl http://127.0.0.1:5001/invocations \\\n  -H 'Content-Type: application/json' \\\n  -d '{}'",
        quoted(body)
    );
    let python = format!(
        "import json, urllib.request\n\nrequest = urllib.request.Request(\n    \"http://127.0.0.1:5001/invocations\",\n    {}.encode(),\n    {{\"Content-Type\": \"application/json\"}},\n)\nprint(json.load(urllib.request.urlopen(request))[\"predictions\"])",
        python_string(body)
    );
    vec![
        ("fetch, on any page of this site", js),
        ("curl, after mlflow models serve", curl),
        ("Python, after mlflow models serve", python),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    fn field(data_type: DataType, seen: Option<Seen>) -> InputField {
        InputField::of(&InputColumn { name: "a".into(), data_type, seen })
    }

    #[test]
    fn a_field_knows_what_training_has_seen() {
        let weight = field(DataType::Float, Some(Seen::Range { min: 1.0, max: 4.0 }));
        assert_eq!((weight.start.as_str(), weight.hint.as_str()), ("2.5", "1 to 4 in training"));
        assert_eq!(weight.warning("3"), None);
        let price = field(DataType::Float, Some(Seen::Range { min: 2.9, max: 1312.8 }));
        assert_eq!(price.start, "657.8", "not 657.8499999999999");
        assert!(weight.warning("4.5").unwrap().starts_with("Outside"));
        assert!(weight.warning(" ").unwrap().starts_with("Empty"));
        let state = field(DataType::Category, Some(Seen::Categories(vec!["SP".into(), "RJ".into()])));
        assert_eq!((state.start.as_str(), state.hint.as_str()), ("SP", "2 categories in training"));
        assert_eq!(state.warning("XX").unwrap(), "Training has not seen this category.");
        let texts = ["3".to_owned(), "SP".to_owned()];
        assert_eq!(
            body(&[weight.clone(), state.clone()], &texts),
            r#"{"dataframe_records":[{"a":"SP"}]}"#,
            "one name, one cell"
        );
        assert_eq!(
            body(&[weight], &["x".into()]),
            r#"{"dataframe_records":[{"a":"x"}]}"#,
            "the answer says what is wrong"
        );
    }

    #[test]
    fn an_answer_is_a_number_or_its_reason() {
        assert_eq!(prediction(200, r#"{"predictions":[4.25]}"#), Ok(4.25));
        assert_eq!(prediction(400, r#"{"message":"a","stack_trace":"b"}"#), Err("b".into()));
        assert_eq!(
            prediction(404, r#"{"message":"Nothing is deployed as x."}"#),
            Err("Nothing is deployed as x.".into())
        );
        assert_eq!(prediction(500, "oops"), Err("oops".into()));
    }

    #[test]
    fn what_is_pasted_is_quoted() {
        let lines = usage("https://x.y/serving/m@1/invocations", r#"{"a":"it's"}"#);
        assert!(lines[0].1.contains(r#"fetch("https://x.y/serving/m@1/invocations""#));
        assert!(lines[1].1.ends_with(r#"-d '{"a":"it'\''s"}'"#), "{}", lines[1].1);
        assert!(lines[2].1.contains(r#""{\"a\":\"it's\"}".encode()"#), "{}", lines[2].1);
    }

    #[test]
    fn deployments_say_what_answers() {
        let (model, _) = RegisteredModel::create("price", &[], 1).unwrap();
        let (model, _) = model.register(&run_record("a", 0), "", 2).unwrap();
        let (model, _) = model.set_alias("champion", 1, "", 3).unwrap();
        let of = |reference: &str| Deployment::create(&model, reference, &[], 4).unwrap().0;
        let all = [of("champion"), of("1")];
        let names: Vec<String> = references(&model).into_iter().map(|(reference, _)| reference).collect();
        assert_eq!(names, ["champion", "latest", "1"]);
        let lines = deployments(&all, std::slice::from_ref(&model));
        assert!(lines[0].sentence().ends_with("follows the alias.") && lines[1].sentence().contains("whatever"));
        let names = |lines: Vec<DeploymentLine>| lines.into_iter().map(|line| line.name).collect::<Vec<_>>();
        assert_eq!(names(of_model(lines.clone(), "price")), ["price@champion", "price@1"]);
        assert!(of_model(lines.clone(), "other").is_empty());
        let run_id = model.versions[0].run_id.clone();
        assert_eq!(names(of_run(lines.clone(), &run_id)), ["price@champion", "price@1"]);
        let (moved, _) = model.register(&run_record("b", 0), "", 5).unwrap();
        let (moved, _) = moved.set_alias("champion", 2, "", 6).unwrap();
        let lines = deployments(&all, std::slice::from_ref(&moved));
        assert_eq!(names(of_run(lines, &run_id)), ["price@1"], "the alias went on to another run");
        assert_eq!(
            deployments(&all[..1], &[])[0].sentence(),
            "There is no model price any more. Remove the deployment, or register a model of this name."
        );
    }
}
