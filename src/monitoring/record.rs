//! What is kept of a deployment's requests. Every part adds up, and every part has a limit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Latencies, Pairs};
use crate::features::{Reference, Spread};
use crate::pipeline::Training;
use crate::registry::Monitoring;
use crate::serving::ScoredRows;
use crate::table::{Column, Table};

/// The kind of document that holds a `Record`, under the deployment's name.
pub const MONITOR: &str = "monitor";

/// Stretches of time that are told apart.
const BUCKETS: usize = 60;
/// How long the first are, in milliseconds. Where there are too many, all become twice as long.
const WIDTH: i64 = 10_000;
/// Rows of requests that are kept, the newest ones.
const ROWS: usize = 1_000;
/// A row whose cells are longer in sum is not kept.
const ROW_BYTES: usize = 2_000;
/// Two predictions differ where they are further apart than this share of the standard deviation that training has seen.
const APART: f64 = 0.1;

/// A deployment's requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Milliseconds.
    width: i64,
    /// By time.
    pub buckets: Vec<Bucket>,
    pub sample: Sample,
}

impl Default for Record {
    fn default() -> Self {
        Self { width: WIDTH, buckets: Vec::new(), sample: Sample::default() }
    }
}

/// Requests of a stretch of time.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bucket {
    /// When the counts that it belongs to began (`Monitoring::since`): a reset that is taken back finds the older ones again.
    pub since: i64,
    /// Unix milliseconds.
    pub start: i64,
    pub requests: u64,
    pub rows: u64,
    /// By status, those that are not 200.
    pub errors: BTreeMap<u16, u64>,
    pub latencies: Latencies,
    pub counts: Counts,
    pub shadow: Shadow,
}

/// Rows in the cells of a run's reference. Another run has other cells: its counts take the place of these.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub run_id: String,
    pub rows: u64,
    /// Sum of the predictions that are finite.
    pub sum: f64,
    /// One list an input, and the last of the prediction.
    pub cells: Vec<Vec<u64>>,
}

/// Predictions of two runs for the same rows.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Shadow {
    /// Of the run that answers, and of the one beside.
    pub run_ids: (String, String),
    pub pairs: Pairs,
    /// Requests that the one beside could not answer.
    pub failed: u64,
}

/// The newest rows, all of them asked of one run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Sample {
    pub run_id: String,
    /// Whose predictions `SampledRow::shadow` are.
    pub shadow_run_id: String,
    /// The inputs.
    pub names: Vec<String>,
    pub rows: Vec<SampledRow>,
}

/// A row that was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SampledRow {
    #[serde(rename = "t")]
    pub time: i64,
    #[serde(rename = "x")]
    pub cells: Vec<Value>,
    #[serde(rename = "p")]
    pub prediction: f64,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<f64>,
    /// The true value, where it came later.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<f64>,
}

/// What the model beside said to a request: its run, and its predictions where it could.
pub type Shadowed<'a> = (&'a str, Option<&'a [f64]>);

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// Unix milliseconds.
    pub time: i64,
    /// Milliseconds.
    pub latency: f64,
    pub status: u16,
    /// The run that answered, with what its training left; `None` where none could.
    pub model: Option<(&'a str, &'a Training)>,
    pub scored: Option<&'a ScoredRows>,
    pub shadow: Option<Shadowed<'a>>,
}

impl Record {
    /// Takes in a request.
    pub fn observe(&mut self, settings: &Monitoring, request: &Observed) {
        let mut bucket = Bucket {
            since: settings.since,
            start: request.time,
            requests: 1,
            rows: request.scored.map_or(0, |(table, _)| table.n_rows() as u64),
            ..Bucket::default()
        };
        if request.status != 200 {
            bucket.errors.insert(request.status, 1);
        }
        bucket.latencies.add(request.latency);
        if let (Some((run_id, training)), Some((table, predictions))) = (request.model, request.scored) {
            bucket.counts.take(run_id, training, table, predictions);
            if let Some((shadow_run_id, shadow)) = request.shadow {
                bucket.shadow.run_ids = (run_id.to_owned(), shadow_run_id.to_owned());
                bucket.shadow.take(training.reference.as_ref(), predictions, shadow);
            }
            if settings.samples {
                self.sample.absorb(Sample::of(run_id, table, predictions, request));
            }
        }
        self.put(bucket);
        self.keep_to_limits();
    }

    /// Takes in what was counted elsewhere, later than this.
    pub fn absorb(&mut self, later: Self) {
        self.width = self.width.max(later.width);
        for bucket in later.buckets {
            self.put(bucket);
        }
        self.sample.absorb(later.sample);
        self.keep_to_limits();
    }

    /// The buckets of the counts that began then.
    pub fn since(&self, since: i64) -> impl DoubleEndedIterator<Item = &Bucket> {
        self.buckets.iter().filter(move |bucket| bucket.since == since)
    }

    /// How long a bucket is, in milliseconds.
    #[must_use]
    pub fn width(&self) -> i64 {
        self.width
    }

    fn put(&mut self, bucket: Bucket) {
        let slot = |bucket: &Bucket| (bucket.since, bucket.start.div_euclid(self.width));
        match self.buckets.iter_mut().rev().find(|known| slot(known) == slot(&bucket)) {
            Some(known) => known.absorb(&bucket),
            None => self.buckets.push(bucket),
        }
    }

