//! What the clean step says: the sentence, one line a rule, and the edits of the list of rules.

use crate::clean::{CleanSummary, FillStrategy, FillValue, Rule, RuleEffect};
use crate::ui::view::format;
use crate::ui::view::ingest::counted;
use crate::ui::view::prose::{Piece, Prose};

/// `16 columns remain of 33. 236 cells were filled, no rows were lost.`
#[must_use]
pub fn sentence(summary: &CleanSummary) -> Prose {
    let columns = summary.columns.len() as u64;
    let words = Prose::default().strong(counted(columns, "column", "columns"));
    let words = if columns == summary.columns_before {
        words.plain(" as before. ")
    } else {
        let remain = if columns == 1 { "remains" } else { "remain" };
        words.plain(format!(" {remain} of {}. ", format::count(summary.columns_before)))
    };
    let filled = summary.cells_filled();
    let words = if filled == 0 {
        words.plain("No cell was filled, ")
    } else {
        words.strong(counted(filled, "cell", "cells")).plain(if filled == 1 {
            " was filled, "
        } else {
            " were filled, "
        })
    };
    match summary.rows_before.saturating_sub(summary.rows) {
        0 => words.plain("no rows were lost."),
        lost => {
            let share = format::percent(lost as f64 / summary.rows_before.max(1) as f64);
            let were = if lost == 1 { "was" } else { "were" };
            words.strong(counted(lost, "row", "rows")).plain(format!(" ({share}) {were} dropped."))
        }
    }
}

/// `5,000 rows × 33 columns → 5,000 × 16`
#[must_use]
pub fn before_after(summary: &CleanSummary) -> String {
    format!(
        "{} × {} → {} × {}",
        format::count(summary.rows_before),
        format::count(summary.columns_before),
        format::count(summary.rows),
        format::count(summary.columns.len() as u64),
    )
}

/// What a rule says of itself: the first words stressed, names as names. Uses the effect's sentence when it ran.
#[must_use]
pub fn rule_sentence(rule: &Rule, effect: Option<&RuleEffect>) -> Prose {
    if let Some(effect) = effect
        && !effect.sentence.is_empty()
    {
        return stress(&effect.sentence, rule);
    }
    let names = |prose: Prose, columns: &[String]| prose.names(columns.iter().map(String::as_str), 3, Piece::Code);
    match rule {
        Rule::DropColumns { columns, .. } if columns.is_empty() => Prose::default().strong("Drop").plain(" no columns"),
        Rule::DropColumns { columns, .. } => names(Prose::default().strong("Drop").plain(" "), columns),
        Rule::KeepNumeric { .. } => Prose::default().strong("Keep").plain(" only columns of numbers"),
        Rule::FillMissing { columns, strategy, fill_value, .. } => {
            let words = Prose::default().strong("Fill missing").plain(" ");
            let words = match columns {
                Some(columns) => names(words, columns),
                None => words.plain("cells of every column"),
            };
            words.plain(format!(" with {}", strategy_words(*strategy, fill_value.as_ref())))
        }
        Rule::DropMissing { columns, .. } => {
            let words = Prose::default().strong("Drop rows");
            match columns {
                Some(columns) => names(words.plain(" with a missing cell in "), columns),
                None => words.plain(" with any missing cell"),
            }
        }
    }
}

fn strategy_words(strategy: FillStrategy, value: Option<&FillValue>) -> String {
    match strategy {
        FillStrategy::Mean => "the mean".into(),
        FillStrategy::Median => "the median".into(),
        FillStrategy::MostFrequent => "the most frequent value".into(),
        FillStrategy::Constant => match value {
            Some(value) => format!("“{}”", fill_text(value)),
            None => "a value".into(),
        },
    }
}

/// A constant as text.
#[must_use]
pub fn fill_text(value: &FillValue) -> String {
    match value {
        FillValue::Number(number) => number.to_string(),
        FillValue::Text(text) => text.clone(),
    }
}

/// A typed constant: a number when it reads as one.
#[must_use]
pub fn fill_value(text: &str) -> FillValue {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => FillValue::Number(number),
        _ => FillValue::Text(text.to_owned()),
    }
}

/// Stresses the verb of a finished sentence and marks the rule's column names in it.
fn stress(sentence: &str, rule: &Rule) -> Prose {
    let verbs = ["Fill missing", "Drop rows", "Drop", "Keep"];
    let verb = verbs.iter().find(|verb| sentence.starts_with(**verb));
    let (mut words, mut rest) = match verb.and_then(|verb| Some((verb, sentence.strip_prefix(verb)?))) {
        Some((verb, rest)) => (Prose::default().strong(*verb), rest),
        None => (Prose::default(), sentence),
    };
    let mut names: Vec<&str> = rule_columns(rule).unwrap_or_default().iter().map(String::as_str).collect();
    // A name inside a longer one must not be found first.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    while !rest.is_empty() {
        let next = names
            .iter()
            .filter(|name| !name.is_empty())
            .filter_map(|name| Some((rest.find(name)?, *name)))
            .min_by_key(|(at, name)| (*at, std::cmp::Reverse(name.len())));
        let Some((at, name)) = next else { break };
        let (before, from) = rest.split_at(at);
        if !before.is_empty() {
            words = words.plain(before);
        }
        words = words.code(name);
        rest = from.get(name.len()..).unwrap_or("");
    }
    if rest.is_empty() { words } else { words.plain(rest) }
}

