//! Train and evaluate as scikit-learn code: encoders and a transformed target make a pipeline of the estimator.

use super::python::Known;
use crate::base::python_string;
use crate::estimators::EstimatorSpec;
use crate::features::{FeatureSpec, FittedFeatures, TargetTransform};
use crate::pipeline::PipelineSpec;
use crate::split::cv::CvSpec;
use crate::validation::cross_validation_python;

/// Import line and constructor of an estimator that scikit-learn has; `None` for those that choose features in a loop.
pub(super) fn constructor(estimator: &EstimatorSpec) -> Option<(String, String)> {
    let code = estimator.python();
    let (import, rest) = code.split_once("\n\n")?;
    let made = rest.strip_prefix("model = ")?.split_once(".fit(X_train, y_train")?.0;
    Some((import.to_owned(), made.to_owned()))
}

fn is_logistic(estimator: &EstimatorSpec) -> bool {
    matches!(estimator, EstimatorSpec::Logistic(_))
}

const IMPOSSIBLE: &str = "# scikit-learn has no logistic regression of a transformed target.\n";

/// Whether scikit-learn cannot do it at all.
pub(super) fn is_impossible(spec: &PipelineSpec) -> bool {
    spec.train.iter().any(|entry| is_logistic(entry)) && spec.features.target_transform.is_some()
}

/// The fitted encoders where they are those of the spec: a changed spec has not run yet.
pub(super) fn of_this_spec<'a>(
    features: &FeatureSpec,
    fitted: Option<&'a FittedFeatures>,
) -> Option<&'a FittedFeatures> {
    let same = |fitted: &&FittedFeatures| {
        let pairs = || features.encoders.iter().zip(&fitted.encoders);
        features.encoders.len() == fitted.encoders.len()
            && pairs().all(|(spec, fitted)| {
                let columns = fitted.feature_names_in();
                spec.name() == fitted.name() && spec.columns().is_none_or(|named| named == columns)
            })
    };
    fitted.filter(same)
}

/// The steps before the estimator, and the target's transform: scikit-learn's names for what is fitted.
struct Shape {
    has_encoders: bool,
    transform: Option<TargetTransform>,
}

impl Shape {
    fn of(features: &FeatureSpec, code: &str) -> Self {
        Self { has_encoders: code.contains("make_pipeline("), transform: features.target_transform }
    }

    /// `, sample_weight=…` as the outermost `fit` takes it.
    fn weights(&self, estimator: &EstimatorSpec) -> Option<(String, String)> {
        let column = estimator.sample_weight()?;
        let step =
            if self.has_encoders { format!("{}__", estimator.model_name().to_lowercase()) } else { String::new() };
        Some((format!("{step}sample_weight"), format!("df.loc[X_train.index, {}]", python_string(column))))
    }
}

/// A model that is made but not fitted.
pub(super) struct Composed {
    /// Imports, encoders, `model = …`.
    pub(super) code: String,
    /// What stands before the estimator's parameter names.
    pub(super) prefix: String,
    /// `, sample_weight=…` for `fit`; empty without weights.
    pub(super) weights: String,
}

/// The model of one entry; `None` for what scikit-learn has no class for, or cannot do.
pub(super) fn composed(
    spec: &PipelineSpec,
    estimator: &EstimatorSpec,
    fitted: Option<&FittedFeatures>,
) -> Option<Composed> {
    let features = &spec.features;
    let (import, made) = constructor(estimator).filter(|_| !is_impossible(spec))?;
    let composed = features.python(of_this_spec(features, fitted), &made);
    let shape = Shape::of(features, &composed);
    let composed = if composed.starts_with("model = ") { format!("\n{composed}") } else { composed };
    let weights = shape.weights(estimator).map_or_else(String::new, |(name, column)| format!(", {name}={column}"));
    let outer = if shape.transform.is_some() { "regressor__" } else { "" };
    let step = if shape.has_encoders { format!("{}__", estimator.model_name().to_lowercase()) } else { String::new() };
    Some(Composed { code: format!("{import}\n{composed}"), prefix: format!("{outer}{step}"), weights })
}

/// Train's lines: `model`, fitted, and its coefficients.
#[must_use]
pub fn train(spec: &PipelineSpec, known: Known<'_>) -> String {
    if spec.is_sweep() {
        return super::sweep::train(spec, known.features);
    }
    of_shape(&fitting(spec, known.features), known)
}

