//! How inputs and predictions are spread over the training rows, in small: what requests to a deployed model are held against.

use serde::{Deserialize, Serialize};

use super::InputColumn;
use super::cell::coerce;
use crate::table::{Column, ColumnData, MISSING_CODE, MISSING_TIME, Table};

/// Quantiles that are kept of a number: every 2.5 %.
const KNOTS: usize = 40;
/// Categories that are counted by name, the most frequent ones.
const CATEGORIES: usize = 40;
/// Training rows that are looked at: an even choice, which places a quantile as well as anybody needs it.
const ROWS: usize = 20_000;

/// Values by cells: numbers by quantiles of the training rows, categories by name. The last cell counts what is missing, the one
/// before it what no other cell takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spread {
    /// How many values lie above the knot before and not above this one. Few different values are all knots.
    Numbers { knots: Vec<f64>, counts: Vec<u64>, missing: u64 },
    /// By frequency.
    Categories { labels: Vec<String>, counts: Vec<u64>, other: u64, missing: u64 },
}

/// The training rows of a model.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reference {
    /// One an input, in order; `None` for text, and where every cell is missing.
    pub inputs: Vec<Option<Spread>>,
    /// Of the predictions, in the target's own units.
    pub prediction: Option<Spread>,
}

impl Reference {
    /// The rows of `train` that are looked at.
    #[must_use]
    pub fn rows(train: &[u32]) -> Vec<u32> {
        train.iter().copied().step_by(train.len().div_ceil(ROWS).max(1)).collect()
    }

    /// Of the inputs in these rows of a clean table, and what the model predicts for them.
    #[must_use]
    pub fn of(inputs: &[InputColumn], table: &Table, rows: &[u32], predictions: &[f64]) -> Self {
        Self::with(Self::of_inputs(inputs, table, rows), predictions)
    }

    /// The part that no model changes.
    #[must_use]
    pub fn of_inputs(inputs: &[InputColumn], table: &Table, rows: &[u32]) -> Vec<Option<Spread>> {
        let spread = |input: &InputColumn| Spread::of(&table.column(&input.name)?.take(rows));
        inputs.iter().map(spread).collect()
    }

    /// Inputs with what the model predicts for them.
    #[must_use]
    pub fn with(inputs: Vec<Option<Spread>>, predictions: &[f64]) -> Self {
        Self { inputs, prediction: Spread::of_numbers(predictions) }
    }

    /// Adds the rows of a table that was predicted for, and their predictions, to counts in the cells of each input and, last,
    /// of the prediction.
    pub fn count(&self, inputs: &[InputColumn], table: &Table, predictions: &[f64], counts: &mut Vec<Vec<u64>>) {
        counts.resize_with(self.inputs.len() + 1, Vec::new);
        for ((spread, input), counts) in self.inputs.iter().zip(inputs).zip(counts.iter_mut()) {
            let column = table.column(&input.name).and_then(|column| coerce(column, input.data_type).ok());
            if let (Some(spread), Some(column)) = (spread, column) {
                spread.count(&column, counts);
            }
        }
        if let (Some(spread), Some(counts)) = (&self.prediction, counts.last_mut()) {
            spread.count_numbers(predictions.iter().copied(), counts);
        }
    }
}

impl Spread {
    /// Of a column; `None` for text, and where every cell is missing.
    fn of(column: &Column) -> Option<Self> {
        match &*column.data {
            ColumnData::Number(values) => Self::of_numbers(values),
            ColumnData::Timestamp(times) => {
                Self::of_numbers(&times.iter().map(|time| moment(*time)).collect::<Vec<_>>())
            }
            ColumnData::Category { codes, labels } => {
                let mut counts = vec![0; labels.len()];
                for code in codes {
                    counts.get_mut(usize::from(*code)).into_iter().for_each(|count| *count += 1);
                }
                let mut named: Vec<(&String, u64)> =
                    labels.iter().zip(counts).filter(|(_, count)| *count > 0).collect();
                named.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
                let other = named.iter().skip(CATEGORIES).map(|(_, count)| count).sum();
                named.truncate(CATEGORIES);
                let (labels, counts) = named.into_iter().map(|(label, count)| (label.clone(), count)).unzip();
                let missing = column.n_missing() as u64;
                (missing < codes.len() as u64).then_some(Self::Categories { labels, counts, other, missing })
            }
            ColumnData::Text { .. } => None,
        }
    }

    /// Of numbers; NaN and infinities are missing.
    fn of_numbers(values: &[f64]) -> Option<Self> {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let n = sorted.len();
        let mut knots = sorted.clone();
        knots.dedup();
        if knots.len() > KNOTS {
            knots = (1..=KNOTS).filter_map(|part| sorted.get((n * part).div_ceil(KNOTS) - 1).copied()).collect();
            knots.dedup();
        }
        let upto: Vec<usize> = knots.iter().map(|knot| sorted.partition_point(|value| value <= knot)).collect();
        let before = std::iter::once(&0).chain(&upto);
        let counts = before.zip(&upto).map(|(before, upto)| (upto - before) as u64).collect();
        (n > 0).then_some(Self::Numbers { knots, counts, missing: (values.len() - n) as u64 })
    }

