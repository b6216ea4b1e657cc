//! Mapping of provider responses to errors, one table for all providers.
//!
//! | response | kind | transient |
//! |---|---|---|
//! | 401, 403, or a 400 about the key | Conflict: the key is rejected | no |
//! | 402, or a 400 or 429 about billing | Conflict: the account has no credit | no |
//! | 404 | Conflict: unknown model or address | no |
//! | 408, 409, 425, 429, 5xx (529 is an overload) | Upstream | yes, after the provider's retry delay |
//! | 400, 413, 415, 422 and other 4xx | Invalid, with the provider's error code | no |
//! | 1xx, 3xx | Upstream: not an API | no |
//! | 2xx without JSON, or with an answer that is not the requested JSON | Upstream | yes: it may be truncated |
//! | 2xx with JSON of another shape | Upstream: not the expected API | no |
//! | an answer that was truncated, or refused by the model | Invalid | no: a retry gives the same |
//!
//! Provider messages are never passed on: they can contain parts of the request or of the key.

use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::net::transport::ProviderResponse;
use crate::providers::endpoint::{AiProvider, ProviderEndpoint};

/// Maximum accepted retry delay of a provider, in seconds.
const MAX_RETRY_AFTER_SECONDS: u32 = 24 * 60 * 60;
/// Maximum length of a provider's error code that is passed on, in characters.
const MAX_CODE_CHARS: usize = 64;

/// Maps a response with a status other than 2xx to an error.
pub(crate) fn from_response(endpoint: &ProviderEndpoint, model: &str, reply: &ProviderResponse) -> Error {
    let (provider, body) = (endpoint.display_name(), ProviderErrorBody::parse(&reply.body));
    let word = body.code.as_ref().map_or_else(|| "status".to_owned(), |code| format!("{code},"));
    let word = format!("{word} {}", reply.status);
    let wait = retry_after(reply, &body);
    if body.is_key_error || matches!(reply.status, 401 | 403) {
        return Error::conflict(format!("{provider} rejects the key ({word})"))
            .hint(format!("check {}; a key is sent by https or to this machine only", endpoint.vendor.key_variable()));
    }
    if body.is_billing_error || reply.status == 402 {
        return Error::conflict(format!("the account with {provider} has no credit left ({word})"))
            .hint("add credit, then run `journal job retry`");
    }
    match reply.status {
        404 => Error::conflict(format!("{provider} has no model {model:?} ({word})"))
            .hint("`journal config` shows the settings of models and addresses"),
        429 => transient_error(format!("the rate limit of {provider} is exceeded ({word})"), wait),
        503 | 529 => transient_error(format!("{provider} is overloaded ({word})"), wait),
        408 | 409 | 425 | 500..=599 => transient_error(format!("{provider} failed ({word})"), wait),
        413 => Error::invalid(format!("the request is too large for {provider} ({word})"))
            .hint("send a smaller photograph or a shorter recording"),
        400..=499 => Error::invalid(format!("{provider} rejects the request ({word})"))
            .hint(format!("check that it accepts this file type and that {model:?} is a model for it")),
        _ => unexpected_response(endpoint),
    }
}

/// Returns the error for a response without JSON, or an answer that is not the requested JSON.
pub(crate) fn unreadable_response(endpoint: &ProviderEndpoint) -> Error {
    transient_error(format!("the response of {} cannot be parsed", endpoint.display_name()), None)
}

/// Returns the error for an answer that is not the requested JSON. Not transient: a retry would give the same.
pub(crate) fn invalid_answer(endpoint: &ProviderEndpoint) -> Error {
    Error::new(ErrorKind::Upstream, format!("{} did not return the requested JSON", endpoint.display_name()))
        .with_status(502)
        .code("answer_unusable")
        .hint("try again, or set another model; nothing was changed")
}

