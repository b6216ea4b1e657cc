//! HEIC through libheif's own program, which the distribution keeps up to date.
//!
//! It takes names of files only, and tells the format to write by the ending. So its input and output are files in memory
//! that have no name (`memfd_create(2)`), and for the ending there is a link to one of them in a private folder of
//! `/dev/shm`. Nothing of the picture lies on a disk, and what is left of a process that was killed is a link to nowhere.

use std::fs::DirBuilder;
use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::os::fd::OwnedFd;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Stdio;

use rustix::fs::MemfdFlags;

use crate::providers::imaging::failure::Failure;
use crate::providers::imaging::picture;

/// libheif's program, by its newer name first. Without an environment they are looked for where distributions put them.
const PROGRAMS: [&str; 6] = [
    "/usr/bin/heif-dec",
    "/usr/local/bin/heif-dec",
    "/bin/heif-dec",
    "/usr/bin/heif-convert",
    "/usr/local/bin/heif-convert",
    "/bin/heif-convert",
];
const MEMORY: &str = "/dev/shm";
/// `f_type` of tmpfs (linux/magic.h).
const TMPFS_MAGIC: i64 = 0x0102_1994;
/// Of the JPEG in between; 92 is what the pages are sent with, so a little is kept in hand.
const QUALITY: &str = "95";

/// Tells whether a file is one of those that libheif decodes, by the brands it begins with.
pub(super) fn is_heif(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 10] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// Decodes into a JPEG, right way up.
pub(super) fn to_jpeg(bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let (width, height) = size(&bytes).ok_or(Failure::Broken)?;
    picture::check_size(width, height)?;
    let program = PROGRAMS.iter().find(|program| Path::new(program).exists()).ok_or(Failure::NoHeif)?;
    let input = in_memory()?;
    let mut output = in_memory()?;
    (&input).write_all(&bytes).map_err(|_| Failure::Memory)?;
    drop(bytes);
    let folder = Folder::make(std::process::id())?;
    let name = folder.link_to(&output)?;
    let ended = Command::new(program)
        .args(["--quiet", "-q", QUALITY])
        .arg(handle(&input))
        .arg(name)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    drop((folder, input));
    let mut jpeg = Vec::new();
    output.rewind().and_then(|()| output.read_to_end(&mut jpeg)).map_err(|_| Failure::Memory)?;
    match ended {
        // A file of several pictures gives the first one here; the others find no place, which the program complains of.
        Ok(_) if !jpeg.is_empty() => Ok(jpeg),
        Ok(_) => Err(Failure::Broken),
        Err(_) => Err(Failure::NoHeif),
    }
}

/// Removes what a child of this number left.
pub(super) fn clear(child: u32) {
    let _ = std::fs::remove_dir_all(Folder::path(child));
}

/// A file in memory that programs started from here inherit.
fn in_memory() -> Result<File, Failure> {
    let made: OwnedFd = rustix::fs::memfd_create("picture", MemfdFlags::empty()).map_err(|_| Failure::NoPlace)?;
    Ok(File::from(made))
}

/// Returns the name by which whoever inherits a file opens it.
fn handle(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// A private folder for links, removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn path(child: u32) -> PathBuf {
        Path::new(MEMORY).join(format!("journal-picture-{child}"))
    }

    fn make(child: u32) -> Result<Self, Failure> {
        let in_memory = rustix::fs::statfs(MEMORY).is_ok_and(|facts| facts.f_type == TMPFS_MAGIC);
        let path = Self::path(child);
        if !in_memory || DirBuilder::new().mode(0o700).create(&path).is_err() {
            return Err(Failure::NoPlace);
        }
        Ok(Self(path))
    }

    /// Makes the names under which the program would write a first picture, and takes the right to make more.
    fn link_to(&self, file: &File) -> Result<PathBuf, Failure> {
        let name = self.0.join("picture.jpg");
        for name in [&name, &self.0.join("picture-1.jpg")] {
            std::os::unix::fs::symlink(handle(file), name).map_err(|_| Failure::NoPlace)?;
        }
        let reading = std::os::unix::fs::PermissionsExt::from_mode(0o500);
        std::fs::set_permissions(&self.0, reading).map_err(|_| Failure::NoPlace)?;
        Ok(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let writing = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let _ = std::fs::set_permissions(&self.0, writing);
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns the largest picture that a file says it holds, from its `ispe` properties (ISO/IEC 23008-12 §6.5.3).
fn size(bytes: &[u8]) -> Option<(u32, u32)> {
    let meta = meta(bytes)?;
    let sizes = meta.windows(4).enumerate().filter(|(_, kind)| kind == b"ispe").filter_map(|(at, _)| {
        // Four bytes of version and flags stand between.
        let number = |at: usize| Some(u32::from_be_bytes(meta.get(at..at + 4)?.try_into().ok()?));
        Some((number(at + 8)?, number(at + 12)?))
    });
    sizes.max_by_key(|&(width, height)| u64::from(width) * u64::from(height))
}

/// Returns the `meta` box of a file (ISO/IEC 14496-12 §4.2).
fn meta(bytes: &[u8]) -> Option<&[u8]> {
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
    fn a_bomb_is_known_by_its_header() {
        assert_eq!(size(&heic(4032, 3024)), Some((4032, 3024)));
        assert_eq!(to_jpeg(heic(50_000, 50_000)).unwrap_err(), Failure::Pixels);
        assert_eq!(to_jpeg(boxed(*b"ftyp", b"heic\0\0\0\0mif1heic")).unwrap_err(), Failure::Broken);
        assert!(is_heif(&heic(1, 1)) && !is_heif(b"\0\0\0\x18ftypM4A ") && !is_heif(b"\0\0\0\x18ftypavif"));
    }

    #[test]
    fn no_length_leads_the_walk_astray() {
        let whole = heic(4032, 3024);
        for cut in 0..whole.len() {
            assert!(size(&whole[..cut]).is_none_or(|(width, _)| width <= 4032), "{cut}");
        }
        for length in [0_u32, 1, 2, 7, 8, u32::MAX] {
            let mut odd = whole.clone();
            odd[..4].copy_from_slice(&length.to_be_bytes());
            let _ = size(&odd);
        }
    }
}
