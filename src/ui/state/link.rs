//! The spec in a link: `#p=` and the base64url of its canonical JSON.

use crate::base::Coded;
use crate::pipeline::PipelineSpec;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The fragment, with its `#`, that stands for this spec.
#[must_use]
pub fn fragment(spec: &PipelineSpec) -> String {
    format!("#p={}", encode(spec.to_canonical_json().as_bytes()))
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
    let Some(json) = decode(text).and_then(|bytes| String::from_utf8(bytes).ok()).filter(|json| is_whole(json)) else {
        return Some(Err(LinkError::Damaged { shown }));
    };
    Some(PipelineSpec::from_json(&json).map_err(|error| LinkError::Refused { reason: error.to_string(), shown }))
}

/// Whether a text is JSON from its beginning to its end.
fn is_whole(json: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(json).is_ok()
}

/// base64url without padding (RFC 4648 §5).
fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = (word >> (18 - 6 * place) & 63) as usize;
            out.push(DIGITS.get(digit).copied().map_or('A', char::from));
        }
    }
    out
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut word = 0u32;
        for byte in chunk {
            let digit = DIGITS.iter().position(|digit| digit == byte)?;
            word = word << 6 | digit as u32;
        }
        let [_, bytes @ ..] = (word << (6 * (4 - chunk.len()))).to_be_bytes();
        out.extend(bytes.iter().take(chunk.len().checked_sub(1).filter(|n| *n > 0)?));
    }
    Some(out)
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
    fn base64url_is_that_of_rfc_4648() {
        // RFC 4648 §10, without padding.
        for (text, code) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(encode(text.as_bytes()), code);
            assert_eq!(decode(code).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(encode(&[0xfb, 0xff]), "-_8");
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
        let link = format!("#p={}", encode(br#"{"pipette":1,"no_such_field":2}"#));
        let Some(Err(error)) = from_fragment(&link, "the sample") else { panic!("taken in") };
        assert_eq!(error.code(), "link.refused");
        assert!(error.to_string().contains("no_such_field"), "{error}");
    }
}
