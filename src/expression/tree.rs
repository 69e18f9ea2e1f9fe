//! The tree of an expression.

use super::Function;

/// Byte offsets into the text.
pub type Span = std::ops::Range<usize>;

/// A part of an expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expression {
    pub kind: Kind,
    pub span: Span,
}

/// What a part is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Number(f64),
    Text(String),
    Boolean(bool),
    Null,
    Column(String),
    Unary(Unary, Box<Expression>),
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `value in [..]`; the list holds literals.
    In {
        value: Box<Expression>,
        list: Vec<Expression>,
        negated: bool,
    },
    /// `value is null`.
    IsNull {
        value: Box<Expression>,
        negated: bool,
    },
    Call(Function, Vec<Expression>),
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    Minus,
    Not,
}

/// An operator between its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

impl Binary {
    /// The operator as it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::FloorDivide => "//",
            Self::Remainder => "%",
            Self::Power => "**",
        }
    }

    /// How tightly it binds: Python's order.
    pub(super) fn power(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            // 3 is `not`.
            Self::Equal | Self::NotEqual | Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual => {
                COMPARISON
            }
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::FloorDivide | Self::Remainder => 6,
            // 7 is the minus before a value.
            Self::Power => 8,
        }
    }

    pub(super) fn is_comparison(self) -> bool {
        self.power() == COMPARISON
    }
}

pub(super) const NOT: u8 = 3;
pub(super) const COMPARISON: u8 = 4;
pub(super) const MINUS: u8 = 7;

/// Two expressions are equal when they say the same, wherever they stand.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Expression {
    pub(super) fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The parts of this part.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Number(_) | Kind::Text(_) | Kind::Boolean(_) | Kind::Null | Kind::Column(_) => Vec::new(),
            Kind::Unary(_, inner) => vec![inner],
            Kind::Binary(_, left, right) => vec![left, right],
            Kind::In { value, .. } | Kind::IsNull { value, .. } => vec![value],
            Kind::Call(_, arguments) => arguments.iter().collect(),
        }
    }

    /// The columns that it names, each once, in order of appearance.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut left = vec![self];
        while let Some(part) = left.pop() {
            if let Kind::Column(name) = &part.kind
                && !found.contains(name)
            {
                found.push(name.clone());
            }
            left.extend(part.parts().into_iter().rev());
        }
        found
    }
}
