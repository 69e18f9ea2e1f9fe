//! What the clean step says: the sentence, one line a rule, and the edits of the list of rules.

use serde_json::Value;

use crate::clean::{CleanSummary, DropColumns, FillValue, Rule, RuleEffect, RuleKind};
use crate::ui::view::format;
use crate::ui::view::ingest::counted;
use crate::ui::view::prose::Prose;

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
    let words = match summary.cells_changed().saturating_sub(filled) {
        0 => words,
        1 => words.plain("1 other was changed, "),
        changed => words.plain(format!("{} others were changed, ", format::count(changed))),
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
    stress(&rule.sentence(), rule)
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
    let verbs = ["Fill missing", "Drop rows", "Keep rows", "Drop duplicate rows"];
    let first = sentence.split(' ').next().unwrap_or_default();
    let verb = verbs.iter().copied().filter(|verb| sentence.starts_with(*verb)).max_by_key(|verb| verb.len());
    let verb = verb.unwrap_or(first);
    let (mut words, mut rest) = match sentence.strip_prefix(verb) {
        Some(rest) if !verb.is_empty() => (Prose::default().strong(verb), rest),
        _ => (Prose::default(), sentence),
    };
    let columns = rule.columns();
    let mut names: Vec<&str> = columns.iter().map(String::as_str).collect();
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

/// What a rule did, shortly: `28 cells`, `−6 columns`, `−120 rows`, `+2 columns, 40 cells`.
#[must_use]
pub fn effect_words(effect: &RuleEffect) -> String {
    if !effect.enabled {
        return "off".into();
    }
    let (dropped, added) = (effect.dropped_columns.len() as u64, effect.added_columns.len() as u64);
    let columns = match (added, dropped) {
        (0, 0) => None,
        (0, dropped) => Some(format!("−{}", counted(dropped, "column", "columns"))),
        (added, 0) => Some(format!("+{}", counted(added, "column", "columns"))),
        (added, dropped) => Some(format!("+{added} −{}", counted(dropped, "column", "columns"))),
    };
    // Rows are those removed where neither columns nor cells changed.
    match (columns, effect.cells, effect.rows) {
        (Some(columns), 0, _) => columns,
        (Some(columns), cells, _) => format!("{columns}, {}", counted(cells, "cell", "cells")),
        (None, 0, 0) => "no change".into(),
        (None, 0, rows) => format!("−{}", counted(rows, "row", "rows")),
        (None, cells, _) => counted(cells, "cell", "cells"),
    }
}

/// The same in full, for the unfolded rule: pairs of word and value, without what did not happen.
#[must_use]
pub fn effect_facts(effect: &RuleEffect) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let columns = !effect.added_columns.is_empty() || !effect.dropped_columns.is_empty();
    if effect.cells > 0 {
        facts.push(("Cells changed", format::count(effect.cells)));
        facts.push(("In rows", format::count(effect.rows)));
    } else if effect.rows > 0 && !columns {
        facts.push(("Rows dropped", format::count(effect.rows)));
    }
    if !effect.added_columns.is_empty() {
        facts.push(("New columns", effect.added_columns.join(", ")));
    }
    if !effect.dropped_columns.is_empty() {
        facts.push(("Dropped columns", effect.dropped_columns.join(", ")));
    }
    facts
}

/// The columns that a rule is over; `None` for all that it fits.
#[must_use]
pub fn rule_columns(rule: &Rule) -> Option<Vec<String>> {
    serde_json::from_value(rule.param("columns")).ok()
}

/// The rule's name in the pipeline file.
#[must_use]
pub fn rule_name(rule: &Rule) -> &'static str {
    rule.name()
}

/// A new rule of this name, for these columns; `None` for a name there is not.
#[must_use]
pub fn new_rule(name: &str, columns: Vec<String>) -> Option<Rule> {
    let fresh = Rule::fresh(name, &[])?;
    let takes_columns = !columns.is_empty() && fresh.params().iter().any(|param| param.name == "columns");
    if takes_columns { fresh.with_param("columns", Value::from(columns)).ok() } else { Some(fresh) }
}

/// Whether a rule is on.
#[must_use]
pub fn is_on(rule: &Rule) -> bool {
    rule.enabled()
}

