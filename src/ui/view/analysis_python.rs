//! The answers of analyses as scikit-learn code. The lines continue the script up to the train step: `df`, `X_train`,
//! `y_train`, `X_test`, `y_test` and a fitted `model`.

use serde_json::{Map, Value};

use crate::base::{python_list, python_number};
use crate::estimators::EstimatorSpec;
use crate::evaluate::Scoring;
use crate::export::code::model;
use crate::export::code::python::{self, Known, literal};
use crate::export::code::sweep::class_scorer;
use crate::features::FittedFeatures;
use crate::pipeline::{Analysis, AnalysisResult, PathEstimator, PathResult, PipelineSpec, StepName};
use crate::split::cv::{CvSpec, KFold, LabelSource};
use crate::table::DataType;

/// The whole script: it runs as it is, beside the file.
#[must_use]
pub fn script(spec: &PipelineSpec, known: Known<'_>, analysis: &Analysis, result: &AnalysisResult) -> String {
    format!("{}\n{}", python::script(StepName::Train, spec, known), lines(spec, known, analysis, result))
}

/// Only what is the analysis's own.
#[must_use]
pub fn lines(spec: &PipelineSpec, known: Known<'_>, analysis: &Analysis, result: &AnalysisResult) -> String {
    let shape = Shape::of(spec, known);
    match (analysis, result) {
        (Analysis::LearningCurve {}, _) => learning_curve(spec, &shape),
        (Analysis::Bootstrap { n_bootstrap, random_state, confidence }, _) => {
            bootstrap(spec, &shape, (*n_bootstrap, *random_state, *confidence))
        }
        (Analysis::PermutationImportance { n_repeats, random_state }, _) => {
            importance(spec, &shape, *n_repeats, *random_state)
        }
        (Analysis::RegularisationPath { .. }, AnalysisResult::RegularisationPath(result)) => path(spec, known, result),
        (Analysis::PartialDependence { feature, n_points }, result) => {
            dependence(spec, &shape, known, (feature, *n_points), result)
        }
        (Analysis::Contributions { row, values }, AnalysisResult::Contributions(result)) => {
            let row = row.filter(|_| values.as_ref().is_none_or(Map::is_empty));
            contributions(&shape, known, row, &result.row)
        }
        (Analysis::Compare { other, metric }, _) => compare(spec, &shape, known, other, metric),
        (Analysis::Correlations {}, _) => correlations(spec),
        (Analysis::Leak { .. }, AnalysisResult::Leak(result)) => leak(spec, known, &result.mended),
        _ => "# This answer belongs to another question.\n".into(),
    }
}

/// What stands around the estimator in `model`.
struct Shape {
    /// `model`, or the part of it that predicts the transformed target.
    inner: &'static str,
    has_encoders: bool,
    has_transform: bool,
    /// The estimator chooses features in a loop: `model` is fitted to `X_train[chosen]`, encoded before.
    chooses: bool,
    is_logistic: bool,
    /// The parameter and the column of weights, as `fit` of `model` takes them.
    weights: Option<(String, String)>,
}

impl Shape {
    fn of(spec: &PipelineSpec, known: Known<'_>) -> Self {
        let code = model::train(spec, known);
        let has_transform = spec.features.target_transform.is_some();
        let estimator = spec.train.first();
        let chooses = code.contains("chosen");
        let has_encoders = !chooses && code.contains("make_pipeline(");
        Self {
            inner: if has_transform && !chooses { "model.regressor_" } else { "model" },
            has_encoders,
            has_transform,
            chooses,
            is_logistic: estimator.is_some_and(|entry| matches!(**entry, EstimatorSpec::Logistic(_))),
            weights: estimator.and_then(|estimator| {
                let column = estimator.sample_weight()?;
                let step =
                    if has_encoders { format!("{}__", estimator.model_name().to_lowercase()) } else { String::new() };
                Some((format!("{step}sample_weight"), format!("df.loc[X_train.index, {}]", literal(column))))
            }),
        }
    }

    fn x(&self, part: &str) -> String {
        if self.chooses { format!("X_{part}[chosen]") } else { format!("X_{part}") }
    }

    /// `, params={…}` for the functions that fit in folds.
    fn params(&self) -> String {
        let of = |(name, column): &(String, String)| format!(", params={{\"{name}\": {column}}}");
        self.weights.as_ref().map_or_else(String::new, of)
    }

