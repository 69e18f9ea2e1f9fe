//! True values that come later: a CSV with the model's inputs and the target. Its rows are found among the rows that were asked
//! by the inputs themselves, so that no request needs an id; among equal rows the first goes with the first.

use std::collections::{HashMap, VecDeque};

use super::record::Sample;
use crate::base::Coded;
use crate::features::FittedFeatures;
use crate::ingest::PANDAS_NA_VALUES;
use crate::table::DataType;
use serde_json::Value;

/// What separates cells, in the order in which it is tried.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// Why a file has no true values for these requests.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TruthError {
    #[error(
        "The first line of the file names no column {target}, which is what the model predicts. Add it, and the inputs."
    )]
    NoTarget { target: String },
    #[error("The file lacks the input {column}: rows are found by the values that were asked. Add the column.")]
    NoInput { column: String },
    #[error("Line {line} of the file cannot be read: {reason}. Correct it, and upload the file again.")]
    Line { line: u64, reason: String },
    #[error(
        "No row of the file was asked lately: of requests the newest 1,000 rows are kept, and their inputs must be in the file as they were asked."
    )]
    NoneAsked,
    #[error(
        "No row of a request is kept, so true values have nothing to be held against. Keep rows of requests, and ask first."
    )]
    NoSample,
}

impl Coded for TruthError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoTarget { .. } => "truth.no_target",
            Self::NoInput { .. } => "truth.no_input",
            Self::Line { .. } => "truth.line",
            Self::NoneAsked => "truth.none_asked",
            Self::NoSample => "truth.no_sample",
        }
    }
}

/// A row's inputs, each as text that is the same for the same value.
type Key = Vec<String>;

/// Reads the file piece by piece; only rows that were asked stay in memory.
#[derive(Debug)]
pub struct Truth<'a> {
    features: &'a FittedFeatures,
    /// Times at which each row was asked, the first one first.
    asked: HashMap<Key, VecDeque<i64>>,
    found: HashMap<(i64, Key), VecDeque<f64>>,
    /// Where the target and the inputs stand; `None` before the first line.
    places: Option<(u8, usize, Vec<usize>)>,
    /// What has not been followed by a line's end.
    rest: Vec<u8>,
    lines: u64,
    rows: u64,
    matched: u64,
}

/// True values of rows that were asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Truths {
    found: HashMap<(i64, Key), VecDeque<f64>>,
    /// Rows of the file.
    pub rows: u64,
    /// Those that were asked.
    pub matched: u64,
}

