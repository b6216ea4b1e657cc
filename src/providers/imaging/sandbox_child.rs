//! Sandboxed child process of the decoder: sets its resource limits, then decodes.
//!
//! The child has no environment, no open files except three pipes, and no path to the journal. Before it reads a byte
//! it limits itself to [`ADDRESS_SPACE`] and [`CPU_SECONDS`]; except for HEIC it can then neither open a file nor
//! start a process.

pub use crate::providers::imaging::decode_error::PhotoDecodeError;

use std::io::Read;

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::providers::imaging::heif;
use crate::providers::imaging::transform::{self, MAX_PHOTO_BYTES};

/// Hidden subcommand that decodes a photograph.
pub const COMMAND: &str = "decode-image";

/// Maximum address space in bytes: the largest image, 100 megapixels of four 16-bit samples, has 800 MB.
const ADDRESS_SPACE: u64 = 1536 << 20;
/// Maximum CPU time in seconds.
const CPU_SECONDS: u64 = 30;
/// Maximum file size in bytes that the HEIC decoder may write (to memory).
const FILE_BYTES: u64 = 64 << 20;

/// Purpose of decoding a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodePurpose {
    /// Check that it can be decoded.
    Check,
    /// Convert to an upright JPEG.
    Upright,
    /// Convert to a cropped page with high contrast.
    Clean,
}

impl DecodePurpose {
    const ALL: [Self; 3] = [Self::Check, Self::Upright, Self::Clean];

    /// Returns the command line argument.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Upright => "upright",
            Self::Clean => "clean",
        }
    }

    /// Parses the command line argument.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// Reads a photograph and returns it as a JPEG, or an empty vector for `Check`. Limits the whole process permanently.
///
/// # Errors
/// A [`PhotoDecodeError`] if the photograph cannot be decoded.
pub fn run_sandboxed(purpose: DecodePurpose, from: impl Read) -> Result<Vec<u8>, PhotoDecodeError> {
    set_limit(Resource::As, ADDRESS_SPACE)?;
    set_limit(Resource::Cpu, CPU_SECONDS)?;
    set_limit(Resource::Core, 0)?;
    set_limit(Resource::Fsize, FILE_BYTES)?;
    #[cfg(target_os = "linux")]
    rustix::thread::set_no_new_privs(true).map_err(|_| PhotoDecodeError::OutOfMemory)?;
    let mut bytes = Vec::new();
    from.take(MAX_PHOTO_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|_| PhotoDecodeError::Damaged)?;
    if !heif::is_heif(&bytes) {
        set_limit(Resource::Fsize, 0)?;
        set_limit(Resource::Nofile, 3)?;
        set_limit(Resource::Nproc, 0)?;
    }
    decode(purpose, bytes)
}

/// Decodes without setting process limits.
pub(super) fn decode(purpose: DecodePurpose, bytes: Vec<u8>) -> Result<Vec<u8>, PhotoDecodeError> {
    if bytes.is_empty() {
        return Err(PhotoDecodeError::Empty);
    }
    if bytes.len() > MAX_PHOTO_BYTES {
        return Err(PhotoDecodeError::TooManyBytes);
    }
    let (decoded, orientation) = if heif::is_heif(&bytes) {
        // libheif applies the rotation, so the EXIF orientation no longer holds.
        let (decoded, _) = transform::decode(heif::to_jpeg(bytes)?)?;
        (decoded, image::metadata::Orientation::NoTransforms)
    } else {
        transform::decode(bytes)?
    };
    match purpose {
        DecodePurpose::Check => Ok(Vec::new()),
        DecodePurpose::Upright => transform::encode_upright(decoded, orientation),
        DecodePurpose::Clean => transform::encode_clean_page(decoded, orientation),
    }
}

fn set_limit(what: Resource, most: u64) -> Result<(), PhotoDecodeError> {
    let most = match rustix::process::getrlimit(what).maximum {
        Some(maximum) => most.min(maximum),
        None => most,
    };
    setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) }).map_err(|_| PhotoDecodeError::OutOfMemory)
}
