//! SSRF-guarded HTTP client: fetches URLs given by users and delivers notifications to them.
//!
//! Every redirect hop is parsed, checked and connected separately: literal addresses by [`FetchPolicy`], host names by
//! [`SsrfResolver`] inside the client. No cookies, no referrer, no proxy of the environment, no compression.

mod error;
mod url_policy;

pub(crate) use error::FetchError;
pub(crate) use url_policy::{CheckedUrl, FetchPolicy, form_urlencoded};

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::{RequestBuilder, Response};
use tokio::time::Instant;

use crate::domain::egress::ExchangeOutcome;
use crate::error::{Error, Result};
use crate::net::egress_gate::{EgressGate, ExchangeReport};
use crate::net::http_client;
use crate::net::ssrf_resolver::SsrfResolver;
use crate::secret::Secret;

/// Maximum redirects followed.
const MAX_REDIRECTS: usize = 5;
/// Maximum bytes fetched.
pub(crate) const MAX_BODY: u64 = 25 * 1024 * 1024;
/// Maximum bytes read of the response to a delivery.
const MAX_RESPONSE_BYTES: u64 = 64 * 1024;

/// Fetched content.
#[derive(Debug)]
pub(crate) struct FetchedContent {
    /// `Content-Type` as sent by the site, including parameters.
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Response to a delivery.
#[derive(Debug)]
pub(crate) struct DeliveryResponse {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// SSRF-guarded client that fetches and delivers.
pub(crate) struct GuardedFetcher {
    http: reqwest::Client,
    rules: FetchPolicy,
    slack_token: Option<Secret<String>>,
}

impl GuardedFetcher {
    /// Creates a client; the token `slack` is sent to Slack's file host only.
    ///
    /// # Errors
    /// `Internal` if the DNS resolver or TLS cannot be set up.
    pub(crate) fn new(rules: FetchPolicy, slack: Option<Secret<String>>) -> Result<Self> {
        let http = http_client::builder()
            .referer(false)
            // A connection checked for one exchange is not reused for another.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(SsrfResolver::new(rules.name_server, rules.vet)?))
            .build()
            .map_err(|error| Error::internal("preparing an HTTP client", error))?;
        Ok(Self { http, rules, slack_token: slack })
    }

    /// Parses and checks a URL; see [`FetchPolicy::parse`].
    ///
    /// # Errors
    /// A [`FetchError`] for a URL that is invalid or not allowed.
    pub(crate) fn parse_url(&self, text: &str) -> Result<CheckedUrl> {
        Ok(self.rules.parse(text)?)
    }

    /// Fetches a URL, following redirects.
    ///
    /// # Errors
    /// The gate's errors, and a [`FetchError`].
    pub(crate) async fn get(&self, address: &CheckedUrl, gate: &dyn EgressGate) -> Result<FetchedContent> {
        let deadline = Instant::now() + self.rules.total_timeout;
        let mut at = address.clone();
        for _ in 0..=MAX_REDIRECTS {
            let permit = gate.acquire(at.host()).await?;
            let mut report = ExchangeReport { sent: 0, received: 0, status: None, outcome: ExchangeOutcome::Failed };
            let hop = tokio::time::timeout_at(deadline, self.send_hop(&at, &mut report));
            let hop = hop.await.unwrap_or(Err(FetchError::TimedOut));
            report.outcome = outcome_of(&hop, report.status);
            gate.record(permit, report).await?;
            match hop? {
                RedirectHop::Content(fetched) => return Ok(fetched),
                RedirectHop::Redirect(target) => at = target,
            }
        }
        Err(FetchError::TooManyRedirects.into())
    }

    /// Posts a body to a URL and returns the response of any status; redirects are not followed.
    ///
    /// # Errors
    /// The gate's errors, and a [`FetchError`] without a response.
    pub(crate) async fn post(
        &self,
        address: &CheckedUrl,
        headers: &[(HeaderName, HeaderValue)],
        body: Vec<u8>,
        gate: &dyn EgressGate,
    ) -> Result<DeliveryResponse> {
        let permit = gate.acquire(address.host()).await?;
        let mut report =
            ExchangeReport { sent: body.len() as u64, received: 0, status: None, outcome: ExchangeOutcome::Failed };
        let mut request = self.http.post(address.0.clone()).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let sent = tokio::time::timeout(self.rules.total_timeout, send_delivery(request, &mut report));
        let sent = sent.await.unwrap_or(Err(FetchError::TimedOut));
        report.outcome = match &sent {
            Ok(reply) if reply.status >= 400 => ExchangeOutcome::Refused,
            other => outcome_of(other, report.status),
        };
        gate.record(permit, report).await?;
        Ok(sent?)
    }

