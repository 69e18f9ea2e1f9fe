//! The pipe of the flow, drawn to scale: thickness is cells.
//!
//! A lane is 100 along (the step's width) and 52 px across. The same shapes stand upright on a phone, x and y exchanged.

use super::flow::r2;
use crate::pipeline::{StepName, StepStatus};
use crate::ui::state::Outputs;

/// The pipe's middle line, its thickest, and its thinnest.
const MIDDLE: f64 = 20.0;
const THICKEST: f64 = 24.0;
const THINNEST: f64 = 2.0;
/// Where the test rows go round Train, and where they meet the model.
const BYPASS: f64 = 45.0;
const MEETING: f64 = 28.0;
/// The scale of Evaluate, along.
const SCALE_START: f64 = 20.0;
const SCALE_LENGTH: f64 = 74.0;

/// A shape of a lane: its class and its path, lying and upright.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub class: &'static str,
    pub lying: String,
    pub upright: String,
}

/// Cells after each of the steps that change their number, as thickness in px: into Clean, out of Clean, test rows.
struct Thickness {
    full: f64,
    clean: f64,
    test: f64,
}

fn thickness(outputs: &Outputs) -> Thickness {
    let cells = |rows: u64, columns: usize| rows as f64 * columns as f64;
    let full = outputs.ingest.as_ref().map_or(0.0, |summary| cells(summary.rows, summary.columns.len()));
    let clean = outputs.clean.as_ref().map_or(full, |summary| cells(summary.rows, summary.columns.len()));
    let test = outputs.split.as_ref().map_or(0.0, |summary| {
        let n = summary.n_train + summary.n_test;
        if n == 0 { 0.0 } else { summary.n_test as f64 / n as f64 }
    });
    // A file may only be as thick as the pipe; a step that makes more cells leaves it full.
    let clean = if full > 0.0 { (THICKEST * clean / full).clamp(THINNEST * 2.0, THICKEST) } else { THICKEST };
    let test = if test > 0.0 { (clean * test).clamp(THINNEST, clean - THINNEST) } else { 0.0 };
    Thickness { full: THICKEST, clean, test }
}

/// Thickness that Clean takes away, in px.
pub(super) fn lost(outputs: &Outputs) -> f64 {
    let thickness = thickness(outputs);
    thickness.full - thickness.clean
}

/// A stretch of pipe: at each place along, where its upper and lower wall are.
type Band = Vec<(f64, f64, f64)>;

fn level(at: f64, thickness: f64) -> (f64, f64) {
    (at - thickness / 2.0, at + thickness / 2.0)
}

fn band(nodes: &[(f64, (f64, f64))]) -> Band {
    nodes.iter().map(|(along, (upper, lower))| (*along, *upper, *lower)).collect()
}

/// The bands of a step: what flows on, and what is lost.
fn bands(step: StepName, outputs: &Outputs) -> (Vec<Band>, Vec<Band>) {
    let Thickness { full, clean, test } = thickness(outputs);
    match step {
        StepName::Ingest => (vec![band(&[(6.0, level(MIDDLE, full)), (100.0, level(MIDDLE, full))])], vec![]),
        StepName::Clean => {
            let (upper, lower) = level(MIDDLE, full);
            let cut = upper + clean;
            let on = level(MIDDLE, clean);
            let main = band(&[(0.0, (upper, cut)), (12.0, (upper, cut)), (44.0, on), (100.0, on)]);
            let drained = lower - cut;
            let drain = (52.0 - drained, 52.0);
            let lost = band(&[(0.0, (cut, lower)), (12.0, (cut, lower)), (36.0, drain), (40.0, drain)]);
            (vec![main], if drained >= 0.5 { vec![lost] } else { vec![] })
        }
        StepName::Split => {
            let (upper, lower) = level(MIDDLE, clean);
            let cut = lower - test;
            let train = level(MIDDLE, clean - test);
            let bypass = level(BYPASS, test);
            let mut all = vec![band(&[(0.0, (upper, cut)), (30.0, (upper, cut)), (70.0, train), (100.0, train)])];
            if test > 0.0 {
                all.push(band(&[(0.0, (cut, lower)), (30.0, (cut, lower)), (82.0, bypass), (100.0, bypass)]));
            }
            (all, vec![])
        }
        StepName::Train if test > 0.0 => {
            let bypass = level(BYPASS, test);
            (vec![band(&[(0.0, bypass), (52.0, bypass), (100.0, level(MEETING, test))])], vec![])
        }
        StepName::Train | StepName::Evaluate => (vec![], vec![]),
    }
}

