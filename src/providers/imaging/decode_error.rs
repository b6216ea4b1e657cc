//! Decode errors: exit codes of the child process and their error messages.

use image::ImageError;
use image::error::LimitErrorKind;

use crate::error::Error;

/// Reasons for a photograph that could not be decoded. The values are exit codes, distinct from those of the shell and
/// of panics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum PhotoDecodeError {
    /// Empty file.
    Empty = 64,
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

impl PhotoDecodeError {
    const ALL: [Self; 9] = [
        Self::Empty,
        Self::UnknownFormat,
        Self::Damaged,
        Self::TooManyPixels,
        Self::TooManyBytes,
        Self::TimedOut,
        Self::OutOfMemory,
        Self::HeifDecoderMissing,
        Self::InMemoryFilesUnavailable,
    ];

    /// Returns the exit code of the child.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        self as u8
    }

    /// Parses an exit code.
    pub(super) fn from_exit_code(code: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|error| i32::from(error.exit_code()) == code)
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
        let as_jpeg = "save it as JPEG and send that file";
        let (message, hint) = match failure {
            PhotoDecodeError::Empty => ("the photograph is empty", "send it again"),
            PhotoDecodeError::UnknownFormat => ("the file is not a photograph", accepted),
            PhotoDecodeError::Damaged => {
                ("the photograph is damaged or incomplete", "check it on your device, then send it again")
            }
            PhotoDecodeError::TooManyPixels => ("the photograph has too many pixels", accepted),
            PhotoDecodeError::TooManyBytes => ("the photograph has too many bytes", accepted),
            PhotoDecodeError::TimedOut => ("the photograph took more than 30 seconds to decode", as_jpeg),
            PhotoDecodeError::OutOfMemory => ("the photograph needs too much memory to decode", as_jpeg),
            PhotoDecodeError::HeifDecoderMissing => {
                return Self::conflict("no HEIC decoder is installed on this machine")
                    .hint("install the Debian package libheif-examples on the server, or send a JPEG");
            }
            PhotoDecodeError::InMemoryFilesUnavailable => {
                return Self::conflict("this machine has no in-memory file system to decode HEIC photographs")
                    .hint("mount a tmpfs on /dev/shm, or send a JPEG");
            }
        };
        Self::invalid(message).hint(hint)
    }
}