    /// The estimator itself.
    fn last(&self) -> String {
        if self.has_encoders { format!("{}[-1]", self.inner) } else { self.inner.to_owned() }
    }

    /// What is to be known where scikit-learn cannot do the same.
    fn caution(&self, spec: &PipelineSpec) -> &'static str {
        if self.chooses {
            "# Pipette chooses the features anew for each fit; here the choice above is kept.\n"
        } else if spec.features.smearing && self.has_transform {
            "# Without Duan's correction, which would have to be made anew for each fit.\n"
        } else {
            ""
        }
    }

    /// What scikit-learn's functions take as `scoring` for a metric of this name.
    fn scorer(&self, metric: &str) -> String {
        match Scoring::named(metric) {
            Some(scoring) if self.is_logistic => class_scorer(scoring),
            Some(scoring) => format!("\"{}\"", scoring.sklearn()),
            // scikit-learn has no adjusted R².
            None => "\"r2\"".into(),
        }
    }

    fn import_metrics(&self) -> &'static str {
        if self.is_logistic { "from sklearn import metrics\n" } else { "" }
    }
}

/// The same folds, as lists of positions in `X_train`.
fn folds(spec: &PipelineSpec) -> String {
    let cv = spec.evaluate.cv.clone().unwrap_or_else(|| CvSpec::KFold(KFold::default()));
    let splitter = cv.python();
    let class = splitter.split('(').next().unwrap_or_default();
    let labels = match cv.label_source() {
        LabelSource::Column(name) => format!("df.loc[X_train.index, {}]", literal(name)),
        _ => "y_train".into(),
    };
    let groups = if cv.kind() == "group_k_fold" { "y_train, " } else { "" };
    format!("from sklearn.model_selection import {class}\n\ncv = list({splitter}.split(X_train, {groups}{labels}))\n")
}

fn learning_curve(spec: &PipelineSpec, shape: &Shape) -> String {
    format!(
        "{}from sklearn.model_selection import learning_curve\n{}\n{}for scoring in [{}, {}]:\n    \
         sizes, seen, unseen = learning_curve(\n        \
         model, {}, y_train, cv=cv, scoring=scoring{})\n    \
         print(pd.DataFrame({{\"train\": seen.mean(axis=1), \"test\": unseen.mean(axis=1)}}, index=sizes))\n",
        shape.import_metrics(),
        folds(spec),
        shape.caution(spec),
        shape.scorer("rmse"),
        shape.scorer("r2"),
        shape.x("train"),
        shape.params(),
    )
}

fn bootstrap(spec: &PipelineSpec, shape: &Shape, (n, seed, confidence): (u32, u32, f64)) -> String {
    let tail = python_number(((1.0 - confidence) / 2.0 * 1e12).round() / 1e12);
    let target = if shape.has_transform && !shape.chooses {
        "t = model.transformer_.transform(y_train.to_numpy().reshape(-1, 1))[:, 0]\n"
    } else {
        "t = y_train.to_numpy()\n"
    };
    let encoded = if shape.has_encoders {
        // Encoders stay as they were fitted; those that look at the target are cross-fitted in the training rows.
        format!("Z = clone({}[:-1]).fit_transform(X_train, t)\n", shape.inner)
    } else {
        format!("Z = {}\n", shape.x("train"))
    };
    let weights = shape.weights.as_ref().map(|(_, column)| format!("w = {column}.to_numpy()\n")).unwrap_or_default();
    let weighted = if weights.is_empty() { "" } else { ", sample_weight=w[rows]" };
    let first = if shape.is_logistic { "[0]" } else { "" };
    // Classes are judged by their accuracy, numbers by R².
    let (predicted, metric) =
        if shape.is_logistic { ("model.predict(X_part)", "accuracy") } else { (predicted(shape), "r2") };
    let part = if spec.split.is_some() { "test" } else { "train" };
    format!(
        "import numpy as np\nfrom sklearn import metrics\nfrom sklearn.base import clone\n\n{}{target}{encoded}{weights}\
         rng = np.random.RandomState({seed})\ncoefs = []\nfor _ in range({n}):\n    \
         rows = rng.randint(0, len(Z), len(Z))\n    \
         one = clone({}).fit(Z.iloc[rows], t[rows]{weighted})\n    \
         coefs.append([np.ravel(one.intercept_)[0], *one.coef_{first}])\n\
         lo, hi = np.quantile(coefs, [{tail}, 1 - {tail}], axis=0)\n\
         print(pd.DataFrame({{\"lo\": lo, \"hi\": hi, \"se\": np.std(coefs, axis=0, ddof=1)}}, index=[\"(intercept)\", *Z.columns]))\n\n\
         X_part, y_part = X_{part}, y_{part}.to_numpy()\npredicted = {predicted}\n\
         rng = np.random.RandomState({seed})\n{metric} = []\nfor _ in range({n}):\n    \
         rows = rng.randint(0, len(y_part), len(y_part))\n    \
         {metric}.append(metrics.{metric}_score(y_part[rows], predicted[rows]))\n\
         print(\"{metric}\", metrics.{metric}_score(y_part, predicted), np.quantile({metric}, [{tail}, 1 - {tail}]))\n",
        shape.caution(spec),
        shape.last(),
    )
}

