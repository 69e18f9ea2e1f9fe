use super::UnknownCategories;
use crate::base::Coded;

/// Why a table is no design matrix. Rows are counted from 1, in the cleaned table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FeaturesError {
    #[error("No target is chosen. Choose the column to predict.")]
    NoTarget,
    #[error(
        "The target {target} is not in the cleaned table. Choose another target, or take out the rule that drops it."
    )]
    TargetMissing { target: String },
    #[error(
        "The target {target} is {what}, and a model predicts numbers, or true and false. Choose another column, or make numbers of it with a rule (derive a column)."
    )]
    TargetNotNumeric { target: String, what: &'static str },
    #[error(
        "The feature {feature} is not in the cleaned table. Take it off the list, or take out the rule that drops it."
    )]
    FeatureMissing { feature: String },
    #[error(
        "{column} says how much each row counts (sample_weight), so it cannot be a feature too. Take it out of features.columns, or leave sample_weight empty."
    )]
    WeightListed { column: String },
    #[error(
        "{} and a linear model needs numbers. Encode {} with {}, or drop {} with a rule (keep numeric).",
        name_not_numeric(columns, what),
        it(columns.len()),
        remedy(what),
        it(columns.len())
    )]
    FeatureNotNumeric { columns: Vec<String>, what: &'static str },
    #[error("No feature is left to predict {target} from. Keep at least one numeric column besides it.")]
    NoFeatures { target: String },
    #[error(
        "{column} has {count} missing {} ({}). Fill them with a rule or a simple_imputer, or drop these rows.",
        plural(*count, "cell", "cells"),
        name_rows(rows, *count)
    )]
    MissingCells { column: String, count: u64, rows: Vec<u64> },
    #[error(
        "The target {target} is missing in {count} {} ({}). Drop these rows with a rule, or fill them.",
        plural(*count, "row", "rows"),
        name_rows(rows, *count)
    )]
    TargetMissingCells { target: String, count: u64, rows: Vec<u64> },
    #[error(
        "{column} has {count} infinite {} ({}). Mend the file, or drop the column with a rule.",
        plural(*count, "cell", "cells"),
        name_rows(rows, *count)
    )]
    InfiniteCells { column: String, count: u64, rows: Vec<u64> },
    #[error("There are no training rows to fit the encoders on. Make the test part smaller.")]
    NoTrainingRows,
    #[error(
        "{encoder}: {column} is not among the features at this point. Take it off the encoder's list, or add it to the features."
    )]
    EncoderColumnMissing { encoder: &'static str, column: String },
    #[error("{encoder}: {column} is {what}, and it takes {needs}. {}", unfit_remedy(*is_kept))]
    EncoderColumnUnfit {
        encoder: &'static str,
        column: String,
        what: &'static str,
        needs: &'static str,
        /// Whether the column's text is kept.
        is_kept: bool,
    },
    #[error(
        "{encoder}: all training cells of {column} are missing, so there is nothing to learn from. Drop the column."
    )]
    NothingToFit { encoder: &'static str, column: String },
    #[error("{encoder}: {message}")]
    NotFitted { encoder: &'static str, message: String },
    #[error("{encoder}: {column} has one value in all training rows. Drop the column.")]
    ConstantColumn { encoder: &'static str, column: String },
    #[error(
        "{encoder}: {} training {} cannot be cut into {n_folds} folds. Choose fewer folds (cv).",
        n_rows,
        plural(*n_rows as u64, "row", "rows")
    )]
    FewerRowsThanFolds { encoder: &'static str, n_rows: usize, n_folds: usize },
    #[error(
        "{encoder}: {} has {} {} in categories that the training rows do not have: {} ({}). Let new categories pass (handle_unknown), or drop these rows.",
        unknown.column,
        unknown.count,
        plural(unknown.count, "cell", "cells"),
        unknown.values.join(", "),
        name_rows(&unknown.rows, unknown.count)
    )]
    UnknownCategories { encoder: &'static str, unknown: UnknownCategories },
    #[error(
        "simple_imputer: {value} cannot fill {column}, which is {}. Choose another fill_value, or other columns.",
        if *is_text { "text" } else { "numeric" }
    )]
    FillValueUnfit { column: String, value: String, is_text: bool },
    #[error(
        "log_transform: {column} has {count} {} of at most {above}, and {function} takes numbers above that ({}). Use {}, or leave the column out.",
        plural(*count, "cell", "cells"),
        name_rows(rows, *count),
        if *above == "0" { "log1p" } else { "power_transformer" }
    )]
    LogDomain { column: String, function: &'static str, above: &'static str, count: u64, rows: Vec<u64> },
    #[error(
        "{encoder}: {} would become {n_made} columns, too many to hold. {}",
        name_columns(columns),
        size_remedy(encoder)
    )]
    TooManyColumns { encoder: &'static str, columns: Vec<String>, n_made: usize },
    #[error("{encoder} makes a second column with the name {name}. Rename or drop the other with a rule.")]
    NameTaken { encoder: &'static str, name: String },
    #[error("The model needs a column {column}, which is not there. Add it, under this name.")]
    InputMissing { column: String },
    #[error("{column} is {what} here, and the encoders were fitted on {expected}. Give it as {expected}.")]
    InputType { column: String, what: &'static str, expected: &'static str },
    #[error(
        "The target {target} is in {count} training {} no number that {transform} takes ({}): it takes {needs}. Choose another target_transform, or filter these rows.",
        plural(*count, "row", "rows"),
        name_rows(rows, *count)
    )]
    TargetDomain { target: String, transform: &'static str, needs: &'static str, count: u64, rows: Vec<u64> },
    #[error("smearing is for the target transforms log, log1p and sqrt. Switch it off for yeo_johnson.")]
    NoSmearing,
}

