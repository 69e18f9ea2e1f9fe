//! scikit-learn's `OneHotEncoder`: a column of 0 and 1 for each category.

use serde::{Deserialize, Serialize};

use super::super::categories::{self, Category, UNKNOWN, UnknownCategories};
use super::super::encoder::{Encoder, Fitted, Outputs, Takes, Training};
use super::super::{EncoderError, FeaturesError};
use super::{CATEGORICAL, call, check_size, columns_field, quoted};
use crate::base::{Param, ParamKind};
use crate::table::Column;

/// Which category gets no column, so that the rest are measured against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drop {
    /// The first one.
    First,
    /// The first one of columns with two categories.
    IfBinary,
}

/// What becomes of a category that the training rows do not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unknown {
    /// It is an error.
    Error,
    /// 0 in all columns.
    #[default]
    Ignore,
    /// It counts as rare where rare ones are grouped; 0 in all columns elsewhere.
    InfrequentIfExist,
}

/// Parameters of `OneHotEncoder`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OneHotEncoder {
    pub columns: Option<Vec<String>>,
    pub drop: Option<Drop>,
    pub handle_unknown: Unknown,
    /// Categories in fewer training rows are grouped: below 1 a share of the rows, from 1 on a count.
    pub min_frequency: Option<f64>,
    /// At most so many columns for one column, the group of rare ones included.
    pub max_categories: Option<u32>,
}

/// A fitted `OneHotEncoder`; each list has an entry a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedOneHotEncoder {
    pub feature_names_in: Vec<String>,
    /// Ascending, missing last.
    pub categories: Vec<Vec<Category>>,
    /// Which of the categories are grouped as rare ones: indices into `categories`, ascending. The group comes last.
    pub infrequent_indices: Vec<Vec<usize>>,
    /// Which one has no column: its index once rare ones are grouped.
    pub drop_idx: Vec<Option<usize>>,
    pub feature_names_out: Vec<Vec<String>>,
    pub handle_unknown: Unknown,
}

impl Encoder for OneHotEncoder {
    type Fitted = FittedOneHotEncoder;
    const NAME: &'static str = "one_hot_encoder";
    const LABEL: &'static str = "One-hot";
    const GROUP: &'static str = "Categories";
    const HELP: &'static str = "A column of 0 and 1 for each category.";
    const PARAMS: &'static [Param] = &[
        CATEGORICAL,
        Param::new(
            "drop",
            "Leave out",
            ParamKind::Choice {
                options: &[("", "nothing"), ("first", "the first category"), ("if_binary", "the first of two")],
            },
        )
        .help("The category that the others are measured against."),
        Param::new(
            "handle_unknown",
            "New categories",
            ParamKind::Choice {
                options: &[
                    ("ignore", "0 everywhere"),
                    ("infrequent_if_exist", "count as rare"),
                    ("error", "are an error"),
                ],
            },
        ),
        Param::new(
            "min_frequency",
            "Rare below",
            ParamKind::Number { min: 0.0, max: 1e9, step: 0.01, log: false, optional: true },
        )
        .help("Below 1 a share of the training rows, from 1 on a count; rarer categories share one column."),
        Param::new("max_categories", "At most", ParamKind::Integer { min: 1, max: 5_000, optional: true })
            .help("Columns for one column; the rarest categories share the last."),
    ];
    const IMPORTS: &'static str = "from sklearn.preprocessing import OneHotEncoder";
    columns_field!();

    fn takes(&self) -> Takes {
        Takes::Categories
    }

    fn fresh() -> Self {
        Self { drop: Some(Drop::First), ..Self::default() }
    }

    fn check(&self) -> Result<(), EncoderError> {
        match self.min_frequency {
            Some(share) if share <= 0.0 || (share >= 1.0 && share.fract() != 0.0) => {
                let message = "min_frequency of one_hot_encoder must be a share between 0 and 1 or a whole number.";
                Err(EncoderError::new("min_frequency", message))
            }
            _ => Ok(()),
        }
    }

    fn sentence(&self, columns: &str) -> String {
        let drop = match self.drop {
            None => "",
            Some(Drop::First) => ", the first left out",
            Some(Drop::IfBinary) => ", the first of two left out",
        };
        let rare =
            if self.min_frequency.is_some() || self.max_categories.is_some() { ", rare ones grouped" } else { "" };
        format!("Make a column of 0 and 1 for each category of {columns}{drop}{rare}.")
    }

    fn python(&self) -> String {
        let drop = match self.drop {
            None => "None".into(),
            Some(Drop::First) => quoted("first"),
            Some(Drop::IfBinary) => quoted("if_binary"),
        };
        let unknown = match self.handle_unknown {
            Unknown::Error => "error",
            Unknown::Ignore => "ignore",
            Unknown::InfrequentIfExist => "infrequent_if_exist",
        };
        let none = || "None".to_owned();
        call(
            "OneHotEncoder",
            &[
                ("drop", drop, "None"),
                ("handle_unknown", quoted(unknown), "\"error\""),
                ("min_frequency", self.min_frequency.map_or_else(none, |share| share.to_string()), "None"),
                ("max_categories", self.max_categories.map_or_else(none, |n| n.to_string()), "None"),
                ("sparse_output", "False".into(), "True"),
            ],
        )
    }

    fn fit(&self, training: &Training<'_>) -> Result<FittedOneHotEncoder, FeaturesError> {
        let mut fitted = FittedOneHotEncoder {
            feature_names_in: training.names(),
            categories: Vec::new(),
            infrequent_indices: Vec::new(),
            drop_idx: Vec::new(),
            feature_names_out: Vec::new(),
            handle_unknown: self.handle_unknown,
        };
        let mut n_made = 0_usize;
        for column in &training.columns {
            let (categories, counts) = categories::observe(column, training.train);
            let infrequent = self.infrequent(&counts, training.train.len());
            let n_groups = categories.len() - infrequent.len() + usize::from(!infrequent.is_empty());
            let drop = match self.drop {
                Some(Drop::First) if n_groups > 0 => Some(0),
                Some(Drop::IfBinary) if n_groups == 2 => Some(0),
                _ => None,
            };
            n_made = n_made.saturating_add(n_groups);
            check_size(Self::NAME, &fitted.feature_names_in, n_made, column.len())?;
            let frequent = categories.iter().enumerate().filter(|(place, _)| infrequent.binary_search(place).is_err());
            let label_type = categories::label_type(column);
            let mut labels: Vec<String> = frequent.map(|(_, category)| category.label(label_type)).collect();
            if !infrequent.is_empty() {
                labels.push("infrequent_sklearn".into());
            }
            let kept = labels.iter().enumerate().filter(|(place, _)| Some(*place) != drop);
            let names = kept.map(|(_, label)| format!("{}_{label}", column.name)).collect();
            fitted.feature_names_out.push(names);
            fitted.categories.push(categories);
            fitted.infrequent_indices.push(infrequent);
            fitted.drop_idx.push(drop);
        }
        Ok(fitted)
    }
}

