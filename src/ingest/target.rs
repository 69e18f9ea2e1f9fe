//! Which column a first pipeline predicts.

use super::ColumnProfile;
use crate::table::DataType;

/// Names that people give to what they predict, most telling first.
const NAMES: [&str; 14] = [
    "target", "label", "y", "outcome", "response", "class", "score", "rating", "medv", "price", "value", "amount",
    "sales", "total",
];

/// A first guess: the numeric column whose name says that it is the target, else the last numeric one that is neither
/// an id nor constant. `None` without such a column. A whole name such as `y` counts even where all values differ.
#[must_use]
pub fn guess_target(columns: &[ColumnProfile]) -> Option<String> {
    let usable: Vec<&ColumnProfile> = columns.iter().filter(|column| is_usable(column)).collect();
    let candidates: Vec<&ColumnProfile> = usable.iter().copied().filter(|column| !is_id(column)).collect();
    let named = NAMES.iter().find_map(|name| {
        let whole = usable.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        // Or the last word of a name: `review_score`, `SalePrice`. A lone `y` at the end says little.
        let is_ending =
            |column: &&&ColumnProfile| name.len() > 1 && words(&column.name).last().is_some_and(|word| word == name);
        whole.or_else(|| candidates.iter().rev().find(is_ending))
    });
    named.or(candidates.last()).map(|column| column.name.clone())
}

/// Numbers that vary and can be computed with.
fn is_usable(column: &ColumnProfile) -> bool {
    let is_numeric = matches!(column.data_type, DataType::Integer | DataType::Float);
    is_numeric && column.distinct > 1 && column.infinite == 0
}

/// Names a row, or a place, rather than measuring it.
fn is_id(column: &ColumnProfile) -> bool {
    let last = words(&column.name).last().cloned().unwrap_or_default();
    let is_named_id = ["id", "index", "uuid", "zip", "prefix", "code", "latitude", "longitude"]
        .contains(&last.as_str())
        || column.name.starts_with("Unnamed: ");
    // A whole number in each row, no two alike, is an id, unless the table is tiny.
    let is_unique = column.data_type == DataType::Integer && column.count > 20 && column.distinct == column.count;
    is_named_id || is_unique
}

/// The words of a name, in lower case: `SalePrice`, `sale_price` and `sale price` are two each.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let is_boundary = !character.is_alphanumeric() || (was_lower && character.is_uppercase());
        if is_boundary {
            words.push(String::new());
        }
        if let (true, Some(word)) = (character.is_alphanumeric(), words.last_mut()) {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, data_type: DataType, distinct: u64) -> ColumnProfile {
        ColumnProfile {
            name: name.into(),
            data_type,
            count: 100,
            missing: 0,
            distinct,
            distinct_is_estimate: false,
            min: None,
            max: None,
            mean: None,
            sd: None,
            q1: None,
            median: None,
            q3: None,
            histogram: None,
            top: Vec::new(),
            example: None,
            infinite: 0,
        }
    }

    fn guess(columns: &[(&str, DataType, u64)]) -> Option<String> {
        let columns: Vec<ColumnProfile> = columns.iter().map(|(name, kind, n)| column(name, *kind, *n)).collect();
        guess_target(&columns)
    }

    #[test]
    fn names_and_places() {
        let (integer, float, text) = (DataType::Integer, DataType::Float, DataType::Category);
        assert_eq!(
            guess(&[("price", float, 90), ("freight_value", float, 90), ("review_score", integer, 5)]).as_deref(),
            Some("review_score")
        );
        assert_eq!(
            guess(&[("payment_value", float, 90), ("review_score", integer, 5), ("comment", text, 9)]).as_deref(),
            Some("review_score")
        );
        assert_eq!(guess(&[("Y", float, 90), ("SalePrice", float, 90)]).as_deref(), Some("Y"));
        assert_eq!(
            guess(&[("a", float, 90), ("b", float, 90), ("c", float, 1), ("row_id", integer, 60)]).as_deref(),
            Some("b")
        );
        assert_eq!(guess(&[("a", float, 90), ("n", integer, 100)]).as_deref(), Some("a"));
        assert_eq!(guess(&[("a", text, 3)]), None);
        // A name that says it counts, though every whole number is another.
        assert_eq!(guess(&[("a", float, 90), ("y", integer, 100), ("b", float, 90)]).as_deref(), Some("y"));
        assert_eq!(guess(&[("Target", integer, 100), ("b", float, 90)]).as_deref(), Some("Target"));
        assert_eq!(guess(&[("order_total", integer, 100), ("b", float, 90)]).as_deref(), Some("b"));
        assert_eq!(guess(&[("y", integer, 1), ("b", float, 90)]).as_deref(), Some("b"));
    }
}
