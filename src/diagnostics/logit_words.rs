//! What the report of a logistic regression says, in plain sentences.

use super::words::{count, number, p_value, percent};
use super::{LogitCoefficient, LogitReport};

impl LogitReport {
    /// The report in plain sentences: the fit, each coefficient, and the notes.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![self.headline()];
        sentences.extend(self.coefficients.iter().filter(|c| c.name != "(intercept)").map(|c| self.of_coefficient(c)));
        sentences.extend(self.notes.iter().map(|note| note.message.clone()));
        sentences
    }

    /// "high = 1": what all odds are of.
    #[must_use]
    pub fn event(&self) -> String {
        format!("{} = {}", self.target, self.classes[1])
    }

    /// How much the features explain, and whether more than chance would.
    #[must_use]
    pub fn headline(&self) -> String {
        let share = if self.pseudo_r2 < 0.0 { "none".to_owned() } else { format!("{:.1} %", 100.0 * self.pseudo_r2) };
        let test = self.llr.zip(self.llr_p).map(|(llr, p)| {
            let than = if p < 1.0 - self.confidence { "more than chance would" } else { "no more than chance might" };
            format!(": {than} (χ²({}) = {}, {})", self.df_model, number(llr), p_value(p))
        });
        format!(
            "On its {} training rows, {} of them with {}, the model explains {share} of the deviance in {} (McFadden's pseudo R²){}.",
            count(self.n_rows),
            count(self.n_second),
            self.event(),
            self.target,
            test.unwrap_or_default()
        )
    }

    /// What one coefficient says: "x1: each extra unit multiplies the odds of high = 1 by 1.351 (95 % interval 1.235 to 1.477,
    /// p < 0.001)."
    #[must_use]
    pub fn of_coefficient(&self, coefficient: &LogitCoefficient) -> String {
        let LogitCoefficient { name, value, p, odds_ratio, odds_lo, odds_hi, .. } = coefficient;
        if *value == 0.0 {
            return format!("{name}: takes no part in the prediction.");
        }
        let effect = match odds_ratio {
            Some(ratio) => format!("each extra unit multiplies the odds of {} by {}", self.event(), number(*ratio)),
            None => format!("each extra unit adds {} to the log-odds of {}", number(*value), self.event()),
        };
        let Some(p) = p else { return format!("{name}: {effect}.") };
        let interval = odds_lo
            .zip(*odds_hi)
            .map(|(lo, hi)| format!("{} interval {} to {}, ", percent(self.confidence), number(lo), number(hi)));
        let inference = format!("{}{}", interval.unwrap_or_default(), p_value(*p));
        if *p < 1.0 - self.confidence {
            format!("{name}: {effect} ({inference}).")
        } else {
            format!("{name}: no effect that can be told from chance; {effect} ({inference}).")
        }
    }
}
