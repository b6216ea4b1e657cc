//! Entity extraction: finds the people, places and other things that entries mention, with a model.
//!
//! An entry is sent to the model with the known entities that it may mention. The reply is validated as a whole before
//! anything is stored ([`reply`]); each name is checked against its quote ([`name_check`]), its case is normalized
//! ([`casing`]), and it is resolved to a known or a new entity ([`resolution`]). The result of an entry, with its
//! quotes, is stored in one transaction ([`persist`]). Corrections by the owner take precedence over the model.

pub mod casing;
mod enqueue;
mod entity_cache;
mod model_extraction;
mod name_check;
pub(crate) mod name_similarity;
mod persist;
mod pipeline;
mod prompt;
mod quote_match;
mod reply;
mod resolution;
#[cfg(test)]
mod tests;
mod vectors;

pub use enqueue::{ExtractionFilter, QueuedExtraction, enqueue};
pub(crate) use model_extraction::ModelExtraction;
pub(crate) use persist::{ExtractionCounts, is_entry_changed, is_entry_deleted};
pub(crate) use pipeline::ExtractionRun;
pub(crate) use vectors::{VectorUpdate, reembed_entity};
