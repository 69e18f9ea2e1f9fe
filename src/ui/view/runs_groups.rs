//! Runs in groups, by any column: for colours and boxes.

use std::collections::BTreeMap;

use super::charts::{Anchor, Mark, WIDTH, rect, text};
use super::format;
use super::runs_charts::Dimension;
use super::runs_columns::Column;
use crate::tracking::RunSummary;

/// So many groups have a colour of their own.
pub const MOST_GROUPS: usize = 6;
/// A number with more values than groups is cut into so many groups of about as many runs.
const NUMBER_GROUPS: usize = 4;
const CIRCLES: [&str; MOST_GROUPS] = ["s1", "s2", "s3", "s4", "s5", "s6"];
const LINES: [&str; MOST_GROUPS] = ["l1", "l2", "l3", "l4", "l5", "l6"];
/// Of a legend's line.
const LEGEND_ROW: f64 = 18.0;

/// Runs in groups.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Groups {
    /// What the groups are of; empty where there is one group of all.
    pub label: String,
    pub names: Vec<String>,
    /// The group of each run; `None` where it has no value.
    pub of: Vec<Option<usize>>,
}

impl Groups {
    /// The groups of runs by a column, at most `most`; all in one for `None`.
    #[must_use]
    pub fn of(runs: &[&RunSummary], column: Option<&Column>, most: usize) -> Self {
        let Some(column) = column else { return Self { of: vec![Some(0); runs.len()], ..Self::default() } };
        let dimension = Dimension::scaled(runs, column, Some(false));
        let (names, of) = if dimension.labels.is_empty() {
            by_number(&dimension.places, most)
        } else {
            let names: BTreeMap<usize, &str> =
                dimension.labels.iter().map(|(place, name)| (*place as usize, name.as_str())).collect();
            by_word(&dimension.places, &names, most)
        };
        Self { label: column.label(), names, of }
    }

    /// Whether there are groups at all.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.names.is_empty()
    }

    /// The class of a run's point.
    #[must_use]
    pub fn circle(&self, run: usize) -> &'static str {
        self.class(run, CIRCLES, "m", "m-quiet")
    }

    /// The class of a run's line.
    #[must_use]
    pub fn line(&self, run: usize) -> &'static str {
        self.class(run, LINES, "l", "l-quiet")
    }

    fn class(
        &self,
        run: usize,
        own: [&'static str; MOST_GROUPS],
        one: &'static str,
        none: &'static str,
    ) -> &'static str {
        if self.is_one() {
            return one;
        }
        let group = self.of.get(run).copied().flatten();
        group.and_then(|group| own.get(group)).copied().unwrap_or(none)
    }

    /// What hovering a run says of its group.
    #[must_use]
    pub fn words(&self, run: usize) -> String {
        let name = self.of.get(run).copied().flatten().and_then(|group| self.names.get(group));
        name.map(|name| format!(", {} {name}", self.label)).unwrap_or_default()
    }

    /// Which colour is which, from this height on, and how high that is.
    #[must_use]
    pub fn legend(&self, top: f64) -> (Vec<Mark>, f64) {
        if self.is_one() {
            return (Vec::new(), 0.0);
        }
        let width = |name: &str| 20.0 + 6.6 * name.chars().count() as f64 + 12.0;
        let mut marks = vec![text(0.0, top + 12.0, Anchor::Start, self.label.clone(), "axis axis-strong")];
        let (mut x, mut y) = (width(&self.label), top);
        for (name, class) in self.names.iter().zip(CIRCLES) {
            let name = cut(name, 40);
            if x > 0.0 && x + width(&name) > WIDTH {
                (x, y) = (0.0, y + LEGEND_ROW);
            }
            marks.push(rect(x, y + 3.0, 10.0, 10.0, class));
            marks.push(text(x + 15.0, y + 12.0, Anchor::Start, name.clone(), "axis"));
            x += width(&name);
        }
        (marks, y - top + LEGEND_ROW)
    }
}

