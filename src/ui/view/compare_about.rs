//! What a comparison says of the runs themselves: when they ran, on what data, what made them, their tags; and what is not
//! known of runs that were made elsewhere.

use super::compare::ParamLine;
use super::format::duration;
use super::runs_cells::{seconds, status_word};
use super::runs_text::date_time;
use crate::tracking::{RunRecord, RunSummary};

/// The runs' own facts, a line each, and after them their tags. Times are never marked as different: they always are.
#[must_use]
pub fn about(runs: &[RunRecord], baseline: usize) -> Vec<ParamLine> {
    let rows: Vec<RunSummary> = runs.iter().map(RunSummary::from).collect();
    let line = |key: &str, can_differ: bool, value: &dyn Fn(&RunSummary) -> Option<String>| {
        let values: Vec<Option<String>> = rows.iter().map(value).collect();
        let base = values.get(baseline).cloned().flatten();
        let cell = |value: &Option<String>| (value.clone().unwrap_or_else(|| "–".into()), can_differ && *value != base);
        let is_known = values.iter().any(Option::is_some);
        is_known.then(|| ParamLine { key: key.to_owned(), cells: values.iter().map(cell).collect() })
    };
    let dataset = |run: &RunSummary| {
        run.dataset.as_ref().map(|dataset| format!("{} ({})", dataset.name, dataset.digest.short(8)))
    };
    let source = |run: &RunSummary| {
        let version = run.source_version().map(|version| format!(" {version}")).unwrap_or_default();
        run.source().map(|source| format!("{source}{version}"))
    };
    let facts = [
        line("Status", true, &|run| Some(status_word(run.info.status).to_owned())),
        line("Created", false, &|run| Some(date_time(run.info.start_time))),
        line("Time", false, &|run| seconds(run).map(duration)),
        line("Dataset", true, &dataset),
        line("Source", true, &source),
    ];
    let mut keys: Vec<&str> = Vec::new();
    for key in rows.iter().flat_map(|run| run.tags.iter().map(|tag| tag.key.as_str())) {
        // MLflow's own and ours are above, or mean nothing to a reader.
        let is_own = key.starts_with("mlflow.") || key.starts_with("pipette.");
        if !is_own && !keys.contains(&key) {
            keys.push(key);
        }
    }
    let tags = keys.into_iter().map(|key| line(key, true, &|run| run.tag(key).map(str::to_owned)));
    facts.into_iter().chain(tags).flatten().collect()
}

/// What is not known of runs that were made elsewhere, as a sentence; `None` where all were made here.
#[must_use]
pub fn elsewhere(runs: &[RunRecord]) -> Option<String> {
    let names: Vec<&str> =
        runs.iter().filter(|run| run.is_made_elsewhere()).map(|run| run.info.run_name.as_str()).collect();
    let (who, its) = match names.as_slice() {
        [] => return None,
        [one] => (format!("{one} was not made here"), "its"),
        [one, two] => (format!("{one} and {two} were not made here"), "their"),
        [one, rest @ ..] => (format!("{one} and {} more were not made here", rest.len()), "their"),
    };
    Some(format!(
        "{who}: {its} pipeline, model and test rows stayed where they came from, so rules, coefficients and errors are of the \
         other runs only, and nobody can tell what is noise."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::Tag;
    use crate::tracking::suite::run_record;

    fn foreign(name: &str) -> RunRecord {
        let mut row = RunSummary::from(&run_record(name, 60_000));
        row.tags = vec![
            Tag { key: "mlflow.source.name".into(), value: "train.py".into() },
            Tag { key: "mlflow.source.git.commit".into(), value: "3f2a91c".into() },
            Tag { key: "team".into(), value: "blue".into() },
        ];
        row.dataset = None;
        RunRecord::made_elsewhere(row)
    }

    #[test]
    fn what_is_known_of_a_run_stands_beside_what_is_known_of_ours() {
        let lines = about(&[run_record("ours", 0), foreign("theirs")], 0);
        let line = |key: &str| lines.iter().find(|line| line.key == key).map(|line| line.cells.clone());
        let cell = |text: &str, differs: bool| (text.to_owned(), differs);
        let ours = format!("pipette {}", env!("CARGO_PKG_VERSION"));
        assert_eq!(line("Source"), Some(vec![cell(&ours, false), cell("train.py 3f2a91c", true)]));
        assert_eq!(line("team"), Some(vec![cell("–", false), cell("blue", true)]));
        assert_eq!(line("Dataset").map(|cells| cells[1].clone()), Some(cell("–", true)));
        assert_eq!(line("Created").map(|cells| cells[1].clone()), Some(cell("1970-01-01 00:01:00 UTC", false)));
        assert!(lines.iter().all(|line| !line.key.starts_with("mlflow.")));
        assert_eq!(about(&[], 0), []);
    }

    #[test]
    fn what_is_not_known_is_said_by_name() {
        assert_eq!(elsewhere(&[run_record("ours", 0)]), None);
        let words = elsewhere(&[run_record("ours", 0), foreign("theirs")]).unwrap();
        assert!(words.starts_with("theirs was not made here: its pipeline,"), "{words}");
        let words = elsewhere(&[foreign("a"), foreign("b"), foreign("c")]).unwrap();
        assert!(words.starts_with("a and 2 more were not made here: their pipeline,"), "{words}");
    }
}
