//! What the server answers.

use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use serde_json::json;

use super::json;
use super::response;

/// Whose error shapes count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    Anthropic,
    OpenAi,
    Gemini,
}

#[derive(Debug, Clone)]
enum Kind {
    /// A model's words.
    Text(String),
    /// The provider's own error of this status.
    Status(u16),
    /// The provider's error with a word of a test's.
    Error(u16, String, String),
    /// Bytes as they are.
    Raw(u16, Vec<u8>),
    /// A body that ends before its length.
    CutShort,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Answer {
    kind: Kind,
    pub(super) delay: Duration,
    retry_after: Option<String>,
    /// The provider's word for why the model stopped; the usual one if none is set.
    pub(super) stop: Option<String>,
    /// Tokens of a transcription with their probabilities; words, all likely, if none are set.
    pub(super) tokens: Option<Vec<(String, f64)>>,
    /// Looks that Gemini takes until a file is ready.
    pub(super) looks: u32,
}

impl Answer {
    fn new(kind: Kind) -> Self {
        Self { kind, delay: Duration::ZERO, retry_after: None, stop: None, tokens: None, looks: 0 }
    }

    /// The model says this.
    pub fn text(text: &str) -> Self {
        Self::new(Kind::Text(text.to_owned()))
    }

    /// The model listens and writes these tokens, each with the logarithm of its probability.
    pub fn tokens(tokens: &[(&str, f64)]) -> Self {
        let text: String = tokens.iter().map(|(token, _)| *token).collect();
        let tokens = tokens.iter().map(|(token, logprob)| ((*token).to_owned(), *logprob)).collect();
        Self { tokens: Some(tokens), ..Self::text(text.trim()) }
    }

    /// The provider's own error of a status: 400, 401, 403, 404, 413, 429, 500, 503, 529 and their like.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Status(status))
    }

    /// The provider's error shape with a word and a sentence of the test's.
    pub fn error(status: u16, word: &str, message: &str) -> Self {
        Self::new(Kind::Error(status, word.to_owned(), message.to_owned()))
    }

    /// Bytes as they are.
    pub fn raw(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::new(Kind::Raw(status, body.into()))
    }

    /// JSON that breaks off.
    pub fn malformed() -> Self {
        Self::raw(200, r#"{"content":[{"type":"text","te"#)
    }

    /// A body that ends before the length it promised.
    pub fn cut_short() -> Self {
        Self::new(Kind::CutShort)
    }

    /// The same, later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// The same with `Retry-After`.
    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds.to_string()), ..self }
    }

    /// The same, with the provider's word for why the model stopped.
    #[must_use]
    pub fn stopped(self, why: &str) -> Self {
        Self { stop: Some(why.to_owned()), ..self }
    }

    /// For an upload to Gemini: the file is ready after this many looks; never for `u32::MAX`.
    #[must_use]
    pub fn ready_after(self, looks: u32) -> Self {
        Self { looks, ..self }
    }

    pub(super) fn words(&self) -> &str {
        match &self.kind {
            Kind::Text(text) => text,
            _ => "",
        }
    }

    /// Returns the response where it is not a model's answer.
    pub(super) fn special(&self, vendor: Vendor) -> Option<Response> {
        let mut response = match &self.kind {
            Kind::Text(_) => return None,
            Kind::Status(status) => refusal(vendor, *status, usual(vendor, *status), "scripted"),
            Kind::Error(status, word, message) => refusal(vendor, *status, word, message),
            Kind::Raw(status, body) => response(*status, &[("content-type", "application/json")], body.clone()),
            Kind::CutShort => {
                let pieces = futures_of([Ok("{\"content\":".to_owned()), Err(std::io::Error::other("cut short"))]);
                response(200, &[("content-type", "application/json"), ("content-length", "4096")], pieces)
            }
        };
        if let Some(seconds) = &self.retry_after {
            response.headers_mut().insert("retry-after", seconds.parse().unwrap());
        }
        Some(response)
    }
}

fn futures_of(pieces: [Result<String, std::io::Error>; 2]) -> Body {
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

/// Returns a provider's word for a status.
fn usual(vendor: Vendor, status: u16) -> &'static str {
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

/// Returns an error in a provider's own shape.
pub(super) fn refusal(vendor: Vendor, status: u16, word: &str, message: &str) -> Response {
    let document = match vendor {
        Vendor::Anthropic => json!({
            "type": "error",
            "error": {"type": word, "message": message},
            "request_id": "req_scripted",
        }),
        Vendor::OpenAi => {
            let kind = if word == "rate_limit_exceeded" { "requests" } else { "invalid_request_error" };
            json!({"error": {"message": message, "type": kind, "param": null, "code": word}})
        }
        Vendor::Gemini => {
            let details = match word {
                // Gemini says with a 400 that a key is not good.
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
            let word = if word == "API_KEY_INVALID" { "INVALID_ARGUMENT" } else { word };
            json!({"error": {"code": status, "message": message, "status": word, "details": details}})
        }
    };
    json(status, &document)
}
