//! Pictures of answers: lines with bands, named bars with intervals, and the waterfall of one prediction.

use crate::pipeline::{Bars, ContributionsResult, Line};
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scale, Scene, WIDTH, line, rect, text};
use crate::ui::view::charts::{tick_labels, ticks};
use crate::ui::view::format;

/// Bars of more names are counted in the picture's line, and stand in the table.
pub const MOST_BARS: usize = 20;
/// Room for names, left of bars.
const NAMES: f64 = 170.0;
const ROW: f64 = 24.0;
const AXIS: f64 = 20.0;
const LONGEST: usize = 24;

/// How lines are drawn one after the other.
const LINES: [&str; 2] = ["l-quiet-line", "l"];

/// What a picture says beside its marks.
#[derive(Debug, Clone, Default)]
pub struct Words {
    pub title: String,
    pub how_to_read: String,
    pub summary: String,
    pub x: String,
    pub y: String,
}

/// Lines over the same axis, each named at its end; the band of a line is drawn behind it. The last line is the one that
/// counts, and is drawn strongest.
#[must_use]
pub fn lines(words: Words, lines: &[&Line], label: fn(&str) -> &str) -> Scene {
    let x = extent(lines.iter().flat_map(|line| &line.x));
    let y = extent(lines.iter().flat_map(|line| line.y.iter().chain(&line.lo).chain(&line.hi)));
    let plot = Plot::new(x, padded(y));
    let mut marks = plot.grid();
    for one in lines {
        marks.extend(band(&plot, &one.x, &one.lo, &one.hi));
    }
    for (place, one) in lines.iter().rev().enumerate() {
        let class = if place == 0 { LINES[1] } else { LINES[0] };
        marks
            .push(Mark::Path { d: path(one.x.iter().zip(&one.y).map(|(x, y)| (plot.x.at(*x), plot.y.at(*y)))), class });
        for (x, y) in one.x.iter().zip(&one.y).filter(|_| one.x.len() <= 60) {
            let tip = Some(format!("{}: {}", format::number(*x), format::number(*y)));
            let class = if place == 0 { "m" } else { "m-quiet" };
            marks.push(Mark::Circle { x: plot.x.at(*x), y: plot.y.at(*y), r: 2.5, class, tip });
        }
        if let (Some(y), true) = (one.y.last(), lines.len() > 1) {
            let above = lines.iter().filter_map(|other| other.y.last()).all(|other| y >= other);
            let at = plot.y.at(*y) + if above { -8.0 } else { 16.0 };
            marks.push(text(plot.right(), at, Anchor::End, label(&one.name), "axis axis-strong"));
        }
    }
    marks.extend(plot.x_axis());
    marks.extend(plot.axis_names(&words.y, &words.x));
    let mut head = vec![words.x.clone()];
    let xs = lines.first().map(|line| line.x.clone()).unwrap_or_default();
    let mut rows: Vec<Vec<String>> = xs.iter().map(|x| vec![format::exact(*x)]).collect();
    for one in lines {
        head.push(one.name.clone());
        let has_band = !one.lo.is_empty();
        if has_band {
            head.extend([format!("{}, low", one.name), format!("{}, high", one.name)]);
        }
        for (place, row) in rows.iter_mut().enumerate() {
            let cell = |values: &[f64]| values.get(place).map_or_else(String::new, |value| format::exact(*value));
            row.push(cell(&one.y));
            if has_band {
                row.extend([cell(&one.lo), cell(&one.hi)]);
            }
        }
    }
    scene(words, HEIGHT, marks, DataTable { head, rows })
}