/// Returns the error for a response that does not match the provider's API.
pub(crate) fn unexpected_response(endpoint: &ProviderEndpoint) -> Error {
    Error::new(ErrorKind::Upstream, format!("the response of {} does not match its API", endpoint.display_name()))
        .hint("`journal config` shows the addresses of providers")
}

/// Returns the error for an answer that reached the token limit.
pub(crate) fn truncated_answer(endpoint: &ProviderEndpoint) -> Error {
    Error::invalid(format!("the answer of {} reached the length limit and was cut off", endpoint.display_name()))
        .hint("send less text at once")
}

/// Returns the error for a refused answer; `why` is the provider's code.
pub(crate) fn refused_answer(endpoint: &ProviderEndpoint, why: &str) -> Error {
    let why = error_code(why).unwrap_or_else(|| "refused".to_owned());
    Error::invalid(format!("{} refused to answer ({why})", endpoint.display_name()))
        .hint("set another provider or model; `journal config` shows the settings")
}

fn transient_error(message: String, wait: Option<u32>) -> Error {
    let error = Error::new(ErrorKind::Upstream, message).with_status(503).hint("try again later").transient();
    match wait {
        Some(seconds) => error.retry_after(seconds),
        None => error,
    }
}

/// Trusted fields of a provider's error body.
#[derive(Default)]
struct ProviderErrorBody {
    code: Option<String>,
    is_key_error: bool,
    is_billing_error: bool,
    retry_after: Option<u32>,
}

impl ProviderErrorBody {
    /// Parses the error formats of all providers: `error.type` (Anthropic, `OpenAI`), `error.code` as text (`OpenAI`),
    /// and `error.status` with `error.details` (Gemini).
    fn parse(body: &[u8]) -> Self {
        let Ok(document) = serde_json::from_slice::<Value>(body) else { return Self::default() };
        // Gemini's streams wrap the error in a list, and some gateways do so for every response.
        let document = document.get(0).unwrap_or(&document);
        let error = &document["error"];
        let text = |field: &str| error[field].as_str();
        let (code, kind, message) = (text("code"), text("type"), text("message").unwrap_or_default());
        let details = error["details"].as_array().map_or(&[][..], Vec::as_slice);
        let detail = |field: &str| details.iter().find_map(|detail| detail[field].as_str());
        Self {
            code: [code, text("status"), kind].into_iter().flatten().find_map(error_code),
            is_key_error: detail("reason") == Some("API_KEY_INVALID") || code == Some("invalid_api_key"),
            is_billing_error: code == Some("insufficient_quota")
                || matches!(kind, Some("insufficient_quota" | "billing_error"))
                || message.contains("credit balance is too low"),
            retry_after: detail("retryDelay").and_then(|delay| parse_seconds(delay.strip_suffix('s')?)),
        }
    }
}

/// Returns a text if it looks like an error code; anything else may be content.
fn error_code(word: &str) -> Option<String> {
    let fits = !word.is_empty() && word.len() <= MAX_CODE_CHARS;
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (fits && is_word).then(|| word.to_owned())
}

fn retry_after(reply: &ProviderResponse, body: &ProviderErrorBody) -> Option<u32> {
    let header = reply.headers.get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    header.and_then(parse_seconds).or(body.retry_after)
}

/// Parses seconds, rounded up and limited to [`MAX_RETRY_AFTER_SECONDS`].
fn parse_seconds(text: &str) -> Option<u32> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let whole: u32 = whole.parse().ok()?;
    Some(whole.saturating_add(u32::from(fraction.bytes().any(|digit| digit != b'0'))).min(MAX_RETRY_AFTER_SECONDS))
}

/// Returns the error for a setting with an unknown provider name.
pub(crate) fn unknown_provider(setting: &str, name: &str, known: &[AiProvider]) -> Error {
    let known: Vec<_> = known.iter().map(|vendor| vendor.name()).collect();
    Error::invalid(format!("{setting} has the unknown provider {name:?}"))
        .hint(format!("set it to {}", known.join(" or ")))
}
