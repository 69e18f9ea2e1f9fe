//! Two versions of a dataset: what changed in its columns and in what they hold.

use super::tables::short;
use crate::base::sorted_by;
use crate::ingest::{ColumnProfile, Histogram, IngestSummary};
use crate::tracking::DatasetRecord;

/// What makes one version of a dataset of another.
#[derive(Debug, Clone, PartialEq)]
pub struct DatasetDrift {
    pub rows: (u64, u64),
    /// Columns that only the new version has.
    pub added: Vec<String>,
    /// Columns that only the old version has.
    pub removed: Vec<String>,
    /// Whether columns that both have are in another order.
    pub reordered: bool,
    /// Columns that both have, those that changed most first.
    pub columns: Vec<ColumnDrift>,
    /// In words.
    pub sentence: String,
}

/// What changed in a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDrift {
    pub name: String,
    /// The types, where they differ.
    pub retyped: Option<(String, String)>,
    /// For numbers Cohen's d, `(mean₂ − mean₁) / pooled sd`; for categories Cohen's w of the table of
    /// both versions with equal weight, `√Σ (p₂ − p₁)² / (2·(p₁ + p₂))`, from 0 to 1. `None` where there is nothing to
    /// compare.
    pub effect: Option<f64>,
    pub magnitude: Magnitude,
    /// Population stability index, `Σ (p₂ − p₁)·ln(p₂ / p₁)`, over at most ten groups of about equal size in the old
    /// version; shares below 0.0001 count as 0.0001.
    pub psi: Option<f64>,
    /// Shares of missing cells.
    pub missing: (f64, f64),
    /// In words.
    pub sentence: String,
}

/// How much an effect is, by Cohen's limits: 0.2, 0.5 and 0.8 for d; 0.1, 0.3 and 0.5 for w.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Magnitude {
    Negligible,
    Small,
    Medium,
    Large,
}

impl Magnitude {
    fn of(effect: f64, limits: [f64; 3]) -> Self {
        let [small, medium, large] = limits;
        match effect.abs() {
            size if size >= large => Self::Large,
            size if size >= medium => Self::Medium,
            size if size >= small => Self::Small,
            _ => Self::Negligible,
        }
    }

    /// As a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Negligible => "negligible",
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
        }
    }
}

/// Compares two versions by their profiles.
#[must_use]
pub fn dataset_drift(old: &IngestSummary, new: &IngestSummary) -> DatasetDrift {
    let names = |summary: &IngestSummary| -> Vec<String> { summary.columns.iter().map(|c| c.name.clone()).collect() };
    let (before, after) = (names(old), names(new));
    let without = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| !others.contains(name)).cloned().collect()
    };
    let (added, removed) = (without(&after, &before), without(&before, &after));
    let common = |names: &[String], others: &[String]| -> Vec<String> {
        names.iter().filter(|name| others.contains(name)).cloned().collect()
    };
    let reordered = common(&before, &after) != common(&after, &before);
    let pairs = old
        .columns
        .iter()
        .filter_map(|column| Some((column, new.columns.iter().find(|other| other.name == column.name)?)));
    let columns: Vec<ColumnDrift> = pairs.map(|(a, b)| column_drift(a, b)).collect();
    let weight = |column: &ColumnDrift| {
        let missing = (column.missing.1 - column.missing.0).abs();
        (column.retyped.is_some(), column.magnitude, column.effect.map_or(0.0, f64::abs).max(missing))
    };
    let columns = sorted_by(columns, |a, b| {
        let (a, b) = (weight(a), weight(b));
        b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(b.2.total_cmp(&a.2))
    });
    let sentence = sentence(old, new, &added, &removed, &columns);
    DatasetDrift { rows: (old.rows, new.rows), added, removed, reordered, columns, sentence }
}

