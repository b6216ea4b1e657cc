//! Detection of the format, and the reader for it.

use std::io::{Read, Seek, SeekFrom};

use jiff::Timestamp;

use crate::services::ingest::capture_time::bounded_reader::BoundedReader;
use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::{exif_fields, id3, iso_media, matroska, vorbis_comment, wave};

/// Most bytes that are read of one file. A photograph has at most 10 MiB, and a PNG is read to its end.
pub(super) const MAX_READ: u64 = 12 << 20;
/// First bytes by which the format is detected.
const HEAD_BYTES: u64 = 12;

/// Reads the creation time of a photograph or recording; `None` without a plausible one and for other files.
///
/// EXIF of JPEG, PNG, WebP, HEIC, AVIF and TIFF; the movie header and `QuickTime` keys of MP4, MOV and M4A; `DateUTC`
/// of Matroska and `WebM`; the broadcast extension and `ICRD` of WAV; the comments of Ogg, Opus and FLAC; the tag of
/// MP3.
pub(crate) fn read_capture_time(source: impl Read + Seek, now: Timestamp) -> Option<CaptureStamp> {
    let mut source = BoundedReader::new(source, MAX_READ);
    let mut head = Vec::new();
    source.by_ref().take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    source.seek(SeekFrom::Start(0)).ok()?;
    let is_plausible = |time: &CaptureStamp| time.is_plausible(now);
    match head.get(..12)? {
        [0xff, 0xd8, 0xff, ..]
        | [0x89, b'P', b'N', b'G', ..]
        | [b'I', b'I', 42, 0, ..]
        | [b'M', b'M', 0, 42, ..]
        | [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P'] => exif_fields::read(source).find(is_plausible),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_picture(brand) => {
            exif_fields::read(source).find(is_plausible)
        }
        [_, _, _, _, kind @ ..] if iso_media::is_file_box(&kind[..4]) => iso_media::read(source).find(is_plausible),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => matroska::read(source).filter(is_plausible),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E'] => wave::read(source).find(is_plausible),
        [b'O', b'g', b'g', b'S', ..] | [b'f', b'L', b'a', b'C', ..] => vorbis_comment::read(source).find(is_plausible),
        [b'I', b'D', b'3', ..] => id3::read(source).filter(is_plausible),
        _ => None,
    }
}

/// Returns true for the major brands of HEIF and AVIF pictures (ISO/IEC 23008-12).
fn is_picture(brand: &[u8]) -> bool {
    let brands: [&[u8]; 12] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"avif", b"avis"];
    brands.contains(&brand)
}
