//! Days that a query names.

use jiff::Timestamp;

use crate::domain::calendar::JournalCalendar;
use crate::domain::date_reader;
use crate::domain::search_query::QueryDays;

/// Reads a day or a range of days, such as `2026-05-12`, `5 March 2024`, `yesterday`, `last week` or `2026-03`; `None` for any
/// other text.
pub(super) fn read_days(text: &str, now: Timestamp, calendar: &JournalCalendar) -> Option<QueryDays> {
    let span = date_reader::read_user_date(text, now, calendar)?;
    Some(QueryDays { first: span.first, last: span.last })
}
