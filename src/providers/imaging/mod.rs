//! Photographs as a reader can take them: decoded in a process of its own, which may do nothing else.
//!
//! Decoders are where a file that somebody made up does harm. So the program starts itself anew as `journal decode-image`,
//! hands it the bytes through a pipe, and takes a JPEG back; see [`child`] for what that process may not do.

pub(crate) mod child;
mod failure;
mod heif;
mod picture;

use tokio::sync::Semaphore;

use crate::error::Error;
use crate::error::Result;
use crate::providers::imaging::child::Purpose;
use crate::providers::ocr::Photo;

/// Most bytes of a photograph, before and after.
pub(crate) const MAX_BYTES: usize = 10 << 20;

/// One at a time: a photograph of 100 megapixels takes some 400 MB while it is decoded.
static TURN: Semaphore = Semaphore::const_new(1);

/// Makes of a photograph what is sent to a reader: right way up, without anything but the picture, at most 10 MiB.
///
/// `clean` crops to the ink, scales down and stretches the contrast as well.
///
/// # Errors
/// `Invalid` for what is no picture, is broken, or has too many pixels; `Conflict` where a program is missing.
pub(crate) async fn prepare(bytes: Vec<u8>, clean: bool) -> Result<Photo> {
    let purpose = if clean { Purpose::Clean } else { Purpose::Upright };
    let _turn = turn().await?;
    let bytes = decoded(purpose, bytes).await?;
    Ok(Photo { bytes, media_type: "image/jpeg" })
}

/// Makes sure that something is a photograph which [`prepare`] will take. It is loaded when it is its turn, so that those
/// who wait take no memory.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn check(load: impl FnOnce() -> Result<Vec<u8>> + Send + 'static) -> Result<()> {
    let _turn = turn().await?;
    let bytes =
        tokio::task::spawn_blocking(load).await.map_err(|error| Error::internal("loading a photograph", error))??;
    decoded(Purpose::Check, bytes).await.map(drop)
}

async fn turn() -> Result<tokio::sync::SemaphorePermit<'static>> {
    TURN.acquire().await.map_err(|error| Error::internal("waiting for the decoder", error))
}

#[cfg(not(test))]
use process::decoded;

/// In tests of the library there is no program to start.
#[cfg(test)]
async fn decoded(purpose: Purpose, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let worked = tokio::task::spawn_blocking(move || child::work(purpose, bytes)).await;
    worked.map_err(|error| Error::internal("decoding", error))?.map_err(Error::from)
}

#[cfg_attr(test, allow(dead_code, reason = "in tests of the library there is no program to start"))]
mod process;
