//! Reporting in steps, so that a caller can yield, report and cancel in between.

use nalgebra::{DMatrix, DVector};

use super::basis::Basis;
use super::distributions::{chi2, f, student_t};
use super::lowess::lowess;
use super::residual_tests::{Shape, quantile_plot};
use super::weighing::{Alike, Weighing};
use super::{
    CoefficientReport, DiagnosticsError, FitStatistics, Influence, Intervals, RegressionReport, ReportNote,
    ResidualTests, TestResult, check_confidence, check_fit,
};
use crate::base::Sum;
use crate::estimators::LinearModel;
use crate::features::DesignMatrix;
use crate::linalg::RFactor;

const BLOCK_ROWS: usize = 512;
const MOST_INFLUENTIAL: usize = 10;
const MAX_POINTS: usize = 400;
const MAX_QUANTILES: usize = 500;
/// As R's `lowess`: finer than anybody sees.
const DELTA: f64 = 0.01;
const MAX_SMOOTH: usize = 100;
/// Residuals kept for the quantile plot; of more rows, every second, third … is kept.
const MAX_KEPT: usize = 1 << 20;
/// A leverage so near 1 leaves nothing of the row's residual.
const LEVERAGE_ONE: f64 = 1e-10;

/// What a report needs to know of the fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReportOptions {
    pub fit_intercept: bool,
    /// Of all intervals: 0.95 for 95 %.
    pub confidence: f64,
    /// Whether the coefficients are those of least squares on these rows. Shrunken ones (ridge, lasso …) have no standard
    /// errors in this sense: then only what residuals say is reported.
    pub is_least_squares: bool,
}

impl Default for ReportOptions {
    fn default() -> Self {
        Self { fit_intercept: true, confidence: 0.95, is_least_squares: true }
    }
}

/// Reports at once. `train` lists the training rows; neighbours in this order are compared by Durbin–Watson.
///
/// # Errors
/// As `Reporting::new` and `Reporting::finish`.
pub fn report(
    options: ReportOptions,
    model: &LinearModel,
    r: &RFactor,
    x: &DesignMatrix,
    train: &[u32],
) -> Result<RegressionReport, DiagnosticsError> {
    Reporting::new(options, model, r, x, train)?.finish()
}

/// A report under way: one pass over the rows. The result does not depend on the size of the steps. `W` says what rows count
/// for: the code for rows that count alike knows nothing of weights.
#[derive(Debug)]
pub struct Reporting<'a, W = Alike> {
    weighing: W,
    options: ReportOptions,
    model: &'a LinearModel,
    x: &'a DesignMatrix,
    columns: Vec<&'a [f64]>,
    rows: Vec<u32>,
    basis: Basis,
    n_done: usize,
    sums: Sums,
    influential: Vec<Influence>,
    points: Vec<Influence>,
    /// `r / √(1 − h)`, with the leverage weight of Cook's distance for the count.
    scaled: Vec<f64>,
    cooks: Vec<f64>,
}

/// Sums over the rows done.
#[derive(Debug)]
struct Sums {
    powers: [Sum; 4],
    /// Squares of differences of neighbours.
    differences: Sum,
    last: Option<f64>,
    /// `Σ qᵢ·rᵢ²`.
    q_squares: DVector<f64>,
    /// `Σ w·qᵢ·qᵢᵀ` for HC0, HC2, HC3.
    sandwich: [DMatrix<f64>; 3],
    has_leverage_one: bool,
}

impl<'a> Reporting<'a> {
    /// Prepares a report of `model`, fitted to the rows that `train` lists, whose factor is `r`.
    ///
    /// # Errors
    /// `NoRows`, `OtherData`, `Confidence`, `Linalg`.
    pub fn new(
        options: ReportOptions,
        model: &'a LinearModel,
        r: &RFactor,
        x: &'a DesignMatrix,
        train: &[u32],
    ) -> Result<Self, DiagnosticsError> {
        Self::with(Alike, options, model, r, x, train)
    }
}