/// The same rule, on or off.
#[must_use]
pub fn switched(mut rule: Rule, on: bool) -> Rule {
    rule.set_enabled(on);
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
    if let Some(Rule { kind: RuleKind::DropColumns(DropColumns { columns }), enabled: true }) = rules.last_mut() {
        if !columns.iter().any(|name| name == column) {
            columns.push(column.to_owned());
        }
    } else {
        rules.push(DropColumns { columns: vec![column.to_owned()] }.into());
    }
    rules
}

/// What is wrong with a rule as it is being edited, in words; `None` when it can be applied.
#[must_use]
pub fn rule_problem(rule: &Rule) -> Option<String> {
    rule.problem().map(|problem| problem.message)
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
    let fills = |number: &usize| summary.effects.get(number - 1).is_some_and(|effect| !effect.filled.is_empty());
    let verb = if leaking.iter().all(fills) { "fill in" } else { "use" };
    let body = format!(
        "What they {verb} is taken from all {}{tested}. On large files the difference is small; on small files it can \
         flatter the model. Dropping the rows or filling with a fixed value does not leak.",
        counted(summary.rows_before, "row", "rows"),
    );
    Some((
        title,
        if leaking.len() == 1 {
            body.replacen("What they fill in is", "What it fills in is", 1).replacen(
                "What they use is",
                "What it uses is",
                1,
            )
        } else {
            body
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::prose::Piece;

    fn drop(columns: &[&str]) -> Rule {
        DropColumns { columns: columns.iter().map(|name| (*name).to_owned()).collect() }.into()
    }

    fn effect(sentence: &str) -> RuleEffect {
        RuleEffect { sentence: sentence.into(), enabled: true, ..RuleEffect::default() }
    }

    #[test]
    fn a_rule_says_what_it_will_do_before_it_ran() {
        assert_eq!(rule_sentence(&drop(&["a", "b"]), None).text(), "Drop a and b");
        let fill = new_rule("fill_missing", vec![]).unwrap();
        assert_eq!(rule_sentence(&fill, None).text(), "Fill missing numbers with each column's median");
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
        let rules = with_dropped(vec![drop(&["a"]), new_rule("keep_numeric", vec![]).unwrap()], "b");
        assert_eq!(rules.len(), 3);
    }

    #[test]
    fn an_unfinished_rule_says_what_it_lacks() {
        assert!(rule_problem(&drop(&[])).is_some());
        assert!(rule_problem(&drop(&["a"])).is_none());
        let constant = new_rule("fill_missing", vec![]).unwrap().with_param("strategy", "constant".into()).unwrap();
        assert!(rule_problem(&constant).is_some());
    }

    #[test]
    fn effects_name_cells_rows_and_columns() {
        let done = |cells, rows, added: &[&str], dropped: &[&str]| {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            let (added_columns, dropped_columns) = (owned(added), owned(dropped));
            RuleEffect { cells, rows, added_columns, dropped_columns, ..effect("") }
        };
        let words = |effect: RuleEffect| effect_words(&effect);
        assert_eq!(words(done(28, 20, &[], &[])), "28 cells");
        assert_eq!(words(done(0, 1, &[], &[])), "−1 row");
        assert_eq!(words(done(3, 3, &["z"], &[])), "+1 column, 3 cells");
        assert_eq!(words(done(0, 9, &["y", "m"], &["d"])), "+2 −1 column");
        assert_eq!(words(done(0, 0, &[], &[])), "no change");
        let facts = effect_facts(&done(3, 2, &["z"], &[]));
        assert_eq!(facts, [("Cells changed", "3".into()), ("In rows", "2".into()), ("New columns", "z".into())]);
        assert_eq!(effect_facts(&done(0, 4, &[], &[])), [("Rows dropped", "4".to_owned())]);
    }

    #[test]
    fn a_typed_constant_is_a_number_when_it_reads_as_one() {
        assert_eq!(fill_value(" 7.5 "), FillValue::Number(7.5));
        assert_eq!(fill_value("No review"), FillValue::Text("No review".into()));
        assert_eq!(fill_value("inf"), FillValue::Text("inf".into()));
    }
}
