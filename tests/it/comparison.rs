//! Runs, pipelines and datasets compared.

use pipette::comparison::{ChangeKind, Magnitude, compare_runs, dataset_drift, diff, larger_is_better};
use pipette::ingest::{ColumnProfile, Dialect, Encoding, Histogram, IngestSummary, Problems, TopValue};
use pipette::pipeline::PipelineSpec;
use pipette::table::DataType;
use pipette::tracking::Param;
use pipette::validation::Preference;

use crate::registry::judged_run;

const FOLDS: [f64; 10] = [1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.1, 0.9, 1.05, 0.95];

#[test]
fn runs_side_by_side() {
    let mut base = judged_run("base", &FOLDS);
    base.params.push(Param { key: "alpha".into(), value: "0.1|x".into() });
    let better = judged_run("better_1", &[0.8, 0.91, 0.7, 0.86, 0.74, 0.8, 0.9, 0.71, 0.85, 0.75]);
    let twin = judged_run("twin", &FOLDS);
    let found = compare_runs(&[base.clone(), better.clone(), twin], 0);
    assert_eq!(found.cautions, Vec::<String>::new());
    let keys: Vec<&str> = found.metrics.iter().map(|row| row.key.as_str()).collect();
    assert_eq!((keys, found.n_same_metrics), (vec!["rmse"], 1));
    let row = &found.metrics[0];
    assert_eq!((row.best.clone(), row.larger_is_better, row.differences[0]), (vec![1], Some(false), Some(0.0)));
    assert!((row.differences[1].unwrap() + 0.198).abs() < 1e-12);
    assert_eq!(found.params.len(), 1, "only what differs");
    let preferences: Vec<_> =
        found.judged.iter().map(|judged| judged.as_ref().map(|judged| judged.preference)).collect();
    assert_eq!(preferences, [None, Some(Preference::B), Some(Preference::CannotTell)]);
    assert!(
        found.sentence.starts_with(
            "better_1 has the best rmse: 0.198 less than the baseline base. better_1 is better by 0.20 ± "
        ),
        "{}",
        found.sentence
    );
    let coefficients: Vec<&str> = found.coefficients.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(coefficients, ["x"]);

    let markdown = found.to_markdown();
    assert!(
        markdown.contains("| metric | base | better_1 | twin |\n|---|---:|---:|---:|\n| rmse | 1 | **0.802** | 1 |\n"),
        "{markdown}"
    );
    assert!(markdown.contains("| alpha | 0.1\\|x |  |  |\n"), "{markdown}");
    let tsv = found.to_tsv();
    assert!(tsv.starts_with("kind\tname\tbase\tbetter_1\ttwin\nmetric\trmse\t1\t0.80"), "{tsv}");
    assert!(tsv.lines().all(|line| line.split('\t').count() == 5));
    let latex = found.to_latex();
    assert!(
        latex.contains(" & base & better\\_1 & twin \\\\\n\\midrule\nrmse & 1 & \\textbf{0.802} & 1 \\\\\n"),
        "{latex}"
    );

    // Of another target, the same numbers have no best, and nobody is called better.
    let mut apart = better.clone();
    apart.spec.features.target = "another".into();
    let apart = compare_runs(&[base.clone(), apart], 0);
    assert!(apart.sentence.ends_with("Their metrics are not comparable."), "{}", apart.sentence);
    assert!(apart.metrics.iter().all(|row| row.best.is_empty() && row.larger_is_better.is_none()));
    assert!((apart.metrics[0].differences[1].unwrap() + 0.198).abs() < 1e-12, "what differs is still said");

    // The other way round the baseline is best.
    let turned = compare_runs(&[base.clone(), better.clone()], 1);
    assert!(
        turned.sentence.starts_with("better_1 has the best rmse. better_1 is better by 0.20"),
        "{}",
        turned.sentence
    );
    let mut other = better;
    other.dataset.as_mut().unwrap().digest = pipette::base::Digest::of(b"other");
    let apart = compare_runs(&[base, other], 0);
    assert!(apart.sentence.contains("read different data") && apart.judged == [None, None], "{}", apart.sentence);
    assert_eq!(compare_runs(&[], 3).sentence, "Choose two runs or more to compare.");
    assert_eq!(["training_r2", "cv_mae", "mine"].map(larger_is_better), [Some(true), Some(false), None]);
}

fn sentences(old: &str, new: &str) -> Vec<String> {
    let spec = |json: &str| PipelineSpec::from_json(&format!("{{\"pipette\": 1, {json}}}")).unwrap();
    diff(&spec(old), &spec(new)).into_iter().map(|change| change.sentence).collect()
}

