//! The report of weighted least squares: that of rows scaled by the roots of their weights, as statsmodels' `WLS` has it.

use super::basis::Basis;
use super::distributions::{chi2, f};
use super::reporting::finite;
use super::weighing::{Roots, Weighing};
use super::words::number;
use super::{DiagnosticsError, RegressionReport, ReportNote, ReportOptions, Reporting, TestResult};
use crate::base::{Sum, sum};
use crate::estimators::LinearModel;
use crate::features::DesignMatrix;
use crate::linalg::{BLOCK_ROWS, Moments, RFactor};

/// What the rows weigh.
#[derive(Debug, Clone, Copy)]
pub struct Weights<'a> {
    /// The column's name.
    pub column: &'a str,
    /// One a row of the design matrix, finite and not negative, as the fit had them.
    pub values: &'a [f64],
}

/// A report of a weighted fit under way: one pass over the rows as `Reporting` makes it, one for the test of equal variance.
/// The result does not depend on the size of the steps.
#[derive(Debug)]
pub struct WeightedReporting<'a> {
    reporting: Reporting<'a, Roots>,
    is_reported: bool,
    fit_intercept: bool,
    model: &'a LinearModel,
    x: &'a DesignMatrix,
    rows: Vec<u32>,
    weights: Weights<'a>,
    roots: Roots,
    /// Squares of scaled residuals, placed in a column as long as the table.
    squares: Vec<f64>,
    /// Of the plain rows, with those squares for a target.
    factor: RFactor,
    n_folded: usize,
}

impl<'a> WeightedReporting<'a> {
    /// Prepares a report of `model`, fitted to the rows that `train` lists with these weights, whose factor is `r`.
    ///
    /// # Errors
    /// As `Reporting::new`; `OtherData` where there are fewer weights than rows.
    pub fn new(
        options: ReportOptions,
        model: &'a LinearModel,
        r: &RFactor,
        x: &'a DesignMatrix,
        train: &[u32],
        weights: Weights<'a>,
    ) -> Result<Self, DiagnosticsError> {
        if weights.values.len() < x.n_rows() {
            return Err(DiagnosticsError::OtherData);
        }
        let roots = Roots::of(weights.values);
        let reporting = Reporting::with(roots.clone(), options, model, r, x, train)?;
        let mut shift: Vec<f64> = x.columns().iter().map(|column| mean_of(column, train)).collect();
        shift.push(0.0);
        Ok(Self {
            reporting,
            is_reported: false,
            fit_intercept: options.fit_intercept,
            model,
            x,
            rows: train.to_vec(),
            weights,
            roots,
            squares: vec![0.0; x.n_rows()],
            factor: RFactor::new(shift),
            n_folded: 0,
        })
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    ///
    /// # Errors
    /// `Linalg` when squares of residuals are too large for numbers.
    pub fn step(&mut self, max_rows: usize) -> Result<bool, DiagnosticsError> {
        if !self.is_reported {
            self.is_reported = !self.reporting.step(max_rows);
            return Ok(true);
        }
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let end = self.n_folded.saturating_add(n).min(self.rows.len());
        let rows = self.rows.get(self.n_folded..end).unwrap_or_default();
        let mut columns = self.x.columns();
        let mut fitted = Vec::with_capacity(rows.len());
        self.model.predict_columns(&columns, rows, &mut fitted);
        for (row, fitted) in rows.iter().zip(&fitted) {
            let actual = self.x.target().get(*row as usize).copied().unwrap_or(f64::NAN);
            if let Some(square) = self.squares.get_mut(*row as usize) {
                *square = self.roots.scaled(*row, actual - fitted).powi(2);
            }
        }
        columns.push(&self.squares);
        self.factor.absorb_rows(&columns, rows)?;
        self.n_folded = end;
        Ok(end < self.rows.len())
    }

    /// Rows done and rows to do, in both passes.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        let (done, all) = self.reporting.progress();
        (done + self.n_folded as u64, 2 * all)
    }

    /// The report, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// As `step` and `Reporting::finish`.
    pub fn finish(mut self) -> Result<RegressionReport, DiagnosticsError> {
        while self.step(usize::MAX)? {}
        let breusch_pagan = self.breusch_pagan();
        let weights = self.weights;
        let of_rows = || self.rows.iter().filter_map(|row| weights.values.get(*row as usize)).copied();
        let mean = sum(of_rows()) / self.rows.len() as f64;
        let n_zero = of_rows().filter(|weight| *weight == 0.0).count();
        let mut logarithms = Sum::default();
        of_rows().for_each(|weight| logarithms.add(weight.ln()));
        let half = 0.5 * logarithms.value();
        let mut report = self.reporting.finish()?;
        // Of variances s²/w the density has the factor √w; a row of weight 0 has none.
        let fit = &mut report.fit;
        fit.log_likelihood = fit.log_likelihood.and_then(|value| finite(value + half));
        fit.aic = fit.aic.and_then(|value| finite(value - 2.0 * half));
        fit.bic = fit.bic.and_then(|value| finite(value - 2.0 * half));
        if report.tests.durbin_watson.is_some() {
            report.tests.breusch_pagan = breusch_pagan.map(|tests| tests.0);
            report.tests.breusch_pagan_f = breusch_pagan.map(|tests| tests.1);
        }
        // In units of the mean weight, so that they are of a row that weighs as much, and Σw is n.
        if let Some(intervals) = &mut report.intervals {
            intervals.variance /= mean;
            intervals.inverse.iter_mut().flatten().for_each(|entry| *entry *= mean.sqrt());
        }
        report.notes.extend(notes(weights.column, mean, n_zero));
        report.weights = Some(weights.column.to_owned());
        Ok(report)
    }

    /// Squares of scaled residuals regressed on the plain features, each row alike: `het_breuschpagan(wls.wresid, X)`.
    fn breusch_pagan(&self) -> Option<(TestResult, TestResult)> {
        let basis = Basis::of(&self.factor, true).ok().filter(|_| self.fit_intercept)?;
        let n = self.rows.len() as f64;
        let df_model = basis.independent.len() as f64;
        let df = n - df_model - 1.0;
        if df_model == 0.0 || df <= 0.0 || basis.ss_total <= 0.0 {
            return None;
        }
        let r2 = (basis.ss_explained / basis.ss_total).min(1.0);
        let (lm, of_f) = (finite(n * r2)?, finite(r2 / df_model / ((1.0 - r2) / df))?);
        Some((
            TestResult { statistic: lm, p: chi2::tails(lm, df_model).upper },
            TestResult { statistic: of_f, p: f::tails(of_f, df_model, df).upper },
        ))
    }
}

fn mean_of(column: &[f64], rows: &[u32]) -> f64 {
    let mut moments = Moments::default();
    moments.absorb(column, rows);
    moments.mean()
}

fn notes(column: &str, mean: f64, n_zero: usize) -> Vec<ReportNote> {
    let mut notes = vec![ReportNote {
        code: "weighted".into(),
        message: format!(
            "Rows count by {column}: all but residuals and fitted values is said of rows scaled by the root of it, and intervals of single predictions are for a row of the mean weight, {}.",
            number(mean)
        ),
    }];
    if n_zero > 0 {
        let rows = if n_zero == 1 { "1 row weighs".to_owned() } else { format!("{n_zero} rows weigh") };
        notes.push(ReportNote {
            code: "weights_of_zero".into(),
            message: format!(
                "{rows} nothing and does not move the fit, but counts among the rows, as in statsmodels: standard errors come out a little small, and there is no log-likelihood, AIC and BIC. Drop what weighs nothing with a rule.",
            ),
        });
    }
    notes
}
