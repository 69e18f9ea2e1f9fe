//! Drops rows with values far out.

use serde::{Deserialize, Serialize};

use super::ClipOutliers;
use super::clip_outliers::{PARAMS, column_bounds};
use crate::base::{OutlierMethod, Param, known};
use crate::clean::operation::{Applied, Described, Group, Operation, STATISTIC_LEAKS, Work, marked, named};
use crate::clean::{CleanError, Learnt, RuleError, words};
use crate::table::Table;

/// Drops rows with a value beyond the bounds of its column. Missing cells are no outliers. All bounds are found before
/// any row goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropOutliers {
    /// `None`: every numeric column.
    pub columns: Option<Vec<String>>,
    pub method: OutlierMethod,
    pub factor: f64,
    pub threshold: f64,
    pub lower: f64,
    pub upper: f64,
}

impl Default for DropOutliers {
    fn default() -> Self {
        let ClipOutliers { columns, method, factor, threshold, lower, upper } = ClipOutliers::default();
        Self { columns, method, factor, threshold, lower, upper }
    }
}

impl Described for DropOutliers {
    const NAME: &'static str = "drop_outliers";
    const LABEL: &'static str = "Drop rows with outliers";
    const GROUP: Group = Group::Outliers;
    const HELP: &'static str = "Removes rows with a value far out.";
    const WORDS: &'static str = "remove extreme iqr z-score quantile trim";
    const PARAMS: &'static [Param] = PARAMS;
}

impl DropOutliers {
    /// The rule that looks for the same.
    fn clipping(&self) -> ClipOutliers {
        let Self { columns, method, factor, threshold, lower, upper } = self.clone();
        ClipOutliers { columns, method, factor, threshold, lower, upper }
    }
}

impl Operation for DropOutliers {
    fn columns(&self) -> Vec<String> {
        named(self.columns.as_ref())
    }

    fn problem(&self) -> Option<RuleError> {
        self.clipping().check()
    }

    fn sentence(&self) -> String {
        let clipping = self.clipping();
        format!("Drop rows with a value of {} beyond {}", clipping.over(), clipping.bounds().in_words())
    }

    fn python(&self) -> String {
        let clipping = self.clipping();
        format!(
            "keep = pd.Series(True, index=df.index)\nfor column in {}:\n{}    keep &= df[column].between(low, high) | df[column].isna()\ndf = df[keep]",
            clipping.python_over(),
            clipping.bounds().python("df[column]")
        )
    }
}

impl Work for DropOutliers {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let clipping = self.clipping();
        let mut stays = vec![true; table.n_rows()];
        let (mut guilty, mut learnt) = (Vec::new(), Vec::new());
        for (column, values) in clipping.numeric(table, rule, "look for outliers in")? {
            let Some((low, high)) = clipping.bounds().of(&mut known(values)) else { continue };
            learnt.push(column_bounds(column, low, high));
            let mut n_out = 0;
            for (stays, value) in stays.iter_mut().zip(values) {
                let is_out = *value < low || *value > high;
                n_out += u64::from(is_out);
                *stays &= !is_out;
            }
            if n_out > 0 {
                guilty.push(format!("{}: {n_out}", column.name));
            }
        }
        let kept = marked(&stays);
        if kept.is_empty() && table.n_rows() > 0 {
            let remedy = "Every row has a value beyond the bounds: widen them.".into();
            return Err(CleanError::NoRowsLeft { rule, n_rows: table.n_rows(), remedy });
        }
        let applied = Applied::rows(table, kept);
        let shown = if guilty.is_empty() || !words::is_listed_whole(&guilty) {
            String::new()
        } else {
            format!("; {}", guilty.join(", "))
        };
        Ok(Applied {
            sentence: format!("{} ({}{shown})", self.sentence(), words::count(applied.rows, "row")),
            python: self.python(),
            leak: (applied.rows > 0).then(|| STATISTIC_LEAKS.into()),
            learnt: Some(Learnt::Bounds(learnt)),
            ..applied
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn rows_with_a_value_far_out_go() {
        let nan = f64::NAN;
        let table = Table::new(
            vec![
                Column::float("x", vec![1.0, 2.0, 3.0, 4.0, 5.0, 100.0, nan]),
                Column::float("y", vec![50.0, 0.0, 0.1, 0.2, 0.1, nan, 0.0]),
            ],
            7,
        );
        let applied = DropOutliers::default().apply(&table, 1).unwrap();
        assert_eq!((applied.kept.unwrap(), applied.rows), (vec![1, 2, 3, 4, 6], 2));
        assert!(applied.sentence.ends_with("(2 rows; x: 1, y: 1)"), "{}", applied.sentence);
    }
}
