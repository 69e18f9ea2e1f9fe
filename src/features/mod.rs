//! Target and features: clean table → design matrix.

mod design_matrix;
mod error;
mod spec;

pub use design_matrix::{DesignMatrix, design_matrix};
pub use error::FeaturesError;
pub use spec::{EncoderSpec, FeatureSpec};
