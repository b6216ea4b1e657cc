//! Whom and what entries speak of, found by a model.
//!
//! An entry is shown to the model with those of the known entities that it may speak of. The answer is checked as a whole
//! before anything is stored ([`reply`]); each name is held against its quote ([`naming`]), written as names are
//! ([`casing`]), and found among the known ones or made ([`resolution`]). What an entry comes to is stored in one
//! transaction ([`storing`]), with the words it rests on. What the owner said comes before whatever a model says.

pub mod casing;
mod known;
pub(crate) mod likeness;
mod naming;
mod ordering;
mod prompt;
mod quotes;
mod reply;
mod resolution;
mod run;
mod storing;
mod sweep;
#[cfg(test)]
mod tests;
mod vectors;

pub use ordering::Ordered;
pub use ordering::Wanted;
pub use ordering::order;
pub(crate) use run::Asked;
pub(crate) use run::Run;
pub(crate) use storing::Counts;
pub(crate) use storing::is_gone;
pub(crate) use storing::is_moved;
pub(crate) use vectors::Made;
pub(crate) use vectors::reembed;
