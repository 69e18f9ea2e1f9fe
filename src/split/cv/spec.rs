//! The `cv` part of the pipeline file: `{"kind": "k_fold", "n_splits": 5, "shuffle": true, "random_state": 42}`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    CvError, Folds, GroupKFold, KFold, LeaveOneOut, RepeatedKFold, ShuffleSplit, StratifiedKFold,
    StratifiedShuffleSplit, TimeSeriesSplit,
};
use crate::base::Param;
use crate::split::class_codes;
use crate::table::Table;

/// A way of making folds. Parameters are scikit-learn's.
pub trait Splitter: Serialize + DeserializeOwned + Default {
    /// scikit-learn's class name in snake case.
    const KIND: &'static str;
    /// Plain words.
    const LABEL: &'static str;
    /// What a form asks for, one a field.
    const PARAMS: &'static [Param];

    /// The column whose values decide which rows belong together.
    fn labels(&self) -> LabelSource<'_> {
        LabelSource::None
    }

    /// The folds of `n_rows` rows; `labels` has a number a row where `labels()` asks for one.
    ///
    /// # Errors
    /// Parameters or data that scikit-learn refuses, too.
    fn draw(&self, n_rows: u32, labels: &[u32]) -> Result<Folds, CvError>;

    /// One line of plain words.
    fn sentence(&self) -> String;

    /// The same splitter in Python.
    fn python(&self) -> String;
}

/// Where a splitter's labels come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelSource<'a> {
    /// It needs none.
    None,
    /// The target's values.
    Target,
    /// This column's values.
    Column(&'a str),
}

/// What a form shows of a splitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SplitterEntry {
    pub kind: &'static str,
    pub label: &'static str,
    pub params: &'static [Param],
}

macro_rules! splitters {
    ($($name:ident),* $(,)?) => {
        /// How folds are made, with its parameters. What is left out has its default.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
        pub enum CvSpec {
            $($name($name)),*
        }

        impl CvSpec {
            /// All splitters, in the order in which a form lists them.
            pub const CATALOGUE: &'static [SplitterEntry] = &[
                $(SplitterEntry { kind: $name::KIND, label: $name::LABEL, params: $name::PARAMS }),*
            ];

            /// The splitter of this kind with its defaults.
            #[must_use]
            pub fn fresh(kind: &str) -> Option<Self> {
                match kind {
                    $($name::KIND => Some(Self::$name($name::default())),)*
                    _ => None,
                }
            }

            fn read(kind: &str, params: Value) -> Result<Self, CvSpecError> {
                let wrong = |error: serde_json::Error| CvSpecError(format!("evaluate.cv {kind}: {error}"));
                match kind {
                    $($name::KIND => serde_json::from_value(params).map(Self::$name).map_err(wrong),)*
                    _ => {
                        let known: Vec<&str> = Self::CATALOGUE.iter().map(|entry| entry.kind).collect();
                        Err(CvSpecError(format!("evaluate.cv: unknown kind `{kind}`. Known are {}.", known.join(", "))))
                    }
                }
            }

            /// scikit-learn's class name in snake case.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$name(_) => $name::KIND),*
                }
            }

            /// The column whose values decide which rows belong together.
            #[must_use]
            pub fn label_source(&self) -> LabelSource<'_> {
                match self {
                    $(Self::$name(splitter) => splitter.labels()),*
                }
            }

            fn draw_checked(&self, n_rows: u32, labels: &[u32]) -> Result<Folds, CvError> {
                match self {
                    $(Self::$name(splitter) => splitter.draw(n_rows, labels)),*
                }
            }

            /// One line of plain words.
            #[must_use]
            pub fn sentence(&self) -> String {
                match self {
                    $(Self::$name(splitter) => splitter.sentence()),*
                }
            }

            /// The same splitter in Python, as an expression.
            #[must_use]
            pub fn python(&self) -> String {
                match self {
                    $(Self::$name(splitter) => splitter.python()),*
                }
            }

            fn params(&self) -> Value {
                match self {
                    $(Self::$name(splitter) => serde_json::to_value(splitter).unwrap_or_default()),*
                }
            }
        }
    };
}

splitters! {
    KFold,
    StratifiedKFold,
    GroupKFold,
    ShuffleSplit,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
    RepeatedKFold,
    LeaveOneOut,
}

/// What a pipeline file says wrongly of its folds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CvSpecError(String);

impl TryFrom<Map<String, Value>> for CvSpec {
    type Error = CvSpecError;

    fn try_from(mut map: Map<String, Value>) -> Result<Self, CvSpecError> {
        match map.remove("kind") {
            Some(Value::String(kind)) => Self::read(&kind, Value::Object(map)),
            Some(other) => {
                Err(CvSpecError(format!("evaluate.cv: kind is {other}, and must be a text such as \"k_fold\".")))
            }
            None => {
                Err(CvSpecError("evaluate.cv: `kind` is missing. Write \"kind\": \"k_fold\", for instance.".into()))
            }
        }
    }
}

impl From<CvSpec> for Map<String, Value> {
    fn from(spec: CvSpec) -> Self {
        let mut map = Self::new();
        map.insert("kind".to_owned(), Value::String(spec.kind().to_owned()));
        if let Value::Object(params) = spec.params() {
            map.extend(params);
        }
        map
    }
}

