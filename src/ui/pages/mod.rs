//! The screens. Files mirror routes.

pub mod pipeline;
pub mod run;
pub mod run_parts;
pub mod run_sections;
pub mod runs;
pub mod runs_table;
pub mod why;

pub use pipeline::PipelinePage;
pub use run::RunPage;
pub use runs::RunsPage;
