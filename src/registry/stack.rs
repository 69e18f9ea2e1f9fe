//! Stacks, as ZenML has them: the components that a run goes through, registered under a name; one stack is active.

use serde::{Deserialize, Serialize};

use super::model::checked;
use super::{Named, RegistryError, Saved};
use crate::tracking::{Edit, EditStore, StoreCommand, StoreError};

/// The stack that is always there.
pub const DEFAULT_STACK: &str = "default";
/// The tag of a run that says through which stack it went.
pub const STACK_TAG: &str = "pipette.stack";

/// The kind and the id of the document that names the active stack.
const ACTIVE: (&str, &str) = ("active_stack", "name");
const MAX_NAME: usize = 250;

/// What runs the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orchestrator {
    /// A worker of this tab.
    #[default]
    Worker,
}

/// What keeps tables, fitted steps and other outputs of steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactStore {
    /// The browser's database: they are found again after a reload.
    #[default]
    Indexeddb,
    /// The tab: they are gone with it.
    Memory,
}

/// What is told of runs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExperimentTracker {
    /// The list of runs in this browser. Every stack has it.
    #[default]
    Pipette,
    /// An MLflow server besides.
    Mlflow { uri: String, experiment: String },
}

/// What makes models answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelDeployer {
    /// The service worker of this site.
    ServiceWorker,
}

/// The components of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Components {
    pub orchestrator: Orchestrator,
    pub artifact_store: ArtifactStore,
    pub experiment_tracker: ExperimentTracker,
    pub model_deployer: Option<ModelDeployer>,
}

impl Default for Components {
    fn default() -> Self {
        Self {
            orchestrator: Orchestrator::default(),
            artifact_store: ArtifactStore::default(),
            experiment_tracker: ExperimentTracker::default(),
            model_deployer: Some(ModelDeployer::ServiceWorker),
        }
    }
}

/// Components under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stack {
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub components: Components,
    /// Unix milliseconds.
    pub creation_time: i64,
}

impl Default for Stack {
    fn default() -> Self {
        Self {
            name: DEFAULT_STACK.into(),
            description: String::new(),
            components: Components::default(),
            creation_time: 0,
        }
    }
}

/// The stacks of a store, and which is active.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stacks {
    /// The stack that is always there.
    pub default: Stack,
    /// By name.
    registered: Vec<Saved<Stack>>,
    /// As it is kept: it may name a stack that is not there any more.
    active: Option<String>,
}

impl Stacks {
    /// From the texts in the store. A stack that cannot be read is left out.
    #[must_use]
    pub fn read(registered: Vec<String>, active: Option<String>) -> Self {
        let registered = registered.into_iter().filter_map(Saved::read).collect();
        Self { default: Stack::default(), registered, active }
    }

    /// All, the default one first.
    pub fn all(&self) -> impl Iterator<Item = &Stack> {
        std::iter::once(&self.default).chain(self.registered.iter().map(|saved| &saved.record))
    }

    /// The stack that runs go through now.
    #[must_use]
    pub fn active(&self) -> &Stack {
        let named = |stack: &&Stack| self.active.as_ref() == Some(&stack.name);
        self.all().find(named).unwrap_or(&self.default)
    }

