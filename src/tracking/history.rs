//! The log of changes: what was done, undone and can be done again, kept in the store, shared by all tabs.

use serde::{Deserialize, Serialize};

use super::{Batch, Edit, EditStore, StoreCommand, StoreError};

/// The kind of the log's documents.
const KIND: &str = "log";
/// So many changes are remembered.
const MAX_ENTRIES: usize = 200;
/// How often another tab may come first before this one gives up.
const ATTEMPTS: usize = 5;

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Counts from 1; later changes have larger numbers.
    pub seq: u64,
    /// Unix milliseconds.
    pub time: i64,
    pub command: StoreCommand,
    /// Whether it has been taken back.
    #[serde(default)]
    pub undone: bool,
}

impl LogEntry {
    fn id(&self) -> String {
        format!("{:012}", self.seq)
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The entries with the texts they are stored as, oldest first. One that cannot be read is left out.
async fn entries(store: &impl EditStore) -> Result<Vec<(LogEntry, String)>, StoreError> {
    let documents = store.documents(KIND).await?;
    let read = |text: String| serde_json::from_str(&text).ok().map(|entry| (entry, text));
    Ok(documents.into_iter().filter_map(|document| read(document.text)).collect())
}

/// What was done, latest first; what was taken back is still there, until something else is done.
///
/// # Errors
/// As `EditStore::documents`.
pub async fn history(store: &impl EditStore) -> Result<Vec<LogEntry>, StoreError> {
    Ok(entries(store).await?.into_iter().rev().map(|(entry, _)| entry).collect())
}

/// Makes a change and logs it, in one transaction. What was taken back before can then no longer be done again.
///
/// # Errors
/// `Conflict` where something is not as the change expects; as `EditStore::apply`.
pub async fn execute(store: &impl EditStore, command: &StoreCommand, now: i64) -> Result<LogEntry, StoreError> {
    execute_with(store, command, &Batch::default(), now).await
}

/// The same with the records of `with`, in the same transaction. Taking the change back leaves the records, as its edits
/// make them: so a change that adds runs takes them out of the bin, and taken back puts them there.
///
/// # Errors
/// As `execute`.
pub async fn execute_with(
    store: &impl EditStore,
    command: &StoreCommand,
    with: &Batch<'_>,
    now: i64,
) -> Result<LogEntry, StoreError> {
    let mut last_seen = None;
    for _ in 0..ATTEMPTS {
        let log = entries(store).await?;
        let last = log.last().map_or(0, |(entry, _)| entry.seq);
        let entry = LogEntry { seq: last + 1, time: now, command: command.clone(), undone: false };
        let surplus = (log.len() + 1).saturating_sub(MAX_ENTRIES);
        let gone = log.iter().enumerate().filter(|(place, (old, _))| old.undone || *place < surplus);
        let mut edits = command.edits.clone();
        edits.extend(gone.map(|(_, (old, text))| Edit::document(KIND, &old.id(), Some(text.clone()), None)));
        edits.push(Edit::document(KIND, &entry.id(), None, Some(entry.text())));
        match store.write(&Batch { edits: &edits, ..*with }, now).await {
            Ok(()) => return Ok(entry),
            // Where another tab has logged something in between, the number was taken: the next one is tried.
            Err(StoreError::Conflict(_)) if last_seen != Some(log.clone()) => last_seen = Some(log),
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Conflict("The history".into()))
}

/// Takes back the latest change that stands; `None` when there is none.
///
/// # Errors
/// `Conflict` where something was changed since without being logged; as `EditStore::apply`.
pub async fn undo(store: &impl EditStore, now: i64) -> Result<Option<LogEntry>, StoreError> {
    let log = entries(store).await?;
    match log.into_iter().rev().find(|(entry, _)| !entry.undone) {
        Some((entry, text)) => flip(store, entry, text, now).await.map(Some),
        None => Ok(None),
    }
}

/// Takes back one change, even where others came after it, if none of them touched the same; `None` when it is not
/// there, or taken back already.
///
/// # Errors
/// As `undo`.
pub async fn undo_entry(store: &impl EditStore, seq: u64, now: i64) -> Result<Option<LogEntry>, StoreError> {
    let log = entries(store).await?;
    match log.into_iter().find(|(entry, _)| entry.seq == seq && !entry.undone) {
        Some((entry, text)) => flip(store, entry, text, now).await.map(Some),
        None => Ok(None),
    }
}

/// Does again what was taken back last; `None` when there is nothing.
///
/// # Errors
/// As `undo`.
pub async fn redo(store: &impl EditStore, now: i64) -> Result<Option<LogEntry>, StoreError> {
    let log = entries(store).await?;
    // Undo goes from the end to the start, so the first one taken back is the last.
    let standing = log.iter().rposition(|(entry, _)| !entry.undone).map_or(0, |place| place + 1);
    let next = log.get(standing).or_else(|| log.iter().find(|(entry, _)| entry.undone)).cloned();
    match next {
        Some((entry, text)) => flip(store, entry, text, now).await.map(Some),
        None => Ok(None),
    }
}

async fn flip(store: &impl EditStore, entry: LogEntry, text: String, now: i64) -> Result<LogEntry, StoreError> {
    let mut edits = if entry.undone { entry.command.edits.clone() } else { entry.command.inverse().edits };
    let flipped = LogEntry { undone: !entry.undone, ..entry };
    edits.push(Edit::document(KIND, &flipped.id(), Some(text), Some(flipped.text())));
    store.apply(&edits, now).await?;
    Ok(flipped)
}
