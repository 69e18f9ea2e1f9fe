//! Which kinds of file are offered for which runs.

use crate::export::{EXPORTS, Export, ExportGroup};
use crate::tracking::{RunSummary, with_children};
use crate::web::protocol::WhichRuns;

/// The kinds of file for these runs, by group, in their order: those of one run only where it is one.
#[must_use]
pub fn offered(which: &WhichRuns) -> Vec<(ExportGroup, Vec<&'static Export>)> {
    let is_one = matches!(which, WhichRuns::Runs(ids) if ids.len() == 1);
    let of = |group: ExportGroup| -> Vec<&'static Export> {
        EXPORTS.iter().filter(|export| export.group == group && (is_one || export.takes_many)).collect()
    };
    ExportGroup::ALL.map(|group| (group, of(group))).into_iter().filter(|(_, exports)| !exports.is_empty()).collect()
}

/// Runs that are meant, and of them those that were made elsewhere: of these nothing can be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meant {
    pub n: usize,
    pub n_foreign: usize,
}

impl Meant {
    /// Of the runs that are meant. `rows` are all that are not in the bin, `foreign` the ids of those made elsewhere.
    #[must_use]
    pub fn of(which: &WhichRuns, rows: &[RunSummary], foreign: &[String]) -> Self {
        let meant: Vec<&RunSummary> = match which {
            WhichRuns::Runs(ids) => with_children(rows, &ids.iter().map(String::as_str).collect::<Vec<_>>()),
            WhichRuns::Experiment(id) => rows.iter().filter(|row| row.info.experiment_id == *id).collect(),
            WhichRuns::Everything => rows.iter().collect(),
        };
        let n_foreign = meant.iter().filter(|row| foreign.contains(&row.info.run_id)).count();
        Self { n: meant.len(), n_foreign }
    }

    /// Whether there is nothing to take out.
    #[must_use]
    pub fn is_all_foreign(self) -> bool {
        self.n > 0 && self.n_foreign == self.n
    }

    /// What the file will not hold, in a sentence; `None` where it holds everything.
    #[must_use]
    pub fn left_out(self) -> Option<String> {
        let elsewhere = "made elsewhere and brought in";
        match (self.n, self.n_foreign) {
            (_, 0) => None,
            (1, 1) => Some(format!(
                "This run was {elsewhere}. Its steps and its model stayed there, so there is nothing to take out."
            )),
            (n, foreign) if n == foreign => Some(format!(
                "All {n} runs were {elsewhere}. Their steps and models stayed there, so there is nothing to take out."
            )),
            (n, foreign) => {
                let were = if foreign == 1 { "was" } else { "were" };
                Some(format!("{foreign} of these {n} runs {were} {elsewhere}, and will not be in the file."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::suite::run_record;
    use crate::tracking::{PARENT_TAG, Tag};

    #[test]
    fn what_was_made_elsewhere_is_said_to_be_left_out() {
        let mut rows: Vec<RunSummary> = ["a", "b", "c"].map(|name| (&run_record(name, 1)).into()).into();
        let id = |place: usize| run_record(["a", "b", "c"][place], 1).info.run_id;
        let named = |places: &[usize]| WhichRuns::Runs(places.iter().map(|place| id(*place)).collect());
        let foreign = [id(1), id(2)];
        let words = |which: &WhichRuns, rows: &[RunSummary]| Meant::of(which, rows, &foreign).left_out();
        assert_eq!(words(&named(&[0]), &rows), None);
        assert!(words(&named(&[1]), &rows).unwrap().starts_with("This run was made elsewhere"));
        assert!(words(&named(&[1, 2]), &rows).unwrap().starts_with("All 2 runs were made elsewhere"));
        assert!(Meant::of(&named(&[1, 2]), &rows, &foreign).is_all_foreign());
        assert!(words(&WhichRuns::Everything, &rows).unwrap().starts_with("2 of these 3 runs were made"));
        assert!(words(&named(&[0, 1]), &rows).unwrap().starts_with("1 of these 2 runs was made"));
        assert_eq!(words(&WhichRuns::Experiment("7".into()), &rows), None);
        assert!(!Meant::default().is_all_foreign());
        // What belongs to a run goes with it.
        rows[2].tags.push(Tag { key: PARENT_TAG.into(), value: id(0) });
        assert_eq!(Meant::of(&named(&[0]), &rows, &foreign), Meant { n: 2, n_foreign: 1 });
    }

    fn names(which: &WhichRuns) -> Vec<&'static str> {
        offered(which).into_iter().flat_map(|(_, exports)| exports).map(|export| export.name).collect()
    }

    #[test]
    fn every_export_is_offered_for_one_run_and_for_many_what_can_hold_many() {
        let one = names(&WhichRuns::Runs(vec!["a".into()]));
        assert_eq!(one.len(), EXPORTS.len());
        let many = names(&WhichRuns::Runs(vec!["a".into(), "b".into()]));
        assert_eq!(many, ["mlflow"]);
        assert_eq!(names(&WhichRuns::Everything), many);
        for export in EXPORTS {
            assert!((1..=3).contains(&export.usage.len()), "{}: three lines at most", export.name);
            assert!(export.contains.ends_with('.'), "{}", export.name);
        }
    }
}
