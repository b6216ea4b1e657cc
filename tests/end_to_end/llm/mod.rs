//! LLM requests and responses: the real server against a scripted provider.

mod answers;
mod asked;
mod canary;
mod hostile;
mod rerank;
mod suspicious;
