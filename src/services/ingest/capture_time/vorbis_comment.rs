//! Creation time in the Vorbis comments of Ogg, Opus and FLAC files (RFC 7845 §5.2, RFC 9639 §8.6).
//!
//! The crate that reads all tag formats depends on an unmaintained one; a comment is a list of lengths and texts.

use std::io::{Read, Seek, SeekFrom};

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::stamp;

/// Most bytes of a comment that are read; pictures come after the texts.
const MAX_COMMENT: u64 = 256 * 1024;
/// Most blocks or pages that are looked at.
const MAX_PARTS: usize = 500;
/// Type of the FLAC metadata block with the comments.
const FLAC_COMMENT: u8 = 4;

/// Returns the dates in the comments of a file.
pub(super) fn read(mut source: impl Read + Seek) -> impl Iterator<Item = CaptureStamp> {
    let comment = source.seek(SeekFrom::Start(0)).ok().and_then(|_| {
        let mut magic = [0; 4];
        source.read_exact(&mut magic).ok()?;
        if magic == *b"fLaC" { flac_comment(&mut source) } else { ogg_comment(&mut source) }
    });
    dates(&comment.unwrap_or_default()).into_iter()
}

fn flac_comment(source: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    for _ in 0..MAX_PARTS {
        let mut header = [0; 4];
        source.read_exact(&mut header).ok()?;
        let [kind, length @ ..] = header;
        let length = u32::from_be_bytes([0, length[0], length[1], length[2]]);
        if kind & 0x7f == FLAC_COMMENT {
            let mut content = Vec::new();
            source.take(u64::from(length).min(MAX_COMMENT)).read_to_end(&mut content).ok()?;
            return Some(content);
        }
        source.seek(SeekFrom::Current(i64::from(length))).ok()?;
    }
    None
}

/// Returns the second packet of an Ogg stream, which has the comments, without its marker.
fn ogg_comment(source: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    source.seek(SeekFrom::Start(0)).ok()?;
    let (mut number, mut packet, mut is_flac) = (0, Vec::new(), false);
    for _ in 0..MAX_PARTS {
        let mut header = [0; 27];
        source.read_exact(&mut header).ok()?;
        let mut lengths = vec![0; usize::from(header[26])];
        source.read_exact(&mut lengths).ok()?;
        for length in lengths.into_iter().filter(|_| header.starts_with(b"OggS")) {
            let mut segment = vec![0; usize::from(length)];
            source.read_exact(&mut segment).ok()?;
            packet.extend(segment);
            if length < 255 || packet.len() as u64 > MAX_COMMENT {
                if number == 1 {
                    return comment_of_packet(packet, is_flac);
                }
                (number, is_flac) = (1, packet.starts_with(b"\x7fFLAC"));
                packet.clear();
            }
        }
    }
    None
}

fn comment_of_packet(mut packet: Vec<u8>, is_flac: bool) -> Option<Vec<u8>> {
    let markers: [&[u8]; 2] = [b"OpusTags", b"\x03vorbis"];
    let marker = markers.iter().find(|marker| packet.starts_with(marker)).map(|marker| marker.len());
    let length = marker.or((is_flac && packet.len() >= 4).then_some(4))?;
    Some(packet.split_off(length))
}

/// Returns the values of `DATE` that are a date.
fn dates(comment: &[u8]) -> Vec<CaptureStamp> {
    let mut rest = comment;
    let mut texts = Vec::new();
    // The name of the program, the number of comments, then the comments.
    if take_text(&mut rest).is_none() || take_number(&mut rest).is_none() {
        return Vec::new();
    }
    while let Some(text) = take_text(&mut rest) {
        texts.push(String::from_utf8_lossy(text).into_owned());
    }
    let values = texts.iter().filter_map(|text| text.split_once('='));
    values.filter(|(key, _)| key.eq_ignore_ascii_case("date")).filter_map(|(_, value)| stamp::parse(value)).collect()
}

fn take_number(rest: &mut &[u8]) -> Option<usize> {
    let (number, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_number(rest)?;
    let (text, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(text)
}
