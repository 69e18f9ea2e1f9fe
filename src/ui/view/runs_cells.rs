//! What the cells of the runs table say, and which value is the best.

use std::collections::BTreeMap;

use super::format::{MISSING, duration, exact};
use super::runs_beside::Beside;
use super::runs_columns::{CLASS_HEADLINE, Column, HEADLINE};
use super::runs_rows::Tree;
use super::runs_text::{Direction, ago, metric_direction, metric_text};
use crate::tracking::{RunStatus, RunSummary};

/// The cell of a column that holds words; `None` where the run has none.
#[must_use]
pub fn text_of<'a>(run: &'a RunSummary, column: &Column) -> Option<&'a str> {
    match column {
        Column::Status => Some(status_word(run.info.status)),
        Column::Name => Some(&run.info.run_name),
        Column::Dataset => run.dataset.as_ref().map(|dataset| dataset.name.as_str()),
        Column::Model => run.model_name(),
        Column::Source => run.source(),
        Column::SourceVersion => run.source_version(),
        Column::Param(key) => run.param(key),
        Column::Tag(key) => run.tag(key),
        Column::Cached | Column::Created | Column::Ended | Column::Duration | Column::Metric(_) => None,
        // These are `Beside` the row.
        Column::Experiment | Column::Parent | Column::ModelVersions => None,
    }
}

/// How long a run took; `None` while it is under way.
#[must_use]
pub fn seconds(run: &RunSummary) -> Option<f64> {
    run.duration_ms().map(|time| time as f64 / 1000.0)
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

/// Of two values of a metric, the better one.
#[must_use]
pub fn better(key: &str, a: f64, b: f64) -> f64 {
    match metric_direction(key) {
        _ if a.is_nan() => b,
        Direction::Higher => a.max(b),
        Direction::Lower => a.min(b),
    }
}

/// A run's metric; where a parent has none, the best of its children's, and whether it is that.
#[must_use]
pub fn metric_or_best_child(runs: &[RunSummary], tree: &Tree, run: usize, key: &str) -> Option<(f64, bool)> {
    if let Some(value) = runs.get(run)?.metric(key) {
        return Some((value, false));
    }
    let children = tree.children.get(run)?.iter();
    let values = children.filter_map(|child| metric_or_best_child(runs, tree, *child, key).map(|(value, _)| value));
    values.reduce(|a, b| better(key, a, b)).map(|value| (value, true))
}

/// A cell: what is shown, and the exact value where that says less.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Cell {
    /// `–` where there is nothing.
    pub text: String,
    /// The exact value of a metric.
    pub exact: Option<String>,
    /// Carries the word "best".
    pub best: bool,
    /// The value is that of the best child.
    pub of_child: bool,
}

impl Cell {
    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.text == MISSING
    }
}

/// The cell of a run, by its place. `now` is Unix milliseconds.
#[must_use]
pub fn cell(
    runs: &[RunSummary],
    (tree, beside): (&Tree, &Beside),
    place: usize,
    column: &Column,
    best: &Best,
    now: i64,
) -> Cell {
    let Some(run) = runs.get(place) else { return Cell::default() };
    let text = match column {
        Column::Created => Some(ago(now, run.info.start_time)),
        Column::Ended => run.info.end_time.map(|end| ago(now, end)),
        Column::Duration => seconds(run).map(duration),
        Column::Cached if run.n_cached > 0 => Some(format!("{} cached", run.n_cached)),
        Column::Cached => Some(String::new()),
        Column::Metric(key) => {
            let value = metric_or_best_child(runs, tree, place, key);
            return Cell {
                text: value.map_or_else(|| MISSING.into(), |(value, _)| metric_text(value)),
                exact: value.map(|(value, _)| exact(value)),
                best: value.is_some_and(|(value, of_child)| !of_child && best.is(key, value)),
                of_child: value.is_some_and(|(_, of_child)| of_child),
            };
        }
        other => beside.text(runs, tree, place, other).map(str::to_owned),
    };
    Cell { text: text.unwrap_or_else(|| MISSING.into()), ..Cell::default() }
}

/// The best value of each headline metric among the runs shown, and what is to be said of comparing them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Best {
    values: BTreeMap<String, f64>,
    /// Why no run is marked, or why the mark means less than it seems.
    pub note: Option<String>,
}

impl Best {
    fn is(&self, key: &str, value: f64) -> bool {
        self.values.get(key).copied() == Some(value)
    }
}

