//! What reads, hears and understands on the journal's behalf: the built-in embedder and the remote providers.
//!
//! A provider writes requests and reads replies; what it sends goes over the [`Line`](crate::net::wire::Line) it is given.

mod anthropic;
pub(crate) mod chat;
pub(crate) mod closed;
pub mod embedder;
pub(crate) mod embeddings;
pub(crate) mod endpoint;
pub(crate) mod failure;
mod gemini;
pub(crate) mod imaging;
pub mod minilm;
pub(crate) mod ocr;
mod openai;
mod question;
mod spans;
pub(crate) mod speech;
#[cfg(test)]
mod tests;
