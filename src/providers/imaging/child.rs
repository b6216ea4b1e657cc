//! The child's side: limits upon itself first, then the decoding.
//!
//! It has no environment, no open file but its three pipes, and does not know where the journal is. Before it reads a byte
//! it gives up all but an address space of [`ADDRESS_SPACE`] and [`CPU_SECONDS`]; what is no HEIC is then decoded where no
//! file can be opened and no process started.

use std::io::Read;

use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::setrlimit;

use crate::providers::imaging::MAX_BYTES;
use crate::providers::imaging::heif;
use crate::providers::imaging::picture;

pub use crate::providers::imaging::failure::Failure;

/// The word that the program is started with to decode a photograph.
pub const COMMAND: &str = "decode-image";

/// Bytes of address space: 100 megapixels in four 16-bit samples, the most that is decoded, are 800 MB.
const ADDRESS_SPACE: u64 = 1536 << 20;
/// Seconds of processor time.
const CPU_SECONDS: u64 = 30;
/// Bytes that libheif's program may write, into memory.
const FILE_BYTES: u64 = 64 << 20;

/// What a photograph is decoded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To see whether it can be.
    Check,
    /// To be sent as it is, the right way up.
    Upright,
    /// To be sent as a page that is easy to read.
    Clean,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::Check, Self::Upright, Self::Clean];

    /// Returns the word for it on the child's command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Upright => "upright",
            Self::Clean => "clean",
        }
    }

    /// Reads the word for it.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// Reads a photograph and returns it as a JPEG, or nothing where that is all that is asked. For a process that does
/// nothing else: it can do little else afterwards.
///
/// # Errors
/// Why there is no picture.
pub fn run(purpose: Purpose, from: impl Read) -> Result<Vec<u8>, Failure> {
    limit(Resource::As, ADDRESS_SPACE)?;
    limit(Resource::Cpu, CPU_SECONDS)?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, FILE_BYTES)?;
    #[cfg(target_os = "linux")]
    rustix::thread::set_no_new_privs(true).map_err(|_| Failure::Memory)?;
    let mut bytes = Vec::new();
    from.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(|_| Failure::Broken)?;
    if !heif::is_heif(&bytes) {
        limit(Resource::Fsize, 0)?;
        limit(Resource::Nofile, 3)?;
        limit(Resource::Nproc, 0)?;
    }
    work(purpose, bytes)
}

/// Decodes, without limits of the process.
pub(super) fn work(purpose: Purpose, bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if bytes.is_empty() {
        return Err(Failure::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Failure::Large);
    }
    let (decoded, orientation) = if heif::is_heif(&bytes) {
        // libheif turns the picture itself; what EXIF says of it is no longer true.
        let (decoded, _) = picture::decode(heif::to_jpeg(bytes)?)?;
        (decoded, image::metadata::Orientation::NoTransforms)
    } else {
        picture::decode(bytes)?
    };
    match purpose {
        Purpose::Check => Ok(Vec::new()),
        Purpose::Upright => picture::upright(decoded, orientation),
        Purpose::Clean => picture::clean(decoded, orientation),
    }
}

fn limit(what: Resource, most: u64) -> Result<(), Failure> {
    let most = match rustix::process::getrlimit(what).maximum {
        Some(maximum) => most.min(maximum),
        None => most,
    };
    setrlimit(what, Rlimit { current: Some(most), maximum: Some(most) }).map_err(|_| Failure::Memory)
}
