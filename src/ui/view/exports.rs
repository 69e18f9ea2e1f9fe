//! Which kinds of file are offered for which runs.

use crate::export::{EXPORTS, Export, ExportGroup};
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

#[cfg(test)]
mod tests {
    use super::*;

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
