//! Which rows the runs table has and in which order: children stand under their parents, whatever is sorted by.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::runs_beside::Beside;
use super::runs_cells::{better, seconds};
use super::runs_columns::Column;
use super::runs_state::Order;
use crate::base::argsort;
use crate::search::Filter;
use crate::tracking::RunSummary;

/// Deeper nesting is drawn as roots; it also ends runs that are each other's parents.
const MAX_DEPTH: usize = 8;

/// Which run belongs to which, by places in the list of runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    pub parent: Vec<Option<usize>>,
    pub children: Vec<Vec<usize>>,
    depth: Vec<usize>,
}

impl Tree {
    /// The tree of these runs. A child whose parent is not among them stands by itself.
    #[must_use]
    pub fn of(runs: &[RunSummary]) -> Self {
        let places: BTreeMap<&str, usize> =
            runs.iter().enumerate().map(|(place, run)| (run.info.run_id.as_str(), place)).collect();
        let mut parent: Vec<Option<usize>> = runs.iter().map(|run| places.get(run.parent_run_id()?).copied()).collect();
        let depths = |parent: &[Option<usize>], place: usize| {
            let up = |at: &usize| parent.get(*at).copied().flatten();
            std::iter::successors(Some(place), up).take(MAX_DEPTH + 1).count() - 1
        };
        let too_deep: Vec<usize> = (0..runs.len()).filter(|place| depths(&parent, *place) >= MAX_DEPTH).collect();
        for place in too_deep {
            if let Some(parent) = parent.get_mut(place) {
                *parent = None;
            }
        }
        let depth = (0..runs.len()).map(|place| depths(&parent, place)).collect();
        let mut children = vec![Vec::new(); runs.len()];
        for (place, parent) in parent.iter().enumerate() {
            if let Some(children) = parent.and_then(|parent| children.get_mut(parent)) {
                children.push(place);
            }
        }
        Self { parent, children, depth }
    }

    fn parent_of(&self, place: usize) -> Option<usize> {
        self.parent.get(place).copied().flatten()
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its place in the list of runs.
    pub run: usize,
    /// How many parents stand above it.
    pub depth: usize,
    /// Children that were found, shown or folded.
    pub children: usize,
    /// Its children are shown.
    pub open: bool,
    /// It was found itself, not only something below it.
    pub found: bool,
}

/// Which runs the table is of: those of the experiment (`None` for all) that the filter finds.
#[must_use]
pub fn found(runs: &[RunSummary], experiment: Option<&str>, filter: &Filter) -> Vec<bool> {
    let is_in = |run: &RunSummary| experiment.is_none_or(|id| run.info.experiment_id == id);
    runs.iter().map(|run| is_in(run) && filter.matches(run)).collect()
}

/// The rows in order. Parents are opened where `opens` says so (while something is searched for), and those in `toggled`
/// the other way round. `found` is of each run.
#[must_use]
pub fn lines(
    runs: &[RunSummary],
    (tree, beside): (&Tree, &Beside),
    found: &[bool],
    sort: &[(Column, Order)],
    opens: bool,
    toggled: &BTreeSet<String>,
) -> Vec<Line> {
    let is_found = |place: usize| found.get(place).copied().unwrap_or_default();
    // Whoever has something found below is shown too.
    let mut kept = found.to_vec();
    for place in (0..runs.len()).filter(|place| is_found(*place)) {
        let mut at = tree.parent_of(place);
        while let Some(parent) = at {
            match kept.get_mut(parent) {
                Some(keep) if !*keep => *keep = true,
                _ => break,
            }
            at = tree.parent_of(parent);
        }
    }
    let shown: Vec<usize> = (0..runs.len()).filter(|place| kept.get(*place) == Some(&true)).collect();
    let keys: Vec<(Vec<Rank>, Order)> =
        sort.iter().map(|(column, order)| (ranks(runs, (tree, beside), &kept, column), *order)).collect();
    let sorted = argsort(shown.len(), &|a, b| {
        let (Some(a), Some(b)) = (shown.get(a), shown.get(b)) else { return Ordering::Equal };
        let orders = keys.iter().map(|(ranks, order)| compare(ranks.get(*a), ranks.get(*b), *order));
        orders.fold(Ordering::Equal, Ordering::then)
    });
    let mut roots = Vec::new();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); runs.len()];
    for place in sorted.iter().filter_map(|index| shown.get(*index).copied()) {
        match tree.parent_of(place).and_then(|parent| below.get_mut(parent)) {
            Some(siblings) => siblings.push(place),
            None => roots.push(place),
        }
    }
    let mut lines = Vec::with_capacity(shown.len());
    let mut waiting: Vec<usize> = roots.into_iter().rev().collect();
    while let Some(run) = waiting.pop() {
        let children = below.get(run).map_or(&[][..], Vec::as_slice);
        let is_toggled = runs.get(run).is_some_and(|run| toggled.contains(&run.info.run_id));
        let open = !children.is_empty() && (opens != is_toggled);
        if open {
            waiting.extend(children.iter().rev());
        }
        let depth = tree.depth.get(run).copied().unwrap_or_default();
        lines.push(Line { run, depth, children: children.len(), open, found: is_found(run) });
    }
    lines
}

