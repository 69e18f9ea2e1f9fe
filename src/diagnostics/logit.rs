//! The report of logistic regression: likelihoods from one pass, standard errors from the R factor of rows weighted by the
//! variances `p·(1 − p)`, which is the information matrix' own factor.

use super::basis::Basis;
use super::distributions::{chi2, normal};
use super::reporting::finite;
use super::{DiagnosticsError, LogitCoefficient, LogitReport, ReportNote, check_confidence, check_fit};
use crate::base::Sum;
use crate::estimators::{LogisticModel, logistic};
use crate::features::DesignMatrix;
use crate::linalg::{BLOCK_ROWS, RFactor};

/// A probability so near what was the case is taken for certain, as in statsmodels.
const CERTAIN: f64 = 1e-4;
/// Above this share of certain rows, the classes may be separated; statsmodels' limit.
const MANY_CERTAIN: f64 = 0.1;

/// What a report needs to know of the fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogitOptions {
    pub fit_intercept: bool,
    /// Of all intervals: 0.95 for 95 %.
    pub confidence: f64,
    /// The inverse of the penalty's strength; `None` where nothing is penalised.
    pub c: Option<f64>,
    /// Rounds that the fit took.
    pub n_iter: Option<u64>,
}

/// A report under way: one pass over the rows. The result does not depend on the size of the steps.
#[derive(Debug)]
pub struct LogitReporting<'a> {
    options: LogitOptions,
    model: &'a LogisticModel,
    x: &'a DesignMatrix,
    rows: Vec<u32>,
    n_done: usize,
    /// `p·(1 − p)`, placed in a column as long as the table.
    variances: Vec<f64>,
    factor: RFactor,
    log_likelihood: Sum,
    n_second: u64,
    n_certain: u64,
}

impl<'a> LogitReporting<'a> {
    /// Prepares a report of `model`, fitted to the rows that `train` lists, whose factor is `r`.
    ///
    /// # Errors
    /// `NoRows`, `OtherData`, `Confidence`.
    pub fn new(
        options: LogitOptions,
        model: &'a LogisticModel,
        r: &RFactor,
        x: &'a DesignMatrix,
        train: &[u32],
    ) -> Result<Self, DiagnosticsError> {
        check_fit((&model.features, &model.coef), r, x, train)?;
        check_confidence(options.confidence)?;
        Ok(Self {
            options,
            model,
            x,
            rows: x.ascending(train),
            n_done: 0,
            variances: vec![0.0; x.n_rows()],
            factor: RFactor::new(r.shift().to_vec()),
            log_likelihood: Sum::default(),
            n_second: 0,
            n_certain: 0,
        })
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `NotFinite` when a prediction overflows.
    pub fn step(&mut self, max_rows: usize) -> Result<bool, DiagnosticsError> {
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let end = self.n_done.saturating_add(n).min(self.rows.len());
        let rows = self.rows.get(self.n_done..end).unwrap_or_default();
        let mut columns = self.x.columns();
        let [_, second] = self.model.classes;
        for row in rows {
            let cell = |column: &&[f64]| column.get(*row as usize).copied().unwrap_or(f64::NAN);
            let parts = self.model.coef.iter().zip(&columns);
            let log_odds = parts.fold(self.model.intercept, |sum, (coef, column)| sum + coef * cell(column));
            if !log_odds.is_finite() {
                return Err(DiagnosticsError::NotFinite { row: u64::from(*row) + 1 });
            }
            let is_second = cell(&self.x.target()) == second;
            // The log-odds of what was the case: ln P = −ln(1 + e^(−u)), without overflow.
            let u = if is_second { log_odds } else { -log_odds };
            self.log_likelihood.add(u.min(0.0) - (-u.abs()).exp().ln_1p());
            self.n_second += u64::from(is_second);
            self.n_certain += u64::from(logistic(-u) < CERTAIN);
            if let Some(variance) = self.variances.get_mut(*row as usize) {
                *variance = logistic(log_odds) * logistic(-log_odds);
            }
        }
        columns.push(self.x.target());
        self.factor.absorb_weighted(&columns, rows, &self.variances)?;
        self.n_done = end;
        Ok(end < self.rows.len())
    }

    /// Rows done and rows to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.n_done as u64, self.rows.len() as u64)
    }

