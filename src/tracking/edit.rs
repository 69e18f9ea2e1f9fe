//! A change of what the store keeps, as a value that knows what was there before: so it can be undone, and refuses to
//! overwrite what it has not seen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Experiment, LifecycleStage, NAME_TAG, RunSummary, StoreError, Tag, row_from_text, row_text, tag};

/// What an edit changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    Run(String),
    Experiment(String),
    Document { kind: String, id: String },
}

/// One field, as it was and as it is to be; `None` where it is not there.
///
/// A run has the fields `name`, `experiment`, `deleted` (the time in Unix milliseconds), `tag:` with a key and `record` (its
/// row, as `row_text`: a run that is brought in from elsewhere has nothing but its row); an experiment `name`, `deleted`,
/// `tag:` with a key and `record` (all of it, as JSON); a document `text`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    pub target: Target,
    pub field: String,
    #[serde(default)]
    pub from: Option<String>,
    #[serde(default)]
    pub to: Option<String>,
}

/// What a target is now; `None` where there is nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Run(Option<Box<RunSummary>>),
    Experiment(Option<Experiment>),
    Document(Option<String>),
}

impl Edit {
    /// An edit of one field.
    #[must_use]
    pub fn new(target: Target, field: impl Into<String>, from: Option<String>, to: Option<String>) -> Self {
        Self { target, field: field.into(), from, to }
    }

    /// An edit of a document.
    #[must_use]
    pub fn document(kind: &str, id: &str, from: Option<String>, to: Option<String>) -> Self {
        Self::new(Target::Document { kind: kind.into(), id: id.into() }, "text", from, to)
    }

    /// What takes it back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { from: self.to.clone(), to: self.from.clone(), ..self.clone() }
    }

    fn conflict(&self, name: &str) -> StoreError {
        StoreError::Conflict(match &self.target {
            Target::Run(_) => format!("The run {name}"),
            Target::Experiment(_) => format!("The experiment {name}"),
            Target::Document { kind, id } if kind == "log" => format!("Entry {id} of the history"),
            Target::Document { kind, id } => format!("The {kind} {id}"),
        })
    }

    fn change_run(&self, row: &mut RunSummary) -> Result<(), StoreError> {
        let info = &mut row.info;
        let now = match self.field.as_str() {
            "name" => Some(info.run_name.clone()),
            "experiment" => Some(info.experiment_id.clone()),
            "deleted" => deleted(info.lifecycle_stage, info.deleted_time),
            field => tag(&row.tags, tag_key(field)).map(str::to_owned),
        };
        if now != self.from {
            return Err(self.conflict(&info.run_name));
        }
        let to = self.to.clone();
        match self.field.as_str() {
            "name" => {
                info.run_name = to.clone().unwrap_or_default();
                set_tag(&mut row.tags, NAME_TAG, to);
            }
            "experiment" => info.experiment_id = to.unwrap_or_default(),
            "deleted" => {
                info.lifecycle_stage = stage(to.as_deref());
                info.deleted_time = to.and_then(|time| time.parse().ok());
            }
            field => set_tag(&mut row.tags, tag_key(field), to),
        }
        row.edits += 1;
        Ok(())
    }

    fn replace_run(&self, found: &mut Option<Box<RunSummary>>) -> Result<(), StoreError> {
        // How often it was changed does not count: changes that were taken back left it as it was.
        let text = |row: &RunSummary| row_text(&RunSummary { edits: 0, ..row.clone() });
        let now = found.as_ref().map(|row| text(row));
        // An older version wrote the same row with other words.
        let from = self.from.as_ref().map(|from| row_from_text(from).map_or_else(|| from.clone(), |row| text(&row)));
        let to = self.to.as_deref().map(|text| row_from_text(text).ok_or_else(|| self.conflict("that was written")));
        if now != from {
            return Err(self.conflict(found.as_ref().map_or("", |row| row.info.run_name.as_str())));
        }
        *found = to.transpose()?.map(Box::new);
        Ok(())
    }

    fn change_experiment(&self, found: &mut Option<Experiment>, now: i64) -> Result<(), StoreError> {
        if self.field == "record" {
            let read = |text: &Option<String>| text.as_ref().map(|text| serde_json::from_str(text)).transpose();
            let (Ok(from), Ok(to)) = (read(&self.from), read(&self.to)) else {
                return Err(self.conflict("that was written"));
            };
            if *found != from {
                return Err(self.conflict(found.as_ref().map_or("", |experiment| experiment.name.as_str())));
            }
            *found = to;
            return Ok(());
        }
        let Some(experiment) = found else { return Err(self.conflict("that was removed")) };
        let was = match self.field.as_str() {
            "name" => Some(experiment.name.clone()),
            "deleted" => deleted(experiment.lifecycle_stage, Some(experiment.last_update_time)),
            field => tag(&experiment.tags, tag_key(field)).map(str::to_owned),
        };
        // Of deletion only whether counts: the time of an experiment's last change says when.
        let is_same = if self.field == "deleted" { was.is_some() == self.from.is_some() } else { was == self.from };
        if !is_same {
            return Err(self.conflict(&experiment.name));
        }
        match self.field.as_str() {
            "name" => experiment.name = self.to.clone().unwrap_or_default(),
            "deleted" => experiment.lifecycle_stage = stage(self.to.as_deref()),
            field => set_tag(&mut experiment.tags, tag_key(field), self.to.clone()),
        }
        experiment.last_update_time = now;
        Ok(())
    }
}

fn deleted(stage: LifecycleStage, time: Option<i64>) -> Option<String> {
    (stage == LifecycleStage::Deleted).then(|| time.map_or_else(String::new, |time| time.to_string()))
}

fn stage(deleted: Option<&str>) -> LifecycleStage {
    if deleted.is_some() { LifecycleStage::Deleted } else { LifecycleStage::Active }
}

fn tag_key(field: &str) -> &str {
    field.strip_prefix("tag:").unwrap_or(field)
}

fn set_tag(tags: &mut Vec<Tag>, key: &str, to: Option<String>) {
    match (tags.iter().position(|tag| tag.key == key), to) {
        (Some(place), Some(value)) => tags.get_mut(place).into_iter().for_each(|tag| tag.value.clone_from(&value)),
        (Some(place), None) => {
            tags.remove(place);
        }
        (None, Some(value)) => tags.push(Tag { key: key.to_owned(), value }),
        (None, None) => {}
    }
}

/// What the edits change; a target of several edits comes several times.
pub fn targets(edits: &[Edit]) -> impl Iterator<Item = &Target> {
    edits.iter().map(|edit| &edit.target)
}

/// Makes the edits on what their targets are now, in order.
///
/// # Errors
/// `Conflict` where something is not as an edit says it was; `items` is spoiled then.
pub fn apply_all(edits: &[Edit], items: &mut BTreeMap<Target, Item>, now: i64) -> Result<(), StoreError> {
    for edit in edits {
        match items.get_mut(&edit.target) {
            Some(Item::Run(row)) if edit.field == "record" => edit.replace_run(row)?,
            Some(Item::Run(Some(row))) => edit.change_run(row)?,
            Some(Item::Experiment(experiment)) => edit.change_experiment(experiment, now)?,
            Some(Item::Document(text)) if *text == edit.from => text.clone_from(&edit.to),
            _ => return Err(edit.conflict("that was removed")),
        }
    }
    Ok(())
}
