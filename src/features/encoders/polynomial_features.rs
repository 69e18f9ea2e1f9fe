//! scikit-learn's `PolynomialFeatures`: powers and products of columns.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::super::FeaturesError;
use super::super::categories::UnknownCategories;
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::{NUMERIC, call, check_complete, check_size, columns_field, flag};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Parameters of `PolynomialFeatures`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolynomialFeatures {
    pub columns: Option<Vec<String>>,
    pub degree: u32,
    /// Only products of different columns.
    pub interaction_only: bool,
    /// A column of ones.
    pub include_bias: bool,
}

impl Default for PolynomialFeatures {
    fn default() -> Self {
        Self { columns: None, degree: 2, interaction_only: false, include_bias: true }
    }
}

/// A fitted `PolynomialFeatures`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedPolynomialFeatures {
    pub feature_names_in: Vec<String>,
    /// For each output its exponents, one a column.
    pub powers: Vec<Vec<u32>>,
    pub feature_names_out: Vec<String>,
}

impl Encoder for PolynomialFeatures {
    type Fitted = FittedPolynomialFeatures;
    const NAME: &'static str = "polynomial_features";
    const LABEL: &'static str = "Polynomials";
    const GROUP: &'static str = "Curves";
    const HELP: &'static str = "Powers of columns and products between them.";
    const PARAMS: &'static [Param] = &[
        NUMERIC,
        Param::new("degree", "Degree", ParamKind::Integer { min: 1, max: 20, optional: false }),
        Param::new("interaction_only", "Only products", ParamKind::Flag).help("No powers of one column."),
        Param::new("include_bias", "Column of ones", ParamKind::Flag)
            .help("Not needed where a model has an intercept."),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import PolynomialFeatures";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Numbers
    }

    fn fresh() -> Self {
        Self { include_bias: false, ..Self::default() }
    }

    fn sentence(&self, columns: &str) -> String {
        let what = if self.interaction_only { "products" } else { "powers and products" };
        format!("Add {what} of {columns} up to degree {}.", self.degree)
    }

    fn python(&self) -> String {
        call(
            "PolynomialFeatures",
            &[
                ("degree", self.degree.to_string(), ""),
                ("interaction_only", flag(self.interaction_only), "False"),
                ("include_bias", flag(self.include_bias), "True"),
            ],
        )
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedPolynomialFeatures, FeaturesError> {
        let names = training.names();
        let n_rows = training.columns.first().map_or(0, |column| column.len());
        let mut terms: Vec<Vec<usize>> = Vec::new();
        if self.include_bias && !names.is_empty() {
            terms.push(Vec::new());
        }
        let mut last: Vec<Vec<usize>> = vec![Vec::new()];
        for _ in 0..self.degree {
            let mut next = Vec::new();
            for term in &last {
                let first = term.last().map_or(0, |place| place + usize::from(self.interaction_only));
                next.extend((first..names.len()).map(|place| [term.as_slice(), &[place]].concat()));
                check_size(Self::NAME, &names, terms.len() + next.len(), n_rows)?;
            }
            terms.extend(next.iter().cloned());
            last = next;
        }
        let exponents = |term: &Vec<usize>| {
            let mut powers = vec![0_u32; names.len()];
            term.iter().for_each(|place| powers.get_mut(*place).into_iter().for_each(|power| *power += 1));
            powers
        };
        let powers: Vec<Vec<u32>> = terms.iter().map(exponents).collect();
        let feature_names_out = powers.iter().map(|powers| name(&names, powers)).collect();
        Ok(FittedPolynomialFeatures { feature_names_in: names, powers, feature_names_out })
    }
}

impl FittedPolynomialFeatures {
    /// The outputs that are products of columns, each with its factors: `x1^2 x2` with x1, x1 and x2.
    pub(in crate::features) fn products(&self) -> Vec<(&str, Vec<&str>)> {
        let factors = |powers: &Vec<u32>| {
            let repeated = self.feature_names_in.iter().zip(powers);
            repeated.flat_map(|(name, power)| std::iter::repeat_n(name.as_str(), *power as usize)).collect::<Vec<_>>()
        };
        let all = self.feature_names_out.iter().zip(&self.powers);
        all.map(|(name, powers)| (name.as_str(), factors(powers))).filter(|(_, factors)| factors.len() > 1).collect()
    }
}

/// `x1^2 x2`; `1` for the column of ones.
fn name(names: &[String], powers: &[u32]) -> String {
    let factors = names.iter().zip(powers).filter(|(_, power)| **power > 0);
    let words: Vec<String> =
        factors.map(|(name, power)| if *power == 1 { name.clone() } else { format!("{name}^{power}") }).collect();
    if words.is_empty() { "1".into() } else { words.join(" ") }
}

impl Fitted for FittedPolynomialFeatures {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    /// All outputs stand in the place of the first column.
    fn apply(&self, columns: &[&Column], _: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        columns.iter().try_for_each(|column| check_complete(column))?;
        let n_rows = columns.first().map_or(0, |column| column.len());
        let mut made: Vec<Column> = Vec::with_capacity(self.powers.len());
        let mut places: HashMap<&[u32], usize> = HashMap::new();
        for (powers, name) in self.powers.iter().zip(&self.feature_names_out) {
            // The last factor times a product that is there already.
            let last = powers.iter().rposition(|power| *power > 0);
            let factor = last.and_then(|last| columns.get(last));
            let mut rest = powers.clone();
            last.and_then(|last| rest.get_mut(last)).into_iter().for_each(|power| *power -= 1);
            let is_one = rest.iter().all(|power| *power == 0);
            let before = places.get(rest.as_slice()).and_then(|place| made.get(*place));
            let column = match (factor, before) {
                (None, _) => Column::float(name.clone(), vec![1.0; n_rows]),
                (Some(factor), _) if is_one => (*factor).clone(),
                (Some(factor), Some(before)) => {
                    let pairs = before.numbers().unwrap_or_default().iter().zip(factor.numbers().unwrap_or_default());
                    Column::float(name.clone(), pairs.map(|(a, b)| a * b).collect())
                }
                (Some(_), None) => {
                    let of_row = |row: usize| {
                        let cells = columns.iter().map(|column| column.numbers().unwrap_or_default().get(row));
                        let factors = cells.zip(powers).map(|(cell, power)| {
                            cell.copied().unwrap_or(f64::NAN).powi(i32::try_from(*power).unwrap_or(i32::MAX))
                        });
                        factors.product()
                    };
                    Column::float(name.clone(), (0..n_rows).map(of_row).collect())
                }
            };
            places.insert(powers, made.len());
            made.push(column);
        }
        let mut outputs = vec![Vec::new(); columns.len()];
        outputs.first_mut().into_iter().for_each(|first| *first = std::mem::take(&mut made));
        Ok(outputs)
    }
}
