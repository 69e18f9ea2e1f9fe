//! What can be done about a rule that looks at rows which are later used as the test.

use serde_json::{Map, Value};

use super::PipelineSpec;
use crate::clean::{ColumnBrief, Learnt, Rule, RuleEffect};
use crate::features::EncoderSpec;

/// The way out of a leak.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// The rule made an encoder that is fitted on the training rows only.
    Fit(Mended),
    /// What a person can do.
    Words(String),
}

/// A pipeline without the leak.
#[derive(Debug, Clone, PartialEq)]
pub struct Mended {
    pub spec: Box<PipelineSpec>,
    /// What is done, for a button.
    pub action: &'static str,
    /// Where it is not quite the same: what is given up. Empty where nothing is.
    pub note: &'static str,
}

/// The way out for rule `index` (from 0) with what it did; `left` are the columns after cleaning. `None`: it does not
/// leak.
#[must_use]
pub fn remedy(spec: &PipelineSpec, index: usize, effect: &RuleEffect, left: &[ColumnBrief]) -> Option<Remedy> {
    if !effect.leaks || !effect.enabled {
        return None;
    }
    let rule = spec.clean.get(index)?;
    let moved = match rule.name() {
        "fill_missing" => filling(rule, effect, left),
        "clip_outliers" | "drop_outliers" => clipping(rule, effect, left),
        "drop_constant" | "drop_near_constant" | "drop_mostly_missing" | "drop_correlated" => dropping(spec, index),
        _ => {
            return Some(Remedy::Words(
                "Use a fixed value instead, or do it with an encoder in the train step.".into(),
            ));
        }
    };
    Some(moved.and_then(|moved| behind_the_split(spec, index, moved, left)).unwrap_or_else(Remedy::Words))
}

/// What a rule becomes: the encoder's name and parameters, the columns, and words for what is done to them.
struct Moved {
    encoder: &'static str,
    params: Map<String, Value>,
    columns: Vec<String>,
    /// As in "it is filled".
    done: &'static str,
    /// What can be done where the target is among the columns.
    of_target: &'static str,
    action: &'static str,
    note: &'static str,
}

const FIT: &str = "Fit on training rows only";

fn filling(rule: &Rule, effect: &RuleEffect, left: &[ColumnBrief]) -> Result<Moved, String> {
    let strategy = rule.param("strategy");
    if !matches!(strategy.as_str(), Some("mean" | "median" | "most_frequent")) {
        return Err("It takes values from neighbouring rows. Fill with a fixed value instead, or drop the rows.".into());
    }
    let is_grouped = !rule.param("group_by").is_null();
    let columns = named_or(rule, effect.filled.iter().map(|filled| &filled.column), left);
    Ok(Moved {
        encoder: "simple_imputer",
        params: Map::from_iter([("strategy".into(), strategy)]),
        columns,
        done: "filled",
        of_target: "Drop its rows without a value instead.",
        action: if is_grouped { "Fill without groups, from training rows only" } else { FIT },
        note: if is_grouped { "No encoder fills by groups." } else { "" },
    })
}

fn clipping(rule: &Rule, effect: &RuleEffect, left: &[ColumnBrief]) -> Result<Moved, String> {
    let bounds = match &effect.learnt {
        Some(Learnt::Bounds(bounds)) => bounds.as_slice(),
        _ => &[],
    };
    let columns = named_or(rule, bounds.iter().map(|bound| &bound.column), left);
    let drops = rule.name() == "drop_outliers";
    let shared = ["method", "factor", "threshold", "lower", "upper"];
    Ok(Moved {
        encoder: "winsorizer",
        params: shared.into_iter().map(|name| (name.into(), rule.param(name))).collect(),
        columns,
        done: "clipped",
        of_target: "Name the other columns in the rule.",
        action: if drops { "Clip them instead, by training rows only" } else { FIT },
        note: if drops { "Rows cannot be dropped behind the split: the test would lose some, too." } else { "" },
    })
}

/// A choice of columns, made by the training rows. Columns that the rule dropped are there again until then.
fn dropping(spec: &PipelineSpec, index: usize) -> Result<Moved, String> {
    let rule = spec.clean.get(index).ok_or_else(String::new)?;
    let only_columns = ["keep_numeric", "drop_columns", "drop_constant", "drop_near_constant", "drop_mostly_missing"];
    let harmless = |other: &Rule| !other.columns().is_empty() || only_columns.contains(&other.name());
    let later = (1..).zip(&spec.clean).skip(index + 1).filter(|(_, rule)| rule.enabled());
    if let Some((number, _)) = later.into_iter().find(|(_, other)| !harmless(other)) {
        return Err(format!("Rule {number} works on all columns. Move it before this rule, or name its columns."));
    }
    let method = rule.name().strip_prefix("drop_").unwrap_or_default();
    let mut params = Map::from_iter([("method".into(), method.into())]);
    let threshold = rule.param("threshold");
    if !threshold.is_null() {
        params.insert("threshold".into(), threshold);
    }
    Ok(Moved {
        encoder: "drop_features",
        params,
        // Columns that are named and gone are for later rules to miss; what is open looks at every feature.
        columns: Vec::new(),
        done: "chosen",
        of_target: "",
        action: FIT,
        note: "",
    })
}

