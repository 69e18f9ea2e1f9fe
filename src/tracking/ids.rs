//! Ids and names in MLflow's shapes, from random bytes that are passed in.

/// A run's id: a version 4 UUID as 32 hexadecimal digits without hyphens, as MLflow writes it.
#[must_use]
pub fn run_id(random: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(random).into_uuid().simple().to_string()
}

/// An experiment's id: 18 digits, the first not 0. The default experiment's is `0` and comes from nowhere.
#[must_use]
pub fn experiment_id(random: [u8; 8]) -> String {
    const FIRST: u64 = 100_000_000_000_000_000;
    (FIRST + u64::from_le_bytes(random) % (9 * FIRST)).to_string()
}

/// A run's name: adjective, noun, number from 1 to 99, such as `calm-heron-31`. Names may repeat, ids do not.
#[must_use]
pub fn run_name(random: [u8; 8]) -> String {
    let [a, b, c, d, e, f, ..] = random;
    let pick = |low, high, n: usize| usize::from(u16::from_le_bytes([low, high])) % n;
    let adjective = ADJECTIVES.get(pick(a, b, ADJECTIVES.len())).copied().unwrap_or("calm");
    let noun = NOUNS.get(pick(c, d, NOUNS.len())).copied().unwrap_or("heron");
    format!("{adjective}-{noun}-{}", 1 + pick(e, f, 99))
}

const ADJECTIVES: [&str; 64] = [
    "able", "agile", "airy", "amber", "ample", "blithe", "bold", "brave", "bright", "brisk", "calm", "candid", "clear",
    "cosy", "crisp", "dapper", "deft", "eager", "early", "fair", "fleet", "fond", "frank", "fresh", "gentle", "glad",
    "golden", "grand", "hardy", "hazel", "honest", "jolly", "keen", "kind", "light", "lively", "lucid", "mellow",
    "merry", "mild", "neat", "nimble", "noble", "north", "patient", "placid", "plain", "polite", "proud", "quick",
    "quiet", "ready", "serene", "silver", "snug", "spry", "steady", "sunny", "swift", "tall", "tidy", "vivid", "warm",
    "witty",
];

const NOUNS: [&str; 64] = [
    "alder", "aspen", "badger", "beech", "birch", "bittern", "brook", "cedar", "cove", "crane", "curlew", "dale",
    "delta", "dove", "dune", "elm", "fern", "finch", "fjord", "glade", "grouse", "gull", "harbor", "hare", "hazelnut",
    "heath", "heron", "hill", "ibis", "island", "jay", "juniper", "kestrel", "lake", "larch", "lark", "lynx", "maple",
    "marsh", "marten", "meadow", "moss", "oak", "oriole", "otter", "owl", "pebble", "pine", "plover", "pond", "quail",
    "reed", "ridge", "river", "robin", "rowan", "shore", "spruce", "stone", "swan", "tern", "thrush", "willow", "wren",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_id_is_a_version_4_uuid_without_hyphens() {
        let id = run_id([0xff; 16]);
        assert_eq!(id, "ffffffffffff4fffbfffffffffffffff");
        assert_ne!(id, run_id([0xfe; 16]));
    }

    #[test]
    fn an_experiment_id_has_18_digits_at_both_ends() {
        assert_eq!(experiment_id([0; 8]), "100000000000000000");
        assert_eq!(experiment_id([0xff; 8]).len(), 18);
    }

    #[test]
    fn a_run_name_is_two_words_and_a_number() {
        assert_eq!(run_name([0; 8]), "able-alder-1");
        assert_eq!(run_name([10, 0, 26, 0, 30, 0, 0, 0]), "calm-heron-31");
        let mut words: Vec<&str> = ADJECTIVES.iter().chain(&NOUNS).copied().collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ADJECTIVES.len() + NOUNS.len(), "every word is there once");
    }
}
