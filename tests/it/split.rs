//! Splits against NumPy's and scikit-learn's own answers: `golden/split.json`, NumPy 2.4.6 and scikit-learn 1.9.1,
//! made by `make_golden.py`.

use std::fmt::Write;

use pipette::base::{Coded, Digest};
use pipette::split::{RandomState, Split, SplitError, SplitSpec, TestSize, rows_digest, train_test_split};
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;
use sha2::Digest as _;

fn golden() -> Value {
    serde_json::from_str(include_str!("../golden/split.json")).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn whole(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn seed(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

/// Short lists are written out in the golden file; long ones by their length, ends and SHA-256.
#[track_caller]
fn assert_rows(actual: &[u32], expected: &Value, case: &str) {
    if let Some(rows) = expected.as_array() {
        let rows: Vec<u32> = rows.iter().map(seed).collect();
        assert_eq!(actual, rows, "{case}");
        return;
    }
    let mut sha256 = sha2::Sha256::new();
    actual.iter().for_each(|row| sha256.update(row.to_le_bytes()));
    let hex = sha256.finalize().iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    assert_eq!(actual.len(), whole(&expected["n"]), "{case}");
    assert_rows(&actual[..5], &expected["first"], case);
    assert_eq!(hex, expected["sha256"].as_str().unwrap(), "{case}");
}

fn test_size(value: &Value) -> TestSize {
    serde_json::from_value(value.clone()).unwrap()
}

#[track_caller]
fn assert_same_error(result: Result<Split, SplitError>, kind: &Value, text: &Value, case: &str) {
    // The texts are ours; which case it is must be scikit-learn's.
    let expected = match (kind.as_str().unwrap(), text.as_str().unwrap()) {
        ("InvalidParameterError", _) => "split.test_size",
        ("ValueError", text) if text.contains("smaller than the number of samples") => "split.count_too_large",
        ("ValueError", text) if text.contains("train set will be empty") => "split.empty_train",
        other => panic!("an error that no code stands for: {other:?}"),
    };
    assert_eq!(result.unwrap_err().code(), expected, "{case}");
}

#[test]
fn the_generator_is_numpys() {
    let golden = golden();
    let seeds = golden["mt19937"].as_object().unwrap();
    assert_eq!(seeds.len(), 4);
    for (name, expected) in seeds {
        // `key_first` and `key_sha256` show MT19937's inner state, which `rand_mt` keeps to itself; a wrong state would
        // give other `u32`.
        let new = || RandomState::new(name.parse().unwrap());
        let mut random = new();
        for value in array(&expected["u32"]) {
            assert_eq!(random.next_u32(), seed(value), "seed {name}");
        }
        for (vector, max) in [("randint_0_10", 9), ("randint_0_100", 99), ("randint_0_2p32_u64", u32::MAX)] {
            let mut random = new();
            for value in array(&expected[vector]) {
                assert_eq!(random.interval(max), seed(value), "seed {name}, {vector}");
            }
        }
        let mut random = new();
        for value in array(&expected["random_sample"]) {
            assert_eq!(random.random_sample(), value.as_f64().unwrap(), "seed {name}");
        }
        let mut random = new();
        for value in array(&expected["standard_normal"]) {
            let value = value.as_f64().unwrap();
            // 4e-16 relative: the logarithm may differ by an ulp between maths libraries.
            assert!((random.standard_normal() - value).abs() <= 4e-16 * value.abs(), "seed {name}: {value}");
        }
        assert_rows(&new().choice_without_replacement(20, 6), &expected["choice_20_6_no_replace"], name);
        for (n, order) in expected["permutation"].as_object().unwrap() {
            assert_rows(&new().permutation(n.parse().unwrap()), order, &format!("seed {name}, permutation of {n}"));
        }
        let mut random = new();
        for order in array(&expected["two_permutations_of_6"]) {
            assert_rows(&random.permutation(6), order, &format!("seed {name}, one stream"));
        }
    }
}

#[test]
fn shuffled_splits_are_scikit_learns() {
    let golden = golden();
    let cases = array(&golden["train_test_split"]);
    assert_eq!(cases.len(), 365);
    for case in cases {
        let name = case.to_string();
        let spec = SplitSpec { test_size: test_size(&case[1]), random_state: seed(&case[2]), ..SplitSpec::default() };
        let result = train_test_split(whole(&case[0]), &spec, None);
        if case[3].is_string() {
            assert_same_error(result, &case[3], &case[4], &name);
            continue;
        }
        let split = result.unwrap();
        assert_eq!((split.train.len(), split.test.len()), (whole(&case[3]), whole(&case[4])), "{name}");
        assert_rows(&split.train, &case[5], &name);
        assert_rows(&split.test, &case[6], &name);
    }
}

#[test]
fn unshuffled_splits_are_scikit_learns() {
    let golden = golden();
    let cases = array(&golden["no_shuffle"]);
    assert_eq!(cases.len(), 15);
    for case in cases {
        let name = case.to_string();
        let spec = SplitSpec { test_size: test_size(&case[1]), shuffle: false, ..SplitSpec::default() };
        let result = train_test_split(whole(&case[0]), &spec, None);
        if case[2].is_string() {
            assert_same_error(result, &case[2], &case[3], &name);
            continue;
        }
        let split = result.unwrap();
        assert_eq!((split.train.len(), split.test.len()), (whole(&case[2]), whole(&case[3])), "{name}");
        assert_rows(&split.train, &case[4], &name);
        assert_rows(&split.test, &case[5], &name);
    }
}

#[test]
fn other_arguments_are_scikit_learns() {
    let golden = golden();
    let cases = array(&golden["other_arguments"]);
    let mut n_train_size = 0;
    for case in cases {
        let name = case.to_string();
        let arguments = case[1].as_object().unwrap();
        // There is no `train_size`: train rows are all that are not test rows.
        if arguments.contains_key("train_size") {
            n_train_size += 1;
            continue;
        }
        // scikit-learn's default is a quarter where neither size is given; ours is always given.
        let test_size = arguments.get("test_size").map_or(TestSize::Share(0.25), test_size);
        // The cases were made with random_state 0.
        let spec = SplitSpec { test_size, random_state: 0, ..SplitSpec::default() };
        let result = train_test_split(whole(&case[0]), &spec, None);
        if case[2].is_string() {
            assert_same_error(result, &case[2], &case[3], &name);
            continue;
        }
        let split = result.unwrap();
        assert_rows(&split.train, &case[2], &name);
        assert_rows(&split.test, &case[3], &name);
    }
    assert_eq!((cases.len(), n_train_size), (12, 4));
}

#[test]
fn stratified_splits_are_scikit_learns() {
    let golden = golden();
    let cases = array(&golden["stratify"]);
    assert_eq!(cases.len(), 5);
    for case in cases {
        let name = format!("n = {}", case["n"]);
        let classes: Vec<u32> = case["y"].as_str().unwrap().chars().map(|digit| digit.to_digit(10).unwrap()).collect();
        let spec = SplitSpec {
            test_size: test_size(&case["test_size"]),
            random_state: seed(&case["random_state"]),
            stratify: Some("y".into()),
            ..SplitSpec::default()
        };
        let split = train_test_split(whole(&case["n"]), &spec, Some(&classes)).unwrap();
        assert_rows(&split.train, &case["train"], &name);
        assert_rows(&split.test, &case["test"], &name);
    }
}

#[test]
fn the_sample_splits_as_in_the_course() {
    let golden: Value = serde_json::from_str(include_str!("../golden/olist.json")).unwrap();
    let split = train_test_split(5000, &SplitSpec::default(), None).unwrap();
    assert_rows(&split.train, &golden["split"]["train"], "train");
    assert_rows(&split.test, &golden["split"]["test"], "test");
    // The digest is BLAKE3 over train rows, then test rows, as little-endian u32.
    let bytes: Vec<u8> = split.train.iter().chain(&split.test).flat_map(|row| row.to_le_bytes()).collect();
    assert_eq!(rows_digest(&split), Digest::of(&bytes));
}

fn any_size() -> impl Strategy<Value = TestSize> {
    (any::<bool>(), 0.001..0.999_f64, 1..400_u64)
        .prop_map(|(is_share, share, count)| if is_share { TestSize::Share(share) } else { TestSize::Count(count) })
}

proptest! {
    #[test]
    fn parts_are_disjoint_and_cover_all_rows(
        n_rows in 0..500_usize, test_size in any_size(), random_state in any::<u32>(), shuffle in any::<bool>(),
        n_classes in 0..4_u32,
    ) {
        let stratify = (n_classes > 0).then(|| "y".to_string());
        let classes: Vec<u32> = (0..n_rows).map(|row| (row * row) as u32 % n_classes.max(1)).collect();
        let spec = SplitSpec { test_size, random_state, shuffle, stratify };
        if let Ok(split) = train_test_split(n_rows, &spec, Some(&classes)) {
            prop_assert!(!split.train.is_empty() && !split.test.is_empty());
            let mut rows = [split.train.clone(), split.test.clone()].concat();
            rows.sort_unstable();
            prop_assert_eq!(rows, (0..n_rows as u32).collect::<Vec<_>>());
            prop_assert_eq!(train_test_split(n_rows, &spec, Some(&classes)), Ok(split));
        } else if let (TestSize::Share(share), true, 0) = (test_size, shuffle, n_classes) {
            // A share fails only when it rounds up to all rows.
            prop_assert!((share * n_rows as f64).ceil() as usize >= n_rows);
        }
    }
}
