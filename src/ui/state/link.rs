//! The spec in a link: `#p=` and the base64url of its canonical JSON.

use crate::pipeline::PipelineSpec;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The fragment, with its `#`, that stands for this spec.
#[must_use]
pub fn fragment(spec: &PipelineSpec) -> String {
    format!("#p={}", encode(spec.to_canonical_json().as_bytes()))
}

/// The spec of a fragment; `None` when it holds none that can be read.
#[must_use]
pub fn from_fragment(fragment: &str) -> Option<PipelineSpec> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let text = fragment.split('&').find_map(|pair| pair.strip_prefix("p="))?;
    PipelineSpec::from_json(std::str::from_utf8(&decode(text)?).ok()?).ok()
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
            assert_eq!(from_fragment(&link), Some(spec.clone()));
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
        for text in ["", "#", "#p=", "#p=!!!", "#p=Zm9v", "#p=A", "#metrics"] {
            assert_eq!(from_fragment(text), None, "{text}");
        }
    }
}
