//! What the ingest step says: the sentence, the notes, the records that could not be read.

use crate::ingest::{IngestSummary, Note};
use crate::ui::view::prose::{Piece, Prose};
use crate::ui::view::{format, profile};

/// `5,000 rows and 33 columns, all readable. 3,397 cells are missing, 89 % of them in one column.`
#[must_use]
pub fn sentence(summary: &IngestSummary) -> Prose {
    let readable = match (summary.problems.skipped, summary.problems.count) {
        (0, 0) => ", all readable. ".to_owned(),
        (0, n) => format!("; {} read only in part. ", counted(n, "record was", "records were")),
        (n, _) => format!("; {} left out. ", counted(n, "record was", "records were")),
    };
    Prose::default()
        .strong(counted(summary.rows, "row", "rows"))
        .plain(" and ")
        .strong(counted(summary.columns.len() as u64, "column", "columns"))
        .plain(readable)
        .plain(missing_sentence(summary))
}

fn missing_sentence(summary: &IngestSummary) -> String {
    let missing: u64 = summary.columns.iter().map(|column| column.missing).sum();
    let most = summary.columns.iter().map(|column| column.missing).max().unwrap_or(0);
    let places = summary.columns.iter().filter(|column| column.missing > 0).count();
    match (missing, places) {
        (0, _) => "No cell is missing.".into(),
        (1, _) => "1 cell is missing.".into(),
        (n, 1) => format!("{} cells are missing, all of them in one column.", format::count(n)),
        (n, _) if most * 2 > n => {
            let share = format::percent(most as f64 / n as f64);
            format!("{} cells are missing, {share} of them in one column.", format::count(n))
        }
        (n, places) => format!("{} cells are missing, in {} columns.", format::count(n), format::count(places as u64)),
    }
}

/// `1 row`, `5,000 rows`.
#[must_use]
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", format::count(n), if n == 1 { one } else { many })
}

/// What kinds of columns there are, and why the target was guessed: `review_score looks like the target: …`.
#[must_use]
pub fn second_sentence(summary: &IngestSummary, target: &str, target_guessed: bool) -> String {
    let mut sentences = Vec::new();
    if target_guessed && let Some(profile) = summary.columns.iter().find(|column| column.name == target) {
        let why = match (profile.min, profile.max) {
            (Some(min), Some(max)) if profile.distinct <= 20 => {
                format!(": a number with few values ({} to {})", format::number(min), format::number(max))
            }
            _ => String::new(),
        };
        sentences.push(format!("{target} looks like the target{why}."));
    }
    let n = |glyph: &str| summary.columns.iter().filter(|column| profile::glyph(column) == glyph).count() as u64;
    let kinds = [
        (n("int") + n("dec"), "number", "numbers"),
        (n("cat"), "category", "categories"),
        (n("date"), "date", "dates"),
        (n("bool"), "yes or no", "yes or no"),
        (n("id"), "id", "ids"),
        (n("text"), "text", "texts"),
    ];
    let kinds: Vec<String> =
        kinds.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| counted(*n, one, many)).collect();
    if let Some((last, first)) = kinds.split_last() {
        let list = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
        sentences.push(format!("By kind: {list}."));
    }
    sentences.join(" ")
}

/// Notes that are not about one column.
#[must_use]
pub fn general_notes(summary: &IngestSummary) -> Vec<&Note> {
    summary.notes.iter().filter(|note| note.column.is_none()).collect()
}

/// `4 of 48,211,306 records were left out. Nothing else stopped.`
#[must_use]
pub fn problems_sentence(summary: &IngestSummary) -> Prose {
    let problems = &summary.problems;
    let records = summary.rows + problems.skipped;
    let sentence = match (problems.skipped, problems.count - problems.skipped.min(problems.count)) {
        (0, n) => format!("{} read only in part.", counted(n, "record was", "records were")),
        (n, 0) => format!(
            "{} of {} records {} left out. Nothing else stopped.",
            format::count(n),
            format::count(records),
            was(n)
        ),
        (n, m) => format!(
            "{} of {} records {} left out, {} read only in part.",
            format::count(n),
            format::count(records),
            was(n),
            format::count(m),
        ),
    };
    let shown = problems.first.len() as u64;
    let cut =
        if shown < problems.count { format!(" The first {} are listed.", format::count(shown)) } else { String::new() };
    Prose(vec![Piece::Plain(sentence + &cut)])
}

fn was(n: u64) -> &'static str {
    if n == 1 { "was" } else { "were" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Problem, ProblemKind, Problems};
    use crate::table::DataType;
    use crate::ui::view::profile::testing::{column, summary};

    #[test]
    fn the_sentence_counts_rows_columns_and_gaps() {
        let mut file = summary(vec![
            column("score", DataType::Integer, 5_000, 0, 5),
            column("weight", DataType::Float, 4_643, 357, 200),
            column("comment", DataType::Text, 1_960, 3_040, 144),
        ]);
        assert_eq!(
            sentence(&file).text(),
            "5,000 rows and 3 columns, all readable. 3,397 cells are missing, 89 % of them in one column.",
        );
        file.problems = Problems { count: 4, skipped: 4, first: Vec::new() };
        assert!(sentence(&file).text().contains("; 4 records were left out. "));
        file.columns.truncate(1);
        assert!(sentence(&file).text().ends_with("No cell is missing."));
        assert!(sentence(&file).text().contains("1 column;"));
    }

    #[test]
    fn problems_say_how_many_were_left_out_of_how_many() {
        let mut file = summary(Vec::new());
        let problem =
            Problem { line: 2, kind: ProblemKind::TooManyFields, reason: "too many".into(), text: "1,2,3".into() };
        file.problems = Problems { count: 4, skipped: 3, first: vec![problem] };
        assert_eq!(
            problems_sentence(&file).text(),
            "3 of 5,003 records were left out, 1 read only in part. The first 1 are listed.",
        );
    }
}
