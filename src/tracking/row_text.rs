//! A row of the runs table as one short text, decoded in one pass: what makes ten thousand runs load at once.
//!
//! The first line is the run itself, each further line begins with a letter: `p`aram, `m`etric, `t`ag, `d`ataset. Fields
//! stand between tabs; `\`, tab and line end are written `\\`, `\t` and `\n`.

use std::cmp::Ordering;

use super::{DatasetInput, LifecycleStage, MetricRecord, Param, RunInfo, RunStatus, RunSummary, Tag};
use crate::base::{Digest, argsort};
use crate::evaluate::DataSplit;
use crate::tracking::{metric_key, metric_prefix};

const VERSION: &str = "1";
/// Each row ends with a line end and has no empty line in it, so an empty line stands between two.
const BETWEEN: &str = "\n";
/// The beginning of the line of a tag `PARENT_TAG`.
const CHILD: &str = "\nt\tmlflow.parentRunId\t";
const STATUSES: [(&str, RunStatus); 5] = [
    ("R", RunStatus::Running),
    ("S", RunStatus::Scheduled),
    ("F", RunStatus::Finished),
    ("X", RunStatus::Failed),
    ("K", RunStatus::Killed),
];
const SPLITS: [(&str, DataSplit); 3] = [("t", DataSplit::Test), ("r", DataSplit::Train), ("c", DataSplit::Cv)];

/// The row as text.
#[must_use]
pub fn row_text(row: &RunSummary) -> String {
    let mut text = String::with_capacity(1024);
    let info = &row.info;
    let status = STATUSES.iter().find(|(_, status)| *status == info.status).map_or("F", |(letter, _)| letter);
    let lifecycle = if row.is_deleted() { "d" } else { "a" };
    let optional = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
    let (start, end, deleted) = (info.start_time.to_string(), optional(info.end_time), optional(info.deleted_time));
    let (n_cached, edits) = (row.n_cached.to_string(), row.edits.to_string());
    let fields =
        [VERSION, &info.run_id, &info.run_name, &info.experiment_id, status, &start, &end, lifecycle, &deleted];
    line(&mut text, &[&fields[..], &[n_cached.as_str(), edits.as_str()]].concat());
    for param in &row.params {
        line(&mut text, &["p", &param.key, &param.value]);
    }
    let usual = usual_time(info);
    for metric in &row.metrics {
        let split = SPLITS.iter().find(|(_, split)| *split == metric.split).map_or("t", |(letter, _)| letter);
        // The name is in the key, unless the metric came from elsewhere.
        let name = if metric_key(&metric.name, metric.split) == metric.key { "" } else { &metric.name };
        let (value, timestamp, step) =
            (metric.value.to_string(), metric.timestamp.to_string(), metric.step.to_string());
        // What was logged once, at the run's end, as nearly all is, needs neither time nor step.
        let is_usual = name.is_empty() && metric.timestamp == usual && metric.step == 0;
        let all = ["m", &metric.key, split, &value, &timestamp, &step, name];
        line(&mut text, if is_usual { &all[..4] } else { &all });
    }
    for tag in &row.tags {
        line(&mut text, &["t", &tag.key, &tag.value]);
    }
    if let Some(dataset) = &row.dataset {
        let (rows, columns, bytes) = (dataset.rows.to_string(), dataset.columns.to_string(), dataset.bytes.to_string());
        line(&mut text, &["d", &dataset.name, dataset.digest.as_str(), &rows, &columns, &bytes]);
    }
    text
}

/// When a run's metrics are logged, as a rule.
fn usual_time(info: &RunInfo) -> i64 {
    info.end_time.unwrap_or(info.start_time)
}

fn line(text: &mut String, fields: &[&str]) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            text.push('\t');
        }
        if field.contains(['\\', '\t', '\n']) {
            text.push_str(&field.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n"));
        } else {
            text.push_str(field);
        }
    }
    text.push('\n');
}

/// Many rows as one text: a message of one string is read many times faster than one of ten thousand objects.
#[must_use]
pub fn rows_text(rows: &[RunSummary]) -> String {
    rows.iter().map(row_text).collect::<Vec<_>>().join(BETWEEN)
}

/// What the text of a row says at once, without being read whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowHead<'a> {
    pub run_id: &'a str,
    /// Unix milliseconds.
    pub start_time: i64,
    pub is_deleted: bool,
    /// It belongs to another run.
    pub is_child: bool,
}

/// The head of a row's text; `None` as in `row_from_text`.
#[must_use]
pub fn row_head(text: &str) -> Option<RowHead<'_>> {
    let (run_id, start_time, is_deleted) = first_line(text)?;
    Some(RowHead { run_id, start_time, is_deleted, is_child: text.contains(CHILD) })
}

