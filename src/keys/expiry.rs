//! How long a key lives.

use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::clock;
use crate::error::Error;
use crate::error::Result;

/// Days a key lives unless it says otherwise.
pub const DEFAULT_DAYS: u32 = 90;
/// Most days that may be asked for; `never` has to be typed.
pub const MAX_DAYS: u32 = 3650;

/// When a key stops working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// After this many days.
    Days(u32),
    /// At this instant.
    At(Timestamp),
    /// Never.
    Never,
}

impl Default for Expiry {
    fn default() -> Self {
        Self::Days(DEFAULT_DAYS)
    }
}

impl Expiry {
    /// Reads a number of days from 1 to [`MAX_DAYS`].
    ///
    /// # Errors
    /// `Invalid`.
    pub fn days(days: i64) -> Result<Self> {
        match u32::try_from(days) {
            Ok(days) if (1..=MAX_DAYS).contains(&days) => Ok(Self::Days(days)),
            _ => Err(unfit(format!("a key lives 1 to {MAX_DAYS} days"))),
        }
    }

    /// Reads a date, whose last second in UTC is meant, a timestamp, or `never`.
    ///
    /// # Errors
    /// `Invalid`.
    pub fn at(text: &str) -> Result<Self> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let last_second = |date: Date| date.at(23, 59, 59, 0).to_zoned(TimeZone::UTC).map(|end| end.timestamp());
        let instant = text.parse::<Timestamp>().or_else(|_| text.parse::<Date>().and_then(last_second));
        instant.map(Self::At).map_err(|_| unfit("expires_at is a date, YYYY-MM-DD, a timestamp, or `never`".to_owned()))
    }

    /// Returns the instant as an account timestamp.
    pub(super) fn instant(self, app: &App) -> Result<Option<String>> {
        let latest = app.clock.now() + SignedDuration::from_hours(24 * i64::from(MAX_DAYS));
        match self {
            Self::Never => Ok(None),
            Self::Days(days) => Ok(Some(app.stamp_in(SignedDuration::from_hours(24 * i64::from(days))))),
            Self::At(instant) if instant <= app.clock.now() => Err(unfit("expires_at is over".to_owned())),
            Self::At(instant) if instant > latest => Err(unfit(format!("a key lives at most {MAX_DAYS} days"))),
            Self::At(instant) => Ok(Some(clock::stamp(instant))),
        }
    }
}

fn unfit(why: String) -> Error {
    Error::invalid(why).code("invalid_field").hint("without an expiry a key lives 90 days")
}

impl std::str::FromStr for Expiry {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "never" {
            return Ok(Self::Never);
        }
        let days = text.strip_suffix('d').unwrap_or(text).parse().ok().and_then(|days| Self::days(days).ok());
        days.ok_or_else(|| Error::invalid("an expiry is a number of days such as 90d, up to 3650d, or `never`"))
    }
}
