//! Choosing columns from the R factor: stepwise, and the best of all subsets by branch and bound.

use nalgebra::{DMatrix, DVector, QR};
use serde::{Deserialize, Serialize};

use super::nnls::least_squares;
use super::rfactor::RFactor;
use super::solve::System;
use super::{LinalgError, LinearSolution};

/// What makes a subset better: the fit against the number of parameters k, the intercept counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Akaike's: `n·ln(2π·RSS/n) + n + 2k`, statsmodels' `aic`.
    Aic,
    /// Schwarz's: `n·ln(2π·RSS/n) + n + k·ln n`, statsmodels' `bic`.
    Bic,
    /// `1 − (RSS/(n − k)) / (TSS/(n − 1))`: larger is better.
    AdjR2,
}

/// Which moves a stepwise search makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From no columns, adding.
    Forward,
    /// From all columns, dropping.
    Backward,
    /// From no columns, adding or dropping, whatever is better.
    Both,
}

/// Columns with the fit that they allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Subset {
    /// Ascending.
    pub columns: Vec<usize>,
    pub ss_residual: f64,
    /// The criterion in its own sign.
    pub score: f64,
}

/// The searches over one R factor.
#[derive(Debug, Clone)]
pub struct SubsetSearch {
    r: RFactor,
    fit_intercept: bool,
    system: System,
    criterion: Criterion,
    ss_total: f64,
}

impl SubsetSearch {
    /// Prepares the centred (without intercept: raw) triangle.
    ///
    /// # Errors
    /// `NoRows`, `NotFinite`.
    pub fn new(r: &RFactor, fit_intercept: bool, criterion: Criterion) -> Result<Self, LinalgError> {
        if r.n_rows() == 0 {
            return Err(LinalgError::NoRows);
        }
        let system = r.system(fit_intercept)?;
        let ss_total = system.b.norm_squared() + system.tail * system.tail;
        Ok(Self { r: r.clone(), fit_intercept, system, criterion, ss_total })
    }

    /// The criterion for a subset of `size` columns, lower is better; infinite when the rows do not suffice.
    fn cost(&self, ss_residual: f64, size: usize) -> f64 {
        let n = self.r.n_rows() as f64;
        let k = (size + usize::from(self.fit_intercept)) as f64;
        if k >= n {
            return f64::INFINITY;
        }
        let likelihood = n * (std::f64::consts::TAU * ss_residual / n).ln() + n;
        match self.criterion {
            Criterion::Aic => likelihood + 2.0 * k,
            Criterion::Bic => likelihood + k * n.ln(),
            Criterion::AdjR2 => ss_residual / (n - k),
        }
    }

    fn subset(&self, mut columns: Vec<usize>, ss_residual: f64) -> Subset {
        columns.sort_unstable();
        let cost = self.cost(ss_residual, columns.len());
        let degrees = self.r.n_rows() as f64 - f64::from(u8::from(self.fit_intercept));
        let score = if self.criterion == Criterion::AdjR2 { 1.0 - cost / (self.ss_total / degrees) } else { cost };
        Subset { columns, ss_residual, score }
    }

    /// The least-squares solution on these columns, 0 elsewhere.
    ///
    /// # Errors
    /// `NoConvergence` for columns that depend on each other.
    pub fn solution(&self, columns: &[usize]) -> Result<LinearSolution, LinalgError> {
        let mut coef = vec![0.0; self.r.n_features()];
        let found = least_squares(&self.system.a, &self.system.b, columns).ok_or(LinalgError::NoConvergence)?;
        columns.iter().zip(found).for_each(|(j, value)| coef[*j] = value);
        Ok(self.r.with_intercept(coef, self.fit_intercept, columns.len() as f64))
    }

