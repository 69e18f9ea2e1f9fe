//! What the comparison of runs says: who is best, by how much, what differs, and in what the pipelines differ.

use super::compare_about::{about, elsewhere};
use super::format::exact;
use super::run_steps::step_label;
use super::runs_text::{metric_label, metric_text};
use crate::comparison::{Comparison, compare_runs, diff};
use crate::tracking::{RunRecord, latest};
use crate::validation::Preference;

/// At most so many runs are compared.
pub const MOST: usize = 50;
/// Runs stand side by side up to here, under each other above.
pub const SIDE_BY_SIDE: usize = 4;
/// Series that have a colour of their own; further ones are grey.
pub const COLOURS: usize = 6;

/// What the address says: which runs, and which of them is the baseline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    pub runs: Vec<String>,
    pub base: Option<String>,
}

impl Address {
    /// Out of the values of `runs` and `base`. A run that is named twice counts once.
    #[must_use]
    pub fn from_query(runs: Option<&str>, base: Option<&str>) -> Self {
        let mut found: Vec<String> = Vec::new();
        for id in runs.unwrap_or_default().split(',').map(str::trim).filter(|id| !id.is_empty()) {
            if found.len() < MOST && !found.iter().any(|other| other == id) {
                found.push(id.to_owned());
            }
        }
        let base = base.map(str::to_owned).filter(|base| found.contains(base));
        Self { runs: found, base }
    }

    /// The path with its query, below the page's base.
    #[must_use]
    pub fn path(&self) -> String {
        match &self.base {
            Some(base) => format!("/compare?runs={}&base={base}", self.runs.join(",")),
            None => format!("/compare?runs={}", self.runs.join(",")),
        }
    }

    /// Without a run; the first is the baseline where the baseline goes.
    #[must_use]
    pub fn without(&self, run_id: &str) -> Self {
        let runs = self.runs.iter().filter(|id| *id != run_id).cloned().collect();
        Self { runs, base: self.base.clone().filter(|base| base != run_id) }
    }

    /// With one run more.
    #[must_use]
    pub fn with(&self, run_id: &str) -> Self {
        let runs = [self.runs.join(","), run_id.to_owned()].join(",");
        Self::from_query(Some(&runs), self.base.as_deref())
    }

    /// With a run one place further to the left or to the right.
    #[must_use]
    pub fn moved(&self, run_id: &str, right: bool) -> Self {
        let mut moved = self.clone();
        let place = moved.runs.iter().position(|id| id == run_id);
        let other = place.and_then(|place| if right { Some(place + 1) } else { place.checked_sub(1) });
        if let (Some(place), Some(other)) = (place, other.filter(|other| *other < moved.runs.len())) {
            moved.runs.swap(place, other);
        }
        moved
    }
}

/// A run at the head of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHead {
    pub run_id: String,
    pub name: String,
    /// Its colour, from 1; 0 for grey.
    pub series: usize,
    pub is_baseline: bool,
}

/// A metric of all runs.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricLine {
    pub key: String,
    pub label: String,
    /// Such as "lower is better"; empty where nobody knows.
    pub direction: &'static str,
    pub cells: Vec<MetricCell>,
}

/// A metric of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricCell {
    pub run_id: String,
    pub series: usize,
    /// Full precision.
    pub value: Option<String>,
    pub text: String,
    /// Against the baseline, in words: `−0.0339 better`.
    pub delta: String,
    pub tone: Tone,
    pub is_best: bool,
    /// Where it stands between the smallest (0) and the largest (1) of the row.
    pub place: Option<f64>,
}

/// Which way a difference goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Better,
    Worse,
    Plain,
}

impl Tone {
    /// Its class in the stylesheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Better => "delta delta-better",
            Self::Worse => "delta delta-worse",
            Self::Plain => "delta",
        }
    }
}

/// A setting of all runs; `differs` says where it is not the baseline's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamLine {
    pub key: String,
    pub cells: Vec<(String, bool)>,
}

/// What was found of a run against the baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictLine {
    pub run_id: String,
    pub name: String,
    pub series: usize,
    /// `better`, `worse`, `cannot tell`.
    pub verdict: &'static str,
    pub words: String,
}

/// In what a run's pipeline differs from the baseline's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineDiff {
    pub name: String,
    pub series: usize,
    /// The step's name and a sentence.
    pub changes: Vec<(&'static str, String)>,
}

