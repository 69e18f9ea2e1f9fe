//! Rules as new rows meet them: row by row, with the constants that they took from the rows of their run.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::operation::set_column;
use super::rules::{fill, fill_rows, read_filling};
use super::{
    AddMissingIndicator, CastType, CleanError, CleanText, ColumnBounds, DropMissing, Learnt, ParseDates, RenameColumns,
    ReplaceValues, Rule, RuleEffect, RuleKind,
};
use crate::table::{Column, ColumnData, DataType, Table};

/// The rules of a run for rows that it has not seen.
#[derive(Debug, Clone)]
pub struct FrozenRules {
    rules: Vec<Frozen>,
    skipped: Vec<Skipped>,
}

/// A rule that does not apply to new rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its number, from 1.
    pub rule: usize,
    pub sentence: String,
    /// In a sentence.
    pub why: String,
}

/// New rows after the rules.
#[derive(Debug, Clone)]
pub struct Cleaned {
    pub table: Table,
    /// Which row of the table before stands in each row.
    pub rows: Vec<u32>,
    /// The rows that a rule leaves out, with its reason.
    pub left_out: Vec<(u32, String)>,
}

#[derive(Debug, Clone)]
struct Frozen {
    number: usize,
    act: Act,
    /// Columns that go.
    dropped: Vec<String>,
}

#[derive(Debug, Clone)]
enum Act {
    /// Columns go, or nothing happens.
    Nothing,
    /// What the rule does is the same for each row alone.
    RowByRow(Rule),
    Fill(Vec<(String, String)>),
    FillGroups {
        by: Vec<String>,
        columns: Vec<String>,
        values: HashMap<(String, Vec<String>), String>,
    },
    Clip(Vec<ColumnBounds>),
    Outliers(Vec<ColumnBounds>),
    Missing(DropMissing),
    Filter(Rule),
}

const MANY_ROWS: &str = "It looks at many rows at once.";
const OTHER_ROWS: &str = "It takes the value of another row.";
const OF_TARGET: &str = "It asks for the target, which new rows need not have.";
const NOT_KEPT: &str =
    "The run was made before what this rule found was kept: run its pipeline again, and register the new run.";

impl FrozenRules {
    /// The rules as a run left them: `effects` are what they did, `columns` those of the file, `target` the clean table's.
    #[must_use]
    pub fn new(rules: &[Rule], effects: &[RuleEffect], columns: &[String], target: &str) -> Self {
        let mut targets = vec![target.to_owned()];
        for rule in rules.iter().rev() {
            let after = targets.last().cloned().unwrap_or_default();
            targets.push(if rule.enabled { source_name(rule, after) } else { after });
        }
        targets.reverse();
        let (mut frozen, mut skipped, mut before) = (Vec::new(), Vec::new(), columns.to_vec());
        for (index, ((rule, effect), target)) in rules.iter().zip(effects).zip(targets).enumerate() {
            if !rule.enabled {
                continue;
            }
            let number = index + 1;
            let act = freeze(rule, effect, &before, &target).unwrap_or_else(|why| {
                skipped.push(Skipped { rule: number, sentence: rule.sentence(), why: why.into() });
                Act::Nothing
            });
            let is_made = |name: &String| effect.added_columns.contains(name);
            let dropped: Vec<String> = effect.dropped_columns.iter().filter(|name| !is_made(name)).cloned().collect();
            let mut after: Vec<String> = before.iter().filter(|name| !dropped.contains(name)).cloned().collect();
            after.extend(effect.added_columns.iter().filter(|name| !before.contains(name)).cloned());
            frozen.push(Frozen { number, act, dropped });
            before = after;
        }
        Self { rules: frozen, skipped }
    }

