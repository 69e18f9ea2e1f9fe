//! What each screen says, as plain data.
