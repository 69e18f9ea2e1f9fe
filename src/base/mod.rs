//! What every room may use: digests, careful sums, statistics of a column, bounds of outliers, error reports, the description
//! of a parameter, NumPy's random numbers, names that look alike, values as Python code.

mod apart;
mod base64url;
mod digest;
mod moments;
mod nearest;
mod order;
mod outliers;
mod param;
mod python;
mod random_state;
mod report;
mod sum;

pub use apart::apart;
pub use base64url::{from_base64url, to_base64url};
pub use digest::{Digest, Hasher};
pub use moments::{correlation, known, mean_and_std, quantile};
pub use nearest::nearest;
pub use order::{argsort, sorted_by};
pub use outliers::{OUTLIER_PARAMS, OutlierBounds, OutlierMethod};
pub use param::{Accepts, Param, ParamKind};
pub use python::{python_list, python_literal, python_number, python_string};
pub use random_state::RandomState;
pub use report::{Coded, ErrorReport};
pub use sum::{Sum, mean, sum};
