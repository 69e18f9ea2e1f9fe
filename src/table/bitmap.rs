//! One bit a row: which cells of a text column are missing.

/// A growable set of row numbers, one bit each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bitmap {
    words: Vec<u64>,
    len: usize,
}

impl Bitmap {
    /// `len` bits, all clear.
    #[must_use]
    pub fn zeros(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// From stored words; bits beyond `len` are cleared.
    #[must_use]
    pub fn from_words(mut words: Vec<u64>, len: usize) -> Self {
        words.resize(len.div_ceil(64), 0);
        if let (Some(last), used @ 1..) = (words.last_mut(), len % 64) {
            *last &= (1 << used) - 1;
        }
        Self { words, len }
    }

    /// The words, 64 rows each, lowest bit first.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Number of bits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds one bit at the end.
    pub fn push(&mut self, bit: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        if let (true, Some(last)) = (bit, self.words.last_mut()) {
            *last |= 1 << (self.len % 64);
        }
        self.len += 1;
    }

    /// The bit of row `index`; `false` beyond the end.
    #[must_use]
    pub fn get(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// How many bits are set.
    #[must_use]
    pub fn count_ones(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_and_reads_over_a_word_boundary() {
        let mut bits = Bitmap::default();
        for row in 0..130 {
            bits.push(row % 3 == 0);
        }
        assert_eq!((bits.len(), bits.count_ones()), (130, 44));
        assert!(bits.get(129) && !bits.get(128) && !bits.get(500));
        assert_eq!(Bitmap::from_words(bits.words().to_vec(), 130), bits);
    }
}
