//! Creation time of MP4, MOV and M4A files (ISO/IEC 14496-12, `QuickTime` File Format).
//!
//! The crates for this format read 32-bit times only, or bring a dozen others; the fields are at fixed places.

use std::io::{Read, Seek, SeekFrom};

use jiff::Timestamp;

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::stamp;

/// Most boxes of one level that are looked at.
const MAX_BOXES: usize = 10_000;
/// Largest metadata box that is read into memory, in bytes.
const MAX_META: u64 = 1 << 20;
/// Seconds from 1904-01-01 UTC, the epoch of the format, to 1970-01-01 UTC.
const EPOCH_OFFSET: u64 = 2_082_844_800;
/// Key of the date with the UTC offset that phones of Apple write.
const CREATION_KEY: &[u8] = b"com.apple.quicktime.creationdate";
/// Kind of the item with a date that a person or program set.
const COMMENT_KIND: &[u8] = b"\xa9day";

/// Returns true for the kinds of boxes that a file may start with.
pub(super) fn is_file_box(kind: &[u8]) -> bool {
    [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"].iter().any(|known| *known == kind)
}

/// Header of a box.
struct BoxHeader {
    kind: [u8; 4],
    /// Position of the content.
    start: u64,
    /// Position after the content.
    end: u64,
}

/// Returns the dates of a file in order of precedence: the wall clock of the device, the movie header, the comment.
pub(super) fn read(mut source: impl Read + Seek) -> impl Iterator<Item = CaptureStamp> {
    let movie = source.seek(SeekFrom::End(0)).ok().and_then(|end| find_box(&mut source, 0, end, *b"moov"));
    let (mut header, mut device, mut comment) = (None, None, None);
    if let Some(movie) = movie {
        header = find_box(&mut source, movie.start, movie.end, *b"mvhd").and_then(|it| read_header(&mut source, &it));
        let user = find_box(&mut source, movie.start, movie.end, *b"udta");
        for parent in [Some(movie), user].into_iter().flatten() {
            let meta = find_box(&mut source, parent.start, parent.end, *b"meta");
            let meta = meta.and_then(|meta| read_content(&mut source, &meta)).unwrap_or_default();
            device = device.or_else(|| item_date(&meta, CREATION_KEY));
            comment = comment.or_else(|| item_date(&meta, COMMENT_KIND));
        }
    }
    device.into_iter().chain(header).chain(comment)
}

/// Finds the first box of a kind between two positions.
fn find_box(source: &mut (impl Read + Seek), start: u64, end: u64, kind: [u8; 4]) -> Option<BoxHeader> {
    let mut at = start;
    for _ in 0..MAX_BOXES {
        let found = read_box_header(source, at, end)?;
        if found.kind == kind {
            return Some(found);
        }
        at = found.end;
    }
    None
}

fn read_box_header(source: &mut (impl Read + Seek), at: u64, end: u64) -> Option<BoxHeader> {
    source.seek(SeekFrom::Start(at)).ok()?;
    let (size, kind): ([u8; 4], [u8; 4]) = (read_array(source)?, read_array(source)?);
    let (header, size) = match u32::from_be_bytes(size) {
        0 => (8, end.checked_sub(at)?),
        1 => (16, u64::from_be_bytes(read_array(source)?)),
        size => (8, u64::from(size)),
    };
    let box_end = at.checked_add(size).filter(|_| size >= header)?;
    // The last box of a recording that was cut off ends after the file.
    Some(BoxHeader { kind, start: at + header, end: box_end.min(end) }).filter(|it| it.start <= it.end && at < end)
}

fn read_array<const N: usize>(source: &mut impl Read) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    source.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// Reads the creation time of a movie header: seconds since 1904 in 32 or 64 bits.
fn read_header(source: &mut (impl Read + Seek), header: &BoxHeader) -> Option<CaptureStamp> {
    source.seek(SeekFrom::Start(header.start)).ok()?;
    let [version, ..]: [u8; 4] = read_array(source)?;
    let seconds = match version {
        0 => u64::from(u32::from_be_bytes(read_array(source)?)),
        1 => u64::from_be_bytes(read_array(source)?),
        _ => return None,
    };
    let seconds = i64::try_from(seconds.checked_sub(EPOCH_OFFSET)?).ok()?;
    Timestamp::from_second(seconds).ok().map(CaptureStamp::Instant)
}

fn read_content(source: &mut (impl Read + Seek), header: &BoxHeader) -> Option<Vec<u8>> {
    let length = (header.end - header.start).min(MAX_META);
    source.seek(SeekFrom::Start(header.start)).ok()?;
    let mut content = Vec::new();
    source.take(length).read_to_end(&mut content).ok()?;
    Some(content)
}

/// Returns the date in an item of a metadata box: items have a kind, or the number of their key, counted from 1.
fn item_date(meta: &[u8], name: &[u8]) -> Option<CaptureStamp> {
    // In MP4 the box has a version before its children, in `QuickTime` it has none.
    let children = if meta.get(4..8)? == b"hdlr" { meta } else { meta.get(4..)? };
    let named = |kind: [u8; 4]| boxes(children).find(|(it, _)| *it == kind).map(|(_, content)| content);
    let items = named(*b"ilst")?;
    let keys = named(*b"keys").and_then(|keys| keys.get(8..)).unwrap_or_default();
    let number = boxes(keys).position(|(_, key)| key == name).and_then(|at| u32::try_from(at + 1).ok());
    let is_named = |kind: [u8; 4]| number.map(u32::to_be_bytes) == Some(kind) || kind == name;
    let (_, item) = boxes(items).find(|(kind, _)| is_named(*kind))?;
    let (_, data) = boxes(item).find(|(kind, _)| kind == b"data")?;
    // The value comes after its type and locale.
    stamp::parse(std::str::from_utf8(data.get(8..)?).ok()?)
}

/// Returns the boxes of a content in memory.
fn boxes(mut content: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (header, _) = content.split_first_chunk::<8>()?;
        let (size, kind) = header.split_at(4);
        let size = usize::try_from(u32::from_be_bytes(size.try_into().ok()?)).ok().filter(|size| *size >= 8)?;
        let (whole, rest) = content.split_at_checked(size)?;
        content = rest;
        Some((kind.try_into().ok()?, &whole[8..]))
    })
}
