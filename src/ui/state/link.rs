//! The spec in a link: `#p=` and the base64url of its canonical JSON; in a link that somebody shares, `&d=` and the data
//! (`export::share`).

use crate::base::{Coded, from_base64url, to_base64url};
use crate::pipeline::PipelineSpec;

/// A longer pipeline is not read from a link: nobody has written so long a one, and it would have to be parsed.
const MOST_PIPELINE: usize = 1 << 20;

/// The fragment, with its `#`, that stands for this spec.
#[must_use]
pub fn fragment(spec: &PipelineSpec) -> String {
    format!("#p={}", to_base64url(spec.to_canonical_json().as_bytes()))
}

/// The fragment with the data, where there is some.
#[must_use]
pub fn fragment_with(spec: &PipelineSpec, data: Option<&str>) -> String {
    let fragment = fragment(spec);
    data.map_or(fragment.clone(), |data| format!("{fragment}&d={data}"))
}

/// The packed data of a fragment. It is not looked at here: that is the worker's, and it believes none of it.
#[must_use]
pub fn data_of(fragment: &str) -> Option<String> {
    fragment.split('&').find_map(|pair| pair.strip_prefix("d=")).filter(|data| !data.is_empty()).map(str::to_owned)
}

/// Why the pipeline of a link is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    #[error(
        "The link is damaged: the pipeline in it cannot be read. Most often its end was cut off; copy the whole address \
         and open it again. Until then the page shows {shown}."
    )]
    Damaged { shown: &'static str },
    #[error("The pipeline of this link is not accepted. {reason} Until it is mended the page shows {shown}.")]
    Refused { reason: String, shown: &'static str },
}

impl Coded for LinkError {
    fn code(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "link.damaged",
            Self::Refused { .. } => "link.refused",
        }
    }
}

/// The spec of a fragment; `None` when it holds none. `shown` says what the page shows where the link cannot be used.
///
/// # Errors
/// [`LinkError`] when there is a pipeline that is cut off, or one that this version does not take.
pub fn from_fragment(fragment: &str, shown: &'static str) -> Option<Result<PipelineSpec, LinkError>> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let text = fragment.split('&').find_map(|pair| pair.strip_prefix("p="))?;
    let text = if text.len() > MOST_PIPELINE { "" } else { text };
    let Some(json) = from_base64url(text).and_then(|bytes| String::from_utf8(bytes).ok()).filter(|json| is_whole(json))
    else {
        return Some(Err(LinkError::Damaged { shown }));
    };
    Some(PipelineSpec::from_json(&json).map_err(|error| LinkError::Refused { reason: error.to_string(), shown }))
}

/// Whether a text is JSON from its beginning to its end.
fn is_whole(json: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(json).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_survives_its_link() {
        let mut spec = PipelineSpec { name: "prévision ☂".into(), ..PipelineSpec::default() };
        for target in ["", "a", "ab", "review_score"] {
            spec.features.target = target.into();
            let link = fragment(&spec);
            assert!(link.bytes().skip(3).all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            assert_eq!(from_fragment(&link, "it"), Some(Ok(spec.clone())));
        }
    }

    #[test]
    fn the_data_stands_beside_the_spec() {
        let spec = PipelineSpec::default();
        let link = fragment_with(&spec, Some("Zm9v"));
        assert_eq!(from_fragment(&link, "it"), Some(Ok(spec.clone())));
        assert_eq!(data_of(&link).as_deref(), Some("Zm9v"));
        assert_eq!(data_of(&fragment_with(&spec, None)), None);
        assert_eq!(data_of("#p=Zm9v&d="), None);
    }

    #[test]
    fn a_pipeline_without_end_is_not_read() {
        let endless = format!("#p={}", "A".repeat(MOST_PIPELINE + 1));
        assert_eq!(from_fragment(&endless, "it"), Some(Err(LinkError::Damaged { shown: "it" })));
    }

    #[test]
    fn what_is_no_link_is_none() {
        for text in ["", "#", "#metrics", "#top&q=1"] {
            assert_eq!(from_fragment(text, "it"), None, "{text}");
        }
    }

    #[test]
    fn a_link_that_is_cut_off_is_said_to_be() {
        let link = fragment(&PipelineSpec::default());
        let damaged = Some(Err(LinkError::Damaged { shown: "it" }));
        for end in 3..link.len() {
            assert_eq!(from_fragment(&link[..end], "it"), damaged, "{end}");
        }
        for text in ["#p=", "#p=!!!", "#p=Zm9v", "#p=A"] {
            assert_eq!(from_fragment(text, "it"), damaged, "{text}");
        }
    }

    #[test]
    fn a_pipeline_that_is_not_ours_is_refused_with_its_reason() {
        let link = format!("#p={}", to_base64url(br#"{"pipette":1,"no_such_field":2}"#));
        let Some(Err(error)) = from_fragment(&link, "the sample") else { panic!("taken in") };
        assert_eq!(error.code(), "link.refused");
        assert!(error.to_string().contains("no_such_field"), "{error}");
    }
}
