//! Rules that a profile suggests, each with the reason.

use super::operation::Described;
use super::rules::{
    CleanText, ClipOutliers, DateParts, DropColumns, DropConstant, DropMissing, DropMostlyMissing, DropNearConstant,
    FillMissing, FillStrategy, FillValue, KeepNumeric, ParseDates,
};
use super::{Rule, words};
use crate::ingest::{ColumnProfile, IngestSummary};
use crate::table::DataType;

/// A rule that may help, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub rule: Rule,
    /// One or two plain sentences.
    pub reason: String,
}

/// From this share on one value makes a column nearly constant.
const NEARLY: f64 = 0.98;
/// From this share on missing cells make a column useless.
const MOSTLY: f64 = 0.5;
/// A text column whose values differ in this share of the rows names the rows rather than describing them.
const NAMES: f64 = 0.95;
/// Up to this share of rows without a value, dropping them costs little.
const FEW: f64 = 0.05;

/// Rules that the profile suggests for predicting `target`, in the order in which they make sense. Columns that a rule
/// of the list names already (switched on) are left alone, and a suggestion that stands in the list is not repeated.
///
/// What the profile does not hold is not guessed: duplicates and correlations need the table.
#[must_use]
pub fn suggestions(ingest: &IngestSummary, target: &str, rules_so_far: &[Rule]) -> Vec<Suggestion> {
    let on = || rules_so_far.iter().filter(|rule| rule.enabled());
    let dropped: Vec<String> = on().filter(|rule| rule.name() == DropColumns::NAME).flat_map(Rule::columns).collect();
    let has = |name: &str| on().any(|rule| rule.name() == name);
    let handles = |name: &str, column: &str| {
        on().any(|rule| rule.name() == name && rule.columns().iter().any(|other| other == column))
    };
    let rows = ingest.rows;
    let left: Vec<&ColumnProfile> = ingest.columns.iter().filter(|column| !dropped.contains(&column.name)).collect();
    let others = || left.iter().copied().filter(|column| column.name != target);
    let names = |columns: &[&ColumnProfile]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let mut found: Vec<Suggestion> = Vec::new();
    let mut suggest = |rule: Rule, reason: String| found.push(Suggestion { rule, reason });

    // Columns that say nothing.
    let constant: Vec<_> = others().filter(|column| is_constant(column)).collect();
    if !constant.is_empty() && !has(DropConstant::NAME) {
        let rule = DropConstant { columns: Some(names(&constant)) };
        suggest(rule.into(), format!("{} the same value in every row, or none at all.", have(&names(&constant))));
    }
    let mostly: Vec<_> =
        others().filter(|column| !is_constant(column) && missing_share(column, rows) > MOSTLY).collect();
    if !mostly.is_empty() && !has(DropMostlyMissing::NAME) {
        let rule = DropMostlyMissing { columns: Some(names(&mostly)), threshold: MOSTLY };
        let shares: Vec<String> = mostly.iter().map(|column| percent(missing_share(column, rows))).collect();
        let reason = format!("Most cells of {} are missing ({}).", words::list(&names(&mostly)), words::list(&shares));
        suggest(rule.into(), reason);
    }
    let is_useless = |column: &ColumnProfile| is_constant(column) || missing_share(column, rows) > MOSTLY;
    let nearly: Vec<_> = others().filter(|column| !is_useless(column) && top_share(column) >= NEARLY).collect();
    if !nearly.is_empty() && !has(DropNearConstant::NAME) {
        let rule = DropNearConstant { columns: Some(names(&nearly)), threshold: NEARLY };
        let reason = format!("{} the same value in {} of the rows or more.", have(&names(&nearly)), percent(NEARLY));
        suggest(rule.into(), reason);
    }
    let ids: Vec<_> = others().filter(|column| !is_useless(column) && is_id(column, rows)).collect();
    if !ids.is_empty() {
        let reason = format!(
            "{} another value in (nearly) every row: it names the row and predicts nothing.",
            have(&names(&ids))
        );
        suggest(DropColumns { columns: names(&ids) }.into(), reason);
    }
    let is_left = |column: &ColumnProfile| !is_useless(column) && !is_id(column, rows);

    // Texts that mean something else.
    let untidy: Vec<_> = others()
        .filter(|column| is_left(column) && is_untidy(column) && !handles(CleanText::NAME, &column.name))
        .collect();
    if !untidy.is_empty() && !has(CleanText::NAME) {
        let rule = CleanText { columns: Some(names(&untidy)), collapse_spaces: true, ..CleanText::default() };
        let reason = format!(
            "Values of {} have white space at an end or twice within, so that equal ones look different.",
            words::list(&names(&untidy))
        );
        suggest(rule.into(), reason);
    }
    for column in others().filter(|column| is_left(column) && !handles(ParseDates::NAME, &column.name)) {
        if let Some(format) = date_format(column) {
            let rule =
                ParseDates { columns: vec![column.name.clone()], format: Some(format.into()), ..ParseDates::default() };
            suggest(rule.into(), format!("Values of {} look like dates written as {format}.", column.name));
        }
    }
    let is_date = |column: &&ColumnProfile| column.data_type == DataType::Timestamp && is_left(column);
    for column in others().filter(is_date).filter(|column| !handles(DateParts::NAME, &column.name)) {
        let rule = DateParts { column: column.name.clone(), ..DateParts::default() };
        suggest(rule.into(), format!("{} is a date, which a model cannot use; its parts are numbers.", column.name));
    }

    // Missing cells.
    if let Some(column) = left.iter().find(|column| column.name == target && column.missing > 0)
        && !handles(DropMissing::NAME, target)
    {
        let rule = DropMissing { columns: Some(vec![target.into()]), ..DropMissing::default() };
        let reason = format!("{} without a {target}: nothing can be learnt from them.", have_no(column.missing));
        suggest(rule.into(), reason);
    }
    let fills_all = on().any(|rule| rule.name() == FillMissing::NAME && rule.columns().is_empty());
    let gaps =
        || others().filter(|column| column.missing > 0 && is_left(column) && !handles(FillMissing::NAME, &column.name));
    let fill = |columns: &[&ColumnProfile], strategy, fill_value| {
        Rule::from(FillMissing { columns: Some(names(columns)), strategy, fill_value, group_by: None })
    };
    let of_cells = |columns: &[&ColumnProfile]| {
        let cells: u64 = columns.iter().map(|column| column.missing).sum();
        format!("{} of {} missing", words::count(cells, "cell"), words::list(&names(columns)))
    };
    let numbers: Vec<_> = gaps().filter(|column| column.data_type.is_numeric() && column.infinite == 0).collect();
    if !numbers.is_empty() && !fills_all {
        let reason = format!("{}. The median is little moved by extreme values.", are(&of_cells(&numbers)));
        suggest(fill(&numbers, FillStrategy::Median, None), reason);
    }
    let texts: Vec<_> = gaps().filter(|column| column.data_type == DataType::Category).collect();
    if !texts.is_empty() && !fills_all && !has(KeepNumeric::NAME) {
        let (few, many): (Vec<_>, Vec<_>) = texts.into_iter().partition(|column| missing_share(column, rows) <= FEW);
        if !few.is_empty() {
            let reason = format!("{}, which is little: the most frequent value serves.", are(&of_cells(&few)));
            suggest(fill(&few, FillStrategy::MostFrequent, None), reason);
        }
        if !many.is_empty() {
            let reason = format!("{}. A value of its own keeps them apart from the others.", are(&of_cells(&many)));
            suggest(fill(&many, FillStrategy::Constant, Some(FillValue::Text("missing".into()))), reason);
        }
    }

    // Values far out.
    let far: Vec<_> =
        others().filter(|column| is_left(column) && !is_useless(column) && has_far_values(column)).collect();
    if !far.is_empty() && !has(ClipOutliers::NAME) {
        let rule = ClipOutliers { columns: Some(names(&far)), factor: 3.0, ..ClipOutliers::default() };
        let reason = format!(
            "{} at least one value far from all the others. If it is a mistake, clipping takes its pull on the model away; if it is real, leave it.",
            have(&names(&far))
        );
        suggest(rule.into(), reason);
    }
    found.retain(|suggestion| !rules_so_far.contains(&suggestion.rule));
    found
}

