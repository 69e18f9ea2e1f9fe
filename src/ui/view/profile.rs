//! The profile: what is said of each column of a file, a row a column.

use crate::ingest::{ColumnProfile, IngestSummary};
use crate::table::DataType;
use crate::ui::view::charts_cells::{self, Spark};
use crate::ui::view::format;
use crate::ui::view::ingest::counted;
use crate::ui::view::prose::Prose;

/// The type in three or four letters.
#[must_use]
pub fn glyph(profile: &ColumnProfile) -> &'static str {
    match profile.data_type {
        DataType::Boolean => "bool",
        DataType::Integer => "int",
        DataType::Float => "dec",
        DataType::Timestamp => "date",
        DataType::Category | DataType::Text if all_different(profile) => "id",
        DataType::Category => "cat",
        DataType::Text => "text",
    }
}

fn all_different(profile: &ColumnProfile) -> bool {
    profile.count > 1 && profile.distinct == profile.count
}

/// A type in words, for a list to choose from.
#[must_use]
pub fn type_word(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "Yes or no",
        DataType::Integer => "Whole number",
        DataType::Float => "Decimal number",
        DataType::Timestamp => "Date and time",
        DataType::Category => "Category",
        DataType::Text => "Text",
    }
}

/// All types, in the order of the list to choose from.
pub const TYPES: [DataType; 6] =
    [DataType::Integer, DataType::Float, DataType::Category, DataType::Timestamp, DataType::Boolean, DataType::Text];

/// The middle of a profile row.
#[derive(Debug, Clone, PartialEq)]
pub enum Range {
    /// Min, median and max as shown, with their full values.
    Numbers([(String, String); 3]),
    /// The words that matter instead.
    Words(Prose),
}

/// A mark at the end of a profile row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub word: String,
    /// The whole sentence behind the word.
    pub explanation: String,
    /// Amber when true, the accent when not.
    pub is_warning: bool,
}

/// One column as the profile table shows it. `full` values are for `data-…` attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileRow {
    pub name: String,
    pub glyph: &'static str,
    pub data_type: DataType,
    pub missing: u64,
    /// `61 %`, for hovering.
    pub missing_share: String,
    pub mostly_missing: bool,
    pub missing_bar: Spark,
    pub distinct: u64,
    /// `5,000` or `≈ 5,000`.
    pub distinct_shown: String,
    pub spark: Option<Spark>,
    pub range: Range,
    /// Full precision; empty where there is none.
    pub full: FullValues,
}

/// Machine-readable values of a profile row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FullValues {
    pub min: String,
    pub max: String,
    pub mean: String,
    pub median: String,
}

/// The columns whose name holds `filter` (letters' case aside), by their place in the file.
#[must_use]
pub fn matching(summary: &IngestSummary, filter: &str) -> Vec<usize> {
    let filter = filter.trim().to_lowercase();
    let columns = summary.columns.iter().enumerate();
    columns.filter(|(_, column)| column.name.to_lowercase().contains(&filter)).map(|(i, _)| i).collect()
}

/// One column's row; `rows` is the table's number of rows.
#[must_use]
pub fn profile_row(profile: &ColumnProfile, rows: u64) -> ProfileRow {
    let share = profile.missing as f64 / rows.max(1) as f64;
    let full = |value: Option<f64>| value.map_or_else(String::new, format::exact);
    let mark = if profile.distinct_is_estimate { "≈ " } else { "" };
    ProfileRow {
        name: profile.name.clone(),
        glyph: glyph(profile),
        data_type: profile.data_type,
        missing: profile.missing,
        missing_share: format::percent(share),
        mostly_missing: share >= 0.5,
        missing_bar: charts_cells::missing_bar(profile.missing, rows),
        distinct: profile.distinct,
        distinct_shown: format!("{mark}{}", format::count(profile.distinct)),
        spark: charts_cells::distribution(profile),
        range: range(profile),
        full: FullValues {
            min: full(profile.min),
            max: full(profile.max),
            mean: full(profile.mean),
            median: full(profile.median),
        },
    }
}

/// What else is known of a column, as pairs of a word and a value: what unfolding its row shows.
#[must_use]
pub fn details(profile: &ColumnProfile) -> Vec<(&'static str, String)> {
    let mut details = Vec::new();
    for (word, value) in [("Mean", profile.mean), ("First quartile", profile.q1), ("Third quartile", profile.q3)] {
        if let Some(value) = value {
            details.push((word, shown(profile, value)));
        }
    }
    if let Some(sd) = profile.sd
        && profile.data_type != DataType::Timestamp
    {
        details.push(("Standard deviation", format::number(sd)));
    }
    if !profile.top.is_empty() && !all_different(profile) {
        let top = profile.top.iter().take(5).map(|top| format!("{} ({})", short(&top.value), format::count(top.count)));
        details.push(("Most frequent", top.collect::<Vec<_>>().join(", ")));
    }
    if let Some(example) = &profile.example {
        details.push(("For example", short(example)));
    }
    details
}

