//! The runs table: which columns it has, in which order its rows stand, and what each cell says.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::format::{MISSING, duration, exact};
use super::runs_text::{Direction, ago, metric_direction, metric_label, metric_text};
use crate::tracking::{Param, RunStatus, RunSummary};

/// The metrics that a table of runs opens with, by MLflow's names.
pub const HEADLINE: [&str; 3] = ["r2", "rmse", "mae"];

/// A column of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    Status,
    Name,
    Cached,
    Created,
    Duration,
    Dataset,
    Model,
    Param(String),
    /// By MLflow's name: `rmse`, `training_rmse`.
    Metric(String),
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
            Self::Duration => "duration".into(),
            Self::Dataset => "dataset".into(),
            Self::Model => "model".into(),
            Self::Param(key) => format!("params.{key}"),
            Self::Metric(key) => format!("metrics.{key}"),
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
            "duration" => Self::Duration,
            "dataset" => Self::Dataset,
            "model" => Self::Model,
            other => match other.split_once('.')? {
                ("params", key) => Self::Param(key.to_owned()),
                ("metrics", key) => Self::Metric(key.to_owned()),
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
            Self::Duration => "Time".into(),
            Self::Dataset => "Dataset".into(),
            Self::Model => "Model".into(),
            Self::Param(key) => key.clone(),
            Self::Metric(key) => format!("{} test", metric_label(key)),
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
}

/// What the address says of the table: `?sort=-metrics.rmse&q=…`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableState {
    /// `None` is newest first.
    pub sort: Option<(Column, Order)>,
    /// Words that every row shown contains.
    pub query: String,
}

/// Which end comes first. Missing values come last in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

impl TableState {
    /// Reads the values of `sort` and `q`. A `sort` that names no column is none.
    #[must_use]
    pub fn from_query(sort: Option<&str>, q: Option<&str>) -> Self {
        let sort = sort.and_then(|sort| {
            let (order, key) = sort.strip_prefix('-').map_or((Order::Ascending, sort), |key| (Order::Descending, key));
            Some((Column::from_key(key)?, order))
        });
        Self { sort, query: q.unwrap_or_default().to_owned() }
    }

    /// The value of `sort`; empty for newest first.
    #[must_use]
    pub fn sort_value(&self) -> String {
        match &self.sort {
            None => String::new(),
            Some((column, Order::Ascending)) => column.key(),
            Some((column, Order::Descending)) => format!("-{}", column.key()),
        }
    }

    /// The state after a click on a column's head: ascending, descending, none.
    #[must_use]
    pub fn clicked(&self, column: &Column) -> Self {
        let sort = match &self.sort {
            Some((sorted, Order::Ascending)) if sorted == column => Some((column.clone(), Order::Descending)),
            Some((sorted, Order::Descending)) if sorted == column => None,
            _ => Some((column.clone(), Order::Ascending)),
        };
        Self { sort, query: self.query.clone() }
    }

    /// The value of `aria-sort` for a column's head; `None` where it is not sorted.
    #[must_use]
    pub fn aria_sort(&self, column: &Column) -> Option<&'static str> {
        match &self.sort {
            Some((sorted, Order::Ascending)) if sorted == column => Some("ascending"),
            Some((sorted, Order::Descending)) if sorted == column => Some("descending"),
            _ => None,
        }
    }
}

/// The columns to show, and what is the same in all runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    pub shown: Vec<Column>,
    /// Label and value.
    pub folded: Vec<(String, String)>,
}

