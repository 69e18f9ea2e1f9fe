//! Several candidates instead of one estimator: which ones a spec names, and what became of each.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PipelineSpec;
use crate::base::{Coded, ErrorReport, mean, sum};
use crate::estimators::{EstimatorSpec, SpecError, TrainEntry};
use crate::evaluate::Scoring;
use crate::split::cv::CvSpec;
use crate::validation::sample_without_replacement;

/// Each candidate becomes a run; no one reads more.
const MAX_CANDIDATES: usize = 10_000;

/// `"search": {"n_iter": 20, "random_state": 42}`: scikit-learn's `RandomizedSearchCV` over lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RandomSearch {
    pub n_iter: u32,
    pub random_state: u32,
}

impl Default for RandomSearch {
    fn default() -> Self {
        Self { n_iter: 20, random_state: 42 }
    }
}

/// Why a spec's candidates cannot be listed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    #[error("This pipeline names no estimator. Put one into “train”.")]
    NoEstimator,
    #[error("{0} candidates are too many (at most {MAX_CANDIDATES}). List fewer values, or set search.n_iter.")]
    TooMany(u128),
    #[error("search.n_iter is 0. Set at least 1.")]
    NoIterations,
    #[error("This pipeline names several candidates. Take one of them first.")]
    Several,
    #[error(transparent)]
    Estimator(#[from] SpecError),
    #[error("None of the {n} candidates could be fitted. The first one: {message}")]
    AllFailed { n: usize, message: String },
}

impl Coded for SweepError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoEstimator => "pipeline.no_estimator",
            Self::TooMany(_) => "pipeline.too_many_candidates",
            Self::Several => "pipeline.several_candidates",
            Self::NoIterations => "pipeline.no_iterations",
            Self::Estimator(error) => error.code(),
            Self::AllFailed { .. } => "pipeline.all_candidates_failed",
        }
    }
}

impl PipelineSpec {
    /// Whether more than one estimator is named.
    #[must_use]
    pub fn is_sweep(&self) -> bool {
        self.train.len() > 1 || self.train.iter().any(|entry| !entry.lists().is_empty())
    }

    /// How many candidates are fitted.
    #[must_use]
    pub fn n_candidates(&self) -> u128 {
        let all = self.train.iter().map(TrainEntry::n_candidates).fold(0, u128::saturating_add);
        self.search.filter(|_| self.is_sweep()).map_or(all, |search| all.min(u128::from(search.n_iter)))
    }

    /// Every candidate: entry by entry, within an entry in the order of scikit-learn's `ParameterGrid` (names sorted, the
    /// last one fastest); with `search`, those that `ParameterSampler` draws.
    ///
    /// # Errors
    /// None, too many, or values that do not go together.
    pub fn candidates(&self) -> Result<Vec<EstimatorSpec>, SweepError> {
        if self.train.is_empty() {
            return Err(SweepError::NoEstimator);
        }
        let all = self.train.iter().map(TrainEntry::n_candidates).fold(0, u128::saturating_add);
        let drawn = match self.search.filter(|_| self.is_sweep()) {
            Some(RandomSearch { n_iter: 0, .. }) => return Err(SweepError::NoIterations),
            Some(search) if u128::from(search.n_iter) < all => Some(search),
            _ => None,
        };
        let n = self.n_candidates();
        let count = usize::try_from(n).ok().filter(|n| *n <= MAX_CANDIDATES).ok_or(SweepError::TooMany(n))?;
        let places: Vec<u128> = match drawn {
            None => (0..n).collect(),
            Some(search) => {
                let all = u32::try_from(all).map_err(|_| SweepError::TooMany(all))?;
                sample_without_replacement(all, count, search.random_state).into_iter().map(u128::from).collect()
            }
        };
        places.into_iter().map(|place| self.candidate(place)).collect()
    }

