//! Growing one regression tree node by node, as scikit-learn's `DecisionTreeRegressor` does on the rows that a forest drew.
//!
//! CART (Breiman, Friedman, Olshen and Stone 1984) for squared errors: of the features looked at, the split with the largest
//! `(Σ left)²/n left + (Σ right)²/n right`. Each feature's rows are sorted once for the whole forest; a split parts all lists
//! and keeps their order. Features are drawn as scikit-learn draws them, so the trees are its trees, except where it rounds
//! features to single precision or two splits are equally good to the last bit.

use super::tree::Tree;

/// What limits a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) max_depth: usize,
    pub(super) min_samples_split: usize,
    pub(super) min_samples_leaf: usize,
    /// Features looked at for a split.
    pub(super) max_features: usize,
}

/// The training rows: features and target by place in the list of training rows.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) features: Vec<Vec<f64>>,
    pub(super) target: Vec<f64>,
    /// For each feature, the rows by its value.
    pub(super) order: Vec<Vec<u32>>,
}

impl Sample {
    fn x(&self, feature: usize, row: u32) -> f64 {
        self.features.get(feature).and_then(|column| column.get(row as usize)).copied().unwrap_or(f64::NAN)
    }

    fn y(&self, row: u32) -> f64 {
        self.target.get(row as usize).copied().unwrap_or(f64::NAN)
    }
}

/// A tree under way.
#[derive(Debug)]
pub(super) struct Growing {
    limits: Limits,
    /// Each row as it was drawn; what a scan needs of a row lies together in memory.
    drawn: Vec<Drawn>,
    /// For each row of the node that is parted, whether it goes left: asked once, not once a list.
    goes_left: Vec<bool>,
    /// The rows drawn: a list by each feature's value, and last one by place. A node is the same stretch of all.
    lists: Vec<Vec<u32>>,
    todo: Vec<Todo>,
    tree: Tree,
    /// Decrease of the sum of squares by feature.
    decrease: Vec<f64>,
    state: u32,
    /// The mean squared deviation of all rows; tiny beside it is nothing.
    root: f64,
    features: Vec<usize>,
    constant: Vec<usize>,
}

/// How often a row was drawn, and its target as often.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    weight: f64,
    y: f64,
}

/// A node that is not grown yet.
#[derive(Debug)]
struct Todo {
    start: usize,
    end: usize,
    depth: usize,
    /// The node whose right child it is.
    parent: Option<usize>,
    /// Features that are known to be constant in it: the first ones of `constant`.
    n_constant: usize,
}

/// Sums over the rows of a node, each as often as it was drawn.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: f64,
    y: f64,
}

impl Sums {
    fn squared_mean(self) -> f64 {
        self.y * self.y / self.n
    }
}

struct Best {
    gain: f64,
    feature: usize,
    threshold: f64,
    n_left: usize,
}

impl Growing {
    /// `counts` says how often each row was drawn; `state` seeds the drawing of features.
    pub(super) fn new(sample: &Sample, limits: Limits, counts: Vec<f64>, state: u32) -> Self {
        let is_drawn = |row: &u32| counts.get(*row as usize).is_some_and(|count| *count > 0.0);
        let mut lists: Vec<Vec<u32>> =
            sample.order.iter().map(|order| order.iter().copied().filter(is_drawn).collect()).collect();
        let drawn: Vec<u32> = (0..counts.len() as u32).filter(is_drawn).collect();
        let todo = vec![Todo { start: 0, end: drawn.len(), depth: 0, parent: None, n_constant: 0 }];
        lists.push(drawn);
        let p = sample.features.len();
        let of = |(weight, y): (&f64, &f64)| Drawn { weight: *weight, y: weight * y };
        Self {
            limits,
            drawn: counts.iter().zip(&sample.target).map(of).collect(),
            goes_left: vec![false; counts.len()],
            lists,
            todo,
            tree: Tree::default(),
            decrease: vec![0.0; p],
            state,
            root: f64::NAN,
            features: (0..p).collect(),
            constant: vec![0; p],
        }
    }