/// Horizontal bars from zero, each with its whisker where there is an interval.
#[must_use]
pub fn bars(words: Words, bars: &Bars) -> Scene {
    let shown = bars.names.len().min(MOST_BARS);
    let all = bars.values.iter().chain(&bars.lo).chain(&bars.hi);
    let (low, high) = extent(all);
    let scale = Scale::new((low.min(0.0), high.max(0.0)), (NAMES, WIDTH - 12.0));
    let height = AXIS + ROW * shown as f64 + 8.0;
    let mut marks = axis(&scale, height);
    for place in 0..shown {
        let (Some(name), Some(value)) = (bars.names.get(place), bars.values.get(place)) else { continue };
        let top = AXIS + ROW * place as f64;
        let (from, to) = (scale.at(value.min(0.0)), scale.at(value.max(0.0)));
        let tip = format!("{name}: {}", format::number(*value));
        marks.push(text(NAMES - 8.0, top + 16.0, Anchor::End, short(name), "axis"));
        marks.push(rect(from, top + 6.0, (to - from).max(1.0), 12.0, "m-soft").with_tip(tip));
        if let (Some(lo), Some(hi)) = (bars.lo.get(place), bars.hi.get(place)) {
            marks.push(line((scale.at(*lo), top + 12.0), (scale.at(*hi), top + 12.0), "l-int"));
        }
    }
    scene(words, height, marks, bars_table(bars))
}

/// Dots with whiskers around zero: a forest.
#[must_use]
pub fn forest(words: Words, bars: &Bars) -> Scene {
    let shown = bars.names.len().min(MOST_BARS);
    let (low, high) = extent(bars.lo.iter().take(shown).chain(bars.hi.iter().take(shown)));
    let scale = Scale::new((low.min(0.0), high.max(0.0)), (NAMES, WIDTH - 12.0));
    let height = AXIS + ROW * shown as f64 + 8.0;
    let mut marks = axis(&scale, height);
    for place in 0..shown {
        let (Some(name), Some(value)) = (bars.names.get(place), bars.values.get(place)) else { continue };
        let top = AXIS + ROW * place as f64;
        let (lo, hi) = (bars.lo.get(place).copied().unwrap_or(*value), bars.hi.get(place).copied().unwrap_or(*value));
        let is_clear = lo > 0.0 || hi < 0.0;
        let (whisker, dot) = if is_clear { ("l-int", "m") } else { ("l-int-quiet", "m-quiet") };
        marks.push(text(NAMES - 8.0, top + 16.0, Anchor::End, short(name), "axis"));
        marks.push(line((scale.at(lo), top + 12.0), (scale.at(hi), top + 12.0), whisker));
        let tip = format!("{name}: {} ({} to {})", format::number(*value), format::number(lo), format::number(hi));
        marks.push(Mark::Circle { x: scale.at(*value), y: top + 12.0, r: 4.0, class: dot, tip: Some(tip) });
    }
    scene(words, height, marks, bars_table(bars))
}

/// From the baseline to the prediction, a part a step; the smallest parts beyond `MOST_BARS` are one step.
#[must_use]
pub fn waterfall(words: Words, found: &ContributionsResult) -> Scene {
    let kept = if found.bars.names.len() > MOST_BARS { MOST_BARS - 1 } else { found.bars.names.len() };
    let mut steps: Vec<(String, f64)> =
        found.bars.names.iter().cloned().zip(found.bars.values.iter().copied()).take(kept).collect();
    let rest: f64 = found.bars.values.iter().skip(kept).sum();
    if found.bars.names.len() > kept {
        steps.push((format!("{} others", found.bars.names.len() - kept), rest));
    }
    let mut at = found.baseline;
    let mut places = vec![(found.baseline, found.baseline)];
    for (_, part) in &steps {
        places.push((at, at + part));
        at += part;
    }
    let (low, high) = extent(places.iter().flat_map(|(from, to)| [from, to]));
    let scale = Scale::new(padded((low, high)), (NAMES, WIDTH - 60.0));
    let height = AXIS + ROW * (steps.len() + 2) as f64 + 8.0;
    let mut marks = axis(&scale, height);
    let row = |place: usize| AXIS + ROW * place as f64;
    let named = |place: usize, name: &str, class| text(NAMES - 8.0, row(place) + 16.0, Anchor::End, short(name), class);
    marks.push(named(0, "Training means", "axis"));
    let total = |place: usize, value: f64| {
        let x = scale.at(value);
        let dot = Mark::Circle { x, y: row(place) + 12.0, r: 4.0, class: "m-ink", tip: Some(format::number(value)) };
        [dot, text(x + 10.0, row(place) + 16.0, Anchor::Start, format::number(value), "axis axis-strong")]
    };
    marks.extend(total(0, found.baseline));
    for (place, ((name, part), (from, to))) in steps.iter().zip(places.iter().skip(1)).enumerate() {
        let place = place + 1;
        let (left, right) = (scale.at(from.min(*to)), scale.at(from.max(*to)));
        marks.push(named(place, name, "axis"));
        marks.push(line((scale.at(*from), row(place) - 6.0), (scale.at(*from), row(place) + 6.0), "l-rule"));
        let class = if *part < 0.0 { "m-quiet" } else { "m" };
        let bar = rect(left, row(place) + 6.0, (right - left).max(1.0), 12.0, class);
        marks.push(bar.with_tip(format!("{name}: {}", signed(*part))));
        marks.push(text(right + 6.0, row(place) + 16.0, Anchor::Start, signed(*part), "axis"));
    }
    let last = steps.len() + 1;
    marks.push(named(last, "This row", "axis axis-strong"));
    marks.extend(total(last, found.total));
    let head = ["Column", "Value in this row", "Training mean", "Part"].map(str::to_owned).to_vec();
    let cell = |values: &[f64], place: usize| values.get(place).map_or_else(String::new, |value| format::exact(*value));
    let rows = (0..found.bars.names.len())
        .map(|place| {
            let name = found.bars.names.get(place).cloned().unwrap_or_default();
            vec![name, cell(&found.cells, place), cell(&found.means, place), cell(&found.bars.values, place)]
        })
        .collect();
    scene(words, height, marks, DataTable { head, rows })
}

