//! The regression report in words and tables: what was found, the fit, the tests, the coefficients, the rows that pull.

use crate::base::python_string;
use crate::diagnostics::{RegressionReport, TestResult};
use crate::features::FittedFeatures;
use crate::ui::view::format;
use crate::ui::view::train::{INTERCEPT, p_value, target_words};

/// A number with its name and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    pub shown: String,
    /// Every digit; empty where there is none.
    pub full: String,
    /// One line of plain words.
    pub meaning: String,
}

pub(super) fn fact(name: &'static str, value: Option<f64>, meaning: impl Into<String>) -> Fact {
    Fact {
        name,
        shown: format::number_or_missing(value),
        full: value.map_or_else(String::new, format::exact),
        meaning: meaning.into(),
    }
}

/// The report's sentences in their three parts: the headline, one a coefficient, and what tests and notes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sayings {
    pub headline: String,
    pub coefficients: Vec<String>,
    pub findings: Vec<String>,
}

/// The sentences.
#[must_use]
pub fn sayings(report: &RegressionReport) -> Sayings {
    let of = |c: &&crate::diagnostics::CoefficientReport| c.name != INTERCEPT;
    let coefficients: Vec<String> = report.coefficients.iter().filter(of).map(|c| report.of_coefficient(c)).collect();
    let findings = report.sentences().into_iter().skip(1 + coefficients.len()).collect();
    Sayings { headline: report.headline(), coefficients, findings }
}

/// Where the target is transformed: that the report is about it as the model sees it.
#[must_use]
pub fn scale_note(features: &FittedFeatures) -> Option<String> {
    features.target_transform?;
    let seen = target_words(features);
    Some(format!(
        "Everything here is about {seen}, which the model learned; how far off predictions are in {} itself stands in Evaluate.",
        features.target
    ))
}

/// The Python that gives the same numbers, after Train's; `None` for coefficients that are not least squares'.
#[must_use]
pub fn python(report: &RegressionReport, features: &FittedFeatures) -> Option<String> {
    if report.notes.iter().any(|note| note.code == "not_least_squares") {
        return None;
    }
    let mut before = String::new();
    if let Some(weights) = &report.weights {
        before.push_str(&format!("w_train = df.loc[X_train.index, {}].to_numpy()\n", python_string(weights)));
    }
    Some(before + &as_seen(features) + &report.python())
}

/// The lines that make `X_train` and `y_train` what the estimator saw, where that is not what they are.
pub(super) fn as_seen(features: &FittedFeatures) -> String {
    let inner = if features.target_transform.is_some() { "model.regressor_" } else { "model" };
    let mut before = String::new();
    if !features.encoders.is_empty() {
        before.push_str(&format!("X_train = {inner}[:-1].transform(X_train)\n"));
    }
    if features.target_transform.is_some() {
        before.push_str("y_train = model.transformer_.transform(y_train.to_numpy().reshape(-1, 1))[:, 0]\n");
    }
    if before.is_empty() { before } else { format!("# As the estimator saw them.\n{before}\n") }
}

