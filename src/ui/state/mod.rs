//! The page's state and its reducer. Plain data: compiles and is tested natively.

pub mod action;
pub mod analyses;
mod backups;
mod exports;
mod history;
pub mod incoming;
pub mod link;
mod monitor;
mod outputs;
mod previews;
mod registry;
mod rows;
mod run_view;
mod samples;
mod scoring;
mod share;
mod stack;
pub mod triggers;
mod workspace;

#[cfg(target_arch = "wasm32")]
pub use crate::ui::components::RowSource;
pub use action::{Action, Place, Theme};
pub use analyses::{Analyses, AskedView, Question};
pub use backups::Backups;
pub use exports::Exports;
pub use history::History;
pub use monitor::Monitor;
pub use outputs::Outputs;
pub use previews::{PreviewAnswer, PreviewOf, Previews};
pub use registry::{Found, Registry};
pub use rows::RowPage;
pub use run_view::{RunPhase, RunView, StepView};
pub use samples::Sample;
pub use scoring::{ScoreProgress, Scoring};
pub use share::Share;
pub use stack::StackState;
pub use triggers::Standing;
pub use workspace::Workspace;
