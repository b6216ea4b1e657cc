//! The one error type, its eight kinds, and the one table of what each kind answers at every door.

use std::error::Error as StdError;
use std::fmt;

use serde_json::Value;

/// Shorthand for results of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The machine code of a credential whose scopes do not reach (RFC 6750, 3.1).
pub const INSUFFICIENT_SCOPE: &str = "insufficient_scope";

/// What went wrong, in the only eight ways a caller has to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A defect or a broken machine; the details go to the log, never outside.
    Internal,
    /// The request itself is wrong and would be wrong again.
    Invalid,
    /// No such thing for this caller; also the answer for what belongs to others.
    NotFound,
    /// The request is right but the present state forbids it.
    Conflict,
    /// No credential, or one that is not good; one sentence for every cause.
    Unauthenticated,
    /// A good credential that lacks the scope.
    Forbidden,
    /// Too much at once; later is fine.
    Limited,
    /// Somebody else's service failed.
    Upstream,
}

impl Kind {
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

    /// Returns the kind's stable machine name, as `--json` errors print it.
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

    /// Returns the HTTP status, where the error names no more exact one.
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

    /// Returns the machine code of an HTTP error body, where the error names no more exact one.
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

/// A failure with the sentence a person reads, the next step, and the cause the log reads.
///
/// `Display` prints the message alone. Messages are lower case, have no period and
/// never carry entry text, passwords, tokens or keys.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
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
    /// Builds an error of a kind with its sentence.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
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

    /// Builds an [`Kind::Invalid`] error.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, message)
    }

    /// Builds a [`Kind::NotFound`] error for a noun: "entry" reads "no such entry".
    pub fn not_found(noun: impl fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("no such {noun}"))
    }

    /// Builds a [`Kind::Conflict`] error.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, message)
    }

    /// Builds a [`Kind::Internal`] error from its cause.
    pub fn internal(message: impl Into<String>, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, message).caused_by(cause)
    }

    /// Adds the next step, a sentence that usually names a command.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Gives the machine code that HTTP clients branch on.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.0.code = Some(code);
        self
    }

    /// Gives a more exact HTTP status than the kind's.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Says in how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Says that the cause may pass by itself, so that the same again, later, can go well.
    #[must_use]
    pub fn passing(mut self) -> Self {
        self.0.passing = true;
        self
    }

    /// Names what it is about, in a field of its own beside the sentence. It reaches the caller, whose own it is, and no log.
    #[must_use]
    pub fn about(mut self, field: &'static str, what: impl Into<Value>) -> Self {
        self.0.details.push((field, what.into()));
        self
    }

    /// Says of which of several things the sentence speaks: "page 2: …".
    #[must_use]
    pub fn of(mut self, part: impl fmt::Display) -> Self {
        self.0.message = format!("{part}: {}", self.0.message);
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Returns the kind, which decides exit code and status.
    #[must_use]
    pub fn kind(&self) -> Kind {
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

    /// Returns the seconds after which to try again, where that is known.
    #[must_use]
    pub fn retry_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// Tells whether the same again, later, can go well.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.0.passing
    }

    /// Returns what it is about, field by field.
    #[must_use]
    pub fn details(&self) -> &[(&'static str, Value)] {
        &self.0.details
    }

    /// Says which scopes are needed, where clients branch on it: in the code, in `scope` and in `WWW-Authenticate`.
    #[must_use]
    pub fn needs(self, scopes: Vec<String>) -> Self {
        self.code(INSUFFICIENT_SCOPE).about("scope", scopes)
    }

    /// Returns the scopes that [`Self::needs`] named.
    #[must_use]
    pub fn missing_scopes(&self) -> Option<Vec<&str>> {
        let named = self.0.details.iter().find(|(field, _)| *field == "scope");
        let scopes = named.filter(|_| self.0.code == Some(INSUFFICIENT_SCOPE))?.1.as_array()?;
        Some(scopes.iter().filter_map(Value::as_str).collect())
    }

    /// Returns the next step, if one is known.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
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