    /// The report, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// As `step`; `Linalg` when numbers are too large to square.
    pub fn finish(mut self) -> Result<LogitReport, DiagnosticsError> {
        while self.step(usize::MAX)? {}
        let basis = Basis::of(&self.factor, self.options.fit_intercept)?;
        let n_rows = self.rows.len() as u64;
        let (n, k) = (n_rows as f64, basis.n_parameters() as f64);
        let df_model = basis.independent.len() as u64;
        let log_likelihood = self.log_likelihood.value();
        let null_log_likelihood = [self.n_second, n_rows - self.n_second].map(|count| part_of(count, n)).iter().sum();
        let is_penalised = self.options.c.is_some();
        // Without an intercept, the model of a constant alone is no special case.
        let is_tested = !is_penalised && self.options.fit_intercept && df_model > 0;
        let llr = Some(2.0 * (log_likelihood - null_log_likelihood)).filter(|_| is_tested);
        let of_likelihood = |value: f64| finite(value).filter(|_| !is_penalised);
        Ok(LogitReport {
            target: self.x.target_name().to_owned(),
            classes: self.model.classes,
            coefficients: self.coefficients(&basis),
            confidence: self.options.confidence,
            fit_intercept: self.options.fit_intercept,
            c: self.options.c,
            n_rows,
            n_second: self.n_second,
            df_model,
            df_residual: n_rows.saturating_sub(basis.n_parameters() as u64),
            log_likelihood,
            null_log_likelihood,
            pseudo_r2: 1.0 - log_likelihood / null_log_likelihood,
            deviance: -2.0 * log_likelihood,
            llr,
            llr_p: llr.map(|llr| chi2::tails(llr.max(0.0), df_model as f64).upper),
            aic: of_likelihood(-2.0 * log_likelihood + 2.0 * k),
            bic: of_likelihood(-2.0 * log_likelihood + k * n.ln()),
            n_iter: self.options.n_iter,
            notes: self.notes(&basis),
        })
    }

    fn coefficients(&self, basis: &Basis) -> Vec<LogitCoefficient> {
        let with_intercept = self.options.fit_intercept;
        let inverse = basis.rows_of_inverse().filter(|_| self.options.c.is_none());
        let quantile = normal::ppf(0.5 + 0.5 * self.options.confidence);
        let names =
            with_intercept.then_some("(intercept)").into_iter().chain(self.model.features.iter().map(String::as_str));
        let values = with_intercept.then_some(self.model.intercept).into_iter().chain(self.model.coef.iter().copied());
        let coefficient = |(i, (name, value)): (usize, (&str, f64))| {
            let se = inverse.as_ref().and_then(|inverse| finite(inverse.row(i).norm()));
            let z = se.and_then(|se| finite(value / se));
            let (lo, hi) = (se.map(|se| value - quantile * se), se.map(|se| value + quantile * se));
            let odds = |value: f64| finite(value.exp());
            LogitCoefficient {
                name: name.to_owned(),
                value,
                se,
                z,
                p: z.map(|z| 2.0 * normal::tails(z.abs()).upper),
                lo,
                hi,
                odds_ratio: odds(value),
                odds_lo: lo.and_then(odds),
                odds_hi: hi.and_then(odds),
            }
        };
        names.zip(values).enumerate().map(coefficient).collect()
    }

    fn notes(&self, basis: &Basis) -> Vec<ReportNote> {
        let mut notes = Vec::new();
        let mut add = |code: &str, message: String| notes.push(ReportNote { code: code.to_owned(), message });
        if self.options.c.is_some() {
            add(
                "penalised",
                "The penalty draws these coefficients towards 0 on purpose, so they have no standard errors, tests and intervals of maximum likelihood: set the penalty to none to get them.".into(),
            );
        }
        if !basis.is_full_rank() {
            let names: Vec<&str> =
                basis.dependent.iter().filter_map(|j| self.model.features.get(*j).map(String::as_str)).collect();
            let (repeat, they) = if names.len() == 1 { ("repeats", "it") } else { ("repeat", "them") };
            add(
                "rank_deficient",
                format!(
                    "{} {repeat} what other features say (or are constant), so single coefficients are not determined and have no standard errors. Drop {they}.",
                    names.join(", ")
                ),
            );
        }
        if self.n_certain as f64 > MANY_CERTAIN * self.rows.len() as f64 {
            add(
                "separated",
                format!(
                    "{:.0} % of the rows are predicted with certainty: some features may separate the two values completely, and then their coefficients and standard errors grow without a limit. Use the penalty l2, or look for a feature that is made from {}.",
                    100.0 * self.n_certain as f64 / self.rows.len() as f64,
                    self.x.target_name()
                ),
            );
        }
        if !self.options.fit_intercept && self.options.c.is_none() {
            add(
                "no_intercept",
                "Without an intercept the model of a constant alone is no special case of this one: there is no likelihood ratio test against it.".into(),
            );
        }
        notes
    }
}

/// What `count` of `n` rows add to the log-likelihood of their share.
fn part_of(count: u64, n: f64) -> f64 {
    let count = count as f64;
    if count > 0.0 { count * (count / n).ln() } else { 0.0 }
}
