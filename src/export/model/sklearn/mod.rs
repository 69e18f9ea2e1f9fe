//! The model as a fitted scikit-learn `Pipeline`, in a skops file or a pickle.

mod encoders;
mod pickle;
mod shapes;
mod skops;
mod target;
mod value;

use self::encoders::encoder;
use self::target::of_target;
use self::value::Py;
use super::file::training;
use super::lower::program;
use crate::estimators::Model;
use crate::export::ExportError;
use crate::features::FittedEncoder;
use crate::tracking::RunRecord;

/// The version of scikit-learn whose objects these are; others say so when they load them.
const VERSION: &str = "1.9.1";

/// `model.skops`.
///
/// # Errors
/// `NoModel`; `NotExpressible` for encoders and models that are not written.
pub fn as_skops(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    skops::skops(&pipeline(run)?)
}

/// `model.pkl`.
///
/// # Errors
/// As `as_skops`.
pub fn as_pickle(run: &RunRecord) -> Result<Vec<u8>, ExportError> {
    Ok(pickle::pickle(&pipeline(run)?))
}

fn refuse(what: String, remedy: &'static str) -> ExportError {
    ExportError::NotExpressible { what, format: "a scikit-learn file", remedy }
}

/// A `Pipeline` of one `ColumnTransformer` an encoder, and the estimator.
fn pipeline(run: &RunRecord) -> Result<Py, ExportError> {
    let training = training(run)?;
    // Finite numbers that fit together.
    program(training)?;
    let features = &training.features;
    let mut frame: Vec<String> = features.inputs.iter().map(|input| input.name.clone()).collect();
    let mut steps = Vec::new();
    for (place, (spec, fitted)) in training.encoders(&run.spec).into_iter().zip(&features.encoders).enumerate() {
        let taken = fitted.feature_names_in();
        if taken.is_empty() {
            continue;
        }
        // scikit-learn drops columns without a class for it.
        let (taken, (object, made)) = match fitted {
            FittedEncoder::DropFeatures(fitted) if fitted.features_to_drop.is_empty() => continue,
            FittedEncoder::DropFeatures(fitted) => (&fitted.features_to_drop[..], (Py::text("drop"), Vec::new())),
            _ => (taken, encoder(spec, fitted, training.summary.n_rows)?),
        };
        let of = |name: &String| frame.iter().position(|other| other == name);
        let columns: Vec<usize> = taken.iter().filter_map(of).collect();
        let rest: Vec<usize> = (0..frame.len()).filter(|column| !columns.contains(column)).collect();
        let name = format!("{}_{}", fitted.name(), place + 1);
        // Only the first step sees a table with names; the later ones see numpy's arrays.
        let names = steps.is_empty().then_some(frame.as_slice());
        let transformer = column_transformer(fitted.name(), object, [&columns, &rest], made.len(), names);
        steps.push(Py::Tuple(vec![Py::Str(name), transformer]));
        frame = made.into_iter().chain(rest.iter().filter_map(|column| frame.get(*column).cloned())).collect();
    }
    let names = steps.is_empty().then_some(frame.as_slice());
    // scikit-learn puts what was made first: the coefficients go with their features.
    let order: Vec<usize> =
        frame.iter().filter_map(|name| features.names.iter().position(|other| other == name)).collect();
    let (name, model) = estimator(&training.summary.model, &order, names)?;
    let (name, model) = of_target(features, name, model)?;
    steps.push(Py::Tuple(vec![Py::text(name), model]));
    Ok(Py::Object {
        module: "sklearn.pipeline",
        class: "Pipeline",
        state: vec![
            ("steps", Py::List(steps)),
            ("transform_input", Py::None),
            ("memory", Py::None),
            ("verbose", Py::Bool(false)),
            ("_sklearn_version", Py::text(VERSION)),
        ],
    })
}

