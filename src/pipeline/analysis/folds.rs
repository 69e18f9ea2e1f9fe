//! The spec's folds, and what is made of each: scores, or factors.

use super::super::Stop;
use super::super::modelling::{classes_of, fit_fold, rows_a_step};
use super::Pace;
use super::prepared::Prepared;
use crate::estimators::{EstimatorError, EstimatorSpec, solve_from_r};
use crate::evaluate::Task;
use crate::features::{DesignMatrix, fit_transform};
use crate::linalg::{Moments, RFactor};
use crate::split::cv::{CvSpec, Folds, KFold};
use crate::validation::{Coefficients, CrossValidating, CvSummary, FoldFactoring, FoldFactors, RowValidating};

/// The spec's folds; five shuffled ones where it names none.
pub(super) fn cv_of(prepared: &Prepared<'_>) -> CvSpec {
    prepared.spec.evaluate.cv.clone().unwrap_or_else(|| CvSpec::KFold(KFold::default()))
}

pub(super) fn folds_of(prepared: &Prepared<'_>) -> Result<Folds, Stop> {
    Ok(cv_of(prepared).folds(&prepared.table, &prepared.spec.features.target, &prepared.rows.train)?)
}

/// What an estimator makes of a factor.
pub(super) fn solver(estimator: &EstimatorSpec) -> impl Fn(&RFactor) -> Result<Coefficients, EstimatorError> + '_ {
    |r| match solve_from_r(estimator, r) {
        Some(solution) => solution.map(|solution| (solution.coef, solution.intercept)),
        None => Err(EstimatorError::NoRows),
    }
}

/// Rows at positions of a list.
pub(super) fn rows_at(rows: &[u32], positions: &[u32]) -> Vec<u32> {
    positions.iter().filter_map(|position| rows.get(*position as usize).copied()).collect()
}

/// Cross-validates a pipeline on folds of the rows that `train` lists, by the metrics of classes or of numbers.
pub(super) async fn cross_validate<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    train: &[u32],
    folds: &Folds,
    of_classes: bool,
) -> Result<CvSummary, Stop> {
    let (_, matrix) = fit_transform(&prepared.plain, &prepared.spec.features, train)?;
    if prepared.is_plain() && prepared.estimator.solves_from_r() {
        let mut validating = CrossValidating::new(&matrix, train, folds, solver(prepared.estimator))?;
        while validating.step(rows_a_step(&matrix))? {
            let (done, total) = validating.progress();
            pace.breathe(done, total).await?;
        }
        return Ok(validating.finish()?.summary);
    }
    let target = matrix.target_original();
    let task = Task::of(classes_of(prepared.estimator, target, train).filter(|_| of_classes));
    let mut validating = RowValidating::new(target, train, folds, matrix.n_features())?.with_task(task);
    let Prepared { spec, estimator, table, plain, .. } = prepared;
    loop {
        let more = validating.step(|train| fit_fold(spec, estimator, (table, plain), train, task))?;
        let (done, total) = validating.progress();
        pace.breathe(done, total).await?;
        if !more {
            return Ok(validating.finish().0);
        }
    }
}

/// Factors of each fold's training and test rows. Encoders are fitted anew on each fold's training rows, so that nothing of
/// the test rows is in them; without encoders one pass serves all folds.
pub(super) async fn factors<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    matrix: &DesignMatrix,
    folds: &Folds,
) -> Result<FoldFactors, Stop> {
    let (spec, train) = (prepared.spec, &prepared.rows.train);
    if spec.features.encoders.is_empty() && spec.features.target_transform.is_none() {
        let mut factoring = FoldFactoring::new(matrix, train, folds)?;
        while factoring.step(rows_a_step(matrix))? {
            let (done, total) = factoring.progress();
            pace.breathe(done, total).await?;
        }
        return Ok(factoring.finish()?);
    }
    let mut factors = FoldFactors { train: Vec::new(), test: Vec::new() };
    for fold in 0..folds.len() {
        let (of_train, of_test) = (rows_at(train, &folds.train(fold)), rows_at(train, folds.test(fold)));
        let (features, matrix) = fit_transform(&prepared.plain, &spec.features, &of_train)?;
        let shift = shift(&matrix, &of_train);
        let seen = features.transform(&prepared.plain)?;
        factors.train.push(factor(&matrix, &of_train, &shift)?);
        factors.test.push(factor(&seen, &of_test, &shift)?);
        pace.breathe(fold as u64 + 1, folds.len() as u64).await?;
    }
    Ok(factors)
}

/// The means of features and target over the listed rows.
pub(super) fn shift(x: &DesignMatrix, rows: &[u32]) -> Vec<f64> {
    let mean = |column: &[f64]| {
        let mut moments = Moments::default();
        moments.absorb(column, rows);
        moments.mean()
    };
    x.columns().into_iter().chain([x.target()]).map(mean).collect()
}

/// The factor of the listed rows.
pub(super) fn factor(x: &DesignMatrix, rows: &[u32], shift: &[f64]) -> Result<RFactor, Stop> {
    let mut r = RFactor::new(shift.to_vec());
    let mut columns = x.columns();
    columns.push(x.target());
    r.absorb_rows(&columns, &x.ascending(rows))?;
    Ok(r)
}