/// Finds the best values among these runs. Runs on different data or targets measure different things: then none is best.
#[must_use]
pub fn best(shown: &[&RunSummary]) -> Best {
    let shown: Vec<&RunSummary> = shown.iter().copied().filter(|run| run.info.status == RunStatus::Finished).collect();
    let differ = |value: &dyn Fn(&RunSummary) -> Option<&str>| {
        shown.split_first().is_some_and(|(first, rest)| rest.iter().any(|run| value(run) != value(first)))
    };
    if differ(&|run| run.dataset.as_ref().map(|dataset| dataset.digest.as_str())) {
        let note = "None is marked best: these runs read different datasets.".to_owned();
        return Best { note: Some(note), ..Best::default() };
    }
    if differ(&|run| run.param("target")) {
        let note = "None is marked best: these runs predict different targets.".to_owned();
        return Best { note: Some(note), ..Best::default() };
    }
    let mut values = BTreeMap::new();
    for key in HEADLINE.into_iter().chain(CLASS_HEADLINE).chain(["cv_rmse"]) {
        let all: Vec<f64> = shown.iter().filter_map(|run| run.metric(key)).filter(|value| !value.is_nan()).collect();
        let lowest = all.iter().copied().min_by(f64::total_cmp);
        let highest = all.iter().copied().max_by(f64::total_cmp);
        if let (Some(lowest), Some(highest)) = (lowest, highest)
            && lowest < highest
        {
            let best = if metric_direction(key) == Direction::Higher { highest } else { lowest };
            values.insert(key.to_owned(), best);
        }
    }
    let rows_differ: Vec<&str> = ["test_size", "random_state", "shuffle", "n_rules"]
        .into_iter()
        .filter(|key| differ(&|run| run.param(key)))
        .collect();
    let note = (!values.is_empty() && !rows_differ.is_empty()).then(|| {
        let verb = if rows_differ.len() == 1 { "differs" } else { "differ" };
        format!("{} {verb}, so not all were tested on the same rows.", rows_differ.join(", "))
    });
    Best { values, note }
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::{below, run, runs};
    use super::*;

    fn marks(all: &[RunSummary], key: &str, best: &Best) -> Vec<bool> {
        let tree = Tree::of(all);
        let column = Column::Metric(key.into());
        (0..all.len()).map(|place| cell(all, (&tree, &Beside::default()), place, &column, best, 0).best).collect()
    }

    #[test]
    fn best_is_marked_where_it_means_something() {
        let all = runs();
        let found = best(&all.iter().collect::<Vec<_>>());
        assert_eq!(marks(&all, "r2", &found), [false, false, true]);
        assert_eq!(found.note.as_deref(), Some("test_size differs, so not all were tested on the same rows."));
        // One run, or equal runs, have no best.
        assert_eq!(best(&[&all[0]]), Best::default());
        // A lower error is better.
        let mut errors = runs();
        for metric in errors.iter_mut().flat_map(|run| &mut run.metrics) {
            metric.key = "rmse".into();
        }
        let found = best(&[&errors[0], &errors[2]]);
        assert_eq!(marks(&errors, "rmse", &found), [true, false, false]);
        // Another dataset: nothing is best, and it is said.
        let mut other = runs();
        if let Some(dataset) = &mut other[0].dataset {
            dataset.digest = crate::base::Digest::of(b"other");
        }
        let found = best(&[&other[0], &other[2]]);
        assert_eq!(marks(&other, "r2", &found), [false; 3]);
        assert!(found.note.is_some_and(|note| note.contains("different datasets")));
    }

    #[test]
    fn cells_say_what_is_missing_and_what_is_exact() {
        let mut all = runs();
        all[0].metrics[0].value = 0.123_456_789;
        let tree = Tree::of(&all);
        let cell = |place, column| cell(&all, (&tree, &Beside::default()), place, &column, &Best::default(), 60_000);
        assert_eq!(cell(1, Column::Metric("r2".into())).text, "–");
        assert_eq!(cell(0, Column::Duration).text, "1.2 s");
        assert_eq!(cell(0, Column::Cached).text, "");
        assert_eq!((cell(0, Column::Ended).text.as_str(), cell(0, Column::Parent).text.as_str()), ("58 s ago", "–"));
        assert_eq!(cell(0, Column::Tag("none".into())).text, "–");
        let shown = cell(0, Column::Metric("r2".into()));
        assert_eq!((shown.text.as_str(), shown.exact.as_deref()), ("0.1235", Some("0.123456789")));
    }

    #[test]
    fn a_parent_shows_its_best_child_where_it_has_no_value_itself() {
        let parent = run("parent", 5, None, "0.2");
        let first = below(&parent, run("a", 5, Some(0.1), "0.2"));
        let second = below(&parent, run("b", 5, Some(0.4), "0.2"));
        let all = [parent, first, second];
        let shown =
            cell(&all, (&Tree::of(&all), &Beside::default()), 0, &Column::Metric("r2".into()), &Best::default(), 0);
        assert_eq!((shown.text.as_str(), shown.of_child), ("0.4000", true));
        assert_eq!(better("rmse", f64::NAN, 2.0), 2.0);
        assert_eq!(better("rmse", 1.0, 2.0), 1.0);
    }
}
