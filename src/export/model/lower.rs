//! From a fitted pipeline to the list of steps.

use super::program::{Back, Feature, Filling, Input, Keys, Op, Program, Row, Slot, Step, ValueType};
use crate::base::Sum;
use crate::estimators::Model;
use crate::export::ExportError;
use crate::features::{
    BinsEncode, Category, FittedEncoder, FittedFeatures, FittedOneHotEncoder, FittedPolynomialFeatures,
    FittedSimpleImputer, LogFunction, OrdinalUnknown, OutputDistribution, Unknown,
};
use crate::pipeline::Training;
use crate::table::DataType;

/// The steps of a fitted model.
///
/// # Errors
/// `NotExpressible` for numbers that are not finite, and for a record whose encoders do not fit together.
pub(super) fn program(training: &Training) -> Result<Program, ExportError> {
    let features = &training.features;
    let mut lowering = Lowering::new(features);
    for encoder in &features.encoders {
        lowering.encoder(encoder).ok_or_else(damaged)?;
    }
    let Lowering { steps, frame, .. } = lowering;
    let places: Vec<Feature> = features
        .names
        .iter()
        .zip(&frame)
        .map(|(name, column)| Feature { name: name.clone(), from: column.slot })
        .collect();
    let fits = frame.len() == features.names.len()
        && frame.iter().zip(&features.names).all(|(column, name)| column.name == *name);
    if !fits || !training.model.fits(&features.names) {
        return Err(damaged());
    }
    check_finite(&training.model)?;
    Ok(Program {
        inputs: inputs(features),
        steps,
        features: places,
        model: training.model.clone(),
        target: features.target.clone(),
        target_transform: features.target_transform.map(|transform| Back {
            transform,
            lambda: features.target_lambda,
            smearing: features.smearing,
        }),
    })
}

fn damaged() -> ExportError {
    ExportError::NotExpressible {
        what: "This run's record of its encoders does not fit its model and".into(),
        format: "a model file",
        remedy: "Run the pipeline once more, then export.",
    }
}

fn check_finite(model: &Model) -> Result<(), ExportError> {
    let mut total = Sum::default();
    model.coef().iter().chain([&model.intercept()]).for_each(|value| total.add(value * 0.0));
    if total.value() == 0.0 {
        return Ok(());
    }
    Err(ExportError::NotExpressible {
        what: "A model with infinite coefficients".into(),
        format: "a model file",
        remedy: "Scale the features or choose another estimator, then run again.",
    })
}

fn inputs(features: &FittedFeatures) -> Vec<Input> {
    let each = features.inputs.iter().map(|input| Input {
        name: input.name.clone(),
        data_type: input.data_type.as_str(),
        value_type: value_type(input.data_type),
        seen: input.seen.clone(),
    });
    each.collect()
}

fn value_type(data_type: DataType) -> ValueType {
    match data_type {
        DataType::Boolean | DataType::Integer | DataType::Float => ValueType::Number,
        DataType::Timestamp => ValueType::Time,
        DataType::Category | DataType::Text => ValueType::Text,
    }
}

/// A column as the encoders see it.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    slot: Slot,
}

struct Lowering {
    steps: Vec<Step>,
    frame: Vec<Column>,
    n_values: usize,
}

impl Lowering {
    fn new(features: &FittedFeatures) -> Self {
        let columns = features.inputs.iter().enumerate();
        let frame = columns.map(|(slot, input)| Column { name: input.name.clone(), slot }).collect();
        Self { steps: Vec::new(), frame, n_values: features.inputs.len() }
    }

    /// Appends a step and names its values.
    fn push(&mut self, encoder: &'static str, op: Op, names: Vec<String>) -> Vec<Column> {
        self.steps.push(Step { op, makes: names.len(), encoder });
        let first = self.n_values;
        self.n_values += names.len();
        names.into_iter().enumerate().map(|(place, name)| Column { name, slot: first + place }).collect()
    }

    /// Puts an encoder's columns in the place of those that it took; `None` for a record that does not fit.
    fn encoder(&mut self, encoder: &FittedEncoder) -> Option<()> {
        let taken = encoder.feature_names_in();
        let find = |name: &String| self.frame.iter().find(|column| column.name == *name).cloned();
        let columns: Vec<Column> = taken.iter().map(find).collect::<Option<_>>()?;
        let mut outputs = Vec::with_capacity(columns.len());
        if let FittedEncoder::PolynomialFeatures(fitted) = encoder {
            outputs = self.products(fitted, &columns)?;
        } else {
            for (index, column) in columns.iter().enumerate() {
                outputs.push(self.column(encoder, index, column)?);
            }
        }
        let mut outputs: Vec<Option<Vec<Column>>> = outputs.into_iter().map(Some).collect();
        let mut placed = Vec::with_capacity(self.frame.len());
        for column in std::mem::take(&mut self.frame) {
            match taken.iter().position(|name| *name == column.name) {
                None => placed.push(column),
                Some(index) => placed.extend(outputs.get_mut(index)?.take()?),
            }
        }
        self.frame = placed;
        Some(())
    }

