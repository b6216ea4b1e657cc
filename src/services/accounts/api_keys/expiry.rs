//! Expiry of API keys.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::app::state::AppState;
use crate::clock;
use crate::error::{Error, Result};
use crate::services::accounts::field_errors::invalid_field_error;

/// Default lifetime of a key, days.
pub const DEFAULT_DAYS: u32 = 90;
/// Maximum lifetime of a key, days; `never` must be requested explicitly.
pub const MAX_DAYS: u32 = 3650;

/// Expiry of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExpiry {
    /// After this many days.
    Days(u32),
    /// At this instant.
    At(Timestamp),
    /// Never.
    Never,
}

impl Default for KeyExpiry {
    fn default() -> Self {
        Self::Days(DEFAULT_DAYS)
    }
}

impl KeyExpiry {
    /// Parses a lifetime of 1 to [`MAX_DAYS`] days.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn from_days(days: i64) -> Result<Self> {
        match u32::try_from(days) {
            Ok(days) if (1..=MAX_DAYS).contains(&days) => Ok(Self::Days(days)),
            _ => Err(invalid_expiry(format!("a key's lifetime is 1 to {MAX_DAYS} days"))),
        }
    }

    /// Parses a date (the key expires at its last second in UTC), a timestamp, or `never`.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn parse_instant(text: &str) -> Result<Self> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let last_second = |date: Date| date.at(23, 59, 59, 0).to_zoned(TimeZone::UTC).map(|end| end.timestamp());
        let instant = text.parse::<Timestamp>().or_else(|_| text.parse::<Date>().and_then(last_second));
        let message = "expires_at must be a date, YYYY-MM-DD, a timestamp, or `never`";
        instant.map(Self::At).map_err(|_| invalid_expiry(message))
    }

    /// Returns the expiry as an account timestamp.
    pub(super) fn expires_at(self, app: &AppState) -> Result<Option<String>> {
        let latest = app.clock.now() + SignedDuration::from_hours(24 * i64::from(MAX_DAYS));
        match self {
            Self::Never => Ok(None),
            Self::Days(days) => Ok(Some(app.timestamp_in(SignedDuration::from_hours(24 * i64::from(days))))),
            Self::At(instant) if instant <= app.clock.now() => Err(invalid_expiry("expires_at is in the past")),
            Self::At(instant) if instant > latest => {
                Err(invalid_expiry(format!("a key's lifetime is at most {MAX_DAYS} days")))
            }
            Self::At(instant) => Ok(Some(clock::format_timestamp(instant))),
        }
    }
}

fn invalid_expiry(message: impl Into<String>) -> Error {
    invalid_field_error(message, "the default lifetime is 90 days")
}

impl std::str::FromStr for KeyExpiry {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let days = text.strip_suffix('d').unwrap_or(text).parse().ok().and_then(|days| Self::from_days(days).ok());
        days.ok_or_else(|| Error::invalid("an expiry must be a number of days such as 90d, up to 3650d, or `never`"))
    }
}
