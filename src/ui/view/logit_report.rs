//! The report of a logistic regression in words and tables: what was found, the fit, the odds ratios.

use super::report::{Fact, Sayings, as_seen, fact, p_words};
use crate::diagnostics::LogitReport;
use crate::features::FittedFeatures;
use crate::ui::view::format;
use crate::ui::view::train::{INTERCEPT, p_value};

/// The sentences.
#[must_use]
pub fn sayings(report: &LogitReport) -> Sayings {
    let of = |c: &&crate::diagnostics::LogitCoefficient| c.name != INTERCEPT;
    Sayings {
        headline: report.headline(),
        coefficients: report.coefficients.iter().filter(of).map(|c| report.of_coefficient(c)).collect(),
        findings: report.notes.iter().map(|note| note.message.clone()).collect(),
    }
}

/// The Python that gives the same numbers, after Train's; `None` for penalised coefficients.
#[must_use]
pub fn python(report: &LogitReport, features: &FittedFeatures) -> Option<String> {
    report.python().map(|code| as_seen(features) + &code)
}

/// How well the model fits as a whole.
#[must_use]
pub fn statistics(report: &LogitReport) -> Vec<Fact> {
    let event = report.event();
    let than_chance = match report.llr_p {
        Some(p) if p < 1.0 - report.confidence => "The features explain more than chance would.",
        Some(_) => "Chance might explain as much.",
        None => "",
    };
    let llr_p = report.llr_p.map_or_else(String::new, |p| format!("p {}. ", p_words(p)));
    let mut facts = vec![
        fact(
            "Rows",
            Some(report.n_rows as f64),
            format!("Training rows; {} of them with {event}.", format::count(report.n_second)),
        ),
        fact(
            "Degrees of freedom",
            Some(report.df_residual as f64),
            format!("Rows less what was fitted; {} features count.", format::count(report.df_model)),
        ),
        fact(
            "Pseudo R²",
            Some(report.pseudo_r2),
            "McFadden's: the share of the deviance that the features take away. 0.2 to 0.4 is already a good fit.",
        ),
        fact("Likelihood ratio", report.llr, format!("{llr_p}{than_chance}")),
        fact(
            "Log-likelihood",
            Some(report.log_likelihood),
            "How likely the rows' classes are under the model; for comparing models of the same rows.",
        ),
        fact(
            "Log-likelihood of a constant",
            Some(report.null_log_likelihood),
            format!("The same where only the share of {event} is known."),
        ),
        fact("Deviance", Some(report.deviance), "Twice the log-likelihood, with the sign turned."),
        fact("AIC", report.aic, "For comparing models of the same rows: the lower, the better."),
        fact("BIC", report.bic, "As AIC, harder on many features."),
    ];
    if let Some(rounds) = report.n_iter {
        let meaning =
            "Converged: Newton's method came to rest after so many rounds. Where it does not, training fails.";
        facts.push(fact("Rounds", Some(rounds as f64), meaning));
    }
    // Penalised coefficients have no tests and no criteria: a note says why, so empty lines need not.
    facts.retain(|fact| !fact.full.is_empty());
    facts
}

/// A coefficient as a factor of the odds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddsRow {
    pub name: String,
    pub value: Fact,
    pub se: Fact,
    pub z: Fact,
    /// As shown and in full; empty in full where there is none.
    pub p: (String, String),
    pub ratio: Fact,
    /// `1.235 to 1.477`, of the odds ratio.
    pub interval: String,
    /// The interval's ends in full; empty without.
    pub ends: (String, String),
}

