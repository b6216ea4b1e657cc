//! Resources: an entry by its number, a day by its date. They are texts of bounded length, and lists of them name no text.

use std::fmt::Write as _;

use rmcp::model::ListResourceTemplatesResult;
use rmcp::model::ListResourcesResult;
use rmcp::model::ReadResourceResult;
use rmcp::model::Resource;
use rmcp::model::ResourceContents;
use rmcp::model::ResourceTemplate;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::mcp::cursor::Cursor;
use crate::mcp::fence::Fence;
use crate::model::day;
use crate::model::entry::Entry;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

/// Entries of a page, and of a day.
const PAGE: u32 = 50;
/// Most bytes of entry text in a resource.
const MAX_TEXT: usize = 256 * 1024;
/// What entries are handed out as: their text stands between lines of the server's own.
const MIME: &str = "text/plain";

const ENTRY: &str = "journal://entry/";
const DAY: &str = "journal://day/";

/// What a template makes URIs of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Template {
    /// `journal://entry/{id}`.
    Entry,
    /// `journal://day/{date}`.
    Day,
}

impl Template {
    const ALL: [Self; 2] = [Self::Entry, Self::Day];

    const fn uri(self) -> &'static str {
        match self {
            Self::Entry => "journal://entry/{id}",
            Self::Day => "journal://day/{date}",
        }
    }

    fn shown(self) -> ResourceTemplate {
        let (name, title, about) = match self {
            Self::Entry => ("entry", "Entry", "One entry, by its number."),
            Self::Day => ("day", "Day", "The entries of a day, by its date, YYYY-MM-DD."),
        };
        ResourceTemplate::new(self.uri(), name).with_title(title).with_description(about).with_mime_type(MIME)
    }
}

/// A resource that a URI names.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Entry(EntryId),
    Day(String),
}

impl Named {
    /// Reads a URI; each resource has one.
    fn parse(uri: &str) -> Result<Self> {
        if let Some(number) = uri.strip_prefix(ENTRY) {
            let id = number.parse::<EntryId>().ok().filter(|id| id.to_string() == number);
            return id.map(Self::Entry).ok_or_else(|| {
                Error::invalid("that is no number of an entry").hint("write it like journal://entry/12")
            });
        }
        if let Some(date) = uri.strip_prefix(DAY) {
            return Ok(Self::Day(day::parse(date)?.to_string()));
        }
        Err(Error::not_found("resource").hint("there are journal://entry/NUMBER and journal://day/YYYY-MM-DD"))
    }
}

/// Finds the template that a client names.
///
/// # Errors
/// `Invalid` for one that there is not.
pub(crate) fn template(uri: &str) -> Result<Template> {
    let known = Template::ALL.into_iter().find(|template| template.uri() == uri);
    known.ok_or_else(|| {
        Error::invalid("there is no such template").hint("resources/templates/list shows those there are")
    })
}

/// Returns the templates, to who may read what they name.
pub(crate) fn templates(ctx: &Ctx) -> ListResourceTemplatesResult {
    let open = Template::ALL.into_iter().filter(|_| may_read(ctx));
    ListResourceTemplatesResult::with_all_items(open.map(Template::shown).collect())
}

fn may_read(ctx: &Ctx) -> bool {
    ctx.caller.authorize(Scope::EntriesRead).is_ok()
}

/// Lists entries, newest date first; none to who may not read any.
///
/// # Errors
/// `Invalid` for a cursor that this list did not give.
pub(crate) async fn list(ctx: &Ctx, cursor: Option<&str>) -> Result<ListResourcesResult> {
    let after = cursor.map(Cursor::open).transpose()?.map(|last| (last.day, last.id));
    if !may_read(ctx) {
        return Ok(ListResourcesResult::default());
    }
    let places = entries::places(ctx).await?;
    // They are in falling order, so those that were shown stand before the rest.
    let begin = after.as_ref().map_or(0, |after| places.partition_point(|one| one >= after));
    let end = places.len().min(begin + PAGE as usize);
    let mut listed = ListResourcesResult::with_all_items(places[begin..end].iter().map(resource).collect());
    if let Some((day, id)) = places[begin..end].last().filter(|_| end < places.len()) {
        listed.next_cursor = Some(Cursor { day: day.clone(), id: *id }.sealed());
    }
    Ok(listed)
}

/// Names an entry by nothing that somebody wrote: a list is not read as carefully as a text is, and clients ask for it by
/// themselves.
fn resource((day, id): &(String, EntryId)) -> Resource {
    Resource::new(format!("{ENTRY}{id}"), format!("entry-{id}"))
        .with_title(format!("{day}, entry {id}"))
        .with_description(format!("A journal entry of {day}"))
        .with_mime_type(MIME)
}

/// Reads a resource.
///
/// # Errors
/// `Invalid` for a URI of no resource, `NotFound` for an entry that the caller does not have, `Forbidden`.
pub(crate) async fn read(ctx: &Ctx, uri: String) -> Result<ReadResourceResult> {
    let fence = Fence::draw(ctx.app.entropy.as_ref())?;
    let text = match Named::parse(&uri)? {
        Named::Entry(id) => {
            let entry = entries::get(ctx, id).await.map_err(|error| match error.kind() {
                Kind::NotFound => error.hint("resources/list shows the entries there are"),
                _ => error,
            })?;
            told(&fence, "", &[entry])
        }
        Named::Day(date) => {
            let (written, total) = entries::on_day(ctx, &date, PAGE).await?;
            let count = match (written.len(), total) {
                (_, 0) => format!("There are no entries of {date}."),
                (_, 1) => format!("There is 1 entry of {date}."),
                (shown, total) if shown < total => format!("The first {shown} of {total} entries of {date}."),
                (_, total) => format!("There are {total} entries of {date}."),
            };
            told(&fence, &count, &written)
        }
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(MIME)]))
}

/// Puts entries into one text, as far as there is room.
fn told(fence: &Fence, head: &str, entries: &[Entry]) -> String {
    let mut text = head.to_owned();
    if !entries.is_empty() {
        let gap = if head.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{gap}{}", fence.rule());
    }
    let mut room = MAX_TEXT;
    for entry in entries {
        let Entry { id, entry_date, source_type, word_count, .. } = entry;
        let whole = match &entry.title {
            Some(title) => format!("{title}\n\n{}", entry.final_text),
            None => entry.final_text.clone(),
        };
        let shown = &whole[..whole.floor_char_boundary(room)];
        room -= shown.len();
        let _ = writeln!(text, "\nEntry {id} of {entry_date} ({source_type}, {word_count} words):");
        let _ = writeln!(text, "{}", fence.around(shown));
        if shown.len() < whole.len() {
            let _ = writeln!(text, "Cut: {} of {} bytes are shown.", shown.len(), whole.len());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_resource_has_one_uri() {
        assert_eq!(Named::parse("journal://entry/12").unwrap(), Named::Entry(EntryId(12)));
        assert_eq!(Named::parse("journal://day/2026-05-12").unwrap(), Named::Day("2026-05-12".to_owned()));
        let wrong = "journal://entry/012|journal://entry/+12|journal://entry/0|journal://entry/|journal://entry/1/|\
             journal://entry/1?a|JOURNAL://entry/1|journal:entry/1|journal://day/2026-02-30|journal://day/today|\
             journal://day/|journal://|file:///etc/passwd|https://journal.example/entry/1|entry/1| |";
        for uri in wrong.split('|') {
            assert!(Named::parse(uri).is_err(), "{uri}");
        }
    }
}