/// A name of at most so many characters.
pub(super) fn cut(name: &str, most: usize) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    name.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The most frequent words, and the others as the last group.
fn by_word(places: &[Option<f64>], names: &BTreeMap<usize, &str>, most: usize) -> (Vec<String>, Vec<Option<usize>>) {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for place in places.iter().flatten() {
        *counts.entry(*place as usize).or_default() += 1;
    }
    let mut kept: Vec<usize> = counts.keys().copied().collect();
    let has_others = kept.len() > most;
    if has_others {
        kept.sort_by_key(|place| (std::cmp::Reverse(counts.get(place).copied()), *place));
        kept.truncate(most.saturating_sub(1));
        kept.sort_unstable();
    }
    let group = |place: f64| kept.iter().position(|kept| *kept == place as usize).or(has_others.then_some(kept.len()));
    let of = places.iter().map(|place| place.and_then(group)).collect();
    let mut out: Vec<String> =
        kept.iter().map(|place| names.get(place).copied().unwrap_or_default().to_owned()).collect();
    if has_others {
        out.push(format!("{} others", counts.len() - kept.len()));
    }
    (out, of)
}

/// Each value for itself where they are few, else ranges with about as many runs in each.
fn by_number(places: &[Option<f64>], most: usize) -> (Vec<String>, Vec<Option<usize>>) {
    let mut sorted: Vec<f64> = places.iter().flatten().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= most {
        let group = |value: f64| distinct.iter().position(|own| *own == value);
        let of = places.iter().map(|place| place.and_then(group)).collect();
        return (distinct.iter().map(|value| format::number(*value)).collect(), of);
    }
    // The first value of each range; equal values are never parted.
    let n = NUMBER_GROUPS.min(most).max(1);
    let mut begins: Vec<f64> = (0..n).filter_map(|group| sorted.get(group * sorted.len() / n).copied()).collect();
    begins.dedup();
    let group = |value: f64| begins.iter().rposition(|begin| *begin <= value);
    let names = begins.iter().enumerate().map(|(place, begin)| {
        let next = begins.get(place + 1).copied().unwrap_or(f64::INFINITY);
        let last = sorted.iter().rev().find(|value| **value < next).copied().unwrap_or(*begin);
        if last > *begin {
            format!("{} to {}", format::number(*begin), format::number(last))
        } else {
            format::number(*begin)
        }
    });
    (names.collect(), places.iter().map(|place| place.and_then(group)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::runs_suite::run;
    use super::*;

    fn groups(values: &[&str], most: usize) -> Groups {
        let runs: Vec<RunSummary> = values.iter().map(|value| run("a", 1, Some(0.5), value)).collect();
        Groups::of(&runs.iter().collect::<Vec<_>>(), Some(&Column::Param("test_size".into())), most)
    }

    #[test]
    fn few_values_are_groups_and_many_numbers_are_ranges() {
        let few = groups(&["10", "2", "10"], 6);
        assert_eq!((few.names.join("|"), few.of), ("2|10".into(), vec![Some(1), Some(0), Some(1)]));
        let many = groups(&["1", "2", "3", "4", "5", "6", "7", "8"], 6);
        assert_eq!(many.names, ["1 to 2", "3 to 4", "5 to 6", "7 to 8"]);
        assert_eq!(many.of[4], Some(2));
        // Equal values stay together.
        let tied = groups(&["1", "1", "1", "1", "1", "2", "3", "4", "5", "6", "7"], 6);
        assert_eq!(tied.of[..5], [Some(0); 5]);
    }

    #[test]
    fn words_beyond_the_colours_are_others() {
        let words = groups(&["a", "b", "b", "c", "d", "e", "f", "g", "c"], 4);
        assert_eq!(words.names, ["a", "b", "c", "4 others"]);
        assert_eq!(words.circle(6), "s4");
        assert_eq!(words.words(1), ", test_size b");
        let all = Groups::of(&[], None, 6);
        assert!(all.is_one() && all.legend(0.0).0.is_empty());
        assert!(words.legend(340.0).1 >= 18.0);
    }
}
