//! The distinct values of a column and a code for each, in the order in which they appear.

use super::{hash, missing::MissingTokens};
use crate::table::MISSING_CODE;

/// Codes run from 0 to 65,534: the last one of a u16 means missing.
const MAX_LABELS: usize = MISSING_CODE as usize;
/// Labels longer than this altogether are no categories, but free text.
const MAX_BYTES: usize = 32 << 20;

/// A value → code table over bytes.
#[derive(Debug, Clone)]
pub(super) struct Dictionary {
    /// Open addressing: the upper half of the hash beside the entry's number plus one; 0 is free.
    slots: Vec<u64>,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    n_labels: usize,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    len: u32,
    code: u16,
    count: u64,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self { slots: vec![0; 64], entries: Vec::new(), bytes: Vec::new(), n_labels: 0 }
    }
}

impl Dictionary {
    /// The code of `cell`, which is learned if it is new and counted in any case; `MISSING_CODE` for missing tokens.
    /// `None` when there is no room for one more: then `cell` is not counted.
    #[inline]
    pub(super) fn code(&mut self, cell: &[u8], missing: &MissingTokens) -> Option<u16> {
        let hash = hash::bytes(cell);
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let slot = self.slots.get(place).copied().unwrap_or(0);
            if slot == 0 {
                return self.learn(cell, hash, missing);
            }
            if slot >> 32 == hash >> 32
                && let Some(entry) = self.entries.get_mut((slot as u32 - 1) as usize)
                && self.bytes.get(entry.start as usize..).and_then(|rest| rest.get(..entry.len as usize)) == Some(cell)
            {
                entry.count += 1;
                return Some(entry.code);
            }
            place = (place + 1) & mask;
        }
    }

    #[inline(never)]
    fn learn(&mut self, cell: &[u8], hash: u64, missing: &MissingTokens) -> Option<u16> {
        let is_missing = missing.contains(cell);
        if !is_missing && (self.n_labels == MAX_LABELS || self.bytes.len() + cell.len() > MAX_BYTES) {
            return None;
        }
        let code = if is_missing { MISSING_CODE } else { self.n_labels as u16 };
        self.n_labels += usize::from(!is_missing);
        self.entries.push(Entry { start: self.bytes.len() as u32, len: cell.len() as u32, code, count: 1 });
        self.bytes.extend_from_slice(cell);
        if self.entries.len() * 2 > self.slots.len() {
            self.grow();
        } else {
            place(&mut self.slots, hash, self.entries.len());
        }
        Some(code)
    }

    fn grow(&mut self) {
        let mut slots = vec![0; self.slots.len() * 4];
        for (number, entry) in self.entries.iter().enumerate() {
            place(&mut slots, hash::bytes(self.cell(entry)), number + 1);
        }
        self.slots = slots;
    }

    fn cell(&self, entry: &Entry) -> &[u8] {
        let start = entry.start as usize;
        self.bytes.get(start..start + entry.len as usize).unwrap_or_default()
    }

    /// Labels and how often each occurs, by code.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.entries.iter().filter(|entry| entry.code != MISSING_CODE).map(|entry| (self.cell(entry), entry.count))
    }

    /// Number of distinct values that are not missing.
    pub(super) fn n_labels(&self) -> usize {
        self.n_labels
    }
}

fn place(slots: &mut [u64], hash: u64, number: usize) {
    let mask = slots.len() - 1;
    let mut place = hash as usize & mask;
    while slots.get(place).is_some_and(|slot| *slot != 0) {
        place = (place + 1) & mask;
    }
    if let Some(slot) = slots.get_mut(place) {
        *slot = hash >> 32 << 32 | number as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_run_in_order_of_appearance_up_to_the_limit() {
        let missing = MissingTokens::new(None);
        let mut dictionary = Dictionary::default();
        for (cell, code) in [("b", 0), ("NA", MISSING_CODE), ("a", 1), ("b", 0), ("", MISSING_CODE)] {
            assert_eq!(dictionary.code(cell.as_bytes(), &missing), Some(code));
        }
        assert_eq!(dictionary.labels().collect::<Vec<_>>(), [(b"b".as_slice(), 2), (b"a", 1)]);
        for number in 2..MAX_LABELS {
            assert_eq!(dictionary.code(number.to_string().as_bytes(), &missing), Some(number as u16));
        }
        assert_eq!(dictionary.code(b"one more", &missing), None);
        assert_eq!(dictionary.code(b"null", &missing), Some(MISSING_CODE));
        assert_eq!(dictionary.code(b"65534", &missing), Some(65534));
    }
}
