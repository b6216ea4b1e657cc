//! Pagination cursor with a checksum: a value that the server did not issue is an error.

use data_encoding::BASE64URL_NOPAD;

use crate::domain::entry_date;
use crate::domain::id::EntryId;
use crate::error::{Error, Result};

/// Last entry of a page, by day and id, so that added or deleted entries do not shift the next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageCursor {
    pub(crate) day: String,
    pub(crate) id: EntryId,
}

/// Maximum length of an encoded cursor.
const MAX_LEN: usize = 64;

impl PageCursor {
    /// Encodes the cursor as an opaque string.
    pub(crate) fn encode(&self) -> String {
        let text = format!("{}|{}", self.day, self.id);
        let check = crc32fast::hash(text.as_bytes()).to_be_bytes();
        BASE64URL_NOPAD.encode(&[&check, text.as_bytes()].concat())
    }

    /// Decodes a cursor.
    ///
    /// # Errors
    /// `Invalid` for any string that [`Self::encode`] did not return.
    pub(crate) fn decode(sealed: &str) -> Result<Self> {
        Self::try_decode(sealed)
            .ok_or_else(|| Error::invalid("invalid cursor").hint("omit it to start with the first page"))
    }

    fn try_decode(sealed: &str) -> Option<Self> {
        let bytes = (sealed.len() <= MAX_LEN).then(|| BASE64URL_NOPAD.decode(sealed.as_bytes()).ok())??;
        let (check, text) = bytes.split_first_chunk::<4>()?;
        let text =
            std::str::from_utf8(text).ok().filter(|text| crc32fast::hash(text.as_bytes()).to_be_bytes() == *check)?;
        let (date, id) = text.split_once('|')?;
        Some(Self { day: entry_date::parse(date).ok()?.to_string(), id: id.parse().ok()? })
    }
}

/// Rejects a cursor for a list that has a single page.
///
/// # Errors
/// `Invalid` for any cursor.
pub(crate) fn reject_cursor(cursor: Option<&str>) -> Result<()> {
    match cursor {
        None => Ok(()),
        Some(_) => Err(Error::invalid("this list has only one page, so it takes no cursor").hint("omit it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_round_trips_and_an_altered_one_is_rejected() {
        let cursor = PageCursor { day: "2026-05-12".to_owned(), id: EntryId(7) };
        let sealed = cursor.encode();

        assert_eq!(PageCursor::decode(&sealed).unwrap(), cursor);
        for at in 0..sealed.len() {
            let other = if sealed.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut altered = sealed.clone();
            altered.replace_range(at..=at, other);
            assert!(PageCursor::decode(&altered).is_err(), "{altered}");
        }
        let long = "A".repeat(1 << 20);
        for foreign in ["", "2", "eyJvZmZzZXQiOjUwfQ", "ä", " ", &sealed[1..], &long] {
            assert!(PageCursor::decode(foreign).is_err(), "{foreign:.20}");
        }
    }
}
