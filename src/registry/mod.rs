//! Registered models with their versions and aliases, by MLflow's rules; and saved pipelines with theirs.

mod aliases;
mod deployment;
mod error;
mod model;
mod monitoring;
mod pipelines;
mod promotion;
mod saved;
mod views;

pub use aliases::PROTECTED_TAG;
pub use deployment::{Deployment, resolve};
pub use error::RegistryError;
pub use model::{AliasChange, ModelVersion, RegisteredModel, Retirement, SignatureColumn, versions_of};
pub use monitoring::Monitoring;
pub use pipelines::{MissingColumn, PipelineVersion, SavedPipeline, missing_columns, templates};
pub use promotion::{Check, Promotion, check_promotion};
pub use saved::{DeploymentStore, ModelStore, Named, PipelineStore, Saved};
pub use views::SavedView;

/// A changed record, and what was done in words.
pub type Changed<T> = Result<(T, String), RegistryError>;