    fn candidate(&self, place: u128) -> Result<EstimatorSpec, SweepError> {
        let mut rest = place;
        for entry in &self.train {
            if rest >= entry.n_candidates() {
                rest -= entry.n_candidates();
                continue;
            }
            let mut params = entry.params_map();
            // A map of serde_json is sorted by name.
            for (name, values) in entry.lists().iter().rev() {
                let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
                let n = values.len().max(1) as u128;
                if let Some(value) = usize::try_from(rest % n).ok().and_then(|at| values.get(at)) {
                    params.insert(name.clone(), value.clone());
                }
                rest /= n;
            }
            return Ok(EstimatorSpec::from_parts(entry.name(), params)?);
        }
        Err(SweepError::NoEstimator)
    }

    /// The folds that judge: those the spec asks for; for a sweep without any, five, shuffled.
    #[must_use]
    pub fn folds(&self) -> Option<CvSpec> {
        self.evaluate.cv.clone().or_else(|| if self.is_sweep() { CvSpec::fresh("k_fold") } else { None })
    }

    /// What chooses among the candidates: what `evaluate.scoring` asks for; else accuracy where all of them tell classes
    /// apart, as scikit-learn's classifiers score, and the mean squared error of numbers.
    #[must_use]
    pub fn scoring(&self) -> Scoring {
        let classifies = !self.train.is_empty() && self.train.iter().all(|entry| entry.is_classifier());
        self.evaluate.scoring.unwrap_or(if classifies { Scoring::Accuracy } else { Scoring::Mse })
    }

    /// The columns that only weigh the rows, of any candidate: they are no features.
    #[must_use]
    pub fn weight_columns(&self) -> Vec<String> {
        let listed = |entry: &TrainEntry| match entry.values("sample_weight") {
            Some(values) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None => entry.sample_weight().map(str::to_owned).into_iter().collect::<Vec<_>>(),
        };
        self.train.iter().flat_map(listed).collect()
    }

    /// The same pipeline with one estimator.
    #[must_use]
    pub fn with_estimator(&self, estimator: EstimatorSpec) -> Self {
        Self { train: vec![estimator.into()], search: None, ..self.clone() }
    }
}

/// What became of every candidate, in the order of the spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepSummary {
    /// The folds that judged, on training rows only.
    pub cv: CvSpec,
    /// What they were judged by.
    #[serde(default = "mse")]
    pub scoring: Scoring,
    pub candidates: Vec<Candidate>,
    /// The place of the one with the best mean over the folds; the first of equal ones.
    pub best: usize,
    /// By the one-standard-error rule (Breiman et al. 1984): the strongest penalty whose mean is at most one standard error
    /// worse than the best. Only where all candidates are one estimator and differ in `alpha` alone.
    pub one_se: Option<usize>,
    /// Training and test rows of a fold, on average; lacking in what an older version wrote.
    #[serde(default)]
    pub fold_sizes: Option<(f64, f64)>,
}

/// What sweeps of earlier versions were judged by.
fn mse() -> Scoring {
    Scoring::Mse
}

/// An estimator that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub estimator: EstimatorSpec,
    /// Mean squared error on the test rows of each fold; empty where it could not be fitted, or tells classes apart.
    pub mse: Vec<f64>,
    /// R² on the test rows of each fold, where it is defined.
    pub r2: Vec<Option<f64>>,
    /// What it was judged by on the test rows of each fold, where that is not the mean squared error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<f64>,
    /// Why it could not be fitted.
    pub error: Option<String>,
}

impl Candidate {
    /// Mean over the folds of the mean squared error; `None` where it could not be fitted.
    #[must_use]
    pub fn mean_mse(&self) -> Option<f64> {
        Some(mean(&self.mse)).filter(|mean| mean.is_finite() && !self.mse.is_empty())
    }

    /// Mean over the folds of the root mean squared error.
    #[must_use]
    pub fn mean_rmse(&self) -> Option<f64> {
        let roots: Vec<f64> = self.mse.iter().map(|mse| mse.sqrt()).collect();
        Some(mean(&roots)).filter(|mean| mean.is_finite() && !roots.is_empty())
    }

