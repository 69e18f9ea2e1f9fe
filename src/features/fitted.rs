//! Fitting the encoders on the training rows, and applying them to any rows.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::cell::coerce;
use super::design_matrix::{self, DesignMatrix, check_cells, check_target, chosen, find, numeric_target};
use super::encoder::{Outputs, Training};
use super::seen;
use super::{
    Cell, EncoderSpec, FeatureSpec, FeaturesError, FittedEncoder, Seen, Smearing, TargetTransform, UnknownCategories,
};
use crate::table::{Column, DataType, Table};

/// A column that the encoders start from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputColumn {
    pub name: String,
    pub data_type: DataType,
    /// What the training rows have in it; `None` in runs from before it was kept, and for text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// Everything between a clean table and the estimator, learnt from the training rows: a value that is stored with the model,
/// exported with it, and applied to tables and single rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FittedFeatures {
    /// The columns needed, with their types, in order.
    pub inputs: Vec<InputColumn>,
    /// One an encoder of the spec, in order.
    pub encoders: Vec<FittedEncoder>,
    /// The names of the design matrix's columns, in order.
    pub names: Vec<String>,
    pub target: String,
    pub target_transform: Option<TargetTransform>,
    /// Of Yeo–Johnson.
    pub target_lambda: Option<f64>,
    /// Whether the spec asks for Duan's correction.
    pub smears: bool,
    /// Duan's correction, once `set_smearing` was called.
    pub smearing: Option<Smearing>,
}

/// Fits the encoders on the rows that `train` lists and applies them to all rows. Training rows have cross-fitted values
/// where an encoder looks at the target; other rows, and `FittedFeatures::transform`, have those of the full fit. Without
/// encoders it is `design_matrix`, and the cells are shared with the table.
///
/// # Errors
/// As `design_matrix`; encoders that do not find or cannot take their columns, or cannot be fitted; target values that the
/// transform cannot take (of training rows; elsewhere the transformed target is NaN).
pub fn fit_transform(
    table: &Table,
    spec: &FeatureSpec,
    train: &[u32],
) -> Result<(FittedFeatures, DesignMatrix), FeaturesError> {
    let original = numeric_target(table, spec)?;
    let mut frame: Vec<Column> = chosen(table, spec)?.into_iter().cloned().collect();
    if frame.is_empty() {
        return Err(FeaturesError::NoFeatures { target: spec.target.clone() });
    }
    let is_plain = spec.encoders.is_empty() && spec.target_transform.is_none();
    if !is_plain {
        check_target(original)?;
        if train.is_empty() {
            return Err(FeaturesError::NoTrainingRows);
        }
        check_infinite(&frame)?;
    }
    let is_train = seen::mark(train, table.n_rows());
    let mut fitted = FittedFeatures {
        inputs: frame.iter().map(|column| InputColumn::of(column, &is_train)).collect(),
        encoders: Vec::with_capacity(spec.encoders.len()),
        names: Vec::new(),
        target: original.name.clone(),
        target_transform: spec.target_transform,
        target_lambda: None,
        smears: spec.smearing,
        smearing: None,
    };
    if let Some(transform) = spec.target_transform {
        if spec.smearing && transform == TargetTransform::YeoJohnson {
            return Err(FeaturesError::NoSmearing);
        }
        let y = original.numbers().unwrap_or_default();
        transform.check(&original.name, y, train)?;
        fitted.target_lambda = transform.fit(y, train);
    }
    let target = fitted.transformed(original);
    let mut unknown = Vec::new();
    for encoder in &spec.encoders {
        let columns = choose(encoder, &frame, &fitted.encoders)?;
        let training = Training { columns, train, target: target.numbers().unwrap_or_default() };
        let (state, outputs) = encoder.fit_apply(&training, &mut unknown)?;
        place(&mut frame, &state, outputs)?;
        fitted.encoders.push(state);
    }
    if frame.is_empty() {
        return Err(FeaturesError::NoFeatures { target: spec.target.clone() });
    }
    check_cells(&frame, original)?;
    fitted.names = frame.iter().map(|column| column.name.clone()).collect();
    let kept = fitted.target_transform.map(|_| original.clone());
    let products = fitted.products();
    Ok((fitted, DesignMatrix::new(frame, target, kept, unknown).with_products(products)))
}

