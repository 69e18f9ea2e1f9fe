//! The functions that an expression may call.

use super::Problem;
use crate::base::nearest;

/// A function and how it is told to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionInfo {
    pub name: &'static str,
    pub function: Function,
    /// How it is written.
    pub usage: &'static str,
    /// One line that says what it gives.
    pub help: &'static str,
    /// Fewest and most arguments.
    pub arguments: (usize, usize),
}

/// A function by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    Abs,
    Sqrt,
    Log,
    Log1p,
    Exp,
    Round,
    Floor,
    Ceil,
    Min,
    Max,
    Clip,
    If,
    Len,
    Lower,
    Upper,
    Contains,
    StartsWith,
    EndsWith,
    Year,
    Month,
    Day,
    DayOfWeek,
    Hour,
    DaysBetween,
    IsNa,
    Coalesce,
}

const MANY: usize = 20;

/// All functions, as a help page lists them.
pub const FUNCTIONS: [FunctionInfo; 26] = [
    info("abs", Function::Abs, "abs(x)", "The number without its sign.", (1, 1)),
    info("sqrt", Function::Sqrt, "sqrt(x)", "The square root; missing for negative numbers.", (1, 1)),
    info("log", Function::Log, "log(x)", "The natural logarithm; -inf for 0, missing below.", (1, 1)),
    info("log1p", Function::Log1p, "log1p(x)", "The natural logarithm of 1 + x, exact for small x.", (1, 1)),
    info("exp", Function::Exp, "exp(x)", "e to the power of x.", (1, 1)),
    info("round", Function::Round, "round(x, digits)", "Rounded, halves to the even neighbour.", (1, 2)),
    info("floor", Function::Floor, "floor(x)", "Rounded down.", (1, 1)),
    info("ceil", Function::Ceil, "ceil(x)", "Rounded up.", (1, 1)),
    info("min", Function::Min, "min(a, b)", "The smallest in the row; missing ones are passed over.", (2, MANY)),
    info("max", Function::Max, "max(a, b)", "The largest in the row; missing ones are passed over.", (2, MANY)),
    info("clip", Function::Clip, "clip(x, low, high)", "The number, kept within bounds.", (3, 3)),
    info("if", Function::If, "if(condition, a, b)", "a where the condition holds, else b.", (3, 3)),
    info("len", Function::Len, "len(text)", "How many characters.", (1, 1)),
    info("lower", Function::Lower, "lower(text)", "In small letters.", (1, 1)),
    info("upper", Function::Upper, "upper(text)", "In capital letters.", (1, 1)),
    info("contains", Function::Contains, "contains(text, 'part')", "Whether the part stands in it.", (2, 2)),
    info("starts_with", Function::StartsWith, "starts_with(text, 'part')", "Whether it begins so.", (2, 2)),
    info("ends_with", Function::EndsWith, "ends_with(text, 'part')", "Whether it ends so.", (2, 2)),
    info("year", Function::Year, "year(date)", "The year of a date.", (1, 1)),
    info("month", Function::Month, "month(date)", "The month, 1 to 12.", (1, 1)),
    info("day", Function::Day, "day(date)", "The day of the month.", (1, 1)),
    info("dayofweek", Function::DayOfWeek, "dayofweek(date)", "The day of the week: Monday is 0.", (1, 1)),
    info("hour", Function::Hour, "hour(date)", "The hour, 0 to 23.", (1, 1)),
    info(
        "days_between",
        Function::DaysBetween,
        "days_between(start, end)",
        "Whole days from one to the other.",
        (2, 2),
    ),
    info("isna", Function::IsNa, "isna(x)", "Whether the cell is missing.", (1, 1)),
    info("coalesce", Function::Coalesce, "coalesce(a, b)", "The first that is not missing.", (2, MANY)),
];

const fn info(
    name: &'static str,
    function: Function,
    usage: &'static str,
    help: &'static str,
    arguments: (usize, usize),
) -> FunctionInfo {
    FunctionInfo { name, function, usage, help, arguments }
}

impl Function {
    pub(super) fn named(name: &str) -> Result<Self, Problem> {
        let found = FUNCTIONS.iter().find(|info| info.name.eq_ignore_ascii_case(name));
        found.map(|info| info.function).ok_or_else(|| Problem::UnknownFunction {
            name: name.into(),
            nearest: nearest(name, FUNCTIONS.iter().map(|info| info.name)),
        })
    }

    fn info(self) -> Option<&'static FunctionInfo> {
        FUNCTIONS.iter().find(|info| info.function == self)
    }

    /// Its name, as it is written.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().map_or("", |info| info.name)
    }

    pub(super) fn check_count(self, given: usize) -> Result<(), Problem> {
        let Some(info) = self.info() else { return Ok(()) };
        let (fewest, most) = info.arguments;
        if (fewest..=most).contains(&given) {
            return Ok(());
        }
        let expected = match (fewest, most) {
            (1, 1) => "1 argument".into(),
            (a, b) if a == b => format!("{a} arguments"),
            (a, MANY) => format!("{a} or more arguments"),
            (a, b) => format!("{a} to {b} arguments"),
        };
        Err(Problem::Arguments { function: info.name, expected, given, usage: info.usage })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_found_by_its_name() {
        for info in FUNCTIONS {
            assert_eq!(Function::named(info.name), Ok(info.function));
            assert_eq!(info.function.name(), info.name);
            assert!(info.usage.starts_with(&format!("{}(", info.name)));
        }
        let problem = Function::named("celi").unwrap_err();
        assert_eq!(problem.to_string(), r#"There is no function "celi". Look at the list of names."#);
        let problem = Function::named("start_with").unwrap_err();
        assert_eq!(problem.to_string(), r#"There is no function "start_with". Did you mean "starts_with"?"#);
    }
}
