//! scikit-learn's `KBinsDiscretizer`: numbers cut into bins.

use serde::{Deserialize, Serialize};

use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{FeaturesError, quantile};
use super::{NUMERIC, check_complete, check_size, columns_field, map_numbers, quoted};
use crate::base::{Param, ParamKind, Sum};
use crate::table::Column;

/// Where the edges are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinStrategy {
    /// Bins of one width.
    Uniform,
    /// Bins of equally many training rows (averaged inverted distribution function).
    #[default]
    Quantile,
    /// Halfway between the centres of k-means clusters.
    Kmeans,
}

/// What stands for a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BinsEncode {
    /// A column of 0 and 1 for each.
    #[default]
    Onehot,
    /// Its number, from 0.
    Ordinal,
}

/// Parameters of `KBinsDiscretizer` (all training rows count: its `subsample` is none).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KBinsDiscretizer {
    pub columns: Option<Vec<String>>,
    pub n_bins: u32,
    pub encode: BinsEncode,
    pub strategy: BinStrategy,
}

impl Default for KBinsDiscretizer {
    fn default() -> Self {
        Self { columns: None, n_bins: 5, encode: BinsEncode::Onehot, strategy: BinStrategy::Quantile }
    }
}

/// A fitted `KBinsDiscretizer`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedKBinsDiscretizer {
    pub feature_names_in: Vec<String>,
    /// For each column its edges, one more than bins; a constant column has one bin. Only the inner ones cut.
    pub bin_edges: Vec<Vec<f64>>,
    pub encode: BinsEncode,
}

impl Encoder for KBinsDiscretizer {
    type Fitted = FittedKBinsDiscretizer;
    const NAME: &'static str = "k_bins_discretizer";
    const LABEL: &'static str = "Bins";
    const GROUP: &'static str = "Curves";
    const HELP: &'static str = "Cuts numbers into bins: a step for each.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("n_bins", "Bins", ParamKind::Integer { min: 2, max: 1_000, optional: false }),
        Param::new(
            "encode",
            "As",
            ParamKind::Choice { options: &[("onehot", "a column of 0 and 1 each"), ("ordinal", "a number")] },
        ),
        Param::new(
            "strategy",
            "Edges",
            ParamKind::Choice {
                options: &[("quantile", "equally many rows"), ("uniform", "equal width"), ("kmeans", "clusters")],
            },
        ),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import KBinsDiscretizer";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn sentence(&self, columns: &str) -> String {
        let how = match self.strategy {
            BinStrategy::Uniform => "of equal width",
            BinStrategy::Quantile => "of equally many rows",
            BinStrategy::Kmeans => "around clusters",
        };
        let made = if self.encode == BinsEncode::Onehot { "a column of 0 and 1 each" } else { "numbered from 0" };
        format!("Cut {columns} into {} bins {how}, {made}.", self.n_bins)
    }

    fn python(&self) -> String {
        let encode = if self.encode == BinsEncode::Ordinal { "ordinal" } else { "onehot-dense" };
        let strategy = match self.strategy {
            BinStrategy::Uniform => "uniform",
            BinStrategy::Quantile => "quantile",
            BinStrategy::Kmeans => "kmeans",
        };
        let (encode, strategy) = (quoted(encode), quoted(strategy));
        format!("KBinsDiscretizer({}, encode={encode}, strategy={strategy}, subsample=None)", self.n_bins)
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedKBinsDiscretizer, FeaturesError> {
        let feature_names_in = training.names();
        let n_bins = self.n_bins as usize;
        let mut bin_edges = Vec::new();
        for column in &training.columns {
            check_complete(column)?;
            let n_made = feature_names_in.len() * if self.encode == BinsEncode::Onehot { n_bins } else { 1 };
            check_size(Self::NAME, &feature_names_in, n_made, column.len())?;
            let sorted = quantile::sorted(training.some_numbers(Self::NAME, column)?);
            bin_edges.push(self.edges(&sorted));
        }
        Ok(FittedKBinsDiscretizer { feature_names_in, bin_edges, encode: self.encode })
    }
}

impl KBinsDiscretizer {
    fn edges(&self, sorted: &[f64]) -> Vec<f64> {
        let (first, last) = (sorted.first().copied().unwrap_or(0.0), sorted.last().copied().unwrap_or(0.0));
        let n = self.n_bins as usize;
        if first == last {
            return vec![first, last];
        }
        let mut edges = match self.strategy {
            BinStrategy::Uniform => return quantile::linspace(first, last, n + 1),
            BinStrategy::Quantile => {
                let percents = quantile::linspace(0.0, 100.0, n + 1);
                percents.into_iter().map(|q| quantile::averaged_inverted_cdf(sorted, q / 100.0)).collect()
            }
            BinStrategy::Kmeans => {
                let centers = k_means(sorted, &quantile::linspace(first, last, n + 1));
                let between = centers.windows(2).map(|pair| pair.iter().sum::<f64>() * 0.5);
                [first].into_iter().chain(between).chain([last]).collect::<Vec<f64>>()
            }
        };
        // Bins that are too narrow are taken out.
        let mut previous = f64::NEG_INFINITY;
        edges.retain(|edge| {
            let keeps = edge - previous > 1e-8;
            // As numpy's ediff1d: against the edge before, kept or not.
            previous = *edge;
            keeps
        });
        edges
    }
}

