//! Fetches what users name, and delivers where they say, without ever touching a private machine.
//!
//! Each hop is parsed, vetted and connected to by itself: literal addresses by [`Rules`], names inside the client by
//! [`Vetting`], which hands on only what may be reached. No cookies, no referrer, no proxy of the environment, no
//! compression.

mod address;
mod error;

pub(crate) use address::Address;
pub(crate) use address::Rules;
pub(crate) use address::form;
pub(crate) use error::FetchError;

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use http::header;
use reqwest::RequestBuilder;
use reqwest::Response;
use reqwest::redirect::Policy;
use tokio::time::Instant;

use crate::error::Error;
use crate::error::Result;
use crate::net::resolver::Vetting;
use crate::net::wire::Boxed;
use crate::secret::Secret;

/// Time for a connection, its name and its TLS included.
const CONNECT: Duration = Duration::from_secs(5);
/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;
/// Most bytes that are fetched.
pub(crate) const MAX_BODY: u64 = 25 * 1024 * 1024;
/// Most bytes of an answer to what was delivered.
const MAX_REPLY: u64 = 64 * 1024;

/// What was fetched.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// As the site says it, parameters included.
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// What came back for what was delivered.
#[derive(Debug)]
pub(crate) struct Posted {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Answered,
    Refused,
    Failed,
    TimedOut,
}

/// What is known of an exchange once it is over; bytes are those of the bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) sent: u64,
    pub(crate) received: u64,
    pub(crate) status: Option<u16>,
    pub(crate) how: How,
}

/// Who is asked before each exchange, and told how it ended.
pub(crate) trait Gate: Send + Sync {
    /// Asks for leave.
    ///
    /// # Errors
    /// When this must not leave the machine: nothing is sent then, not even a question to a name server.
    fn enter<'a>(&'a self, host: &'a str) -> Boxed<'a, Result<Box<dyn Leave>>>;
}

/// Leave for one exchange.
pub(crate) trait Leave: Send {
    /// Takes note of how it ended.
    fn end(self: Box<Self>, ended: Ended) -> Boxed<'static, Result<()>>;
}

/// Fetches and delivers.
pub(crate) struct Fetcher {
    http: reqwest::Client,
    rules: Rules,
    slack: Option<Secret<String>>,
}

impl Fetcher {
    /// Prepares to fetch; `slack` is shown to the files of Slack and to nobody else.
    ///
    /// # Errors
    /// `Internal` when names cannot be resolved, or TLS cannot be set up.
    pub(crate) fn new(rules: Rules, slack: Option<Secret<String>>) -> Result<Self> {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .connect_timeout(CONNECT)
            // A connection that was vetted for one exchange is not kept for another.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("journal/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Vetting::new(rules.name_server, rules.vet)?))
            .build()
            .map_err(|error| Error::internal("preparing an HTTP client", error))?;
        Ok(Self { http, rules, slack })
    }

    /// Reads an address; see [`Rules::address`].
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn address(&self, text: &str) -> Result<Address> {
        Ok(self.rules.address(text)?)
    }

    /// Fetches an address, following its redirects.
    ///
    /// # Errors
    /// What the gate says, and a [`FetchError`].
    pub(crate) async fn get(&self, address: &Address, gate: &dyn Gate) -> Result<Fetched> {
        let deadline = Instant::now() + self.rules.whole;
        let mut at = address.clone();
        for _ in 0..=MAX_REDIRECTS {
            let leave = gate.enter(at.host()).await?;
            let mut note = Ended { sent: 0, received: 0, status: None, how: How::Failed };
            let hop = tokio::time::timeout_at(deadline, self.hop(&at, &mut note));
            let hop = hop.await.unwrap_or(Err(FetchError::TooSlow));
            note.how = how(&hop, note.status);
            leave.end(note).await?;
            match hop? {
                Hop::There(fetched) => return Ok(fetched),
                Hop::Moved(target) => at = target,
            }
        }
        Err(FetchError::TooManyRedirects.into())
    }

