//! What waits for the server: a document of the store each, so that a closed tab, a crash or a server that is away loses
//! nothing. A document says only *which* run or model; what is sent is what the store holds of it when it is sent.

use serde::{Deserialize, Serialize};

use super::{Connection, LiveError, Server, Tracker};
use crate::base::{Coded, ErrorReport};
use crate::registry::{RegisteredModel, Saved};
use crate::tracking::{Edit, EditStore, RunRecord, RunStatus, RunStore, StoreError};

/// The kind of the documents that wait.
const KIND: &str = "outbox";
/// The kind of the documents that say where a run was logged.
const LOGGED: &str = "logged";
/// The kind of registered models.
const MODEL: &str = "model";
/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: u32 = 300;

/// A thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A run of this id: what is new of it.
    Run(String),
    /// A run of this id that was given up.
    GoneRun(String),
    /// A registered model of this name.
    Model(String),
}

impl What {
    /// The id of its document: a run that was given up takes the place of the run.
    fn id(&self) -> String {
        match self {
            Self::Run(id) | Self::GoneRun(id) => format!("run/{id}"),
            Self::Model(name) => format!("model/{name}"),
        }
    }
}

/// A document that waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub what: What,
    /// Grows whenever there is something new, so that what came while it was sent is not forgotten.
    pub revision: u64,
    /// Why it was not taken the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorReport>,
}

/// What a round has done.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Delivered {
    /// Things that are there to their end.
    pub n_sent: u32,
    /// Things that still wait to be sent, without runs that are under way and up to date.
    pub n_waiting: u32,
    /// The first thing that went wrong.
    pub error: Option<ErrorReport>,
    /// The server as a whole cannot be told anything now.
    pub is_away: bool,
    /// What the server does not take.
    pub notes: Vec<String>,
}

