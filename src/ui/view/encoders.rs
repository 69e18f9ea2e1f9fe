//! The list of encoders as it is edited: what still needs one, how it is added and moved, the target's transform.

use crate::features::{EncoderEntry, EncoderSpec, FeatureSpec, TargetTransform};
use crate::table::DataType;

/// Encoders that turn categories into numbers.
const OF_CATEGORIES: [&str; 5] =
    ["one_hot_encoder", "ordinal_encoder", "target_encoder", "frequency_encoder", "text_features"];
const OF_DATES: &str = "date_parts_encoder";

/// A feature that is no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unencoded {
    pub column: String,
    /// Which encoder would make numbers of it; `None` where none can.
    pub encoder: Option<&'static str>,
    /// What it holds, in plain words.
    pub holds: &'static str,
}

/// The features that no encoder turns into numbers, of these columns with their types.
#[must_use]
pub fn unencoded<'a>(features: &FeatureSpec, columns: impl IntoIterator<Item = (&'a str, DataType)>) -> Vec<Unencoded> {
    let is_feature = |name: &str| {
        name != features.target && features.columns.as_ref().is_none_or(|chosen| chosen.iter().any(|c| c == name))
    };
    let is_taken = |name: &str, by: &[&str]| {
        features.encoders.iter().any(|encoder| {
            by.contains(&encoder.name()) && encoder.columns().is_none_or(|columns| columns.iter().any(|c| c == name))
        })
    };
    let mut left = Vec::new();
    for (name, data_type) in columns.into_iter().filter(|(name, _)| is_feature(name)) {
        let (encoder, holds) = match data_type {
            DataType::Category if !is_taken(name, &OF_CATEGORIES) => (Some("one_hot_encoder"), "categories"),
            DataType::Timestamp if !is_taken(name, &[OF_DATES]) => (Some(OF_DATES), "dates"),
            DataType::Text => (None, "free text"),
            _ => continue,
        };
        left.push(Unencoded { column: name.to_owned(), encoder, holds });
    }
    left
}

/// Adds a column to the encoder that is there for such columns, or a new one for it.
pub fn encode(features: &mut FeatureSpec, column: &Unencoded) {
    let Some(name) = column.encoder else { return };
    let place = features.encoders.iter().position(|encoder| encoder.name() == name && encoder.columns().is_some());
    let made = match place.and_then(|place| features.encoders.get(place)) {
        Some(encoder) => {
            let mut columns = encoder.columns().unwrap_or_default().to_vec();
            columns.push(column.column.clone());
            encoder.with_param("columns", columns.into())
        }
        None => EncoderSpec::fresh(name, Some(vec![column.column.clone()])),
    };
    // A fresh encoder, and one with another column, are always right.
    let Ok(made) = made else { return };
    match place.and_then(|place| features.encoders.get_mut(place)) {
        Some(encoder) => *encoder = encoder.with_first(made),
        None => features.encoders.push(made.into()),
    }
}

/// The parameters that do not apply as the others stand.
#[must_use]
pub fn hidden(encoder: &EncoderSpec) -> Vec<&'static str> {
    let values = encoder.to_map();
    let is = |other: &str, value: &str| values.get(other).and_then(serde_json::Value::as_str) == Some(value);
    let applies = |param: &str| match (encoder.name(), param) {
        ("simple_imputer", "fill_value") => is("strategy", "constant"),
        ("drop_features", "threshold") => !is("method", "constant"),
        ("winsorizer", "factor") => is("method", "iqr"),
        ("winsorizer", "threshold") => is("method", "z_score"),
        ("winsorizer", "lower" | "upper") => is("method", "quantiles"),
        _ => true,
    };
    encoder.params().iter().map(|param| param.name).filter(|param| !applies(param)).collect()
}

/// The same list with one encoder moved; places beyond the ends change nothing.
pub fn move_encoder(encoders: &mut Vec<EncoderEntry>, from: usize, to: usize) {
    if from < encoders.len() && to < encoders.len() {
        let encoder = encoders.remove(from);
        encoders.insert(to, encoder);
    }
}

/// What the target can be turned into: the value in the pipeline file, and plain words.
pub const TARGET_TRANSFORMS: [(&str, &str); 5] = [
    ("", "As it is"),
    ("log", "Its logarithm"),
    ("log1p", "Logarithm of 1 + it"),
    ("sqrt", "Its square root"),
    ("yeo_johnson", "Most like normal (Yeo–Johnson)"),
];

/// Whether what went wrong is about this encoder: such messages begin with its name and a column of its own.
#[must_use]
pub fn is_about(encoder: &EncoderSpec, message: &str) -> bool {
    let Some(rest) = message.strip_prefix(encoder.name()).and_then(|rest| rest.strip_prefix(": ")) else {
        return false;
    };
    encoder.columns().is_none_or(|columns| columns.iter().any(|column| rest.starts_with(&format!("{column} "))))
}

/// The name of the present transform; empty for none.
#[must_use]
pub fn transform_name(features: &FeatureSpec) -> &'static str {
    features.target_transform.map_or("", TargetTransform::as_str)
}

/// Sets the transform by its name; the correction of its bias goes where there is none to make.
pub fn set_transform(features: &mut FeatureSpec, name: &str) {
    use TargetTransform::{Log, Log1p, Sqrt, YeoJohnson};
    features.target_transform = [Log, Log1p, Sqrt, YeoJohnson].into_iter().find(|transform| transform.as_str() == name);
    features.smearing &= can_smear(features);
}

