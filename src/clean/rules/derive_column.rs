//! Makes a column by an expression.

use serde::{Deserialize, Serialize};

use super::filter_rows::{parse, with_numpy};
use crate::base::{Param, ParamKind, python_string};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, set_column};
use crate::clean::{CleanError, RuleError, words};
use crate::expression::Expression;
use crate::table::{Column, Table};

/// Makes a column by an expression, at the end of the table or in place of the one of this name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeriveColumn {
    pub name: String,
    pub expression: String,
}

impl Described for DeriveColumn {
    const NAME: &'static str = "derive_column";
    const LABEL: &'static str = "Derive a column";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Makes a column of others, such as price + freight_value or log1p(price).";
    const WORDS: &'static str = "assign compute calculate formula new expression transform";
    const PARAMS: &'static [Param] = &[
        Param::new("name", "Name", ParamKind::Text { optional: false })
            .help("The name of the new column; a name that is there is replaced."),
        Param::new("expression", "Is", ParamKind::Expression),
    ];
}

impl Operation for DeriveColumn {
    fn columns(&self) -> Vec<String> {
        parse(&self.expression).map(|expression| expression.columns()).unwrap_or_default()
    }

    fn creates(&self) -> Vec<String> {
        vec![self.name.clone()]
    }

    fn problem(&self) -> Option<RuleError> {
        if self.name.trim().is_empty() {
            return Some(RuleError::new("name", "Type the name of the new column."));
        }
        parse(&self.expression).err()
    }

    fn sentence(&self) -> String {
        format!("Make {} of {}", self.name, self.expression.trim())
    }

    fn python(&self) -> String {
        match parse(&self.expression) {
            Ok(expression) => {
                with_numpy(&expression, format!("df[{}] = {}", python_string(&self.name), expression.python()))
            }
            Err(_) => "# The expression does not read.".into(),
        }
    }
}

impl Work for DeriveColumn {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let failed = |error| CleanError::Expression { rule, text: self.expression.clone(), error };
        let values = Expression::parse(&self.expression).and_then(|expression| expression.values(table));
        let values = values.map_err(failed)?;
        let column = Column::new(self.name.clone(), values.data_type, values.data);
        let is_new = table.column(&self.name).is_none();
        let missing = column.n_missing() as u64;
        let gaps = if missing == 0 { String::new() } else { format!(" ({} missing)", words::count(missing, "cell")) };
        Ok(Applied {
            cells: if is_new { 0 } else { table.n_rows() as u64 },
            rows: if is_new { 0 } else { table.n_rows() as u64 },
            added_columns: if is_new { vec![self.name.clone()] } else { Vec::new() },
            sentence: format!("{}{gaps}", self.sentence()),
            python: self.python(),
            ..Applied::new(set_column(table, column))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::DataType;

    #[test]
    fn a_new_column_stands_last_and_an_old_one_stays_in_place() {
        let table = Table::new(vec![Column::float("x", vec![1.0, f64::NAN]), Column::float("y", vec![2.0, 3.0])], 2);
        let rule = |name: &str, text: &str| DeriveColumn { name: name.into(), expression: text.into() };
        let applied = rule("z", "x + y").apply(&table, 1).unwrap();
        assert_eq!(applied.table.columns()[2].numbers().unwrap()[0], 3.0);
        assert_eq!(applied.sentence, "Make z of x + y (1 cell missing)");
        assert_eq!(applied.python, r#"df["z"] = df["x"] + df["y"]"#);
        let applied = rule("x", "isna(x)").apply(&table, 1).unwrap();
        assert_eq!((applied.table.columns()[0].data_type, applied.added_columns.len()), (DataType::Boolean, 0));
        assert_eq!(rule("", "x").problem().unwrap().param.unwrap(), "name");
    }
}
