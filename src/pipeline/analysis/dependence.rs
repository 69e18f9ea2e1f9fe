//! Partial dependence: the mean prediction when a column has one value in all training rows (Friedman 2001), at the values
//! that scikit-learn's `partial_dependence` goes through.

use super::super::Stop;
use super::prepared::{Prepared, Trained};
use super::words::{list, number};
use super::{AnalysisError, Bars, DependenceResult, Line, Pace, Said};
use crate::base::{mean, sorted_by};
use crate::diagnostics::partial_dependence;
use crate::estimators::Model;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME, Table};

/// Where each value needs all rows encoded again, at most so many rows are, evenly spaced.
const MOST_ROWS: usize = 20_000;

pub(super) async fn dependence<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    feature: &str,
    n_points: u32,
) -> Result<DependenceResult, Stop> {
    let trained = prepared.train(pace).await?;
    let column = input(&trained, prepared, feature)?;
    let train = &prepared.rows.train;
    let mean_prediction = mean(&trained.predict(&trained.whole, train));
    let (rows, is_sample) = sample(train);
    let brute =
        Brute { trained: &trained, table: prepared.plain.take_rows(&rows), all: (0..).take(rows.len()).collect() };
    let mut notes = Vec::new();
    let (mut line, mut bars, mut deciles) = (None, None, Vec::new());
    if let ColumnData::Category { codes, labels } = &*column.data {
        let chosen = categories(codes, labels, train, n_points as usize);
        let mut found = Bars::default();
        for (done, label) in chosen.iter().enumerate() {
            let codes = vec![0; rows.len()];
            let data = ColumnData::Category { codes, labels: vec![label.clone()] };
            found.values.push(brute.mean_with(Column::new(feature, column.data_type, data))?);
            pace.breathe(done as u64 + 1, chosen.len() as u64).await?;
        }
        found.names = chosen;
        bars = Some(found);
    } else {
        let values = numbers(column, train).ok_or_else(|| AnalysisError::NoValues { name: feature.to_owned() })?;
        let x = grid(&values, n_points as usize);
        deciles = (1..10).map(|tenth| quantile(&values, f64::from(tenth) / 10.0)).collect();
        let y = match exact(prepared, &trained, feature, &x) {
            Some(y) => y,
            None => {
                let mut y = Vec::with_capacity(x.len());
                for (done, value) in x.iter().enumerate() {
                    y.push(brute.mean_with(constant(column, *value, rows.len()))?);
                    pace.breathe(done as u64 + 1, x.len() as u64).await?;
                }
                if is_sample {
                    notes.push(format!("Over {MOST_ROWS} of the training rows, evenly spaced."));
                }
                y
            }
        };
        line = Some(Line { name: feature.to_owned(), x, y, ..Line::default() });
    }
    let n_values = line.as_ref().map_or(0, |line| line.x.len()) + bars.as_ref().map_or(0, |bars| bars.names.len());
    if n_values < 2 {
        return Err(AnalysisError::ConstantFeature { name: feature.to_owned() }.into());
    }
    let sentence = sentence(feature, &prepared.spec.features.target, line.as_ref(), bars.as_ref(), column.data_type);
    let said = Said { sentence, notes };
    Ok(DependenceResult { said, feature: feature.to_owned(), line, bars, deciles, mean_prediction })
}

/// The column of this name, if the pipeline predicts from it.
fn input<'a>(trained: &Trained, prepared: &'a Prepared<'_>, feature: &str) -> Result<&'a Column, AnalysisError> {
    let is_input = trained.features.inputs.iter().any(|input| input.name == feature);
    prepared.plain.column(feature).filter(|_| is_input).ok_or_else(|| {
        let known: Vec<String> = trained.features.inputs.iter().map(|input| input.name.clone()).collect();
        AnalysisError::NoFeature { name: feature.to_owned(), known: list(&known, 8) }
    })
}

/// Mean predictions by encoding the rows again.
struct Brute<'a> {
    trained: &'a Trained,
    table: Table,
    all: Vec<u32>,
}

impl Brute<'_> {
    fn mean_with(&self, column: Column) -> Result<f64, Stop> {
        let matrix = self.trained.features.features(&self.table.with_column(column))?;
        Ok(mean(&self.trained.predict(&matrix, &self.all)))
    }
}

/// Without encoders and transforms a linear model's line is known in closed form.
fn exact(prepared: &Prepared<'_>, trained: &Trained, feature: &str, grid: &[f64]) -> Option<Vec<f64>> {
    let Model::Linear(model) = &trained.model else { return None };
    let place = model.features.iter().position(|name| name == feature)?;
    let features = &prepared.spec.features;
    // Of a weighted fit, R knows the weighted means.
    if !features.encoders.is_empty() || features.target_transform.is_some() || prepared.weights().is_some() {
        return None;
    }
    let means: Vec<f64> = trained.r.means().into_iter().take(model.coef.len()).collect();
    let points = partial_dependence(model, &means, place, grid).ok()?;
    Some(points.into_iter().map(|(_, y)| y).collect())
}

fn sample(train: &[u32]) -> (Vec<u32>, bool) {
    let (n, kept) = (train.len(), train.len().min(MOST_ROWS));
    let rows = (0..kept).filter_map(|i| train.get(i * n / kept.max(1)).copied()).collect();
    (rows, kept < n)
}

