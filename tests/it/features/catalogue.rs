//! The catalogue: forms, files and words of every encoder.

use pipette::features::{ENCODERS, EncoderSpec, FeatureSpec};
use serde_json::{Map, Value, json};

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn every_encoder_has_its_parameters_in_the_form_and_comes_back_from_the_file() {
    for info in ENCODERS {
        let fresh = EncoderSpec::fresh(info.name, Some(vec!["a".into()])).unwrap();
        let mut fields: Vec<String> = fresh.to_map().keys().filter(|key| *key != "encoder").cloned().collect();
        let mut names: Vec<&str> = info.params.iter().map(|param| param.name).collect();
        assert_eq!(names.first(), Some(&"columns"), "{}", info.name);
        fields.sort_unstable();
        names.sort_unstable();
        assert_eq!(fields, names, "{}", info.name);
        assert_eq!(EncoderSpec::from_map(fresh.to_map()), Ok(fresh.clone()), "{}", info.name);
        let text = serde_json::to_string(&fresh).unwrap();
        assert!(text.starts_with(&format!(r#"{{"encoder":"{}","columns":["a"]"#, info.name)), "{text}");
        assert_eq!(serde_json::from_str::<EncoderSpec>(&text).unwrap(), fresh);
        let default = EncoderSpec::from_map(map(json!({"encoder": info.name}))).unwrap();
        assert_eq!(
            serde_json::to_string(&default).unwrap(),
            format!(r#"{{"encoder":"{}","columns":null}}"#, info.name)
        );
        assert_eq!(default.columns(), None);
        // Every parameter of the form can be set to the value it has.
        for param in info.params {
            let value = fresh.to_map()[param.name].clone();
            assert_eq!(fresh.with_param(param.name, value), Ok(fresh.clone()), "{} {}", info.name, param.name);
            let error = fresh.with_param(param.name, json!({"no": "value"})).unwrap_err();
            assert_eq!(error.param, param.name, "{error}");
            assert!(error.message.contains(param.name) && error.message.contains(info.name), "{error}");
        }
        for words in [default.sentence(), fresh.sentence(), info.label.into(), info.group.into(), info.help.into()] {
            assert!(!words.is_empty() && !words.contains("  "), "{words:?}");
        }
        assert!(fresh.python().ends_with(')') && fresh.python_imports().contains("import"), "{}", info.name);
    }
    assert_eq!(ENCODERS.len(), 19);
}

#[test]
fn what_is_unknown_or_wrong_is_named() {
    let error = |value: Value| EncoderSpec::from_map(map(value)).unwrap_err();
    let check = |value: Value, param: &str, part: &str| {
        let error = error(value);
        assert_eq!(error.param, param, "{error}");
        assert!(error.message.contains(part), "{error}");
    };
    check(json!({"encoder": "oracle"}), "", "There is no encoder oracle. There are one_hot_encoder");
    check(json!({"columns": []}), "", "needs a name");
    check(
        json!({"encoder": "max_abs_scaler", "clip": true}),
        "clip",
        "max_abs_scaler has no parameter clip. It has columns.",
    );
    check(json!({"encoder": "one_hot_encoder", "columns": "a"}), "columns", "a list of column names, or null");
    check(json!({"encoder": "one_hot_encoder", "drop": "last"}), "drop", "one of null, first, if_binary");
    check(json!({"encoder": "one_hot_encoder", "min_frequency": 2.5}), "min_frequency", "a whole number");
    check(json!({"encoder": "polynomial_features", "degree": 0}), "degree", "a whole number from 1 to 20");
    check(json!({"encoder": "polynomial_features", "degree": 2.5}), "degree", "a whole number");
    check(json!({"encoder": "target_encoder", "smooth": "much"}), "smooth", "\"auto\" or a number from 0");
    check(json!({"encoder": "simple_imputer", "fill_value": true}), "fill_value", "a number or a text");
    let text = r#"{"target": "y", "encoders": [{"encoder": "standard_scaler", "with_meen": true}]}"#;
    let error = serde_json::from_str::<FeatureSpec>(text).unwrap_err().to_string();
    assert!(error.contains("standard_scaler has no parameter with_meen"), "{error}");
}

#[test]
fn a_form_may_write_empty_for_null_and_whole_numbers_as_floats() {
    let spec = EncoderSpec::fresh("one_hot_encoder", None).unwrap();
    assert_eq!(spec.with_param("drop", json!("")).unwrap().to_map()["drop"], Value::Null);
    let spec = EncoderSpec::fresh("polynomial_features", None).unwrap();
    assert_eq!(spec.with_param("degree", json!(3.0)).unwrap().to_map()["degree"], json!(3));
}

#[test]
fn the_file_of_a_spec_without_new_parts_is_as_it_was() {
    let spec = FeatureSpec { target: "y".into(), ..FeatureSpec::default() };
    assert_eq!(serde_json::to_string(&spec).unwrap(), r#"{"target":"y","columns":null,"encoders":[]}"#);
    let text = r#"{"target":"y","columns":["a"],"encoders":[{"encoder":"one_hot_encoder","columns":["a"],"drop":"first"}],"target_transform":"log1p","smearing":true}"#;
    let spec: FeatureSpec = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&spec).unwrap(), text);
}