/// The code for a design matrix of this shape.
pub(super) fn of_shape(code: &str, known: Known<'_>) -> String {
    match known.fitted {
        // As NumPy's matrix_rank: with more features than rows, rounding alone leaves singular values above 2.3e-16 of
        // the largest, which must not count as directions.
        Some((rows, features)) if features as u64 >= rows => {
            let tol = format!("tol={:.1e}", f64::EPSILON * features as f64);
            code.replace("tol=2.3e-16", &tol)
        }
        _ => code.to_owned(),
    }
}

fn fitting(spec: &PipelineSpec, fitted: Option<&FittedFeatures>) -> String {
    let Some(estimator) = spec.train.first() else {
        return "# No estimator.\n".into();
    };
    let features = &spec.features;
    let fitted = of_this_spec(features, fitted);
    let Some((_, made)) = constructor(estimator) else {
        return choosing(estimator, features, fitted);
    };
    if is_impossible(spec) {
        return IMPOSSIBLE.into();
    }
    let shape = Shape::of(features, &features.python(fitted, &made));
    let Some(Composed { code, weights, .. }) = composed(spec, estimator, fitted) else { return IMPOSSIBLE.into() };
    let mut code = format!("{code}model.fit(X_train, y_train{weights})\n");
    if let Some(transform) = shape.transform.filter(|_| features.smearing) {
        let (forward, back) = smearing(transform);
        code.push_str(&format!(
            "# Duan's correction: predictions are means rather than medians.\n\
             residuals = {forward}(y_train) - model.regressor_.predict(X_train)\n\
             model.transformer_.inverse_func = {back}\n"
        ));
    }
    code.push_str(&printed(estimator, &shape));
    code
}

/// What is printed of the fitted model.
fn printed(estimator: &EstimatorSpec, shape: &Shape) -> String {
    let inner = if shape.transform.is_some() { "model.regressor_" } else { "model" };
    let (last, names) = if shape.has_encoders {
        (format!("{inner}[-1]"), format!("{inner}[:-1].transform(X_train).columns"))
    } else {
        (inner.to_owned(), "X_train.columns".to_owned())
    };
    let first = if is_logistic(estimator) { "[0]" } else { "" };
    match estimator {
        EstimatorSpec::Dummy(_) => format!("print({last}.constant_)\n"),
        _ => format!(
            "print(pd.Series({last}.coef_{first}, index={names}))\nprint(\"(intercept)\", {last}.intercept_{first})\n"
        ),
    }
}

/// numpy's function that turns the target, and Duan's way back with the `residuals` on the turned scale.
pub(super) fn smearing(transform: TargetTransform) -> (&'static str, &'static str) {
    match transform {
        TargetTransform::Log => ("np.log", "lambda z: np.exp(z) * np.exp(residuals).mean()"),
        TargetTransform::Log1p => ("np.log1p", "lambda z: np.exp(z) * np.exp(residuals).mean() - 1"),
        TargetTransform::Sqrt => ("np.sqrt", "lambda z: z**2 + 2 * z * residuals.mean() + (residuals**2).mean()"),
        // There is no such correction; the pipeline refuses it.
        TargetTransform::YeoJohnson => ("", "lambda z: z"),
    }
}

/// Estimators that choose features: encoders and the target's transform come before the loop.
fn choosing(estimator: &EstimatorSpec, features: &FeatureSpec, fitted: Option<&FittedFeatures>) -> String {
    let mut code = String::new();
    if !features.encoders.is_empty() {
        let only_encoders = FeatureSpec { target_transform: None, ..features.clone() };
        let pipeline = only_encoders.python(fitted, "\"passthrough\"");
        if pipeline.contains("make_pipeline(") {
            code = pipeline
                .replace("\nmodel = make_pipeline(", "\nencode = make_pipeline(")
                .replace("\nmodel[:-1].set_output", "\nencode[:-1].set_output");
            code.push_str("X_train = encode.fit_transform(X_train, y_train)\nX_test = encode.transform(X_test)\n\n");
        }
    }
    let Some(transform) = features.target_transform else {
        return code + &estimator.python() + "print(chosen, model.coef_, model.intercept_)\n";
    };
    let (turn, back) = match transform {
        TargetTransform::Log => ("y_train = np.log(y_train)", "np.exp"),
        TargetTransform::Log1p => ("y_train = np.log1p(y_train)", "np.expm1"),
        TargetTransform::Sqrt => ("y_train = np.sqrt(y_train)", "np.square"),
        TargetTransform::YeoJohnson => (
            "from sklearn.preprocessing import PowerTransformer\n\npower = PowerTransformer(standardize=False)\n\
             y_train = power.fit_transform(y_train.to_numpy().reshape(-1, 1))[:, 0]",
            "lambda z: power.inverse_transform(z.reshape(-1, 1))[:, 0]",
        ),
    };
    let way_back = if features.smearing && transform != TargetTransform::YeoJohnson {
        let back = smearing(transform).1;
        format!("residuals = y_train - model.predict(X_train[chosen])\nback = {back}  # Duan's correction\n")
    } else {
        format!("back = {back}\n")
    };
    format!(
        "{code}import numpy as np\n\ny_original = y_train\n{turn}\n{}{way_back}y_train = y_original\n\
         print(chosen, model.coef_, model.intercept_)\n",
        estimator.python()
    )
}

