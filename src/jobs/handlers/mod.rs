//! Handlers of the job kinds.

pub(crate) mod embedding;
pub(crate) mod entity_extraction;
pub(crate) mod entity_reembed;
pub(crate) mod mood_backfill;
pub(crate) mod mood_score;
pub(crate) mod upload;
