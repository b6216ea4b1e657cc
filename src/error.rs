//! Error type of the crate, its eight kinds, and the table of exit codes, HTTP statuses and wire codes.

use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Machine code for a credential that lacks a scope (RFC 6750, 3.1).
pub const INSUFFICIENT_SCOPE: &str = "insufficient_scope";

/// Kind of an error; decides exit code and HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Defect or failure of the machine; details are logged, never returned.
    Internal,
    /// The request is invalid; a retry fails again.
    Invalid,
    /// Not found; also for resources of other users.
    NotFound,
    /// The request conflicts with the current state.
    Conflict,
    /// Missing or invalid credential; one message for every cause.
    Unauthenticated,
    /// Valid credential without the required scope.
    Forbidden,
    /// Rate limit, quota or queue limit reached; retry later.
    Limited,
    /// An external service failed.
    Upstream,
}

impl ErrorKind {
    /// Returns the process exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Invalid => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::Unauthenticated => 5,
            Self::Forbidden => 6,
            Self::Limited => 7,
            Self::Upstream => 8,
        }
    }

    /// Returns the stable machine name, as in `--json` errors.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Limited => "limited",
            Self::Upstream => "upstream",
        }
    }

    /// Returns the default HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Internal => 500,
            Self::Invalid => 400,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::Limited => 429,
            Self::Upstream => 502,
        }
    }

    /// Returns the default machine code of an HTTP error body.
    #[must_use]
    pub const fn wire_code(self) -> &'static str {
        match self {
            Self::Internal => "internal_error",
            Self::Invalid => "invalid_request",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::Unauthenticated => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::Limited => "rate_limited",
            Self::Upstream => "upstream_failed",
        }
    }
}

/// Error with a message for the user, an optional hint, and a cause for the log.
///
/// `Display` prints the message alone. Messages are lower case, have no period and
/// never carry entry text, passwords, tokens or keys.
pub struct Error(Box<ErrorInner>);

struct ErrorInner {
    kind: ErrorKind,
    message: String,
    hint: Option<String>,
    code: Option<&'static str>,
    status: Option<u16>,
    retry_after: Option<u32>,
    passing: bool,
    details: Vec<(&'static str, Value)>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Creates an error.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(ErrorInner {
            kind,
            message: message.into(),
            hint: None,
            code: None,
            status: None,
            retry_after: None,
            passing: false,
            details: Vec::new(),
            source: None,
        }))
    }

    /// Creates a [`ErrorKind::Invalid`] error.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// Creates a [`ErrorKind::NotFound`] error: the noun "entry" gives "no such entry".
    pub fn not_found(noun: impl fmt::Display) -> Self {
        Self::new(ErrorKind::NotFound, format!("no such {noun}"))
    }

    /// Creates a [`ErrorKind::Conflict`] error.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// Creates a [`ErrorKind::Internal`] error from its cause.
    pub fn internal(message: impl Into<String>, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(ErrorKind::Internal, message).caused_by(cause)
    }

    /// Sets the hint: the next step, usually a command.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Sets the machine code that HTTP clients match on.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = Some(code);
        self
    }

    /// Sets an HTTP status other than the kind's.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets the delay before a retry, seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Marks the error as transient: a retry may succeed.
    #[must_use]
    pub fn transient(mut self) -> Self {
        self.0.passing = true;
        self
    }

    /// Adds a field to the error body. It is returned to the caller and never logged.
    #[must_use]
    pub fn with_detail(mut self, field: &'static str, what: impl Into<Value>) -> Self {
        self.0.details.push((field, what.into()));
        self
    }

    /// Prefixes the message with the part it refers to: "page 2: …".
    #[must_use]
    pub fn with_prefix(mut self, part: impl fmt::Display) -> Self {
        self.0.message = format!("{part}: {}", self.0.message);
        self
    }

    /// Sets the cause, which is logged.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the machine code of an HTTP error body.
    #[must_use]
    pub fn wire_code(&self) -> &'static str {
        self.0.code.unwrap_or(self.0.kind.wire_code())
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status.unwrap_or(self.0.kind.status())
    }

    /// Returns the delay before a retry in seconds, if set.
    #[must_use]
    pub fn retry_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// Returns whether a retry may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.passing
    }

    /// Returns the additional fields of the error body.
    #[must_use]
    pub fn details(&self) -> &[(&'static str, Value)] {
        &self.0.details
    }

    /// Sets the required scopes: in the code, in `scope` and in `WWW-Authenticate`, which clients match on.
    #[must_use]
    pub fn requires_scopes(self, scopes: Vec<String>) -> Self {
        self.code(INSUFFICIENT_SCOPE).with_detail("scope", scopes)
    }

    /// Returns the scopes set by [`Self::requires_scopes`].
    #[must_use]
    pub fn missing_scopes(&self) -> Option<Vec<&str>> {
        let named = self.0.details.iter().find(|(field, _)| *field == "scope");
        let scopes = named.filter(|_| self.0.code == Some(INSUFFICIENT_SCOPE))?.1.as_array()?;
        Some(scopes.iter().filter_map(Value::as_str).collect())
    }

    /// Returns the hint, if set.
    #[must_use]
    pub fn hint_text(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.message)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|cause| cause as _)
    }
}
