//! Brings values far out back to a bound.

use serde::{Deserialize, Serialize};

use crate::base::{Accepts, OUTLIER_PARAMS, OutlierBounds, OutlierMethod, Param, ParamKind, known, python_list};
use crate::clean::operation::{Applied, Described, Group, Operation, STATISTIC_LEAKS, Work, chosen, count, named};
use crate::clean::{CleanError, ColumnBounds, Learnt, RuleError, words};
use crate::table::{Column, ColumnData, DataType, Table};

/// Brings values far out back to a bound, as pandas' `clip`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClipOutliers {
    /// `None`: every numeric column.
    pub columns: Option<Vec<String>>,
    pub method: OutlierMethod,
    /// For `iqr`: so many times the distance of the quartiles beyond them.
    pub factor: f64,
    /// For `z_score`: so many standard deviations from the mean.
    pub threshold: f64,
    /// For `quantiles`: the share of values below the lower bound.
    pub lower: f64,
    /// For `quantiles`: the share of values below the upper bound.
    pub upper: f64,
}

impl Default for ClipOutliers {
    fn default() -> Self {
        let OutlierBounds { method, factor, threshold, lower, upper } = OutlierBounds::default();
        Self { columns: None, method, factor, threshold, lower, upper }
    }
}

/// The parameters of both rules over outliers.
pub(super) const PARAMS: &[Param] = &[
    Param::new("columns", "Columns", ParamKind::Columns { accepts: Accepts::Numeric, optional: true }),
    OUTLIER_PARAMS[0],
    OUTLIER_PARAMS[1],
    OUTLIER_PARAMS[2],
    OUTLIER_PARAMS[3],
    OUTLIER_PARAMS[4],
];

impl Described for ClipOutliers {
    const NAME: &'static str = "clip_outliers";
    const LABEL: &'static str = "Clip outliers";
    const GROUP: Group = Group::Outliers;
    const HELP: &'static str = "Brings values far out back to a bound; the rows stay.";
    const WORDS: &'static str = "winsorize winsorise cap limit extreme iqr z-score quantile";
    const PARAMS: &'static [Param] = PARAMS;
}

impl ClipOutliers {
    /// Where the bounds lie.
    pub(super) fn bounds(&self) -> OutlierBounds {
        let Self { method, factor, threshold, lower, upper, .. } = *self;
        OutlierBounds { method, factor, threshold, lower, upper }
    }

    pub(super) fn check(&self) -> Option<RuleError> {
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Some(RuleError::new("columns", "Choose at least one column, or all of them."));
        }
        self.bounds().problem().map(|(param, words)| RuleError::new(param, words))
    }

    pub(super) fn over(&self) -> String {
        self.columns.as_ref().map_or_else(|| "every numeric column".into(), |names| words::list(names))
    }

    pub(super) fn python_over(&self) -> String {
        match &self.columns {
            None => "df.select_dtypes(include=\"number\").columns".into(),
            Some(names) => python_list(names),
        }
    }

    /// The numeric columns that are looked at.
    pub(super) fn numeric<'a>(
        &self,
        table: &'a Table,
        rule: usize,
        action: &'static str,
    ) -> Result<Vec<(&'a Column, &'a [f64])>, CleanError> {
        let columns = chosen(table, self.columns.as_deref(), |column| column.data_type.is_numeric());
        let numbers = |column: &'a Column| {
            let numbers = column.numbers().filter(|_| column.data_type.is_numeric());
            numbers.map(|numbers| (column, numbers)).ok_or_else(|| CleanError::WrongType {
                rule,
                action,
                column: column.name.clone(),
                data_type: column.data_type,
                remedy: "Take it out of the rule.",
            })
        };
        columns.into_iter().map(numbers).collect()
    }
}

impl Operation for ClipOutliers {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        self.check()
    }

    fn sentence(&self) -> String {
        format!("Clip {} at {}", self.over(), self.bounds().in_words())
    }

    fn python(&self) -> String {
        let (over, bounds) = (self.python_over(), self.bounds().python("df[column]"));
        format!("for column in {over}:\n{bounds}    df[column] = df[column].clip(low, high)")
    }
}