    /// The rules that do not apply to new rows.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// The columns of a file that these columns of the clean table are made from; with `with_rows` those too that decide which
    /// rows are left out.
    #[must_use]
    pub fn sources(&self, wanted: &[String], with_rows: bool) -> BTreeSet<String> {
        let mut needed: BTreeSet<String> = wanted.iter().cloned().collect();
        for frozen in self.rules.iter().rev() {
            match &frozen.act {
                Act::Nothing | Act::Fill(_) | Act::Clip(_) => {}
                Act::RowByRow(rule) => needed = sources_of(rule, needed),
                Act::FillGroups { by, columns, .. } => {
                    if columns.iter().any(|column| needed.contains(column)) {
                        needed.extend(by.iter().cloned());
                    }
                }
                Act::Outliers(bounds) if with_rows => needed.extend(bounds.iter().map(|bound| bound.column.clone())),
                Act::Missing(rule) if with_rows => needed.extend(rule.columns.iter().flatten().cloned()),
                Act::Filter(rule) if with_rows => needed.extend(rule.columns()),
                Act::Outliers(_) | Act::Missing(_) | Act::Filter(_) => {}
            }
        }
        needed
    }

    /// Cleans new rows. Columns that are not there are passed over.
    ///
    /// # Errors
    /// A cell that a rule cannot take; the caller finds the row by giving fewer of them.
    pub fn apply(&self, table: &Table) -> Result<Cleaned, CleanError> {
        let rows = (0..u32::try_from(table.n_rows()).unwrap_or(u32::MAX)).collect();
        let mut cleaned = Cleaned { table: table.clone(), rows, left_out: Vec::new() };
        for frozen in &self.rules {
            frozen.apply(&mut cleaned)?;
        }
        Ok(cleaned)
    }
}

impl Frozen {
    fn apply(&self, cleaned: &mut Cleaned) -> Result<(), CleanError> {
        let number = self.number;
        let table = &cleaned.table;
        let there = |name: &String| table.column(name);
        match &self.act {
            Act::Nothing => {}
            Act::RowByRow(rule) => {
                if let Some(rule) = narrowed(rule, table) {
                    cleaned.table = rule.kind.work().apply(table, number)?.table;
                }
            }
            Act::Fill(values) => {
                let mut filled = table.clone();
                for (name, value) in values {
                    let Some(column) = there(name).filter(|column| column.n_missing() > 0) else { continue };
                    if let Some(value) = read_filling(column, value) {
                        filled = filled.with_column(fill(column, &value, number)?);
                    }
                }
                cleaned.table = filled;
            }
            Act::FillGroups { by, columns, values } => {
                let mut filled = table.clone();
                for column in columns.iter().filter_map(there) {
                    filled = filled.with_column(fill_groups(table, column, by, values));
                }
                cleaned.table = filled;
            }
            Act::Clip(bounds) => {
                let mut clipped = table.clone();
                for bound in bounds {
                    if let Some((column, values)) = there(&bound.column).and_then(|one| Some((one, one.numbers()?))) {
                        let values = values.iter().map(|value| clip(*value, bound)).collect();
                        let data = ColumnData::Number(values);
                        clipped = set_column(&clipped, Column::new(column.name.clone(), DataType::Float, data));
                    }
                }
                cleaned.table = clipped;
            }
            Act::Outliers(bounds) => {
                let reason = |row: usize| {
                    bounds.iter().find_map(|bound| {
                        let value = *there(&bound.column)?.numbers()?.get(row)?;
                        is_out(value, bound).then(|| out_words(value, bound, number))
                    })
                };
                let reasons = (0..table.n_rows()).map(reason).collect();
                cleaned.leave_out(reasons);
            }
            Act::Missing(rule) => {
                let columns: Vec<&Column> = rule.columns.iter().flatten().filter_map(there).collect();
                let least = match (rule.thresh, rule.how) {
                    (Some(least), _) => least as usize,
                    (None, super::How::Any) => columns.len(),
                    (None, super::How::All) => columns.len().min(1),
                };
                let reason = |row: usize| {
                    let missing = || columns.iter().filter(move |column| column.is_missing(row));
                    let first = missing().next()?;
                    let is_kept = columns.len() - missing().count() >= least;
                    (!is_kept).then(|| format!("{} is missing: rule {number} drops such rows.", first.name))
                };
                let reasons = (0..table.n_rows()).map(reason).collect();
                cleaned.leave_out(reasons);
            }
            Act::Filter(rule) => {
                let kept = match rule.kind.work().apply(table, number) {
                    Ok(applied) => applied.kept,
                    Err(CleanError::NoRowsLeft { .. }) => Some(Vec::new()),
                    Err(error) => return Err(error),
                };
                if let Some(kept) = kept {
                    let words = format!("Rule {number} leaves it out: {}.", rule.sentence());
                    let mut reasons = vec![Some(words); table.n_rows()];
                    for row in kept {
                        reasons.get_mut(row as usize).into_iter().for_each(|reason| *reason = None);
                    }
                    cleaned.leave_out(reasons);
                }
            }
        }
        if self.dropped.iter().any(|name| cleaned.table.column(name).is_some()) {
            cleaned.table = cleaned.table.filter_columns(|column| !self.dropped.contains(&column.name));
        }
        Ok(())
    }
}