impl FittedFeatures {
    /// The design matrix of any table with these columns, as scikit-learn's `pipe.predict` makes it: nothing is learnt.
    /// The target may be missing from the table (then it is NaN), but not from single rows; `features` does not look at it.
    ///
    /// # Errors
    /// As `features`, and a target that is not numeric or missing in rows.
    pub fn transform(&self, table: &Table) -> Result<DesignMatrix, FeaturesError> {
        let Some(original) = table.column(&self.target) else {
            return self.features(table);
        };
        design_matrix::check_numeric_target(original)?;
        check_target(original)?;
        let made = self.features(table)?;
        let kept = self.target_transform.map(|_| original.clone());
        Ok(made.with_target(self.transformed(original), kept))
    }

    /// The design matrix of a table without its target, which is NaN.
    ///
    /// # Errors
    /// Columns that are not there or of another type, and cells that the encoders cannot take or leave missing.
    pub fn features(&self, table: &Table) -> Result<DesignMatrix, FeaturesError> {
        let column = |input: &InputColumn| match table.column(&input.name) {
            Some(column) => coerce(column, input.data_type),
            None => Err(FeaturesError::InputMissing { column: input.name.clone() }),
        };
        let frame: Vec<Column> = self.inputs.iter().map(column).collect::<Result<_, _>>()?;
        let target = Column::float(self.target.clone(), vec![f64::NAN; table.n_rows()]);
        let (frame, unknown) = self.encode(frame)?;
        Ok(DesignMatrix::new(frame, target, None, unknown).with_products(self.products()))
    }

    /// One row of features, in the order of `names`. Cells that are not inputs are not looked at.
    ///
    /// # Errors
    /// As `features`; the row is row 1.
    pub fn transform_row(&self, cells: &[(String, Cell)]) -> Result<Vec<f64>, FeaturesError> {
        let column = |input: &InputColumn| match cells.iter().find(|(name, _)| *name == input.name) {
            Some((name, cell)) => coerce(&cell.column(name, input.data_type), input.data_type),
            None => Err(FeaturesError::InputMissing { column: input.name.clone() }),
        };
        let frame: Vec<Column> = self.inputs.iter().map(column).collect::<Result<_, _>>()?;
        let (frame, _) = self.encode(frame)?;
        Ok(frame
            .iter()
            .map(|column| column.numbers().unwrap_or_default().first().copied().unwrap_or(f64::NAN))
            .collect())
    }

    /// A prediction in the target's own units.
    #[must_use]
    pub fn inverse_target(&self, prediction: f64) -> f64 {
        match self.target_transform {
            None => prediction,
            Some(transform) => transform.inverse(prediction, self.target_lambda.unwrap_or(1.0), self.smearing),
        }
    }

    /// Learns Duan's correction from the residuals of the training rows (transformed target minus prediction), where the spec
    /// asks for it; from then on `inverse_target` applies it.
    pub fn set_smearing(&mut self, residuals: &[f64]) {
        if self.smears {
            self.smearing = self.target_transform.and_then(|transform| transform.smearing(residuals));
        }
    }

    /// The columns that are exact products of others of the design matrix: `(feature, its factors)`, by place. Not those that a
    /// later encoder took, or took a factor of.
    fn products(&self) -> Vec<(usize, Vec<usize>)> {
        let place = |name: &str| self.names.iter().position(|other| other == name);
        let mut list = Vec::new();
        for (which, encoder) in self.encoders.iter().enumerate() {
            let FittedEncoder::PolynomialFeatures(fitted) = encoder else { continue };
            let later = || self.encoders.iter().skip(which + 1).flat_map(FittedEncoder::feature_names_in);
            let is_kept = |name: &str| later().all(|taken| taken != name);
            for (name, factors) in fitted.products() {
                if !is_kept(name) || !factors.iter().all(|factor| is_kept(factor)) {
                    continue;
                }
                let factors: Option<Vec<usize>> = factors.into_iter().map(place).collect();
                list.extend(place(name).zip(factors));
            }
        }
        list
    }

