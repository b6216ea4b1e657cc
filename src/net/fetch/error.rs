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

    fn kind(self) -> ErrorKind {
        match self {
            Self::InvalidUrl
            | Self::UnsupportedScheme
            | Self::CredentialsInUrl
            | Self::ForbiddenPort
            | Self::PrivateAddress
            | Self::TooLarge => ErrorKind::Invalid,
            _ => ErrorKind::Upstream,
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::InvalidUrl | Self::UnsupportedScheme => "use a URL that begins with https:// or http://",
            Self::CredentialsInUrl => "remove the part before the @",
            Self::ForbiddenPort => "use port 80 for http or 443 for https",
            Self::PrivateAddress => "save it as a file and ingest the file",
            Self::TooLarge => "the limit is 25 MiB; save it as a file and ingest the file",
            Self::Status(401 | 403 | 404 | 410) => "check that the URL works without a login",
            Self::Unresolved => "check the URL and the name server of this machine",
            _ => "try again later, or save it as a file and ingest the file",
        }
    }

    /// Returns true if a later retry can succeed.
    fn is_transient(self) -> bool {
        match self {
            Self::Unreachable | Self::TimedOut | Self::InvalidResponse | Self::LengthMismatch | Self::Unresolved => {
                true
            }
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..),
            _ => false,
        }
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        let named = Self::new(error.kind(), error.to_string()).hint(error.hint()).caused_by(error);
        if error.is_transient() { named.transient() } else { named }
    }
}
