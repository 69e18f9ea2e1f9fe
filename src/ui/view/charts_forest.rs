//! The forest of the coefficients as one picture, for saving: the table shows it a row at a time.

use crate::ui::view::charts::{Anchor, DataTable, Mark, Scene, tenth, text};
use crate::ui::view::charts_cells::{FOREST_WIDTH, Spark};
use crate::ui::view::train::CoefficientRow;

/// Room for the features' names, left of the forest.
const NAMES: f64 = 200.0;
const ROW: f64 = 24.0;
const AXIS: f64 = 20.0;
/// A longer name is cut off.
const LONGEST: usize = 30;

/// The rows under each other with their axis; `confidence` is that of the intervals, such as `95 %`.
#[must_use]
pub fn forest(rows: &[CoefficientRow], axis: &Spark, confidence: &str) -> Scene {
    let drawn = || rows.iter().filter_map(|row| Some((row, row.forest.as_ref()?)));
    let mut marks: Vec<Mark> = axis.marks.iter().map(|mark| moved(mark, NAMES, 0.0)).collect();
    for (i, (row, spark)) in drawn().enumerate() {
        let top = AXIS + ROW * i as f64;
        marks.push(text(NAMES - 8.0, top + 16.0, Anchor::End, short(&row.name), "axis"));
        marks.extend(spark.marks.iter().map(|mark| moved(mark, NAMES, top)));
    }
    let head = ["Feature", "Per sd", "Coefficient", "Standard error", "Low", "High", "t", "p"];
    let cells = |row: &CoefficientRow| {
        let full = row.full.clone();
        vec![row.name.clone(), row.per_sd.clone(), full.value, full.se, full.lo, full.hi, full.t, full.p]
    };
    Scene {
        width: NAMES + FOREST_WIDTH,
        height: AXIS + ROW * drawn().count() as f64,
        title: "Coefficients".into(),
        how_to_read: format!("Per standard deviation, with {confidence} intervals. Grey: cannot be told from zero."),
        summary: format!("Coefficients of {} features with their {confidence} intervals.", drawn().count()),
        marks,
        table: DataTable { head: head.map(str::to_owned).to_vec(), rows: rows.iter().map(cells).collect() },
    }
}

fn short(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// The mark at another place.
fn moved(mark: &Mark, dx: f64, dy: f64) -> Mark {
    let mut mark = mark.clone();
    match &mut mark {
        Mark::Rect { x, y, .. } | Mark::Circle { x, y, .. } | Mark::Text { x, y, .. } => {
            (*x, *y) = (tenth(*x + dx), tenth(*y + dy));
        }
        Mark::Path { d, .. } => *d = path(d, dx, dy),
        Mark::Link { marks, .. } => *marks = marks.iter().map(|mark| moved(mark, dx, dy)).collect(),
    }
    mark
}

/// A path of lines between points, as the forest has them: `M8 12L30 12`.
fn path(d: &str, dx: f64, dy: f64) -> String {
    let mut out = String::new();
    for step in d.split_inclusive(['M', 'L']) {
        let (point, command) = match step.strip_suffix(['M', 'L']) {
            Some(point) => (point, step.get(point.len()..).unwrap_or_default()),
            None => (step, ""),
        };
        let place = point.split_once(' ').and_then(|(x, y)| Some((x.parse::<f64>().ok()?, y.parse::<f64>().ok()?)));
        if let Some((x, y)) = place {
            out += &format!("{} {}", tenth(x + dx), tenth(y + dy));
        }
        out += command;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::charts_cells::{Estimate, forest_axis, forest_row, forest_scale};
    use crate::ui::view::train::FullValues;

    #[test]
    fn rows_stand_under_each_other_beside_their_names() {
        let estimate = Estimate { value: 1.0, interval: Some((0.5, 1.5)) };
        let scale = forest_scale(&[estimate]);
        let full = || ["2", "0.1", "20", "0", "1.8", "2.2"].map(str::to_owned);
        let row = |name: &str, is_drawn: bool| {
            let [value, se, t, p, lo, hi] = full();
            CoefficientRow {
                name: name.into(),
                told_from_zero: true,
                forest: is_drawn.then(|| forest_row(&estimate, &scale, true, String::new())),
                per_sd: "1.0".into(),
                value: "2".into(),
                interval: String::new(),
                t: String::new(),
                p: String::new(),
                full: FullValues { value, se, t, p, lo, hi },
            }
        };
        let rows = [row("a", true), row("b", true), row("(intercept)", false)];
        let scene = forest(&rows, &forest_axis(&scale), "95 %");
        assert_eq!((scene.width, scene.height), (560.0, 68.0));
        let circles: Vec<(f64, f64)> = scene
            .marks
            .iter()
            .filter_map(|mark| if let Mark::Circle { x, y, .. } = mark { Some((*x, *y)) } else { None })
            .collect();
        assert_eq!(circles, [(200.0 + scale.at(1.0), 32.0), (200.0 + scale.at(1.0), 56.0)]);
        assert_eq!(scene.table.rows.len(), 3, "the intercept has numbers, though no row in the picture");
        assert_eq!(scene.table.rows[0], ["a", "1.0", "2", "0.1", "1.8", "2.2", "20", "0"]);
    }

    #[test]
    fn paths_are_moved_point_by_point() {
        assert_eq!(path("M8 12L30 12", 100.0, 24.0), "M108 36L130 36");
        assert_eq!(path("M4 8L0 12L4 16", 1.5, 0.0), "M5.5 8L1.5 12L5.5 16");
    }
}