/// The run's id, its start and whether it is in the bin, without a look at the other lines.
fn first_line(text: &str) -> Option<(&str, i64, bool)> {
    let mut fields = text.lines().next()?.split('\t');
    if fields.next()? != VERSION {
        return None;
    }
    let run_id = fields.next()?;
    let start_time = fields.nth(3)?.parse().ok()?;
    Some((run_id, start_time, fields.nth(1)? == "d"))
}

/// Of all texts those of rows that are not in the bin, newest first, as lists of runs are, as one text.
#[must_use]
pub fn listed_text(texts: &[String]) -> String {
    one_text(texts, false)
}

/// The same of those that are in the bin.
#[must_use]
pub fn binned_text(texts: &[String]) -> String {
    one_text(texts, true)
}

fn one_text(texts: &[String], is_deleted: bool) -> String {
    let head = |text| {
        first_line(text).filter(|head| head.2 == is_deleted).map(|(run_id, start_time, _)| (start_time, run_id, text))
    };
    let heads: Vec<(i64, &str, &str)> = texts.iter().filter_map(|text| head(text.as_str())).collect();
    let order = argsort(heads.len(), &|a, b| match (heads.get(a), heads.get(b)) {
        (Some(a), Some(b)) => b.0.cmp(&a.0).then(a.1.cmp(b.1)),
        _ => Ordering::Equal,
    });
    order.into_iter().filter_map(|place| heads.get(place).map(|head| head.2)).collect::<Vec<_>>().join(BETWEEN)
}

/// The texts of the rows again.
pub fn split_rows(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n")
}

/// The rows again. One that cannot be read is left out.
#[must_use]
pub fn rows_from_text(text: &str) -> Vec<RunSummary> {
    split_rows(text).filter_map(row_from_text).collect()
}

/// The row again; `None` for a text that is none, or of a newer version.
#[must_use]
pub fn row_from_text(text: &str) -> Option<RunSummary> {
    // Most rows have nothing that was written otherwise: one look instead of one a field.
    let is_plain = !text.contains('\\');
    let plain = |field: &str| if is_plain { field.to_owned() } else { unescaped(field) };
    let mut lines = Parts { rest: Some(text.strip_suffix('\n').unwrap_or(text)), between: b'\n' };
    let mut fields = Parts { rest: lines.next(), between: b'\t' };
    let mut next = || fields.next();
    if next()? != VERSION {
        return None;
    }
    let (run_id, run_name, experiment_id) = (plain(next()?), plain(next()?), plain(next()?));
    let letter = next()?;
    let status = STATUSES.iter().find(|(name, _)| *name == letter)?.1;
    let start_time = next()?.parse().ok()?;
    let end_time = next()?.parse().ok();
    let lifecycle_stage = if next()? == "d" { LifecycleStage::Deleted } else { LifecycleStage::Active };
    let deleted_time = next()?.parse().ok();
    let (n_cached, edits) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let info = RunInfo { run_id, run_name, experiment_id, status, start_time, end_time, lifecycle_stage, deleted_time };
    let usual = usual_time(&info);
    let (params, metrics, tags) = (Vec::with_capacity(16), Vec::with_capacity(20), Vec::with_capacity(8));
    let mut row = RunSummary { info, params, metrics, tags, dataset: None, n_cached, edits };
    for line in lines {
        let mut fields = Parts { rest: Some(line), between: b'\t' };
        let mut next = || fields.next();
        match next()? {
            "p" => row.params.push(Param { key: plain(next()?), value: plain(next()?) }),
            "t" => row.tags.push(Tag { key: plain(next()?), value: plain(next()?) }),
            "m" => {
                let key = plain(next()?);
                let letter = next()?;
                let split = SPLITS.iter().find(|(name, _)| *name == letter)?.1;
                let value = next()?.parse().ok()?;
                let (timestamp, step) = match next() {
                    Some(timestamp) => (timestamp.parse().ok()?, next()?.parse().ok()?),
                    None => (usual, 0),
                };
                let name = match next().unwrap_or_default() {
                    "" => key.get(metric_prefix(split).len()..).unwrap_or_default().to_owned(),
                    name => plain(name),
                };
                row.metrics.push(MetricRecord { key, name, split, value, timestamp, step });
            }
            "d" => {
                row.dataset = Some(DatasetInput {
                    name: plain(next()?),
                    digest: digest(plain(next()?))?,
                    rows: next()?.parse().ok()?,
                    columns: next()?.parse().ok()?,
                    bytes: next()?.parse().ok()?,
                });
            }
            // What a later version adds is passed over.
            _ => {}
        }
    }
    Some(row)
}