impl<'a, W: Weighing> Reporting<'a, W> {
    /// The same where rows count for what `weighing` says, as in the fit that `r` comes from.
    pub(super) fn with(
        weighing: W,
        options: ReportOptions,
        model: &'a LinearModel,
        r: &RFactor,
        x: &'a DesignMatrix,
        train: &[u32],
    ) -> Result<Self, DiagnosticsError> {
        check_fit((&model.features, &model.coef), r, x, train)?;
        check_confidence(options.confidence)?;
        let basis = Basis::of(r, options.fit_intercept)?;
        let k = basis.n_parameters();
        let sums = Sums {
            powers: [Sum::default(); 4],
            differences: Sum::default(),
            last: None,
            q_squares: DVector::zeros(k),
            sandwich: [0; 3].map(|_| DMatrix::zeros(k, k)),
            has_leverage_one: false,
        };
        Ok(Self {
            weighing,
            options,
            model,
            x,
            columns: x.columns(),
            rows: train.to_vec(),
            basis,
            n_done: 0,
            sums,
            influential: Vec::new(),
            points: Vec::new(),
            scaled: Vec::new(),
            cooks: Vec::new(),
        })
    }

    /// Works on about `max_rows` further rows; whether there are more to do.
    pub fn step(&mut self, max_rows: usize) -> bool {
        let n = max_rows.checked_next_multiple_of(BLOCK_ROWS).unwrap_or(max_rows).max(BLOCK_ROWS);
        let end = self.n_done.saturating_add(n).min(self.rows.len());
        while self.n_done < end {
            self.absorb_block();
        }
        self.n_done < self.rows.len()
    }

