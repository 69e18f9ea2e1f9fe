//! Selected runs in the charts: drawn stronger and above the others, which become pale.

use std::collections::BTreeSet;

use super::charts::{Mark, Scene};
use super::runs_charts::run_of;

/// The picture with these runs stressed; as it is where it draws none of them by itself.
#[must_use]
pub fn stressed(mut scene: Scene, selected: &BTreeSet<String>) -> Scene {
    let is_selected = |mark: &Mark| run_of(mark).is_some_and(|id| selected.contains(id));
    if selected.is_empty() || !scene.marks.iter().any(is_selected) {
        return scene;
    }
    let (chosen, mut rest): (Vec<Mark>, Vec<Mark>) = scene.marks.into_iter().partition(is_selected);
    // Above all other runs, and below what stands above these, such as the axes.
    let above = rest.iter().rposition(|mark| run_of(mark).is_some()).map_or(rest.len(), |last| last + 1);
    let front = rest.split_off(above);
    let pale = rest.into_iter().map(|mark| if run_of(&mark).is_some() { redrawn(mark, pale) } else { mark });
    let strong = chosen.into_iter().map(|mark| redrawn(said(mark), strong));
    scene.marks = pale.chain(strong).chain(front).collect();
    scene.how_to_read.push_str(" Selected runs are drawn stronger.");
    scene
}

/// Colour is not all that tells: it is said too.
fn said(mut mark: Mark) -> Mark {
    if let Mark::Link { label, .. } = &mut mark {
        label.push_str(", selected");
    }
    mark
}

fn redrawn(mut mark: Mark, as_what: fn(&mut Mark)) -> Mark {
    if let Mark::Link { marks, .. } = &mut mark {
        marks.iter_mut().for_each(as_what);
    }
    mark
}

fn pale(mark: &mut Mark) {
    match mark {
        Mark::Circle { class, .. } | Mark::Rect { class, .. } => *class = "m-quiet",
        Mark::Path { class, .. } => *class = "l-quiet",
        Mark::Text { .. } | Mark::Link { .. } => {}
    }
}

/// What has the colour of its group keeps it.
fn strong(mark: &mut Mark) {
    match mark {
        Mark::Circle { r, .. } => *r *= 1.5,
        Mark::Rect { class, .. } => *class = "m",
        Mark::Path { class, .. } if ["l", "l-quiet"].contains(class) => *class = "l-ink",
        Mark::Text { class, .. } if *class == "axis" => *class = "axis axis-strong",
        Mark::Path { .. } | Mark::Text { .. } | Mark::Link { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::runs_chart_pick::ChartPick;
    use super::super::runs_charts::{bars, scatter};
    use super::super::runs_columns::Column;
    use super::super::runs_suite::run;
    use super::*;
    use crate::tracking::RunSummary;

    fn radii(scene: &Scene) -> Vec<(f64, &'static str)> {
        let circle = |mark: &Mark| match mark {
            Mark::Link { marks, .. } => marks.iter().find_map(|mark| match mark {
                Mark::Circle { r, class, .. } => Some((*r, *class)),
                _ => None,
            }),
            _ => None,
        };
        scene.marks.iter().filter_map(circle).collect()
    }

    #[test]
    fn selected_runs_are_larger_last_and_said_and_the_others_pale() {
        let all: Vec<RunSummary> = ["1", "2", "3"].map(|size| run(size, 1, Some(size.parse().unwrap()), size)).to_vec();
        let runs: Vec<&RunSummary> = all.iter().collect();
        let (x, y) = (Column::Param("test_size".into()), Column::Metric("r2".into()));
        let scene = scatter(&runs, &ChartPick::default(), &x, &y);
        let chosen = BTreeSet::from([all[0].info.run_id.clone()]);
        let drawn = stressed(scene.clone(), &chosen);
        assert_eq!(radii(&drawn), [(4.0, "m-quiet"), (4.0, "m-quiet"), (6.0, "m")]);
        assert_eq!(drawn.marks.len(), scene.marks.len());
        assert!(drawn.how_to_read.ends_with(" Selected runs are drawn stronger."));
        let said =
            drawn.marks.iter().filter(|mark| matches!(mark, Mark::Link { label, .. } if label.ends_with(", selected")));
        assert_eq!(said.count(), 1);
        // Nobody who is drawn is selected: nothing changes.
        assert_eq!(stressed(scene.clone(), &BTreeSet::new()), scene);
        assert_eq!(stressed(scene.clone(), &BTreeSet::from(["gone".to_owned()])), scene);
        let bars = stressed(bars(&runs, &y), &chosen);
        let classes: Vec<&str> = bars
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Link { marks, .. } => marks.iter().find_map(|mark| match mark {
                    Mark::Rect { class, .. } => Some(*class),
                    _ => None,
                }),
                _ => None,
            })
            .collect();
        assert_eq!(classes, ["m-quiet", "m-quiet", "m"]);
    }
}