#[test]
fn pipelines_rule_by_rule() {
    let old = r#""clean": [
        {"rule": "drop_columns", "columns": ["a"]},
        {"rule": "fill_missing", "columns": ["b"], "strategy": "mean"},
        {"rule": "keep_numeric"},
        {"rule": "drop_missing"}]"#;
    assert_eq!(sentences(old, old), Vec::<String>::new());
    let new = r#""clean": [
        {"rule": "keep_numeric", "enabled": false},
        {"rule": "drop_columns", "columns": ["a"]},
        {"rule": "drop_duplicates"},
        {"rule": "fill_missing", "columns": ["b"], "strategy": "median"}]"#;
    let found = sentences(old, new);
    let has = |words: &str| assert!(found.iter().any(|sentence| sentence.contains(words)), "{words}: {found:?}");
    has("Rule removed: ");
    has("Rule moved from number 3 to 1: ");
    has("Rule switched off: ");
    has("Rule added as number 3: ");
    has("(b): strategy changed from mean to median.");
    assert_eq!(found.len(), 5, "{found:?}");
    // A rule before another moves neither of them.
    let one = r#""clean": [{"rule": "keep_numeric"}]"#;
    let two = r#""clean": [{"rule": "drop_missing"}, {"rule": "keep_numeric"}]"#;
    assert_eq!(sentences(one, two).len(), 1);
    assert_eq!(sentences(two, one).len(), 1);
    // Two swapped ones are one move.
    let swapped = r#""clean": [{"rule": "keep_numeric"}, {"rule": "drop_missing"}]"#;
    let moved = sentences(two, swapped);
    assert!(moved.len() == 1 && moved[0].contains("moved"), "{moved:?}");
}

