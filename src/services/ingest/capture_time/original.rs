//! Creation time of the sealed original of an upload.

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::services::ingest::capture_time::bounded_reader::RewindableStream;
use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::format_detection::read_capture_time;
use crate::services::ingest::reading_cache;
use crate::storage::notebook::uploads::UploadFile;

/// Reads the creation time of an original; `None` without one, and for a file that cannot be read, which its reader
/// reports.
pub(crate) async fn read_original(ctx: &Ctx, file: &UploadFile) -> Option<CaptureStamp> {
    let open = reading_cache::original_opener(ctx, file).await.ok()?;
    let (length, now) = (file.plain_bytes, ctx.app.clock.now());
    let read = run_blocking(move || Ok(read_capture_time(RewindableStream::new(open, length), now))).await;
    read.inspect_err(|error| tracing::warn!("the creation time of an original could not be read: {error:?}")).ok()?
}
