//! What stands around a question: its name, what is asked by default, how far the answer is.

use crate::pipeline::Analysis;
use crate::ui::view::format;

/// What a kind of question is called, and what it answers.
#[must_use]
pub fn about(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "learning_curve" => ("Learning curve", "Would more rows help?"),
        "bootstrap" => ("Bootstrap intervals", "How much would the numbers vary with other rows like these?"),
        "permutation_importance" => ("Permutation importance", "Which columns does the model lean on?"),
        "partial_dependence" => ("Partial dependence", "How does the prediction move with one column?"),
        "contributions" => (
            "Contributions to one prediction",
            "Why is the prediction for a row, or for values that you type in, what it is?",
        ),
        "compare" => ("Comparison with another model", "Is it really better, or is that luck of the folds?"),
        _ => ("Question", ""),
    }
}

/// How far an answer is, in steps of ten percent: what is read aloud must not change all the time.
#[must_use]
pub fn progress_words(progress: Option<(u64, u64)>) -> String {
    match share(progress) {
        Some(share) if share >= 0.1 => format!("Working, {} %", ((share * 10.0).floor() * 10.0) as u32),
        _ => "Working …".into(),
    }
}

/// The share done.
#[must_use]
pub fn share(progress: Option<(u64, u64)>) -> Option<f64> {
    progress.filter(|(_, total)| *total > 0).map(|(done, total)| (done as f64 / total as f64).clamp(0.0, 1.0))
}

/// The row that contributions are asked for, kept inside the table: `by` rows further.
#[must_use]
pub fn row_beside(row: u64, by: i64, n_rows: u64) -> u64 {
    row.saturating_add_signed(by).min(n_rows.saturating_sub(1))
}

/// A row number as it was typed.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn read_row(text: &str, n_rows: u64) -> Result<u64, String> {
    match text.trim().parse::<u64>() {
        Ok(row) if row < n_rows => Ok(row),
        _ => Err(format!("A whole number from 0 to {}.", format::count(n_rows.saturating_sub(1)))),
    }
}

/// The default question of a kind, where it needs nothing to be chosen.
#[must_use]
pub fn fresh(kind: &str, confidence: f64) -> Option<Analysis> {
    Some(match kind {
        "learning_curve" => Analysis::LearningCurve {},
        "bootstrap" => Analysis::Bootstrap { n_bootstrap: 1000, random_state: 42, confidence },
        "permutation_importance" => Analysis::PermutationImportance { n_repeats: 10, random_state: 42 },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_inside_the_table() {
        assert_eq!([row_beside(0, -1, 9), row_beside(8, 1, 9), row_beside(3, 1, 9), row_beside(3, 1, 0)], [0, 8, 4, 0]);
        assert_eq!(read_row(" 8 ", 9), Ok(8));
        assert_eq!(read_row("9", 9), Err("A whole number from 0 to 8.".into()));
        assert!(read_row("-1", 9).is_err());
    }

    #[test]
    fn progress_is_told_in_steps_of_ten() {
        assert_eq!(
            [Some((19, 100)), Some((0, 0)), None].map(progress_words),
            ["Working, 10 %", "Working …", "Working …"]
        );
        assert_eq!(share(Some((7, 5))), Some(1.0));
    }
}