/// What a step's lane looks like; `share` is the share done of a running step.
pub(super) fn shapes(step: StepName, look: StepStatus, outputs: &Outputs, share: Option<f64>) -> Vec<Shape> {
    if step == StepName::Evaluate {
        return if matches!(look, StepStatus::Completed | StepStatus::Cached) { scale(r2(outputs)) } else { vec![] };
    }
    let (flowing, lost) = bands(step, outputs);
    let start = if step == StepName::Ingest { 6.0 } else { 0.0 };
    let walls = |bands: &[Band]| bands.iter().map(edge).collect::<Vec<_>>();
    match look {
        StepStatus::Completed => {
            let mut all: Vec<Shape> = lost.iter().map(|band| filled(band, "liquid-lost")).collect();
            all.extend(flowing.iter().map(|band| filled(band, "liquid")));
            all.extend((step == StepName::Train).then(|| line(18.0, 97.0, "drops")));
            all
        }
        StepStatus::Cached => {
            let mut all = walls(&flowing);
            all.extend((step == StepName::Train).then(|| line(18.0, 97.0, "drops drops-hollow")));
            all
        }
        StepStatus::Running if step == StepName::Train => {
            let mut all: Vec<Shape> = flowing.iter().map(|band| filled(band, "liquid")).collect();
            all.push(line(18.0, 60.0, "drops"));
            all
        }
        StepStatus::Running => {
            let straight = straight(step, start, outputs);
            let mut all = walls(std::slice::from_ref(&straight));
            all.extend(share.map(|share| filled(&cut_at(&straight, start, share), "liquid")));
            all
        }
        StepStatus::Cancelled => {
            let reached = share.unwrap_or(0.0);
            let straight = straight(step, start, outputs);
            let mut all = vec![line(start + reached * (100.0 - start), 100.0, "pipe-empty")];
            all.push(filled(&cut_at(&straight, start, reached), "liquid-lost"));
            all
        }
        StepStatus::Failed if step == StepName::Train => {
            let mut all: Vec<Shape> = flowing.iter().map(|band| filled(band, "liquid")).collect();
            all.push(line(16.0, 100.0, "pipe-empty"));
            all
        }
        StepStatus::Failed | StepStatus::Pending | StepStatus::Skipped => vec![line(start, 100.0, "pipe-empty")],
    }
}

/// The pipe of a step whose outcome is not known yet: as thick as what comes in.
fn straight(step: StepName, start: f64, outputs: &Outputs) -> Band {
    let Thickness { full, clean, .. } = thickness(outputs);
    let thickness = if step <= StepName::Clean { full } else { clean };
    band(&[(start, level(MIDDLE, thickness)), (100.0, level(MIDDLE, thickness))])
}

fn cut_at(band: &Band, start: f64, share: f64) -> Band {
    let end = start + share * (100.0 - start);
    band.iter().map(|(along, upper, lower)| (along.min(end), *upper, *lower)).collect()
}

/// R² on a scale from 0 to 1; below 0 the mark stands left of it.
fn scale(r2: Option<f64>) -> Vec<Shape> {
    let at = |value: f64| SCALE_START + SCALE_LENGTH * value;
    let straight = |class, x1: f64, y1: f64, x2: f64, y2: f64| Shape {
        class,
        lying: format!("M{} {}L{} {}", tenth(x1), tenth(y1), tenth(x2), tenth(y2)),
        upright: String::new(),
    };
    let mut all = vec![straight("tick", at(0.0), MEETING, at(1.0), MEETING)];
    for i in 0..=20 {
        let height = if i % 10 == 0 {
            11.0
        } else if i % 2 == 0 {
            7.0
        } else {
            4.0
        };
        let x = at(f64::from(i) / 20.0);
        all.push(straight("tick", x, MEETING, x, MEETING - height));
    }
    if let Some(r2) = r2 {
        let (from, to) = if r2 < 0.0 { (at(r2.max(-0.1)), at(0.0)) } else { (at(0.0), at(r2.min(1.0))) };
        all.push(Shape {
            class: "reading",
            lying: format!("M{0} {2}H{1}V{3}H{0}Z", tenth(from), tenth(to.max(from + 0.6)), MEETING, MEETING + 4.0),
            upright: String::new(),
        });
    }
    all
}

fn line(from: f64, to: f64, class: &'static str) -> Shape {
    let path = |upright| format!("M{}L{}", point(from, MIDDLE, upright), point(to, MIDDLE, upright));
    Shape { class, lying: path(false), upright: path(true) }
}