/// Predictions for `X_part` in the target's own units.
fn predicted(shape: &Shape) -> &'static str {
    match (shape.is_logistic, shape.chooses, shape.has_transform) {
        (true, ..) => "model.predict_proba(X_part) @ model.classes_",
        (_, true, true) => "np.asarray(back(model.predict(X_part[chosen])))",
        (_, true, false) => "model.predict(X_part[chosen])",
        _ => "model.predict(X_part)",
    }
}

fn importance(spec: &PipelineSpec, shape: &Shape, n_repeats: u32, random_state: u32) -> String {
    let part = if spec.split.is_some() { "test" } else { "train" };
    let x = shape.x(part);
    let caution = match (shape.chooses, shape.has_transform) {
        (true, true) => "# Of the transformed target, whose model this is.\n",
        (true, false) => "# Features that were not chosen have none.\n",
        _ => "",
    };
    format!(
        "{}from sklearn.inspection import permutation_importance\n\n{caution}importance = permutation_importance(\n    \
         model, {x}, y_{part}, scoring={}, n_repeats={n_repeats}, random_state={random_state})\n\
         print(pd.DataFrame(\n    {{\"mean\": importance.importances_mean, \"sd\": importance.importances_std}}, index={x}.columns\n\
         ).sort_values(\"mean\", ascending=False))\n",
        if shape.is_logistic { "" } else { shape.import_metrics() },
        if shape.is_logistic { "\"accuracy\"".to_owned() } else { shape.scorer("r2") },
    )
}

/// The spec with the path's estimator in the place of its own.
fn with_estimator(spec: &PipelineSpec, result: &PathResult) -> PipelineSpec {
    let (name, l1_ratio) = match result.estimator {
        PathEstimator::Ridge => ("ridge", None),
        PathEstimator::Lasso => ("lasso", None),
        PathEstimator::ElasticNet => ("elastic_net", Some(result.l1_ratio)),
    };
    let mut params = Map::new();
    params.insert("fit_intercept".into(), Value::Bool(result.fit_intercept));
    if let Some(l1_ratio) = l1_ratio {
        params.insert("l1_ratio".into(), l1_ratio.into());
    }
    let train = EstimatorSpec::from_parts(name, params).map(|estimator| vec![estimator.into()]);
    let mut features = spec.features.clone();
    features.smearing = false;
    PipelineSpec { train: train.unwrap_or_default(), search: None, features, ..spec.clone() }
}

