//! Choosing a rule and filling in its form: the list to search, the fields that apply, what is wrong and where.

use std::ops::Range;

use serde_json::{Map, Value};

use crate::base::{Param, ParamKind};
use crate::clean::{CleanSummary, ColumnBrief, Rule, RuleError, RuleInfo};
use crate::expression::FunctionInfo;

/// The rules that a search finds, under their headings: the group of the best match first.
#[must_use]
pub fn found(query: &str) -> Vec<(&'static str, Vec<&'static RuleInfo>)> {
    let mut groups: Vec<(&'static str, Vec<&'static RuleInfo>)> = Vec::new();
    for info in RuleInfo::search(query) {
        let label = info.group.label();
        match groups.iter_mut().find(|(group, _)| *group == label) {
            Some((_, rules)) => rules.push(info),
            None => groups.push((label, vec![info])),
        }
    }
    groups
}

/// The parameters that apply to the rule as it stands, in the file's order.
#[must_use]
pub fn visible(rule: &Rule) -> Vec<Param> {
    rule.params().iter().filter(|param| applies(rule, param.name)).copied().collect()
}

fn applies(rule: &Rule, param: &str) -> bool {
    let is = |other: &str, value: &str| rule.param(other).as_str() == Some(value);
    match (rule.name(), param) {
        ("fill_missing", "fill_value") => is("strategy", "constant"),
        ("fill_missing", "group_by") => !is("strategy", "constant"),
        ("clip_outliers" | "drop_outliers", "factor") => is("method", "iqr"),
        ("clip_outliers" | "drop_outliers", "threshold") => is("method", "z_score"),
        ("clip_outliers" | "drop_outliers", "lower" | "upper") => is("method", "quantiles"),
        ("drop_missing", "thresh") => !is("how", "all"),
        _ => true,
    }
}

/// The values that the form shows. A choice that the file leaves out is its first.
#[must_use]
pub fn values(rule: &Rule) -> Map<String, Value> {
    let mut map = rule.to_map();
    for param in rule.params() {
        if let ParamKind::Choice { options: [(first, _), ..] } = param.kind
            && map.get(param.name).is_none_or(Value::is_null)
        {
            map.insert(param.name.into(), (*first).into());
        }
    }
    map
}

/// The rule with another value of one parameter. What no longer applies starts afresh, and of two that exclude each
/// other the other one is taken out.
///
/// # Errors
/// The value does not fit the parameter.
pub fn changed(rule: &Rule, param: &str, value: Value) -> Result<Rule, RuleError> {
    let is_given = !value.is_null();
    let mut new = rule.with_param(param, value)?;
    let other = match (rule.name(), param) {
        ("sample_rows", "n") => Some("frac"),
        ("sample_rows", "frac") => Some("n"),
        _ => None,
    };
    if let Some(other) = other.filter(|_| is_given) {
        new = new.with_param(other, Value::Null)?;
    }
    let fresh = Rule::fresh(rule.name(), &[]);
    let hides: Vec<_> = rule.params().iter().map(|param| param.name).filter(|param| !applies(&new, param)).collect();
    for hidden in hides {
        let value = fresh.as_ref().map_or(Value::Null, |fresh| fresh.param(hidden));
        // A default that does not read would be a defect of ours; the value before does no harm.
        if let Ok(settled) = new.with_param(hidden, value) {
            new = settled;
        }
    }
    Ok(new)
}

/// What is wrong with a rule. `columns` are those at its place, where they are known for certain.
#[must_use]
pub fn problem(rule: &Rule, columns: Option<&[ColumnBrief]>) -> Option<RuleError> {
    match columns {
        Some(columns) => rule.problem_with(columns),
        None => rule.problem(),
    }
}

/// Whether the columns before each rule are known: the rules have run as they stand, or there are none.
#[must_use]
pub fn is_known(rules: &[Rule], summary: Option<&CleanSummary>) -> bool {
    rules.is_empty() || summary.is_some_and(|summary| summary.effects.len() == rules.len())
}

/// The line of an expression that is wrong, and under it the marks: `^` at each character that is meant.
#[must_use]
pub fn caret(text: &str, span: &Range<usize>) -> (String, String) {
    let start = span.start.min(text.len());
    let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line_end = text.get(start..).and_then(|after| after.find('\n')).map_or(text.len(), |at| start + at);
    let count = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
    let marks = count(start..span.end.clamp(start, line_end)).max(1);
    let line = text.get(line_start..line_end).unwrap_or(text).replace(|c: char| c.is_control(), " ");
    (line, format!("{}{}", " ".repeat(count(line_start..start)), "^".repeat(marks)))
}

