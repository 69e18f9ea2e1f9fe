//! The four pictures of the regression report: residuals, normal quantiles, spread, leverage.

use crate::diagnostics::{Influence, RegressionReport};
use crate::ui::view::charts::{DataTable, HEIGHT, Mark, Plot, Scene, WIDTH, line};
use crate::ui::view::format;

/// Rows of a picture's table of numbers.
const MOST_ROWS: usize = 200;

/// What is drawn: points, a line through them, straight lines to compare with, and words.
struct Cloud<'a> {
    title: &'static str,
    how_to_read: String,
    summary: String,
    x: &'a str,
    y: &'a str,
    points: Vec<(f64, f64)>,
    smooth: &'a [(f64, f64)],
    /// Whether zero belongs to the vertical axis.
    from_zero: bool,
    /// Dashed, in data.
    reference: Option<((f64, f64), (f64, f64))>,
    table: DataTable,
}

fn draw(cloud: Cloud<'_>) -> Scene {
    let is_number = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
    let points: Vec<(f64, f64)> = cloud.points.into_iter().filter(is_number).collect();
    let smooth: Vec<(f64, f64)> = cloud.smooth.iter().copied().filter(is_number).collect();
    let all = || points.iter().chain(&smooth);
    let (x_low, x_high) = extent(all().map(|point| point.0));
    let (mut y_low, mut y_high) = extent(all().map(|point| point.1));
    if cloud.from_zero {
        (y_low, y_high) = (y_low.min(0.0), y_high.max(0.0));
    }
    let plot = Plot::new(padded(x_low, x_high), padded(y_low, y_high));
    let mut marks = plot.grid();
    if let Some((from, to)) = cloud.reference {
        let at = |(x, y): (f64, f64)| (plot.x.at(plot.x.clamp(x)), plot.y.at(plot.y.clamp(y)));
        marks.push(line(at(from), at(to), "ref"));
    }
    let d: String = points.iter().map(|(x, y)| format!("M{} {}h0", plot.x.at(*x), plot.y.at(*y))).collect();
    marks.push(Mark::Path { d, class: "dots" });
    if smooth.len() > 1 {
        let step = |(i, (x, y)): (usize, &(f64, f64))| {
            format!("{}{} {}", if i == 0 { 'M' } else { 'L' }, plot.x.at(*x), plot.y.at(*y))
        };
        marks.push(Mark::Path { d: smooth.iter().enumerate().map(step).collect(), class: "l-ink" });
    }
    marks.extend(plot.x_axis());
    marks.extend(plot.axis_names(cloud.y, cloud.x));
    Scene {
        width: WIDTH,
        height: HEIGHT,
        title: cloud.title.into(),
        how_to_read: cloud.how_to_read,
        summary: cloud.summary,
        marks,
        table: cloud.table,
    }
}

/// The numbers behind a picture of rows; each with its row, from 1.
fn rows_table(
    report: &RegressionReport,
    head: [&str; 2],
    cells: impl Fn(&Influence) -> Option<(f64, f64)>,
) -> DataTable {
    let row = |point: &Influence| {
        let (x, y) = cells(point)?;
        Some(vec![(u64::from(point.row) + 1).to_string(), format::number(x), format::number(y)])
    };
    DataTable {
        head: ["Row"].into_iter().chain(head).map(str::to_owned).collect(),
        rows: report.points.iter().filter_map(row).take(MOST_ROWS).collect(),
    }
}

fn sampled(report: &RegressionReport) -> String {
    if !report.is_sample {
        return String::new();
    }
    format!(" {} of {} rows.", format::count(report.points.len() as u64), format::count(report.n_rows))
}

/// Residuals over fitted values, with what they follow.
#[must_use]
pub fn residuals_fitted(report: &RegressionReport) -> Scene {
    let at = |point: &Influence| Some((point.fitted, point.residual));
    draw(Cloud {
        title: "Residuals and fitted values",
        how_to_read: format!("Should have no shape. A bent line: something curved is missing.{}", sampled(report)),
        summary: format!(
            "Residuals of {} over its fitted values, with a smooth line that should lie on zero.",
            report.target
        ),
        x: &format!("fitted {}", report.target),
        y: "residual",
        points: report.points.iter().filter_map(at).collect(),
        smooth: &report.smooth_residual,
        from_zero: true,
        reference: None,
        table: rows_table(report, ["Fitted", "Residual"], at),
    })
}

