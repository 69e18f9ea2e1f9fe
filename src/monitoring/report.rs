//! What a page says of a deployment's requests.

use serde::{Deserialize, Serialize};

use super::drift::{MIN_ROWS, drift, spread_psi};
use super::record::{Counts, Shadow, apart};
use super::{Bucket, Drift, Record, SampledRow, Verdict};
use crate::evaluate::{DataSplit, Tally, Task};
use crate::pipeline::Training;
use crate::registry::Monitoring;
use crate::tracking::RunRecord;
use crate::validation::{Preference, compare};

/// Drift is of the newest requests that have so many rows together, so that what was asked long ago hides nothing.
const NEWEST_ROWS: u64 = 1_000;
/// Of intervals and verdicts.
const CONFIDENCE: f64 = 0.95;

/// A version and its run.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub version: u32,
    pub run: &'a RunRecord,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    pub requests: u64,
    pub rows: u64,
    /// How many requests were refused, by status.
    pub errors: Vec<(u16, u64)>,
    /// p50, p95 and p99, in milliseconds.
    pub latency: Option<[f64; 3]>,
    pub points: Vec<Point>,
    /// What drifted most comes first; `None` where the run does not know how its training rows are spread.
    pub drift: Option<Vec<Drift>>,
    /// Rows that the drift is of.
    pub drift_rows: u64,
    /// What `DriftPoint::psi` are of; `None` is the prediction.
    pub series: Vec<Option<String>>,
    pub drift_points: Vec<DriftPoint>,
    /// Rows that are kept.
    pub sampled: u64,
    pub live: Option<Live>,
    pub shadow: Option<ShadowReport>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Unix milliseconds.
    pub start: i64,
    /// Milliseconds.
    pub width: i64,
    pub requests: u64,
    pub rows: u64,
    pub errors: u64,
    pub latency: Option<[f64; 3]>,
    /// Of the run that answered last in it.
    pub mean_prediction: Option<f64>,
}

/// At least `MIN_ROWS` rows that were asked one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DriftPoint {
    /// Unix milliseconds.
    pub start: i64,
    pub rows: u64,
    pub psi: Vec<Option<f64>>,
}

/// Metrics over the rows whose true values are known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Live {
    pub n: u64,
    pub metrics: Vec<LiveMetric>,
}

/// A metric of live rows, beside that of the test rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LiveMetric {
    pub name: String,
    pub live: Option<f64>,
    pub tested: Option<f64>,
    /// Of the version beside, on the same rows.
    pub shadow: Option<f64>,
}

/// The version beside.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShadowReport {
    pub version: u32,
    /// The version that answers.
    pub against: u32,
    pub rows: u64,
    /// Requests that it could not answer.
    pub failed: u64,
    /// Its predictions less those that were answered, on average.
    pub difference: Option<f64>,
    pub correlation: Option<f64>,
    /// From which difference on predictions count as different.
    pub apart: Option<f64>,
    pub share_apart: Option<f64>,
    /// By the squared errors of the same rows, where their true values are known.
    pub verdict: Option<PairedVerdict>,
}

/// A paired t-test of squared errors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PairedVerdict {
    pub n: u64,
    /// `B` is the version beside.
    pub preference: Preference,
    /// Its mean squared error less that of the one that answers, with half the 95 % interval.
    pub difference: f64,
    pub half: f64,
}

/// What was asked of the version that answers now, and the one beside.
#[must_use]
pub fn report(record: &Record, settings: &Monitoring, answering: Option<Subject>, shadow: Option<Subject>) -> Report {
    let mut total = Bucket::default();
    record.since(settings.since).for_each(|bucket| total.absorb(bucket));
    let points = record.since(settings.since).map(|bucket| point(bucket, record.width())).collect();
    let mut found = Report {
        requests: total.requests,
        rows: total.rows,
        latency: percentiles(&total),
        errors: total.errors.into_iter().collect(),
        points,
        sampled: record.sample.since(settings.since).count() as u64,
        ..Report::default()
    };
    let Some((subject, training)) = answering.and_then(|subject| Some((subject, subject.run.training()?))) else {
        return found;
    };
    let run_id = subject.run.info.run_id.as_str();
    if let Some(reference) = &training.reference {
        let newest = newest(record, settings.since, run_id);
        let inputs = &training.features.inputs;
        found.drift = Some(drift(reference, inputs, &newest.cells, settings.psi_threshold));
        found.drift_rows = newest.rows;
        found.series = inputs.iter().map(|input| Some(input.name.clone())).chain([None]).collect();
        found.drift_points = drift_points(record, settings.since, run_id, training);
    }
    let is_own = record.sample.run_id == run_id;
    let known: Vec<&SampledRow> =
        record.sample.since(settings.since).filter(|row| is_own && row.actual.is_some()).collect();
    let beside = shadow.filter(|shadow| record.sample.shadow_run_id == shadow.run.info.run_id);
    found.live = (!known.is_empty()).then(|| live(&known, subject, beside));
    found.shadow = shadow.map(|beside| {
        let mut total = Shadow::default();
        let of_both = record.since(settings.since).map(|bucket| &bucket.shadow);
        of_both
            .filter(|shadow| shadow.run_ids.0 == run_id && shadow.run_ids.1 == beside.run.info.run_id)
            .for_each(|shadow| total.absorb(shadow));
        ShadowReport {
            version: beside.version,
            against: subject.version,
            rows: total.pairs.n,
            failed: total.failed,
            difference: total.pairs.difference(),
            correlation: total.pairs.correlation(),
            apart: training.reference.as_ref().and_then(apart),
            share_apart: training.reference.as_ref().and_then(|_| total.pairs.share_apart()),
            verdict: (record.sample.shadow_run_id == beside.run.info.run_id).then(|| paired(&known)).flatten(),
        }
    });
    found
}

