//! Candidates of a sweep: every combination, or some drawn at random, in scikit-learn's order.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ValidationError;
use crate::split::RandomState;

/// No screen shows more, and no one reads them.
const MAX_CANDIDATES: usize = 100_000;

/// How many combinations lists of values have; a value that is no list counts as a list of one.
#[must_use]
pub fn grid_len(params: &Map<String, Value>) -> u128 {
    params.values().map(|values| values.as_array().map_or(1, |values| values.len() as u128)).product()
}

/// Every combination, as `sklearn.model_selection.ParameterGrid` lists them: names sorted, the last one fastest.
///
/// # Errors
/// `NoValues` for an empty list; `TooManyCandidates`.
pub fn grid(params: &Map<String, Value>) -> Result<Vec<Map<String, Value>>, ValidationError> {
    let n = checked_len(params)?;
    let n = usize::try_from(n).ok().filter(|n| *n <= MAX_CANDIDATES);
    let n = n.ok_or(ValidationError::TooManyCandidates { n: grid_len(params), most: MAX_CANDIDATES })?;
    Ok((0..n as u128).map(|place| combination(params, place)).collect())
}

/// `n_iter` different combinations, those of scikit-learn's `ParameterSampler` with this `random_state`; all of them, in the
/// grid's order, when there are no more.
///
/// # Errors
/// `NoValues`, `Zero`, `TooManyCandidates`.
pub fn random_search(
    params: &Map<String, Value>,
    n_iter: usize,
    random_state: u32,
) -> Result<Vec<Map<String, Value>>, ValidationError> {
    if n_iter == 0 {
        return Err(ValidationError::Zero { what: "n_iter" });
    }
    let all = checked_len(params)?;
    if n_iter as u128 >= all {
        return grid(params);
    }
    let too_many = ValidationError::TooManyCandidates { n: all, most: u32::MAX as usize };
    let n = u32::try_from(all).map_err(|_| too_many)?;
    let places = sample_without_replacement(n, n_iter, random_state);
    Ok(places.into_iter().map(|place| combination(params, u128::from(place))).collect())
}

/// Candidates of an estimator's parameters in which some values are lists: the grid, or `n_iter` of it.
///
/// # Errors
/// As `grid` and `random_search`.
pub fn candidates(
    params: &Map<String, Value>,
    n_iter: Option<usize>,
    random_state: u32,
) -> Result<Vec<Map<String, Value>>, ValidationError> {
    n_iter.map_or_else(|| grid(params), |n_iter| random_search(params, n_iter, random_state))
}

/// `n` numbers from `low` to `high` with equal ratios, as `numpy.geomspace`.
#[must_use]
pub fn log_space(low: f64, high: f64, n: usize) -> Vec<f64> {
    let (from, to) = (low.ln(), high.ln());
    let last = n.saturating_sub(1);
    let value = |i: usize| match i {
        0 => low,
        i if i == last => high,
        i => (from + (to - from) * (i as f64 / last as f64)).exp(),
    };
    (0..n).map(value).collect()
}

fn checked_len(params: &Map<String, Value>) -> Result<u128, ValidationError> {
    if let Some((name, _)) = params.iter().find(|(_, values)| values.as_array().is_some_and(Vec::is_empty)) {
        return Err(ValidationError::NoValues { name: name.clone() });
    }
    Ok(grid_len(params))
}

fn combination(params: &Map<String, Value>, place: u128) -> Map<String, Value> {
    let mut names: Vec<&String> = params.keys().collect();
    names.sort_unstable();
    let mut rest = place;
    let mut chosen = Map::new();
    for name in names.into_iter().rev() {
        let value = match params.get(name) {
            Some(Value::Array(values)) if !values.is_empty() => {
                let n = values.len() as u128;
                let value = usize::try_from(rest % n).ok().and_then(|place| values.get(place)).cloned();
                rest /= n;
                value.unwrap_or_default()
            }
            other => other.cloned().unwrap_or_default(),
        };
        chosen.insert(name.clone(), value);
    }
    chosen
}

/// `k` different numbers below `n`: `sklearn.utils.random.sample_without_replacement`, method "auto".
#[must_use]
pub fn sample_without_replacement(n: u32, k: usize, random_state: u32) -> Vec<u32> {
    let mut random = RandomState::new(random_state);
    let ratio = k as f64 / f64::from(n);
    if ratio > 0.01 && ratio < 0.99 {
        return random.choice_without_replacement(n, k);
    }
    if ratio < 0.2 {
        let mut seen = BTreeSet::new();
        let draw = |_| {
            loop {
                let place = random.interval(n - 1);
                if seen.insert(place) {
                    return place;
                }
            }
        };
        return (0..k).map(draw).collect();
    }
    // The reservoir: later places replace earlier ones.
    let mut kept: Vec<u32> = (0..n).take(k).collect();
    for place in (0..n).skip(k) {
        let drawn = random.interval(place) as usize;
        kept.get_mut(drawn).into_iter().for_each(|kept| *kept = place);
    }
    kept
}