    /// Sends a body to an address and returns what came back, whatever its status; no redirect is followed.
    ///
    /// # Errors
    /// What the gate says, and a [`FetchError`] when nothing came back.
    pub(crate) async fn post(
        &self,
        address: &Address,
        headers: &[(HeaderName, HeaderValue)],
        body: Vec<u8>,
        gate: &dyn Gate,
    ) -> Result<Posted> {
        let leave = gate.enter(address.host()).await?;
        let mut note = Ended { sent: body.len() as u64, received: 0, status: None, how: How::Failed };
        let mut request = self.http.post(address.0.clone()).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let sent = tokio::time::timeout(self.rules.whole, posted(request, &mut note));
        let sent = sent.await.unwrap_or(Err(FetchError::TooSlow));
        note.how = match &sent {
            Ok(reply) if reply.status >= 400 => How::Refused,
            other => how(other, note.status),
        };
        leave.end(note).await?;
        Ok(sent?)
    }

    async fn hop(&self, at: &Address, note: &mut Ended) -> Result<Hop, FetchError> {
        let mut request = self.http.get(at.0.clone()).header(header::ACCEPT_ENCODING, "identity");
        if let Some(token) = self.slack.as_ref().filter(|_| at.is_slack()) {
            request = request.bearer_auth(token.expose());
        }
        let reply = answered(request, note).await?;
        let text = |name| reply.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match reply.status() {
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {}
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => {
                let location = text(header::LOCATION).ok_or(FetchError::NoTarget)?;
                return self.rules.target(at, &location).map(Hop::Moved);
            }
            status => return Err(FetchError::Status(status.as_u16())),
        }
        if is_encoded(reply.headers()) {
            return Err(FetchError::Encoded);
        }
        let content_type = text(header::CONTENT_TYPE);
        let body = read(reply, MAX_BODY, &mut note.received).await?;
        Ok(Hop::There(Fetched { content_type, body }))
    }
}

enum Hop {
    There(Fetched),
    Moved(Address),
}

async fn posted(request: RequestBuilder, note: &mut Ended) -> Result<Posted, FetchError> {
    let reply = answered(request.header(header::ACCEPT_ENCODING, "identity"), note).await?;
    let status = reply.status().as_u16();
    // Of an answer that is packed, the status is all there is to know.
    let body =
        if is_encoded(reply.headers()) { Vec::new() } else { read(reply, MAX_REPLY, &mut note.received).await? };
    Ok(Posted { status, body })
}

async fn answered(request: RequestBuilder, note: &mut Ended) -> Result<Response, FetchError> {
    let reply = request.send().await.map_err(|error| FetchError::of(&error))?;
    note.status = Some(reply.status().as_u16());
    Ok(reply)
}

fn how<T>(ended: &Result<T, FetchError>, status: Option<u16>) -> How {
    match ended {
        Ok(_) => How::Answered,
        Err(FetchError::TooSlow) => How::TimedOut,
        Err(FetchError::Status(400..)) => How::Refused,
        Err(_) if status.is_some_and(|status| status < 400) => How::Answered,
        Err(_) => How::Failed,
    }
}

/// Tells whether a body is not sent as it is: a small one could unpack to one that fills the machine.
fn is_encoded(headers: &HeaderMap) -> bool {
    let is = |value: &HeaderValue, word: &str| value.as_bytes().eq_ignore_ascii_case(word.as_bytes());
    let content = headers.get_all(header::CONTENT_ENCODING).iter().any(|value| !is(value, "identity"));
    content || headers.get_all(header::TRANSFER_ENCODING).iter().any(|value| !is(value, "chunked"))
}

async fn read(mut reply: Response, most: u64, received: &mut u64) -> Result<Vec<u8>, FetchError> {
    let length = reply.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(FetchError::TooLarge);
    }
    let mut body = Vec::new();
    loop {
        match reply.chunk().await {
            Ok(Some(piece)) => {
                *received += piece.len() as u64;
                if *received > most {
                    return Err(FetchError::TooLarge);
                }
                body.extend_from_slice(&piece);
            }
            Ok(None) if length.is_none_or(|length| length == *received) => return Ok(body),
            Ok(None) => return Err(FetchError::WrongLength),
            // A body that ends before the length it announced is what breaks here.
            Err(error) => {
                return Err(match FetchError::of(&error) {
                    FetchError::Broken if length.is_some() => FetchError::WrongLength,
                    other => other,
                });
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
