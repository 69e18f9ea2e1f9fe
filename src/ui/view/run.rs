//! The page of one run, as plain data: how good, the model, what it was made with. Its steps are in `run_steps`.

use super::format::{MISSING, decimals, number};
use super::ingest::counted;
use super::runs_text::{Direction, metric_direction, metric_label, metric_text};
use crate::estimators::{Coefficient, Model, TrainSummary};
use crate::evaluate::{DataSplit, Metric};
use crate::pipeline::{Evaluation, PipelineSpec, StepOutput, Training};
use crate::tracking::{RunRecord, metric_key};

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub strong: bool,
}

/// The run's evaluation, if it got so far.
#[must_use]
pub fn evaluation(run: &RunRecord) -> Option<&Evaluation> {
    run.outputs.iter().find_map(|output| match output {
        StepOutput::Evaluate(summary) => Some(summary.as_ref()),
        _ => None,
    })
}

/// The run's model, if it got so far.
#[must_use]
pub fn training(run: &RunRecord) -> Option<&Training> {
    run.outputs.iter().find_map(|output| match output {
        StepOutput::Train(summary) => Some(summary.as_ref()),
        _ => None,
    })
}

/// What the numbers mean, against always guessing the mean. Empty when nothing was measured.
#[must_use]
pub fn verdict(run: &RunRecord) -> Vec<Piece> {
    let Some(evaluation) = evaluation(run) else { return Vec::new() };
    let mut pieces = Vec::new();
    let mut say = |text: String, strong| pieces.push(Piece { text, strong });
    let value = |name: &str| evaluation.metric(name, DataSplit::Test);
    if let (Some(classes), Some(Metric { value: Some(accuracy), baseline: Some(baseline), .. })) =
        (&evaluation.classification, value("accuracy"))
    {
        say(format!("Predicts {} with an accuracy of ", evaluation.target), false);
        say(decimals(*accuracy, 4), true);
        say(format!("; always {}: {}.", classes.most_frequent, decimals(*baseline, 4)), false);
        return pieces;
    }
    if let Some(r2) = value("r2").and_then(|metric| metric.value) {
        // Rounded down in words: 0.4 % is not "0 %", and a negative R² explains nothing.
        if r2 >= 0.01 {
            say("Explains ".into(), false);
            say(format!("{:.0} %", r2 * 100.0), true);
            say(format!(" of the variance in {}.", evaluation.target), false);
        } else if r2 >= 0.0 {
            say("Explains ".into(), false);
            say("less than 1 %".into(), true);
            say(format!(" of the variance in {}.", evaluation.target), false);
        } else {
            say("Explains ".into(), false);
            say("nothing".into(), true);
            say(format!(" of the variance in {}: always guessing the mean is better.", evaluation.target), false);
        }
    }
    if let Some(Metric { value: Some(mae), baseline, .. }) = value("mae") {
        say(" Typical error ".into(), false);
        say(two_decimals(*mae), true);
        say(baseline.map_or_else(|| ".".into(), |mean| format!("; always the mean: {}.", two_decimals(mean))), false);
    }
    pieces
}

fn two_decimals(value: f64) -> String {
    if (0.01..1e6).contains(&value) { decimals(value, 2) } else { metric_text(value) }
}

/// One metric over the splits it was measured on.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricLine {
    /// `rmse`.
    pub name: String,
    /// `RMSE`.
    pub label: String,
    pub test: Option<f64>,
    pub train: Option<f64>,
    /// The mean over the folds.
    pub cv: Option<f64>,
    /// Difference of the test value to always guessing the mean: `−0.0347 better`.
    pub against_mean: Option<String>,
}

/// All metrics in the order in which they were logged.
#[must_use]
pub fn metric_lines(run: &RunRecord) -> Vec<MetricLine> {
    let mut lines: Vec<MetricLine> = Vec::new();
    let logged = |name: &str, split| {
        let key = metric_key(name, split);
        run.metrics.iter().find(|metric| metric.key == key).map(|metric| metric.value)
    };
    for metric in &run.metrics {
        if lines.iter().any(|line| line.name == metric.name) {
            continue;
        }
        let test = logged(&metric.name, DataSplit::Test);
        let baseline = evaluation(run)
            .and_then(|evaluation| evaluation.metric(&metric.name, DataSplit::Test))
            .and_then(|metric| metric.baseline);
        lines.push(MetricLine {
            name: metric.name.clone(),
            label: metric_label(&metric.name).to_owned(),
            test,
            train: logged(&metric.name, DataSplit::Train),
            cv: logged(&metric.name, DataSplit::Cv),
            against_mean: test.zip(baseline).map(|(value, mean)| difference(&metric.name, value, mean)),
        });
    }
    lines
}

