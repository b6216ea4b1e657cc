//! Accepted file types and sizes of uploads, and file type detection by magic bytes.

use std::path::Path;

use crate::domain::entry::SourceType;
use crate::storage::notebook::uploads::{IMAGES, RECORDINGS};

/// Maximum number of files of an upload.
pub(crate) const MAX_FILES: usize = 100;
/// Number of leading bytes used for file type detection.
pub(crate) const SNIFF_BYTES: usize = 512;

const MIB: u64 = 1 << 20;

/// Kind of files in an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadKind {
    /// Photographed pages, in order.
    Images,
    /// Recordings, in order.
    Recordings,
}

/// File name extensions in lower case, with kind and media type.
const MEDIA_EXTENSIONS: [(&str, UploadKind, &str); 15] = [
    ("jpg", UploadKind::Images, "image/jpeg"),
    ("jpeg", UploadKind::Images, "image/jpeg"),
    ("png", UploadKind::Images, "image/png"),
    ("gif", UploadKind::Images, "image/gif"),
    ("webp", UploadKind::Images, "image/webp"),
    ("heic", UploadKind::Images, "image/heic"),
    ("heif", UploadKind::Images, "image/heif"),
    ("mp3", UploadKind::Recordings, "audio/mpeg"),
    ("m4a", UploadKind::Recordings, "audio/mp4"),
    ("wav", UploadKind::Recordings, "audio/wav"),
    ("mp4", UploadKind::Recordings, "audio/mp4"),
    ("webm", UploadKind::Recordings, "audio/webm"),
    ("ogg", UploadKind::Recordings, "audio/ogg"),
    ("oga", UploadKind::Recordings, "audio/ogg"),
    ("flac", UploadKind::Recordings, "audio/flac"),
];

const IMAGE_TYPES: [&str; 6] = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif"];
const AUDIO_TYPES: [&str; 10] = [
    "audio/mpeg",
    "audio/mp3",
    "audio/mp4",
    "audio/wav",
    "audio/x-wav",
    "audio/webm",
    "audio/ogg",
    "audio/flac",
    "audio/x-m4a",
    "audio/m4a",
];

/// Brands of ISO base media files (ISO/IEC 14496-12 §4.3) that are HEVC pictures (ISO/IEC 23008-12 annex B).
const HEIC_BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"];

impl UploadKind {
    /// Maximum size of one file, in bytes.
    #[must_use]
    pub const fn max_file(self) -> u64 {
        match self {
            Self::Images => 10 * MIB,
            Self::Recordings => 100 * MIB,
        }
    }

    /// Maximum total size of an upload, in bytes.
    #[must_use]
    pub const fn max_total(self) -> u64 {
        match self {
            Self::Images => 50 * MIB,
            Self::Recordings => 500 * MIB,
        }
    }

    /// Returns the kind of the job that processes the upload.
    pub(super) const fn job_kind(self) -> &'static str {
        match self {
            Self::Images => IMAGES,
            Self::Recordings => RECORDINGS,
        }
    }

    /// Returns the multipart form field of its files.
    #[must_use]
    pub const fn form_field(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Recordings => "audio",
        }
    }

    /// Returns the job parameter that holds the number of files.
    pub(super) const fn file_count_param(self) -> &'static str {
        match self {
            Self::Images => "page_count",
            Self::Recordings => "recording_count",
        }
    }

    pub(super) const fn file_label(self) -> &'static str {
        match self {
            Self::Images => "image",
            Self::Recordings => "audio file",
        }
    }

    /// Returns the noun for one file of an entry.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::Images => "page",
            Self::Recordings => "recording",
        }
    }

    /// Returns the accepted types for error messages.
    pub(super) const fn allowed_types(self) -> &'static str {
        match self {
            Self::Images => "JPEG, PNG, GIF, WebP, HEIC",
            Self::Recordings => "MP3, MP4, WAV, WebM, OGG, FLAC, M4A",
        }
    }

    /// Returns whether a declared type, in lower case and without parameters, is accepted.
    pub(super) fn accepts_type(self, media_type: &str) -> bool {
        match self {
            Self::Images => IMAGE_TYPES.contains(&media_type),
            Self::Recordings => AUDIO_TYPES.contains(&media_type),
        }
    }

    /// Returns a declared type as this table spells it.
    pub(super) fn canonical_type(self, said: &str) -> &'static str {
        let said = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let all: &[&'static str] = match self {
            Self::Images => &IMAGE_TYPES,
            Self::Recordings => &AUDIO_TYPES,
        };
        all.iter().find(|known| **known == said).copied().unwrap_or("another type")
    }

    /// Returns whether the declared and the detected type name the same format.
    pub(super) fn types_match(self, said: &str, found: &str) -> bool {
        let one = |name: &'static str| match name {
            "image/heif" => "image/heic",
            "audio/mp3" => "audio/mpeg",
            "audio/x-wav" => "audio/wav",
            "audio/x-m4a" | "audio/m4a" => "audio/mp4",
            other => other,
        };
        one(self.canonical_type(said)) == one(self.canonical_type(found))
    }

    /// Returns whether an upload of this kind may have the source type.
    pub(super) const fn accepts_source(self, source: SourceType) -> bool {
        match self {
            Self::Images => matches!(source, SourceType::Photo),
            Self::Recordings => matches!(source, SourceType::Voice | SourceType::ImportedAudioFile),
        }
    }

    /// Detects the file type by its first bytes; `None` if it is not of this kind.
    pub(crate) fn sniff(self, head: &[u8]) -> Option<&'static str> {
        match self {
            Self::Images => detect_image(head),
            Self::Recordings => detect_audio(head),
        }
    }
}