fn column_drift(a: &ColumnProfile, b: &ColumnProfile) -> ColumnDrift {
    let share = |column: &ColumnProfile| {
        let all = column.count + column.missing;
        if all == 0 { 0.0 } else { column.missing as f64 / all as f64 }
    };
    let missing = (share(a), share(b));
    let retyped = (a.data_type != b.data_type).then(|| (format!("{:?}", a.data_type), format!("{:?}", b.data_type)));
    let (effect, magnitude, psi) = if retyped.is_some() {
        (None, Magnitude::Negligible, None)
    } else if let (Some(of_a), Some(of_b)) = (&a.histogram, &b.histogram) {
        let d = cohens_d(a, b);
        (d, d.map_or(Magnitude::Negligible, |d| Magnitude::of(d, [0.2, 0.5, 0.8])), psi_of_numbers(of_a, of_b))
    } else if !a.top.is_empty() && !b.top.is_empty() {
        let shares = category_shares(a, b);
        let of_both = shares.iter().filter(|(p, q)| p + q > 0.0);
        let w = of_both.map(|(p, q)| (q - p).powi(2) / (2.0 * (p + q))).sum::<f64>().sqrt();
        (Some(w), Magnitude::of(w, [0.1, 0.3, 0.5]), Some(psi(&shares)))
    } else {
        (None, Magnitude::Negligible, None)
    };
    let mut words = Vec::new();
    if let Some((from, to)) = &retyped {
        words.push(format!("is {} instead of {}", to.to_lowercase(), from.to_lowercase()));
    }
    if let (Some(effect), Some(psi)) = (effect, psi)
        && magnitude > Magnitude::Negligible
    {
        let means = match (a.mean, b.mean, &a.histogram) {
            (Some(a), Some(b), Some(_)) => format!("its mean went from {} to {}: ", short(a), short(b)),
            _ => "its values are distributed differently: ".to_owned(),
        };
        let letter = if a.histogram.is_some() { "d" } else { "w" };
        words.push(format!("{means}a {} effect ({letter} = {effect:.2}, PSI {psi:.2})", magnitude.as_str()));
    }
    if (missing.1 - missing.0).abs() >= 0.01 {
        let percent = |share: f64| short((share * 1000.0).round() / 10.0);
        words.push(format!("{} % instead of {} % of its cells are missing", percent(missing.1), percent(missing.0)));
    }
    let sentence = match words.is_empty() {
        true => format!("{} is about the same.", a.name),
        false => format!("{}: {}.", a.name, words.join("; ")),
    };
    ColumnDrift { name: a.name.clone(), retyped, effect, magnitude, psi, missing, sentence }
}

fn cohens_d(a: &ColumnProfile, b: &ColumnProfile) -> Option<f64> {
    let (mean_a, mean_b, sd_a, sd_b) = (a.mean?, b.mean?, a.sd?, b.sd?);
    let (n_a, n_b) = (a.count as f64, b.count as f64);
    let pooled = (((n_a - 1.0) * sd_a.powi(2) + (n_b - 1.0) * sd_b.powi(2)) / (n_a + n_b - 2.0)).sqrt();
    if pooled > 0.0 {
        Some((mean_b - mean_a) / pooled)
    } else {
        // Two constants are the same or as different as can be.
        Some(if mean_a == mean_b { 0.0 } else { f64::INFINITY.copysign(mean_b - mean_a) })
    }
}

/// Shares of at most ten groups of about equal size in `a`, made of its bins; `b` is laid over them in proportion.
fn psi_of_numbers(a: &Histogram, b: &Histogram) -> Option<f64> {
    let total: u64 = a.counts.iter().sum();
    let total_b: u64 = b.counts.iter().sum();
    if total == 0 || total_b == 0 {
        return None;
    }
    let width = (a.max - a.min) / a.counts.len() as f64;
    let (mut shares, mut in_group, mut reached) = (Vec::new(), 0_u64, 0.0);
    for (place, count) in a.counts.iter().enumerate() {
        in_group += count;
        let is_last = place + 1 == a.counts.len();
        if in_group as f64 >= total as f64 / 10.0 || is_last {
            // The ends are open.
            let edge = if is_last { f64::INFINITY } else { a.min + width * (place + 1) as f64 };
            let below = share_below(b, edge);
            shares.push((in_group as f64 / total as f64, below - reached));
            (in_group, reached) = (0, below);
        }
    }
    Some(psi(&shares))
}

