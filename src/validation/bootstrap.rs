//! Bootstrap: how much coefficients and metrics would vary if the rows were drawn again (Efron 1979).

use serde::{Deserialize, Serialize};

use super::summary::{mean, sample_sd};
use super::{Coefficients, ValidationError};
use crate::base::Coded;
use crate::evaluate::{Tally, Task};
use crate::features::DesignMatrix;
use crate::linalg::{Moments, RFactor};
use crate::split::RandomState;

/// Intervals from resamples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrapSummary {
    /// Resamples that gave numbers.
    pub n_resamples: u64,
    /// Resamples without a fit.
    pub n_failed: u64,
    pub random_state: u32,
    pub confidence: f64,
    pub intervals: Vec<BootstrapInterval>,
}

/// What the resamples say of one number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootstrapInterval {
    /// A feature, `(intercept)`, or a metric.
    pub name: String,
    /// Mean of the resamples.
    pub mean: f64,
    /// Their sample standard deviation: the bootstrap's standard error.
    pub se: Option<f64>,
    /// Percentiles, interpolated linearly as numpy does.
    pub lo: f64,
    pub hi: f64,
}

/// Resampled fits under way: each draws as many rows, with repetition, as there are (`rng.randint(0, n, n)`), and fits again.
#[derive(Debug)]
pub struct Bootstrapping<'a> {
    columns: Vec<&'a [f64]>,
    names: Vec<String>,
    rows: &'a [u32],
    shift: Vec<f64>,
    draws: Draws,
    estimates: Vec<Vec<f64>>,
    last_error: Option<String>,
}

/// The resamples: how many are left, and the stream that they come from.
#[derive(Debug)]
struct Draws {
    random: RandomState,
    random_state: u32,
    n: u32,
    n_resamples: u64,
    n_done: u64,
}

impl Draws {
    fn new(n_rows: usize, n_resamples: u32, random_state: u32) -> Result<Self, ValidationError> {
        let n = u32::try_from(n_rows).unwrap_or(u32::MAX);
        if n == 0 {
            return Err(ValidationError::NoRows);
        }
        if n_resamples == 0 {
            return Err(ValidationError::Zero { what: "n_bootstrap" });
        }
        let random = RandomState::new(random_state);
        Ok(Self { random, random_state, n, n_resamples: n_resamples.into(), n_done: 0 })
    }

    fn next(&mut self) -> Option<Vec<u32>> {
        if self.n_done == self.n_resamples {
            return None;
        }
        self.n_done += 1;
        Some((0..self.n).map(|_| self.random.interval(self.n - 1)).collect())
    }
}

impl<'a> Bootstrapping<'a> {
    /// Prepares `n_resamples` fits to rows drawn from `rows`.
    ///
    /// # Errors
    /// `NoRows`, `OtherRows`, `Zero`.
    pub fn new(
        x: &'a DesignMatrix,
        rows: &'a [u32],
        n_resamples: u32,
        random_state: u32,
    ) -> Result<Self, ValidationError> {
        if rows.iter().any(|row| *row as usize >= x.n_rows()) {
            return Err(ValidationError::OtherRows);
        }
        let mut columns = x.columns();
        columns.push(x.target());
        let shift = columns.iter().map(|column| {
            let mut moments = Moments::default();
            moments.absorb(column, rows);
            moments.mean()
        });
        Ok(Self {
            shift: shift.collect(),
            columns,
            names: x.names(),
            rows,
            draws: Draws::new(rows.len(), n_resamples, random_state)?,
            estimates: Vec::new(),
            last_error: None,
        })
    }

    /// Resamples done and to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.draws.n_done, self.draws.n_resamples)
    }

    /// Fits up to `max_resamples` further resamples; whether there are more to do.
    ///
    /// # Errors
    /// `Linalg`. A resample that `solve` refuses is only counted.
    pub fn step<E: Coded>(
        &mut self,
        max_resamples: usize,
        solve: impl Fn(&RFactor) -> Result<Coefficients, E>,
    ) -> Result<bool, ValidationError> {
        for _ in 0..max_resamples.max(1) {
            let Some(rows) = self.next_rows() else { return Ok(false) };
            let mut factor = RFactor::new(self.shift.clone());
            factor.absorb_rows(&self.columns, &rows)?;
            self.keep(solve(&factor));
        }
        Ok(self.draws.n_done < self.draws.n_resamples)
    }

    /// The same for an estimator that is fitted to the rows themselves: `fit` takes those drawn, ascending and repeated.
    ///
    /// # Errors
    /// None so far: a resample that `fit` refuses is only counted.
    pub fn step_rows<E: Coded>(
        &mut self,
        max_resamples: usize,
        fit: impl Fn(&[u32]) -> Result<Coefficients, E>,
    ) -> Result<bool, ValidationError> {
        for _ in 0..max_resamples.max(1) {
            let Some(rows) = self.next_rows() else { return Ok(false) };
            self.keep(fit(&rows));
        }
        Ok(self.draws.n_done < self.draws.n_resamples)
    }

    fn next_rows(&mut self) -> Option<Vec<u32>> {
        let mut drawn = self.draws.next()?;
        // Sorted, memory is read forwards; a row drawn three times is folded three times.
        drawn.sort_unstable();
        Some(super::fold_factors::rows_at(self.rows, &drawn))
    }

    fn keep<E: Coded>(&mut self, fitted: Result<Coefficients, E>) {
        match fitted {
            Ok((coef, intercept)) => self.estimates.push([intercept].into_iter().chain(coef).collect()),
            Err(error) => self.last_error = Some(error.to_string()),
        }
    }

    /// The intervals of the resamples done: the intercept's first, then the features'.
    ///
    /// # Errors
    /// `Confidence`; `AllResamplesFailed`.
    pub fn finish(self, confidence: f64) -> Result<BootstrapSummary, ValidationError> {
        let names = std::iter::once("(intercept)".to_owned()).chain(self.names).collect();
        let message = self.last_error.unwrap_or_default();
        summarise(names, &self.estimates, &self.draws, confidence, message)
    }
}

