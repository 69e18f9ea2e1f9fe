//! The columns of the runs table: which there are, which are shown, and what is the same in all runs.

use std::collections::BTreeSet;

use super::runs_cells::text_of;
use super::runs_text::{metric_label, metric_split};
use crate::tracking::{RunStatus, RunSummary};

/// The metrics that a table of runs opens with, by MLflow's names.
pub const HEADLINE: [&str; 3] = ["r2", "rmse", "mae"];

/// Of runs that tell classes apart.
pub const CLASS_HEADLINE: [&str; 3] = ["accuracy", "f1", "roc_auc"];

/// What a sweep's candidates are judged by.
const CV_HEADLINE: &str = "cv_rmse";

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    Status,
    Name,
    Cached,
    Created,
    Ended,
    Duration,
    Dataset,
    Model,
    Experiment,
    /// The run that it is below.
    Parent,
    /// Versions of registered models that were made from it.
    ModelVersions,
    /// The program that made it.
    Source,
    /// The version of that program: MLflow's commit, or ours.
    SourceVersion,
    Param(String),
    /// By MLflow's name: `rmse`, `training_rmse`.
    Metric(String),
    Tag(String),
}

impl Column {
    /// The name in URLs, MLflow's where it has one: `start_time`, `params.test_size`, `metrics.rmse`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Status => "status".into(),
            Self::Name => "run_name".into(),
            Self::Cached => "cached".into(),
            Self::Created => "start_time".into(),
            Self::Ended => "end_time".into(),
            Self::Duration => "duration".into(),
            Self::Dataset => "dataset".into(),
            Self::Model => "model".into(),
            Self::Experiment => "experiment_id".into(),
            Self::Parent => "parent".into(),
            Self::ModelVersions => "model_versions".into(),
            Self::Source => "source".into(),
            Self::SourceVersion => "source_version".into(),
            Self::Param(key) => format!("params.{key}"),
            Self::Metric(key) => format!("metrics.{key}"),
            Self::Tag(key) => format!("tags.{key}"),
        }
    }

    /// The column of a key; `None` for words that are none.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Some(match key {
            "status" => Self::Status,
            "run_name" => Self::Name,
            "cached" => Self::Cached,
            "start_time" => Self::Created,
            "end_time" => Self::Ended,
            "duration" => Self::Duration,
            "dataset" => Self::Dataset,
            "model" => Self::Model,
            "experiment_id" => Self::Experiment,
            "parent" => Self::Parent,
            "model_versions" => Self::ModelVersions,
            "source" => Self::Source,
            "source_version" => Self::SourceVersion,
            other => match other.split_once('.')? {
                ("params", key) => Self::Param(key.to_owned()),
                ("metrics", key) => Self::Metric(key.to_owned()),
                ("tags", key) => Self::Tag(key.to_owned()),
                _ => return None,
            },
        })
    }

    /// What its head says.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Status => "Status".into(),
            Self::Name => "Run".into(),
            Self::Cached => "Cached steps".into(),
            Self::Created => "Created".into(),
            Self::Ended => "Ended".into(),
            Self::Duration => "Time".into(),
            Self::Dataset => "Dataset".into(),
            Self::Model => "Model".into(),
            Self::Experiment => "Experiment".into(),
            Self::Parent => "Parent run".into(),
            Self::ModelVersions => "Registered versions".into(),
            Self::Source => "Source".into(),
            Self::SourceVersion => "Source version".into(),
            Self::Param(key) | Self::Tag(key) => key.clone(),
            Self::Metric(key) => match metric_split(key) {
                "train" => format!("{} train", metric_label(key)),
                "cv" => format!("{} CV", metric_label(key)),
                _ => format!("{} test", metric_label(key)),
            },
        }
    }

    /// Whether its cells are numbers, which stand at the right.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Duration | Self::Metric(_) | Self::Param(_))
    }

    /// Whether a phone shows it.
    #[must_use]
    pub fn on_phone(&self) -> bool {
        matches!(self, Self::Status | Self::Name) || *self == Self::Metric("r2".into())
    }

    /// Whether every table has it.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        matches!(self, Self::Status | Self::Name)
    }

    /// The group of the picker in which it stands.
    #[must_use]
    pub fn group(&self) -> Group {
        match self {
            Self::Metric(_) => Group::Metrics,
            Self::Param(_) => Group::Params,
            Self::Tag(_) => Group::Tags,
            _ => Group::Attributes,
        }
    }
}

/// A group of the column picker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Metrics,
    Params,
    Tags,
    Attributes,
}

impl Group {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 4] = [Self::Metrics, Self::Params, Self::Tags, Self::Attributes];

    /// Its heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Metrics => "Metrics",
            Self::Params => "Params",
            Self::Tags => "Tags",
            Self::Attributes => "Attributes",
        }
    }
}

