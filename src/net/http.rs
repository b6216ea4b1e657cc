//! The one client that speaks to providers: no proxy of the environment, no redirect, nothing it repeats by itself.

use std::error::Error as StdError;
use std::fmt;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use http::HeaderValue;
use http::header;
use reqwest::Certificate;
use reqwest::Url;
use reqwest::redirect::Policy;
use rustls::CertificateError;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::net::body;
use crate::net::body::Count;
use crate::net::wire::Body;
use crate::net::wire::Request;

/// Time for the connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next request.
const IDLE: Duration = Duration::from_secs(30);

/// The client. A clone shares its connections.
#[derive(Clone)]
pub(crate) struct Client(reqwest::Client);

/// A request that can be sent as often as it takes.
pub(crate) struct Prepared {
    request: Arc<Request>,
    /// Of the body.
    pub(crate) bytes: u64,
}

/// What came of sending.
pub(crate) struct Exchange {
    /// Bytes of the body that were handed to the connection.
    pub(crate) bytes_out: u64,
    /// Bytes of the reply's body that were read.
    pub(crate) bytes_in: u64,
    pub(crate) outcome: Result<Answer, Failure>,
}

/// A whole reply, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why there is no whole reply.
#[derive(Debug)]
pub(crate) enum Failure {
    /// No connection; no byte of the body went out.
    Unreachable(reqwest::Error),
    /// There is no trust in who answers; no byte of the body went out.
    Tls(&'static str, reqwest::Error),
    TimedOut,
    /// The connection ended before the reply did.
    CutOff(reqwest::Error),
    /// Longer than the request allows.
    TooLarge(u16),
    /// What was to be sent could not be read.
    Unreadable(Error),
}

impl Client {
    /// Prepares for sending; speaks to nobody yet.
    ///
    /// # Errors
    /// `Conflict` for a file of certificates that cannot be read, or a machine that trusts none at all.
    pub(crate) fn new(ca_file: Option<&Path>) -> Result<Self> {
        let local = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        let mut builder = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            // Each attempt has its row in the ledger, so none may be made behind the gate's back.
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .user_agent(concat!("journal/", env!("CARGO_PKG_VERSION")))
            // Whatever a name server says, this name is this machine's.
            .resolve_to_addrs("localhost", &local.map(|ip| SocketAddr::new(ip, 0)));
        if let Some(path) = ca_file {
            builder = builder.tls_certs_merge(certificates(path)?);
        }
        builder.build().map(Self).map_err(|error| {
            Error::conflict("TLS to providers cannot be set up")
                .hint("install your system's ca-certificates, and check JOURNAL_PROVIDERS_CA")
                .caused_by(error)
        })
    }

    /// Sends a request once and reads the whole reply, within the request's time.
    pub(crate) async fn send(&self, prepared: &Prepared) -> Exchange {
        let request = &prepared.request;
        let (out, mut bytes_in) = (Count::default(), 0);
        let sending = async {
            let body = body::of(request, &out)?;
            let mut headers: HeaderMap = request.headers.iter().cloned().collect();
            if let Some(boundary) = &body.content_type {
                headers.insert(header::CONTENT_TYPE, boundary.clone());
            }
            if !matches!(request.body, Body::Empty) {
                headers.insert(header::CONTENT_LENGTH, HeaderValue::from(prepared.bytes));
            }
            let mut sent = self.0.request(request.method.clone(), request.url.clone()).headers(headers);
            if let Some(content) = body.content {
                sent = sent.body(content);
            }
            let failed =
                |error: reqwest::Error| body.broken.take().map_or_else(|| Failure::of(error), Failure::Unreadable);
            let mut reply = sent.timeout(request.timeout).send().await.map_err(failed)?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let mut body = Vec::new();
            while let Some(piece) = reply.chunk().await.map_err(Failure::of)? {
                bytes_in += piece.len() as u64;
                if body.len() + piece.len() > request.max_reply {
                    return Err(Failure::TooLarge(status));
                }
                body.extend(piece);
            }
            Ok(Answer { status, headers, body })
        };
        let outcome = sending.await;
        Exchange { bytes_out: out.get(), bytes_in, outcome }
    }