/// Chooses the columns: those that tell runs apart. Dataset, model and params that are the same in all are folded.
#[must_use]
pub fn columns(runs: &[RunSummary]) -> Columns {
    let mut columns = Columns {
        shown: vec![Column::Status, Column::Name, Column::Cached, Column::Created, Column::Duration],
        folded: Vec::new(),
    };
    let mut params: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    // Runs of one pipeline have the same params, so looking at each key once is cheap.
    for param in runs.iter().flat_map(|run| &run.params) {
        if param.key != "model_name" && seen.insert(param.key.as_str()) {
            params.push(&param.key);
        }
    }
    let params = params.into_iter().map(|key| Column::Param(key.to_owned()));
    for column in [Column::Dataset, Column::Model].into_iter().chain(params) {
        let mut values = runs.iter().map(|run| text_of(run, &column));
        let first = values.next().flatten();
        if values.all(|value| value == first) {
            columns.folded.extend(first.map(|value| (column.label(), value)));
        } else {
            columns.shown.push(column);
        }
    }
    columns.shown.extend(HEADLINE.map(|name| Column::Metric(name.into())));
    columns
}

/// One line on what the table holds: `15 runs, one running. Dataset, model and 4 more columns are the same in all.`
#[must_use]
pub fn sentence(runs: &[RunSummary], columns: &Columns) -> String {
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

/// What can be searched for in a run, in lower case: name, status, dataset, `key=value` of params and tags.
#[must_use]
pub fn haystack(run: &RunSummary) -> String {
    let mut text = format!("{} {}", run.info.run_name, status_word(run.info.status));
    if let Some(dataset) = &run.dataset {
        text += &format!(" {}", dataset.name);
    }
    let pairs = run.params.iter().map(|Param { key, value }| (key, value));
    for (key, value) in pairs {
        text += &format!(" {key}={value}");
    }
    text += &format!(" {}", run.info.run_id);
    text.to_lowercase()
}

/// Indices of the rows to show, in order. `haystacks` are those of `runs`; every word of the query must be in a row.
/// The sort is stable, so equal rows keep the order of `runs`.
#[must_use]
pub fn rows(runs: &[RunSummary], haystacks: &[String], state: &TableState) -> Vec<usize> {
    let query = state.query.to_lowercase();
    let words: Vec<&str> = query.split_whitespace().collect();
    let found =
        |index: &usize| haystacks.get(*index).is_some_and(|haystack| words.iter().all(|word| haystack.contains(word)));
    let mut rows: Vec<usize> = (0..runs.len()).filter(found).collect();
    if let Some((column, order)) = &state.sort {
        let values: Vec<Option<Value>> = runs.iter().map(|run| value_of(run, column)).collect();
        let value = |index: usize| values.get(index).and_then(Option::as_ref);
        rows.sort_by(|a, b| match (value(*a), value(*b)) {
            (Some(a), Some(b)) => match order {
                Order::Ascending => a.compare(b),
                Order::Descending => b.compare(a),
            },
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
    rows
}

/// What a column is sorted by: numbers before words.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
}

impl Value {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

fn value_of(run: &RunSummary, column: &Column) -> Option<Value> {
    match column {
        Column::Created => Some(Value::Number(run.info.start_time as f64)),
        Column::Duration => seconds(run).map(Value::Number),
        Column::Cached => Some(Value::Number(run.n_cached as f64)),
        Column::Metric(key) => metric(run, key).map(Value::Number),
        other => {
            let text = text_of(run, other)?;
            Some(match text.parse() {
                Ok(number) => Value::Number(number),
                Err(_) => Value::Text(text.to_lowercase()),
            })
        }
    }
}

/// The cell of a column that holds words; `None` where the run has none.
fn text_of(run: &RunSummary, column: &Column) -> Option<String> {
    let param = |key: &str| run.params.iter().find(|param| param.key == key).map(|param| param.value.clone());
    match column {
        Column::Status => Some(status_word(run.info.status).to_owned()),
        Column::Name => Some(run.info.run_name.clone()),
        Column::Dataset => run.dataset.as_ref().map(|dataset| dataset.name.clone()),
        Column::Model => param("model_name"),
        Column::Param(key) => param(key),
        Column::Cached | Column::Created | Column::Duration | Column::Metric(_) => None,
    }
}

/// A run's metric by MLflow's name.
#[must_use]
pub fn metric(run: &RunSummary, key: &str) -> Option<f64> {
    run.metrics.iter().find(|metric| metric.key == key).map(|metric| metric.value)
}

/// How long a run took; `None` while it is under way.
#[must_use]
pub fn seconds(run: &RunSummary) -> Option<f64> {
    run.info.end_time.map(|end| (end - run.info.start_time) as f64 / 1000.0)
}

/// The status in words.
#[must_use]
pub fn status_word(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Running => "Running",
        RunStatus::Scheduled => "Waiting",
        RunStatus::Finished => "Completed",
        RunStatus::Failed => "Failed",
        RunStatus::Killed => "Cancelled",
    }
}

/// A cell: what is shown, and the exact value where that says less.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Cell {
    /// `–` where there is nothing.
    pub text: String,
    /// For the tooltip.
    pub exact: Option<String>,
    /// Carries the word "best".
    pub best: bool,
}

impl Cell {
    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.text == MISSING
    }
}

/// A run's cell. `now` is Unix milliseconds.
#[must_use]
pub fn cell(run: &RunSummary, column: &Column, best: &Best, now: i64) -> Cell {
    let (text, exact) = match column {
        Column::Created => (Some(ago(now, run.info.start_time)), None),
        Column::Duration => (seconds(run).map(duration), None),
        Column::Cached if run.n_cached > 0 => (Some(format!("{} cached", run.n_cached)), None),
        Column::Cached => (Some(String::new()), None),
        Column::Metric(key) => {
            let value = metric(run, key);
            (value.map(metric_text), value.map(exact))
        }
        other => (text_of(run, other), None),
    };
    let best = match column {
        Column::Metric(key) => best.is(key, metric(run, key)),
        _ => false,
    };
    Cell { text: text.unwrap_or_else(|| MISSING.into()), exact, best }
}

/// The best value of each headline metric among the runs shown, and what is to be said of comparing them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Best {
    values: BTreeMap<String, f64>,
    /// Why no run is marked, or why the mark means less than it seems.
    pub note: Option<String>,
}

