//! The screens. Files mirror routes.

mod bring_in;
pub mod compare;
mod compare_tables;
pub mod datasets;
mod edit_text;
mod export;
mod model;
mod model_dialogs;
pub mod models;
mod picker;
pub mod pipeline;
mod register;
mod row_menu;
pub mod run;
mod run_about;
pub mod run_parts;
pub mod run_sections;
pub mod runs;
mod runs_bar;
mod runs_bin;
mod runs_charts;
mod runs_picker;
mod runs_row;
mod runs_search;
mod runs_side;
mod runs_table;
mod save_pipeline;
pub mod saved;
pub mod why;

pub use compare::ComparePage;
pub use datasets::DatasetsPage;
pub use models::ModelsPage;
pub use pipeline::PipelinePage;
pub use run::RunPage;
pub use runs::RunsPage;
pub use saved::PipelinesPage;
