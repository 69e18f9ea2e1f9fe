//! The rules, one after the other.

use super::nearest::nearest;
use super::{
    CleanError, CleanSummary, ColumnBrief, FilledColumn, Rule, RuleEffect, drop_columns, drop_missing, fill_missing,
    keep_numeric,
};
use crate::table::Table;

/// What one rule made of a table, and how it says so.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) table: Table,
    /// Rows removed or changed.
    pub(super) rows: u64,
    pub(super) dropped_columns: Vec<String>,
    pub(super) filled: Vec<FilledColumn>,
    pub(super) sentence: String,
    pub(super) python: String,
    pub(super) leaks: bool,
}

impl Applied {
    /// A table that nothing is said of yet.
    pub(super) fn new(table: Table) -> Self {
        Self {
            table,
            rows: 0,
            dropped_columns: Vec::new(),
            filled: Vec::new(),
            sentence: String::new(),
            python: String::new(),
            leaks: false,
        }
    }
}

/// Applies the rules in order. Columns that no rule touches are shared with `table`, not copied.
///
/// # Errors
/// The first rule that cannot be applied, by its number (from 1): a column that is not there, a filling that does not
/// fit its column, or no rows left.
pub fn clean(table: &Table, rules: &[Rule]) -> Result<(Table, CleanSummary), CleanError> {
    let mut current = table.clone();
    let mut effects: Vec<RuleEffect> = Vec::with_capacity(rules.len());
    for (number, rule) in (1..).zip(rules) {
        let applied = if rule.enabled() {
            check_columns(&current, rule, number, &effects)?;
            apply(&current, rule, number)?
        } else {
            let off = rule_python(rule).lines().map(|line| format!("# {line}")).collect::<Vec<_>>().join("\n");
            Applied { sentence: rule_sentence(rule), python: off, ..Applied::new(current) }
        };
        effects.push(RuleEffect {
            enabled: rule.enabled(),
            rows: applied.rows,
            cells: applied.filled.iter().map(|filled| filled.cells).sum(),
            rows_after: applied.table.n_rows() as u64,
            columns_after: applied.table.columns().len() as u64,
            sentence: applied.sentence,
            dropped_columns: applied.dropped_columns,
            filled: applied.filled,
            python: applied.python,
            leaks: applied.leaks,
        });
        current = applied.table;
    }
    let brief = |column: &crate::table::Column| ColumnBrief {
        name: column.name.clone(),
        data_type: column.data_type,
        missing: column.n_missing() as u64,
    };
    let summary = CleanSummary {
        rows_before: table.n_rows() as u64,
        columns_before: table.columns().len() as u64,
        rows: current.n_rows() as u64,
        columns: current.columns().iter().map(brief).collect(),
        effects,
    };
    Ok((current, summary))
}

fn apply(table: &Table, rule: &Rule, number: usize) -> Result<Applied, CleanError> {
    match rule {
        Rule::DropColumns { columns, .. } => Ok(drop_columns::apply(table, columns)),
        Rule::KeepNumeric { .. } => Ok(keep_numeric::apply(table)),
        Rule::FillMissing { columns, strategy, fill_value, .. } => {
            fill_missing::apply(table, columns.as_deref(), *strategy, fill_value.as_ref(), number)
        }
        Rule::DropMissing { columns, .. } => drop_missing::apply(table, columns.as_deref(), number),
    }
}

/// What the rule does, in words, before it has run.
#[must_use]
pub fn rule_sentence(rule: &Rule) -> String {
    match rule {
        Rule::DropColumns { columns, .. } => drop_columns::sentence(columns),
        Rule::KeepNumeric { .. } => keep_numeric::sentence(),
        Rule::FillMissing { columns, strategy, fill_value, .. } => {
            fill_missing::sentence(columns.as_deref(), *strategy, fill_value.as_ref())
        }
        Rule::DropMissing { columns, .. } => drop_missing::sentence(columns.as_deref()),
    }
}

/// The rule as pandas code, before it has run.
fn rule_python(rule: &Rule) -> String {
    match rule {
        Rule::DropColumns { columns, .. } => drop_columns::python(columns),
        Rule::KeepNumeric { .. } => keep_numeric::python(),
        Rule::FillMissing { columns, strategy, fill_value, .. } => {
            fill_missing::python(columns.as_deref(), *strategy, fill_value.as_ref())
        }
        Rule::DropMissing { columns, .. } => drop_missing::python(columns.as_deref()),
    }
}

