//! Photo preparation for OCR, decoded in a sandboxed child process.
//!
//! Image decoders are the main target of malicious files. The program therefore starts itself as
//! `journal decode-image`, writes the bytes to a pipe and reads a JPEG back; [`sandbox_child`] describes the sandbox.

mod decode_error;
mod heif;
pub(crate) mod sandbox_child;
mod transform;

use tokio::sync::Semaphore;

use crate::blocking::run_blocking;
use crate::error::{Error, Result};
use crate::net::transport::StreamFactory;
use crate::providers::imaging::sandbox_child::DecodePurpose;
use crate::providers::ocr::page::PagePhoto;

/// Allows one decoder at a time: a photograph of 100 megapixels takes about 400 MB while it is decoded.
static DECODER: Semaphore = Semaphore::const_new(1);

/// Converts a photograph to an upright JPEG without metadata, of at most 10 MiB. It is opened once the decoder is free
/// and streamed to it.
///
/// With `clean`, it is also cropped to the ink, scaled down, and its contrast stretched.
///
/// # Errors
/// `Invalid` for a file that is no image, is damaged or has too many pixels; `Conflict` if a decoder is not installed.
pub(crate) async fn prepare(photograph: StreamFactory, clean: bool) -> Result<PagePhoto> {
    let bytes = run_decoder(if clean { DecodePurpose::Clean } else { DecodePurpose::Upright }, photograph).await?;
    Ok(PagePhoto { bytes, media_type: "image/jpeg" })
}

/// Checks that [`prepare`] accepts a photograph.
///
/// # Errors
/// As [`prepare`].
pub(crate) async fn check(photograph: StreamFactory) -> Result<()> {
    run_decoder(DecodePurpose::Check, photograph).await.map(drop)
}

async fn run_decoder(purpose: DecodePurpose, photograph: StreamFactory) -> Result<Vec<u8>> {
    let _permit = DECODER.acquire().await.map_err(|error| Error::internal("waiting for the decoder", error))?;
    let photograph = run_blocking(move || photograph()).await?;
    decode_in_child(purpose, photograph).await
}

#[cfg(not(test))]
use sandbox_parent::decode_in_child;

/// Decodes in process: library tests have no program to start.
#[cfg(test)]
async fn decode_in_child(purpose: DecodePurpose, mut photograph: Box<dyn std::io::Read + Send>) -> Result<Vec<u8>> {
    run_blocking(move || {
        let mut bytes = Vec::new();
        photograph.read_to_end(&mut bytes).map_err(|error| Error::internal("reading a photograph", error))?;
        sandbox_child::decode(purpose, bytes).map_err(Error::from)
    })
    .await
}

#[cfg_attr(test, expect(dead_code, reason = "library tests have no program to start"))]
mod sandbox_parent;
