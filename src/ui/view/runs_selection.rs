//! Which runs are selected.

use std::collections::BTreeSet;

use super::runs_rows::Line;
use crate::tracking::{RunSummary, renamed};

/// The selected runs by id, and where a range begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    pub ids: BTreeSet<String>,
    anchor: Option<String>,
}

/// What the box in the table's head shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    None,
    Some,
    All,
}

impl Selection {
    /// Takes a run in or out.
    pub fn toggle(&mut self, run_id: &str) {
        if !self.ids.remove(run_id) {
            self.ids.insert(run_id.to_owned());
        }
        self.anchor = Some(run_id.to_owned());
    }

    /// Takes in all from the run touched last to this one, in the order shown.
    pub fn extend_to(&mut self, run_id: &str, order: &[&str]) {
        let place = |id: &str| order.iter().position(|other| *other == id);
        let (Some(from), Some(to)) = (self.anchor.as_deref().and_then(place), place(run_id)) else {
            return self.toggle(run_id);
        };
        let range = order.get(from.min(to)..=from.max(to)).unwrap_or_default();
        self.ids.extend(range.iter().map(|id| (*id).to_owned()));
    }

    /// Takes all of these in, or where all are in, out.
    pub fn toggle_all(&mut self, found: &[&str]) {
        if self.share(found) == Share::All {
            found.iter().for_each(|id| {
                self.ids.remove(*id);
            });
        } else {
            self.ids.extend(found.iter().map(|id| (*id).to_owned()));
        }
    }

    /// How many of these are in.
    #[must_use]
    pub fn share(&self, found: &[&str]) -> Share {
        let n = found.iter().filter(|id| self.ids.contains(**id)).count();
        match n {
            0 => Share::None,
            n if n == found.len() => Share::All,
            _ => Share::Some,
        }
    }

    /// Forgets runs that are not there any more; true when there were some.
    pub fn retain(&mut self, there: &BTreeSet<&str>) -> bool {
        let before = self.ids.len();
        self.ids.retain(|id| there.contains(id.as_str()));
        self.ids.len() != before
    }

    /// Nothing is selected.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// The selected runs in the order in which the table shows them; those that it does not show (below a folded parent, or not
/// found any more) come last.
#[must_use]
pub fn in_order<'a>(runs: &'a [RunSummary], lines: &[Line], selection: &Selection) -> Vec<&'a RunSummary> {
    let mut rank = vec![usize::MAX; runs.len()];
    for (place, line) in lines.iter().enumerate() {
        if let Some(rank) = rank.get_mut(line.run) {
            *rank = place;
        }
    }
    let is_selected = |(run, _): &(&RunSummary, usize)| selection.ids.contains(&run.info.run_id);
    let mut selected: Vec<(&RunSummary, usize)> = runs.iter().zip(rank).filter(is_selected).collect();
    selected.sort_by_key(|(_, rank)| *rank);
    selected.into_iter().map(|(run, _)| run).collect()
}

/// The address of a comparison, below the page's base: the first run is the baseline.
#[must_use]
pub fn compare_href(run_ids: &[&str]) -> String {
    let base = run_ids.first().copied().unwrap_or_default();
    format!("compare?runs={}&base={base}", run_ids.join(","))
}

/// What several runs will be called by a pattern: the first names, or what is wrong with it.
#[must_use]
pub fn rename_preview(runs: &[&RunSummary], pattern: &str) -> String {
    const SHOWN: usize = 2;
    match renamed(runs, pattern) {
        Err(error) => error.to_string(),
        Ok(names) => {
            let more = if names.len() > SHOWN { ", …" } else { "" };
            let first: Vec<String> = names.into_iter().take(SHOWN).collect();
            format!("{{n}} counts, {{name}} is the old name: {}{more}", first.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;

    #[test]
    fn names_by_a_pattern_are_shown_before_they_are_given() {
        let rows: Vec<RunSummary> = (0..3).map(|i| RunSummary::from(&run_record(&format!("run {i}"), i))).collect();
        let preview = |pattern: &str| rename_preview(&rows.iter().collect::<Vec<_>>(), pattern);
        assert!(preview("best {n}").ends_with(": best 1, best 2, …"));
        assert!(preview("{name} v2").ends_with(": run 0 v2, run 1 v2, …"), "{}", preview("{name} v2"));
        assert!(preview("best").ends_with(": best 1, best 2, …"), "a number, so that they can be told apart");
        assert!(preview(" ").contains("name"), "{}", preview(" "));
    }

    #[test]
    fn selected_runs_are_counted_as_the_table_shows_them() {
        let rows: Vec<RunSummary> = (0..4).map(|i| RunSummary::from(&run_record(&format!("run {i}"), i))).collect();
        let line = |run| Line { run, depth: 0, children: 0, open: false, found: true };
        let mut selection = Selection::default();
        for place in [0, 1, 3] {
            selection.toggle(&rows[place].info.run_id);
        }
        let names = |lines: &[Line]| {
            in_order(&rows, lines, &selection).into_iter().map(|run| run.info.run_name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&[line(3), line(2), line(0)]), ["run 3", "run 0", "run 1"]);
        assert_eq!(names(&[]), ["run 0", "run 1", "run 3"]);
    }

    const ORDER: [&str; 5] = ["a", "b", "c", "d", "e"];

    fn ids(selection: &Selection) -> String {
        selection.ids.iter().map(String::as_str).collect()
    }

    #[test]
    fn ranges_begin_where_the_last_touch_was() {
        let mut selection = Selection::default();
        selection.extend_to("d", &ORDER);
        assert_eq!(ids(&selection), "d");
        selection.extend_to("b", &ORDER);
        assert_eq!(ids(&selection), "bcd");
        selection.toggle("c");
        assert_eq!(ids(&selection), "bd");
        selection.extend_to("e", &ORDER);
        assert_eq!(ids(&selection), "bcde");
    }

    #[test]
    fn the_head_takes_what_is_found() {
        let mut selection = Selection::default();
        selection.toggle("e");
        selection.toggle_all(&ORDER[..2]);
        assert_eq!((ids(&selection).as_str(), selection.share(&ORDER)), ("abe", Share::Some));
        assert_eq!(selection.share(&ORDER[..2]), Share::All);
        selection.toggle_all(&ORDER[..2]);
        assert_eq!((ids(&selection).as_str(), selection.share(&ORDER[..2])), ("e", Share::None));
        assert!(selection.retain(&BTreeSet::from(["a"])) && selection.ids.is_empty());
    }

    #[test]
    fn a_comparison_has_an_address() {
        assert_eq!(compare_href(&["b", "a"]), "compare?runs=b,a&base=b");
    }
}
