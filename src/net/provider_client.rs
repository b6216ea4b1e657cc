//! HTTP client for providers: no proxy of the environment, no redirects, no implicit retries.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use reqwest::{Certificate, Url};
use rustls::pki_types::CertificateDer;

use crate::error::{Error, ErrorKind, Result};
use crate::net::ca_file::read_certificates;
use crate::net::http_client::{self, literal_address};
use crate::net::request_body::{self, ByteCounter};
use crate::net::transport::{LedgerId, ProviderRequest, ProviderRequestBody, ProviderResponse};
use crate::net::transport_error::TransportError;

/// Idle time after which a pooled connection is closed.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// HTTP client for providers; clones share one connection pool.
#[derive(Clone)]
pub(crate) struct ProviderClient(reqwest::Client);

/// Validated request that can be sent repeatedly.
pub(crate) struct PreparedRequest {
    pub(crate) request: Arc<ProviderRequest>,
    /// Length of the body.
    pub(crate) bytes: u64,
}

/// Result of one attempt, with the bytes transferred.
pub(crate) struct SendOutcome {
    /// Body bytes passed to the connection.
    pub(crate) bytes_out: u64,
    /// Response body bytes read.
    pub(crate) bytes_in: u64,
    pub(crate) outcome: Result<ProviderResponse, TransportError>,
}

impl ProviderClient {
    /// Creates a client without connecting.
    ///
    /// # Errors
    /// `Conflict` for an unreadable CA file, or a machine without any trusted CA.
    pub(crate) fn new(ca_file: Option<&Path>) -> Result<Self> {
        let mut builder = http_client::builder_with_localhost()
            // Each attempt needs its own ledger row, so the gateway alone retries.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(POOL_IDLE_TIMEOUT);
        if let Some(path) = ca_file {
            let parse = |der: &CertificateDer<'_>| Certificate::from_der(der);
            builder =
                builder.tls_certs_merge(read_certificates(path, ErrorKind::Conflict, "JOURNAL_PROVIDERS_CA", parse)?);
        }
        builder.build().map(Self).map_err(|error| {
            Error::conflict("TLS to providers cannot be set up")
                .hint("install your system's ca-certificates, and check JOURNAL_PROVIDERS_CA")
                .caused_by(error)
        })
    }

    /// Sends a request once and reads the complete response within the request's timeout.
    pub(crate) async fn send(&self, prepared: &PreparedRequest, ledger_id: LedgerId) -> SendOutcome {
        let request = &prepared.request;
        let (out, mut bytes_in) = (ByteCounter::default(), 0);
        let sending = async {
            let body = request_body::encode_body(request, &out)?;
            let mut headers: HeaderMap = request.headers.iter().cloned().collect();
            if let Some(boundary) = &body.content_type {
                headers.insert(header::CONTENT_TYPE, boundary.clone());
            }
            if !matches!(request.body, ProviderRequestBody::Empty) {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(prepared.bytes));
            }
            let mut sent = self.0.request(request.method.clone(), request.url.clone()).headers(headers);
            if let Some(content) = body.content {
                sent = sent.body(content);
            }
            let failed = |error| match body.body_error.take() {
                Some(unreadable) => TransportError::BodyUnreadable(unreadable),
                None => TransportError::from_reqwest(error),
            };
            let mut reply = sent.timeout(request.timeout).send().await.map_err(failed)?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let mut body = Vec::new();
            while let Some(chunk) = reply.chunk().await.map_err(TransportError::from_reqwest)? {
                bytes_in += chunk.len() as u64;
                if body.len() + chunk.len() > request.max_response_bytes {
                    return Err(TransportError::ResponseTooLarge(status));
                }
                body.extend(chunk);
            }
            Ok(ProviderResponse { status, headers, body, ledger_id })
        };
        let outcome = sending.await;
        SendOutcome { bytes_out: out.get(), bytes_in, outcome }
    }

    /// Validates the URL and computes the length of the body.
    ///
    /// # Errors
    /// `Forbidden` for cleartext HTTP outside the local network.
    pub(crate) fn prepare(&self, request: ProviderRequest) -> Result<PreparedRequest> {
        if !is_allowed_destination(&request.url) {
            let target = host(&request.url);
            let clear = format!("requests to {target} would be sent without encryption");
            return Err(Error::new(ErrorKind::Forbidden, clear)
                .code("kept_in")
                .hint("use an https address; http is accepted for loopback and private addresses only"));
        }
        let bytes = request_body::encoded_length(&self.0, &request.body)?;
        Ok(PreparedRequest { request: Arc::new(request), bytes })
    }
}

/// Returns a URL's host and any non-default port, as recorded in the ledger.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Returns true if content may be sent to this URL: by https, or by http to a loopback or private IP address.
fn is_allowed_destination(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => url.host_str() == Some("localhost") || literal_address(url).is_some_and(is_local_address),
        _ => false,
    }
}

/// Returns true for loopback (RFC 1122), private (RFC 1918) and unique local (RFC 4193) addresses.
fn is_local_address(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleartext_is_allowed_to_local_addresses_only() {
        for local in [
            "http://localhost:9000/v1",
            "http://127.0.0.1:1",
            "http://127.8.9.1",
            "http://[::1]:8000",
            "http://10.0.0.7",
            "http://172.16.3.4",
            "http://192.168.1.2:9000",
            "http://[fd00::7]",
            "https://api.example",
        ] {
            assert!(is_allowed_destination(&local.parse().unwrap()), "{local}");
        }
        for remote in [
            "http://api.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://127.0.0.1@api.example",
            "http://8.8.8.8",
            "http://172.32.0.1",
            "http://169.254.169.254",
            "http://0.0.0.0",
            "http://[::]",
            "http://[2001:db8::1]",
            "http://[::ffff:8.8.8.8]",
            "ftp://localhost",
        ] {
            assert!(!is_allowed_destination(&remote.parse().unwrap()), "{remote}");
        }
    }

    #[test]
    fn host_omits_credentials() {
        assert_eq!(host(&"https://ada:brandy@api.example/v1?key=brandy".parse().unwrap()), "api.example");
        assert_eq!(host(&"http://[::1]:8000/".parse().unwrap()), "[::1]:8000");
    }
}
