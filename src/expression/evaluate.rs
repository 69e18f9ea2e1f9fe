//! Tree and table → values, a whole column at a time.

use std::borrow::Cow;

use super::value::{Operand, Texts, Value, Values, common, flag};
use super::{
    Binary, Expression, ExpressionError, ExpressionType, Function, Kind, Problem, Unary, arithmetic, parse_time, time,
};
use crate::base::nearest;
use crate::table::{Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME, Table};

type Result<T> = std::result::Result<T, ExpressionError>;

impl Expression {
    /// One value a row of `table`.
    ///
    /// # Errors
    /// A column that is not there, a type that does not fit, with their place.
    pub fn values(&self, table: &Table) -> Result<Values> {
        let value = evaluate(self, table)?;
        value.into_values(table.n_rows()).map_err(|problem| self.refuse(problem))
    }

    /// In which rows of `table` the condition holds; a missing one does not hold.
    ///
    /// # Errors
    /// As `values`, and for an expression that is no condition.
    pub fn holds(&self, table: &Table) -> Result<Vec<bool>> {
        let flags = condition(self, table, "A condition")?;
        Ok(flags.into_rows(table.n_rows()).into_iter().map(|flag| flag == 1.0).collect())
    }

    /// The type of the values for a table with these columns, without computing any.
    ///
    /// # Errors
    /// As `values`.
    pub fn type_of(&self, table: &Table) -> Result<ExpressionType> {
        let values = self.values(&table.take_rows(&[]))?;
        Ok(match values.data_type {
            DataType::Boolean => ExpressionType::Boolean,
            DataType::Integer | DataType::Float => ExpressionType::Number,
            DataType::Timestamp => ExpressionType::Timestamp,
            DataType::Category | DataType::Text => ExpressionType::Text,
        })
    }

    fn refuse(&self, problem: Problem) -> ExpressionError {
        ExpressionError::new(self.span.clone(), problem)
    }

    fn wrong_type(&self, what: impl Into<String>, expected: ExpressionType, found: &Value<'_>) -> ExpressionError {
        let remedy = match (expected, found) {
            (_, Value::Unkept(name, _)) => return self.refuse(Problem::TextNotKept(name.clone())),
            (ExpressionType::Boolean, Value::Number(..)) => " Compare it, such as with != 0.",
            (ExpressionType::Boolean, _) => " Compare it with something.",
            (ExpressionType::Number, Value::Text(_)) => " Cast the column to a number with an earlier rule.",
            (ExpressionType::Number, Value::Time(_)) => " Take a part of it: year(…), or days_between(…).",
            (ExpressionType::Timestamp, Value::Text(_)) => " Parse the column's dates with an earlier rule.",
            _ => "",
        };
        let (expected, found) = (expected.words(), found.words());
        self.refuse(Problem::WrongType { what: what.into(), expected, found, remedy })
    }
}