/// Evaluate's lines: metrics on test and training rows, and over the folds.
pub(super) fn evaluate(spec: &PipelineSpec) -> String {
    let parts = if spec.split.is_some() {
        "[(\"test\", X_test, y_test), (\"train\", X_train, y_train)]"
    } else {
        "[(\"train\", X_train, y_train)]"
    };
    if is_impossible(spec) {
        return IMPOSSIBLE.into();
    }
    let estimator = spec.train.first();
    let predicted = match estimator {
        // What is expected: the probability, for the classes 0 and 1.
        Some(estimator) if is_logistic(estimator) => "model.predict_proba(X_part) @ model.classes_",
        Some(estimator) if constructor(estimator).is_none() => match spec.features.target_transform {
            Some(_) => "back(model.predict(X_part[chosen]))",
            None => "model.predict(X_part[chosen])",
        },
        _ => "model.predict(X_part)",
    };
    let folds = folds(spec).map_or_else(String::new, |code| format!("\n{code}"));
    format!(
        "from sklearn import metrics\n\nfor part, X_part, y_part in {parts}:\n    \
         predicted = {predicted}\n    \
         print(part, \"R2\", metrics.r2_score(y_part, predicted))\n    \
         print(part, \"RMSE\", metrics.root_mean_squared_error(y_part, predicted))\n    \
         print(part, \"MAE\", metrics.mean_absolute_error(y_part, predicted))\n    \
         print(part, \"MSE\", metrics.mean_squared_error(y_part, predicted))\n    \
         print(part, \"median error\", metrics.median_absolute_error(y_part, predicted))\n    \
         print(part, \"largest error\", metrics.max_error(y_part, predicted))\n    \
         print(part, \"MAPE\", metrics.mean_absolute_percentage_error(y_part, predicted))\n    \
         print(part, \"explained variance\", metrics.explained_variance_score(y_part, predicted))\n{folds}"
    )
}

/// Cross-validation's lines, where the spec asks for it.
pub(super) fn folds(spec: &PipelineSpec) -> Option<String> {
    Some(cross_validation(spec, spec.evaluate.cv.as_ref()?, spec.train.first()?))
}

