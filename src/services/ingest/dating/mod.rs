//! Dating of entries: the day, the time and the certainty of what is written, imported or photographed.
//!
//! Evidence in order of precedence: the explicit date, front matter, the name of the file and its folders, the capture
//! time of a photograph or recording, a dated heading at the top, other dates in the text, the fallback.

mod evidence;

pub use crate::services::ingest::dating::evidence::{
    CaptureTime, DateEvidence, DateFallback, DatingNote, DatingOutcome,
};

use crate::domain::entry_date::DateOrigin;
use crate::error::Result;

/// Determines the date of an entry.
///
/// # Errors
/// `Invalid` if the date is out of bounds.
pub fn determine_date(evidence: &DateEvidence<'_>) -> Result<DatingOutcome> {
    if let Some(date) = evidence.explicit {
        let date = evidence.bounds.check(date)?;
        return Ok(DatingOutcome { date, minute: None, origin: DateOrigin::Flag, guessed: false, note: None });
    }
    let (today, minute) = evidence.calendar.day_of(evidence.now);
    let (date, minute, origin, guessed) = match evidence.fallback {
        DateFallback::FileTime(at) => {
            let (date, minute) = evidence.calendar.day_of(at);
            (date, Some(minute), DateOrigin::FileTime, true)
        }
        DateFallback::Sent(date) => (date, None, DateOrigin::Flag, false),
        DateFallback::Today { guessed } => (today, Some(minute), DateOrigin::Today, guessed),
    };
    Ok(DatingOutcome { date: evidence.bounds.check(date)?, minute, origin, guessed, note: None })
}