/// `+0.0575 better`, `−0.0347 better`, `the same`.
pub(super) fn difference(name: &str, value: f64, mean: f64) -> String {
    let difference = value - mean;
    let text = metric_text(difference.abs());
    if difference.is_nan() {
        return MISSING.into();
    }
    if difference == 0.0 {
        return "the same".into();
    }
    let sign = if difference > 0.0 { '+' } else { '−' };
    let better = (difference > 0.0) == (metric_direction(name) == Direction::Higher);
    format!("{sign}{text} {}", if better { "better" } else { "worse" })
}

/// What the run was made with, one line a setting: the pipeline file's names.
#[must_use]
pub fn param_lines(run: &RunRecord) -> Vec<(String, String)> {
    run.params.iter().map(|param| (param.key.clone(), param.value.clone())).collect()
}

/// The cleaning rules in plain words: what they did, or before that what they are.
#[must_use]
pub fn rule_lines(run: &RunRecord) -> Vec<String> {
    let effects = run.outputs.iter().find_map(|output| match output {
        StepOutput::Clean(clean) => Some(&clean.effects),
        _ => None,
    });
    match effects {
        Some(effects) => effects
            .iter()
            .map(|effect| if effect.enabled { effect.sentence.clone() } else { format!("{} (off)", effect.sentence) })
            .collect(),
        None => run
            .spec
            .clean
            .iter()
            .map(|rule| if rule.enabled { rule.sentence() } else { format!("{} (off)", rule.sentence()) })
            .collect(),
    }
}