/// Columns as one text, for the address and the preferences: keys with commas between.
#[must_use]
pub fn columns_text(columns: &[Column]) -> String {
    let escaped = |column: &Column| column.key().replace('%', "%25").replace(',', "%2C");
    columns.iter().map(escaped).collect::<Vec<_>>().join(",")
}

/// A column of a list's entry; `None` for words that are none.
#[must_use]
pub fn column_of(entry: &str) -> Option<Column> {
    Column::from_key(&entry.replace("%2C", ",").replace("%25", "%"))
}

/// The columns of such a text.
#[must_use]
pub fn columns_of_text(text: &str) -> Vec<Column> {
    text.split(',').filter_map(column_of).collect()
}

/// The columns to show, and what is the same in all runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    pub shown: Vec<Column>,
    /// Label and value.
    pub folded: Vec<(String, String)>,
}

impl Columns {
    /// The same with the columns that a person chose in place of the usual ones.
    #[must_use]
    pub fn with_chosen(mut self, chosen: Option<&[Column]>) -> Self {
        if let Some(chosen) = chosen {
            self.shown = vec![Column::Status, Column::Name];
            self.shown.extend(chosen.iter().filter(|column| !column.is_fixed()).cloned());
        }
        self
    }

    /// Those that can be chosen, as the address has them.
    #[must_use]
    pub fn choice(&self) -> Vec<Column> {
        self.shown.iter().filter(|column| !column.is_fixed()).cloned().collect()
    }
}

/// Keys in the order in which they first come.
fn keys<'a>(all: impl Iterator<Item = &'a String>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    all.map(String::as_str).filter(|key| seen.insert(*key)).collect()
}

/// Chooses the columns: those that tell runs apart. Dataset, model and params that are the same in all are folded.
#[must_use]
pub fn columns(runs: &[&RunSummary]) -> Columns {
    let mut columns = Columns {
        shown: vec![Column::Status, Column::Name, Column::Cached, Column::Created, Column::Duration],
        folded: Vec::new(),
    };
    let params = keys(runs.iter().flat_map(|run| run.params.iter().map(|param| &param.key)));
    let params = params.into_iter().filter(|key| *key != "model_name").map(|key| Column::Param(key.to_owned()));
    for column in [Column::Dataset, Column::Model].into_iter().chain(params) {
        let mut values = runs.iter().map(|run| text_of(run, &column));
        let first = values.next().flatten();
        if values.all(|value| value == first) {
            columns.folded.extend(first.map(|value| (column.label(), value.to_owned())));
        } else {
            columns.shown.push(column);
        }
    }
    let has = |key: &str| runs.iter().any(|run| run.metrics.iter().any(|metric| metric.key == key));
    let tells_classes = CLASS_HEADLINE.into_iter().any(has);
    if !tells_classes || HEADLINE.into_iter().any(has) {
        columns.shown.extend(HEADLINE.map(|name| Column::Metric(name.into())));
    }
    if tells_classes {
        columns.shown.extend(CLASS_HEADLINE.map(|name| Column::Metric(name.into())));
    }
    if has(CV_HEADLINE) {
        columns.shown.push(Column::Metric(CV_HEADLINE.into()));
    }
    columns
}

/// Every column that these runs could have, by group.
#[must_use]
pub fn all_columns(runs: &[&RunSummary]) -> Vec<Column> {
    let mut all: Vec<Column> = Vec::new();
    let owned = str::to_owned;
    let metrics = keys(runs.iter().flat_map(|run| run.metrics.iter().map(|metric| &metric.key)));
    let params = keys(runs.iter().flat_map(|run| run.params.iter().map(|param| &param.key)));
    let tags = keys(runs.iter().flat_map(|run| run.tags.iter().map(|tag| &tag.key)));
    all.extend(metrics.into_iter().map(|key| Column::Metric(owned(key))));
    all.extend(params.into_iter().filter(|key| *key != "model_name").map(|key| Column::Param(owned(key))));
    all.extend(tags.into_iter().map(|key| Column::Tag(owned(key))));
    all.extend([Column::Cached, Column::Created, Column::Ended, Column::Duration, Column::Dataset, Column::Model]);
    all.extend([Column::Experiment, Column::Parent, Column::ModelVersions, Column::Source, Column::SourceVersion]);
    all
}