fn cross_validation(spec: &PipelineSpec, cv: &CvSpec, estimator: &EstimatorSpec) -> String {
    // In this script the training rows are known by the index of `X_train`.
    let code = cross_validation_python(cv).replace("df.loc[train, ", "df.loc[X_train.index, ");
    let features = &spec.features;
    let Some((_, made)) = constructor(estimator) else {
        if features.target_transform.is_some() {
            return "# Features are chosen anew in each fold, which scikit-learn's cross_validate cannot do.\n".into();
        }
        let code = code.replace("cross_validate(model, X_train,", "cross_validate(model, X_train[chosen],");
        return format!("# Pipette chooses the features anew in each fold; here the choice above is kept.\n{code}");
    };
    let shape = Shape::of(features, &features.python(None, &made));
    let code = match shape.weights(estimator) {
        Some((name, column)) => code.replace(" cv=cv", &format!(" cv=cv, params={{\"{name}\": {column}}}")),
        None => code,
    };
    let code = if is_logistic(estimator) {
        // The probability is what is scored, not the class.
        code.replace(
            "(\"r2\", \"neg_root_mean_squared_error\")",
            "{\n        \
             \"r2\": metrics.make_scorer(metrics.r2_score, response_method=\"predict_proba\"),\n        \
             \"neg_root_mean_squared_error\": metrics.make_scorer(\n            \
             metrics.root_mean_squared_error, greater_is_better=False, response_method=\"predict_proba\"),\n    }",
        )
    } else {
        code
    };
    let smears = features.smearing && features.target_transform.is_some();
    if smears {
        format!("# Without Duan's correction, which cross_validate would have to make in each fold.\n{code}")
    } else {
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(features: &str, train: &str, evaluate: &str) -> PipelineSpec {
        let json = format!(
            r#"{{"pipette": 1, "features": {{"target": "y"{features}}}, "train": [{train}], "evaluate": {{{evaluate}}}}}"#
        );
        PipelineSpec::from_json(&json).unwrap()
    }

    const LINEAR: &str = r#"{"estimator": "linear_regression"}"#;
    const STEPWISE: &str = r#"{"estimator": "stepwise_regression"}"#;
    const ONE_HOT: &str = r#", "encoders": [{"encoder": "one_hot_encoder", "columns": ["state"], "drop": "first"}]"#;
    const FOLDS: &str = r#""cv": {"kind": "k_fold", "n_splits": 5}"#;

    #[test]
    fn rounding_is_no_direction_where_features_outnumber_rows() {
        let tol = |shape| {
            let code = train(&spec("", LINEAR, ""), Known { fitted: Some(shape), ..Known::default() });
            code.split_once("tol=").and_then(|(_, rest)| rest.split_once(')')).unwrap().0.to_owned()
        };
        assert_eq!((tol((31, 30)), tol((30, 500))), ("2.3e-16".into(), "1.1e-13".into()));
    }

    #[test]
    fn encoders_and_a_transform_make_one_pipeline() {
        let features = format!(r#"{ONE_HOT}, "target_transform": "log1p", "smearing": true"#);
        let code = train(&spec(&features, LINEAR, ""), Known::default());
        for line in [
            "from sklearn.linear_model import LinearRegression\n",
            "make_pipeline(\n",
            "TransformedTargetRegressor(model, func=np.log1p, inverse_func=np.expm1)\nmodel.fit(X_train, y_train)\n",
            "residuals = np.log1p(y_train) - model.regressor_.predict(X_train)\n",
            "print(pd.Series(model.regressor_[-1].coef_, index=model.regressor_[:-1].transform(X_train).columns))\n",
        ] {
            assert!(code.contains(line), "{line} is not in\n{code}");
        }
    }

    #[test]
    fn weights_reach_the_estimator_wherever_it_stands() {
        let weighted = r#"{"estimator": "ridge", "params": {"alpha": 2.0, "sample_weight": "w"}}"#;
        let plain = train(&spec("", weighted, ""), Known::default());
        assert!(plain.contains(
            "model = Ridge(alpha=2.0)\nmodel.fit(X_train, y_train, sample_weight=df.loc[X_train.index, \"w\"])"
        ));
        let piped = train(&spec(ONE_HOT, weighted, ""), Known::default());
        assert!(piped.contains(", ridge__sample_weight=df.loc[X_train.index, \"w\"])"), "{piped}");
        let folds = evaluate(&spec(ONE_HOT, weighted, FOLDS));
        assert!(folds.contains("cv=cv, params={\"ridge__sample_weight\": df.loc"), "{folds}");
    }

    #[test]
    fn chosen_features_are_encoded_before_the_loop_and_predicted_from() {
        let chosen = spec(ONE_HOT, STEPWISE, FOLDS);
        let code = train(&chosen, Known::default());
        assert!(code.contains("\nencode = make_pipeline(") && code.contains("\nX_test = encode.transform(X_test)\n"));
        assert!(evaluate(&chosen).contains("predicted = model.predict(X_part[chosen])\n"));
        assert!(evaluate(&chosen).contains("cross_validate(model, X_train[chosen], y_train"));
        let turned = spec(r#", "target_transform": "sqrt""#, STEPWISE, "");
        assert!(train(&turned, Known::default()).contains("y_train = np.sqrt(y_train)\n"));
        assert!(evaluate(&turned).contains("predicted = back(model.predict(X_part[chosen]))\n"));
    }

    #[test]
    fn folds_probabilities_and_baselines_have_their_own_lines() {
        let logistic = spec("", r#"{"estimator": "logistic_regression"}"#, FOLDS);
        assert!(train(&logistic, Known::default()).contains("model.coef_[0]"));
        assert!(evaluate(&logistic).contains("model.predict_proba(X_part) @ model.classes_"));
        assert!(evaluate(&logistic).contains("response_method=\"predict_proba\""));
        assert!(
            train(&spec("", r#"{"estimator": "dummy_regressor"}"#, ""), Known::default())
                .ends_with("print(model.constant_)\n")
        );
        let groups = spec("", LINEAR, r#""cv": {"kind": "group_k_fold", "groups": "g"}"#);
        assert!(evaluate(&groups).contains("groups=df.loc[X_train.index, \"g\"]"));
        assert!(!evaluate(&spec("", LINEAR, "")).contains("cross_validate"));
        let impossible = spec(r#", "target_transform": "log""#, r#"{"estimator": "logistic_regression"}"#, "");
        assert_eq!(
            (train(&impossible, Known::default()), evaluate(&impossible)),
            (IMPOSSIBLE.into(), IMPOSSIBLE.into())
        );
    }
}
