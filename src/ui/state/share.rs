//! A link that is being made: the data of its pipeline, as the worker packs it.

use crate::base::ErrorReport;
use crate::web::protocol::RequestId;

/// The data of a link.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Share {
    asked: Option<RequestId>,
    /// Packed, or why it is not in the link; `None` while it is packed.
    pub data: Option<Result<String, ErrorReport>>,
}

impl Share {
    /// The data was asked for.
    pub fn ask(&mut self, request: RequestId) {
        *self = Self { asked: Some(request), data: None };
    }

    /// Whether this request is waited for.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        self.asked == Some(request)
    }

    /// The answer; one to an older question is not wanted any more.
    pub fn take(&mut self, request: RequestId, data: Result<String, ErrorReport>) {
        if self.is_asked(request) {
            *self = Self { asked: None, data: Some(data) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_question_is_answered() {
        let mut share = Share::default();
        share.ask(RequestId(1));
        share.ask(RequestId(2));
        share.take(RequestId(1), Ok("old".into()));
        assert_eq!(share.data, None);
        share.take(RequestId(2), Ok("new".into()));
        assert_eq!(share.data, Some(Ok("new".into())));
        assert!(!share.is_asked(RequestId(2)));
    }
}