/// Whether predictions can be corrected for the transform's bias.
#[must_use]
pub fn can_smear(features: &FeatureSpec) -> bool {
    features.target_transform.is_some_and(|transform| transform != TargetTransform::YeoJohnson)
}

/// What a transform does, under its field.
#[must_use]
pub fn transform_hint(features: &FeatureSpec) -> &'static str {
    match features.target_transform {
        None => "The model predicts the target itself.",
        Some(TargetTransform::Log) => {
            "For amounts above 0: the model learns factors rather than differences. Predictions are turned back."
        }
        Some(TargetTransform::Log1p) => "As the logarithm, for amounts that may be 0. Predictions are turned back.",
        Some(TargetTransform::Sqrt) => "For counts, from 0 on. Predictions are turned back.",
        Some(TargetTransform::YeoJohnson) => {
            "The power under which the training rows look most normal, for any values. Predictions are turned back."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::FeaturesError;

    const COLUMNS: [(&str, DataType); 6] = [
        ("y", DataType::Float),
        ("x", DataType::Integer),
        ("state", DataType::Category),
        ("kind", DataType::Category),
        ("day", DataType::Timestamp),
        ("comment", DataType::Text),
    ];

    fn features() -> FeatureSpec {
        FeatureSpec { target: "y".into(), ..FeatureSpec::default() }
    }

    fn names(features: &FeatureSpec) -> Vec<String> {
        unencoded(features, COLUMNS).into_iter().map(|left| left.column).collect()
    }

    #[test]
    fn what_does_not_apply_is_hidden() {
        let mut encoder = EncoderSpec::fresh("winsorizer", None).unwrap();
        assert_eq!(hidden(&encoder), ["threshold", "lower", "upper"]);
        encoder = encoder.with_param("method", "quantiles".into()).unwrap();
        assert_eq!(hidden(&encoder), ["factor", "threshold"]);
        assert_eq!(hidden(&EncoderSpec::fresh("standard_scaler", None).unwrap()), [""; 0]);
    }

    #[test]
    fn what_is_no_number_is_offered_an_encoder_until_it_has_one() {
        let mut features = features();
        let left = unencoded(&features, COLUMNS);
        assert_eq!(names(&features), ["state", "kind", "day", "comment"]);
        assert_eq!(left[3].encoder, None);
        left.iter().for_each(|column| encode(&mut features, column));
        assert_eq!(names(&features), ["comment"]);
        // Both categories in one encoder, which leaves the first category out.
        let json = serde_json::to_string(&features.encoders).unwrap();
        assert_eq!(features.encoders.len(), 2, "{json}");
        assert!(json.contains(r#"{"encoder":"one_hot_encoder","columns":["state","kind"],"drop":"first"}"#), "{json}");
    }

    #[test]
    fn what_went_wrong_stands_at_its_encoder() {
        let columns = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        let scaler = EncoderSpec::fresh("standard_scaler", columns(&["x", "gone"])).unwrap();
        let message =
            FeaturesError::EncoderColumnMissing { encoder: "standard_scaler", column: "gone".into() }.to_string();
        assert!(is_about(&scaler, &message));
        assert!(!is_about(&EncoderSpec::fresh("standard_scaler", columns(&["x"])).unwrap(), &message));
        assert!(!is_about(&EncoderSpec::fresh("min_max_scaler", columns(&["gone"])).unwrap(), &message));
    }

    #[test]
    fn only_features_need_an_encoder_and_an_open_one_takes_all() {
        let chosen = FeatureSpec { columns: Some(vec!["x".into(), "kind".into()]), ..features() };
        assert_eq!(names(&chosen), ["kind"]);
        let all =
            FeatureSpec { encoders: vec![EncoderSpec::fresh("target_encoder", None).unwrap().into()], ..features() };
        assert_eq!(names(&all), ["day", "comment"]);
    }

    #[test]
    fn encoders_move_and_stay_in_the_list() {
        let fresh = |name| EncoderSpec::fresh(name, None).unwrap();
        let mut list: Vec<EncoderEntry> =
            ["simple_imputer", "standard_scaler", "max_abs_scaler"].map(|name| fresh(name).into()).to_vec();
        let names = |list: &[EncoderEntry]| list.iter().map(|entry| entry.name()).collect::<Vec<_>>().join(" ");
        move_encoder(&mut list, 2, 0);
        assert_eq!(names(&list), "max_abs_scaler simple_imputer standard_scaler");
        move_encoder(&mut list, 0, 9);
        assert_eq!(names(&list), "max_abs_scaler simple_imputer standard_scaler");
    }

    #[test]
    fn the_correction_goes_with_a_transform_that_has_none() {
        let mut features = FeatureSpec { smearing: true, ..features() };
        set_transform(&mut features, "log1p");
        assert!(features.smearing && can_smear(&features));
        assert_eq!(transform_name(&features), "log1p");
        set_transform(&mut features, "yeo_johnson");
        assert!(!features.smearing && !can_smear(&features));
        set_transform(&mut features, "");
        assert_eq!((features.target_transform, transform_name(&features)), (None, ""));
        assert!(TARGET_TRANSFORMS.iter().all(|(name, _)| {
            set_transform(&mut features, name);
            transform_name(&features) == *name && transform_hint(&features).ends_with('.')
        }));
    }
}
