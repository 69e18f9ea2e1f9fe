//! Registered models with their versions and aliases, by MLflow's rules; saved pipelines with theirs; stacks by ZenML's; triggers.

mod aliases;
mod deployment;
mod error;
mod model;
mod monitoring;
mod pipelines;
mod promotion;
mod saved;
mod stack;
mod trigger;
mod views;

pub use aliases::PROTECTED_TAG;
pub use deployment::{Deployment, resolve};
pub use error::RegistryError;
pub use model::{AliasChange, ModelVersion, RegisteredModel, Retirement, SignatureColumn, versions_of};
pub use monitoring::Monitoring;
pub use pipelines::{MissingColumn, PipelineVersion, SavedPipeline, missing_columns, templates};
pub use promotion::{Check, Promotion, check_promotion};
pub use saved::{DeploymentStore, ModelStore, Named, PipelineStore, Saved, rename_model};
pub use stack::{
    ArtifactStore, Components, DEFAULT_STACK, ExperimentTracker, ModelDeployer, Orchestrator, STACK_TAG, Stack,
    StackStore, Stacks,
};
pub use trigger::{DRIFT_NOTICE, Due, Looks, TRIGGER_TAG, Trigger, When};
pub use views::SavedView;

/// A changed record, and what was done in words.
pub type Changed<T> = Result<(T, String), RegistryError>;