fn check_columns(table: &Table, rule: &Rule, number: usize, before: &[RuleEffect]) -> Result<(), CleanError> {
    let Some(unknown) = rule.columns().iter().find(|name| table.column(name).is_none()) else { return Ok(()) };
    let dropped_by = (1..).zip(before).find(|(_, effect)| effect.dropped_columns.contains(unknown));
    Err(CleanError::UnknownColumn {
        rule: number,
        column: unknown.clone(),
        dropped_by: dropped_by.map(|(number, _)| number),
        nearest: nearest(unknown, table.columns().iter().map(|column| column.name.as_str())),
    })
}

/// The names of the columns that `after` lacks, in order; what is left stands in the same order in both.
pub(super) fn names_lost(before: &Table, after: &Table) -> Vec<String> {
    let mut left = after.columns().iter().peekable();
    let lost = before.columns().iter().filter(|column| left.next_if(|kept| kept.name == column.name).is_none());
    lost.map(|column| column.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::Column;

    fn table() -> Table {
        let nan = f64::NAN;
        Table::new(vec![Column::float("price", vec![1.0, nan]), Column::float("weight", vec![nan, nan])], 2)
    }

    fn rules(json: &str) -> Vec<Rule> {
        serde_json::from_str(json).unwrap()
    }

    #[track_caller]
    fn check_refused(json: &str, code: &str, message: &str) {
        let error = clean(&table(), &rules(json)).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (code, message));
    }

    #[test]
    fn effects_follow_the_rules() {
        let json = r#"[
            {"rule": "fill_missing", "columns": ["price"], "strategy": "median"},
            {"rule": "drop_columns", "columns": ["weight"], "enabled": false},
            {"rule": "drop_columns", "columns": ["gone"], "enabled": false},
            {"rule": "drop_columns", "columns": ["weight"]}
        ]"#;
        let (cleaned, summary) = clean(&table(), &rules(json)).unwrap();
        assert_eq!(cleaned.column("price").unwrap().numbers().unwrap(), [1.0, 1.0]);
        assert_eq!((summary.rows_before, summary.columns_before, summary.rows), (2, 2, 2));
        assert_eq!((summary.columns.len(), summary.cells_filled()), (1, 1));
        let sizes: Vec<_> = summary.effects.iter().map(|effect| (effect.rows_after, effect.columns_after)).collect();
        assert_eq!(sizes, [(2, 2), (2, 2), (2, 2), (2, 1)]);
        let off = &summary.effects[1];
        assert_eq!((off.enabled, off.sentence.as_str(), off.rows, off.cells), (false, "Drop weight", 0, 0));
        assert_eq!(off.python, r#"# df = df.drop(columns=["weight"])"#);
        assert!(off.dropped_columns.is_empty());
    }

    #[test]
    fn an_unknown_column_is_named_with_its_rule_and_neighbours() {
        check_refused(
            r#"[{"rule": "keep_numeric"}, {"rule": "drop_missing", "columns": ["pric"]}]"#,
            "clean.unknown_column",
            r#"Rule 2 names the column "pric", but the table has no such column. Did you mean "price"?"#,
        );
        check_refused(
            r#"[{"rule": "drop_columns", "columns": ["<script>"]}]"#,
            "clean.unknown_column",
            r#"Rule 1 names the column "<script>", but the table has no such column. Take the name out of the rule."#,
        );
        check_refused(
            r#"[{"rule": "drop_columns", "columns": ["price"]}, {"rule": "drop_missing", "columns": ["price"]}]"#,
            "clean.unknown_column",
            r#"Rule 2 names the column "price", but rule 1 has dropped it. Take the name out of this rule, or move this rule before it."#,
        );
    }

    #[test]
    fn a_rule_that_drops_every_row_is_named() {
        check_refused(
            r#"[{"rule": "drop_missing"}]"#,
            "clean.no_rows",
            r#"Rule 1 drops all 2 rows, because each has a missing cell. "weight" is missing in 2 of them: drop that column or fill its missing cells with an earlier rule."#,
        );
    }

    #[test]
    fn every_rule_has_a_sentence_before_it_runs() {
        let sentences: Vec<String> = super::super::course_rules().iter().map(rule_sentence).collect();
        assert_eq!(
            sentences,
            [
                "Drop order_approved_at, order_delivered_carrier_date, order_delivered_customer_date, order_estimated_delivery_date and order_purchase_timestamp",
                "Fill missing product_weight_g, product_length_cm, product_height_cm and product_width_cm with their medians",
                "Fill missing review_comment_message with “No review”",
                "Keep numeric columns only",
                "Drop customer_zip_code_prefix and order_item_id",
            ]
        );
    }
}
