//! Fills missing cells with a statistic of their column, with a constant, or with the value before or after.

mod cells;
mod words;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub(in crate::clean) use self::cells::{fill, put as fill_rows, read_filling};
use crate::base::{Accepts, Param, ParamKind};
use crate::clean::keys::groups_of_known;
use crate::clean::missing::mark_missing;
use crate::clean::operation::{Applied, Described, Group, Operation, STATISTIC_LEAKS, Work, chosen, count, named};
use crate::clean::statistic::{Filling, filling};
use crate::clean::{CleanError, FilledColumn, GroupFill, Learnt, RuleError};
use crate::table::{Column, DataType, Table};

/// Fills missing cells.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FillMissing {
    /// `None`: every column with missing cells that the strategy fits.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
    pub strategy: FillStrategy,
    /// Only for `constant`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill_value: Option<FillValue>,
    /// The statistic, or the value before or after, is taken among rows that are equal in these columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_by: Option<Vec<String>>,
}

/// What a missing cell is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillStrategy {
    Mean,
    #[default]
    Median,
    MostFrequent,
    Constant,
    /// The last known value above.
    Ffill,
    /// The next known value below.
    Bfill,
}

impl FillStrategy {
    pub(in crate::clean) fn is_neighbour(self) -> bool {
        matches!(self, Self::Ffill | Self::Bfill)
    }
}

/// A constant to fill with: a number for numeric columns, a text for the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FillValue {
    Number(f64),
    Text(String),
}

impl Described for FillMissing {
    const NAME: &'static str = "fill_missing";
    const LABEL: &'static str = "Fill missing cells";
    const GROUP: Group = Group::Missing;
    const HELP: &'static str = "Puts a value into cells that have none.";
    const WORDS: &'static str = "fillna impute imputer median mean mode constant ffill bfill forward backward null nan";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new(
            "strategy",
            "With",
            ParamKind::Choice {
                options: &[
                    ("median", "the median"),
                    ("mean", "the mean"),
                    ("most_frequent", "the most frequent value"),
                    ("constant", "a value of mine"),
                    ("ffill", "the value before"),
                    ("bfill", "the value after"),
                ],
            },
        ),
        Param::new("fill_value", "Value", ParamKind::Scalar)
            .help("A number for columns of numbers, a text for the rest."),
        Param::new("group_by", "Within groups of", ParamKind::Columns { accepts: Accepts::Any, optional: true })
            .help("Each group of rows that are equal in these columns has its own value."),
    ];
}

impl Operation for FillMissing {
    fn columns(&self) -> Vec<String> {
        let mut names = named(self.columns.as_ref());
        names.extend(named(self.group_by.as_ref()));
        names
    }

    fn problem(&self) -> Option<RuleError> {
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Some(RuleError::new("columns", "Choose at least one column, or all of them."));
        }
        if self.group_by.as_ref().is_some_and(Vec::is_empty) {
            return Some(RuleError::new("group_by", "Choose at least one column to group by, or none at all."));
        }
        if self.strategy == FillStrategy::Constant && self.group_by.is_some() {
            return Some(RuleError::new("group_by", "A constant is the same in every group. Leave the groups out."));
        }
        let lacks_value = self.strategy == FillStrategy::Constant && self.fill_value.is_none();
        lacks_value.then(|| RuleError::new("fill_value", "Type the value to fill with."))
    }

    fn sentence(&self) -> String {
        self.sentence_with(&[])
    }

    fn python(&self) -> String {
        self.python_of_all()
    }
}

