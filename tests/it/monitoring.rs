//! What is kept of requests: drift against SciPy, on rows of Olist that were resampled and shifted; true values; a second model.

use pipette::features::{InputColumn, Reference};
use pipette::monitoring::{
    MIN_ROWS, Observed, Record, Report, Subject, Test, Truth, TruthError, Verdict, drift, drifted, report,
};
use pipette::pipeline::StepOutput;
use pipette::registry::Monitoring;
use pipette::serving::{Request, RunScorer, score};
use pipette::table::{Column, ColumnData, DataType, Table};
use pipette::tracking::RunRecord;
use pipette::tracking::suite::run_record;
use pipette::validation::Preference;
use serde_json::{Value, json};

use crate::modelling::run_on;

const OLIST: &str = include_str!("../cases/olist.csv");
const INPUTS: [&str; 5] = ["price", "freight_value", "payment_installments", "customer_state", "payment_type"];
const TARGET: &str = "payment_value";

#[track_caller]
fn assert_near(found: f64, wanted: &Value, what: &str) {
    let wanted = wanted.as_f64().unwrap();
    assert!((found - wanted).abs() <= 1e-12 + 1e-10 * wanted.abs(), "{what}: {found}, not {wanted}");
}

/// Drift of one column, where nothing is predicted.
fn drift_of(trained: Column, asked: Column) -> pipette::monitoring::Drift {
    let inputs = [InputColumn { name: trained.name.clone(), data_type: trained.data_type, seen: None }];
    let (n, m) = (trained.len(), asked.len());
    let rows: Vec<u32> = (0..n as u32).collect();
    let reference = Reference::of(&inputs, &Table::new(vec![trained], n), &rows, &[]);
    let mut counts = Vec::new();
    reference.count(&inputs, &Table::new(vec![asked], m), &[], &mut counts);
    drift(&reference, &inputs, &counts, 0.2).remove(0)
}

/// SciPy 1.17.1 (`tests/python/monitoring.py`).
#[test]
fn drift_is_scipys() {
    let golden: Value = serde_json::from_str(include_str!("../golden/monitoring.json")).unwrap();
    for pair in golden["kolmogorov"].as_array().unwrap() {
        let x = pair[0].as_f64().unwrap();
        assert_near(pipette::diagnostics::distributions::kolmogorov::sf(x), &pair[1], &format!("at {x}"));
    }
    let column = |values: &Value| {
        let values = values.as_array().unwrap().iter().map(|value| value.as_f64().unwrap_or(f64::NAN));
        Column::float("x", values.collect())
    };
    for (place, case) in golden["numbers"].as_array().unwrap().iter().enumerate() {
        let found = drift_of(column(&case["training"]), column(&case["asked"]));
        assert_near(found.psi, &case["psi"], &format!("PSI of {place}"));
        let Some(Test::Ks { d, p }) = found.test else { panic!("no test of {place}") };
        assert_near(d, &case["d"], &format!("D of {place}"));
        assert_near(p, &case["p"], &format!("p of {place}"));
        // Of all values D is at most 1/40 larger, and p smaller.
        let (whole_d, whole_p) = (case["whole_d"].as_f64().unwrap(), case["whole_p"].as_f64().unwrap());
        assert!(d <= whole_d + 1e-12 && whole_d <= d + 0.025, "{place}: {d}, {whole_d}");
        assert!(whole_p <= p + 0.01, "{place}: {p}, {whole_p}");
        let wanted = [Verdict::Same, Verdict::Drifted, Verdict::Drifted, Verdict::Drifted][place];
        assert_eq!(found.verdict, wanted, "{place}: {}", found.psi);
    }
    let column = |labels: &Value, counts: &Value| {
        let labels: Vec<String> =
            labels.as_array().unwrap().iter().map(|label| label.as_str().unwrap().to_owned()).collect();
        let counts = counts.as_array().unwrap().iter().enumerate();
        let codes = counts.flat_map(|(code, n)| vec![code as u16; n.as_u64().unwrap() as usize]).collect();
        Column::new("x", DataType::Category, ColumnData::Category { codes, labels })
    };
    for (place, case) in golden["categories"].as_array().unwrap().iter().enumerate() {
        let found = drift_of(column(&case["labels"], &case["training"]), column(&case["labels"], &case["asked"]));
        assert_near(found.psi, &case["psi"], &format!("PSI of {place}"));
        let Some(Test::Chi2 { chi2, df, p }) = found.test else { panic!("no test of {place}") };
        assert_near(chi2, &case["chi2"], &format!("χ² of {place}"));
        assert_near(p, &case["p"], &format!("p of {place}"));
        assert_eq!(u64::from(df), case["df"].as_u64().unwrap());
        assert_eq!(found.verdict, [Verdict::Same, Verdict::Drifted][place]);
    }
}

