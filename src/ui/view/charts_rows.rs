//! Pictures that a table shows a row at a time, as one picture for saving.

use crate::ui::view::charts::{Anchor, DataTable, Mark, Scene, tenth, text};
use crate::ui::view::charts_cells::Spark;

/// Room for the rows' names, left of their pictures.
pub(super) const NAMES: f64 = 200.0;
pub(super) const ROW: f64 = 24.0;
/// A longer name is cut off.
const LONGEST: usize = 30;

/// The pictures of rows under each other from `top` on, each beside its name.
pub(super) fn under_each_other<'a>(top: f64, rows: impl Iterator<Item = (&'a str, &'a [Mark])>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (i, (name, picture)) in rows.enumerate() {
        let top = top + ROW * i as f64;
        marks.push(text(NAMES - 8.0, top + 16.0, Anchor::End, short(name), "axis"));
        marks.extend(picture.iter().map(|mark| moved(mark, NAMES, top)));
    }
    marks
}

/// Small pictures of one width as one picture.
#[must_use]
pub fn picture<'a>(
    title: String,
    how_to_read: &str,
    rows: impl Iterator<Item = (&'a str, &'a Spark)> + Clone,
    table: DataTable,
) -> Scene {
    let n = rows.clone().count();
    Scene {
        width: NAMES + rows.clone().map(|(_, spark)| spark.width).fold(0.0, f64::max) + 8.0,
        height: ROW * n as f64,
        summary: format!("{title}: {n} rows."),
        title,
        how_to_read: how_to_read.into(),
        marks: under_each_other(0.0, rows.map(|(name, spark)| (name, spark.marks.as_slice()))),
        table,
    }
}

pub(super) fn short(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        name.to_owned()
    } else {
        name.chars().take(LONGEST - 1).chain(['…']).collect()
    }
}

/// The mark at another place.
pub(super) fn moved(mark: &Mark, dx: f64, dy: f64) -> Mark {
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

    #[test]
    fn paths_are_moved_point_by_point() {
        assert_eq!(path("M8 12L30 12", 100.0, 24.0), "M108 36L130 36");
        assert_eq!(path("M4 8L0 12L4 16", 1.5, 0.0), "M5.5 8L1.5 12L5.5 16");
    }

    #[test]
    fn rows_keep_their_order_and_have_room() {
        let spark = |x: f64| Spark {
            class: "",
            width: 100.0,
            height: 20.0,
            label: None,
            marks: vec![Mark::Circle { x, y: 10.0, r: 3.0, class: "m", tip: None }],
        };
        let rows = [("a", spark(1.0)), ("b", spark(2.0))];
        let scene = picture("Two".into(), "", rows.iter().map(|(name, spark)| (*name, spark)), DataTable::default());
        assert_eq!((scene.width, scene.height), (308.0, 48.0));
        let circle = |mark: &Mark| if let Mark::Circle { x, y, .. } = mark { Some((*x, *y)) } else { None };
        assert_eq!(scene.marks.iter().filter_map(circle).collect::<Vec<_>>(), [(201.0, 10.0), (202.0, 34.0)]);
    }
}
