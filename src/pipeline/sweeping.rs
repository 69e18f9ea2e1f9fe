//! A sweep within the train step: every candidate is judged by folds of the training rows, and the best is chosen.

use std::cell::OnceCell;

use super::engine::{Engine, Stop};
use super::modelling::{fit_fold, rows_a_step};
use super::{Candidate, Host, PipelineSpec, StepCache, StepName, SweepError, SweepSummary, Unit};
use crate::estimators::{EstimatorError, EstimatorSpec, solve_from_r};
use crate::features::DesignMatrix;
use crate::linalg::{LinalgError, RFactor, RidgePath};
use crate::split::Split;
use crate::split::cv::Folds;
use crate::table::Table;
use crate::validation::{Coefficients, FoldFactoring, FoldFactors, RowValidating, score};

/// Solutions between two looks at the clock.
const SOLUTIONS: usize = 64;

/// What a sweep is fitted to.
#[derive(Clone, Copy)]
pub(super) struct SweepData<'a> {
    /// The clean table, and the same without columns that only weigh the rows.
    pub(super) table: &'a Table,
    pub(super) plain: &'a Table,
    pub(super) rows: &'a Split,
    pub(super) matrix: &'a DesignMatrix,
}

impl<H: Host, C: StepCache> Engine<'_, H, C> {
    /// Judges every candidate of the spec. What is solved from R factors costs one pass over the rows for all of them.
    pub(super) async fn sweep(&mut self, spec: &PipelineSpec, data: SweepData<'_>) -> Result<SweepSummary, Stop> {
        let candidates = spec.candidates()?;
        let cv = spec.folds().ok_or(SweepError::NoEstimator)?;
        let folds = cv.folds(data.table, &spec.features.target, &data.rows.train)?;
        let is_plain = spec.features.encoders.is_empty() && spec.features.target_transform.is_none();
        let from_r = |one: &EstimatorSpec| is_plain && one.sample_weight().is_none() && one.solves_from_r();
        let factors = match candidates.iter().any(from_r) {
            true => Some(self.fold_factors(data, &folds).await?),
            false => None,
        };
        let paths: Vec<FoldPaths> = factors.iter().flat_map(|factors| &factors.train).map(FoldPaths::new).collect();
        let total = candidates.len() as u64;
        let mut judged = Vec::with_capacity(candidates.len());
        for (place, estimator) in candidates.into_iter().enumerate() {
            let candidate = match &factors {
                Some(factors) if from_r(&estimator) => judge_from_r(estimator, factors, &paths),
                _ => self.judge_by_rows(spec, estimator, data, &folds).await?,
            };
            judged.push(candidate);
            if place % SOLUTIONS.div_ceil(folds.len().max(1)) == 0 {
                self.breathe(StepName::Train, place as u64, total, Unit::Candidates).await?;
            }
        }
        Ok(SweepSummary { fold_sizes: mean_sizes(&folds), ..SweepSummary::of(cv, judged)? })
    }

    async fn fold_factors(&mut self, data: SweepData<'_>, folds: &Folds) -> Result<FoldFactors, Stop> {
        let mut factoring = FoldFactoring::new(data.matrix, &data.rows.train, folds)?;
        while factoring.step(rows_a_step(data.matrix))? {
            let (done, total) = factoring.progress();
            self.breathe(StepName::Train, done, total, Unit::Rows).await?;
        }
        Ok(factoring.finish()?)
    }

    /// Fits encoders and estimator anew in each fold. A candidate that fails is kept with the reason.
    async fn judge_by_rows(
        &mut self,
        spec: &PipelineSpec,
        estimator: EstimatorSpec,
        data: SweepData<'_>,
        folds: &Folds,
    ) -> Result<Candidate, Stop> {
        let target = data.matrix.target_original();
        let mut validating = RowValidating::new(target, &data.rows.train, folds, data.matrix.n_features())?;
        loop {
            match validating.step(|train| fit_fold(spec, &estimator, data.table, data.plain, train)) {
                Err(error) => return Ok(failed(estimator, error.to_string())),
                Ok(true) => {
                    let (done, total) = validating.progress();
                    self.breathe(StepName::Train, done, total, Unit::Folds).await?;
                }
                Ok(false) => break,
            }
        }
        let summary = validating.finish().0;
        let r2 = |fold: &crate::validation::CvFold| fold.metrics.iter().find(|one| one.name == "r2")?.value;
        let (mse, r2) = (summary.of_folds("mse"), summary.folds.iter().map(r2).collect());
        Ok(Candidate { estimator, mse, r2, error: None })
    }
}

/// Training and test rows of a fold, on average.
fn mean_sizes(folds: &Folds) -> Option<(f64, f64)> {
    let n = folds.len();
    let mean = |size: &dyn Fn(usize) -> usize| (0..n).map(|fold| size(fold) as f64).sum::<f64>() / n as f64;
    (n > 0).then(|| (mean(&|fold| folds.n_train(fold)), mean(&|fold| folds.test(fold).len())))
}

fn failed(estimator: EstimatorSpec, error: String) -> Candidate {
    Candidate { estimator, mse: Vec::new(), r2: Vec::new(), error: Some(error) }
}

/// What many candidates share within a fold: ridge's decomposition, made once.
struct FoldPaths<'a> {
    r: &'a RFactor,
    with_intercept: OnceCell<Result<RidgePath, LinalgError>>,
    without: OnceCell<Result<RidgePath, LinalgError>>,
}

impl<'a> FoldPaths<'a> {
    fn new(r: &'a RFactor) -> Self {
        Self { r, with_intercept: OnceCell::new(), without: OnceCell::new() }
    }

    fn solve(&self, estimator: &EstimatorSpec) -> Result<Coefficients, EstimatorError> {
        if let EstimatorSpec::Ridge(ridge) = estimator {
            let cell = if ridge.fit_intercept { &self.with_intercept } else { &self.without };
            let path = cell.get_or_init(|| RidgePath::new(self.r, ridge.fit_intercept));
            let solution = path.as_ref().map_err(|error| error.clone())?.solve(ridge.alpha);
            return Ok((solution.coef, solution.intercept));
        }
        let solution = solve_from_r(estimator, self.r).unwrap_or(Err(EstimatorError::NoRows))?;
        Ok((solution.coef, solution.intercept))
    }
}

fn judge_from_r(estimator: EstimatorSpec, factors: &FoldFactors, paths: &[FoldPaths<'_>]) -> Candidate {
    let (mut mse, mut r2) = (Vec::with_capacity(paths.len()), Vec::with_capacity(paths.len()));
    for (fold, (paths, test)) in paths.iter().zip(&factors.test).enumerate() {
        match paths.solve(&estimator) {
            Ok((coef, intercept)) => {
                let scored = score(test, (&coef, intercept));
                mse.push(scored.mse);
                r2.push(scored.r2);
            }
            Err(error) => return failed(estimator, format!("Fold {}: {error}", fold + 1)),
        }
    }
    Candidate { estimator, mse, r2, error: None }
}