    /// Adds or drops the column that improves the criterion most, until none does. The steps, the first with the start.
    #[must_use]
    pub fn stepwise(&self, direction: Direction) -> Vec<Subset> {
        let p = self.system.a.ncols();
        let mut columns = Vec::new();
        if direction == Direction::Backward {
            columns = self.independent((0..p).collect());
        }
        let mut state = State::new(&self.system, &columns);
        let mut steps = vec![self.subset(columns.clone(), state.ss_residual)];
        let mut cost = self.cost(state.ss_residual, columns.len());
        for _ in 0..4 * p + 4 {
            let mut best: Option<(f64, Vec<usize>)> = None;
            let mut consider = |ss_residual: f64, after: Vec<usize>| {
                let cost = self.cost(ss_residual, after.len());
                if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                    best = Some((cost, after));
                }
            };
            if direction != Direction::Backward {
                for (j, ss_residual) in state.with_one_more() {
                    consider(ss_residual, columns.iter().copied().chain([j]).collect());
                }
            }
            if direction != Direction::Forward {
                for (j, ss_residual) in state.with_one_less() {
                    consider(ss_residual, columns.iter().copied().filter(|other| *other != j).collect());
                }
            }
            let Some((least, after)) = best.filter(|(least, _)| *least < cost - 1e-12 * cost.abs()) else { break };
            (cost, columns) = (least, after);
            state = State::new(&self.system, &columns);
            steps.push(self.subset(columns.clone(), state.ss_residual));
        }
        steps
    }

    /// For each number of columns from 0 on, the subset with the smallest residual sum of squares; and whether the search
    /// was complete within `max_nodes` subsets looked at (else the best found).
    ///
    /// Leaps and bounds (Furnival and Wilson 1974): dropping columns never lowers the residual sum of squares, so a branch
    /// whose every size has a better subset already is not followed.
    #[must_use]
    pub fn best_by_size(&self, max_nodes: u64) -> (Vec<Subset>, bool) {
        // The columns that a backward search keeps longest come first: the branches that drop them are cut off early.
        let kept = self.independent((0..self.system.a.ncols()).collect());
        let mut order = Vec::new();
        let mut left = kept;
        while !left.is_empty() {
            let weakest = State::new(&self.system, &left).with_one_less();
            let Some((weakest, _)) = weakest.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)) else { break };
            left.retain(|j| *j != weakest);
            order.push(weakest);
        }
        order.reverse();
        let k = order.len();
        let mut joined = self.system.a.select_columns(&order).insert_column(k, 0.0);
        joined.set_column(k, &self.system.b);
        let mut triangle = QR::new(joined).unpack_r();
        if triangle.nrows() < k + 1 {
            let missing = k + 1 - triangle.nrows();
            triangle = triangle.insert_rows(k + 1 - missing, missing, 0.0);
        }
        let mut leaps = Leaps {
            tail: self.system.tail * self.system.tail,
            best: vec![(f64::INFINITY, Vec::new()); k + 1],
            left: max_nodes,
        };
        leaps.keep(&triangle, &order);
        leaps.explore(&triangle, &order, 0);
        let complete = leaps.left > 0;
        let found = leaps.best.into_iter().filter(|(ss_residual, _)| ss_residual.is_finite());
        (found.map(|(ss_residual, columns)| self.subset(columns, ss_residual)).collect(), complete)
    }

    /// The best subset by the criterion, and whether it is proven to be.
    #[must_use]
    pub fn best(&self, max_nodes: u64) -> (Option<Subset>, bool) {
        let (found, complete) = self.best_by_size(max_nodes);
        let cost = |subset: &Subset| self.cost(subset.ss_residual, subset.columns.len());
        (found.into_iter().min_by(|a, b| cost(a).total_cmp(&cost(b))), complete)
    }

    /// Without the columns that depend on those before them.
    fn independent(&self, columns: Vec<usize>) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        for j in columns {
            let mut tried = kept.clone();
            tried.push(j);
            if self.system.norms[j] > 0.0 && least_squares(&self.system.a, &self.system.b, &tried).is_some() {
                kept = tried;
            }
        }
        kept
    }
}

/// What is known of a subset in a stepwise search.
struct State<'a> {
    system: &'a System,
    columns: Vec<usize>,
    /// Orthonormal basis of the columns.
    q: DMatrix<f64>,
    r: DMatrix<f64>,
    left: DVector<f64>,
    ss_residual: f64,
}