/// The whole page.
#[derive(Debug, Clone, PartialEq)]
pub struct CompareView {
    pub heads: Vec<RunHead>,
    pub sentence: String,
    pub cautions: Vec<String>,
    pub metrics: Vec<MetricLine>,
    /// Label and value.
    pub same_metrics: Vec<(String, String)>,
    pub params: Vec<ParamLine>,
    pub same_params: Vec<(String, String)>,
    pub verdicts: Vec<VerdictLine>,
    pub pipelines: Vec<PipelineDiff>,
    /// When the runs ran, on what, and their tags.
    pub about: Vec<ParamLine>,
    /// What is not known of runs that were made elsewhere.
    pub elsewhere: Option<String>,
    pub markdown: String,
    pub tsv: String,
    pub latex: String,
}

/// Why runs that the address names are not on the page: so many are not kept.
#[must_use]
pub fn left_out(n_gone: usize) -> String {
    match n_gone {
        0 => String::new(),
        1 => "One of the runs is not kept in this browser any more.".to_owned(),
        n => format!("{n} of the runs are not kept in this browser any more."),
    }
}

/// The colour of the run at a place, from 1; 0 for grey.
#[must_use]
pub fn series(place: usize) -> usize {
    if place < COLOURS { place + 1 } else { 0 }
}

/// Compares runs with the one whose id is `base` (else the first).
#[must_use]
pub fn compare(runs: &[RunRecord], base: Option<&str>) -> CompareView {
    let baseline = runs.iter().position(|run| Some(run.info.run_id.as_str()) == base).unwrap_or(0);
    let found = compare_runs(runs, baseline);
    let heads = runs.iter().enumerate().map(|(place, run)| RunHead {
        run_id: run.info.run_id.clone(),
        name: run.info.run_name.clone(),
        series: series(place),
        is_baseline: place == baseline,
    });
    let differing: Vec<&str> = found.params.iter().map(|row| row.key.as_str()).collect();
    let same_params = keys(runs, |run| run.params.iter().map(|param| param.key.as_str()).collect())
        .into_iter()
        .filter(|key| !differing.contains(key))
        .filter_map(|key| {
            let value = runs.first()?.params.iter().find(|param| param.key == key)?;
            Some((key.to_owned(), value.value.clone()))
        })
        .collect();
    let params = found.params.iter().map(|row| {
        let base = row.values.get(baseline);
        let cell = |value: &Option<String>| (value.clone().unwrap_or_else(|| "–".into()), Some(value) != base);
        ParamLine { key: row.key.clone(), cells: row.values.iter().map(cell).collect() }
    });
    CompareView {
        metrics: metric_lines(&found, runs),
        same_metrics: same_metrics(&found, runs),
        params: params.collect(),
        same_params,
        verdicts: verdicts(&found, runs),
        pipelines: pipelines(runs, baseline),
        about: about(runs, baseline),
        elsewhere: elsewhere(runs),
        markdown: found.to_markdown(),
        tsv: found.to_tsv(),
        latex: found.to_latex(),
        heads: heads.collect(),
        sentence: found.sentence,
        cautions: found.cautions,
    }
}

