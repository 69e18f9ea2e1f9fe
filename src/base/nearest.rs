//! Names that look like a name that is not there.

/// The up to three `names` that look most like `wanted`: few letters changed, or one within the other, case aside.
#[must_use]
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    // Longer names are compared by their beginnings, so that a broken file cannot take minutes.
    let letters = |name: &str| -> Vec<char> { name.trim().to_lowercase().chars().take(64).collect() };
    let wanted = letters(wanted);
    let most = (wanted.len() / 3).max(1);
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let letters = letters(name);
            let changes = distance(&wanted, &letters);
            (changes <= most || is_within(&wanted, &letters) || is_within(&letters, &wanted)).then_some((changes, name))
        })
        .collect();
    found.sort_by_key(|(changes, _)| *changes);
    found.into_iter().take(3).map(|(_, name)| name.to_string()).collect()
}

/// Whether the shorter name, of at least three letters, stands in the longer one.
fn is_within(short: &[char], long: &[char]) -> bool {
    short.len() >= 3 && long.windows(short.len()).any(|part| part == short)
}

/// Levenshtein's distance: letters to insert, delete or replace.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (place, y) in row.iter_mut().skip(1).zip(b) {
            let replaced = diagonal + usize::from(x != y);
            diagonal = *place;
            left = replaced.min(diagonal + 1).min(left + 1);
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_levenshteins() {
        let of = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(
            [of("kitten", "sitting"), of("", "abc"), of("abc", ""), of("flaw", "lawn"), of("abc", "abc")],
            [3, 3, 3, 2, 0]
        );
    }

    #[test]
    fn a_slip_is_forgiven_and_strangers_are_not_offered() {
        let names = ["price", "product_price", "Pirce", "freight_value", "id"];
        let near = |wanted: &str| nearest(wanted, names.into_iter());
        assert_eq!(near("pric"), ["price", "product_price"]);
        assert_eq!(near("PRICE"), ["price", "product_price"]);
        assert_eq!(near("freight"), ["freight_value"]);
        assert_eq!(near("altogether_different"), Vec::<String>::new());
    }
}
