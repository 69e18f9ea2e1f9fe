//! What was asked about the pipeline, how far the answer is, and the newest one of each kind.

use std::sync::Arc;

use crate::base::ErrorReport;
use crate::estimators::EstimatorSpec;
use crate::features::FeatureSpec;
use crate::pipeline::{Analysis, AnalysisResult, PathEstimator, PipelineSpec, SweepSummary, Training};
use crate::web::protocol::RequestId;

/// The code of an answer that a person did not wait for.
const CANCELLED: &str = "analysis.cancelled";

/// What is asked, of which pipeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub spec: PipelineSpec,
    pub analysis: Analysis,
}

/// What the worker said to a question.
#[derive(Debug, PartialEq)]
pub struct Answer {
    pub question: Question,
    pub result: Result<Box<AnalysisResult>, ErrorReport>,
}

/// An answer as it is handed around. Two are equal when they are the same one: results are too long to be compared often.
#[derive(Debug, Clone)]
pub struct SharedAnswer(pub Arc<Answer>);

impl PartialEq for SharedAnswer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// One kind of question, as the page shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AskedView {
    pub answer: Option<SharedAnswer>,
    /// A newer answer is on its way.
    pub waits: bool,
    /// Of it, once there is something to say.
    pub progress: Option<(u64, u64)>,
}

/// The newest question and answer of each kind.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Analyses {
    asked: Vec<Asked>,
}

#[derive(Debug, Clone, PartialEq)]
struct Asked {
    kind: &'static str,
    question: Question,
    request: Option<RequestId>,
    progress: Option<(u64, u64)>,
    answer: Option<SharedAnswer>,
}

impl Analyses {
    /// A question was sent; the answer before it stays until the new one comes.
    pub fn ask(&mut self, request: RequestId, question: Question) {
        let kind = question.analysis.kind();
        match self.asked.iter_mut().find(|asked| asked.kind == kind) {
            Some(asked) => {
                asked.question = question;
                asked.request = Some(request);
                asked.progress = None;
            }
            None => {
                self.asked.push(Asked { kind, question, request: Some(request), progress: None, answer: None });
            }
        }
    }

    /// How far an answer is; of one that nobody waits for any more, nothing.
    pub fn advance(&mut self, request: RequestId, done: u64, total: u64) {
        if let Some(asked) = self.waiting_for(request) {
            asked.progress = (total > 0).then_some((done, total));
        }
    }

    /// Takes an answer in; one that nobody waits for any more is let go. A cancelled question leaves the answer before it.
    pub fn take(&mut self, request: RequestId, result: Result<Box<AnalysisResult>, ErrorReport>) {
        let Some(asked) = self.waiting_for(request) else { return };
        asked.request = None;
        asked.progress = None;
        if !matches!(&result, Err(error) if error.code == CANCELLED) {
            asked.answer = Some(SharedAnswer(Arc::new(Answer { question: asked.question.clone(), result })));
        }
    }

    /// Whether an answer to this request is waited for.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.asked.iter().any(|asked| asked.request == Some(request))
    }

    /// The request under way of a kind, to cancel it.
    #[must_use]
    pub fn request(&self, kind: &str) -> Option<RequestId> {
        self.of(kind)?.request
    }

    /// The question of a kind that was asked last, answered or not.
    #[must_use]
    pub fn question(&self, kind: &str) -> Option<&Question> {
        self.of(kind).map(|asked| &asked.question)
    }

    /// Whether any of these kinds was asked.
    #[must_use]
    pub fn is_any_asked(&self, kinds: &[&str]) -> bool {
        kinds.iter().any(|kind| self.of(kind).is_some())
    }

    /// What there is to show of a kind.
    #[must_use]
    pub fn view(&self, kind: &str) -> AskedView {
        self.of(kind).map_or_else(AskedView::default, |asked| AskedView {
            answer: asked.answer.clone(),
            waits: asked.request.is_some(),
            progress: asked.progress,
        })
    }

    fn of(&self, kind: &str) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.kind == kind)
    }

    fn waiting_for(&mut self, request: RequestId) -> Option<&mut Asked> {
        self.asked.iter_mut().find(|asked| asked.request == Some(request))
    }
}