fn olist_run(name: &str, estimator: &str) -> RunRecord {
    let outcome = run_on(
        OLIST,
        &json!({
            "pipette": 1,
            "features": {
                "target": TARGET,
                "columns": INPUTS,
                "encoders": [{"encoder": "one_hot_encoder", "columns": ["customer_state", "payment_type"], "handle_unknown": "ignore"}],
            },
            "train": [{"estimator": estimator}],
        }),
    );
    assert!(outcome.outputs.len() == 5, "{:?}", outcome.stopped);
    RunRecord { outputs: outcome.outputs, ..run_record(name, 0) }
}

/// Rows of Olist: the inputs and the target.
fn rows() -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(OLIST.as_bytes());
    let head = reader.headers().unwrap().clone();
    let places: Vec<usize> =
        INPUTS.iter().chain([&TARGET]).map(|name| head.iter().position(|known| known == *name).unwrap()).collect();
    reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| places.iter().map(|place| row[*place].to_owned()).collect())
        .collect()
}

/// So many rows, drawn with replacement.
fn resampled(n: usize, mut seed: u64) -> Vec<Vec<String>> {
    let rows = rows();
    (0..n)
        .map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rows[(seed >> 33) as usize % rows.len()].clone()
        })
        .collect()
}

fn csv_of(rows: &[Vec<String>], with_target: bool) -> String {
    let width = INPUTS.len() + usize::from(with_target);
    let head: Vec<&str> = INPUTS.iter().copied().chain([TARGET]).take(width).collect();
    let lines = rows.iter().map(|row| row[..width].join(","));
    std::iter::once(head.join(",")).chain(lines).collect::<Vec<_>>().join("\n")
}

struct Desk {
    run: RunRecord,
    shadow: Option<RunRecord>,
    settings: Monitoring,
    record: Record,
    time: i64,
}

impl Desk {
    fn new(shadow: Option<RunRecord>) -> Self {
        let run = olist_run("answers", "linear_regression");
        Self { run, shadow, settings: Monitoring::default(), record: Record::default(), time: 1_000_000 }
    }

    /// Asks row by row, as a client does, and keeps what the service worker keeps: through the text of the store.
    fn ask(&mut self, rows: &[Vec<String>]) {
        let scorer = RunScorer::of(&self.run).unwrap();
        let beside = self.shadow.as_ref().and_then(RunScorer::of);
        for part in rows.chunks(50) {
            let mut since = Record::default();
            for row in part {
                let body = csv_of(std::slice::from_ref(row), false);
                let request =
                    Request { method: "POST", path: "/invocations", content_type: "text/csv", body: body.as_bytes() };
                let (response, scored) = score(&request, &scorer);
                assert_eq!(response.status, 200, "{}", response.body);
                let others = beside.as_ref().map(|beside| score(&request, beside).1.unwrap().1);
                self.time += 100;
                let shadow = self.shadow.as_ref().zip(others.as_deref());
                since.observe(
                    &self.settings,
                    &Observed {
                        time: self.time,
                        latency: 1.5,
                        status: response.status,
                        model: Some((&self.run.info.run_id, scorer.training())),
                        scored: scored.as_ref(),
                        shadow: shadow.map(|(run, predictions)| (run.info.run_id.as_str(), Some(predictions))),
                    },
                );
            }
            self.record.absorb(since);
            let text = serde_json::to_string(&self.record).unwrap();
            let read: Record = serde_json::from_str(&text).unwrap();
            assert_eq!(read, self.record, "what is kept is what was counted");
        }
    }

