//! The R factor: every linear model from one pass over the rows.