/// The choice after a column was taken in or out; one that comes in stands after the others of its group.
#[must_use]
pub fn toggled(choice: &[Column], columns: &[Column], is_in: bool) -> Vec<Column> {
    let mut choice: Vec<Column> = choice.iter().filter(|column| is_in || !columns.contains(column)).cloned().collect();
    if is_in {
        for column in columns.iter().filter(|column| !column.is_fixed()) {
            if choice.contains(column) {
                continue;
            }
            let after = choice.iter().rposition(|other| other.group() == column.group());
            choice.insert(after.map_or(choice.len(), |place| place + 1), column.clone());
        }
    }
    choice
}

/// One line on what the table holds: `15 runs, one running. Dataset, model and 4 more columns are the same in all.`
#[must_use]
pub fn sentence(runs: &[&RunSummary], columns: &Columns) -> String {
    let counted = |n: usize| match n {
        1 => "one".to_owned(),
        n => n.to_string(),
    };
    let status = |status: RunStatus| runs.iter().filter(|run| run.info.status == status).count();
    let mut text = if runs.len() == 1 { "1 run".to_owned() } else { format!("{} runs", runs.len()) };
    for (n, word) in [(status(RunStatus::Running), "running"), (status(RunStatus::Failed), "failed")] {
        if n > 0 {
            text += &format!(", {} {word}", counted(n));
        }
    }
    text.push('.');
    if runs.len() > 1 && !columns.folded.is_empty() {
        let names: Vec<&str> = columns.folded.iter().map(|(label, _)| label.as_str()).collect();
        let list = match names.as_slice() {
            [one] => format!("{one} is"),
            [one, two] => format!("{one} and {two} are"),
            [one, two, three] => format!("{one}, {two} and {three} are"),
            [one, two, rest @ ..] => format!("{one}, {two} and {} more columns are", rest.len()),
            [] => String::new(),
        };
        let mut capital = list;
        if let Some(first) = capital.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text += &format!(" {capital} the same in all: folded.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::runs;
    use super::*;
    use crate::tracking::suite::{run_record, running};

    #[test]
    fn columns_that_tell_nothing_are_folded_and_counted() {
        let runs = runs();
        let runs: Vec<&RunSummary> = runs.iter().collect();
        let columns = columns(&runs);
        let expected =
            "status,run_name,cached,start_time,duration,params.test_size,metrics.r2,metrics.rmse,metrics.mae";
        assert_eq!(columns_text(&columns.shown), expected);
        assert_eq!(columns.folded.first(), Some(&("Dataset".to_owned(), "café.csv".to_owned())));
        let text = sentence(&runs, &columns);
        assert_eq!(text, "3 runs. Dataset, Model and 5 more columns are the same in all: folded.");
        let one = RunSummary::from(&running(run_record("only", 1)));
        assert_eq!(sentence(&[&one], &super::columns(&[&one])), "1 run, one running.");
    }

    #[test]
    fn metrics_of_folds_and_classes_have_columns_where_runs_have_them() {
        let mut runs = runs();
        runs[0].metrics[0].key = "cv_rmse".into();
        runs[2].metrics[0].key = "f1".into();
        let shown = columns(&runs.iter().collect::<Vec<_>>()).shown;
        let expected = "metrics.accuracy,metrics.f1,metrics.roc_auc,metrics.cv_rmse";
        assert!(columns_text(&shown).ends_with(expected));
        assert_eq!(Column::Metric("cv_rmse".into()).label(), "RMSE CV");
        assert_eq!(Column::Metric("training_r2".into()).label(), "R² train");
    }

    #[test]
    fn every_column_is_found_by_its_key_and_what_search_names_is_called_the_same() {
        let runs = runs();
        let all = all_columns(&runs.iter().collect::<Vec<_>>());
        assert!(all.iter().all(|column| Column::from_key(&column.key()).as_ref() == Some(column)));
        for column in [Column::Created, Column::Ended, Column::Duration, Column::Model, Column::Experiment] {
            assert!(all.contains(&column), "{}", column.key());
            let filter = crate::search::Filter::parse(&format!("{} IS NOT NULL", column.key()));
            assert!(filter.is_ok(), "{}", column.key());
        }
    }

    #[test]
    fn a_choice_is_a_text_and_is_read_back() {
        let odd = [Column::Param("a,b".into()), Column::Tag("50%".into()), Column::Created];
        assert_eq!(columns_of_text(&columns_text(&odd)), odd);
        let chosen = Columns::default().with_chosen(Some(&odd));
        assert_eq!(chosen.shown.len(), 5);
        assert_eq!(chosen.choice(), odd);
        let more = toggled(&odd, &[Column::Tag("x".into()), Column::Param("c".into())], true);
        assert_eq!(columns_text(&more), "params.a%2Cb,params.c,tags.50%25,tags.x,start_time");
        assert_eq!(columns_text(&toggled(&more, &odd, false)), "params.c,tags.x");
    }
}
