//! Drops rows with missing cells.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, Param, ParamKind, python_list};
use crate::clean::missing::mark_missing;
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, marked, named};
use crate::clean::{CleanError, RuleError, words};
use crate::table::{Column, Table};

/// Drops rows with missing cells, as pandas' `dropna`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DropMissing {
    /// The columns that are looked at; `None`: all.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "How::is_any")]
    pub how: How,
    /// Rows with at least so many known cells stay, whatever `how` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresh: Option<u32>,
}

/// Which rows go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Rows with at least one missing cell.
    #[default]
    Any,
    /// Rows without any value.
    All,
}

impl How {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
    fn is_any(&self) -> bool {
        *self == Self::Any
    }
}

impl Described for DropMissing {
    const NAME: &'static str = "drop_missing";
    const LABEL: &'static str = "Drop rows with missing cells";
    const GROUP: Group = Group::Missing;
    const HELP: &'static str = "Removes rows that lack a value in the columns that you choose.";
    const WORDS: &'static str = "dropna null nan empty remove rows complete";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new(
            "how",
            "Drop a row when",
            ParamKind::Choice { options: &[("any", "any of them is missing"), ("all", "all of them are missing")] },
        ),
        Param::new("thresh", "Keep with at least", ParamKind::Integer { min: 1, max: 1_000_000, optional: true })
            .help("So many known cells keep a row; left empty, the choice above decides."),
    ];
}

impl Operation for DropMissing {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Some(RuleError::new("columns", "Choose at least one column, or all of them."));
        }
        (self.thresh.is_some() && self.how == How::All).then(|| {
            RuleError::new("thresh", "A count of known cells and \"all\" cannot both decide. Leave one of them out.")
        })
    }

    fn sentence(&self) -> String {
        if let Some(least) = self.thresh {
            let cells = words::count(u64::from(least), "known cell");
            let over = self.columns.as_ref().map_or_else(String::new, |names| format!(" in {}", words::list(names)));
            return format!("Drop rows with fewer than {cells}{over}");
        }
        match (self.columns.as_deref(), self.how) {
            (None, How::Any) => "Drop rows with any missing cell".into(),
            (None, How::All) => "Drop rows without any value".into(),
            (Some([one]), _) => format!("Drop rows with a missing {one}"),
            (Some(names), How::Any) => format!("Drop rows with a missing cell in {}", words::list(names)),
            (Some(names), How::All) => format!("Drop rows without a value in {}", words::list(names)),
        }
    }

    fn python(&self) -> String {
        let mut arguments = Vec::new();
        if let Some(names) = &self.columns {
            arguments.push(format!("subset={}", python_list(names)));
        }
        match (self.thresh, self.how) {
            (Some(least), _) => arguments.push(format!("thresh={least}")),
            (None, How::All) => arguments.push("how=\"all\"".into()),
            (None, How::Any) => {}
        }
        format!("df = df.dropna({})", arguments.join(", "))
    }
}

impl Work for DropMissing {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let looked_at = chosen(table, self.columns.as_deref(), |_| true);
        let least = match (self.thresh, self.how) {
            (Some(least), _) => least as usize,
            (None, How::Any) => looked_at.len(),
            (None, How::All) => looked_at.len().min(1),
        };
        let kept: Vec<u32> = if least == looked_at.len() {
            let mut missing = vec![false; table.n_rows()];
            looked_at.iter().for_each(|column| mark_missing(column, &mut missing));
            missing.iter_mut().for_each(|mark| *mark = !*mark);
            marked(&missing)
        } else {
            let mut known = vec![0_usize; table.n_rows()];
            for column in &looked_at {
                let mut missing = vec![false; table.n_rows()];
                mark_missing(column, &mut missing);
                known.iter_mut().zip(missing).for_each(|(known, missing)| *known += usize::from(!missing));
            }
            marked(&known.iter().map(|known| *known >= least).collect::<Vec<_>>())
        };
        if table.n_rows() > 0 && kept.is_empty() {
            return Err(no_rows(table, &looked_at, rule));
        }
        let applied = Applied::rows(table, kept);
        Ok(Applied {
            sentence: format!("{} ({})", self.sentence(), words::count(applied.rows, "row")),
            python: self.python(),
            ..applied
        })
    }
}

