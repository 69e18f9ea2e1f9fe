//! The design matrix: which numbers predict which.

use super::{FeatureSpec, FeaturesError, UnknownCategories};
use crate::table::{Column, DataType, Table};

/// How many rows an error names.
pub(super) const ROWS_NAMED: usize = 5;

/// Features and target over all rows of a table. Cells that no encoder made are shared with the table.
///
/// Every cell of the features is a finite number; booleans are 1 and 0. There is at least one feature.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignMatrix {
    features: Vec<Column>,
    /// What the estimator fits.
    target: Column,
    /// The target in its own units, where `target` is a transform of it.
    original: Option<Column>,
    unknown: Vec<UnknownCategories>,
    products: Vec<(usize, Vec<usize>)>,
}

impl DesignMatrix {
    pub(super) fn new(
        features: Vec<Column>,
        target: Column,
        original: Option<Column>,
        unknown: Vec<UnknownCategories>,
    ) -> Self {
        Self { features, target, original, unknown, products: Vec::new() }
    }

    pub(super) fn with_products(self, products: Vec<(usize, Vec<usize>)>) -> Self {
        Self { products, ..self }
    }

    pub(super) fn with_target(self, target: Column, original: Option<Column>) -> Self {
        Self { target, original, ..self }
    }

    /// Names of the features, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.features.iter().map(|column| column.name.clone()).collect()
    }

    /// Name of the target.
    #[must_use]
    pub fn target_name(&self) -> &str {
        &self.target.name
    }

    /// Number of rows.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.target.len()
    }

    /// Number of features.
    #[must_use]
    pub fn n_features(&self) -> usize {
        self.features.len()
    }

    /// The features' cells, one slice of shape `(n_rows,)` a feature, in order.
    #[must_use]
    pub fn columns(&self) -> Vec<&[f64]> {
        self.features.iter().map(numbers).collect()
    }

    /// What the estimator fits, shape `(n_rows,)`: the target, transformed where the spec says so. NaN in rows that are not
    /// for training and whose target the transform cannot take, and everywhere when a table to predict for has no target.
    #[must_use]
    pub fn target(&self) -> &[f64] {
        numbers(&self.target)
    }

    /// The target in its own units, shape `(n_rows,)`: what predictions are measured against.
    #[must_use]
    pub fn target_original(&self) -> &[f64] {
        numbers(self.original.as_ref().unwrap_or(&self.target))
    }

    /// Cells whose category the training rows do not have, and that an encoder let pass.
    #[must_use]
    pub fn unknown(&self) -> &[UnknownCategories] {
        &self.unknown
    }

    /// Features that are products of others (powers, interactions), rounded to doubles: `(feature, its factors)`, by place. A fit
    /// can take the products before they were rounded.
    #[must_use]
    pub fn products(&self) -> &[(usize, Vec<usize>)] {
        &self.products
    }

    /// The listed rows in ascending order: so memory is read forwards, and the order in which a split lists them does not
    /// touch the last bits of a result.
    #[must_use]
    pub fn ascending(&self, rows: &[u32]) -> Vec<u32> {
        let mut listed = vec![false; self.n_rows()];
        for row in rows {
            match listed.get_mut(*row as usize) {
                Some(is_listed) if !*is_listed => *is_listed = true,
                // Listed twice, or not there: then by comparing, which takes longer.
                _ => {
                    let mut sorted = rows.to_vec();
                    sorted.sort_unstable();
                    return sorted;
                }
            }
        }
        listed.iter().zip(0..).filter(|(is_listed, _)| **is_listed).map(|(_, row)| row).collect()
    }
}

/// Takes target and features out of a table. A feature list that names the target or a column twice is read without that;
/// no list is all other columns.
///
/// # Errors
/// Each says which column and rows, and what to do: no target, or one that is not there, not numeric or missing in rows;
/// features that are not there, not numeric, missing in rows or infinite; no features.
pub fn design_matrix(table: &Table, spec: &FeatureSpec) -> Result<DesignMatrix, FeaturesError> {
    let target = numeric_target(table, spec)?;
    let features: Vec<Column> = chosen(table, spec)?.into_iter().cloned().collect();
    if features.is_empty() {
        return Err(FeaturesError::NoFeatures { target: target.name.clone() });
    }
    check_cells(&features, target)?;
    Ok(DesignMatrix::new(features, target.clone(), None, Vec::new()))
}

