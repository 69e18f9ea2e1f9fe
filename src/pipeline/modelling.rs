//! The two steps that model: train and evaluate.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::engine::{Done, Engine, Made, Stop, digest_of};
use super::steps::{ROWS, clean_summary, damaged_cache};
use super::sweeping::SweepData;
use super::{
    ByteSource, Evaluation, Host, PipelineSpec, StepCache, StepName, StepOutput, SweepError, SweepSummary, Training,
    Unit,
};
use crate::base::{Digest, apart, sum};
use crate::diagnostics::{RegressionReport, ReportOptions, Reporting, RowCell};
use crate::estimators::{EstimatorSpec, Fit, Fitting, Model, fit_weighted, solve_from_r};
use crate::evaluate::{Evaluating, Scoring, Task};
use crate::features::{DesignMatrix, FeatureSpec, FeaturesError, FittedFeatures, Reference, fit_transform};
use crate::split::cv::{CvSpec, LabelSource};
use crate::table::{Column, Table};
use crate::validation::{CrossValidating, CvSummary, RowValidating};

/// Cells that are worked on between two looks at the clock.
const CELLS: usize = ROWS * 32;

/// Input columns whose cells are kept of a row that pulls.
const MOST_CELLS: usize = 40;

/// Up to this many training rows the regression report is made unasked: it reads them once more.
const REPORTED_ROWS: usize = 250_000;