fn no_rows(table: &Table, columns: &[&Column], rule: usize) -> CleanError {
    let worst = columns.iter().max_by_key(|column| column.n_missing());
    CleanError::NoRows {
        rule,
        n_rows: table.n_rows(),
        column: worst.map(|column| column.name.clone()).unwrap_or_default(),
        n_missing: worst.map_or(0, |column| column.n_missing()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(table: &Table, columns: Option<&[String]>, rule: usize) -> Result<Applied, CleanError> {
        DropMissing { columns: columns.map(<[String]>::to_vec), ..DropMissing::default() }.apply(table, rule)
    }
    use crate::table::{Bitmap, ColumnData, DataType, MISSING_CODE, MISSING_TIME};

    fn table() -> Table {
        let mut missing = Bitmap::zeros(4);
        missing.push(true);
        Table::new(
            vec![
                Column::float("x", vec![f64::NAN, 1.0, 2.0, 3.0, 4.0]),
                Column::new(
                    "c",
                    DataType::Category,
                    ColumnData::Category { codes: vec![0, MISSING_CODE, 0, 0, 0], labels: vec!["a".into()] },
                ),
                Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![1, 2, MISSING_TIME, 4, 5])),
                Column::new("s", DataType::Text, ColumnData::Text { missing }),
            ],
            5,
        )
    }

    #[test]
    fn every_type_has_missing_cells() {
        let applied = apply(&table(), None, 1).unwrap();
        assert_eq!((applied.rows, applied.table), (4, table().take_rows(&[3])));
        assert_eq!(applied.sentence, "Drop rows with any missing cell (4 rows)");
        assert_eq!(applied.python, "df = df.dropna()");
    }

    #[test]
    fn only_the_named_columns_are_looked_at() {
        let columns = ["t".to_string(), "x".to_string()];
        let applied = apply(&table(), Some(&columns), 1).unwrap();
        assert_eq!((applied.rows, applied.table), (2, table().take_rows(&[1, 3, 4])));
        assert_eq!(applied.sentence, "Drop rows with a missing cell in t and x (2 rows)");
        assert_eq!(applied.python, r#"df = df.dropna(subset=["t", "x"])"#);
        let one = apply(&table(), columns.get(1..), 1).unwrap();
        assert_eq!(one.sentence, "Drop rows with a missing x (1 row)");
    }

    #[test]
    fn the_last_row_cannot_be_dropped() {
        let two = table().take_rows(&[0, 1]);
        let error = apply(&two, None, 3).unwrap_err();
        assert_eq!(error, CleanError::NoRows { rule: 3, n_rows: 2, column: "c".into(), n_missing: 1 });
        let empty = Table::new(vec![Column::float("x", vec![])], 0);
        assert_eq!(apply(&empty, None, 1).unwrap().rows, 0);
    }

    #[test]
    fn all_missing_and_a_threshold() {
        let table = table().filter_columns(|column| column.name == "x" || column.name == "t");
        let all = DropMissing { how: How::All, ..DropMissing::default() };
        assert_eq!(all.apply(&table, 1).unwrap().rows, 0);
        assert_eq!(all.python(), "df = df.dropna(how=\"all\")");
        let two = DropMissing { thresh: Some(2), ..DropMissing::default() };
        let applied = two.apply(&table, 1).unwrap();
        assert_eq!((applied.rows, applied.table), (2, table.take_rows(&[1, 3, 4])));
        assert_eq!(applied.sentence, "Drop rows with fewer than 2 known cells (2 rows)");
        assert_eq!(DropMissing { how: How::All, ..two }.problem().unwrap().param.unwrap(), "thresh");
    }
}
