//! What was written for one day.

use crate::ctx::Ctx;
use crate::entries::found;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::day;
use crate::model::entry::Entry;
use crate::model::scope::Scope;
use crate::storage::notebook::entries;

/// Most entries that are returned with their texts.
pub const MAX_ON_DAY: i64 = 50;

/// The entries of a day.
#[derive(Debug)]
pub struct OnDay {
    /// As the calendar writes it.
    pub date: String,
    /// The newest of them, at most [`MAX_ON_DAY`].
    pub items: Vec<Entry>,
    /// How many there are.
    pub total: i64,
}

/// Returns the entries of a day with their texts.
///
/// # Errors
/// `Invalid` for a date that is none.
pub async fn on_day(ctx: &Ctx, date: &str) -> Result<OnDay> {
    let date = day::parse(date)?.to_string();
    ctx.read(Scope::EntriesRead, move |db| {
        let page = entries::list(db, Some(&date), Some(&date), MAX_ON_DAY, 0)?;
        let items = page.items.iter().map(|entry| found(db, entry.id)).collect::<Result<Vec<_>>>()?;
        Ok(OnDay { date, items, total: page.total })
    })
    .await
    .inspect(|day| ctx.count(Read::Entry, day.items.len()))
}
