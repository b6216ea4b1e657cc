//! jrnl's text: a line with date, time and title, and below it whatever was written.

use std::io::BufRead;
use std::io::Read as _;
use std::sync::LazyLock;

use regex::Regex;

use crate::error::Error;
use crate::error::Result;
use crate::model::day;
use crate::model::text::MAX_TEXT;
use crate::port::jrnl::Read;
use crate::port::jrnl::encrypted;
use crate::port::jrnl::take;
use crate::port::taking::Taking;

/// `[2026-05-12 07:00] Title`, with seconds and AM or PM where the journal's settings want them; in its older form
/// without brackets.
static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    let day = r"[0-9]{4}-[0-9]{2}-[0-9]{2}";
    let time = r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?(?:[ ]?([AaPp])\.?[Mm]\.?)?";
    let form = format!(r"^(?:\[({day})[ T]{time}\]|({day})[ T]{time})(?:[ \t]+(.*))?$");
    Regex::new(&form).expect("the form of a head is a constant and valid")
});

/// A word with a sign before it, as jrnl finds tags.
static TAG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:^|\s)@([-+*#/\w]+)").expect("the form of a tag is a constant and valid"));

/// Takes in every entry of a text; `total` is its length, for a bar.
///
/// # Errors
/// `Invalid` for what is no text, or has no head of an entry.
pub(super) fn read(mut from: impl BufRead, total: u64, taking: &mut Taking<'_>) -> Result<()> {
    let (mut open, mut done, mut line) = (None::<Read>, 0, Vec::new());
    // What goes on for longer than this is no entry, and is refused as one.
    let limit = MAX_TEXT as u64 + 1;
    loop {
        line.clear();
        let count = (&mut from).take(limit).read_until(b'\n', &mut line).map_err(|error| {
            Error::conflict("the file cannot be read").hint("check the disk that it is on").caused_by(error)
        })?;
        if count == 0 {
            break;
        }
        done += count as u64;
        let bytes = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            if open.is_none() {
                return encrypted().caused_by(error);
            }
            Error::invalid("the file is not UTF-8 text").hint("`iconv -f LATIN1 -t UTF-8 FILE` converts an old one")
        })?;
        let text = text.trim_end_matches(['\n', '\r']);
        if let Some(head) = head(text) {
            if let Some(read) = open.replace(head) {
                take(taking, &tagged(read))?;
            }
            taking.tell(done, total);
        } else if let Some(read) = &mut open {
            // One byte more than an entry holds is enough to refuse it.
            if read.body.len() <= MAX_TEXT {
                read.body.push_str(text);
                read.body.push('\n');
            }
        } else if !text.trim().is_empty() {
            return Err(Error::invalid("the first line is no head of an entry of jrnl")
                .hint("name a journal of jrnl, or what `jrnl --export json` writes"));
        }
    }
    match open {
        Some(read) => take(taking, &tagged(read)),
        None => Err(Error::invalid("there is no entry in the file").hint("name a journal of jrnl")),
    }
}

fn head(line: &str) -> Option<Read> {
    let found = HEAD.captures(line)?;
    let either = |one, other| found.get(one).or_else(|| found.get(other)).map(|part| part.as_str());
    let date = day::parse(either(1, 5)?).ok()?;
    let hour: u32 = either(2, 6)?.parse().ok()?;
    let hour = match either(4, 8) {
        Some("a" | "A") => hour % 12,
        Some(_) => hour % 12 + 12,
        None => hour,
    };
    let title = found.get(9).map_or("", |title| title.as_str()).trim();
    let starred = title.strip_suffix('*').filter(|rest| rest.is_empty() || rest.ends_with(' '));
    Some(Read {
        date,
        time: format!("{hour:02}:{}", either(3, 7)?),
        title: starred.unwrap_or(title).trim().to_owned(),
        body: String::new(),
        tags: Vec::new(),
        starred: starred.is_some(),
    })
}

fn tagged(mut read: Read) -> Read {
    let found = |text: &str| TAG.captures_iter(text).map(|tag| tag[1].to_owned()).collect::<Vec<_>>();
    read.tags = [found(&read.title), found(&read.body)].concat();
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_known_in_every_form_and_nothing_else_is() {
        let read = |line: &str| head(line).map(|read| (read.date.to_string(), read.time, read.title, read.starred));
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
