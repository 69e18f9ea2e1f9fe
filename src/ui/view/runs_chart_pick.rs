//! What the charts of runs are of, as the address has it: `metric=metrics.r2,by=params.alpha,log=params.alpha`.

use std::collections::BTreeMap;

use super::runs_columns::{Column, column_of, columns_text};

/// What a person chose for the charts; what is not chosen is chosen by the runs themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChartPick {
    /// What is drawn upwards.
    pub metric: Option<Column>,
    /// What it is drawn against.
    pub by: Option<Column>,
    /// The second setting of the map of two.
    pub and: Option<Column>,
    /// What groups the boxes and colours the points and lines.
    pub color: Option<Column>,
    /// Whether an axis is drawn by powers of ten, where a person said so.
    pub log: BTreeMap<Column, bool>,
}

impl ChartPick {
    /// Reads the address's value. What it cannot read is left out.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut pick = Self::default();
        for (name, column) in text.split(',').filter_map(|entry| entry.split_once('=')) {
            let Some(column) = column_of(column) else { continue };
            match name {
                "metric" => pick.metric = Some(column),
                "by" => pick.by = Some(column),
                "and" => pick.and = Some(column),
                "color" => pick.color = Some(column),
                "log" | "plain" => {
                    pick.log.insert(column, name == "log");
                }
                _ => {}
            }
        }
        pick
    }

    /// The address's value; empty where nothing is chosen.
    #[must_use]
    pub fn text(&self) -> String {
        let own = [("metric", &self.metric), ("by", &self.by), ("and", &self.and), ("color", &self.color)];
        let own = own.into_iter().filter_map(|(name, column)| Some((name, column.as_ref()?)));
        let log = self.log.iter().map(|(column, is_log)| (if *is_log { "log" } else { "plain" }, column));
        let entry = |(name, column): (&str, &Column)| format!("{name}={}", columns_text(std::slice::from_ref(column)));
        own.chain(log).map(entry).collect::<Vec<_>>().join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_and_read_back() {
        let pick = ChartPick {
            metric: Some(Column::Metric("r2".into())),
            by: Some(Column::Param("a=b,c".into())),
            and: None,
            color: Some(Column::Tag("team".into())),
            log: BTreeMap::from([(Column::Param("alpha".into()), true), (Column::Param("k".into()), false)]),
        };
        let text = "metric=metrics.r2,by=params.a=b%2Cc,color=tags.team,log=params.alpha,plain=params.k";
        assert_eq!(pick.text(), text);
        assert_eq!(ChartPick::from_text(text), pick);
        assert_eq!(ChartPick::from_text("metric=,what=status,nonsense"), ChartPick::default());
        assert_eq!(ChartPick::default().text(), "");
    }
}