/// Resampled metrics under way: the model stays, the judged rows are drawn again.
#[derive(Debug)]
pub struct MetricBootstrapping<'a> {
    actual: &'a [f64],
    predicted: &'a [f64],
    n_features: usize,
    task: Task,
    draws: Draws,
    estimates: Vec<Vec<f64>>,
}

impl<'a> MetricBootstrapping<'a> {
    /// Prepares `n_resamples` judgements of predictions, by all metrics of the task.
    ///
    /// # Errors
    /// `NoRows`, `OtherRows` for slices of different length, `Zero`.
    pub fn new(
        actual: &'a [f64],
        predicted: &'a [f64],
        (task, n_features): (Task, usize),
        n_resamples: u32,
        random_state: u32,
    ) -> Result<Self, ValidationError> {
        if actual.len() != predicted.len() {
            return Err(ValidationError::OtherRows);
        }
        let draws = Draws::new(actual.len(), n_resamples, random_state)?;
        Ok(Self { actual, predicted, n_features, task, draws, estimates: Vec::new() })
    }

    /// Resamples done and to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.draws.n_done, self.draws.n_resamples)
    }

    /// Judges up to `max_resamples` further resamples; whether there are more to do.
    pub fn step(&mut self, max_resamples: usize) -> bool {
        for _ in 0..max_resamples.max(1) {
            let Some(drawn) = self.draws.next() else { return false };
            let pick = |values: &[f64]| -> Vec<f64> {
                drawn.iter().filter_map(|place| values.get(*place as usize).copied()).collect()
            };
            let mut tally = Tally::new(self.task, self.n_features);
            tally.absorb(&pick(self.actual), &pick(self.predicted));
            self.estimates.push(tally.values().into_iter().map(|(_, value)| value.unwrap_or(f64::NAN)).collect());
        }
        self.draws.n_done < self.draws.n_resamples
    }

    /// The intervals of the resamples done, of the metrics that were defined in all of them.
    ///
    /// # Errors
    /// `Confidence`.
    pub fn finish(self, confidence: f64) -> Result<BootstrapSummary, ValidationError> {
        let names =
            Tally::new(self.task, self.n_features).values().into_iter().map(|(name, _)| name.to_owned()).collect();
        summarise(names, &self.estimates, &self.draws, confidence, String::new())
    }
}

fn summarise(
    names: Vec<String>,
    estimates: &[Vec<f64>],
    draws: &Draws,
    confidence: f64,
    message: String,
) -> Result<BootstrapSummary, ValidationError> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(ValidationError::Confidence(confidence));
    }
    if estimates.is_empty() {
        return Err(ValidationError::AllResamplesFailed { n: draws.n_done, message });
    }
    let interval = |(place, name): (usize, String)| {
        let mut values: Vec<f64> = estimates.iter().filter_map(|row| row.get(place).copied()).collect();
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let (mean, se) = (mean(&values), sample_sd(&values));
        values.sort_unstable_by(f64::total_cmp);
        let outside = 0.5 - 0.5 * confidence;
        Some(BootstrapInterval { name, mean, se, lo: quantile(&values, outside), hi: quantile(&values, 1.0 - outside) })
    };
    Ok(BootstrapSummary {
        n_resamples: estimates.len() as u64,
        n_failed: draws.n_done - estimates.len() as u64,
        random_state: draws.random_state,
        confidence,
        intervals: names.into_iter().enumerate().filter_map(interval).collect(),
    })
}

/// numpy's linear quantile of sorted values.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * sorted.len().saturating_sub(1) as f64;
    let at = |place: f64| sorted.get(place as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (at(place.floor()), at(place.ceil()));
    low + (high - low) * place.fract()
}
