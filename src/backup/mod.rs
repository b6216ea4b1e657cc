//! Backups: made without a secret, proven with one, and restored.
//!
//! The format is described at [`crate::model::backup`].
