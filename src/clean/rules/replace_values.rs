//! Replaces values by others.

use serde::{Deserialize, Serialize};

use super::FillValue;
use crate::base::{Accepts, Param, ParamKind, python_list, python_number, python_string};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, count, named};
use crate::clean::{CleanError, RuleError, words};
use crate::expression::parse_time;
use crate::table::{Column, ColumnData, DataType, Labels, MISSING_CODE, MISSING_TIME, Table};

/// Replaces values, all at once, as pandas' `replace`. A pair whose old value is not of a column's type does nothing
/// there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceValues {
    /// `None`: every column.
    #[serde(default)]
    pub columns: Option<Vec<String>>,
    /// Old and new values; a new value of `null` makes the cell missing.
    pub pairs: Vec<(FillValue, Option<FillValue>)>,
}

impl Described for ReplaceValues {
    const NAME: &'static str = "replace_values";
    const LABEL: &'static str = "Replace values";
    const GROUP: Group = Group::Values;
    const HELP: &'static str = "Writes other values in place of those that you name, or makes them missing.";
    const WORDS: &'static str = "map recode substitute change correct merge categories";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Any, optional: true }),
        Param::new("pairs", "Old and new values", ParamKind::Pairs).help("An empty new value makes the cell missing."),
    ];
}

fn literal(value: Option<&FillValue>) -> String {
    match value {
        None => "None".into(),
        Some(FillValue::Number(value)) => python_number(*value),
        Some(FillValue::Text(text)) => python_string(text),
    }
}

fn shown(value: Option<&FillValue>) -> String {
    match value {
        None => "missing".into(),
        Some(FillValue::Number(value)) => value.to_string(),
        Some(FillValue::Text(text)) => format!("“{text}”"),
    }
}

fn boolean(value: &FillValue) -> Option<f64> {
    match value {
        FillValue::Number(value) if *value == 0.0 || *value == 1.0 => Some(*value),
        FillValue::Number(_) => None,
        FillValue::Text(text) => match text.as_str() {
            "True" | "true" | "TRUE" => Some(1.0),
            "False" | "false" | "FALSE" => Some(0.0),
            _ => None,
        },
    }
}

impl Operation for ReplaceValues {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Some(RuleError::new("columns", "Choose at least one column, or all of them."));
        }
        if self.pairs.is_empty() {
            return Some(RuleError::new("pairs", "Type an old and a new value."));
        }
        let twice = self
            .pairs
            .iter()
            .enumerate()
            .find(|(place, (old, _))| self.pairs.iter().take(*place).any(|(other, _)| other == old))?;
        let old = shown(Some(&twice.1.0));
        Some(RuleError::new("pairs", format!("{old} is replaced twice. Take one of them out.")))
    }

    fn sentence(&self) -> String {
        let pairs: Vec<String> =
            self.pairs.iter().map(|(old, new)| format!("{} by {}", shown(Some(old)), shown(new.as_ref()))).collect();
        let over = self.columns.as_ref().map_or_else(|| "every column".into(), |names| words::list(names));
        format!("Replace {} in {over}", words::list(&pairs))
    }

    fn python(&self) -> String {
        let pairs: Vec<String> =
            self.pairs.iter().map(|(old, new)| format!("{}: {}", literal(Some(old)), literal(new.as_ref()))).collect();
        let pairs = pairs.join(", ");
        match &self.columns {
            None => format!("df = df.replace({{{pairs}}})"),
            Some(names) => {
                let names = python_list(names);
                format!("df[{names}] = df[{names}].replace({{{pairs}}})")
            }
        }
    }
}

impl Work for ReplaceValues {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let mut result = table.clone();
        let mut changed_rows = vec![false; table.n_rows()];
        let mut cells = 0;
        for column in chosen(table, self.columns.as_deref(), |column| column.data_type != DataType::Text) {
            let mut changed = vec![false; table.n_rows()];
            let replaced = self.replace(column, &mut changed, rule)?;
            let n = count(&changed);
            if n > 0 {
                cells += n;
                changed_rows.iter_mut().zip(changed).for_each(|(row, changed)| *row |= changed);
                result = result.with_column(replaced);
            }
        }
        Ok(Applied {
            rows: count(&changed_rows),
            cells,
            sentence: format!("{} ({})", self.sentence(), words::count(cells, "cell")),
            python: self.python(),
            ..Applied::new(result)
        })
    }
}