impl<H: Host, C: StepCache> Engine<'_, H, C> {
    // ── train ────────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) async fn train_step<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        ingested: &Done,
        cleaned: &Done,
        split: &Done,
        source: &mut Option<&mut S>,
    ) -> Result<Done, Stop> {
        let mut inputs = json!({ "matrix": matrix_inputs(spec, cleaned)?, "rows": split.artifact });
        let matrix_of = inputs.clone();
        // Only where it is not the usual one, so that older keys stay.
        if let Some(inputs) = inputs.as_object_mut() {
            if spec.evaluate.confidence != crate::evaluate::EvaluateSpec::default().confidence {
                inputs.insert("confidence".into(), spec.evaluate.confidence.into());
            }
            if spec.evaluate.report {
                inputs.insert("report".into(), true.into());
            }
        }
        if let (true, Some(cv), Some(inputs)) = (spec.is_sweep(), spec.folds(), inputs.as_object_mut()) {
            inputs.insert("sweep".into(), json!([cv, spec.search, fold_labels(&cv, cleaned)]));
            // What judges errors by their squares has no name in keys, as before there was a choice.
            if spec.scoring() != Scoring::Mse {
                inputs.insert("scoring".into(), json!(spec.scoring()));
            }
        }
        let ticket = match self.look_up(StepName::Train, spec, inputs).await? {
            Ok(done) => return Ok(done),
            Err(ticket) => ticket,
        };
        let table = self.clean_table(StepName::Train, spec, ingested, cleaned, source).await?;
        let rows = self.split_rows(spec, &table, &split.artifact)?;
        check_weights(spec)?;
        self.breathe(StepName::Train, 0, rows.train.len() as u64, Unit::Rows).await?;
        let plain = without_weights(spec, &table);
        let (mut features, mut matrix) = match spec.tries_encoders() {
            true => fit_first(&plain, &spec.features, &rows.train)?,
            false => fit_transform(&plain, &spec.features, &rows.train)?,
        };
        let sweep = match spec.is_sweep() {
            true => {
                let folds_of = folds_of(spec, cleaned, split)?;
                let data =
                    SweepData { table: &table, plain: &plain, rows: &rows, matrix: &matrix, folds_of: &folds_of };
                Some(apart(self.sweep(spec, data)).await?)
            }
            false => None,
        };
        let chosen = sweep.as_ref().and_then(|sweep| chosen(spec, sweep));
        let spec = chosen.as_ref().unwrap_or(spec);
        if sweep.as_ref().and_then(SweepSummary::chosen).is_some_and(|candidate| candidate.encoders.is_some()) {
            (features, matrix) = fit_transform(&plain, &spec.features, &rows.train)?;
        }
        let estimator = one_estimator(spec)?.clone();
        // Another estimator, or another value of its parameters, is solved from the same factor.
        let factor_of = digest_of(&json!([matrix_of, spec.features]));
        let mut fitting = Fitting::new(&estimator, &matrix, &rows.train, weights(&estimator, &table))?;
        if let Some(factor) = self.session.factor(&factor_of) {
            fitting = fitting.with_factor(&factor);
        }
        while fitting.step(rows_a_step(&matrix))? {
            let (done, total) = fitting.progress();
            self.breathe(StepName::Train, done, total, Unit::Rows).await?;
        }
        let mut fit = fitting.finish()?;
        if estimator.sample_weight().is_none() {
            self.session.keep_factor(factor_of.clone(), Rc::new(fit.factor()));
        }
        smear(&mut features, &fit, &matrix, &rows.train);
        let mut report = self.report(spec, (&estimator, &table), &fit, &matrix, &rows.train).await?;
        if let Some(report) = &mut report {
            report.influential_cells = influential_cells(report, &features, &plain);
        }
        let logit = match &fit.summary.model {
            Model::Logistic(model) if is_reported(spec, &rows.train) => {
                apart(self.logit_report(spec, &estimator, (model, &fit), &matrix, &rows.train)).await?.map(Box::new)
            }
            _ => None,
        };
        fit.summary.r_digest = Some(digest_of(&json!(fit.r)));
        let artifact = digest_of(&json!([fit.summary.model, features]));
        let forwards = matrix.ascending(&rows.train);
        let means = matrix.columns().iter().map(|column| mean_of(column, &forwards)).collect();
        let reference = Some(self.reference(factor_of, &features, &plain, &fit, &matrix, &rows.train));
        let training = Training { summary: fit.summary, features, means, report, logit, sweep, reference };
        let output = StepOutput::Train(Box::new(training));
        let made = Made { artifact, parts: BTreeMap::new(), rows: rows.train.len() as u64, output };
        Ok(self.complete(ticket, made).await)
    }

    /// How inputs and predictions are spread over the training rows of this design matrix.
    fn reference(
        &mut self,
        of: Digest,
        features: &FittedFeatures,
        plain: &Table,
        fit: &Fit,
        matrix: &DesignMatrix,
        train: &[u32],
    ) -> Reference {
        let rows = Reference::rows(train);
        let mut predictions = Vec::with_capacity(rows.len());
        fit.summary.model.predict_into(matrix, &rows, &mut predictions);
        predictions.iter_mut().for_each(|prediction| *prediction = features.inverse_target(*prediction));
        let inputs = self.session.spreads(&of, &features.inputs).unwrap_or_else(|| {
            let spreads = Reference::of_inputs(&features.inputs, plain, &rows);
            self.session.keep_spreads(of, features.inputs.clone(), spreads.clone());
            spreads
        });
        Reference::with(inputs, &predictions)
    }

    async fn report(
        &mut self,
        spec: &PipelineSpec,
        (estimator, table): (&EstimatorSpec, &Table),
        fit: &Fit,
        matrix: &DesignMatrix,
        train: &[u32],
    ) -> Result<Option<RegressionReport>, Stop> {
        let (Some(model), true) = (fit.summary.model.linear(), is_reported(spec, train)) else { return Ok(None) };
        if fit.r.n_rows() != train.len() as u64 {
            return Ok(None);
        }
        if estimator.sample_weight().is_some() {
            return apart(self.weighted_report(spec, (estimator, table), (model, fit), matrix, train)).await;
        }
        let options = ReportOptions {
            fit_intercept: estimator.fit_intercept(),
            confidence: spec.evaluate.confidence,
            is_least_squares: is_least_squares(estimator),
        };
        let mut reporting = Reporting::new(options, model, &fit.r, matrix, train)?;
        while reporting.step(rows_a_step(matrix)) {
            let (done, total) = reporting.progress();
            self.breathe(StepName::Train, done, total, Unit::Rows).await?;
        }
        Ok(Some(reporting.finish()?))
    }

    // ── evaluate ─────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) async fn evaluate_step<S: ByteSource>(
        &mut self,
        spec: &PipelineSpec,
        ingested: &Done,
        cleaned: &Done,
        split: &Done,
        trained: &Done,
        source: &mut Option<&mut S>,
    ) -> Result<(), Stop> {
        let mut inputs =
            json!({ "matrix": matrix_inputs(spec, cleaned)?, "rows": split.artifact, "model": trained.artifact });
        // Folds are fitted anew, by the estimator itself; and drawn by the values of a column, where they are.
        let folds = spec.folds();
        if let (Some(cv), Some(inputs)) = (&folds, inputs.as_object_mut()) {
            inputs.insert("estimator".into(), json!([spec.features, spec.train]));
            if spec.is_sweep() {
                inputs.insert("folds".into(), json!(cv));
            }
            if let Some(labels) = fold_labels(cv, cleaned) {
                inputs.insert("labels".into(), labels);
            }
        }
        let ticket = match self.look_up(StepName::Evaluate, spec, inputs).await? {
            Ok(_) => return Ok(()),
            Err(ticket) => ticket,
        };
        let table = self.clean_table(StepName::Evaluate, spec, ingested, cleaned, source).await?;
        let rows = self.split_rows(spec, &table, &split.artifact)?;
        let training = training(trained)?;
        let plain = without_weights(spec, &table);
        let matrix = training.features.transform(&plain)?;
        let back = |prediction: f64| training.features.inverse_target(prediction);
        let is_transformed = training.features.target_transform.is_some();
        let mut evaluating =
            Evaluating::new(&spec.evaluate, &training.summary.model, &matrix, &rows.train, &rows.test)?;
        if is_transformed {
            evaluating = evaluating.with_inverse(&back);
        }
        let total = (rows.train.len() + rows.test.len()) as u64;
        while evaluating.step(rows_a_step(&matrix)) {
            let (done, total) = evaluating.progress();
            self.breathe(StepName::Evaluate, done, total, Unit::Rows).await?;
        }
        let summary = evaluating.finish()?;
        let cv = match &folds {
            None => None,
            Some(cv) => {
                // Named by the whole spec: what weighs the rows of one candidate is no feature of the others either.
                let folds_of = folds_of(spec, cleaned, split)?;
                let data =
                    SweepData { table: &table, plain: &plain, rows: &rows, matrix: &matrix, folds_of: &folds_of };
                let chosen = training.sweep.as_ref().and_then(|sweep| chosen(spec, sweep));
                let spec = chosen.as_ref().unwrap_or(spec);
                let task = Task::of(training.summary.model.classes());
                Some(apart(self.cross_validate(spec, (one_estimator(spec)?, cv, task), data)).await?)
            }
        };
        let artifact = digest_of(&json!([summary.metrics, cv.as_ref().map(|cv| &cv.mean)]));
        let output = StepOutput::Evaluate(Box::new(Evaluation { summary, cv }));
        self.complete(ticket, Made { artifact, parts: BTreeMap::new(), output, rows: total }).await;
        Ok(())
    }

    /// Cross-validates on the training rows. What is solved from an R factor alone needs one pass for all folds; encoders
    /// and iterating estimators are fitted anew on each fold's training rows.
    async fn cross_validate(
        &mut self,
        spec: &PipelineSpec,
        (estimator, cv, task): (&EstimatorSpec, &CvSpec, Task),
        SweepData { table, plain, rows, matrix, folds_of }: SweepData<'_>,
    ) -> Result<CvSummary, Stop> {
        let folds = cv.folds(table, &spec.features.target, &rows.train)?;
        let is_plain = spec.features.encoders.is_empty()
            && spec.features.target_transform.is_none()
            && estimator.sample_weight().is_none();
        if is_plain && estimator.solves_from_r() {
            let solve = |r: &crate::linalg::RFactor| match solve_from_r(estimator, r) {
                Some(Ok(solution)) => Ok((solution.coef, solution.intercept)),
                Some(Err(error)) => Err(error),
                None => Err(crate::estimators::EstimatorError::NoRows),
            };
            let of = (matrix, rows.train.as_slice(), &folds);
            let factors = self.fold_factors(StepName::Evaluate, folds_of, of).await?;
            let mut validating = CrossValidating::with_factors(matrix, &rows.train, &folds, factors, solve)?;
            while validating.step(rows_a_step(matrix))? {
                let (done, total) = validating.progress();
                self.breathe(StepName::Evaluate, done, total, Unit::Rows).await?;
            }
            return Ok(validating.finish()?.summary);
        }
        let target = matrix.target_original();
        let mut validating = RowValidating::new(target, &rows.train, &folds, matrix.n_features())?.with_task(task);
        loop {
            let more = validating.step(|train| fit_fold(spec, estimator, (table, plain), train, task))?;
            let (done, total) = validating.progress();
            self.breathe(StepName::Evaluate, done, total, Unit::Rows).await?;
            if !more {
                return Ok(validating.finish().0);
            }
        }
    }
}

