//! What the address says of the Runs page: `?exp=…&q=…&sort=-metrics.rmse,params.alpha&cols=…&widths=…&pins=…&view=charts&chart=…`.

use super::runs_chart_pick::ChartPick;
use super::runs_columns::{Column, column_of, columns_of_text, columns_text};
use super::runs_layout::Layout;

/// Which end comes first. Missing values come last in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Table,
    Charts,
    Bin,
    History,
}

impl View {
    const NAMES: [(&str, Self); 3] = [("charts", Self::Charts), ("bin", Self::Bin), ("history", Self::History)];

    /// The value of `view`; empty for the table.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, view)| *view == self).map_or("", |(name, _)| name)
    }

    fn named(name: &str) -> Self {
        Self::NAMES.iter().find(|(own, _)| *own == name).map_or(Self::Table, |(_, view)| *view)
    }
}

/// What the address says of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableState {
    /// First key first; empty is newest first.
    pub sort: Vec<(Column, Order)>,
    /// A filter in MLflow's language.
    pub query: String,
    /// The experiment's id; `all` for all, `None` for the one that was chosen last.
    pub experiment: Option<String>,
    /// Columns that a person chose.
    pub columns: Option<Vec<Column>>,
    /// Widths and pins that a person chose.
    pub layout: Option<Layout>,
    /// What the charts are of.
    pub chart: ChartPick,
    pub view: View,
    /// The name of the saved view that this began as.
    pub named: Option<String>,
}

impl TableState {
    /// Reads the address's values. A key of `sort` that names no column is left out.
    #[must_use]
    pub fn from_query(value: impl Fn(&str) -> Option<String>) -> Self {
        let key = |text: &str| {
            let (order, key) = text.strip_prefix('-').map_or((Order::Ascending, text), |key| (Order::Descending, key));
            Some((column_of(key)?, order))
        };
        Self {
            sort: value("sort").map(|sort| sort.split(',').filter_map(key).collect()).unwrap_or_default(),
            query: value("q").unwrap_or_default(),
            experiment: value("exp").filter(|id| !id.is_empty()),
            columns: value("cols").map(|text| columns_of_text(&text)),
            layout: Layout::from_texts(value("widths").as_deref(), value("pins").as_deref()),
            chart: value("chart").map(|text| ChartPick::from_text(&text)).unwrap_or_default(),
            view: View::named(&value("view").unwrap_or_default()),
            named: value("name").filter(|name| !name.is_empty()),
        }
    }

