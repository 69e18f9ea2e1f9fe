//! Whether what is asked is still what the model was trained on: a population stability index, and a test beside it.

use serde::{Deserialize, Serialize};

use crate::comparison::psi;
use crate::diagnostics::distributions::{chi2, kolmogorov};
use crate::features::{InputColumn, Reference, Spread};
use crate::table::DataType;

/// Below so many rows there is no verdict: chance alone gives a PSI of about 9/n over ten groups.
pub const MIN_ROWS: u64 = 200;
/// A PSI below it is about the same.
const SAME: f64 = 0.1;
/// Groups of a PSI, besides the missing cells.
const GROUPS: u64 = 10;
/// Expected counts below it are put together, as χ² wants it.
const EXPECTED: f64 = 5.0;

/// What to say of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    TooFew,
    Same,
    Moved,
    Drifted,
}

/// A two-sample test of training rows and requests; missing cells are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Kolmogorov–Smirnov: the largest distance of the two distribution functions at the quantiles that are kept, and the
    /// p-value of Kolmogorov's limit, which errs on the side of no difference.
    Ks { d: f64, p: f64 },
    /// χ² of the table of categories.
    Chi2 { chi2: f64, df: u32, p: f64 },
}

/// What moved, from training to requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// The median, to the next quantile that is kept; dates as milliseconds since 1970.
    Median { from: f64, to: f64, is_date: bool },
    /// The category whose share moved most; `None` is all that training has not by name.
    Share { label: Option<String>, from: f64, to: f64 },
}

/// How far an input, or the prediction, is from its training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// `None` is the prediction.
    pub input: Option<String>,
    pub psi: f64,
    /// `None` where one side has no values, or both have but one.
    pub test: Option<Test>,
    pub moved: Option<Moved>,
    /// Shares of missing cells, in training and in requests.
    pub missing: (f64, f64),
    pub verdict: Verdict,
}

/// Each input and, last, the prediction, over counts in the cells of the reference; what drifted most comes first.
#[must_use]
pub fn drift(reference: &Reference, inputs: &[InputColumn], counts: &[Vec<u64>], threshold: f64) -> Vec<Drift> {
    let names = inputs.iter().map(|input| (Some(input.name.clone()), input.data_type == DataType::Timestamp));
    let spreads = reference.inputs.iter().chain(std::iter::once(&reference.prediction));
    let all = names.chain(std::iter::once((None, false))).zip(spreads).zip(counts);
    let mut found: Vec<Drift> = all
        .filter_map(|(((input, is_date), spread), counts)| one(input, is_date, spread.as_ref()?, counts, threshold))
        .collect();
    found.sort_by(|a, b| b.psi.total_cmp(&a.psi));
    found
}

fn one(input: Option<String>, is_date: bool, spread: &Spread, asked: &[u64], threshold: f64) -> Option<Drift> {
    let trained = spread.counts();
    let n_rows: u64 = asked.iter().sum();
    if n_rows == 0 || trained.len() != asked.len() {
        return None;
    }
    let psi = spread_psi(spread, asked);
    let (known, missing) = trained.split_at(trained.len() - 1);
    let (values, gaps) = asked.split_at(asked.len() - 1);
    let share = |missing: &[u64], known: &[u64]| {
        let missing = missing.iter().sum::<u64>() as f64;
        missing / (missing + known.iter().sum::<u64>() as f64)
    };
    let (test, moved) = match spread {
        Spread::Numbers { knots, .. } => (ks(known, values), median(knots, known, values, is_date)),
        Spread::Categories { labels, .. } => (chi_squared(known, values), most_moved(labels, known, values)),
    };
    let verdict = match psi {
        _ if n_rows < MIN_ROWS => Verdict::TooFew,
        psi if psi >= threshold => Verdict::Drifted,
        psi if psi >= SAME.min(threshold) => Verdict::Moved,
        _ => Verdict::Same,
    };
    Some(Drift { input, psi, test, moved, missing: (share(missing, known), share(gaps, values)), verdict })
}