fn evaluate<'a>(expression: &Expression, table: &'a Table) -> Result<Value<'a>> {
    match &expression.kind {
        Kind::Number(value) => Ok(Value::Number(Operand::One(*value), value.fract() == 0.0)),
        Kind::Text(text) => Ok(Value::Text(Texts::one(text))),
        Kind::Boolean(value) => Ok(Value::Boolean(Operand::One(flag(*value)))),
        Kind::Null => Ok(Value::Null),
        Kind::Column(name) => match table.column(name) {
            Some(column) => Ok(of_column(column)),
            None => {
                let nearest = nearest(name, table.columns().iter().map(|column| column.name.as_str()));
                Err(expression.refuse(Problem::UnknownColumn { name: name.clone(), nearest }))
            }
        },
        Kind::Unary(Unary::Minus, inner) => {
            let (numbers, whole) = number(inner, table, "A minus")?;
            Ok(Value::Number(numbers.map(|x| -x), whole))
        }
        Kind::Unary(Unary::Not, inner) => {
            Ok(Value::Boolean(condition(inner, table, "\"not\"")?.map(|holds| flag(holds != 1.0))))
        }
        Kind::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
            let what = format!("{:?}", operator.sign());
            let (left, right) = (condition(left, table, &what)?, condition(right, table, &what)?);
            let is_and = *operator == Binary::And;
            let both = move |a: f64, b: f64| if is_and { a == 1.0 && b == 1.0 } else { a == 1.0 || b == 1.0 };
            Ok(Value::Boolean(left.zip(&right, |a, b| flag(both(a, b)))))
        }
        Kind::Binary(operator, left, right) if operator.is_comparison() => {
            let (a, b) = (evaluate(left, table)?, evaluate(right, table)?);
            compare(expression, *operator, (left, a), (right, b))
        }
        Kind::Binary(operator, left, right) => {
            let what = format!("{:?}", operator.sign());
            let ((a, whole_a), (b, whole_b)) = (number(left, table, &what)?, number(right, table, &what)?);
            let whole = whole_a && whole_b && *operator != Binary::Divide;
            let f: fn(f64, f64) -> f64 = match operator {
                Binary::Add => |a, b| a + b,
                Binary::Subtract => |a, b| a - b,
                Binary::Multiply => |a, b| a * b,
                Binary::Divide => |a, b| a / b,
                Binary::FloorDivide => arithmetic::floor_divide,
                Binary::Remainder => arithmetic::remainder,
                _ => arithmetic::power,
            };
            Ok(Value::Number(a.zip(&b, f), whole))
        }
        Kind::In { value, list, negated } => {
            let of = evaluate(value, table)?;
            let mut found = of.missing().map(|_| 0.0);
            for item in list {
                let one = evaluate(item, table)?;
                if let Value::Boolean(flags) = compare(expression, Binary::Equal, (value, of.clone()), (item, one))? {
                    found = found.zip(&flags, f64::max);
                }
            }
            Ok(Value::Boolean(found.map(|found| flag((found == 1.0) != *negated))))
        }
        Kind::IsNull { value, negated } => {
            let missing = evaluate(value, table)?.missing();
            Ok(Value::Boolean(missing.map(|missing| flag((missing == 1.0) != *negated))))
        }
        Kind::Call(function, arguments) => call(expression, *function, arguments, table),
    }
}

fn of_column(column: &Column) -> Value<'_> {
    match &*column.data {
        ColumnData::Number(values) if column.data_type == DataType::Boolean => {
            Value::Boolean(Operand::Many(Cow::Borrowed(values)))
        }
        ColumnData::Number(values) => {
            Value::Number(Operand::Many(Cow::Borrowed(values)), column.data_type == DataType::Integer)
        }
        ColumnData::Timestamp(values) => Value::Time(Operand::Many(Cow::Borrowed(values))),
        ColumnData::Category { codes, labels } => {
            Value::Text(Texts { codes: Operand::Many(Cow::Borrowed(codes)), labels: Cow::Borrowed(labels) })
        }
        ColumnData::Text { missing } => {
            let flags = (0..missing.len()).map(|row| flag(missing.get(row))).collect();
            Value::Unkept(column.name.clone(), Operand::Many(Cow::Owned(flags)))
        }
    }
}

/// Numbers; true and false count as 1 and 0.
fn number<'a>(expression: &Expression, table: &'a Table, what: &str) -> Result<(Operand<'a, f64>, bool)> {
    match evaluate(expression, table)? {
        Value::Number(numbers, whole) => Ok((numbers, whole)),
        Value::Boolean(flags) => Ok((flags, true)),
        Value::Null => Ok((Operand::One(f64::NAN), true)),
        other => Err(expression.wrong_type(what, ExpressionType::Number, &other)),
    }
}

fn condition<'a>(expression: &Expression, table: &'a Table, what: &str) -> Result<Operand<'a, f64>> {
    match evaluate(expression, table)? {
        Value::Boolean(flags) => Ok(flags),
        other => Err(expression.wrong_type(what, ExpressionType::Boolean, &other)),
    }
}

fn texts<'a>(expression: &Expression, table: &'a Table, what: &str) -> Result<Texts<'a>> {
    match evaluate(expression, table)? {
        Value::Text(texts) => Ok(texts),
        other => Err(expression.wrong_type(what, ExpressionType::Text, &other)),
    }
}

fn times<'a>(expression: &Expression, table: &'a Table, what: &str) -> Result<Operand<'a, i64>> {
    match evaluate(expression, table)? {
        Value::Time(times) => Ok(times),
        Value::Text(texts) if texts.constant().is_some() => Ok(Operand::One(date(expression, &texts)?)),
        other => Err(expression.wrong_type(what, ExpressionType::Timestamp, &other)),
    }
}

