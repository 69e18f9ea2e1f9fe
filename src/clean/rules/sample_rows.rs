//! Draws some of the rows.

use serde::{Deserialize, Serialize};

use crate::base::{Param, ParamKind, RandomState, python_number};
use crate::clean::operation::{Applied, Described, Group, Operation, Work};
use crate::clean::{CleanError, ColumnBrief, RuleError, words};
use crate::table::Table;

/// Draws rows without putting them back, in the order in which pandas' `df.sample(random_state=…)` draws them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleRows {
    /// How many rows; `None`: `frac` says it.
    #[serde(default)]
    pub n: Option<u32>,
    /// Which share of the rows.
    #[serde(default)]
    pub frac: Option<f64>,
    #[serde(default = "seed")]
    pub random_state: u32,
}

fn seed() -> u32 {
    42
}

impl Default for SampleRows {
    fn default() -> Self {
        Self { n: None, frac: Some(0.1), random_state: seed() }
    }
}

impl Described for SampleRows {
    const NAME: &'static str = "sample_rows";
    const LABEL: &'static str = "Sample rows";
    const GROUP: Group = Group::Rows;
    const HELP: &'static str = "Draws some of the rows at random, the same ones each time.";
    const WORDS: &'static str = "random subset seed draw share fraction";
    const PARAMS: &'static [Param] = &[
        Param::new("n", "Rows", ParamKind::Integer { min: 1, max: 4_294_967_295, optional: true }),
        Param::new("frac", "Share", ParamKind::Number { min: 0.0, max: 1.0, step: 0.01, log: false, optional: true })
            .help("Used when no number of rows is given."),
        Param::new("random_state", "Seed", ParamKind::Integer { min: 0, max: 4_294_967_295, optional: false }),
    ];

    fn fresh(_columns: &[ColumnBrief]) -> Self {
        Self::default()
    }
}

impl Operation for SampleRows {
    fn columns(&self) -> Vec<String> {
        Vec::new()
    }

    fn problem(&self) -> Option<RuleError> {
        match (self.n, self.frac) {
            (None, None) => Some(RuleError::new("n", "Type a number of rows or a share.")),
            (Some(_), Some(_)) => {
                Some(RuleError::new("frac", "A number of rows and a share cannot both decide. Leave one of them out."))
            }
            _ => None,
        }
    }

    fn sentence(&self) -> String {
        let how_many = match (self.n, self.frac) {
            (Some(n), _) => words::count(u64::from(n), "row"),
            (None, share) => format!("{} % of the rows", share.unwrap_or_default() * 100.0),
        };
        format!("Draw {how_many} (seed {})", self.random_state)
    }

    fn python(&self) -> String {
        let how_many = match (self.n, self.frac) {
            (Some(n), _) => format!("n={n}"),
            (None, share) => format!("frac={}", python_number(share.unwrap_or_default())),
        };
        format!("df = df.sample({how_many}, random_state={})", self.random_state)
    }
}

impl Work for SampleRows {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let n_rows = table.n_rows();
        let n = match (self.n, self.frac) {
            (Some(n), _) => u64::from(n),
            // Python's `round`: halves to the even neighbour.
            (None, share) => (share.unwrap_or_default() * n_rows as f64).round_ties_even() as u64,
        };
        if n > n_rows as u64 {
            return Err(CleanError::TooFewRows { rule, n, n_rows });
        }
        if n == 0 && n_rows > 0 {
            let remedy = "Draw a larger share.".into();
            return Err(CleanError::NoRowsLeft { rule, n_rows, remedy });
        }
        // A table has at most 2^32 rows, since rows are counted in u32.
        let all = u32::try_from(n_rows).unwrap_or(u32::MAX);
        let kept = RandomState::new(self.random_state).choice_without_replacement(all, n as usize);
        let applied = Applied::rows(table, kept);
        Ok(Applied { sentence: format!("{} ({n} of {n_rows})", self.sentence()), python: self.python(), ..applied })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Coded;
    use crate::table::Column;

    #[test]
    fn the_rows_are_pandas() {
        let table = Table::new(vec![Column::float("x", (0..10).map(f64::from).collect())], 10);
        // pandas 3.1.1: DataFrame({"x": range(10)}).sample(n=4, random_state=42).
        let four = SampleRows { n: Some(4), frac: None, random_state: 42 };
        assert_eq!(four.apply(&table, 1).unwrap().kept.unwrap(), [8, 1, 5, 0]);
        let share = SampleRows { n: None, frac: Some(0.25), random_state: 42 };
        // round(2.5) is 2.
        assert_eq!(share.apply(&table, 1).unwrap().kept.unwrap(), [8, 1]);
        assert_eq!(share.sentence(), "Draw 25 % of the rows (seed 42)");
        let many = SampleRows { n: Some(11), ..four };
        assert_eq!(many.apply(&table, 1).unwrap_err().code(), "clean.too_few_rows");
        assert!(SampleRows { n: Some(1), frac: Some(0.5), random_state: 0 }.problem().is_some());
    }
}
