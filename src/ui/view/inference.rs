//! What is known of a coefficient beside its value: from the regression report, or from the fit where none was made.

use std::collections::HashMap;

use crate::diagnostics::distributions::student_t;
use crate::diagnostics::{LogitReport, RegressionReport};
use crate::estimators::{Coefficient, EstimatorSpec, Model, TrainSummary};
use crate::ui::view::format;
use crate::ui::view::train::INTERCEPT;

/// One coefficient's inference; empty where the fit allows none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Inference {
    pub se: Option<f64>,
    /// Of logistic regression z.
    pub t: Option<f64>,
    pub p: Option<f64>,
    pub interval: Option<(f64, f64)>,
    /// Whether chance alone would hardly give it; false without a p-value.
    pub told_from_zero: bool,
}

/// The inference of all coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct Inferences {
    /// Of the intervals: 0.95 for 95 %.
    pub confidence: f64,
    reported: HashMap<String, Inference>,
    /// Where there is no report: degrees of freedom that the rows leave over, and the quantile for the intervals.
    degrees: Option<(f64, f64)>,
}

impl Inferences {
    /// From the report where there is one; else from the fit, with intervals of this confidence.
    #[must_use]
    pub fn new(summary: &TrainSummary, report: Option<&RegressionReport>, confidence: f64) -> Self {
        let confidence = report.map_or(confidence, |report| report.confidence);
        let reported = report.map_or_else(HashMap::new, |report| {
            let inference = |c: &crate::diagnostics::CoefficientReport| Inference {
                se: c.se,
                t: c.t,
                p: c.p,
                interval: c.lo.zip(c.hi),
                told_from_zero: c.p.is_some_and(|p| p < 1.0 - confidence),
            };
            report.coefficients.iter().map(|c| (c.name.clone(), inference(c))).collect()
        });
        let intercept = summary.coefficients.iter().any(|c| c.name == INTERCEPT);
        let degrees = summary.n_rows.checked_sub(summary.rank as u64 + u64::from(intercept)).filter(|n| *n > 0);
        let degrees = degrees.map(|n| (n as f64, student_t::ppf(0.5 + confidence / 2.0, n as f64)));
        Self { confidence, reported, degrees: degrees.filter(|_| report.is_none()) }
    }

    /// Of logistic regression, from its report.
    #[must_use]
    pub fn of_logit(report: &LogitReport) -> Self {
        let inference = |c: &crate::diagnostics::LogitCoefficient| Inference {
            se: c.se,
            t: c.z,
            p: c.p,
            interval: c.lo.zip(c.hi),
            told_from_zero: c.p.is_some_and(|p| p < 1.0 - report.confidence),
        };
        let reported = report.coefficients.iter().map(|c| (c.name.clone(), inference(c))).collect();
        Self { confidence: report.confidence, reported, degrees: None }
    }

    /// Whether any coefficient was tested; penalised ones are not.
    #[must_use]
    pub fn are_tested(&self, summary: &TrainSummary) -> bool {
        summary.coefficients.iter().any(|c| self.of(c).p.is_some())
    }

    /// Of one coefficient.
    #[must_use]
    pub fn of(&self, coefficient: &Coefficient) -> Inference {
        if let Some(reported) = self.reported.get(&coefficient.name) {
            return *reported;
        }
        let Some((degrees, quantile)) = self.degrees else {
            return Inference { se: coefficient.se, t: coefficient.t, ..Inference::default() };
        };
        let p = coefficient.t.map(|t| student_t::two_sided(t, degrees)).filter(|p| p.is_finite());
        let half = coefficient.se.map(|se| se * quantile);
        Inference {
            se: coefficient.se,
            t: coefficient.t,
            p,
            interval: half.map(|half| (coefficient.value - half, coefficient.value + half)),
            told_from_zero: p.is_some_and(|p| p < 1.0 - self.confidence),
        }
    }
}