impl Work for FillMissing {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let groups = match &self.group_by {
            None => None,
            Some(names) => {
                let columns = chosen(table, Some(names), |_| true);
                Some(groups_of_known(&columns, table.n_rows(), rule, "group by")?)
            }
        };
        let mut filled_table = Cow::Borrowed(table);
        let (mut fills, mut learnt) = (Vec::new(), Vec::new());
        let mut has_missing = vec![false; table.n_rows()];
        let fits = |column: &Column| {
            let is_key = self.group_by.as_ref().is_some_and(|names| names.contains(&column.name));
            !is_key && fits(column, self.strategy, self.fill_value.as_ref())
        };
        for column in chosen(table, self.columns.as_deref(), fits) {
            let (value, filled) = match &groups {
                _ if self.strategy.is_neighbour() => (None, self.with_neighbours(column, groups.as_deref())),
                Some(groups) => {
                    let (filled, values) = self.by_groups(column, groups, rule)?;
                    learnt.extend(values.into_iter().map(|(row, value)| self.group_fill(table, column, row, &value)));
                    (None, filled)
                }
                None => {
                    let value = filling(column, self.strategy, self.fill_value.as_ref(), rule)?;
                    let filled = if column.n_missing() > 0 { fill(column, &value, rule)? } else { column.clone() };
                    (Some(value), filled)
                }
            };
            let cells = column.n_missing() - filled.n_missing();
            if cells > 0 {
                let (mut before, mut after) = (vec![false; table.n_rows()], vec![false; table.n_rows()]);
                mark_missing(column, &mut before);
                mark_missing(&filled, &mut after);
                let changed = before.into_iter().zip(after).map(|(before, after)| before && !after);
                has_missing.iter_mut().zip(changed).for_each(|(mark, changed)| *mark |= changed);
                filled_table = Cow::Owned(filled_table.with_column(filled));
            }
            fills.push(Fill { column: column.name.clone(), value, cells: cells as u64 });
        }
        let cells = fills.iter().map(|fill| fill.cells).sum::<u64>();
        let python = |fill: &Fill| self.line(&fill.column, fill.value.as_ref().unwrap_or(&Filling::Number(0.0)));
        Ok(Applied {
            rows: count(&has_missing),
            cells,
            sentence: self.sentence_with(&fills),
            python: if fills.is_empty() {
                self.python()
            } else {
                fills.iter().map(python).collect::<Vec<_>>().join("\n")
            },
            leak: (cells > 0).then(|| self.leak()).flatten().map(String::from),
            learnt: (groups.is_some() && !self.strategy.is_neighbour()).then_some(Learnt::Groups(learnt)),
            filled: fills
                .into_iter()
                .map(|fill| FilledColumn {
                    value: fill.value.map_or_else(|| self.words_for_many().into(), |value| value.to_string()),
                    column: fill.column,
                    cells: fill.cells,
                })
                .collect(),
            ..Applied::new(filled_table.into_owned())
        })
    }
}

/// What was put into one column; `None` when it differs from cell to cell.
struct Fill {
    column: String,
    value: Option<Filling>,
    cells: u64,
}

impl FillMissing {
    fn leak(&self) -> Option<&'static str> {
        match self.strategy {
            FillStrategy::Constant => None,
            FillStrategy::Ffill | FillStrategy::Bfill => {
                Some("A cell takes the value of another row, which may become a test row later.")
            }
            _ => Some(STATISTIC_LEAKS),
        }
    }

    fn group_fill(&self, table: &Table, column: &Column, row: u32, value: &Filling) -> GroupFill {
        let cell = |name: &String| table.column(name)?.cell_text(row as usize);
        let group = self.group_by.iter().flatten().map(|name| cell(name).unwrap_or_default()).collect();
        GroupFill { column: column.name.clone(), group, value: value.to_string() }
    }

    fn words_for_many(&self) -> &'static str {
        if self.strategy.is_neighbour() { self.strategy.word() } else { "its group's" }
    }
}

fn fits(column: &Column, strategy: FillStrategy, fill_value: Option<&FillValue>) -> bool {
    let type_fits = match (strategy, fill_value) {
        (FillStrategy::Mean | FillStrategy::Median, _) | (FillStrategy::Constant, Some(FillValue::Number(_))) => {
            column.data_type.is_numeric()
        }
        (FillStrategy::MostFrequent, _) => column.data_type != DataType::Text,
        (FillStrategy::Ffill | FillStrategy::Bfill, _) => true,
        (FillStrategy::Constant, _) => matches!(column.data_type, DataType::Category | DataType::Text),
    };
    let n_missing = column.n_missing();
    // A column without any value has no statistic, but takes a constant.
    type_fits && n_missing > 0 && (strategy == FillStrategy::Constant || n_missing < column.len())
}

#[cfg(test)]
mod tests {
    use super::cells::MAX_LABELS;
    use super::*;
    use crate::base::Coded;
    use crate::clean::Rule;
    use crate::table::{Bitmap, ColumnData, MISSING_CODE, MISSING_TIME};

    fn rule(columns: Option<&[String]>, strategy: FillStrategy, fill_value: Option<&FillValue>) -> FillMissing {
        let columns = columns.map(<[String]>::to_vec);
        FillMissing { columns, strategy, fill_value: fill_value.cloned(), group_by: None }
    }

    fn apply(
        table: &Table,
        columns: Option<&[String]>,
        strategy: FillStrategy,
        fill_value: Option<&FillValue>,
        number: usize,
    ) -> Result<Applied, CleanError> {
        rule(columns, strategy, fill_value).apply(table, number)
    }