/// Odds ratios and what they come from, in the model's order.
#[must_use]
pub fn odds_rows(report: &LogitReport) -> Vec<OddsRow> {
    let full = |value: Option<f64>| value.map_or_else(String::new, format::exact);
    let row = |c: &crate::diagnostics::LogitCoefficient| OddsRow {
        name: c.name.clone(),
        value: fact("Coefficient", Some(c.value), ""),
        se: fact("Standard error", c.se, ""),
        z: fact("z", c.z, ""),
        p: (c.p.map_or_else(|| format::MISSING.into(), p_value), full(c.p)),
        ratio: fact("Odds ratio", c.odds_ratio, ""),
        interval: c.odds_lo.zip(c.odds_hi).map_or_else(
            || format::MISSING.into(),
            |(lo, hi)| format!("{} to {}", format::number(lo), format::number(hi)),
        ),
        ends: (full(c.odds_lo), full(c.odds_hi)),
    };
    report.coefficients.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{LogitOptions, LogitReporting};
    use crate::estimators::{EstimatorSpec, Model, fit};
    use crate::features::{FeatureSpec, design_matrix};
    use crate::table::{Column, Table};

    /// Twelve rows: high x goes with 1, with two exceptions.
    fn tiny(json: &str) -> LogitReport {
        let x: Vec<f64> = (1..=12).map(f64::from).collect();
        let y = [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0].to_vec();
        let table = Table::new(vec![Column::float("x", x), Column::float("y", y)], 12);
        let spec = FeatureSpec { target: "y".into(), ..FeatureSpec::default() };
        let matrix = design_matrix(&table, &spec).unwrap();
        let rows: Vec<u32> = (0..12).collect();
        let estimator: EstimatorSpec = serde_json::from_str(json).unwrap();
        let fit = fit(&estimator, &matrix, &rows).unwrap();
        let Model::Logistic(model) = &fit.summary.model else { panic!("another model") };
        let c = json.contains("l2").then_some(1.0);
        let options = LogitOptions { fit_intercept: true, confidence: 0.95, c, n_iter: fit.n_iter };
        LogitReporting::new(options, model, &fit.r, &matrix, &rows).unwrap().finish().unwrap()
    }

    const PLAIN: &str = r#"{"estimator": "logistic_regression", "params": {"penalty": "none"}}"#;
    const PENALISED: &str = r#"{"estimator": "logistic_regression", "params": {"penalty": "l2"}}"#;

    #[test]
    fn a_plain_fit_has_its_odds_ratios_with_intervals() {
        let report = tiny(PLAIN);
        let said = sayings(&report);
        assert!(said.headline.starts_with("On its 12 training rows, 6 of them with y = 1, the model explains"));
        assert!(said.coefficients[0].contains("each extra unit multiplies the odds of y = 1 by "));
        assert_eq!((said.coefficients.len(), said.findings.len()), (1, 0));
        let rows = odds_rows(&report);
        assert_eq!((rows[0].name.as_str(), rows[1].name.as_str()), (INTERCEPT, "x"));
        assert!(rows[1].interval.contains(" to ") && !rows[1].p.1.is_empty());
        let ratio: f64 = rows[1].ratio.full.parse().unwrap();
        assert_eq!(ratio, report.coefficients[1].value.exp());
        let facts = statistics(&report);
        assert!(facts.iter().all(|fact| !fact.meaning.is_empty()));
        assert_eq!(facts.last().unwrap().name, "Rounds");
        let features = FittedFeatures { target: "y".into(), ..FittedFeatures::default() };
        assert!(python(&report, &features).unwrap().contains("sm.Logit(y_train == 1, X)"));
    }

    #[test]
    fn a_penalised_fit_says_why_there_are_no_standard_errors() {
        let report = tiny(PENALISED);
        let said = sayings(&report);
        assert!(said.findings[0].contains("set the penalty to none"));
        let rows = odds_rows(&report);
        assert!(rows[1].se.full.is_empty() && rows[1].interval == format::MISSING && !rows[1].ratio.full.is_empty());
        assert!(statistics(&report).iter().all(|fact| !["Likelihood ratio", "AIC", "BIC"].contains(&fact.name)));
        assert_eq!(python(&report, &FittedFeatures::default()), None);
    }
}
