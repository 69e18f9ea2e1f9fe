//! What rules would change, as far as the worker has told.

use std::sync::Arc;

use crate::base::ErrorReport;
use crate::clean::Preview;
use crate::web::protocol::RequestId;

/// Which rule a preview is of. Each has its own, for both can be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreviewOf {
    /// The one that is not added yet.
    Draft,
    /// The one of the list that is being edited.
    Edited,
}

/// What the worker said.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewAnswer {
    pub preview: Result<Preview, ErrorReport>,
    /// Only so many rows were looked at.
    pub first_rows: Option<u64>,
}

/// The newest answers, and what is still asked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Previews {
    draft: Asked,
    edited: Asked,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Asked {
    request: Option<RequestId>,
    answer: Option<Arc<PreviewAnswer>>,
}

impl Previews {
    /// A preview was asked for; the answer before stays until the new one comes.
    pub fn ask(&mut self, of: PreviewOf, request: RequestId) {
        self.of_mut(of).request = Some(request);
    }

    /// There is nothing to tell any more.
    pub fn forget(&mut self, of: PreviewOf) {
        *self.of_mut(of) = Asked::default();
    }

    /// Takes an answer in; one that nobody waits for any more is let go.
    pub fn take(&mut self, request: RequestId, answer: PreviewAnswer) {
        for asked in [&mut self.draft, &mut self.edited] {
            if asked.request == Some(request) {
                asked.request = None;
                asked.answer = Some(Arc::new(answer));
                return;
            }
        }
    }

    /// Whether an answer to this request is waited for.
    #[must_use]
    pub fn is_asked(&self, request: RequestId) -> bool {
        [&self.draft, &self.edited].iter().any(|asked| asked.request == Some(request))
    }

    /// The answer, and whether a newer one is on its way.
    #[must_use]
    pub fn of(&self, of: PreviewOf) -> (Option<Arc<PreviewAnswer>>, bool) {
        let asked = match of {
            PreviewOf::Draft => &self.draft,
            PreviewOf::Edited => &self.edited,
        };
        (asked.answer.clone(), asked.request.is_some())
    }

    fn of_mut(&mut self, of: PreviewOf) -> &mut Asked {
        match of {
            PreviewOf::Draft => &mut self.draft,
            PreviewOf::Edited => &mut self.edited,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(n_changed: u64) -> PreviewAnswer {
        PreviewAnswer { preview: Ok(Preview { n_changed, ..Preview::default() }), first_rows: None }
    }

    #[test]
    fn only_the_newest_answer_counts_and_each_has_its_own() {
        let mut previews = Previews::default();
        previews.ask(PreviewOf::Draft, RequestId(1));
        previews.ask(PreviewOf::Draft, RequestId(2));
        previews.ask(PreviewOf::Edited, RequestId(3));
        previews.take(RequestId(1), answer(1));
        assert_eq!(previews.of(PreviewOf::Draft), (None, true));
        previews.take(RequestId(3), answer(3));
        previews.take(RequestId(2), answer(2));
        assert_eq!(previews.of(PreviewOf::Draft), (Some(Arc::new(answer(2))), false));
        previews.ask(PreviewOf::Draft, RequestId(4));
        assert_eq!(previews.of(PreviewOf::Draft), (Some(Arc::new(answer(2))), true));
        previews.forget(PreviewOf::Draft);
        previews.take(RequestId(4), answer(4));
        assert_eq!(previews.of(PreviewOf::Draft), (None, false));
        assert_eq!(previews.of(PreviewOf::Edited), (Some(Arc::new(answer(3))), false));
    }
}
