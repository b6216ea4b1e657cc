//! HEIC decoding with libheif's command line program, which the distribution keeps up to date.
//!
//! The program accepts file names only and chooses the output format by the extension. Input and output are therefore
//! anonymous in-memory files (`memfd_create(2)`), and a private directory in `/dev/shm` has a symbolic link with the
//! extension to the output. The image is never written to disk, and a killed process leaves a dangling link only.

use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::MemfdFlags;

use crate::providers::imaging::decode_error::PhotoDecodeError;
use crate::providers::imaging::transform;

/// Paths of libheif's program, newer name first. The child has no `PATH`, so the usual directories are listed.
const PROGRAMS: [&str; 6] = [
    "/usr/bin/heif-dec",
    "/usr/local/bin/heif-dec",
    "/bin/heif-dec",
    "/usr/bin/heif-convert",
    "/usr/local/bin/heif-convert",
    "/bin/heif-convert",
];
const SHM_DIR: &str = "/dev/shm";
/// `f_type` of tmpfs (linux/magic.h).
const TMPFS_MAGIC: i64 = 0x0102_1994;
/// JPEG quality of the intermediate image, above the 92 of the final one.
const JPEG_QUALITY: &str = "95";

/// Returns true if the file type brand is one that libheif decodes.
pub(super) fn is_heif(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 10] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// Decodes to an upright JPEG.
pub(super) fn to_jpeg(bytes: Vec<u8>) -> Result<Vec<u8>, PhotoDecodeError> {
    let (width, height) = max_image_size(&bytes).ok_or(PhotoDecodeError::Damaged)?;
    transform::check_size(width, height)?;
    let program =
        PROGRAMS.iter().find(|program| Path::new(program).exists()).ok_or(PhotoDecodeError::HeifDecoderMissing)?;
    let input = create_memory_file()?;
    let mut output = create_memory_file()?;
    (&input).write_all(&bytes).map_err(|_| PhotoDecodeError::OutOfMemory)?;
    drop(bytes);
    let folder = LinkDir::create(std::process::id())?;
    let name = folder.link_to(&output).map_err(|_| PhotoDecodeError::InMemoryFilesUnavailable)?;
    let ended = Command::new(program)
        .args(["--quiet", "-q", JPEG_QUALITY])
        .arg(fd_path(&input))
        .arg(name)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    drop((folder, input));
    let mut jpeg = Vec::new();
    output.rewind().and_then(|()| output.read_to_end(&mut jpeg)).map_err(|_| PhotoDecodeError::OutOfMemory)?;
    match ended {
        // Of several images only the first can be written; the program then exits with an error.
        Ok(_) if !jpeg.is_empty() => Ok(jpeg),
        Ok(_) => Err(PhotoDecodeError::Damaged),
        Err(_) => Err(PhotoDecodeError::HeifDecoderMissing),
    }
}

/// Removes the directory left by a killed child process.
pub(super) fn remove_link_dir(child: u32) {
    let _ = std::fs::remove_dir_all(LinkDir::path(child));
}

/// Creates an anonymous in-memory file that child processes inherit.
fn create_memory_file() -> Result<File, PhotoDecodeError> {
    let created = rustix::fs::memfd_create("picture", MemfdFlags::empty());
    created.map(File::from).map_err(|_| PhotoDecodeError::InMemoryFilesUnavailable)
}

/// Returns the path by which a child process opens an inherited file.
fn fd_path(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Private directory for symbolic links, removed when dropped.
struct LinkDir(PathBuf);

impl LinkDir {
    fn path(child: u32) -> PathBuf {
        Path::new(SHM_DIR).join(format!("journal-picture-{child}"))
    }

    fn create(child: u32) -> Result<Self, PhotoDecodeError> {
        let in_memory = rustix::fs::statfs(SHM_DIR).is_ok_and(|facts| facts.f_type == TMPFS_MAGIC);
        let path = Self::path(child);
        if !in_memory || DirBuilder::new().mode(0o700).create(&path).is_err() {
            return Err(PhotoDecodeError::InMemoryFilesUnavailable);
        }
        Ok(Self(path))
    }

    /// Creates links with the names of the program's first output file, then makes the directory read-only.
    fn link_to(&self, file: &File) -> io::Result<PathBuf> {
        let name = self.0.join("picture.jpg");
        for name in [&name, &self.0.join("picture-1.jpg")] {
            symlink(fd_path(file), name)?;
        }
        std::fs::set_permissions(&self.0, Permissions::from_mode(0o500))?;
        Ok(name)
    }
}

impl Drop for LinkDir {
    fn drop(&mut self) {
        let _ = std::fs::set_permissions(&self.0, Permissions::from_mode(0o700));
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns the largest image size declared by the `ispe` properties (ISO/IEC 23008-12 §6.5.3).
fn max_image_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let meta = find_meta_box(bytes)?;
    let sizes = meta.windows(4).enumerate().filter(|(_, kind)| kind == b"ispe").filter_map(|(at, _)| {
        // Skips four bytes of version and flags.
        let number = |at: usize| Some(u32::from_be_bytes(meta.get(at..at + 4)?.try_into().ok()?));
        Some((number(at + 8)?, number(at + 12)?))
    });
    sizes.max_by_key(|&(width, height)| u64::from(width) * u64::from(height))
}

/// Returns the `meta` box of a file (ISO/IEC 14496-12 §4.2).
fn find_meta_box(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    loop {
        let (length, kind) = (u32::from_be_bytes(rest.get(..4)?.try_into().ok()?), rest.get(4..8)?);
        let length = match length {
            0 => rest.len(),
            1 => usize::try_from(u64::from_be_bytes(rest.get(8..16)?.try_into().ok()?)).ok()?,
            length => usize::try_from(length).ok()?,
        };
        if kind == b"meta" {
            return rest.get(..length);
        }
        rest = rest.get(length.max(8)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
        [&u32::try_from(8 + content.len()).unwrap().to_be_bytes(), kind.as_slice(), content].concat()
    }

    fn heic(width: u32, height: u32) -> Vec<u8> {
        let size =
            |width: u32, height: u32| boxed(*b"ispe", &[[0; 4], width.to_be_bytes(), height.to_be_bytes()].concat());
        let properties = boxed(*b"iprp", &boxed(*b"ipco", &[size(512, 512), size(width, height)].concat()));
        [boxed(*b"ftyp", b"heic\0\0\0\0mif1heic"), boxed(*b"meta", &[vec![0; 4], properties].concat())].concat()
    }

    #[test]
    fn decompression_bombs_are_rejected_by_their_header() {
        assert_eq!(max_image_size(&heic(4032, 3024)), Some((4032, 3024)));
        assert_eq!(to_jpeg(heic(50_000, 50_000)).unwrap_err(), PhotoDecodeError::TooManyPixels);
        assert_eq!(to_jpeg(boxed(*b"ftyp", b"heic\0\0\0\0mif1heic")).unwrap_err(), PhotoDecodeError::Damaged);
        assert!(is_heif(&heic(1, 1)) && !is_heif(b"\0\0\0\x18ftypM4A ") && !is_heif(b"\0\0\0\x18ftypavif"));
    }

    #[test]
    fn invalid_box_lengths_are_handled() {
        let whole = heic(4032, 3024);
        for cut in 0..whole.len() {
            assert!(max_image_size(&whole[..cut]).is_none_or(|(width, _)| width <= 4032), "{cut}");
        }
        for length in [0_u32, 1, 2, 7, 8, u32::MAX] {
            let mut odd = whole.clone();
            odd[..4].copy_from_slice(&length.to_be_bytes());
            let _ = max_image_size(&odd);
        }
    }
}
