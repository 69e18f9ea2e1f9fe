//! What can be done about a rule that looks at rows which are later used as the test.

use serde_json::{Value, json};

use super::PipelineSpec;
use crate::clean::{ColumnBrief, Rule, RuleEffect};
use crate::features::EncoderSpec;

/// The way out of a leak.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// The whole spec with the rule made an encoder that is fitted on the training rows only.
    Fit(Box<PipelineSpec>),
    /// What a person can do.
    Words(String),
}

/// The way out for rule `index` (from 0) with what it did; `left` are the columns after cleaning. `None`: it does not
/// leak.
#[must_use]
pub fn remedy(spec: &PipelineSpec, index: usize, effect: &RuleEffect, left: &[ColumnBrief]) -> Option<Remedy> {
    if !effect.leaks || !effect.enabled {
        return None;
    }
    let rule = spec.clean.get(index)?;
    if rule.name() != "fill_missing" {
        return Some(Remedy::Words(in_words(rule.name()).into()));
    }
    Some(as_encoder(spec, index, rule, effect, left).unwrap_or_else(Remedy::Words))
}

fn as_encoder(
    spec: &PipelineSpec,
    index: usize,
    rule: &Rule,
    effect: &RuleEffect,
    left: &[ColumnBrief],
) -> Result<Remedy, String> {
    let strategy = rule.param("strategy");
    if !matches!(strategy.as_str(), Some("mean" | "median" | "most_frequent")) {
        return Err("It takes values from neighbouring rows. Fill with a fixed value instead, or drop the rows.".into());
    }
    if !rule.param("group_by").is_null() {
        return Err("Groups cannot be fitted on the training rows only. Take the groups out, and it can.".into());
    }
    let named = rule.columns();
    let is_left = |name: &String| left.iter().any(|column| column.name == *name);
    let columns: Vec<String> = if named.is_empty() {
        effect.filled.iter().map(|filled| filled.column.clone()).filter(is_left).collect()
    } else {
        named
    };
    let only = "Only features can be filled from the training rows alone:";
    for name in &columns {
        if *name == spec.features.target {
            return Err(format!("{only} {name} is the target. Drop its rows without a value instead."));
        }
        if !is_left(name) {
            return Err(format!("{only} {name} is dropped later, so what fills it does not reach the model."));
        }
        if spec.features.columns.as_ref().is_some_and(|chosen| !chosen.contains(name)) {
            return Err(format!("{only} {name} is not one. Choose it in the train step, or take it out of the rule."));
        }
    }
    if columns.is_empty() {
        return Err("None of the columns that it fills is left for the model.".into());
    }
    if let Some((number, user)) = later_use(&spec.clean, index, &columns) {
        return Err(format!("Rule {number} needs {user} filled. Move it before this rule, or take it out."));
    }
    let map = json!({ "encoder": "simple_imputer", "columns": columns, "strategy": strategy });
    let Value::Object(map) = map else { return Err(String::new()) };
    let encoder = EncoderSpec::from_map(map).map_err(|error| error.to_string())?;
    let mut spec = spec.clone();
    spec.clean.remove(index);
    spec.features.encoders.insert(0, encoder);
    Ok(Remedy::Fit(Box::new(spec)))
}

/// The first later rule, by its number from 1, that would do something else if these cells were still missing.
fn later_use(rules: &[Rule], index: usize, columns: &[String]) -> Option<(usize, String)> {
    let later = (1..).zip(rules).skip(index + 1).filter(|(_, rule)| rule.enabled());
    for (number, rule) in later {
        let named = rule.columns();
        if let Some(column) = named.iter().find(|name| columns.contains(name)) {
            return Some((number, column.clone()));
        }
        let is_over_all = rule.name() == "drop_missing" && named.is_empty();
        if let Some(column) = columns.first().filter(|_| is_over_all) {
            return Some((number, column.clone()));
        }
    }
    None
}