/// What the model is, in a line: its intercept where it has one, its trees where it is a forest.
#[must_use]
pub fn model_summary(train: &TrainSummary) -> String {
    let n_features = train.model.features().len() as u64;
    let features = counted(n_features, "feature", "features");
    match &train.model {
        Model::Forest(forest) => {
            let trees = counted(forest.trees.len() as u64, "tree", "trees");
            format!("{}, {features} and {trees}", train.model_name)
        }
        model => format!("{}, {features} and an intercept of {}", train.model_name, number(model.intercept())),
    }
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct CoefficientLine {
    /// `(intercept)` for the intercept.
    pub name: String,
    pub value: f64,
    pub per_sd: Option<f64>,
    pub se: Option<f64>,
    /// Of logistic regression z.
    pub t: Option<f64>,
    /// Left end and width of its bar around zero, from 0 to 1; `None` for the intercept.
    pub bar: Option<(f64, f64)>,
    /// Where zero is, from 0 to 1.
    pub zero: f64,
}

/// All coefficients, the ones that move predictions most first; the intercept last.
#[must_use]
pub fn coefficient_lines(train: &Training) -> Vec<CoefficientLine> {
    let inferred = |coefficient: &Coefficient| {
        train.logit.iter().flat_map(|report| &report.coefficients).find(|inferred| inferred.name == coefficient.name)
    };
    let effect = |per_sd: Option<f64>, value: f64| per_sd.unwrap_or(value);
    let is_feature = |name: &str| name != "(intercept)";
    let effects =
        train.coefficients.iter().filter(|line| is_feature(&line.name)).map(|line| effect(line.per_sd, line.value));
    let (low, high) = effects
        .filter(|value| value.is_finite())
        .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let span = if high > low { high - low } else { 1.0 };
    let zero = -low / span;
    let mut lines: Vec<CoefficientLine> = train
        .coefficients
        .iter()
        .map(|coefficient| {
            let value = effect(coefficient.per_sd, coefficient.value);
            let bar = (is_feature(&coefficient.name) && value.is_finite())
                .then(|| ((value.min(0.0) - low) / span, value.abs() / span));
            CoefficientLine {
                name: coefficient.name.clone(),
                value: coefficient.value,
                per_sd: coefficient.per_sd,
                se: inferred(coefficient).map_or(coefficient.se, |inferred| inferred.se),
                t: inferred(coefficient).map_or(coefficient.t, |inferred| inferred.z),
                bar,
                zero,
            }
        })
        .collect();
    lines.sort_by(|a, b| {
        let size = |line: &CoefficientLine| effect(line.per_sd, line.value).abs();
        is_feature(&b.name).cmp(&is_feature(&a.name)).then(size(b).total_cmp(&size(a)))
    });
    lines
}

/// A pipeline to change, under a name of its own: its runs no longer belong to the saved one.
#[must_use]
pub fn duplicate(spec: &PipelineSpec) -> PipelineSpec {
    let name = spec.name.strip_suffix(" copy").unwrap_or(&spec.name);
    PipelineSpec { name: format!("{name} copy"), ..spec.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimators::{Coefficient, ForestModel};
    use crate::tracking::suite::{run_record, running};

    fn with_metrics(values: &[(&str, f64, f64)]) -> RunRecord {
        let mut run = run_record("run", 0);
        let metrics: Vec<Metric> = values
            .iter()
            .map(|(name, value, baseline)| Metric {
                name: (*name).into(),
                split: DataSplit::Test,
                value: Some(*value),
                baseline: Some(*baseline),
            })
            .collect();
        for output in &mut run.outputs {
            if let StepOutput::Evaluate(evaluate) = output {
                evaluate.summary.metrics.clone_from(&metrics);
                run.metrics = crate::tracking::metrics_of(evaluate, 0);
            }
        }
        run
    }

    fn sentence(values: &[(&str, f64, f64)]) -> String {
        verdict(&with_metrics(values)).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn the_sentence_compares_with_the_mean_and_never_praises_nothing() {
        assert_eq!(
            sentence(&[("r2", 0.0574, 0.0), ("mae", 0.9013, 0.9394)]),
            "Explains 6 % of the variance in y. Typical error 0.90; always the mean: 0.94."
        );
        assert_eq!(sentence(&[("r2", 0.004, 0.0)]), "Explains less than 1 % of the variance in y.");
        assert_eq!(
            sentence(&[("r2", -0.2, 0.0)]),
            "Explains nothing of the variance in y: always guessing the mean is better."
        );
        assert_eq!(verdict(&running(run_record("early", 0))), Vec::new());
    }

    #[test]
    fn differences_know_which_way_is_better() {
        let lines = metric_lines(&with_metrics(&[("r2", 0.0574, -0.0001), ("rmse", 1.5, 1.25), ("mae", 1.0, 1.0)]));
        let texts: Vec<(&str, Option<&str>)> =
            lines.iter().map(|line| (line.label.as_str(), line.against_mean.as_deref())).collect();
        assert_eq!(texts, [("R²", Some("+0.0575 better")), ("RMSE", Some("+0.2500 worse")), ("MAE", Some("the same"))]);
        assert_eq!((lines[0].test, lines[0].train), (Some(0.0574), None));
    }

    #[test]
    fn a_forest_has_trees_and_no_intercept() {
        let mut run = run_record("run", 0);
        let StepOutput::Train(train) = &mut run.outputs[0] else { panic!("the suite's run has a model first") };
        assert!(model_summary(train).contains("an intercept of"));
        let features = vec!["a".into(), "b".into()];
        train.summary.model = Model::Forest(ForestModel { features, trees: Vec::new(), importances: vec![0.5, 0.5] });
        train.summary.model_name = "Random forest".into();
        assert_eq!(model_summary(train), "Random forest, 2 features and 0 trees");
    }

    #[test]
    fn coefficients_stand_by_their_effect_around_zero() {
        let mut run = run_record("run", 0);
        let coefficient =
            |name: &str, value, per_sd| Coefficient { name: name.into(), value, per_sd, se: None, t: None };
        let StepOutput::Train(train) = &mut run.outputs[0] else { panic!("the suite's run has a model first") };
        train.summary.coefficients = vec![
            coefficient("(intercept)", 100.0, None),
            coefficient("small", 9.0, Some(0.1)),
            coefficient("down", 0.001, Some(-0.3)),
        ];
        let lines = coefficient_lines(train);
        let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["down", "small", "(intercept)"]);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-12;
        let (down, small) = (lines[0].bar.unwrap(), lines[1].bar.unwrap());
        assert!(close(lines[0].zero, 0.75) && close(down.0, 0.0) && close(down.1, 0.75));
        assert!(close(small.0, 0.75) && close(small.1, 0.25));
        assert_eq!(lines[2].bar, None);
    }
}
