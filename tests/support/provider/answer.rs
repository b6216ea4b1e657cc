//! Scripted answers of the mock server.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use serde_json::json;

use super::{json, response};

/// Provider whose error format applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    Anthropic,
    OpenAi,
    Gemini,
}

#[derive(Debug, Clone)]
enum Kind {
    /// Text of the model.
    Text(String),
    /// The provider's usual error for this status.
    Status(u16),
    /// The provider's error format with this status, code and message.
    Error(u16, String, String),
    /// This status with this body.
    Raw(u16, Vec<u8>),
    /// A body shorter than its `Content-Length`.
    CutShort,
}

/// A scripted answer.
#[derive(Debug, Clone)]
pub struct Answer {
    kind: Kind,
    pub(super) delay: Duration,
    retry_after: Option<String>,
    /// Stop reason in the provider's terms; the provider's default if `None`.
    pub(super) stop_reason: Option<String>,
    /// Tokens of a transcription with their log probabilities; if `None`, the words with a high probability.
    pub(super) tokens: Option<Vec<(String, f64)>>,
    /// Number of polls until a file at Gemini is ready.
    pub(super) polls: u32,
}

impl Answer {
    fn new(kind: Kind) -> Self {
        Self { kind, delay: Duration::ZERO, retry_after: None, stop_reason: None, tokens: None, polls: 0 }
    }

    /// Text of the model.
    pub fn text(text: &str) -> Self {
        Self::new(Kind::Text(text.to_owned()))
    }

    /// Transcript of these tokens, each with its log probability.
    pub fn tokens(tokens: &[(&str, f64)]) -> Self {
        let text: String = tokens.iter().map(|(token, _)| *token).collect();
        let tokens = tokens.iter().map(|(token, logprob)| ((*token).to_owned(), *logprob)).collect();
        Self { tokens: Some(tokens), ..Self::text(text.trim()) }
    }

    /// The provider's usual error for an HTTP status.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// The provider's error format with this error code and message.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        Self::new(Kind::Error(status, code.to_owned(), message.to_owned()))
    }

    /// This status with this body.
    pub fn raw(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Raw(status, body.into()))
    }

    /// A success with truncated JSON.
    pub fn malformed() -> Self {
        Self::raw(200, r#"{"content":[{"type":"text","te"#)
    }

    /// A response whose body ends before its `Content-Length`.
    pub fn cut_short() -> Self {
        Self::new(Kind::CutShort)
    }

    /// Delays the answer.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Adds a `Retry-After` header.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds.to_string()), ..self }
    }

    /// Sets the stop reason, in the provider's terms.
    #[must_use]
    pub fn with_stop_reason(self, reason: &str) -> Self {
        Self { stop_reason: Some(reason.to_owned()), ..self }
    }

    /// For an upload to Gemini: sets the number of polls until the file is ready; never for `u32::MAX`.
    #[must_use]
    pub fn ready_after(self, polls: u32) -> Self {
        Self { polls, ..self }
    }

    /// Returns the text of the model, or an empty string.
    pub(super) fn model_text(&self) -> &str {
        match &self.kind {
            Kind::Text(text) => text,
            _ => "",
        }
    }

    /// Returns the response of an answer that does not depend on the API; `None` for text of the model.
    pub(super) fn fixed_response(&self, vendor: Vendor) -> Option<Response> {
        let mut response = match &self.kind {
            Kind::Text(_) => return None,
            Kind::Status(status) => error_response(vendor, *status, default_error_code(vendor, *status), "scripted"),
            Kind::Error(status, code, message) => error_response(vendor, *status, code, message),
            Kind::Raw(status, body) => response(*status, &[("content-type", "application/json")], body.clone()),
            Kind::CutShort => {
                let body = interrupted_body([Ok("{\"content\":".to_owned()), Err(std::io::Error::other("cut short"))]);
                response(200, &[("content-type", "application/json"), ("content-length", "4096")], body)
            }
        };
        if let Some(seconds) = &self.retry_after {
            response.headers_mut().insert("retry-after", seconds.parse().unwrap());
        }
        Some(response)
    }
}

/// Returns a body that yields these pieces and ends with their error.
fn interrupted_body(pieces: [Result<String, std::io::Error>; 2]) -> Body {
    struct Pieces(std::collections::VecDeque<Result<String, std::io::Error>>);
    impl axum::body::HttpBody for Pieces {
        type Data = axum::body::Bytes;
        type Error = std::io::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            _context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
            let piece = self.0.pop_front();
            std::task::Poll::Ready(piece.map(|piece| piece.map(|text| hyper::body::Frame::data(text.into()))))
        }
    }
    Body::new(Pieces(pieces.into()))
}

/// Returns a provider's error code for an HTTP status.
fn default_error_code(vendor: Vendor, status: u16) -> &'static str {
    match (vendor, status) {
        (Vendor::Anthropic, 401) => "authentication_error",
        (Vendor::Anthropic, 402) => "billing_error",
        (Vendor::Anthropic, 403) => "permission_error",
        (Vendor::Anthropic, 404) => "not_found_error",
        (Vendor::Anthropic, 413) => "request_too_large",
        (Vendor::Anthropic, 429) => "rate_limit_error",
        (Vendor::Anthropic, 504) => "timeout_error",
        (Vendor::Anthropic, 529) => "overloaded_error",
        (Vendor::Anthropic, 500..) => "api_error",
        (Vendor::OpenAi, 401) => "invalid_api_key",
        (Vendor::OpenAi, 404) => "model_not_found",
        (Vendor::OpenAi, 429) => "rate_limit_exceeded",
        (Vendor::OpenAi, 500..) => "server_error",
        (Vendor::Anthropic | Vendor::OpenAi, ..500) => "invalid_request_error",
        (Vendor::Gemini, 401) => "UNAUTHENTICATED",
        (Vendor::Gemini, 403) => "PERMISSION_DENIED",
        (Vendor::Gemini, 404) => "NOT_FOUND",
        (Vendor::Gemini, 429) => "RESOURCE_EXHAUSTED",
        (Vendor::Gemini, 500) => "INTERNAL",
        (Vendor::Gemini, 503) => "UNAVAILABLE",
        (Vendor::Gemini, 504) => "DEADLINE_EXCEEDED",
        (Vendor::Gemini, _) => "INVALID_ARGUMENT",
    }
}

/// Returns an error in a provider's format.
pub(super) fn error_response(vendor: Vendor, status: u16, code: &str, message: &str) -> Response {
    let document = match vendor {
        Vendor::Anthropic => json!({
            "type": "error",
            "error": {"type": code, "message": message},
            "request_id": "req_scripted",
        }),
        Vendor::OpenAi => {
            let kind = if code == "rate_limit_exceeded" { "requests" } else { "invalid_request_error" };
            json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
        }
        Vendor::Gemini => {
            let details = match code {
                // Gemini reports an invalid key with status 400.
                "API_KEY_INVALID" => json!([{
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": "API_KEY_INVALID",
                    "domain": "googleapis.com",
                }]),
                "RESOURCE_EXHAUSTED" => {
                    json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"}])
                }
                _ => json!([]),
            };
            let code = if code == "API_KEY_INVALID" { "INVALID_ARGUMENT" } else { code };
            json!({"error": {"code": status, "message": message, "status": code, "details": details}})
        }
    };
    json(status, &document)
}
