//! A sweep within the train step: every candidate is judged by folds of the training rows, and the best is chosen.

use std::cell::OnceCell;

use super::engine::{Engine, Stop};
use super::modelling::{classes_of, fit_fold, rows_a_step};
use super::{Candidate, Host, PipelineSpec, StepCache, StepName, SweepError, SweepSummary, Unit};
use crate::estimators::{EstimatorError, EstimatorSpec, LinearModel, solve_from_r};
use crate::evaluate::{Scorer, Scoring, Task};
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
        let scoring = spec.scoring();
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
                Some(factors) if from_r(&estimator) => {
                    judge_from_r(estimator, scoring, (factors, &paths), (data, &folds))
                }
                _ => self.judge_by_rows(spec, estimator, data, &folds).await?,
            };
            judged.push(candidate);
            if place % SOLUTIONS.div_ceil(folds.len().max(1)) == 0 {
                self.breathe(StepName::Train, place as u64, total, Unit::Candidates).await?;
            }
        }
        Ok(SweepSummary { fold_sizes: mean_sizes(&folds), ..SweepSummary::of(cv, scoring, judged)? })
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
        let scoring = spec.scoring();
        let (target, train) = (data.matrix.target_original(), &data.rows.train);
        if scoring.is_of_classes() && !estimator.is_classifier() {
            return Ok(not_of_classes(estimator, scoring));
        }
        // A classifier of numbers is judged by the value that it expects.
        let classes = classes_of(&estimator, target, train).filter(|_| scoring.is_of_classes());
        let task = Task::of(classes);
        let mut validating = RowValidating::new(target, train, folds, data.matrix.n_features())?.with_task(task);
        loop {
            match validating.step(|train| fit_fold(spec, &estimator, (data.table, data.plain), train, task)) {
                Err(error) => return Ok(failed(estimator, error.to_string())),
                Ok(true) => {
                    let (done, total) = validating.progress();
                    self.breathe(StepName::Train, done, total, Unit::Folds).await?;
                }
                Ok(false) => break,
            }
        }
        let (mut mse, mut r2) = (Vec::new(), Vec::new());
        if task == Task::Regression {
            mse = validating.of_folds("mse").into_iter().flatten().collect();
            r2 = validating.of_folds("r2");
        }
        let scores = match scoring {
            Scoring::Mse => Some(Vec::new()),
            scoring => validating.of_folds(scoring.as_str()).into_iter().collect(),
        };
        Ok(match scores {
            Some(scores) => Candidate { estimator, mse, r2, scores, error: None },
            None => undefined(estimator, scoring),
        })
    }
}

/// Training and test rows of a fold, on average.
fn mean_sizes(folds: &Folds) -> Option<(f64, f64)> {
    let n = folds.len();
    let mean = |size: &dyn Fn(usize) -> usize| (0..n).map(|fold| size(fold) as f64).sum::<f64>() / n as f64;
    (n > 0).then(|| (mean(&|fold| folds.n_train(fold)), mean(&|fold| folds.test(fold).len())))
}

fn failed(estimator: EstimatorSpec, error: String) -> Candidate {
    Candidate { estimator, mse: Vec::new(), r2: Vec::new(), scores: Vec::new(), error: Some(error) }
}

fn undefined(estimator: EstimatorSpec, scoring: Scoring) -> Candidate {
    let name = scoring.as_str();
    failed(estimator, format!("{name} is not defined in every fold. Judge by another metric, or by fewer folds."))
}

fn not_of_classes(estimator: EstimatorSpec, scoring: Scoring) -> Candidate {
    let (name, label) = (scoring.as_str(), estimator.label());
    failed(estimator, format!("{name} judges classes, and {label} predicts numbers. Judge by mse, rmse, mae or r2."))
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

/// Solves each fold from its factor. What is a sum of squares is judged from a factor, too; else the test rows are predicted.
fn judge_from_r(
    estimator: EstimatorSpec,
    scoring: Scoring,
    (factors, paths): (&FoldFactors, &[FoldPaths<'_>]),
    (data, folds): (SweepData<'_>, &Folds),
) -> Candidate {
    let Some(scorer) = scoring.scorer(None) else { return not_of_classes(estimator, scoring) };
    let (mut mse, mut r2, mut scores) = (Vec::with_capacity(paths.len()), Vec::with_capacity(paths.len()), Vec::new());
    for (fold, (paths, test)) in paths.iter().zip(&factors.test).enumerate() {
        let (coef, intercept) = match paths.solve(&estimator) {
            Ok(solved) => solved,
            Err(error) => return failed(estimator, format!("Fold {}: {error}", fold + 1)),
        };
        let scored = score(test, (&coef, intercept));
        mse.push(scored.mse);
        r2.push(scored.r2);
        scores.push(match scoring {
            Scoring::Mse => Some(scored.mse),
            Scoring::Rmse => Some(scored.mse.sqrt()),
            Scoring::R2 => scored.r2,
            _ => score_rows(&scorer, (coef, intercept), data, folds.test(fold)),
        });
    }
    match (scoring, scores.into_iter().collect()) {
        (Scoring::Mse, _) => Candidate { estimator, mse, r2, scores: Vec::new(), error: None },
        (_, Some(scores)) => Candidate { estimator, mse, r2, scores, error: None },
        (_, None) => undefined(estimator, scoring),
    }
}

/// A metric of the rows at these positions of the training rows.
fn score_rows(scorer: &Scorer, (coef, intercept): Coefficients, data: SweepData<'_>, positions: &[u32]) -> Option<f64> {
    let rows: Vec<u32> = positions.iter().filter_map(|at| data.rows.train.get(*at as usize).copied()).collect();
    let target = data.matrix.target_original();
    let actual: Vec<f64> = rows.iter().map(|row| target.get(*row as usize).copied().unwrap_or(f64::NAN)).collect();
    let model = LinearModel { features: Vec::new(), coef, intercept };
    let mut predicted = Vec::with_capacity(rows.len());
    model.predict_into(data.matrix, &rows, &mut predicted);
    scorer.score(&actual, &predicted, data.matrix.n_features())
}