/// How well the model fits as a whole.
#[must_use]
pub fn statistics(report: &RegressionReport) -> Vec<Fact> {
    let fit = &report.fit;
    let target = &report.target;
    let than_chance = match fit.f_p {
        Some(p) if p < 1.0 - report.confidence => "The model explains more than chance would.",
        Some(_) => "Chance might explain as much.",
        None => "Not defined here.",
    };
    let f_p = fit.f_p.map_or_else(String::new, |p| format!("p {}. ", p_words(p)));
    let (weighted, of_one) = if report.weights.is_some() { ("weighted ", ", for a row of weight 1") } else { ("", "") };
    let spread = format!("Standard deviation of what the model does not explain, in {target}{of_one}.");
    let condition = match report.condition_number {
        Some(condition) if condition > 1e8 => "Features nearly repeat each other, or their units differ a lot.",
        Some(_) => "How much rounding and small changes of the data can be blown up; with units as they are.",
        None => "Not defined: features repeat each other.",
    };
    vec![
        fact("Rows", Some(report.n_rows as f64), "Training rows."),
        fact(
            "Degrees of freedom",
            Some(report.df_residual as f64),
            format!("Rows less what was fitted; {} features count.", format::count(report.df_model)),
        ),
        fact(
            "R²",
            fit.r2,
            format!("Share of the {weighted}variance in {target} that is explained, on the training rows."),
        ),
        fact("Adjusted R²", fit.adj_r2, "The same with a penalty for each feature."),
        fact("F", fit.f, format!("{f_p}{than_chance}")),
        fact("Residual standard error", fit.residual_sd, spread),
        fact(
            "Log-likelihood",
            fit.log_likelihood,
            "How likely the data are under the model; for comparing models of the same rows.",
        ),
        fact("AIC", fit.aic, "For comparing models of the same rows: the lower, the better."),
        fact("BIC", fit.bic, "As AIC, harder on many features."),
        fact("Condition number", report.condition_number, condition),
    ]
}

pub(super) fn p_words(p: f64) -> String {
    if p < 0.001 { "< 0.001".into() } else { format!("= {}", format::decimals(p, 3)) }
}

/// A test of an assumption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRow {
    pub name: &'static str,
    pub statistic: Fact,
    /// Empty for a test without one.
    pub p: String,
    pub p_full: String,
    /// Whether the assumption is in doubt.
    pub doubt: bool,
    /// What that means, in plain words.
    pub meaning: &'static str,
}

/// The tests of what least squares assumes; what is not defined is left out.
#[must_use]
pub fn assumption_tests(report: &RegressionReport) -> Vec<TestRow> {
    let tests = &report.tests;
    let limit = 1.0 - report.confidence;
    let row = |name, found: Option<TestResult>, fine, doubtful| {
        found.map(|test| {
            let doubt = test.p < limit;
            TestRow {
                name,
                statistic: fact(name, Some(test.statistic), ""),
                p: p_value(test.p),
                p_full: format::exact(test.p),
                doubt,
                meaning: if doubt { doubtful } else { fine },
            }
        })
    };
    let durbin_watson = tests.durbin_watson.map(|statistic| {
        let (doubt, meaning) = match statistic {
            s if s < 1.5 => (true, "Neighbouring rows err alike. In rows by time, standard errors are then too small."),
            s if s > 2.5 => (true, "Neighbouring rows err in turn high and low: something alternates."),
            _ => (false, "Neighbouring rows do not err alike: 2 is none of it."),
        };
        let name = "Durbin–Watson";
        let (p, p_full) = (String::new(), String::new());
        TestRow { name, statistic: fact(name, Some(statistic), ""), p, p_full, doubt, meaning }
    });
    let normal = "Errors may well be normal.";
    let odd = "Errors are not normal: prediction intervals are rough; with many rows the coefficients suffer little.";
    let rows = [
        durbin_watson,
        row("Jarque–Bera", tests.jarque_bera, normal, odd),
        row("Omnibus", tests.omnibus, normal, odd),
        row(
            "Breusch–Pagan",
            tests.breusch_pagan,
            "Errors spread alike for all rows.",
            "Errors spread more for some rows than for others: trust the HC3 standard errors.",
        ),
    ];
    rows.into_iter().flatten().collect()
}

/// A coefficient's standard errors side by side, and how much it repeats others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobustRow {
    pub name: String,
    pub se: Fact,
    pub hc3: Fact,
    pub vif: Fact,
    /// Whether its variance inflation is above 10.
    pub repeats: bool,
}

