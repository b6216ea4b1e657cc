//! Creation time in the EXIF of photographs.

use std::io::{BufReader, Read, Seek};

use exif::{In, Reader, Tag, Value};

use crate::services::ingest::capture_time::capture_stamp::CaptureStamp;
use crate::services::ingest::capture_time::stamp;

/// Fields with a date, each with the field of its UTC offset; the first is the moment of the exposure.
const FIELDS: [(Tag, Tag); 3] = [
    (Tag::DateTimeOriginal, Tag::OffsetTimeOriginal),
    (Tag::DateTimeDigitized, Tag::OffsetTimeDigitized),
    (Tag::DateTime, Tag::OffsetTime),
];

/// Returns the dates of a photograph in order of precedence.
pub(super) fn read(source: impl Read + Seek) -> impl Iterator<Item = CaptureStamp> {
    let found = Reader::new().continue_on_error(true).read_from_container(&mut BufReader::new(source));
    let found = found.or_else(|error| error.distill_partial_result(|_| ())).ok();
    let text = move |tag: Tag| match &found.as_ref()?.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(parts) => parts.first().map(|part| String::from_utf8_lossy(part).into_owned()),
        _ => None,
    };
    FIELDS.into_iter().filter_map(move |(date, offset)| {
        let date = text(date)?;
        let date = date.trim_end_matches(['\0', ' ']);
        let with_offset = text(offset).and_then(|offset| stamp::parse(&format!("{date}{}", offset.trim())));
        with_offset.or_else(|| stamp::parse(date))
    })
}