/// The target, if it is there and numeric.
pub(super) fn numeric_target<'a>(table: &'a Table, spec: &FeatureSpec) -> Result<&'a Column, FeaturesError> {
    if spec.target.is_empty() {
        return Err(FeaturesError::NoTarget);
    }
    let Some(target) = table.column(&spec.target) else {
        return Err(FeaturesError::TargetMissing { target: spec.target.clone() });
    };
    check_numeric_target(target)?;
    Ok(target)
}

pub(super) fn check_numeric_target(target: &Column) -> Result<(), FeaturesError> {
    match target.numbers() {
        Some(_) => Ok(()),
        None => Err(FeaturesError::TargetNotNumeric { target: target.name.clone(), what: describe(target.data_type) }),
    }
}

/// That the target is there in every row, and finite.
pub(super) fn check_target(target: &Column) -> Result<(), FeaturesError> {
    if let Some((count, rows)) = find(target, f64::is_nan) {
        return Err(FeaturesError::TargetMissingCells { target: target.name.clone(), count, rows });
    }
    check_finite(target)
}

/// That features and target are finite numbers.
pub(super) fn check_cells(features: &[Column], target: &Column) -> Result<(), FeaturesError> {
    check_numeric(features)?;
    if let Some((count, rows)) = find(target, f64::is_nan) {
        return Err(FeaturesError::TargetMissingCells { target: target.name.clone(), count, rows });
    }
    features.iter().chain([target]).try_for_each(check_finite)
}

/// That features are finite numbers.
pub(super) fn check_features(features: &[Column]) -> Result<(), FeaturesError> {
    check_numeric(features)?;
    features.iter().try_for_each(check_finite)
}

fn check_finite(column: &Column) -> Result<(), FeaturesError> {
    if let Some((count, rows)) = find(column, f64::is_nan) {
        return Err(FeaturesError::MissingCells { column: column.name.clone(), count, rows });
    }
    if let Some((count, rows)) = find(column, f64::is_infinite) {
        return Err(FeaturesError::InfiniteCells { column: column.name.clone(), count, rows });
    }
    Ok(())
}

pub(super) fn chosen<'a>(table: &'a Table, spec: &FeatureSpec) -> Result<Vec<&'a Column>, FeaturesError> {
    let Some(names) = &spec.columns else {
        return Ok(table.columns().iter().filter(|column| column.name != spec.target).collect());
    };
    let mut features: Vec<&Column> = Vec::with_capacity(names.len());
    for name in names {
        let column = table.column(name).ok_or_else(|| FeaturesError::FeatureMissing { feature: name.clone() })?;
        if *name != spec.target && features.iter().all(|feature| feature.name != *name) {
            features.push(column);
        }
    }
    Ok(features)
}

/// The first kind of column that has no numbers, with all columns of that kind.
fn check_numeric(features: &[Column]) -> Result<(), FeaturesError> {
    let Some(first) = features.iter().find(|column| column.numbers().is_none()) else { return Ok(()) };
    let what = describe(first.data_type);
    let same = features.iter().filter(|column| column.numbers().is_none() && describe(column.data_type) == what);
    Err(FeaturesError::FeatureNotNumeric { columns: same.map(|column| column.name.clone()).collect(), what })
}

pub(super) fn describe(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Timestamp => "a date",
        DataType::Category | DataType::Text => "text",
        DataType::Boolean | DataType::Integer | DataType::Float => "numeric",
    }
}

/// How many cells are such, and the first rows of them, counted from 1.
pub(super) fn find(column: &Column, is_such: fn(f64) -> bool) -> Option<(u64, Vec<u64>)> {
    let values = numbers(column);
    let count = values.iter().filter(|value| is_such(**value)).count() as u64;
    if count == 0 {
        return None;
    }
    let rows = values.iter().zip(1..).filter(|(value, _)| is_such(**value)).map(|(_, row)| row).take(ROWS_NAMED);
    Some((count, rows.collect()))
}

