//! Creation time of Matroska and `WebM` files (RFC 9559).
//!
//! The crate for this format allocates whatever size a file declares; one field is at a fixed place of the tree.

use std::io::{Read, Seek, SeekFrom};

use jiff::{SignedDuration, Timestamp};

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;

/// Most elements of one level that are looked at.
const MAX_ELEMENTS: usize = 1000;
/// Ids of elements, with the marker bits of their lengths.
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const DATE_UTC: u32 = 0x4461;
/// 2001-01-01 UTC, the epoch of the format, in seconds since 1970.
const EPOCH: i64 = 978_307_200;

/// Reads `DateUTC`: nanoseconds since 2001.
pub(super) fn read(mut source: impl Read + Seek) -> Option<CaptureStamp> {
    let end = source.seek(SeekFrom::End(0)).ok()?;
    let (start, end) = find_element(&mut source, 0, end, SEGMENT)?;
    let (start, end) = find_element(&mut source, start, end, INFO)?;
    let (start, end) = find_element(&mut source, start, end, DATE_UTC)?;
    if end - start != 8 {
        return None;
    }
    source.seek(SeekFrom::Start(start)).ok()?;
    let mut bytes = [0; 8];
    source.read_exact(&mut bytes).ok()?;
    let epoch = Timestamp::from_second(EPOCH).ok()?;
    let since = SignedDuration::from_nanos(i64::from_be_bytes(bytes));
    epoch.checked_add(since).ok().map(CaptureStamp::Instant)
}

/// Finds the first element with an id between two positions; returns the positions of its content.
fn find_element(source: &mut (impl Read + Seek), start: u64, end: u64, wanted: u32) -> Option<(u64, u64)> {
    let mut at = start;
    for _ in 0..MAX_ELEMENTS {
        if at >= end {
            return None;
        }
        source.seek(SeekFrom::Start(at)).ok()?;
        let (id, id_length) = read_number(source, 4, true)?;
        let (size, size_length) = read_number(source, 8, false)?;
        let content = at + id_length + size_length;
        let is_unknown = size == (1 << (7 * size_length)) - 1;
        let content_end = if is_unknown { end } else { content.checked_add(size)?.min(end) };
        if id == u64::from(wanted) {
            return Some((content, content_end)).filter(|_| content <= content_end);
        }
        at = content_end.max(content);
    }
    None
}

/// Reads a number of variable length (RFC 8794 §4); returns it with its length in bytes.
fn read_number(source: &mut impl Read, longest: u64, keeps_marker: bool) -> Option<(u64, u64)> {
    let mut first = [0];
    source.read_exact(&mut first).ok()?;
    let length = u64::from(first[0].leading_zeros()) + 1;
    if length > longest {
        return None;
    }
    let marker = if keeps_marker { 0 } else { 0x80_u8 >> (length - 1) };
    let mut number = u64::from(first[0] & !marker);
    for _ in 1..length {
        let mut next = [0];
        source.read_exact(&mut next).ok()?;
        number = number << 8 | u64::from(next[0]);
    }
    Some((number, length))
}
