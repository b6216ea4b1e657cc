//! Entries of the same day in earlier years.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::digest::{EarlierYear, OnThisDay};
use crate::domain::entry_date;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::services::entries::query_timing::record_duration;
use crate::storage::notebook::{NotebookDb, entry_list, stats};

/// Maximum entries per day.
const MAX_ENTRIES_PER_DAY: i64 = 20;
/// Maximum number of years; bounds the response.
const MAX_YEARS: usize = 200;

impl CountsEntries for OnThisDay {
    fn entries(&self) -> usize {
        self.years.iter().map(|year| year.items.len()).sum()
    }
}

/// Returns the entries of this day in earlier years, today's by default. Entries with an uncertain date are excluded.
///
/// # Errors
/// `Invalid` for a malformed date.
pub async fn today(ctx: &Ctx, date: Option<&str>) -> Result<OnThisDay> {
    let date = date.map(entry_date::parse).transpose()?.unwrap_or_else(|| ctx.today());
    ctx.read_restricted(Scope::EntriesRead, ReadKind::List, move |db, within| {
        let years = record_duration(db, "today", || earlier_years(db, within, date))?;
        Ok(OnThisDay { date: date.to_string(), years })
    })
    .await
}

/// Returns the entries of this day in earlier years, latest year first.
pub(crate) fn earlier_years(db: &NotebookDb<'_>, within: &AccessFilter, date: Date) -> Result<Vec<EarlierYear>> {
    let days = stats::list_earlier_days(db, within, date, &candidate_month_days(date))?;
    let days = days.into_iter().filter(|day| is_same_day_of_year(*day, date)).take(MAX_YEARS);
    days.map(|day| {
        let text = day.to_string();
        let mut page =
            entry_list::list(db, &within.narrowed_to_dates(Some(&text), Some(&text)), MAX_ENTRIES_PER_DAY, 0)?;
        let found = page.items.len();
        page.items.retain(|item| item.date_confirmed);
        let doubtful = i64::try_from(found - page.items.len()).unwrap_or_default();
        let (items, total) = (page.items, page.total - doubtful);
        Ok(EarlierYear { date: text, years_ago: i64::from(date.year()) - i64::from(day.year()), items, total })
    })
    .collect()
}

/// Returns the `MM-DD` values that may match in another year.
fn candidate_month_days(date: Date) -> Vec<String> {
    let days = if date.month() == 2 && date.day() >= 28 { vec![28, 29] } else { vec![date.day()] };
    days.into_iter().map(|day| format!("{:02}-{day:02}", date.month())).collect()
}

/// Returns whether a day of another year matches. 29 February matches 28 February of a common year, in both directions.
fn is_same_day_of_year(day: Date, date: Date) -> bool {
    if day.year() == date.year() || day.month() != date.month() {
        return false;
    }
    let is_last_of_february = |day: Date| day.month() == 2 && day.day() == day.days_in_month();
    day.day() == date.day()
        || (is_last_of_february(day) && is_last_of_february(date) && day.in_leap_year() != date.in_leap_year())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn february_29_matches_february_28_in_common_years() {
        let cases = [
            (date(2024, 2, 29), date(2023, 2, 28), true),
            (date(2024, 2, 29), date(2020, 2, 29), true),
            (date(2024, 2, 29), date(2020, 2, 28), false),
            (date(2023, 2, 28), date(2020, 2, 29), true),
            (date(2023, 2, 28), date(2020, 2, 28), true),
            (date(2024, 2, 28), date(2020, 2, 29), false),
            (date(2024, 2, 28), date(2023, 2, 28), true),
            (date(2026, 5, 12), date(2025, 5, 12), true),
            (date(2026, 5, 12), date(2025, 4, 12), false),
            (date(2026, 5, 12), date(2026, 5, 12), false),
        ];
        for (day, earlier, same) in cases {
            let offered = candidate_month_days(day).contains(&earlier.to_string()[5..].to_owned());

            assert_eq!(offered && is_same_day_of_year(earlier, day), same, "{day} and {earlier}");
        }
    }
}
