//! Rows of the people, places and things that entries speak of.

pub(crate) mod alike;
pub(crate) mod found;
pub(crate) mod known;
pub(crate) mod linked;
