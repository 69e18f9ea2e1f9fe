//! The file's bytes → bytes in which ASCII is ASCII: what the scanner needs. UTF-16 is transcoded to UTF-8 as it
//! arrives; everything else passes as it is, and is UTF-8 or Windows-1252 depending on what the whole file holds.

use std::borrow::Cow;

use super::Encoding;

/// Bytes that a byte order mark takes, and what it says.
pub(super) fn byte_order_mark(head: &[u8]) -> Option<(Encoding, usize)> {
    match head {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

/// Decodes a stream.
#[derive(Debug, Clone)]
pub(super) enum Decoder {
    /// Not UTF-16: whether it is UTF-8 is found on the way.
    Bytes(Utf8Check),
    Utf16(Utf16),
}

impl Decoder {
    /// A decoder for UTF-16, or for all else.
    pub(super) fn new(encoding: Option<Encoding>) -> Self {
        match encoding {
            Some(Encoding::Utf16Le) => Self::Utf16(Utf16::new(u16::from_le_bytes)),
            Some(Encoding::Utf16Be) => Self::Utf16(Utf16::new(u16::from_be_bytes)),
            _ => Self::Bytes(Utf8Check::default()),
        }
    }

    /// Appends the text of the next bytes to `text`.
    pub(super) fn push(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        match self {
            Self::Bytes(check) => {
                check.push(bytes);
                text.extend_from_slice(bytes);
            }
            Self::Utf16(decoder) => decoder.push(bytes, text),
        }
    }

    /// Appends what is left when no bytes follow.
    pub(super) fn finish(&mut self, text: &mut Vec<u8>) {
        match self {
            Self::Bytes(check) => check.finish(),
            Self::Utf16(decoder) => decoder.finish(text),
        }
    }

    /// Whether all bytes so far are UTF-8.
    pub(super) fn is_utf8(&self) -> bool {
        !matches!(self, Self::Bytes(check) if check.is_broken)
    }

    /// How many bytes of the file `text` took.
    pub(super) fn file_len(&self, text: &[u8]) -> u64 {
        match self {
            Self::Bytes(_) => text.len() as u64,
            // Each character but those of four bytes is one unit.
            Self::Utf16(_) => {
                let units: usize =
                    text.iter().map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0)).sum();
                2 * units as u64
            }
        }
    }
}

/// Whether a stream is UTF-8.
#[derive(Debug, Clone, Default)]
pub(super) struct Utf8Check {
    is_broken: bool,
    /// The beginning of a character whose end has not arrived.
    begun: Vec<u8>,
}

impl Utf8Check {
    fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while !self.is_broken && !self.begun.is_empty() {
            let Some((first, rest)) = bytes.split_first() else { return };
            self.begun.push(*first);
            bytes = rest;
            match std::str::from_utf8(&self.begun) {
                Ok(_) => self.begun.clear(),
                Err(error) => self.is_broken = error.error_len().is_some(),
            }
        }
        if self.is_broken {
            return;
        }
        if let Err(error) = std::str::from_utf8(bytes) {
            self.is_broken = error.error_len().is_some();
            self.begun = bytes.get(error.valid_up_to()..).unwrap_or_default().to_vec();
        }
    }

    fn finish(&mut self) {
        self.is_broken |= !self.begun.is_empty();
    }
}

/// UTF-16 → UTF-8. What is no character becomes U+FFFD.
#[derive(Debug, Clone)]
pub(super) struct Utf16 {
    unit: fn([u8; 2]) -> u16,
    half: Option<u8>,
    high: Option<u16>,
}

impl Utf16 {
    fn new(unit: fn([u8; 2]) -> u16) -> Self {
        Self { unit, half: None, high: None }
    }

    fn push(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        let mut bytes = bytes;
        if let (Some(first), Some((second, rest))) = (self.half, bytes.split_first()) {
            self.half = None;
            self.take((self.unit)([first, *second]), text);
            bytes = rest;
        }
        let pairs = bytes.chunks_exact(2);
        if let [last] = pairs.remainder() {
            self.half = Some(*last);
        }
        for pair in pairs {
            if let [first, second] = pair {
                self.take((self.unit)([*first, *second]), text);
            }
        }
    }

    fn take(&mut self, unit: u16, text: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            let pair = char::decode_utf16([high, unit]).next();
            if let Some(Ok(character)) = pair {
                append(character, text);
                return;
            }
            append(char::REPLACEMENT_CHARACTER, text);
        }
        match unit {
            0xd800..=0xdbff => self.high = Some(unit),
            _ => append(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER), text),
        }
    }

    fn finish(&mut self, text: &mut Vec<u8>) {
        if self.high.take().is_some() || self.half.take().is_some() {
            append(char::REPLACEMENT_CHARACTER, text);
        }
    }
}

fn append(character: char, text: &mut Vec<u8>) {
    text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// A cell or name as text, once the file's encoding is known.
pub(super) fn text(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    if encoding == Encoding::Windows1252 { windows_1252(bytes) } else { String::from_utf8_lossy(bytes) }
}

/// A name while the encoding is not settled: UTF-8 if it is that.
pub(super) fn likely_text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| windows_1252(bytes), Cow::Borrowed)
}

fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    // The WHATWG's table for 0x80 to 0x9f; the other bytes are the code points of the same number.
    const TABLE: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    if bytes.is_ascii() {
        return String::from_utf8_lossy(bytes);
    }
    let decode = |byte: &u8| match byte {
        0x80..=0x9f => TABLE.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from(*byte),
    };
    Cow::Owned(bytes.iter().map(decode).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], encoding: Encoding, piece: usize) -> (Vec<u8>, bool) {
        let mut decoder = Decoder::new(Some(encoding));
        let mut text = Vec::new();
        bytes.chunks(piece).for_each(|bytes| decoder.push(bytes, &mut text));
        decoder.finish(&mut text);
        if decoder.is_utf8() && encoding != Encoding::Utf8 {
            // An odd last byte is half a unit.
            assert_eq!(decoder.file_len(&text), bytes.len().next_multiple_of(2) as u64);
        }
        (text, decoder.is_utf8())
    }

    #[test]
    fn utf16_in_pieces() {
        let text = "é,😀\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for piece in 1..8 {
            assert_eq!(decode(&bytes, Encoding::Utf16Be, piece).0, text.as_bytes());
        }
        let lone = [0x3d, 0xd8, 0x41, 0x00, 0x42];
        assert_eq!(decode(&lone, Encoding::Utf16Le, 1).0, "\u{fffd}A\u{fffd}".as_bytes());
    }

    #[test]
    fn utf8_is_checked_across_pieces() {
        for piece in 1..8 {
            assert!(decode("a,é😀,東京".as_bytes(), Encoding::Utf8, piece).1);
            assert!(!decode(b"ok,\xff\xfe,ok", Encoding::Utf8, piece).1);
            assert!(!decode(b"cut \xe6\x9d", Encoding::Utf8, piece).1);
        }
    }

    #[test]
    fn windows_1252_has_all_bytes() {
        assert_eq!(text(b"\x93q\x94 \x96 \x805 \xe3", Encoding::Windows1252), "“q” – €5 ã");
        assert_eq!(likely_text(b"S\xe3o"), "São");
        assert_eq!(likely_text("São".as_bytes()), "São");
    }
}
