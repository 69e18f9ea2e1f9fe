//! Fitted features as a value: stored, read, applied to rows and other tables, refused with the reason.

use pipette::base::Coded;
use pipette::features::{Cell, FeaturesError, FittedFeatures, design_matrix, fit_transform};
use pipette::table::{Column, ColumnData, DataType, Table};
use serde_json::{Value, json};

use super::{assert_near, fit, spec, split, table};
use crate::estimators::golden;

fn cells(table: &Table, row: usize) -> Vec<(String, Cell)> {
    table.columns().iter().map(|column| (column.name.clone(), Cell::of(column, row))).collect()
}

#[test]
fn a_row_gives_what_it_gives_in_the_table_and_survives_storage() {
    for case in golden("encoder_specs").as_array().unwrap() {
        let table = table(case["file"].as_str().unwrap_or("mixed"));
        let (fitted, _) = fit(&table, &spec(case["spec"].clone()));
        let stored: FittedFeatures = serde_json::from_str(&serde_json::to_string(&fitted).unwrap()).unwrap();
        assert_eq!(stored, fitted, "{}", case["name"]);
        let design = stored.transform(&table).unwrap();
        let columns = design.columns();
        for row in (0..table.n_rows()).step_by(7) {
            let expected: Vec<f64> = columns.iter().map(|cells| cells[row]).collect();
            assert_eq!(stored.transform_row(&cells(&table, row)).unwrap(), expected, "{} row {row}", case["name"]);
        }
    }
}

#[test]
fn without_encoders_it_is_the_design_matrix_and_copies_nothing() {
    let table = table("mixed").filter_columns(|column| ["x3", "k", "flag", "y"].contains(&column.name.as_str()));
    let spec = spec(json!({}));
    let (fitted, design) = fit_transform(&table, &spec, &[]).unwrap();
    assert_eq!(design, design_matrix(&table, &spec).unwrap());
    assert_eq!(design, fitted.transform(&table).unwrap());
    let shared = |name: &str| table.column(name).unwrap().numbers().unwrap().as_ptr();
    assert_eq!(design.columns()[0].as_ptr(), shared("x3"));
    assert_eq!(design.target().as_ptr(), shared("y"));
    assert_eq!(fitted.transform(&table).unwrap().columns()[2].as_ptr(), shared("flag"));
    assert_eq!(fitted.inverse_target(3.5), 3.5);
}

#[test]
fn new_categories_are_counted_or_refused() {
    let table = table("mixed");
    let train: Vec<u32> = (0..table.n_rows())
        .filter(|row| table.column("size").unwrap().cell_text(*row) != Some("L".into()))
        .map(|row| row as u32)
        .collect();
    let n_new = (table.n_rows() - train.len()) as u64;
    let of = |unknown: &str| {
        spec(json!({"columns": ["size"], "encoders": [{"encoder": "one_hot_encoder", "handle_unknown": unknown}]}))
    };
    let (fitted, design) = fit_transform(&table, &of("ignore"), &train).unwrap();
    assert_eq!(fitted.names, ["size_M", "size_S"]);
    let unknown = &design.unknown()[0];
    assert_eq!((unknown.column.as_str(), unknown.count, unknown.values.join(" ")), ("size", n_new, "L".into()));
    let error = fit_transform(&table, &of("error"), &train).unwrap_err();
    assert_eq!(error.code(), "features.unknown_categories");
    assert!(
        error.to_string().starts_with(&format!(
            "one_hot_encoder: size has {n_new} cells in categories that the training rows do not have: L (rows "
        )),
        "{error}"
    );
}