/// Quantiles of the residuals over those of a normal distribution.
#[must_use]
pub fn normal_quantiles(report: &RegressionReport) -> Scene {
    let (low, high) = extent(report.qq.iter().map(|point| point.0));
    let rows = report.qq.iter().take(MOST_ROWS).map(|(x, y)| vec![format::number(*x), format::number(*y)]);
    draw(Cloud {
        title: "Normal quantiles",
        how_to_read: "On the dashes: normal errors. Ends that bend away: more large errors than normal.".into(),
        summary: "Standardised residuals over the quantiles of a normal distribution; normal ones lie on the dashed diagonal.".into(),
        x: "normal quantile",
        y: "standardised residual",
        points: report.qq.clone(),
        smooth: &[],
        from_zero: false,
        reference: Some(((low, low), (high, high))),
        table: DataTable { head: vec!["Normal quantile".into(), "Standardised residual".into()], rows: rows.collect() },
    })
}

/// How far residuals spread, over fitted values.
#[must_use]
pub fn scale_location(report: &RegressionReport) -> Scene {
    let at = |point: &Influence| Some((point.fitted, point.studentised?.abs().sqrt()));
    draw(Cloud {
        title: "Spread and fitted values",
        how_to_read: format!(
            "A level line: errors spread alike. A rising one: larger values are less certain.{}",
            sampled(report)
        ),
        summary: format!(
            "Root of the size of the standardised residuals over the fitted {}, with a smooth line that should be level.",
            report.target
        ),
        x: &format!("fitted {}", report.target),
        y: "√|standardised residual|",
        points: report.points.iter().filter_map(at).collect(),
        smooth: &report.smooth_scale,
        from_zero: true,
        reference: None,
        table: rows_table(report, ["Fitted", "√|Standardised residual|"], at),
    })
}

/// Residuals over leverage: far right and far from zero is a row that pulls.
#[must_use]
pub fn residuals_leverage(report: &RegressionReport) -> Scene {
    let at = |point: &Influence| Some((point.leverage, point.studentised?));
    // The rows that pull most are shown even where points are a sample.
    let extra = report.influential.iter().filter(|row| report.points.iter().all(|point| point.row != row.row));
    let most = report.influential.first();
    let summary = most.map_or_else(
        || "Standardised residuals over leverage.".to_owned(),
        |row| format!("Standardised residuals over leverage. Row {} pulls most.", u64::from(row.row) + 1),
    );
    draw(Cloud {
        title: "Residuals and leverage",
        how_to_read: format!("Far right and far from zero: a row that pulls the fit.{}", sampled(report)),
        summary,
        x: "leverage",
        y: "standardised residual",
        points: report.points.iter().chain(extra).filter_map(at).collect(),
        smooth: &[],
        from_zero: true,
        reference: None,
        table: rows_table(report, ["Leverage", "Standardised residual"], at),
    })
}

fn extent(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

fn padded(low: f64, high: f64) -> (f64, f64) {
    let pad = (high - low) * 0.04;
    (low - pad, high + pad)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::report::tests::tiny;

    fn paths<'a>(scene: &'a Scene, class: &str) -> Vec<&'a str> {
        let paths = scene.marks.iter().filter_map(|mark| match mark {
            Mark::Path { d, class: of } if *of == class => Some(d.as_str()),
            _ => None,
        });
        paths.collect()
    }

    #[test]
    fn every_picture_has_its_points_and_its_numbers() {
        let (_, report) = tiny();
        for scene in
            [residuals_fitted(&report), normal_quantiles(&report), scale_location(&report), residuals_leverage(&report)]
        {
            assert_eq!(paths(&scene, "dots")[0].matches("h0").count(), 12, "{}", scene.title);
            assert_eq!(scene.table.rows.len(), 12, "{}", scene.title);
            assert!(scene.table.rows.iter().all(|row| row.len() == scene.table.head.len()));
            assert!(!scene.summary.is_empty() && !scene.how_to_read.is_empty());
        }
    }

    #[test]
    fn the_smooth_line_and_the_dashes_are_drawn_where_they_belong() {
        let (_, report) = tiny();
        assert_eq!(paths(&residuals_fitted(&report), "l-ink").len(), 1);
        assert_eq!(paths(&scale_location(&report), "l-ink").len(), 1);
        assert!(paths(&normal_quantiles(&report), "l-ink").is_empty());
        assert_eq!(paths(&normal_quantiles(&report), "ref").len(), 1);
        assert!(residuals_leverage(&report).summary.ends_with("Row 12 pulls most."));
        assert_eq!(residuals_fitted(&report).table.rows[11][0], "12");
    }

    #[test]
    fn a_sample_says_so_and_what_is_not_defined_is_left_out() {
        let (_, mut report) = tiny();
        report.is_sample = true;
        report.n_rows = 5000;
        report.points[0].studentised = None;
        assert!(residuals_fitted(&report).how_to_read.ends_with("12 of 5,000 rows."));
        assert_eq!(scale_location(&report).table.rows.len(), 11);
        report.points.clear();
        report.influential.clear();
        report.qq.clear();
        assert!(!normal_quantiles(&report).marks.is_empty() && !residuals_leverage(&report).marks.is_empty());
    }
}