/// Over the deciles of training (numbers; the ends are open), or the nine most frequent categories and the rest; missing cells
/// are a group of their own.
pub(super) fn spread_psi(spread: &Spread, asked: &[u64]) -> f64 {
    let trained = spread.counts();
    let n_known = trained.len().saturating_sub(1);
    let known: u64 = trained.iter().take(n_known).sum();
    let mut groups: Vec<(u64, u64)> = Vec::new();
    let (mut group, mut before) = ((0, 0), 0);
    for (trained, asked) in trained.iter().zip(asked).take(n_known) {
        group = (group.0 + trained, group.1 + asked);
        let is_full = match spread {
            Spread::Numbers { .. } => {
                let decile = before * GROUPS / known.max(1) + 1;
                decile < GROUPS && (before + group.0) * GROUPS >= decile * known
            }
            Spread::Categories { .. } => groups.len() as u64 + 1 < GROUPS,
        };
        if is_full {
            before += group.0;
            groups.push(std::mem::take(&mut group));
        }
    }
    groups.push(group);
    let gaps = (trained.last().copied().unwrap_or(0), asked.last().copied().unwrap_or(0));
    groups.push(gaps);
    let total = |of: fn(&(u64, u64)) -> u64| groups.iter().map(of).sum::<u64>().max(1) as f64;
    let (n, m) = (total(|group| group.0), total(|group| group.1));
    let filled = groups.iter().filter(|(a, b)| a + b > 0);
    psi(&filled.map(|(a, b)| (*a as f64 / n, *b as f64 / m)).collect::<Vec<_>>())
}

fn ks(trained: &[u64], asked: &[u64]) -> Option<Test> {
    let (n, m) = (trained.iter().sum::<u64>() as f64, asked.iter().sum::<u64>() as f64);
    if n == 0.0 || m == 0.0 {
        return None;
    }
    let (mut d, mut below, mut asked_below) = (0.0_f64, 0, 0);
    for (trained, asked) in trained.iter().zip(asked) {
        (below, asked_below) = (below + trained, asked_below + asked);
        d = d.max((below as f64 / n - asked_below as f64 / m).abs());
    }
    Some(Test::Ks { d, p: kolmogorov::sf((n * m / (n + m)).sqrt() * d) })
}

fn chi_squared(trained: &[u64], asked: &[u64]) -> Option<Test> {
    let (n, m) = (trained.iter().sum::<u64>() as f64, asked.iter().sum::<u64>() as f64);
    let smaller = n.min(m) / (n + m);
    let pairs = trained.iter().zip(asked).map(|(a, b)| (*a as f64, *b as f64)).filter(|(a, b)| a + b > 0.0);
    let (mut cells, rare): (Vec<_>, Vec<_>) = pairs.partition(|(a, b)| (a + b) * smaller >= EXPECTED);
    if !rare.is_empty() {
        cells.push(rare.iter().fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1)));
    }
    if n == 0.0 || m == 0.0 || cells.len() < 2 {
        return None;
    }
    let term = |(a, b): &(f64, f64)| {
        let (of_a, of_b) = ((a + b) * n / (n + m), (a + b) * m / (n + m));
        (a - of_a).powi(2) / of_a + (b - of_b).powi(2) / of_b
    };
    let statistic: f64 = cells.iter().map(term).sum();
    let df = cells.len() as u32 - 1;
    Some(Test::Chi2 { chi2: statistic, df, p: chi2::tails(statistic, f64::from(df)).upper })
}

fn median(knots: &[f64], trained: &[u64], asked: &[u64], is_date: bool) -> Option<Moved> {
    let middle = |counts: &[u64]| {
        let half = counts.iter().sum::<u64>().div_ceil(2);
        let mut reached = 0;
        let place = counts.iter().position(|count| {
            reached += count;
            reached >= half
        });
        // Beyond the last knot nobody knows how far.
        place.filter(|_| half > 0).and_then(|place| knots.get(place.min(knots.len() - 1)).copied())
    };
    Some(Moved::Median { from: middle(trained)?, to: middle(asked)?, is_date })
}

fn most_moved(labels: &[String], trained: &[u64], asked: &[u64]) -> Option<Moved> {
    let (n, m) = (trained.iter().sum::<u64>() as f64, asked.iter().sum::<u64>() as f64);
    let shares = trained.iter().zip(asked).map(|(a, b)| (*a as f64 / n, *b as f64 / m)).enumerate();
    let (place, (from, to)) = shares
        .filter(|(_, (from, to))| from.is_finite() && to.is_finite())
        .max_by(|(_, a), (_, b)| (a.1 - a.0).abs().total_cmp(&(b.1 - b.0).abs()))?;
    Some(Moved::Share { label: labels.get(place).cloned(), from, to })
}