impl Cleaned {
    /// Leaves out the rows that have a reason for it.
    fn leave_out(&mut self, reasons: Vec<Option<String>>) {
        if reasons.iter().all(Option::is_none) {
            return;
        }
        let (mut kept, mut rows) = (Vec::new(), Vec::new());
        for ((place, row), reason) in (0..).zip(&self.rows).zip(reasons) {
            match reason {
                Some(reason) => self.left_out.push((*row, reason)),
                None => {
                    kept.push(place);
                    rows.push(*row);
                }
            }
        }
        self.table = self.table.take_rows(&kept);
        self.rows = rows;
    }
}

/// What a rule does to new rows, or why nothing.
fn freeze(rule: &Rule, effect: &RuleEffect, before: &[String], target: &str) -> Result<Act, &'static str> {
    let bounds = || match &effect.learnt {
        Some(Learnt::Bounds(bounds)) => Ok(bounds.clone()),
        _ => Err(NOT_KEPT),
    };
    Ok(match &rule.kind {
        RuleKind::DropDuplicates(_) | RuleKind::SampleRows(_) => return Err(MANY_ROWS),
        RuleKind::FillMissing(fill) if fill.strategy.is_neighbour() => return Err(OTHER_ROWS),
        RuleKind::FillMissing(fill) => match (&fill.group_by, &effect.learnt) {
            // A target that is filled is no answer.
            (None, _) => {
                let filled = effect.filled.iter().filter(|filled| filled.column != target);
                Act::Fill(filled.map(|filled| (filled.column.clone(), filled.value.clone())).collect())
            }
            (Some(by), Some(Learnt::Groups(groups))) => {
                let groups = groups.iter().filter(|group| group.column != target);
                let columns: BTreeSet<String> = groups.clone().map(|group| group.column.clone()).collect();
                let values = groups.map(|one| ((one.column.clone(), one.group.clone()), one.value.clone()));
                Act::FillGroups { by: by.clone(), columns: columns.into_iter().collect(), values: values.collect() }
            }
            (Some(_), _) => return Err(NOT_KEPT),
        },
        RuleKind::ClipOutliers(_) => Act::Clip(bounds()?),
        RuleKind::DropOutliers(_) => {
            let mut bounds = bounds()?;
            let n_before = bounds.len();
            bounds.retain(|bound| bound.column != target);
            if bounds.is_empty() && n_before > 0 {
                return Err(OF_TARGET);
            }
            Act::Outliers(bounds)
        }
        RuleKind::DropMissing(drop) => {
            let looked_at = drop.columns.as_deref().unwrap_or(before);
            let columns: Vec<String> = looked_at.iter().filter(|name| *name != target).cloned().collect();
            if columns.is_empty() {
                return Err(OF_TARGET);
            }
            // The target counts as known.
            let known = u32::from(columns.len() < looked_at.len());
            let thresh = drop.thresh.map(|least| least.saturating_sub(known));
            Act::Missing(DropMissing { columns: Some(columns), how: drop.how, thresh })
        }
        RuleKind::FilterRows(_) if rule.columns().iter().any(|name| name == target) => return Err(OF_TARGET),
        RuleKind::FilterRows(_) => Act::Filter(rule.clone()),
        RuleKind::AddMissingIndicator(add) => {
            let marked = effect.added_columns.iter().filter_map(|name| name.strip_suffix(&add.suffix));
            let columns = Some(marked.map(str::to_owned).collect());
            Act::RowByRow(AddMissingIndicator { columns, suffix: add.suffix.clone() }.into())
        }
        RuleKind::RenameColumns(_)
        | RuleKind::DeriveColumn(_)
        | RuleKind::ReplaceValues(_)
        | RuleKind::CleanText(_)
        | RuleKind::CastType(_)
        | RuleKind::ParseDates(_)
        | RuleKind::DateParts(_)
        | RuleKind::DaysBetween(_) => Act::RowByRow(rule.clone()),
        RuleKind::DropColumns(_)
        | RuleKind::KeepColumns(_)
        | RuleKind::ReorderColumns(_)
        | RuleKind::KeepNumeric(_)
        | RuleKind::DropConstant(_)
        | RuleKind::DropNearConstant(_)
        | RuleKind::DropMostlyMissing(_)
        | RuleKind::DropCorrelated(_) => Act::Nothing,
    })
}

