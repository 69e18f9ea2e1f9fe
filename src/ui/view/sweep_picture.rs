//! The heat map of a sweep as one picture, for saving: the table shows it a cell at a time.

use crate::ui::view::charts::{Anchor, DataTable, Mark, Scene, tenth, text};
use crate::ui::view::charts_rows::{NAMES, ROW, short};
use crate::ui::view::sweep_result::{SweepRow, SweepView};

const MEAN: f64 = 72.0;
const CELL: f64 = 64.0;
const HEAD: f64 = 20.0;
/// A picture of more rows or folds is not readable; the numbers are all there.
const MOST_ROWS: usize = 60;
const MOST_FOLDS: usize = 12;
/// How strong the accent is in each shade, as in the style sheet's `shade-0` to `shade-6`.
const STRENGTHS: [f64; 7] = [0.34, 0.26, 0.19, 0.13, 0.08, 0.04, 0.0];

/// Candidates under each other, folds side by side, as `view` orders them.
#[must_use]
pub fn heat(view: &SweepView) -> Scene {
    let n_folds = view.n_folds.min(MOST_FOLDS);
    let shown = view.rows.iter().take(MOST_ROWS);
    let n_rows = shown.len();
    let middle = |fold: usize| NAMES + MEAN + CELL * (fold as f64 + 0.5);
    let mut marks = vec![text(NAMES + MEAN / 2.0, 14.0, Anchor::Middle, "mean", "axis")];
    marks.extend((0..n_folds).map(|fold| text(middle(fold), 14.0, Anchor::Middle, (fold + 1).to_string(), "axis")));
    for (i, row) in shown.enumerate() {
        let top = HEAD + ROW * i as f64;
        marks.push(text(NAMES - 8.0, top + 16.0, Anchor::End, short(&row.name), "axis"));
        marks.push(text(NAMES + MEAN / 2.0, top + 16.0, Anchor::Middle, row.mean.as_str(), "axis"));
        for (fold, cell) in row.cells.iter().take(n_folds).enumerate() {
            marks.push(Mark::Rect {
                x: tenth(middle(fold) - CELL / 2.0),
                y: tenth(top),
                width: CELL,
                height: ROW,
                class: "m",
                opacity: Some(strength(cell.shade)),
                tip: Some(cell.full.clone()),
            });
            marks.push(text(middle(fold), top + 16.0, Anchor::Middle, cell.shown.as_str(), "axis"));
        }
    }
    Scene {
        width: NAMES + MEAN + CELL * n_folds as f64,
        height: HEAD + ROW * n_rows as f64,
        title: "Candidates".into(),
        how_to_read: format!("{} of each candidate in each fold; {}.", view.metric, view.direction),
        summary: format!("{} of {n_rows} candidates in {n_folds} folds.", view.metric),
        marks,
        table: numbers(view),
    }
}

/// How strong a cell of this class is drawn.
fn strength(shade: &str) -> f64 {
    let place = shade.rsplit('-').next().and_then(|place| place.parse::<usize>().ok());
    place.and_then(|place| STRENGTHS.get(place).copied()).unwrap_or(0.0)
}

/// Every candidate with its exact values in every fold.
fn numbers(view: &SweepView) -> DataTable {
    let folds = (1..=view.n_folds).map(|fold| format!("fold {fold}"));
    let head = ["Candidate".to_owned(), format!("Mean {}", view.metric)].into_iter().chain(folds).collect();
    let row = |row: &SweepRow| {
        let cells = row.cells.iter().map(|cell| cell.full.clone());
        [row.name.clone(), row.mean_full.clone()].into_iter().chain(cells).collect()
    };
    DataTable { head, rows: view.rows.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::prose::Prose;
    use crate::ui::view::sweep_result::SweepCell;

    #[test]
    fn cells_stand_in_a_grid_and_keep_their_numbers() {
        let cell = |value: f64, shade| SweepCell { shown: format!("{value:.1}"), full: value.to_string(), shade };
        let row = |place: usize, values: [f64; 2]| SweepRow {
            place,
            name: format!("alpha {place}"),
            cells: vec![cell(values[0], "num shade-0"), cell(values[1], "num shade-6")],
            mean: "m".into(),
            mean_full: "1.25".into(),
            r2: String::new(),
            mark: "",
            is_best: place == 0,
            error: None,
        };
        let view = SweepView {
            sentence: Prose::default(),
            second: None,
            metric: "RMSE",
            direction: "smaller is better",
            has_r2: true,
            n_folds: 2,
            rows: vec![row(0, [1.01, 1.5]), row(1, [1.2, 1.3])],
            more: 0,
            curve: None,
        };
        let scene = heat(&view);
        assert_eq!((scene.width, scene.height), (400.0, 68.0));
        let rect =
            |mark: &Mark| if let Mark::Rect { x, y, opacity, .. } = mark { Some((*x, *y, *opacity)) } else { None };
        let rects: Vec<_> = scene.marks.iter().filter_map(rect).collect();
        assert_eq!(rects[0], (272.0, 20.0, Some(0.34)));
        assert_eq!(rects[3], (336.0, 44.0, Some(0.0)));
        assert_eq!(scene.table.head, ["Candidate", "Mean RMSE", "fold 1", "fold 2"]);
        assert_eq!(scene.table.rows[0], ["alpha 0", "1.25", "1.01", "1.5"]);
    }
}
