//! Several candidates instead of one estimator: how they are drawn, and what became of each.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::{Coded, ErrorReport, mean, sum};
use crate::estimators::{EstimatorSpec, SpecError};
use crate::evaluate::Scoring;
use crate::features::{EncoderError, EncoderSpec, param_prefixes};
use crate::split::cv::CvSpec;

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
    #[error("{n} candidates are too many (at most {most}). List fewer values, or set search.n_iter.")]
    TooMany { n: u128, most: usize },
    #[error("search.n_iter is 0. Set at least 1.")]
    NoIterations,
    #[error("This pipeline names several candidates. Take one of them first.")]
    Several,
    #[error(transparent)]
    Estimator(#[from] SpecError),
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    #[error("None of the {n} candidates could be fitted. The first one: {message}")]
    AllFailed { n: usize, message: String },
}

impl Coded for SweepError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoEstimator => "pipeline.no_estimator",
            Self::TooMany { .. } => "pipeline.too_many_candidates",
            Self::Several => "pipeline.several_candidates",
            Self::NoIterations => "pipeline.no_iterations",
            Self::Estimator(error) => error.code(),
            Self::Encoder(error) => error.code(),
            Self::AllFailed { .. } => "pipeline.all_candidates_failed",
        }
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
    /// The encoders before it, where values of theirs were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoders: Option<Vec<EncoderSpec>>,
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
    /// The estimator's parameters, and where encoders were tried theirs, as `polynomial_features__degree`.
    #[must_use]
    pub fn params(&self) -> Map<String, Value> {
        let mut params = self.estimator.params_map();
        let encoders = self.encoders.as_deref().unwrap_or_default();
        for (encoder, prefix) in encoders.iter().zip(param_prefixes(encoders.iter())) {
            params.extend(encoder.to_map().into_iter().map(|(name, value)| (format!("{prefix}{name}"), value)));
        }
        params
    }

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
        let mut firsts: Vec<(&str, Map<String, Value>)> = Vec::new();
        for one in &self.candidates {
            let (name, params) = (one.estimator.name(), one.params());
            let Some((_, first)) = firsts.iter().find(|(other, _)| *other == name) else {
                firsts.push((name, params));
                continue;
            };
            for name in params.into_iter().filter(|(name, value)| first.get(name) != Some(value)).map(|(name, _)| name)
            {
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
        let mut params = one.params();
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
