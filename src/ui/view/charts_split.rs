//! The picture of a split: the target's distribution in both parts.

use crate::split::SplitSummary;
use crate::ui::view::charts::{Anchor, DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, rect, text};
use crate::ui::view::format;

/// How much higher the plot is than its highest bar.
const HEADROOM: f64 = 1.125;

/// Shares of train rows (bars) and test rows (line) in the same bins; `None` when the target is not numeric.
#[must_use]
pub fn target_distribution(summary: &SplitSummary, target: &str) -> Option<Scene> {
    let train = summary.target_train.as_ref()?;
    let test = summary.target_test.as_ref();
    let share = |n: u64, counts: &[u64]| n as f64 / counts.iter().sum::<u64>().max(1) as f64;
    let train_shares: Vec<f64> = train.counts.iter().map(|n| share(*n, &train.counts)).collect();
    let test_shares: Vec<f64> =
        test.map(|test| test.counts.iter().map(|n| share(*n, &test.counts)).collect()).unwrap_or_default();
    let most = train_shares.iter().chain(&test_shares).copied().fold(0.0, f64::max);
    // Room above the highest bar for the legend.
    let percent = (most * HEADROOM * 100.0).max(f64::MIN_POSITIVE);
    let plot = Plot::new((train.min, train.max), (0.0, percent));
    let width = (plot.x.domain.1 - plot.x.domain.0) / train.counts.len().max(1) as f64;
    let mut marks = plot.grid();
    let mut outline = String::new();
    let mut rows = Vec::new();
    for (i, train_share) in train_shares.iter().enumerate() {
        let low = plot.x.domain.0 + width * i as f64;
        let (left, right) = (plot.x.at(low), plot.x.at(low + width));
        let test_share = test_shares.get(i).copied();
        let between = format!("{} to {}", format::number(low), format::number(low + width));
        if *train_share > 0.0 {
            let top = plot.y.at(train_share * 100.0);
            let bar = rect(left + 0.5, top, (right - left - 1.0).max(1.0), plot.bottom() - top, "m-soft");
            marks.push(bar.with_tip(format!("{between}: train {}", format::percent(*train_share))));
        }
        if let Some(test_share) = test_share {
            let y = plot.y.at(test_share * 100.0);
            outline.push_str(&format!("{}{left} {y}L{right} {y}", if outline.is_empty() { 'M' } else { 'L' }));
        }
        // Empty bins say nothing in a table.
        if *train_share > 0.0 || test_share.is_some_and(|share| share > 0.0) {
            rows.push(vec![
                between,
                format::percent(*train_share),
                test_share.map_or_else(|| "–".to_owned(), format::percent),
            ]);
        }
    }
    if !outline.is_empty() {
        marks.push(Mark::Path { d: outline, class: "l-ink" });
    }
    marks.extend(plot.x_axis());
    marks.extend(plot.axis_names("% of the rows", target));
    marks.push(rect(plot.right() - 128.0, 12.0, 10.0, 10.0, "m-soft"));
    marks.push(text(plot.right() - 112.0, 22.0, Anchor::Start, "train", "axis"));
    if test.is_some() {
        marks.push(rect(plot.right() - 66.0, 16.0, 14.0, 1.5, "m-ink"));
        marks.push(text(plot.right() - 46.0, 22.0, Anchor::Start, "test", "axis"));
    }
    let means = match (summary.target_mean_train, summary.target_mean_test) {
        (Some(train), Some(test)) => {
            format!("Mean {} in train, {} in test.", format::number(train), format::number(test))
        }
        (Some(train), None) => format!("Mean {}.", format::number(train)),
        _ => String::new(),
    };
    Some(Scene {
        width: WIDTH,
        height: HEIGHT,
        title: format!("{target} in both parts"),
        how_to_read: format!("The line should follow the bars. {means}").trim_end().to_owned(),
        summary: format!("Distribution of {target} in train and test rows. {means}").trim_end().to_owned(),
        marks,
        table: DataTable { head: vec![target.to_owned(), "Train".into(), "Test".into()], rows },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Digest;
    use crate::ingest::Histogram;

    fn summary(train: Option<&[u64]>, test: Option<&[u64]>) -> SplitSummary {
        let histogram = |counts: &[u64]| Histogram { min: 0.0, max: 4.0, counts: counts.to_vec() };
        SplitSummary {
            n_train: 8,
            n_test: 2,
            rows_digest: Digest::of(b""),
            first_train: Vec::new(),
            first_test: Vec::new(),
            target_train: train.map(histogram),
            target_test: test.map(histogram),
            target_mean_train: Some(2.0),
            target_mean_test: Some(2.5),
        }
    }

    #[test]
    fn parts_of_different_size_are_compared_by_share() {
        let scene = target_distribution(&summary(Some(&[4, 0, 0, 4]), Some(&[1, 0, 0, 1])), "score").unwrap();
        assert_eq!(scene.table.rows, [["0 to 1", "50 %", "50 %"], ["3 to 4", "50 %", "50 %"]]);
        let outline = scene.marks.iter().find_map(|mark| match mark {
            Mark::Path { d, class: "l-ink" } => Some(d.clone()),
            _ => None,
        });
        // Up over the first bin, down over the empty ones, up over the last: as high as the bars, which leave a ninth of
        // the plot free (286 - 276 / 1.125, to a tenth).
        let expected = "M40 40.7L158 40.7L158 286L276 286L276 286L394 286L394 40.7L512 40.7";
        assert_eq!(outline.unwrap(), expected);
    }

    #[test]
    fn a_target_of_text_has_no_picture_and_one_part_no_line() {
        assert_eq!(target_distribution(&summary(None, None), "score"), None);
        let scene = target_distribution(&summary(Some(&[1]), None), "score").unwrap();
        assert!(!scene.marks.iter().any(|mark| matches!(mark, Mark::Path { class: "l-ink", .. })));
    }
}
