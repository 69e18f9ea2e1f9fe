//! NumPy's legacy `RandomState`: the stream behind every `random_state` of scikit-learn.

use rand_mt::Mt;

/// MT19937 with NumPy's legacy ways of drawing from it. One stream: each draw continues where the last one ended.
#[derive(Debug, Clone)]
pub struct RandomState {
    generator: Mt,
    /// The polar method makes normal deviates in pairs; this is the second one.
    spare_normal: Option<f64>,
}

impl RandomState {
    /// `numpy.random.RandomState(seed)` for an integer seed.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self { generator: Mt::new(seed), spare_normal: None }
    }

    /// The next 32 random bits.
    pub fn next_u32(&mut self) -> u32 {
        self.generator.next_u32()
    }

    /// A whole number from 0 to `max`, both included, by masked rejection. `max` 0 draws nothing from the stream.
    ///
    /// `lo + interval(hi - lo - 1)` is `randint(lo, hi)`.
    pub fn interval(&mut self, max: u32) -> u32 {
        if max == 0 {
            return 0;
        }
        let mask = u32::MAX >> max.leading_zeros();
        loop {
            let drawn = self.generator.next_u32() & mask;
            if drawn <= max {
                return drawn;
            }
        }
    }

    /// Shuffles in place: Fisher–Yates from the end. Slices of more than 2^32 items are shuffled in their first 2^32.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        let last = u32::try_from(items.len().saturating_sub(1)).unwrap_or(u32::MAX);
        for i in (1..=last).rev() {
            let j = self.interval(i);
            items.swap(i as usize, j as usize);
        }
    }

    /// The numbers 0 to n − 1 in random order.
    pub fn permutation(&mut self, n: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..n).collect();
        self.shuffle(&mut order);
        order
    }

    /// A number in [0, 1) with 53 random bits.
    pub fn random_sample(&mut self) -> f64 {
        let high = self.generator.next_u32() >> 5;
        let low = self.generator.next_u32() >> 6;
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// `choice(n, k, replace=False)`: the first `k` of a permutation of all `n`; all of them when `k` is larger.
    pub fn choice_without_replacement(&mut self, n: u32, k: usize) -> Vec<u32> {
        let mut order = self.permutation(n);
        order.truncate(k);
        order
    }

    /// A standard normal deviate by the polar method.
    pub fn standard_normal(&mut self) -> f64 {
        if let Some(spare) = self.spare_normal.take() {
            return spare;
        }
        loop {
            let x = 2.0 * self.random_sample() - 1.0;
            let y = 2.0 * self.random_sample() - 1.0;
            let r2 = x * x + y * y;
            if r2 < 1.0 && r2 != 0.0 {
                let f = (-2.0 * r2.ln() / r2).sqrt();
                self.spare_normal = Some(f * x);
                return f * y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_of_one_value_leaves_the_stream_alone() {
        let mut random = RandomState::new(42);
        assert_eq!(random.interval(0), 0);
        assert_eq!(random.next_u32(), 1_608_637_542); // NumPy 2.4.6
    }

    #[test]
    fn nothing_to_shuffle_is_fine() {
        let mut random = RandomState::new(42);
        assert_eq!(random.permutation(0), Vec::<u32>::new());
        assert_eq!(random.permutation(1), [0]);
        assert_eq!(random.choice_without_replacement(2, 9).len(), 2);
    }
}
