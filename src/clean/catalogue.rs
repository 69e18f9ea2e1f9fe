//! The list of rules: one line each.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::operation::{Described, Group, Operation, Work};
use super::rules::{
    AddMissingIndicator, CastType, CleanText, ClipOutliers, DateParts, DaysBetween, DeriveColumn, DropColumns,
    DropConstant, DropCorrelated, DropDuplicates, DropMissing, DropMostlyMissing, DropNearConstant, DropOutliers,
    FillMissing, FilterRows, KeepColumns, KeepNumeric, ParseDates, RenameColumns, ReorderColumns, ReplaceValues,
    SampleRows,
};
use super::{ColumnBrief, Rule};
use crate::base::Param;

/// A kind of rule, as a list of rules to choose from shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleInfo {
    /// The name in the pipeline file.
    pub name: &'static str,
    /// What it does, in a few words.
    pub label: &'static str,
    pub group: Group,
    /// One line that says what it is for.
    pub help: &'static str,
    /// Other words by which people look for it.
    pub words: &'static str,
    /// What it asks for, in the file's order.
    pub params: &'static [Param],
}

impl RuleInfo {
    const fn of<T: Described>() -> Self {
        Self { name: T::NAME, label: T::LABEL, group: T::GROUP, help: T::HELP, words: T::WORDS, params: T::PARAMS }
    }

    /// The rule of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|info| info.name == name)
    }

    /// The rules in which each word of `query` occurs, those first whose label or name has it; all for an empty query.
    #[must_use]
    pub fn search(query: &str) -> Vec<&'static Self> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let mut found: Vec<(usize, &Self)> = RULES.iter().filter_map(|info| Some((info.rank(&words)?, info))).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, info)| info).collect()
    }

    /// How far from the front the words are found, added up; `None` when one is not.
    fn rank(&self, words: &[String]) -> Option<usize> {
        let places = [self.label, self.name, self.words, self.group.label(), self.help].map(str::to_lowercase);
        words.iter().map(|word| places.iter().position(|place| place.contains(word.as_str()))).sum()
    }
}

/// Not inlined, like `write`: each kind's is a function of its own, so that the browser need not load those of all kinds for
/// one rule (.ci/late.mjs).
#[inline(never)]
fn read<T: DeserializeOwned>(params: Map<String, Value>) -> Result<T, serde_json::Error> {
    serde_json::from_value(Value::Object(params))
}

#[inline(never)]
fn write<T: Serialize>(params: &T) -> Result<Value, serde_json::Error> {
    serde_json::to_value(params)
}

macro_rules! rules {
    ($($kind:ident),* $(,)?) => {
        /// A rule and its parameters.
        #[derive(Debug, Clone, PartialEq)]
        pub enum RuleKind {
            $($kind($kind)),*
        }

        /// All kinds of rules, those that belong together next to each other.
        pub const RULES: &[RuleInfo] = &[$(RuleInfo::of::<$kind>()),*];

        impl RuleKind {
            pub(super) fn operation(&self) -> &dyn Operation {
                match self {
                    $(Self::$kind(params) => params),*
                }
            }

            pub(super) fn work(&self) -> &dyn Work {
                match self {
                    $(Self::$kind(params) => params),*
                }
            }

            pub(super) fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => <$kind as Described>::NAME),*
                }
            }

            /// The parameters as JSON.
            pub(super) fn params(&self) -> Map<String, Value> {
                let value = match self {
                    $(Self::$kind(params) => write(params)),*
                };
                match value {
                    Ok(Value::Object(map)) => map,
                    // A params struct is an object, and holds nothing that JSON does not.
                    _ => Map::new(),
                }
            }

            /// The rule of this name with these parameters; `None` for a name there is not.
            pub(super) fn read(name: &str, params: Map<String, Value>) -> Option<Result<Self, serde_json::Error>> {
                match name {
                    $(<$kind as Described>::NAME => {
                        Some(read(params).map(Self::$kind))
                    })*
                    _ => None,
                }
            }

            /// The rule of this name as it starts, for a table with these columns.
            pub(super) fn fresh(name: &str, columns: &[ColumnBrief]) -> Option<Self> {
                match name {
                    $(<$kind as Described>::NAME => Some(Self::$kind(<$kind as Described>::fresh(columns))),)*
                    _ => None,
                }
            }
        }

        $(impl From<$kind> for Rule {
            fn from(params: $kind) -> Self {
                Self { enabled: true, kind: RuleKind::$kind(params) }
            }
        })*
    };
}

rules![
    DropColumns,
    KeepColumns,
    RenameColumns,
    ReorderColumns,
    KeepNumeric,
    DeriveColumn,
    DropConstant,
    DropNearConstant,
    DropMostlyMissing,
    DropCorrelated,
    FillMissing,
    AddMissingIndicator,
    DropMissing,
    FilterRows,
    DropDuplicates,
    SampleRows,
    ReplaceValues,
    CleanText,
    CastType,
    ParseDates,
    DateParts,
    DaysBetween,
    ClipOutliers,
    DropOutliers,
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// The names of the fields that a rule reads, as serde lists them for one that it does not know.
    fn fields(name: &str) -> Vec<String> {
        let mut params = RuleKind::fresh(name, &[]).unwrap().params();
        params.insert("?".into(), Value::Null);
        let error = RuleKind::read(name, params).unwrap().unwrap_err().to_string();
        error.split('`').skip(3).step_by(2).map(String::from).collect()
    }

    #[test]
    fn every_field_has_its_parameter_and_every_parameter_its_field() {
        for info in RULES {
            let params: Vec<&str> = info.params.iter().map(|param| param.name).collect();
            assert_eq!(fields(info.name), params, "{}", info.name);
            for written in RuleKind::fresh(info.name, &[]).unwrap().params().keys() {
                assert!(params.contains(&written.as_str()), "{}", info.name);
            }
        }
        let names: HashSet<&str> = RULES.iter().map(|info| info.name).collect();
        assert_eq!((names.len(), RULES.len()), (24, 24));
    }

    #[test]
    fn every_fresh_rule_reads_back_and_has_its_words() {
        for info in RULES {
            let rule = Rule::fresh(info.name, &[]).unwrap();
            assert_eq!(Rule::from_map(rule.to_map()).unwrap(), rule, "{}", info.name);
            assert_eq!((rule.name(), rule.label(), rule.params()), (info.name, info.label, info.params));
            assert!(!rule.sentence().is_empty() && !rule.python().is_empty() && !info.help.is_empty());
            assert!(info.params.iter().all(|param| !param.label.is_empty()), "{}", info.name);
        }
        assert_eq!(Rule::fresh("melt", &[]), None);
    }

    #[test]
    fn rules_are_found_by_words() {
        let names = |query: &str| RuleInfo::search(query).iter().map(|info| info.name).collect::<Vec<_>>();
        assert_eq!(names("").len(), RULES.len());
        assert_eq!(names("duplicates"), ["drop_duplicates"]);
        assert_eq!(names("fillna"), ["fill_missing"]);
        assert_eq!(names("WINSOR"), ["clip_outliers"]);
        assert_eq!(names("outlier drop")[0], "drop_outliers");
        assert_eq!(names("no such thing"), Vec::<&str>::new());
    }
}
