//! From a solution to what is kept and shown.

use super::rows::Outcome;
use super::{
    Coefficient, ConstantModel, EstimatorSpec, ForestModel, LinearModel, LogisticModel, Model, TrainSummary,
    TrainWarning, warnings,
};
use crate::features::DesignMatrix;
use crate::linalg::{LinearSolution, RFactor, Solution};

/// `least_squares` is the unpenalised solution: the estimator's own where `is_own`, else only what it says of the columns.
pub(super) fn summarise(
    spec: &EstimatorSpec,
    x: &DesignMatrix,
    r: &RFactor,
    least_squares: &Solution,
    outcome: Option<Outcome>,
    is_constant: &[bool],
    own_warnings: Vec<TrainWarning>,
) -> TrainSummary {
    let features = x.names();
    let mut warnings = warnings::warnings(spec, x, r, least_squares, is_constant);
    warnings.extend(own_warnings);
    let own = LinearSolution {
        coef: least_squares.coef.clone(),
        intercept: least_squares.intercept,
        df: least_squares.rank as f64,
    };
    let (solution, inference) = match &outcome {
        None => (own, Some(least_squares)),
        Some(Outcome::Linear(solution) | Outcome::Logistic { solution, .. }) => (solution.clone(), None),
        Some(Outcome::Forest(_)) => (LinearSolution { coef: vec![0.0; features.len()], intercept: 0.0, df: 0.0 }, None),
        Some(Outcome::Constant(value)) => {
            (LinearSolution { coef: vec![0.0; features.len()], intercept: *value, df: 0.0 }, None)
        }
    };
    let used = match &outcome {
        Some(Outcome::Forest(forest)) => forest.importances.clone(),
        _ => solution.coef.clone(),
    };
    let (coef, intercept) = (solution.coef.clone(), solution.intercept);
    let is_baseline = matches!(spec, EstimatorSpec::Dummy(_));
    TrainSummary {
        model_name: spec.model_name().to_owned(),
        target: x.target_name().to_owned(),
        coefficients: match &outcome {
            Some(Outcome::Forest(_)) => Vec::new(),
            _ => coefficients(spec.fit_intercept(), is_baseline, &features, r, &solution, inference),
        },
        n_rows: r.n_rows(),
        rank: inference.map_or(used.iter().filter(|coef| **coef != 0.0).count(), |solved| solved.rank),
        condition_number: least_squares.condition_number,
        r_digest: None,
        warnings,
        model: match outcome {
            Some(Outcome::Forest(forest)) => Model::Forest(ForestModel { features, ..forest }),
            Some(Outcome::Logistic { classes, .. }) => {
                Model::Logistic(LogisticModel { features, coef, intercept, classes })
            }
            _ if is_baseline => Model::Constant(ConstantModel { features, value: intercept }),
            _ => Model::Linear(LinearModel { features, coef, intercept }),
        },
    }
}

fn coefficients(
    fit_intercept: bool,
    is_baseline: bool,
    features: &[String],
    r: &RFactor,
    solution: &LinearSolution,
    inference: Option<&Solution>,
) -> Vec<Coefficient> {
    let degrees = inference.map_or(0, |solved| solved.df_residual);
    let variance = inference.filter(|_| degrees > 0).map(|solved| solved.ss_residual / degrees as f64);
    let with_se = |name: &str, value: f64, per_sd: Option<f64>, inverse: Option<f64>| {
        let se = variance.zip(inverse).map(|(variance, inverse)| (variance * inverse).sqrt());
        let se = se.filter(|se| se.is_finite());
        let t = se.map(|se| value / se).filter(|t| t.is_finite());
        Coefficient { name: name.to_owned(), value, per_sd, se, t }
    };
    let mut list = Vec::with_capacity(features.len() + 1);
    if fit_intercept {
        let inverse = inference.and_then(|solved| solved.inverse_intercept);
        list.push(with_se("(intercept)", solution.intercept, None, inverse));
    }
    if is_baseline {
        return list;
    }
    let sds = standard_deviations(r);
    for (j, (name, value)) in features.iter().zip(&solution.coef).enumerate() {
        let diagonal = inference.and_then(|solved| solved.inverse_diagonal.as_ref());
        let inverse = diagonal.and_then(|diagonal| diagonal.get(j)).copied();
        list.push(with_se(name, *value, sds.get(j).map(|sd| sd * value), inverse));
    }
    list
}

/// Sample standard deviations of the features, from the centred part of R.
fn standard_deviations(r: &RFactor) -> Vec<f64> {
    let degrees = (r.total_weight() - 1.0).max(f64::MIN_POSITIVE);
    let degrees = if r.n_rows() < 2 { 1.0 } else { degrees };
    let square = |j: usize| (1..=j).map(|i| r.entry(i, j).powi(2)).sum::<f64>();
    (1..=r.n_features()).map(|j| (square(j) / degrees).sqrt()).collect()
}