/// Robust standard errors and variance inflation, in the model's order.
#[must_use]
pub fn robust_rows(report: &RegressionReport) -> Vec<RobustRow> {
    let row = |c: &crate::diagnostics::CoefficientReport| RobustRow {
        name: c.name.clone(),
        se: fact("Standard error", c.se, ""),
        hc3: fact("HC3", c.hc3, ""),
        vif: fact("VIF", c.vif, ""),
        repeats: c.vif.is_some_and(|vif| vif > 10.0),
    };
    report.coefficients.iter().map(row).collect()
}

/// A row that pulls the fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRow {
    /// From 1, of the clean table.
    pub row: u64,
    /// Fitted value, residual, leverage, studentised residual, Cook's distance: as shown and in full.
    pub cells: [(String, String); 5],
    /// The row's own cells by column; none in runs from before they were kept.
    pub holds: Vec<(String, String)>,
}

/// The most influential rows, the strongest first.
#[must_use]
pub fn pull_rows(report: &RegressionReport) -> Vec<PullRow> {
    let cell = |value: Option<f64>| (format::number_or_missing(value), value.map_or_else(String::new, format::exact));
    let holds = |place: usize| {
        let cells = report.influential_cells.get(place).into_iter().flatten();
        cells.map(|cell| (cell.column.clone(), missing_or(&cell.value))).collect()
    };
    let row = |(place, point): (usize, &crate::diagnostics::Influence)| PullRow {
        row: u64::from(point.row) + 1,
        holds: holds(place),
        cells: [
            cell(Some(point.fitted)),
            cell(Some(point.residual)),
            cell(Some(point.leverage)),
            cell(point.studentised_external.or(point.studentised)),
            cell(point.cooks),
        ],
    };
    report.influential.iter().enumerate().map(row).collect()
}

fn missing_or(value: &str) -> String {
    if value.is_empty() { "missing".into() } else { value.into() }
}

