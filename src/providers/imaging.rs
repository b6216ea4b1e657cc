//! Photographs as a reader can take them: decoded in a process of its own, which may do nothing else.

use crate::error::Error;
use crate::error::Result;
use crate::providers::ocr::Photo;

/// Makes of a photograph what is sent to a reader: right way up, without anything but the picture, at most 10 MiB.
///
/// `clean` crops to the ink, scales down and stretches the contrast as well.
///
/// # Errors
/// `Invalid` for what is no picture, is broken, or has too many pixels.
#[expect(clippy::unused_async, reason = "skeleton")]
pub(crate) async fn prepare(_bytes: Vec<u8>, _clean: bool) -> Result<Photo> {
    Err(Error::invalid("no picture can be read"))
}
