//! A sweep as scikit-learn code: a search for each entry of `train`, and the best of them as `model`.

use super::model::{Composed, composed, of_this_spec};
use crate::base::{python_literal, python_string};
use crate::estimators::TrainEntry;
use crate::evaluate::Scoring;
use crate::features::{FeatureSpec, FittedFeatures};
use crate::pipeline::PipelineSpec;
use crate::split::cv::LabelSource;

/// Train's lines for several candidates.
pub(super) fn train(spec: &PipelineSpec, fitted: Option<&FittedFeatures>) -> String {
    let Some(cv) = spec.folds() else { return String::new() };
    let splitter = cv.python();
    let class = splitter.split('(').next().unwrap_or_default();
    let search_class = if spec.search.is_some() { "RandomizedSearchCV" } else { "GridSearchCV" };
    let groups = match cv.label_source() {
        LabelSource::Column(name) if cv.kind() == "group_k_fold" => {
            format!(", groups=df.loc[X_train.index, {}]", python_string(name))
        }
        _ => String::new(),
    };
    let cv = match cv.label_source() {
        LabelSource::Column(name) if groups.is_empty() => {
            format!("list({splitter}.split(X_train, df.loc[X_train.index, {}]))", python_string(name))
        }
        _ => splitter.clone(),
    };
    let scoring = spec.scoring();
    let is_by_hand = spec.train.iter().any(|entry| entry.is_classifier() && class_scorer(scoring).contains("metrics."));
    let import = if is_by_hand { "from sklearn import metrics\n" } else { "" };
    let mut code =
        format!("{import}from sklearn.model_selection import {search_class}, {class}\n\ncv = {cv}\nsearches = []\n");
    if spec.search.is_some() && spec.train.len() > 1 {
        code.push_str("# Pipette draws from all entries together; here each entry draws for itself.\n");
    }
    for entry in &spec.train {
        code.push('\n');
        let Some(Composed { code: lines, prefix, weights }) = composed(spec, entry, fitted) else {
            code.push_str(&format!("# {}: scikit-learn has no search for it.\n", entry.label()));
            continue;
        };
        let grid = grid(&spec.features, of_this_spec(&spec.features, fitted), entry, &prefix);
        let drawn = spec.search.map_or_else(String::new, |search| {
            format!(" n_iter={}, random_state={},", search.n_iter, search.random_state)
        });
        let scoring = if entry.is_classifier() {
            class_scorer(scoring)
        } else if scoring.is_of_classes() {
            code.push_str(&format!(
                "# {}: {} judges classes, and it predicts numbers.\n",
                entry.label(),
                scoring.as_str()
            ));
            continue;
        } else {
            format!("\"{}\"", scoring.sklearn())
        };
        code.push_str(&format!(
            "{lines}search = {search_class}(model, {grid}, cv=cv,{drawn} scoring={scoring})\n\
             searches.append(search.fit(X_train, y_train{groups}{weights}))\n"
        ));
    }
    let sign = if scoring.larger_is_better() { "" } else { "-" };
    code.push_str(&format!(
        "\nsearch = max(searches, key=lambda search: search.best_score_)\nmodel = search.best_estimator_\n\
         print(search.best_params_, \"cv {}\", {sign}search.best_score_)\n",
        scoring.as_str()
    ));
    code
}

/// What scikit-learn takes as `scoring` of a classifier. The second class is the positive one, and of numbers the value that
/// it expects is judged.
pub(crate) fn class_scorer(scoring: Scoring) -> String {
    let lambda = |sign: &str, call: &str| format!("lambda model, X, y: {sign}metrics.{call})");
    let of_label = |function: &str| {
        lambda("", &format!("{function}(y, model.predict(X), pos_label=model.classes_[1], zero_division=0"))
    };
    let of_number =
        |sign: &str, function: &str| lambda(sign, &format!("{function}(y, model.predict_proba(X) @ model.classes_"));
    match scoring {
        Scoring::Precision => of_label("precision_score"),
        Scoring::Recall => of_label("recall_score"),
        Scoring::F1 => of_label("f1_score"),
        Scoring::Mse => of_number("-", "mean_squared_error"),
        Scoring::Rmse => of_number("-", "root_mean_squared_error"),
        Scoring::Mae => of_number("-", "mean_absolute_error"),
        Scoring::Medae => of_number("-", "median_absolute_error"),
        Scoring::MaxError => of_number("-", "max_error"),
        Scoring::Mape => of_number("-", "mean_absolute_percentage_error"),
        Scoring::R2 => of_number("", "r2_score"),
        Scoring::ExplainedVariance => of_number("", "explained_variance_score"),
        Scoring::Accuracy | Scoring::BalancedAccuracy | Scoring::LogLoss | Scoring::RocAuc => {
            format!("\"{}\"", scoring.sklearn())
        }
    }
}