fn numbers(column: &Column) -> &[f64] {
    column.numbers().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::ColumnData;

    fn table() -> Table {
        let text = |name: &str| {
            let data = ColumnData::Category { codes: vec![0, 0, 0], labels: vec!["a".into()] };
            Column::new(name, DataType::Category, data)
        };
        let columns = vec![
            Column::float("x", vec![1.0, 2.0, 3.0]),
            Column::new("flag", DataType::Boolean, ColumnData::Number(vec![1.0, 0.0, 1.0])),
            Column::float("gap", vec![1.0, f64::NAN, f64::NAN]),
            Column::float("big", vec![1.0, f64::INFINITY, 2.0]),
            text("order_status"),
            text("b"),
            text("c"),
            Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![1, 2, 3])),
            Column::float("y", vec![3.0, 2.0, 1.0]),
        ];
        Table::new(columns, 3)
    }

    fn make(target: &str, columns: &[&str]) -> Result<DesignMatrix, FeaturesError> {
        let columns = Some(columns.iter().map(ToString::to_string).collect());
        design_matrix(&table(), &FeatureSpec { target: target.into(), columns, ..FeatureSpec::default() })
    }

    #[track_caller]
    fn check(target: &str, columns: &[&str], code: &str, message: &str) {
        let error = make(target, columns).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    }

    #[test]
    fn booleans_count_as_numbers_and_repetitions_once() {
        let design = make("y", &["x", "y", "flag", "x"]).unwrap();
        assert_eq!((design.names(), design.target_name()), (vec!["x".to_string(), "flag".into()], "y"));
        assert_eq!(design.columns(), [[1.0, 2.0, 3.0].as_slice(), &[1.0, 0.0, 1.0]]);
        let all = table().filter_columns(|column| ["y", "x"].contains(&column.name.as_str()));
        let spec = FeatureSpec { target: "y".into(), columns: None, ..FeatureSpec::default() };
        assert_eq!(design_matrix(&all, &spec).unwrap().names(), ["x"]);
    }

    #[test]
    fn rows_are_put_in_order() {
        let design = make("y", &["x"]).unwrap();
        assert_eq!(design.ascending(&[2, 0]), [0, 2]);
        assert_eq!(design.ascending(&[2, 0, 2, 9]), [0, 2, 2, 9]);
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_remedy() {
        check("", &[], "features.no_target", "No target is chosen. Choose the column to predict.");
        let message =
            "The target z is not in the cleaned table. Choose another target, or take out the rule that drops it.";
        check("z", &["x"], "features.target_missing", message);
        let message = "The target b is text, and a model predicts numbers, or true and false. Choose another column, or make numbers of it with a rule (derive a column).";
        check("b", &["x"], "features.target_not_numeric", message);
        let message = "order_status is text, and a linear model needs numbers. Encode it with one_hot_encoder, or drop it with a rule (keep numeric).";
        check("y", &["x", "order_status"], "features.feature_not_numeric", message);
        let message = "b, c and 1 more are text, and a linear model needs numbers. Encode them with one_hot_encoder, or drop them with a rule (keep numeric).";
        check("y", &["b", "c", "order_status", "t"], "features.feature_not_numeric", message);
        let message =
            "The feature z is not in the cleaned table. Take it off the list, or take out the rule that drops it.";
        check("y", &["z"], "features.feature_missing", message);
        let message = "No feature is left to predict y from. Keep at least one numeric column besides it.";
        check("y", &["y"], "features.no_features", message);
        let message =
            "gap has 2 missing cells (rows 2, 3). Fill them with a rule or a simple_imputer, or drop these rows.";
        check("y", &["gap"], "features.missing_cells", message);
        let message = "big has 1 infinite cell (row 2). Mend the file, or drop the column with a rule.";
        check("y", &["big"], "features.infinite_cells", message);
        let message = "The target gap is missing in 2 rows (rows 2, 3). Drop these rows with a rule, or fill them.";
        check("gap", &["x"], "features.target_missing_cells", message);
    }
}