    /// Whether the active stack is the one that is always there.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.active().name == DEFAULT_STACK
    }

    fn registered(&self, name: &str) -> Result<&Saved<Stack>, RegistryError> {
        if name == DEFAULT_STACK {
            return Err(RegistryError::DefaultStack);
        }
        let found = self.registered.iter().find(|saved| saved.record.name == name);
        found.ok_or_else(|| RegistryError::NoStack(name.to_owned()))
    }

    fn free_name(&self, name: &str) -> Result<String, RegistryError> {
        let name = checked("The name", name, MAX_NAME)?;
        if self.all().any(|stack| stack.name == name) { Err(RegistryError::NameTaken(name)) } else { Ok(name) }
    }

    /// Registers components under a name at `now`; the stack becomes active where that is asked for (`--set`).
    ///
    /// # Errors
    /// `NoName`, `TooLong`, `NameTaken`.
    pub fn register(
        &self,
        name: &str,
        components: Components,
        is_set: bool,
        now: i64,
    ) -> Result<StoreCommand, RegistryError> {
        let name = self.free_name(name)?;
        let words = format!("Registered the stack {name}{}", if is_set { " and set it active." } else { "." });
        let edits = is_set.then(|| self.activation(&name));
        let stack = Stack { name, description: String::new(), components, creation_time: now };
        let mut command = Saved::create((stack, words));
        command.edits.extend(edits);
        Ok(command)
    }

    /// Makes a stack the active one; empty where it is already.
    ///
    /// # Errors
    /// `NoStack`.
    pub fn set(&self, name: &str) -> Result<StoreCommand, RegistryError> {
        if name != DEFAULT_STACK {
            self.registered(name)?;
        }
        let edits = if self.active().name == name { Vec::new() } else { vec![self.activation(name)] };
        Ok(StoreCommand { words: format!("Set the active stack {name}."), edits })
    }

    fn activation(&self, name: &str) -> Edit {
        Edit::document(ACTIVE.0, ACTIVE.1, self.active.clone(), Some(name.to_owned()))
    }

    /// Gives a stack another name; if it is active it stays so.
    ///
    /// # Errors
    /// `DefaultStack`, `NoStack`, and as `register`.
    pub fn rename(&self, name: &str, to: &str) -> Result<StoreCommand, RegistryError> {
        let saved = self.registered(name)?;
        let to = self.free_name(to)?;
        let edits = (self.active().name == name).then(|| self.activation(&to));
        let words = format!("Renamed the stack {name} to {to}.");
        let mut command = saved.change((Stack { name: to, ..saved.record.clone() }, words));
        command.edits.extend(edits);
        Ok(command)
    }

    /// Describes a stack.
    ///
    /// # Errors
    /// `DefaultStack`, `NoStack`.
    pub fn describe(&self, name: &str, text: &str) -> Result<StoreCommand, RegistryError> {
        self.change(name, |stack| {
            (Stack { description: text.trim().to_owned(), ..stack }, format!("Described the stack {name}."))
        })
    }

    /// Gives a stack other components.
    ///
    /// # Errors
    /// As `describe`.
    pub fn update(&self, name: &str, components: Components) -> Result<StoreCommand, RegistryError> {
        self.change(name, |stack| (Stack { components, ..stack }, format!("Updated the stack {name}.")))
    }

    fn change(&self, name: &str, of: impl FnOnce(Stack) -> (Stack, String)) -> Result<StoreCommand, RegistryError> {
        let saved = self.registered(name)?;
        Ok(saved.change(of(saved.record.clone())))
    }

    /// Removes a stack. The active one has to stay, as in ZenML.
    ///
    /// # Errors
    /// `DefaultStack`, `NoStack`, `ActiveStack`.
    pub fn delete(&self, name: &str) -> Result<StoreCommand, RegistryError> {
        let saved = self.registered(name)?;
        if self.active().name == name {
            return Err(RegistryError::ActiveStack(name.to_owned()));
        }
        Ok(saved.delete())
    }

    /// Whether a change of this document may change a stack.
    #[must_use]
    pub fn is_kept_in(kind: &str) -> bool {
        kind == Stack::KIND || kind == ACTIVE.0
    }
}

/// Stacks of a store.
#[expect(async_fn_in_trait, reason = "stores live on one thread: no future needs to be Send")]
pub trait StackStore: EditStore + Sized {
    /// The stacks as they are kept, and the text of the active one's name.
    ///
    /// # Errors
    /// As `EditStore::documents`.
    async fn stack_texts(&self) -> Result<(Vec<String>, Option<String>), StoreError> {
        let active = self.documents(ACTIVE.0).await?.into_iter().find(|document| document.id == ACTIVE.1);
        let registered = self.documents(Stack::KIND).await?;
        let texts = registered.into_iter().map(|document| document.text).collect();
        Ok((texts, active.map(|document| document.text)))
    }
}