impl Work for ClipOutliers {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let mut result = table.clone();
        let mut changed_rows = vec![false; table.n_rows()];
        let mut cells = 0;
        let bounds = self.bounds();
        let (mut used, mut learnt) = (Vec::new(), Vec::new());
        for (column, values) in self.numeric(table, rule, "clip")? {
            let Some((low, high)) = bounds.of(&mut known(values)) else { continue };
            learnt.push(column_bounds(column, low, high));
            let mut changed = 0;
            let clip = |(value, row): (&f64, &mut bool)| {
                let is_out = *value < low || *value > high;
                changed += u64::from(is_out);
                *row |= is_out;
                if *value < low {
                    low
                } else if *value > high {
                    high
                } else {
                    *value
                }
            };
            let clipped: Vec<f64> = values.iter().zip(&mut changed_rows).map(clip).collect();
            if changed > 0 {
                cells += changed;
                used.push(format!("{}: {} to {}", column.name, short(low), short(high)));
                let whole = column.data_type == DataType::Integer && low.fract() == 0.0 && high.fract() == 0.0;
                let data_type = if whole { DataType::Integer } else { DataType::Float };
                result = result.with_column(Column::new(column.name.clone(), data_type, ColumnData::Number(clipped)));
            }
        }
        let shown = if used.is_empty() || !words::is_listed_whole(&used) {
            String::new()
        } else {
            format!("; {}", used.join(", "))
        };
        Ok(Applied {
            rows: count(&changed_rows),
            cells,
            sentence: format!("{} ({}{shown})", self.sentence(), words::count(cells, "cell")),
            python: self.python(),
            leak: (cells > 0).then(|| STATISTIC_LEAKS.into()),
            learnt: Some(Learnt::Bounds(learnt)),
            ..Applied::new(result)
        })
    }
}

/// Bounds as they are kept.
pub(super) fn column_bounds(column: &Column, low: f64, high: f64) -> ColumnBounds {
    let finite = |bound: f64| bound.is_finite().then_some(bound);
    ColumnBounds { column: column.name.clone(), low: finite(low), high: finite(high) }
}

/// A number for a sentence: six digits that count.
pub(super) fn short(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    if rounded.abs() < 1e15 { rounded.to_string() } else { format!("{rounded:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;

    fn table() -> Table {
        let text = ColumnData::Category { codes: vec![0; 7], labels: vec!["a".into()] };
        Table::new(
            vec![
                Column::float("x", vec![1.0, 2.0, 3.0, 4.0, 5.0, 100.0, f64::NAN]),
                Column::new("c", DataType::Category, text),
            ],
            7,
        )
    }

    #[test]
    fn bounds_are_pandas() {
        // pandas 3.1.1: Series([1, 2, 3, 4, 5, 100]).
        let clipped = |rule: ClipOutliers| {
            let applied = rule.apply(&table(), 1).unwrap();
            (applied.table.column("x").unwrap().numbers().unwrap()[5], applied)
        };
        let (high, applied) = clipped(ClipOutliers::default());
        assert_eq!((high, applied.cells, applied.rows), (8.5, 1, 1));
        assert!(applied.leak.is_some());
        assert_eq!(
            applied.sentence,
            "Clip every numeric column at 1.5 times the quartiles' distance beyond them (1 cell; x: -1.5 to 8.5)"
        );
        let z = ClipOutliers { method: OutlierMethod::ZScore, threshold: 1.0, ..ClipOutliers::default() };
        assert!((clipped(z).0 - 58.791_995_266_776_3).abs() < 1e-12);
        let quantiles =
            ClipOutliers { method: OutlierMethod::Quantiles, lower: 0.1, upper: 0.9, ..ClipOutliers::default() };
        assert_eq!(clipped(quantiles.clone()).0, 52.5);
        assert!(ClipOutliers { lower: 0.95, ..quantiles }.problem().is_some());
    }

    #[test]
    fn texts_have_no_outliers() {
        let rule = ClipOutliers { columns: Some(vec!["c".into()]), ..ClipOutliers::default() };
        assert_eq!(rule.apply(&table(), 1).unwrap_err().code(), "clean.wrong_type");
    }
}
