//! Photographed pages become one entry.

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::ingest::Draft;
use crate::ingest::uploads::Claimed;
use crate::ingest::uploads::Report;

/// Reads the pages of an upload and makes a draft of them; pages that an earlier attempt read are not read again.
///
/// # Errors
/// `Conflict` naming the page whose bytes the notebook has already; `Invalid` for what is no picture or has no text;
/// and what the reader says.
#[expect(clippy::unused_async, reason = "skeleton")]
pub(crate) async fn draft(_ctx: &Ctx, _upload: &Claimed, _report: &dyn Report) -> Result<Draft> {
    Err(Error::conflict("photographs are not taken"))
}
