//! Time comes in through the door: services ask a [`Clock`], tests pass a fixed one.

use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::Date;

/// Tells the instant and the local calendar day.
pub trait Clock: Debug + Send + Sync {
    /// Returns the present instant.
    fn now(&self) -> Timestamp;

    /// Returns today's date in the local time zone.
    fn today(&self) -> Date;
}

/// The machine's clock and time zone.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "the one owner of the machine's time")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn today(&self) -> Date {
        jiff::Zoned::now().date()
    }
}

/// A clock that stands still, for repeatable runs.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn today(&self) -> Date {
        self.0.to_zoned(jiff::tz::TimeZone::UTC).date()
    }
}

/// Writes an instant as the contract's account timestamp, `YYYY-MM-DDTHH:MM:SSZ`.
#[must_use]
pub fn stamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