/// A number that says its direction: `+0.32`, `−6.83`.
#[must_use]
pub fn signed(value: f64) -> String {
    let shown = format::number(value);
    if value > 0.0 { format!("+{shown}") } else { shown }
}

/// A closed band between two lines; nothing without both.
pub(super) fn band(plot: &Plot, x: &[f64], lo: &[f64], hi: &[f64]) -> Option<Mark> {
    if lo.is_empty() || lo.len() != hi.len() {
        return None;
    }
    let upper = x.iter().zip(hi).map(|(x, y)| (plot.x.at(*x), plot.y.at(plot.y.clamp(*y))));
    let lower = x.iter().zip(lo).rev().map(|(x, y)| (plot.x.at(*x), plot.y.at(plot.y.clamp(*y))));
    Some(Mark::Path { d: path(upper.chain(lower)) + "Z", class: "band" })
}

/// `M1 2L3 4` through points in pixels.
pub(super) fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut d = String::new();
    for (place, (x, y)) in points.enumerate() {
        d.push_str(&format!("{}{x} {y}", if place == 0 { 'M' } else { 'L' }));
    }
    d
}

/// Smallest and largest; 0 and 1 of nothing.
pub(super) fn extent<'a>(values: impl Iterator<Item = &'a f64>) -> (f64, f64) {
    let (low, high) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value)));
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// With room at both ends.
pub(super) fn padded((low, high): (f64, f64)) -> (f64, f64) {
    let room = (high - low) * 0.06;
    (low - room, high + room)
}

pub(super) fn scene(words: Words, height: f64, marks: Vec<Mark>, table: DataTable) -> Scene {
    let Words { title, how_to_read, summary, .. } = words;
    Scene { width: WIDTH, height, title, how_to_read, summary, marks, table }
}

/// Round numbers over the bars, with their lines; the one at zero is stronger.
fn axis(scale: &Scale, height: f64) -> Vec<Mark> {
    let at = ticks(scale.domain.0, scale.domain.1, 5);
    let labels = tick_labels(&at);
    let mut marks = Vec::new();
    for (tick, label) in at.into_iter().zip(labels) {
        let x = scale.at(tick);
        marks.push(line((x, AXIS), (x, height), if tick == 0.0 { "base" } else { "grid" }));
        marks.push(text(x, AXIS - 6.0, Anchor::Middle, label, "axis"));
    }
    marks
}