fn keys<'a>(runs: &'a [RunRecord], of: impl Fn(&'a RunRecord) -> Vec<&'a str>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for key in runs.iter().flat_map(of) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// A metric's name with the rows that it is of.
#[must_use]
pub fn metric_title(key: &str) -> String {
    let rows = match key {
        key if key.starts_with("training_") => ", train",
        key if key.starts_with("cv_") => ", cross-validation",
        _ => "",
    };
    format!("{}{rows}", metric_label(key))
}

/// Metrics of the test rows first, then those of the folds, then those of the training rows.
fn rank(key: &str) -> usize {
    match key {
        key if key.starts_with("training_") => 2,
        key if key.starts_with("cv_") => 1,
        _ => 0,
    }
}

fn metric_lines(found: &Comparison, runs: &[RunRecord]) -> Vec<MetricLine> {
    let mut lines: Vec<MetricLine> = Vec::new();
    for row in &found.metrics {
        let known = || row.values.iter().flatten().copied().filter(|value| value.is_finite());
        let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        let cells = row.values.iter().zip(&row.differences).enumerate().map(|(place, (value, difference))| {
            let (delta, tone) = delta(place == found.baseline, *difference, row.larger_is_better);
            let at = value.filter(|value| value.is_finite() && high > low).map(|value| (value - low) / (high - low));
            MetricCell {
                run_id: runs.get(place).map(|run| run.info.run_id.clone()).unwrap_or_default(),
                series: series(place),
                value: value.map(exact),
                text: value.map_or_else(|| "–".into(), metric_text),
                delta,
                tone,
                is_best: row.best.contains(&place),
                place: at,
            }
        });
        lines.push(MetricLine {
            key: row.key.clone(),
            label: metric_title(&row.key),
            direction: match row.larger_is_better {
                Some(true) => "higher is better",
                Some(false) => "lower is better",
                None => "",
            },
            cells: cells.collect(),
        });
    }
    lines.sort_by_key(|line| rank(&line.key));
    lines
}

fn delta(is_baseline: bool, difference: Option<f64>, larger_is_better: Option<bool>) -> (String, Tone) {
    let Some(difference) = difference.filter(|_| !is_baseline) else {
        return (if is_baseline { "baseline".into() } else { String::new() }, Tone::Plain);
    };
    if difference == 0.0 {
        return ("the same".into(), Tone::Plain);
    }
    let sign = if difference > 0.0 { "+" } else { "" };
    let text = format!("{sign}{}", metric_text(difference));
    match larger_is_better {
        Some(larger) if larger == (difference > 0.0) => (format!("{text} better"), Tone::Better),
        Some(_) => (format!("{text} worse"), Tone::Worse),
        None => (text, Tone::Plain),
    }
}

fn same_metrics(found: &Comparison, runs: &[RunRecord]) -> Vec<(String, String)> {
    let is_same = |key: &&str| !found.metrics.iter().any(|row| row.key == **key);
    let all = keys(runs, |run| run.metrics.iter().map(|metric| metric.key.as_str()).collect());
    let value = |key: &str| latest(&runs.first()?.metrics, key).map(|metric| metric_text(metric.value));
    all.into_iter().filter(is_same).filter_map(|key| Some((metric_title(key), value(key)?))).collect()
}

fn verdicts(found: &Comparison, runs: &[RunRecord]) -> Vec<VerdictLine> {
    let judged = found.judged.iter().zip(runs).enumerate().filter_map(|(place, (judged, run))| {
        let judged = judged.as_ref()?;
        Some(VerdictLine {
            run_id: run.info.run_id.clone(),
            name: run.info.run_name.clone(),
            series: series(place),
            verdict: match judged.preference {
                Preference::B => "better",
                Preference::A => "worse",
                Preference::CannotTell => "cannot tell",
            },
            words: judged.words.clone(),
        })
    });
    judged.collect()
}

fn pipelines(runs: &[RunRecord], baseline: usize) -> Vec<PipelineDiff> {
    // Of a run that was made elsewhere nobody knows the pipeline: `elsewhere` says so.
    let Some(base) = runs.get(baseline).filter(|run| !run.is_made_elsewhere()) else { return Vec::new() };
    let others = runs.iter().enumerate().filter(|(place, run)| *place != baseline && !run.is_made_elsewhere());
    let changes = |run: &RunRecord| {
        let changes = diff(&base.spec, &run.spec).into_iter();
        changes.map(|change| (step_label(change.step), change.sentence)).collect()
    };
    others
        .map(|(place, run)| PipelineDiff {
            name: run.info.run_name.clone(),
            series: series(place),
            changes: changes(run),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::DataSplit;
    use crate::tracking::MetricRecord;
    use crate::tracking::suite::run_record;

    fn run(name: &str, rmse: f64, r2: f64) -> RunRecord {
        let metric = |key: &str, value: f64| MetricRecord {
            key: key.into(),
            name: key.trim_start_matches("training_").into(),
            split: if key.starts_with("training_") { DataSplit::Train } else { DataSplit::Test },
            value,
            timestamp: 0,
            step: 0,
        };
        let metrics = vec![metric("training_rmse", 1.0), metric("rmse", rmse), metric("r2", r2)];
        RunRecord { metrics, ..run_record(name, 0) }
    }

    #[test]
    fn an_address_holds_each_run_once_and_its_baseline() {
        let address = Address::from_query(Some("a,b, a,,c"), Some("b"));
        assert_eq!(address.runs, ["a", "b", "c"]);
        assert_eq!(address.path(), "/compare?runs=a,b,c&base=b");
        assert_eq!(address.without("b"), Address { runs: vec!["a".into(), "c".into()], base: None });
        assert_eq!(address.with("d").runs, ["a", "b", "c", "d"]);
        assert_eq!(address.moved("c", false).runs, ["a", "c", "b"]);
        assert_eq!(address.moved("c", true), address);
        assert_eq!(address.moved("a", false), address);
        assert_eq!(Address::from_query(Some("a"), Some("x")).base, None);
        let many: Vec<String> = (0..60).map(|n| n.to_string()).collect();
        assert_eq!(Address::from_query(Some(&many.join(",")), None).runs.len(), MOST);
    }

    #[test]
    fn metrics_say_what_is_better_and_equal_ones_are_folded() {
        let runs = [run("a", 1.2, 0.1), run("b", 1.1, 0.05), run("c", 1.3, 0.1)];
        let id = runs[0].info.run_id.clone();
        let view = compare(&runs, Some(&id));
        assert_eq!(view.same_metrics, [("RMSE, train".to_owned(), "1.0000".to_owned())]);
        let rmse = &view.metrics[0];
        assert_eq!((rmse.label.as_str(), rmse.direction), ("RMSE", "lower is better"));
        let deltas: Vec<(&str, Tone, bool)> =
            rmse.cells.iter().map(|cell| (cell.delta.as_str(), cell.tone, cell.is_best)).collect();
        assert_eq!(
            deltas,
            [
                ("baseline", Tone::Plain, false),
                ("−0.1000 better", Tone::Better, true),
                ("+0.1000 worse", Tone::Worse, false)
            ]
        );
        assert_eq!(rmse.cells[1].value.as_deref(), Some("1.1"));
        assert_eq!(
            rmse.cells.iter().map(|cell| cell.place.map(|at| (at * 10.0).round())).collect::<Vec<_>>(),
            [Some(5.0), Some(0.0), Some(10.0)]
        );
        assert_eq!(view.metrics[1].cells[1].delta, "−0.0500 worse");
        // Without folds nobody can tell, and that is said.
        assert_eq!(view.verdicts.iter().map(|line| line.verdict).collect::<Vec<_>>(), ["cannot tell"; 2]);
        assert!(view.markdown.contains("| rmse | 1.2 | **1.1** | 1.3 |"), "{}", view.markdown);
    }

    #[test]
    fn another_baseline_turns_the_differences_round() {
        let runs = [run("a", 1.2, 0.1), run("b", 1.1, 0.05)];
        let view = compare(&runs, Some(&runs[1].info.run_id));
        assert_eq!(view.metrics[0].cells[0].delta, "+0.1000 worse");
        assert!(view.heads[1].is_baseline && !view.heads[0].is_baseline);
        assert!(compare(&runs, Some("none")).heads[0].is_baseline);
    }

    #[test]
    fn a_run_that_was_made_elsewhere_is_compared_by_what_its_row_says() {
        let ours = run("a", 1.2, 0.1);
        let mut row = crate::tracking::RunSummary::from(&run("b", 1.1, 0.2));
        row.params.push(crate::tracking::Param { key: "max_depth".into(), value: "3".into() });
        let theirs = RunRecord::made_elsewhere(row);
        let view = compare(&[ours, theirs], None);
        assert!(view.metrics.iter().any(|line| line.key == "rmse" && line.cells[1].is_best));
        assert!(view.params.iter().any(|line| line.key == "max_depth"));
        assert_eq!(view.pipelines, []);
        assert!(view.elsewhere.is_some_and(|words| words.starts_with("b was not made here")));
        assert!(view.about.iter().any(|line| line.key == "Created" && line.cells.len() == 2));
        assert!(
            view.markdown.contains("b was made elsewhere: nobody here knows which rows judged it."),
            "{}",
            view.markdown
        );
    }

    #[test]
    fn pipelines_differ_in_sentences_and_settings_against_the_baseline() {
        let mut other = run("b", 1.1, 0.1);
        other.spec.split = None;
        other.params = crate::tracking::params_of(&other.spec);
        let runs = [run("a", 1.2, 0.1), other];
        let view = compare(&runs, None);
        assert_eq!(view.pipelines.len(), 1);
        assert_eq!(view.pipelines[0].changes[0].0, "Split");
        assert!(!view.params.is_empty());
        assert!(view.params.iter().all(|line| !line.cells[0].1 && line.cells[1].1));
        assert!(!view.same_params.is_empty());
    }
}
