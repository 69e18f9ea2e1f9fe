//! Questions that are answered on request, about the rows that a pipeline trains on: a file each. Nothing is recorded; what
//! is learnt is learnt from training rows only, through the functions that the steps of a run use.
//!
//! Where an estimator solves from an R factor and nothing stands between the table and the design matrix, an answer is made
//! of the factors of folds; otherwise each fold is fitted anew, encoders and target transform with it.

mod bootstrap;
mod compare;
mod contributions;
mod correlations;
mod dependence;
mod error;
mod folds;
mod importance;
mod leak;
mod learning_curve;
mod pace;
mod path;
mod prepared;
mod request;
mod result;
mod words;

use std::rc::Rc;

pub use error::AnalysisError;
pub use pace::Pace;
pub use request::{Analysis, PathEstimator};
pub use result::{
    AnalysisResult, Bars, BootstrapResult, CompareResult, ContributionsResult, CorrelationsResult, DependenceResult,
    ImportanceResult, LeakResult, LearningCurveResult, Line, PathResult, Said,
};

use super::{PipelineSpec, Stop};
use crate::table::Table;
use prepared::Prepared;

/// Answers a request about a pipeline on the table that its file was read into. `cleaned` is that table after the spec's
/// rules, where it is at hand; else it is made.
///
/// # Errors
/// `Cancelled` once `pace` says so; `Failed` with what is wrong with the request, and whatever a run of the pipeline would
/// fail with.
pub async fn analyse<P: Pace>(
    pace: &P,
    table: &Table,
    cleaned: Option<Rc<Table>>,
    spec: &PipelineSpec,
    analysis: &Analysis,
) -> Result<AnalysisResult, Stop> {
    analysis.check()?;
    if let Analysis::Leak { rule } = analysis {
        return Ok(AnalysisResult::Leak(leak::leak(pace, table, spec, *rule).await?));
    }
    let prepared = Prepared::new(pace, table, cleaned, spec).await?;
    Ok(match analysis {
        Analysis::LearningCurve {} => AnalysisResult::LearningCurve(learning_curve::curve(pace, &prepared).await?),
        Analysis::Bootstrap { n_bootstrap, random_state, confidence } => {
            let asked = (*n_bootstrap, *random_state, *confidence);
            AnalysisResult::Bootstrap(bootstrap::bootstrap(pace, &prepared, asked).await?)
        }
        Analysis::PermutationImportance { n_repeats, random_state } => {
            let asked = (*n_repeats, *random_state);
            AnalysisResult::PermutationImportance(importance::importance(pace, &prepared, asked).await?)
        }
        Analysis::RegularisationPath { estimator, l1_ratio, n_alphas } => {
            let asked = (*estimator, *l1_ratio, *n_alphas);
            AnalysisResult::RegularisationPath(path::path(pace, &prepared, asked).await?)
        }
        Analysis::PartialDependence { feature, n_points } => {
            AnalysisResult::PartialDependence(dependence::dependence(pace, &prepared, feature, *n_points).await?)
        }
        Analysis::Contributions { row, values } => {
            AnalysisResult::Contributions(contributions::contributions(pace, &prepared, *row, values.as_ref()).await?)
        }
        Analysis::Compare { other, metric } => {
            AnalysisResult::Compare(compare::compare(pace, table, &prepared, other, metric).await?)
        }
        Analysis::Correlations {} => AnalysisResult::Correlations(correlations::correlations(pace, &prepared).await?),
        Analysis::Leak { .. } => return Err(AnalysisError::Unanswered.into()),
    })
}
