//! What a rule would change, told from the table at hand.

use std::rc::{Rc, Weak};

use super::{Orchestrator, post};
use crate::base::{Coded, Digest, ErrorReport};
use crate::clean::preview;
use crate::ingest::IngestOptions;
use crate::pipeline::PipelineSpec;
use crate::table::{Table, from_bytes};
use crate::tracking::StepStore;
use crate::web::protocol::{Command, Event};

/// A table of more cells is looked at in part: a preview has to come while one is typing.
const MOST_CELLS: usize = 1_000_000;
/// So many rows of it.
const FIRST_ROWS: u32 = 100_000;

/// The table that the last run read. The session owns it; a run that reads another one lets it go.
pub(super) struct AtHand {
    dataset: Option<Digest>,
    options: IngestOptions,
    artifact: Digest,
    table: Weak<Table>,
}

impl Orchestrator {
    /// After a run: which table the next previews look at.
    pub(super) fn notice_table(&self) {
        let session = self.session.borrow();
        let (Some((artifact, table)), Some(last)) = (session.ingested(), session.last()) else { return };
        *self.at_hand.borrow_mut() = Some(AtHand {
            dataset: last.spec.dataset.digest.clone(),
            options: last.spec.ingest.clone(),
            artifact,
            table: table.as_ref().map(Rc::downgrade).unwrap_or_default(),
        });
    }

    /// Answers a `Command::Preview`, after the run under way where that one reads the table first.
    pub(super) async fn preview(&self, question: Command) {
        let Command::Preview { request, spec, index, limit } = &question else { return };
        let Some(table) = self.table_of(spec).await else {
            if self.under_way.borrow().is_some() {
                // Only the newest is still wanted.
                let mut postponed = self.postponed.borrow_mut();
                postponed.retain(|waiting| !matches!(waiting, Command::Preview { .. }));
                postponed.push(question);
                return;
            }
            let message = "The table is not at hand. Run the pipeline, or open the file again, to see what changes.";
            let preview = Err(ErrorReport::new("preview.no_table", message));
            return post(&Event::Preview { request: *request, preview, first_rows: None });
        };
        let is_large = table.n_rows() * table.columns().len() > MOST_CELLS && table.n_rows() > FIRST_ROWS as usize;
        let part = is_large.then(|| table.take_rows(&(0..FIRST_ROWS).collect::<Vec<_>>()));
        let seen = part.as_ref().unwrap_or(&table);
        let preview = preview(seen, &spec.clean, *index as usize, *limit as usize).map_err(|error| error.report());
        post(&Event::Preview { request: *request, preview, first_rows: is_large.then_some(u64::from(FIRST_ROWS)) });
    }

    /// The table that this spec starts with: from memory, else from the store.
    pub(super) async fn table_of(&self, spec: &PipelineSpec) -> Option<Rc<Table>> {
        let artifact = {
            let at_hand = self.at_hand.borrow();
            let fits = |at: &&AtHand| at.dataset == spec.dataset.digest && at.options == spec.ingest;
            let at = at_hand.as_ref().filter(fits)?;
            if let Some(table) = at.table.upgrade() {
                return Some(table);
            }
            at.artifact.clone()
        };
        // One that the store cannot give is not at hand.
        let bytes = StepStore::get_blob(&*self.store, &artifact).await.ok().flatten()?;
        let table = Rc::new(from_bytes(&bytes).ok()?);
        self.session.borrow_mut().keep_table(artifact.clone(), Rc::clone(&table));
        if let Some(at) = self.at_hand.borrow_mut().as_mut().filter(|at| at.artifact == artifact) {
            at.table = Rc::downgrade(&table);
        }
        Some(table)
    }
}
