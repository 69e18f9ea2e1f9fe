//! What the page of datasets says: by content, with the runs that read them, and what changed between versions of a file.

use crate::comparison::{DatasetDrift, dataset_drift, file_versions};
use crate::ingest::IngestSummary;
use crate::pipeline::StepOutput;
use crate::tracking::{DatasetRecord, RunRecord, RunStatus, RunSummary};
use crate::ui::view::format::{bytes, count, percent};

/// A dataset in the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DatasetLine {
    pub digest: String,
    pub short: String,
    pub name: String,
    pub rows: u64,
    pub columns: u64,
    pub bytes: String,
    pub last_used: i64,
    /// Runs that read it, newest first: id and name.
    pub runs: Vec<(String, String)>,
    /// Which version of its file it is, and of how many.
    pub version: (usize, usize),
    /// The versions before it, latest first.
    pub earlier: Vec<Earlier>,
}

/// An earlier version of the same file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Earlier {
    pub digest: String,
    /// From 1.
    pub version: usize,
    /// What it is called in a list.
    pub words: String,
}

impl DatasetLine {
    /// The version that it is compared with: the wanted one if it is an earlier one, else the one before.
    #[must_use]
    pub fn compared_with(&self, digest: Option<&str>) -> Option<&Earlier> {
        self.earlier.iter().find(|earlier| Some(earlier.digest.as_str()) == digest).or_else(|| self.earlier.first())
    }
}

fn earlier((place, dataset): (usize, &&DatasetRecord)) -> Earlier {
    let (version, rows) = (place + 1, count(dataset.rows));
    let short = dataset.digest.short(8);
    Earlier { digest: dataset.digest.to_string(), version, words: format!("version {version}, {rows} rows ({short})") }
}

/// All datasets, last used first.
#[must_use]
pub fn datasets(all: &[DatasetRecord], runs: &[RunSummary]) -> Vec<DatasetLine> {
    let line = |dataset: &DatasetRecord| {
        let versions = file_versions(all, &dataset.name);
        let place = versions.iter().position(|other| other.digest == dataset.digest).unwrap_or(0);
        let before = versions.iter().enumerate().take(place).rev();
        let readers = runs.iter().filter(|run| run.dataset.as_ref().is_some_and(|read| read.digest == dataset.digest));
        DatasetLine {
            digest: dataset.digest.to_string(),
            short: dataset.digest.short(8).to_owned(),
            name: dataset.name.clone(),
            rows: dataset.rows,
            columns: dataset.columns,
            bytes: bytes(dataset.bytes),
            last_used: dataset.last_used,
            runs: readers.map(|run| (run.info.run_id.clone(), run.info.run_name.clone())).collect(),
            version: (place + 1, versions.len()),
            earlier: before.map(earlier).collect(),
        }
    };
    all.iter().map(line).collect()
}

/// The newest finished run that read a dataset: its record holds the profile.
#[must_use]
pub fn profiled_by(runs: &[RunSummary], digest: &str) -> Option<String> {
    let is_reader = |run: &&RunSummary| {
        run.info.status == RunStatus::Finished
            // A sweep's candidate has no outputs of its own.
            && run.parent_run_id().is_none()
            && run.dataset.as_ref().is_some_and(|read| read.digest.to_string() == digest)
    };
    runs.iter().filter(is_reader).max_by_key(|run| run.info.start_time).map(|run| run.info.run_id.clone())
}

/// What stands over the runs that are folded away.
#[must_use]
pub fn more_readers(n: usize) -> String {
    format!("{} more {}", count(n as u64), if n == 1 { "run" } else { "runs" })
}

/// What a run kept of the file that it read; `None` for a candidate of a sweep, and where reading failed.
#[must_use]
pub fn profile(run: &RunRecord) -> Option<&IngestSummary> {
    run.outputs.iter().find_map(|output| match output {
        StepOutput::Ingest(summary) => Some(summary),
        _ => None,
    })
}

/// What changed between two versions, by the profiles in the records of their runs; `None` where one has no profile.
#[must_use]
pub fn drift(old: &RunRecord, new: &RunRecord) -> Option<DatasetDrift> {
    Some(dataset_drift(profile(old)?, profile(new)?))
}

/// A column of the drift table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftLine {
    pub name: String,
    pub magnitude: &'static str,
    pub psi: String,
    pub missing: String,
    pub words: String,
    pub is_noted: bool,
}

