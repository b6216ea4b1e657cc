//! Errors of fetching and delivering. No message contains the URL, which may be private.

use std::error::Error as StdError;

use crate::error::{Error, ErrorKind};

/// Reasons for a failed fetch or delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("not a valid URL")]
    InvalidUrl,
    #[error("only http and https URLs can be fetched")]
    UnsupportedScheme,
    #[error("the URL contains a user name or a password")]
    CredentialsInUrl,
    #[error("the URL has a port that is not allowed")]
    ForbiddenPort,
    #[error("the host is not a public address")]
    PrivateAddress,
    #[error("the host name could not be resolved")]
    Unresolved,
    #[error("the site could not be reached")]
    Unreachable,
    #[error("the site did not answer in time")]
    TimedOut,
    #[error("the site redirects too often")]
    TooManyRedirects,
    #[error("the site sent an invalid redirect")]
    InvalidRedirect,
    #[error("the site redirects from https to http")]
    Downgrade,
    #[error("the site answered with status {0}")]
    Status(u16),
    #[error("the site sent a compressed response, which was not requested")]
    UnexpectedEncoding,
    #[error("the site's response is too large")]
    TooLarge,
    #[error("the length of the site's response does not match its header")]
    LengthMismatch,
    #[error("the site's response is incomplete or not valid HTTP")]
    InvalidResponse,
}

impl FetchError {
    /// Classifies an error of the HTTP client.
    pub(super) fn from_reqwest(error: &reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(own) = inner.downcast_ref::<Self>() {
                return *own;
            }
            cause = inner.source();
        }
        if error.is_timeout() {
            Self::TimedOut
        } else if error.is_connect() {
            Self::Unreachable
        } else {
            Self::InvalidResponse
        }
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        let hint = match error {
            FetchError::InvalidUrl | FetchError::UnsupportedScheme => "use a URL that begins with https:// or http://",
            FetchError::CredentialsInUrl => "remove the part before the @",
            FetchError::ForbiddenPort => "use port 80 for http or 443 for https",
            FetchError::PrivateAddress => "save it as a file and ingest the file",
            FetchError::TooLarge => "the limit is 25 MiB; save it as a file and ingest the file",
            FetchError::Status(401 | 403 | 404 | 410) => "check that the URL works without a login",
            FetchError::Unresolved => "check the URL and the name server of this machine",
            _ => "try again later, or save it as a file and ingest the file",
        };
        let (kind, is_transient) = match error {
            FetchError::InvalidUrl
            | FetchError::UnsupportedScheme
            | FetchError::CredentialsInUrl
            | FetchError::ForbiddenPort
            | FetchError::PrivateAddress
            | FetchError::TooLarge => (ErrorKind::Invalid, false),
            FetchError::Unreachable
            | FetchError::TimedOut
            | FetchError::InvalidResponse
            | FetchError::LengthMismatch
            | FetchError::Unresolved
            | FetchError::Status(408 | 425 | 429 | 500..) => (ErrorKind::Upstream, true),
            _ => (ErrorKind::Upstream, false),
        };
        let converted = Self::new(kind, error.to_string()).hint(hint).caused_by(error);
        if is_transient { converted.transient() } else { converted }
    }
}
