//! The regularisation path: coefficients and errors for every penalty, from the R factors of the folds, of all training rows
//! and of the test rows. Scrubbing along it needs no further question.

use std::cell::RefCell;

use super::super::Stop;
use super::folds::{factor, factors, folds_of, shift};
use super::prepared::Prepared;
use super::words::{count, number};
use super::{Pace, PathEstimator, PathResult, Said};
use crate::estimators::{Alphas, PathKind, PathPoint, path as solutions};
use crate::features::fit_transform;
use crate::linalg::{LassoPath, LinalgError, RFactor, RidgePath, Stop as End};
use crate::validation::{Coefficients, FactorScore, SweepTable, Sweeping, score};

/// Solutions between two turns.
const A_STEP: usize = 16;

/// A fold, ready for any penalty.
enum Ready {
    Ridge(Box<RidgePath>),
    Lasso(Box<RefCell<LassoPath>>),
}

pub(super) async fn path<P: Pace>(
    pace: &P,
    prepared: &Prepared<'_>,
    (estimator, l1_ratio, n_alphas): (PathEstimator, f64, u32),
) -> Result<PathResult, Stop> {
    let (spec, train, test) = (prepared.spec, &prepared.rows.train, &prepared.rows.test);
    let (kind, l1_ratio) = match estimator {
        PathEstimator::Ridge => (PathKind::Ridge, 0.0),
        PathEstimator::Lasso => (PathKind::Lasso, 1.0),
        PathEstimator::ElasticNet => (PathKind::ElasticNet { l1_ratio }, l1_ratio),
    };
    let fit_intercept = prepared.estimator.fit_intercept();
    let (features, matrix) = fit_transform(&prepared.plain, &spec.features, train)?;
    let whole = features.transform(&prepared.plain)?;
    let shift = shift(&matrix, train);
    let r = factor(&matrix, train, &shift)?;
    let of_test = if test.is_empty() { None } else { Some(factor(&whole, test, &shift)?) };
    pace.breathe(0, 1).await?;
    let grid = Alphas::Grid { n_alphas: n_alphas as usize, eps: 1e-3 };
    let points = solutions(&r, kind, &grid, fit_intercept)?;
    pace.breathe(0, 1).await?;
    let folds = folds_of(prepared)?;
    let factors = factors(pace, prepared, &matrix, &folds).await?;
    let alphas: Vec<f64> = points.iter().map(|point| point.alpha).collect();
    let table = sweep(pace, &factors, &alphas, (estimator, l1_ratio, fit_intercept)).await?;
    let one_standard_error = table.one_standard_error(|candidate| -alphas.get(candidate).copied().unwrap_or(0.0));
    let tested: Vec<FactorScore> =
        of_test.iter().flat_map(|r| points.iter().map(|point| score(r, (&point.coef, point.intercept)))).collect();
    let names = matrix.names();
    let result = PathResult {
        said: Said::default(),
        estimator,
        l1_ratio,
        fit_intercept,
        sd: standard_deviations(&r),
        coef: (0..names.len())
            .map(|j| points.iter().filter_map(|point| point.coef.get(j).copied()).collect())
            .collect(),
        features: names,
        intercept: points.iter().map(|point| point.intercept).collect(),
        n_nonzero: points.iter().map(n_nonzero).collect(),
        df: points.iter().map(|point| point.df).collect(),
        train_mse: points.iter().map(|point| point.train_mse).collect(),
        test_rmse: tested.iter().map(|score| score.mse.sqrt()).collect(),
        test_r2: tested.iter().map(|score| score.r2).collect::<Option<_>>().unwrap_or_default(),
        best: table.best as u32,
        one_standard_error: one_standard_error as u32,
        cv_mean: table.mean,
        cv_se: table.se,
        alphas,
        n_folds: folds.len() as u64,
    };
    let said = Said { sentence: sentence(&result), notes: notes(prepared, &result) };
    Ok(PathResult { said, ..result })
}

