//! In which order runs are shown.

use std::cmp::Ordering;

use super::lexer::tokens;
use super::matching::{Found, find};
use super::{Filter, Key, SearchError, SearchProblem};
use crate::base::argsort;
use crate::tracking::RunSummary;

/// One thing to sort by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    pub key: Key,
    pub descending: bool,
}

/// Reads MLflow's `order_by`: each a key, with `ASC` or `DESC` after it or nothing.
///
/// # Errors
/// With a place in the clause that is wrong: an unknown key, another direction, a key that was there before.
pub fn parse_order(clauses: &[&str]) -> Result<Vec<SortKey>, SearchError> {
    let mut keys: Vec<SortKey> = Vec::new();
    for clause in clauses {
        let words = tokens(clause)?;
        let Some((token, span)) = words.first() else {
            return Err(SearchError::new(0..0, SearchProblem::NoCondition));
        };
        let key = Key::of(token, span)?;
        let descending = match words.get(1) {
            None => false,
            Some((word, span)) => match word.keyword().as_deref() {
                Some("asc") => false,
                Some("desc") => true,
                _ => {
                    let word = clause.get(span.clone()).unwrap_or_default().to_owned();
                    return Err(SearchError::new(span.clone(), SearchProblem::Direction(word)));
                }
            },
        };
        if let Some((_, span)) = words.get(2) {
            let word = clause.get(span.clone()).unwrap_or_default().to_owned();
            return Err(SearchError::new(span.clone(), SearchProblem::Direction(word)));
        }
        if keys.iter().any(|other| other.key == key) {
            return Err(SearchError::new(span.clone(), SearchProblem::Twice(key.text())));
        }
        keys.push(SortKey { key, descending });
    }
    Ok(keys)
}

/// The runs by `keys`, then newest first, then by id. NaN comes after all numbers and what is lacking after that, in
/// both directions. Gives places in `runs`.
#[must_use]
pub fn sort_runs(runs: &[&RunSummary], keys: &[SortKey]) -> Vec<usize> {
    // Each value is looked up once, not once a comparison.
    let columns: Vec<(bool, Vec<Found<'_>>)> =
        keys.iter().map(|key| (key.descending, runs.iter().map(|run| find(run, &key.key)).collect())).collect();
    argsort(runs.len(), &|a, b| {
        for (descending, column) in &columns {
            let (Some(a), Some(b)) = (column.get(a), column.get(b)) else { continue };
            let order = compare(*a, *b, *descending);
            if order != Ordering::Equal {
                return order;
            }
        }
        match (runs.get(a), runs.get(b)) {
            (Some(a), Some(b)) => {
                b.info.start_time.cmp(&a.info.start_time).then_with(|| a.info.run_id.cmp(&b.info.run_id))
            }
            _ => Ordering::Equal,
        }
    })
}

fn compare(a: Found<'_>, b: Found<'_>, descending: bool) -> Ordering {
    let rank = |found: Found<'_>| match found {
        Found::Nothing => 2,
        Found::Number(value) if value.is_nan() => 1,
        _ => 0,
    };
    let order = match (a, b) {
        (Found::Number(a), Found::Number(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (Found::Text(a), Found::Text(b)) => a.cmp(b),
        _ => Ordering::Equal,
    };
    rank(a).cmp(&rank(b)).then(if descending { order.reverse() } else { order })
}

/// MLflow's `search_runs` over runs that are at hand.
///
/// # Errors
/// As `Filter::parse` and `parse_order`.
pub fn search_runs<'a>(
    filter: &str,
    order_by: &[&str],
    runs: &'a [RunSummary],
) -> Result<Vec<&'a RunSummary>, SearchError> {
    let (filter, keys) = (Filter::parse(filter)?, parse_order(order_by)?);
    let found: Vec<&RunSummary> = runs.iter().filter(|run| filter.matches(run)).collect();
    Ok(sort_runs(&found, &keys).into_iter().filter_map(|place| found.get(place).copied()).collect())
}
