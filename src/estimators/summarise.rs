//! From a solution to what is kept and shown.

use super::{Coefficient, EstimatorSpec, LinearModel, TrainSummary, warnings};
use crate::features::DesignMatrix;
use crate::linalg::{RFactor, Solution};

pub(super) fn summarise(
    spec: &EstimatorSpec,
    x: &DesignMatrix,
    r: &RFactor,
    solution: &Solution,
    is_constant: &[bool],
) -> TrainSummary {
    let EstimatorSpec::LinearRegression(params) = spec;
    let features = x.names();
    TrainSummary {
        model_name: spec.model_name().to_owned(),
        target: x.target_name().to_owned(),
        coefficients: coefficients(params.fit_intercept, &features, r, solution),
        n_rows: r.n_rows(),
        rank: solution.rank,
        condition_number: solution.condition_number,
        r_digest: None,
        warnings: warnings::warnings(params, x, r, solution, is_constant),
        model: LinearModel { features, coef: solution.coef.clone(), intercept: solution.intercept },
    }
}

fn coefficients(fit_intercept: bool, features: &[String], r: &RFactor, solution: &Solution) -> Vec<Coefficient> {
    let variance = (solution.df_residual > 0).then(|| solution.ss_residual / solution.df_residual as f64);
    let with_se = |name: &str, value: f64, per_sd: Option<f64>, inverse: Option<f64>| {
        let se = variance.zip(inverse).map(|(variance, inverse)| (variance * inverse).sqrt());
        let se = se.filter(|se| se.is_finite());
        let t = se.map(|se| value / se).filter(|t| t.is_finite());
        Coefficient { name: name.to_owned(), value, per_sd, se, t }
    };
    let mut list = Vec::with_capacity(features.len() + 1);
    if fit_intercept {
        list.push(with_se("(intercept)", solution.intercept, None, solution.inverse_intercept));
    }
    let sds = standard_deviations(r);
    for (j, (name, value)) in features.iter().zip(&solution.coef).enumerate() {
        let inverse = solution.inverse_diagonal.as_ref().and_then(|diagonal| diagonal.get(j)).copied();
        list.push(with_se(name, *value, sds.get(j).map(|sd| sd * value), inverse));
    }
    list
}

/// Sample standard deviations of the features, from the centred part of R.
fn standard_deviations(r: &RFactor) -> Vec<f64> {
    let degrees = r.n_rows().saturating_sub(1).max(1) as f64;
    let square = |j: usize| (1..=j).map(|i| r.entry(i, j).powi(2)).sum::<f64>();
    (1..=r.n_features()).map(|j| (square(j) / degrees).sqrt()).collect()
}