/// The mean of numbers and times, else the values that come most often: what a compact table says beside the range.
#[must_use]
pub fn typical(profile: &ColumnProfile) -> String {
    const VALUES: usize = 3;
    if let Some(mean) = profile.mean {
        return shown(profile, mean);
    }
    if profile.top.is_empty() || all_different(profile) {
        return "–".into();
    }
    let top = profile.top.iter().take(VALUES);
    let top = top.map(|top| format!("{} ({})", short(&top.value), format::count(top.count)));
    top.collect::<Vec<_>>().join(", ")
}

fn range(profile: &ColumnProfile) -> Range {
    let first = profile.top.first();
    if profile.count == 0 {
        return Range::Words(Prose::default().caution("every cell is missing"));
    }
    if profile.distinct == 1 && profile.count > 1 {
        let value = first.map(|top| top.value.clone()).or_else(|| profile.min.map(|v| shown(profile, v)));
        let words = Prose::default().caution("constant");
        return Range::Words(match value.or_else(|| profile.example.clone()) {
            Some(value) => words.plain(": ").code(short(&value)),
            None => words,
        });
    }
    match profile.data_type {
        DataType::Integer | DataType::Float | DataType::Timestamp => {
            let shown = |value: Option<f64>| {
                value.map_or_else(
                    || ("–".to_owned(), String::new()),
                    |value| (self::shown(profile, value), format::exact(value)),
                )
            };
            Range::Numbers([shown(profile.min), shown(profile.median), shown(profile.max)])
        }
        DataType::Category | DataType::Text if all_different(profile) => {
            let words = Prose::default().plain("all different");
            Range::Words(match profile.example.as_ref().or(first.map(|top| &top.value)) {
                Some(example) => words.plain(", e.g. ").code(short(example)),
                None => words,
            })
        }
        DataType::Boolean | DataType::Category => Range::Words(match first {
            // Each value is rare: none of them stands for the column.
            Some(top) if top.count * 50 < profile.count => {
                let values = counted(profile.distinct, "value", "values");
                Prose::default().plain(format!("{values}, each at most {}", counted(top.count, "time", "times")))
            }
            Some(top) => {
                let share = format::percent(top.count as f64 / profile.count as f64);
                let word = if top.count * 2 > profile.count { "mostly " } else { "most often " };
                Prose::default().plain(word).strong(short(&top.value)).plain(format!(", {share}"))
            }
            None => Prose::default().plain(counted(profile.distinct, "value", "values")),
        }),
        DataType::Text => {
            let words = Prose::default().plain(counted(profile.distinct, "text", "different texts"));
            Range::Words(match &profile.example {
                Some(example) => words.plain(", e.g. ").code(short(example)),
                None => words,
            })
        }
    }
}

/// One of a column's values as people read it.
fn shown(profile: &ColumnProfile, value: f64) -> String {
    let span = profile.max.zip(profile.min).map_or(0.0, |(max, min)| max - min);
    charts_cells::edge(value, profile.data_type, span)
}

