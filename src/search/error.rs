//! Why a search cannot be read, and where.

use crate::base::Coded;

/// Byte offsets into the text.
pub type Span = std::ops::Range<usize>;

/// What is wrong, and at which bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct SearchError {
    /// An empty span at the end means that something is lacking there.
    pub span: Span,
    pub problem: SearchProblem,
}

/// What is wrong with a search, with the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SearchProblem {
    #[error("{0:?} has no meaning here. Put names with such signs in `backticks`, texts in 'quotes'.")]
    UnknownSign(char),
    #[error("A text starts here but does not end. Close it with {0}.")]
    Unclosed(char),
    #[error("There is no comparison {0:?}. Write one of < <= = != >= >.")]
    UnknownComparison(String),
    #[error("A condition is lacking here, such as metrics.rmse < 1.")]
    NoCondition,
    #[error("A comparison is lacking after {0}, such as {0} {1}.")]
    NoOperator(String, &'static str),
    #[error("A value is lacking here, such as {0}.")]
    NoValue(&'static str),
    #[error("{0:?} cannot stand here. Put AND or OR between two conditions.")]
    NoAnd(String),
    #[error("This bracket is never closed. Write ) where it ends.")]
    NotClosed,
    #[error("This bracket closes nothing. Take it out.")]
    NotOpened,
    #[error(
        "{0:?} is nothing that a run has. Write metrics., params., tags., attributes. or datasets. before the name."
    )]
    UnknownEntity(String),
    #[error(
        "{0:?} is no attribute of a run. Write metrics.{0}, params.{0} or tags.{0}; attributes are run_id, run_name, status, start_time, end_time, duration, user_id, artifact_uri, experiment_id and model."
    )]
    UnknownAttribute(String),
    #[error("{0:?} is not known of a dataset. Write datasets.name, datasets.digest or datasets.context.")]
    UnknownDatasetKey(String),
    #[error("The name after {0:?} is lacking, such as {0}rmse.")]
    NoKey(String),
    #[error("{key} holds numbers. Write one without quotes, not {found}.")]
    NumberWanted { key: String, found: String },
    #[error("{0} is a text. Put it in quotes: '{0}'.")]
    Unquoted(String),
    #[error("{key} holds texts, which have no order here. To compare as numbers, leave out the quotes: {key} > 1.")]
    NoOrder { key: String },
    #[error("{key} holds numbers: compare them with < <= = != >= >.")]
    NotForNumbers { key: String },
    #[error("{key} holds texts. Put the value in quotes.")]
    TextWanted { key: String },
    #[error("After {0} comes a list of texts, such as ('a', 'b').")]
    NoList(&'static str),
    #[error("After IS comes NULL or NOT NULL.")]
    NotNull,
    #[error("After NOT comes LIKE, ILIKE or IN.")]
    NotWhat,
    #[error("Two searches cannot be joined by ;. Write AND.")]
    Several,
    #[error("The search is nested too deeply. Write it without so many brackets.")]
    TooDeep,
    #[error("{0:?} is no direction. Write ASC or DESC after the name, or nothing.")]
    Direction(String),
    #[error("{0} is there twice. Sort by it once.")]
    Twice(String),
}

impl SearchError {
    pub(super) fn new(span: Span, problem: SearchProblem) -> Self {
        Self { span, problem }
    }

    /// Where a caret points: characters before the place.
    #[must_use]
    pub fn caret(&self, text: &str) -> usize {
        text.char_indices().take_while(|(place, _)| *place < self.span.start).count()
    }
}

impl Coded for SearchError {
    fn code(&self) -> &'static str {
        "search.syntax"
    }
}