/// The lists as scikit-learn's dictionary, with the names that they have inside a pipeline.
fn grid(features: &FeatureSpec, fitted: Option<&FittedFeatures>, entry: &TrainEntry, prefix: &str) -> String {
    let outer = if features.target_transform.is_some() { "regressor__" } else { "" };
    let of_encoders = features.python_grid(fitted).into_iter().map(|(name, values)| (format!("{outer}{name}"), values));
    let of_estimator = entry.lists().iter().map(|(name, values)| (format!("{prefix}{name}"), python_literal(values)));
    let pairs: Vec<String> =
        of_encoders.chain(of_estimator).map(|(name, values)| format!("\"{name}\": {values}")).collect();
    format!("{{{}}}", pairs.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(train_json: &str, more: &str) -> String {
        let json = format!(r#"{{"pipette": 1, "features": {{"target": "y"}}, "train": [{train_json}]{more}}}"#);
        train(&PipelineSpec::from_json(&json).unwrap(), None)
    }

    #[test]
    fn each_entry_is_a_search_and_the_best_is_the_model() {
        let ridge = r#"{"estimator": "ridge", "params": {"alpha": [0.1, 10], "fit_intercept": [true, false]}}"#;
        let lasso = r#"{"estimator": "lasso", "params": {"alpha": [1]}}"#;
        let code = code(&format!("{ridge}, {lasso}"), "");
        for line in [
            "from sklearn.model_selection import GridSearchCV, KFold\n",
            "cv = KFold(n_splits=5, shuffle=True, random_state=42)\n",
            "GridSearchCV(model, {\"alpha\": [0.1, 10], \"fit_intercept\": [True, False]}, cv=cv, scoring=",
            "GridSearchCV(model, {}, cv=cv, scoring=",
            "model = search.best_estimator_\n",
        ] {
            assert!(code.contains(line), "{line} is not in\n{code}");
        }
    }

    #[test]
    fn classifiers_are_judged_by_their_metrics() {
        let logistic = r#"{"estimator": "logistic_regression", "params": {"C": [0.1, 10]}}"#;
        let by = |scoring: &str, train: &str| code(train, &format!(r#", "evaluate": {{"scoring": {scoring}}}"#));
        let plain = by("null", logistic);
        assert!(plain.contains("scoring=\"accuracy\")") && plain.contains("\"cv accuracy\", search"), "{plain}");
        assert!(by("\"log_loss\"", logistic).contains("\"cv log_loss\", -search.best_score_"));
        let f1 = by("\"f1\"", &format!("{logistic}, {{\"estimator\": \"ridge\"}}"));
        assert!(f1.starts_with("from sklearn import metrics\n"), "{f1}");
        assert!(f1.contains("pos_label=model.classes_[1]") && f1.contains("# Ridge"), "{f1}");
        let mixed = by("null", &format!("{logistic}, {{\"estimator\": \"ridge\"}}"));
        assert!(mixed.contains("-metrics.mean_squared_error(y, model.predict_proba(X) @ model.classes_))"), "{mixed}");
    }

    #[test]
    fn inside_a_pipeline_parameters_have_their_step_before_them() {
        let spec = r#"{"pipette": 1, "features": {"target": "y", "target_transform": "log1p",
            "encoders": [{"encoder": "standard_scaler", "columns": ["x"]}]},
            "train": [{"estimator": "ridge", "params": {"alpha": [1, 2]}}], "search": {"n_iter": 1, "random_state": 5}}"#;
        let code = train(&PipelineSpec::from_json(spec).unwrap(), None);
        assert!(
            code.contains("RandomizedSearchCV(model, {\"regressor__ridge__alpha\": [1, 2]}, cv=cv, n_iter=1,"),
            "{code}"
        );
    }
}