    /// Grows the next node; how many rows it has, or `None` when the tree is done.
    pub(super) fn step(&mut self, sample: &Sample) -> Option<usize> {
        let todo = self.todo.pop()?;
        let node = self.tree.n_nodes();
        if let Some(right) = todo.parent.and_then(|parent| self.tree.right.get_mut(parent)) {
            *right = node as u32;
        }
        let rows = self.lists.last().and_then(|rows| rows.get(todo.start..todo.end)).unwrap_or_default();
        let n_rows = rows.len();
        let mut sums = Sums::default();
        let mut squares = 0.0;
        for row in rows {
            let Drawn { weight, y } = self.drawn.get(*row as usize).copied().unwrap_or_default();
            sums.n += weight;
            sums.y += y;
            squares += y * sample.y(*row);
        }
        let mean = sums.y / sums.n;
        let variance = squares / sums.n - mean * mean;
        if node == 0 {
            self.root = variance;
        }
        let is_alike =
            rows.windows(2).all(|pair| pair.first().map(|a| sample.y(*a)) == pair.get(1).map(|b| sample.y(*b)));
        let limits = self.limits;
        let is_leaf = todo.depth >= limits.max_depth
            || n_rows < limits.min_samples_split
            || n_rows < 2 * limits.min_samples_leaf
            || is_alike
            || variance <= f64::EPSILON * self.root.min(1.0);
        let (best, n_constant) = if is_leaf { (None, todo.n_constant) } else { self.best_split(sample, &todo, sums) };
        let (feature, value) = best.as_ref().map_or((0, mean), |best| (best.feature, best.threshold));
        self.tree.feature.push(feature as u32);
        self.tree.value.push(value);
        self.tree.right.push(0);
        if let Some(best) = best {
            if let Some(decrease) = self.decrease.get_mut(best.feature) {
                *decrease += best.gain - sums.squared_mean();
            }
            self.part(&todo, &best);
            let middle = todo.start + best.n_left;
            let depth = todo.depth + 1;
            self.todo.push(Todo { start: middle, end: todo.end, depth, parent: Some(node), n_constant });
            self.todo.push(Todo { start: todo.start, end: middle, depth, parent: None, n_constant });
        }
        Some(n_rows)
    }

    /// The tree, and each feature's share of the decrease of the squared error.
    pub(super) fn finish(self) -> (Tree, Vec<f64>) {
        let total: f64 = self.decrease.iter().sum();
        let share = |decrease: &f64| if total > 0.0 { decrease / total } else { 0.0 };
        let shares = self.decrease.iter().map(share).collect();
        (self.tree, shares)
    }

    /// Nodes so far.
    pub(super) fn n_nodes(&self) -> usize {
        self.tree.n_nodes()
    }

    /// scikit-learn's order of drawing: features without replacement, those known to be constant drawn but not looked at, on
    /// until enough were looked at and one of them was not constant.
    fn best_split(&mut self, sample: &Sample, todo: &Todo, sums: Sums) -> (Option<Best>, usize) {
        let n_known = todo.n_constant;
        let (mut n_found, mut n_drawn, mut n_constant, mut n_visited) = (0, 0, n_known, 0);
        let mut open = self.features.len();
        let mut best: Option<Best> = None;
        while open > n_constant && (n_visited < self.limits.max_features || n_visited <= n_found + n_drawn) {
            n_visited += 1;
            let place = n_drawn + self.draw(open - n_found - n_drawn);
            if place < n_known {
                self.features.swap(n_drawn, place);
                n_drawn += 1;
                continue;
            }
            let place = place + n_found;
            let feature = self.features.get(place).copied().unwrap_or(0);
            let rows = self.lists.get(feature).and_then(|rows| rows.get(todo.start..todo.end)).unwrap_or_default();
            let value = |row: Option<&u32>| row.map_or(f64::NAN, |row| sample.x(feature, *row));
            if value(rows.last()) <= value(rows.first()) {
                self.features.swap(place, n_constant);
                n_found += 1;
                n_constant += 1;
                continue;
            }
            open -= 1;
            self.features.swap(open, place);
            let floor = best.as_ref().map_or(f64::NEG_INFINITY, |best| best.gain);
            best = self.cut(sample, feature, rows, sums, floor).or(best);
        }
        // A sibling must find the features that are known to be constant where its parent left them.
        for (place, known) in self.constant.iter().enumerate().take(n_known) {
            self.features.get_mut(place).into_iter().for_each(|feature| *feature = *known);
        }
        for place in n_known..n_constant {
            if let (Some(to), Some(from)) = (self.constant.get_mut(place), self.features.get(place)) {
                *to = *from;
            }
        }
        (best, n_constant)
    }

