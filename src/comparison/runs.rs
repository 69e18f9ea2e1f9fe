//! Runs side by side: what differs, which is best, and whether that is more than noise.

use super::rows::{Judged, judge, judging_metric, same_test_rows};
use super::tables::short;
use crate::tracking::{RunRecord, latest};
use crate::validation::Preference;

/// Two runs or more, against one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The place of the run that the others are compared with.
    pub baseline: usize,
    /// The runs' names, in order.
    pub names: Vec<String>,
    /// The result in words.
    pub sentence: String,
    /// Why numbers of these runs should not be compared, one a run.
    pub cautions: Vec<String>,
    /// Params that are not the same in all.
    pub params: Vec<ParamRow>,
    pub n_same_params: usize,
    /// Metrics that are not the same in all.
    pub metrics: Vec<MetricRow>,
    pub n_same_metrics: usize,
    /// All coefficients of the models, aligned by feature: those of the baseline in its order, then further ones.
    pub coefficients: Vec<CoefficientRow>,
    /// Each run against the baseline; `None` for the baseline itself and where nothing can be said.
    pub judged: Vec<Option<Judged>>,
}

/// A param of each run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamRow {
    pub key: String,
    pub values: Vec<Option<String>>,
}

/// A metric of each run.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricRow {
    /// MLflow's name, as `rmse`, `training_rmse`, `cv_rmse`.
    pub key: String,
    pub values: Vec<Option<f64>>,
    /// Less the baseline's.
    pub differences: Vec<Option<f64>>,
    /// `None` where nobody knows which way is better, or the runs were not judged on the same rows.
    pub larger_is_better: Option<bool>,
    /// Which runs have the best value; empty where there is no better.
    pub best: Vec<usize>,
}

/// A coefficient of each run's model.
#[derive(Debug, Clone, PartialEq)]
pub struct CoefficientRow {
    pub name: String,
    pub values: Vec<Option<f64>>,
}

