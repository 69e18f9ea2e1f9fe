//! The database's shape, and how an older one becomes the newest.

use idb::event::{DatabaseEvent, VersionChangeEvent};
use idb::{Database, Error, Event, IndexParams, KeyPath, ObjectStoreParams, Request};

/// The database's name: prefixed by nothing else, because all projects of one Pages account share it with us.
pub const DATABASE: &str = "pipette";

/// The newest version.
pub(super) const VERSION: u32 = 3;

/// Whole runs by `info.run_id`.
pub(super) const RUNS: &str = "runs";
/// A row a run by `run_id`, as the first schema kept them: opening carries them over to `rows`.
pub(super) const RUN_ROWS: &str = "run_rows";
/// A row a run by run id, as text: no index, because the page holds them all and sorts them itself.
pub(super) const ROWS: &str = "rows";
/// All rows as two texts, `listed` and `binned`, where there are many: one record is read many times faster than ten thousand.
/// Whatever changes a row clears it, in the same transaction (`transaction::finish`).
pub(super) const LISTING: &str = "listing";
/// Who is running a run, by run id, for those that are under way.
pub(super) const RUNNING: &str = "running";
/// Small texts by kind, slash and id.
pub(super) const DOCUMENTS: &str = "documents";
/// Experiments by `experiment_id`.
pub(super) const EXPERIMENTS: &str = "experiments";
/// Stored steps by `key`. Index `artifact`.
pub(super) const STEPS: &str = "steps";
/// Bytes by digest.
pub(super) const BLOBS: &str = "blobs";
/// Size and last use of a blob by `digest`, so that choosing what goes reads no bytes.
pub(super) const BLOB_ROWS: &str = "blob_rows";
/// Datasets by `digest`.
pub(super) const DATASETS: &str = "datasets";

const BY_START_TIME: &str = "start_time";
pub(super) const BY_ARTIFACT: &str = "artifact";

/// Answers `upgradeneeded`. On an error the whole upgrade is undone, and opening fails.
pub(super) fn on_upgrade(event: VersionChangeEvent) {
    let upgraded = event.old_version().and_then(|old| upgrade(old, &event.database()?));
    if upgraded.is_err()
        && let Ok(request) = event.target()
        && let Some(transaction) = request.transaction()
    {
        // If this fails too, the upgrade has been aborted already.
        let _ = transaction.abort();
    }
}

/// One step a version, each from the one before: what was written by any earlier version is carried along.
fn upgrade(old: u32, database: &Database) -> Result<(), Error> {
    if old < 1 {
        first(database)?;
    }
    if old < 2 {
        for name in [ROWS, RUNNING, DOCUMENTS] {
            create(database, name, None)?;
        }
    }
    if old < 3 {
        create(database, LISTING, None)?;
    }
    Ok(())
}

/// The first schema.
fn first(database: &Database) -> Result<(), Error> {
    create(database, RUNS, Some("info.run_id"))?;
    create(database, RUN_ROWS, Some("run_id"))?.create_index(
        BY_START_TIME,
        KeyPath::new_single("start_time"),
        None::<IndexParams>,
    )?;
    create(database, EXPERIMENTS, Some("experiment_id"))?;
    create(database, STEPS, Some("key"))?.create_index(
        BY_ARTIFACT,
        KeyPath::new_single("artifact"),
        None::<IndexParams>,
    )?;
    create(database, BLOBS, None)?;
    create(database, BLOB_ROWS, Some("digest"))?;
    create(database, DATASETS, Some("digest"))?;
    Ok(())
}

fn create(database: &Database, name: &str, key_path: Option<&str>) -> Result<idb::ObjectStore, Error> {
    let mut params = ObjectStoreParams::new();
    params.key_path(key_path.map(KeyPath::new_single));
    database.create_object_store(name, params)
}
