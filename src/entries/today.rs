//! This day in earlier years.

use jiff::civil::Date;

use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::entries::timed;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::day;
use crate::model::digest::EarlierYear;
use crate::model::digest::Today;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entries;
use crate::storage::notebook::stats;

/// Most entries shown of one day.
const OF_A_DAY: i64 = 20;
/// Most days: nobody keeps a journal for longer.
const DAYS: usize = 200;

impl HandsOut for Today {
    fn entries(&self) -> usize {
        self.years.iter().map(|year| year.items.len()).sum()
    }
}

/// Returns what was written on this day in earlier years; on today's without a date. Entries whose date is in doubt are left
/// out.
///
/// # Errors
/// `Invalid` for what is no date.
pub async fn today(ctx: &Ctx, date: Option<&str>) -> Result<Today> {
    let date = date.map(day::parse).transpose()?.unwrap_or_else(|| ctx.app.clock.today());
    ctx.read_within(Scope::EntriesRead, Read::List, move |db, within| {
        let years = timed(db, "today", || earlier_years(db, within, date))?;
        Ok(Today { date: date.to_string(), years })
    })
    .await
}

/// Returns the entries of this day in earlier years, latest year first.
pub(crate) fn earlier_years(db: &NotebookDb<'_>, within: &Within, date: Date) -> Result<Vec<EarlierYear>> {
    let days = stats::earlier_days(db, within, date, &written(date))?;
    let days = days.into_iter().filter(|day| is_same(*day, date)).take(DAYS);
    days.map(|day| {
        let text = day.to_string();
        let page = entries::list(db, &within.between(Some(&text), Some(&text)), OF_A_DAY, 0)?;
        let total = page.total;
        let items: Vec<_> = page.items.into_iter().filter(|item| item.date_confirmed).collect();
        Ok(EarlierYear { date: text, years_ago: i64::from(date.year()) - i64::from(day.year()), items, total })
    })
    .collect()
}

/// Returns the `MM-DD` that may be this day in another year.
fn written(date: Date) -> Vec<String> {
    let days = if date.month() == 2 && date.day() >= 28 { vec![28, 29] } else { vec![date.day()] };
    days.into_iter().map(|day| format!("{:02}-{day:02}", date.month())).collect()
}

/// Tells whether a day of an earlier year is this one. The 29th of February is the 28th where there is none, in both directions.
fn is_same(day: Date, date: Date) -> bool {
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
    fn the_29th_of_february_is_the_28th_where_there_is_none() {
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
            let offered = written(day).contains(&earlier.to_string()[5..].to_owned());

            assert_eq!(offered && is_same(earlier, day), same, "{day} and {earlier}");
        }
    }
}