/// What a function puts into an expression, and how many characters of it stand before the cursor.
#[must_use]
pub fn call(function: &FunctionInfo) -> (String, usize) {
    (format!("{}()", function.name), function.name.len() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::RULES;
    use serde_json::json;

    fn fresh(name: &str) -> Rule {
        Rule::fresh(name, &[]).unwrap()
    }

    fn names(rule: &Rule) -> Vec<&'static str> {
        visible(rule).iter().map(|param| param.name).collect()
    }

    #[test]
    fn every_rule_is_found_once_under_its_heading() {
        let groups = found("");
        assert_eq!(groups.iter().map(|(_, rules)| rules.len()).sum::<usize>(), RULES.len());
        let headings: Vec<_> = groups.iter().map(|(heading, _)| *heading).collect();
        assert_eq!(headings, ["Columns", "Missing cells", "Rows", "Values", "Dates", "Outliers"]);
        assert_eq!(found("drop outlier")[0].0, "Outliers");
        assert!(found("no such thing").is_empty());
    }

    #[test]
    fn only_what_applies_is_asked_for() {
        let fill = fresh("fill_missing");
        assert_eq!(names(&fill), ["columns", "strategy", "group_by"]);
        let grouped = changed(&fill, "group_by", json!(["state"])).unwrap();
        let constant = changed(&grouped, "strategy", json!("constant")).unwrap();
        assert_eq!(names(&constant), ["columns", "strategy", "fill_value"]);
        assert_eq!(constant.param("group_by"), Value::Null);
        let filled = changed(&constant, "fill_value", json!("none")).unwrap();
        let back = changed(&filled, "strategy", json!("mean")).unwrap();
        assert_eq!((back.param("fill_value"), back.problem()), (Value::Null, None));
        assert_eq!(names(&fresh("clip_outliers")), ["columns", "method", "factor"]);
        let quantiles = changed(&fresh("drop_outliers"), "method", json!("quantiles")).unwrap();
        assert_eq!(names(&quantiles), ["columns", "method", "lower", "upper"]);
        let all =
            changed(&fresh("drop_missing"), "thresh", json!(3)).and_then(|rule| changed(&rule, "how", json!("all")));
        assert_eq!((names(&all.clone().unwrap()).len(), all.unwrap().problem()), (2, None));
    }

    #[test]
    fn a_number_of_rows_and_a_share_take_each_others_place() {
        let rule = changed(&fresh("sample_rows"), "n", json!(100)).unwrap();
        assert_eq!((rule.param("n"), rule.param("frac")), (json!(100), Value::Null));
        let rule = changed(&rule, "frac", json!(0.5)).unwrap();
        assert_eq!((rule.param("n"), rule.param("frac"), rule.problem()), (Value::Null, json!(0.5), None));
    }

    #[test]
    fn a_hidden_parameter_of_every_rule_reads_back() {
        for info in RULES {
            let rule = fresh(info.name);
            // What the file leaves out is not given back.
            for param in info.params.iter().filter(|param| rule.to_map().contains_key(param.name)) {
                let same = changed(&rule, param.name, rule.param(param.name));
                assert_eq!(same.as_ref().ok(), Some(&rule), "{} {}", info.name, param.name);
            }
        }
    }

    #[test]
    fn a_choice_that_is_left_out_shows_its_default() {
        assert_eq!(values(&fresh("drop_missing"))["how"], "any");
        assert_eq!(values(&fresh("fill_missing"))["strategy"], "median");
    }

    #[test]
    fn the_caret_stands_under_what_is_meant() {
        assert_eq!(caret("price > stat", &(8..12)), ("price > stat".into(), "        ^^^^".into()));
        assert_eq!(caret("é >", &(4..4)), ("é >".into(), "   ^".into()));
        assert_eq!(caret("a > 1\nand b = 2", &(12..13)), ("and b = 2".into(), "      ^".into()));
        assert_eq!(caret("", &(0..0)), (String::new(), "^".into()));
    }

    #[test]
    fn columns_are_known_once_the_rules_have_run() {
        let rules = [fresh("keep_numeric")];
        assert!(is_known(&[], None) && !is_known(&rules, None));
        let unknown = fresh("drop_columns").with_param("columns", json!(["x"])).unwrap();
        assert!(problem(&unknown, Some(&[])).is_some() && problem(&unknown, None).is_none());
    }
}