/// Penalties × folds.
async fn sweep<P: Pace>(
    pace: &P,
    factors: &crate::validation::FoldFactors,
    alphas: &[f64],
    (estimator, l1_ratio, fit_intercept): (PathEstimator, f64, bool),
) -> Result<SweepTable, Stop> {
    let prepare = |r: &RFactor| {
        Ok::<_, LinalgError>(match estimator {
            PathEstimator::Ridge => Ready::Ridge(Box::new(RidgePath::new(r, fit_intercept)?)),
            _ => Ready::Lasso(Box::new(RefCell::new(LassoPath::new(r, fit_intercept)?))),
        })
    };
    let solve = |ready: &Ready, alpha: &f64| -> Result<Coefficients, LinalgError> {
        let solution = match ready {
            Ready::Ridge(path) => path.solve(*alpha),
            Ready::Lasso(path) => path.borrow_mut().solve(*alpha, l1_ratio, End::Optimum)?,
        };
        Ok((solution.coef, solution.intercept))
    };
    let mut sweeping = Sweeping::new(factors, alphas)?;
    while sweeping.step(A_STEP, &prepare, &solve)? {
        let (done, total) = sweeping.progress();
        pace.breathe(done, total).await?;
    }
    Ok(sweeping.finish()?)
}

fn n_nonzero(point: &PathPoint) -> u32 {
    point.coef.iter().filter(|coef| **coef != 0.0).count() as u32
}

/// Sample standard deviations of the features, from the centred part of R.
fn standard_deviations(r: &RFactor) -> Vec<f64> {
    let degrees = (r.n_rows() as f64 - 1.0).max(1.0);
    let square = |j: usize| (1..=j).map(|i| r.entry(i, j).powi(2)).sum::<f64>();
    (1..=r.n_features()).map(|j| (square(j) / degrees).sqrt()).collect()
}

fn sentence(result: &PathResult) -> String {
    let at = |values: &[f64], place: u32| values.get(place as usize).copied().unwrap_or(f64::NAN);
    let of = |place: u32| {
        let features = match result.estimator {
            PathEstimator::Ridge => String::new(),
            _ => {
                let left = result.n_nonzero.get(place as usize).copied().unwrap_or(0);
                format!(" and {left} of {}", count(result.features.len() as u64, "feature"))
            }
        };
        format!("alpha = {}{features}", number(at(&result.alphas, place)))
    };
    let error = number(at(&result.cv_mean, result.best).sqrt());
    let head =
        format!("Over {}, the error is least with {} (RMSE {error}).", count(result.n_folds, "fold"), of(result.best));
    if result.best == result.one_standard_error {
        return format!("{head} No larger penalty is within one standard error of it.");
    }
    format!(
        "{head} As good within one standard error, and simpler: {} (RMSE {}).",
        of(result.one_standard_error),
        number(at(&result.cv_mean, result.one_standard_error).sqrt())
    )
}

fn notes(prepared: &Prepared<'_>, result: &PathResult) -> Vec<String> {
    let mut notes = Vec::new();
    let last = result.alphas.len().saturating_sub(1) as u32;
    if result.best == last {
        notes.push("The smallest penalty tried is the best: the features seem to need none.".into());
    } else if result.best == 0 {
        notes.push("The largest penalty tried is the best: the features seem to say nothing about the target.".into());
    }
    let (least, most) = result
        .sd
        .iter()
        .filter(|sd| **sd > 0.0)
        .fold((f64::MAX, 0.0_f64), |(least, most), sd| (least.min(*sd), most.max(*sd)));
    if most > 10.0 * least {
        notes.push(
            "A penalty is fair between features of the same scale, and these differ by more than 10 times. A standard_scaler in the train step makes them alike."
                .into(),
        );
    }
    if let Some(transform) = prepared.spec.features.target_transform {
        notes.push(format!("Errors are those of the transformed target ({}).", transform.as_str()));
    }
    if let Some(column) = prepared.estimator.sample_weight() {
        notes.push(format!("All rows count alike here: the weights in {column} are left out."));
    }
    notes
}