impl CvSpec {
    /// The folds of the listed rows: positions in `rows`. Labels are read from `table` where the splitter needs some.
    ///
    /// # Errors
    /// `UnknownColumn`, a column whose values are not kept or missing, and what the splitter refuses.
    pub fn folds(&self, table: &Table, target: &str, rows: &[u32]) -> Result<Folds, CvError> {
        let name = match self.label_source() {
            LabelSource::None => return self.draw(rows.len(), None),
            LabelSource::Target => target,
            LabelSource::Column("") => return Err(CvError::NoGroups),
            LabelSource::Column(name) => name,
        };
        let column = table.column(name).ok_or_else(|| CvError::UnknownColumn(name.to_owned()))?;
        let codes = class_codes(column).map_err(|source| CvError::Split { kind: self.kind(), source })?;
        let labels: Vec<u32> = rows.iter().map(|row| codes.get(*row as usize).copied().unwrap_or(0)).collect();
        self.draw(rows.len(), Some(&labels))
    }

    /// The folds of `n_rows` rows. `labels` has a class or group number a row (any numbers; their order is that of the sorted
    /// values), where the splitter needs some.
    ///
    /// # Errors
    /// What the splitter refuses.
    pub fn draw(&self, n_rows: usize, labels: Option<&[u32]>) -> Result<Folds, CvError> {
        let n = u32::try_from(n_rows).map_err(|_| CvError::TooManyRows(n_rows))?;
        let labels = match self.label_source() {
            LabelSource::None => Vec::new(),
            _ => {
                let labels = labels.unwrap_or_default();
                if labels.len() != n_rows {
                    return Err(CvError::Labels { kind: self.kind(), n_labels: labels.len(), n_rows });
                }
                without_gaps(labels)
            }
        };
        self.draw_checked(n, &labels)
    }
}

/// The same labels as 0, 1, 2 … in their order: some classes of the table may have no row here.
fn without_gaps(labels: &[u32]) -> Vec<u32> {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    labels.iter().map(|label| sorted.partition_point(|other| other < label) as u32).collect()
}

/// `, random_state=42` where it has a meaning.
pub(super) fn python_seed(shuffle: bool, random_state: u32) -> String {
    if shuffle { format!(", shuffle=True, random_state={random_state}") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

    #[test]
    fn every_parameter_of_the_catalogue_is_a_field_and_the_defaults_read_back() {
        for entry in CvSpec::CATALOGUE {
            let fresh = CvSpec::fresh(entry.kind).unwrap();
            let Value::Object(fields) = fresh.params() else { panic!("{} has no fields", entry.kind) };
            let mut named: Vec<&str> = entry.params.iter().map(|param| param.name).collect();
            named.sort_unstable();
            assert_eq!(fields.keys().map(String::as_str).collect::<Vec<_>>(), named, "{}", entry.kind);
            let text = serde_json::to_string(&fresh).unwrap();
            assert_eq!(serde_json::from_str::<CvSpec>(&text).unwrap(), fresh);
            let short = format!(r#"{{"kind": "{}"}}"#, entry.kind);
            assert_eq!(serde_json::from_str::<CvSpec>(&short).unwrap(), fresh);
            assert!(fresh.sentence().ends_with('.') && fresh.python().contains('('));
        }
    }

    #[test]
    fn what_is_unknown_is_named() {
        let error = |text: &str| serde_json::from_str::<CvSpec>(text).unwrap_err().to_string();
        assert!(error(r#"{"kind": "oracle"}"#).contains("`oracle`"));
        assert!(error(r#"{"kind": "k_fold", "splits": 3}"#).contains("`splits`"));
        assert!(error(r#"{"kind": "k_fold", "n_splits": "x"}"#).contains("k_fold"));
        assert!(error(r#"{"n_splits": 3}"#).contains("`kind`"));
    }

    #[test]
    fn impossible_folds_are_refused_with_the_remedy() {
        let draw = |text: &str, n: usize, labels: Option<&[u32]>| {
            serde_json::from_str::<CvSpec>(text).unwrap().draw(n, labels).unwrap_err().code()
        };
        assert_eq!(draw(r#"{"kind": "k_fold", "n_splits": 1}"#, 9, None), "cv.too_few_splits");
        assert_eq!(draw(r#"{"kind": "k_fold", "n_splits": 5}"#, 4, None), "cv.fewer_rows_than_folds");
        assert_eq!(draw(r#"{"kind": "repeated_k_fold", "n_repeats": 0}"#, 40, None), "cv.zero");
        assert_eq!(draw(r#"{"kind": "shuffle_split", "test_size": 1.5}"#, 9, None), "split.test_size");
        assert_eq!(
            draw(r#"{"kind": "time_series_split", "n_splits": 5, "test_size": 2}"#, 10, None),
            "cv.fewer_rows_than_folds"
        );
        assert_eq!(draw(r#"{"kind": "leave_one_out"}"#, 1, None), "cv.fewer_rows_than_folds");
        let group = r#"{"kind": "group_k_fold", "n_splits": 3, "groups": "g"}"#;
        assert_eq!(draw(group, 4, Some(&[0, 0, 5, 5])), "cv.fewer_groups_than_folds");
        assert_eq!(draw(group, 4, None), "cv.labels");
        assert_eq!(
            draw(r#"{"kind": "stratified_k_fold", "n_splits": 3}"#, 4, Some(&[0, 0, 1, 1])),
            "cv.classes_too_small"
        );
        assert_eq!(draw(r#"{"kind": "stratified_shuffle_split"}"#, 3, Some(&[0, 0, 1])), "split.class_too_small");
    }
}