impl ReplaceValues {
    fn replace(&self, column: &Column, changed: &mut [bool], rule: usize) -> Result<Column, CleanError> {
        let unfit = |value: &FillValue| CleanError::ValueDoesNotFit {
            rule,
            column: column.name.clone(),
            data_type: column.data_type,
            value: value.to_string(),
        };
        let mut data_type = column.data_type;
        let data = match &*column.data {
            ColumnData::Number(values) => {
                let read = |value: &FillValue| match (data_type, value) {
                    (DataType::Boolean, value) => boolean(value),
                    (_, FillValue::Number(value)) => Some(*value),
                    (_, FillValue::Text(_)) => None,
                };
                let pairs = self.readable(read, f64::NAN);
                let cells = substitute(values, &pairs, changed, |a, b| a == b).map_err(|new| unfit(&new))?;
                if data_type == DataType::Integer && cells.iter().any(|cell| cell.fract() != 0.0 && !cell.is_nan()) {
                    data_type = DataType::Float;
                }
                ColumnData::Number(cells)
            }
            ColumnData::Timestamp(values) => {
                let read = |value: &FillValue| match value {
                    FillValue::Text(text) => parse_time(text),
                    FillValue::Number(_) => None,
                };
                let pairs = self.readable(read, MISSING_TIME);
                let cells = substitute(values, &pairs, changed, |a, b| a == b).map_err(|new| unfit(&new))?;
                ColumnData::Timestamp(cells)
            }
            ColumnData::Category { codes, labels } => {
                let mut dictionary = Labels::default();
                let mut of_label = Vec::with_capacity(labels.len());
                for label in labels {
                    let pair = self.pairs.iter().find(|(old, _)| old.to_string() == *label);
                    let code = match pair {
                        Some((_, None)) => Some(MISSING_CODE),
                        Some((_, Some(new))) => dictionary.code(&new.to_string()),
                        None => dictionary.code(label),
                    };
                    let is_other = pair.is_some_and(|(old, new)| new.as_ref() != Some(old));
                    let full = || CleanError::TooManyLabels { rule, column: column.name.clone(), value: label.clone() };
                    of_label.push((code.ok_or_else(full)?, is_other));
                }
                let codes = codes.iter().zip(changed).map(|(code, changed)| {
                    let (new, is_other) = of_label.get(usize::from(*code)).copied().unwrap_or((MISSING_CODE, false));
                    *changed = is_other;
                    new
                });
                ColumnData::Category { codes: codes.collect(), labels: dictionary.into_vec() }
            }
            ColumnData::Text { .. } => {
                let action = "replace values of";
                return Err(CleanError::ValuesNotKept { rule, action, column: column.name.clone() });
            }
        };
        Ok(Column::new(column.name.clone(), data_type, data))
    }

    /// The pairs whose old value can be one of the column's; the new one as it is written where it cannot.
    fn readable<T>(&self, read: impl Fn(&FillValue) -> Option<T>, missing: T) -> Vec<(T, Result<T, FillValue>)>
    where
        T: Copy,
    {
        let pair = |(old, new): &(FillValue, Option<FillValue>)| {
            let new = match new {
                None => Ok(missing),
                Some(new) => read(new).ok_or_else(|| new.clone()),
            };
            Some((read(old)?, new))
        };
        self.pairs.iter().filter_map(pair).collect()
    }
}

/// The cells with new values, or the first new value that a cell would need and that does not fit.
fn substitute<T: Copy>(
    cells: &[T],
    pairs: &[(T, Result<T, FillValue>)],
    changed: &mut [bool],
    equal: impl Fn(T, T) -> bool,
) -> Result<Vec<T>, FillValue> {
    let mut found = Vec::with_capacity(cells.len());
    for (cell, changed) in cells.iter().zip(changed) {
        found.push(match pairs.iter().find(|(old, _)| equal(*old, *cell)) {
            None => *cell,
            Some((_, new)) => {
                let new = new.clone()?;
                *changed = !equal(new, *cell);
                new
            }
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::clean::{Rule, clean};

    #[test]
    fn values_change_all_at_once() {
        let codes = ColumnData::Category { codes: vec![0, 1, MISSING_CODE], labels: vec!["a".into(), "b".into()] };
        let table = Table::new(
            vec![
                Column::new("n", DataType::Integer, ColumnData::Number(vec![1.0, 2.0, 3.0])),
                Column::new("c", DataType::Category, codes),
            ],
            3,
        );
        let run = |pairs: &str| {
            let rule: Rule =
                serde_json::from_str(&format!(r#"{{"rule": "replace_values", "pairs": {pairs}}}"#)).unwrap();
            clean(&table, &[rule]).map(|(table, summary)| (table, summary.effects[0].clone()))
        };
        let (replaced, effect) = run(r#"[[1, 2], [2, 3], ["a", "b"], ["b", null]]"#).unwrap();
        assert_eq!(replaced.column("n").unwrap().numbers().unwrap(), [2.0, 3.0, 3.0]);
        let c = replaced.column("c").unwrap();
        assert_eq!([0, 1, 2].map(|row| c.cell_text(row).unwrap()), ["b", "", ""]);
        assert_eq!((effect.cells, effect.rows), (4, 2));
        assert_eq!(effect.python, r#"df = df.replace({1: 2, 2: 3, "a": "b", "b": None})"#);
        assert_eq!(run(r#"[[3, "three"]]"#).unwrap_err().code(), "clean.value_does_not_fit");
        assert_eq!(run(r#"[[9, "nine"]]"#).unwrap().1.cells, 0);
        assert_eq!(run(r#"[[9, 1], [9, 2]]"#).unwrap_err().code(), "clean.incomplete");
    }
}
