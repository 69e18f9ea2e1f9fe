//! The `train` part of the pipeline file: scikit-learn's names in snake case, its parameter names, its defaults.

use serde::{Deserialize, Serialize};

/// An estimator with its parameters: `{"estimator": "linear_regression", "params": {…}}`, where what is left out of
/// `params`, or all of it, has its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "estimator", content = "params", rename_all = "snake_case", try_from = "Written")]
pub enum EstimatorSpec {
    LinearRegression(LinearRegressionParams),
}

/// Parameters of ordinary least squares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinearRegressionParams {
    pub fit_intercept: bool,
    /// Singular values at or below `tol` times the largest are dropped. `None` is machine precision, the accurate answer;
    /// 1e-6 is what scikit-learn 1.9 does.
    pub tol: Option<f64>,
}

impl Default for LinearRegressionParams {
    fn default() -> Self {
        Self { fit_intercept: true, tol: None }
    }
}

/// The estimator as a file may write it, before `params` is read as that estimator's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    estimator: Name,
    #[serde(default)]
    params: Option<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    LinearRegression,
}

impl TryFrom<Written> for EstimatorSpec {
    type Error = serde_json::Error;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let params = serde_json::Value::Object(written.params.unwrap_or_default());
        match written.estimator {
            Name::LinearRegression => serde_json::from_value(params).map(Self::LinearRegression),
        }
    }
}

impl EstimatorSpec {
    /// scikit-learn's class name.
    #[must_use]
    pub fn model_name(&self) -> &'static str {
        match self {
            Self::LinearRegression(_) => "LinearRegression",
        }
    }

    /// The fit as a line of Python, with scikit-learn's names.
    #[must_use]
    pub fn python(&self) -> String {
        match self {
            Self::LinearRegression(params) => {
                let fit_intercept = if params.fit_intercept { "True" } else { "False" };
                let tol = params.tol.map_or(String::new(), |tol| format!(", tol={tol:e}"));
                format!("LinearRegression(fit_intercept={fit_intercept}{tol}).fit(X_train, y_train)")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<EstimatorSpec, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let default = EstimatorSpec::LinearRegression(LinearRegressionParams::default());
        assert_eq!(read(r#"{"estimator": "linear_regression"}"#), Ok(default.clone()));
        assert_eq!(read(r#"{"params": {}, "estimator": "linear_regression"}"#), Ok(default.clone()));
        let written = serde_json::to_string(&default).unwrap();
        assert_eq!(written, r#"{"estimator":"linear_regression","params":{"fit_intercept":true,"tol":null}}"#);
        assert_eq!(read(&written), Ok(default));
        let exact = EstimatorSpec::LinearRegression(LinearRegressionParams { fit_intercept: false, tol: Some(1e-6) });
        assert_eq!(read(&serde_json::to_string(&exact).unwrap()), Ok(exact.clone()));
        assert_eq!(exact.python(), "LinearRegression(fit_intercept=False, tol=1e-6).fit(X_train, y_train)");
    }

    #[test]
    fn what_is_unknown_is_named() {
        let error = |text| read(text).unwrap_err();
        assert!(error(r#"{"estimator": "oracle"}"#).contains("`oracle`"));
        assert!(error(r#"{"estimator": "linear_regression", "params": {"alpha": 1}}"#).contains("`alpha`"));
        assert!(error(r#"{"estimator": "linear_regression", "parms": {}}"#).contains("`parms`"));
        assert!(error(r#"{"estimator": "linear_regression", "params": {"tol": "x"}}"#).contains("\"x\""));
        assert!(error(r#"{"params": {}}"#).contains("`estimator`"));
    }
}
