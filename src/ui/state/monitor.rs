//! What the page knows of a deployment's requests.

use crate::base::ErrorReport;
use crate::monitoring::Report;
use crate::web::protocol::{Matched, RequestId};

/// The report of the deployment that is shown, and the file of true values that was read last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Monitor {
    /// Which one, and its report: the one before stays until a newer one comes.
    pub report: Option<(String, Result<Box<Report>, ErrorReport>)>,
    asked: Option<(RequestId, String)>,
    reading: Option<RequestId>,
    /// What came of the last file.
    pub truth: Option<Result<Matched, ErrorReport>>,
}

impl Monitor {
    /// The report of a deployment was asked for.
    pub fn ask(&mut self, request: RequestId, deployment: &str) {
        self.asked = Some((request, deployment.to_owned()));
        if self.report.as_ref().is_some_and(|(known, _)| known != deployment) {
            (self.report, self.truth) = (None, None);
        }
    }

    /// A file of true values is being read.
    pub fn read(&mut self, request: RequestId) {
        (self.reading, self.truth) = (Some(request), None);
    }

    /// Whether a file is being read.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        self.reading.is_some()
    }

    /// Whether this request is waited for.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.reading == Some(request) || self.asked.as_ref().is_some_and(|(asked, _)| *asked == request)
    }

    /// A report arrived.
    pub fn take(&mut self, deployment: String, result: Result<Box<Report>, ErrorReport>) {
        if self.asked.as_ref().is_some_and(|(_, wanted)| *wanted == deployment) {
            self.report = Some((deployment, result));
        }
    }

    /// A file has been read.
    pub fn take_truth(&mut self, request: RequestId, result: Result<Matched, ErrorReport>) {
        if self.reading == Some(request) {
            (self.reading, self.truth) = (None, Some(result));
        }
    }

    /// A request failed as a whole.
    pub fn fail(&mut self, request: RequestId, error: ErrorReport) {
        if self.reading == Some(request) {
            return self.take_truth(request, Err(error));
        }
        if let Some((_, deployment)) = self.asked.clone().filter(|(asked, _)| *asked == request) {
            self.report = Some((deployment, Err(error)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_belongs_to_the_deployment_that_is_shown() {
        let mut monitor = Monitor::default();
        monitor.ask(RequestId(1), "a@1");
        monitor.take("b@1".into(), Ok(Box::default()));
        assert_eq!(monitor.report, None);
        monitor.take("a@1".into(), Ok(Box::default()));
        monitor.ask(RequestId(2), "a@1");
        assert!(monitor.report.is_some(), "shown until a newer one comes");
        monitor.read(RequestId(3));
        assert!(monitor.is_reading() && monitor.is_asked(RequestId(3)));
        monitor.fail(RequestId(3), ErrorReport::new("truth.no_target", "No target."));
        assert!(
            !monitor.is_reading()
                && matches!(monitor.truth, Some(Err(_)))
                && matches!(monitor.report, Some((_, Ok(_))))
        );
        monitor.ask(RequestId(4), "b@1");
        assert_eq!((&monitor.report, &monitor.truth), (&None, &None));
        monitor.fail(RequestId(4), ErrorReport::new("x", "x"));
        assert!(matches!(&monitor.report, Some((name, Err(_))) if name == "b@1"));
    }
}
