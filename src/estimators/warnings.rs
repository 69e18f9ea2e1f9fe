//! What to know of a fit, in plain words.

use super::{EstimatorError, EstimatorSpec, LinearRegressionParams, TrainWarning};
use crate::features::DesignMatrix;
use crate::linalg::{RFactor, Solution, SolveOptions};

/// How many names a sentence lists.
const NAMED: usize = 6;

pub(super) fn warnings(
    spec: &EstimatorSpec,
    x: &DesignMatrix,
    r: &RFactor,
    solution: &Solution,
    is_constant: &[bool],
) -> Vec<TrainWarning> {
    let names = x.names();
    let pick = |keep: &dyn Fn(usize) -> bool| -> Vec<String> {
        names.iter().enumerate().filter(|(j, _)| keep(*j)).map(|(_, name)| name.clone()).collect()
    };
    let constant = |j: usize| spec.fit_intercept() && is_constant.get(j) == Some(&true);
    let mut list = Vec::new();
    if is_constant.last() == Some(&true) {
        let message = format!(
            "{} is the same in every training row, so there is nothing to learn. Choose another target.",
            x.target_name()
        );
        list.push(warning("constant_target", message, vec![x.target_name().to_owned()]));
    }
    let constants = pick(&constant);
    if !constants.is_empty() {
        let message = format!(
            "{} the same in every training row and cannot help: coefficient 0. Drop {} with a rule.",
            subject(&constants, "is", "are"),
            it(&constants)
        );
        list.push(warning("constant_feature", message, constants));
    }
    if r.n_rows() <= names.len() as u64 {
        let message = format!(
            "{} training rows for {} features: the model can fit them without having learned anything. Use more rows or \
             fewer features.",
            r.n_rows(),
            names.len()
        );
        list.push(warning("fewer_rows_than_features", message, Vec::new()));
    }
    let EstimatorSpec::LinearRegression(params) = spec else { return list };
    if params.positive {
        return list;
    }
    let dependent = pick(&|j| solution.dependent.contains(&j) && !constant(j));
    if !dependent.is_empty() {
        let message = format!(
            "{} from the other columns, so the coefficients are not unique. Shown is the solution of minimum norm, as \
             scikit-learn's. Drop {} for coefficients that can be read.",
            subject(&dependent, "can be computed", "can be computed"),
            it(&dependent)
        );
        list.push(warning("rank_deficient", message, dependent));
    }
    list.extend(ill_conditioned(params, solution));
    list
}

/// Whether scikit-learn 1.9's `LinearRegression` drops directions of these rows, which it does at 1e-6 of the largest singular
/// value: how many it uses, and how many there are. `None` where its answer is that of least squares.
///
/// # Errors
/// As `RFactor::solve`.
pub fn sklearn_truncates(r: &RFactor, fit_intercept: bool) -> Result<Option<(usize, usize)>, EstimatorError> {
    let solution = r.solve(SolveOptions { fit_intercept, tol: None })?;
    Ok((solution.rank_scikit_learn < solution.rank).then_some((solution.rank_scikit_learn, solution.rank)))
}

/// Says so where scikit-learn 1.9's cut-off would give, or gives, another answer than machine precision.
fn ill_conditioned(params: &LinearRegressionParams, solution: &Solution) -> Option<TrainWarning> {
    let full = solution.coef.len() - solution.dependent.len().min(solution.coef.len());
    let (code, message) = match params.tol {
        None if solution.rank_scikit_learn < solution.rank => (
            "sklearn_truncates",
            format!(
                "The columns differ so much in scale, or are so nearly dependent, that scikit-learn 1.9 would use {} of \
                 {} directions and answer differently. Set tol to 1e-6 (tol=1e-6) for its answer; this is the accurate \
                 one.",
                solution.rank_scikit_learn, solution.rank
            ),
        ),
        Some(tol) if solution.rank < full => (
            "ill_conditioned",
            format!(
                "With tol = {tol:e}, {} of {full} directions are used and the rest dropped, as scikit-learn 1.9 does. \
                 Leave tol empty for the accurate answer.",
                solution.rank
            ),
        ),
        _ => return None,
    };
    Some(warning(code, message, Vec::new()))
}

pub(super) fn warning(code: &str, message: String, columns: Vec<String>) -> TrainWarning {
    TrainWarning { code: code.to_owned(), message, columns }
}

/// "x3 and x4 are", "a is", "a, b, … and 4 more are".
fn subject(names: &[String], one: &str, many: &str) -> String {
    match names {
        [name] => format!("{name} {one}"),
        [first @ .., last] if names.len() <= NAMED => format!("{} and {last} {many}", first.join(", ")),
        _ => {
            let first: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
            format!("{} and {} more {many}", first.join(", "), names.len() - first.len())
        }
    }
}

fn it(names: &[String]) -> &'static str {
    if names.len() == 1 { "it" } else { "them" }
}
