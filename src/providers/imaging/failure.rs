//! Why a photograph could not be decoded: the exit codes of the child, and what each means to its owner.

use image::ImageError;
use image::error::LimitErrorKind;

use crate::error::Error;

/// Why there is no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No bytes at all.
    Empty,
    /// No format that is known.
    Foreign,
    /// Damaged, or it ends early.
    Broken,
    /// More pixels than are taken.
    Pixels,
    /// More bytes than are taken.
    Large,
    /// It took too long.
    Slow,
    /// It took too much memory.
    Memory,
    /// The program that decodes HEIC is not there.
    NoHeif,
    /// There is no place in memory for what that program writes.
    NoPlace,
}

/// Exit codes, clear of those of the shell and of panics.
const CODES: [(Failure, u8); 9] = [
    (Failure::Empty, 64),
    (Failure::Foreign, 65),
    (Failure::Broken, 66),
    (Failure::Pixels, 67),
    (Failure::Large, 68),
    (Failure::Slow, 69),
    (Failure::Memory, 70),
    (Failure::NoHeif, 71),
    (Failure::NoPlace, 72),
];

impl Failure {
    /// Returns the exit code of a child that ends so.
    #[must_use]
    pub fn code(self) -> u8 {
        CODES.iter().find(|(failure, _)| *failure == self).map_or(1, |(_, code)| *code)
    }

    /// Reads an exit code.
    pub(super) fn of_code(code: i32) -> Option<Self> {
        CODES.iter().find(|(_, known)| i32::from(*known) == code).map(|(failure, _)| *failure)
    }
}

impl From<ImageError> for Failure {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Limits(limit) => match limit.kind() {
                LimitErrorKind::InsufficientMemory => Self::Memory,
                _ => Self::Pixels,
            },
            ImageError::Unsupported(_) => Self::Foreign,
            _ => Self::Broken,
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let taken = "JPEG, PNG, GIF, WebP and HEIC are taken, of up to 10 MB, 100 megapixels and 20,000 pixels a side";
        let invalid = |message: &str, hint: &str| Self::invalid(message).hint(hint);
        match failure {
            Failure::Empty => invalid("the photograph is empty", "send it again"),
            Failure::Foreign => invalid("it is no photograph", taken),
            Failure::Broken => {
                invalid("the photograph is damaged or ends early", "look at it on your device and send it again")
            }
            Failure::Pixels => invalid("the photograph has too many pixels", taken),
            Failure::Large => invalid("the photograph has too many bytes", taken),
            Failure::Slow => {
                invalid("the photograph took more than 30 seconds to decode", "save it anew as JPEG and send that")
            }
            Failure::Memory => {
                invalid("the photograph took too much memory to decode", "save it anew as JPEG and send that")
            }
            Failure::NoHeif => Self::conflict("this machine has no program that decodes HEIC photographs")
                .hint("install Debian's package libheif-examples on the server, or send a JPEG"),
            Failure::NoPlace => Self::conflict("this machine has no place in memory to decode HEIC photographs in")
                .hint("mount a tmpfs on /dev/shm, or send a JPEG"),
        }
    }
}
