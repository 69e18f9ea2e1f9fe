//! The page's state and its reducer.