    /// The counts of the training rows, cell by cell.
    #[must_use]
    pub fn counts(&self) -> Vec<u64> {
        match self {
            Self::Numbers { counts, missing, .. } => [counts.as_slice(), &[0, *missing]].concat(),
            Self::Categories { counts, other, missing, .. } => [counts.as_slice(), &[*other, *missing]].concat(),
        }
    }

    fn n_named(&self) -> usize {
        match self {
            Self::Numbers { counts, .. } | Self::Categories { counts, .. } => counts.len(),
        }
    }

    fn count(&self, column: &Column, counts: &mut Vec<u64>) {
        match (&*column.data, self) {
            (ColumnData::Number(values), _) => self.count_numbers(values.iter().copied(), counts),
            (ColumnData::Timestamp(times), _) => self.count_numbers(times.iter().map(|time| moment(*time)), counts),
            (ColumnData::Category { codes, labels }, Self::Categories { labels: known, .. }) => {
                counts.resize(known.len() + 2, 0);
                let place = |label: &String| known.iter().position(|known| known == label).unwrap_or(known.len());
                let places: Vec<usize> = labels.iter().map(place).collect();
                for code in codes {
                    let place = if *code == MISSING_CODE { None } else { places.get(usize::from(*code)) };
                    let place = place.copied().unwrap_or(known.len() + 1);
                    counts.get_mut(place).into_iter().for_each(|count| *count += 1);
                }
            }
            _ => {}
        }
    }

    fn count_numbers(&self, values: impl Iterator<Item = f64>, counts: &mut Vec<u64>) {
        let Self::Numbers { knots, .. } = self else { return };
        counts.resize(self.n_named() + 2, 0);
        for value in values {
            let place = if value.is_nan() { knots.len() + 1 } else { knots.partition_point(|knot| *knot < value) };
            counts.get_mut(place).into_iter().for_each(|count| *count += 1);
        }
    }
}

fn moment(time: i64) -> f64 {
    if time == MISSING_TIME { f64::NAN } else { time as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::DataType;

    #[test]
    fn few_values_are_counted_one_by_one_and_many_by_quantiles() {
        let few = Spread::of_numbers(&[2.0, 1.0, f64::NAN, 2.0, f64::INFINITY]).unwrap();
        assert_eq!(few, Spread::Numbers { knots: vec![1.0, 2.0], counts: vec![1, 2], missing: 2 });
        assert_eq!(few.counts(), [1, 2, 0, 2]);
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        let Some(Spread::Numbers { knots, counts, .. }) = Spread::of_numbers(&values) else { panic!() };
        assert_eq!((knots.len(), knots[0], knots[39]), (40, 24.0, 999.0));
        assert!(counts.iter().all(|count| *count == 25), "{counts:?}");
        // Half of the values are alike: one knot for many quantiles.
        let heavy: Vec<f64> = values.iter().map(|value| value.max(500.0)).collect();
        let Some(Spread::Numbers { knots, counts, .. }) = Spread::of_numbers(&heavy) else { panic!() };
        assert_eq!((knots[0], counts[0], counts.iter().sum::<u64>()), (500.0, 501, 1000));
        assert_eq!(Spread::of_numbers(&[f64::NAN]), None);
    }

    #[test]
    fn requests_are_counted_in_the_cells_of_the_training_rows() {
        let category = |name: &str, codes: Vec<u16>, labels: &[&str]| {
            let labels = labels.iter().map(|label| (*label).to_owned()).collect();
            Column::new(name, DataType::Category, ColumnData::Category { codes, labels })
        };
        let training = Table::new(
            vec![Column::float("price", vec![1.0, 2.0, 3.0]), category("state", vec![1, 1, 0], &["RJ", "SP"])],
            3,
        );
        let input = |name: &str, data_type| InputColumn { name: name.into(), data_type, seen: None };
        let inputs = [input("price", DataType::Float), input("state", DataType::Category)];
        let reference = Reference::of(&inputs, &training, &[0, 1, 2], &[10.0, 20.0, 20.0]);
        let asked = Table::new(
            vec![
                category("state", vec![0, 1, MISSING_CODE], &["MG", "SP"]),
                Column::float("price", vec![2.5, 9.0, f64::NAN]),
            ],
            3,
        );
        let mut counts = Vec::new();
        reference.count(&inputs, &asked, &[10.0, 15.0, 30.0], &mut counts);
        assert_eq!(counts, [vec![0, 0, 1, 1, 1], vec![1, 0, 1, 1], vec![1, 1, 1, 0]]);
        assert_eq!(Reference::rows(&(0..50_000).collect::<Vec<_>>()).len(), 16_667);
    }
}