    /// Rows done and rows to do.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        (self.n_done as u64, self.rows.len() as u64)
    }

    fn absorb_block(&mut self) {
        let end = (self.n_done + BLOCK_ROWS).min(self.rows.len());
        let rows = self.rows.get(self.n_done..end).unwrap_or_default();
        let target = self.x.target();
        let cell = |column: &[f64], i: usize| {
            rows.get(i).and_then(|row| column.get(*row as usize)).copied().unwrap_or(f64::NAN)
        };
        let mut fitted = Vec::with_capacity(rows.len());
        self.model.predict_columns(&self.columns, rows, &mut fitted);
        let mut q = self.basis.rows_of_q(|j, i| self.columns.get(j).map_or(0.0, |column| cell(column, i)), rows.len());
        self.weighing.scale_rows(rows, &mut q);
        let stride = self.rows.len().div_ceil(MAX_KEPT);
        let mut weights = [0; 3].map(|_| DVector::zeros(rows.len()));
        let mut squares = DVector::zeros(rows.len());
        for (i, ((row, fitted), q)) in rows.iter().zip(&fitted).zip(q.column_iter()).enumerate() {
            let plain = cell(target, i) - fitted;
            let residual = self.weighing.scaled(*row, plain);
            let leverage = q.norm_squared().min(1.0);
            let left = 1.0 - leverage;
            self.sums.absorb(residual);
            squares[i] = residual * residual;
            let is_one = left < LEVERAGE_ONE;
            self.sums.has_leverage_one |= is_one;
            let [of_hc0, of_hc2, of_hc3] = &mut weights;
            of_hc0[i] = residual * residual;
            of_hc2[i] = if is_one { 0.0 } else { residual * residual / left };
            of_hc3[i] = if is_one { 0.0 } else { (residual / left).powi(2) };
            // Cook's distance and studentised residuals but for s², which is known at the end.
            let scaled = (!is_one).then(|| residual / left.sqrt());
            let cooks = scaled.map(|scaled| scaled * scaled * leverage / left);
            let influence = Influence {
                row: *row,
                fitted: *fitted,
                residual: plain,
                leverage,
                studentised: scaled,
                studentised_external: None,
                cooks,
                dffits: None,
            };
            let place = self.n_done + i;
            if place.is_multiple_of(stride) {
                self.scaled.extend(scaled);
            }
            self.cooks.extend(cooks);
            if is_kept(place, self.rows.len(), MAX_POINTS) {
                self.points.push(influence.clone());
            }
            keep_largest(&mut self.influential, influence);
        }
        self.sums.q_squares += &q * &squares;
        for (sandwich, weights) in self.sums.sandwich.iter_mut().zip(&weights) {
            let mut weighted = q.clone();
            weighted.column_iter_mut().zip(weights.iter()).for_each(|(mut column, weight)| column *= *weight);
            sandwich.gemm(1.0, &weighted, &q.transpose(), 1.0);
        }
        self.n_done = end;
    }

    /// The report, once `step` has said that there is no more; what is left undone is done here.
    ///
    /// # Errors
    /// `NotFinite` when a prediction overflows.
    pub fn finish(mut self) -> Result<RegressionReport, DiagnosticsError> {
        while self.step(usize::MAX) {}
        let n = self.rows.len() as f64;
        let k = self.basis.n_parameters();
        let ss_residual = self.sums.powers[1].value();
        if !ss_residual.is_finite() {
            let is_broken = |influence: &&Influence| !influence.fitted.is_finite();
            let row = self.influential.iter().chain(&self.points).find(is_broken).map_or(0, |i| u64::from(i.row) + 1);
            return Err(DiagnosticsError::NotFinite { row });
        }
        let df_residual = (self.rows.len() as u64).saturating_sub(k as u64);
        let variance = (df_residual > 0).then(|| ss_residual / df_residual as f64);
        // Rounding alone: residuals that are nothing but the last bits of the target.
        let is_exact = ss_residual <= self.basis.ss_total * (f64::EPSILON * 8.0).powi(2) * n;
        let variance = variance.filter(|variance| !is_exact && *variance > 0.0);
        let influential = self.influential.iter().map(|i| completed(i, variance, k, df_residual)).collect();
        let points: Vec<Influence> = self.points.iter().map(|i| completed(i, variance, k, df_residual)).collect();
        let smooth = |of: fn(&Influence) -> Option<(f64, f64)>| {
            let smooth = lowess(&points.iter().filter_map(of).collect::<Vec<_>>(), DELTA);
            let n = smooth.len();
            smooth.into_iter().enumerate().filter(|(i, _)| is_kept(*i, n, MAX_SMOOTH)).map(|(_, point)| point).collect()
        };
        let scale = variance.map(|variance| variance.sqrt());
        let scaled = std::mem::take(&mut self.scaled);
        let qq = scale.map(|scale| quantile_plot(scaled.into_iter().map(|r| r / scale).collect(), MAX_QUANTILES));
        let limit = variance.map(|variance| 4.0 / n * k as f64 * variance);
        let is_least_squares = self.options.is_least_squares;
        let inference = variance.filter(|_| is_least_squares);
        Ok(RegressionReport {
            target: self.x.target_name().to_owned(),
            coefficients: self.coefficients(inference, df_residual),
            confidence: self.options.confidence,
            fit_intercept: self.options.fit_intercept,
            n_rows: self.rows.len() as u64,
            df_model: self.basis.independent.len() as u64,
            df_residual,
            fit: self.fit_statistics(ss_residual, variance, df_residual, is_exact),
            tests: if is_exact { ResidualTests::default() } else { self.tests(n, k, ss_residual) },
            condition_number: self.basis.condition_number(),
            influential,
            influential_cells: Vec::new(),
            n_influential: limit.map_or(0, |limit| self.cooks.iter().filter(|cooks| **cooks > limit).count() as u64),
            smooth_residual: smooth(|point| Some((point.fitted, point.residual))),
            smooth_scale: smooth(|point| Some((point.fitted, point.studentised?.abs().sqrt()))),
            points,
            is_sample: self.rows.len() > MAX_POINTS,
            qq: qq.unwrap_or_default(),
            intervals: inference
                .filter(|_| self.basis.is_full_rank())
                .map(|v| Intervals::new(&self.basis, &self.model.coef, self.model.intercept, v, df_residual)),
            notes: self.notes(df_residual, is_exact),
            weights: None,
        })
    }

    fn coefficients(&self, variance: Option<f64>, df: u64) -> Vec<CoefficientReport> {
        let with_intercept = self.options.fit_intercept;
        let inverse = self.basis.rows_of_inverse().filter(|_| variance.is_some());
        let vif = self.basis.variance_inflation();
        let quantile = student_t::ppf(0.5 + 0.5 * self.options.confidence, df as f64);
        let names =
            with_intercept.then_some("(intercept)").into_iter().chain(self.model.features.iter().map(String::as_str));
        let values = with_intercept.then_some(self.model.intercept).into_iter().chain(self.model.coef.iter().copied());
        let hc1 = (self.rows.len() as f64 / df as f64).sqrt();
        let coefficient = |(i, (name, value)): (usize, (&str, f64))| {
            let row = inverse.as_ref().map(|inverse| inverse.row(i));
            let se = row
                .as_ref()
                .zip(variance)
                .map(|(row, variance)| (variance * row.norm_squared()).sqrt())
                .and_then(finite);
            let robust = |which: usize| {
                let (row, middle) = row.as_ref().zip(self.sums.sandwich.get(which))?;
                let is_defined = which == 0 || !self.sums.has_leverage_one;
                finite((row * middle * row.transpose()).sum().max(0.0).sqrt()).filter(|_| is_defined)
            };
            let t = se.and_then(|se| finite(value / se));
            let hc0 = robust(0);
            CoefficientReport {
                name: name.to_owned(),
                value,
                se,
                t,
                p: t.map(|t| student_t::two_sided(t, df as f64)),
                lo: se.and_then(|se| finite(value - quantile * se)),
                hi: se.and_then(|se| finite(value + quantile * se)),
                hc0,
                hc1: hc0.and_then(|hc0| finite(hc0 * hc1)),
                hc2: robust(1),
                hc3: robust(2),
                vif: i
                    .checked_sub(usize::from(with_intercept))
                    .and_then(|feature| vif.as_ref()?.get(feature).copied())
                    .and_then(finite),
            }
        };
        names.zip(values).enumerate().map(coefficient).collect()
    }

    fn fit_statistics(&self, ss_residual: f64, variance: Option<f64>, df: u64, is_exact: bool) -> FitStatistics {
        let n = self.rows.len() as f64;
        let k = self.basis.n_parameters() as f64;
        let ss_total = self.basis.ss_total;
        let is_least_squares = self.options.is_least_squares;
        // Of least squares, the part that X explains is known without cancellation.
        let ss_explained = if is_least_squares { self.basis.ss_explained } else { ss_total - ss_residual };
        let r2 = (ss_total > 0.0).then(|| 1.0 - ss_residual / ss_total);
        let df_model = self.basis.independent.len() as f64;
        let df_total = n - f64::from(u8::from(self.options.fit_intercept));
        let of_fit = |value: f64| finite(value).filter(|_| is_least_squares);
        let f_statistic =
            variance.filter(|_| df_model > 0.0).and_then(|variance| of_fit(ss_explained / df_model / variance));
        let log_likelihood = if is_exact {
            None
        } else {
            finite(-0.5 * n * ((2.0 * std::f64::consts::PI).ln() + (ss_residual / n).ln() + 1.0))
        };
        FitStatistics {
            r2,
            adj_r2: r2.filter(|_| df > 0).and_then(|r2| of_fit(1.0 - (1.0 - r2) * df_total / df as f64)),
            f: f_statistic,
            f_p: f_statistic.map(|statistic| f::tails(statistic, df_model, df as f64).upper),
            log_likelihood,
            aic: log_likelihood.and_then(|llf| of_fit(-2.0 * llf + 2.0 * k)),
            bic: log_likelihood.and_then(|llf| of_fit(-2.0 * llf + k * n.ln())),
            ss_residual,
            ss_explained,
            ss_total,
            residual_sd: variance.map(f64::sqrt),
        }
    }

    fn tests(&self, n: f64, k: usize, ss_residual: f64) -> ResidualTests {
        let shape = Shape::of(n, self.sums.powers.map(Sum::value));
        let breusch_pagan = self.breusch_pagan(n, k);
        ResidualTests {
            durbin_watson: finite(self.sums.differences.value() / ss_residual).filter(|_| n > 1.0),
            jarque_bera: shape.map(Shape::jarque_bera),
            skew: shape.map(|shape| shape.skew),
            kurtosis: shape.map(|shape| shape.kurtosis),
            omnibus: shape.and_then(Shape::omnibus),
            breusch_pagan: breusch_pagan.map(|tests| tests.0),
            breusch_pagan_f: breusch_pagan.map(|tests| tests.1),
        }
    }

    /// Squared residuals regressed on X, by projection onto Q. Needs the intercept, as the test is of a constant variance.
    fn breusch_pagan(&self, n: f64, k: usize) -> Option<(TestResult, TestResult)> {
        let df_model = k.checked_sub(1).filter(|df| *df > 0 && self.options.fit_intercept)? as f64;
        let df = n - k as f64;
        let [_, second, _, fourth] = self.sums.powers.map(Sum::value);
        let total = fourth - second * second / n;
        let explained: f64 = self.sums.q_squares.iter().skip(1).map(|value| value * value).sum();
        if df <= 0.0 || total <= 0.0 {
            return None;
        }
        let r2 = (explained / total).min(1.0);
        let (lm, f_statistic) = (finite(n * r2)?, finite(r2 / df_model / ((1.0 - r2) / df))?);
        Some((
            TestResult { statistic: lm, p: chi2::tails(lm, df_model).upper },
            TestResult { statistic: f_statistic, p: f::tails(f_statistic, df_model, df).upper },
        ))
    }

    fn notes(&self, df: u64, is_exact: bool) -> Vec<ReportNote> {
        let mut notes = Vec::new();
        let mut add = |code: &str, message: String| notes.push(ReportNote { code: code.to_owned(), message });
        let target = self.x.target_name();
        if !self.options.is_least_squares {
            add(
                "not_least_squares",
                "These coefficients are shrunken or weighted on purpose: standard errors, tests of coefficients and intervals of least squares do not apply to them.".into(),
            );
        }
        if !self.basis.is_full_rank() {
            let names: Vec<&str> =
                self.basis.dependent.iter().filter_map(|j| self.model.features.get(*j).map(String::as_str)).collect();
            let (repeat, they) = if names.len() == 1 { ("repeats", "it") } else { ("repeat", "them") };
            add(
                "rank_deficient",
                format!(
                    "{} {repeat} what other features say (or are constant), so single coefficients are not determined and have no standard errors. Drop {they}.",
                    names.join(", ")
                ),
            );
        }
        if df == 0 {
            add(
                "no_degrees_of_freedom",
                format!(
                    "There are {} training rows for {} parameters: the model can fit anything, and nothing is left to estimate errors from. Use more rows or fewer features.",
                    self.rows.len(),
                    self.basis.n_parameters()
                ),
            );
        }
        if self.basis.ss_total <= 0.0 {
            add("constant_target", format!("{target} is the same in every training row: there is nothing to explain."));
        } else if is_exact {
            add(
                "exact_fit",
                format!(
                    "The features give {target} exactly: there are no errors to test. Check that none of them is made from it."
                ),
            );
        }
        if self.sums.has_leverage_one && df > 0 {
            add(
                "leverage_one",
                "Some rows have a leverage of 1: the fit goes exactly through them, whatever their target is. They have no studentised residual, and HC2 and HC3 are not defined.".into(),
            );
        }
        if self.rows.len() < 20 && df > 0 {
            add("few_rows", format!("With {} training rows the tests of normality are rough.", self.rows.len()));
        }
        notes
    }
}

