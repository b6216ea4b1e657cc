//! What reads, hears and understands on the journal's behalf: the built-in embedder, later the remote providers.

pub mod embedder;
pub mod minilm;
