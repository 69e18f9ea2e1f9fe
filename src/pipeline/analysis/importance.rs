//! Permutation importance of the columns that a pipeline predicts from, before encoding, as scikit-learn's of a pipeline.

use super::super::Stop;
use super::prepared::{Prepared, Trained};
use super::words::{count, list, number};
use super::{Bars, ImportanceResult, Pace, Said};
use crate::base::sorted_by;
use crate::estimators::Model;
use crate::evaluate::Task;
use crate::table::{Column, Table};
use crate::validation::{FeatureImportance, PermutationImportance, Permuting, ValidationError};

pub(super) async fn importance<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    (n_repeats, random_state): (u32, u32),
) -> Result<ImportanceResult, Stop> {
    let trained = prepared.train(pace).await?;
    let rows = prepared.judged();
    let names: Vec<String> = trained.features.inputs.iter().map(|input| input.name.clone()).collect();
    let predicted = trained.predict(&trained.whole, rows);
    let target = trained.whole.target_original();
    let task = Task::of(trained.model.classes());
    let Some(scorer) = task.scorer(task.default_metric()) else {
        return Err(ValidationError::UnknownMetric { name: task.default_metric().to_owned() }.into());
    };
    let asked = (scorer, n_repeats, random_state);
    let found = match &trained.model {
        Model::Linear(model) if prepared.spec.features.encoders.is_empty() => {
            let columns = trained.whole.columns();
            let permuting = Permuting::new(&names, &columns, target, rows, &predicted, asked)?;
            let mut linear = Vec::with_capacity(rows.len());
            model.predict_into(&trained.whole, rows, &mut linear);
            // A linear prediction changes by the coefficient times the change of the cell.
            shuffle(pace, permuting, |feature, cells, shuffled| {
                let coef = model.coef.get(feature).copied().unwrap_or(0.0);
                let changed = linear.iter().zip(cells.iter().zip(shuffled));
                let changed = changed.map(|(of, (cell, shuffled))| of + coef * (shuffled - cell));
                changed.map(|prediction| trained.features.inverse_target(prediction)).collect()
            })
            .await?
        }
        _ => {
            // The places of the judged rows are shuffled in a column's stead, then its cells are taken from there.
            let mut places = vec![f64::NAN; prepared.plain.n_rows()];
            for (place, row) in rows.iter().enumerate() {
                places.get_mut(*row as usize).into_iter().for_each(|at| *at = place as f64);
            }
            let columns = vec![places.as_slice(); names.len()];
            let judged = prepared.plain.take_rows(rows);
            let permuting = Permuting::new(&names, &columns, target, rows, &predicted, asked)?;
            let shuffled = |feature: usize, _: &[f64], order: &[f64]| {
                let order: Vec<u32> = order.iter().map(|place| *place as u32).collect();
                let column = names.get(feature).and_then(|name| judged.column(name));
                column.map(|column| predict(&trained, &judged, column.take(&order))).unwrap_or_default()
            };
            shuffle(pace, permuting, shuffled).await?
        }
    };
    let on_test_rows = !prepared.rows.test.is_empty();
    Ok(of(found, on_test_rows, rows.len() as u64))
}

/// Predictions with another column in place; nothing where the encoders refuse it.
fn predict(trained: &Trained, table: &Table, column: Column) -> Vec<f64> {
    let all: Vec<u32> = (0..).take(table.n_rows()).collect();
    match trained.features.features(&table.with_column(column)) {
        Ok(matrix) => trained.predict(&matrix, &all),
        Err(_) => Vec::new(),
    }
}

async fn shuffle<P: Pace>(
    pace: &P,
    mut permuting: Permuting<'_>,
    predict: impl Fn(usize, &[f64], &[f64]) -> Vec<f64>,
) -> Result<PermutationImportance, Stop> {
    while permuting.step(&predict) {
        let (done, total) = permuting.progress();
        pace.breathe(done, total).await?;
    }
    Ok(permuting.finish())
}

fn of(found: PermutationImportance, on_test_rows: bool, n_rows: u64) -> ImportanceResult {
    let features = found.features.into_iter().filter(|feature| feature.mean.is_finite()).collect();
    let sorted: Vec<FeatureImportance> = sorted_by(features, |a, b| b.mean.total_cmp(&a.mean));
    let metric = if found.metric == "r2" { "R²".to_owned() } else { found.metric.clone() };
    let part = if on_test_rows { "test" } else { "training" };
    let on = count(n_rows, &format!("{part} row"));
    // Beyond two standard deviations of its shuffles.
    let idle = |feature: &&FeatureImportance| feature.mean <= 2.0 * feature.sd || feature.mean <= 0.0;
    let unused: Vec<String> = sorted.iter().filter(idle).map(|feature| feature.name.clone()).collect();
    let sentence = match sorted.first() {
        Some(first) if unused.len() < sorted.len() => {
            let rest = match unused.len() {
                0 => String::new(),
                _ => format!(" {} can hardly be missed.", list(&unused, 3)),
            };
            format!(
                "{} matters most: shuffled, {metric} on {on} falls from {} by {}.{rest}",
                first.name,
                number(found.score),
                number(first.mean)
            )
        }
        _ => format!(
            "No column matters: {metric} on {on} is {} and shuffling changes it no more than by chance.",
            number(found.score)
        ),
    };
    ImportanceResult {
        said: Said { sentence, notes: Vec::new() },
        bars: Bars {
            names: sorted.iter().map(|feature| feature.name.clone()).collect(),
            values: sorted.iter().map(|feature| feature.mean).collect(),
            lo: sorted.iter().map(|feature| feature.mean - feature.sd).collect(),
            hi: sorted.iter().map(|feature| feature.mean + feature.sd).collect(),
        },
        metric: found.metric,
        score: found.score,
        on_test_rows,
    }
}
