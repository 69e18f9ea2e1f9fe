//! Encoders against scikit-learn 1.9.1: matrices, fitted numbers, whole pipelines; and the laws that they obey.

mod catalogue;
mod fitted;
mod laws;
mod matrices;
mod serving;

use pipette::features::{DesignMatrix, FeatureSpec, FittedFeatures, fit_transform};
use pipette::ingest::IngestOptions;
use pipette::split::{SplitSpec, train_test_split};
use pipette::table::Table;
use serde_json::Value;

/// A file of `tests/cases`, read as the page reads it.
pub(super) fn table(file: &str) -> Table {
    let text = std::fs::read(format!("tests/cases/{file}.csv")).unwrap();
    crate::ingest::read_in_pieces(&text, &IngestOptions::default(), &[]).unwrap().table
}

/// `train_test_split(rows, test_size=0.2, random_state=42)`.
pub(super) fn split(table: &Table) -> (Vec<u32>, Vec<u32>) {
    let split = train_test_split(table.n_rows(), &SplitSpec::default(), None).unwrap();
    (split.train, split.test)
}

/// A spec for the target `y`.
pub(super) fn spec(json: Value) -> FeatureSpec {
    FeatureSpec { target: "y".into(), ..serde_json::from_value(json).unwrap() }
}

pub(super) fn fit(table: &Table, spec: &FeatureSpec) -> (FittedFeatures, DesignMatrix) {
    fit_transform(table, spec, &split(table).0).unwrap()
}

/// Within `tolerance` of the value, and of 1 for small ones.
#[track_caller]
pub(super) fn assert_near(actual: f64, expected: f64, tolerance: f64, what: &str) {
    let difference = (actual - expected).abs();
    assert!(
        difference <= tolerance * expected.abs().max(1.0),
        "{what}: {actual:e} is not {expected:e} within {tolerance:e}"
    );
}