impl<'a> Truth<'a> {
    /// For the rows that are kept of a deployment, whose model has these features.
    ///
    /// # Errors
    /// `NoSample`.
    pub fn new(sample: &Sample, since: i64, features: &'a FittedFeatures) -> Result<Self, TruthError> {
        let mut asked: HashMap<Key, VecDeque<i64>> = HashMap::new();
        for row in sample.since(since) {
            asked.entry(key_of(sample, &row.cells, features)).or_default().push_back(row.time);
        }
        if asked.is_empty() {
            return Err(TruthError::NoSample);
        }
        let found = HashMap::new();
        Ok(Self { features, asked, found, places: None, rest: Vec::new(), lines: 0, rows: 0, matched: 0 })
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// `NoTarget`, `NoInput`, `Line`.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), TruthError> {
        self.rest.extend_from_slice(bytes);
        // Only a line's end outside of quotes ends a row.
        let (mut is_quoted, mut end) = (false, 0);
        for (place, byte) in self.rest.iter().enumerate() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\n' if !is_quoted => end = place + 1,
                _ => {}
            }
        }
        let whole: Vec<u8> = self.rest.drain(..end).collect();
        self.read(&whole)
    }

    /// The file has ended.
    ///
    /// # Errors
    /// As `push`, and `NoneAsked`.
    pub fn finish(mut self) -> Result<Truths, TruthError> {
        let rest = std::mem::take(&mut self.rest);
        self.read(&rest)?;
        match (self.places.is_some(), self.matched) {
            (false, _) => Err(TruthError::NoTarget { target: self.features.target.clone() }),
            (true, 0) => Err(TruthError::NoneAsked),
            (true, matched) => Ok(Truths { found: self.found, rows: self.rows, matched }),
        }
    }

    fn read(&mut self, mut bytes: &[u8]) -> Result<(), TruthError> {
        if self.places.is_none() {
            let Some(end) = bytes.iter().position(|byte| *byte == b'\n').or(bytes.len().checked_sub(1)) else {
                return Ok(());
            };
            let (head, rows) = bytes.split_at(end + 1);
            self.places = Some(self.places(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head))?);
            (self.lines, bytes) = (1, rows);
        }
        let Some((separator, target, inputs)) = self.places.clone() else { return Ok(()) };
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes);
        for record in reader.byte_records() {
            self.lines += 1;
            let record = record.map_err(|error| TruthError::Line { line: self.lines, reason: error.to_string() })?;
            let cell = |place: usize| String::from_utf8_lossy(record.get(place).unwrap_or_default());
            self.rows += 1;
            let Some(actual) = number(&cell(target)) else { continue };
            let is_number = self.features.inputs.iter().map(|input| is_counted(input.data_type));
            let key: Key = inputs.iter().zip(is_number).map(|(place, is)| canonical(&cell(*place), is)).collect();
            if let Some(time) = self.asked.get_mut(&key).and_then(VecDeque::pop_front) {
                self.matched += 1;
                self.found.entry((time, key)).or_default().push_back(actual);
            }
        }
        Ok(())
    }

    fn places(&self, head: &[u8]) -> Result<(u8, usize, Vec<usize>), TruthError> {
        let names = |separator: u8| {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(head);
            let first = reader.byte_records().next().and_then(Result::ok).unwrap_or_default();
            first.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect::<Vec<_>>()
        };
        let target = &self.features.target;
        let found = SEPARATORS.into_iter().map(|separator| (separator, names(separator)));
        let (separator, names) = found
            .into_iter()
            .find(|(_, names)| names.contains(target))
            .ok_or_else(|| TruthError::NoTarget { target: target.clone() })?;
        let place = |name: &String| names.iter().position(|known| known == name);
        let inputs = self
            .features
            .inputs
            .iter()
            .map(|input| place(&input.name).ok_or_else(|| TruthError::NoInput { column: input.name.clone() }));
        Ok((separator, place(target).unwrap_or_default(), inputs.collect::<Result<_, _>>()?))
    }
}

impl Truths {
    /// Puts the true values beside the rows that were asked.
    pub fn apply(mut self, sample: &mut Sample, features: &FittedFeatures) {
        let names = sample.names.clone();
        for row in &mut sample.rows {
            let key = key(&names, &row.cells, features);
            if let Some(actual) = self.found.get_mut(&(row.time, key)).and_then(VecDeque::pop_front) {
                row.actual = Some(actual);
            }
        }
    }
}

fn key_of(sample: &Sample, cells: &[Value], features: &FittedFeatures) -> Key {
    key(&sample.names, cells, features)
}

/// The inputs in the model's order.
fn key(names: &[String], cells: &[Value], features: &FittedFeatures) -> Key {
    let cell = |name: &String| names.iter().position(|known| known == name).and_then(|place| cells.get(place));
    let text = |cell: Option<&Value>, is_number: bool| match cell {
        Some(Value::String(text)) => canonical(text, is_number),
        Some(Value::Number(number)) => number.as_f64().map_or_else(String::new, |value| value.to_string()),
        _ => String::new(),
    };
    features.inputs.iter().map(|input| text(cell(&input.name), is_counted(input.data_type))).collect()
}

/// Truth values are asked as 0 and 1, and stand in files as words.
fn is_counted(data_type: DataType) -> bool {
    data_type.is_numeric() || data_type == DataType::Boolean
}

fn canonical(text: &str, is_number: bool) -> String {
    match text {
        text if PANDAS_NA_VALUES.contains(&text) => String::new(),
        text if is_number => number(text).map_or_else(|| text.to_owned(), |value| value.to_string()),
        text => text.to_owned(),
    }
}

fn number(text: &str) -> Option<f64> {
    match text.trim() {
        "True" | "TRUE" | "true" => Some(1.0),
        "False" | "FALSE" | "false" => Some(0.0),
        text => text.parse().ok().filter(|value: &f64| value.is_finite()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_value_of_a_file_is_the_number_that_was_asked() {
        let of = |text| canonical(text, is_counted(DataType::Boolean));
        assert_eq!([of("True"), of("false"), of("1"), of("")], ["1", "0", "1", ""]);
        assert_eq!(canonical("True", is_counted(DataType::Category)), "True");
    }
}