fn column_transformer(
    name: &'static str,
    object: Py,
    [columns, rest]: [&[usize]; 2],
    n_made: usize,
    names: Option<&[String]>,
) -> Py {
    let places = |which: &[usize]| Py::List(which.iter().map(|place| Py::count(*place)).collect());
    let chosen = |which: &[usize]| match names {
        Some(names) => {
            Py::List(which.iter().filter_map(|place| names.get(*place)).map(|name| Py::text(name)).collect())
        }
        None => places(which),
    };
    let pair = |object: Py| Py::Tuple(vec![Py::text(name), object, chosen(columns)]);
    let remainder = Py::Tuple(vec![Py::text("remainder"), passthrough(rest.len()), chosen(rest)]);
    let by_name = |of: Py, others: Py| Py::Dict(vec![(Py::text(name), of), (Py::text("remainder"), others)]);
    let mut state = vec![
        ("transformers", Py::List(vec![pair(object.clone())])),
        ("remainder", Py::text("passthrough")),
        ("sparse_threshold", Py::Float(0.3)),
        ("n_jobs", Py::None),
        ("transformer_weights", Py::None),
        ("verbose", Py::Bool(false)),
        ("verbose_feature_names_out", Py::Bool(false)),
        ("force_int_remainder_cols", Py::text("deprecated")),
        ("n_features_in_", Py::count(columns.len() + rest.len())),
        ("_columns", Py::List(vec![chosen(columns)])),
        ("_transformer_to_input_indices", by_name(places(columns), places(rest))),
        ("_remainder", remainder.clone()),
        ("sparse_output_", Py::Bool(false)),
        ("transformers_", Py::List(vec![pair(object), remainder])),
        ("output_indices_", by_name(Py::Slice(0, n_made), Py::Slice(n_made, n_made + rest.len()))),
        ("_name_to_fitted_passthrough", Py::Dict(Vec::new())),
        ("_sklearn_version", Py::text(VERSION)),
    ];
    if let Some(names) = names {
        state.push(("feature_names_in_", Py::texts(names)));
    }
    Py::Object { module: "sklearn.compose._column_transformer", class: "ColumnTransformer", state }
}

/// What a fitted `ColumnTransformer` holds for columns that pass as they are.
fn passthrough(n_in: usize) -> Py {
    Py::Object {
        module: "sklearn.preprocessing._function_transformer",
        class: "FunctionTransformer",
        state: vec![
            ("func", Py::None),
            ("inverse_func", Py::None),
            ("validate", Py::Bool(false)),
            ("accept_sparse", Py::Bool(true)),
            ("check_inverse", Py::Bool(false)),
            ("feature_names_out", Py::text("one-to-one")),
            ("kw_args", Py::None),
            ("inv_kw_args", Py::None),
            ("n_features_in_", Py::count(n_in)),
            ("_sklearn_version", Py::text(VERSION)),
        ],
    }
}

/// The estimator with its coefficients in this order.
fn estimator(model: &Model, order: &[usize], names: Option<&[String]>) -> Result<(&'static str, Py), ExportError> {
    let n = order.len();
    let sorted = |coef: &[f64]| -> Vec<f64> { order.iter().filter_map(|place| coef.get(*place).copied()).collect() };
    let (name, module, class, mut state) = match model {
        // Whatever fitted them, coefficients predict as those of least squares do.
        Model::Linear(_) | Model::Constant(_) => {
            let coef = if model.coef().is_empty() { vec![0.0; n] } else { sorted(model.coef()) };
            let state = vec![
                ("fit_intercept", Py::Bool(true)),
                ("copy_X", Py::Bool(true)),
                ("tol", Py::Float(1e-6)),
                ("n_jobs", Py::None),
                ("positive", Py::Bool(false)),
                ("coef_", Py::doubles(coef)),
                ("intercept_", Py::Float(model.intercept())),
            ];
            ("linear_regression", "sklearn.linear_model._base", "LinearRegression", state)
        }
        Model::Logistic(model) => {
            let state = vec![
                ("penalty", Py::text("l2")),
                ("C", Py::Float(1.0)),
                ("l1_ratio", Py::Float(0.0)),
                ("dual", Py::Bool(false)),
                ("tol", Py::Float(1e-4)),
                ("fit_intercept", Py::Bool(true)),
                ("intercept_scaling", Py::Int(1)),
                ("class_weight", Py::None),
                ("random_state", Py::None),
                ("solver", Py::text("lbfgs")),
                ("max_iter", Py::Int(100)),
                ("multi_class", Py::text("auto")),
                ("verbose", Py::Int(0)),
                ("warm_start", Py::Bool(false)),
                ("n_jobs", Py::None),
                ("classes_", Py::doubles(model.classes.to_vec())),
                ("coef_", Py::Doubles { shape: vec![1, n], values: sorted(&model.coef) }),
                ("intercept_", Py::doubles(vec![model.intercept])),
            ];
            ("logistic_regression", "sklearn.linear_model._logistic", "LogisticRegression", state)
        }
        Model::Forest(_) => {
            let remedy = "Export ONNX or model.json, which hold its trees.";
            return Err(refuse("A random forest".into(), remedy));
        }
    };
    state.push(("n_features_in_", Py::count(n)));
    state.push(("_sklearn_version", Py::text(VERSION)));
    if let Some(names) = names {
        state.push(("feature_names_in_", Py::texts(names)));
    }
    Ok((name, Py::Object { module, class, state }))
}
