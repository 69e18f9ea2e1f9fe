//! Why a rule cannot be applied.

use super::{FillStrategy, RuleError};
use crate::base::Coded;
use crate::expression::ExpressionError;
use crate::table::DataType;

/// Why a rule cannot be applied. `rule` counts from 1, switched-off rules included.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CleanError {
    #[error("Rule {rule} names the column {column:?}, but {}", unknown(*dropped_by, nearest))]
    UnknownColumn {
        rule: usize,
        column: String,
        /// The earlier rule that removed it.
        dropped_by: Option<usize>,
        /// Existing names that look like it, most alike first.
        nearest: Vec<String>,
    },
    #[error(
        "Rule {rule} drops all {n_rows} rows, because each has a missing cell. {column:?} is missing in {n_missing} of them: drop that column or fill its missing cells with an earlier rule."
    )]
    NoRows { rule: usize, n_rows: usize, column: String, n_missing: usize },
    #[error(
        "Rule {rule} cannot fill {column:?} with the {}, because it is a {} column and not numeric. {}",
        strategy.word(), data_type.as_str(), other_strategy(*data_type)
    )]
    NotNumeric { rule: usize, column: String, data_type: DataType, strategy: FillStrategy },
    #[error(
        "Rule {rule} cannot fill {column:?} with the {}, because every cell is missing. Drop the column, or fill it with a constant.",
        strategy.word()
    )]
    AllMissing { rule: usize, column: String, strategy: FillStrategy },
    #[error(
        "Rule {rule} cannot fill {column:?} with the {}, because it is not a finite number: the column holds infinite or very large values. Fill it with a constant, or drop the column.",
        strategy.word()
    )]
    NotFinite { rule: usize, column: String, strategy: FillStrategy },
    #[error(
        "Rule {rule} cannot fill {column:?} with its most frequent value, because the values of free text are not kept. Fill it with a constant, or drop the column."
    )]
    TextNotKept { rule: usize, column: String },
    #[error("Rule {rule} fills with a constant, but the constant is not given. Type a number or a text.")]
    NoFillValue { rule: usize },
    #[error(
        "Rule {rule} cannot fill {column:?} with the text {value:?}, because it holds numbers. Type a number, or choose the median."
    )]
    TextIntoNumber { rule: usize, column: String, value: String },
    #[error(
        "Rule {rule} cannot fill {column:?} with {value}, because it holds only True and False. Type one of these."
    )]
    NotBoolean { rule: usize, column: String, value: String },
    #[error(
        "Rule {rule} cannot fill {column:?} with {value}, because it holds dates. Choose the most frequent value, or drop the rows where it is missing."
    )]
    ConstantDate { rule: usize, column: String, value: String },
    #[error(
        "Rule {rule} cannot add {value:?} to {column:?}, which has 65,535 different values already. Choose one of them, or drop the column."
    )]
    TooManyLabels { rule: usize, column: String, value: String },
    #[error("Rule {rule} is not finished. {}", error.message)]
    Incomplete { rule: usize, error: RuleError },
    #[error("Rule {rule}, at character {} of {text:?}: {error}", error.caret(text) + 1)]
    Expression { rule: usize, text: String, error: ExpressionError },
    #[error(
        "Rule {rule} cannot {action} {column:?}, because the values of free text are not kept. Read the column as a category in the ingest step, or leave it out of the rule."
    )]
    ValuesNotKept { rule: usize, action: &'static str, column: String },
    #[error("Rule {rule} cannot {action} {column:?}, because it is a {} column. {remedy}", data_type.as_str())]
    WrongType { rule: usize, action: &'static str, column: String, data_type: DataType, remedy: &'static str },
    #[error("Rule {rule} would make a second column {column:?}. Give it another name, or drop the first one before.")]
    ColumnExists { rule: usize, column: String },
    #[error("Rule {rule} leaves none of the {n_rows} rows. {remedy}")]
    NoRowsLeft { rule: usize, n_rows: usize, remedy: String },
    #[error("Rule {rule} cannot read {value:?} in {column:?} as {expected}. {remedy}")]
    Unreadable { rule: usize, column: String, value: String, expected: &'static str, remedy: &'static str },
    #[error(
        "Rule {rule} cannot put {value:?} into {column:?}, a {} column. Type a value of its kind, or cast the column first.",
        data_type.as_str()
    )]
    ValueDoesNotFit { rule: usize, column: String, data_type: DataType, value: String },
    #[error("Rule {rule} cannot draw {n} rows from {n_rows}. Ask for at most {n_rows}.")]
    TooFewRows { rule: usize, n: u64, n_rows: usize },
}

fn unknown(dropped_by: Option<usize>, nearest: &[String]) -> String {
    match (dropped_by, nearest) {
        (Some(earlier), _) => {
            format!("rule {earlier} has dropped it. Take the name out of this rule, or move this rule before it.")
        }
        (None, []) => "the table has no such column. Take the name out of the rule.".into(),
        (None, names) => {
            let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
            format!("the table has no such column. Did you mean {}?", names.join(" or "))
        }
    }
}

fn other_strategy(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Timestamp => "Choose the most frequent value.",
        DataType::Text => "Fill it with a constant.",
        _ => "Choose the most frequent value, or a constant.",
    }
}

impl Coded for CleanError {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownColumn { .. } => "clean.unknown_column",
            Self::NoRows { .. } => "clean.no_rows",
            Self::NotNumeric { .. } => "clean.not_numeric",
            Self::AllMissing { .. } => "clean.all_missing",
            Self::NotFinite { .. } => "clean.not_finite",
            Self::TextNotKept { .. } => "clean.text_not_kept",
            Self::NoFillValue { .. } => "clean.no_fill_value",
            Self::TextIntoNumber { .. } => "clean.text_into_number",
            Self::NotBoolean { .. } => "clean.not_boolean",
            Self::ConstantDate { .. } => "clean.constant_date",
            Self::TooManyLabels { .. } => "clean.too_many_labels",
            Self::Incomplete { .. } => "clean.incomplete",
            Self::Expression { .. } => "clean.expression",
            Self::ValuesNotKept { .. } => "clean.text_not_kept",
            Self::WrongType { .. } => "clean.wrong_type",
            Self::ColumnExists { .. } => "clean.column_exists",
            Self::NoRowsLeft { .. } => "clean.no_rows",
            Self::Unreadable { .. } => "clean.unreadable",
            Self::ValueDoesNotFit { .. } => "clean.value_does_not_fit",
            Self::TooFewRows { .. } => "clean.too_few_rows",
        }
    }
}

impl FillStrategy {
    /// The strategy in a sentence.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Median => "median",
            Self::MostFrequent => "most frequent value",
            Self::Constant => "constant",
            Self::Ffill => "value before",
            Self::Bfill => "value after",
        }
    }
}
