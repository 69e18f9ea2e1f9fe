//! Fitted encoders that change a column's shape, or put numbers for categories, as scikit-learn's own objects.

use super::encoders::{DATA, FLOAT, categories, object};
use super::value::Py;
use crate::features::{
    BinStrategy, BinsEncode, EncoderSpec, FittedEncoder, FittedKBinsDiscretizer, FittedPowerTransformer,
    FittedQuantileTransformer, FittedTargetEncoder, KBinsDiscretizer, LogFunction, OutputDistribution, Smooth,
    TargetEncoder,
};

const DISCRETIZATION: &str = "sklearn.preprocessing._discretization";

/// The object, and the names of the columns that it makes; `None` for encoders of other kinds.
pub(super) fn shape(spec: &EncoderSpec, fitted: &FittedEncoder, n_rows: u64) -> Option<(Py, Vec<String>)> {
    let names = fitted.feature_names_in().to_vec();
    Some(match (spec, fitted) {
        (EncoderSpec::PowerTransformer(spec), FittedEncoder::PowerTransformer(fitted)) => {
            (power(fitted, spec.standardize, n_rows), names)
        }
        (EncoderSpec::QuantileTransformer(spec), FittedEncoder::QuantileTransformer(fitted)) => {
            (ranks(fitted, i64::from(spec.n_quantiles)), names)
        }
        (EncoderSpec::KBinsDiscretizer(spec), FittedEncoder::KBinsDiscretizer(fitted)) => bins(spec, fitted),
        (EncoderSpec::TargetEncoder(spec), FittedEncoder::TargetEncoder(fitted)) => (means(spec, fitted), names),
        (_, FittedEncoder::LogTransform(fitted)) => {
            let (function, inverse) = match fitted.function {
                LogFunction::Log => ("log", "exp"),
                LogFunction::Log1p => ("log1p", "expm1"),
            };
            (function_transformer(function, inverse, names.len()), names)
        }
        _ => return None,
    })
}

/// Yeo–Johnson's powers.
fn power(fitted: &FittedPowerTransformer, standardizes: bool, n_rows: u64) -> Py {
    let n = fitted.lambdas.len();
    let mut state = vec![
        ("method", Py::text("yeo-johnson")),
        ("standardize", Py::Bool(standardizes)),
        ("copy", Py::Bool(true)),
        ("lambdas_", Py::doubles(fitted.lambdas.clone())),
    ];
    if standardizes {
        let scaler = vec![
            ("with_mean", Py::Bool(true)),
            ("with_std", Py::Bool(true)),
            ("copy", Py::Bool(false)),
            ("n_samples_seen_", Py::Int(n_rows as i64)),
            ("mean_", Py::doubles(fitted.mean.clone())),
            ("var_", Py::doubles(fitted.scale.iter().map(|scale| scale * scale).collect())),
            ("scale_", Py::doubles(fitted.scale.clone())),
        ];
        state.push(("_scaler", object(DATA, "StandardScaler", n, scaler)));
    }
    object(DATA, "PowerTransformer", n, state)
}

/// One Yeo–Johnson power of a target.
pub(super) fn power_of(lambda: f64) -> Py {
    let fitted = FittedPowerTransformer {
        feature_names_in: Vec::new(),
        lambdas: vec![lambda],
        mean: vec![0.0],
        scale: vec![1.0],
    };
    power(&fitted, false, 0)
}

fn ranks(fitted: &FittedQuantileTransformer, n_quantiles: i64) -> Py {
    let (n, n_shares) = (fitted.quantiles.len(), fitted.references.len());
    let distribution = match fitted.output_distribution {
        OutputDistribution::Uniform => "uniform",
        OutputDistribution::Normal => "normal",
    };
    // A row a share, a column a feature.
    let by_share = (0..n_shares).flat_map(|share| fitted.quantiles.iter().map(move |of| of.get(share)));
    let values = by_share.map(|value| value.copied().unwrap_or(f64::NAN)).collect();
    let state = vec![
        ("n_quantiles", Py::Int(n_quantiles)),
        ("output_distribution", Py::text(distribution)),
        ("ignore_implicit_zeros", Py::Bool(false)),
        ("subsample", Py::None),
        ("random_state", Py::None),
        ("copy", Py::Bool(true)),
        ("n_quantiles_", Py::count(n_shares)),
        ("references_", Py::doubles(fitted.references.clone())),
        ("quantiles_", Py::Doubles { shape: vec![n_shares, n], values }),
    ];
    object(DATA, "QuantileTransformer", n, state)
}

