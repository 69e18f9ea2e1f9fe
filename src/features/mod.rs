//! Target and features: clean table → design matrix.

mod spec;

pub use spec::{EncoderSpec, FeatureSpec};
