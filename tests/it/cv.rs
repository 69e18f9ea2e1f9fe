//! Folds against scikit-learn's own: `golden/splitters.json`, made by `tests/python/splitters.py` (scikit-learn 1.9.1,
//! NumPy 2.4.6), and what must hold of any.

use pipette::split::cv::{CvSpec, Folds};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use serde_json::Value;

fn rows(value: &Value) -> Vec<u32> {
    serde_json::from_value(value.clone()).unwrap()
}

#[test]
fn every_fold_is_scikit_learns() {
    let golden = crate::estimators::golden("splitters");
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() > 60);
    for case in cases {
        let spec: CvSpec = serde_json::from_value(case["spec"].clone()).unwrap();
        let n = usize::try_from(case["n"].as_u64().unwrap()).unwrap();
        let labels = (!case["labels"].is_null()).then(|| rows(&case["labels"]));
        let folds = spec.draw(n, labels.as_deref()).unwrap();
        let expected = case["folds"].as_array().unwrap();
        assert_eq!(folds.len(), expected.len(), "{spec:?}");
        for (i, fold) in expected.iter().enumerate() {
            assert_eq!(folds.test(i), rows(&fold[1]), "{spec:?}: test rows of fold {i}");
            assert_eq!(folds.train(i), rows(&fold[0]), "{spec:?}: training rows of fold {i}");
            assert_eq!(folds.n_train(i), folds.train(i).len());
        }
    }
}

fn folds(text: &str, n: usize, labels: &[u32]) -> Folds {
    serde_json::from_str::<CvSpec>(text).unwrap().draw(n, Some(labels)).unwrap()
}

proptest! {
    #[test]
    fn every_row_is_tested_once(n in 10_usize..300, k in 2_u32..10, seed in any::<u32>()) {
        let labels: Vec<u32> = (0..n as u32).map(|row| row % 11 * 3).collect();
        for kind in ["k_fold", "stratified_k_fold", "group_k_fold"] {
            let text = format!(r#"{{"kind": "{kind}", "n_splits": {k}, "shuffle": true, "random_state": {seed}}}"#);
            let text = if kind == "group_k_fold" { text.replace('}', r#", "groups": "g"}"#) } else { text };
            if kind == "stratified_k_fold" && n < 11 * k as usize {
                continue;
            }
            let folds = folds(&text, n, &labels);
            prop_assert!(folds.is_partition());
            for i in 0..folds.len() {
                prop_assert_eq!(folds.n_train(i) + folds.test(i).len(), n);
                if kind == "group_k_fold" {
                    let groups = |rows: &[u32]| rows.iter().map(|row| row % 11).collect::<std::collections::BTreeSet<_>>();
                    prop_assert!(groups(folds.test(i)).is_disjoint(&groups(&folds.train(i))));
                }
            }
        }
    }
}

#[test]
fn draws_that_overlap_are_no_partition() {
    for text in [r#"{"kind": "shuffle_split"}"#, r#"{"kind": "repeated_k_fold"}"#, r#"{"kind": "time_series_split"}"#] {
        assert!(!folds(text, 40, &[]).is_partition(), "{text}");
    }
    assert!(folds(r#"{"kind": "leave_one_out"}"#, 40, &[]).is_partition());
}
