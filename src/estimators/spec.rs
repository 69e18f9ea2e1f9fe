//! The `train` part of the pipeline file: scikit-learn's names in snake case, its parameter names, its defaults.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::estimator::{AnyEstimator, AnyFit, parse};
use super::{Estimator, EstimatorError, EstimatorInfo, SpecError};
use crate::base::Param;
use crate::linalg::{LinearSolution, RFactor};

/// The list of estimators: a line each, `Variant(its parameters)`. Order is that of the catalogue.
macro_rules! estimators {
    ($($(#[$when:meta])? $variant:ident($params:ty)),+ $(,)?) => {
        /// An estimator with its parameters: `{"estimator": "linear_regression", "params": {…}}`, where what is left out of
        /// `params`, or all of it, has its default.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(try_from = "Map<String, Value>", into = "Map<String, Value>")]
        pub enum EstimatorSpec {
            $($(#[$when])? $variant($params)),+
        }

        /// Every estimator there is.
        pub const ESTIMATORS: &[EstimatorInfo] = &[$($(#[$when])? <$params as Estimator>::INFO),+];

        impl EstimatorSpec {
            pub(super) fn any(&self) -> &dyn AnyEstimator {
                match self {
                    $($(#[$when])? Self::$variant(params) => params),+
                }
            }

            pub(super) fn fitting(&self) -> &dyn AnyFit {
                match self {
                    $($(#[$when])? Self::$variant(params) => params),+
                }
            }

            fn read(name: &str, params: Map<String, Value>) -> Option<Result<Self, SpecError>> {
                $($(#[$when])? if name == <$params as Estimator>::INFO.name {
                    return Some(parse::<$params>(params).map(Self::$variant));
                })+
                None
            }
        }
    };
}

estimators! {
    LinearRegression(super::LinearRegressionParams),
    Ridge(super::RidgeParams),
    Lasso(super::LassoParams),
    ElasticNet(super::ElasticNetParams),
    Stepwise(super::StepwiseParams),
    BestSubset(super::BestSubsetParams),
    Huber(super::HuberRegressorParams),
    Quantile(super::QuantileRegressorParams),
    Logistic(super::LogisticRegressionParams),
    #[cfg(feature = "trees")]
    RandomForest(super::RandomForestRegressorParams),
    Dummy(super::DummyRegressorParams),
}

impl Default for EstimatorSpec {
    fn default() -> Self {
        Self::LinearRegression(super::LinearRegressionParams::default())
    }
}

impl TryFrom<Map<String, Value>> for EstimatorSpec {
    type Error = SpecError;

    fn try_from(mut written: Map<String, Value>) -> Result<Self, SpecError> {
        let name = match written.remove("estimator") {
            Some(Value::String(name)) => name,
            Some(other) => return Err(SpecError::whole(format!("`estimator` is {other}, and must be a name."))),
            None => return Err(SpecError::whole("An entry of train has no `estimator`.".into())),
        };
        let params = match written.remove("params") {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(params)) => params,
            Some(other) => {
                return Err(SpecError::whole(format!("`params` of {name} is {other}, and must be an object.")));
            }
        };
        if let Some(key) = written.keys().next() {
            let message = format!("An entry of train has `{key}`, and knows `estimator` and `params` only.");
            return Err(SpecError::whole(message));
        }
        Self::from_parts(&name, params)
    }
}

impl From<EstimatorSpec> for Map<String, Value> {
    fn from(spec: EstimatorSpec) -> Self {
        let mut map = Map::new();
        map.insert("estimator".into(), spec.name().into());
        map.insert("params".into(), Value::Object(spec.params_map()));
        map
    }
}

impl EstimatorSpec {
    /// The estimator with its defaults.
    ///
    /// # Errors
    /// An unknown name.
    pub fn fresh(name: &str) -> Result<Self, SpecError> {
        Self::from_parts(name, Map::new())
    }

    /// From a name and parameters; what is left out has its default.
    ///
    /// # Errors
    /// Names the unknown estimator, or the parameter that is unknown or wrong.
    pub fn from_parts(name: &str, params: Map<String, Value>) -> Result<Self, SpecError> {
        Self::read(name, params).unwrap_or_else(|| {
            let known: Vec<String> = ESTIMATORS.iter().map(|info| format!("`{}`", info.name)).collect();
            Err(SpecError::whole(format!("There is no estimator `{name}`. There are {}.", known.join(", "))))
        })
    }

    /// The specs that a map of values and *lists* of values stands for: every combination, in the order of scikit-learn's
    /// `ParameterGrid` (names sorted, the last one changes fastest). Without lists that is one.
    ///
    /// # Errors
    /// As `from_parts`; an empty list is an error too.
    pub fn expand(name: &str, params: Map<String, Value>) -> Result<Vec<Self>, SpecError> {
        let mut combinations = vec![Map::new()];
        // A map of serde_json is sorted by name.
        for (key, value) in params {
            let values = match value {
                Value::Array(values) if values.is_empty() => {
                    return Err(SpecError::of(&key, format!("The list of values for `{key}` of {name} is empty.")));
                }
                Value::Array(values) => values,
                one => vec![one],
            };
            let with = |map: &Map<String, Value>, value: &Value| {
                let mut map = map.clone();
                map.insert(key.clone(), value.clone());
                map
            };
            combinations = combinations
                .iter()
                .flat_map(|map| values.iter().map(|value| with(map, value)).collect::<Vec<_>>())
                .collect();
        }
        combinations.into_iter().map(|params| Self::from_parts(name, params)).collect()
    }

    /// The same with one parameter changed.
    ///
    /// # Errors
    /// As `from_parts`.
    pub fn with_param(&self, param: &str, value: Value) -> Result<Self, SpecError> {
        let mut params = self.params_map();
        params.insert(param.to_owned(), value);
        Self::from_parts(self.name(), params)
    }

    /// Its entry in the catalogue.
    #[must_use]
    pub fn info(&self) -> EstimatorInfo {
        self.any().info()
    }

    /// The name in the pipeline file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.info().name
    }

    /// Plain words.
    #[must_use]
    pub fn label(&self) -> &'static str {
        self.info().label
    }

    /// scikit-learn's class name, where it has one.
    #[must_use]
    pub fn model_name(&self) -> &'static str {
        self.info().model_name
    }

    /// What a form asks for.
    #[must_use]
    pub fn params(&self) -> &'static [Param] {
        self.info().params
    }

    /// All parameters with their values.
    #[must_use]
    pub fn params_map(&self) -> Map<String, Value> {
        self.any().params_map()
    }

    /// Whether all parameters are in their ranges: always, where the spec was read or made by `from_parts`.
    ///
    /// # Errors
    /// Names the parameter.
    pub fn check(&self) -> Result<(), SpecError> {
        self.any().check_all()
    }

    /// One line of plain words.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.any().sentence()
    }

    /// Imports and a fitted `model` in Python, from `X_train` and `y_train` (and `df` where rows are weighted).
    #[must_use]
    pub fn python(&self) -> String {
        self.any().python()
    }

    /// The column that says how much each row counts. It must be no feature, and its values go to `Fitting::new`.
    #[must_use]
    pub fn sample_weight(&self) -> Option<&str> {
        self.any().sample_weight()
    }

    /// Whether `solve_from_r` can answer: three rows are enough to ask.
    #[must_use]
    pub fn solves_from_r(&self) -> bool {
        let (x, y) = ([0.0, 1.0, 2.0], [0.0, 1.0, 1.0]);
        let mut r = RFactor::new(vec![0.0; 2]);
        r.absorb_rows(&[&x, &y], &[0, 1, 2]).is_ok() && self.fitting().solve_from_r(&r).is_some()
    }

    /// Whether it tells the values of the target apart: then it is judged by accuracy and the like, not by squared errors.
    #[must_use]
    pub fn is_classifier(&self) -> bool {
        self.any().is_classifier()
    }

    /// Whether a constant is fitted.
    #[must_use]
    pub fn fit_intercept(&self) -> bool {
        self.any().fit_intercept()
    }
}

/// The solution from an R factor alone, without rows: for sweeps, cross-validation, learning curves. `None` for estimators
/// that need the rows.
#[must_use]
pub fn solve_from_r(spec: &EstimatorSpec, r: &RFactor) -> Option<Result<LinearSolution, EstimatorError>> {
    if let Err(error) = spec.check() {
        return Some(Err(error.into()));
    }
    if r.n_rows() == 0 {
        return Some(Err(EstimatorError::NoRows));
    }
    spec.fitting().solve_from_r(r)
}
