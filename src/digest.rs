//! What a week came to: what was written, the moods, the people, and the same days in earlier years.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::day;
use crate::model::digest::Digest;
use crate::model::digest::Highlight;
use crate::model::digest::MoodOfWeek;
use crate::model::digest::Numbers;
use crate::model::digest::Streaks;
use crate::model::digest::Week;
use crate::model::scope::Scope;
use crate::model::within::Within;
use crate::notifications;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::digest;
use crate::storage::notebook::stats;

/// Most people, and most entries of earlier years, that are named.
const MOST: usize = 10;

/// Returns the week of a day; this one without.
///
/// # Errors
/// `Invalid` for what is no date.
pub fn week_of(ctx: &Ctx, date: Option<&str>) -> Result<Week> {
    Ok(Week::of(date.map(day::parse).transpose()?.unwrap_or_else(|| ctx.app.clock.today())))
}

/// Tells what a week came to.
///
/// # Errors
/// `Forbidden` for a key that reaches only a part of the journal.
pub async fn of(ctx: &Ctx, week: Week) -> Result<Digest> {
    let today = ctx.app.clock.today();
    let digest = ctx.read(Scope::EntriesRead, move |db| told(db, week, today)).await?;
    ctx.count(Read::List, digest.on_this_day.len());
    Ok(digest)
}

/// Tells what a week came to in numbers, without a word of the journal.
///
/// # Errors
/// As [`of`].
pub async fn numbers(ctx: &Ctx, week: Week) -> Result<Numbers> {
    let today = ctx.app.clock.today();
    ctx.read(Scope::EntriesRead, move |db| told(db, week, today)).await.map(|digest| digest.numbers)
}

/// Sends the caller the numbers of a week over each of their ways, and returns the ways.
///
/// # Errors
/// As [`notifications::send_digest`].
pub async fn notify(ctx: &Ctx, week: Week) -> Result<Vec<&'static str>> {
    notifications::send_digest(ctx, &numbers(ctx, week).await?).await
}

fn told(db: &NotebookDb<'_>, week: Week, today: Date) -> Result<Digest> {
    let ends = |week: Week| (week.first().to_string(), week.last().to_string());
    let ((from, to), earlier) = (ends(week), ends(week.before()));
    let all = Within::default();
    let moods = with_change(digest::moods(db, &from, &to)?, &digest::moods(db, &earlier.0, &earlier.1)?);
    let mut people = digest::people(db, &from, &to)?;
    let mut on_this_day = highlights(db, &all, week)?;
    let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let numbers = Numbers {
        week: week.name(),
        written: digest::written(db, &from, &to)?,
        before: digest::written(db, &earlier.0, &earlier.1)?,
        streaks: Streaks::of(&stats::days(db, &all)?, today.min(week.last())),
        mood_dimensions: count(moods.len()),
        people_mentioned: count(people.len()),
        entries_in_earlier_years: count(on_this_day.len()),
        from,
        to,
    };
    people.truncate(MOST);
    on_this_day.truncate(MOST);
    Ok(Digest { numbers, moods, people, on_this_day })
}

fn with_change(moods: Vec<MoodOfWeek>, before: &[MoodOfWeek]) -> Vec<MoodOfWeek> {
    let two_decimals = |value: f64| (value * 100.0).round() / 100.0;
    let told = |mood: MoodOfWeek| {
        let before = before.iter().find(|other| other.dimension == mood.dimension);
        let change = before.map(|before| two_decimals(mood.average - before.average));
        MoodOfWeek { average: two_decimals(mood.average), change, ..mood }
    };
    moods.into_iter().map(told).collect()
}

/// Returns the entries of the week's days in earlier years, the latest first.
fn highlights(db: &NotebookDb<'_>, all: &Within, week: Week) -> Result<Vec<Highlight>> {
    let mut found = Vec::new();
    for offset in 0..7 {
        let day = week.first().saturating_add(i64::from(offset).days());
        for year in entries::earlier_years(db, all, day)? {
            found.extend(year.items.into_iter().map(|item| Highlight {
                entry_id: item.id,
                entry_date: item.entry_date,
                preview: item.title.unwrap_or(item.preview),
            }));
        }
    }
    // The 28th and the 29th of February may both have shown it.
    found.sort_unstable_by(|a, b| (&b.entry_date, b.entry_id.0).cmp(&(&a.entry_date, a.entry_id.0)));
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests;