/// What a rule did, shortly: `28 cells`, `−6 columns`, `−120 rows`.
#[must_use]
pub fn effect_words(effect: &RuleEffect) -> String {
    if !effect.enabled {
        return "off".into();
    }
    let columns = effect.dropped_columns.len() as u64;
    if columns > 0 {
        format!("−{}", counted(columns, "column", "columns"))
    } else if effect.cells > 0 {
        counted(effect.cells, "cell", "cells")
    } else if effect.rows > 0 {
        format!("−{}", counted(effect.rows, "row", "rows"))
    } else {
        "no change".into()
    }
}

/// The columns that a rule names; `None` for all that it fits.
#[must_use]
pub fn rule_columns(rule: &Rule) -> Option<&[String]> {
    match rule {
        Rule::DropColumns { columns, .. } => Some(columns),
        Rule::FillMissing { columns, .. } | Rule::DropMissing { columns, .. } => columns.as_deref(),
        Rule::KeepNumeric { .. } => None,
    }
}

/// The rule's name in the pipeline file.
#[must_use]
pub fn rule_name(rule: &Rule) -> &'static str {
    match rule {
        Rule::DropColumns { .. } => "drop_columns",
        Rule::KeepNumeric { .. } => "keep_numeric",
        Rule::FillMissing { .. } => "fill_missing",
        Rule::DropMissing { .. } => "drop_missing",
    }
}

/// The rules that can be added: name in the pipeline file, words.
pub const RULES: [(&str, &str); 4] = [
    ("fill_missing", "Fill missing cells"),
    ("drop_columns", "Drop columns"),
    ("keep_numeric", "Keep only numbers"),
    ("drop_missing", "Drop rows with missing cells"),
];

/// A new rule of this name, for these columns; `None` for a name there is not.
#[must_use]
pub fn new_rule(name: &str, columns: Vec<String>) -> Option<Rule> {
    let some = (!columns.is_empty()).then_some(columns.clone());
    match name {
        "drop_columns" => Some(Rule::DropColumns { columns, enabled: true }),
        "keep_numeric" => Some(Rule::KeepNumeric { enabled: true }),
        "fill_missing" => {
            Some(Rule::FillMissing { columns: some, strategy: FillStrategy::Median, fill_value: None, enabled: true })
        }
        "drop_missing" => Some(Rule::DropMissing { columns: some, enabled: true }),
        _ => None,
    }
}

/// Whether a rule is on.
#[must_use]
pub fn is_on(rule: &Rule) -> bool {
    match rule {
        Rule::DropColumns { enabled, .. }
        | Rule::KeepNumeric { enabled }
        | Rule::FillMissing { enabled, .. }
        | Rule::DropMissing { enabled, .. } => *enabled,
    }
}

/// The same rule, on or off.
#[must_use]
pub fn switched(mut rule: Rule, on: bool) -> Rule {
    match &mut rule {
        Rule::DropColumns { enabled, .. }
        | Rule::KeepNumeric { enabled }
        | Rule::FillMissing { enabled, .. }
        | Rule::DropMissing { enabled, .. } => *enabled = on,
    }
    rule
}

/// The list with the rule at `from` moved to `to`; unchanged when either is not there.
#[must_use]
pub fn moved(mut rules: Vec<Rule>, from: usize, to: usize) -> Vec<Rule> {
    if from < rules.len() && to < rules.len() {
        let rule = rules.remove(from);
        rules.insert(to, rule);
    }
    rules
}

/// The list with `column` dropped: by the last rule if it is one that drops columns, else by a new one.
#[must_use]
pub fn with_dropped(mut rules: Vec<Rule>, column: &str) -> Vec<Rule> {
    if let Some(Rule::DropColumns { columns, enabled: true }) = rules.last_mut() {
        if !columns.iter().any(|name| name == column) {
            columns.push(column.to_owned());
        }
    } else {
        rules.push(Rule::DropColumns { columns: vec![column.to_owned()], enabled: true });
    }
    rules
}

/// What is wrong with a rule as it is being edited, in words; `None` when it can be applied.
#[must_use]
pub fn rule_problem(rule: &Rule) -> Option<String> {
    match rule {
        Rule::DropColumns { columns, .. } if columns.is_empty() => Some("Choose at least one column to drop.".into()),
        Rule::FillMissing { columns: Some(columns), .. } | Rule::DropMissing { columns: Some(columns), .. }
            if columns.is_empty() =>
        {
            Some("Choose at least one column, or all of them.".into())
        }
        Rule::FillMissing { strategy: FillStrategy::Constant, fill_value: None, .. } => {
            Some("Type the value to fill with.".into())
        }
        _ => None,
    }
}

