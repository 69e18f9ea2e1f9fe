//! What the page remembers between visits, in localStorage. A browser that forbids it forgets, and that is all.

use gloo_storage::{LocalStorage, Storage};

/// The theme: `system`, `light` or `dark`. Also read by the page's own script before the first paint.
pub const THEME: &str = "pipette.theme";
/// `off` where keys without a modifier are no shortcuts.
pub const LETTER_KEYS: &str = "pipette.letter_keys";
/// The last spec, as the text of its pipeline file.
pub const LAST_SPEC: &str = "pipette.last_spec";

/// When a backup was made last, and when to remind of the next.
pub const BACKUPS: &str = "pipette.backups";
/// The experiment that runs go to, by id; `all` is the default one with the table showing all.
pub const EXPERIMENT: &str = "pipette.experiment";
/// Before an experiment's id: the columns of its table of runs, as the address has them.
pub const RUNS_COLUMNS: &str = "pipette.runs_columns.";
/// Before an experiment's id: the order and the filter of its table.
pub const RUNS_LOOK: &str = "pipette.runs_look.";
/// Before an experiment's id: the widths of its table's columns, and those that stay.
pub const RUNS_LAYOUT: &str = "pipette.runs_layout.";

/// The remembered text.
#[must_use]
pub fn load(key: &str) -> Option<String> {
    LocalStorage::get(key).ok()
}

/// Remembers a text. Where storing is forbidden or full, nothing is remembered.
pub fn save(key: &str, value: &str) {
    let _ = LocalStorage::set(key, value);
}

/// Forgets all that this page remembers.
pub fn clear() {
    let storage = LocalStorage::raw();
    let names = (0..LocalStorage::length()).filter_map(|place| storage.key(place).ok().flatten());
    let own: Vec<String> = names.filter(|name| name.starts_with("pipette.")).collect();
    own.iter().for_each(LocalStorage::delete);
}
