//! Whether two runs can be compared at all, and which is better by more than noise.

use crate::clean::{CleanSummary, Rule};
use crate::pipeline::StepOutput;
use crate::split::SplitSummary;
use crate::split::cv::CvSpec;
use crate::tracking::RunRecord;
use crate::validation::{self, CvSummary, Preference};

/// Rules that take rows away: where they differ, so do the rows.
const DROPS_ROWS: [&str; 5] = ["drop_missing", "drop_duplicates", "drop_outliers", "filter_rows", "sample_rows"];
/// Of intervals and verdicts.
const CONFIDENCE: f64 = 0.95;

fn cleaning(run: &RunRecord) -> Option<&CleanSummary> {
    run.outputs.iter().find_map(|output| match output {
        StepOutput::Clean(summary) => Some(summary),
        _ => None,
    })
}

fn split(run: &RunRecord) -> Option<&SplitSummary> {
    run.outputs.iter().find_map(|output| match output {
        StepOutput::Split(summary) => Some(summary),
        _ => None,
    })
}

/// Whether both runs were judged on the same rows of the same file.
///
/// # Errors
/// In what they differ, as a sentence.
pub fn same_test_rows(a: &RunRecord, b: &RunRecord) -> Result<(), String> {
    let (name_a, name_b) = (&a.info.run_name, &b.info.run_name);
    if let Some(foreign) = [a, b].into_iter().find(|run| run.is_made_elsewhere()) {
        let name = &foreign.info.run_name;
        return Err(format!("{name} was made elsewhere: nobody here knows which rows judged it."));
    }
    let digest = |run: &RunRecord| run.dataset.as_ref().map(|dataset| dataset.digest.clone());
    match (digest(a), digest(b)) {
        (Some(a), Some(b)) if a == b => {}
        (Some(_), Some(_)) => return Err(format!("{name_a} and {name_b} read different data.")),
        _ => return Err(format!("Of {name_a} or {name_b} nobody knows which data it read.")),
    }
    let (target_a, target_b) = (&a.spec.features.target, &b.spec.features.target);
    if target_a != target_b {
        return Err(format!("{name_a} predicts {target_a}, {name_b} predicts {target_b}."));
    }
    let dropping = |run: &RunRecord| -> Vec<Rule> {
        let rules = run.spec.clean.iter().filter(|rule| rule.enabled() && DROPS_ROWS.contains(&rule.name()));
        rules.cloned().collect()
    };
    // A candidate of a sweep has its rules, and not what they did.
    let rows = |run: &RunRecord| cleaning(run).map(|summary| summary.rows);
    let are_others = matches!((rows(a), rows(b)), (Some(a), Some(b)) if a != b);
    if dropping(a) != dropping(b) || are_others {
        return Err(format!("The rules of {name_a} and {name_b} leave different rows."));
    }
    let same_split = match (split(a), split(b)) {
        (Some(a), Some(b)) => a.rows_digest == b.rows_digest,
        // Without the summary of the split, its settings tell.
        _ => a.spec.split == b.spec.split && a.spec.ingest == b.spec.ingest,
    };
    if same_split { Ok(()) } else { Err(format!("{name_a} and {name_b} were split differently.")) }
}

/// Whether both models take the same columns of the same types.
///
/// # Errors
/// In what they differ, as a sentence.
pub fn same_signature(a: &RunRecord, b: &RunRecord) -> Result<(), String> {
    let (Some(of_a), Some(of_b)) = (a.training(), b.training()) else {
        let without = if a.training().is_none() { a } else { b };
        return Err(format!("{} has no model.", without.info.run_name));
    };
    let (inputs_a, inputs_b) = (&of_a.features.inputs, &of_b.features.inputs);
    let (name_a, name_b) = (&a.info.run_name, &b.info.run_name);
    for (from, to, inputs, others) in [(name_b, name_a, inputs_b, inputs_a), (name_a, name_b, inputs_a, inputs_b)] {
        for input in inputs {
            match others.iter().find(|other| other.name == input.name) {
                None => return Err(format!("{from} needs the column {}, {to} does not.", input.name)),
                Some(other) if other.data_type != input.data_type => {
                    return Err(format!("The column {} is of another type in {from} than in {to}.", input.name));
                }
                Some(_) => {}
            }
        }
    }
    Ok(())
}

/// Which of two runs is better.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The metric that was compared.
    pub metric: String,
    pub preference: Preference,
    /// Value of b less that of a: mean over the folds, or on the test rows.
    pub difference: f64,
    /// Whether folds say how much of it is noise.
    pub has_folds: bool,
    /// "B is better by 0.012 ± 0.004 rmse.", or why nobody can tell.
    pub words: String,
}

