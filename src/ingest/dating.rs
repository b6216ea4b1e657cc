//! The day of what was read or heard: as it came, as the text says, as its weekday allows.

use jiff::civil::Date;

use crate::config::runtime::Runtime;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::ingest::dates::Found;
use crate::ingest::dates::in_text;
use crate::ingest::heading;
use crate::ingest::parsed;
use crate::ingest::repair;
use crate::ingest::repair::Checked;
use crate::ingest::uploads::Claimed;

/// Dates an upload by its text: the date that came with it gives way to one found at the text's head, and that to one
/// that a model sees in its opening words.
///
/// # Errors
/// `Invalid` when the date that came with the upload is none.
pub(super) async fn settle(ctx: &Ctx, upload: &Claimed, runtime: &Runtime, text: &str) -> Result<Checked> {
    let (today, bounds) = (ctx.app.clock.today(), ctx.app.bounds());
    let came: Date = parsed(upload.date.as_deref())?.unwrap_or(today);
    let guess = match in_text(text, today, &bounds) {
        Found::Date(date) | Found::OutOfRange(date) => date,
        Found::None => came,
    };
    let date = heading::date(ctx, upload.job, runtime, text, guess).await.unwrap_or(guess);
    Ok(repair::check(date, text, &bounds))
}
