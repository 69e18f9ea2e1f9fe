use crate::base::Coded;

/// Why a question about a pipeline has no answer, beside what a run of it would fail with.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalysisError {
    #[error("`{param}` is {found}, and must be {range}.")]
    Param { param: &'static str, found: String, range: &'static str },
    #[error("There is no feature {name}. Choose one of {known}.")]
    NoFeature { name: String, known: String },
    #[error("{name} is free text that is only counted, so there are no values to go through. Choose another feature.")]
    NoValues { name: String },
    #[error(
        "{name} has the same value in all training rows, so there is nothing to go through. Choose another feature."
    )]
    ConstantFeature { name: String },
    #[error("Row {row} is not in the cleaned table, which has rows 0 to {last}.")]
    NoRow { row: u64, last: u64 },
    #[error("Name a row, or give values: contributions are those to one prediction.")]
    NoRowNamed,
    #[error("{value} is no value for {name}. Give a number or a text.")]
    BadValue { name: String, value: String },
    #[error("{model} has no coefficients. Choose an estimator that weighs the features, such as linear regression.")]
    NoCoefficients { model: String },
    #[error("The two pipelines predict {a} and {b}. Compare pipelines with the same target.")]
    OtherTarget { a: String, b: String },
    #[error(
        "The two pipelines keep {a} and {b} rows after cleaning, or other values of the target, so they cannot be judged on the same folds. Compare pipelines whose rules keep the same rows."
    )]
    OtherRows { a: u64, b: u64 },
    #[error("The two pipelines read the file in different ways. Compare pipelines with the same ingest settings.")]
    OtherIngest,
    #[error("{found} folds are too many to compare, at most {most} are kept. Choose another kind of folds.")]
    TooManyFolds { found: u64, most: u64 },
    #[error("{metric} is not defined in every fold. Choose rmse or mae, or fewer folds.")]
    Undefined { metric: String },
    #[error(
        "{metric} judges classes, and {model} predicts numbers. Choose rmse or mae, or compare pipelines that both tell classes apart."
    )]
    NotOfClasses { metric: String, model: String },
    #[error("There is no rule {number} in this pipeline.")]
    NoRule { number: u32 },
    #[error("Rule {number} takes nothing from rows that are later the test, so there is nothing to hold side by side.")]
    NoLeak { number: u32 },
    #[error("Rule {number} cannot be moved behind the split. {why}")]
    NoRemedy { number: u32, why: String },
    #[error("There is no column with numbers besides the target. Cast one to a number first.")]
    NoNumbers,
    #[error("This question has no answer. Ask another one.")]
    Unanswered,
}

impl Coded for AnalysisError {
    fn code(&self) -> &'static str {
        match self {
            Self::Param { .. } => "analysis.bad_param",
            Self::NoFeature { .. } => "analysis.no_feature",
            Self::NoValues { .. } => "analysis.no_values",
            Self::ConstantFeature { .. } => "analysis.constant_feature",
            Self::NoRow { .. } => "analysis.no_row",
            Self::NoRowNamed => "analysis.no_row_named",
            Self::BadValue { .. } => "analysis.bad_value",
            Self::NoCoefficients { .. } => "analysis.no_coefficients",
            Self::OtherTarget { .. } => "analysis.other_target",
            Self::OtherRows { .. } => "analysis.other_rows",
            Self::OtherIngest => "analysis.other_ingest",
            Self::TooManyFolds { .. } => "analysis.too_many_folds",
            Self::Undefined { .. } => "analysis.undefined",
            Self::NotOfClasses { .. } => "analysis.not_of_classes",
            Self::NoRule { .. } => "analysis.no_rule",
            Self::NoLeak { .. } => "analysis.no_leak",
            Self::NoRemedy { .. } => "analysis.no_remedy",
            Self::NoNumbers => "analysis.no_numbers",
            Self::Unanswered => "analysis.unanswered",
        }
    }
}