/// What two runs are judged by: accuracy where both tell classes apart, else rmse.
#[must_use]
pub fn judging_metric(a: &RunRecord, b: &RunRecord) -> &'static str {
    const OF_CLASSES: &str = "accuracy";
    // Candidates of a sweep have been judged by folds only.
    let has = |run: &RunRecord| {
        [OF_CLASSES, "cv_accuracy"].iter().any(|key| crate::tracking::latest(&run.metrics, key).is_some())
    };
    if has(a) && has(b) { OF_CLASSES } else { "rmse" }
}

/// Compares b with a by rmse, or by another metric where it is named: over the folds of their cross-validation where
/// both have the same folds (Nadeau and Bengio's corrected test, 95 %), else on their test rows, where a difference
/// that may be noise counts as "cannot tell".
///
/// # Errors
/// Why they cannot be compared, as a sentence.
pub fn judge(a: &RunRecord, b: &RunRecord, metric: &str) -> Result<Judged, String> {
    same_test_rows(a, b)?;
    let (name_a, name_b) = (a.info.run_name.as_str(), b.info.run_name.as_str());
    if let (Some(folds_a), Some(folds_b)) = (judged_by(a, metric), judged_by(b, metric))
        && folds_a.are_those_of(&folds_b)
    {
        let (of_a, of_b) = ((name_a, folds_a.values.as_slice()), (name_b, folds_b.values.as_slice()));
        if let Ok(found) = validation::compare(metric, of_a, of_b, folds_a.sizes, CONFIDENCE) {
            return Ok(Judged {
                metric: metric.to_owned(),
                preference: found.preference,
                difference: found.difference,
                has_folds: true,
                words: found.verdict,
            });
        }
    }
    let value = |run: &RunRecord| crate::tracking::latest(&run.metrics, metric).map(|metric| metric.value);
    let (Some(of_a), Some(of_b)) = (value(a), value(b)) else {
        return Err(format!("{name_a} and {name_b} do not both have the metric {metric}."));
    };
    let difference = of_b - of_a;
    let size = crate::comparison::tables::short(difference.abs());
    let words = if difference == 0.0 {
        format!("{name_a} and {name_b} have the same {metric} on the test rows.")
    } else {
        let better =
            if (difference > 0.0) == super::larger_is_better(metric).unwrap_or(false) { name_b } else { name_a };
        format!(
            "Cannot tell: {better} is better by {size} {metric} on the test rows, but without the same folds nobody \
             can say how much of that is noise. Set cross-validation in the evaluate step of both."
        )
    };
    Ok(Judged { metric: metric.to_owned(), preference: Preference::CannotTell, difference, has_folds: false, words })
}

/// What the folds of a run said: those of its evaluation, or of the sweep that it was a candidate of.
struct JudgedBy<'a> {
    cv: Option<CvSpec>,
    /// Where the run was evaluated by itself.
    summary: Option<&'a CvSummary>,
    values: Vec<f64>,
    sizes: (f64, f64),
}

impl JudgedBy<'_> {
    /// Whether both were judged by the same folds; that they are of the same rows is known already.
    fn are_those_of(&self, other: &Self) -> bool {
        let is_alike = match (self.summary, other.summary) {
            (Some(a), Some(b)) => have_same_folds(a, b),
            _ => self.values.len() == other.values.len(),
        };
        is_alike && self.cv == other.cv
    }
}

fn judged_by<'a>(run: &'a RunRecord, metric: &str) -> Option<JudgedBy<'a>> {
    if let Some(summary) = run.evaluation().and_then(|evaluation| evaluation.cv.as_ref()) {
        let (values, sizes) = (summary.of_folds(metric), mean_sizes(summary)?);
        return Some(JudgedBy { cv: run.spec.folds(), summary: Some(summary), values, sizes });
    }
    let folds = run.folds.as_ref()?;
    let values = folds.of_folds(metric);
    Some(JudgedBy { cv: Some(folds.cv.clone()), summary: None, values, sizes: folds.sizes })
}

fn have_same_folds(a: &CvSummary, b: &CvSummary) -> bool {
    a.n_folds == b.n_folds
        && a.folds.len() == b.folds.len()
        && a.folds.iter().zip(&b.folds).all(|(a, b)| a.n_test == b.n_test && a.n_train == b.n_train)
}

fn mean_sizes(cv: &CvSummary) -> Option<(f64, f64)> {
    let n = cv.folds.len() as f64;
    let mean = |of: fn(&validation::CvFold) -> u64| cv.folds.iter().map(|fold| of(fold) as f64).sum::<f64>() / n;
    (n > 0.0).then(|| (mean(|fold| fold.n_train), mean(|fold| fold.n_test)))
}