impl Best {
    fn is(&self, key: &str, value: Option<f64>) -> bool {
        value.is_some() && self.values.get(key).copied() == value
    }
}

/// Finds the best values among these rows. Runs on different data or targets measure different things: then none is best.
#[must_use]
pub fn best(runs: &[RunSummary], rows: &[usize]) -> Best {
    let shown: Vec<&RunSummary> =
        rows.iter().filter_map(|row| runs.get(*row)).filter(|run| run.info.status == RunStatus::Finished).collect();
    let differ = |value: &dyn Fn(&RunSummary) -> Option<String>| {
        let mut values = shown.iter().map(|run| value(run));
        let first = values.next();
        values.any(|value| Some(value) != first)
    };
    let param = |key: &'static str| move |run: &RunSummary| text_of(run, &Column::Param(key.into()));
    if differ(&|run| run.dataset.as_ref().map(|dataset| dataset.digest.to_string())) {
        let note = "None is marked best: these runs read different datasets.".to_owned();
        return Best { note: Some(note), ..Best::default() };
    }
    if differ(&param("target")) {
        let note = "None is marked best: these runs predict different targets.".to_owned();
        return Best { note: Some(note), ..Best::default() };
    }
    let mut values = BTreeMap::new();
    for key in HEADLINE {
        let all: Vec<f64> = shown.iter().filter_map(|run| metric(run, key)).filter(|value| !value.is_nan()).collect();
        let lowest = all.iter().copied().min_by(f64::total_cmp);
        let highest = all.iter().copied().max_by(f64::total_cmp);
        if let (Some(lowest), Some(highest)) = (lowest, highest)
            && lowest < highest
        {
            let best = if metric_direction(key) == Direction::Higher { highest } else { lowest };
            values.insert(key.to_owned(), best);
        }
    }
    let rows_differ: Vec<&str> =
        ["test_size", "random_state", "shuffle", "n_rules"].into_iter().filter(|key| differ(&param(key))).collect();
    let note = (!values.is_empty() && !rows_differ.is_empty()).then(|| {
        let verb = if rows_differ.len() == 1 { "differs" } else { "differ" };
        format!("{} {verb}, so not all were tested on the same rows.", rows_differ.join(", "))
    });
    Best { values, note }
}

