//! Target and features: clean table → design matrix. Encoders are fitted on the training rows and become a value, which is
//! stored with the model and applied to other tables and to single rows.

mod catalogue;
mod categories;
mod cell;
mod design_matrix;
mod encoder;
mod encoders;
mod entry;
mod error;
mod fitted;
mod params;
mod power;
mod python;
mod quantile;
mod seen;
mod spec;
mod spread;
mod target;

pub use catalogue::{ENCODERS, EncoderInfo, EncoderSpec, FittedEncoder};
pub use categories::{Category, UnknownCategories};
pub use cell::Cell;
pub use design_matrix::{DesignMatrix, design_matrix};
pub use encoders::*;
pub use entry::{EncoderEntry, param_prefixes};
pub use error::FeaturesError;
pub use fitted::{FittedFeatures, InputColumn, fit_transform};
pub use params::EncoderError;
pub use seen::Seen;
pub use spec::FeatureSpec;
pub use spread::{Reference, Spread};
pub use target::{Smearing, TargetTransform};
