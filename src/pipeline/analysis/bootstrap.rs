//! Coefficients over resampled training rows, and metrics over resampled test rows.

use super::super::Stop;
use super::folds::solver;
use super::prepared::Prepared;
use super::words::{count, list, number, percent};
use super::{AnalysisError, Bars, BootstrapResult, Pace, Said};
use crate::estimators::{Model, fit_weighted};
use crate::evaluate::Task;
use crate::validation::{BootstrapInterval, Bootstrapping, MetricBootstrapping};

/// Cells that are worked on between two turns.
const CELLS: usize = 1 << 18;

pub(super) async fn bootstrap<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    (n_bootstrap, random_state, confidence): (u32, u32, f64),
) -> Result<BootstrapResult, Stop> {
    let trained = prepared.train(pace).await?;
    let (model, train) = (&trained.model, &prepared.rows.train);
    if matches!(model, Model::Constant(_)) {
        return Err(AnalysisError::NoCoefficients { model: prepared.estimator.label().to_owned() }.into());
    }
    let mut boot = Bootstrapping::new(&trained.matrix, train, n_bootstrap, random_state)?;
    let (weights, estimator) = (prepared.weights(), prepared.estimator);
    let from_r = weights.is_none() && estimator.solves_from_r();
    let solve = solver(estimator);
    let fit = |rows: &[u32]| {
        fit_weighted(estimator, &trained.matrix, rows, weights.clone()).map(|fit| {
            let model = fit.summary.model;
            (model.coef().to_vec(), model.intercept())
        })
    };
    let a_step = (CELLS / (train.len() * (trained.matrix.n_features() + 1)).max(1)).max(1);
    loop {
        let more = if from_r { boot.step(a_step, &solve)? } else { boot.step_rows(1, fit)? };
        let (done, total) = boot.progress();
        pace.breathe(done, total).await?;
        if !more {
            break;
        }
    }
    let of_coefficients = boot.finish(confidence)?;
    let rows = prepared.judged();
    let (actual, predicted) = (trained.actual(rows), trained.predict(&trained.whole, rows));
    let n_features = trained.whole.n_features();
    let task = Task::of(model.classes());
    let mut judging = MetricBootstrapping::new(&actual, &predicted, (task, n_features), n_bootstrap, random_state)?;
    while judging.step((CELLS / rows.len().max(1)).max(1)) {
        let (done, total) = judging.progress();
        pace.breathe(done, total).await?;
    }
    let of_metrics = judging.finish(confidence)?;
    let own = |name: &str| task.scorer(name).and_then(|scorer| scorer.score(&actual, &predicted, n_features));
    let has_intercept = estimator.fit_intercept();
    let own_coefficients = [model.intercept()].into_iter().chain(model.coef().iter().copied()).map(Some);
    let mut coefficients: Vec<(&BootstrapInterval, Option<f64>)> =
        of_coefficients.intervals.iter().zip(own_coefficients).collect();
    if !has_intercept {
        coefficients.remove(0);
    }
    let standard_errors = coefficients.iter().filter_map(|(interval, _)| interval.se).collect();
    let coefficients = bars(coefficients.into_iter());
    let metrics = bars(of_metrics.intervals.iter().map(|interval| (interval, own(&interval.name))));
    let said = Said {
        sentence: sentence(&coefficients, &metrics, &of_coefficients, prepared),
        notes: notes(prepared, of_coefficients.n_failed),
    };
    Ok(BootstrapResult {
        said,
        coefficients,
        standard_errors,
        metrics,
        n_bootstrap: of_coefficients.n_resamples,
        n_failed: of_coefficients.n_failed,
        confidence,
    })
}

fn bars<'a>(intervals: impl Iterator<Item = (&'a BootstrapInterval, Option<f64>)>) -> Bars {
    let mut bars = Bars::default();
    for (interval, value) in intervals {
        let Some(value) = value else { continue };
        bars.names.push(interval.name.clone());
        bars.values.push(value);
        bars.lo.push(interval.lo);
        bars.hi.push(interval.hi);
    }
    bars
}

fn sentence(
    coefficients: &Bars,
    metrics: &Bars,
    summary: &crate::validation::BootstrapSummary,
    prepared: &Prepared<'_>,
) -> String {
    let features = coefficients.names.iter().zip(coefficients.lo.iter().zip(&coefficients.hi));
    let features: Vec<_> = features.filter(|(name, _)| *name != "(intercept)").collect();
    let clear: Vec<String> =
        features.iter().filter(|(_, (lo, hi))| **lo > 0.0 || **hi < 0.0).map(|(name, _)| (*name).clone()).collect();
    let width = percent(summary.confidence);
    let of = count(summary.n_resamples, "resample");
    let first = match (clear.len(), features.len()) {
        (0, _) => format!("Over {of}, no coefficient keeps clear of 0: every {width} interval has it inside."),
        (k, n) if k == n => format!("Over {of}, every coefficient keeps clear of 0 at {width}."),
        _ => format!("Over {of}, the {width} intervals of {} keep clear of 0, the others do not.", list(&clear, 4)),
    };
    let part = if prepared.rows.test.is_empty() { "training" } else { "test" };
    let headline = metrics.names.iter().position(|name| name == "r2" || name == "accuracy");
    let name = headline.and_then(|place| metrics.names.get(place)).map_or("", String::as_str);
    let name = match name {
        "r2" => "R²",
        _ => "Accuracy",
    };
    let shown =
        headline.and_then(|place| Some((metrics.values.get(place)?, metrics.lo.get(place)?, metrics.hi.get(place)?)));
    let second = shown.map_or_else(String::new, |(value, lo, hi)| {
        format!(" {name} on the {part} rows is {} ({} to {}).", number(*value), number(*lo), number(*hi))
    });
    first + &second
}

fn notes(prepared: &Prepared<'_>, n_failed: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if !prepared.spec.features.encoders.is_empty() {
        notes.push("The encoders stay as they were fitted on the training rows; the estimator is fitted again.".into());
    }
    if n_failed > 0 {
        notes.push(format!("{} had no fit and are left out.", count(n_failed, "resample")));
    }
    notes
}
