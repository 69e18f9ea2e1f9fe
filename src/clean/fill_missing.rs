//! Fills missing cells with a statistic of their column or with a constant.

use std::borrow::Cow;

use super::apply::Applied;
use super::missing::mark_missing;
use super::statistic::{Filling, filling};
use super::{CleanError, FillStrategy, FillValue, FilledColumn, words};
use crate::table::{Bitmap, Column, ColumnData, DataType, MISSING_CODE, MISSING_TIME, Table};

/// The largest code that a label can have.
const MAX_LABELS: usize = MISSING_CODE as usize;
/// The largest whole number up to which f64 holds every one.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// The table without missing cells in `columns`; `None` means every column with missing cells that the strategy fits.
///
/// # Errors
/// A strategy or constant that does not fit a named column; a statistic of no cells or of infinite ones.
pub(super) fn apply(
    table: &Table,
    columns: Option<&[String]>,
    strategy: FillStrategy,
    fill_value: Option<&FillValue>,
    rule: usize,
) -> Result<Applied, CleanError> {
    if strategy == FillStrategy::Constant && fill_value.is_none() {
        return Err(CleanError::NoFillValue { rule });
    }
    let mut filled_table = Cow::Borrowed(table);
    let mut fills = Vec::new();
    let mut has_missing = vec![false; table.n_rows()];
    for column in chosen(table, columns, strategy, fill_value) {
        let value = filling(column, strategy, fill_value, rule)?;
        let cells = column.n_missing();
        if cells > 0 {
            mark_missing(column, &mut has_missing);
            filled_table = Cow::Owned(filled_table.with_column(fill(column, &value, rule)?));
        }
        fills.push(Fill { column: column.name.clone(), value, cells: cells as u64 });
    }
    let n_cells = fills.iter().map(|fill| fill.cells).sum::<u64>();
    Ok(Applied {
        rows: has_missing.into_iter().filter(|missing| *missing).count() as u64,
        sentence: sentence_with(columns, strategy, fill_value, &fills),
        python: if fills.is_empty() {
            python(columns, strategy, fill_value)
        } else {
            fills.iter().map(|fill| line(&fill.column, strategy, &fill.value)).collect::<Vec<_>>().join("\n")
        },
        leaks: n_cells > 0 && strategy != FillStrategy::Constant,
        filled: fills
            .into_iter()
            .map(|fill| FilledColumn { value: fill.value.to_string(), column: fill.column, cells: fill.cells })
            .collect(),
        ..Applied::new(filled_table.into_owned())
    })
}

/// What was put into one column.
struct Fill {
    column: String,
    value: Filling,
    cells: u64,
}

/// The named columns in the rule's order, each once; or those with missing cells that the strategy fits, in the table's.
fn chosen<'a>(
    table: &'a Table,
    columns: Option<&[String]>,
    strategy: FillStrategy,
    fill_value: Option<&FillValue>,
) -> Vec<&'a Column> {
    let Some(names) = columns else {
        return table.columns().iter().filter(|column| fits(column, strategy, fill_value)).collect();
    };
    let mut chosen: Vec<&Column> = Vec::with_capacity(names.len());
    for column in names.iter().filter_map(|name| table.column(name)) {
        if !chosen.iter().any(|other| other.name == column.name) {
            chosen.push(column);
        }
    }
    chosen
}

fn fits(column: &Column, strategy: FillStrategy, fill_value: Option<&FillValue>) -> bool {
    let type_fits = match (strategy, fill_value) {
        (FillStrategy::Mean | FillStrategy::Median, _) | (FillStrategy::Constant, Some(FillValue::Number(_))) => {
            column.data_type.is_numeric()
        }
        (FillStrategy::MostFrequent, _) => column.data_type != DataType::Text,
        (FillStrategy::Constant, _) => matches!(column.data_type, DataType::Category | DataType::Text),
    };
    let n_missing = column.n_missing();
    // A column without any value has no statistic, but takes a constant.
    type_fits && n_missing > 0 && (strategy == FillStrategy::Constant || n_missing < column.len())
}

/// The column with `value` in its missing cells.
fn fill(column: &Column, value: &Filling, rule: usize) -> Result<Column, CleanError> {
    let mut data_type = column.data_type;
    let data = match (&*column.data, value) {
        (ColumnData::Number(values), Filling::Number(value)) => {
            if data_type == DataType::Integer && (value.fract() != 0.0 || value.abs() > MAX_WHOLE) {
                data_type = DataType::Float;
            }
            ColumnData::Number(fill_numbers(values, *value))
        }
        (ColumnData::Number(values), Filling::Boolean(value)) => {
            ColumnData::Number(fill_numbers(values, f64::from(u8::from(*value))))
        }
        (ColumnData::Timestamp(values), Filling::Time(value)) => ColumnData::Timestamp(
            values.iter().map(|cell| if *cell == MISSING_TIME { *value } else { *cell }).collect(),
        ),
        (ColumnData::Category { codes, labels }, Filling::Label(label)) => {
            let mut labels = labels.clone();
            let place = labels.iter().position(|old| old == label).unwrap_or(labels.len());
            if place == labels.len() {
                labels.push(label.clone());
            }
            let code = u16::try_from(place)
                .ok()
                .filter(|code| usize::from(*code) < MAX_LABELS)
                .ok_or_else(|| CleanError::TooManyLabels { rule, column: column.name.clone(), value: label.clone() })?;
            ColumnData::Category {
                codes: codes.iter().map(|cell| if *cell == MISSING_CODE { code } else { *cell }).collect(),
                labels,
            }
        }
        // Free text is not kept, so there is nothing to write into.
        (ColumnData::Text { missing }, Filling::Label(_)) => ColumnData::Text { missing: Bitmap::zeros(missing.len()) },
        // `filling` gives no other pair.
        (data, _) => data.clone(),
    };
    Ok(Column::new(column.name.clone(), data_type, data))
}

