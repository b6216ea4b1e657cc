//! Creation time in the ID3 tag at the start of MP3 files (ID3 2.3 and 2.4).
//!
//! The crate that reads all tag formats depends on an unmaintained one; the frames of a tag are lengths and texts.

use std::io::{Read, Seek, SeekFrom};

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::stamp;

/// Most bytes of a tag that are read; pictures come last.
const MAX_TAG: u64 = 1 << 20;
/// Length of the header of a tag, and of a frame.
const HEADER: usize = 10;
/// Flags of a tag: bytes inserted after `0xff`, and a second header.
const UNSYNCHRONISED: u8 = 0x80;
const EXTENDED_HEADER: u8 = 0x40;
/// Flag of a frame: its length is repeated before the content.
const DATA_LENGTH: u8 = 0x01;

/// Reads the recording time: `TDRC`, or in the older version year, day and time.
pub(super) fn read(mut source: impl Read + Seek) -> Option<CaptureStamp> {
    source.seek(SeekFrom::Start(0)).ok()?;
    let mut header = [0; HEADER];
    source.read_exact(&mut header).ok()?;
    let [b'I', b'D', b'3', version @ (3 | 4), _, flags, size @ ..] = header else { return None };
    let mut tag = Vec::new();
    source.take(u64::from(syncsafe(size)).min(MAX_TAG)).read_to_end(&mut tag).ok()?;
    if flags & UNSYNCHRONISED != 0 && version == 3 {
        tag = without_inserted_bytes(&tag);
    }
    let mut rest = tag.as_slice();
    if flags & EXTENDED_HEADER != 0 {
        let size = *rest.first_chunk::<4>()?;
        let length = if version == 4 { syncsafe(size) } else { u32::from_be_bytes(size).checked_add(4)? };
        rest = rest.get(usize::try_from(length).ok()?..)?;
    }
    let texts = frames(rest, version);
    let text = |id: &[u8; 4]| texts.iter().find(|(name, _)| name == id).map(|(_, text)| text.as_str());
    if let Some(found) = text(b"TDRC").and_then(stamp::parse) {
        return Some(found);
    }
    let (year, day) = (text(b"TYER")?, text(b"TDAT")?);
    let date = format!("{year}-{}-{}", day.get(2..4)?, day.get(..2)?);
    let time = text(b"TIME").and_then(|time| Some(format!(" {}:{}", time.get(..2)?, time.get(2..4)?)));
    stamp::parse(&format!("{date}{}", time.unwrap_or_default()))
}

/// Returns the frames of texts by their id.
fn frames(mut rest: &[u8], version: u8) -> Vec<([u8; 4], String)> {
    let mut found = Vec::new();
    while let Some(([id @ .., a, b, c, d, _, flags], after)) = rest.split_first_chunk::<HEADER>() {
        let size = [*a, *b, *c, *d];
        let length = if version == 4 { syncsafe(size) } else { u32::from_be_bytes(size) };
        let content = usize::try_from(length).ok().and_then(|length| after.split_at_checked(length));
        let Some((content, after)) = content.filter(|_| id.iter().all(u8::is_ascii_alphanumeric)) else { break };
        let skipped = if version == 4 && flags & DATA_LENGTH != 0 { 5 } else { 1 };
        if let (Ok(id), Some(text)) = (<[u8; 4]>::try_from(id.as_slice()), content.get(skipped..)) {
            found.push((id, ascii(text)));
        }
        rest = after;
    }
    found
}

/// Returns the ASCII of a text in any of the encodings of the format: Latin-1, UTF-8 and UTF-16.
fn ascii(text: &[u8]) -> String {
    text.iter().filter(|byte| byte.is_ascii() && **byte != 0).map(|byte| char::from(*byte)).take(64).collect()
}

/// Returns a number of four bytes with seven bits each.
fn syncsafe(bytes: [u8; 4]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 7 | u32::from(byte & 0x7f))
}

fn without_inserted_bytes(tag: &[u8]) -> Vec<u8> {
    let mut previous = 0;
    let kept = tag.iter().filter(|byte| !(std::mem::replace(&mut previous, **byte) == 0xff && **byte == 0));
    kept.copied().collect()
}
