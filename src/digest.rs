//! Weekly digest: writing, moods, people, and the same days in earlier years.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::digest::{DigestCounts, DigestHighlight, IsoWeek, WeeklyDigest, WeeklyMood};
use crate::domain::entry_date;
use crate::domain::scope::Scope;
use crate::domain::writing_streaks::WritingStreaks;
use crate::error::Result;
use crate::services::{entries, notifications};
use crate::storage::notebook::{NotebookDb, digest, stats};

/// Maximum number of people, and of entries of earlier years, in a digest.
const MAX_ITEMS: usize = 10;

/// Returns the week of a date, or the current week.
///
/// # Errors
/// `Invalid` for an invalid date.
pub fn week_of(ctx: &Ctx, date: Option<&str>) -> Result<IsoWeek> {
    Ok(IsoWeek::containing(date.map(entry_date::parse).transpose()?.unwrap_or_else(|| ctx.today())))
}

/// Returns the digest of a week.
///
/// # Errors
/// `Forbidden` for a key that is limited to a part of the journal.
pub async fn digest_of_week(ctx: &Ctx, week: IsoWeek) -> Result<WeeklyDigest> {
    let today = ctx.today();
    let digest = ctx.read(Scope::EntriesRead, move |db| build_digest(db, week, today)).await?;
    ctx.record_read(ReadKind::List, digest.on_this_day.len());
    Ok(digest)
}

/// Returns the numbers of a week's digest, without any text of the journal.
///
/// # Errors
/// As [`digest_of_week`].
pub async fn numbers(ctx: &Ctx, week: IsoWeek) -> Result<DigestCounts> {
    let today = ctx.today();
    ctx.read(Scope::EntriesRead, move |db| build_digest(db, week, today)).await.map(|digest| digest.numbers)
}

/// Sends the numbers of a week over each of the caller's notification channels; returns the channels.
///
/// # Errors
/// As [`notifications::send_digest`].
pub async fn send_notification(ctx: &Ctx, week: IsoWeek) -> Result<Vec<&'static str>> {
    notifications::send_digest(ctx, &numbers(ctx, week).await?).await
}

fn build_digest(db: &NotebookDb<'_>, week: IsoWeek, today: Date) -> Result<WeeklyDigest> {
    let ends = |week: IsoWeek| (week.monday().to_string(), week.sunday().to_string());
    let ((from, to), earlier) = (ends(week), ends(week.previous()));
    let all = AccessFilter::default();
    let moods =
        with_change(digest::average_moods(db, &from, &to)?, &digest::average_moods(db, &earlier.0, &earlier.1)?);
    let mut people = digest::mentioned_people(db, &from, &to)?;
    let mut on_this_day = highlights(db, &all, week)?;
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let numbers = DigestCounts {
        week: week.name(),
        written: digest::writing_totals(db, &from, &to)?,
        before: digest::writing_totals(db, &earlier.0, &earlier.1)?,
        streaks: WritingStreaks::from_days(&stats::list_days(db, &all)?, today.min(week.sunday())),
        mood_dimensions: count(moods.len()),
        people_mentioned: count(people.len()),
        entries_in_earlier_years: count(on_this_day.len()),
        from,
        to,
    };
    people.truncate(MAX_ITEMS);
    on_this_day.truncate(MAX_ITEMS);
    Ok(WeeklyDigest { numbers, moods, people, on_this_day })
}

fn with_change(moods: Vec<WeeklyMood>, before: &[WeeklyMood]) -> Vec<WeeklyMood> {
    let two_decimals = |value: f64| (value * 100.0).round() / 100.0;
    let rounded = |mood: WeeklyMood| {
        let before = before.iter().find(|other| other.dimension == mood.dimension);
        let change = before.map(|before| two_decimals(mood.average - before.average));
        WeeklyMood { average: two_decimals(mood.average), change, ..mood }
    };
    moods.into_iter().map(rounded).collect()
}

/// Returns the entries of the week's days in earlier years, latest first.
fn highlights(db: &NotebookDb<'_>, all: &AccessFilter, week: IsoWeek) -> Result<Vec<DigestHighlight>> {
    let mut found = Vec::new();
    for offset in 0..7 {
        let day = week.monday().saturating_add(i64::from(offset).days());
        for year in entries::earlier_years(db, all, day)? {
            found.extend(year.items.into_iter().map(|item| DigestHighlight {
                entry_id: item.id,
                entry_date: item.entry_date,
                preview: item.title.unwrap_or(item.preview),
            }));
        }
    }
    // An entry of 29 February may be found for both 28 and 29 February.
    found.sort_unstable_by(|a, b| (&b.entry_date, b.entry_id.0).cmp(&(&a.entry_date, a.entry_id.0)));
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests;
