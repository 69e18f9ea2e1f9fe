//! How each column goes with the target: a number and a bar from the middle, for the profile and the feature picker.

use crate::ui::view::charts::{line, rect};
use crate::ui::view::charts_cells::Spark;
use crate::ui::view::format;

const WIDTH: f64 = 64.0;
const HEIGHT: f64 = 20.0;

/// Pearson's correlation of a column with the target, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelationCell {
    /// `−0.113`, so that a column lines up.
    pub shown: String,
    /// Every digit.
    pub full: String,
    /// From the middle to the right where the column rises with the target, else to the left.
    pub bar: Spark,
}

/// The cell of `column`; `None` where no correlation is known, as for a column of text or a constant one.
#[must_use]
pub fn with_target(of: &[(String, Option<f64>)], column: &str) -> Option<CorrelationCell> {
    let r = find(of, column)?;
    Some(CorrelationCell { shown: format::decimals(r, 3), full: format::exact(r), bar: bar(r) })
}

/// A feature's hint in the picker: its type, and how it goes with the target.
#[must_use]
pub fn feature_hint(type_word: &str, of: &[(String, Option<f64>)], column: &str) -> String {
    let word = type_word.to_lowercase();
    match find(of, column) {
        Some(r) => format!("{word}, r {}", format::decimals(r, 2)),
        None => word,
    }
}

fn find(of: &[(String, Option<f64>)], column: &str) -> Option<f64> {
    let (_, r) = of.iter().find(|(name, _)| name == column)?;
    r.filter(|r| r.is_finite()).map(|r| r.clamp(-1.0, 1.0))
}

fn bar(r: f64) -> Spark {
    let middle = WIDTH / 2.0;
    // However weak, it stays visible.
    let width = (r.abs() * middle).max(0.8);
    let x = if r < 0.0 { middle - width } else { middle };
    let marks =
        vec![line((middle, 3.0), (middle, HEIGHT - 3.0), "l-rule"), rect(x, HEIGHT / 2.0 - 3.0, width, 6.0, "m")];
    Spark { class: "corr", width: WIDTH, height: HEIGHT, label: None, marks }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::charts::Mark;

    fn of() -> Vec<(String, Option<f64>)> {
        [("up", Some(1.0)), ("down", Some(-0.25)), ("none", Some(0.0)), ("text", None), ("odd", Some(f64::NAN))]
            .map(|(name, r)| (name.to_owned(), r))
            .to_vec()
    }

    fn bar_of(name: &str) -> (f64, f64) {
        let cell = with_target(&of(), name).unwrap();
        match cell.bar.marks.last() {
            Some(Mark::Rect { x, width, .. }) => (*x, *width),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_bar_goes_from_the_middle_to_the_side_of_the_sign() {
        assert_eq!(bar_of("up"), (32.0, 32.0));
        assert_eq!(bar_of("down"), (24.0, 8.0));
        assert_eq!(bar_of("none"), (32.0, 0.8));
    }

    #[test]
    fn what_is_not_known_is_not_shown() {
        for name in ["text", "odd", "not there"] {
            assert_eq!(with_target(&of(), name), None, "{name}");
        }
        let cell = with_target(&of(), "down").unwrap();
        assert_eq!((cell.shown.as_str(), cell.full.as_str()), ("−0.250", "-0.25"));
    }

    #[test]
    fn a_feature_says_its_type_and_how_it_goes_with_the_target() {
        assert_eq!(feature_hint("Whole number", &of(), "down"), "whole number, r −0.25");
        assert_eq!(feature_hint("Category", &of(), "text"), "category");
    }
}
