//! Dates as people type them on flags: resolved here, so that services get canonical dates only.

use journal::app::context::Ctx;
use journal::domain::date_range::DateRange;
use journal::domain::date_reader;
use journal::error::{Error, Result};

/// Returns a day that was typed, such as `yesterday` or `5 March 2024`, as `YYYY-MM-DD`.
///
/// # Errors
/// `Invalid` for text that is no day, and for a range of days.
pub fn parse_day(ctx: &Ctx, typed: Option<&str>) -> Result<Option<String>> {
    let parse = |text: &str| {
        let range = date_reader::parse_user_date(text, ctx.app.clock.now(), ctx.calendar())?;
        range.single_day().map(|day| day.to_string()).ok_or_else(|| {
            Error::invalid(format!("{text} is more than one day"))
                .hint("name a single day, such as 2026-05-12 or yesterday")
        })
    };
    typed.map(parse).transpose()
}

/// Resolves the ends of a range: the first day of what was typed on `--from`, the last day of what was typed on `--to`.
///
/// # Errors
/// `Invalid` for text that is no date.
pub fn resolve_range(ctx: &Ctx, typed: &DateRange) -> Result<DateRange> {
    let read = |text: &str| date_reader::parse_user_date(text, ctx.app.clock.now(), ctx.calendar());
    Ok(DateRange {
        from: typed.from.as_deref().map(read).transpose()?.map(|range| range.first.to_string()),
        to: typed.to.as_deref().map(read).transpose()?.map(|range| range.last.to_string()),
    })
}