    /// What an encoder makes of its column number `index`.
    fn column(&mut self, encoder: &FittedEncoder, index: usize, column: &Column) -> Option<Vec<Column>> {
        let from = column.slot;
        let one = || vec![column.name.clone()];
        let at = |list: &[f64]| list.get(index).copied();
        let (op, names) = match encoder {
            FittedEncoder::StandardScaler(fitted) => {
                (Op::Standardize { from, center: at(&fitted.mean)?, scale: at(&fitted.scale)? }, one())
            }
            FittedEncoder::RobustScaler(fitted) => {
                (Op::Standardize { from, center: at(&fitted.center)?, scale: at(&fitted.scale)? }, one())
            }
            FittedEncoder::MaxAbsScaler(fitted) => {
                (Op::Standardize { from, center: 0.0, scale: at(&fitted.scale)? }, one())
            }
            FittedEncoder::MinMaxScaler(fitted) => {
                let (scale, shift) = (at(&fitted.scale)?, at(&fitted.min)?);
                (Op::Rescale { from, scale, shift, clip: fitted.clip }, one())
            }
            FittedEncoder::Winsorizer(fitted) => {
                (Op::Clip { from, low: *fitted.low.get(index)?, high: *fitted.high.get(index)? }, one())
            }
            FittedEncoder::LogTransform(fitted) => {
                (Op::Log { from, plus_one: fitted.function == LogFunction::Log1p }, one())
            }
            FittedEncoder::PowerTransformer(fitted) => {
                let (lambda, center, scale) = (at(&fitted.lambdas)?, at(&fitted.mean)?, at(&fitted.scale)?);
                (Op::YeoJohnson { from, lambda, center, scale }, one())
            }
            FittedEncoder::QuantileTransformer(fitted) => {
                let quantiles = fitted.quantiles.get(index)?.clone();
                let normal = fitted.output_distribution == OutputDistribution::Normal;
                (Op::Rank { from, quantiles, shares: fitted.references.clone(), normal }, one())
            }
            FittedEncoder::KBinsDiscretizer(fitted) => {
                let all = fitted.bin_edges.get(index)?;
                let edges = all.get(1..all.len().saturating_sub(1)).unwrap_or_default().to_vec();
                let one_hot = fitted.encode == BinsEncode::Onehot;
                let places = if one_hot { 0..=edges.len() } else { 0..=0 };
                let names =
                    places.map(|bin| if one_hot { format!("{}_{bin}.0", column.name) } else { column.name.clone() });
                let names = names.collect();
                (Op::Bin { from, edges, one_hot }, names)
            }
            FittedEncoder::SplineTransformer(fitted) => {
                let knots = fitted.knots.get(index)?.clone();
                let degree = fitted.degree as usize;
                let n_splines = knots.len().checked_sub(degree + 1)?;
                let n_made = n_splines.checked_sub(usize::from(!fitted.include_bias))?;
                let names = (0..n_made).map(|place| format!("{}_sp_{place}", column.name)).collect();
                (Op::Spline { from, knots, degree, extrapolation: fitted.extrapolation }, names)
            }
            FittedEncoder::DatePartsEncoder(fitted) => {
                let names = fitted.parts.iter().map(|part| format!("{}_{part}", column.name)).collect();
                (Op::DateParts { from, parts: fitted.parts.clone() }, names)
            }
            FittedEncoder::TextFeatures(fitted) => {
                let kinds = [("length", fitted.length), ("words", fitted.words)];
                let counts: Vec<&'static str> =
                    kinds.into_iter().filter(|(_, is_on)| *is_on).map(|(kind, _)| kind).collect();
                let names = counts.iter().map(|kind| format!("{}_{kind}", column.name)).collect();
                (Op::TextCounts { from, counts }, names)
            }
            FittedEncoder::SimpleImputer(fitted) => return self.imputer(fitted, index, column),
            FittedEncoder::OneHotEncoder(fitted) => {
                (one_hot(fitted, index, from)?, fitted.feature_names_out.get(index)?.clone())
            }
            FittedEncoder::OrdinalEncoder(fitted) => {
                let categories = fitted.categories.get(index)?;
                let number = |(place, category): (usize, &Category)| match category {
                    Category::Missing => vec![fitted.encoded_missing_value],
                    _ => vec![Some(place as f64)],
                };
                let rows = categories.iter().enumerate().map(number).collect();
                let is_error = fitted.handle_unknown == OrdinalUnknown::Error;
                (lookup(from, categories, rows, (!is_error).then(|| vec![Some(fitted.unknown_value)]))?, one())
            }
            FittedEncoder::TargetEncoder(fitted) => {
                let rows = fitted.encodings.get(index)?.iter().map(|value| vec![Some(*value)]).collect();
                (lookup(from, fitted.categories.get(index)?, rows, Some(vec![Some(fitted.target_mean)]))?, one())
            }
            FittedEncoder::FrequencyEncoder(fitted) => {
                let rows = fitted.frequencies.get(index)?.iter().map(|value| vec![Some(*value)]).collect();
                (lookup(from, fitted.categories.get(index)?, rows, Some(vec![Some(0.0)]))?, one())
            }
            FittedEncoder::DropFeatures(fitted) if fitted.drops(&column.name) => return Some(Vec::new()),
            FittedEncoder::DropFeatures(_) => return Some(vec![column.clone()]),
            FittedEncoder::PolynomialFeatures(_) => return None,
        };
        Some(self.push(encoder.name(), op, names))
    }