/// How many rows pull noticeably.
#[must_use]
pub fn pull_sentence(report: &RegressionReport) -> String {
    let limit = format::number(4.0 / report.n_rows.max(1) as f64);
    match report.n_influential {
        0 => format!("No row pulls the fit noticeably (Cook's distance above 4/n = {limit})."),
        1 => format!("1 row pulls the fit noticeably (Cook's distance above 4/n = {limit})."),
        n => format!(
            "{} of {} rows pull the fit noticeably (Cook's distance above 4/n = {limit}).",
            format::count(n),
            format::count(report.n_rows),
        ),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::diagnostics::{ReportOptions, report};
    use crate::estimators::{EstimatorSpec, TrainSummary, fit};
    use crate::features::{FeatureSpec, design_matrix};
    use crate::table::{Column, Table};

    /// Twelve rows: y is 1 + 2x with small errors, z says nothing; the last row lies off.
    pub(crate) fn tiny() -> (TrainSummary, RegressionReport) {
        let x: Vec<f64> = (1..=12).map(f64::from).collect();
        let z = vec![3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0, 5.0, 8.0];
        let errors = [0.1, -0.2, 0.3, -0.1, 0.0, 0.2, -0.3, 0.1, -0.1, 0.2, -0.2, 3.0];
        let y = x.iter().zip(errors).map(|(x, error)| 1.0 + 2.0 * x + error).collect();
        let table = Table::new(vec![Column::float("x", x), Column::float("z", z), Column::float("y", y)], 12);
        let spec = FeatureSpec { target: "y".into(), ..FeatureSpec::default() };
        let matrix = design_matrix(&table, &spec).unwrap();
        let rows: Vec<u32> = (0..12).collect();
        let fit = fit(&EstimatorSpec::default(), &matrix, &rows).unwrap();
        let model = fit.summary.model.linear().unwrap();
        let report = report(ReportOptions::default(), model, &fit.r, &matrix, &rows).unwrap();
        (fit.summary, report)
    }

    #[test]
    fn the_sentences_are_parted_and_none_is_lost() {
        let (_, report) = tiny();
        let sayings = sayings(&report);
        assert!(sayings.headline.starts_with("On its 12 training rows, the model explains"));
        assert_eq!(sayings.coefficients.len(), 2);
        assert!(sayings.coefficients[0].starts_with("x: each extra unit goes with"));
        assert_eq!(1 + 2 + sayings.findings.len(), report.sentences().len());
        assert!(sayings.findings.iter().any(|finding| finding.contains("most of all row 12")));
    }

    #[test]
    fn the_python_sees_what_the_estimator_saw() {
        use crate::features::TargetTransform;
        let (_, mut report) = tiny();
        let mut features = FittedFeatures { target: "y".into(), ..FittedFeatures::default() };
        assert_eq!((python(&report, &features), scale_note(&features)), (Some(report.python()), None));
        features.target_transform = Some(TargetTransform::Sqrt);
        assert!(python(&report, &features).unwrap().contains("\ny_train = model.transformer_.transform("));
        assert!(scale_note(&features).unwrap().starts_with("Everything here is about √y"));
        // Weights are of rows as they come, before the encoders.
        report.weights = Some("my \"w\"".into());
        let code = python(&report, &features).unwrap();
        assert!(
            code.starts_with("w_train = df.loc[X_train.index, \"my \\\"w\\\"\"].to_numpy()\n# As the estimator"),
            "{code}"
        );
        assert!(code.contains("sm.WLS(y_train, X, weights=w_train)"));
        report.notes.push(crate::diagnostics::ReportNote { code: "not_least_squares".into(), message: "…".into() });
        assert_eq!(python(&report, &features), None);
    }

    #[test]
    fn statistics_have_their_meaning_and_every_digit() {
        let (_, report) = tiny();
        let facts = statistics(&report);
        let names: Vec<&str> = facts.iter().map(|fact| fact.name).collect();
        assert_eq!(names[..5], ["Rows", "Degrees of freedom", "R²", "Adjusted R²", "F"]);
        assert_eq!((facts[0].shown.as_str(), facts[1].shown.as_str()), ("12", "9"));
        assert!(facts[4].meaning.starts_with("p < 0.001. The model explains more"));
        assert_eq!(facts[2].full.parse::<f64>().ok(), report.fit.r2);
        assert!(facts.iter().all(|fact| !fact.meaning.is_empty()));
    }

    #[test]
    fn tests_say_what_they_mean() {
        let (_, mut report) = tiny();
        let row = |report: &RegressionReport, name: &str| {
            assumption_tests(report).into_iter().find(|row| row.name == name).unwrap()
        };
        report.tests.jarque_bera = Some(TestResult { statistic: 30.0, p: 3e-7 });
        assert!(row(&report, "Jarque–Bera").doubt);
        assert!(row(&report, "Jarque–Bera").meaning.starts_with("Errors are not normal"));
        report.tests.durbin_watson = Some(2.0);
        assert!(!row(&report, "Durbin–Watson").doubt && row(&report, "Durbin–Watson").p.is_empty());
        report.tests.durbin_watson = Some(0.5);
        assert!(row(&report, "Durbin–Watson").meaning.starts_with("Neighbouring rows err alike"));
        report.tests.breusch_pagan = None;
        assert!(assumption_tests(&report).iter().all(|row| row.name != "Breusch–Pagan"));
    }

    #[test]
    fn coefficients_and_rows_are_listed_from_one() {
        let (_, report) = tiny();
        let robust = robust_rows(&report);
        let names: Vec<&str> = robust.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, [INTERCEPT, "x", "z"]);
        assert_eq!((robust[0].vif.shown.as_str(), robust[1].repeats), ("–", false));
        let pulls = pull_rows(&report);
        assert_eq!((pulls.len(), pulls[0].row), (10, 12));
        assert_eq!(pulls[0].cells[4].1.parse::<f64>().ok(), report.influential[0].cooks);
        assert!(pull_sentence(&report).contains("4/n = 0.3333"));
    }
}
