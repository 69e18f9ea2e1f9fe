//! The history of changes, as its page lists it.

use crate::tracking::LogEntry;

/// The entry that Redo does again: what was taken back last. `history` is latest first, as `Contents` has it.
#[must_use]
pub fn next_to_redo(history: &[LogEntry]) -> Option<u64> {
    // Undo goes from the latest to the oldest, so of those above the latest that stands the lowest was last.
    let above = history.iter().take_while(|entry| entry.undone).last();
    above.or_else(|| history.iter().rfind(|entry| entry.undone)).map(|entry| entry.seq)
}

/// Whether something can be taken back.
#[must_use]
pub fn can_take_back(history: &[LogEntry]) -> bool {
    history.iter().any(|entry| !entry.undone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::StoreCommand;

    fn history(undone: &[bool]) -> Vec<LogEntry> {
        let n = undone.len() as u64;
        let command = StoreCommand { words: String::new(), edits: Vec::new() };
        let entry = |(place, undone): (usize, &bool)| LogEntry {
            seq: n - place as u64,
            time: 0,
            command: command.clone(),
            undone: *undone,
        };
        undone.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn redo_is_of_what_was_taken_back_last() {
        assert_eq!(next_to_redo(&history(&[true, true, false])), Some(2));
        assert_eq!(next_to_redo(&history(&[false, true, true])), Some(1));
        assert_eq!(next_to_redo(&history(&[false, false])), None);
        assert!(can_take_back(&history(&[true, false])) && !can_take_back(&history(&[true])));
    }
}