    /// The address's names and values, not yet encoded.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.experiment.clone().map(|id| ("exp", id)));
        if self.view != View::Table {
            pairs.push(("view", self.view.as_str().to_owned()));
        }
        if !self.sort.is_empty() {
            pairs.push(("sort", self.sort_value()));
        }
        if !self.query.is_empty() {
            pairs.push(("q", self.query.clone()));
        }
        pairs.extend(self.columns.as_ref().map(|columns| ("cols", columns_text(columns))));
        if let Some(layout) = &self.layout {
            // Both empty is a choice too: that of nothing wide and nothing pinned.
            pairs.extend((!layout.widths.is_empty()).then(|| ("widths", layout.widths_text())));
            pairs.push(("pins", layout.pins_text()));
        }
        if self.chart != ChartPick::default() {
            pairs.push(("chart", self.chart.text()));
        }
        pairs.extend(self.named.clone().map(|name| ("name", name)));
        pairs
    }

    /// What a saved view keeps of it: all but the experiment and the name, with the columns and widths as they stand.
    #[must_use]
    pub fn kept(&self, columns: Vec<Column>, layout: Layout) -> Vec<(String, String)> {
        let kept = Self {
            experiment: None,
            named: None,
            columns: Some(columns),
            layout: Some(layout),
            query: self.query.trim().to_owned(),
            ..self.clone()
        };
        kept.pairs().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The same experiment without anyone's choice: newest first, all runs, the usual columns and charts.
    #[must_use]
    pub fn usual(&self) -> Self {
        Self { experiment: self.experiment.clone(), view: self.view, ..Self::default() }
    }

    /// Order and filter as one text, for the next time that somebody opens this experiment; empty where there are neither.
    #[must_use]
    pub fn looked_for(&self) -> String {
        let own = Self { sort: self.sort.clone(), query: self.query.trim().to_owned(), ..Self::default() };
        let pairs = own.pairs();
        if pairs.is_empty() { String::new() } else { serde_json::to_string(&pairs).unwrap_or_default() }
    }

    /// The same with the order and the filter of such a text; with neither where it is none.
    #[must_use]
    pub fn looking_for(&self, text: Option<&str>) -> Self {
        let pairs: Vec<(String, String)> = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let value = |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let Self { sort, query, .. } = Self::from_query(value);
        Self { sort, query, ..self.clone() }
    }

    /// The value of `sort`; empty for newest first.
    #[must_use]
    pub fn sort_value(&self) -> String {
        let key = |(column, order): &(Column, Order)| {
            let sign = if *order == Order::Descending { "-" } else { "" };
            format!("{sign}{}", columns_text(std::slice::from_ref(column)))
        };
        self.sort.iter().map(key).collect::<Vec<_>>().join(",")
    }

    /// The state after a click on a column's head: ascending, descending, none. `adds` (with Shift) leaves the keys before
    /// it as they are.
    #[must_use]
    pub fn clicked(&self, column: &Column, adds: bool) -> Self {
        let mut sort = self.sort.clone();
        if !adds && (sort.len() > 1 || sort.first().is_some_and(|(sorted, _)| sorted != column)) {
            sort.clear();
        }
        match sort.iter().position(|(sorted, _)| sorted == column) {
            None => sort.push((column.clone(), Order::Ascending)),
            Some(place) => match sort.get_mut(place) {
                Some((_, order)) if *order == Order::Ascending => *order = Order::Descending,
                _ => {
                    sort.remove(place);
                }
            },
        }
        Self { sort, ..self.clone() }
    }

    /// Which key a column is, from 1, and its order; `None` where it is not sorted by.
    #[must_use]
    pub fn sorted(&self, column: &Column) -> Option<(usize, Order)> {
        let place = self.sort.iter().position(|(sorted, _)| sorted == column)?;
        self.sort.get(place).map(|(_, order)| (place + 1, *order))
    }

    /// The value of `aria-sort` for a column's head: only the first key has one, as ARIA wants it.
    #[must_use]
    pub fn aria_sort(&self, column: &Column) -> Option<&'static str> {
        match self.sorted(column) {
            Some((1, Order::Ascending)) => Some("ascending"),
            Some((1, Order::Descending)) => Some("descending"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(sort: &str) -> TableState {
        TableState::from_query(|name| (name == "sort").then(|| sort.to_owned()))
    }

    #[test]
    fn what_was_looked_for_comes_back_and_nothing_else() {
        let pairs =
            [("q", "metrics.rmse < 1"), ("sort", "-metrics.rmse,params.alpha"), ("exp", "7"), ("view", "charts")];
        let state = TableState::from_query(|name| {
            pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned())
        });
        let text = state.looked_for();
        let back = TableState::default().looking_for(Some(&text));
        assert_eq!((back.sort.len(), back.query.as_str(), back.experiment), (2, "metrics.rmse < 1", None));
        assert_eq!(state.looking_for(None), TableState { sort: Vec::new(), query: String::new(), ..state.clone() });
        assert_eq!(TableState::default().looked_for(), "");
        // Without anyone's choice there is nothing to come back to.
        assert_eq!((state.usual().looked_for().as_str(), state.usual().experiment.as_deref()), ("", Some("7")));
        assert_eq!(TableState::default().looking_for(Some("no json")), TableState::default());
    }

    #[test]
    fn the_address_says_it_and_is_read_back() {
        for key in ["run_name", "-metrics.rmse", "params.a.b", "-metrics.rmse,params.alpha,-tags.a%2Cb"] {
            assert_eq!(read(key).sort_value(), key);
        }
        assert_eq!(read("-nonsense"), TableState::default());
        let state = TableState {
            query: "a&b".into(),
            experiment: Some("7".into()),
            columns: Some(vec![Column::Created]),
            layout: Some(Layout::default().resized(&Column::Created, Some(90)).pinned(&Column::Created, true)),
            chart: ChartPick { color: Some(Column::Model), ..ChartPick::default() },
            view: View::Charts,
            named: Some("Best ones".into()),
            ..read("-start_time")
        };
        let pairs = state.pairs();
        let value = |name: &str| pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        assert_eq!(TableState::from_query(value), state);
    }

    #[test]
    fn what_a_saved_view_keeps_is_the_same_for_the_same_table() {
        let state = TableState { query: "a ".into(), experiment: Some("7".into()), ..read("-start_time") };
        let kept = state.kept(vec![Column::Created], Layout::default());
        let value = |name: &str| kept.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let again =
            TableState { experiment: Some("9".into()), named: Some("A".into()), ..TableState::from_query(value) };
        assert_eq!(again.kept(vec![Column::Created], Layout::default()), kept);
        assert_ne!(again.kept(vec![Column::Model], Layout::default()), kept);
        assert_eq!((value("exp"), value("q").as_deref()), (None, Some("a")));
    }

    #[test]
    fn clicks_go_up_down_and_off() {
        let column = Column::Metric("rmse".into());
        let mut state = TableState { query: "x".into(), ..read("-run_name") };
        let mut seen = Vec::new();
        for _ in 0..3 {
            state = state.clicked(&column, false);
            seen.push((state.sort_value(), state.aria_sort(&column)));
        }
        let expected = [
            ("metrics.rmse".to_owned(), Some("ascending")),
            ("-metrics.rmse".to_owned(), Some("descending")),
            (String::new(), None),
        ];
        assert_eq!(seen, expected);
        assert_eq!(state.query, "x");
    }

    #[test]
    fn shift_adds_a_key_and_a_click_without_it_begins_anew() {
        let (first, second) = (Column::Name, Column::Param("alpha".into()));
        let state = TableState::default().clicked(&first, false).clicked(&second, true).clicked(&second, true);
        assert_eq!(state.sort_value(), "run_name,-params.alpha");
        assert_eq!(state.sorted(&second), Some((2, Order::Descending)));
        assert_eq!(state.aria_sort(&second), None);
        assert_eq!(state.clicked(&first, false).sort_value(), "run_name");
        assert_eq!(state.clicked(&second, true).sort_value(), "run_name");
    }
}
