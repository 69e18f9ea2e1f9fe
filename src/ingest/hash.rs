//! A fast hash of bytes, the same on every machine. It only finds equal cells: no protection against chosen input.

const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0xd6e8_feb8_6659_fd93;

/// The hash of a cell.
#[inline]
pub(super) fn bytes(cell: &[u8]) -> u64 {
    let mut hash = (cell.len() as u64).wrapping_mul(FIRST);
    let words = cell.chunks_exact(8);
    let rest = words.remainder();
    for word in words {
        hash = mix(hash ^ word.first_chunk().map_or(0, |word| u64::from_le_bytes(*word)));
    }
    if !rest.is_empty() {
        // The last bytes as one word: two halves that may overlap.
        let word = if let (Some(low), Some(high)) = (rest.first_chunk(), rest.last_chunk()) {
            u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << 32
        } else {
            rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
        };
        hash = mix(hash ^ word);
    }
    finish(hash)
}

#[inline]
fn mix(hash: u64) -> u64 {
    let hash = hash.wrapping_mul(SECOND);
    hash ^ hash >> 32
}

#[inline]
fn finish(hash: u64) -> u64 {
    mix(hash.wrapping_mul(FIRST) ^ hash >> 29)
}