/// The rows to draw of a table with rows of one height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    pub first: usize,
    pub count: usize,
}

/// The window for a scroll position, with `overscan` rows drawn above and below.
#[must_use]
pub fn window(scroll_top: f64, height: f64, row_height: f64, n_rows: usize, overscan: usize) -> Window {
    if row_height <= 0.0 {
        return Window::default();
    }
    let first = ((scroll_top / row_height).max(0.0) as usize).min(n_rows).saturating_sub(overscan);
    let count = (height / row_height).max(0.0).ceil() as usize + 1 + 2 * overscan;
    Window { first, count: count.min(n_rows - first) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::{run_record, running};

    fn run(name: &str, start_time: i64, r2: Option<f64>, test_size: &str) -> RunSummary {
        let mut run = RunSummary::from(&run_record(name, start_time));
        run.metrics.retain(|metric| metric.key == "r2" && r2.is_some());
        for metric in &mut run.metrics {
            metric.value = r2.unwrap_or_default();
        }
        for param in &mut run.params {
            if param.key == "test_size" {
                param.value = test_size.into();
            }
        }
        run
    }

    fn runs() -> Vec<RunSummary> {
        vec![run("delta", 4, Some(0.2), "0.2"), run("calm", 3, None, "0.2"), run("bold", 2, Some(0.9), "0.1")]
    }

    fn names(runs: &[RunSummary], sort: &str, q: &str) -> String {
        let haystacks: Vec<String> = runs.iter().map(haystack).collect();
        let state = TableState::from_query(Some(sort), Some(q));
        let rows = rows(runs, &haystacks, &state);
        rows.into_iter().map(|row| runs[row].info.run_name.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_missing_stands_last_in_both_directions() {
        assert_eq!(names(&runs(), "metrics.r2", ""), "delta bold calm");
        assert_eq!(names(&runs(), "-metrics.r2", ""), "bold delta calm");
        assert_eq!(names(&runs(), "run_name", ""), "bold calm delta");
        assert_eq!(names(&runs(), "start_time", ""), "bold calm delta");
        assert_eq!(names(&runs(), "", ""), "delta calm bold");
        // Equal values keep the order they came in, whichever way.
        assert_eq!(names(&runs(), "-params.test_size", ""), "delta calm bold");
        assert_eq!(names(&runs(), "params.test_size", ""), "bold delta calm");
    }

    #[test]
    fn numbers_in_params_sort_as_numbers() {
        let runs = [run("a", 1, None, "100"), run("b", 2, None, "20"), run("c", 3, None, "auto")];
        assert_eq!(names(&runs, "params.test_size", ""), "b a c");
    }

    #[test]
    fn a_search_wants_every_word_wherever_it_stands() {
        assert_eq!(names(&runs(), "", "CALM"), "calm");
        assert_eq!(names(&runs(), "", "test_size=0.2 linear"), "delta calm");
        assert_eq!(names(&runs(), "", "café.csv  completed"), "delta calm bold");
        assert_eq!(names(&runs(), "", "ridge"), "");
    }

    #[test]
    fn the_address_says_it_and_is_read_back() {
        let keys = ["run_name", "-metrics.rmse", "params.a.b", "-start_time"];
        for key in keys {
            assert_eq!(TableState::from_query(Some(key), None).sort_value(), key);
        }
        assert_eq!(TableState::from_query(Some("-nonsense"), None), TableState::default());
    }

    #[test]
    fn clicks_go_up_down_and_off() {
        let column = Column::Metric("rmse".into());
        let mut state = TableState { sort: Some((Column::Name, Order::Descending)), query: "x".into() };
        let mut seen = Vec::new();
        for _ in 0..3 {
            state = state.clicked(&column);
            seen.push((state.sort_value(), state.aria_sort(&column)));
        }
        let expected = [
            ("metrics.rmse".to_owned(), Some("ascending")),
            ("-metrics.rmse".to_owned(), Some("descending")),
            (String::new(), None),
        ];
        assert_eq!(seen, expected);
        assert_eq!(state.query, "x");
    }

    #[test]
    fn columns_that_tell_nothing_are_folded_and_counted() {
        let runs = runs();
        let columns = columns(&runs);
        let shown: Vec<String> = columns.shown.iter().map(Column::key).collect();
        let expected =
            "status run_name cached start_time duration params.test_size metrics.r2 metrics.rmse metrics.mae";
        assert_eq!(shown.join(" "), expected);
        assert_eq!(columns.folded.first(), Some(&("Dataset".to_owned(), "café.csv".to_owned())));
        let text = sentence(&runs, &columns);
        assert_eq!(text, "3 runs. Dataset, Model and 5 more columns are the same in all: folded.");
        let one = RunSummary::from(&running(run_record("only", 1)));
        assert_eq!(
            sentence(std::slice::from_ref(&one), &super::columns(std::slice::from_ref(&one))),
            "1 run, one running."
        );
    }

    #[test]
    fn best_is_marked_where_it_means_something() {
        let all = runs();
        let found = best(&all, &[0, 1, 2]);
        let marked =
            |best: &Best| all.iter().map(|run| cell(run, &Column::Metric("r2".into()), best, 0).best).collect();
        let marks: Vec<bool> = marked(&found);
        assert_eq!(marks, [false, false, true]);
        assert_eq!(found.note.as_deref(), Some("test_size differs, so not all were tested on the same rows."));
        // One run, or equal runs, have no best.
        assert_eq!(best(&all, &[0]), Best::default());
        // A lower error is better.
        let mut errors = runs();
        for metric in errors.iter_mut().flat_map(|run| &mut run.metrics) {
            metric.key = "rmse".into();
        }
        let found = best(&errors, &[0, 2]);
        assert!(cell(&errors[0], &Column::Metric("rmse".into()), &found, 0).best);
        // Another dataset: nothing is best, and it is said.
        let mut other = runs();
        if let Some(dataset) = &mut other[0].dataset {
            dataset.digest = crate::base::Digest::of(b"other");
        }
        let found = best(&other, &[0, 2]);
        assert!(!cell(&other[2], &Column::Metric("r2".into()), &found, 0).best);
        assert!(found.note.is_some_and(|note| note.contains("different datasets")));
    }

    #[test]
    fn cells_say_what_is_missing_and_what_is_exact() {
        let all = runs();
        let text = |run: &RunSummary, column| cell(run, &column, &Best::default(), 60_000).text;
        assert_eq!(text(&all[1], Column::Metric("r2".into())), "–");
        assert_eq!(text(&all[0], Column::Duration), "1.2 s");
        assert_eq!(text(&all[0], Column::Cached), "");
        let exact = cell(&run("a", 1, Some(0.123_456_789), "1"), &Column::Metric("r2".into()), &Best::default(), 0);
        assert_eq!((exact.text.as_str(), exact.exact.as_deref()), ("0.1235", Some("0.123456789")));
    }

    #[test]
    fn the_window_reaches_both_ends() {
        assert_eq!(window(0.0, 320.0, 32.0, 10_000, 5), Window { first: 0, count: 21 });
        assert_eq!(window(3200.0, 320.0, 32.0, 10_000, 5), Window { first: 95, count: 21 });
        assert_eq!(window(1e9, 320.0, 32.0, 10_000, 5), Window { first: 9995, count: 5 });
        assert_eq!(window(0.0, 320.0, 32.0, 3, 5), Window { first: 0, count: 3 });
        assert_eq!(window(0.0, 320.0, 0.0, 3, 5), Window::default());
    }
}
