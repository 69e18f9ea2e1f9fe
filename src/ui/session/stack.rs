//! The stack and the store: changed, looked at, emptied; backups remembered.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Session;
use crate::registry::{RegistryError, Stacks};
use crate::tracking::StoreCommand;
use crate::ui::browser;
use crate::ui::state::Backups;
use crate::web::protocol::{Command, RequestId};
use crate::web::{preferences, storage};

impl Session {
    /// Changes the stacks, or says why that cannot be.
    ///
    /// # Errors
    /// What `of` refuses.
    pub fn change_stacks(
        &self,
        of: impl FnOnce(&Stacks) -> Result<StoreCommand, RegistryError>,
    ) -> Result<(), RegistryError> {
        let stacks = self.workspace.with_untracked(|workspace| workspace.stack.stacks.clone());
        if let Some(stacks) = stacks {
            self.change(of(&stacks)?);
        }
        Ok(())
    }

    /// Asks what the store takes.
    pub fn request_usage(&self) {
        self.ask_store(|request| Command::GetUsage { request });
    }

    /// Empties the step cache.
    pub fn clear_cache(&self) {
        self.ask_store(|request| Command::ClearCache { request });
        self.announcement.set("The cache is being cleared".into());
    }

    /// Removes everything for good; the page starts anew then.
    pub fn erase_everything(&self) {
        self.ask_store(|request| Command::Erase { request });
    }

    fn ask_store(&self, command: impl FnOnce(RequestId) -> Command) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.stack.ask(request));
            client.send(&command(request), None);
        });
    }

    /// The store is empty: so is all else, and the page starts as on a first visit.
    pub(super) fn start_anew(&self) {
        spawn_local(async {
            storage::leave_nothing().await;
            browser::open_anew();
        });
    }

    /// Remembers something of backups.
    pub fn note_backup(&self, of: impl FnOnce(&mut Backups)) {
        self.backups.update(of);
        preferences::save(preferences::BACKUPS, &self.backups.with_untracked(Backups::text));
    }
}