/// The beginning of a value.
fn short(value: &str) -> String {
    const LONGEST: usize = 24;
    if value.chars().count() <= LONGEST {
        value.to_owned()
    } else {
        value.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// The words that matter of a column: target, notes, mostly missing, infinite.
#[must_use]
pub fn tags(profile: &ColumnProfile, summary: &IngestSummary, target: &str, guessed: bool) -> Vec<Tag> {
    let missing_share = profile.missing as f64 / summary.rows.max(1) as f64;
    let mut tags = Vec::new();
    if profile.name == target {
        tags.push(Tag {
            word: if guessed { "target, guessed" } else { "target" }.into(),
            explanation: if guessed {
                "Pipette guessed that this column is to be predicted. Choose another with “use as target” in its row."
                    .into()
            } else {
                "The column to predict.".into()
            },
            is_warning: false,
        });
    }
    for note in summary.notes.iter().filter(|note| note.column.as_deref() == Some(profile.name.as_str())) {
        tags.push(Tag { word: note_word(&note.code), explanation: note.message.clone(), is_warning: true });
    }
    if missing_share >= 0.5 && profile.count > 0 {
        tags.push(Tag {
            word: "mostly missing".into(),
            explanation: format!("{} of the cells are missing.", format::percent(missing_share)),
            is_warning: true,
        });
    }
    if profile.infinite > 0 {
        tags.push(Tag {
            word: format!("{} infinite", format::count(profile.infinite)),
            explanation: "Infinite cells are not in the distribution, and a linear model cannot use them.".into(),
            is_warning: true,
        });
    }
    tags
}

fn note_word(code: &str) -> String {
    match code {
        "leading_zeros" => "a code, not a quantity".into(),
        "index_column" => "row numbers".into(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::base::Digest;
    use crate::ingest::{Dialect, Encoding, Histogram, Problems};

    pub fn column(name: &str, data_type: DataType, count: u64, missing: u64, distinct: u64) -> ColumnProfile {
        let number = data_type.is_numeric().then_some(1.0);
        ColumnProfile {
            name: name.into(),
            data_type,
            count,
            missing,
            distinct,
            distinct_is_estimate: false,
            min: number,
            max: number.map(|_| 5.0),
            mean: number,
            sd: number,
            q1: number,
            median: number.map(|_| 4.0),
            q3: number,
            histogram: number.map(|_| Histogram { min: 1.0, max: 5.0, counts: vec![1, 0, 2] }),
            top: Vec::new(),
            example: None,
            infinite: 0,
        }
    }

    pub fn summary(columns: Vec<ColumnProfile>) -> IngestSummary {
        IngestSummary {
            name: "orders.csv".into(),
            digest: Digest::of(b""),
            bytes: 1,
            rows: 5_000,
            dialect: Dialect {
                delimiter: ',',
                decimal: '.',
                thousands: None,
                encoding: Encoding::Utf8,
                has_header: true,
            },
            columns,
            problems: Problems::default(),
            notes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{column, summary};
    use super::*;
    use crate::ingest::TopValue;

    #[test]
    fn a_cell_that_cannot_mean_anything_says_why() {
        let words = |profile: &ColumnProfile| match profile_row(profile, 5_000).range {
            Range::Words(words) => words.text(),
            Range::Numbers(_) => String::new(),
        };
        assert_eq!(words(&column("a", DataType::Float, 0, 5_000, 0)), "every cell is missing");
        let mut id = column("id", DataType::Text, 5_000, 0, 5_000);
        id.example = Some("9335a80d8a4f4bd3b54f86a9335a80d8".into());
        assert_eq!(words(&id), "all different, e.g. 9335a80d8a4f4bd3b54f86a…");
        assert_eq!(glyph(&id), "id");
        let mut status = column("status", DataType::Category, 100, 0, 2);
        status.top = vec![TopValue { value: "delivered".into(), count: 97 }];
        assert_eq!(words(&status), "mostly delivered, 97 %");
        let mut seller = column("seller", DataType::Category, 5_000, 0, 884);
        seller.top = vec![TopValue { value: "a".into(), count: 30 }];
        assert_eq!(words(&seller), "884 values, each at most 30 times");
        let mut constant = column("c", DataType::Integer, 10, 0, 1);
        constant.top = vec![TopValue { value: "7".into(), count: 10 }];
        assert_eq!(words(&constant), "constant: 7");
        assert_eq!(words(&column("n", DataType::Integer, 10, 0, 5)), "");
    }

    #[test]
    fn a_row_carries_full_values_for_machines() {
        let mut profile = column("x", DataType::Float, 10, 0, 5);
        profile.mean = Some(0.1 + 0.2);
        let row = profile_row(&profile, 10);
        assert_eq!((row.full.mean.as_str(), row.full.median.as_str()), ("0.30000000000000004", "4"));
        assert_eq!(profile_row(&column("t", DataType::Text, 10, 0, 5), 10).full, FullValues::default());
    }

    #[test]
    fn what_is_typical_is_the_mean_or_the_first_values() {
        let mut number = column("x", DataType::Float, 10, 0, 5);
        number.mean = Some(2.5);
        assert_eq!(typical(&number), "2.5");
        let mut state = column("state", DataType::Category, 5_000, 0, 4);
        assert_eq!(typical(&state), "–", "nothing was counted");
        let value = |value: &str, count| TopValue { value: value.into(), count };
        state.top = vec![value("SP", 2_000), value("RJ", 1_500), value("MG", 1_000), value("RS", 500)];
        assert_eq!(typical(&state), "SP (2,000), RJ (1,500), MG (1,000)");
    }

    #[test]
    fn columns_are_found_by_a_part_of_their_name() {
        let file = summary(vec![
            column("Order_ID", DataType::Text, 1, 0, 1),
            column("price", DataType::Float, 1, 0, 1),
            column("order_status", DataType::Text, 1, 0, 1),
        ]);
        assert_eq!(matching(&file, " order"), [0, 2]);
        assert_eq!(matching(&file, ""), [0, 1, 2]);
    }

    #[test]
    fn the_target_is_marked_as_a_guess_until_it_is_chosen() {
        let file = summary(vec![column("score", DataType::Integer, 5_000, 0, 5)]);
        let word = |guessed| tags(&file.columns[0], &file, "score", guessed)[0].word.clone();
        assert_eq!((word(true).as_str(), word(false).as_str()), ("target, guessed", "target"));
        assert!(tags(&file.columns[0], &file, "other", true).is_empty());
    }
}
