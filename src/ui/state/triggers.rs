//! How it stands with the triggers, from what a look at the clock and at files has found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::registry::{Due, TRIGGER_TAG, Trigger, When};
use crate::tracking::RunSummary;

/// How it stands with a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    Paused,
    /// Fires then, in Unix milliseconds.
    Next(i64),
    /// Its file is as it was, its notice is not raised.
    Watching,
    /// Fires as soon as nothing else is under way.
    Due,
    /// Its file is not the data at hand, or there is no data yet.
    OtherData,
    /// The browser wants to be asked for the file again.
    NotAllowed,
    /// The file cannot be read, and why.
    Lost(String),
    /// Another tab of this site looks after the triggers.
    Elsewhere,
}

/// What a look at a trigger's file has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileLook {
    Same,
    Changed,
    NotAllowed,
    Lost(String),
}

/// What is known at a look.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// When each trigger fired last, by name.
    pub last: &'a BTreeMap<String, i64>,
    /// By name, those that watch a file.
    pub files: &'a BTreeMap<String, FileLook>,
    /// Deployments whose notice of drift was raised and has not been answered.
    pub raised: &'a BTreeSet<String>,
    /// The name of the dataset that the pipeline at hand runs on.
    pub dataset: Option<&'a str>,
    pub is_busy: bool,
    /// Unix milliseconds.
    pub now: i64,
}

fn standing(trigger: &Trigger, facts: Facts<'_>) -> Standing {
    let look = facts.files.get(&trigger.name);
    let has_happened = match &trigger.when {
        When::Drift { deployment } => facts.raised.contains(deployment),
        _ => look == Some(&FileLook::Changed),
    };
    let due = trigger.due(facts.last.get(&trigger.name).copied(), has_happened, facts.now);
    match (due, &trigger.when, look) {
        (Due::Paused, ..) => Standing::Paused,
        (_, When::FileChanged { .. }, Some(FileLook::NotAllowed)) => Standing::NotAllowed,
        (_, When::FileChanged { .. }, Some(FileLook::Lost(why))) => Standing::Lost(why.clone()),
        (_, When::FileChanged { file }, _) if facts.dataset != Some(file) => Standing::OtherData,
        (Due::At(time), ..) => Standing::Next(time),
        (Due::OnEvent, ..) => Standing::Watching,
        (Due::Now, ..) if facts.dataset.is_none() => Standing::OtherData,
        (Due::Now, ..) => Standing::Due,
    }
}

/// How it stands with each trigger, by name, and the one that fires now: of those that are due, the one that fired longest
/// ago, so that none is kept from it by another.
#[must_use]
pub fn look(triggers: &[Trigger], facts: Facts<'_>) -> (BTreeMap<String, Standing>, Option<Trigger>) {
    let standings: Vec<(&Trigger, Standing)> =
        triggers.iter().map(|trigger| (trigger, standing(trigger, facts))).collect();
    let due = standings.iter().filter(|(_, standing)| *standing == Standing::Due && !facts.is_busy);
    let fires = due.min_by_key(|(trigger, _)| facts.last.get(&trigger.name)).map(|(trigger, _)| (*trigger).clone());
    (standings.into_iter().map(|(trigger, standing)| (trigger.name.clone(), standing)).collect(), fires)
}

/// Which notices of drift were answered: one that stays raised fires once, and again after it was taken away in between.
#[derive(Debug, Clone, Default)]
pub struct Notices {
    /// `None` until the first look.
    answered: Option<BTreeSet<String>>,
}

impl Notices {
    /// The notices that stand and were not answered. At the first look those count as answered whose trigger has fired
    /// before, in an earlier visit.
    pub fn raised(
        &mut self,
        standing: &BTreeSet<String>,
        triggers: &[Trigger],
        last: &BTreeMap<String, i64>,
    ) -> BTreeSet<String> {
        let before = || {
            let fired = triggers.iter().filter(|trigger| last.contains_key(&trigger.name));
            fired.filter_map(|trigger| deployment(trigger).cloned()).collect()
        };
        let answered = self.answered.get_or_insert_with(before);
        answered.retain(|deployment| standing.contains(deployment));
        standing.difference(answered).cloned().collect()
    }

    /// A trigger fires.
    pub fn answer(&mut self, trigger: &Trigger) {
        if let (Some(answered), Some(deployment)) = (&mut self.answered, deployment(trigger)) {
            answered.insert(deployment.clone());
        }
    }
}

fn deployment(trigger: &Trigger) -> Option<&String> {
    if let When::Drift { deployment } = &trigger.when { Some(deployment) } else { None }
}

/// The last run of each trigger, by name: when it began, and its id. Runs come newest first.
#[must_use]
pub fn last_runs(runs: &[RunSummary]) -> BTreeMap<String, (i64, String)> {
    let mut last = BTreeMap::new();
    for run in runs {
        if let Some(cause) = run.tag(TRIGGER_TAG) {
            last.entry(cause.to_owned()).or_insert_with(|| (run.info.start_time, run.info.run_id.clone()));
        }
    }
    last
}

/// `last_runs` of a list, computed once a list.
#[derive(Debug, Clone, Default)]
pub struct LastRuns {
    of: Option<Arc<Vec<RunSummary>>>,
    pub times: BTreeMap<String, i64>,
}

impl LastRuns {
    /// Takes the list in, if it is another one.
    pub fn take(&mut self, runs: Option<&Arc<Vec<RunSummary>>>) {
        let is_same = self.of.as_ref().zip(runs).is_some_and(|(before, now)| Arc::ptr_eq(before, now));
        if let Some(runs) = runs.filter(|_| !is_same) {
            for (name, (time, _)) in last_runs(runs) {
                self.note(name, time);
            }
            self.of = Some(Arc::clone(runs));
        }
    }

