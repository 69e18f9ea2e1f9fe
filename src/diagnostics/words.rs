//! What a report says, in plain sentences.

use super::{CoefficientReport, RegressionReport};
use crate::evaluate::grouped;

/// Above it, a feature says much the same as others.
const HIGH_VIF: f64 = 10.0;
/// Below it, neighbours err alike; above 4 less this, they alternate.
const LOW_DURBIN_WATSON: f64 = 1.5;

impl RegressionReport {
    /// The report in plain sentences: the fit, each coefficient, what the tests found, and the notes.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![self.headline()];
        sentences.extend(self.coefficients.iter().filter(|c| c.name != "(intercept)").map(|c| self.of_coefficient(c)));
        sentences.extend(self.of_tests());
        sentences.extend(self.notes.iter().map(|note| note.message.clone()));
        sentences
    }

    /// How much the model explains, and whether more than chance would.
    #[must_use]
    pub fn headline(&self) -> String {
        let target = &self.target;
        let Some(r2) = self.fit.r2 else { return format!("{target} does not vary, so there is nothing to explain.") };
        let share = if r2 < 0.0 { "none".to_owned() } else { format!("{:.1} %", 100.0 * r2) };
        let weighted = self.weights.as_ref().map_or_else(String::new, |weights| format!(" weighted by {weights},"));
        let explains = format!(
            "On its {} training rows,{weighted} the model explains {share} of the variance in {target}",
            count(self.n_rows)
        );
        let test = self.fit.f.zip(self.fit.f_p).map(|(f, p)| {
            let than = if p < 1.0 - self.confidence { "more than chance would" } else { "no more than chance might" };
            format!(": {than} (F({}, {}) = {}, {})", self.df_model, self.df_residual, number(f), p_value(p))
        });
        let of_one = if self.weights.is_some() { " for a row of weight 1" } else { "" };
        let spread =
            self.fit.residual_sd.map(|sd| format!(" Its errors have a standard deviation of {}{of_one}.", number(sd)));
        format!("{explains}{}.{}", test.unwrap_or_default(), spread.unwrap_or_default())
    }

    /// What one coefficient says: "x1: each extra unit goes with 0.7101 more y (95 % interval 0.6302 to 0.79, p < 0.001)."
    #[must_use]
    pub fn of_coefficient(&self, coefficient: &CoefficientReport) -> String {
        let CoefficientReport { name, value, p, lo, hi, .. } = coefficient;
        let target = &self.target;
        if *value == 0.0 {
            return format!("{name}: takes no part in the prediction.");
        }
        let direction = if *value > 0.0 { "more" } else { "less" };
        let effect = format!("each extra unit goes with {} {direction} {target}", number(value.abs()));
        let (Some(p), Some(lo), Some(hi)) = (p, lo, hi) else { return format!("{name}: {effect}.") };
        let interval =
            format!("{} interval {} to {}, {}", percent(self.confidence), number(*lo), number(*hi), p_value(*p));
        if *p < 1.0 - self.confidence {
            format!("{name}: {effect} ({interval}).")
        } else {
            format!("{name}: no effect that can be told from chance; {effect} ({interval}).")
        }
    }

    fn of_tests(&self) -> Vec<String> {
        let mut found = Vec::new();
        let limit = 1.0 - self.confidence;
        let tests = &self.tests;
        if let Some(statistic) = tests.durbin_watson {
            if statistic < LOW_DURBIN_WATSON {
                found.push(format!(
                    "Neighbouring rows err alike (Durbin–Watson {}): if they are in the order of time, standard errors are too small.",
                    number(statistic)
                ));
            } else if statistic > 4.0 - LOW_DURBIN_WATSON {
                found.push(format!(
                    "Neighbouring rows err in turn high and low (Durbin–Watson {}): something alternates that the model does not know.",
                    number(statistic)
                ));
            }
        }
        if let Some(test) = tests.breusch_pagan.filter(|test| test.p < limit) {
            let weighted = if self.weights.is_some() { ", even weighted" } else { "" };
            // Penalised coefficients have no standard errors to trust.
            let has_errors = self.coefficients.iter().any(|coefficient| coefficient.se.is_some());
            let remedy = if has_errors { ": trust the HC3 standard errors" } else { "" };
            found.push(format!(
                "Errors spread more for some rows than for others{weighted} (Breusch–Pagan {}){remedy}.",
                p_value(test.p)
            ));
        }
        if let Some(test) = tests.jarque_bera.filter(|test| test.p < limit) {
            found.push(format!(
                "Errors are not normal (skew {}, kurtosis {}; Jarque–Bera {}): prediction intervals are rough, coefficients suffer little with many rows.",
                number(tests.skew.unwrap_or(0.0)),
                number(tests.kurtosis.unwrap_or(3.0)),
                p_value(test.p)
            ));
        }
        let is_high = |c: &&CoefficientReport| c.vif.is_some_and(|vif| vif > HIGH_VIF);
        let high: Vec<&str> = self.coefficients.iter().filter(is_high).map(|c| c.name.as_str()).collect();
        if !high.is_empty() {
            found.push(format!(
                "{} can be told from the other features to nine tenths or more (VIF above 10): which of them has the effect is uncertain.",
                high.join(", ")
            ));
        }
        if let Some(first) = self.influential.first().filter(|first| self.n_influential > 0 && first.cooks.is_some()) {
            let (rows, pull) = if self.n_influential == 1 { ("row", "pulls") } else { ("rows", "pull") };
            found.push(format!(
                "{} {rows} {pull} the fit noticeably (Cook's distance above 4/n), most of all row {}.",
                count(self.n_influential),
                count(u64::from(first.row) + 1)
            ));
        }
        found
    }
}

/// Four significant digits, without an exponent where people would not write one.
#[must_use]
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".into() } else { value.to_string() };
    }
    let magnitude = value.abs().log10().floor();
    if !(-5.0..9.0).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let decimals = (3.0 - magnitude).max(0.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// "p < 0.001" or "p = 0.012".
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "p < 0.001".into() } else { format!("p = {p:.3}") }
}

/// "4,000".
pub(super) fn count(n: u64) -> String {
    grouped(&n.to_string())
}

/// "95 %".
pub(super) fn percent(share: f64) -> String {
    format!("{} %", number((share * 1e6).round() / 1e4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_four_digits_and_no_more_zeros_than_needed() {
        let texts = [0.710131, -2.0, 1234567.0, 0.000123456, 99.999, 1e-12, 0.0].map(number);
        assert_eq!(texts, ["0.7101", "-2", "1234567", "0.0001235", "100", "1.000e-12", "0"]);
        assert_eq!(
            (p_value(0.0), p_value(0.0123), percent(0.95)),
            ("p < 0.001".into(), "p = 0.012".into(), "95 %".into())
        );
    }
}