    fn keep_to_limits(&mut self) {
        // Counts that a reset has left behind stay until the next one.
        let mut began: Vec<i64> = self.buckets.iter().map(|bucket| bucket.since).collect();
        began.sort_unstable();
        began.dedup();
        if let [.., oldest, _] = began.as_slice() {
            let oldest = *oldest;
            self.buckets.retain(|bucket| bucket.since >= oldest);
        }
        while self.buckets.len() > BUCKETS {
            self.width *= 2;
            for bucket in std::mem::take(&mut self.buckets) {
                self.put(bucket);
            }
        }
    }
}

impl Bucket {
    /// Takes in all of a later one.
    pub fn absorb(&mut self, later: &Self) {
        self.start = self.start.min(later.start);
        self.requests += later.requests;
        self.rows += later.rows;
        for (status, count) in &later.errors {
            *self.errors.entry(*status).or_default() += count;
        }
        self.latencies.absorb(&later.latencies);
        self.counts.absorb(&later.counts);
        self.shadow.absorb(&later.shadow);
    }
}

impl Counts {
    fn take(&mut self, run_id: &str, training: &Training, table: &Table, predictions: &[f64]) {
        self.run_id = run_id.to_owned();
        self.rows = predictions.len() as u64;
        self.sum = predictions.iter().filter(|value| value.is_finite()).sum();
        if let Some(reference) = &training.reference {
            reference.count(&training.features.inputs, table, predictions, &mut self.cells);
        }
    }

    /// Takes in all of a later one, or gives way to it.
    pub fn absorb(&mut self, later: &Self) {
        if later.rows == 0 {
            return;
        }
        if self.run_id != later.run_id {
            *self = later.clone();
            return;
        }
        self.rows += later.rows;
        self.sum += later.sum;
        self.cells.resize_with(self.cells.len().max(later.cells.len()), Vec::new);
        for (own, other) in self.cells.iter_mut().zip(&later.cells) {
            own.resize(own.len().max(other.len()), 0);
            own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        }
    }
}

impl Shadow {
    fn take(&mut self, reference: Option<&Reference>, predictions: &[f64], shadow: Option<&[f64]>) {
        let limit = reference.and_then(apart).unwrap_or(0.0);
        match shadow {
            None => self.failed = 1,
            Some(shadow) => predictions.iter().zip(shadow).for_each(|(a, b)| self.pairs.add(*a, *b, limit)),
        }
    }

    /// Takes in all of a later one, or gives way to it.
    pub fn absorb(&mut self, later: &Self) {
        if later.pairs.n + later.failed == 0 {
            return;
        }
        if self.run_ids != later.run_ids {
            *self = later.clone();
            return;
        }
        self.pairs.absorb(&later.pairs);
        self.failed += later.failed;
    }
}

/// From which difference on two predictions count as different: a tenth of the distance between the 16th and the 84th
/// percentile of the training rows' predictions, halved, which of a normal distribution is the standard deviation.
pub(super) fn apart(reference: &Reference) -> Option<f64> {
    let Some(Spread::Numbers { knots, counts, .. }) = &reference.prediction else { return None };
    let total = counts.iter().sum::<u64>() as f64;
    let at = |share: f64| {
        let mut reached = 0;
        let place = counts.iter().position(|count| {
            reached += count;
            reached as f64 >= share * total
        });
        place.and_then(|place| knots.get(place).copied())
    };
    Some(APART * (at(0.84)? - at(0.16)?) / 2.0)
}

impl Sample {
    fn of(run_id: &str, table: &Table, predictions: &[f64], request: &Observed) -> Self {
        let columns = table.columns();
        let shadow = request.shadow.and_then(|(_, predictions)| predictions);
        let row = |row: usize| SampledRow {
            time: request.time,
            cells: columns.iter().map(|column| cell(column, row)).collect(),
            prediction: predictions.get(row).copied().unwrap_or(f64::NAN),
            shadow: shadow.and_then(|shadow| shadow.get(row).copied()).filter(|value| value.is_finite()),
            actual: None,
        };
        let length = |row: &SampledRow| row.cells.iter().filter_map(Value::as_str).map(str::len).sum::<usize>();
        Self {
            run_id: run_id.to_owned(),
            shadow_run_id: request.shadow.map_or_else(String::new, |(run_id, _)| run_id.to_owned()),
            names: columns.iter().map(|column| column.name.clone()).collect(),
            rows: (table.n_rows().saturating_sub(ROWS)..table.n_rows())
                .map(row)
                .filter(|row| row.prediction.is_finite() && length(row) <= ROW_BYTES)
                .collect(),
        }
    }

    fn absorb(&mut self, later: Self) {
        if later.rows.is_empty() {
            return;
        }
        if (&self.run_id, &self.names) != (&later.run_id, &later.names) {
            *self = later;
            return;
        }
        if self.shadow_run_id != later.shadow_run_id {
            self.rows.iter_mut().for_each(|row| row.shadow = None);
            self.shadow_run_id = later.shadow_run_id;
        }
        self.rows.extend(later.rows);
        self.rows.drain(..self.rows.len().saturating_sub(ROWS));
    }

    /// The rows of the counts that began then.
    pub fn since(&self, since: i64) -> impl Iterator<Item = &SampledRow> {
        self.rows.iter().filter(move |row| row.time >= since)
    }
}

/// A cell as JSON has it.
fn cell(column: &Column, row: usize) -> Value {
    match column.numbers() {
        Some(values) => values.get(row).copied().map_or(Value::Null, Value::from),
        None => column.cell_text(row).map_or(Value::Null, Value::from),
    }
}
