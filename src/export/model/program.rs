//! A fitted model as a short list of plain steps: what `model.json` holds, and what the other model files are made from.
//!
//! Values stand in a list. The inputs are its first values; each step reads values by their place and appends those that it
//! makes. Seventeen encoders become eleven operations, so a reader in another language is short.

use serde::Serialize;

use crate::estimators::Model;
use crate::features::{Extrapolation, Seen, Smearing, TargetTransform};

/// The place of a value in the list.
pub(super) type Slot = usize;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ValueType {
    Number,
    Text,
    /// Milliseconds since 1970 (UTC).
    Time,
}

/// What has to be given for a prediction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Input {
    pub name: String,
    /// `boolean`, `integer`, `float`, `timestamp`, `category`.
    pub data_type: &'static str,
    #[serde(rename = "type")]
    pub value_type: ValueType,
    /// Over the training rows.
    #[serde(flatten)]
    pub seen: Option<Seen>,
}

/// What a lookup compares with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Keys {
    Texts(Vec<String>),
    Numbers(Vec<f64>),
}

impl Keys {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Texts(keys) => keys.len(),
            Self::Numbers(keys) => keys.len(),
        }
    }
}

/// The values that a lookup makes; `None` is a missing value.
pub(super) type Row = Vec<Option<f64>>;

/// What is missing is filled with.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Filling {
    Text(String),
    Number(f64),
}

/// An operation on the value in place `from`. A missing number stays missing, where nothing else is said.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(super) enum Op {
    /// The value, or `value` where it is missing.
    Fill { from: Slot, value: Filling },
    /// 1 where the value is missing, else 0.
    IsMissing { from: Slot },
    /// (x − center) / scale.
    Standardize { from: Slot, center: f64, scale: f64 },
    /// x · scale + shift, cut to 0…1 where `clip`.
    Rescale { from: Slot, scale: f64, shift: f64, clip: bool },
    /// x, cut to `low`…`high` where there is such a bound.
    Clip {
        from: Slot,
        #[serde(skip_serializing_if = "Option::is_none")]
        low: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        high: Option<f64>,
    },
    /// The natural logarithm of x, or of 1 + x where `plus_one`.
    Log { from: Slot, plus_one: bool },
    /// The Yeo–Johnson power of x, then standardised.
    YeoJohnson { from: Slot, lambda: f64, center: f64, scale: f64 },
    /// The share of training values below x, interpolated between quantiles; its normal deviate where `normal`.
    Rank { from: Slot, quantiles: Vec<f64>, shares: Vec<f64>, normal: bool },
    /// How many of the ascending `edges` are at most x: as a number, or as a 1 among zeros where `one_hot`.
    Bin { from: Slot, edges: Vec<f64>, one_hot: bool },
    /// B-splines of a degree over knots; the first `makes` of them.
    Spline { from: Slot, knots: Vec<f64>, degree: usize, extrapolation: Extrapolation },
    /// The product of values, each as often as it is listed; 1 for none.
    Product { from: Vec<Slot> },
    /// The row of the key that equals the value; other rows for a missing and for any other value. No such row: an error.
    Lookup {
        from: Slot,
        keys: Keys,
        rows: Vec<Row>,
        #[serde(skip_serializing_if = "Option::is_none")]
        missing: Option<Row>,
        #[serde(skip_serializing_if = "Option::is_none")]
        unknown: Option<Row>,
    },
    /// Parts of a date: `year`, `month`, `day`, `day_of_week` (Monday is 0), `hour`, `days` (since 1970, with their fraction).
    DateParts { from: Slot, parts: Vec<String> },
    /// Counts of a text, 0 for a missing one: `length` (characters), `words`.
    TextCounts { from: Slot, counts: Vec<&'static str> },
}

/// An operation, with where it comes from and how many values it appends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Step {
    #[serde(flatten)]
    pub op: Op,
    pub makes: usize,
    /// The encoder of the pipeline file.
    pub encoder: &'static str,
}

/// A column of the design matrix: its name, and the place of its value.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Feature {
    pub name: String,
    pub from: Slot,
}

/// How a prediction comes back to the target's own units.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Back {
    pub transform: TargetTransform,
    /// Of Yeo–Johnson.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lambda: Option<f64>,
    /// Duan's correction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smearing: Option<Smearing>,
}

/// From inputs to a prediction.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Program {
    pub inputs: Vec<Input>,
    pub steps: Vec<Step>,
    pub features: Vec<Feature>,
    pub model: Model,
    pub target: String,
    pub target_transform: Option<Back>,
}
