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
    #[error("The target {target} is {what}, and linear regression predicts numbers. Choose a numeric column.")]
    TargetNotNumeric { target: String, what: &'static str },
    #[error(
        "The feature {feature} is not in the cleaned table. Take it off the list, or take out the rule that drops it."
    )]
    FeatureMissing { feature: String },
    #[error(
        "{} and a linear model needs numbers. Drop {} with a rule (keep numeric).",
        name_not_numeric(columns, what),
        it(columns.len())
    )]
    FeatureNotNumeric { columns: Vec<String>, what: &'static str },
    #[error("No feature is left to predict {target} from. Keep at least one numeric column besides it.")]
    NoFeatures { target: String },
    #[error(
        "{column} has {count} missing {} ({}). Fill them with a rule, or drop these rows.",
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
}

impl Coded for FeaturesError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoTarget => "features.no_target",
            Self::TargetMissing { .. } => "features.target_missing",
            Self::TargetNotNumeric { .. } => "features.target_not_numeric",
            Self::FeatureMissing { .. } => "features.feature_missing",
            Self::FeatureNotNumeric { .. } => "features.feature_not_numeric",
            Self::NoFeatures { .. } => "features.no_features",
            Self::MissingCells { .. } => "features.missing_cells",
            Self::TargetMissingCells { .. } => "features.target_missing_cells",
            Self::InfiniteCells { .. } => "features.infinite_cells",
        }
    }
}

fn plural(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

fn it(count: usize) -> &'static str {
    if count == 1 { "it" } else { "them" }
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