/// The values of the training rows, ascending, without missing ones; dates in milliseconds. `None` for text.
fn numbers(column: &Column, train: &[u32]) -> Option<Vec<f64>> {
    let mut values: Vec<f64> = match &*column.data {
        ColumnData::Number(values) => train.iter().filter_map(|row| values.get(*row as usize).copied()).collect(),
        ColumnData::Timestamp(times) => {
            let times = train.iter().filter_map(|row| times.get(*row as usize).copied());
            times.filter(|time| *time != MISSING_TIME).map(|time| time as f64).collect()
        }
        _ => return None,
    };
    values.retain(|value| value.is_finite());
    values.sort_unstable_by(f64::total_cmp);
    Some(values)
}

/// A column of one value.
fn constant(column: &Column, value: f64, n: usize) -> Column {
    let data = match &*column.data {
        ColumnData::Timestamp(_) => ColumnData::Timestamp(vec![value as i64; n]),
        _ => ColumnData::Number(vec![value; n]),
    };
    Column::new(column.name.clone(), column.data_type, data)
}

/// scikit-learn's grid: all values where they are fewer than `n_points`, else `n_points` from the 5 % to the 95 % quantile.
fn grid(sorted: &[f64], n_points: usize) -> Vec<f64> {
    let mut unique = sorted.to_vec();
    unique.dedup();
    if unique.len() < n_points {
        return unique;
    }
    let (from, to) = (empirical_quantile(sorted, 0.05), empirical_quantile(sorted, 0.95));
    if from == to {
        // Nearly all rows have one value: then all there are, at most so many.
        let n = unique.len();
        return (0..n_points).filter_map(|i| unique.get(i * (n - 1) / (n_points - 1).max(1)).copied()).collect();
    }
    let step = (to - from) / (n_points.saturating_sub(1).max(1)) as f64;
    (0..n_points).map(|i| if i + 1 == n_points { to } else { from + i as f64 * step }).collect()
}

/// SciPy's `mquantiles` with its α = β = 0.4.
fn empirical_quantile(sorted: &[f64], p: f64) -> f64 {
    let n = sorted.len() as f64;
    let place = n * p + 0.4 + p * 0.2;
    let k = place.clamp(1.0, (n - 1.0).max(1.0)).floor();
    let gamma = (place - k).clamp(0.0, 1.0);
    let at = |place: f64| sorted.get((place.max(1.0) as usize - 1).min(sorted.len().saturating_sub(1)));
    match (at(k), at(k + 1.0)) {
        (Some(low), Some(high)) => (1.0 - gamma) * low + gamma * high,
        _ => f64::NAN,
    }
}

/// numpy's linear quantile.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(0.0);
    at(place.floor()) + (at(place.ceil()) - at(place.floor())) * place.fract()
}

/// The categories of the training rows in order; of more than `most`, the commonest.
fn categories(codes: &[u16], labels: &[String], train: &[u32], most: usize) -> Vec<String> {
    let mut counts = vec![0_u64; labels.len()];
    for code in train.iter().filter_map(|row| codes.get(*row as usize)).filter(|code| **code != MISSING_CODE) {
        counts.get_mut(usize::from(*code)).into_iter().for_each(|count| *count += 1);
    }
    let found: Vec<(u64, &String)> = counts.into_iter().zip(labels).filter(|(count, _)| *count > 0).collect();
    let commonest = sorted_by(found, |a, b| b.0.cmp(&a.0));
    let chosen: Vec<&String> = commonest.into_iter().take(most).map(|(_, label)| label).collect();
    sorted_by(chosen, |a, b| a.cmp(b)).into_iter().cloned().collect()
}

fn sentence(feature: &str, target: &str, line: Option<&Line>, bars: Option<&Bars>, data_type: DataType) -> String {
    if let Some(bars) = bars {
        let pairs = || bars.names.iter().zip(&bars.values);
        let low = pairs().min_by(|a, b| a.1.total_cmp(b.1));
        let high = pairs().max_by(|a, b| a.1.total_cmp(b.1));
        let (Some((low, least)), Some((high, most))) = (low, high) else { return String::new() };
        return format!(
            "By {feature} alone, the mean prediction of {target} goes from {} ({low}) to {} ({high}).",
            number(*least),
            number(*most)
        );
    }
    let ends = line.and_then(|line| Some((line.x.first()?, line.x.last()?, line.y.first()?, line.y.last()?)));
    let Some((from, to, first, last)) = ends else { return String::new() };
    let shown = |value: f64| match data_type {
        DataType::Timestamp => crate::table::timestamp_text(value as i64),
        _ => number(value),
    };
    format!(
        "When {feature} goes from {} to {} and all else stays, the mean prediction of {target} goes from {} to {}.",
        shown(*from),
        shown(*to),
        number(*first),
        number(*last)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_are_all_taken_and_many_are_cut_at_their_quantiles() {
        assert_eq!(grid(&[1.0, 1.0, 2.0, 4.0], 5), [1.0, 2.0, 4.0]);
        // scipy.stats.mstats.mquantiles(np.arange(1, 21), [.05, .95]) = [1.41, 19.59]
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        let found = grid(&values, 3);
        for (found, expected) in found.iter().zip([1.41, 10.5, 19.59]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }

    #[test]
    fn categories_are_those_of_the_training_rows() {
        let labels = ["b", "a", "c"].map(String::from);
        assert_eq!(categories(&[0, 1, 0, 2, MISSING_CODE], &labels, &[0, 1, 2, 4], 5), ["a", "b"]);
        assert_eq!(categories(&[0, 1, 0, 2], &labels, &[0, 1, 2, 3], 1), ["b"]);
    }
}