    /// The best cut between two different values of a feature, if it gains more than `floor`.
    fn cut(&self, sample: &Sample, feature: usize, rows: &[u32], sums: Sums, floor: f64) -> Option<Best> {
        let least = self.limits.min_samples_leaf;
        let mut left = Sums::default();
        let mut best: Option<Best> = None;
        let mut floor = floor;
        let mut after = rows.first().map_or(f64::NAN, |row| sample.x(feature, *row));
        for (i, pair) in rows.windows(2).enumerate() {
            let &[row, next] = pair else { continue };
            let Drawn { weight, y } = self.drawn.get(row as usize).copied().unwrap_or_default();
            left.n += weight;
            left.y += y;
            let value = after;
            after = sample.x(feature, next);
            let n_left = i + 1;
            if after <= value || n_left < least || rows.len() - n_left < least {
                continue;
            }
            let right = Sums { n: sums.n - left.n, y: sums.y - left.y };
            let gain = left.squared_mean() + right.squared_mean();
            if gain > floor {
                floor = gain;
                let middle = value / 2.0 + after / 2.0;
                // Between neighbouring doubles there is no middle.
                let threshold = if middle < after { middle } else { value };
                best = Some(Best { gain, feature, threshold, n_left });
            }
        }
        best
    }

    /// Parts all lists: rows that go left first, in the order in which they were.
    fn part(&mut self, todo: &Todo, best: &Best) {
        // In the list of the split's own feature the rows that go left come first.
        for (i, row) in self
            .lists
            .get(best.feature)
            .and_then(|rows| rows.get(todo.start..todo.end))
            .into_iter()
            .flatten()
            .enumerate()
        {
            if let Some(goes_left) = self.goes_left.get_mut(*row as usize) {
                *goes_left = i < best.n_left;
            }
        }
        // Leaves are not searched for splits: they only need their rows by place.
        let n_features = self.lists.len() - 1;
        let are_leaves = todo.depth + 1 >= self.limits.max_depth;
        let mut right = Vec::with_capacity(todo.end - todo.start - best.n_left);
        for (feature, list) in self.lists.iter_mut().enumerate() {
            // The list of the split's own feature is parted already.
            if feature == best.feature || are_leaves && feature < n_features {
                continue;
            }
            let Some(rows) = list.get_mut(todo.start..todo.end) else { continue };
            right.clear();
            let mut n_left = 0;
            for i in 0..rows.len() {
                let Some(row) = rows.get(i).copied() else { continue };
                if self.goes_left.get(row as usize).copied().unwrap_or(false) {
                    rows.get_mut(n_left).into_iter().for_each(|place| *place = row);
                    n_left += 1;
                } else {
                    right.push(row);
                }
            }
            rows.iter_mut().skip(n_left).zip(&right).for_each(|(place, row)| *place = *row);
        }
    }

    /// A whole number below `n`, by scikit-learn's `our_rand_r` (Marsaglia's xorshift with 32 bits).
    fn draw(&mut self, n: usize) -> usize {
        let mut x = self.state.max(1);
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        self.state = x;
        (x & 0x7fff_ffff) as usize % n.max(1)
    }
}
