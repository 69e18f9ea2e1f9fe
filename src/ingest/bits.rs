//! Finding bytes many at a time: 64 bytes become a word with a bit for each byte that matters to a CSV scanner.

/// Bytes looked at in one go.
pub(super) const WIDTH: usize = 64;

/// A bit for each of the `WIDTH` bytes from `from` on that is the delimiter, a quote, `\n` or `\r`; lowest bit first.
/// Bytes beyond the end have none.
#[inline]
pub(super) fn special_bytes(text: &[u8], from: usize, delimiter: u8) -> u64 {
    if let Some(block) = text.get(from..).and_then(|rest| rest.first_chunk::<WIDTH>()) {
        return special_in(block, delimiter);
    }
    let rest = text.get(from..).unwrap_or_default();
    let mut block = [0; WIDTH];
    block.iter_mut().zip(rest).for_each(|(to, byte)| *to = *byte);
    special_in(&block, delimiter)
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline]
fn special_in(block: &[u8; WIDTH], delimiter: u8) -> u64 {
    let delimiters = splat(delimiter);
    let mut bits = 0;
    for (place, word) in block.chunks_exact(8).enumerate() {
        let word = word.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let hits = zeros(word ^ delimiters)
            | zeros(word ^ splat(b'"'))
            | zeros(word ^ splat(b'\n'))
            | zeros(word ^ splat(b'\r'));
        // The multiplication gathers the top bit of each byte in the top byte.
        bits |= ((hits >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (place * 8);
    }
    bits
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline]
fn special_in(block: &[u8; WIDTH], delimiter: u8) -> u64 {
    use core::arch::wasm32::{i8x16_bitmask, i8x16_eq, i8x16_splat, u64x2, v128_or};
    let delimiters = i8x16_splat(delimiter as i8);
    let mut bits = 0;
    for (place, lanes) in block.chunks_exact(16).enumerate() {
        let (low, high) = lanes.split_at(8);
        let word = |half: &[u8]| half.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let lanes = u64x2(word(low), word(high));
        let hits = v128_or(
            v128_or(i8x16_eq(lanes, delimiters), i8x16_eq(lanes, i8x16_splat(b'"' as i8))),
            v128_or(i8x16_eq(lanes, i8x16_splat(b'\n' as i8)), i8x16_eq(lanes, i8x16_splat(b'\r' as i8))),
        );
        bits |= u64::from(i8x16_bitmask(hits)) << (place * 16);
    }
    bits
}

/// The place of the first `byte` at or after `from`.
#[inline]
pub(super) fn find(text: &[u8], from: usize, byte: u8) -> Option<usize> {
    let rest = text.get(from..)?;
    let pattern = splat(byte);
    let mut at = from;
    for word in rest.chunks_exact(8) {
        let word = word.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let hits = zeros(word ^ pattern);
        if hits != 0 {
            return Some(at + hits.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    text.get(at..)?.iter().position(|other| *other == byte).map(|place| at + place)
}

/// How many lines end in `text`: `\n`, `\r\n` and a lone `\r` count once each.
pub(super) fn count_lines(text: &[u8]) -> u64 {
    let line_feeds = text.iter().filter(|byte| **byte == b'\n').count();
    let returns = text.iter().filter(|byte| **byte == b'\r').count();
    if returns == 0 {
        return line_feeds as u64;
    }
    let pairs = text.windows(2).filter(|pair| *pair == b"\r\n").count();
    (line_feeds + returns - pairs) as u64
}

const fn splat(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// The top bit of each byte that is zero; exact, no carries between bytes.
#[inline]
const fn zeros(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    !(((word & LOW) + LOW) | word | LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn finds_what_a_loop_finds(text in proptest::collection::vec(proptest::prelude::prop_oneof![
            proptest::strategy::Just(b','), proptest::strategy::Just(b'"'), proptest::strategy::Just(b'\n'),
            proptest::strategy::Just(b'\r'), proptest::num::u8::ANY], 0..150), from in 0_usize..100) {
            let bits = special_bytes(&text, from, b',');
            for place in 0..WIDTH {
                let special = text.get(from + place).is_some_and(|byte| b",\"\n\r".contains(byte));
                proptest::prop_assert_eq!(bits >> place & 1 == 1, special);
            }
            let first = (from..text.len()).find(|place| text[*place] == b'"');
            proptest::prop_assert_eq!(find(&text, from, b'"'), first);
        }
    }

    #[test]
    fn lines_end_in_three_ways() {
        assert_eq!(count_lines(b"a\nb\r\nc\rd"), 3);
        assert_eq!(count_lines(b"\r\r\n\n"), 3);
    }
}