/// The columns that both versions have, those that changed most first.
#[must_use]
pub fn drift_lines(drift: &DatasetDrift) -> Vec<DriftLine> {
    let line = |column: &crate::comparison::ColumnDrift| DriftLine {
        name: column.name.clone(),
        magnitude: column.effect.map_or("–", |_| column.magnitude.as_str()),
        psi: column.psi.map_or_else(|| "–".into(), |psi| crate::ui::view::format::decimals(psi, 3)),
        missing: format!("{} → {}", percent(column.missing.0), percent(column.missing.1)),
        words: column.sentence.clone(),
        is_noted: !column.sentence.ends_with("is about the same."),
    };
    drift.columns.iter().map(line).collect()
}

/// The change of the schema in words; empty where there is none.
#[must_use]
pub fn schema_words(drift: &DatasetDrift) -> Vec<String> {
    let mut words = Vec::new();
    let (before, after) = drift.rows;
    if before != after {
        words.push(format!("{} rows, {} before.", count(after), count(before)));
    }
    if !drift.added.is_empty() {
        words.push(format!("New columns: {}.", drift.added.join(", ")));
    }
    if !drift.removed.is_empty() {
        words.push(format!("Columns that are gone: {}.", drift.removed.join(", ")));
    }
    if drift.reordered {
        words.push("The columns are in another order.".into());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Digest;
    use crate::tracking::suite::run_record;

    fn dataset(name: &str, content: &str, last_used: i64) -> DatasetRecord {
        let run = run_record("a", 0);
        let input = run.dataset.unwrap();
        DatasetRecord {
            name: name.into(),
            digest: Digest::of(content.as_bytes()),
            ..DatasetRecord::of(&input, last_used)
        }
    }

    #[test]
    fn versions_of_a_file_stand_in_order_and_name_their_runs() {
        let all = [dataset("a.csv", "data", 30), dataset("b.csv", "else", 20), dataset("a.csv", "older", 10)];
        let lines = datasets(&all, &[RunSummary::from(&run_record("reader", 5))]);
        assert_eq!(lines.iter().map(|line| line.version).collect::<Vec<_>>(), [(2, 2), (1, 1), (1, 2)]);
        assert_eq!(lines[0].earlier[0].digest, Digest::of(b"older").to_string());
        assert_eq!(lines[0].runs.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["reader"]);
        assert_eq!((more_readers(1).as_str(), more_readers(3).as_str()), ("1 more run", "3 more runs"));
        assert!(lines[2].runs.is_empty() && lines[2].earlier.is_empty());
    }

    #[test]
    fn a_version_is_compared_with_any_earlier_one_and_unasked_with_the_one_before() {
        let all = [dataset("a.csv", "third", 30), dataset("a.csv", "second", 20), dataset("a.csv", "first", 10)];
        let lines = datasets(&all, &[]);
        let versions: Vec<usize> = lines[0].earlier.iter().map(|earlier| earlier.version).collect();
        assert_eq!(versions, [2, 1]);
        let first = Digest::of(b"first").to_string();
        let with = |line: &DatasetLine, digest: Option<&str>| line.compared_with(digest).map(|earlier| earlier.version);
        assert_eq!(with(&lines[0], None), Some(2));
        assert_eq!(with(&lines[0], Some(&first)), Some(1));
        assert_eq!(with(&lines[0], Some(&lines[0].digest)), Some(2), "not with itself");
        assert_eq!(with(&lines[2], Some(&first)), None);
        let short = Digest::of(b"first").short(8).to_owned();
        assert_eq!(lines[1].earlier[0].words, format!("version 1, {} rows ({short})", count(all[2].rows)));
    }

    #[test]
    fn a_profile_is_that_of_the_newest_finished_run() {
        let mut failed = RunSummary::from(&run_record("failed", 9));
        failed.info.status = RunStatus::Failed;
        let runs = [failed, RunSummary::from(&run_record("old", 1)), RunSummary::from(&run_record("new", 2))];
        let digest = Digest::of(b"data").to_string();
        assert_eq!(profiled_by(&runs, &digest), Some(runs[2].info.run_id.clone()));
        assert_eq!(profiled_by(&runs, "other"), None);
        assert_eq!(drift(&run_record("a", 0), &run_record("b", 0)), None, "no profile, nothing to say");
    }

    #[test]
    fn the_schema_is_told_in_words() {
        let drift = DatasetDrift {
            rows: (1000, 1200),
            added: vec!["x".into(), "y".into()],
            removed: vec![],
            reordered: true,
            columns: vec![],
            sentence: String::new(),
        };
        assert_eq!(
            schema_words(&drift),
            ["1,200 rows, 1,000 before.", "New columns: x, y.", "The columns are in another order."]
        );
        assert!(drift_lines(&drift).is_empty());
    }
}