/// A text that is written out, as a date.
fn date(expression: &Expression, texts: &Texts<'_>) -> Result<i64> {
    let text = texts.constant().unwrap_or_default();
    parse_time(text).ok_or_else(|| expression.refuse(Problem::NotDate(text.into())))
}

/// A comparison with a missing cell does not hold, but `!=` does: as in pandas.
fn compare<'a>(
    whole: &Expression,
    operator: Binary,
    (left, a): (&Expression, Value<'a>),
    (right, b): (&Expression, Value<'a>),
) -> Result<Value<'a>> {
    use std::cmp::Ordering;
    let holds = move |order: Option<Ordering>| {
        flag(match (operator, order) {
            (Binary::NotEqual, order) => order != Some(Ordering::Equal),
            (_, None) => false,
            (Binary::Equal, Some(order)) => order == Ordering::Equal,
            (Binary::Less, Some(order)) => order == Ordering::Less,
            (Binary::LessEqual, Some(order)) => order != Ordering::Greater,
            (Binary::Greater, Some(order)) => order == Ordering::Greater,
            (_, Some(order)) => order != Ordering::Less,
        })
    };
    let of_times = move |a: i64, b: i64| holds((a != MISSING_TIME && b != MISSING_TIME).then(|| a.cmp(&b)));
    let flags = match (&a, &b) {
        (Value::Unkept(name, _), _) => return Err(left.refuse(Problem::TextNotKept(name.clone()))),
        (_, Value::Unkept(name, _)) => return Err(right.refuse(Problem::TextNotKept(name.clone()))),
        (Value::Null, _) => return Err(left.refuse(Problem::ComparedWithNull)),
        (_, Value::Null) => return Err(right.refuse(Problem::ComparedWithNull)),
        (Value::Number(a, _) | Value::Boolean(a), Value::Number(b, _) | Value::Boolean(b)) => {
            a.zip(b, |a, b| holds(a.partial_cmp(&b)))
        }
        (Value::Time(a), Value::Time(b)) => a.zip(b, of_times),
        (Value::Time(a), Value::Text(text)) if text.constant().is_some() => {
            a.zip(&Operand::One(date(right, text)?), of_times)
        }
        (Value::Text(text), Value::Time(b)) if text.constant().is_some() => {
            Operand::One(date(left, text)?).zip(b, of_times)
        }
        (Value::Text(a), Value::Text(b)) => match (a.constant(), b.constant()) {
            (_, Some(b)) => a.map(holds(None), |a| holds(Some(a.cmp(b)))),
            (Some(a), None) => b.map(holds(None), |b| holds(Some(a.cmp(b)))),
            (None, None) => {
                let text = |texts: &Texts<'_>, code: u16| texts.labels.get(usize::from(code)).cloned();
                a.codes.zip(&b.codes, |x, y| holds(text(a, x).zip(text(b, y)).map(|(x, y)| x.cmp(&y))))
            }
        },
        _ => return Err(whole.refuse(Problem::CannotCompare { left: a.words(), right: b.words() })),
    };
    Ok(Value::Boolean(flags))
}

