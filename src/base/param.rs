//! What a form has to know of a parameter of a rule, an encoder or an estimator. Each of these lists its own, and the
//! page draws its form from the list: a new rule needs no new screen.

/// One parameter: the field's name in the pipeline file, and how a person is asked for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Param {
    /// The name in the pipeline file: scikit-learn's or pandas' where it has one.
    pub name: &'static str,
    /// One or two plain words.
    pub label: &'static str,
    /// One line that says what it does; empty where the label is enough.
    pub help: &'static str,
    pub kind: ParamKind,
}

/// Which control asks for a parameter, and what it accepts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ParamKind {
    /// A list of columns. `optional`: `null` is allowed and means every column that fits.
    Columns { accepts: Accepts, optional: bool },
    /// One column. `optional`: may be `null`.
    Column { accepts: Accepts, optional: bool },
    /// A number from `min` to `max`. `log`: a slider moves by factors. `optional`: may be `null`.
    Number { min: f64, max: f64, step: f64, log: bool, optional: bool },
    /// A whole number.
    Integer { min: i64, max: i64, optional: bool },
    /// One of these: the value in the file, and its plain words.
    Choice { options: &'static [(&'static str, &'static str)] },
    /// Several of these, as a list of the values in the file.
    Choices { options: &'static [(&'static str, &'static str)] },
    /// One line of text. `optional`: may be `null`.
    Text { optional: bool },
    /// A number or a text: a constant for cells of any type.
    Scalar,
    /// Pairs of old and new, such as names or values.
    Pairs,
    /// An expression over columns.
    Expression,
    /// On or off.
    Flag,
}

/// Which columns a parameter accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    Any,
    /// Integer and float.
    Numeric,
    /// Integer, float and boolean.
    NumericOrBoolean,
    /// Category and text.
    Textual,
    /// Category and boolean.
    Categorical,
    Timestamp,
}

impl Param {
    /// A parameter whose label is enough.
    #[must_use]
    pub const fn new(name: &'static str, label: &'static str, kind: ParamKind) -> Self {
        Self { name, label, help: "", kind }
    }

    /// The same with a line of help.
    #[must_use]
    pub const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }
}
