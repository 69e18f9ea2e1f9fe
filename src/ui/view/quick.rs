//! What can be done with a column straight from its profile: one change of the spec each, or why not.

use serde_json::{Value, json};

use crate::clean::{Rule, RuleKind};
use crate::estimators::TrainEntry;
use crate::expression::column_name;
use crate::features::{EncoderEntry, EncoderSpec};
use crate::ingest::ColumnProfile;
use crate::pipeline::PipelineSpec;
use crate::table::DataType;

/// More values than this would be too many columns one-hot.
const MOST_ONE_HOT: u64 = 50;

/// The spec with the column's missing cells filled: numbers with the median, the rest with the most frequent value.
///
/// # Errors
/// Why there is nothing to fill, in words.
pub fn filled(spec: &PipelineSpec, column: &ColumnProfile) -> Result<PipelineSpec, String> {
    if column.missing == 0 {
        return Err("No cell is missing.".into());
    }
    if column.name == spec.features.target {
        return Err("The target is not filled: drop the rows without one in the clean step.".into());
    }
    let fills = |rule: &Rule| {
        let names = rule.columns();
        rule.enabled() && rule.name() == "fill_missing" && (names.is_empty() || names.contains(&column.name))
    };
    if spec.clean.iter().any(fills) {
        return Err("A rule fills it already.".into());
    }
    gone(spec, column)?;
    let strategy = match column.data_type {
        DataType::Integer | DataType::Float => "median",
        DataType::Text => return Err("Free text is not kept, so it has no most frequent value.".into()),
        _ => "most_frequent",
    };
    let mut spec = spec.clone();
    spec.clean.push(rule(json!({ "rule": "fill_missing", "columns": [column.name], "strategy": strategy }))?);
    Ok(spec)
}

/// The spec with the column made numbers: categories one-hot (by frequency where there are many), dates in parts.
///
/// # Errors
/// Why it cannot be, in words.
pub fn encoded(spec: &PipelineSpec, column: &ColumnProfile) -> Result<PipelineSpec, String> {
    if column.name == spec.features.target {
        return Err("The target is not encoded.".into());
    }
    let encoder = match column.data_type {
        DataType::Integer | DataType::Float => return Err("Numbers need no encoding.".into()),
        DataType::Text => return Err("Free text is not kept. Read it as a category to encode it.".into()),
        DataType::Timestamp => "date_parts_encoder",
        DataType::Category | DataType::Boolean if column.distinct > MOST_ONE_HOT => "frequency_encoder",
        DataType::Category | DataType::Boolean => "one_hot_encoder",
    };
    let names = |encoder: &EncoderEntry| encoder.columns().is_some_and(|names| names.contains(&column.name));
    if spec.features.encoders.iter().any(names) {
        return Err("It is encoded already.".into());
    }
    gone(spec, column)?;
    let encoder = EncoderSpec::fresh(encoder, Some(vec![column.name.clone()])).map_err(|error| error.to_string())?;
    let mut spec = spec.clone();
    if let Some(columns) = &mut spec.features.columns
        && !columns.contains(&column.name)
    {
        columns.push(column.name.clone());
    }
    spec.features.encoders.push(encoder.into());
    Ok(spec)
}

/// The value of two that means yes; where neither does, the later in the alphabet, as scikit-learn orders classes.
fn yes_of(column: &ColumnProfile) -> &str {
    const YES: [&str; 12] = ["yes", "y", "true", "t", "ja", "oui", "sí", "si", "sim", "da", "tak", "positive"];
    let values = || column.top.iter().map(|top| top.value.as_str());
    let is_yes = |value: &&str| YES.contains(&value.trim().to_lowercase().as_str());
    values().find(is_yes).or_else(|| values().max()).unwrap_or_default()
}

/// The spec that predicts the column. One of true and false, or a text of two values, first becomes 0 and 1 (`yes_of` is 1),
/// and a linear regression with its defaults becomes a logistic one.
///
/// # Errors
/// Why it cannot be predicted, in words.
pub fn as_target(spec: &PipelineSpec, column: &ColumnProfile) -> Result<PipelineSpec, String> {
    let name = &column.name;
    let early = match column.data_type {
        DataType::Integer | DataType::Float => Vec::new(),
        DataType::Boolean => vec![json!({ "rule": "cast_type", "columns": [name], "to": "integer" })],
        DataType::Category if column.distinct == 2 && column.top.len() == 2 => {
            let yes = yes_of(column);
            let expression = format!("if({} == {}, 1, 0)", column_name(name), Value::from(yes));
            vec![json!({ "rule": "derive_column", "name": name, "expression": expression })]
        }
        _ => return Err("Numbers, true and false, and texts of two values can be predicted.".into()),
    };
    let is_class = !early.is_empty();
    let mut spec = spec.clone();
    if let Some(columns) = &mut spec.features.columns {
        columns.retain(|column| column != name);
    }
    spec.features.target.clone_from(name);
    if is_class {
        let gaps = (column.missing > 0).then(|| json!({ "rule": "drop_missing", "columns": [name] }));
        let made: Vec<Rule> = gaps.into_iter().chain(early).map(rule).collect::<Result<_, _>>()?;
        // The rule is there already where the column was the target before.
        if !made.iter().all(|rule| spec.clean.contains(rule)) {
            spec.clean.splice(0..0, made);
        }
        if spec.train == [TrainEntry::default()] {
            spec.train = vec![entry("logistic_regression")?];
        }
    }
    Ok(spec)
}