impl OneHotEncoder {
    /// Which categories are grouped, as scikit-learn's `_identify_infrequent`.
    fn infrequent(&self, counts: &[u64], n_rows: usize) -> Vec<usize> {
        let least = match self.min_frequency {
            Some(share) if share < 1.0 => share * n_rows as f64,
            Some(count) => count,
            None => 0.0,
        };
        let mut is_rare: Vec<bool> = counts.iter().map(|count| (*count as f64) < least).collect();
        let n_groups = is_rare.iter().filter(|rare| !**rare).count() + 1;
        if let Some(most) = self.max_categories.map(|most| most as usize)
            && most < n_groups
        {
            // The rarest first; equally rare ones in order.
            let mut by_count: Vec<usize> = (0..counts.len()).collect();
            by_count.sort_by_key(|place| counts.get(*place).copied());
            let n_grouped = counts.len().saturating_sub(most.saturating_sub(1));
            for place in by_count.into_iter().take(n_grouped) {
                is_rare.get_mut(place).into_iter().for_each(|rare| *rare = true);
            }
        }
        is_rare.iter().enumerate().filter(|(_, rare)| **rare).map(|(place, _)| place).collect()
    }
}

impl FittedOneHotEncoder {
    /// For each category of a column the output column it sets to 1, and the same for an unknown one.
    #[must_use]
    pub fn places(&self, index: usize) -> (Vec<Option<usize>>, Option<usize>) {
        let empty = Vec::new();
        let infrequent = self.infrequent_indices.get(index).unwrap_or(&empty);
        let n_categories = self.categories.get(index).map_or(0, Vec::len);
        let drop = self.drop_idx.get(index).copied().flatten();
        let rare = n_categories.saturating_sub(infrequent.len());
        let place = |group: usize| match drop {
            Some(dropped) if group == dropped => None,
            Some(dropped) if group > dropped => Some(group - 1),
            _ => Some(group),
        };
        let mut next = 0;
        let groups = (0..n_categories).map(|category| {
            if infrequent.binary_search(&category).is_ok() {
                return place(rare);
            }
            next += 1;
            place(next - 1)
        });
        let is_rare = self.handle_unknown == Unknown::InfrequentIfExist && !infrequent.is_empty();
        (groups.collect(), if is_rare { place(rare) } else { None })
    }
}

impl Fitted for FittedOneHotEncoder {
    fn feature_names_in(&self) -> &[String] {
        &self.feature_names_in
    }

    fn apply(&self, columns: &[&Column], unknown: &mut Vec<UnknownCategories>) -> Result<Outputs, FeaturesError> {
        let mut outputs = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let categories = self.categories.get(index).map_or(&[][..], Vec::as_slice);
            let codes = categories::codes(column, categories);
            if let Some(found) = categories::unknown(column, &codes) {
                if self.handle_unknown == Unknown::Error {
                    return Err(FeaturesError::UnknownCategories { encoder: OneHotEncoder::NAME, unknown: found });
                }
                unknown.push(found);
            }
            let (places, of_unknown) = self.places(index);
            let names = self.feature_names_out.get(index).map_or(&[][..], Vec::as_slice);
            let mut made = vec![vec![0.0; column.len()]; names.len()];
            for (row, code) in codes.iter().enumerate() {
                let place = if *code == UNKNOWN { of_unknown } else { places.get(*code as usize).copied().flatten() };
                let cell = place.and_then(|place| made.get_mut(place)).and_then(|cells| cells.get_mut(row));
                cell.into_iter().for_each(|cell| *cell = 1.0);
            }
            outputs.push(names.iter().zip(made).map(|(name, cells)| Column::float(name.clone(), cells)).collect());
        }
        Ok(outputs)
    }
}