    fn report(&self) -> Report {
        let shadow = self.shadow.as_ref().map(|run| Subject { version: 2, run });
        report(&self.record, &self.settings, Some(Subject { version: 1, run: &self.run }), shadow)
    }

    fn drifted(&self) -> Vec<String> {
        let scorer = RunScorer::of(&self.run).unwrap();
        drifted(&self.record, &self.settings, &self.run.info.run_id, scorer.training())
    }
}

#[test]
fn a_shifted_file_raises_drift_and_a_resampled_one_does_not() {
    for seed in [1, 2, 3] {
        let mut desk = Desk::new(None);
        desk.ask(&resampled(MIN_ROWS as usize - 1, seed));
        let few = desk.report();
        assert!(few.drift.unwrap().iter().all(|drift| drift.verdict == Verdict::TooFew));
        desk.ask(&resampled(301, seed + 10));
        let report = desk.report();
        assert_eq!((report.requests, report.rows, report.drift_rows), (500, 500, 500));
        let drift = report.drift.unwrap();
        assert_eq!(drift.len(), INPUTS.len() + 1);
        assert!(drift.iter().all(|drift| drift.verdict != Verdict::Drifted), "{drift:#?}");
        assert_eq!(desk.drifted(), Vec::<String>::new());

        // Prices rise by sixty per cent, and people pay by other means.
        let mut shifted = resampled(1_000, seed + 20);
        for (place, row) in shifted.iter_mut().enumerate() {
            row[0] = (row[0].parse::<f64>().unwrap() * 1.6 + 10.0).to_string();
            if place % 2 == 0 {
                row[4] = "voucher".into();
            }
        }
        desk.ask(&shifted);
        let report = desk.report();
        assert_eq!(report.requests, 1_500);
        let drift = report.drift.unwrap();
        let of = |name: &str| drift.iter().find(|drift| drift.input.as_deref() == Some(name)).unwrap().clone();
        for name in ["price", "payment_type"] {
            let found = of(name);
            let p = match found.test.unwrap() {
                Test::Ks { p, .. } | Test::Chi2 { p, .. } => p,
            };
            assert!(found.verdict == Verdict::Drifted && p < 1e-6, "{found:?}");
        }
        for name in ["freight_value", "payment_installments", "customer_state"] {
            assert_ne!(of(name).verdict, Verdict::Drifted, "{:?}", of(name));
        }
        assert!(desk.drifted().contains(&"price".to_owned()));
        // Over time it began after the first requests.
        let price = report.series.iter().position(|name| name.as_deref() == Some("price")).unwrap();
        let (first, last) = (report.drift_points.first().unwrap(), report.drift_points.last().unwrap());
        assert!(first.psi[price].unwrap() < 0.2 && last.psi[price].unwrap() > 0.2, "{:?}", report.drift_points);
    }
}

