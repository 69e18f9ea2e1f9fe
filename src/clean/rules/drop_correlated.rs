//! Drops columns that say the same as another one.

use serde::{Deserialize, Serialize};

use super::drop_constant::{among, none_chosen, without_chosen};
use crate::base::{Accepts, Param, ParamKind, correlation, python_list, python_number};
use crate::clean::operation::{Applied, Described, Group, Operation, Work, chosen, named};
use crate::clean::{CleanError, RuleError};
use crate::table::Table;

/// Drops each numeric column whose correlation with an earlier one that stays is above the threshold in size (Pearson,
/// over the rows in which both are known). Columns in `keep`, such as the target, are never compared and stay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DropCorrelated {
    /// The columns that are compared; `None`: every numeric one.
    pub columns: Option<Vec<String>>,
    pub threshold: f64,
    pub keep: Option<Vec<String>>,
}

impl Default for DropCorrelated {
    fn default() -> Self {
        Self { columns: None, threshold: 0.95, keep: None }
    }
}

impl Described for DropCorrelated {
    const NAME: &'static str = "drop_correlated";
    const LABEL: &'static str = "Drop highly correlated columns";
    const GROUP: Group = Group::Columns;
    const HELP: &'static str = "Of two columns that say nearly the same, removes the later one.";
    const WORDS: &'static str = "correlation pearson collinear redundant duplicate vif";
    const PARAMS: &'static [Param] = &[
        Param::new("columns", "Compare", ParamKind::Columns { accepts: Accepts::Numeric, optional: true }),
        Param::new(
            "threshold",
            "Correlation",
            ParamKind::Number { min: 0.0, max: 1.0, step: 0.01, log: false, optional: false },
        )
        .help("A column goes when its correlation with an earlier one is above this, with either sign."),
        Param::new("keep", "Leave alone", ParamKind::Columns { accepts: Accepts::Any, optional: true })
            .help("Columns that are not compared, such as the target."),
    ];
}

impl DropCorrelated {
    fn is_left_alone(&self, name: &String) -> bool {
        self.keep.as_ref().is_some_and(|names| names.contains(name))
    }
}

impl Operation for DropCorrelated {
    fn columns(&self) -> Vec<String> {
        let mut names = named(self.columns.as_ref());
        names.extend(named(self.keep.as_ref()));
        names
    }

    fn problem(&self) -> Option<RuleError> {
        none_chosen(self.columns.as_ref())
    }

    fn sentence(&self) -> String {
        let among = among(self.columns.as_ref());
        let but =
            self.keep.as_ref().map_or_else(String::new, |names| format!(" but {}", crate::clean::words::list(names)));
        format!("Drop columns{among}{but} whose correlation with an earlier one is above {}", self.threshold)
    }

    fn python(&self) -> String {
        let numbers = match &self.columns {
            None => "df.select_dtypes(include=\"number\")".into(),
            Some(names) => format!("df[{}]", python_list(names)),
        };
        let numbers = match &self.keep {
            None => numbers,
            Some(names) => format!("{numbers}.drop(columns={}, errors=\"ignore\")", python_list(names)),
        };
        let threshold = python_number(self.threshold);
        format!(
            "corr = {numbers}.corr().abs()\ndropped = []\nfor i, column in enumerate(corr.columns):\n    kept = [other for other in corr.columns[:i] if other not in dropped]\n    if (corr.loc[kept, column] > {threshold}).any():\n        dropped.append(column)\ndf = df.drop(columns=dropped)"
        )
    }
}

impl Work for DropCorrelated {
    fn apply(&self, table: &Table, rule: usize) -> Result<Applied, CleanError> {
        let columns = chosen(table, self.columns.as_deref(), |column| column.data_type.is_numeric());
        let mut kept: Vec<(&str, &[f64])> = Vec::new();
        let (mut names, mut why) = (Vec::new(), Vec::new());
        for column in columns.into_iter().filter(|column| !self.is_left_alone(&column.name)) {
            let Some(numbers) = column.numbers().filter(|_| column.data_type.is_numeric()) else {
                return Err(CleanError::WrongType {
                    rule,
                    action: "correlate",
                    column: column.name.clone(),
                    data_type: column.data_type,
                    remedy: "Take it out of the rule.",
                });
            };
            let twin = kept.iter().find_map(|(name, other)| {
                let r = correlation(other, numbers);
                (r.abs() > self.threshold).then_some((*name, r))
            });
            match twin {
                None => kept.push((&column.name, numbers)),
                Some((name, r)) => {
                    names.push(column.name.clone());
                    why.push(format!("{}: {:.3} with {name}", column.name, r));
                }
            }
        }
        Ok(without_chosen(table, &names, self.sentence(), self.python(), &why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn the_later_of_a_pair_goes_and_the_target_stays() {
        let x: Vec<f64> = (0..20).map(f64::from).collect();
        let square: Vec<f64> = x.iter().map(|x| x * x).collect();
        let negative: Vec<f64> = x.iter().map(|x| -x).collect();
        let table = Table::new(
            vec![
                Column::float("x", x.clone()),
                Column::float("square", square),
                Column::float("negative", negative),
                Column::float("y", x),
            ],
            20,
        );
        let rule = DropCorrelated { keep: Some(vec!["y".into()]), ..DropCorrelated::default() };
        let applied = rule.apply(&table, 1).unwrap();
        assert_eq!(applied.dropped_columns, ["square", "negative"]);
        assert!(applied.sentence.contains("square: 0.965 with x"), "{}", applied.sentence);
        assert_eq!(DropCorrelated { threshold: 0.99, ..rule }.apply(&table, 1).unwrap().dropped_columns, ["negative"]);
    }
}
