//! Decode errors: exit codes of the child process and their error messages.

use image::ImageError;
use image::error::LimitErrorKind;

use crate::error::Error;

/// Reasons for a photograph that could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoDecodeError {
    /// Empty file.
    Empty,
    /// Unknown format.
    UnknownFormat,
    /// Damaged or truncated.
    Damaged,
    /// Too many pixels.
    TooManyPixels,
    /// Too many bytes.
    TooManyBytes,
    /// Decoding timed out.
    TimedOut,
    /// Decoding needs too much memory.
    OutOfMemory,
    /// The HEIC decoder is not installed.
    HeifDecoderMissing,
    /// No in-memory file system for the output of the HEIC decoder.
    InMemoryFilesUnavailable,
}

/// Exit codes, distinct from those of the shell and of panics.
const CODES: [(PhotoDecodeError, u8); 9] = [
    (PhotoDecodeError::Empty, 64),
    (PhotoDecodeError::UnknownFormat, 65),
    (PhotoDecodeError::Damaged, 66),
    (PhotoDecodeError::TooManyPixels, 67),
    (PhotoDecodeError::TooManyBytes, 68),
    (PhotoDecodeError::TimedOut, 69),
    (PhotoDecodeError::OutOfMemory, 70),
    (PhotoDecodeError::HeifDecoderMissing, 71),
    (PhotoDecodeError::InMemoryFilesUnavailable, 72),
];

impl PhotoDecodeError {
    /// Returns the exit code of the child.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        CODES.iter().find(|(failure, _)| *failure == self).map_or(1, |(_, code)| *code)
    }

    /// Parses an exit code.
    pub(super) fn from_exit_code(code: i32) -> Option<Self> {
        CODES.iter().find(|(_, known)| i32::from(*known) == code).map(|(failure, _)| *failure)
    }
}

impl From<ImageError> for PhotoDecodeError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(limit) => match limit.kind() {
                LimitErrorKind::InsufficientMemory => Self::OutOfMemory,
                _ => Self::TooManyPixels,
            },
            ImageError::Unsupported(_) => Self::UnknownFormat,
            _ => Self::Damaged,
        }
    }
}

impl From<PhotoDecodeError> for Error {
    fn from(failure: PhotoDecodeError) -> Self {
        let accepted = "use JPEG, PNG, GIF, WebP or HEIC of at most 10 MB, 100 megapixels and 20,000 pixels a side";
        let invalid = |message: &str, hint: &str| Self::invalid(message).hint(hint);
        match failure {
            PhotoDecodeError::Empty => invalid("the photograph is empty", "send it again"),
            PhotoDecodeError::UnknownFormat => invalid("the file is not a photograph", accepted),
            PhotoDecodeError::Damaged => {
                invalid("the photograph is damaged or incomplete", "check it on your device, then send it again")
            }
            PhotoDecodeError::TooManyPixels => invalid("the photograph has too many pixels", accepted),
            PhotoDecodeError::TooManyBytes => invalid("the photograph has too many bytes", accepted),
            PhotoDecodeError::TimedOut => {
                invalid("the photograph took more than 30 seconds to decode", "save it as JPEG and send that file")
            }
            PhotoDecodeError::OutOfMemory => {
                invalid("the photograph needs too much memory to decode", "save it as JPEG and send that file")
            }
            PhotoDecodeError::HeifDecoderMissing => Self::conflict("no HEIC decoder is installed on this machine")
                .hint("install the Debian package libheif-examples on the server, or send a JPEG"),
            PhotoDecodeError::InMemoryFilesUnavailable => {
                Self::conflict("this machine has no in-memory file system to decode HEIC photographs")
                    .hint("mount a tmpfs on /dev/shm, or send a JPEG")
            }
        }
    }
}