/// Seconds until the next try after so many that failed: 2, 4, 8 … 300.
#[must_use]
pub fn pause_seconds(n_failed: u32) -> u32 {
    1_u32.checked_shl(n_failed.max(1)).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

/// Puts a thing into the outbox, or says that there is something new of it.
///
/// # Errors
/// As `EditStore::apply`.
pub async fn queue<S: EditStore>(store: &S, what: What, now: i64) -> Result<(), StoreError> {
    let id = what.id();
    loop {
        let before = document(store, &id).await?;
        let revision = before.as_deref().and_then(read).map_or(0, |waiting| waiting.revision + 1);
        let text = written(&Waiting { what: what.clone(), revision, error: None });
        match store.apply(&[Edit::document(KIND, &id, before, Some(text))], now).await {
            // Another tab came between.
            Err(StoreError::Conflict(_)) => {}
            done => return done,
        }
    }
}

/// All that waits.
///
/// # Errors
/// As `EditStore::documents`.
pub async fn waiting<S: EditStore>(store: &S) -> Result<Vec<Waiting>, StoreError> {
    Ok(store.documents(KIND).await?.iter().filter_map(|document| read(&document.text)).collect())
}

/// One round: tells the server all that waits, runs before models, parents before their children. `live` gives what is known of a
/// run that is under way here; one that is under way elsewhere is left to whoever runs it.
///
/// # Errors
/// What the store says; what the server says is in `Delivered`.
pub async fn send_waiting<St, Se>(
    store: &St,
    server: &Se,
    tracker: &Tracker,
    live: &dyn Fn(&str) -> Option<RunRecord>,
    now: i64,
) -> Result<Delivered, StoreError>
where
    St: EditStore + RunStore,
    Se: Server,
{
    let mut delivered = Delivered::default();
    let all = store.documents(KIND).await?;
    let mut jobs = Vec::new();
    for document in all {
        let Some(waiting) = read(&document.text) else { continue };
        let run = match &waiting.what {
            What::Run(id) => match live(id) {
                Some(run) => Some(run),
                None => store.get_run(id).await?,
            },
            What::GoneRun(_) | What::Model(_) => None,
        };
        let is_elsewhere = |run: &RunRecord| run.info.status == RunStatus::Running && live(&run.info.run_id).is_none();
        if run.as_ref().is_some_and(is_elsewhere) {
            continue;
        }
        let rank = match (&waiting.what, &run) {
            (What::Model(_), _) => 2,
            (_, Some(run)) if run.tags.iter().any(|tag| tag.key == crate::tracking::PARENT_TAG) => 1,
            _ => 0,
        };
        jobs.push(Job { rank, id: document.id, text: document.text, waiting, run });
    }
    if jobs.is_empty() {
        return Ok(delivered);
    }
    jobs = crate::base::sorted_by(jobs, |a, b| a.rank.cmp(&b.rank));
    let n_jobs = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
    let connection = match Connection::open(server, &tracker.experiment).await {
        Ok(connection) => connection,
        Err(error) => {
            return Ok(Delivered { n_waiting: n_jobs, error: Some(error.report()), is_away: true, ..delivered });
        }
    };
    for (place, job) in jobs.iter().enumerate() {
        match job.send(store, &connection, tracker).await? {
            Ok(Sent { edits, notes }) => {
                delivered
                    .notes
                    .extend(notes.into_iter().filter(|note| !delivered.notes.contains(note)).collect::<Vec<_>>());
                if edits.is_empty() {
                    continue;
                }
                match store.apply(&edits, now).await {
                    // There is something new of it: it stays for the next round.
                    Err(StoreError::Conflict(_)) => delivered.n_waiting += 1,
                    done => {
                        done?;
                        delivered.n_sent += 1;
                    }
                }
            }
            Err(error) => {
                let is_away = error.is_of_server();
                job.note(store, &error, now).await?;
                delivered.error.get_or_insert(error.report());
                delivered.n_waiting += 1;
                if is_away {
                    delivered.is_away = true;
                    delivered.n_waiting += n_jobs.saturating_sub(u32::try_from(place + 1).unwrap_or(n_jobs));
                    break;
                }
            }
        }
    }
    Ok(delivered)
}

struct Job {
    rank: u8,
    id: String,
    /// Of the document, as it was when it was read.
    text: String,
    waiting: Waiting,
    run: Option<RunRecord>,
}

struct Sent {
    /// What is written when it is there: nothing while the run goes on.
    edits: Vec<Edit>,
    notes: Vec<String>,
}

impl Job {
    async fn send<St: EditStore, Se: Server>(
        &self,
        store: &St,
        connection: &Connection<'_, Se>,
        tracker: &Tracker,
    ) -> Result<Result<Sent, LiveError>, StoreError> {
        let done = || vec![Edit::document(KIND, &self.id, Some(self.text.clone()), None)];
        let told = match (&self.waiting.what, &self.run) {
            (What::Run(_), Some(run)) => match connection.log_run(run).await {
                Ok(logged) => {
                    let mut edits = if logged.is_whole { done() } else { Vec::new() };
                    let place = serde_json::json!({
                        "url": tracker.url, "experiment_id": logged.experiment_id, "run_id": logged.run_id,
                    });
                    let (before, place) = (kept(store, &run.info.run_id).await?, place.to_string());
                    if logged.is_whole && before.as_ref() != Some(&place) {
                        edits.push(Edit::document(LOGGED, &run.info.run_id, before, Some(place)));
                    }
                    return Ok(Ok(Sent { edits, notes: logged.notes }));
                }
                Err(error) => Err(error),
            },
            // Removed for good before it was sent, or given up.
            (What::Run(id) | What::GoneRun(id), _) => connection.drop_run(id).await,
            (What::Model(name), _) => {
                let all = store.documents(MODEL).await?;
                let own = all.into_iter().find(|document| document.id == *name);
                match own.and_then(|document| Saved::<RegisteredModel>::read(document.text)) {
                    Some(saved) => connection.log_registered(&saved.record).await,
                    None => Ok(()),
                }
            }
        };
        Ok(told.map(|()| Sent { edits: done(), notes: Vec::new() }))
    }

    /// Keeps why it was not taken, where that is of this thing and new.
    async fn note<St: EditStore>(&self, store: &St, error: &LiveError, now: i64) -> Result<(), StoreError> {
        let error = Some(error.report()).filter(|_| !error.is_of_server());
        if error.is_none() || error == self.waiting.error {
            return Ok(());
        }
        let text = written(&Waiting { error, ..self.waiting.clone() });
        match store.apply(&[Edit::document(KIND, &self.id, Some(self.text.clone()), Some(text))], now).await {
            Err(StoreError::Conflict(_)) => Ok(()),
            done => done,
        }
    }
}

async fn document<S: EditStore>(store: &S, id: &str) -> Result<Option<String>, StoreError> {
    Ok(store.documents(KIND).await?.into_iter().find(|one| one.id == id).map(|one| one.text))
}

async fn kept<S: EditStore>(store: &S, run_id: &str) -> Result<Option<String>, StoreError> {
    Ok(store.documents(LOGGED).await?.into_iter().find(|one| one.id == run_id).map(|one| one.text))
}

fn read(text: &str) -> Option<Waiting> {
    serde_json::from_str(text).ok()
}

fn written(waiting: &Waiting) -> String {
    serde_json::to_string(waiting).unwrap_or_default()
}
