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
use crate::net::wire::Opener;
use crate::providers::imaging::child::Purpose;
use crate::providers::ocr::Photo;

/// Most bytes of a photograph, before and after.
pub(crate) const MAX_BYTES: usize = 10 << 20;

/// One at a time: a photograph of 100 megapixels takes some 400 MB while it is decoded.
static TURN: Semaphore = Semaphore::const_new(1);

/// Makes of a photograph what is sent to a reader: right way up, without anything but the picture, at most 10 MiB. It is
/// opened when it is its turn, and passed on piece by piece.
///
/// `clean` crops to the ink, scales down and stretches the contrast as well.
///
/// # Errors
/// `Invalid` for what is no picture, is broken, or has too many pixels; `Conflict` where a program is missing.
pub(crate) async fn prepare(photograph: Opener, clean: bool) -> Result<Photo> {
    let bytes = decoded(if clean { Purpose::Clean } else { Purpose::Upright }, photograph).await?;
    Ok(Photo { bytes, media_type: "image/jpeg" })
}

/// Makes sure that something is a photograph which [`prepare`] will take.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn check(photograph: Opener) -> Result<()> {
    decoded(Purpose::Check, photograph).await.map(drop)
}

async fn decoded(purpose: Purpose, photograph: Opener) -> Result<Vec<u8>> {
    let _turn = TURN.acquire().await.map_err(|error| Error::internal("waiting for the decoder", error))?;
    let photograph = blocking(move || photograph()).await?;
    work(purpose, photograph).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::internal("reading a photograph", error))?
}

#[cfg(not(test))]
use process::work;

/// In tests of the library there is no program to start.
#[cfg(test)]
async fn work(purpose: Purpose, mut photograph: Box<dyn std::io::Read + Send>) -> Result<Vec<u8>> {
    blocking(move || {
        let mut bytes = Vec::new();
        photograph.read_to_end(&mut bytes).map_err(|error| Error::internal("reading a photograph", error))?;
        child::work(purpose, bytes).map_err(Error::from)
    })
    .await
}

#[cfg_attr(test, expect(dead_code, reason = "in tests of the library there is no program to start"))]
mod process;
