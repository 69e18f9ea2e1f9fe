//! Dropping columns by a share: what the rules do that have a threshold.

use super::drop_constant::without_chosen;
use crate::clean::CleanError;
use crate::clean::operation::{Applied, Operation};
use crate::table::{Column, Table};

/// The table without those of `columns` whose share is too large by `is_over`; the sentence names them with their shares.
pub(super) fn without_shares<'a>(
    rule: &dyn Operation,
    table: &Table,
    columns: impl Iterator<Item = &'a Column>,
    share: impl Fn(&Column) -> Result<f64, CleanError>,
    is_over: impl Fn(f64) -> bool,
) -> Result<Applied, CleanError> {
    let (mut names, mut why) = (Vec::new(), Vec::new());
    for column in columns {
        let share = share(column)?;
        if is_over(share) {
            names.push(column.name.clone());
            why.push(format!("{} with {} %", column.name, percent(share)));
        }
    }
    Ok(without_chosen(table, &names, rule.sentence(), rule.python(), &why))
}

/// A share in percent, with one digit behind the point.
pub(super) fn percent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}
