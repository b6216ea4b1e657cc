//! What models are asked and what becomes of their answers: the real server against a provider that says what a test wants.

#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod asked;
mod canary;
mod hostile;
mod rerank;
mod suspicious;
