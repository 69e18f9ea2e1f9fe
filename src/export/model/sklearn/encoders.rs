//! Fitted encoders as scikit-learn's own objects.

use super::shapes::shape;
use super::value::Py;
use super::{VERSION, refuse};
use crate::export::ExportError;
use crate::features::{
    Category, Drop, EncoderSpec, FittedEncoder, FittedOneHotEncoder, FittedSimpleImputer, ImputeStrategy,
    OneHotEncoder, OrdinalUnknown, SimpleImputer, Unknown,
};

pub(super) const DATA: &str = "sklearn.preprocessing._data";
pub(super) const ENCODERS: &str = "sklearn.preprocessing._encoders";
pub(super) const FLOAT: Py = Py::Type { module: "numpy", name: "float64" };

pub(super) fn object(module: &'static str, class: &'static str, n_in: usize, mut state: Vec<(&'static str, Py)>) -> Py {
    state.push(("n_features_in_", Py::count(n_in)));
    state.push(("_sklearn_version", Py::text(VERSION)));
    Py::Object { module, class, state }
}

/// The object, and the names of the columns that it makes, in its own order.
///
/// # Errors
/// Encoders that scikit-learn does not have, and what is not written yet.
pub(super) fn encoder(
    spec: &EncoderSpec,
    fitted: &FittedEncoder,
    n_rows: u64,
) -> Result<(Py, Vec<String>), ExportError> {
    let names = fitted.feature_names_in().to_vec();
    let n = names.len();
    let list = |values: &[f64]| Py::doubles(values.to_vec());
    let made = match (spec, fitted) {
        (EncoderSpec::StandardScaler(spec), FittedEncoder::StandardScaler(fitted)) => object(
            DATA,
            "StandardScaler",
            n,
            vec![
                ("with_mean", Py::Bool(spec.with_mean)),
                ("with_std", Py::Bool(spec.with_std)),
                ("copy", Py::Bool(true)),
                ("n_samples_seen_", Py::Int(n_rows as i64)),
                ("mean_", list(&fitted.mean)),
                ("var_", list(&fitted.var)),
                ("scale_", if spec.with_std { list(&fitted.scale) } else { Py::None }),
            ],
        ),
        (EncoderSpec::RobustScaler(spec), FittedEncoder::RobustScaler(fitted)) => object(
            DATA,
            "RobustScaler",
            n,
            vec![
                ("with_centering", Py::Bool(spec.with_centering)),
                ("with_scaling", Py::Bool(spec.with_scaling)),
                ("quantile_range", Py::Tuple(vec![Py::Float(25.0), Py::Float(75.0)])),
                ("unit_variance", Py::Bool(false)),
                ("copy", Py::Bool(true)),
                ("center_", list(&fitted.center)),
                ("scale_", list(&fitted.scale)),
            ],
        ),
        (_, FittedEncoder::MinMaxScaler(fitted)) => {
            let ranges = fitted.data_max.iter().zip(&fitted.data_min).map(|(max, min)| max - min).collect();
            let state = vec![
                ("feature_range", Py::Tuple(vec![Py::Int(0), Py::Int(1)])),
                ("copy", Py::Bool(true)),
                ("clip", Py::Bool(fitted.clip)),
                ("n_samples_seen_", Py::Int(n_rows as i64)),
                ("scale_", list(&fitted.scale)),
                ("min_", list(&fitted.min)),
                ("data_min_", list(&fitted.data_min)),
                ("data_max_", list(&fitted.data_max)),
                ("data_range_", Py::doubles(ranges)),
            ];
            object(DATA, "MinMaxScaler", n, state)
        }
        (_, FittedEncoder::MaxAbsScaler(fitted)) => {
            let state = vec![
                ("copy", Py::Bool(true)),
                ("clip", Py::Bool(false)),
                ("n_samples_seen_", Py::Int(n_rows as i64)),
                ("max_abs_", list(&fitted.scale)),
                ("scale_", list(&fitted.scale)),
            ];
            object(DATA, "MaxAbsScaler", n, state)
        }
        (EncoderSpec::PolynomialFeatures(spec), FittedEncoder::PolynomialFeatures(fitted)) => {
            let n_made = Py::count(fitted.feature_names_out.len());
            let state = vec![
                ("degree", Py::Int(i64::from(spec.degree))),
                ("interaction_only", Py::Bool(spec.interaction_only)),
                ("include_bias", Py::Bool(spec.include_bias)),
                ("order", Py::text("C")),
                ("_min_degree", Py::Int(0)),
                ("_max_degree", Py::Int(i64::from(spec.degree))),
                ("n_output_features_", n_made.clone()),
                ("_n_out_full", n_made),
            ];
            let made = object("sklearn.preprocessing._polynomial", "PolynomialFeatures", n, state);
            return Ok((made, fitted.feature_names_out.clone()));
        }
        (EncoderSpec::OneHotEncoder(spec), FittedEncoder::OneHotEncoder(fitted)) => {
            return Ok((one_hot(spec, fitted), fitted.feature_names_out.concat()));
        }
        (_, FittedEncoder::OrdinalEncoder(fitted)) => {
            let is_error = fitted.handle_unknown == OrdinalUnknown::Error;
            let missing = fitted.categories.iter().enumerate().filter_map(|(column, categories)| {
                let place = categories.iter().position(|category| *category == Category::Missing)?;
                Some((Py::count(column), Py::count(place)))
            });
            let state = vec![
                ("categories", Py::text("auto")),
                ("dtype", FLOAT),
                ("handle_unknown", Py::text(if is_error { "error" } else { "use_encoded_value" })),
                ("unknown_value", if is_error { Py::None } else { Py::Float(fitted.unknown_value) }),
                ("encoded_missing_value", Py::Float(fitted.encoded_missing_value.unwrap_or(f64::NAN))),
                ("min_frequency", Py::None),
                ("max_categories", Py::None),
                ("_infrequent_enabled", Py::Bool(false)),
                ("_missing_indices", Py::Dict(missing.collect())),
                ("categories_", Py::List(fitted.categories.iter().map(|all| categories(all)).collect())),
            ];
            object(ENCODERS, "OrdinalEncoder", n, state)
        }
        (EncoderSpec::SimpleImputer(spec), FittedEncoder::SimpleImputer(fitted)) => return Ok(imputer(spec, fitted)),
        _ => {
            if let Some(made) = shape(spec, fitted, n_rows) {
                return Ok(made);
            }
            let what = format!("The encoder {}", fitted.name());
            return Err(refuse(what, "Export ONNX or model.json, which have every encoder's numbers."));
        }
    };
    Ok((made, names))
}

/// As numpy holds them: numbers as doubles, texts as objects, NaN for missing.
pub(super) fn categories(all: &[Category]) -> Py {
    let number = |category: &Category| match category {
        Category::Number(value) => Some(*value),
        Category::Boolean(value) => Some(f64::from(u8::from(*value))),
        Category::Missing => Some(f64::NAN),
        Category::Text(_) => None,
    };
    match all.iter().map(number).collect::<Option<Vec<f64>>>() {
        Some(numbers) => Py::doubles(numbers),
        None => Py::Objects(all.iter().map(scalar).collect()),
    }
}

fn scalar(category: &Category) -> Py {
    match category {
        Category::Text(text) => Py::text(text),
        Category::Number(value) => Py::Float(*value),
        Category::Boolean(value) => Py::Float(f64::from(u8::from(*value))),
        Category::Missing => Py::Float(f64::NAN),
    }
}

fn one_hot(spec: &OneHotEncoder, fitted: &FittedOneHotEncoder) -> Py {
    let groups = (0..fitted.categories.len()).map(|column| groups_of(fitted, column)).collect::<Vec<_>>();
    let is_grouped = fitted.infrequent_indices.iter().any(|rare| !rare.is_empty());
    let drop = match spec.drop {
        None => Py::None,
        Some(Drop::First) => Py::text("first"),
        Some(Drop::IfBinary) => Py::text("if_binary"),
    };
    let places = |all: Vec<Option<usize>>| match spec.drop {
        None => Py::None,
        Some(_) => Py::Objects(all.into_iter().map(|place| place.map_or(Py::None, Py::count)).collect()),
    };
    // Among the categories themselves it is the first one of the group.
    let first = |(group, groups): (&Option<usize>, &Vec<usize>)| {
        group.and_then(|group| groups.iter().position(|other| *other == group))
    };
    let dropped = fitted.drop_idx.iter().zip(&groups).map(first).collect();
    let is_error = fitted.handle_unknown == Unknown::Error;
    let mut state = vec![
        ("categories", Py::text("auto")),
        ("sparse_output", Py::Bool(false)),
        ("dtype", FLOAT),
        ("handle_unknown", Py::text(if is_error { "error" } else { "ignore" })),
        ("drop", drop),
        ("min_frequency", spec.min_frequency.map_or(Py::None, count_or_share)),
        ("max_categories", spec.max_categories.map_or(Py::None, |n| Py::Int(i64::from(n)))),
        ("feature_name_combiner", Py::text("concat")),
        ("_infrequent_enabled", Py::Bool(is_grouped)),
        ("categories_", Py::List(fitted.categories.iter().map(|all| categories(all)).collect())),
        ("_drop_idx_after_grouping", places(fitted.drop_idx.clone())),
        ("drop_idx_", places(dropped)),
        ("_n_features_outs", Py::List(fitted.feature_names_out.iter().map(|names| Py::count(names.len())).collect())),
    ];
    if is_grouped {
        let ints = |all: &[usize]| Py::Ints(all.iter().map(|place| *place as i64).collect());
        let rare = |all: &Vec<usize>| if all.is_empty() { Py::None } else { ints(all) };
        let mapping = |(all, groups): (&Vec<usize>, &Vec<usize>)| if all.is_empty() { Py::None } else { ints(groups) };
        let of = &fitted.infrequent_indices;
        state.push(("_infrequent_indices", Py::List(of.iter().map(rare).collect())));
        state.push(("_default_to_infrequent_mappings", Py::List(of.iter().zip(&groups).map(mapping).collect())));
    }
    object(ENCODERS, "OneHotEncoder", fitted.feature_names_in.len(), state)
}

/// A whole number counts rows; below 1 it is a share of them.
fn count_or_share(n: f64) -> Py {
    if n >= 1.0 { Py::Int(n as i64) } else { Py::Float(n) }
}

/// Which group each category of a column belongs to: the frequent ones are their own, in order, the rare ones the last.
fn groups_of(fitted: &FittedOneHotEncoder, column: usize) -> Vec<usize> {
    let n = fitted.categories.get(column).map_or(0, Vec::len);
    let rare = fitted.infrequent_indices.get(column).map(Vec::as_slice).unwrap_or_default();
    let mut frequent = 0..;
    let group = |place: usize| if rare.contains(&place) { n - rare.len() } else { frequent.next().unwrap_or_default() };
    (0..n).map(group).collect()
}

/// The imputer, and its columns: the filled ones first, then the indicators.
fn imputer(spec: &SimpleImputer, fitted: &FittedSimpleImputer) -> (Py, Vec<String>) {
    let n = fitted.feature_names_in.len();
    let is_object = fitted.statistics.iter().any(|statistic| matches!(statistic, Category::Text(_)));
    let statistics = match is_object {
        true => Py::Objects(fitted.statistics.iter().map(scalar).collect()),
        false => categories(&fitted.statistics),
    };
    let marked: Vec<usize> =
        fitted.indicator_features.iter().enumerate().filter(|(_, is_on)| **is_on).map(|(place, _)| place).collect();
    let strategy = match spec.strategy {
        ImputeStrategy::Mean => "mean",
        ImputeStrategy::Median => "median",
        ImputeStrategy::MostFrequent => "most_frequent",
        ImputeStrategy::Constant => "constant",
    };
    let indicator = object(
        "sklearn.impute._base",
        "MissingIndicator",
        n,
        vec![
            ("missing_values", Py::Float(f64::NAN)),
            ("features", Py::text("missing-only")),
            ("sparse", Py::Bool(false)),
            ("error_on_new", Py::Bool(false)),
            ("_precomputed", Py::Bool(true)),
            ("_n_features", Py::count(n)),
            ("features_", Py::Ints(marked.iter().map(|place| *place as i64).collect())),
        ],
    );
    let state = vec![
        ("missing_values", Py::Float(f64::NAN)),
        ("add_indicator", Py::Bool(spec.add_indicator)),
        ("keep_empty_features", Py::Bool(false)),
        ("strategy", Py::text(strategy)),
        ("fill_value", spec.fill_value.as_ref().map_or(Py::None, scalar)),
        ("copy", Py::Bool(true)),
        ("_fit_dtype", Py::DType { is_object }),
        ("_fill_dtype", Py::DType { is_object }),
        ("indicator_", if spec.add_indicator { indicator } else { Py::None }),
        ("statistics_", statistics),
    ];
    let mut names = fitted.feature_names_in.clone();
    let of_marked = marked.iter().filter_map(|place| fitted.feature_names_in.get(*place));
    names.extend(of_marked.map(|name| format!("missingindicator_{name}")));
    (object("sklearn.impute._base", "SimpleImputer", n, state), names)
}