/// Why the rules with these numbers (from 1) leak, for the note over the list.
#[must_use]
pub fn leak_note(summary: &CleanSummary, n_test: Option<u64>) -> Option<(String, String)> {
    let leaking: Vec<usize> = summary
        .effects
        .iter()
        .enumerate()
        .filter(|(_, effect)| effect.leaks && effect.enabled)
        .map(|(i, _)| i + 1)
        .collect();
    let first = leaking.first()?;
    let list = leaking.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
    let title = if leaking.len() == 1 {
        format!("Rule {first} looks at rows that are later used as the test")
    } else {
        format!("Rules {list} look at rows that are later used as the test")
    };
    let tested = n_test.map_or_else(String::new, |n| format!(", and {} of those become test rows", format::count(n)));
    let body = format!(
        "What they fill in is taken from all {}{tested}. On large files the difference is small; on small files it can \
         flatter the model. Dropping the rows or filling with a fixed value does not leak.",
        counted(summary.rows_before, "row", "rows"),
    );
    Some((
        title,
        if leaking.len() == 1 { body.replacen("What they fill in is", "What it fills in is", 1) } else { body },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drop(columns: &[&str]) -> Rule {
        Rule::DropColumns { columns: columns.iter().map(|name| (*name).to_owned()).collect(), enabled: true }
    }

    fn effect(sentence: &str) -> RuleEffect {
        RuleEffect {
            sentence: sentence.into(),
            enabled: true,
            rows: 0,
            cells: 0,
            dropped_columns: Vec::new(),
            filled: Vec::new(),
            rows_after: 0,
            columns_after: 0,
            python: String::new(),
            leaks: false,
        }
    }

    #[test]
    fn a_rule_says_what_it_will_do_before_it_ran() {
        assert_eq!(rule_sentence(&drop(&["a", "b"]), None).text(), "Drop a and b");
        let fill = new_rule("fill_missing", vec![]).unwrap();
        assert_eq!(rule_sentence(&fill, None).text(), "Fill missing cells of every column with the median");
        assert_eq!(
            rule_sentence(&new_rule("drop_missing", vec![]).unwrap(), None).text(),
            "Drop rows with any missing cell"
        );
    }

    #[test]
    fn names_in_a_finished_sentence_are_marked() {
        let rule = new_rule("fill_missing", vec!["weight".into(), "weight_g".into()]).unwrap();
        let words = rule_sentence(&rule, Some(&effect("Fill missing weight_g and weight with medians (700, 3)")));
        assert_eq!(words.text(), "Fill missing weight_g and weight with medians (700, 3)");
        let code: Vec<_> = words.0.iter().filter(|piece| matches!(piece, Piece::Code(_))).map(Piece::as_str).collect();
        assert_eq!(code, ["weight_g", "weight"]);
        assert_eq!(words.0.first(), Some(&Piece::Strong("Fill missing".into())));
    }

    #[test]
    fn rules_move_and_stay_when_they_cannot() {
        let rules = vec![drop(&["a"]), drop(&["b"]), drop(&["c"])];
        let names =
            |rules: &[Rule]| rules.iter().map(|rule| rule_columns(rule).unwrap()[0].clone()).collect::<String>();
        assert_eq!(names(&moved(rules.clone(), 2, 0)), "cab");
        assert_eq!(names(&moved(rules.clone(), 0, 1)), "bac");
        assert_eq!(names(&moved(rules, 0, 3)), "abc");
    }

    #[test]
    fn dropping_a_column_joins_the_last_drop() {
        let rules = with_dropped(vec![drop(&["a"])], "b");
        assert_eq!(rules, [drop(&["a", "b"])]);
        assert_eq!(with_dropped(rules.clone(), "b"), rules);
        let rules = with_dropped(vec![drop(&["a"]), Rule::KeepNumeric { enabled: true }], "b");
        assert_eq!(rules.len(), 3);
    }

    #[test]
    fn an_unfinished_rule_says_what_it_lacks() {
        assert!(rule_problem(&drop(&[])).is_some());
        assert!(rule_problem(&drop(&["a"])).is_none());
        let constant =
            Rule::FillMissing { columns: None, strategy: FillStrategy::Constant, fill_value: None, enabled: true };
        assert!(rule_problem(&constant).is_some());
    }

    #[test]
    fn a_typed_constant_is_a_number_when_it_reads_as_one() {
        assert_eq!(fill_value(" 7.5 "), FillValue::Number(7.5));
        assert_eq!(fill_value("No review"), FillValue::Text("No review".into()));
        assert_eq!(fill_value("inf"), FillValue::Text("inf".into()));
    }
}
