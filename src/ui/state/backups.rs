//! When a backup was made last, and when the page reminds of the next.

use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// What is remembered of backups between visits. Times are Unix milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backups {
    /// When the last one was made here.
    pub last: Option<i64>,
    /// When the reminder was put off.
    pub dismissed: Option<i64>,
    /// Reminds after so many runs without a backup; 0 never.
    pub after_runs: u32,
    /// Reminds so many days after the first run without a backup; 0 never.
    pub after_days: u32,
}

impl Default for Backups {
    fn default() -> Self {
        Self { last: None, dismissed: None, after_runs: 50, after_days: 14 }
    }
}

impl Backups {
    /// What was remembered; the usual where that cannot be read.
    #[must_use]
    pub fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// As it is remembered.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Why it is time for a backup, in words, from when runs began; `None` while it is not.
    #[must_use]
    pub fn due(&self, starts: impl Iterator<Item = i64>, now: i64) -> Option<String> {
        let since = self.last.max(self.dismissed).unwrap_or(0);
        let (mut n_runs, mut first) = (0_u32, now);
        for start in starts.filter(|start| *start > since) {
            n_runs += 1;
            first = first.min(start);
        }
        let days = (now - first) / DAY_MS;
        let is_due = (self.after_runs > 0 && n_runs >= self.after_runs)
            || (self.after_days > 0 && n_runs > 0 && days >= i64::from(self.after_days));
        if !is_due {
            return None;
        }
        let runs = if n_runs == 1 { "1 run was".to_owned() } else { format!("{n_runs} runs were") };
        let what = match (self.last, self.dismissed) {
            (Some(last), dismissed) if dismissed.is_none_or(|time| time < last) => "made since the last backup",
            (None, None) => "made here, and there is no backup",
            _ => "made since this was put off",
        };
        Some(format!("{runs} {what}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_runs_or_many_days_without_a_backup_are_a_reminder() {
        let backups = Backups { after_runs: 3, after_days: 14, ..Backups::default() };
        let due = |backups: Backups, starts: &[i64], now| backups.due(starts.iter().copied(), now);
        assert_eq!(due(backups, &[], 100 * DAY_MS), None);
        assert_eq!(due(backups, &[1, 2], 3), None);
        assert_eq!(due(backups, &[1, 2, 3], 3).as_deref(), Some("3 runs were made here, and there is no backup."));
        assert_eq!(due(backups, &[1], 13 * DAY_MS), None);
        assert_eq!(due(backups, &[1], 15 * DAY_MS).as_deref(), Some("1 run was made here, and there is no backup."));
        let made = Backups { last: Some(10), ..backups };
        assert_eq!(due(made, &[1, 2, 3, 4], 20), None);
        assert_eq!(due(made, &[11, 12, 13], 20).as_deref(), Some("3 runs were made since the last backup."));
        let put_off = Backups { dismissed: Some(15), ..made };
        assert_eq!(due(put_off, &[11, 12, 13], 20), None);
        assert_eq!(due(put_off, &[16, 17, 18], 20).as_deref(), Some("3 runs were made since this was put off."));
        let never = Backups { after_runs: 0, after_days: 0, ..backups };
        assert_eq!(due(never, &[1, 2, 3], 100 * DAY_MS), None);
    }

    #[test]
    fn it_is_remembered_and_nonsense_is_the_usual() {
        let backups = Backups { last: Some(7), after_runs: 5, ..Backups::default() };
        assert_eq!(Backups::read(Some(&backups.text())), backups);
        assert_eq!(Backups::read(Some("{\"after_runs\":9}")), Backups { after_runs: 9, ..Backups::default() });
        assert_eq!((Backups::read(Some("[")), Backups::read(None)), (Backups::default(), Backups::default()));
    }
}