fn share_below(histogram: &Histogram, edge: f64) -> f64 {
    let total: u64 = histogram.counts.iter().sum();
    let width = (histogram.max - histogram.min) / histogram.counts.len() as f64;
    let below = histogram.counts.iter().enumerate().map(|(place, count)| {
        let start = histogram.min + width * place as f64;
        let share = if width > 0.0 { ((edge - start) / width).clamp(0.0, 1.0) } else { f64::from(edge > start) };
        *count as f64 * share
    });
    below.sum::<f64>() / total as f64
}

/// Shares of the values that are frequent in either, and of all others together.
fn category_shares(a: &ColumnProfile, b: &ColumnProfile) -> Vec<(f64, f64)> {
    let count = |column: &ColumnProfile, value: &str| {
        column.top.iter().find(|top| top.value == value).map(|top| top.count as f64)
    };
    // A value that is frequent in one alone may be just below the others' ten: it counts with the rest.
    let both = a.top.iter().filter(|top| count(b, &top.value).is_some() || b.distinct <= b.top.len() as u64);
    let only_new = b.top.iter().filter(|top| count(a, &top.value).is_none() && a.distinct <= a.top.len() as u64);
    let (n_a, n_b) = ((a.count as f64).max(1.0), (b.count as f64).max(1.0));
    let share = |value: &str| (count(a, value).unwrap_or(0.0) / n_a, count(b, value).unwrap_or(0.0) / n_b);
    let mut shares: Vec<(f64, f64)> = both.chain(only_new).map(|top| share(&top.value)).collect();
    let rest = |of: fn(&(f64, f64)) -> f64| 1.0 - shares.iter().map(of).sum::<f64>();
    let others = (rest(|pair| pair.0), rest(|pair| pair.1));
    if others.0 > 1e-9 || others.1 > 1e-9 {
        shares.push((others.0.max(0.0), others.1.max(0.0)));
    }
    shares
}

/// Shares below count as this, so that the logarithm is finite.
const FLOOR: f64 = 1e-4;

/// Population stability index of shares of the same groups, before and after.
#[must_use]
pub fn psi(shares: &[(f64, f64)]) -> f64 {
    let term = |(p, q): &(f64, f64)| {
        let (p, q) = (p.max(FLOOR), q.max(FLOOR));
        (q - p) * (q / p).ln()
    };
    shares.iter().map(term).sum()
}

fn sentence(
    old: &IngestSummary,
    new: &IngestSummary,
    added: &[String],
    removed: &[String],
    columns: &[ColumnDrift],
) -> String {
    let mut words = Vec::new();
    if old.rows != new.rows {
        words.push(format!("{} rows instead of {}", new.rows, old.rows));
    }
    for (names, verb) in [(added, "added"), (removed, "removed")] {
        match names {
            [] => {}
            [name] => words.push(format!("the column {name} {verb}")),
            names => words.push(format!("{} columns {verb}", names.len())),
        }
    }
    let drifted = |column: &&ColumnDrift| column.retyped.is_some() || column.magnitude > Magnitude::Small;
    let drifted: Vec<&str> = columns.iter().filter(drifted).map(|column| column.name.as_str()).collect();
    match drifted.as_slice() {
        [] => {}
        [name] => words.push(format!("{name} changed most")),
        [first, _] => words.push(format!("{first} and one more column changed much")),
        [first, rest @ ..] => words.push(format!("{first} and {} more columns changed much", rest.len())),
    }
    if words.is_empty() { "Nothing of note changed.".into() } else { format!("{}.", words.join(", ")) }
}

/// The versions of a file that were opened: the same name, other content; the one used last comes last.
#[must_use]
pub fn file_versions<'a>(datasets: &'a [DatasetRecord], name: &str) -> Vec<&'a DatasetRecord> {
    let versions = datasets.iter().filter(|dataset| dataset.name == name).collect();
    sorted_by(versions, |a: &&DatasetRecord, b| a.last_used.cmp(&b.last_used))
}