/// Returns the upload kind and media type for a file name extension.
#[must_use]
pub fn media_type_of(path: &Path) -> Option<(UploadKind, &'static str)> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    let found = MEDIA_EXTENSIONS.into_iter().find(|(known, ..)| *known == ending);
    found.map(|(_, kind, media_type)| (kind, media_type))
}

fn detect_image(head: &[u8]) -> Option<&'static str> {
    if let Some(brands) = ftyp_brands(head) {
        let any = |wanted: &[&[u8]]| brands.iter().any(|brand| wanted.contains(brand));
        return if any(&HEIC_BRANDS) {
            Some("image/heic")
        } else if any(&[b"mif1", b"msf1"]) && !any(&[b"avif", b"avis"]) {
            Some("image/heif")
        } else {
            None
        };
    }
    let found = infer::get(head)?.mime_type();
    IMAGE_TYPES.into_iter().find(|known| *known == found)
}

fn detect_audio(head: &[u8]) -> Option<&'static str> {
    if let Some(brands) = ftyp_brands(head) {
        let picture =
            brands.iter().any(|brand| HEIC_BRANDS.contains(brand) || [b"mif1", b"avif"].iter().any(|it| it == brand));
        return (!picture).then_some("audio/mp4");
    }
    // MPEG audio versions and layers that `infer` does not detect: 11 sync bits, no reserved version, layer III.
    if let [0xff, second, ..] = *head
        && second & 0xe6 == 0xe2
        && second & 0x18 != 0x08
    {
        return Some("audio/mpeg");
    }
    // EBML header with its DocType (RFC 8794 §11.2); `infer` needs more of it than a short recording has.
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        return head.windows(7).any(|part| part == b"\x42\x82\x84webm").then_some("audio/webm");
    }
    match infer::get(head)?.mime_type() {
        "audio/mpeg" => Some("audio/mpeg"),
        "audio/x-wav" => Some("audio/wav"),
        "audio/ogg" | "audio/opus" | "video/ogg" => Some("audio/ogg"),
        "audio/x-flac" => Some("audio/flac"),
        _ => None,
    }
}

/// Returns the brands of an ISO base media file, the major one first; `None` for another file.
fn ftyp_brands(head: &[u8]) -> Option<Vec<&[u8]>> {
    let length = usize::try_from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?)).ok()?;
    if head.get(4..8)? != b"ftyp" || length < 16 {
        return None;
    }
    let end = length.min(head.len());
    let compatible = head.get(16..end).unwrap_or_default().chunks_exact(4);
    Some(std::iter::once(head.get(8..12)?).chain(compatible).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(brands: &[&[u8; 4]]) -> Vec<u8> {
        let mut head = u32::try_from(12 + brands.len() * 4).unwrap().to_be_bytes().to_vec();
        head.extend(b"ftyp");
        head.extend(brands[0]);
        head.extend([0; 4]);
        head.extend(brands[1..].iter().copied().flatten());
        head.extend(b"mdat");
        head
    }

    #[test]
    fn images_are_detected_by_their_first_bytes() {
        let sniff = |head: &[u8]| UploadKind::Images.sniff(head);

        assert_eq!(sniff(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("image/jpeg"));
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Some("image/png"));
        assert_eq!(sniff(b"GIF89a<html>"), Some("image/gif"), "the decoder says more");
        assert_eq!(sniff(b"RIFF\x10\0\0\0WEBPVP8 "), Some("image/webp"));
        assert_eq!(sniff(&boxed(&[b"heic", b"mif1", b"heic"])), Some("image/heic"));
        assert_eq!(sniff(&boxed(&[b"mif1", b"mif1", b"heix"])), Some("image/heic"));
        assert_eq!(sniff(&boxed(&[b"mif1", b"miaf"])), Some("image/heif"));
        for other in [boxed(&[b"avif", b"mif1"]), boxed(&[b"M4A ", b"isom"]), b"BM\x10\0".to_vec(), b"<svg".to_vec()] {
            assert_eq!(sniff(&other), None, "{other:?}");
        }
    }

    #[test]
    fn recordings_are_detected_by_their_first_bytes() {
        let sniff = |head: &[u8]| UploadKind::Recordings.sniff(head);

        assert_eq!(sniff(b"ID3\x04\0\0\0\0\0\0"), Some("audio/mpeg"));
        for second in [0xfb, 0xfa, 0xf3, 0xf2, 0xe3] {
            assert_eq!(sniff(&[0xff, second, 0x90, 0x64]), Some("audio/mpeg"), "{second:x}");
        }
        assert_eq!(sniff(b"RIFF\x10\0\0\0WAVEfmt "), Some("audio/wav"));
        assert_eq!(sniff(b"fLaC\0\0\0\x22"), Some("audio/flac"));
        assert_eq!(sniff(b"OggS\0\x02\0\0\0\0\0\0\0\0"), Some("audio/ogg"));
        assert_eq!(sniff(&boxed(&[b"M4A ", b"isom"])), Some("audio/mp4"));
        assert_eq!(sniff(&boxed(&[b"iso5", b"mp41"])), Some("audio/mp4"));
        let webm =
            b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm";
        assert_eq!(sniff(webm), Some("audio/webm"));
        for other in
            [boxed(&[b"heic", b"mif1"]), b"\xff\xd8\xff\xe0".to_vec(), b"\xff\xf1\x50".to_vec(), b"rain".to_vec()]
        {
            assert_eq!(sniff(&other), None, "{other:?}");
        }
    }
}
