//! Rows that are equal in some columns.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::CleanError;
use crate::table::{Column, ColumnData, MISSING_CODE, MISSING_TIME};

/// The number of its group for each row: rows are in one group when their cells are equal in all `columns` (missing
/// ones are equal to each other, as in pandas' `duplicated`). Groups count from 0 in order of appearance.
///
/// # Errors
/// `ValuesNotKept` for a column of free text.
pub(super) fn groups(
    columns: &[&Column],
    n_rows: usize,
    rule: usize,
    action: &'static str,
) -> Result<Vec<u32>, CleanError> {
    // Two mixed words of 64 bits a row: among a billion rows, two different ones meet with probability 1e-20.
    let mut hashes = vec![(0x243f_6a88_85a3_08d3_u64, 0x1319_8a2e_0370_7344_u64); n_rows];
    for column in columns {
        match &*column.data {
            ColumnData::Number(values) => {
                mix_in(&mut hashes, values, |value| if value.is_nan() { u64::MAX } else { (value + 0.0).to_bits() });
            }
            ColumnData::Timestamp(values) => mix_in(&mut hashes, values, |value| *value as u64),
            ColumnData::Category { codes, .. } => mix_in(&mut hashes, codes, |code| u64::from(*code)),
            ColumnData::Text { .. } => {
                return Err(CleanError::ValuesNotKept { rule, action, column: column.name.clone() });
            }
        }
    }
    let mut found: HashMap<(u64, u64), u32, BuildHasherDefault<Mixed>> = HashMap::default();
    Ok(hashes
        .into_iter()
        .map(|hash| {
            let next = found.len() as u32;
            *found.entry(hash).or_insert(next)
        })
        .collect())
}

/// As `groups`, but rows with a missing cell in one of the columns are in none, as in pandas' `groupby`.
pub(super) fn groups_of_known(
    columns: &[&Column],
    n_rows: usize,
    rule: usize,
    action: &'static str,
) -> Result<Vec<Option<u32>>, CleanError> {
    let all = groups(columns, n_rows, rule, action)?;
    let mut missing = vec![false; n_rows];
    columns.iter().for_each(|column| super::missing::mark_missing(column, &mut missing));
    Ok(all.into_iter().zip(missing).map(|(group, missing)| (!missing).then_some(group)).collect())
}

/// How many groups there are.
pub(super) fn n_groups(groups: impl Iterator<Item = u32>) -> usize {
    groups.max().map_or(0, |last| last as usize + 1)
}

fn mix_in<T>(hashes: &mut [(u64, u64)], cells: &[T], bits: impl Fn(&T) -> u64) {
    for (hash, cell) in hashes.iter_mut().zip(cells) {
        let bits = bits(cell);
        hash.0 = mix(hash.0 ^ bits).wrapping_add(0x9e37_79b9_7f4a_7c15);
        hash.1 = mix(hash.1.rotate_left(23) ^ bits.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_add(1);
    }
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a bijection that spreads each bit over all.
fn mix(mut x: u64) -> u64 {
    x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// Takes words that are mixed already as they are.
#[derive(Debug, Default)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = mix(self.0 ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 ^= word;
    }
}

/// Whether all known cells are equal; `None` for free text.
pub(super) fn is_constant(column: &Column) -> Option<bool> {
    fn equal<T: PartialEq>(mut known: impl Iterator<Item = T>) -> bool {
        let first = known.next();
        known.all(|value| Some(value) == first)
    }
    match &*column.data {
        ColumnData::Number(values) => Some(equal(values.iter().filter(|value| !value.is_nan()))),
        ColumnData::Timestamp(values) => Some(equal(values.iter().filter(|value| **value != MISSING_TIME))),
        ColumnData::Category { codes, .. } => Some(equal(codes.iter().filter(|code| **code != MISSING_CODE))),
        ColumnData::Text { .. } => None,
    }
}

/// How often the most frequent value occurs, and how many cells are known; `None` for free text.
pub(super) fn largest_count(column: &Column) -> Option<(u64, u64)> {
    let mut counts: HashMap<u64, u64, BuildHasherDefault<Mixed>> = HashMap::default();
    // `mix` is a bijection: different values stay different.
    let mut add = |bits: u64| *counts.entry(mix(bits)).or_default() += 1;
    match &*column.data {
        ColumnData::Number(values) => {
            values.iter().filter(|value| !value.is_nan()).for_each(|value| add((value + 0.0).to_bits()));
        }
        ColumnData::Timestamp(values) => {
            values.iter().filter(|value| **value != MISSING_TIME).for_each(|value| add(*value as u64));
        }
        ColumnData::Category { codes, .. } => {
            codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| add(u64::from(*code)));
        }
        ColumnData::Text { .. } => return None,
    }
    let largest = counts.values().copied().max().unwrap_or(0);
    Some((largest, counts.values().sum()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Bitmap, DataType};

    #[test]
    fn equal_rows_share_a_group() {
        let nan = f64::NAN;
        let x = Column::float("x", vec![0.0, -0.0, nan, nan, 1.0]);
        let data = ColumnData::Category { codes: vec![0, 0, 1, 1, 0], labels: vec!["a".into(), "b".into()] };
        let c = Column::new("c", DataType::Category, data);
        assert_eq!(groups(&[&x, &c], 5, 1, "compare").unwrap(), [0, 0, 1, 1, 2]);
        let known = groups_of_known(&[&x, &c], 5, 1, "group").unwrap();
        assert_eq!(known, [Some(0), Some(0), None, None, Some(2)]);
        assert_eq!(n_groups(known.into_iter().flatten()), 3);
        let text = Column::new("s", DataType::Text, ColumnData::Text { missing: Bitmap::zeros(5) });
        assert!(groups(&[&text], 5, 1, "compare").is_err());
        assert_eq!((largest_count(&x), largest_count(&text)), (Some((2, 3)), None));
    }
}
