//! The rules, one after the other.

use super::operation::Applied;
use super::{CleanError, CleanSummary, ColumnBrief, Rule, RuleEffect};
use crate::base::{ParamKind, nearest};
use crate::table::Table;

/// Applies the rules at once. Columns that no rule touches are shared with `table`, not copied.
///
/// # Errors
/// As `Cleaning::step`.
pub fn clean(table: &Table, rules: &[Rule]) -> Result<(Table, CleanSummary), CleanError> {
    let mut cleaning = Cleaning::new(table, rules);
    while cleaning.step()? {}
    Ok(cleaning.finish())
}

/// The rules under way, so that a caller can yield and cancel between two of them.
#[derive(Debug)]
pub struct Cleaning<'a> {
    rules: &'a [Rule],
    rows_before: u64,
    columns_before: u64,
    current: Table,
    effects: Vec<RuleEffect>,
}

impl<'a> Cleaning<'a> {
    /// Before the first rule.
    #[must_use]
    pub fn new(table: &Table, rules: &'a [Rule]) -> Self {
        let (rows_before, columns_before) = (table.n_rows() as u64, table.columns().len() as u64);
        Self { rules, rows_before, columns_before, current: table.clone(), effects: Vec::with_capacity(rules.len()) }
    }

    /// Applies the next rule; whether there are more.
    ///
    /// # Errors
    /// A rule that cannot be applied, by its number (from 1): a column that is not there, a filling that does not fit its
    /// column, or no rows left.
    pub fn step(&mut self) -> Result<bool, CleanError> {
        let number = self.effects.len() + 1;
        let Some(rule) = self.rules.get(self.effects.len()) else { return Ok(false) };
        let applied = if rule.enabled() {
            check_columns(&self.current, rule, number, &self.effects)?;
            apply(&self.current, rule, number)?
        } else {
            let off = rule.python().lines().map(|line| format!("# {line}")).collect::<Vec<_>>().join("\n");
            Applied { sentence: rule.sentence(), python: off, ..Applied::new(self.current.clone()) }
        };
        self.effects.push(RuleEffect {
            enabled: rule.enabled(),
            rows: applied.rows,
            cells: applied.cells,
            rows_after: applied.table.n_rows() as u64,
            columns_after: applied.table.columns().len() as u64,
            sentence: applied.sentence,
            dropped_columns: applied.dropped_columns,
            added_columns: applied.added_columns,
            filled: applied.filled,
            python: applied.python,
            leaks: applied.leak.is_some(),
            leak: applied.leak,
            learnt: applied.learnt,
        });
        self.current = applied.table;
        Ok(self.effects.len() < self.rules.len())
    }

    /// The clean table, once `step` has said that there is no more, and what the rules did.
    #[must_use]
    pub fn finish(self) -> (Table, CleanSummary) {
        let summary = CleanSummary {
            rows_before: self.rows_before,
            columns_before: self.columns_before,
            rows: self.current.n_rows() as u64,
            columns: self.current.columns().iter().map(ColumnBrief::of).collect(),
            effects: self.effects,
        };
        (self.current, summary)
    }
}

/// One rule, whatever its switch says.
pub(super) fn apply(table: &Table, rule: &Rule, number: usize) -> Result<Applied, CleanError> {
    if let Some(problem) = rule.problem() {
        return Err(CleanError::Incomplete { rule: number, error: problem });
    }
    rule.kind.work().apply(table, number)
}

/// What the rule does, in words, before it has run.
#[must_use]
pub fn rule_sentence(rule: &Rule) -> String {
    rule.sentence()
}

pub(super) fn check_columns(
    table: &Table,
    rule: &Rule,
    number: usize,
    before: &[RuleEffect],
) -> Result<(), CleanError> {
    let names = rule.columns();
    let Some(unknown) = names.iter().find(|name| table.column(name).is_none()) else { return Ok(()) };
    let dropped_by = (1..).zip(before).find(|(_, effect)| effect.dropped_columns.contains(unknown));
    if dropped_by.is_none() && rule.params().iter().any(|param| param.kind == ParamKind::Expression) {
        // The expression itself knows where the name stands.
        return Ok(());
    }
    Err(CleanError::UnknownColumn {
        rule: number,
        column: unknown.clone(),
        dropped_by: dropped_by.map(|(number, _)| number),
        nearest: nearest(unknown, table.columns().iter().map(|column| column.name.as_str())),
    })
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
