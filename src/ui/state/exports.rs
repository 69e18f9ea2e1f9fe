//! What is being taken out, and what became of it.

use crate::base::ErrorReport;
use crate::web::protocol::{BroughtIn, RequestId};

/// The exports of this page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exports {
    waiting: Vec<(RequestId, &'static str)>,
    /// The last one that failed, by its name, until it is asked for again.
    trouble: Option<(&'static str, ErrorReport)>,
    bringing_in: Option<RequestId>,
    /// What came of the last file that was brought in.
    pub brought_in: Option<Result<BroughtIn, ErrorReport>>,
}

impl Exports {
    /// An export was asked for.
    pub fn ask(&mut self, request: RequestId, name: &'static str) {
        self.waiting.push((request, name));
        if self.trouble.as_ref().is_some_and(|(failed, _)| *failed == name) {
            self.trouble = None;
        }
    }

    /// A file is being brought in.
    pub fn bring_in(&mut self, request: RequestId) {
        self.bringing_in = Some(request);
        self.brought_in = None;
    }

    /// Whether a file is being brought in.
    #[must_use]
    pub fn is_bringing_in(&self) -> bool {
        self.bringing_in.is_some()
    }

    /// What came of a file.
    pub fn take_in(&mut self, request: RequestId, result: Result<BroughtIn, ErrorReport>) {
        if self.bringing_in == Some(request) {
            self.bringing_in = None;
            self.brought_in = Some(result);
        }
    }

    /// Whether this request is waited for.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.bringing_in == Some(request) || self.waiting.iter().any(|(waiting, _)| *waiting == request)
    }

    /// Whether a file of this kind is on its way.
    #[must_use]
    pub fn waits(&self, name: &str) -> bool {
        self.waiting.iter().any(|(_, waiting)| *waiting == name)
    }

    /// Why there is no file of this kind.
    #[must_use]
    pub fn trouble(&self, name: &str) -> Option<&ErrorReport> {
        self.trouble.as_ref().filter(|(failed, _)| *failed == name).map(|(_, error)| error)
    }

    /// An export has ended.
    pub fn take(&mut self, request: RequestId, result: Result<(), ErrorReport>) {
        if let (true, Err(error)) = (self.bringing_in == Some(request), &result) {
            self.take_in(request, Err(error.clone()));
        }
        let Some(place) = self.waiting.iter().position(|(waiting, _)| *waiting == request) else { return };
        let (_, name) = self.waiting.remove(place);
        if let Err(error) = result {
            self.trouble = Some((name, error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_waits_until_it_has_ended_and_its_error_until_it_is_asked_for_again() {
        let mut exports = Exports::default();
        exports.ask(RequestId(1), "onnx");
        exports.ask(RequestId(2), "html");
        assert!(exports.waits("onnx") && exports.is_asked(RequestId(2)) && !exports.waits("mlflow"));
        exports.take(RequestId(1), Err(ErrorReport::new("export.no_model", "No model.")));
        assert_eq!(exports.trouble("onnx").map(|error| error.code.as_str()), Some("export.no_model"));
        assert!(exports.trouble("html").is_none() && exports.waits("html") && !exports.waits("onnx"));
        exports.take(RequestId(2), Ok(()));
        exports.ask(RequestId(3), "onnx");
        assert!(exports.trouble("onnx").is_none());
        // One that nobody waits for changes nothing.
        exports.take(RequestId(9), Err(ErrorReport::new("x", "x")));
        assert!(exports.trouble("onnx").is_none());
    }
}
