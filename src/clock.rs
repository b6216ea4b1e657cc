//! Injected time source.

use std::fmt::Debug;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Source of the current time and the local calendar date.
pub trait Clock: Debug + Send + Sync {
    /// Returns the current time.
    fn now(&self) -> Timestamp;

    /// Returns the local time zone.
    fn zone(&self) -> TimeZone;

    /// Returns today's date in the local time zone.
    fn today(&self) -> Date {
        self.now().to_zoned(self.zone()).date()
    }
}

/// System clock and time zone.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "the one owner of the machine's time")]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::system()
    }
}

/// Clock with a constant time, for repeatable runs.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn zone(&self) -> TimeZone {
        TimeZone::UTC
    }
}

/// Formats an instant as the contract's account timestamp, `YYYY-MM-DDTHH:MM:SSZ`.
#[must_use]
pub fn format_timestamp(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
