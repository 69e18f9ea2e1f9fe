//! A sweep within the train step: every candidate is judged by folds of the training rows, and the best is chosen.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::engine::{Engine, Stop};
use super::modelling::{classes_of, fit_fold, rows_a_step};
use super::{Candidate, CandidateSpec, Host, PipelineSpec, StepCache, StepName, SweepError, SweepSummary, Unit};
use crate::base::Digest;
use crate::estimators::{EstimatorError, EstimatorSpec, LinearModel, solve_from_r};
use crate::evaluate::{Scorer, Scoring, Task};
use crate::features::{DesignMatrix, FeatureSpec, fit_transform};
use crate::linalg::{LinalgError, RFactor, RidgePath};
use crate::split::Split;
use crate::split::cv::Folds;
use crate::table::Table;
use crate::validation::{Coefficients, FoldFactoring, FoldFactors, RowValidating, factors_of, rows_at, score};

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
    /// What names the folds' factors of this matrix.
    pub(super) folds_of: &'a Digest,
}

impl<H: Host, C: StepCache> Engine<'_, H, C> {
    /// Judges every candidate of the spec. What is solved from R factors costs one pass over the rows for all of them, and
    /// where encoders are fitted in each fold one for each setting of theirs.
    pub(super) async fn sweep(&mut self, spec: &PipelineSpec, data: SweepData<'_>) -> Result<SweepSummary, Stop> {
        let candidates = spec.candidates()?;
        let cv = spec.folds().ok_or(SweepError::NoEstimator)?;
        let scoring = spec.scoring();
        let folds = cv.folds(data.table, &spec.features.target, &data.rows.train)?;
        let mut settings: BTreeMap<u128, Vec<(usize, CandidateSpec)>> = BTreeMap::new();
        let total = candidates.len();
        for (place, candidate) in candidates.into_iter().enumerate() {
            settings.entry(candidate.setting).or_default().push((place, candidate));
        }
        let mut judged: Vec<(usize, Candidate)> = Vec::with_capacity(total);
        for candidates in settings.into_values() {
            let encoders = candidates.first().and_then(|(_, first)| first.encoders.clone());
            let features = encoders.map_or_else(|| spec.features.clone(), |all| spec.features.with_encoders(all));
            let spec = PipelineSpec { features, ..spec.clone() };
            let factors = self.factors(&spec, &candidates, data, &folds).await?;
            let paths: Vec<FoldPaths> = factors.iter().flat_map(|factors| &factors.train).map(FoldPaths::new).collect();
            for (place, CandidateSpec { estimator, encoders, .. }) in candidates {
                let one = match &factors {
                    Some(factors) if from_r(&spec, &estimator) => {
                        judge_from_r(estimator, scoring, (factors, &paths), (data, &folds))
                    }
                    _ => self.judge_by_rows(&spec, estimator, data, &folds).await?,
                };
                judged.push((place, Candidate { encoders, ..one }));
                if judged.len().is_multiple_of(SOLUTIONS.div_ceil(folds.len().max(1))) {
                    self.breathe(StepName::Train, judged.len() as u64, total as u64, Unit::Candidates).await?;
                }
            }
        }
        judged.sort_unstable_by_key(|(place, _)| *place);
        let judged = judged.into_iter().map(|(_, candidate)| candidate).collect();
        Ok(SweepSummary { fold_sizes: mean_sizes(&folds), ..SweepSummary::of(cv, scoring, judged)? })
    }

    /// The factors that candidates of one setting are solved from; `None` where none is, or encoders cannot be fitted in
    /// a fold: then each candidate says so by itself.
    async fn factors(
        &mut self,
        spec: &PipelineSpec,
        candidates: &[(usize, CandidateSpec)],
        data: SweepData<'_>,
        folds: &Folds,
    ) -> Result<Option<Rc<FoldFactors>>, Stop> {
        if !candidates.iter().any(|(_, one)| from_r(spec, &one.estimator)) {
            return Ok(None);
        }
        if spec.features.encoders.is_empty() {
            let rows = (data.matrix, data.rows.train.as_slice(), folds);
            return self.fold_factors(StepName::Train, data.folds_of, rows).await.map(Some);
        }
        let mut factors = FoldFactors { train: Vec::new(), test: Vec::new() };
        for fold in 0..folds.len() {
            let (train, test) = (folds.train(fold), folds.test(fold));
            let (train, test) = (rows_at(&data.rows.train, &train), rows_at(&data.rows.train, test));
            let Some((of_train, of_test)) = encoded_factors(&spec.features, data.plain, &train, &test) else {
                return Ok(None);
            };
            factors.train.push(of_train);
            factors.test.push(of_test);
            self.breathe(StepName::Train, fold as u64 + 1, folds.len() as u64, Unit::Folds).await?;
        }
        Ok(Some(Rc::new(factors)))
    }

    /// The factors of these folds, from memory where `of` is known: another sweep, or another penalty, needs no pass over
    /// the rows.
    pub(super) async fn fold_factors(
        &mut self,
        step: StepName,
        of: &Digest,
        (matrix, train, folds): (&DesignMatrix, &[u32], &Folds),
    ) -> Result<Rc<FoldFactors>, Stop> {
        if let Some(known) = self.session.fold_factors(of) {
            return Ok(known);
        }
        let mut factoring = FoldFactoring::new(matrix, train, folds)?;
        while factoring.step(rows_a_step(matrix))? {
            let (done, total) = factoring.progress();
            self.breathe(step, done, total, Unit::Rows).await?;
        }
        let factors = Rc::new(factoring.finish()?);
        self.session.keep_fold_factors(of.clone(), Rc::clone(&factors));
        Ok(factors)
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
            Some(scores) => Candidate { estimator, mse, r2, scores, error: None, encoders: None },
            None => undefined(estimator, scoring),
        })
    }
}

/// Whether a candidate is solved from R factors alone, and judged by them. Behind encoders only squares are: another metric
/// wants the rows, which each fold encodes in its own way.
fn from_r(spec: &PipelineSpec, estimator: &EstimatorSpec) -> bool {
    let squares = matches!(spec.scoring(), Scoring::Mse | Scoring::Rmse | Scoring::R2);
    spec.features.target_transform.is_none()
        && (spec.features.encoders.is_empty() || squares)
        && estimator.sample_weight().is_none()
        && estimator.solves_from_r()
}

/// The factors of a fold's training and test rows, its encoders fitted on the training rows.
fn encoded_factors(features: &FeatureSpec, table: &Table, train: &[u32], test: &[u32]) -> Option<(RFactor, RFactor)> {
    let (fitted, matrix) = fit_transform(table, features, train).ok()?;
    let whole = fitted.transform(table).ok()?;
    factors_of((&matrix, train), (&whole, test)).ok()
}

/// Training and test rows of a fold, on average.
fn mean_sizes(folds: &Folds) -> Option<(f64, f64)> {
    let n = folds.len();
    let mean = |size: &dyn Fn(usize) -> usize| (0..n).map(|fold| size(fold) as f64).sum::<f64>() / n as f64;
    (n > 0).then(|| (mean(&|fold| folds.n_train(fold)), mean(&|fold| folds.test(fold).len())))
}

fn failed(estimator: EstimatorSpec, error: String) -> Candidate {
    Candidate { estimator, mse: Vec::new(), r2: Vec::new(), scores: Vec::new(), error: Some(error), encoders: None }
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
        (Scoring::Mse, _) => Candidate { estimator, mse, r2, scores: Vec::new(), error: None, encoders: None },
        (_, Some(scores)) => Candidate { estimator, mse, r2, scores, error: None, encoders: None },
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
