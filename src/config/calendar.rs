//! Settings of the calendar: time zone, start of the day, notation of dates.

use jiff::tz::TimeZone;

use crate::config::environment::EnvironmentSnapshot;
use crate::config::reader::SettingsReader;
use crate::domain::calendar::{JournalCalendar, MAX_DAY_START};
use crate::error::{Error, Result};

/// Settings of the calendar.
#[derive(Debug, Clone)]
pub struct CalendarConfig {
    /// Time zone of the journal; `None` for the system's.
    zone: Option<TimeZone>,
    /// The calendar, in an arbitrary zone.
    rules: JournalCalendar,
}

impl CalendarConfig {
    /// Reads the settings; the order of dates defaults to that of the locale.
    ///
    /// # Errors
    /// `Invalid` for an unknown time zone, also in `TZ`, and for settings out of range.
    pub(super) fn from_settings(table: &SettingsReader<'_>, environment: &EnvironmentSnapshot) -> Result<Self> {
        let zone =
            table.text("entries.time_zone").map(TimeZone::get).transpose().map_err(|_| {
                table.invalid_value("entries.time_zone", "the name of a time zone, such as Europe/Berlin")
            })?;
        if zone.is_none() {
            check_system_zone(environment)?;
        }
        let locale = ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(|name| environment.text(name).ok().flatten());
        let rules = JournalCalendar::for_zone(TimeZone::UTC)
            .with_order(table.required("entries.date_order"), locale)
            .map_err(|_| table.invalid_value("entries.date_order", "auto, dmy, mdy or ymd"))?;
        let day_start = table.parse_in_range("entries.day_start", 0, MAX_DAY_START.into())?;
        let first_year = table.parse_in_range("entries.two_digit_years", 1900, 2000)?;
        let rules = JournalCalendar {
            day_start: u8::try_from(day_start).unwrap_or_default(),
            two_digit_years: i16::try_from(first_year).unwrap_or_default(),
            ..rules
        };
        Ok(Self { zone, rules })
    }

    /// Returns the calendar; `system` is the zone if none is set.
    pub(crate) fn calendar(&self, system: TimeZone) -> JournalCalendar {
        JournalCalendar { zone: self.zone.clone().unwrap_or(system), ..self.rules.clone() }
    }
}

/// Refuses an unknown name in `TZ`, which would be taken as UTC and move entries to another day.
fn check_system_zone(environment: &EnvironmentSnapshot) -> Result<()> {
    match environment.text("TZ")?.map(|name| name.trim_start_matches(':')) {
        Some(name) if !name.starts_with('/') && TimeZone::get(name).is_err() && TimeZone::posix(name).is_err() => {
            Err(Error::invalid(format!("the time zone {name} in TZ is unknown"))
                .hint("set TZ to a name such as Europe/Berlin, or set JOURNAL_TIME_ZONE"))
        }
        _ => Ok(()),
    }
}
