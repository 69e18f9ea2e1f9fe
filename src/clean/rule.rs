//! A cleaning rule as it stands in the pipeline file, and as a form edits it.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::misread::{check_range, explain, unknown_param};
use super::{ColumnBrief, RULES, RuleInfo, RuleKind};
use crate::base::{Coded, Param, ParamKind, nearest};
use crate::table::{Bitmap, Column, ColumnData, DataType, Table};

/// One cleaning operation. Rules apply in order; one that is switched off (`enabled: false`) does nothing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Map<String, Value>")]
pub struct Rule {
    pub enabled: bool,
    pub kind: RuleKind,
}

/// What is wrong with a rule as it is written, and with which parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    /// The parameter's name; `None` when it is the rule as a whole.
    pub param: Option<String>,
    /// Plain words with the remedy.
    pub message: String,
    /// For an expression: the bytes of it that are meant.
    pub span: Option<std::ops::Range<usize>>,
}

impl RuleError {
    /// An error in one parameter.
    #[must_use]
    pub fn new(param: &str, message: impl Into<String>) -> Self {
        Self { param: Some(param.into()), message: message.into(), span: None }
    }

    pub(super) fn of_rule(message: String) -> Self {
        Self { param: None, message, span: None }
    }
}

impl Coded for RuleError {
    fn code(&self) -> &'static str {
        "clean.parameter"
    }
}

impl Rule {
    /// The name in the pipeline file, such as `fill_missing`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// The kind of rule in plain words.
    #[must_use]
    pub fn label(&self) -> &'static str {
        RuleInfo::named(self.name()).map_or("", |info| info.label)
    }

    /// What the rule asks for, in the file's order.
    #[must_use]
    pub fn params(&self) -> &'static [Param] {
        RuleInfo::named(self.name()).map_or(&[], |info| info.params)
    }

    /// Whether the rule is switched on.
    #[must_use]
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// Switches the rule on or off.
    pub fn set_enabled(&mut self, on: bool) {
        self.enabled = on;
    }

    /// The columns that the rule names and that have to be there; none for one that finds its columns itself.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        self.kind.operation().columns()
    }

    /// The columns that the rule makes, where their names are known before it runs.
    #[must_use]
    pub fn creates(&self) -> Vec<String> {
        self.kind.operation().creates()
    }

    /// What the rule does, in words, before it has run.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.kind.operation().sentence()
    }

    /// The rule as pandas code, before it has run. `df` is the table, `pd` pandas; lines that need NumPy import it.
    #[must_use]
    pub fn python(&self) -> String {
        self.kind.operation().python()
    }

    /// What is lacking or wrong before the rule can run on any table: no column chosen, an expression that does not
    /// read.
    #[must_use]
    pub fn problem(&self) -> Option<RuleError> {
        self.kind.operation().problem()
    }

    /// As `problem`, and what does not fit a table with these columns: names, types in an expression.
    #[must_use]
    pub fn problem_with(&self, columns: &[ColumnBrief]) -> Option<RuleError> {
        if let Some(problem) = self.problem() {
            return Some(problem);
        }
        let params = self.kind.params();
        let expression = self.params().iter().find(|param| param.kind == ParamKind::Expression);
        if let Some(param) = expression {
            let text = params.get(param.name).and_then(Value::as_str).unwrap_or_default();
            let wants_condition = self.name() == "filter_rows";
            return expression_problem(param.name, text, wants_condition, columns);
        }
        let unknown = self.columns().into_iter().find(|name| !columns.iter().any(|column| column.name == *name))?;
        let param = self.params().iter().find(|param| names_column(params.get(param.name), &unknown));
        let near = nearest(&unknown, columns.iter().map(|column| column.name.as_str()));
        let hint = near.first().map_or_else(String::new, |name| format!(" Did you mean {name:?}?"));
        Some(RuleError {
            param: param.map(|param| param.name.into()),
            message: format!("There is no column {unknown:?} at this place.{hint}"),
            span: None,
        })
    }

    /// A first rule of this name for a table with these columns; `None` for a name there is not. It may still lack
    /// something: `problem` says what.
    #[must_use]
    pub fn fresh(name: &str, columns: &[ColumnBrief]) -> Option<Self> {
        Some(Self { enabled: true, kind: RuleKind::fresh(name, columns)? })
    }

    /// The rule as JSON: `rule`, its parameters, and `enabled` when it is off.
    #[must_use]
    pub fn to_map(&self) -> Map<String, Value> {
        let mut map = self.kind.params();
        map.insert("rule".into(), self.name().into());
        if !self.enabled {
            map.insert("enabled".into(), false.into());
        }
        map
    }

    /// Reads a rule from JSON.
    ///
    /// # Errors
    /// An unknown rule or parameter, a parameter that lacks, and a value that does not fit, named with the remedy.
    pub fn from_map(mut map: Map<String, Value>) -> Result<Self, RuleError> {
        let enabled = match map.remove("enabled") {
            None => true,
            Some(Value::Bool(on)) => on,
            Some(_) => return Err(RuleError::new("enabled", "\"enabled\" of a rule has to be true or false.")),
        };
        let name = match map.remove("rule") {
            Some(Value::String(name)) => name,
            Some(_) => return Err(RuleError::new("rule", "\"rule\" has to be the name of a rule, as a text.")),
            None => return Err(RuleError::new("rule", "A rule lacks its name: \"rule\", such as \"drop_columns\".")),
        };
        let Some(info) = RuleInfo::named(&name) else {
            let near = nearest(&name, RULES.iter().map(|info| info.name));
            let hint = match near.first() {
                Some(near) => format!("Did you mean {near:?}?"),
                None => format!("Known rules: {}.", RULES.iter().map(|info| info.name).collect::<Vec<_>>().join(", ")),
            };
            return Err(RuleError::new("rule", format!("There is no rule {name:?}. {hint}")));
        };
        for (key, value) in &map {
            let Some(param) = info.params.iter().find(|param| param.name == key) else {
                return Err(unknown_param(info, key));
            };
            check_range(info, param, value)?;
        }
        match RuleKind::read(&name, map.clone()) {
            Some(Ok(kind)) => Ok(Self { enabled, kind }),
            Some(Err(error)) => Err(explain(info, &map, &error)),
            None => Err(RuleError::of_rule(format!("There is no rule {name:?}."))),
        }
    }

    /// The same rule with another value of one parameter (or of `enabled`).
    ///
    /// # Errors
    /// As `from_map`; the rule stays as it is.
    pub fn with_param(&self, name: &str, value: Value) -> Result<Self, RuleError> {
        let mut map = self.to_map();
        map.insert(name.into(), value);
        Self::from_map(map)
    }

    /// The value of a parameter; `null` where it is left out.
    #[must_use]
    pub fn param(&self, name: &str) -> Value {
        self.kind.params().remove(name).unwrap_or(Value::Null)
    }
}