fn bins(spec: &KBinsDiscretizer, fitted: &FittedKBinsDiscretizer) -> (Py, Vec<String>) {
    let names = &fitted.feature_names_in;
    let counts: Vec<i64> = fitted.bin_edges.iter().map(|edges| edges.len() as i64 - 1).collect();
    let is_one_hot = fitted.encode == BinsEncode::Onehot;
    let strategy = match spec.strategy {
        BinStrategy::Uniform => "uniform",
        BinStrategy::Quantile => "quantile",
        BinStrategy::Kmeans => "kmeans",
    };
    let mut state = vec![
        ("n_bins", Py::Int(i64::from(spec.n_bins))),
        ("encode", Py::text(if is_one_hot { "onehot-dense" } else { "ordinal" })),
        ("strategy", Py::text(strategy)),
        ("quantile_method", Py::text("averaged_inverted_cdf")),
        ("dtype", Py::None),
        ("subsample", Py::None),
        ("random_state", Py::None),
        ("bin_edges_", Py::Objects(fitted.bin_edges.iter().map(|edges| Py::doubles(edges.clone())).collect())),
        ("n_bins_", Py::Ints(counts.clone())),
    ];
    let made = match is_one_hot {
        true => {
            names.iter().zip(&counts).flat_map(|(name, n)| (0..*n).map(move |bin| format!("{name}_{bin}.0"))).collect()
        }
        false => names.clone(),
    };
    if is_one_hot {
        let places: Vec<Py> = counts.iter().map(|n| Py::Ints((0..*n).collect())).collect();
        let encoder = vec![
            ("categories", Py::List(places.clone())),
            ("sparse_output", Py::Bool(false)),
            ("dtype", FLOAT),
            ("handle_unknown", Py::text("error")),
            ("drop", Py::None),
            ("min_frequency", Py::None),
            ("max_categories", Py::None),
            ("feature_name_combiner", Py::text("concat")),
            ("_infrequent_enabled", Py::Bool(false)),
            ("categories_", Py::List(places)),
            ("_drop_idx_after_grouping", Py::None),
            ("drop_idx_", Py::None),
            ("_n_features_outs", Py::List(counts.iter().map(|n| Py::Int(*n)).collect())),
        ];
        state.push(("_encoder", object(super::encoders::ENCODERS, "OneHotEncoder", names.len(), encoder)));
    }
    (object(DISCRETIZATION, "KBinsDiscretizer", names.len(), state), made)
}

fn means(spec: &TargetEncoder, fitted: &FittedTargetEncoder) -> Py {
    let smooth = match spec.smooth {
        Smooth::Auto => Py::text("auto"),
        Smooth::Rows(rows) => Py::Float(rows),
    };
    let state = vec![
        ("categories", Py::text("auto")),
        ("smooth", smooth),
        ("target_type", Py::text("continuous")),
        ("cv", Py::Int(i64::from(spec.cv))),
        ("shuffle", Py::text("deprecated")),
        ("random_state", Py::text("deprecated")),
        ("_infrequent_enabled", Py::Bool(false)),
        ("categories_", Py::List(fitted.categories.iter().map(|all| categories(all)).collect())),
        ("target_type_", Py::text("continuous")),
        ("target_mean_", Py::Float(fitted.target_mean)),
        ("encodings_", Py::List(fitted.encodings.iter().map(|all| Py::doubles(all.clone())).collect())),
    ];
    object("sklearn.preprocessing._target_encoder", "TargetEncoder", fitted.feature_names_in.len(), state)
}

/// A `FunctionTransformer` of two functions of numpy.
pub(super) fn function_transformer(function: &'static str, inverse: &'static str, n_in: usize) -> Py {
    let of = |name| Py::Function { module: "numpy", name };
    let state = vec![
        ("func", of(function)),
        ("inverse_func", of(inverse)),
        // Behind columns of text, numpy's array is one of objects: it is made one of numbers.
        ("validate", Py::Bool(true)),
        ("accept_sparse", Py::Bool(false)),
        ("check_inverse", Py::Bool(true)),
        ("feature_names_out", Py::text("one-to-one")),
        ("kw_args", Py::None),
        ("inv_kw_args", Py::None),
    ];
    object("sklearn.preprocessing._function_transformer", "FunctionTransformer", n_in, state)
}
