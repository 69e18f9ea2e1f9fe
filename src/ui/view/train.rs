//! What the train step says: the sentence, and the coefficients as a forest.

use crate::estimators::{Coefficient, TrainSummary};
use crate::ui::view::charts::Scale;
use crate::ui::view::charts_cells::{self, Estimate, Spark};
use crate::ui::view::format;
use crate::ui::view::prose::{Piece, Prose};

/// The intercept's name in summaries and handles.
pub const INTERCEPT: &str = "(intercept)";

/// Degrees of freedom that the rows leave over; `None` when there are none.
fn degrees_of_freedom(summary: &TrainSummary) -> Option<u64> {
    let intercept = summary.coefficients.iter().any(|c| c.name == INTERCEPT);
    summary.n_rows.checked_sub(summary.rank as u64 + u64::from(intercept)).filter(|n| *n > 0)
}

/// The 97.5 % quantile of Student's t: half the width of a 95 % interval, in standard errors.
///
/// Tabulated for 1 to 3 degrees of freedom; Cornish–Fisher's expansion from 4 on, good to 0.5 %.
#[must_use]
pub fn t_quantile_975(degrees_of_freedom: u64) -> f64 {
    match degrees_of_freedom {
        0 => f64::INFINITY,
        1 => 12.706_204_736_174_7,
        2 => 4.302_652_729_749_46,
        3 => 3.182_446_305_284_26,
        n => {
            let (z, n) = (1.959_963_984_540_05_f64, n as f64);
            let (z3, z5, z7) = (z.powi(3), z.powi(5), z.powi(7));
            z + (z3 + z) / (4.0 * n)
                + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n * n)
                + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n * n * n)
        }
    }
}

/// One coefficient as the table shows it. `full` values are for `data-…` attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct CoefficientRow {
    pub name: String,
    /// Whether its interval leaves zero out; false without an interval.
    pub told_from_zero: bool,
    /// The row of the forest; `None` for the intercept.
    pub forest: Option<Spark>,
    pub per_sd: String,
    pub value: String,
    /// `0.037 to 0.383`, of the coefficient itself.
    pub interval: String,
    pub t: String,
    pub full: FullValues,
}

/// Machine-readable values of a coefficient; empty where not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullValues {
    pub value: String,
    pub se: String,
    pub t: String,
    pub lo: String,
    pub hi: String,
}

/// In which order coefficients stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Largest change of the prediction for one standard deviation first; the intercept last.
    #[default]
    Largest,
    /// As in the model, the intercept first.
    Model,
}

/// The coefficients as a table with a forest, and the axis over it.
#[must_use]
pub fn coefficient_rows(summary: &TrainSummary, order: Order) -> (Vec<CoefficientRow>, Spark) {
    let quantile = degrees_of_freedom(summary).map(t_quantile_975);
    let mut coefficients: Vec<&Coefficient> = summary.coefficients.iter().collect();
    if order == Order::Largest {
        let size = |c: &Coefficient| c.per_sd.map_or(-1.0, f64::abs);
        coefficients.sort_by(|a, b| size(b).total_cmp(&size(a)));
    }
    let estimates: Vec<Estimate> = coefficients.iter().filter_map(|c| estimate(c, quantile)).collect();
    let scale = charts_cells::forest_scale(&estimates);
    // One count of decimals for the whole column, so that it lines up: four digits of the largest.
    let largest = estimates.iter().map(|e| e.value.abs()).filter(|v| v.is_finite()).fold(0.0, f64::max);
    let places = if (1e-4..1e9).contains(&largest) {
        Some((3 - largest.log10().floor() as i32).clamp(0, 7) as usize)
    } else {
        None
    };
    let rows = coefficients.into_iter().map(|c| row(c, quantile, &scale, places)).collect();
    (rows, charts_cells::forest_axis(&scale))
}

/// A coefficient per standard deviation of its feature.
fn estimate(coefficient: &Coefficient, quantile: Option<f64>) -> Option<Estimate> {
    let per_sd = coefficient.per_sd?;
    // The feature's standard deviation is the ratio of the two; unknown for a coefficient of exactly 0.
    let sd = if coefficient.value == 0.0 { None } else { Some(per_sd / coefficient.value) };
    let half = match (sd, coefficient.se, quantile) {
        (Some(sd), Some(se), Some(quantile)) => Some(quantile * se * sd.abs()),
        _ => None,
    };
    Some(Estimate { value: per_sd, interval: half.map(|half| (per_sd - half, per_sd + half)) })
}

