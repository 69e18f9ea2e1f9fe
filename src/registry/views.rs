//! Views of an experiment's runs under a name: what is searched for, which columns, in which order, and which charts.

use serde::{Deserialize, Serialize};

use super::model::checked;
use super::{Changed, Named, RegistryError, Saved};
use crate::tracking::StoreCommand;

const MAX_NAME: usize = 120;

/// A view of the table of runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// The experiment's id and the name, with a slash between: unique among views.
    id: String,
    /// An experiment's id; `all` for the table of all.
    pub experiment: String,
    /// Unique in its experiment.
    pub name: String,
    /// What the address says of the table, as names and values.
    #[serde(default)]
    pub pairs: Vec<(String, String)>,
}

impl Named for SavedView {
    const KIND: &'static str = "view";
    // Two experiments may have views of one name.
    #[expect(clippy::misnamed_getters, reason = "documents are told apart by what this gives: here the id")]
    fn name(&self) -> &str {
        &self.id
    }
}

impl SavedView {
    /// Saves a view of an experiment under a name. `all` may hold those of other experiments.
    ///
    /// # Errors
    /// `NoName`, `TooLong`, `NameTaken`.
    pub fn create(experiment: &str, name: &str, pairs: Vec<(String, String)>, all: &[Self]) -> Changed<Self> {
        let name = free_name(experiment, name, all)?;
        let words = format!("Saved the view {name}.");
        Ok((Self { id: id(experiment, &name), experiment: experiment.to_owned(), name, pairs }, words))
    }

    /// The view as the table is now.
    ///
    /// # Errors
    /// None yet; in the shape of its siblings.
    pub fn update(&self, pairs: Vec<(String, String)>) -> Changed<Self> {
        Ok((Self { pairs, ..self.clone() }, format!("Changed the view {}.", self.name)))
    }

    /// The same under another name.
    ///
    /// # Errors
    /// `NoName`, `TooLong`, `NameTaken`.
    pub fn rename(&self, name: &str, all: &[Self]) -> Changed<Self> {
        let others: Vec<Self> = all.iter().filter(|view| view.id != self.id).cloned().collect();
        let name = free_name(&self.experiment, name, &others)?;
        let words = format!("Renamed the view {} to {name}.", self.name);
        Ok((Self { id: id(&self.experiment, &name), name, ..self.clone() }, words))
    }

    /// Removes it, until that is undone. `saved` is this view as it is kept.
    #[must_use]
    pub fn removal(&self, saved: &Saved<Self>) -> StoreCommand {
        StoreCommand { words: format!("Removed the view {}.", self.name), ..saved.delete() }
    }

    /// The value of one of its names.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        self.pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }
}

fn id(experiment: &str, name: &str) -> String {
    format!("{experiment}/{name}")
}

fn free_name(experiment: &str, name: &str, all: &[SavedView]) -> Result<String, RegistryError> {
    let name = checked("The name", name, MAX_NAME)?;
    match all.iter().any(|view| view.experiment == experiment && view.name == name) {
        true => Err(RegistryError::NameTaken(name)),
        false => Ok(name),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::tracking::{EditStore, MemoryStore, execute, undo};

    /// Memory never waits, so one poll is all it takes.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("a store in memory does not wait"),
        }
    }

    fn view(experiment: &str, name: &str, all: &[SavedView]) -> Changed<SavedView> {
        SavedView::create(experiment, name, vec![("q".into(), "metrics.r2 > 0".into())], all)
    }

    #[test]
    fn names_are_unique_in_their_experiment() {
        let (best, words) = view("0", " Best ", &[]).unwrap();
        assert_eq!((best.name.as_str(), words.as_str()), ("Best", "Saved the view Best."));
        assert_eq!(best.value("q").as_deref(), Some("metrics.r2 > 0"));
        let all = [best.clone()];
        assert_eq!(view("0", "Best", &all), Err(RegistryError::NameTaken("Best".into())));
        assert!(view("1", "Best", &all).is_ok());
        assert_eq!(view("0", " ", &all), Err(RegistryError::NoName));
        assert!(matches!(view("0", &"x".repeat(121), &all), Err(RegistryError::TooLong { .. })));
        // Its own name is free for itself.
        assert!(best.rename("Best", &all).is_ok());
    }

    #[test]
    fn each_change_can_be_taken_back() {
        let store = MemoryStore::default();
        let kept = || {
            let all = now(store.documents(SavedView::KIND)).unwrap();
            all.into_iter().filter_map(|one| Saved::<SavedView>::read(one.text)).collect::<Vec<_>>()
        };
        now(execute(&store, &Saved::create(view("0", "Best", &[]).unwrap()), 1)).unwrap();
        let saved = kept().remove(0);
        now(execute(&store, &saved.change(saved.record.rename("Good", &[]).unwrap()), 2)).unwrap();
        let renamed = kept();
        assert_eq!(renamed.iter().map(|saved| saved.record.name.as_str()).collect::<Vec<_>>(), ["Good"]);
        now(execute(&store, &renamed[0].record.removal(&renamed[0]), 3)).unwrap();
        assert!(kept().is_empty());
        now(undo(&store, 4)).unwrap();
        now(undo(&store, 5)).unwrap();
        assert_eq!(kept(), [saved]);
    }
}