/// What a column is called before a rule that may rename it.
fn source_name(rule: &Rule, name: String) -> String {
    let RuleKind::RenameColumns(RenameColumns { pairs }) = &rule.kind else { return name };
    pairs.iter().find(|(_, new)| *new == name).map_or(name, |(old, _)| old.clone())
}

/// The columns that these are made from.
fn sources_of(rule: &Rule, needed: BTreeSet<String>) -> BTreeSet<String> {
    match &rule.kind {
        RuleKind::RenameColumns(_) => needed.into_iter().map(|name| source_name(rule, name)).collect(),
        RuleKind::AddMissingIndicator(add) => {
            let marked = |name: &String| name.strip_suffix(&add.suffix).map(str::to_owned);
            let is_marked = |name: &String| add.columns.iter().flatten().any(|column| column == name);
            needed.into_iter().map(|name| marked(&name).filter(is_marked).unwrap_or(name)).collect()
        }
        _ => {
            let made = rule.creates();
            let is_wanted = made.iter().any(|name| needed.contains(name));
            let mut sources: BTreeSet<String> = needed.into_iter().filter(|name| !made.contains(name)).collect();
            if is_wanted {
                sources.extend(rule.columns());
            }
            sources
        }
    }
}

/// The rule for the columns that are there; `None` where none of them is.
fn narrowed(rule: &Rule, table: &Table) -> Option<Rule> {
    let is_there = |name: &String| table.column(name).is_some();
    let some = |names: &[String]| {
        let names: Vec<String> = names.iter().filter(|name| is_there(name)).cloned().collect();
        (!names.is_empty()).then_some(names)
    };
    // No names are all columns, whichever they are.
    let listed = |names: &Option<Vec<String>>| match names {
        None => Some(None),
        Some(names) => some(names).map(Some),
    };
    Some(match &rule.kind {
        RuleKind::CastType(cast) => CastType { columns: some(&cast.columns)?, ..cast.clone() }.into(),
        RuleKind::ParseDates(parse) => ParseDates { columns: some(&parse.columns)?, ..parse.clone() }.into(),
        RuleKind::ReplaceValues(replace) => {
            ReplaceValues { columns: listed(&replace.columns)?, ..replace.clone() }.into()
        }
        RuleKind::CleanText(clean) => CleanText { columns: listed(&clean.columns)?, ..clean.clone() }.into(),
        RuleKind::AddMissingIndicator(add) => {
            AddMissingIndicator { columns: listed(&add.columns)?, ..add.clone() }.into()
        }
        RuleKind::RenameColumns(rename) => {
            let pairs: Vec<_> = rename.pairs.iter().filter(|(old, _)| is_there(old)).cloned().collect();
            RenameColumns { pairs }.into()
        }
        _ if rule.columns().iter().all(is_there) => rule.clone(),
        _ => return None,
    })
}