/// Fewer where rows are wide.
pub(super) fn rows_a_step(matrix: &DesignMatrix) -> usize {
    (CELLS / matrix.n_features().max(1)).clamp(1, ROWS)
}

/// Fits everything on one fold's training rows; gives what predicts rows, in the target's own units, or where classes are
/// judged the probability of the second one. `plain` is the table without columns that only weigh the rows.
pub(super) fn fit_fold<'a>(
    spec: &PipelineSpec,
    estimator: &EstimatorSpec,
    (table, plain): (&Table, &'a Table),
    train: &[u32],
    task: Task,
) -> Result<impl Fn(&[u32]) -> Vec<f64> + use<'a>, FoldError> {
    let (mut features, matrix) = fit_transform(plain, &spec.features, train).map_err(|error| FoldError::of(&error))?;
    let fit =
        fit_weighted(estimator, &matrix, train, weights(estimator, table)).map_err(|error| FoldError::of(&error))?;
    smear(&mut features, &fit, &matrix, train);
    let whole = features.transform(plain).map_err(|error| FoldError::of(&error))?;
    let model = fit.summary.model;
    Ok(move |rows: &[u32]| {
        let mut predictions = Vec::with_capacity(rows.len());
        match task {
            Task::Regression => model.predict_columns(&whole.columns(), rows, &mut predictions),
            Task::Classification(_) => model.score_columns(&whole.columns(), rows, &mut predictions),
        }
        predictions.iter().map(|prediction| features.inverse_target(*prediction)).collect()
    })
}

