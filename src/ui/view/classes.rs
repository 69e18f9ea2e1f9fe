//! A model that tells classes apart: what its rows were predicted as.

use crate::evaluate::{Confusion, EvaluateSummary};
use crate::ui::view::format;

/// What the metrics are held against: head of the column, and of the difference to it.
#[must_use]
pub fn baseline_words(is_classification: bool) -> (&'static str, &'static str) {
    if is_classification {
        ("Always the most frequent", "Against the most frequent")
    } else {
        ("Always the mean", "Against the mean")
    }
}

/// A confusion matrix as it is shown: rows are what the target was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    pub sentence: String,
    /// The two values, as predicted: heads of the columns.
    pub classes: [String; 2],
    pub rows: Vec<MatrixRow>,
}

/// The rows of one actual value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    pub actual: String,
    /// As the first and as the second value.
    pub counts: [MatrixCell; 2],
    /// Share that is predicted as what it is; empty where none can be.
    pub right: String,
}

/// A count of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixCell {
    pub n: u64,
    pub shown: String,
    /// Predicted as what it is.
    pub is_right: bool,
}

/// The matrix of the judged rows, where the model tells classes apart.
#[must_use]
pub fn matrix(summary: &EvaluateSummary) -> Option<Matrix> {
    let confusion = &summary.classification.as_ref()?.test;
    let [[a, b], [c, d]] = confusion.counts;
    let (right, all) = (a + d, a + b + c + d + confusion.others.iter().sum::<u64>());
    let [first, second] = confusion.classes.map(format::number);
    let sentence = format!(
        "{} of {} rows are predicted as what they are; {} are taken for {second} and {} for {first} that are not.",
        format::count(right),
        format::count(all),
        format::count(b),
        format::count(c),
    );
    Some(Matrix { sentence, classes: [first.clone(), second.clone()], rows: rows(confusion, [first, second]) })
}

fn rows(confusion: &Confusion, names: [String; 2]) -> Vec<MatrixRow> {
    let cell = |n: u64, is_right: bool| MatrixCell { n, shown: format::count(n), is_right };
    let mut rows: Vec<MatrixRow> = names
        .into_iter()
        .zip(confusion.counts)
        .enumerate()
        .map(|(place, (actual, [first, second]))| {
            let all = first + second;
            let right = if place == 0 { first } else { second };
            MatrixRow {
                actual,
                counts: [cell(first, place == 0), cell(second, place == 1)],
                right: if all == 0 { format::MISSING.into() } else { format::percent(right as f64 / all as f64) },
            }
        })
        .collect();
    if confusion.others.iter().any(|n| *n > 0) {
        let counts = confusion.others.map(|n| cell(n, false));
        rows.push(MatrixRow { actual: "neither".into(), counts, right: String::new() });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Classification;
    use crate::ui::view::charts_evaluate::testing;

    fn summary(counts: [[u64; 2]; 2], others: [u64; 2]) -> EvaluateSummary {
        let confusion = Confusion { classes: [0.0, 1.0], counts, others };
        let classification = Classification { test: confusion.clone(), train: confusion, most_frequent: 1.0 };
        let plain = testing::summary(true, Vec::new(), (0.0, 1.0), Vec::new());
        EvaluateSummary { classification: Some(classification), ..plain }
    }

    #[test]
    fn the_diagonal_is_right() {
        let found = matrix(&summary([[50, 10], [5, 35]], [0, 0])).unwrap();
        assert_eq!(
            found.sentence,
            "85 of 100 rows are predicted as what they are; 10 are taken for 1 and 5 for 0 that are not."
        );
        let right: Vec<&str> = found.rows.iter().map(|row| row.right.as_str()).collect();
        assert_eq!(right, ["83 %", "88 %"]);
        assert!(found.rows[0].counts[0].is_right && !found.rows[0].counts[1].is_right);
        assert!(found.rows[1].counts[1].is_right);
    }

    #[test]
    fn values_that_no_training_row_had_stand_apart() {
        let found = matrix(&summary([[1, 0], [0, 0]], [2, 1])).unwrap();
        assert_eq!(found.rows[2].actual, "neither");
        assert_eq!(found.rows[1].right, "–");
        assert!(found.sentence.starts_with("1 of 4 rows"));
    }

    #[test]
    fn a_regression_has_none() {
        assert_eq!(matrix(&testing::summary(false, Vec::new(), (0.0, 1.0), Vec::new())), None);
        assert_eq!(baseline_words(false).0, "Always the mean");
    }
}