fn in_words(rule: &str) -> &'static str {
    match rule {
        "clip_outliers" => {
            "Take it out and add a robust scaler in the train step, or clip at fixed bounds with a derived column: clip(x, low, high)."
        }
        "drop_outliers" => "Keep rows by fixed bounds instead: “Keep rows where” with a condition such as x < 1000.",
        "drop_constant" | "drop_near_constant" | "drop_mostly_missing" | "drop_correlated" => {
            "Name the columns in a rule “Drop columns” instead: then the choice is yours and not the test rows'."
        }
        _ => "Use a fixed value instead, or do it with an encoder in the train step.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::FilledColumn;
    use crate::table::DataType;

    fn spec(rules: &str, columns: Option<&[&str]>) -> PipelineSpec {
        let mut spec = PipelineSpec { clean: serde_json::from_str(rules).unwrap(), ..PipelineSpec::default() };
        spec.features.target = "y".into();
        spec.features.columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        spec
    }

    fn remedied(spec: &PipelineSpec, index: usize) -> Remedy {
        let filled = ["a", "gone"].map(|column| FilledColumn { column: column.into(), value: "1".into(), cells: 1 });
        let effect = RuleEffect { enabled: true, leaks: true, filled: filled.to_vec(), ..RuleEffect::default() };
        let brief = |name: &str| ColumnBrief { name: name.into(), data_type: DataType::Float, missing: 0 };
        remedy(spec, index, &effect, &["a", "b", "y"].map(brief)).unwrap()
    }

    #[track_caller]
    fn check_refused(spec: &PipelineSpec, part: &str) {
        match remedied(spec, 0) {
            Remedy::Words(words) => assert!(words.contains(part), "{words}"),
            Remedy::Fit(spec) => panic!("{:?}", spec.features),
        }
    }

    #[test]
    fn a_filling_becomes_an_encoder_in_front() {
        let rules =
            r#"[{"rule": "keep_numeric"}, {"rule": "fill_missing", "columns": ["b", "a"], "strategy": "median"}]"#;
        let mut before = spec(rules, Some(&["a", "b"]));
        before.features.encoders.push(EncoderSpec::fresh("standard_scaler", None).unwrap());
        let Remedy::Fit(after) = remedied(&before, 1) else { panic!("no fix") };
        assert_eq!(after.clean, before.clean[..1]);
        let first = serde_json::to_value(&after.features.encoders[0]).unwrap();
        assert_eq!((&first["encoder"], &first["strategy"]), (&json!("simple_imputer"), &json!("median")));
        assert_eq!(first["columns"], json!(["b", "a"]));
        assert_eq!(after.features.encoders[1..], before.features.encoders[..]);
    }

    #[test]
    fn all_columns_mean_those_that_were_filled_and_are_left() {
        let Remedy::Fit(after) = remedied(&spec(r#"[{"rule": "fill_missing", "strategy": "median"}]"#, None), 0) else {
            panic!("no fix")
        };
        assert_eq!(after.features.encoders[0].columns(), Some(["a".to_owned()].as_slice()));
    }

    #[test]
    fn where_it_cannot_be_it_says_why() {
        let fill = |rest: &str| format!(r#"[{{"rule": "fill_missing", "strategy": "mean", {rest}]"#);
        check_refused(&spec(&fill(r#""columns": ["y"]}"#), None), "y is the target");
        check_refused(&spec(&fill(r#""columns": ["gone"]}"#), None), "gone is dropped later");
        check_refused(&spec(&fill(r#""columns": ["a"]}"#), Some(&["b"])), "a is not one");
        check_refused(&spec(&fill(r#""columns": ["a"], "group_by": ["b"]}"#), None), "Groups");
        check_refused(&spec(&fill(r#""columns": ["a"]}, {"rule": "drop_missing"}"#), None), "Rule 2 needs a");
        let neighbours = r#"[{"rule": "fill_missing", "columns": ["a"], "strategy": "ffill"}]"#;
        check_refused(&spec(neighbours, None), "neighbouring rows");
        check_refused(&spec(r#"[{"rule": "drop_constant"}]"#, None), "Drop columns");
        let still = RuleEffect { enabled: true, ..RuleEffect::default() };
        assert_eq!(remedy(&spec(neighbours, None), 0, &still, &[]), None);
    }
}
