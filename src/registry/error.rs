//! Why something was not registered.

use crate::base::Coded;

/// What the registry refuses, with the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    #[error("A name is lacking. Write at least one letter or digit.")]
    NoName,
    #[error("{0:?} cannot be a model's name: MLflow allows no / : . % \" ' in it. Write letters, digits, - and _.")]
    ModelName(String),
    #[error("{what} has {length} characters, and may have {most}. Shorten it.")]
    TooLong { what: &'static str, length: usize, most: usize },
    #[error("There is {0:?} already. Choose another name.")]
    NameTaken(String),
    #[error("{0:?} cannot be an alias. Write letters, digits, - and _ only, such as champion.")]
    Alias(String),
    #[error("\"latest\" always means the newest version, and cannot be set. Choose another alias, such as champion.")]
    Latest,
    #[error("{0:?} would read like a version's number. Choose an alias that is not v and digits.")]
    LikeVersion(String),
    #[error("There is an alias {other:?}, and {alias:?} differs from it in upper and lower case only. Use {other:?}.")]
    AliasCase { alias: String, other: String },
    #[error("Version {version} has {most} aliases, and may have no more. Take one off it first.")]
    TooManyAliases { version: u32, most: usize },
    #[error("{model} has no alias {alias:?}.")]
    NoAlias { model: String, alias: String },
    #[error("{alias:?} has pointed to nothing else before. Set it to a version instead.")]
    NothingBefore { alias: String },
    #[error("{model} has no version {version}.")]
    NoVersion { model: String, version: u32 },
    #[error("Version {version} of {model} is retired. Bring it back first, or choose another.")]
    Retired { model: String, version: u32 },
    #[error("There is no model {0} any more. Remove the deployment, or register a model of this name.")]
    NoSuchModel(String),
    #[error("The run {0} has no model. Register a run that has finished.")]
    NoModel(String),
    #[error("Not promoted: {reasons} Write a note to do it all the same.")]
    NotPromoted { reasons: String },
    #[error("{pipeline} has no version {version}.")]
    NoPipelineVersion { pipeline: String, version: u32 },
    #[error("The stack \"default\" stays as it is. Register another one and set it active.")]
    DefaultStack,
    #[error("There is no stack {0:?} any more. Choose another.")]
    NoStack(String),
    #[error("The stack {0:?} is active. Set another one active first.")]
    ActiveStack(String),
    #[error("A timer runs every 5 seconds at most, and every week at least. Write a number of minutes, such as 15.")]
    Period,
    #[error("{0:?} cannot be a threshold. Write a PSI above 0, such as 0.2.")]
    Threshold(String),
    #[error("{0} answers already. Choose another version to compare it with.")]
    ShadowAnswers(String),
    #[error("Nothing has changed since version {0}. Change something, or run that version.")]
    Unchanged(u32),
}

impl Coded for RegistryError {
    fn code(&self) -> &'static str {
        match self {
            Self::NoName => "registry.no_name",
            Self::ModelName(_) => "registry.model_name",
            Self::TooLong { .. } => "registry.too_long",
            Self::NameTaken(_) => "registry.name_taken",
            Self::Alias(_) => "registry.alias",
            Self::Latest => "registry.latest",
            Self::LikeVersion(_) => "registry.like_version",
            Self::AliasCase { .. } => "registry.alias_case",
            Self::TooManyAliases { .. } => "registry.too_many_aliases",
            Self::NoAlias { .. } => "registry.no_alias",
            Self::NothingBefore { .. } => "registry.nothing_before",
            Self::NoVersion { .. } => "registry.no_version",
            Self::Retired { .. } => "registry.retired",
            Self::NoSuchModel(_) => "registry.no_such_model",
            Self::NoModel(_) => "registry.no_model",
            Self::NotPromoted { .. } => "registry.not_promoted",
            Self::NoPipelineVersion { .. } => "registry.no_pipeline_version",
            Self::DefaultStack => "registry.default_stack",
            Self::NoStack(_) => "registry.no_stack",
            Self::ActiveStack(_) => "registry.active_stack",
            Self::Period => "registry.period",
            Self::Threshold(_) => "registry.threshold",
            Self::ShadowAnswers(_) => "registry.shadow_answers",
            Self::Unchanged(_) => "registry.unchanged",
        }
    }
}
