//! A data set inside a link: deflated, as base64url. Whoever opens a link did not make it: what comes out is limited, and is
//! taken only when it has the digest that the link's pipeline names.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use crate::base::{Coded, Digest, from_base64url, to_base64url};

/// The most that a link holds of a data set, compressed: longer addresses are cut by what they pass through.
pub const MOST_PACKED: usize = 32 << 10;
/// The most that is unpacked of one.
pub const MOST_UNPACKED: usize = 4 << 20;

/// Why a data set is not in a link, or does not come out of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShareError {
    #[error(
        "The data does not fit into a link: compressed it has more than 32 kB. The link names it by its digest; send the file along."
    )]
    TooLarge,
    #[error(
        "The file is not at hand in this visit. The link names it by its digest; open the file again to put it into the link."
    )]
    NotAtHand,
    #[error(
        "The data in this link is damaged. Most often its end was cut off: copy the whole address and open it again, or open the file itself."
    )]
    Damaged,
    #[error("The data in this link unpacks to more than 4 MB and is not taken. Ask for the file itself.")]
    Bomb,
    #[error(
        "The data in this link is not what its pipeline was made for: the digests differ. Ask for the file itself."
    )]
    OtherData,
}

impl Coded for ShareError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "share.too_large",
            Self::NotAtHand => "share.not_at_hand",
            Self::Damaged => "share.damaged",
            Self::Bomb => "share.bomb",
            Self::OtherData => "share.other_data",
        }
    }
}

/// A data set as a part of a link.
///
/// # Errors
/// `TooLarge`.
pub fn pack(bytes: &[u8]) -> Result<String, ShareError> {
    if bytes.len() > MOST_UNPACKED {
        return Err(ShareError::TooLarge);
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let packed = encoder.write_all(bytes).and_then(|()| encoder.finish()).map_err(|_| ShareError::TooLarge)?;
    if packed.len() > MOST_PACKED { Err(ShareError::TooLarge) } else { Ok(to_base64url(&packed)) }
}

/// The data set of a link, which must be the one of this digest.
///
/// # Errors
/// `Damaged`, `Bomb`, `OtherData`.
pub fn unpack(text: &str, digest: Option<&Digest>) -> Result<Vec<u8>, ShareError> {
    if text.len() > MOST_PACKED.div_ceil(3) * 4 {
        return Err(ShareError::Damaged);
    }
    let packed = from_base64url(text).ok_or(ShareError::Damaged)?;
    let mut bytes = Vec::new();
    let limit = MOST_UNPACKED as u64 + 1;
    DeflateDecoder::new(&packed[..]).take(limit).read_to_end(&mut bytes).map_err(|_| ShareError::Damaged)?;
    if bytes.len() > MOST_UNPACKED {
        return Err(ShareError::Bomb);
    }
    if digest != Some(&Digest::of(&bytes)) {
        return Err(ShareError::OtherData);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &[u8] = include_bytes!("../../data/longley.csv");

    #[test]
    fn a_data_set_survives_its_link() {
        let text = pack(CSV).unwrap();
        assert!(text.len() < CSV.len(), "{} characters for {} bytes", text.len(), CSV.len());
        assert_eq!(unpack(&text, Some(&Digest::of(CSV))).as_deref(), Ok(CSV));
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    }

    #[test]
    fn what_is_too_large_is_not_packed() {
        // Noise does not get smaller.
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(MOST_PACKED + 1)
        .collect();
        assert_eq!(pack(&noise), Err(ShareError::TooLarge));
        assert_eq!(pack(&vec![b'1'; MOST_UNPACKED + 1]), Err(ShareError::TooLarge));
    }

    #[test]
    fn a_hostile_link_is_refused() {
        let text = pack(CSV).unwrap();
        let digest = Digest::of(CSV);
        for end in 0..text.len() {
            assert!(unpack(&text[..end], Some(&digest)).is_err(), "cut at {end}");
        }
        assert_eq!(unpack(&text, Some(&Digest::of(b"other"))), Err(ShareError::OtherData));
        assert_eq!(unpack(&text, None), Err(ShareError::OtherData));
        assert_eq!(unpack("!!", Some(&digest)), Err(ShareError::Damaged));
        assert_eq!(unpack(&"A".repeat(50_000), Some(&digest)), Err(ShareError::Damaged));
        let bomb = vec![b'0'; MOST_UNPACKED + 1];
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bomb).unwrap();
        let packed = to_base64url(&encoder.finish().unwrap());
        assert_eq!(unpack(&packed, Some(&Digest::of(&bomb))), Err(ShareError::Bomb));
    }
}