fn bars_table(bars: &Bars) -> DataTable {
    let has_interval = !bars.lo.is_empty();
    let head: &[&str] = if has_interval { &["Name", "Value", "Low", "High"] } else { &["Name", "Value"] };
    let cell = |values: &[f64], place: usize| values.get(place).map_or_else(String::new, |value| format::exact(*value));
    let row = |(place, name): (usize, &String)| {
        let mut row = vec![name.clone(), cell(&bars.values, place)];
        if has_interval {
            row.extend([cell(&bars.lo, place), cell(&bars.hi, place)]);
        }
        row
    };
    DataTable {
        head: head.iter().map(|name| (*name).to_owned()).collect(),
        rows: bars.names.iter().enumerate().map(row).collect(),
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Said;

    fn of(names: &[&str], values: &[f64], spread: f64) -> Bars {
        Bars {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            values: values.to_vec(),
            lo: values.iter().map(|value| value - spread).collect(),
            hi: values.iter().map(|value| value + spread).collect(),
        }
    }

    fn rects(scene: &Scene) -> Vec<(f64, f64)> {
        let rect = |mark: &Mark| if let Mark::Rect { x, width, .. } = mark { Some((*x, *width)) } else { None };
        scene.marks.iter().filter_map(rect).collect()
    }

    #[test]
    fn bars_start_at_zero_on_either_side() {
        let scene = bars(Words::default(), &of(&["up", "down"], &[2.0, -1.0], 0.0));
        let [up, down] = rects(&scene)[..] else { panic!() };
        assert_eq!(up.0, down.0 + down.1, "both touch the zero line");
        assert!((up.1 / down.1 - 2.0).abs() < 0.01);
        assert_eq!(scene.table.rows[1], ["down", "-1", "-1", "-1"]);
    }

    #[test]
    fn what_cannot_be_told_from_zero_is_quiet() {
        let scene = forest(Words::default(), &of(&["far", "near"], &[2.0, 0.1], 0.5));
        let dots: Vec<&str> = scene
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Circle { class, .. } = mark { Some(*class) } else { None })
            .collect();
        assert_eq!(dots, ["m", "m-quiet"]);
    }

    #[test]
    fn many_bars_are_cut_in_the_picture_and_whole_in_the_table() {
        let names: Vec<String> = (0..50).map(|i| format!("x{i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let scene = bars(Words::default(), &of(&names, &[1.0; 50], 0.1));
        assert_eq!((rects(&scene).len(), scene.table.rows.len()), (MOST_BARS, 50));
    }

    #[test]
    fn the_waterfall_ends_at_the_prediction() {
        let mut parts = of(&["a", "b", "c"], &[3.0, -1.0, 0.5], 0.0);
        (parts.lo, parts.hi) = (vec![], vec![]);
        let found = ContributionsResult {
            said: Said::default(),
            baseline: 10.0,
            total: 12.5,
            prediction: 12.5,
            actual: None,
            bars: parts,
            cells: vec![1.0, 2.0, 3.0],
            means: vec![0.0, 0.0, 0.0],
            row: vec![],
        };
        let scene = waterfall(Words::default(), &found);
        let [a, b, c] = rects(&scene)[..] else { panic!() };
        assert!((a.0 + a.1 - (b.0 + b.1)).abs() < 0.2, "b steps back from where a ended");
        assert!((c.0 - b.0).abs() < 0.2, "c goes on from where b ended");
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if text == "12.5")));
        assert_eq!(scene.table.rows[0], ["a", "1", "0", "3"]);
        assert_eq!((signed(0.5).as_str(), signed(-1.0).as_str(), signed(0.0).as_str()), ("+0.5", "−1", "0"));
    }

    #[test]
    fn lines_have_their_bands_and_names() {
        let one = |name: &str, y: f64| Line {
            name: name.into(),
            x: vec![10.0, 20.0],
            y: vec![y, y - 1.0],
            lo: vec![y - 0.5, y - 1.5],
            hi: vec![y + 0.5, y - 0.5],
        };
        let (train, test) = (one("train rmse", 4.0), one("test rmse", 6.0));
        let scene = lines(Words::default(), &[&train, &test], |name| name.split(' ').next().unwrap_or(name));
        let bands = scene.marks.iter().filter(|mark| matches!(mark, Mark::Path { class: "band", .. })).count();
        assert_eq!(bands, 2);
        assert!(scene.marks.iter().any(|mark| matches!(mark, Mark::Text { text, .. } if text == "test")));
        assert_eq!(scene.table.head.len(), 7);
        assert_eq!(scene.table.rows[1][4], "5");
    }
}