    fn transformed(&self, original: &Column) -> Column {
        match self.target_transform {
            None => original.clone(),
            Some(transform) => {
                let lambda = self.target_lambda.unwrap_or(1.0);
                let y = original.numbers().unwrap_or_default().iter().map(|y| transform.forward(*y, lambda));
                Column::float(original.name.clone(), y.collect())
            }
        }
    }

    fn encode(&self, mut frame: Vec<Column>) -> Result<(Vec<Column>, Vec<UnknownCategories>), FeaturesError> {
        let mut unknown = Vec::new();
        if !self.encoders.is_empty() {
            check_infinite(&frame)?;
        }
        for encoder in &self.encoders {
            let find = |name: &String| frame.iter().find(|column| column.name == *name);
            let missing = |name: &String| FeaturesError::InputMissing { column: name.clone() };
            let names = encoder.feature_names_in();
            let columns: Vec<&Column> =
                names.iter().map(|name| find(name).ok_or_else(|| missing(name))).collect::<Result<_, _>>()?;
            let outputs = encoder.apply(&columns, &mut unknown)?;
            place(&mut frame, encoder, outputs)?;
        }
        design_matrix::check_features(&frame)?;
        Ok((frame, unknown))
    }
}

/// The columns that an encoder works on.
fn choose<'a>(
    encoder: &EncoderSpec,
    frame: &'a [Column],
    before: &[FittedEncoder],
) -> Result<Vec<&'a Column>, FeaturesError> {
    // What an earlier encoder found to say little in these rows is not asked for any more.
    let is_dropped = |name: &str| {
        before.iter().any(|fitted| matches!(fitted, FittedEncoder::DropFeatures(fitted) if fitted.drops(name)))
    };
    let takes = encoder.takes();
    let Some(names) = encoder.columns() else {
        return Ok(frame.iter().filter(|column| takes.fits(column)).collect());
    };
    let mut columns: Vec<&Column> = Vec::with_capacity(names.len());
    for name in names.iter().filter(|name| !is_dropped(name)) {
        let Some(column) = frame.iter().find(|column| column.name == *name) else {
            return Err(FeaturesError::EncoderColumnMissing { encoder: encoder.name(), column: name.clone() });
        };
        if !takes.accepts(column) {
            return Err(FeaturesError::EncoderColumnUnfit {
                encoder: encoder.name(),
                column: name.clone(),
                what: design_matrix::describe(column.data_type),
                needs: takes.needs(),
                is_kept: column.data_type != DataType::Text,
            });
        }
        if columns.iter().all(|chosen| chosen.name != *name) {
            columns.push(column);
        }
    }
    Ok(columns)
}

/// Puts an encoder's columns in the place of those that it took.
fn place(frame: &mut Vec<Column>, encoder: &FittedEncoder, outputs: Outputs) -> Result<(), FeaturesError> {
    let taken = encoder.feature_names_in();
    outputs.iter().try_for_each(|made| check_infinite(made))?;
    let mut outputs: Vec<Option<Vec<Column>>> = outputs.into_iter().map(Some).collect();
    let mut placed: Vec<Column> = Vec::with_capacity(frame.len());
    for column in frame.drain(..) {
        match taken.iter().position(|name| *name == column.name) {
            None => placed.push(column),
            Some(index) => placed.extend(outputs.get_mut(index).and_then(Option::take).unwrap_or_default()),
        }
    }
    let mut names: HashSet<&str> = HashSet::with_capacity(placed.len());
    if let Some(twice) = placed.iter().find(|column| !names.insert(&column.name)) {
        return Err(FeaturesError::NameTaken { encoder: encoder.name(), name: twice.name.clone() });
    }
    *frame = placed;
    Ok(())
}

/// Encoders compare and add: an infinite cell would be everywhere.
fn check_infinite(frame: &[Column]) -> Result<(), FeaturesError> {
    for column in frame {
        if let Some((count, rows)) = find(column, f64::is_infinite) {
            return Err(FeaturesError::InfiniteCells { column: column.name.clone(), count, rows });
        }
    }
    Ok(())
}