impl<S: EditStore> StackStore for S {}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::tracking::{MemoryStore, execute, undo};

    /// Memory never waits, so one poll is all it takes.
    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => panic!("a store in memory does not wait"),
        }
    }

    fn stacks(store: &MemoryStore) -> Stacks {
        let (texts, active) = now(store.stack_texts()).unwrap();
        Stacks::read(texts, active)
    }

    fn names(stacks: &Stacks) -> Vec<&str> {
        stacks.all().map(|stack| stack.name.as_str()).collect()
    }

    fn make(store: &MemoryStore, of: impl FnOnce(&Stacks) -> Result<StoreCommand, RegistryError>) -> String {
        let command = of(&stacks(store)).unwrap();
        let words = command.words.clone();
        if !command.is_empty() {
            now(execute(store, &command, 1)).unwrap();
        }
        words
    }

    #[test]
    fn a_stack_is_registered_set_renamed_and_deleted_and_each_can_be_taken_back() {
        let store = MemoryStore::default();
        assert_eq!((names(&stacks(&store)), stacks(&store).active().name.clone()), (vec!["default"], "default".into()));
        let components = Components { artifact_store: ArtifactStore::Memory, ..Components::default() };
        make(&store, |stacks| stacks.register(" short ", components.clone(), false, 5));
        assert_eq!(stacks(&store).active().name, "default");
        assert_eq!(make(&store, |stacks| stacks.set("short")), "Set the active stack short.");
        assert_eq!(stacks(&store).active().components, components);
        // Already active: nothing to do, nothing to log.
        assert!(stacks(&store).set("short").unwrap().is_empty());
        make(&store, |stacks| stacks.rename("short", "brief"));
        assert_eq!(stacks(&store).active().name, "brief");
        assert_eq!(stacks(&store).delete("brief"), Err(RegistryError::ActiveStack("brief".into())));
        make(&store, |stacks| stacks.set("default"));
        make(&store, |stacks| stacks.delete("brief"));
        assert_eq!(names(&stacks(&store)), ["default"]);
        now(undo(&store, 2)).unwrap();
        now(undo(&store, 3)).unwrap();
        assert_eq!(
            (names(&stacks(&store)), stacks(&store).active().name.clone()),
            (vec!["default", "brief"], "brief".into())
        );
        now(undo(&store, 4)).unwrap();
        assert_eq!(stacks(&store).active().name, "short");
    }

    #[test]
    fn registering_can_set_it_and_taking_that_back_leaves_the_default() {
        let store = MemoryStore::default();
        make(&store, |stacks| {
            stacks.register("bare", Components { model_deployer: None, ..Components::default() }, true, 5)
        });
        assert_eq!(stacks(&store).active().components.model_deployer, None);
        make(&store, |stacks| stacks.describe("bare", " for trials "));
        make(&store, |stacks| stacks.update("bare", Components::default()));
        let active = stacks(&store).active().clone();
        assert_eq!((active.description.as_str(), active.components), ("for trials", Components::default()));
        for time in 0..3 {
            now(undo(&store, time)).unwrap();
        }
        assert_eq!((names(&stacks(&store)), stacks(&store).active().name.clone()), (vec!["default"], "default".into()));
    }

    #[test]
    fn the_default_stack_stays_and_a_name_is_one_stack() {
        let store = MemoryStore::default();
        make(&store, |stacks| stacks.register("a", Components::default(), false, 5));
        let all = stacks(&store);
        assert_eq!(all.delete(DEFAULT_STACK), Err(RegistryError::DefaultStack));
        assert_eq!(all.rename(DEFAULT_STACK, "x"), Err(RegistryError::DefaultStack));
        assert_eq!(all.update(DEFAULT_STACK, Components::default()), Err(RegistryError::DefaultStack));
        for taken in ["a", "default"] {
            let refused = all.register(taken, Components::default(), false, 6);
            assert_eq!(refused, Err(RegistryError::NameTaken(taken.into())));
        }
        assert_eq!(all.register(" ", Components::default(), false, 6), Err(RegistryError::NoName));
        assert_eq!(all.set("b"), Err(RegistryError::NoStack("b".into())));
    }

    #[test]
    fn an_active_stack_that_is_gone_leaves_the_default() {
        assert_eq!(Stacks::read(Vec::new(), Some("gone".into())).active().name, DEFAULT_STACK);
    }

    #[test]
    fn a_stack_is_kept_in_zenml_s_words() {
        let mlflow = ExperimentTracker::Mlflow { uri: "http://127.0.0.1:5000".into(), experiment: "x".into() };
        let stack = Stack {
            components: Components { experiment_tracker: mlflow, ..Components::default() },
            ..Stack::default()
        };
        let text = serde_json::to_string(&stack).unwrap();
        assert_eq!(
            text,
            r#"{"name":"default","description":"","components":{"orchestrator":"worker","artifact_store":"indexeddb","experiment_tracker":{"mlflow":{"uri":"http://127.0.0.1:5000","experiment":"x"}},"model_deployer":"service_worker"},"creation_time":0}"#
        );
    }
}