fn told_from_zero(coefficient: &Coefficient, quantile: Option<f64>) -> bool {
    matches!((coefficient.t, quantile), (Some(t), Some(quantile)) if t.abs() > quantile)
}

fn row(coefficient: &Coefficient, quantile: Option<f64>, scale: &Scale, places: Option<usize>) -> CoefficientRow {
    let told = told_from_zero(coefficient, quantile);
    let half = coefficient.se.and_then(|se| Some(se * quantile?));
    let interval = half.map(|half| (coefficient.value - half, coefficient.value + half));
    let full = |value: Option<f64>| value.map_or_else(String::new, format::exact);
    let forest = estimate(coefficient, quantile).map(|estimate| {
        let label = match estimate.interval {
            Some((low, high)) => format!(
                "{} per standard deviation, 95 % interval {} to {}",
                format::number(estimate.value),
                format::number(low),
                format::number(high),
            ),
            None => format!("{} per standard deviation", format::number(estimate.value)),
        };
        charts_cells::forest_row(&estimate, scale, told, label)
    });
    CoefficientRow {
        name: coefficient.name.clone(),
        told_from_zero: told,
        forest,
        per_sd: coefficient.per_sd.map_or_else(
            || "–".into(),
            |v| places.map_or_else(|| format::number(v), |places| format::decimals(v, places)),
        ),
        value: format::number(coefficient.value),
        interval: interval
            .map_or_else(|| "–".into(), |(low, high)| format!("{} to {}", format::number(low), format::number(high))),
        t: coefficient.t.map_or_else(|| "–".into(), |t| format::decimals(t, 2)),
        full: FullValues {
            value: format::exact(coefficient.value),
            se: full(coefficient.se),
            t: full(coefficient.t),
            lo: full(interval.map(|(low, _)| low)),
            hi: full(interval.map(|(_, high)| high)),
        },
    }
}

/// Which features move the prediction, and how many cannot be told from zero.
#[must_use]
pub fn sentence(summary: &TrainSummary) -> Prose {
    let quantile = degrees_of_freedom(summary).map(t_quantile_975);
    let mut features: Vec<&Coefficient> = summary.coefficients.iter().filter(|c| c.name != INTERCEPT).collect();
    let n = features.len();
    if n == 0 {
        return Prose::default().plain("There are no features: the model always predicts the mean.");
    }
    features.sort_by(|a, b| b.per_sd.unwrap_or(0.0).abs().total_cmp(&a.per_sd.unwrap_or(0.0).abs()));
    let has_inference = features.iter().any(|c| c.t.is_some());
    let told: Vec<&Coefficient> =
        features.iter().copied().filter(|c| !has_inference || told_from_zero(c, quantile)).collect();
    if told.is_empty() {
        let none = if n == 1 { "The one feature cannot".to_owned() } else { format!("None of the {n} features can") };
        return Prose::default().plain(format!("{none} be told from zero."));
    }
    let shown: Vec<&Coefficient> = told.iter().copied().take(4).collect();
    let of_sign = |positive: bool| -> Vec<&str> {
        let of = |c: &&&Coefficient| c.per_sd.is_some_and(|v| v != 0.0 && (v > 0.0) == positive);
        shown.iter().filter(of).map(|c| c.name.as_str()).collect()
    };
    let (up, down) = (of_sign(true), of_sign(false));
    let target = &summary.target;
    let words = match (up.is_empty(), down.is_empty()) {
        (true, true) => Prose::default().plain("No feature moves the prediction."),
        (false, true) => {
            Prose::default().plain("More ").names(up, 4, Piece::Strong).plain(format!(" goes with a higher {target}."))
        }
        (true, false) => {
            Prose::default().plain("More ").names(down, 4, Piece::Strong).plain(format!(" goes with a lower {target}."))
        }
        (false, false) => Prose::default()
            .plain("More ")
            .names(down, 4, Piece::Strong)
            .plain(format!(" goes with a lower {target}; more "))
            .names(up, 4, Piece::Strong)
            .plain(" with a higher one."),
    };
    let not_told = n - told.len();
    if !has_inference || not_told == 0 {
        return words;
    }
    words.plain(format!(" {} of {n} features cannot be told from zero.", format::count(not_told as u64)))
}

