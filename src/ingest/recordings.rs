//! Recordings become one entry.

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::Draft;
use crate::ingest::uploads::Claimed;
use crate::ingest::uploads::Report;

/// Writes the recordings of an upload down and makes a draft of them; those that an earlier attempt heard are not heard again.
///
/// # Errors
/// `Conflict` naming the recording whose bytes the notebook has already; `Invalid` for what is no recording or has no words;
/// and what the transcriber says.
#[expect(clippy::unused_async, reason = "skeleton")]
pub(crate) async fn draft(_ctx: &Ctx, _upload: &Claimed, _report: &dyn Report) -> Result<Draft> {
    Err(Error::conflict("recordings are not taken"))
}