fn rule(value: Value) -> Result<Rule, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn entry(estimator: &str) -> Result<TrainEntry, String> {
    serde_json::from_value(json!({ "estimator": estimator })).map_err(|error| error.to_string())
}

/// The rule that takes the column away, as far as its name and type say.
fn gone(spec: &PipelineSpec, column: &ColumnProfile) -> Result<(), String> {
    let drops = |rule: &Rule| match &rule.kind {
        RuleKind::DropColumns(rule) => rule.columns.contains(&column.name),
        RuleKind::KeepColumns(_) => !rule.columns().contains(&column.name),
        RuleKind::KeepNumeric(_) => !column.data_type.is_numeric(),
        _ => false,
    };
    match (1..).zip(&spec.clean).find(|(_, rule)| rule.enabled() && drops(rule)) {
        Some((number, rule)) => {
            Err(format!("Rule {number} of the clean step ({}) drops it. Switch that off first.", rule.label()))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(data_type: DataType, distinct: u64, missing: u64) -> ColumnProfile {
        let profile = json!({
            "name": "c", "data_type": data_type, "count": 20, "missing": missing, "distinct": distinct, "top": [],
        });
        serde_json::from_value(profile).unwrap()
    }

    fn spec(rules: &str) -> PipelineSpec {
        PipelineSpec { clean: serde_json::from_str(rules).unwrap(), ..PipelineSpec::default() }
    }

    #[test]
    fn a_column_is_filled_once() {
        let gappy = column(DataType::Float, 9, 3);
        let new = filled(&spec("[]"), &gappy).unwrap();
        assert_eq!((new.clean[0].columns(), new.clean[0].param("strategy")), (vec!["c".to_owned()], json!("median")));
        assert_eq!(filled(&new, &gappy).unwrap_err(), "A rule fills it already.");
        assert!(filled(&spec("[]"), &column(DataType::Float, 9, 0)).is_err());
        let words = filled(&spec(r#"[{"rule": "keep_numeric"}]"#), &column(DataType::Category, 3, 1)).unwrap_err();
        assert!(words.starts_with("Rule 1 of the clean step"), "{words}");
    }

    #[test]
    fn a_column_of_two_values_becomes_a_target_of_zero_and_one() {
        let start = spec(r#"[{"rule": "keep_numeric"}]"#);
        let number = as_target(&start, &column(DataType::Float, 9, 0)).unwrap();
        assert_eq!((number.features.target.as_str(), &number.clean, &number.train), ("c", &start.clean, &start.train));
        let flag = as_target(&start, &column(DataType::Boolean, 2, 1)).unwrap();
        let names: Vec<_> = flag.clean.iter().map(Rule::name).collect();
        assert_eq!(names, ["drop_missing", "cast_type", "keep_numeric"]);
        assert_eq!(serde_json::to_value(&flag.train).unwrap()[0]["estimator"], "logistic_regression");
        assert_eq!(as_target(&flag, &column(DataType::Boolean, 2, 1)).unwrap(), flag);
        let mut answer = column(DataType::Category, 2, 0);
        answer.name = "came back?".into();
        answer.top = serde_json::from_str(r#"[{"value": "yes", "count": 3}, {"value": "no", "count": 2}]"#).unwrap();
        let answer = as_target(&start, &answer).unwrap();
        assert_eq!(answer.clean[0].param("expression"), json!("if(`came back?` == \"yes\", 1, 0)"));
        let mut german = column(DataType::Category, 2, 0);
        german.top = serde_json::from_str(r#"[{"value": "nein", "count": 3}, {"value": "Ja", "count": 2}]"#).unwrap();
        assert_eq!(yes_of(&german), "Ja");
        german.top[1].value = "joo".into();
        assert_eq!(yes_of(&german), "nein");
        assert!(as_target(&start, &column(DataType::Category, 3, 0)).is_err());
        assert!(as_target(&start, &column(DataType::Timestamp, 2, 0)).is_err());
    }

    #[test]
    fn a_column_is_encoded_by_what_it_holds() {
        let name =
            |column: &ColumnProfile| encoded(&spec("[]"), column).map(|spec| spec.features.encoders[0].info().name);
        assert_eq!(name(&column(DataType::Category, 4, 0)), Ok("one_hot_encoder"));
        assert_eq!(name(&column(DataType::Category, 400, 0)), Ok("frequency_encoder"));
        assert_eq!(name(&column(DataType::Timestamp, 4, 0)), Ok("date_parts_encoder"));
        assert!(name(&column(DataType::Float, 4, 0)).is_err());
        let mut chosen = spec("[]");
        chosen.features.columns = Some(vec!["a".into()]);
        let once = encoded(&chosen, &column(DataType::Category, 4, 0)).unwrap();
        assert_eq!(once.features.columns, Some(vec!["a".to_owned(), "c".to_owned()]));
        assert!(encoded(&once, &column(DataType::Category, 4, 0)).is_err());
    }
}