    /// A trigger fired: its run comes into the list only later.
    pub fn note(&mut self, name: String, time: i64) {
        let latest = self.times.entry(name).or_insert(time);
        *latest = time.max(*latest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::Tag;
    use crate::tracking::suite::run_record;

    fn trigger(when: When) -> Trigger {
        Trigger::create(when, &[], 0).unwrap().0
    }

    fn on_file() -> Trigger {
        trigger(When::FileChanged { file: "a.csv".into() })
    }

    fn timer(minutes: f64) -> Trigger {
        trigger(When::every(minutes).unwrap())
    }

    /// What stands, and what fires, with `a.csv` at hand.
    fn found(triggers: &[Trigger], look_at: FileLook, is_busy: bool, now: i64) -> (Vec<Standing>, Option<String>) {
        let files = BTreeMap::from([(on_file().name, look_at)]);
        let (last, raised) = (BTreeMap::new(), BTreeSet::new());
        let facts = Facts { last: &last, files: &files, raised: &raised, dataset: Some("a.csv"), is_busy, now };
        let (standings, fires) = look(triggers, facts);
        (standings.into_values().collect(), fires.map(|trigger| trigger.name))
    }

    #[test]
    fn what_is_due_waits_while_the_page_is_busy() {
        let due = |is_busy| found(&[on_file()], FileLook::Changed, is_busy, 1);
        assert_eq!(due(true), (vec![Standing::Due], None));
        assert_eq!(due(false), (vec![Standing::Due], Some(on_file().name)));
        assert_eq!(found(&[on_file()], FileLook::Same, false, 1), (vec![Standing::Watching], None));
        assert_eq!(found(&[timer(1.0)], FileLook::Same, false, 1), (vec![Standing::Next(60_000)], None));
    }

    #[test]
    fn a_file_that_is_not_at_hand_or_not_allowed_does_not_fire() {
        let lost = FileLook::Lost("gone".into());
        assert_eq!(found(&[on_file()], FileLook::NotAllowed, false, 1).0, [Standing::NotAllowed]);
        assert_eq!(found(&[on_file()], lost, false, 1), (vec![Standing::Lost("gone".into())], None));
        let files = BTreeMap::from([(on_file().name, FileLook::Changed)]);
        for dataset in [Some("b.csv"), None] {
            let (last, raised) = (BTreeMap::new(), BTreeSet::new());
            let facts = Facts { last: &last, files: &files, raised: &raised, dataset, is_busy: false, now: 1 };
            assert_eq!(look(&[on_file()], facts), (BTreeMap::from([(on_file().name, Standing::OtherData)]), None));
        }
        let (paused, _) = on_file().pause(true, 1);
        assert_eq!(found(&[paused], FileLook::Changed, false, 1), (vec![Standing::Paused], None));
    }

    #[test]
    fn of_two_that_are_due_the_one_that_waits_longer_fires() {
        let (fast, slow) = (timer(0.1), timer(1.0));
        let last = BTreeMap::from([(fast.name.clone(), 100_000), (slow.name.clone(), 40_000)]);
        let (files, raised) = (BTreeMap::new(), BTreeSet::new());
        let facts =
            Facts { last: &last, files: &files, raised: &raised, dataset: Some("x"), is_busy: false, now: 200_000 };
        assert_eq!(look(&[fast.clone(), slow.clone()], facts).1, Some(slow));
        // One that never fired comes before both.
        let never = timer(2.0);
        assert_eq!(look(&[fast, never.clone()], facts).1, Some(never));
    }

    #[test]
    fn a_notice_that_stays_fires_once_and_again_when_it_is_raised_anew() {
        let on_drift = trigger(When::Drift { deployment: "price@1".into() });
        let all = std::slice::from_ref(&on_drift);
        let standing = BTreeSet::from(["price@1".to_owned()]);
        let (mut notices, never) = (Notices::default(), BTreeMap::new());
        assert_eq!(notices.raised(&standing, all, &never), standing);
        let files = BTreeMap::new();
        let facts =
            Facts { last: &never, files: &files, raised: &standing, dataset: Some("x"), is_busy: false, now: 1 };
        assert_eq!(look(all, facts).1.as_ref(), Some(&on_drift));
        notices.answer(&on_drift);
        assert!(notices.raised(&standing, all, &never).is_empty());
        assert!(notices.raised(&BTreeSet::new(), all, &never).is_empty());
        assert_eq!(notices.raised(&standing, all, &never), standing);
        // In a later visit it is known to have been answered.
        let fired = BTreeMap::from([(on_drift.name.clone(), 5)]);
        assert!(Notices::default().raised(&standing, all, &fired).is_empty());
    }

    #[test]
    fn the_last_run_of_a_trigger_is_found_by_its_tag() {
        let run = |name: &str, time, cause: Option<&str>| {
            let mut run = run_record(name, time);
            run.tags.extend(cause.map(|cause| Tag { key: TRIGGER_TAG.into(), value: cause.into() }));
            RunSummary::from(&run)
        };
        let runs = vec![run("c", 30, None), run("b", 20, Some("t")), run("a", 10, Some("t"))];
        let newest = runs[1].info.run_id.clone();
        assert_eq!(last_runs(&runs), BTreeMap::from([("t".to_owned(), (20, newest))]));
        let mut last = LastRuns::default();
        last.note("t".into(), 25);
        last.take(Some(&Arc::new(runs)));
        assert_eq!(last.times, BTreeMap::from([("t".to_owned(), 25)]));
    }
}
