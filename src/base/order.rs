//! Sorting of short lists. The standard library's sorts are compiled anew for every type and comparison, about 5 kB each
//! in the module; these share one copy. What is long (cells, rows) is sorted by the standard library's.

use std::cmp::Ordering;

/// The indices 0..n in the order of `compare`, which is given two of them; equal ones stay in order.
#[must_use]
pub fn argsort(n: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| compare(*a, *b));
    order
}

/// The items in the order of `compare`; equal ones stay in order.
#[must_use]
pub fn sorted_by<T>(items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = argsort(items.len(), &|a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|place| items.get_mut(place).and_then(Option::take)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn sorts_as_the_standard_library_does(items in proptest::collection::vec((0_u8..6, 0_u8..250), 0..40)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            proptest::prop_assert_eq!(sorted_by(items.clone(), |a, b| a.0.cmp(&b.0)), expected);
            let order = argsort(items.len(), &|a, b| items[b].1.cmp(&items[a].1));
            proptest::prop_assert!(order.windows(2).all(|pair| items[pair[0]].1 >= items[pair[1]].1));
        }
    }
}
