//! The forest of the coefficients as one picture, for saving: the table shows it a row at a time.

use crate::ui::view::charts::{DataTable, Mark, Scene};
use crate::ui::view::charts_cells::{FOREST_WIDTH, Spark};
use crate::ui::view::charts_rows::{NAMES, ROW, moved, under_each_other};
use crate::ui::view::train::CoefficientRow;

const AXIS: f64 = 20.0;

/// The rows under each other with their axis; `confidence` is that of the intervals, such as `95 %`, `ratio` the name of a
/// coefficient over its standard error.
#[must_use]
pub fn forest(rows: &[CoefficientRow], axis: &Spark, confidence: &str, ratio: &str) -> Scene {
    let drawn = || rows.iter().filter_map(|row| Some((row, row.forest.as_ref()?)));
    let mut marks: Vec<Mark> = axis.marks.iter().map(|mark| moved(mark, NAMES, 0.0)).collect();
    marks.extend(under_each_other(AXIS, drawn().map(|(row, spark)| (row.name.as_str(), spark.marks.as_slice()))));
    let head = ["Feature", "Per sd", "Coefficient", "Standard error", "Low", "High", ratio, "p"];
    let how_to_read = if rows.iter().any(|row| !row.full.p.is_empty()) {
        format!("Per standard deviation, with {confidence} intervals. Grey: cannot be told from zero.")
    } else {
        "Per standard deviation.".to_owned()
    };
    let cells = |row: &CoefficientRow| {
        let full = row.full.clone();
        vec![row.name.clone(), row.per_sd.clone(), full.value, full.se, full.lo, full.hi, full.t, full.p]
    };
    Scene {
        width: NAMES + FOREST_WIDTH,
        height: AXIS + ROW * drawn().count() as f64,
        title: "Coefficients".into(),
        how_to_read,
        summary: format!("Coefficients of {} features.", drawn().count()),
        marks,
        table: DataTable { head: head.map(str::to_owned).to_vec(), rows: rows.iter().map(cells).collect() },
    }
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
        let scene = forest(&rows, &forest_axis(&scale), "95 %", "t");
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
}