impl<'a> State<'a> {
    fn new(system: &'a System, columns: &[usize]) -> Self {
        let (q, r) = QR::new(system.a.select_columns(columns)).unpack();
        let left = &system.b - &q * q.tr_mul(&system.b);
        let ss_residual = left.norm_squared() + system.tail * system.tail;
        Self { system, columns: columns.to_vec(), q, r, left, ss_residual }
    }

    /// Each column that is not in, with the residual sum of squares with it.
    fn with_one_more(&self) -> Vec<(usize, f64)> {
        let mut list = Vec::new();
        for (j, norm) in self.system.norms.iter().enumerate() {
            if self.columns.contains(&j) || *norm == 0.0 {
                continue;
            }
            let mut rest = self.system.a.column(j).into_owned();
            for _ in 0..2 {
                rest -= &self.q * self.q.tr_mul(&rest);
            }
            if rest.norm() > 1e-10 * norm {
                let gained = (rest.dot(&self.left) / rest.norm()).powi(2);
                list.push((j, (self.ss_residual - gained).max(0.0)));
            }
        }
        list
    }

    /// Each column that is in, with the residual sum of squares without it: `RSS + wⱼ² / (XᵀX)⁻¹ⱼⱼ`.
    fn with_one_less(&self) -> Vec<(usize, f64)> {
        let k = self.columns.len();
        let Some(inverse) = self.r.solve_upper_triangular(&DMatrix::identity(k, k)) else { return Vec::new() };
        let w = &inverse * self.q.tr_mul(&self.system.b);
        let cost = |i: usize| w[i] * w[i] / inverse.row(i).norm_squared();
        self.columns.iter().enumerate().map(|(i, j)| (*j, self.ss_residual + cost(i))).collect()
    }
}

struct Leaps {
    tail: f64,
    /// By number of columns: the smallest residual sum of squares, and its columns.
    best: Vec<(f64, Vec<usize>)>,
    /// Subsets that may still be looked at.
    left: u64,
}

impl Leaps {
    /// The triangle of `[columns, y]` gives the residual sums of squares of all its leading columns.
    fn keep(&mut self, triangle: &DMatrix<f64>, columns: &[usize]) {
        let k = columns.len();
        let mut ss_residual = self.tail + triangle[(k, k)].powi(2);
        for size in (0..=k).rev() {
            if let Some(best) = self.best.get_mut(size)
                && ss_residual < best.0
            {
                *best = (ss_residual, columns.iter().take(size).copied().collect());
            }
            if size > 0 {
                ss_residual += triangle[(size - 1, k)].powi(2);
            }
        }
    }

    /// All subsets that drop some of the columns from `first` on.
    fn explore(&mut self, triangle: &DMatrix<f64>, columns: &[usize], first: usize) {
        let k = columns.len();
        for j in (first..k).rev() {
            let Some(left) = self.left.checked_sub(1) else { return };
            self.left = left;
            let child = without(triangle, j);
            let kept: Vec<usize> =
                columns.iter().copied().enumerate().filter(|(i, _)| *i != j).map(|(_, c)| c).collect();
            self.keep(&child, &kept);
            // Below: subsets of at least j columns that lie within `kept`, none fits better than all of it.
            let bound = self.tail + child[(k - 1, k - 1)].powi(2);
            let promising = self.best.get(j..k - 1).unwrap_or_default().iter().any(|(best, _)| bound < *best);
            if promising {
                self.explore(&child, &kept, j);
            }
        }
    }
}

/// The triangle without column j, made one again by Givens rotations.
fn without(triangle: &DMatrix<f64>, j: usize) -> DMatrix<f64> {
    let mut next = triangle.clone().remove_column(j);
    let n = next.ncols();
    for i in j..n {
        let (upper, lower) = (next[(i, i)], next[(i + 1, i)]);
        let length = upper.hypot(lower);
        if length == 0.0 {
            continue;
        }
        let (cosine, sine) = (upper / length, lower / length);
        for column in i..n {
            let (a, b) = (next[(i, column)], next[(i + 1, column)]);
            next[(i, column)] = cosine * a + sine * b;
            next[(i + 1, column)] = cosine * b - sine * a;
        }
    }
    next.remove_row(n)
}