impl Coded for FeaturesError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoTarget => "features.no_target",
            Self::TargetMissing { .. } => "features.target_missing",
            Self::TargetNotNumeric { .. } => "features.target_not_numeric",
            Self::WeightListed { .. } => "features.weight_listed",
            Self::FeatureMissing { .. } => "features.feature_missing",
            Self::FeatureNotNumeric { .. } => "features.feature_not_numeric",
            Self::NoFeatures { .. } => "features.no_features",
            Self::MissingCells { .. } => "features.missing_cells",
            Self::TargetMissingCells { .. } => "features.target_missing_cells",
            Self::InfiniteCells { .. } => "features.infinite_cells",
            Self::NoTrainingRows => "features.no_training_rows",
            Self::EncoderColumnMissing { .. } => "features.encoder_column_missing",
            Self::EncoderColumnUnfit { .. } => "features.encoder_column_unfit",
            Self::NothingToFit { .. } => "features.nothing_to_fit",
            Self::NotFitted { .. } => "features.not_fitted",
            Self::ConstantColumn { .. } => "features.constant_column",
            Self::FewerRowsThanFolds { .. } => "features.fewer_rows_than_folds",
            Self::UnknownCategories { .. } => "features.unknown_categories",
            Self::FillValueUnfit { .. } => "features.fill_value_unfit",
            Self::LogDomain { .. } => "features.log_domain",
            Self::TooManyColumns { .. } => "features.too_many_columns",
            Self::NameTaken { .. } => "features.name_taken",
            Self::InputMissing { .. } => "features.input_missing",
            Self::InputType { .. } => "features.input_type",
            Self::TargetDomain { .. } => "features.target_domain",
            Self::NoSmearing => "features.no_smearing",
        }
    }
}

fn plural(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

fn it(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
}

/// What makes numbers of such a column.
fn remedy(what: &str) -> &'static str {
    if what == "a date" { "date_parts_encoder" } else { "one_hot_encoder" }
}

fn unfit_remedy(is_kept: bool) -> &'static str {
    if is_kept {
        "Take it off the encoder's list, or put another encoder before it."
    } else {
        "It has more different texts than are kept: take it off the encoder's list and drop it with a rule."
    }
}

fn size_remedy(encoder: &str) -> &'static str {
    match encoder {
        "one_hot_encoder" => "Group rare categories (min_frequency, max_categories), or use target_encoder.",
        "polynomial_features" => "Choose a lower degree or fewer columns.",
        _ => "Choose fewer of them, or fewer columns.",
    }
}

/// "a" or "a and 3 more".
fn name_columns(columns: &[String]) -> String {
    match columns {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// "order_status is text," or "a, b and 3 more are text,".
fn name_not_numeric(columns: &[String], what: &str) -> String {
    match columns {
        [one] => format!("{one} is {what},"),
        [first, last] => format!("{first} and {last} are {what},"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more are {what},", rest.len()),
        [] => String::new(),
    }
}

/// "row 3", "rows 3, 7" or "rows 3, 7, 9 and 12 more".
fn name_rows(rows: &[u64], count: u64) -> String {
    let listed = rows.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    match count.saturating_sub(rows.len() as u64) {
        0 => format!("{} {listed}", plural(count, "row", "rows")),
        more => format!("rows {listed} and {more} more"),
    }
}