#[track_caller]
fn refused(json: Value, code: &str, part: &str) {
    let table = table("mixed");
    let error = fit_transform(&table, &spec(json), &split(&table).0).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

#[test]
fn what_cannot_be_done_is_said_with_its_remedy() {
    let one = |encoder: Value| json!({"columns": ["x1", "x2", "x3", "color"], "encoders": [encoder]});
    let named = |name: &str, columns: &[&str]| one(json!({"encoder": name, "columns": columns}));
    refused(
        named("standard_scaler", &["color"]),
        "features.encoder_column_unfit",
        "standard_scaler: color is text, and it takes numbers.",
    );
    refused(
        named("standard_scaler", &["k"]),
        "features.encoder_column_missing",
        "k is not among the features at this point",
    );
    refused(
        named("spline_transformer", &["x1"]),
        "features.missing_cells",
        "Fill them with a rule or a simple_imputer",
    );
    refused(
        json!({"columns": ["x1"], "encoders": [{"encoder": "standard_scaler"}]}),
        "features.missing_cells",
        "x1 has ",
    );
    refused(
        json!({"columns": ["color"]}),
        "features.feature_not_numeric",
        "Encode it with one_hot_encoder, or drop it",
    );
    refused(
        json!({"columns": ["x3"], "encoders": [{"encoder": "log_transform", "function": "log"}]}),
        "features.log_domain",
        "Use log1p",
    );
    refused(
        json!({"columns": ["x3"], "encoders": [{"encoder": "log_transform"}]}),
        "features.log_domain",
        "Use power_transformer",
    );
    refused(
        json!({"columns": ["color"], "encoders": [{"encoder": "simple_imputer", "columns": ["color"], "strategy": "constant", "fill_value": 3}]}),
        "features.encoder_column_unfit",
        "takes numbers",
    );
    refused(
        json!({"columns": ["x3", "k"], "encoders": [{"encoder": "polynomial_features", "degree": 20, "columns": ["x3", "k"]}, {"encoder": "polynomial_features", "degree": 3}]}),
        "features.too_many_columns",
        "lower degree",
    );
    refused(
        json!({"columns": ["k"], "target_transform": "yeo_johnson", "smearing": true}),
        "features.no_smearing",
        "Switch it off",
    );
    let table = table("mixed");
    let error = fit_transform(&table, &named_spec("x1"), &[]).unwrap_err();
    assert_eq!(error, FeaturesError::NoTrainingRows);
    let folds = spec(json!({"columns": ["color"], "encoders": [{"encoder": "target_encoder"}]}));
    let error = fit_transform(&table, &folds, &[1, 5, 7]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "target_encoder: 3 training rows cannot be cut into 5 folds. Choose fewer folds (cv)."
    );
}

fn named_spec(column: &str) -> pipette::features::FeatureSpec {
    spec(json!({"columns": [column], "encoders": [{"encoder": "simple_imputer"}]}))
}

#[test]
fn a_name_that_is_there_already_is_refused() {
    let data = ColumnData::Category { codes: vec![0, 1, 0], labels: vec!["a".into(), "b".into()] };
    let columns = vec![
        Column::new("c", DataType::Category, data),
        Column::float("c_a", vec![1.0; 3]),
        Column::float("y", vec![1.0, 2.0, 3.0]),
    ];
    let error = fit_transform(
        &Table::new(columns, 3),
        &spec(json!({"encoders": [{"encoder": "one_hot_encoder"}]})),
        &[0, 1, 2],
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "one_hot_encoder makes a second column with the name c_a. Rename or drop the other with a rule."
    );
}

#[test]
fn the_targets_transform_says_which_rows_it_cannot_take() {
    let columns = vec![Column::float("x", vec![1.0, 2.0, 3.0, 4.0]), Column::float("y", vec![1.0, 0.0, 3.0, -2.0])];
    let table = Table::new(columns, 4);
    let of = |transform: &str| spec(json!({"target_transform": transform}));
    let error = fit_transform(&table, &of("log"), &[0, 1, 2, 3]).unwrap_err();
    let message = "The target y is in 2 training rows no number that log takes (rows 2, 4): it takes numbers above 0. Choose another target_transform, or filter these rows.";
    assert_eq!((error.code(), error.to_string().as_str()), ("features.target_domain", message));
    assert!(fit_transform(&table, &of("log1p"), &[0, 1, 2, 3]).is_err());
    assert!(fit_transform(&table, &of("sqrt"), &[0, 1, 2, 3]).is_err());
    assert!(fit_transform(&table, &of("yeo_johnson"), &[0, 1, 2, 3]).is_ok());
    // Rows that are not for training keep their own units, and have no transform.
    let (fitted, design) = fit_transform(&table, &of("log1p"), &[0, 1, 2]).unwrap();
    assert!(design.target()[3].is_nan() && design.target_original()[3] == -2.0);
    assert_near(fitted.inverse_target(design.target()[2]), 3.0, 1e-15, "back");
}

#[test]
fn smearing_corrects_what_the_logarithm_loses() {
    let table = table("mixed");
    let (mut fitted, design) =
        fit(&table, &spec(json!({"columns": ["x3", "k"], "target_transform": "log", "smearing": true})));
    assert!(fitted.smears && fitted.smearing.is_none());
    let residuals = [0.1, -0.2, 0.05];
    let plain = fitted.inverse_target(2.0);
    fitted.set_smearing(&residuals);
    let by_hand = residuals.iter().map(|residual: &f64| (2.0 + residual).exp()).sum::<f64>() / 3.0;
    assert_near(fitted.inverse_target(2.0), by_hand, 1e-15, "smeared");
    assert!((plain - 2.0_f64.exp()).abs() < 1e-14 && plain != by_hand);
    assert_eq!(design.target_original(), table.column("y").unwrap().numbers().unwrap());
}

#[test]
fn other_tables_may_have_other_types_but_not_other_columns() {
    let table = table("mixed");
    let json = json!({"columns": ["x3", "size", "flag"], "encoders": [{"encoder": "one_hot_encoder", "columns": ["size"], "drop": "first"}]});
    let (fitted, _) = fit(&table, &spec(json));
    // A file to predict for: no target, numbers as text, flags as 0 and 1, columns in another order.
    let text = |name: &str, labels: &[&str]| {
        let codes = (0..labels.len() as u16).collect();
        Column::new(
            name,
            DataType::Category,
            ColumnData::Category { codes, labels: labels.iter().map(ToString::to_string).collect() },
        )
    };
    let flag = Column::new("flag", DataType::Integer, ColumnData::Number(vec![1.0, 0.0]));
    let new = Table::new(vec![text("size", &["S", "M"]), flag.clone(), text("x3", &["1.5", "2"])], 2);
    let design = fitted.transform(&new).unwrap();
    assert_eq!(
        design.columns(),
        [[1.5, 2.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]].map(Vec::from).each_ref().map(Vec::as_slice)
    );
    assert!(design.target().iter().all(|y| y.is_nan()) && design.n_rows() == 2);
    let wrong = Table::new(vec![text("size", &["S", "M"]), flag, text("x3", &["1.5", "two"])], 2);
    assert_eq!(fitted.transform(&wrong).unwrap_err().code(), "features.input_type");
    let error = fitted.transform_row(&[("x3".into(), Cell::Number(1.0))]).unwrap_err();
    assert_eq!(error.to_string(), "The model needs a column size, which is not there. Add it, under this name.");
    let row =
        [("x3".into(), Cell::Missing), ("size".into(), Cell::Text("S".into())), ("flag".into(), Cell::Number(1.0))];
    assert_eq!(fitted.transform_row(&row).unwrap_err().code(), "features.missing_cells");
}
