//! Errors of sending a request to a provider.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;

use crate::error::{Error, ErrorKind};

/// Reasons for a missing or incomplete response.
#[derive(Debug)]
pub(crate) enum TransportError {
    /// No connection; no byte of the body was sent.
    Unreachable(reqwest::Error),
    /// TLS failed or the certificate is not trusted; no byte of the body was sent.
    Tls(&'static str, reqwest::Error),
    TimedOut,
    /// The connection closed before the response was complete.
    ConnectionClosed(reqwest::Error),
    /// Larger than the request's limit; holds the status.
    ResponseTooLarge(u16),
    /// The request body could not be read.
    BodyUnreadable(Error),
}

impl TransportError {
    pub(super) fn from_reqwest(error: reqwest::Error) -> Self {
        // The URL can contain credentials.
        let error = error.without_url();
        if let Some(why) = tls_failure_reason(&error) {
            return Self::Tls(why, error);
        }
        match (error.is_connect(), error.is_timeout()) {
            (true, _) => Self::Unreachable(error),
            (false, true) => Self::TimedOut,
            (false, false) => Self::ConnectionClosed(error),
        }
    }

    /// Converts into the caller's error; `provider` names the provider and its host.
    pub(crate) fn into_error(self, provider: &str) -> Error {
        let upstream = |what: &str| Error::new(ErrorKind::Upstream, what);
        let transient = |what: String| upstream(&what).hint("try again later").transient();
        match self {
            Self::Unreachable(cause) => transient(format!("{provider} cannot be reached")).caused_by(cause),
            Self::Tls(why, cause) => upstream(&format!("no secure connection to {provider}: {why}"))
                .hint("nothing was sent; check the address, the system clock and JOURNAL_PROVIDERS_CA")
                .caused_by(cause),
            Self::TimedOut => transient(format!("{provider} did not answer in time")).with_status(503),
            Self::ConnectionClosed(cause) => {
                transient(format!("{provider} closed the connection before the response was complete")).caused_by(cause)
            }
            Self::ResponseTooLarge(status) => {
                upstream(&format!("the response of {provider} is too large (status {status})"))
                    .hint("check that the address is that of an API")
            }
            Self::BodyUnreadable(error) => error,
        }
    }
}

/// Returns the reason for a TLS failure, or `None` if TLS is not the cause.
fn tls_failure_reason(error: &reqwest::Error) -> Option<&'static str> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(found) = inner.downcast_ref::<rustls::Error>() {
            tracing::info!("TLS handshake with a provider failed: {found}");
            let rustls::Error::InvalidCertificate(why) = found else { return Some("the TLS handshake failed") };
            return Some(match why {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    "its certificate is not valid yet"
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    "its certificate is for another host name"
                }
                CertificateError::UnknownIssuer => "its certificate is not issued by a trusted CA",
                CertificateError::Revoked => "its certificate was revoked",
                _ => "its certificate is not valid",
            });
        }
        // `source` of an `io::Error` skips the error it wraps, so the wrapped error is taken first.
        let wrapped = inner.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = wrapped.map_or_else(|| inner.source(), |wrapped| Some(wrapped));
    }
    None
}
