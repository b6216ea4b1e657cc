//! Resolves the date of an upload from its text, the names of its files, their capture time and the date sent with it.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::config::runtime::RuntimeSettings;
use crate::domain::entry_date::{self, DateOrigin};
use crate::error::Result;
use crate::services::ingest::dating::{
    CaptureTime, DateEvidence, DateFallback, DateMatch, DatingOutcome, date_in_text, determine_date,
};
use crate::services::ingest::uploads::UploadJob;
use crate::services::ingest::weekday_check::{self, CheckedDate};
use crate::services::ingest::{capture_time, llm_date_heading};
use crate::storage::notebook::entries::EntryDating;

/// Date of an upload.
pub(super) struct ResolvedDate {
    pub(super) checked: CheckedDate,
    pub(super) dating: EntryDating<'static>,
}

/// Determines an upload's date, and checks it against the weekday.
///
/// Order: the date given for the entry; a date at the top of the text, which the model may recognise; the name of the first
/// file; its capture time; another date in the text; the date sent with the upload; today, as a guess. A page's own date
/// precedes those of the photograph, which may be made years after the page was written.
///
/// # Errors
/// `Invalid` when the date sent with the upload is malformed.
pub(super) async fn resolve_date(
    ctx: &Ctx,
    upload: &UploadJob,
    runtime: &RuntimeSettings,
    text: &str,
) -> Result<ResolvedDate> {
    let (today, bounds) = (ctx.today(), ctx.app.entry_date_bounds());
    let sent = entry_date::parse_optional(upload.date.as_deref())?;
    if let Some(date) = sent.filter(|_| upload.is_date_explicit) {
        let confirmed = bounds.contains(date);
        let dating = EntryDating { minute: None, guessed: false, origin: DateOrigin::Flag.name() };
        return Ok(ResolvedDate { checked: CheckedDate { date, confirmed, uncertain_span: None }, dating });
    }
    let by_text = date_in_text(text, today, bounds, ctx.calendar());
    let captured = match upload.files.first() {
        Some(file) => capture_time::read_original(ctx, file).await,
        None => None,
    };
    let found = choose(ctx, upload, (text, by_text), captured, sent)?;
    let is_undated = found.origin == DateOrigin::Today;
    let guess = match (by_text, sent) {
        (DateMatch::OutOfRange(date), _) if found.origin != DateOrigin::FileName => date,
        // Out of bounds; the entry keeps it, unconfirmed.
        (_, Some(sent)) if is_undated => sent,
        _ => found.date,
    };
    let by_model = llm_date_heading::detect_date_heading(ctx, upload.job, runtime, text, guess).await;
    let checked = weekday_check::check_weekday(by_model.unwrap_or(guess), text, bounds);
    let (origin, guessed) =
        if by_model.is_some() { (DateOrigin::Heading, false) } else { (found.origin, found.guessed) };
    let minute = found.minute.filter(|_| checked.date == found.date && origin != DateOrigin::Today);
    Ok(ResolvedDate { checked, dating: EntryDating { minute, guessed, origin: origin.name() } })
}

fn choose(
    ctx: &Ctx,
    upload: &UploadJob,
    (text, by_text): (&str, DateMatch),
    captured: Option<CaptureTime>,
    sent: Option<Date>,
) -> Result<DatingOutcome> {
    let bounds = ctx.app.entry_date_bounds();
    let evidence = DateEvidence {
        explicit: None,
        front_matter: &[],
        path: "",
        metadata: None,
        text: if matches!(by_text, DateMatch::Date(_)) { text } else { "" },
        fallback: sent
            .filter(|date| bounds.contains(*date))
            .map_or(DateFallback::Today { guessed: true }, DateFallback::Sent),
        now: ctx.app.clock.now(),
        bounds,
        calendar: ctx.calendar(),
    };
    let by_text = determine_date(&evidence)?;
    if by_text.origin == DateOrigin::Heading {
        return Ok(by_text);
    }
    let name = upload.files.first().map_or("", |file| file.name.as_str());
    determine_date(&DateEvidence { path: name, metadata: captured, ..evidence })
}
