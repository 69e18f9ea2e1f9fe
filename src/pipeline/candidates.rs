//! Which candidates a spec names: entries of `train`, lists of values of their parameters and of those of encoders.

use serde_json::Value;

use super::{Candidate, PipelineSpec, RandomSearch, SweepError};
use crate::estimators::{EstimatorSpec, TrainEntry};
use crate::evaluate::Scoring;
use crate::features::EncoderSpec;
use crate::split::cv::CvSpec;
use crate::validation::sample_without_replacement;

/// Each candidate becomes a run; no one reads more.
const MAX_CANDIDATES: usize = 10_000;

/// What is to be tried.
#[derive(Debug, Clone, PartialEq)]
pub struct CandidateSpec {
    pub estimator: EstimatorSpec,
    /// The place of its encoders among the settings that are tried (`FeatureSpec::setting`).
    pub setting: u128,
    /// The encoders, where values of theirs are tried.
    pub encoders: Option<Vec<EncoderSpec>>,
}

impl PipelineSpec {
    /// Whether more than one estimator is named, or several values of a parameter.
    #[must_use]
    pub fn is_sweep(&self) -> bool {
        self.train.len() > 1 || self.train.iter().any(|entry| !entry.lists().is_empty()) || self.tries_encoders()
    }

    /// Whether values of an encoder's parameters are tried.
    #[must_use]
    pub fn tries_encoders(&self) -> bool {
        self.features.encoders.iter().any(|entry| !entry.lists().is_empty())
    }

    fn n_combinations(&self) -> u128 {
        let entries = self.train.iter().map(TrainEntry::n_candidates).fold(0, u128::saturating_add);
        entries.saturating_mul(self.features.n_settings())
    }

    /// How many candidates are fitted.
    #[must_use]
    pub fn n_candidates(&self) -> u128 {
        let all = self.n_combinations();
        self.search.filter(|_| self.is_sweep()).map_or(all, |search| all.min(u128::from(search.n_iter)))
    }

    /// Every candidate: entry by entry, within an entry in the order of scikit-learn's `ParameterGrid` (encoders before the
    /// estimator, names sorted, the last one fastest); with `search`, those that `ParameterSampler` draws.
    ///
    /// # Errors
    /// None, too many, or values that do not go together.
    pub fn candidates(&self) -> Result<Vec<CandidateSpec>, SweepError> {
        if self.train.is_empty() {
            return Err(SweepError::NoEstimator);
        }
        let all = self.n_combinations();
        let drawn = match self.search.filter(|_| self.is_sweep()) {
            Some(RandomSearch { n_iter: 0, .. }) => return Err(SweepError::NoIterations),
            Some(search) if u128::from(search.n_iter) < all => Some(search),
            _ => None,
        };
        let n = self.n_candidates();
        let count = usize::try_from(n)
            .ok()
            .filter(|n| *n <= MAX_CANDIDATES)
            .ok_or(SweepError::TooMany { n, most: MAX_CANDIDATES })?;
        let places: Vec<u128> = match drawn {
            None => (0..n).collect(),
            Some(search) => {
                let all = u32::try_from(all).map_err(|_| SweepError::TooMany { n: all, most: MAX_CANDIDATES })?;
                sample_without_replacement(all, count, search.random_state).into_iter().map(u128::from).collect()
            }
        };
        places.into_iter().map(|place| self.candidate(place)).collect()
    }

    fn candidate(&self, place: u128) -> Result<CandidateSpec, SweepError> {
        let (mut rest, n_settings) = (place, self.features.n_settings());
        for entry in &self.train {
            let n = entry.n_candidates();
            if rest >= n.saturating_mul(n_settings) {
                rest -= n * n_settings;
                continue;
            }
            let setting = rest / n;
            let encoders = if self.tries_encoders() { Some(self.features.setting(setting)?) } else { None };
            return Ok(CandidateSpec { estimator: entry.candidate(rest % n)?, setting, encoders });
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

    /// The same pipeline with one estimator, and the first of what is tried of its encoders.
    #[must_use]
    pub fn with_estimator(&self, estimator: EstimatorSpec) -> Self {
        let firsts = self.features.encoders.iter().map(|entry| EncoderSpec::clone(entry)).collect();
        let features = self.features.with_encoders(firsts);
        Self { train: vec![estimator.into()], search: None, features, ..self.clone() }
    }

    /// The same pipeline with one of its candidates alone.
    #[must_use]
    pub fn with_candidate(&self, candidate: &Candidate) -> Self {
        let alone = self.with_estimator(candidate.estimator.clone());
        match &candidate.encoders {
            Some(encoders) => Self { features: alone.features.with_encoders(encoders.clone()), ..alone },
            None => alone,
        }
    }
}
