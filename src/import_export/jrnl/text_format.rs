//! Parser of jrnl's text format: a header line with date, time and title, then the text.

use std::io::{BufRead, Read as _};
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::entry_date;
use crate::domain::text::MAX_TEXT;
use crate::error::{Error, Result};
use crate::import_export::batch_importer::BatchImporter;
use crate::import_export::jrnl::entry::{ParsedEntry, add_entry, encrypted_error};

/// Entry header `[2026-05-12 07:00] Title`, optionally with seconds and AM or PM; without brackets in older versions.
static ENTRY_HEADER: LazyLock<Regex> = LazyLock::new(|| {
    let day = r"[0-9]{4}-[0-9]{2}-[0-9]{2}";
    let time = r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?(?:[ ]?([AaPp])\.?[Mm]\.?)?";
    let form = format!(r"^(?:\[({day})[ T]{time}\]|({day})[ T]{time})(?:[ \t]+(.*))?$");
    Regex::new(&form).expect("the constant pattern is valid")
});

/// Tag in the text: `@word`, as jrnl defines it.
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\s)@([-+*#/\w]+)").expect("the constant pattern is valid"));

/// Imports every entry of a text; `total` is its size in bytes, for progress.
///
/// # Errors
/// `Invalid` if it is not UTF-8 text or has no entry header.
pub(super) fn import_text(mut from: impl BufRead, total: u64, taking: &mut BatchImporter<'_>) -> Result<()> {
    let (mut open, mut done, mut line) = (None::<ParsedEntry>, 0, Vec::new());
    // Bounds memory: an entry with a longer line is rejected as too long.
    let limit = MAX_TEXT as u64 + 1;
    loop {
        line.clear();
        let count = (&mut from).take(limit).read_until(b'\n', &mut line).map_err(|error| {
            Error::conflict("the file cannot be read").hint("check its disk for errors").caused_by(error)
        })?;
        if count == 0 {
            break;
        }
        done += count as u64;
        let bytes = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            if open.is_none() {
                return encrypted_error().caused_by(error);
            }
            Error::invalid("the file is not UTF-8 text").hint("`iconv -f LATIN1 -t UTF-8 FILE` converts it")
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        if let Some(head) = parse_header(text) {
            if let Some(read) = open.replace(head) {
                add_entry(taking, &with_tags(read))?;
            }
            taking.report_progress(done, total);
        } else if let Some(read) = &mut open {
            // One byte above the maximum is enough to reject the entry.
            if read.body.len() <= MAX_TEXT {
                read.body.push_str(text);
                read.body.push('\n');
            }
        } else if !text.trim().is_empty() {
            return Err(Error::invalid("the first line is not a jrnl entry header")
                .hint("name a jrnl journal, or the output of `jrnl --export json`"));
        }
    }
    match open {
        Some(read) => add_entry(taking, &with_tags(read)),
        None => Err(Error::invalid("the file contains no entry").hint("name a jrnl journal")),
    }
}

fn parse_header(line: &str) -> Option<ParsedEntry> {
    let found = ENTRY_HEADER.captures(line)?;
    let either = |one, other| found.get(one).or_else(|| found.get(other)).map(|part| part.as_str());
    let date = entry_date::parse(either(1, 5)?).ok()?;
    let hour: u32 = either(2, 6)?.parse().ok()?;
    let hour = match either(4, 8) {
        Some("a" | "A") => hour % 12,
        Some(_) => hour % 12 + 12,
        None => hour,
    };
    let title = found.get(9).map_or("", |title| title.as_str()).trim();
    let starred = title.strip_suffix('*').filter(|rest| rest.is_empty() || rest.ends_with(' '));
    Some(ParsedEntry {
        date,
        time: format!("{hour:02}:{}", either(3, 7)?),
        title: starred.unwrap_or(title).trim().to_owned(),
        body: String::new(),
        tags: Vec::new(),
        starred: starred.is_some(),
    })
}

fn with_tags(mut read: ParsedEntry) -> ParsedEntry {
    let found = |text: &str| TAG.captures_iter(text).map(|tag| tag[1].to_owned()).collect::<Vec<_>>();
    read.tags = [found(&read.title), found(&read.body)].concat();
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_form_is_parsed_and_other_lines_are_not() {
        let read =
            |line: &str| parse_header(line).map(|read| (read.date.to_string(), read.time, read.title, read.starred));
        let of = |time: &str, title: &str, starred| Some(("2026-05-12".into(), time.into(), title.into(), starred));

        assert_eq!(read("[2026-05-12 07:00] Rain."), of("07:00", "Rain.", false));
        assert_eq!(read("[2026-05-12 07:00:09 PM] Rain. *"), of("19:00", "Rain.", true));
        assert_eq!(read("[2026-05-12 12:05 AM] Rain*"), of("00:05", "Rain*", false));
        assert_eq!(read("2026-05-12 7:00 Rain."), of("07:00", "Rain.", false));
        assert_eq!(read("[2026-05-12 07:00]"), of("07:00", "", false));
        for other in ["[2026-02-30 07:00] x", "on 2026-05-12 07:00 it rained", "2026-05-12 rain", "[2026-05-12] x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