    fn imputer(&mut self, fitted: &FittedSimpleImputer, index: usize, column: &Column) -> Option<Vec<Column>> {
        let value = match fitted.statistics.get(index)? {
            Category::Text(text) => Filling::Text(text.clone()),
            Category::Number(value) => Filling::Number(*value),
            Category::Boolean(value) => Filling::Number(f64::from(u8::from(*value))),
            Category::Missing => return None,
        };
        let from = column.slot;
        let mut made = self.push("simple_imputer", Op::Fill { from, value }, vec![column.name.clone()]);
        if fitted.indicator_features.get(index).copied()? {
            let name = format!("missingindicator_{}", column.name);
            made.extend(self.push("simple_imputer", Op::IsMissing { from }, vec![name]));
        }
        Some(made)
    }

    /// All products stand in the place of the first column.
    fn products(&mut self, fitted: &FittedPolynomialFeatures, columns: &[Column]) -> Option<Vec<Vec<Column>>> {
        let mut made = Vec::new();
        for (powers, name) in fitted.powers.iter().zip(&fitted.feature_names_out) {
            let factors = columns.iter().zip(powers);
            let from = factors.flat_map(|(column, power)| std::iter::repeat_n(column.slot, *power as usize)).collect();
            made.extend(self.push("polynomial_features", Op::Product { from }, vec![name.clone()]));
        }
        let mut outputs = vec![Vec::new(); columns.len()];
        *outputs.first_mut()? = made;
        Some(outputs)
    }
}

fn one_hot(fitted: &FittedOneHotEncoder, index: usize, from: Slot) -> Option<Op> {
    let n_made = fitted.feature_names_out.get(index)?.len();
    let (places, of_unknown) = fitted.places(index);
    let row = |place: Option<usize>| -> Row {
        (0..n_made).map(|other| Some(f64::from(u8::from(Some(other) == place)))).collect()
    };
    let unknown = (fitted.handle_unknown != Unknown::Error).then(|| row(of_unknown));
    lookup(from, fitted.categories.get(index)?, places.into_iter().map(row).collect(), unknown)
}

/// A lookup whose missing values are a category of their own where the training rows had some, else unknown.
fn lookup(from: Slot, categories: &[Category], rows: Vec<Row>, unknown: Option<Row>) -> Option<Op> {
    let mut missing = unknown.clone();
    let (mut texts, mut numbers, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for (category, row) in categories.iter().zip(rows) {
        match category {
            Category::Missing => {
                missing = Some(row);
                continue;
            }
            Category::Text(text) => texts.push(text.clone()),
            Category::Number(value) => numbers.push(*value),
            Category::Boolean(value) => numbers.push(f64::from(u8::from(*value))),
        }
        kept.push(row);
    }
    let keys = match (texts.is_empty(), numbers.is_empty()) {
        (_, true) => Keys::Texts(texts),
        (true, false) => Keys::Numbers(numbers),
        (false, false) => return None,
    };
    Some(Op::Lookup { from, keys, rows: kept, missing, unknown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::model::suite::trained;
    use crate::pipeline::StepOutput;

    #[test]
    fn columns_stand_where_the_design_matrix_has_them() {
        let run = trained();
        let training = crate::export::model::file::training(&run).unwrap();
        let program = program(training).unwrap();
        let names: Vec<&str> = program.features.iter().map(|feature| feature.name.as_str()).collect();
        assert_eq!(names, ["x", "c_b", "c_nan"]);
        let ops = serde_json::to_value(&program.steps).unwrap();
        assert_eq!(ops[0]["op"], "standardize");
        let lookup = serde_json::json!({
            "op": "lookup", "from": 1, "keys": ["a", "b"], "rows": [[0.0, 0.0], [1.0, 0.0]],
            "missing": [0.0, 1.0], "unknown": [0.0, 0.0], "makes": 2, "encoder": "one_hot_encoder",
        });
        assert_eq!(ops[1], lookup);
        assert_eq!(program.features[0].from, 2);
    }

    #[test]
    fn what_does_not_fit_or_is_infinite_is_refused() {
        let mut run = trained();
        let StepOutput::Train(training) = &mut run.outputs[0] else { panic!() };
        training.features.names.swap(0, 1);
        assert!(matches!(program(training), Err(ExportError::NotExpressible { .. })));
        let run = crate::tracking::suite::run_record("a", 0);
        let training = crate::export::model::file::training(&run).unwrap();
        assert!(matches!(program(training), Err(ExportError::NotExpressible { .. })));
    }
}