#[test]
fn true_values_that_come_later_give_live_metrics_and_a_paired_verdict() {
    let mut desk = Desk::new(Some(olist_run("beside", "dummy_regressor")));
    let mut asked = resampled(400, 5);
    desk.ask(&asked);
    let shadow = desk.report().shadow.unwrap();
    assert_eq!((shadow.rows, shadow.failed, shadow.verdict), (400, 0, None));
    assert_eq!(shadow.correlation, None, "one that always says the same");
    assert!(shadow.share_apart.unwrap() > 0.5 && shadow.difference.is_some(), "{shadow:?}");

    // The file is in another order, and has rows that nobody asked.
    asked.reverse();
    let mut file = asked.clone();
    file.insert(7, ["1.25", "3", "2", "SP", "boleto", "9"].map(str::to_owned).to_vec());
    let text = format!("\u{feff}{}\n", csv_of(&file, true));
    let training = desk.run.outputs.iter().find_map(|output| match output {
        StepOutput::Train(training) => Some((**training).clone()),
        _ => None,
    });
    let features = training.unwrap().features;
    let mut truth = Truth::new(&desk.record.sample, 0, &features).unwrap();
    for piece in text.as_bytes().chunks(1_000) {
        truth.push(piece).unwrap();
    }
    let found = truth.finish().unwrap();
    assert_eq!((found.rows, found.matched), (401, 400));
    found.apply(&mut desk.record.sample, &features);

    let report = desk.report();
    let live = report.live.unwrap();
    assert_eq!(live.n, 400);
    let rmse = live.metrics.iter().find(|metric| metric.name == "rmse").unwrap();
    // By hand: among equal rows any true value goes with the one prediction.
    let scorer = RunScorer::of(&desk.run).unwrap();
    let body = csv_of(&asked, false);
    let request = Request { method: "POST", path: "/invocations", content_type: "text/csv", body: body.as_bytes() };
    let (_, predictions) = score(&request, &scorer).1.unwrap();
    let squares = predictions.iter().zip(&asked).map(|(p, row)| (row[5].parse::<f64>().unwrap() - p).powi(2));
    let wanted = (squares.sum::<f64>() / 400.0).sqrt();
    assert!((rmse.live.unwrap() - wanted).abs() < 1e-9 * wanted, "{rmse:?} and {wanted}");
    assert!(rmse.shadow.unwrap() > rmse.live.unwrap() && rmse.tested.is_some());
    let verdict = report.shadow.unwrap().verdict.unwrap();
    assert_eq!((verdict.n, verdict.preference), (400, Preference::A));

    let refused = |text: &str| {
        let mut truth = Truth::new(&desk.record.sample, 0, &features).unwrap();
        truth.push(text.as_bytes()).and_then(|()| truth.finish()).map(drop).unwrap_err()
    };
    assert_eq!(refused("price,freight_value\n1,2\n"), TruthError::NoTarget { target: TARGET.into() });
    assert_eq!(refused(""), TruthError::NoTarget { target: TARGET.into() });
    assert_eq!(refused("payment_value;price\n1;2\n"), TruthError::NoInput { column: "freight_value".into() });
    assert_eq!(refused(&csv_of(&file[7..8], true)), TruthError::NoneAsked);
    assert_eq!(Truth::new(&Record::default().sample, 0, &features).unwrap_err(), TruthError::NoSample);
}

#[test]
fn what_is_kept_has_limits_and_a_reset_can_be_taken_back() {
    let mut desk = Desk::new(None);
    let rows = resampled(50, 9);
    for _ in 0..40 {
        desk.ask(&rows);
        desk.time += 3_600_000;
    }
    let report = desk.report();
    assert_eq!((report.requests, report.sampled), (2_000, 1_000));
    assert!(report.points.len() <= 60 && report.points.len() > 15, "{}", report.points.len());
    assert_eq!(report.points.iter().map(|point| point.requests).sum::<u64>(), 2_000);
    let size = serde_json::to_string(&desk.record).unwrap().len();
    assert!(size < 400_000, "{size}");

    let before = desk.settings.clone();
    desk.settings = Monitoring { since: desk.time, samples: false, ..before.clone() };
    assert_eq!((desk.report().requests, desk.report().sampled), (0, 0));
    desk.ask(&rows[..10]);
    assert_eq!((desk.report().requests, desk.report().sampled), (10, 0));
    desk.settings = before;
    assert_eq!(desk.report().requests, 2_000);

    // Refusals are requests, too.
    let refusal = Observed { time: desk.time, latency: 0.2, status: 400, model: None, scored: None, shadow: None };
    desk.record.observe(&desk.settings, &refusal);
    assert_eq!((desk.report().requests, desk.report().errors), (2_001, vec![(400, 1)]));

    // Another run has other cells: the counts of the former one are not its.
    let older = desk.run.clone();
    desk.run.info.run_id = "2".repeat(32);
    desk.ask(&rows[..10]);
    let report = desk.report();
    assert_eq!((report.requests, report.drift_rows, report.sampled), (2_011, 10, 10));
    // A run from before references were kept says so.
    desk.run = older;
    for output in &mut desk.run.outputs {
        if let StepOutput::Train(training) = output {
            training.reference = None;
        }
    }
    assert_eq!((desk.report().drift, desk.report().requests), (None, 2_011));
}