/// The inputs that have drifted, in order of their names; the prediction is `prediction`.
#[must_use]
pub fn drifted(record: &Record, settings: &Monitoring, run_id: &str, training: &Training) -> Vec<String> {
    let Some(reference) = &training.reference else { return Vec::new() };
    let newest = newest(record, settings.since, run_id);
    let drift = drift(reference, &training.features.inputs, &newest.cells, settings.psi_threshold);
    let drifted = drift.into_iter().filter(|drift| drift.verdict == Verdict::Drifted);
    let mut names: Vec<String> = drifted.map(|drift| drift.input.unwrap_or_else(|| "prediction".to_owned())).collect();
    names.sort_unstable();
    names
}

fn newest(record: &Record, since: i64, run_id: &str) -> Counts {
    let mut newest = Counts::default();
    let of_run = record.since(since).rev().map(|bucket| &bucket.counts).filter(|counts| counts.run_id == run_id);
    for counts in of_run {
        if newest.rows >= NEWEST_ROWS {
            break;
        }
        newest.absorb(counts);
    }
    newest
}

fn percentiles(bucket: &Bucket) -> Option<[f64; 3]> {
    let [median, slow, slowest] = [0.5, 0.95, 0.99].map(|share| bucket.latencies.quantile(share));
    Some([median?, slow?, slowest?])
}

fn point(bucket: &Bucket, width: i64) -> Point {
    Point {
        start: bucket.start,
        width,
        requests: bucket.requests,
        rows: bucket.rows,
        errors: bucket.errors.values().sum(),
        latency: percentiles(bucket),
        mean_prediction: (bucket.counts.rows > 0).then(|| bucket.counts.sum / bucket.counts.rows as f64),
    }
}

fn drift_points(record: &Record, since: i64, run_id: &str, training: &Training) -> Vec<DriftPoint> {
    let Some(reference) = &training.reference else { return Vec::new() };
    let spreads: Vec<_> = reference.inputs.iter().chain([&reference.prediction]).collect();
    let (mut points, mut counts, mut start) = (Vec::new(), Counts::default(), None);
    for bucket in record.since(since).filter(|bucket| bucket.counts.run_id == run_id) {
        start.get_or_insert(bucket.start);
        counts.absorb(&bucket.counts);
        if counts.rows < MIN_ROWS {
            continue;
        }
        let psi = |(spread, asked): (&&Option<_>, &Vec<u64>)| {
            spread.as_ref().filter(|_| !asked.is_empty()).map(|spread| spread_psi(spread, asked))
        };
        let psi = spreads.iter().zip(&counts.cells).map(psi).collect();
        points.push(DriftPoint { start: start.take().unwrap_or(bucket.start), rows: counts.rows, psi });
        counts = Counts::default();
    }
    points
}

fn live(known: &[&SampledRow], subject: Subject, beside: Option<Subject>) -> Live {
    let of = |subject: Subject, predicted: fn(&SampledRow) -> Option<f64>| {
        let training = subject.run.training()?;
        let classes = training.summary.model.classes();
        let scale = |value: f64| match classes {
            // The expected value of two classes says how likely the second one is.
            Some([first, second]) => (value - first) / (second - first),
            None => value,
        };
        let pairs = known.iter().filter_map(|row| Some((row.actual?, scale(predicted(row)?))));
        let (actual, predicted): (Vec<f64>, Vec<f64>) = pairs.unzip();
        let mut tally = Tally::new(Task::of(classes), training.features.names.len());
        tally.absorb(&actual, &predicted);
        Some(tally.values())
    };
    let own = of(subject, |row| Some(row.prediction)).unwrap_or_default();
    let other = beside.and_then(|beside| of(beside, |row| row.shadow)).unwrap_or_default();
    let tested = |name: &str| subject.run.evaluation()?.summary.metric(name, DataSplit::Test)?.value;
    let metric = |(name, live): (&str, Option<f64>)| LiveMetric {
        name: name.to_owned(),
        live,
        tested: tested(name),
        shadow: other.iter().find(|(known, _)| *known == name).and_then(|(_, value)| *value),
    };
    Live { n: known.len() as u64, metrics: own.into_iter().map(metric).collect() }
}

fn paired(known: &[&SampledRow]) -> Option<PairedVerdict> {
    let errors = known.iter().filter_map(|row| {
        let (actual, beside) = (row.actual?, row.shadow?);
        Some(((actual - row.prediction).powi(2), (actual - beside).powi(2)))
    });
    let (own, beside): (Vec<f64>, Vec<f64>) = errors.unzip();
    // Rows are not folds that share their training rows: without that correction it is the paired t-test.
    let sizes = (f64::INFINITY, 1.0);
    let found = compare("mse", ("", &own), ("", &beside), sizes, CONFIDENCE).ok()?;
    Some(PairedVerdict {
        n: own.len() as u64,
        preference: found.preference,
        difference: found.difference,
        half: (found.hi - found.lo) / 2.0,
    })
}