fn path(spec: &PipelineSpec, known: Known<'_>, result: &PathResult) -> String {
    let spec = with_estimator(spec, result);
    let shape = Shape::of(&spec, known);
    let step = spec.train.first().filter(|_| shape.has_encoders).map(|estimator| estimator.model_name().to_lowercase());
    let step = step.map_or_else(String::new, |step| format!("{step}__"));
    let (top, bottom) = (result.alphas.first().copied(), result.alphas.last().copied());
    let (candidate, target) = if shape.has_transform {
        ("model.regressor_", "model.transformer_.transform(y_train.to_numpy().reshape(-1, 1))[:, 0]")
    } else {
        ("model", "y_train")
    };
    let last = if shape.has_encoders { "one[-1]" } else { "one" };
    let names = if shape.has_encoders { "one[:-1].transform(X_train).columns" } else { "X_train.columns" };
    format!(
        "{}\nimport numpy as np\nfrom sklearn.base import clone\nfrom sklearn.model_selection import cross_val_score\n{}\n\
         t = {target}\nalphas = np.geomspace({}, {}, {})\npath = []\nfor alpha in alphas:\n    \
         one = clone({candidate}).set_params({step}alpha=alpha).fit(X_train, t)\n    \
         mse = -cross_val_score(one, X_train, t, cv=cv, scoring=\"neg_mean_squared_error\")\n    \
         path.append([mse.mean(), mse.std(ddof=1) / len(mse) ** 0.5, {last}.intercept_, *{last}.coef_])\n\
         path = pd.DataFrame(path, index=alphas, columns=[\"mse\", \"se\", \"(intercept)\", *{names}])\n\
         print(path)\nprint(\"best alpha\", path[\"mse\"].idxmin())\n",
        model::train(&spec, known),
        folds(&spec),
        python_number(top.unwrap_or(1.0)),
        python_number(bottom.unwrap_or(1.0)),
        result.alphas.len(),
    )
}

fn dependence(
    spec: &PipelineSpec,
    shape: &Shape,
    known: Known<'_>,
    (feature, n_points): (&str, u32),
    result: &AnalysisResult,
) -> String {
    let name = literal(feature);
    let data_type = input_type(known.features, feature);
    let AnalysisResult::PartialDependence(result) = result else { return String::new() };
    let by_hand = shape.chooses || shape.is_logistic || data_type == Some(DataType::Timestamp);
    if by_hand || spec.train.first().is_some_and(|estimator| matches!(**estimator, EstimatorSpec::Dummy(_))) {
        let values = match (&result.line, &result.bars) {
            (Some(line), _) if data_type == Some(DataType::Timestamp) => {
                let values: Vec<String> = line.x.iter().map(|value| python_number(*value)).collect();
                format!("pd.to_datetime([{}], unit=\"ms\")", values.join(", "))
            }
            (Some(line), _) => {
                let values: Vec<String> = line.x.iter().map(|value| python_number(*value)).collect();
                format!("[{}]", values.join(", "))
            }
            (None, Some(bars)) => python_list(&bars.names),
            (None, None) => "[]".into(),
        };
        return format!(
            "import numpy as np\n\nfor value in {values}:\n    X_part = X_train.assign(**{{{name}: value}})\n    \
             print(value, np.mean({}))\n",
            predicted(shape)
        );
    }
    let brief = known.clean.and_then(|clean| clean.columns.iter().find(|column| column.name == feature));
    let has_missing = brief.is_some_and(|brief| brief.missing > 0);
    let custom = match (&result.bars, &result.line) {
        (Some(bars), _) => {
            format!(", categorical_features=[{name}],\n    custom_values={{{name}: {}}}", python_list(&bars.names))
        }
        // scikit-learn finds no grid among missing cells.
        (None, Some(line)) if has_missing => {
            let values: Vec<String> = line.x.iter().map(|value| python_number(*value)).collect();
            format!(",\n    custom_values={{{name}: [{}]}}", values.join(", "))
        }
        _ => String::new(),
    };
    // Whole numbers as floats: else the values between them are cut off.
    let x = if data_type == Some(DataType::Integer) {
        format!("X_train.astype({{{name}: float}})")
    } else {
        "X_train".into()
    };
    format!(
        "from sklearn.inspection import partial_dependence\n\ndependence = partial_dependence(\n    \
         model, {x}, [{name}], grid_resolution={n_points}, method=\"brute\"{custom})\n\
         print(pd.Series(dependence[\"average\"][0], index=dependence[\"grid_values\"][0]))\n"
    )
}

fn input_type(features: Option<&FittedFeatures>, name: &str) -> Option<DataType> {
    features?.inputs.iter().find(|input| input.name == name).map(|input| input.data_type)
}