fn fill_groups(
    table: &Table,
    column: &Column,
    by: &[String],
    values: &HashMap<(String, Vec<String>), String>,
) -> Column {
    let mut filled = column.clone();
    for row in (0..table.n_rows()).filter(|row| column.is_missing(*row)) {
        let group = by.iter().filter_map(|name| table.column(name)?.cell_text(row)).collect();
        let value = values.get(&(column.name.clone(), group)).and_then(|text| read_filling(column, text));
        if let (Some(value), Ok(row)) = (value, u32::try_from(row)) {
            filled = fill_rows(filled, &[row], &value);
        }
    }
    filled
}

fn clip(value: f64, bound: &ColumnBounds) -> f64 {
    match (bound.low, bound.high) {
        (Some(low), _) if value < low => low,
        (_, Some(high)) if value > high => high,
        _ => value,
    }
}

fn is_out(value: f64, bound: &ColumnBounds) -> bool {
    bound.low.is_some_and(|low| value < low) || bound.high.is_some_and(|high| value > high)
}

fn out_words(value: f64, bound: &ColumnBounds, number: usize) -> String {
    let side = |bound: Option<f64>| bound.map_or_else(|| "any number".to_owned(), |bound| bound.to_string());
    let (low, high) = (side(bound.low), side(bound.high));
    format!("{} is {value}, outside {low} to {high}: rule {number} drops such rows.", bound.column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::clean;
    use crate::table::MISSING_CODE;

    const NAN: f64 = f64::NAN;

    fn category(name: &str, cells: &[Option<&str>]) -> Column {
        let mut labels = crate::table::Labels::default();
        let code = |cell: &Option<&str>| cell.map_or(MISSING_CODE, |text| labels.code(text).unwrap());
        let codes = cells.iter().map(code).collect();
        Column::new(name, DataType::Category, ColumnData::Category { codes, labels: labels.into_vec() })
    }

    fn frozen(table: &Table, json: &str) -> FrozenRules {
        let rules: Vec<Rule> = serde_json::from_str(json).unwrap();
        let (_, summary) = clean(table, &rules).unwrap();
        // As a run keeps it.
        let effects: Vec<RuleEffect> = serde_json::from_str(&serde_json::to_string(&summary.effects).unwrap()).unwrap();
        let names: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
        FrozenRules::new(&rules, &effects, &names, "y")
    }

    fn train() -> Table {
        Table::new(
            vec![
                Column::float("x", vec![1.0, 2.0, NAN, 6.0, 100.0]),
                category("c", &[Some("a"), Some("a"), Some("b"), Some("b"), None]),
                Column::float("y", vec![1.0, 2.0, 3.0, 4.0, 5.0]),
            ],
            5,
        )
    }

    fn numbers(cleaned: &Cleaned, name: &str) -> Vec<f64> {
        cleaned.table.column(name).unwrap().numbers().unwrap().to_vec()
    }

    #[test]
    fn a_new_row_is_filled_with_what_the_run_found() {
        let json = r#"[{"rule": "fill_missing", "columns": ["x"], "strategy": "mean"}]"#;
        let rules = frozen(&train(), json);
        let new = Table::new(vec![Column::float("x", vec![NAN, 5.0])], 2);
        assert_eq!(numbers(&rules.apply(&new).unwrap(), "x"), [27.25, 5.0]);
        let json = r#"[{"rule": "fill_missing", "columns": ["x"], "strategy": "mean", "group_by": ["c"]}]"#;
        let rules = frozen(&train(), json);
        let cells = [Some("a"), Some("b"), Some("new"), None];
        let new = Table::new(vec![Column::float("x", vec![NAN; 4]), category("c", &cells)], 4);
        let found = numbers(&rules.apply(&new).unwrap(), "x");
        assert_eq!(found[..2], [1.5, 6.0]);
        assert!(found[2].is_nan() && found[3].is_nan());
        assert_eq!(rules.sources(&["x".into()], false).into_iter().collect::<Vec<_>>(), ["c", "x"]);
    }

    #[test]
    fn outliers_have_the_bounds_of_the_run() {
        let clip = r#"{"rule": "clip_outliers", "columns": ["x"], "method": "quantiles", "lower": 0.0, "upper": 0.5}"#;
        let rules = frozen(&train(), &format!("[{clip}]"));
        let new = Table::new(vec![Column::float("x", vec![50.0, 2.0, NAN])], 3);
        let found = numbers(&rules.apply(&new).unwrap(), "x");
        assert_eq!(found[..2], [4.0, 2.0], "the median of 1, 2, 6 and 100");
        let rules = frozen(&train(), &format!("[{}]", clip.replace("clip_outliers", "drop_outliers")));
        let cleaned = rules.apply(&new).unwrap();
        assert_eq!(cleaned.rows, [1, 2], "what is missing is no outlier");
        assert_eq!(cleaned.left_out, [(0, "x is 50, outside 1 to 4: rule 1 drops such rows.".to_owned())]);
    }

    #[test]
    fn rows_that_a_rule_drops_are_named_and_what_asks_for_the_target_is_passed_over() {
        let json = r#"[
            {"rule": "drop_missing", "columns": ["c", "y"]},
            {"rule": "filter_rows", "expression": "x > 1"},
            {"rule": "drop_missing", "columns": ["y"]},
            {"rule": "drop_duplicates"},
            {"rule": "fill_missing", "columns": ["x"], "strategy": "ffill"}
        ]"#;
        let rules = frozen(&train(), json);
        let new =
            Table::new(vec![Column::float("x", vec![3.0, 0.0, 9.0]), category("c", &[None, Some("a"), Some("b")])], 3);
        let cleaned = rules.apply(&new).unwrap();
        assert_eq!(cleaned.rows, [2]);
        let reasons: Vec<&str> = cleaned.left_out.iter().map(|(_, reason)| reason.as_str()).collect();
        assert_eq!(reasons, ["c is missing: rule 1 drops such rows.", "Rule 2 leaves it out: Keep rows where x > 1."]);
        let skipped: Vec<(usize, &str)> = rules.skipped().iter().map(|one| (one.rule, one.why.as_str())).collect();
        assert_eq!(skipped, [(3, OF_TARGET), (4, MANY_ROWS), (5, OTHER_ROWS)]);
    }

    #[test]
    fn sources_go_back_through_what_makes_columns() {
        let json = r#"[
            {"rule": "rename_columns", "pairs": [["x", "size"]]},
            {"rule": "add_missing_indicator", "columns": ["size"]},
            {"rule": "derive_column", "name": "twice", "expression": "size * 2"},
            {"rule": "drop_columns", "columns": ["c"]}
        ]"#;
        let rules = frozen(&train(), json);
        let of = |name: &str| rules.sources(&[name.into()], true).into_iter().collect::<Vec<_>>();
        assert_eq!((of("twice"), of("size_missing"), of("y")), (vec!["x".into()], vec!["x".into()], vec!["y".into()]));
        // A column that no prediction needs may lack, with the rules that make it.
        let new = Table::new(vec![Column::float("other", vec![1.0])], 1);
        assert!(rules.apply(&new).unwrap().table.column("twice").is_none());
        let new = Table::new(vec![Column::float("x", vec![1.5])], 1);
        let cleaned = rules.apply(&new).unwrap();
        assert_eq!((numbers(&cleaned, "twice"), numbers(&cleaned, "size_missing")), (vec![3.0], vec![0.0]));
    }

    #[test]
    fn a_run_from_before_says_that_it_lacks_something() {
        let rules: Vec<Rule> = serde_json::from_str(r#"[{"rule": "clip_outliers", "columns": ["x"]}]"#).unwrap();
        let (_, summary) = clean(&train(), &rules).unwrap();
        let before = RuleEffect { learnt: None, ..summary.effects[0].clone() };
        let frozen = FrozenRules::new(&rules, &[before], &["x".into()], "y");
        assert_eq!(frozen.skipped()[0].why, NOT_KEPT);
    }
}