/// The columns that rules need from the table they start with: those named before a rule makes them.
#[must_use]
pub fn needed_columns(rules: &[Rule]) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    let mut needed: Vec<String> = Vec::new();
    for rule in rules {
        let new = rule.columns().into_iter().filter(|name| !made.contains(name));
        let new: Vec<String> = new.filter(|name| !needed.contains(name)).collect();
        needed.extend(new);
        made.extend(rule.creates());
    }
    needed
}

/// A table without rows that has these columns: what an expression's types are checked on.
pub(super) fn empty_table(columns: &[ColumnBrief]) -> Table {
    let column = |brief: &ColumnBrief| {
        let data = match brief.data_type {
            DataType::Boolean | DataType::Integer | DataType::Float => ColumnData::Number(Vec::new()),
            DataType::Timestamp => ColumnData::Timestamp(Vec::new()),
            DataType::Category => ColumnData::Category { codes: Vec::new(), labels: Vec::new() },
            DataType::Text => ColumnData::Text { missing: Bitmap::default() },
        };
        Column::new(brief.name.clone(), brief.data_type, data)
    };
    Table::new(columns.iter().map(column).collect(), 0)
}

fn expression_problem(param: &str, text: &str, condition: bool, columns: &[ColumnBrief]) -> Option<RuleError> {
    let table = empty_table(columns);
    let checked = crate::expression::Expression::parse(text).and_then(|expression| {
        if condition { expression.holds(&table).map(|_| ()) } else { expression.values(&table).map(|_| ()) }
    });
    let error = checked.err()?;
    Some(RuleError { param: Some(param.into()), message: error.to_string(), span: Some(error.span) })
}

/// Whether a parameter's value names this column.
fn names_column(value: Option<&Value>, name: &str) -> bool {
    match value {
        Some(Value::String(text)) => text == name,
        Some(Value::Array(items)) => items.iter().any(|item| names_column(Some(item), name)),
        _ => false,
    }
}

impl TryFrom<Map<String, Value>> for Rule {
    type Error = RuleError;

    fn try_from(map: Map<String, Value>) -> Result<Self, RuleError> {
        Self::from_map(map)
    }
}