/// What a run is sorted by in a column: numbers, then words by their rank, then nothing. Looked up once a run, so that
/// comparing allocates nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Rank {
    Number(f64),
    Word(usize),
    Nothing,
}

fn compare(a: Option<&Rank>, b: Option<&Rank>, order: Order) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else { return Ordering::Equal };
    let ordering = match (a, b) {
        (Rank::Nothing, Rank::Nothing) => return Ordering::Equal,
        (Rank::Nothing, _) => return Ordering::Greater,
        (_, Rank::Nothing) => return Ordering::Less,
        (Rank::Number(a), Rank::Number(b)) => a.total_cmp(b),
        (Rank::Word(a), Rank::Word(b)) => a.cmp(b),
        (Rank::Number(_), Rank::Word(_)) => Ordering::Less,
        (Rank::Word(_), Rank::Number(_)) => Ordering::Greater,
    };
    if order == Order::Descending { ordering.reverse() } else { ordering }
}

fn ranks(runs: &[RunSummary], (tree, beside): (&Tree, &Beside), kept: &[bool], column: &Column) -> Vec<Rank> {
    let number = |value: Option<f64>| value.filter(|value| !value.is_nan()).map_or(Rank::Nothing, Rank::Number);
    match column {
        Column::Created => runs.iter().map(|run| Rank::Number(run.info.start_time as f64)).collect(),
        Column::Ended => runs.iter().map(|run| number(run.info.end_time.map(|end| end as f64))).collect(),
        Column::Duration => runs.iter().map(|run| number(seconds(run))).collect(),
        Column::Cached => runs.iter().map(|run| Rank::Number(run.n_cached as f64)).collect(),
        Column::Metric(key) => {
            let values = runs.iter().map(|run| run.metric(key)).collect();
            with_best_children(values, tree, kept, key).into_iter().map(number).collect()
        }
        other => {
            let text = |place| beside.text(runs, tree, place, other);
            words(&(0..runs.len()).map(text).collect::<Vec<_>>())
        }
    }
}

/// A parent without a value has that of its best child; the deepest come first.
fn with_best_children(mut values: Vec<Option<f64>>, tree: &Tree, kept: &[bool], key: &str) -> Vec<Option<f64>> {
    let own: Vec<bool> = values.iter().map(Option::is_some).collect();
    for depth in (1..=MAX_DEPTH).rev() {
        for place in (0..values.len()).filter(|place| tree.depth.get(*place) == Some(&depth)) {
            let (Some(parent), Some(value)) = (tree.parent_of(place), values.get(place).copied().flatten()) else {
                continue;
            };
            let counts = kept.get(place) == Some(&true) && own.get(parent) == Some(&false);
            if let Some(best) = values.get_mut(parent).filter(|_| counts) {
                *best = Some(best.map_or(value, |best| better(key, best, value)));
            }
        }
    }
    values
}

