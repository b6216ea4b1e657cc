//! Built-in embedder and clients of remote AI providers: OCR, transcription, chat and embeddings.
//!
//! A provider builds requests and parses responses; the given
//! [`ProviderTransport`](crate::net::transport::ProviderTransport) sends them.

mod anthropic;
pub(crate) mod chat;
pub mod embedder;
pub(crate) mod embeddings;
pub(crate) mod endpoint;
mod gemini;
pub(crate) mod imaging;
mod llm_client;
mod llm_request;
pub mod minilm;
pub(crate) mod null_transport;
pub(crate) mod ocr;
mod openai;
pub(crate) mod provider_error;
#[cfg(test)]
mod tests;
pub(crate) mod transcription;
mod uncertain_spans;