/// Reads a tolerance; an empty field is machine precision.
///
/// # Errors
/// A sentence for the field, when it is not a number from 0 up to, not including, 1.
pub fn parse_tol(text: &str) -> Result<Option<f64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(tol) if (0.0..1.0).contains(&tol) => Ok(Some(tol)),
        _ => Err("A number from 0 up to 1, for example 1e-6.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::LinearModel;

    fn coefficient(name: &str, value: f64, per_sd: Option<f64>, se: Option<f64>) -> Coefficient {
        Coefficient { name: name.into(), value, per_sd, se, t: se.map(|se| value / se) }
    }

    fn summary(coefficients: Vec<Coefficient>, n_rows: u64) -> TrainSummary {
        let rank = coefficients.iter().filter(|c| c.name != INTERCEPT).count();
        TrainSummary {
            model_name: "LinearRegression".into(),
            target: "price".into(),
            model: LinearModel { features: Vec::new(), coef: Vec::new(), intercept: 0.0 },
            coefficients,
            n_rows,
            rank,
            condition_number: 1.0,
            r_digest: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn quantiles_are_students() {
        // Published table of Student's t, two-sided 95 %; 5e-3 relative: the expansion's error at 4.
        for (n, expected) in
            [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (1000, 1.962)]
        {
            let actual = t_quantile_975(n);
            assert!((actual / expected - 1.0).abs() < 5e-3, "{n}: {actual}");
        }
    }

    #[test]
    fn the_largest_change_comes_first_and_the_intercept_last() {
        let rows = vec![
            coefficient(INTERCEPT, 4.0, None, Some(0.1)),
            coefficient("small", 100.0, Some(0.1), Some(90.0)),
            coefficient("large", -0.01, Some(-0.5), Some(0.001)),
        ];
        let summary = summary(rows, 100);
        let names = |order| coefficient_rows(&summary, order).0.into_iter().map(|row| row.name).collect::<Vec<_>>();
        assert_eq!(names(Order::Largest), ["large", "small", INTERCEPT]);
        assert_eq!(names(Order::Model), [INTERCEPT, "small", "large"]);
    }

    #[test]
    fn the_forest_shows_the_interval_per_standard_deviation() {
        let c = coefficient("x", -2.0, Some(-1.0), Some(0.5));
        let estimate = estimate(&c, Some(2.0)).unwrap();
        assert_eq!(estimate, Estimate { value: -1.0, interval: Some((-1.5, -0.5)) });
        // Without inference there is a dot and no interval.
        assert_eq!(super::estimate(&coefficient("x", 1.0, Some(2.0), None), Some(2.0)).unwrap().interval, None);
    }

    #[test]
    fn the_sentence_names_what_moves_the_prediction() {
        let told = vec![
            coefficient(INTERCEPT, 4.0, None, Some(0.1)),
            coefficient("weight", 2.0, Some(3.0), Some(0.1)),
            coefficient("age", -2.0, Some(-1.0), Some(0.1)),
            coefficient("noise", 0.1, Some(0.1), Some(1.0)),
        ];
        assert_eq!(
            sentence(&summary(told, 100)).text(),
            "More age goes with a lower price; more weight with a higher one. 1 of 3 features cannot be told from zero.",
        );
        let none =
            vec![coefficient("noise", 0.1, Some(0.1), Some(1.0)), coefficient("more", 0.1, Some(0.1), Some(1.0))];
        assert_eq!(sentence(&summary(none, 100)).text(), "None of the 2 features can be told from zero.");
    }

    #[test]
    fn a_tolerance_is_a_share_or_nothing() {
        assert_eq!(parse_tol(""), Ok(None));
        assert_eq!(parse_tol("1e-6"), Ok(Some(1e-6)));
        assert!(parse_tol("1").is_err());
        assert!(parse_tol("-1e-6").is_err());
        assert!(parse_tol("NaN").is_err());
    }
}