/// scikit-learn's `KMeans` in one dimension from the middles of equally wide bins: Lloyd's iterations until nothing
/// changes or the centres move less than 1e-4 of the variance. Values ascend; so do the centres returned.
fn k_means(sorted: &[f64], uniform_edges: &[f64]) -> Vec<f64> {
    let (mean, variance, _) = super::standard_scaler::moments(sorted);
    let x: Vec<f64> = sorted.iter().map(|value| value - mean).collect();
    let mut centers: Vec<f64> = uniform_edges.windows(2).map(|pair| pair.iter().sum::<f64>() * 0.5 - mean).collect();
    let mut labels: Vec<usize> = Vec::new();
    for _ in 0..300 {
        let assigned = assign(&x, &centers);
        let mut moved = means(&x, &assigned, &centers);
        let is_settled = assigned == labels;
        let shift: f64 = moved.iter().zip(&centers).map(|(new, old)| (new - old) * (new - old)).sum();
        std::mem::swap(&mut centers, &mut moved);
        labels = assigned;
        if is_settled || shift <= 1e-4 * variance {
            break;
        }
    }
    quantile::sorted(centers.into_iter().map(|center| center + mean).collect())
}

/// The nearest centre of each value, by scikit-learn's form of the distance, whose rounding decides ties.
fn assign(x: &[f64], centers: &[f64]) -> Vec<usize> {
    let nearest = |value: &f64| {
        let distances = centers.iter().map(|center| center * center - 2.0 * (value * center)).enumerate();
        distances.reduce(|best, next| if next.1 < best.1 { next } else { best }).map_or(0, |(place, _)| place)
    };
    x.iter().map(nearest).collect()
}

/// The mean of each cluster; an empty one takes the value that lies farthest from its centre.
fn means(x: &[f64], labels: &[usize], centers: &[f64]) -> Vec<f64> {
    let mut sums = vec![Sum::default(); centers.len()];
    let mut counts = vec![0.0_f64; centers.len()];
    for (value, label) in x.iter().zip(labels) {
        sums.get_mut(*label).into_iter().for_each(|sum| sum.add(*value));
        counts.get_mut(*label).into_iter().for_each(|count| *count += 1.0);
    }
    let empty: Vec<usize> = counts.iter().enumerate().filter(|(_, count)| **count == 0.0).map(|(i, _)| i).collect();
    if !empty.is_empty() {
        let distance = |row: usize| {
            let center = labels.get(row).and_then(|label| centers.get(*label)).copied().unwrap_or(0.0);
            (x.get(row).copied().unwrap_or(0.0) - center).abs()
        };
        let mut farthest: Vec<usize> = (0..x.len()).collect();
        farthest.sort_by(|a, b| distance(*b).total_cmp(&distance(*a)));
        for (cluster, row) in empty.into_iter().zip(farthest) {
            let (Some(value), Some(old)) = (x.get(row), labels.get(row)) else { continue };
            sums.get_mut(*old).into_iter().for_each(|sum| sum.add(-value));
            counts.get_mut(*old).into_iter().for_each(|count| *count -= 1.0);
            sums.get_mut(cluster).into_iter().for_each(|sum| sum.add(*value));
            counts.get_mut(cluster).into_iter().for_each(|count| *count += 1.0);
        }
    }
    let each = sums.into_iter().zip(counts).zip(centers);
    each.map(|((sum, count), old)| if count > 0.0 { sum.value() / count } else { *old }).collect()
}

impl Fitted for FittedKBinsDiscretizer {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        columns.iter().try_for_each(|column| check_complete(column))?;
        let each = columns.iter().zip(&self.bin_edges).map(|(column, edges)| {
            let inner = edges.get(1..edges.len().saturating_sub(1)).unwrap_or_default();
            let bin = |x: f64| inner.partition_point(|edge| *edge <= x);
            if self.encode == BinsEncode::Ordinal {
                return map_numbers(column, |x| bin(x) as f64);
            }
            let mut made = vec![vec![0.0; column.len()]; inner.len() + 1];
            for (row, x) in column.numbers().unwrap_or_default().iter().enumerate() {
                let cell = made.get_mut(bin(*x)).and_then(|cells| cells.get_mut(row));
                cell.into_iter().for_each(|cell| *cell = 1.0);
            }
            let named = made.into_iter().enumerate();
            named.map(|(place, cells)| Column::float(format!("{}_{place}.0", column.name), cells)).collect()
        });
        Ok(each.collect())
    }
}