/// The columns that a rule names; of a rule over all columns those that it found and that are left.
fn named_or<'a>(rule: &Rule, found: impl Iterator<Item = &'a String>, left: &[ColumnBrief]) -> Vec<String> {
    // Not `rule.columns()`: those of its groups are no columns that it changes.
    if let Value::Array(named) = rule.param("columns") {
        return named.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    }
    found.filter(|name| left.iter().any(|column| column.name == **name)).cloned().collect()
}

fn behind_the_split(spec: &PipelineSpec, index: usize, moved: Moved, left: &[ColumnBrief]) -> Result<Remedy, String> {
    let Moved { encoder, mut params, columns, done, of_target, action, note } = moved;
    let looks_at_all = encoder == "drop_features";
    let only = format!("Only features can be {done} from the training rows alone:");
    for name in &columns {
        if *name == spec.features.target {
            return Err(format!("{only} {name} is the target. {of_target}"));
        }
        if !left.iter().any(|column| column.name == *name) {
            return Err(format!("{only} {name} is dropped later, so that it does not reach the model."));
        }
        if spec.features.columns.as_ref().is_some_and(|chosen| !chosen.contains(name)) {
            return Err(format!("{only} {name} is not one. Choose it in the train step, or take it out of the rule."));
        }
    }
    if columns.is_empty() && !looks_at_all {
        return Err(format!("None of the columns that are {done} is left for the model."));
    }
    if let Some((number, user)) = later_use(&spec.clean, index, &columns, done == "clipped") {
        return Err(format!("Rule {number} needs {user} {done}. Move it before this rule, or take it out."));
    }
    params.insert("encoder".into(), encoder.into());
    params.insert("columns".into(), if looks_at_all { Value::Null } else { columns.into() });
    let encoder = EncoderSpec::from_map(params).map_err(|error| error.to_string())?;
    let mut spec = spec.clone();
    spec.clean.remove(index);
    spec.features.encoders.insert(0, encoder.into());
    Ok(Remedy::Fit(Mended { spec: Box::new(spec), action, note }))
}