    const NAN: f64 = f64::NAN;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn table() -> Table {
        let mut missing = Bitmap::zeros(3);
        missing.push(true);
        let category = |codes, labels: &[&str]| ColumnData::Category { codes, labels: names(labels) };
        Table::new(
            vec![
                Column::float("x", vec![1.0, NAN, 4.0, NAN]),
                Column::new("n", DataType::Integer, ColumnData::Number(vec![1.0, 2.0, NAN, 4.0])),
                Column::new("full", DataType::Integer, ColumnData::Number(vec![1.0, 2.0, 3.0, 4.0])),
                Column::float("none", vec![NAN; 4]),
                Column::new("flag", DataType::Boolean, ColumnData::Number(vec![1.0, NAN, 0.0, 1.0])),
                Column::new("t", DataType::Timestamp, ColumnData::Timestamp(vec![0, 0, MISSING_TIME, 86_400_000])),
                Column::new("c", DataType::Category, category(vec![MISSING_CODE, 1, 0, 0], &["b", "a"])),
                Column::new("s", DataType::Text, ColumnData::Text { missing }),
                Column::float("wide", vec![f64::INFINITY, NAN, f64::INFINITY, 1.0]),
            ],
            4,
        )
    }

    fn number(value: f64) -> Option<FillValue> {
        Some(FillValue::Number(value))
    }

    fn text(value: &str) -> Option<FillValue> {
        Some(FillValue::Text(value.into()))
    }

    #[track_caller]
    fn fill_one(column: &str, strategy: FillStrategy, value: Option<FillValue>) -> (Column, Applied) {
        let applied = apply(&table(), Some(&names(&[column])), strategy, value.as_ref(), 1).unwrap();
        (applied.table.column(column).unwrap().clone(), applied)
    }

    #[track_caller]
    fn check_refused(column: &str, strategy: FillStrategy, value: Option<FillValue>, code: &str, remedy: &str) {
        let error = apply(&table(), Some(&names(&[column])), strategy, value.as_ref(), 7).unwrap_err();
        let message = error.to_string();
        assert_eq!(error.code(), code);
        assert!(message.starts_with("Rule 7 ") && message.contains(remedy), "{message}");
    }

