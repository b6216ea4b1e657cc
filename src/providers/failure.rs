//! What a provider's refusal means here: one table for all of them.
//!
//! | what happened | kind | again later? |
//! |---|---|---|
//! | 401, 403, or a 400 that is about the key | Conflict: the key is refused | no |
//! | 402, or a 400 or 429 that is about money | Conflict: the account has no credit | no |
//! | 404 | Conflict: no such model or address | no |
//! | 408, 409, 425, 429, 5xx (529 is an overload) | Upstream | yes, after what it says |
//! | 400, 413, 415, 422 and other 4xx | Invalid, with the provider's word for the error | no |
//! | 1xx, 3xx | Upstream: that is no API | no |
//! | 2xx without JSON in it, or with an answer that is not the JSON asked for | Upstream | yes: it may be cut short |
//! | 2xx with JSON of another shape | Upstream: that is no such API | no |
//! | an answer that was cut off, or refused by the model | Invalid | no: the same would come again |
//!
//! A provider's sentences are never passed on: they can hold pieces of what was sent, or of the key.

use serde_json::Value;

use crate::error::Error;
use crate::error::Kind;
use crate::net::wire::Reply;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::Vendor;

/// Longest time to wait that a provider is believed, seconds.
const MAX_WAIT: u32 = 24 * 60 * 60;
/// Longest word of a provider that is passed on, characters.
const MAX_WORD: usize = 64;

/// Returns what a reply with another status than 2xx means.
pub(crate) fn of(endpoint: &Endpoint, model: &str, reply: &Reply) -> Error {
    let (who, said) = (endpoint.shown(), Said::read(&reply.body));
    let word = said
        .word
        .as_deref()
        .map_or_else(|| format!("status {}", reply.status), |word| format!("{word}, {}", reply.status));
    let wait = wait(reply, &said);
    if said.about_key || matches!(reply.status, 401 | 403) {
        return Error::conflict(format!("{who} refuses the key ({word})"))
            .hint(format!("check {}; a key is sent over https or to this machine only", endpoint.vendor.key()));
    }
    if said.about_money || reply.status == 402 {
        return Error::conflict(format!("the account with {who} has no credit left ({word})"))
            .hint("top it up, then `journal job retry`");
    }
    match reply.status {
        404 => Error::conflict(format!("{who} has no model {model:?} ({word})"))
            .hint("`journal config` shows the settings that name models and addresses"),
        429 => passing(format!("{who} takes no more requests for now ({word})"), wait),
        503 | 529 => passing(format!("{who} is overloaded ({word})"), wait),
        408 | 409 | 425 | 500..=599 => passing(format!("{who} fails ({word})"), wait),
        413 => Error::invalid(format!("{who} finds the request too large ({word})"))
            .hint("send a smaller photograph or a shorter recording"),
        400..=499 => Error::invalid(format!("{who} refuses the request ({word})"))
            .hint(format!("check that it takes such files and that {model:?} is a model for them")),
        _ => stranger(endpoint),
    }
}

/// Returns what it means that a reply holds no JSON, or an answer not the JSON that was asked for.
pub(crate) fn unreadable(endpoint: &Endpoint) -> Error {
    passing(format!("{} sent an answer that cannot be read", endpoint.shown()), None)
}

/// Returns what it means that a model answers something else than the JSON it was asked for. Asked again it would say the
/// same, so nothing waits for that.
pub(crate) fn unusable(endpoint: &Endpoint) -> Error {
    Error::new(Kind::Upstream, format!("{} answered something else than it was asked for", endpoint.shown()))
        .with_status(502)
        .code("answer_unusable")
        .hint("try again, or set another model; nothing was changed")
}

/// Returns what it means that a reply has another shape than the API's.
pub(crate) fn stranger(endpoint: &Endpoint) -> Error {
    Error::new(Kind::Upstream, format!("what {} answers is not what that API answers", endpoint.shown()))
        .hint("`journal config` shows the addresses of providers")
}

/// Returns what it means that an answer broke off.
pub(crate) fn cut_off(endpoint: &Endpoint) -> Error {
    Error::invalid(format!("the answer of {} would be longer than allowed and was cut off", endpoint.shown()))
        .hint("send less at once")
}

/// Returns what it means that a model would not answer; `why` is the provider's word for it.
pub(crate) fn refused(endpoint: &Endpoint, why: &str) -> Error {
    let why = plain(why).unwrap_or_else(|| "refused".to_owned());
    Error::invalid(format!("{} will not answer this ({why})", endpoint.shown()))
        .hint("another provider or model may; the settings name them")
}

fn passing(what: String, wait: Option<u32>) -> Error {
    let error = Error::new(Kind::Upstream, what).with_status(503).hint("later is fine").passing();
    match wait {
        Some(seconds) => error.retry_after(seconds),
        None => error,
    }
}

/// What a provider says about an error, as far as it is believed.
#[derive(Default)]
struct Said {
    word: Option<String>,
    about_key: bool,
    about_money: bool,
    wait: Option<u32>,
}

impl Said {
    /// Reads the error shapes of all of them: `error.type` is that of Anthropic and `OpenAI`, `error.code` as text that of
    /// `OpenAI`, and `error.status` with `error.details` that of Gemini.
    fn read(body: &[u8]) -> Self {
        let Ok(document) = serde_json::from_slice::<Value>(body) else { return Self::default() };
        // Gemini's streams wrap it in a list, and some gateways do so for every reply.
        let document = document.get(0).unwrap_or(&document);
        let error = &document["error"];
        let text = |field: &str| error[field].as_str();
        let (code, kind, message) = (text("code"), text("type"), text("message").unwrap_or_default());
        let details = error["details"].as_array().map_or(&[][..], Vec::as_slice);
        let detail = |field: &str| details.iter().find_map(|detail| detail[field].as_str());
        Self {
            word: [code, text("status"), kind].into_iter().flatten().find_map(plain),
            about_key: detail("reason") == Some("API_KEY_INVALID") || code == Some("invalid_api_key"),
            about_money: code == Some("insufficient_quota")
                || matches!(kind, Some("insufficient_quota" | "billing_error"))
                || message.contains("credit balance is too low"),
            wait: detail("retryDelay").and_then(|delay| seconds(delay.strip_suffix('s')?)),
        }
    }
}

/// Returns a provider's word if it is one: what else stands there may be content.
fn plain(word: &str) -> Option<String> {
    let fits = !word.is_empty() && word.len() <= MAX_WORD;
    let is_word = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (fits && is_word).then(|| word.to_owned())
}

fn wait(reply: &Reply, said: &Said) -> Option<u32> {
    let header = reply.headers.get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok());
    header.and_then(seconds).or(said.wait)
}

/// Reads a number of seconds, a part of one counting as whole.
fn seconds(text: &str) -> Option<u32> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let whole: u32 = whole.parse().ok()?;
    Some(whole.saturating_add(u32::from(part.bytes().any(|digit| digit != b'0'))).min(MAX_WAIT))
}

/// Tells people that nobody is called this way.
pub(crate) fn unknown(setting: &str, name: &str, known: &[Vendor]) -> Error {
    let known: Vec<_> = known.iter().map(|vendor| vendor.name()).collect();
    Error::invalid(format!("{setting} names {name:?}, which is nobody"))
        .hint(format!("set it to {}", known.join(" or ")))
}