    /// Mean over the folds of R².
    #[must_use]
    pub fn mean_r2(&self) -> Option<f64> {
        let all: Option<Vec<f64>> = self.r2.iter().copied().collect();
        all.filter(|all| !all.is_empty()).map(|all| mean(&all))
    }

    /// What it was judged by, on the test rows of each fold; empty where it could not be fitted.
    #[must_use]
    pub fn folds(&self) -> &[f64] {
        if self.scores.is_empty() { &self.mse } else { &self.scores }
    }

    /// Mean over the folds of what it was judged by; `None` where it could not be fitted.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        Some(mean(self.folds())).filter(|mean| mean.is_finite() && !self.folds().is_empty())
    }

    /// Standard error of `mean`: sample standard deviation / √folds.
    #[must_use]
    pub fn se(&self) -> Option<f64> {
        let (mean, n) = (self.mean()?, self.folds().len() as f64);
        let squares = sum(self.folds().iter().map(|value| (value - mean).powi(2)));
        (n > 1.0).then(|| (squares / (n - 1.0) / n).sqrt())
    }
}

impl SweepSummary {
    /// Chooses among the candidates.
    ///
    /// # Errors
    /// `AllFailed`.
    pub fn of(cv: CvSpec, scoring: Scoring, candidates: Vec<Candidate>) -> Result<Self, SweepError> {
        let scored = candidates.iter().enumerate().filter_map(|(place, one)| Some((place, one.mean()?)));
        // `min_by` keeps the first of equal ones.
        let best = scored.min_by(|a, b| scoring.order(a.1, b.1)).map(|(place, _)| place);
        let Some(best) = best else {
            let message = candidates.iter().find_map(|one| one.error.clone()).unwrap_or_default();
            return Err(SweepError::AllFailed { n: candidates.len(), message });
        };
        let one_se = one_standard_error(&candidates, scoring, best);
        Ok(Self { cv, scoring, candidates, best, one_se, fold_sizes: None })
    }

    /// The chosen one.
    #[must_use]
    pub fn chosen(&self) -> Option<&Candidate> {
        self.candidates.get(self.best)
    }

    /// The parameters that differ between candidates of one estimator, by name.
    #[must_use]
    pub fn varied(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for pair in self.candidates.windows(2) {
            let [a, b] = pair else { continue };
            if a.estimator.name() != b.estimator.name() {
                continue;
            }
            let (a, b) = (a.estimator.params_map(), b.estimator.params_map());
            let differing = a.iter().filter(|(name, value)| b.get(*name) != Some(value)).map(|(name, _)| name.clone());
            for name in differing {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }
}

fn one_standard_error(candidates: &[Candidate], scoring: Scoring, best: usize) -> Option<usize> {
    let best = candidates.get(best)?;
    let (mean, se) = (best.mean()?, best.se()?);
    let limit = if scoring.larger_is_better() { mean - se } else { mean + se };
    let alpha = |one: &Candidate| one.estimator.params_map().get("alpha").and_then(Value::as_f64);
    let apart = |one: &Candidate| {
        let mut params = one.estimator.params_map();
        params.remove("alpha");
        (one.estimator.name(), params)
    };
    let rest = apart(best);
    if candidates.iter().any(|one| alpha(one).is_none() || apart(one) != rest) {
        return None;
    }
    let is_near = |one: &Candidate| one.mean().is_some_and(|mean| scoring.order(mean, limit).is_le());
    let near = candidates.iter().enumerate().filter(|(_, one)| is_near(one));
    near.max_by(|a, b| alpha(a.1).unwrap_or(0.0).total_cmp(&alpha(b.1).unwrap_or(0.0))).map(|(place, _)| place)
}

impl From<SweepError> for ErrorReport {
    fn from(error: SweepError) -> Self {
        error.report()
    }
}
