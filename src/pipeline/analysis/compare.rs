//! Two pipelines on the same folds of the same training rows, held against each other by the corrected resampled t-test.

use super::super::{PipelineSpec, Stop};
use super::folds::{cross_validate, folds_of};
use super::prepared::Prepared;
use super::words::{number, percent};
use super::{AnalysisError, CompareResult, Pace, Said};
use crate::evaluate::CLASS_METRICS;
use crate::table::{Column, Table};
use crate::validation::{CvSummary, compare as t_test};

pub(super) async fn compare<P: Pace>(
    pace: &P,
    table: &Table,
    prepared: &Prepared<'_>,
    other: &PipelineSpec,
    metric: &str,
) -> Result<CompareResult, Stop> {
    if other.ingest != prepared.spec.ingest {
        return Err(AnalysisError::OtherIngest.into());
    }
    let second = Prepared::new(pace, table, None, other).await?;
    check_rows(prepared, &second)?;
    let of_classes = CLASS_METRICS.iter().any(|(name, _)| *name == metric);
    if let Some(of_numbers) = [prepared, &second].iter().find(|one| of_classes && !one.estimator.is_classifier()) {
        let (metric, model) = (metric.to_owned(), of_numbers.estimator.label().to_owned());
        return Err(AnalysisError::NotOfClasses { metric, model }.into());
    }
    let folds = folds_of(prepared)?;
    let train = &prepared.rows.train;
    let of_a = cross_validate(pace, prepared, train, &folds, of_classes).await?;
    let of_b = cross_validate(pace, &second, train, &folds, of_classes).await?;
    let (a, b) = (values(&of_a, metric)?, values(&of_b, metric)?);
    let n = folds.len().max(1) as f64;
    let n_train = (0..folds.len()).map(|fold| folds.n_train(fold) as f64).sum::<f64>() / n;
    let n_test = (0..folds.len()).map(|fold| folds.test(fold).len() as f64).sum::<f64>() / n;
    let names = (prepared.estimator.label(), second.estimator.label());
    let names = if names.0 == names.1 { ("the first pipeline", "the second pipeline") } else { names };
    let confidence = prepared.spec.evaluate.confidence;
    let comparison = t_test(metric, (names.0, &a), (names.1, &b), (n_train, n_test), confidence)?;
    let chance = match comparison.p {
        Some(p) if p < 0.001 => {
            " Without a real difference, so large a one would be seen in less than 0.1 % of cases.".into()
        }
        Some(p) => format!(
            " Without a real difference, so large a one would be seen in {} of cases.",
            percent((p * 1e3).round() / 1e3)
        ),
        None => String::new(),
    };
    let sentence = format!("{}{chance}", capital(&comparison.verdict));
    let means = format!(
        "Mean {metric} over {n} folds: {} and {}.",
        number(a.iter().sum::<f64>() / n),
        number(b.iter().sum::<f64>() / n)
    );
    Ok(CompareResult { said: Said { sentence, notes: vec![means] }, comparison, a, b })
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The same target, and as far as can be told the same rows.
fn check_rows(a: &Prepared<'_>, b: &Prepared<'_>) -> Result<(), AnalysisError> {
    let names = (&a.spec.features.target, &b.spec.features.target);
    if names.0 != names.1 {
        return Err(AnalysisError::OtherTarget { a: names.0.clone(), b: names.1.clone() });
    }
    let target = |of: &Prepared<'_>| of.table.column(names.0).and_then(Column::numbers).map(<[f64]>::to_vec);
    if a.table.n_rows() == b.table.n_rows() && target(a) == target(b) {
        return Ok(());
    }
    Err(AnalysisError::OtherRows { a: a.table.n_rows() as u64, b: b.table.n_rows() as u64 })
}

fn values(summary: &CvSummary, metric: &str) -> Result<Vec<f64>, AnalysisError> {
    let n = summary.folds.len() as u64;
    if n < summary.n_folds {
        return Err(AnalysisError::TooManyFolds { found: summary.n_folds, most: n });
    }
    let values = summary.of_folds(metric);
    if (values.len() as u64) < n {
        return Err(AnalysisError::Undefined { metric: metric.to_owned() });
    }
    Ok(values)
}