/// Why there is no regression report, or none with standard errors: a title and a sentence.
#[must_use]
pub fn why_no_report(
    estimator: Option<&EstimatorSpec>,
    summary: &TrainSummary,
    report: Option<&RegressionReport>,
    logit: Option<&LogitReport>,
) -> Option<(String, String)> {
    // What is missing there, the report itself says.
    if logit.is_some() {
        return None;
    }
    let name = estimator.map_or("This model", EstimatorSpec::label);
    if let Some(report) = report {
        let note = report.notes.iter().find(|note| note.code == "not_least_squares")?;
        return Some((format!("{name} has no standard errors"), note.message.clone()));
    }
    let is_least_squares = matches!(estimator, Some(EstimatorSpec::LinearRegression(params)) if !params.positive);
    let weights = estimator.and_then(EstimatorSpec::sample_weight);
    if let Some(weights) = weights.filter(|_| !is_least_squares) {
        let why = format!(
            "Rows count by {weights}, so their errors are not expected to be alike: with weights the report is that of least \
             squares alone. Take the weights away, or fit a linear regression, to see it."
        );
        return Some(("No regression report for weighted rows".into(), why));
    }
    let is_logistic = matches!(summary.model, Model::Logistic(_));
    if summary.model.linear().is_none() && !is_logistic {
        let why =
            "The report is about weighted sums; this model is of another kind. How good it is stands in Evaluate.";
        return Some((format!("No regression report for {}", name.to_lowercase()), why.into()));
    }
    if summary.n_rows <= MOST_UNASKED && (is_logistic || weights.is_some()) {
        let why = "The run is from before there was one for such a model. Run the pipeline again to see it.";
        return Some(("No regression report in this run".into(), why.into()));
    }
    let errors = if is_logistic {
        "Standard errors come with it."
    } else {
        "The coefficients' standard errors hold without it."
    };
    let why = format!(
        "It reads every training row once more, and there are {}; unasked it is made for up to {}. {errors}",
        format::count(summary.n_rows),
        format::count(MOST_UNASKED),
    );
    Some((TOO_MANY.into(), why))
}

/// Training rows up to which training makes the report unasked.
const MOST_UNASKED: u64 = 250_000;
const TOO_MANY: &str = "No regression report yet for so many rows";

/// Whether the report is only missing because nobody asked for it.
#[must_use]
pub fn can_be_asked_for((title, _): &(String, String)) -> bool {
    title == TOO_MANY
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::view::report::tests::tiny;

    #[test]
    fn with_and_without_a_report_the_numbers_are_the_same() {
        let (summary, report) = tiny();
        let (with, without) = (Inferences::new(&summary, Some(&report), 0.9), Inferences::new(&summary, None, 0.95));
        assert_eq!(with.confidence, 0.95);
        for coefficient in &summary.coefficients {
            let (a, b) = (with.of(coefficient), without.of(coefficient));
            // The two take different ways to the same number.
            for (a, b) in [(a.se, b.se), (a.t, b.t), (a.p, b.p), (a.interval.map(|i| i.0), b.interval.map(|i| i.0))] {
                let (a, b) = (a.unwrap(), b.unwrap());
                assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-9), "{a} {b}");
            }
            assert_eq!(a.told_from_zero, b.told_from_zero);
        }
    }

    #[test]
    fn why_there_is_no_report_is_said() {
        let (mut summary, report) = tiny();
        summary.n_rows = 300_000;
        let why = |json: &str, report| {
            let spec: EstimatorSpec = serde_json::from_str(json).unwrap();
            why_no_report(Some(&spec), &summary, report, None).map(|(title, _)| title)
        };
        assert_eq!(why(r#"{"estimator": "linear_regression"}"#, Some(&report)), None);
        let weighted = r#"{"estimator": "ridge", "params": {"sample_weight": "w"}}"#;
        assert_eq!(why(weighted, None).unwrap(), "No regression report for weighted rows");
        assert_eq!(why(r#"{"estimator": "linear_regression"}"#, None).unwrap(), TOO_MANY);
        let weighted = r#"{"estimator": "linear_regression", "params": {"sample_weight": "w"}}"#;
        assert_eq!(why(weighted, None).unwrap(), TOO_MANY);
        let spec: EstimatorSpec = serde_json::from_str(weighted).unwrap();
        let older = why_no_report(Some(&spec), &tiny().0, None, None).unwrap();
        assert!(older.1.contains("Run the pipeline again") && !can_be_asked_for(&older));
    }
}
