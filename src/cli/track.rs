//! `--track`: an MLflow server hears of a run while it happens. What it could not be told lies in a folder, and is sent the
//! next time.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::host::{block_on, now, random_bytes};
use super::http::HttpServer;
use super::unwritable;
use crate::base::{Coded, ErrorReport};
use crate::export::mlflow::live::{Delivered, Tracker, What, queue, send_waiting, waiting};
use crate::tracking::{MemoryStore, RunRecord, RunStore, child_runs};

/// The ending of a file that waits: a list of runs in MessagePack, which holds infinities.
const ENDING: &str = "runs";

/// A server, and the folder of what waits for it.
pub(super) struct Tracking {
    tracker: Tracker,
    server: HttpServer,
    folder: PathBuf,
    store: MemoryStore,
    /// Held as long as this lives: two programs must not send the same run.
    _lock: File,
    is_away: Cell<bool>,
    /// What was sent before the run's end.
    n_sent: Cell<u32>,
    under_way: RefCell<Option<RunRecord>>,
}

impl Tracking {
    /// Takes up what lies in the folder.
    pub(super) fn open(tracker: &Tracker, folder: &Path) -> Result<Self, ErrorReport> {
        let server = HttpServer::of(tracker)?;
        let failed = |error: &std::io::Error| unwritable(&folder.display().to_string(), error);
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        let lock = File::create(folder.join(".lock")).map_err(|error| failed(&error))?;
        lock.lock().map_err(|error| failed(&error))?;
        let tracking = Self {
            tracker: tracker.clone(),
            server,
            folder: folder.to_owned(),
            store: MemoryStore::default(),
            _lock: lock,
            is_away: Cell::new(false),
            n_sent: Cell::new(0),
            under_way: RefCell::default(),
        };
        for path in tracking.files().map_err(|error| failed(&error))? {
            let bytes = fs::read(&path).map_err(|error| super::unreadable(&path, &error))?;
            let runs: Vec<RunRecord> = rmp_serde::from_slice(&bytes).map_err(|error| {
                let message = format!("{} holds no runs ({error}). Move it elsewhere, then try again.", path.display());
                ErrorReport::new("tracker.bad_file", message)
            })?;
            tracking.wait_for(&runs)?;
        }
        Ok(tracking)
    }

    fn files(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == ENDING) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn wait_for(&self, runs: &[RunRecord]) -> Result<(), ErrorReport> {
        for run in runs {
            block_on(self.store.put_run(run)).map_err(|error| error.report())?;
            block_on(queue(&self.store, What::Run(run.info.run_id.clone()), now())).map_err(|error| error.report())?;
        }
        Ok(())
    }

    /// Tells the server how far a run has come. One that is away is not asked again before the run's end.
    pub(super) fn note(&self, record: &RunRecord) {
        if self.is_away.get() {
            return;
        }
        self.under_way.replace(Some(record.clone()));
        let told = self.wait_for(std::slice::from_ref(record)).and_then(|()| self.send());
        if let Ok(delivered) = told {
            self.is_away.set(delivered.is_away);
            self.n_sent.set(self.n_sent.get() + delivered.n_sent);
        }
    }

    /// The run has ended: it is kept in the folder until the server has it.
    pub(super) fn end(&self, run: &RunRecord) -> Result<Delivered, ErrorReport> {
        self.under_way.replace(None);
        let runs: Vec<RunRecord> = std::iter::once(run.clone()).chain(child_runs(run, random_bytes)).collect();
        let path = self.folder.join(format!("{}.{ENDING}", run.info.run_id));
        let bytes = rmp_serde::to_vec_named(&runs).map_err(crate::export::ExportError::from)?;
        fs::write(&path, bytes).map_err(|error| unwritable(&path.display().to_string(), &error))?;
        self.wait_for(&runs)?;
        self.deliver()
    }

    /// Sends all that waits, and removes the files of what is there.
    pub(super) fn deliver(&self) -> Result<Delivered, ErrorReport> {
        let delivered = self.send()?;
        let delivered = Delivered { n_sent: delivered.n_sent + self.n_sent.take(), ..delivered };
        let left = block_on(waiting(&self.store)).map_err(|error| error.report())?;
        let left: BTreeSet<String> = left
            .into_iter()
            .filter_map(|one| match one.what {
                What::Run(id) => Some(id),
                _ => None,
            })
            .collect();
        for path in self.files().map_err(|error| unwritable(&self.folder.display().to_string(), &error))? {
            let bytes = fs::read(&path).map_err(|error| super::unreadable(&path, &error))?;
            let runs: Vec<RunRecord> = rmp_serde::from_slice(&bytes).unwrap_or_default();
            if !runs.iter().any(|run| left.contains(&run.info.run_id)) {
                fs::remove_file(&path).map_err(|error| unwritable(&path.display().to_string(), &error))?;
            }
        }
        Ok(delivered)
    }

    fn send(&self) -> Result<Delivered, ErrorReport> {
        let live = |id: &str| self.under_way.borrow().clone().filter(|run| run.info.run_id == id);
        block_on(send_waiting(&self.store, &self.server, &self.tracker, &live, now())).map_err(|error| error.report())
    }

    /// What came of it, in a line or two.
    pub(super) fn tell(&self, delivered: &Delivered, out: &mut impl Write) -> std::io::Result<()> {
        let Delivered { n_sent, n_waiting, error, notes, .. } = delivered;
        let runs = |n: u32| if n == 1 { "1 run".to_owned() } else { format!("{n} runs") };
        if *n_sent > 0 {
            writeln!(
                out,
                "tracked   {} logged to {}, experiment {}",
                runs(*n_sent),
                self.tracker.url,
                self.tracker.experiment
            )?;
        }
        for note in notes {
            writeln!(out, "note      {note}")?;
        }
        if *n_waiting > 0 {
            let why = error.as_ref().map_or("", |error| error.message.as_str());
            let folder = self.folder.display();
            writeln!(
                out,
                "waiting   {} in {folder}, for the next --track or “pipette track”. {why}",
                runs(*n_waiting)
            )?;
        }
        Ok(())
    }
}

/// `pipette track`: sends what waits. Exit code 1 where something still does.
pub(super) fn track(tracker: &Tracker, folder: &Path, out: &mut impl Write) -> Result<u8, ErrorReport> {
    let tracking = Tracking::open(tracker, folder)?;
    let delivered = tracking.deliver()?;
    let told = if delivered == Delivered::default() {
        writeln!(out, "Nothing waits in {}.", folder.display())
    } else {
        tracking.tell(&delivered, out)
    };
    told.map_err(|error| unwritable("the terminal", &error))?;
    Ok(u8::from(delivered.n_waiting > 0))
}