/// Which way is better for a metric of this name; `None` for one that is not known.
#[must_use]
pub fn larger_is_better(name: &str) -> Option<bool> {
    const LARGER: [&str; 10] = [
        "r2",
        "adj_r2",
        "explained_variance",
        "score",
        "accuracy",
        "balanced_accuracy",
        "precision",
        "recall",
        "f1",
        "roc_auc",
    ];
    const SMALLER: [&str; 7] = ["rmse", "mae", "mse", "medae", "max_error", "mape", "log_loss"];
    let name = ["training_", "cv_"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    match (LARGER.contains(&name), SMALLER.contains(&name)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Compares runs with the one at `baseline` (the first, where there is none of this number).
#[must_use]
pub fn compare_runs(runs: &[RunRecord], baseline: usize) -> Comparison {
    let baseline = if baseline < runs.len() { baseline } else { 0 };
    let names: Vec<String> = runs.iter().map(|run| run.info.run_name.clone()).collect();
    let (params, n_same_params) = params(runs);
    let (mut metrics, n_same_metrics) = metrics(runs, baseline);
    let against = |place: usize| Some((runs.get(baseline)?, runs.get(place).filter(|_| place != baseline)?));
    let mut cautions: Vec<String> = Vec::new();
    for (base, run) in (0..runs.len()).filter_map(against) {
        let Err(caution) = same_test_rows(base, run) else { continue };
        cautions.push(caution);
        // What must not be compared is not called better either. Of runs made elsewhere nobody knows.
        if !base.is_made_elsewhere() && !run.is_made_elsewhere() {
            metrics.iter_mut().for_each(|row| (row.larger_is_better, row.best) = (None, Vec::new()));
        }
    }
    let judged: Vec<Option<Judged>> = (0..runs.len())
        .map(|place| against(place).and_then(|(base, run)| judge(base, run, judging_metric(base, run)).ok()))
        .collect();
    let sentence = sentence(&names, baseline, &metrics, &cautions, &judged);
    Comparison {
        baseline,
        names,
        sentence,
        cautions,
        params,
        n_same_params,
        metrics,
        n_same_metrics,
        coefficients: coefficients(runs, baseline),
        judged,
    }
}

/// Keys in the order in which they first appear.
fn keys<'a>(lists: impl Iterator<Item = Vec<&'a str>>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = Vec::new();
    for key in lists.flatten() {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn params(runs: &[RunRecord]) -> (Vec<ParamRow>, usize) {
    let keys = keys(runs.iter().map(|run| run.params.iter().map(|param| param.key.as_str()).collect()));
    let total = keys.len();
    let row = |key: &str| {
        let value = |run: &RunRecord| run.params.iter().find(|param| param.key == key).map(|param| param.value.clone());
        ParamRow { key: key.to_owned(), values: runs.iter().map(value).collect() }
    };
    let mut rows: Vec<ParamRow> = keys.into_iter().map(row).collect();
    rows.retain(|row| row.values.iter().any(|value| Some(value) != row.values.first()));
    let n_same = total - rows.len();
    (rows, n_same)
}

fn metrics(runs: &[RunRecord], baseline: usize) -> (Vec<MetricRow>, usize) {
    let keys = keys(runs.iter().map(|run| run.metrics.iter().map(|metric| metric.key.as_str()).collect()));
    let total = keys.len();
    let mut rows: Vec<MetricRow> = keys
        .into_iter()
        .map(|key| {
            let values: Vec<Option<f64>> =
                runs.iter().map(|run| latest(&run.metrics, key).map(|metric| metric.value)).collect();
            let base = values.get(baseline).copied().flatten();
            let differences = values.iter().map(|value| Some((*value)? - base?)).collect();
            let larger = larger_is_better(key);
            let best = larger.map_or_else(Vec::new, |larger| best(&values, larger));
            MetricRow { key: key.to_owned(), values, differences, larger_is_better: larger, best }
        })
        .collect();
    rows.retain(|row| row.values.iter().any(|value| Some(value) != row.values.first()));
    let n_same = total - rows.len();
    (rows, n_same)
}

fn best(values: &[Option<f64>], larger: bool) -> Vec<usize> {
    let known = || values.iter().flatten().copied().filter(|value| !value.is_nan());
    let best = if larger { known().reduce(f64::max) } else { known().reduce(f64::min) };
    (0..values.len()).filter(|place| best.is_some() && values.get(*place).copied().flatten() == best).collect()
}

fn coefficients(runs: &[RunRecord], baseline: usize) -> Vec<CoefficientRow> {
    let of = |run: &RunRecord| run.training().map_or_else(Vec::new, |training| training.coefficients.clone());
    let all: Vec<_> = runs.iter().map(of).collect();
    let order = all.get(baseline).into_iter().chain(&all);
    let names = keys(order.map(|list| list.iter().map(|coefficient| coefficient.name.as_str()).collect()));
    let row = |name: &str| {
        let value = |list: &Vec<crate::estimators::Coefficient>| {
            list.iter().find(|coefficient| coefficient.name == name).map(|coefficient| coefficient.value)
        };
        CoefficientRow { name: name.to_owned(), values: all.iter().map(value).collect() }
    };
    names.into_iter().map(row).collect()
}

/// The metric that the sentence is of: the first that all runs have, else the first that any has.
fn deciding(metrics: &[MetricRow]) -> Option<&MetricRow> {
    const KEYS: [&str; 7] = ["rmse", "mae", "r2", "accuracy", "cv_rmse", "cv_r2", "cv_accuracy"];
    let rows = || KEYS.iter().filter_map(|key| metrics.iter().find(|row| row.key == *key));
    rows().find(|row| row.values.iter().all(Option::is_some)).or_else(|| rows().next())
}

fn sentence(
    names: &[String],
    baseline: usize,
    metrics: &[MetricRow],
    cautions: &[String],
    judged: &[Option<Judged>],
) -> String {
    let name = |place: usize| names.get(place).map_or("", String::as_str);
    if names.len() < 2 {
        return "Choose two runs or more to compare.".into();
    }
    if let Some(caution) = cautions.first() {
        return format!("These runs were not judged on the same rows: {caution} Their metrics are not comparable.");
    }
    let Some(row) = deciding(metrics) else {
        let same = if metrics.is_empty() { "All metrics are the same." } else { "Only some metrics differ." };
        return format!("Nothing tells these runs apart by rmse, mae, r2 or accuracy. {same}");
    };
    // Candidates of a sweep have been judged by folds only.
    let what = match row.key.strip_prefix("cv_") {
        Some(key) => format!("{key} over the folds"),
        None => row.key.clone(),
    };
    let Some(best) = row.best.first().copied() else {
        return format!("No run has a value of {what}.");
    };
    if row.best.contains(&baseline) {
        let clear = judged.iter().flatten().filter(|judged| judged.preference == Preference::A).count();
        let others = names.len() - 1;
        return match others {
            1 => match judged.iter().flatten().next() {
                Some(judged) => format!("{} has the best {what}. {}", name(baseline), judged.words),
                None => format!("{} has the best {what}.", name(baseline)),
            },
            _ => {
                let lead = match clear {
                    0 => "its lead over each of the others may be noise".to_owned(),
                    _ if clear == others => format!("its lead over all {others} others is more than noise"),
                    _ => format!("its lead over {clear} of {others} others is more than noise"),
                };
                format!("The baseline {} has the best {what}; {lead}.", name(baseline))
            }
        };
    }
    let difference = row.differences.get(best).copied().flatten().unwrap_or_default();
    let lead = format!(
        "{} has the best {what}: {} {} than the baseline {}.",
        name(best),
        short(difference.abs()),
        if difference < 0.0 { "less" } else { "more" },
        name(baseline)
    );
    match judged.get(best).and_then(Option::as_ref) {
        Some(judged) => format!("{lead} {}", judged.words),
        None => lead,
    }
}