impl Sums {
    fn absorb(&mut self, residual: f64) {
        let square = residual * residual;
        for (sum, power) in self.powers.iter_mut().zip([residual, square, square * residual, square * square]) {
            sum.add(power);
        }
        if let Some(last) = self.last {
            self.differences.add((residual - last) * (residual - last));
        }
        self.last = Some(residual);
    }
}

/// Whether the i-th of n is one of `most` evenly spaced ones.
fn is_kept(i: usize, n: usize, most: usize) -> bool {
    // The first i of each of `most` equal parts: i is kept if a part begins between i and i + 1.
    n <= most || (i * most) % n < most
}

/// Keeps the ten largest, largest first; of equal ones, the first.
fn keep_largest(kept: &mut Vec<Influence>, influence: Influence) {
    let size = |influence: &Influence| influence.cooks.unwrap_or(f64::INFINITY);
    let place = kept.partition_point(|other| size(other) >= size(&influence));
    if place < MOST_INFLUENTIAL {
        kept.insert(place, influence);
        kept.truncate(MOST_INFLUENTIAL);
    }
}

/// With s² known: studentised residuals, Cook's distance, DFFITS.
fn completed(of_pass: &Influence, variance: Option<f64>, k: usize, df: u64) -> Influence {
    let studentised = of_pass.studentised.zip(variance).and_then(|(scaled, variance)| finite(scaled / variance.sqrt()));
    let df = df as f64;
    let external = studentised.and_then(|t| {
        let left = df - t * t;
        (left > 0.0 && df > 1.0).then(|| t * ((df - 1.0) / left).sqrt()).and_then(finite)
    });
    let pull = of_pass.leverage / (1.0 - of_pass.leverage);
    Influence {
        studentised,
        studentised_external: external,
        cooks: of_pass.cooks.zip(variance).and_then(|(cooks, variance)| finite(cooks / variance / k as f64)),
        dffits: external.and_then(|external| finite(external * pull.sqrt())),
        ..of_pass.clone()
    }
}

/// Only finite numbers are kept: JSON has no others.
pub(super) fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}
