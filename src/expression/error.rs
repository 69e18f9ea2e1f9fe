//! Why an expression cannot be read or computed, and where.

use super::Span;
use crate::base::Coded;

/// What is wrong, and at which bytes of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct ExpressionError {
    /// Byte offsets into the text; an empty span at the end means that something is lacking there.
    pub span: Span,
    pub problem: Problem,
}

/// What is wrong with an expression, with the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    #[error("The expression is empty. Write one, such as price > 100.")]
    Empty,
    #[error("{0:?} has no meaning here. Take it out; column names with such signs stand in `backticks`.")]
    UnknownSign(char),
    #[error("A text starts here but does not end. Close it with {0}.")]
    UnclosedText(char),
    #[error("A column name starts here but does not end. Close it with a backtick.")]
    UnclosedName,
    #[error("{0:?} is not a number. Write 1000, 0.5 or 1e3.")]
    BadNumber(String),
    #[error("A value is lacking here: a column, a number, a 'text' or a function.")]
    NoValue,
    #[error("{0:?} cannot stand here. Put an operator before it, or take it out.")]
    Unexpected(String),
    #[error("Write == to compare; a single = has no meaning.")]
    SingleEquals,
    #[error("Comparisons do not chain. Write a < b and b < c.")]
    Chained,
    #[error("This bracket is never closed. Write {0} where it ends.")]
    Unclosed(char),
    #[error("After \"in\" comes a list, such as ['a', 'b'].")]
    NoList,
    #[error("A list holds numbers, texts, true and false, not columns or sums.")]
    NotLiteral,
    #[error("After \"is\" comes null or not null.")]
    NotNull,
    #[error("The expression is nested too deeply. Make a column of a part of it first.")]
    TooDeep,
    #[error("There is no column {name:?}.{}", did_you_mean(nearest))]
    UnknownColumn { name: String, nearest: Vec<String> },
    #[error("There is no function {name:?}.{}", did_you_mean(nearest))]
    UnknownFunction { name: String, nearest: Vec<String> },
    #[error("{function} takes {expected}, not {given}: {usage}.")]
    Arguments { function: &'static str, expected: String, given: usize, usage: &'static str },
    #[error("{what} needs {expected}, but this is {found}.{remedy}")]
    WrongType { what: String, expected: &'static str, found: &'static str, remedy: &'static str },
    #[error(
        "{left} cannot be compared with {right}. Compare numbers with numbers, texts with texts, dates with dates."
    )]
    CannotCompare { left: &'static str, right: &'static str },
    #[error("{left} and {right} cannot stand in one column. Give both the same type.")]
    Mixed { left: &'static str, right: &'static str },
    #[error("{0:?} is not a date. Write it as '2018-01-17' or '2018-01-17 10:00:00'.")]
    NotDate(String),
    #[error("Nothing equals null. Write \"is null\" or \"is not null\".")]
    ComparedWithNull,
    #[error(
        "The values of {0:?} are not kept, because it is free text with more than 65,535 different values. Only \"is null\" can be asked of it; or read it as a category in the ingest step."
    )]
    TextNotKept(String),
    #[error("More than 65,535 different texts come out. Round or shorten them first.")]
    TooManyTexts,
    #[error("This has to be a whole number written out, such as 2.")]
    NotConstant,
    #[error("null alone has no type. Write it as a part of if(…) or coalesce(…).")]
    OnlyNull,
}

fn did_you_mean(nearest: &[String]) -> String {
    if nearest.is_empty() {
        return " Look at the list of names.".into();
    }
    let names: Vec<String> = nearest.iter().map(|name| format!("{name:?}")).collect();
    format!(" Did you mean {}?", names.join(" or "))
}

impl ExpressionError {
    pub(super) fn new(span: Span, problem: Problem) -> Self {
        Self { span, problem }
    }

    /// Where the caret stands: characters (not bytes) of `text` before the error.
    #[must_use]
    pub fn caret(&self, text: &str) -> usize {
        text.char_indices().take_while(|(at, _)| *at < self.span.start).count()
    }

    /// Three lines for a terminal: the text, a caret under the place, and what is wrong there.
    #[must_use]
    pub fn with_caret(&self, text: &str) -> String {
        let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("{line}\n{}^\n{}", " ".repeat(self.caret(text)), self.problem)
    }
}

impl Coded for ExpressionError {
    fn code(&self) -> &'static str {
        match self.problem {
            Problem::UnknownColumn { .. } => "expression.unknown_column",
            Problem::UnknownFunction { .. } | Problem::Arguments { .. } => "expression.function",
            Problem::WrongType { .. }
            | Problem::CannotCompare { .. }
            | Problem::Mixed { .. }
            | Problem::NotDate(_)
            | Problem::ComparedWithNull
            | Problem::NotConstant
            | Problem::OnlyNull => "expression.type",
            Problem::TextNotKept(_) => "expression.text_not_kept",
            Problem::TooManyTexts => "expression.too_many_texts",
            _ => "expression.syntax",
        }
    }
}
