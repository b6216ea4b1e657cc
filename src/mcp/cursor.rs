//! Where a list goes on: what a client sends back is what it was given, or it is refused.

use data_encoding::BASE64URL_NOPAD;

use crate::error::Error;
use crate::error::Result;
use crate::model::day;
use crate::model::id::EntryId;

/// The last entry of a page: its day and its number. Entries that come and go do not move it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) day: String,
    pub(crate) id: EntryId,
}

/// Longest one that there is.
const MAX_LEN: usize = 64;

impl Cursor {
    /// Writes it so that no client is tempted to make one.
    pub(crate) fn sealed(&self) -> String {
        let text = format!("{}|{}", self.day, self.id);
        let check = crc32fast::hash(text.as_bytes()).to_be_bytes();
        BASE64URL_NOPAD.encode(&[&check, text.as_bytes()].concat())
    }

    /// Reads one.
    ///
    /// # Errors
    /// `Invalid` for anything that [`Self::sealed`] did not write.
    pub(crate) fn open(sealed: &str) -> Result<Self> {
        Self::read(sealed).ok_or_else(|| {
            Error::invalid("the cursor is none that this list gave").hint("leave it out to begin with the first page")
        })
    }

    fn read(sealed: &str) -> Option<Self> {
        let bytes = (sealed.len() <= MAX_LEN).then(|| BASE64URL_NOPAD.decode(sealed.as_bytes()).ok())??;
        let (check, text) = bytes.split_first_chunk::<4>()?;
        let text =
            std::str::from_utf8(text).ok().filter(|text| crc32fast::hash(text.as_bytes()).to_be_bytes() == *check)?;
        let (date, id) = text.split_once('|')?;
        Some(Self { day: day::parse(date).ok()?.to_string(), id: id.parse().ok()? })
    }
}

/// Refuses a cursor for a list that has one page.
///
/// # Errors
/// `Invalid` for any.
pub(crate) fn none(cursor: Option<&str>) -> Result<()> {
    match cursor {
        None => Ok(()),
        Some(_) => Err(Error::invalid("this list has one page, so there is no cursor for it").hint("leave it out")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written_and_an_altered_one_not_at_all() {
        let cursor = Cursor { day: "2026-05-12".to_owned(), id: EntryId(7) };
        let sealed = cursor.sealed();

        assert_eq!(Cursor::open(&sealed).unwrap(), cursor);
        for at in 0..sealed.len() {
            let other = if sealed.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut altered = sealed.clone();
            altered.replace_range(at..=at, other);
            assert!(Cursor::open(&altered).is_err(), "{altered}");
        }
        let long = "A".repeat(1 << 20);
        for foreign in ["", "2", "eyJvZmZzZXQiOjUwfQ", "ä", " ", &sealed[1..], &long] {
            assert!(Cursor::open(foreign).is_err(), "{foreign:.20}");
        }
    }
}