fn fill_numbers(values: &[f64], value: f64) -> Vec<f64> {
    values.iter().map(|cell| if cell.is_nan() { value } else { *cell }).collect()
}

/// The rule in words, before it has run.
pub(super) fn sentence(columns: Option<&[String]>, strategy: FillStrategy, fill_value: Option<&FillValue>) -> String {
    sentence_with(columns, strategy, fill_value, &[])
}

fn sentence_with(
    columns: Option<&[String]>,
    strategy: FillStrategy,
    fill_value: Option<&FillValue>,
    fills: &[Fill],
) -> String {
    let filled: Vec<&str> = fills.iter().map(|fill| fill.column.as_str()).collect();
    let named: Option<Vec<&str>> = match columns {
        None if fills.is_empty() => None,
        None => Some(filled),
        Some(names) => Some(names.iter().map(String::as_str).collect()),
    };
    let what = match (&named, strategy, fill_value) {
        (Some(names), ..) => words::list(names),
        (None, FillStrategy::MostFrequent, _) => "cells".into(),
        (None, FillStrategy::Constant, Some(FillValue::Text(_))) => "text".into(),
        (None, ..) => "numbers".into(),
    };
    let with = match (strategy, fill_value) {
        (FillStrategy::Constant, Some(FillValue::Text(text))) => format!("“{text}”"),
        (FillStrategy::Constant, Some(FillValue::Number(value))) => value.to_string(),
        (FillStrategy::Constant, None) => "a constant".into(),
        _ if named.as_ref().is_some_and(|names| names.len() == 1) => format!("the {}", strategy.word()),
        _ if named.is_some() => format!("their {}s", strategy.word()),
        _ => format!("each column's {}", strategy.word()),
    };
    let values: Vec<String> = fills.iter().map(|fill| fill.value.to_string()).collect();
    let is_shown = strategy != FillStrategy::Constant && !values.is_empty() && words::is_listed_whole(&values);
    let shown = if is_shown { format!(" ({})", values.join(", ")) } else { String::new() };
    format!("Fill missing {what} with {with}{shown}")
}

/// The rule as pandas code, before it has run.
pub(super) fn python(columns: Option<&[String]>, strategy: FillStrategy, fill_value: Option<&FillValue>) -> String {
    let constant = match fill_value {
        Some(FillValue::Number(value)) => Filling::Number(*value),
        Some(FillValue::Text(text)) => Filling::Label(text.clone()),
        None => Filling::Label(String::new()),
    };
    match (columns, strategy) {
        (Some(names), _) => names.iter().map(|name| line(name, strategy, &constant)).collect::<Vec<_>>().join("\n"),
        (None, FillStrategy::Mean) => "df = df.fillna(df.mean(numeric_only=True))".into(),
        (None, FillStrategy::Median) => "df = df.fillna(df.median(numeric_only=True))".into(),
        (None, FillStrategy::MostFrequent) => "df = df.fillna(df.mode().iloc[0])".into(),
        (None, FillStrategy::Constant) => {
            let side = if matches!(constant, Filling::Number(_)) { "include" } else { "exclude" };
            let literal = literal(&constant);
            format!(
                "columns = df.select_dtypes({side}=\"number\").columns\ndf[columns] = df[columns].fillna({literal})"
            )
        }
    }
}

/// One column as pandas code.
fn line(column: &str, strategy: FillStrategy, value: &Filling) -> String {
    let name = words::python_string(column);
    let filled_with = match strategy {
        FillStrategy::Mean => format!("df[{name}].mean()"),
        FillStrategy::Median => format!("df[{name}].median()"),
        FillStrategy::MostFrequent => format!("df[{name}].mode()[0]"),
        FillStrategy::Constant => literal(value),
    };
    format!("df[{name}] = df[{name}].fillna({filled_with})")
}

fn literal(value: &Filling) -> String {
    match value {
        Filling::Number(value) => words::python_number(*value),
        Filling::Boolean(_) => value.to_string(),
        Filling::Label(text) => words::python_string(text),
        Filling::Time(_) => words::python_string(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

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
        assert_eq!((applied.rows, applied.leaks), (2, true));
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
        assert!(!applied.leaks);
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
        assert_eq!((applied.rows, applied.filled[0].cells, applied.leaks), (0, 0, false));
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
            (sentence(columns, strategy, value.as_ref()), python(columns, strategy, value.as_ref()))
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
}
