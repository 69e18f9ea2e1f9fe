//! base64url without padding (RFC 4648 §5): bytes inside an address.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The text that stands for these bytes.
#[must_use]
pub fn to_base64url(bytes: &[u8]) -> String {
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

/// The bytes of such a text; `None` where it is none.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    for chunk in text.trim_end_matches('=').as_bytes().chunks(4) {
        let mut word = 0u32;
        for byte in chunk {
            word = word << 6 | value(*byte)?;
        }
        let [_, bytes @ ..] = (word << (6 * (4 - chunk.len()))).to_be_bytes();
        out.extend(bytes.iter().take(chunk.len().checked_sub(1).filter(|n| *n > 0)?));
    }
    Some(out)
}

fn value(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_rfc_4648() {
        // RFC 4648 §10, without padding.
        for (text, code) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(to_base64url(text.as_bytes()), code);
            assert_eq!(from_base64url(code).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        for wrong in ["A", "!!!", "Zm9v/", "ü"] {
            assert_eq!(from_base64url(wrong), None, "{wrong}");
        }
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(from_base64url(&to_base64url(&all)), Some(all));
    }
}