fn words(texts: &[Option<&str>]) -> Vec<Rank> {
    let is_number = |text: &str| text.parse::<f64>().is_ok_and(|number| !number.is_nan());
    let mut ranks: BTreeMap<String, usize> =
        texts.iter().flatten().filter(|text| !is_number(text)).map(|text| (text.to_lowercase(), 0)).collect();
    ranks.values_mut().enumerate().for_each(|(rank, place)| *place = rank);
    let rank = |text: &Option<&str>| match text {
        None => Rank::Nothing,
        Some(text) if is_number(text) => text.parse().map_or(Rank::Nothing, Rank::Number),
        Some(text) => ranks.get(&text.to_lowercase()).map_or(Rank::Nothing, |rank| Rank::Word(*rank)),
    };
    texts.iter().map(rank).collect()
}

/// The rows to draw of a table with rows of one height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    pub first: usize,
    pub count: usize,
}

/// The window for a scroll position, with `overscan` rows drawn above and below.
#[must_use]
pub fn window(scroll_top: f64, height: f64, row_height: f64, n_rows: usize, overscan: usize) -> Window {
    if row_height <= 0.0 {
        return Window::default();
    }
    let first = ((scroll_top / row_height).max(0.0) as usize).min(n_rows).saturating_sub(overscan);
    let count = (height / row_height).max(0.0).ceil() as usize + 1 + 2 * overscan;
    Window { first, count: count.min(n_rows - first) }
}

#[cfg(test)]
mod tests {
    use super::super::runs_state::TableState;
    use super::super::runs_suite::{below, run, runs};
    use super::*;