/// `rule` first, then the parameters in their order, then `enabled`.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let params = self.kind.params();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", self.name())?;
        for (name, value) in self.params().iter().filter_map(|param| Some((param.name, params.get(param.name)?))) {
            map.serialize_entry(name, value)?;
        }
        if !self.enabled {
            map.serialize_entry("enabled", &false)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_switched_off_and_says_so_in_the_file() {
        let kinds = [
            r#"{"rule":"drop_columns","columns":["a","b"]}"#,
            r#"{"rule":"keep_numeric"}"#,
            r#"{"rule":"fill_missing","columns":null,"strategy":"median"}"#,
            r#"{"rule":"fill_missing","columns":["x"],"strategy":"constant","fill_value":1.5}"#,
            r#"{"rule":"drop_missing","columns":["a"]}"#,
        ];
        let named = [2, 0, 0, 1, 1];
        for (text, n_columns) in kinds.into_iter().zip(named) {
            let mut rule: Rule = serde_json::from_str(text).unwrap();
            assert!(rule.enabled());
            assert_eq!(rule.columns().len(), n_columns);
            assert_eq!(serde_json::to_string(&rule).unwrap(), text);
            rule.set_enabled(false);
            assert!(!rule.enabled());
            let off = serde_json::to_string(&rule).unwrap();
            assert!(off.ends_with(r#""enabled":false}"#));
            assert_eq!(serde_json::from_str::<Rule>(&off).unwrap(), rule);
        }
    }

    #[track_caller]
    fn check_refused(text: &str, param: &str, message: &str) {
        let error = Rule::from_map(serde_json::from_str(text).unwrap()).unwrap_err();
        assert_eq!((error.param.as_deref(), error.message.as_str()), (Some(param), message));
    }

    #[test]
    fn what_does_not_read_is_named() {
        check_refused(
            r#"{"rule": "drop_colums"}"#,
            "rule",
            r#"There is no rule "drop_colums". Did you mean "drop_columns"?"#,
        );
        check_refused(
            r#"{"rule": "drop_columns"}"#,
            "columns",
            r#"The rule "drop_columns" lacks "columns": a list of column names."#,
        );
        check_refused(
            r#"{"rule": "drop_columns", "colums": []}"#,
            "colums",
            r#"The rule "drop_columns" has no parameter "colums". Did you mean "columns"?"#,
        );
        check_refused(
            r#"{"rule": "fill_missing", "strategy": "modus"}"#,
            "strategy",
            r#""strategy" of the rule "fill_missing" has to be one of median, mean, most_frequent, constant, ffill, bfill, not "modus"."#,
        );
        check_refused(
            r#"{"rule": "clip_outliers", "factor": -1}"#,
            "factor",
            r#""factor" of the rule "clip_outliers" has to be a number from 0 to 100, not -1."#,
        );
        check_refused(
            r#"{"rule": "sample_rows", "n": 2.5}"#,
            "n",
            r#""n" of the rule "sample_rows" has to be a whole number from 1 to 4294967295 or null, not 2.5."#,
        );
        check_refused(r#"{"rule": 3}"#, "rule", "\"rule\" has to be the name of a rule, as a text.");
        check_refused(
            r#"{"rule": "keep_numeric", "enabled": 1}"#,
            "enabled",
            "\"enabled\" of a rule has to be true or false.",
        );
    }

    #[test]
    fn a_parameter_is_changed_or_refused() {
        let rule = Rule::fresh("fill_missing", &[]).unwrap();
        let mean = rule.with_param("strategy", "mean".into()).unwrap();
        assert_eq!(mean.param("strategy"), Value::from("mean"));
        assert!(rule.with_param("strategy", 3.into()).is_err());
        assert!(!rule.with_param("enabled", false.into()).unwrap().enabled());
    }

    #[test]
    fn what_rules_need_is_what_they_do_not_make() {
        let text = r#"[
            {"rule": "derive_column", "name": "c", "expression": "a + b"},
            {"rule": "drop_missing", "columns": ["c", "a", "d"]},
            {"rule": "rename_columns", "pairs": [["d", "e"]]},
            {"rule": "drop_columns", "columns": ["e"]}
        ]"#;
        let rules: Vec<Rule> = serde_json::from_str(text).unwrap();
        assert_eq!(needed_columns(&rules), ["a", "b", "d"]);
    }

    #[test]
    fn an_expression_is_checked_against_the_columns() {
        let brief = |name: &str, data_type| ColumnBrief { name: name.into(), data_type, missing: 0 };
        let columns = [brief("price", DataType::Float), brief("state", DataType::Category)];
        let check = |expression: &str| {
            let rule = Rule::fresh("filter_rows", &columns).unwrap();
            rule.with_param("expression", expression.into()).unwrap().problem_with(&columns)
        };
        assert_eq!(check("price > 1"), None);
        let error = check("price > 1 and stat == 'SP'").unwrap();
        assert_eq!((error.param.as_deref(), error.span), (Some("expression"), Some(14..18)));
        assert_eq!(error.message, r#"There is no column "stat". Did you mean "state"?"#);
        assert!(check("price").unwrap().message.contains("Compare it"));
        assert!(check("price >").unwrap().message.contains("lacking"));
        let rule: Rule =
            serde_json::from_str(r#"{"rule": "date_parts", "column": "sate", "parts": ["year"], "drop": false}"#)
                .unwrap();
        assert_eq!(rule.problem_with(&columns).unwrap().param.as_deref(), Some("column"));
    }
}