fn filled(band: &Band, class: &'static str) -> Shape {
    let path = |upright| {
        let upper: Vec<(f64, f64)> = band.iter().map(|(along, upper, _)| (*along, *upper)).collect();
        let lower: Vec<(f64, f64)> = band.iter().rev().map(|(along, _, lower)| (*along, *lower)).collect();
        format!("M{}L{}Z", curve(&upper, upright), curve(&lower, upright))
    };
    Shape { class, lying: path(false), upright: path(true) }
}

fn edge(band: &Band) -> Shape {
    let path = |upright| {
        let upper: Vec<(f64, f64)> = band.iter().map(|(along, upper, _)| (*along, *upper)).collect();
        let lower: Vec<(f64, f64)> = band.iter().map(|(along, _, lower)| (*along, *lower)).collect();
        format!("M{}M{}", curve(&upper, upright), curve(&lower, upright))
    };
    Shape { class: "pipe-edge", lying: path(false), upright: path(true) }
}

/// A smooth line through points, level at each of them. Begins with the first point, without a command before it.
fn curve(points: &[(f64, f64)], upright: bool) -> String {
    let mut out = String::new();
    let mut before: Option<(f64, f64)> = None;
    for &(x, y) in points {
        match before {
            None => out.push_str(&point(x, y, upright)),
            Some((_, y0)) if (y0 - y).abs() < 1e-9 => {
                out.push('L');
                out.push_str(&point(x, y, upright));
            }
            Some((x0, y0)) => {
                let middle = (x0 + x) / 2.0;
                let parts = [point(middle, y0, upright), point(middle, y, upright), point(x, y, upright)];
                out.push('C');
                out.push_str(&parts.join(" "));
            }
        }
        before = Some((x, y));
    }
    out
}

fn point(along: f64, across: f64, upright: bool) -> String {
    let (x, y) = if upright { (across, along) } else { (along, across) };
    format!("{} {}", tenth(x), tenth(y))
}

/// Coordinates need no more than two decimals.
fn tenth(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(path: &str) -> Vec<f64> {
        path.split(|c: char| c.is_ascii_alphabetic() || c == ' ')
            .filter(|n| !n.is_empty())
            .map(|n| n.parse().unwrap())
            .collect()
    }

    #[test]
    fn a_band_runs_along_its_upper_wall_and_back_along_its_lower() {
        let straight = filled(&band(&[(6.0, (8.0, 32.0)), (100.0, (8.0, 32.0))]), "liquid");
        assert_eq!(straight.lying, "M6 8L100 8L100 32L6 32Z");
        assert_eq!(straight.upright, "M8 6L8 100L32 100L32 6Z");
        let bent = filled(&band(&[(0.0, (8.0, 32.0)), (40.0, (14.0, 26.0))]), "liquid");
        assert_eq!(bent.lying, "M0 8C20 8 20 14 40 14L40 26C20 26 20 32 0 32Z");
    }

    #[test]
    fn lying_and_upright_are_each_other_mirrored() {
        for step in StepName::ALL {
            for status in [StepStatus::Completed, StepStatus::Cached, StepStatus::Running, StepStatus::Pending] {
                for shape in
                    shapes(step, status, &Outputs::default(), Some(0.5)).iter().filter(|s| !s.upright.is_empty())
                {
                    let mirrored: Vec<f64> = numbers(&shape.upright).chunks(2).flat_map(|p| [p[1], p[0]]).collect();
                    assert_eq!(numbers(&shape.lying), mirrored, "{step:?} {status:?}");
                }
            }
        }
    }

    #[test]
    fn liquid_advances_with_progress_only() {
        let reach = |share| {
            let shapes = shapes(StepName::Clean, StepStatus::Running, &Outputs::default(), share);
            let liquid = shapes.iter().find(|shape| shape.class == "liquid")?;
            numbers(&liquid.lying).chunks(2).map(|point| point[0]).reduce(f64::max)
        };
        assert_eq!(reach(None), None);
        assert_eq!(reach(Some(0.25)), Some(25.0));
        assert_eq!(reach(Some(1.0)), Some(100.0));
    }

    #[test]
    fn the_reading_stands_right_of_zero_or_left_of_it() {
        let reading = |r2| {
            let shapes = scale(Some(r2));
            numbers(&shapes.last().unwrap().lying)
        };
        assert_eq!(reading(0.5)[..3], [20.0, 28.0, 57.0]);
        assert_eq!(reading(1.0)[2], 94.0);
        assert_eq!(reading(7.0)[2], 94.0);
        assert!(reading(-0.5)[0] < 20.0);
        assert!(scale(None).iter().all(|shape| shape.class == "tick"));
    }
}
