//! Triggers: when the pipeline at hand is run without being asked. What they know of the clock and of files is passed in.

use serde::{Deserialize, Serialize};

use super::{Changed, RegistryError};

/// The kind of document that names what has drifted, one name a line, under a deployment's name; there is none while nothing has.
pub const DRIFT_NOTICE: &str = "drift_notice";

/// The tag of a run that a trigger has started: the trigger's name.
pub const TRIGGER_TAG: &str = "pipette.trigger";

/// The shortest time between two runs of a timer.
const MIN_SECONDS: u32 = 5;
/// The longest: a timer is of an open tab.
const MAX_SECONDS: u32 = 7 * 24 * 3600;

/// When a trigger fires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The file of this name has changed on the disk.
    FileChanged { file: String },
    /// The notice of drift of this deployment is raised.
    Drift { deployment: String },
    /// So long after it was set, and after each time it fired.
    Timer { seconds: u32 },
}

impl When {
    /// A timer of so many minutes, which may be a part of one.
    ///
    /// # Errors
    /// `Period` where that is shorter or longer than a timer can be.
    pub fn every(minutes: f64) -> Result<Self, RegistryError> {
        let seconds = (minutes * 60.0).round();
        let is_possible = (f64::from(MIN_SECONDS)..=f64::from(MAX_SECONDS)).contains(&seconds);
        if is_possible { Ok(Self::Timer { seconds: seconds as u32 }) } else { Err(RegistryError::Period) }
    }

    /// The cause of a run in words, such as "timer: every 5 minutes". It is the trigger's name.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::FileChanged { file } => format!("file changed: {file}"),
            Self::Drift { deployment } => format!("drift: {deployment}"),
            Self::Timer { seconds } => format!("timer: every {}", period(*seconds)),
        }
    }
}

/// A number of seconds in the largest unit that divides it.
fn period(seconds: u32) -> String {
    let units = [(3600, "hour"), (60, "minute"), (1, "second")];
    let found = units.into_iter().find(|(unit, _)| seconds.is_multiple_of(*unit)).unwrap_or((1, "second"));
    match seconds / found.0 {
        1 => found.1.to_owned(),
        n => format!("{n} {}s", found.1),
    }
}

/// A trigger as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    /// `When::cause`, unique.
    pub name: String,
    pub when: When,
    #[serde(default)]
    pub paused: bool,
    /// Since when it counts, in Unix milliseconds: when it was set, or went on after a pause.
    pub since: i64,
}

/// Whether a trigger fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    Now,
    /// Then, in Unix milliseconds.
    At(i64),
    /// When its file changes, or its notice is raised.
    OnEvent,
    Paused,
}

impl Trigger {
    /// Sets a trigger at `now`.
    ///
    /// # Errors
    /// `NameTaken` where there is one that fires at the same.
    pub fn create(when: When, all: &[Self], now: i64) -> Changed<Self> {
        let name = when.cause();
        if all.iter().any(|trigger| trigger.name == name) {
            return Err(RegistryError::NameTaken(name));
        }
        let words = format!("Set the trigger “{name}”.");
        Ok((Self { name, when, paused: false, since: now }, words))
    }

    /// Pauses it, or lets it go on: a timer counts anew then.
    #[must_use]
    pub fn pause(&self, paused: bool, now: i64) -> (Self, String) {
        let words = if paused { "Paused" } else { "Let go on" };
        let since = if paused { self.since } else { now };
        (Self { paused, since, ..self.clone() }, format!("{words} the trigger “{}”.", self.name))
    }

    /// Whether it fires at `now`, in Unix milliseconds. `last`: when it fired last; `has_happened`: its file has
    /// changed, or its notice was raised.
    #[must_use]
    pub fn due(&self, last: Option<i64>, has_happened: bool, now: i64) -> Due {
        if self.paused {
            return Due::Paused;
        }
        match self.when {
            When::FileChanged { .. } | When::Drift { .. } if has_happened => Due::Now,
            When::FileChanged { .. } | When::Drift { .. } => Due::OnEvent,
            When::Timer { seconds } => {
                // However long the tab was closed or asleep, what was missed is made up for once.
                let next = last.map_or(self.since, |last| last.max(self.since)) + i64::from(seconds) * 1000;
                if next <= now { Due::Now } else { Due::At(next) }
            }
        }
    }
}

