//! A small run with a scaler and one-hot columns, for tests.

use crate::estimators::{LinearModel, Model};
use crate::features::{FeatureSpec, fit_transform};
use crate::pipeline::StepOutput;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE, Table};
use crate::tracking::RunRecord;
use crate::tracking::suite::run_record;

/// y from x, standardised, and c, one-hot without its first category.
pub(in crate::export) fn trained() -> RunRecord {
    let mut run = run_record("a", 1_700_000_000_000);
    let labels = vec!["a".to_owned(), "b".to_owned()];
    let columns = vec![
        Column::float("x", vec![1.0, 2.0, 3.0, 6.0]),
        Column::new("c", DataType::Category, ColumnData::Category { codes: vec![1, 0, MISSING_CODE, 0], labels }),
        Column::float("y", vec![1.0, 2.0, 3.0, 4.0]),
    ];
    let table = Table::new(columns, 4);
    let spec: FeatureSpec = serde_json::from_value(serde_json::json!({
        "target": "y",
        "encoders": [
            { "encoder": "standard_scaler", "columns": ["x"] },
            { "encoder": "one_hot_encoder", "columns": ["c"], "drop": "first" },
        ],
    }))
    .unwrap();
    let (features, _) = fit_transform(&table, &spec, &[0, 1, 2, 3]).unwrap();
    run.spec.features = spec;
    let StepOutput::Train(training) = &mut run.outputs[0] else { panic!("the record begins with training") };
    let coef = vec![0.5, -1.0, 2.0];
    training.summary.model = Model::Linear(LinearModel { features: features.names.clone(), coef, intercept: 3.0 });
    training.features = features;
    run
}