/// The pipeline that questions are about: of a sweep, the one with the chosen candidate in its place, judged by the same
/// folds.
#[must_use]
pub fn asked_spec(spec: &PipelineSpec, training: Option<&Training>) -> PipelineSpec {
    with_chosen(spec, training.and_then(|training| training.sweep.as_ref()))
}

fn with_chosen(spec: &PipelineSpec, sweep: Option<&SweepSummary>) -> PipelineSpec {
    let Some(chosen) = sweep.and_then(SweepSummary::chosen).filter(|_| spec.is_sweep()) else { return spec.clone() };
    let mut asked = spec.with_candidate(chosen);
    asked.evaluate.cv = spec.folds();
    asked
}

/// How the columns go with the target: whatever comes after the split has no say in it.
#[must_use]
pub fn correlations_question(spec: &PipelineSpec) -> Question {
    let features = FeatureSpec { target: spec.features.target.clone(), ..FeatureSpec::default() };
    let fresh = PipelineSpec::default();
    let spec = PipelineSpec { features, train: fresh.train, search: None, evaluate: fresh.evaluate, ..spec.clone() };
    Question { spec, analysis: Analysis::Correlations {} }
}

/// The path of the pipeline's estimator, which is the same whatever its penalty is now; `None` for one without a path.
#[must_use]
pub fn path_question(spec: &PipelineSpec) -> Option<Question> {
    let entry = spec.train.first()?;
    let (estimator, l1_ratio) = match &**entry {
        EstimatorSpec::Ridge(_) => (PathEstimator::Ridge, None),
        EstimatorSpec::Lasso(_) => (PathEstimator::Lasso, None),
        EstimatorSpec::ElasticNet(_) => {
            (PathEstimator::ElasticNet, entry.params_map().get("l1_ratio").and_then(serde_json::Value::as_f64))
        }
        _ => return None,
    };
    let without = EstimatorSpec::clone(entry).with_param("alpha", 1.0.into()).ok()?;
    let analysis = Analysis::RegularisationPath { estimator, l1_ratio: l1_ratio.unwrap_or(0.5), n_alphas: 100 };
    Some(Question { spec: spec.with_estimator(without), analysis })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Scoring;
    use crate::pipeline::{Candidate, LearningCurveResult, Said};
    use crate::split::cv::CvSpec;

    fn question(analysis: &str) -> Question {
        Question { spec: PipelineSpec::default(), analysis: serde_json::from_str(analysis).unwrap() }
    }

    fn result(sentence: &str) -> Result<Box<AnalysisResult>, ErrorReport> {
        let said = Said { sentence: sentence.into(), notes: vec![] };
        Ok(Box::new(AnalysisResult::LearningCurve(LearningCurveResult { said, lines: vec![], n_folds: 5 })))
    }

    fn shown(analyses: &Analyses) -> Option<String> {
        let answer = analyses.view("learning_curve").answer?;
        Some(answer.0.result.as_ref().map_or_else(|error| error.code.clone(), |result| result.sentence().to_owned()))
    }

    #[test]
    fn only_the_newest_question_of_a_kind_is_answered() {
        let mut analyses = Analyses::default();
        assert_eq!(analyses.view("learning_curve"), AskedView::default());
        analyses.ask(RequestId(1), question(r#"{"learning_curve": {}}"#));
        analyses.ask(RequestId(2), question(r#"{"learning_curve": {}}"#));
        analyses.ask(RequestId(3), question(r#"{"bootstrap": {}}"#));
        analyses.take(RequestId(1), Err(ErrorReport::new("analysis.replaced", "")));
        assert_eq!((shown(&analyses), analyses.view("learning_curve").waits), (None, true));
        analyses.advance(RequestId(2), 1, 4);
        analyses.advance(RequestId(1), 3, 4);
        assert_eq!(analyses.view("learning_curve").progress, Some((1, 4)));
        analyses.take(RequestId(2), result("second"));
        assert_eq!(shown(&analyses).as_deref(), Some("second"));
        assert_eq!(analyses.view("learning_curve").progress, None);
        assert!(analyses.view("bootstrap").waits && analyses.is_asked(RequestId(3)));
    }

    #[test]
    fn what_is_cancelled_leaves_the_answer_before_and_what_fails_says_so() {
        let mut analyses = Analyses::default();
        analyses.ask(RequestId(1), question(r#"{"learning_curve": {}}"#));
        analyses.take(RequestId(1), result("first"));
        analyses.ask(RequestId(2), question(r#"{"learning_curve": {}}"#));
        assert_eq!(analyses.request("learning_curve"), Some(RequestId(2)));
        analyses.take(RequestId(2), Err(ErrorReport::new(CANCELLED, "")));
        assert_eq!((shown(&analyses).as_deref(), analyses.request("learning_curve")), (Some("first"), None));
        analyses.ask(RequestId(3), question(r#"{"learning_curve": {}}"#));
        analyses.take(RequestId(3), Err(ErrorReport::new("analysis.no_table", "")));
        assert_eq!(shown(&analyses).as_deref(), Some("analysis.no_table"));
    }

    #[test]
    fn of_a_sweep_the_chosen_candidate_is_asked_about() {
        let candidate = |name: &str, mse: f64| Candidate {
            encoders: None,
            estimator: EstimatorSpec::fresh(name).unwrap(),
            mse: vec![mse],
            r2: vec![None],
            scores: vec![],
            error: None,
        };
        let candidates = vec![candidate("ridge", 2.0), candidate("lasso", 1.0)];
        let mut spec = PipelineSpec {
            train: candidates.iter().map(|one| one.estimator.clone().into()).collect(),
            ..PipelineSpec::default()
        };
        let sweep = SweepSummary::of(CvSpec::fresh("k_fold").unwrap(), Scoring::Mse, candidates).unwrap();
        let asked = with_chosen(&spec, Some(&sweep));
        assert_eq!((asked.train.len(), asked.train[0].name()), (1, "lasso"));
        assert_eq!(asked.evaluate.cv, spec.folds(), "judged by the same folds");
        assert!(asked.evaluate.cv.is_some());
        assert_eq!(with_chosen(&spec, None), spec);
        // The sweep is one of earlier settings.
        spec.train.truncate(1);
        assert_eq!(with_chosen(&spec, Some(&sweep)), spec);
    }

    #[test]
    fn correlations_do_not_depend_on_what_comes_after_the_split() {
        let spec = PipelineSpec::default();
        let mut other = spec.clone();
        other.train = vec![EstimatorSpec::fresh("ridge").unwrap().into()];
        other.evaluate.confidence = 0.9;
        other.features.columns = Some(vec!["x".into()]);
        assert_eq!(correlations_question(&spec), correlations_question(&other));
        other.features.target = "y".into();
        assert_ne!(correlations_question(&spec), correlations_question(&other));
    }

    #[test]
    fn a_path_stays_the_same_when_its_alpha_is_used() {
        let with = |name: &str, params: serde_json::Value| {
            let serde_json::Value::Object(params) = params else { panic!() };
            PipelineSpec::default().with_estimator(EstimatorSpec::from_parts(name, params).unwrap())
        };
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let lasso = path_question(&with("lasso", json(r#"{"alpha": 0.3}"#)));
        assert_eq!(lasso, path_question(&with("lasso", json(r#"{"alpha": 7}"#))));
        assert!(lasso.is_some());
        let net = path_question(&with("elastic_net", json(r#"{"l1_ratio": 0.2}"#))).unwrap();
        let expected =
            Analysis::RegularisationPath { estimator: PathEstimator::ElasticNet, l1_ratio: 0.2, n_alphas: 100 };
        assert_eq!(net.analysis, expected);
        assert_eq!(path_question(&PipelineSpec::default()), None);
    }
}