    /// Measures a request.
    ///
    /// # Errors
    /// `Forbidden` for cleartext to another network, where whoever listens in could read it.
    pub(crate) fn prepare(&self, request: Request) -> Result<Prepared> {
        if !may_carry(&request.url) {
            let host = host(&request.url);
            let clear = format!("what is sent to {host} would go over the network in the clear");
            return Err(Error::new(Kind::Forbidden, clear)
                .code("kept_in")
                .hint("use an https address; http is for this machine and for addresses of your own network"));
        }
        let bytes = body::length(&self.0, &request.body)?;
        Ok(Prepared { request: Arc::new(request), bytes })
    }
}

impl Prepared {
    pub(crate) fn request(&self) -> &Request {
        &self.request
    }
}

/// Returns a URL's host and, where it is unusual, its port, as the ledger has it.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Tells whether content may go to this address: under TLS, or to a place that is named as being near.
fn may_carry(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => {
            let host = url.host_str().unwrap_or_default();
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            host == "localhost" || bare.parse().is_ok_and(is_near)
        }
        _ => false,
    }
}

/// Tells whether an address belongs to this machine or its own network: RFC 1122 loopback, RFC 1918, RFC 4193.
fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let unreadable = |cause: Box<dyn StdError + Send + Sync>| {
        Error::conflict(format!("{} cannot be read as certificates", path.display()))
            .hint("JOURNAL_PROVIDERS_CA names a file of certificates in PEM")
            .caused_by(cause)
    };
    let bytes = std::fs::read(path).map_err(|error| unreadable(error.into()))?;
    match Certificate::from_pem_bundle(&bytes) {
        Ok(found) if found.is_empty() => Err(unreadable("it holds none".into())),
        other => other.map_err(|error| unreadable(error.into())),
    }
}

impl Failure {
    fn of(error: reqwest::Error) -> Self {
        // The URL can carry credentials.
        let error = error.without_url();
        if let Some(why) = distrust(&error) {
            return Self::Tls(why, error);
        }
        match (error.is_connect(), error.is_timeout()) {
            (true, _) => Self::Unreachable(error),
            (false, true) => Self::TimedOut,
            (false, false) => Self::CutOff(error),
        }
    }

    /// Turns it into what the caller is told; `who` is the provider and its host.
    pub(crate) fn told(self, who: &str) -> Error {
        let upstream = |what: String| Error::new(Kind::Upstream, what);
        match self {
            Self::Unreachable(cause) => {
                upstream(format!("{who} cannot be reached")).hint("try again later").passing().caused_by(cause)
            }
            Self::Tls(why, cause) => upstream(format!("there is no safe connection to {who}: {why}"))
                .hint("nothing was sent; check the address, the machine's clock and JOURNAL_PROVIDERS_CA")
                .caused_by(cause),
            Self::TimedOut => {
                upstream(format!("{who} did not answer in time")).with_status(503).hint("try again later").passing()
            }
            Self::CutOff(cause) => {
                upstream(format!("{who} broke the answer off")).hint("try again later").passing().caused_by(cause)
            }
            Self::TooLarge(status) => upstream(format!("{who} answered more than can be read (status {status})"))
                .hint("check that the address is an API's"),
            Self::Unreadable(error) => error,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable(_) => "unreachable",
            Self::Tls(..) => "no TLS",
            Self::TimedOut => "timed out",
            Self::CutOff(_) => "cut off",
            Self::TooLarge(_) => "too large",
            Self::Unreadable(_) => "unreadable",
        })
    }
}

/// Says why TLS was refused, if that is what failed.
fn distrust(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(found) = inner.downcast_ref::<rustls::Error>() {
            tracing::info!("TLS with a provider was refused: {found}");
            return Some(match found {
                rustls::Error::InvalidCertificate(why) => match why {
                    CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                        "its certificate has expired"
                    }
                    CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                        "its certificate is not valid yet"
                    }
                    CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                        "its certificate is for another name"
                    }
                    CertificateError::UnknownIssuer => "its certificate is by nobody this machine trusts",
                    CertificateError::Revoked => "its certificate was revoked",
                    _ => "its certificate is not good",
                },
                _ => "it does not speak TLS as it should",
            });
        }
        // The source of such an error is that of the one it carries, which would be passed over.
        let carried = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match carried {
            Some(carried) => Some(carried),
            None => inner.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleartext_goes_only_to_addresses_that_are_near_by_their_name() {
        for near in [
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
            assert!(may_carry(&near.parse().unwrap()), "{near}");
        }
        for far in [
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
            assert!(!may_carry(&far.parse().unwrap()), "{far}");
        }
    }

    #[test]
    fn a_host_shows_no_credentials() {
        assert_eq!(host(&"https://ada:brandy@api.example/v1?key=brandy".parse().unwrap()), "api.example");
        assert_eq!(host(&"http://[::1]:8000/".parse().unwrap()), "[::1]:8000");
    }
}