fn have(names: &[String]) -> String {
    format!("{} {}", words::list(names), if names.len() == 1 { "has" } else { "have" })
}

fn have_no(rows: u64) -> String {
    format!("{} {}", words::count(rows, "row"), if rows == 1 { "is" } else { "are" })
}

fn are(cells: &str) -> String {
    let is_one = cells.starts_with("1 cell ");
    cells.replacen(" missing", if is_one { " is missing" } else { " are missing" }, 1)
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1000.0).round() / 10.0)
}

fn missing_share(column: &ColumnProfile, rows: u64) -> f64 {
    if rows == 0 { 0.0 } else { column.missing as f64 / rows as f64 }
}

fn is_constant(column: &ColumnProfile) -> bool {
    column.count == 0 || column.distinct <= 1
}

/// The share of the most frequent value among the known cells, where the profile knows it.
fn top_share(column: &ColumnProfile) -> f64 {
    column.top.first().map_or(0.0, |top| top.count as f64 / column.count.max(1) as f64)
}

/// All values differ, and they are no measurements: texts, or whole numbers without gaps between them.
fn is_id(column: &ColumnProfile, rows: u64) -> bool {
    if column.count < 20 || rows == 0 {
        return false;
    }
    match column.data_type {
        DataType::Category | DataType::Text => column.distinct as f64 >= NAMES * column.count as f64,
        DataType::Integer => {
            let span = column.max.zip(column.min).map(|(max, min)| max - min + 1.0);
            column.missing == 0 && column.distinct == rows && span == Some(rows as f64)
        }
        _ => false,
    }
}

fn known_texts(column: &ColumnProfile) -> impl Iterator<Item = &str> {
    let is_text = column.data_type == DataType::Category;
    let top = column.top.iter().map(|top| top.value.as_str());
    top.chain(column.example.as_deref()).filter(move |_| is_text)
}

fn is_untidy(column: &ColumnProfile) -> bool {
    known_texts(column).any(|text| text.trim() != text || text.contains("  "))
}

/// The format in which all values that the profile shows read as dates.
fn date_format(column: &ColumnProfile) -> Option<&'static str> {
    const FORMATS: [&str; 8] = [
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d.%m.%Y",
        "%d-%m-%Y",
        "%Y/%m/%d",
        "%d/%m/%Y %H:%M",
        "%m/%d/%Y %H:%M",
        "%d.%m.%Y %H:%M",
    ];
    let texts: Vec<&str> = known_texts(column).collect();
    if texts.is_empty() {
        return None;
    }
    let reads = |format: &&str| {
        let rule = ParseDates { format: Some((*format).into()), ..ParseDates::default() };
        texts.iter().all(|text| rule.read(text).is_some())
    };
    FORMATS.into_iter().find(reads)
}

fn has_far_values(column: &ColumnProfile) -> bool {
    let (Some(q1), Some(q3), Some(min), Some(max)) = (column.q1, column.q3, column.min, column.max) else {
        return false;
    };
    let distance = q3 - q1;
    column.data_type.is_numeric()
        && column.distinct > 10
        && distance > 0.0
        && (max > q3 + 10.0 * distance || min < q1 - 10.0 * distance)
}