/// What stands between signs of one byte. Fields are short: looking at each byte is faster than a search that is made for
/// long texts.
struct Parts<'a> {
    rest: Option<&'a str>,
    between: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let (part, after) = match rest.bytes().position(|byte| byte == self.between) {
            Some(end) => (rest.get(..end)?, rest.get(end + 1..)),
            None => (rest, None),
        };
        self.rest = after;
        Some(part)
    }
}

fn digest(text: String) -> Option<Digest> {
    serde_json::from_value(serde_json::Value::String(text)).ok()
}

/// A field as it was before it was written.
fn unescaped(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        let meant = match c {
            '\\' => match chars.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                other => other.unwrap_or(c),
            },
            c => c,
        };
        text.push(meant);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::PARENT_TAG;
    use crate::tracking::suite::run_record;

    proptest::proptest! {
        #[test]
        fn a_row_comes_back(
            texts in proptest::collection::vec("[a-z\\\\\t\n\r é\"]{0,6}", 9),
            value in proptest::num::f64::ANY,
            times in (0_i64.., proptest::option::of(0_i64..), proptest::option::of(0_i64..)),
        ) {
            let mut row = RunSummary::from(&run_record("x", times.0));
            (row.info.end_time, row.info.deleted_time) = (times.1, times.2);
            row.info.run_name.clone_from(&texts[0]);
            row.params[0] = Param { key: texts[1].clone(), value: texts[2].clone() };
            row.tags[0] = Tag { key: texts[3].clone(), value: texts[4].clone() };
            row.metrics[0].key.clone_from(&texts[5]);
            row.metrics[0].value = value;
            row.dataset.iter_mut().for_each(|dataset| dataset.name.clone_from(&texts[6]));
            let back = row_from_text(&row_text(&row)).unwrap();
            proptest::prop_assert_eq!(back.metrics[0].value.to_bits() == value.to_bits() || value.is_nan(), true);
            row.metrics[0].value = 0.0;
            let back = RunSummary { metrics: vec![MetricRecord { value: 0.0, ..back.metrics[0].clone() }], ..back };
            row.metrics.truncate(1);
            proptest::prop_assert_eq!(back, row);
        }
    }

    #[test]
    fn many_rows_are_one_text() {
        let mut rows = vec![RunSummary::from(&run_record("x", 1)), RunSummary::from(&run_record("y", 2))];
        rows[0].params.clear();
        rows[0].info.run_name = "two\n\nlines".into();
        assert_eq!(rows_from_text(&rows_text(&rows)), rows);
        assert_eq!(rows_from_text(""), []);
    }

    #[test]
    fn texts_are_listed_as_runs_are() {
        let row = |id: &str, time: i64, is_deleted: bool| {
            let mut row = RunSummary::from(&run_record(id, time));
            if is_deleted {
                row.info.lifecycle_stage = LifecycleStage::Deleted;
            }
            row
        };
        let rows = vec![row("b", 1, false), row("a", 1, false), row("d", 3, true), row("c", 2, false)];
        let texts: Vec<String> = rows.iter().map(row_text).chain(["no row".to_owned()]).collect();
        let mut listed = crate::tracking::memory::newest_first(rows);
        listed.retain(|row| !row.is_deleted());
        assert_eq!(listed_text(&texts), rows_text(&listed));
        assert_eq!(binned_text(&texts), texts[2]);
        assert_eq!(listed_text(&[]), "");
    }

    #[test]
    fn a_head_is_the_row_s() {
        assert_eq!(CHILD, format!("\nt\t{PARENT_TAG}\t"));
        let mut row = RunSummary::from(&run_record("x", 7));
        let head = |row: &RunSummary| {
            let text = row_text(row);
            let head = row_head(&text).unwrap();
            (head.run_id.to_owned(), head.start_time, head.is_deleted, head.is_child)
        };
        let is_child = row.parent_run_id().is_some();
        assert_eq!(head(&row), (row.info.run_id.clone(), row.info.start_time, false, is_child));
        row.info.lifecycle_stage = LifecycleStage::Deleted;
        row.info.end_time = None;
        row.tags.retain(|tag| tag.key != PARENT_TAG);
        assert_eq!(head(&row), (row.info.run_id.clone(), row.info.start_time, true, false));
        row.tags.push(Tag { key: PARENT_TAG.into(), value: "y".into() });
        assert!(head(&row).3);
        assert_eq!(row_head("2\tx"), None);
    }

    #[test]
    fn what_is_no_row_is_none() {
        let text = row_text(&RunSummary::from(&run_record("x", 1)));
        assert!(row_from_text(&text).is_some());
        assert_eq!(row_from_text(&text.replacen('1', "2", 1)), None);
        assert_eq!(row_from_text(""), None);
        assert_eq!(row_from_text("1\tx"), None);
        assert!(row_from_text(&format!("{text}z\tnew\n")).is_some());
    }
}
