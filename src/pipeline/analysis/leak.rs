//! A rule that looks at rows which are later the test, side by side with the same rule behind the split.

use std::rc::Rc;

use super::super::{PipelineSpec, Remedy, Stop, remedy};
use super::prepared::Prepared;
use super::words::number;
use super::{AnalysisError, LeakResult, Pace, Said};
use crate::clean::Cleaning;
use crate::evaluate::{DataSplit, EvaluateSummary};
use crate::table::Table;

pub(super) async fn leak<P: Pace>(pace: &P, table: &Table, spec: &PipelineSpec, rule: u32) -> Result<LeakResult, Stop> {
    let number = rule + 1;
    let mut cleaning = Cleaning::new(table, &spec.clean);
    while cleaning.step()? {
        pace.breathe(0, spec.clean.len() as u64).await?;
    }
    let (cleaned, summary) = cleaning.finish();
    let effect = summary.effects.get(rule as usize).ok_or(AnalysisError::NoRule { number })?;
    let mended = match remedy(spec, rule as usize, effect, &summary.columns) {
        Some(Remedy::Fit(mended)) => mended.spec,
        Some(Remedy::Words(why)) => return Err(AnalysisError::NoRemedy { number, why }.into()),
        None => return Err(AnalysisError::NoLeak { number }.into()),
    };
    let now = Prepared::new(pace, table, Some(Rc::new(cleaned)), spec).await?;
    let now = now.evaluate(pace, &now.train(pace).await?).await?;
    let then = Prepared::new(pace, table, None, &mended).await?;
    let then = then.evaluate(pace, &then.train(pace).await?).await?;
    let mut result = LeakResult {
        said: Said { sentence: sentence(&now, &then), notes: Vec::new() },
        rule: effect.sentence.clone(),
        metrics: Vec::new(),
        as_it_is: Vec::new(),
        behind_the_split: Vec::new(),
        mended,
    };
    for metric in now.metrics.iter().filter(|metric| metric.split == DataSplit::Test) {
        let other = then.metric(&metric.name, DataSplit::Test).and_then(|metric| metric.value);
        if let (Some(value), Some(other)) = (metric.value, other) {
            result.metrics.push(metric.name.clone());
            result.as_it_is.push(value);
            result.behind_the_split.push(other);
        }
    }
    Ok(result)
}

fn sentence(now: &EvaluateSummary, then: &EvaluateSummary) -> String {
    let part = if now.is_on_training_rows() { "training" } else { "test" };
    let of =
        |summary: &EvaluateSummary, name: &str| summary.metric(name, DataSplit::Test).and_then(|metric| metric.value);
    let (name, sign) = if of(now, "r2").is_some() { ("r2", 1.0) } else { ("rmse", -1.0) };
    let shown = if name == "r2" { "R²" } else { "RMSE" };
    let (Some(before), Some(after)) = (of(now, name), of(then, name)) else {
        return format!("The {part} rows are too few to tell.");
    };
    let gain = sign * (before - after);
    let values = if before == after {
        number(after)
    } else {
        // As many decimals as it takes to see the difference.
        let decimals = usize::try_from((1 - gain.abs().log10().floor() as i32).clamp(2, 12)).unwrap_or(3);
        format!("{after:.decimals$} instead of {before:.decimals$}")
    };
    let head = format!("With the rule behind the split, {shown} on the {part} rows is {values}");
    match gain {
        _ if gain.abs() <= 1e-12 * before.abs() => format!("{head}: the leak changes nothing that could be seen here."),
        gain if gain > 0.0 => format!("{head}: the leak made the model look better than it is by {}.", number(gain)),
        gain => format!("{head}: looking at the {part} rows did not even help; it cost {}.", number(-gain)),
    }
}