fn call<'a>(whole: &Expression, function: Function, arguments: &[Expression], table: &'a Table) -> Result<Value<'a>> {
    let what = format!("{}(…)", function.name());
    let numeric = |f: fn(f64) -> f64, keeps_whole: bool, makes_whole: bool| match arguments {
        [x, ..] => {
            let (x, is_whole) = number(x, table, &what)?;
            Ok(Value::Number(x.map(f), makes_whole || keeps_whole && is_whole))
        }
        [] => Ok(Value::Null),
    };
    let dated = |f: fn(i64) -> f64| match arguments {
        [x, ..] => Ok(Value::Number(times(x, table, &what)?.map(f), true)),
        [] => Ok(Value::Null),
    };
    let searched = |f: fn(&str, &str) -> bool| match arguments {
        [text, part] => {
            let wanted = texts(part, table, &what)?;
            let Some(wanted) = wanted.constant() else { return Err(part.refuse(Problem::NotLiteral)) };
            Ok(Value::Boolean(texts(text, table, &what)?.map(0.0, |text| flag(f(text, wanted)))))
        }
        _ => Ok(Value::Null),
    };
    match (function, arguments) {
        (Function::Abs, _) => numeric(f64::abs, true, false),
        (Function::Sqrt, _) => numeric(f64::sqrt, false, false),
        (Function::Log, _) => numeric(f64::ln, false, false),
        (Function::Log1p, _) => numeric(f64::ln_1p, false, false),
        (Function::Exp, _) => numeric(f64::exp, false, false),
        (Function::Floor, _) => numeric(f64::floor, true, true),
        (Function::Ceil, _) => numeric(f64::ceil, true, true),
        (Function::Round, [x, digits]) => {
            let (x, is_whole) = number(x, table, &what)?;
            let n = match &digits.kind {
                Kind::Number(n) => Some(*n),
                Kind::Unary(Unary::Minus, inner) => match inner.kind {
                    Kind::Number(n) => Some(-n),
                    _ => None,
                },
                _ => None,
            };
            let n = n.filter(|n| n.fract() == 0.0 && n.abs() <= 300.0);
            let n = n.ok_or_else(|| digits.refuse(Problem::NotConstant))? as i32;
            Ok(Value::Number(x.map(|x| arithmetic::round(x, n)), is_whole || n <= 0))
        }
        (Function::Round, _) => numeric(f64::round_ties_even, true, true),
        (Function::Min | Function::Max, [first, rest @ ..]) => {
            let (mut found, mut is_whole) = number(first, table, &what)?;
            let f = if function == Function::Min { arithmetic::smaller } else { arithmetic::larger };
            for next in rest {
                let (next, also) = number(next, table, &what)?;
                found = found.zip(&next, f);
                is_whole &= also;
            }
            Ok(Value::Number(found, is_whole))
        }
        (Function::Clip, [x, low, high]) => {
            let ((x, a), (low, b), (high, c)) =
                (number(x, table, &what)?, number(low, table, &what)?, number(high, table, &what)?);
            let bounded = x.zip(&low, |x, low| arithmetic::clip(x, low, f64::NAN));
            Ok(Value::Number(bounded.zip(&high, |x, high| arithmetic::clip(x, f64::NAN, high)), a && b && c))
        }
        (Function::If, [holds, a, b]) => {
            let holds = condition(holds, table, &what)?;
            let (left, right) = (evaluate(a, table)?, evaluate(b, table)?);
            unite((a, left), (b, right), Choice::If(&holds), table.n_rows())
        }
        (Function::Coalesce, [first, rest @ ..]) => {
            let mut found = evaluate(first, table)?;
            for next in rest {
                let other = evaluate(next, table)?;
                found = unite((whole, found), (next, other), Choice::FirstKnown, table.n_rows())?;
            }
            Ok(found)
        }
        (Function::Len, [text]) => {
            Ok(Value::Number(texts(text, table, &what)?.map(f64::NAN, |text| text.chars().count() as f64), true))
        }
        (Function::Lower, [text]) => Ok(Value::Text(texts(text, table, &what)?.relabel(str::to_lowercase))),
        (Function::Upper, [text]) => Ok(Value::Text(texts(text, table, &what)?.relabel(str::to_uppercase))),
        (Function::Contains, _) => searched(|text, part| text.contains(part)),
        (Function::StartsWith, _) => searched(|text, part| text.starts_with(part)),
        (Function::EndsWith, _) => searched(|text, part| text.ends_with(part)),
        (Function::Year, _) => dated(time::year),
        (Function::Month, _) => dated(time::month),
        (Function::Day, _) => dated(time::day),
        (Function::DayOfWeek, _) => dated(time::day_of_week),
        (Function::Hour, _) => dated(time::hour),
        (Function::DaysBetween, [start, end]) => {
            let (start, end) = (times(start, table, &what)?, times(end, table, &what)?);
            Ok(Value::Number(start.zip(&end, time::days_between), true))
        }
        (Function::IsNa, [x]) => Ok(Value::Boolean(evaluate(x, table)?.missing())),
        // The parser has counted the arguments.
        _ => Ok(Value::Null),
    }
}

/// Which of two values a row takes.
enum Choice<'c> {
    If(&'c Operand<'c, f64>),
    FirstKnown,
}

