//! The people, places and things that entries speak of.

pub mod extraction;