fn contributions(shape: &Shape, known: Known<'_>, row: Option<u64>, cells: &[(String, String)]) -> String {
    let part = match row {
        Some(row) => format!("row = df.iloc[[{row}]][X_train.columns]\n"),
        None => {
            let value = |(name, text): &(String, String)| {
                let is_number = input_type(known.features, name)
                    .is_none_or(|of| matches!(of, DataType::Boolean | DataType::Integer | DataType::Float));
                let value = match text.parse::<f64>() {
                    _ if text.is_empty() => "None".into(),
                    Ok(number) if is_number => python_number(number),
                    _ if input_type(known.features, name) == Some(DataType::Timestamp) => {
                        format!("pd.Timestamp({})", literal(text))
                    }
                    _ => literal(text),
                };
                format!("{}: {value}", literal(name))
            };
            let cells: Vec<String> = cells.iter().map(value).collect();
            format!("row = X_train.iloc[[0]].assign(**{{{}}})\n", cells.join(", "))
        }
    };
    let (encoded, means) = if shape.has_encoders {
        let encode = format!("{}[:-1].transform", shape.inner);
        (format!("{encode}(row)"), format!("{encode}(X_train).mean()"))
    } else if shape.chooses {
        ("row[chosen]".into(), "X_train[chosen].mean()".into())
    } else {
        ("row".into(), "X_train.mean()".into())
    };
    let first = if shape.is_logistic { "[0]" } else { "" };
    let last = shape.last();
    format!(
        "{part}encoded, means = {encoded}.iloc[0], {means}\n\
         contributions = {last}.coef_{first} * (encoded.astype(float) - means)\n\
         baseline = {last}.intercept_{first} + {last}.coef_{first} @ means\n\
         print(contributions.sort_values(key=abs, ascending=False))\nprint(baseline, baseline + contributions.sum())\n"
    )
}

fn compare(spec: &PipelineSpec, shape: &Shape, known: Known<'_>, other: &PipelineSpec, metric: &str) -> String {
    let second = Shape::of(other, Known::default());
    format!(
        "{}import numpy as np\nfrom scipy import stats\nfrom sklearn.model_selection import cross_val_score\n{}\n\
         {}a = {sign}cross_val_score(model, {}, y_train, cv=cv, scoring={}{})\ntrain_rows = X_train.index\n\n\
         # The other pipeline, on the same rows.\n{}\nX_train, y_train = X.loc[train_rows], y.loc[train_rows]\n\
         {}b = {sign}cross_val_score(model, {}, y_train, cv=cv, scoring={}{})\n\n\
         d, k = b - a, len(cv)\nratio = np.mean([len(test) for _, test in cv]) / np.mean([len(train) for train, _ in cv])\n\
         se = np.sqrt((1 / k + ratio) * d.var(ddof=1))  # Nadeau and Bengio 2003\n\
         print(\"difference\", d.mean(), \"p\", 2 * stats.t.sf(abs(d.mean() / se), k - 1))\n\
         print(d.mean() + stats.t.ppf([{tail}, 1 - {tail}], k - 1) * se)\n",
        if shape.is_logistic || second.is_logistic { "from sklearn import metrics\n" } else { "" },
        folds(spec),
        shape.caution(spec),
        shape.x("train"),
        shape.scorer(metric),
        shape.params(),
        python::script(StepName::Train, other, Known { ingest: known.ingest, ..Known::default() }),
        second.caution(other),
        second.x("train"),
        second.scorer(metric),
        second.params(),
        // scikit-learn's errors are negative, so that larger is better.
        sign = if Scoring::named(metric).is_none_or(Scoring::larger_is_better) { "" } else { "-" },
        tail = python_number(((1.0 - spec.evaluate.confidence) / 2.0 * 1e12).round() / 1e12),
    )
}

fn correlations(spec: &PipelineSpec) -> String {
    let target = literal(&spec.features.target);
    format!(
        "numbers = df.loc[X_train.index].select_dtypes(\"number\").assign(**{{{target}: y_train.astype(float)}})\n\
         print(numbers.corr()[{target}])\nprint(numbers.corr(method=\"spearman\")[{target}])\n"
    )
}

fn leak(spec: &PipelineSpec, known: Known<'_>, mended: &PipelineSpec) -> String {
    let mended_known = Known { ingest: known.ingest, ..Known::default() };
    format!(
        "{}\n# The same with the rule behind the split.\n{}",
        python::step(StepName::Evaluate, spec, known),
        python::script(StepName::Evaluate, mended, mended_known)
    )
}
