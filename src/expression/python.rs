//! Tree → pandas code.

use super::{Binary, Expression, Function, Kind, Unary};
use crate::base::{python_number, python_string};

impl Expression {
    /// The same in Python, with `df` as the table, `pd` as pandas and `np` as NumPy.
    #[must_use]
    pub fn python(&self) -> String {
        match &self.kind {
            Kind::Number(value) => python_number(*value),
            Kind::Text(text) => python_string(text),
            Kind::Boolean(true) => "True".into(),
            Kind::Boolean(false) => "False".into(),
            Kind::Null => "None".into(),
            Kind::Column(name) => format!("df[{}]", python_string(name)),
            Kind::Unary(Unary::Minus, inner) => format!("-{}", inner.operand()),
            Kind::Unary(Unary::Not, inner) => format!("~{}", inner.condition()),
            Kind::Binary(Binary::And, left, right) => format!("{} & {}", left.condition(), right.condition()),
            Kind::Binary(Binary::Or, left, right) => format!("{} | {}", left.condition(), right.condition()),
            Kind::Binary(operator, left, right) => {
                format!("{} {} {}", left.operand(), operator.sign(), right.operand())
            }
            Kind::In { value, list, negated } => {
                let items: Vec<String> = list.iter().map(Self::python).collect();
                let not = if *negated { "~" } else { "" };
                format!("{not}{}.isin([{}])", value.series(), items.join(", "))
            }
            Kind::IsNull { value, negated } => {
                format!("{}.{}()", value.series(), if *negated { "notna" } else { "isna" })
            }
            Kind::Call(function, arguments) => call(*function, arguments),
        }
    }

    /// Whether the code uses `np`.
    #[must_use]
    pub fn uses_numpy(&self) -> bool {
        let python = self.python();
        python.contains("np.")
    }

    /// As a part of a sum or comparison: in brackets unless it is one word.
    fn operand(&self) -> String {
        match &self.kind {
            Kind::Unary(..) | Kind::Binary(..) => format!("({})", self.python()),
            Kind::In { negated: true, .. } => format!("({})", self.python()),
            _ => self.python(),
        }
    }

    /// As a part of `&`, `|` and `~`: a constant as a column.
    fn condition(&self) -> String {
        match &self.kind {
            Kind::Boolean(_) => self.series(),
            _ => self.operand(),
        }
    }

    /// As something with pandas' methods: a constant as a column.
    fn series(&self) -> String {
        if self.columns().is_empty() { format!("pd.Series({}, index=df.index)", self.python()) } else { self.operand() }
    }

    /// A date written out as pandas' own.
    fn date(&self) -> String {
        match &self.kind {
            Kind::Text(text) => format!("pd.Timestamp({})", python_string(text)),
            _ => self.operand(),
        }
    }

    /// As a whole column or condition.
    #[must_use]
    pub fn python_condition(&self) -> String {
        if self.columns().is_empty() { self.series() } else { self.python() }
    }
}

fn call(function: Function, arguments: &[Expression]) -> String {
    let numpy = |name: &str| {
        let arguments: Vec<String> = arguments.iter().map(Expression::python).collect();
        format!("np.{name}({})", arguments.join(", "))
    };
    let method = |name: &str| arguments.first().map_or_else(String::new, |x| format!("{}.{name}", x.series()));
    let search = |name: &str, more: &str| match arguments {
        [text, part] => format!("{}.str.{name}({}{more}, na=False)", text.series(), part.python()),
        _ => String::new(),
    };
    let fold = |name: &str| {
        let parts = arguments.iter().map(Expression::python);
        parts.reduce(|all, next| format!("np.{name}({all}, {next})")).unwrap_or_default()
    };
    match (function, arguments) {
        (Function::Abs, _) => numpy("abs"),
        (Function::Sqrt, _) => numpy("sqrt"),
        (Function::Log, _) => numpy("log"),
        (Function::Log1p, _) => numpy("log1p"),
        (Function::Exp, _) => numpy("exp"),
        (Function::Floor, _) => numpy("floor"),
        (Function::Ceil, _) => numpy("ceil"),
        (Function::Round, _) => numpy("round"),
        (Function::Min, _) => fold("fmin"),
        (Function::Max, _) => fold("fmax"),
        (Function::Clip, [x, low, high]) => format!("{}.clip({}, {})", x.series(), low.python(), high.python()),
        (Function::If, [holds, a, b]) => {
            let chosen = if matches!(a.kind, Kind::Column(_)) {
                a.python()
            } else {
                format!("pd.Series({}, index=df.index)", a.python())
            };
            format!("{chosen}.where({}, {})", holds.python_condition(), b.python())
        }
        (Function::Coalesce, [first, rest @ ..]) => {
            let mut code = first.series();
            for next in rest.iter().filter(|next| next.kind != Kind::Null) {
                code.push_str(&format!(".fillna({})", next.python()));
            }
            code
        }
        (Function::Len, _) => method("str.len()"),
        (Function::Lower, _) => method("str.lower()"),
        (Function::Upper, _) => method("str.upper()"),
        (Function::Contains, _) => search("contains", ", regex=False"),
        (Function::StartsWith, _) => search("startswith", ""),
        (Function::EndsWith, _) => search("endswith", ""),
        (Function::Year, [x]) => part(x, "year"),
        (Function::Month, [x]) => part(x, "month"),
        (Function::Day, [x]) => part(x, "day"),
        (Function::DayOfWeek, [x]) => part(x, "dayofweek"),
        (Function::Hour, [x]) => part(x, "hour"),
        (Function::DaysBetween, [start, end]) => {
            let is_constant = start.columns().is_empty() && end.columns().is_empty();
            let days = format!("({} - {})", end.date(), start.date());
            if is_constant { format!("{days}.days") } else { format!("{days}.dt.days") }
        }
        (Function::IsNa, _) => method("isna()"),
        _ => "None".into(),
    }
}

fn part(x: &Expression, name: &str) -> String {
    if x.columns().is_empty() { format!("{}.{name}", x.date()) } else { format!("{}.dt.{name}", x.operand()) }
}