/// The first later rule, by its number from 1, that would do something else if these cells were as before.
/// Clipping leaves missing cells as they are, so that rules about these do the same.
fn later_use(rules: &[Rule], index: usize, columns: &[String], clips: bool) -> Option<(usize, String)> {
    let sees = |rule: &Rule| !clips || !["drop_missing", "add_missing_indicator"].contains(&rule.name());
    let later = (1..).zip(rules).skip(index + 1).filter(|(_, rule)| rule.enabled() && sees(rule));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clean::{ColumnBounds, FilledColumn};
    use crate::table::DataType;

    fn spec(rules: &str, columns: Option<&[&str]>) -> PipelineSpec {
        let mut spec = PipelineSpec { clean: serde_json::from_str(rules).unwrap(), ..PipelineSpec::default() };
        spec.features.target = "y".into();
        spec.features.columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        spec
    }

    fn remedied(spec: &PipelineSpec, index: usize) -> Remedy {
        let filled = ["a", "gone"].map(|column| FilledColumn { column: column.into(), value: "1".into(), cells: 1 });
        let bounds =
            ["a", "b", "gone"].map(|column| ColumnBounds { column: column.into(), low: Some(0.0), high: None });
        let learnt = Some(Learnt::Bounds(bounds.to_vec()));
        let effect =
            RuleEffect { enabled: true, leaks: true, filled: filled.to_vec(), learnt, ..RuleEffect::default() };
        let brief = |name: &str| ColumnBrief { name: name.into(), data_type: DataType::Float, missing: 0 };
        remedy(spec, index, &effect, &["a", "b", "y"].map(brief)).unwrap()
    }

    #[track_caller]
    fn check_refused(spec: &PipelineSpec, part: &str) {
        match remedied(spec, 0) {
            Remedy::Words(words) => assert!(words.contains(part), "{words}"),
            Remedy::Fit(mended) => panic!("{:?}", mended.spec.features),
        }
    }

    #[test]
    fn a_filling_becomes_an_encoder_in_front() {
        let rules =
            r#"[{"rule": "keep_numeric"}, {"rule": "fill_missing", "columns": ["b", "a"], "strategy": "median"}]"#;
        let mut before = spec(rules, Some(&["a", "b"]));
        before.features.encoders.push(EncoderSpec::fresh("standard_scaler", None).unwrap().into());
        let Remedy::Fit(Mended { spec: after, .. }) = remedied(&before, 1) else { panic!("no fix") };
        assert_eq!(after.clean, before.clean[..1]);
        let first = serde_json::to_value(&after.features.encoders[0]).unwrap();
        assert_eq!((&first["encoder"], &first["strategy"]), (&json!("simple_imputer"), &json!("median")));
        assert_eq!(first["columns"], json!(["b", "a"]));
        assert_eq!(after.features.encoders[1..], before.features.encoders[..]);
    }

    #[test]
    fn all_columns_mean_those_that_were_filled_and_are_left() {
        let Remedy::Fit(Mended { spec: after, .. }) =
            remedied(&spec(r#"[{"rule": "fill_missing", "strategy": "median"}]"#, None), 0)
        else {
            panic!("no fix")
        };
        assert_eq!(after.features.encoders[0].columns(), Some(["a".to_owned()].as_slice()));
    }

    #[test]
    fn clipping_becomes_a_winsorizer_with_the_same_bounds() {
        let rules = r#"[{"rule": "clip_outliers", "method": "quantiles", "upper": 0.9}]"#;
        let Remedy::Fit(Mended { spec: after, .. }) = remedied(&spec(rules, None), 0) else { panic!("no fix") };
        assert_eq!(after.clean, []);
        let made = json!({"encoder": "winsorizer", "columns": ["a", "b"], "method": "quantiles", "upper": 0.9});
        assert_eq!(serde_json::to_value(&after.features.encoders).unwrap(), json!([made]));
        check_refused(&spec(r#"[{"rule": "clip_outliers", "columns": ["y"]}]"#, None), "Name the other columns");
    }

    #[test]
    fn a_choice_of_columns_is_left_to_the_training_rows() {
        let rules = r#"[{"rule": "drop_correlated", "threshold": 0.9}, {"rule": "keep_numeric"}]"#;
        let Remedy::Fit(mended) = remedied(&spec(rules, None), 0) else { panic!("no fix") };
        assert_eq!((mended.spec.clean.len(), mended.action), (1, FIT));
        let made = json!([{"encoder": "drop_features", "columns": null, "method": "correlated", "threshold": 0.9}]);
        assert_eq!(serde_json::to_value(&mended.spec.features.encoders).unwrap(), made);
    }

    #[test]
    fn what_is_not_quite_the_same_says_what_is_given_up() {
        let groups = r#"[{"rule": "fill_missing", "strategy": "mean", "columns": ["a"], "group_by": ["b"]}]"#;
        let Remedy::Fit(mended) = remedied(&spec(groups, Some(&["a"])), 0) else { panic!("no fix") };
        assert_eq!(mended.spec.features.encoders[0].columns(), Some(["a".to_owned()].as_slice()));
        assert!(mended.action.contains("without groups") && !mended.note.is_empty());
        let outliers = r#"[{"rule": "drop_outliers", "columns": ["a"], "method": "z_score", "threshold": 2},
            {"rule": "drop_missing", "columns": ["a"]}]"#;
        let Remedy::Fit(mended) = remedied(&spec(outliers, None), 0) else { panic!("no fix") };
        let made = json!([{"encoder": "winsorizer", "columns": ["a"], "method": "z_score", "threshold": 2.0}]);
        assert_eq!(serde_json::to_value(&mended.spec.features.encoders).unwrap(), made);
        assert!(mended.action.starts_with("Clip") && mended.note.contains("test"));
    }

    #[test]
    fn where_it_cannot_be_it_says_why() {
        let fill = |rest: &str| format!(r#"[{{"rule": "fill_missing", "strategy": "mean", {rest}]"#);
        check_refused(&spec(&fill(r#""columns": ["y"]}"#), None), "y is the target");
        check_refused(&spec(&fill(r#""columns": ["gone"]}"#), None), "gone is dropped later");
        check_refused(&spec(&fill(r#""columns": ["a"]}"#), Some(&["b"])), "a is not one");
        check_refused(&spec(&fill(r#""columns": ["a"]}, {"rule": "drop_missing"}"#), None), "Rule 2 needs a");
        let neighbours = r#"[{"rule": "fill_missing", "columns": ["a"], "strategy": "ffill"}]"#;
        check_refused(&spec(neighbours, None), "neighbouring rows");
        check_refused(&spec(r#"[{"rule": "drop_constant"}, {"rule": "drop_missing"}]"#, None), "Rule 2 works on all");
        let still = RuleEffect { enabled: true, ..RuleEffect::default() };
        assert_eq!(remedy(&spec(neighbours, None), 0, &still, &[]), None);
    }
}
