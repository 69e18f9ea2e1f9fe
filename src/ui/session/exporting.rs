//! Runs taken out for other tools: asked of the worker, given to the person as a file.

use leptos::prelude::*;

use super::Session;
use crate::export::Export;
use crate::export::handin::HANDIN;
use crate::export::workspace::{BACKUP, BACKUP_FILE};
use crate::web::files;
use crate::web::protocol::{Command, WhichRuns};

impl Session {
    /// Asks for a file; it is offered as a download when it comes.
    pub fn export(&self, export: &'static Export, which: WhichRuns) {
        self.ask_file(export.name, which);
    }

    /// Asks for the archive of the whole workspace.
    pub fn back_up(&self) {
        self.ask_file(BACKUP, WhichRuns::Everything);
    }

    /// Asks for a run with its data, to be handed in.
    pub fn hand_in(&self, run_id: &str) {
        self.ask_file(HANDIN, WhichRuns::Runs(vec![run_id.to_owned()]));
    }

    fn ask_file(&self, name: &'static str, which: WhichRuns) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.exports.ask(request, name));
            client.send(&Command::Export { request, export: name.to_owned(), which }, None);
        });
    }

    /// Brings a file of runs in.
    pub fn bring_in(&self, file: &web_sys::Blob) {
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.exports.bring_in(request));
            client.send(&Command::Import { request }, Some(file));
        });
    }

    /// Brings an `mlruns` folder in, as a person chose it.
    pub fn bring_in_folder(&self, files: &web_sys::FileList) {
        let (mut paths, chosen) = (Vec::new(), js_sys::Array::new());
        for file in (0..files.length()).filter_map(|place| files.get(place)) {
            // With the folder's own name before it. web-sys does not bind it.
            let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string());
            paths.push(path.filter(|path| !path.is_empty()).unwrap_or_else(|| file.name()));
            chosen.push(&file);
        }
        self.with_client(|client| {
            let request = client.next_request();
            self.workspace.update(|workspace| workspace.exports.bring_in(request));
            client.send_files(&Command::ImportFolder { request, paths }, &chosen);
        });
    }

    pub(super) fn save_export(&self, name: &str, file: Option<&web_sys::Blob>) {
        match file.map(|file| files::download_blob(name, file)) {
            Some(Ok(())) => {
                if name == BACKUP_FILE {
                    self.note_backup(|backups| backups.last = Some(js_sys::Date::now() as i64));
                }
                self.say(&format!("Saved {name}"));
            }
            _ => self.say(&format!("The browser did not take {name}. Please try again.")),
        }
    }
}
