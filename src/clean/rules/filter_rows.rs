//! Keeps the rows for which a condition holds.

use serde::{Deserialize, Serialize};

use crate::base::{Param, ParamKind};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, marked};
use crate::clean::{CleanError, RuleError, words};
use crate::expression::Expression;
use crate::table::Table;

/// Keeps the rows for which an expression is true. A missing answer is no.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilterRows {
    pub expression: String,
}

impl Described for FilterRows {
    const NAME: &'static str = "filter_rows";
    const LABEL: &'static str = "Filter rows";
    const GROUP: Group = Group::Rows;
    const HELP: &'static str = "Keeps the rows for which a condition holds, such as price > 0 and state == 'SP'.";
    const WORDS: &'static str = "query where condition keep select remove expression";
    const PARAMS: &'static [Param] = &[Param::new("expression", "Keep rows where", ParamKind::Expression)];
}

/// The expression of a rule, or what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Expression, RuleError> {
    Expression::parse(text).map_err(|error| RuleError {
        param: Some("expression".into()),
        message: error.to_string(),
        span: Some(error.span),
    })
}

/// `code`, after the import that it needs.
pub(super) fn with_numpy(expression: &Expression, code: String) -> String {
    if expression.uses_numpy() { format!("import numpy as np\n{code}") } else { code }
}

impl Operation for FilterRows {
    fn columns(&self) -> Vec<String> {
        parse(&self.expression).map(|expression| expression.columns()).unwrap_or_default()
    }

    fn problem(&self) -> Option<RuleError> {
        parse(&self.expression).err()
    }

    fn sentence(&self) -> String {
        format!("Keep rows where {}", self.expression.trim())
    }

    fn python(&self) -> String {
        match parse(&self.expression) {
            Ok(expression) => with_numpy(&expression, format!("df = df[{}]", expression.python_condition())),
            Err(_) => "# The condition does not read.".into(),
        }
    }
}

impl Work for FilterRows {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let failed = |error| CleanError::Expression { rule, text: self.expression.clone(), error };
        let holds = Expression::parse(&self.expression).and_then(|expression| expression.holds(table));
        let kept = marked(&holds.map_err(failed)?);
        if kept.is_empty() && table.n_rows() > 0 {
            let remedy = format!("{} holds nowhere: loosen the condition.", self.expression.trim());
            return Err(CleanError::NoRowsLeft { rule, n_rows: table.n_rows(), remedy });
        }
        let applied = Applied::rows(table, kept);
        Ok(Applied {
            sentence: format!("{} ({} dropped)", self.sentence(), words::count(applied.rows, "row")),
            python: self.python(),
            ..applied
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::Column;

    #[test]
    fn rows_that_do_not_fit_go() {
        let table = Table::new(vec![Column::float("x", vec![1.0, f64::NAN, 3.0])], 3);
        let rule = |text: &str| FilterRows { expression: text.into() };
        let applied = rule("x > 1").apply(&table, 1).unwrap();
        assert_eq!((applied.rows, applied.kept.clone()), (2, Some(vec![2])));
        assert_eq!(applied.sentence, "Keep rows where x > 1 (2 rows dropped)");
        assert_eq!(applied.python, r#"df = df[df["x"] > 1]"#);
        assert_eq!(rule("sqrt(x) > 1").python(), "import numpy as np\ndf = df[np.sqrt(df[\"x\"]) > 1]");
        let error = rule("1 < y").apply(&table, 4).unwrap_err();
        assert_eq!(error.code(), "clean.expression");
        assert!(
            error.to_string().starts_with(r#"Rule 4, at character 5 of "1 < y": There is no column "y"."#),
            "{error}"
        );
        assert_eq!(rule("x > 9").apply(&table, 1).unwrap_err().code(), "clean.no_rows");
        assert!(rule("x >").problem().is_some() && rule("").problem().is_some());
    }
}