#[test]
fn the_other_steps_setting_by_setting() {
    let cases = [
        (r#""dataset": {"name": "a.csv"}"#, r#""dataset": {"name": "b.csv"}"#, "Reads b.csv instead of a.csv."),
        (
            r#""split": {"test_size": 0.2}"#,
            r#""split": {"test_size": 0.25}"#,
            "Split: test_size changed from 0.2 to 0.25.",
        ),
        (r#""split": null"#, r#""split": {}"#, "Split changed from none: all rows train to a test set."),
        (r#""features": {"target": "a"}"#, r#""features": {"target": "b"}"#, "Target changed from a to b."),
        (r#""features": {"columns": ["a", "b"]}"#, r#""features": {"columns": ["b", "c"]}"#, "Features added: c."),
        (
            r#""features": {"columns": null}"#,
            r#""features": {"columns": ["c"]}"#,
            "Features: c instead of all columns.",
        ),
        (
            r#""features": {}"#,
            r#""features": {"encoders": [{"encoder": "one_hot_encoder", "columns": ["s"]}]}"#,
            "Encoder added as number 1: “one hot encoder” (s).",
        ),
        (
            r#""train": [{"estimator": "ridge", "params": {}}]"#,
            r#""train": [{"estimator": "ridge", "params": {"alpha": 2.5}}]"#,
            "“Ridge”: alpha changed from 1.0 to 2.5.",
        ),
        (
            r#""train": [{"estimator": "ridge", "params": {}}]"#,
            r#""train": [{"estimator": "lasso", "params": {}}]"#,
            "Trains Lasso instead of Ridge.",
        ),
        (r#""evaluate": {}"#, r#""evaluate": {"cv": {"kind": "k_fold"}}"#, "Evaluate: cv changed from none to k fold."),
    ];
    for (old, new, expected) in cases {
        assert_eq!(sentences(old, new)[0], expected);
        assert!(!sentences(new, old).is_empty());
    }
    let spec = |json: &str| PipelineSpec::from_json(json).unwrap();
    let kinds: Vec<ChangeKind> = diff(
        &spec(r#"{"pipette": 1, "features": {"columns": ["a"]}}"#),
        &spec(r#"{"pipette": 1, "features": {"columns": ["b"]}}"#),
    )
    .iter()
    .map(|change| change.kind)
    .collect();
    assert_eq!(kinds, [ChangeKind::Added, ChangeKind::Removed]);
}

fn numbers(name: &str, mean: f64, sd: f64, (min, max): (f64, f64), counts: &[u64]) -> ColumnProfile {
    let count = counts.iter().sum();
    ColumnProfile {
        name: name.into(),
        data_type: DataType::Float,
        count,
        missing: 0,
        distinct: count,
        distinct_is_estimate: false,
        min: Some(min),
        max: Some(max),
        mean: Some(mean),
        sd: Some(sd),
        q1: None,
        median: None,
        q3: None,
        histogram: Some(Histogram { min, max, counts: counts.to_vec() }),
        top: Vec::new(),
        example: None,
        infinite: 0,
    }
}

fn categories(name: &str, top: &[(&str, u64)]) -> ColumnProfile {
    let top: Vec<TopValue> =
        top.iter().map(|(value, count)| TopValue { value: (*value).into(), count: *count }).collect();
    let count = top.iter().map(|top| top.count).sum();
    ColumnProfile {
        data_type: DataType::Category,
        distinct: top.len() as u64,
        count,
        mean: None,
        sd: None,
        histogram: None,
        top,
        ..numbers(name, 0.0, 0.0, (0.0, 0.0), &[])
    }
}

fn summary(columns: Vec<ColumnProfile>) -> IngestSummary {
    let dialect = Dialect { delimiter: ',', decimal: '.', thousands: None, encoding: Encoding::Utf8, has_header: true };
    IngestSummary {
        name: "a.csv".into(),
        digest: pipette::base::Digest::of(b"a"),
        bytes: 1,
        rows: 100,
        dialect,
        columns,
        problems: Problems::default(),
        notes: Vec::new(),
    }
}

#[test]
fn drift_between_two_versions() {
    let old = summary(vec![
        numbers("same", 5.0, 1.0, (0.0, 10.0), &[10, 20, 40, 20, 10]),
        numbers("moved", 5.0, 1.0, (0.0, 10.0), &[10, 20, 40, 20, 10]),
        categories("state", &[("SP", 60), ("RJ", 40)]),
        categories("gone", &[("x", 100)]),
        numbers("code", 5.0, 1.0, (0.0, 10.0), &[100]),
    ]);
    let mut moved = numbers("moved", 6.0, 1.0, (0.0, 10.0), &[0, 10, 20, 40, 30]);
    moved.missing = 25;
    let mut new = summary(vec![
        categories("code", &[("1", 100)]),
        numbers("same", 5.0, 1.0, (0.0, 10.0), &[10, 20, 40, 20, 10]),
        moved,
        categories("state", &[("SP", 50), ("RJ", 40), ("MG", 10)]),
        categories("new", &[("x", 100)]),
    ]);
    new.rows = 125;
    let drift = dataset_drift(&old, &new);
    assert_eq!((drift.rows, drift.added.join(","), drift.removed.join(",")), ((100, 125), "new".into(), "gone".into()));
    assert!(drift.reordered);
    let order: Vec<&str> = drift.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(order, ["code", "moved", "state", "same"]);
    let [code, moved, state, same] = drift.columns.as_slice() else { panic!() };
    assert_eq!(code.retyped, Some(("Float".into(), "Category".into())));
    // d = (6 − 5) / 1.
    assert_eq!((moved.effect, moved.magnitude, moved.missing), (Some(1.0), Magnitude::Large, (0.0, 0.2)));
    // Five groups of 10, 20, 40, 20, 10 %; the new shares are 0 (counted as 0.0001), 10, 20, 40, 30 %.
    let pairs = [(0.1, 1e-4), (0.2, 0.1), (0.4, 0.2), (0.2, 0.4), (0.1, 0.3)];
    let expected: f64 = pairs.iter().map(|(p, q): &(f64, f64)| (q - p) * (q / p).ln()).sum();
    assert!((moved.psi.unwrap() - expected).abs() < 1e-9, "{:?} {expected}", moved.psi);
    assert!(moved.sentence.contains("its mean went from 5 to 6: a large effect (d = 1.00"), "{}", moved.sentence);
    assert!(moved.sentence.contains("20 % instead of 0 % of its cells are missing"), "{}", moved.sentence);
    // Cohen's w over SP (60 and 50 %) and MG (0 and 10 %).
    let w = (0.01_f64 / 2.2 + 0.01 / 0.2).sqrt();
    assert!((state.effect.unwrap() - w).abs() < 1e-9);
    assert_eq!((same.effect, same.magnitude), (Some(0.0), Magnitude::Negligible));
    assert!(same.psi.unwrap() < 1e-12);
    assert_eq!(same.sentence, "same is about the same.");
    assert!(
        drift.sentence.starts_with("125 rows instead of 100, the column new added, the column gone removed, code and "),
        "{}",
        drift.sentence
    );
    assert_eq!(dataset_drift(&old, &old).sentence, "Nothing of note changed.");
}
