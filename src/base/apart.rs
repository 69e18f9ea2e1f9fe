//! Code that is loaded apart from what calls it.

use std::pin::Pin;

/// A future in a box: its code stays a function of its own, which the browser need not load with the code that awaits it
/// (.ci/late.mjs).
pub fn apart<'a, T>(work: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(work)
}
