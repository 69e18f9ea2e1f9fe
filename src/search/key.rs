//! What of a run is asked for.

use super::lexer::Token;
use super::{SearchError, SearchProblem, Span};

/// What of a run is compared or sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    Metric(String),
    Param(String),
    Tag(String),
    Attribute(Attribute),
    Dataset(DatasetKey),
}

/// What every run has. The last three are not in MLflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    RunId,
    RunName,
    Status,
    /// Unix milliseconds.
    StartTime,
    /// Unix milliseconds.
    EndTime,
    UserId,
    ArtifactUri,
    /// Seconds.
    Duration,
    ExperimentId,
    Model,
}

/// What is asked of the dataset of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatasetKey {
    Name,
    /// Whole, or its first eight digits or more.
    Digest,
    /// Always `training`.
    Context,
}

pub(super) const ATTRIBUTES: [(&str, Attribute); 10] = [
    ("run_name", Attribute::RunName),
    ("status", Attribute::Status),
    ("start_time", Attribute::StartTime),
    ("end_time", Attribute::EndTime),
    ("duration", Attribute::Duration),
    ("model", Attribute::Model),
    ("run_id", Attribute::RunId),
    ("experiment_id", Attribute::ExperimentId),
    ("user_id", Attribute::UserId),
    ("artifact_uri", Attribute::ArtifactUri),
];

pub(super) const DATASET_KEYS: [(&str, DatasetKey); 3] =
    [("name", DatasetKey::Name), ("digest", DatasetKey::Digest), ("context", DatasetKey::Context)];

/// MLflow's words for what a run has. Which of a run's things a word before the dot means.
pub(super) const ENTITIES: [(&str, &str); 11] = [
    ("metrics", "metrics"),
    ("metric", "metrics"),
    ("params", "params"),
    ("param", "params"),
    ("parameters", "params"),
    ("tags", "tags"),
    ("tag", "tags"),
    ("attributes", "attributes"),
    ("attribute", "attributes"),
    ("attr", "attributes"),
    ("run", "attributes"),
];

/// As `ENTITIES`, with the datasets.
pub(super) fn entity(word: &str) -> Option<&'static str> {
    if ["datasets", "dataset"].contains(&word) {
        return Some("datasets");
    }
    ENTITIES.iter().find(|(name, _)| *name == word).map(|(_, entity)| *entity)
}

impl Key {
    /// Whether the values are numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Metric(_) | Self::Attribute(Attribute::StartTime | Attribute::EndTime | Attribute::Duration)
        )
    }

    /// Whether MLflow does not know it.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(self, Self::Attribute(Attribute::Duration | Attribute::ExperimentId | Attribute::Model))
    }

    /// As it is written in a search.
    #[must_use]
    pub fn text(&self) -> String {
        let name = |key: &str| {
            if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') && !key.is_empty() {
                key.to_owned()
            } else if key.contains('`') {
                format!("\"{key}\"")
            } else {
                format!("`{key}`")
            }
        };
        match self {
            Self::Metric(key) => format!("metrics.{}", name(key)),
            Self::Param(key) => format!("params.{}", name(key)),
            Self::Tag(key) => format!("tags.{}", name(key)),
            Self::Attribute(attribute) => {
                ATTRIBUTES.iter().find(|(_, other)| other == attribute).map_or("", |(name, _)| name).to_owned()
            }
            Self::Dataset(key) => {
                let name = DATASET_KEYS.iter().find(|(_, other)| other == key).map_or("", |(name, _)| name);
                format!("datasets.{name}")
            }
        }
    }

    /// The key that a word names.
    ///
    /// # Errors
    /// An entity or attribute that there is not; a name that is lacking after the dot.
    pub(super) fn of(token: &Token, span: &Span) -> Result<Self, SearchError> {
        let error = |problem| SearchError::new(span.clone(), problem);
        let (bare, quoted) = match token {
            Token::Word { bare, quoted } => (bare.as_str(), quoted.clone()),
            Token::Text(text) => ("", Some(text.clone())),
            _ => return Err(error(SearchProblem::NoCondition)),
        };
        let (entity_word, name) = match (bare.split_once('.'), quoted) {
            (None, None) => (None, bare.to_owned()),
            (None, Some(name)) => (None, name),
            (Some((entity, "")), Some(name)) => (Some(entity), name),
            (Some((entity, rest)), None) => (Some(entity), rest.to_owned()),
            // As in a.b.`c`: the whole is the name.
            (Some((entity, rest)), Some(name)) => (Some(entity), format!("{rest}{name}")),
        };
        let Some(word) = entity_word else {
            return attribute(&name).ok_or_else(|| error(SearchProblem::UnknownAttribute(name)));
        };
        let entity = entity(word).ok_or_else(|| error(SearchProblem::UnknownEntity(word.to_owned())))?;
        if name.is_empty() {
            return Err(error(SearchProblem::NoKey(format!("{word}."))));
        }
        match entity {
            "metrics" => Ok(Self::Metric(name)),
            "params" => Ok(Self::Param(name)),
            "tags" => Ok(Self::Tag(name)),
            "datasets" => match DATASET_KEYS.iter().find(|(key, _)| *key == name) {
                Some((_, key)) => Ok(Self::Dataset(*key)),
                None => Err(error(SearchProblem::UnknownDatasetKey(name))),
            },
            _ => attribute(&name).ok_or_else(|| error(SearchProblem::UnknownAttribute(name))),
        }
    }
}

fn attribute(name: &str) -> Option<Key> {
    let name = match name {
        "created" | "Created" => "start_time",
        "run name" | "Run name" | "Run Name" => "run_name",
        other => other,
    };
    ATTRIBUTES.iter().find(|(key, _)| *key == name).map(|(_, attribute)| Key::Attribute(*attribute))
}