/// An error of features or estimator, within a fold.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct FoldError {
    code: &'static str,
    message: String,
}

impl FoldError {
    pub(super) fn of(error: &impl crate::base::Coded) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

impl crate::base::Coded for FoldError {
    fn code(&self) -> &'static str {
        self.code
    }
}

/// Learns the correction of a transformed target from the residuals of the training rows, where it is asked for.
pub(super) fn smear(features: &mut FittedFeatures, fit: &Fit, matrix: &DesignMatrix, train: &[u32]) {
    if !features.smears {
        return;
    }
    let mut predictions = Vec::with_capacity(train.len());
    fit.summary.model.predict_into(matrix, train, &mut predictions);
    let target = matrix.target();
    let actual = train.iter().map(|row| target.get(*row as usize).copied().unwrap_or(f64::NAN));
    let residuals: Vec<f64> = actual.zip(predictions).map(|(actual, predicted)| actual - predicted).collect();
    features.set_smearing(&residuals);
}

fn mean_of(column: &[f64], rows: &[u32]) -> f64 {
    let cells = rows.iter().filter_map(|row| column.get(*row as usize).copied());
    sum(cells) / rows.len() as f64
}

/// Whether a report is made: unasked only of rows that are soon read once more.
fn is_reported(spec: &PipelineSpec, train: &[u32]) -> bool {
    spec.evaluate.report || train.len() <= REPORTED_ROWS
}

/// Whether the coefficients are those of ordinary or weighted least squares, which have standard errors.
pub(super) fn is_least_squares(estimator: &EstimatorSpec) -> bool {
    match estimator {
        EstimatorSpec::LinearRegression(params) => !params.positive,
        _ => false,
    }
}

/// That no column that weighs the rows is listed as a feature, too.
fn check_weights(spec: &PipelineSpec) -> Result<(), FeaturesError> {
    let weights = spec.weight_columns();
    match spec.features.columns.iter().flatten().find(|name| weights.contains(name)) {
        Some(column) if *column != spec.features.target => Err(FeaturesError::WeightListed { column: column.clone() }),
        _ => Ok(()),
    }
}

pub(super) fn weights(estimator: &EstimatorSpec, table: &Table) -> Option<Vec<f64>> {
    estimator.sample_weight().and_then(|name| table.column(name)?.numbers()).map(<[f64]>::to_vec)
}

/// The two values, ascending, that a classifier will tell apart in these rows; `None` for an estimator of numbers, and where
/// there are not two.
pub(super) fn classes_of(estimator: &EstimatorSpec, target: &[f64], rows: &[u32]) -> Option<[f64; 2]> {
    let mut classes: Vec<f64> = Vec::new();
    for value in rows.iter().filter_map(|row| target.get(*row as usize)).take_while(|_| estimator.is_classifier()) {
        if !classes.contains(value) {
            classes.push(*value);
        }
        if classes.len() > 2 {
            return None;
        }
    }
    classes.sort_unstable_by(f64::total_cmp);
    <[f64; 2]>::try_from(classes).ok()
}