/// A file as it was looked at: times of its last change, in Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looks {
    /// When the pipeline last ran on it.
    used: i64,
    latest: i64,
}

impl Looks {
    /// A file that the pipeline has run on as it was then.
    #[must_use]
    pub fn used(modified: i64) -> Self {
        Self { used: modified, latest: modified }
    }

    /// Looks again: whether it has changed since the pipeline ran on it. A file that differs from the last look is still
    /// being written, maybe, and waits for the next one.
    pub fn look(&mut self, modified: i64) -> bool {
        let is_settled = std::mem::replace(&mut self.latest, modified) == modified;
        is_settled && modified != self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn trigger(when: When) -> Trigger {
        Trigger::create(when, &[], 0).unwrap().0
    }

    #[test]
    fn a_timer_fires_after_its_time_and_what_was_missed_once() {
        let timer = trigger(When::every(5.0).unwrap());
        assert_eq!(timer.name, "timer: every 5 minutes");
        assert_eq!(timer.due(None, false, MINUTE), Due::At(5 * MINUTE));
        assert_eq!(timer.due(None, false, 5 * MINUTE), Due::Now);
        assert_eq!(timer.due(Some(5 * MINUTE), false, 6 * MINUTE), Due::At(10 * MINUTE));
        // An hour asleep.
        assert_eq!(timer.due(Some(5 * MINUTE), false, 65 * MINUTE), Due::Now);
        assert_eq!(timer.due(Some(65 * MINUTE), false, 66 * MINUTE), Due::At(70 * MINUTE));
    }

    #[test]
    fn a_pause_stops_it_and_going_on_counts_anew() {
        let (paused, words) = trigger(When::every(1.0).unwrap()).pause(true, 10);
        assert_eq!(words, "Paused the trigger “timer: every minute”.");
        assert_eq!(paused.due(None, true, 100 * MINUTE), Due::Paused);
        let (on, _) = paused.pause(false, 100 * MINUTE);
        assert_eq!(on.due(Some(MINUTE), false, 100 * MINUTE), Due::At(101 * MINUTE));
    }

    #[test]
    fn a_period_is_said_in_its_largest_unit_and_has_bounds() {
        let cause = |minutes| When::every(minutes).map(|when| when.cause());
        assert_eq!(cause(0.1).as_deref(), Ok("timer: every 6 seconds"));
        assert_eq!(cause(90.0).as_deref(), Ok("timer: every 90 minutes"));
        assert_eq!(cause(60.0).as_deref(), Ok("timer: every hour"));
        for minutes in [0.0, -1.0, 0.05, f64::NAN, f64::INFINITY, 1e9] {
            assert_eq!(cause(minutes), Err(RegistryError::Period), "{minutes}");
        }
    }

    #[test]
    fn a_file_fires_when_it_has_changed_and_is_written_to_its_end() {
        let on_file = trigger(When::FileChanged { file: "orders.csv".into() });
        assert_eq!(on_file.name, "file changed: orders.csv");
        let on_drift = trigger(When::Drift { deployment: "price@champion".into() });
        assert_eq!(on_drift.name, "drift: price@champion");
        for trigger in [&on_file, &on_drift] {
            assert_eq!((trigger.due(None, false, 0), trigger.due(None, true, 0)), (Due::OnEvent, Due::Now));
        }
        let mut looks = Looks::used(10);
        let found = [10, 11, 12, 12, 12].map(|modified| looks.look(modified));
        // As it was; growing, and growing on; now it stays, and is due until the pipeline ran on it.
        assert_eq!(found, [false, false, false, true, true]);
        looks = Looks::used(12);
        assert!(!looks.look(12));
        // A copy that is older is another file too.
        assert_eq!([9, 9].map(|modified| looks.look(modified)), [false, true]);
    }

    #[test]
    fn one_cause_is_one_trigger() {
        let when = When::every(5.0).unwrap();
        let all = [trigger(when.clone())];
        assert!(matches!(Trigger::create(when, &all, 1), Err(RegistryError::NameTaken(_))));
    }
}
