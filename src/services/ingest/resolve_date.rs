//! Resolves the date of an upload from its text, the date sent with it and the weekday check.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::config::runtime::RuntimeSettings;
use crate::error::Result;
use crate::services::ingest::date_extraction::{DateMatch, date_in_text};
use crate::services::ingest::uploads::UploadJob;
use crate::services::ingest::weekday_check::{self, CheckedDate};
use crate::services::ingest::{capture_time, llm_date_heading, parse_optional_date};

/// Determines an upload's date: a heading detected by the model, else a date in the text, else the creation time in the
/// files, else the date sent with the upload, else today; then checks it against the weekday.
///
/// # Errors
/// `Invalid` when the date sent with the upload is malformed.
pub(super) async fn resolve_date(
    ctx: &Ctx,
    upload: &UploadJob,
    runtime: &RuntimeSettings,
    text: &str,
) -> Result<CheckedDate> {
    let (today, bounds) = (ctx.app.clock.today(), ctx.app.entry_date_bounds());
    let sent: Date = parse_optional_date(upload.date.as_deref())?.unwrap_or(today);
    let guess = match date_in_text(text, today, &bounds) {
        DateMatch::Date(date) | DateMatch::OutOfRange(date) => date,
        DateMatch::None => find_capture_date(ctx, upload).await.filter(|day| bounds.contains(*day)).unwrap_or(sent),
    };
    let date = llm_date_heading::detect_date_heading(ctx, upload.job, runtime, text, guess).await.unwrap_or(guess);
    Ok(weekday_check::check_weekday(date, text, bounds))
}

/// Returns the day in the first file of an upload that states its creation time.
async fn find_capture_date(ctx: &Ctx, upload: &UploadJob) -> Option<Date> {
    for file in &upload.files {
        if let Some(found) = capture_time::read_original(ctx, file).await {
            return Some(found.to_civil(&ctx.app.clock.zone()).0);
        }
    }
    None
}