/// What is fitted to all training rows: the spec with the candidate that the sweep chose. Not inlined, like `fit_first`: the
/// browser loads both with the first sweep.
#[inline(never)]
fn chosen(spec: &PipelineSpec, sweep: &SweepSummary) -> Option<PipelineSpec> {
    sweep.chosen().map(|candidate| spec.with_candidate(candidate))
}

/// The features with the first of the values to be tried that can be fitted: one that cannot is a candidate that failed, not
/// the end of the others.
#[inline(never)]
fn fit_first(
    table: &Table,
    spec: &FeatureSpec,
    train: &[u32],
) -> Result<(FittedFeatures, DesignMatrix), FeaturesError> {
    let first = fit_transform(table, spec, train);
    if first.is_ok() {
        return first;
    }
    let settings = (1..spec.n_settings()).filter_map(|place| Some(spec.with_encoders(spec.setting(place).ok()?)));
    settings.filter_map(|other| fit_transform(table, &other, train).ok()).next().map_or(first, Ok)
}

/// The estimator of a spec that names one: a sweep is analysed with the candidate that it chose in its place.
pub(super) fn one_estimator(spec: &PipelineSpec) -> Result<&EstimatorSpec, Stop> {
    match spec.train.as_slice() {
        [] => Err(SweepError::NoEstimator.into()),
        [entry] if !spec.is_sweep() => Ok(entry),
        _ => Err(SweepError::Several.into()),
    }
}

/// What the rows that pull most hold, in the columns that the model reads and the target.
fn influential_cells(report: &RegressionReport, features: &FittedFeatures, table: &Table) -> Vec<Vec<RowCell>> {
    let names = features.inputs.iter().map(|input| &input.name).take(MOST_CELLS).chain([&features.target]);
    let columns: Vec<&Column> = names.filter_map(|name| table.column(name)).collect();
    let cells = |row: usize| {
        let cell = |column: &&Column| Some(RowCell { column: column.name.clone(), value: column.cell_text(row)? });
        columns.iter().filter_map(cell).collect()
    };
    report.influential.iter().map(|influence| cells(influence.row as usize)).collect()
}

/// The column that folds are drawn by, by content.
fn fold_labels(cv: &CvSpec, cleaned: &Done) -> Option<Value> {
    match cv.label_source() {
        LabelSource::Column(name) => Some(json!([name, cleaned.parts.get(name)])),
        _ => None,
    }
}

/// What names the factors of the spec's folds: the design matrix, its training rows, and how folds are drawn.
fn folds_of(spec: &PipelineSpec, cleaned: &Done, split: &Done) -> Result<Digest, Stop> {
    let cv = spec.folds();
    let labels = cv.as_ref().and_then(|cv| fold_labels(cv, cleaned));
    Ok(digest_of(&json!([matrix_inputs(spec, cleaned)?, split.artifact, spec.features, cv, labels])))
}

/// The table without the column that only weighs the rows: it is no feature.
pub(super) fn without_weights(spec: &PipelineSpec, table: &Table) -> Table {
    let weights = spec.weight_columns();
    // A target keeps its place, so that the message is about the target.
    table.filter_columns(|column| !weights.contains(&column.name) || column.name == spec.features.target)
}

/// The columns that the design matrix is made of, in order, by content.
fn matrix_inputs(spec: &PipelineSpec, cleaned: &Done) -> Result<Value, Stop> {
    let target = &spec.features.target;
    let names: Vec<String> = match &spec.features.columns {
        Some(columns) => columns.clone(),
        None => clean_summary(cleaned)?.columns.iter().map(|c| c.name.clone()).filter(|name| name != target).collect(),
    };
    let digest = |name: &String| json!([name, cleaned.parts.get(name)]);
    let weights = spec.weight_columns();
    let mut inputs = json!({ "target": digest(target), "features": names.iter().map(digest).collect::<Vec<_>>() });
    if let (Some(map), [first, others @ ..]) = (inputs.as_object_mut(), weights.as_slice()) {
        // One column as it always was, so that older keys stay.
        let all = || weights.iter().map(digest).collect::<Vec<_>>().into();
        map.insert("weights".into(), if others.is_empty() { digest(first) } else { all() });
    }
    Ok(inputs)
}

fn training(trained: &Done) -> Result<&Training, Stop> {
    match &trained.output {
        StepOutput::Train(training) => Ok(training),
        _ => Err(Stop::Failed(damaged_cache())),
    }
}
