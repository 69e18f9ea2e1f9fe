//! What a deployment's page has asked of its model: a file to be scored, one prediction to be looked at.

use std::sync::Arc;

use crate::base::ErrorReport;
use crate::serving::{Explained, ScoreReport};
use crate::web::protocol::RequestId;

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScoreProgress {
    pub rows: u64,
    /// Bytes.
    pub done: u64,
    pub total: u64,
}

/// What was asked last, and what came of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scoring {
    /// The deployment whose file it is.
    pub of: String,
    asked: Option<RequestId>,
    pub progress: ScoreProgress,
    pub outcome: Option<Result<Arc<ScoreReport>, ErrorReport>>,
    explaining: Option<RequestId>,
    /// The last prediction that was looked at, until the next one has been.
    pub explained: Option<Result<Arc<Explained>, ErrorReport>>,
}

impl Scoring {
    /// A file was sent.
    pub fn ask(&mut self, of: &str, request: RequestId) {
        of.clone_into(&mut self.of);
        self.asked = Some(request);
        self.progress = ScoreProgress::default();
        self.outcome = None;
    }

    /// The file that is under way.
    #[must_use]
    pub fn under_way(&self) -> Option<RequestId> {
        self.asked
    }

    /// A prediction is to be looked at; those asked before are of no interest any more.
    pub fn ask_to_explain(&mut self, request: RequestId) {
        self.explaining = Some(request);
    }

    /// Another deployment is shown.
    pub fn forget_explained(&mut self) {
        self.explaining = None;
        self.explained = None;
    }

    /// Whether this request is waited for.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.asked == Some(request) || self.explaining == Some(request)
    }

    /// The file has come so far.
    pub fn advance(&mut self, request: RequestId, progress: ScoreProgress) {
        if self.asked == Some(request) {
            self.progress = progress;
        }
    }

    /// The file is scored, or is not.
    pub fn take(&mut self, request: RequestId, result: Result<ScoreReport, ErrorReport>) {
        if self.asked == Some(request) {
            self.asked = None;
            self.outcome = Some(result.map(Arc::new));
        }
    }

    /// The prediction was looked at.
    pub fn take_explained(&mut self, request: RequestId, result: Result<Explained, ErrorReport>) {
        if self.explaining == Some(request) {
            self.explaining = None;
            self.explained = Some(result.map(Arc::new));
        }
    }

    /// A request has failed as a whole.
    pub fn fail(&mut self, request: RequestId, error: ErrorReport) {
        self.take(request, Err(error.clone()));
        self.take_explained(request, Err(error));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_question_counts() {
        let mut scoring = Scoring::default();
        scoring.ask("price@champion", RequestId(1));
        scoring.advance(RequestId(1), ScoreProgress { rows: 5, done: 10, total: 20 });
        assert_eq!((scoring.under_way(), scoring.progress.rows), (Some(RequestId(1)), 5));
        scoring.take(RequestId(9), Ok(ScoreReport::default()));
        assert!(scoring.outcome.is_none(), "another one's");
        scoring.take(RequestId(1), Ok(ScoreReport { rows: 7, ..ScoreReport::default() }));
        assert!(matches!(&scoring.outcome, Some(Ok(report)) if report.rows == 7) && scoring.under_way().is_none());
        scoring.ask_to_explain(RequestId(2));
        scoring.ask_to_explain(RequestId(3));
        scoring.fail(RequestId(2), ErrorReport::new("x", "old"));
        assert!(scoring.explained.is_none() && scoring.is_asked(RequestId(3)));
        scoring.fail(RequestId(3), ErrorReport::new("x", "new"));
        assert!(matches!(&scoring.explained, Some(Err(error)) if error.message == "new"));
    }
}
