//! The parts that pages are made of.

pub mod bar;
pub mod copy;
pub mod dialog;
pub mod drop_target;
pub mod fold;
pub mod icon;
pub mod inputs;
pub mod menu;
pub mod palette;
pub mod progress;
pub mod rows;
pub mod shortcuts;
pub mod toast;
pub mod trouble;
pub mod unfold;

pub use bar::Bar;
pub use copy::CopyButton;
pub use dialog::ModalDialog;
pub use drop_target::DropTarget;
pub use fold::Fold;
pub use icon::{Icon, Sprite};
pub use inputs::{FileInputs, Keys, PasteListener};
pub use menu::Menu;
pub use palette::Palette;
pub use progress::ProgressBar;
pub use rows::RowSource;
pub use shortcuts::{KeyCaps, Shortcuts};
pub use toast::Toast;
pub use trouble::Trouble;
pub use unfold::Unfold;
