//! How many different values there are: exact up to a limit, then HyperLogLog.

/// Exact up to here.
const MAX_EXACT: usize = 65_536;
/// 2^14 registers: a standard error of 1.04/√16384 = 0.8 %.
const PRECISION: u32 = 14;

/// Counts distinct hashes.
#[derive(Debug, Clone)]
pub(super) enum Distinct {
    /// Open addressing; 0 is free.
    Exact {
        slots: Vec<u64>,
        n: usize,
    },
    Sketch(Vec<u8>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact { slots: vec![0; 64], n: 0 }
    }
}

impl Distinct {
    /// Takes the hash of one value in.
    #[inline]
    pub(super) fn add(&mut self, hash: u64) {
        match self {
            Self::Sketch(registers) => register(registers, hash),
            Self::Exact { slots, n } => {
                // 0 marks a free slot, so the hash 0 shares a place with 1.
                *n += usize::from(insert(slots, hash.max(1)));
                if *n > MAX_EXACT || *n * 2 > slots.len() {
                    self.grow();
                }
            }
        }
    }

    fn grow(&mut self) {
        let Self::Exact { slots, n } = self else { return };
        let hashes = slots.iter().copied().filter(|hash| *hash != 0);
        if *n > MAX_EXACT {
            let mut registers = vec![0; 1 << PRECISION];
            hashes.for_each(|hash| register(&mut registers, hash));
            *self = Self::Sketch(registers);
        } else {
            let mut larger = vec![0; slots.len() * 4];
            for hash in hashes {
                insert(&mut larger, hash);
            }
            *slots = larger;
        }
    }

    /// The number, and whether it is an estimate.
    pub(super) fn count(&self) -> (u64, bool) {
        match self {
            Self::Exact { n, .. } => (*n as u64, false),
            Self::Sketch(registers) => (estimate(registers), true),
        }
    }
}

/// Whether `hash` is new.
#[inline]
fn insert(slots: &mut [u64], hash: u64) -> bool {
    let mask = slots.len() - 1;
    let mut place = hash as usize & mask;
    while let Some(slot) = slots.get_mut(place) {
        if *slot == 0 {
            *slot = hash;
            return true;
        }
        if *slot == hash {
            return false;
        }
        place = (place + 1) & mask;
    }
    false
}

#[inline]
fn register(registers: &mut [u8], hash: u64) {
    // The guard bit bounds the rank where all other bits are zero.
    let rank = ((hash << PRECISION) | 1 << (PRECISION - 1)).leading_zeros() as u8 + 1;
    if let Some(register) = registers.get_mut((hash >> (64 - PRECISION)) as usize) {
        *register = rank.max(*register);
    }
}

/// Ertl's improved estimator (2017): no thresholds and no tables of corrections.
fn estimate(registers: &[u8]) -> u64 {
    let m = registers.len() as f64;
    let max_rank = 64 - PRECISION as usize + 1;
    let mut counts = vec![0.0; max_rank + 1];
    for register in registers {
        if let Some(count) = counts.get_mut(usize::from(*register)) {
            *count += 1.0;
        }
    }
    let at = |rank: usize| counts.get(rank).copied().unwrap_or(0.0);
    let mut z = m * tau(1.0 - at(max_rank) / m);
    for rank in (1..max_rank).rev() {
        z = 0.5 * (z + at(rank));
    }
    z += m * sigma(at(0) / m);
    (m * m / (2.0 * std::f64::consts::LN_2 * z)).round() as u64
}

fn sigma(x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut x, mut y, mut z) = (x, 1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

fn tau(x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut x, mut y, mut z) = (x, 1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::hash;

    #[test]
    fn exact_then_estimated() {
        for n in [0_u64, 1, 1000, 65_000, 200_000, 1_000_000] {
            let mut distinct = Distinct::default();
            for value in (0..n).chain(0..n / 2) {
                distinct.add(hash::bytes(format!("{value:x}").as_bytes()));
            }
            let (count, is_estimate) = distinct.count();
            assert_eq!(is_estimate, n > 65_536);
            // Three standard errors of 0.8 %.
            assert!(
                if is_estimate { count.abs_diff(n) as f64 <= 0.025 * n as f64 } else { count == n },
                "{count} for {n}"
            );
        }
    }
}
