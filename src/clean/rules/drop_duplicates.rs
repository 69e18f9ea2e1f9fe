//! Drops rows that stand there twice.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::keys::{groups, n_groups};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, marked, named};
use crate::clean::{CleanError, RuleError, words};
use crate::table::Table;

/// Drops rows that are equal to another one, as pandas' `drop_duplicates`: missing cells are equal to each other.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropDuplicates {
    /// The columns in which rows are compared; `None`: all.
    #[serde(default)]
    pub subset: Option<Vec<String>>,
    #[serde(default)]
    pub keep: Keep,
}

/// Which of equal rows stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    #[default]
    First,
    Last,
    /// None of them: pandas' `False`.
    None,
}

impl Described for DropDuplicates {
    const NAME: &'static str = "drop_duplicates";
    const LABEL: &'static str = "Drop duplicate rows";
    const GROUP: Group = Group::Rows;
    const HELP: &'static str =
        "Removes rows that are equal to another one, in all columns or in those that you choose.";
    const WORDS: &'static str = "duplicated unique distinct twice repeated";
    const PARAMS: &'static [Param] = &[
        Param::new("subset", "Compare", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new(
            "keep",
            "Of equal rows keep",
            ParamKind::Choice { options: &[("first", "the first"), ("last", "the last"), ("none", "none")] },
        ),
    ];
}

impl Operation for DropDuplicates {
    fn columns(&self) -> Vec<String> {
        named(self.subset.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        let is_none = self.subset.as_ref().is_some_and(Vec::is_empty);
        is_none.then(|| RuleError::new("subset", "Choose at least one column to compare, or all of them."))
    }

    fn sentence(&self) -> String {
        let same = match &self.subset {
            None => "Drop duplicate rows".into(),
            Some(names) => format!("Drop rows with the same {}", words::list(names)),
        };
        match self.keep {
            Keep::First => same,
            Keep::Last => format!("{same} but the last"),
            Keep::None => format!("{same}, all of them"),
        }
    }

    fn python(&self) -> String {
        let mut arguments = Vec::new();
        if let Some(names) = &self.subset {
            arguments.push(format!("subset={}", python_list(names)));
        }
        match self.keep {
            Keep::First => {}
            Keep::Last => arguments.push("keep=\"last\"".into()),
            Keep::None => arguments.push("keep=False".into()),
        }
        format!("df = df.drop_duplicates({})", arguments.join(", "))
    }
}

impl Work for DropDuplicates {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let columns = chosen(table, self.subset.as_deref(), |_| true);
        let groups = groups(&columns, table.n_rows(), rule, "compare rows by")?;
        let mut counts = vec![0_u32; n_groups(groups.iter().copied())];
        for group in &groups {
            counts.get_mut(*group as usize).into_iter().for_each(|count| *count += 1);
        }
        let mut seen = vec![0_u32; counts.len()];
        let mut stays = |group: &u32| {
            let count = counts.get(*group as usize).copied().unwrap_or(1);
            let place = seen.get_mut(*group as usize).map_or(1, |seen| {
                *seen += 1;
                *seen
            });
            match self.keep {
                Keep::First => place == 1,
                Keep::Last => place == count,
                Keep::None => count == 1,
            }
        };
        let kept = marked(&groups.iter().map(&mut stays).collect::<Vec<_>>());
        if kept.is_empty() && table.n_rows() > 0 {
            let remedy = "Every row has an equal one: keep the first or the last of them.".into();
            return Err(CleanError::NoRowsLeft { rule, n_rows: table.n_rows(), remedy });
        }
        let applied = Applied::rows(table, kept);
        Ok(Applied {
            sentence: format!("{} ({})", self.sentence(), words::count(applied.rows, "row")),
            python: self.python(),
            ..applied
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn the_first_the_last_or_none() {
        let nan = f64::NAN;
        let table = Table::new(
            vec![Column::float("a", vec![1.0, nan, 1.0, nan, 2.0]), Column::float("b", vec![0.0, 5.0, -0.0, 5.0, 0.0])],
            5,
        );
        let rows = |keep| {
            let applied = DropDuplicates { subset: None, keep }.apply(&table, 1).unwrap();
            applied.kept.unwrap()
        };
        assert_eq!(rows(Keep::First), [0, 1, 4]);
        assert_eq!(rows(Keep::Last), [2, 3, 4]);
        assert_eq!(rows(Keep::None), [4]);
        let one = DropDuplicates { subset: Some(vec!["b".into()]), keep: Keep::First };
        let applied = one.apply(&table, 1).unwrap();
        assert_eq!((applied.kept.unwrap(), applied.rows), (vec![0, 1], 3));
        assert_eq!(applied.sentence, "Drop rows with the same b (3 rows)");
        assert_eq!(applied.python, r#"df = df.drop_duplicates(subset=["b"])"#);
    }
}
