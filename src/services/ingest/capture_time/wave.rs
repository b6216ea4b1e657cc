//! Creation time of WAV files: broadcast extension (EBU Tech 3285) and the date in the list of information.

use std::io::{Read, Seek, SeekFrom};

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::stamp;

/// Most chunks that are looked at.
const MAX_CHUNKS: usize = 1000;
/// Most bytes of a list that are read.
const MAX_LIST: u64 = 64 * 1024;
/// Position of the date in the broadcast extension: after description, originator and reference.
const DATE_AT: u64 = 256 + 32 + 32;

/// Returns the dates of a file in order of precedence.
pub(super) fn read(mut source: impl Read + Seek) -> impl Iterator<Item = CaptureStamp> {
    let (mut broadcast, mut information) = (None, None);
    let mut at = 12;
    for _ in 0..MAX_CHUNKS {
        let Some((kind, size)) = read_header(&mut source, at) else { break };
        match &kind {
            b"bext" => broadcast = broadcast.or_else(|| read_broadcast(&mut source)),
            b"LIST" => information = information.or_else(|| read_information(&mut source, size)),
            _ => {}
        }
        // A chunk of odd length is followed by a byte of padding.
        at += 8 + size + size % 2;
    }
    broadcast.into_iter().chain(information)
}

fn read_header(source: &mut (impl Read + Seek), at: u64) -> Option<([u8; 4], u64)> {
    source.seek(SeekFrom::Start(at)).ok()?;
    let (mut kind, mut size) = ([0; 4], [0; 4]);
    source.read_exact(&mut kind).ok()?;
    source.read_exact(&mut size).ok()?;
    Some((kind, u64::from(u32::from_le_bytes(size))))
}

/// Reads the origination date and time.
fn read_broadcast(source: &mut (impl Read + Seek)) -> Option<CaptureStamp> {
    source.seek_relative(i64::try_from(DATE_AT).ok()?).ok()?;
    let mut written = [0; 18];
    source.read_exact(&mut written).ok()?;
    let (date, time) = written.split_at(10);
    let (date, time) = (String::from_utf8_lossy(date), String::from_utf8_lossy(time));
    stamp::parse(&format!("{date} {time}")).or_else(|| stamp::parse(&date))
}

/// Reads `ICRD`.
fn read_information(source: &mut (impl Read + Seek), size: u64) -> Option<CaptureStamp> {
    let mut list = Vec::new();
    source.take(size.min(MAX_LIST)).read_to_end(&mut list).ok()?;
    let mut rest = list.strip_prefix(b"INFO")?;
    while let Some(([id @ .., a, b, c, d], after)) = rest.split_first_chunk::<8>() {
        let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?;
        let (content, after) = after.split_at_checked(length)?;
        if id == b"ICRD" {
            return stamp::parse(&String::from_utf8_lossy(content));
        }
        rest = after.get(length % 2..).unwrap_or_default();
    }
    None
}
