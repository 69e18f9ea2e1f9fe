//! What a model leaves unexplained of the rows behind an R factor, without the rows.

use super::dd::Dd;
use super::rfactor::RFactor;

impl RFactor {
    /// `Σ wᵢ (yᵢ − intercept − Σ coefⱼ·xᵢⱼ)²` over the rows folded (w = 1 unless weighted): `‖R·[s; −coef; 1]‖²`, where
    /// `s = shift of y − intercept − Σ coefⱼ · shift of xⱼ`. Any model may be asked about, not only the one solved from R.
    ///
    /// Coefficients left out count as 0.
    #[must_use]
    pub fn ss_residual_of(&self, coef: &[f64], intercept: f64) -> f64 {
        let p = self.n_features();
        let mut constant = Dd::new(-intercept);
        for (j, shift) in self.shift().iter().enumerate() {
            let weight = if j == p { 1.0 } else { -coef.get(j).copied().unwrap_or(0.0) };
            constant = constant.add(Dd::new(*shift).mul(Dd::new(weight)));
        }
        let constant = constant.value();
        let row = |i: usize| {
            // From right to left: the target less what is explained.
            let fitted: f64 = (i.max(1)..=p).map(|j| self.entry(i, j) * coef.get(j - 1).copied().unwrap_or(0.0)).sum();
            self.entry(i, p + 1) - fitted + if i == 0 { self.entry(0, 0) * constant } else { 0.0 }
        };
        (0..=p + 1).map(|i| row(i).powi(2)).sum()
    }

    /// Mean squared error of any linear model over the rows folded, in the target's unit squared; weighted where they are.
    /// NaN without rows.
    #[must_use]
    pub fn mse_of(&self, coef: &[f64], intercept: f64) -> f64 {
        self.ss_residual_of(coef, intercept) / self.total_weight()
    }

    /// `Σ wᵢ (yᵢ − ȳ)²` over the rows folded.
    #[must_use]
    pub fn ss_total(&self) -> f64 {
        let last = self.n_features() + 1;
        (1..=last).map(|i| self.entry(i, last).powi(2)).sum()
    }

    /// R² of any linear model over the rows folded; a constant target gives 1 for exact predictions and else 0, as
    /// scikit-learn's. `None` below two rows.
    #[must_use]
    pub fn r2_of(&self, coef: &[f64], intercept: f64) -> Option<f64> {
        if self.n_rows() < 2 {
            return None;
        }
        let (left, whole) = (self.ss_residual_of(coef, intercept), self.ss_total());
        Some(if whole == 0.0 { if left == 0.0 { 1.0 } else { 0.0 } } else { 1.0 - left / whole })
    }
}