    async fn send_hop(&self, at: &CheckedUrl, report: &mut ExchangeReport) -> Result<RedirectHop, FetchError> {
        let mut request = self.http.get(at.0.clone()).header(header::ACCEPT_ENCODING, "identity");
        if let Some(token) = self.slack_token.as_ref().filter(|_| at.is_slack_file_host()) {
            request = request.bearer_auth(token.expose());
        }
        let reply = send_request(request, report).await?;
        let text = |name| reply.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match reply.status() {
            StatusCode::OK | StatusCode::NON_AUTHORITATIVE_INFORMATION => {}
            StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT => {
                let location = text(header::LOCATION).ok_or(FetchError::InvalidRedirect)?;
                return self.rules.redirect_target(at, &location).map(RedirectHop::Redirect);
            }
            status => return Err(FetchError::Status(status.as_u16())),
        }
        if is_encoded(reply.headers()) {
            return Err(FetchError::UnexpectedEncoding);
        }
        let content_type = text(header::CONTENT_TYPE);
        let body = read_body(reply, MAX_BODY, &mut report.received).await?;
        Ok(RedirectHop::Content(FetchedContent { content_type, body }))
    }
}

enum RedirectHop {
    Content(FetchedContent),
    Redirect(CheckedUrl),
}

async fn send_delivery(request: RequestBuilder, report: &mut ExchangeReport) -> Result<DeliveryResponse, FetchError> {
    let reply = send_request(request.header(header::ACCEPT_ENCODING, "identity"), report).await?;
    let status = reply.status().as_u16();
    // The body of a compressed response is ignored; its status is enough.
    let body = if is_encoded(reply.headers()) {
        Vec::new()
    } else {
        read_body(reply, MAX_RESPONSE_BYTES, &mut report.received).await?
    };
    Ok(DeliveryResponse { status, body })
}

async fn send_request(request: RequestBuilder, report: &mut ExchangeReport) -> Result<Response, FetchError> {
    let reply = request.send().await.map_err(|error| FetchError::from_reqwest(&error))?;
    report.status = Some(reply.status().as_u16());
    Ok(reply)
}

fn outcome_of<T>(ended: &Result<T, FetchError>, status: Option<u16>) -> ExchangeOutcome {
    match ended {
        Ok(_) => ExchangeOutcome::Answered,
        Err(FetchError::TimedOut) => ExchangeOutcome::TimedOut,
        Err(FetchError::Status(400..)) => ExchangeOutcome::Refused,
        Err(_) if status.is_some_and(|status| status < 400) => ExchangeOutcome::Answered,
        Err(_) => ExchangeOutcome::Failed,
    }
}

/// Returns true if a body is compressed: a small one could be a decompression bomb.
fn is_encoded(headers: &HeaderMap) -> bool {
    let is = |value: &HeaderValue, word: &str| value.as_bytes().eq_ignore_ascii_case(word.as_bytes());
    let content = headers.get_all(header::CONTENT_ENCODING).iter().any(|value| !is(value, "identity"));
    content || headers.get_all(header::TRANSFER_ENCODING).iter().any(|value| !is(value, "chunked"))
}

async fn read_body(mut reply: Response, most: u64, received: &mut u64) -> Result<Vec<u8>, FetchError> {
    let length = reply.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) {
        return Err(FetchError::TooLarge);
    }
    let mut body = Vec::new();
    loop {
        match reply.chunk().await {
            Ok(Some(chunk)) => {
                *received += chunk.len() as u64;
                if *received > most {
                    return Err(FetchError::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
            Ok(None) if length.is_none_or(|length| length == *received) => return Ok(body),
            Ok(None) => return Err(FetchError::LengthMismatch),
            // With a `Content-Length`, an invalid body is one that ended early.
            Err(error) => {
                return Err(match FetchError::from_reqwest(&error) {
                    FetchError::InvalidResponse if length.is_some() => FetchError::LengthMismatch,
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
