//! Why nothing was fetched. No sentence names the address: it may be as private as what it leads to.

use std::error::Error as StdError;

use crate::error::Error;
use crate::error::Kind;

/// Why something could not be fetched or delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("that is no web address")]
    NoAddress,
    #[error("only http and https addresses are fetched")]
    Scheme,
    #[error("the address carries a user name or a password")]
    Credentials,
    #[error("the address names an unusual port")]
    Port,
    #[error("the address does not lead to a public machine")]
    Private,
    #[error("the name of the address is not known")]
    Unresolved,
    #[error("the site could not be reached")]
    Unreachable,
    #[error("the site took too long")]
    TooSlow,
    #[error("the site redirects too often")]
    TooManyRedirects,
    #[error("the site redirects to nowhere")]
    NoTarget,
    #[error("the site redirects from https to http")]
    Downgrade,
    #[error("the site answered with status {0}")]
    Status(u16),
    #[error("the site sent its answer encoded, which was not asked for")]
    Encoded,
    #[error("the site's answer is too large")]
    TooLarge,
    #[error("the site's answer has another length than it says")]
    WrongLength,
    #[error("the site's answer is no HTTP or broke off")]
    Broken,
}

impl FetchError {
    /// Finds out what a client's error comes down to.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let mut cause = error.source();
        while let Some(inner) = cause {
            if let Some(own) = inner.downcast_ref::<Self>() {
                return *own;
            }
            cause = inner.source();
        }
        if error.is_timeout() {
            Self::TooSlow
        } else if error.is_connect() {
            Self::Unreachable
        } else {
            Self::Broken
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::NoAddress | Self::Scheme | Self::Credentials | Self::Port | Self::Private | Self::TooLarge => {
                Kind::Invalid
            }
            _ => Kind::Upstream,
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::NoAddress | Self::Scheme => "give one that begins with https:// or http://",
            Self::Credentials => "leave out what stands before the @",
            Self::Port => "only the usual ports are asked: 80 for http, 443 for https",
            Self::Private => "save it as a file and take that in",
            Self::TooLarge => "at most 25 MiB are fetched; save it as a file and take that in",
            Self::Status(401 | 403 | 404 | 410) => "check that the address works without a login",
            Self::Unresolved => "check the address, and the machine's name server",
            _ => "try again later, or save it as a file and take that in",
        }
    }

    /// Tells whether the same again, later, can go well.
    fn is_passing(self) -> bool {
        match self {
            Self::Unreachable | Self::TooSlow | Self::Broken | Self::WrongLength | Self::Unresolved => true,
            Self::Status(status) => matches!(status, 408 | 425 | 429 | 500..),
            _ => false,
        }
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        let named = Self::new(error.kind(), error.to_string()).hint(error.hint()).caused_by(error);
        if error.is_passing() { named.passing() } else { named }
    }
}
