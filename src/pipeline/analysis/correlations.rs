//! Every numeric column with the target: Pearson's and Spearman's, over the training rows.

use super::super::Stop;
use super::prepared::Prepared;
use super::words::{count, number};
use super::{AnalysisError, Bars, CorrelationsResult, Pace, Said};
use crate::base::sorted_by;
use crate::diagnostics::correlations as correlate;
use crate::diagnostics::distributions::normal;
use crate::features::FeaturesError;
use crate::table::{Column, Table};

struct Found {
    name: String,
    pearson: f64,
    spearman: f64,
    n: u64,
}

pub(super) async fn correlations<P: Pace>(pace: &P, prepared: &Prepared<'_>) -> Result<CorrelationsResult, Stop> {
    let (table, rows, name) = (&prepared.table, &prepared.rows.train, &prepared.spec.features.target);
    let target = table.column(name).ok_or_else(|| FeaturesError::TargetMissing { target: name.clone() })?;
    let values =
        target.numbers().ok_or_else(|| FeaturesError::TargetNotNumeric { target: name.clone(), what: "text" })?;
    // A target of 0 and 1 counts as numbers here, too.
    let target = Column::float(name.clone(), values.to_vec());
    let numeric: Vec<&Column> =
        table.columns().iter().filter(|column| column.name != *name && column.data_type.is_numeric()).collect();
    if numeric.is_empty() {
        return Err(AnalysisError::NoNumbers.into());
    }
    let (mut found, mut undefined) = (Vec::new(), Vec::new());
    for (done, column) in numeric.iter().enumerate() {
        let pair = Table::new(vec![(*column).clone(), target.clone()], table.n_rows());
        let matrices = correlate(&pair, Some(rows))?;
        let at = |matrix: &[Vec<Option<f64>>]| matrix.first().and_then(|row| row.get(1)).copied().flatten();
        match (at(&matrices.pearson), at(&matrices.spearman)) {
            (Some(pearson), Some(spearman)) => {
                let has_both = |row: &&u32| !column.is_missing(**row as usize) && !target.is_missing(**row as usize);
                let n = rows.iter().filter(has_both).count() as u64;
                found.push(Found { name: column.name.clone(), pearson, spearman, n });
            }
            _ => undefined.push(column.name.clone()),
        }
        pace.breathe(done as u64 + 1, numeric.len() as u64).await?;
    }
    let found = sorted_by(found, |a, b| b.pearson.abs().total_cmp(&a.pearson.abs()));
    let z = normal::ppf(0.5 + 0.5 * prepared.spec.evaluate.confidence);
    let (lo, hi): (Vec<f64>, Vec<f64>) = found.iter().map(|of| fisher(of.pearson, of.n, z)).unzip();
    let sentence = sentence(name, &found, lo.first().copied().zip(hi.first().copied()));
    Ok(CorrelationsResult {
        said: Said { sentence, notes: Vec::new() },
        target: name.clone(),
        spearman: found.iter().map(|of| of.spearman).collect(),
        n_rows: found.iter().map(|of| of.n).collect(),
        pearson: Bars {
            values: found.iter().map(|of| of.pearson).collect(),
            names: found.into_iter().map(|of| of.name).collect(),
            lo,
            hi,
        },
        undefined,
    })
}

/// Of the strongest, and whether that could be chance.
fn sentence(target: &str, found: &[Found], interval: Option<(f64, f64)>) -> String {
    let (Some(first), Some((lo, hi))) = (found.first(), interval) else {
        return format!("No column varies together with {target}: each is constant, or has too few values.");
    };
    let over = count(first.n, "training row");
    let r = format!("r = {} ({} to {})", number(first.pearson), number(lo), number(hi));
    if lo <= 0.0 && hi >= 0.0 {
        return format!("No column goes clearly with {target}: the strongest is {}, {r} over {over}.", first.name);
    }
    let direction = if first.pearson < 0.0 { "falls" } else { "rises" };
    format!("{} goes with {target} most: {r} over {over}. {target} {direction} with it.", first.name)
}

/// `tanh(artanh r ± z/√(n − 3))`, Fisher 1921; all of −1 to 1 below four rows.
fn fisher(r: f64, n: u64, z: f64) -> (f64, f64) {
    if r.abs() >= 1.0 {
        return (r, r);
    }
    if n < 4 {
        return (-1.0, 1.0);
    }
    let half = z / (n as f64 - 3.0).sqrt();
    ((r.atanh() - half).tanh(), (r.atanh() + half).tanh())
}
