//! The browser's store: IndexedDB behind core's traits, shared by all tabs of this site.
//!
//! Rules of the house: all JavaScript values are made before a transaction begins, a write queues all its requests in
//! one transaction and waits for its end, and inside a transaction nothing is awaited but IndexedDB itself (it commits
//! as soon as it has nothing to do).

mod browser;
mod cache;
mod convert;
mod edits;
mod listed;
mod monitors;
mod notices;
mod owners;
mod rows;
mod schema;
mod transaction;
mod upkeep;
mod workspace;

pub use browser::BrowserStore;
pub use convert::store_error;
pub use monitors::Monitored;
#[cfg(feature = "page")]
pub(crate) use owners::Held;
pub(crate) use owners::hold;
pub use schema::DATABASE;
pub use workspace::IdbStore;