    #[test]
    fn a_statistic_goes_into_missing_cells_only() {
        let (column, applied) = fill_one("x", FillStrategy::Mean, None);
        assert_eq!(column.numbers().unwrap(), [1.0, 2.5, 4.0, 2.5]);
        assert_eq!((applied.rows, applied.leak.is_some()), (2, true));
        assert_eq!(applied.filled, [FilledColumn { column: "x".into(), value: "2.5".into(), cells: 2 }]);
        assert_eq!(applied.sentence, "Fill missing x with the mean (2.5)");
        assert_eq!(applied.python, r#"df["x"] = df["x"].fillna(df["x"].mean())"#);

        let (column, applied) = fill_one("n", FillStrategy::Median, None);
        assert_eq!((column.numbers().unwrap(), column.data_type), ([1.0, 2.0, 2.0, 4.0].as_slice(), DataType::Integer));
        assert_eq!(applied.sentence, "Fill missing n with the median (2)");
        let (column, _) = fill_one("n", FillStrategy::Mean, None);
        assert_eq!((column.numbers().unwrap()[2], column.data_type), (7.0 / 3.0, DataType::Float));

        let (column, applied) = fill_one("c", FillStrategy::MostFrequent, None);
        let expected = ColumnData::Category { codes: vec![0, 1, 0, 0], labels: names(&["b", "a"]) };
        assert_eq!(*column.data, expected);
        assert_eq!(applied.sentence, "Fill missing c with the most frequent value (b)");
        assert_eq!(applied.python, r#"df["c"] = df["c"].fillna(df["c"].mode()[0])"#);
        let (column, applied) = fill_one("t", FillStrategy::MostFrequent, None);
        assert_eq!(*column.data, ColumnData::Timestamp(vec![0, 0, 0, 86_400_000]));
        assert_eq!(applied.filled[0].value, "1970-01-01");
        let (column, applied) = fill_one("flag", FillStrategy::MostFrequent, None);
        assert_eq!(column.numbers().unwrap(), [1.0, 1.0, 0.0, 1.0]);
        assert_eq!(applied.filled[0].value, "True");
    }

    #[test]
    fn a_constant_fits_its_column() {
        let (column, applied) = fill_one("n", FillStrategy::Constant, number(0.5));
        assert_eq!((column.numbers().unwrap()[2], column.data_type), (0.5, DataType::Float));
        assert_eq!(applied.sentence, "Fill missing n with 0.5");
        assert_eq!(applied.python, r#"df["n"] = df["n"].fillna(0.5)"#);
        assert!(applied.leak.is_none());
        let (column, _) = fill_one("none", FillStrategy::Constant, number(0.0));
        assert_eq!(column.numbers().unwrap(), [0.0; 4]);

        let (column, applied) = fill_one("c", FillStrategy::Constant, text("a"));
        let used = ColumnData::Category { codes: vec![1, 1, 0, 0], labels: names(&["b", "a"]) };
        assert_eq!(*column.data, used);
        assert_eq!(applied.sentence, "Fill missing c with “a”");
        let (column, applied) = fill_one("c", FillStrategy::Constant, number(3.0));
        let added = ColumnData::Category { codes: vec![2, 1, 0, 0], labels: names(&["b", "a", "3"]) };
        assert_eq!(*column.data, added);
        assert_eq!(applied.python, r#"df["c"] = df["c"].fillna("3")"#);

        let (column, applied) = fill_one("s", FillStrategy::Constant, text("No \"review\""));
        assert_eq!((column.n_missing(), applied.filled[0].cells), (0, 1));
        assert_eq!(applied.python, r#"df["s"] = df["s"].fillna("No \"review\"")"#);
        let (column, applied) = fill_one("flag", FillStrategy::Constant, text("false"));
        assert_eq!(column.numbers().unwrap(), [1.0, 0.0, 0.0, 1.0]);
        assert_eq!(applied.python, r#"df["flag"] = df["flag"].fillna(False)"#);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_the_remedy() {
        use FillStrategy::{Constant, Mean, Median, MostFrequent};
        check_refused("none", Median, None, "clean.all_missing", "Drop the column");
        check_refused("none", MostFrequent, None, "clean.all_missing", "constant");
        check_refused("c", Median, None, "clean.not_numeric", "\"c\" with the median, because it is a category column");
        check_refused("flag", Mean, None, "clean.not_numeric", "most frequent");
        check_refused("t", Mean, None, "clean.not_numeric", "Choose the most frequent value.");
        check_refused("t", Constant, text("2020-01-01"), "clean.constant_date", "dates");
        check_refused("s", MostFrequent, None, "clean.text_not_kept", "constant");
        check_refused("x", Constant, text("none"), "clean.text_into_number", "Type a number");
        check_refused("flag", Constant, number(2.0), "clean.not_boolean", "with 2, because");
        check_refused("x", Constant, None, "clean.no_fill_value", "Type a number");
        check_refused("x", Constant, number(NAN), "clean.no_fill_value", "Type a number");
        check_refused("wide", Mean, None, "clean.not_finite", "infinite");
    }

    #[test]
    fn without_names_every_column_that_fits_is_filled() {
        let run = |strategy, value: Option<FillValue>| {
            let wide = table().filter_columns(|column| column.name != "wide");
            let applied = apply(&wide, None, strategy, value.as_ref(), 1).unwrap();
            let columns: Vec<String> = applied.filled.iter().map(|filled| filled.column.clone()).collect();
            (columns, applied)
        };
        let (columns, applied) = run(FillStrategy::Median, None);
        assert_eq!(columns, ["x", "n"]);
        assert_eq!(applied.rows, 3);
        assert_eq!(applied.sentence, "Fill missing x and n with their medians (2.5, 2)");
        let lines =
            "df[\"x\"] = df[\"x\"].fillna(df[\"x\"].median())\ndf[\"n\"] = df[\"n\"].fillna(df[\"n\"].median())";
        assert_eq!(applied.python, lines);
        assert_eq!(run(FillStrategy::MostFrequent, None).0, ["x", "n", "flag", "t", "c"]);
        assert_eq!(run(FillStrategy::Constant, number(0.0)).0, ["x", "n", "none"]);
        assert_eq!(run(FillStrategy::Constant, text("?")).0, ["c", "s"]);
    }

    #[test]
    fn nothing_missing_changes_nothing_and_copies_nothing() {
        let (column, applied) = fill_one("full", FillStrategy::Median, None);
        assert_eq!((applied.rows, applied.filled[0].cells, applied.leak.is_some()), (0, 0, false));
        assert_eq!((column.data_type, applied.filled[0].value.as_str()), (DataType::Integer, "2.5"));
        let (_, applied) = fill_one("x", FillStrategy::Median, None);
        let shared = |table: &Table| std::sync::Arc::as_ptr(&table.column("c").unwrap().data);
        let before = table();
        let after = apply(&before, Some(&names(&["x"])), FillStrategy::Median, None, 1).unwrap().table;
        assert_eq!(shared(&before), shared(&after));
        assert_eq!(applied.table.columns().len(), before.columns().len());
    }

    #[test]
    fn before_it_has_run_a_rule_has_words_and_code() {
        let say = |columns: Option<&[String]>, strategy, value: Option<FillValue>| {
            let rule = rule(columns, strategy, value.as_ref());
            (rule.sentence(), rule.python())
        };
        let two = names(&["a", "b"]);
        let (words, code) = say(Some(&two), FillStrategy::Median, None);
        assert_eq!(words, "Fill missing a and b with their medians");
        assert_eq!(code.lines().count(), 2);
        assert_eq!(
            say(None, FillStrategy::Median, None),
            (
                "Fill missing numbers with each column's median".into(),
                "df = df.fillna(df.median(numeric_only=True))".into()
            )
        );
        assert_eq!(
            say(None, FillStrategy::MostFrequent, None).0,
            "Fill missing cells with each column's most frequent value"
        );
        assert_eq!(say(None, FillStrategy::Constant, text("?")).0, "Fill missing text with “?”");
        let (words, code) = say(None, FillStrategy::Constant, number(0.0));
        assert_eq!(words, "Fill missing numbers with 0");
        assert_eq!(code, "columns = df.select_dtypes(include=\"number\").columns\ndf[columns] = df[columns].fillna(0)");
    }

    #[test]
    fn a_full_dictionary_takes_no_new_label() {
        let labels: Vec<String> = (0..MAX_LABELS).map(|label| label.to_string()).collect();
        let data = ColumnData::Category { codes: vec![MISSING_CODE], labels };
        let full = Table::new(vec![Column::new("c", DataType::Category, data)], 1);
        let fill = |label: &str| apply(&full, None, FillStrategy::Constant, text(label).as_ref(), 1);
        assert_eq!(fill("new").unwrap_err().code(), "clean.too_many_labels");
        assert_eq!(fill("7").unwrap().table.columns()[0].n_missing(), 0);
    }

    #[test]
    fn neighbours_and_groups() {
        let category = |codes| ColumnData::Category { codes, labels: names(&["a", "b"]) };
        let table = Table::new(
            vec![
                Column::new("k", DataType::Category, category(vec![0, 1, 0, 1, MISSING_CODE, 0])),
                Column::float("x", vec![NAN, 2.0, 4.0, NAN, NAN, NAN]),
                Column::new("c", DataType::Category, category(vec![1, MISSING_CODE, MISSING_CODE, 0, 0, 1])),
            ],
            6,
        );
        let filled = |json: &str| {
            let rule: Rule = serde_json::from_str(json).unwrap();
            let (table, summary) = crate::clean::clean(&table, &[rule]).unwrap();
            (table.column("x").unwrap().numbers().unwrap().to_vec(), summary.effects[0].clone())
        };
        let (x, effect) = filled(r#"{"rule": "fill_missing", "columns": ["x"], "strategy": "ffill"}"#);
        assert!(x[0].is_nan());
        assert_eq!(x[1..], [2.0, 4.0, 4.0, 4.0, 4.0]);
        assert_eq!(effect.sentence, "Fill missing x with the value before");
        assert_eq!((effect.cells, effect.rows, effect.leaks), (3, 3, true));
        let (x, _) = filled(r#"{"rule": "fill_missing", "columns": ["x"], "strategy": "bfill", "group_by": ["k"]}"#);
        assert_eq!(x[..3], [4.0, 2.0, 4.0]);
        assert!(x[3..].iter().all(|x| x.is_nan()));
        let (x, effect) =
            filled(r#"{"rule": "fill_missing", "columns": ["x"], "strategy": "mean", "group_by": ["k"]}"#);
        assert_eq!([x[0], x[3], x[5]], [4.0, 2.0, 4.0]);
        assert!(x[4].is_nan());
        assert_eq!(effect.sentence, "Fill missing x with the mean of rows with the same k");
        assert_eq!(effect.python, r#"df["x"] = df["x"].fillna(df.groupby(["k"])["x"].transform("mean"))"#);
        let (_, effect) = filled(r#"{"rule": "fill_missing", "strategy": "most_frequent", "group_by": ["k"]}"#);
        assert_eq!(effect.filled.iter().map(|filled| filled.cells).collect::<Vec<_>>(), [3, 2]);
    }
}
