//! Values that are typed in for one prediction: which fields there are, and how what is typed is read.

use serde_json::Value;

use crate::features::{InputColumn, Seen};
use crate::table::{DataType, timestamp_text};
use crate::ui::view::format;

/// Of more categories a list to choose from helps nobody.
const MOST_CHOICES: usize = 200;
/// More fields are not shown: their columns keep the values that they have.
pub const MOST_FIELDS: usize = 100;

/// The categories to choose from, after nothing; `None` where the value is typed.
#[must_use]
pub fn choices(input: &InputColumn, unchanged: &str) -> Option<Vec<(String, String)>> {
    let first = (String::new(), unchanged.to_owned());
    match &input.seen {
        Some(Seen::Categories(names)) if names.len() <= MOST_CHOICES => {
            Some(std::iter::once(first).chain(names.iter().map(|name| (name.clone(), name.clone()))).collect())
        }
        _ if input.data_type == DataType::Boolean => {
            Some(vec![first, ("1".into(), "True".into()), ("0".into(), "False".into())])
        }
        _ => None,
    }
}

/// What the training rows have in it.
#[must_use]
pub fn range_words(input: &InputColumn) -> Option<String> {
    let Some(Seen::Range { min, max }) = input.seen else { return None };
    let words = |value: f64| match input.data_type {
        DataType::Timestamp => timestamp_text(value as i64),
        _ => format::number(value),
    };
    Some(format!("{} to {} in the training rows", words(min), words(max)))
}

/// A typed value; nothing is none.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn read(input: &InputColumn, text: &str) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match input.data_type {
        DataType::Boolean | DataType::Integer | DataType::Float => {
            let plain: String = text.chars().map(|c| if c == '−' { '-' } else { c }).collect();
            let number = plain.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map(|number| Some(number.into())).ok_or_else(|| format!("{} is a number, such as 12.5.", input.name))
        }
        DataType::Timestamp => match chrono::NaiveDate::parse_from_str(text.get(..10).unwrap_or(text), "%Y-%m-%d") {
            Ok(_) => Ok(Some(text.into())),
            Err(_) => Err(format!("{} is a date, such as 2024-03-31.", input.name)),
        },
        DataType::Category | DataType::Text => Ok(Some(text.into())),
    }
}

/// A value as one types it.
#[must_use]
pub fn typed(value: &Value) -> String {
    match value {
        Value::Number(number) => number.as_f64().map_or_else(|| number.to_string(), format::exact),
        Value::String(text) => text.clone(),
        _ => String::new(),
    }
}

/// Whether the model has not seen such a value: what it predicts then is a guess.
#[must_use]
pub fn is_unseen(input: &InputColumn, value: &Value) -> bool {
    match &input.seen {
        Some(Seen::Range { min, max }) => value.as_f64().is_some_and(|value| value < *min || value > *max),
        Some(Seen::Categories(names)) => value.as_str().is_some_and(|value| names.iter().all(|name| name != value)),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(data_type: DataType, seen: Option<Seen>) -> InputColumn {
        InputColumn { name: "price".into(), data_type, seen }
    }

    #[test]
    fn numbers_and_dates_are_read_and_words_are_refused_at_the_field() {
        let price = input(DataType::Float, Some(Seen::Range { min: -1.5, max: 20.0 }));
        assert_eq!(read(&price, " 12.5 "), Ok(Some(12.5.into())));
        assert_eq!(read(&price, "−3"), Ok(Some((-3.0).into())));
        assert_eq!(read(&price, ""), Ok(None));
        assert_eq!(read(&price, "much"), Err("price is a number, such as 12.5.".into()));
        assert!(read(&price, "inf").is_err());
        assert_eq!(range_words(&price).as_deref(), Some("−1.5 to 20 in the training rows"));
        assert_eq!([12.5, 21.0, -2.0].map(|value| is_unseen(&price, &value.into())), [false, true, true]);
        let day = input(DataType::Timestamp, None);
        assert_eq!(read(&day, "2024-03-31"), Ok(Some("2024-03-31".into())));
        assert!(read(&day, "yesterday").is_err());
        assert_eq!(typed(&12.5.into()), "12.5");
    }

    #[test]
    fn few_categories_are_chosen_and_many_are_typed() {
        let names = |n: usize| (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>();
        let color = input(DataType::Category, Some(Seen::Categories(names(3))));
        let offered = choices(&color, "as it is").unwrap();
        assert_eq!((offered.len(), offered[0].1.as_str(), offered[3].0.as_str()), (4, "as it is", "c2"));
        assert!(is_unseen(&color, &"pink".into()) && !is_unseen(&color, &"c1".into()));
        let city = input(DataType::Category, Some(Seen::Categories(names(500))));
        assert_eq!(choices(&city, "as it is"), None);
        assert_eq!(choices(&input(DataType::Boolean, None), "").map(|all| all.len()), Some(3));
    }
}