    fn shown(runs: &[RunSummary], sort: &str, query: &str, toggled: &[&str]) -> String {
        let sort = TableState::from_query(|name| (name == "sort").then(|| sort.to_owned())).sort;
        let found = found(runs, None, &Filter::parse(query).unwrap());
        let id = |name: &&str| runs.iter().find(|run| run.info.run_name == *name).unwrap().info.run_id.clone();
        let toggled = toggled.iter().map(id).collect();
        let lines = lines(runs, (&Tree::of(runs), &Beside::default()), &found, &sort, !query.is_empty(), &toggled);
        let name = |line: &Line| format!("{}{}", "-".repeat(line.depth), runs[line.run].info.run_name);
        lines.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_missing_stands_last_in_both_directions() {
        let names = |sort| shown(&runs(), sort, "", &[]);
        assert_eq!(names("metrics.r2"), "delta bold calm");
        assert_eq!(names("-metrics.r2"), "bold delta calm");
        assert_eq!(names("run_name"), "bold calm delta");
        assert_eq!(names("start_time"), "bold calm delta");
        assert_eq!(names("-end_time"), "delta calm bold");
        assert_eq!(names(""), "delta calm bold");
        // Equal values keep the order they came in, whichever way.
        assert_eq!(names("-params.test_size"), "delta calm bold");
        assert_eq!(names("params.test_size"), "bold delta calm");
        // A second key orders what the first leaves equal.
        assert_eq!(names("-params.test_size,run_name"), "calm delta bold");
    }

    #[test]
    fn numbers_in_params_sort_as_numbers() {
        let runs = [run("a", 1, None, "100"), run("b", 2, None, "20"), run("c", 3, None, "auto")];
        assert_eq!(shown(&runs, "params.test_size", "", &[]), "b a c");
        assert_eq!(shown(&runs, "-params.test_size", "", &[]), "c a b");
    }

    #[test]
    fn plain_words_are_names_and_the_rest_is_the_language() {
        assert_eq!(shown(&runs(), "", "CAL", &[]), "calm");
        assert_eq!(shown(&runs(), "", "metrics.r2 > 0.1 and params.test_size = '0.2'", &[]), "delta");
        assert_eq!(shown(&runs(), "", "ridge", &[]), "");
    }

    /// A sweep of two candidates between two runs.
    fn nested() -> Vec<RunSummary> {
        let sweep = run("sweep", 5, None, "0.2");
        let (low, high) = (run("low", 5, Some(0.1), "0.2"), run("high", 5, Some(0.8), "0.2"));
        let (low, high) = (below(&sweep, low), below(&sweep, high));
        vec![run("first", 6, Some(0.9), "0.2"), sweep, low, high, run("last", 2, Some(0.5), "0.2")]
    }

    #[test]
    fn children_are_folded_and_travel_with_their_parent() {
        let runs = nested();
        assert_eq!(shown(&runs, "", "", &[]), "first sweep last");
        assert_eq!(shown(&runs, "", "", &["sweep"]), "first sweep -low -high last");
        // The parent is sorted by its best child, the children among themselves.
        assert_eq!(shown(&runs, "metrics.r2", "", &["sweep"]), "last sweep -low -high first");
        assert_eq!(shown(&runs, "-metrics.r2", "", &["sweep"]), "first sweep -high -low last");
        // What is below no run stands last.
        let folded = found(&runs, None, &Filter::default());
        assert_eq!(
            ranks(&runs, (&Tree::of(&runs), &Beside::default()), &folded, &Column::Parent)[..3],
            [Rank::Nothing, Rank::Nothing, Rank::Word(0)]
        );
    }

    #[test]
    fn a_search_opens_what_it_finds() {
        let runs = nested();
        assert_eq!(shown(&runs, "", "metrics.r2 > 0.7", &[]), "first sweep -high");
        assert_eq!(shown(&runs, "", "metrics.r2 > 0.7", &["sweep"]), "first sweep");
        let found = found(&runs, None, &Filter::parse("metrics.r2 > 0.7").unwrap());
        let lines = lines(&runs, (&Tree::of(&runs), &Beside::default()), &found, &[], true, &BTreeSet::new());
        assert_eq!((lines[1].found, lines[1].children, lines[1].open), (false, 1, true));
    }

    #[test]
    fn runs_that_are_each_others_parents_are_still_there() {
        let (a, b) = (run("a", 1, None, "1"), run("b", 2, None, "1"));
        let (a, b) = (below(&b, a.clone()), below(&a, b));
        assert_eq!(shown(&[a, b], "", "", &[]), "a b");
    }

    #[test]
    fn an_experiment_has_its_own_runs() {
        let mut runs = runs();
        runs[1].info.experiment_id = "7".into();
        assert_eq!(found(&runs, Some("7"), &Filter::default()), [false, true, false]);
    }

    /// Not timed here, but what grows with the square of the runs would be noticed.
    #[test]
    fn ten_thousand_runs_are_read_found_and_sorted() {
        let model = run("model", 1, Some(0.5), "0.2");
        let metrics =
            (0..20).map(|n| crate::tracking::MetricRecord { key: format!("m{n}"), ..model.metrics[0].clone() });
        let model = RunSummary { metrics: metrics.collect(), ..model };
        let many = |n: u32| {
            let mut run = model.clone();
            run.info.run_id = format!("{:032x}", n - n % 10);
            let parent = run.clone();
            run.info.run_id = format!("{n:032x}");
            run.info.run_name = format!("run-{}", n % 97);
            run.metrics.iter_mut().for_each(|metric| metric.value = f64::from(n.wrapping_mul(2_654_435_761)));
            if n.is_multiple_of(10) { run } else { below(&parent, run) }
        };
        let runs: Vec<RunSummary> = (0..10_000).map(many).collect();
        let read = crate::tracking::rows_from_text(&crate::tracking::rows_text(&runs));
        assert_eq!(read, runs);
        let found = found(&read, None, &Filter::parse("metrics.m19 > 1000 AND run_name LIKE 'run-%'").unwrap());
        let sort = [(Column::Name, Order::Descending), (Column::Metric("m19".into()), Order::Ascending)];
        let lines = lines(&read, (&Tree::of(&read), &Beside::default()), &found, &sort, true, &BTreeSet::new());
        assert_eq!((lines.len(), lines.iter().filter(|line| line.depth == 0).count()), (10_000, 1000));
        let roots: Vec<&str> =
            lines.iter().filter(|line| line.depth == 0).map(|line| read[line.run].info.run_name.as_str()).collect();
        assert!(roots.is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn the_window_reaches_both_ends() {
        assert_eq!(window(0.0, 320.0, 32.0, 10_000, 5), Window { first: 0, count: 21 });
        assert_eq!(window(3200.0, 320.0, 32.0, 10_000, 5), Window { first: 95, count: 21 });
        assert_eq!(window(1e9, 320.0, 32.0, 10_000, 5), Window { first: 9995, count: 5 });
        assert_eq!(window(0.0, 320.0, 32.0, 3, 5), Window { first: 0, count: 3 });
        assert_eq!(window(0.0, 320.0, 0.0, 3, 5), Window::default());
    }
}
