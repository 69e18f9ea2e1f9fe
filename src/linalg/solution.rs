/// Coefficients with their intercept, however they were found.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearSolution {
    /// One a feature; 0 where a feature has no part.
    pub coef: Vec<f64>,
    /// 0 without intercept.
    pub intercept: f64,
    /// Effective degrees of freedom, the intercept not counted: the rank, the number of coefficients that are not 0, or for
    /// ridge `Σ s² / (s² + α)`.
    pub df: f64,
}