impl Choice<'_> {
    fn of<T: Copy + 'static>(
        &self,
        a: &Operand<'_, T>,
        b: &Operand<'_, T>,
        is_missing: impl Fn(T) -> bool,
        n_rows: usize,
    ) -> Operand<'static, T> {
        match self {
            Self::FirstKnown => a.zip(b, |a, b| if is_missing(a) { b } else { a }),
            Self::If(Operand::One(holds)) => if *holds == 1.0 { a } else { b }.map(|value| value),
            Self::If(Operand::Many(holds)) => {
                let (a, b) = (a.clone().into_rows(n_rows), b.clone().into_rows(n_rows));
                let chosen = holds.iter().zip(a.into_iter().zip(b));
                Operand::Many(chosen.map(|(holds, (a, b))| if *holds == 1.0 { a } else { b }).collect())
            }
        }
    }
}

/// One column of two values of the same type, or of which one is null.
fn unite<'a>(
    (left, a): (&Expression, Value<'a>),
    (right, b): (&Expression, Value<'a>),
    choice: Choice<'_>,
    n_rows: usize,
) -> Result<Value<'a>> {
    let nan = || Operand::One(f64::NAN);
    let of_numbers = |a: &Operand<'_, f64>, b: &Operand<'_, f64>| choice.of(a, b, f64::is_nan, n_rows);
    let of_times = |a: &Operand<'_, i64>, b: &Operand<'_, i64>| choice.of(a, b, |t| t == MISSING_TIME, n_rows);
    let nothing = || Texts { codes: Operand::One(MISSING_CODE), labels: Cow::Borrowed(&[]) };
    let of_texts = |a: &Texts<'_>, b: &Texts<'_>| {
        let (a, b, labels) = common(a, b).map_err(|problem| right.refuse(problem))?;
        let codes = choice.of(&a, &b, |code| code == MISSING_CODE, n_rows);
        Ok(Value::Text(Texts { codes, labels: Cow::Owned(labels) }))
    };
    Ok(match (&a, &b) {
        (Value::Unkept(name, _), _) => return Err(left.refuse(Problem::TextNotKept(name.clone()))),
        (_, Value::Unkept(name, _)) => return Err(right.refuse(Problem::TextNotKept(name.clone()))),
        (Value::Null, Value::Null) => Value::Null,
        (Value::Boolean(a), Value::Boolean(b)) => Value::Boolean(of_numbers(a, b)),
        (Value::Boolean(a), Value::Null) => Value::Boolean(of_numbers(a, &nan())),
        (Value::Null, Value::Boolean(b)) => Value::Boolean(of_numbers(&nan(), b)),
        (Value::Number(a, whole), Value::Null) => Value::Number(of_numbers(a, &nan()), *whole),
        (Value::Null, Value::Number(b, whole)) => Value::Number(of_numbers(&nan(), b), *whole),
        (Value::Number(a, x), Value::Number(b, y)) => Value::Number(of_numbers(a, b), *x && *y),
        (Value::Number(a, whole), Value::Boolean(b)) | (Value::Boolean(a), Value::Number(b, whole)) => {
            Value::Number(of_numbers(a, b), *whole)
        }
        (Value::Time(a), Value::Time(b)) => Value::Time(of_times(a, b)),
        (Value::Time(a), Value::Null) => Value::Time(of_times(a, &Operand::One(MISSING_TIME))),
        (Value::Null, Value::Time(b)) => Value::Time(of_times(&Operand::One(MISSING_TIME), b)),
        (Value::Time(a), Value::Text(text)) if text.constant().is_some() => {
            Value::Time(of_times(a, &Operand::One(date(right, text)?)))
        }
        (Value::Text(text), Value::Time(b)) if text.constant().is_some() => {
            Value::Time(of_times(&Operand::One(date(left, text)?), b))
        }
        (Value::Text(a), Value::Text(b)) => of_texts(a, b)?,
        (Value::Text(a), Value::Null) => of_texts(a, &nothing())?,
        (Value::Null, Value::Text(b)) => of_texts(&nothing(), b)?,
        _ => return Err(right.refuse(Problem::Mixed { left: a.words(), right: b.words() })),
    })
}
