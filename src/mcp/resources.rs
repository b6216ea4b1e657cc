//! MCP resources: an entry by id, a day by date. Their text is bounded, and their lists contain no entry text.

use std::fmt::Write as _;

use rmcp::model::{
    ListResourceTemplatesResult, ListResourcesResult, ReadResourceResult, Resource, ResourceContents, ResourceTemplate,
};

use crate::app::context::Ctx;
use crate::domain::entry::Entry;
use crate::domain::entry_date;
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::mcp::content_delimiter::ContentDelimiter;
use crate::mcp::cursor::PageCursor;
use crate::services::entries;

/// Maximum number of entries in a page of the list, and of a day.
const PAGE: usize = 50;
/// Maximum size of entry text in a resource, in bytes.
const MAX_TEXT: usize = 256 * 1024;
/// Media type of resources: entry text between the server's delimiters.
const MIME: &str = "text/plain";

const ENTRY: &str = "journal://entry/";
const DAY: &str = "journal://day/";

/// URI template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResourceUriTemplate {
    /// `journal://entry/{id}`.
    Entry,
    /// `journal://day/{date}`.
    Day,
}

impl ResourceUriTemplate {
    const ALL: [Self; 2] = [Self::Entry, Self::Day];

    const fn uri(self) -> &'static str {
        match self {
            Self::Entry => "journal://entry/{id}",
            Self::Day => "journal://day/{date}",
        }
    }

    fn to_model(self) -> ResourceTemplate {
        let (name, title, about) = match self {
            Self::Entry => ("entry", "Entry", "One entry by id."),
            Self::Day => ("day", "Day", "All entries of a day by date, YYYY-MM-DD."),
        };
        ResourceTemplate::new(self.uri(), name).with_title(title).with_description(about).with_mime_type(MIME)
    }
}

/// Parsed resource URI.
#[derive(Debug, PartialEq, Eq)]
enum ResourceUri {
    Entry(EntryId),
    Day(String),
}

impl ResourceUri {
    /// Parses a URI; each resource has exactly one.
    fn parse(uri: &str) -> Result<Self> {
        if let Some(number) = uri.strip_prefix(ENTRY) {
            let id = number.parse::<EntryId>().ok().filter(|id| id.to_string() == number);
            return id
                .map(Self::Entry)
                .ok_or_else(|| Error::invalid("invalid entry id").hint("use the form journal://entry/12"));
        }
        if let Some(date) = uri.strip_prefix(DAY) {
            return Ok(Self::Day(entry_date::parse(date)?.to_string()));
        }
        Err(Error::not_found("resource").hint("valid URIs are journal://entry/ID and journal://day/YYYY-MM-DD"))
    }
}

/// Finds a template by its URI.
///
/// # Errors
/// `Invalid` for an unknown template.
pub(crate) fn find_template(uri: &str) -> Result<ResourceUriTemplate> {
    let known = ResourceUriTemplate::ALL.into_iter().find(|template| template.uri() == uri);
    known.ok_or_else(|| {
        Error::invalid("unknown template").hint("resources/templates/list shows the available templates")
    })
}

/// Returns the templates, if the caller may read entries.
pub(crate) fn templates(ctx: &Ctx) -> ListResourceTemplatesResult {
    let open = ResourceUriTemplate::ALL.into_iter().filter(|_| can_read_entries(ctx));
    ListResourceTemplatesResult::with_all_items(open.map(ResourceUriTemplate::to_model).collect())
}

fn can_read_entries(ctx: &Ctx) -> bool {
    ctx.caller.authorize(Scope::EntriesRead).is_ok()
}

/// Lists entries, newest date first; empty if the caller may not read entries.
///
/// # Errors
/// `Invalid` for a cursor that this list did not issue.
pub(crate) async fn list(ctx: &Ctx, cursor: Option<&str>) -> Result<ListResourcesResult> {
    let after = cursor.map(PageCursor::decode).transpose()?.map(|last| (last.day, last.id));
    if !can_read_entries(ctx) {
        return Ok(ListResourcesResult::default());
    }
    let places = entries::dates_and_ids(ctx).await?;
    // The list is in descending order, so entries already listed come first.
    let begin = after.as_ref().map_or(0, |after| places.partition_point(|one| one >= after));
    let end = places.len().min(begin + PAGE);
    let mut listed = ListResourcesResult::with_all_items(places[begin..end].iter().map(to_resource).collect());
    if let Some((day, id)) = places[begin..end].last().filter(|_| end < places.len()) {
        listed.next_cursor = Some(PageCursor { day: day.clone(), id: *id }.encode());
    }
    Ok(listed)
}

/// Describes an entry without any of its text: clients fetch lists on their own and check them less carefully.
fn to_resource((day, id): &(String, EntryId)) -> Resource {
    Resource::new(format!("{ENTRY}{id}"), format!("entry-{id}"))
        .with_title(format!("{day}, entry {id}"))
        .with_description(format!("A journal entry of {day}"))
        .with_mime_type(MIME)
}

/// Reads a resource.
///
/// # Errors
/// `Invalid` for an unknown URI, `NotFound` for an entry that the caller cannot access, `Forbidden`.
pub(crate) async fn read(ctx: &Ctx, uri: String) -> Result<ReadResourceResult> {
    let delimiter = ContentDelimiter::generate(ctx.app.entropy.as_ref())?;
    let text = match ResourceUri::parse(&uri)? {
        ResourceUri::Entry(id) => {
            let entry = entries::get(ctx, id).await.map_err(|error| match error.kind() {
                ErrorKind::NotFound => error.hint("resources/list shows the available entries"),
                _ => error,
            })?;
            render_entries(&delimiter, "", &[entry])
        }
        ResourceUri::Day(date) => {
            let (written, total) = entries::on_day(ctx, &date, PAGE).await?;
            let count = match (written.len(), total) {
                (_, 0) => format!("There are no entries of {date}."),
                (_, 1) => format!("There is 1 entry of {date}."),
                (shown, total) if shown < total => format!("The first {shown} of {total} entries of {date}."),
                (_, total) => format!("There are {total} entries of {date}."),
            };
            render_entries(&delimiter, &count, &written)
        }
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(MIME)]))
}

/// Renders entries as one text of at most [`MAX_TEXT`] bytes of entry text.
fn render_entries(delimiter: &ContentDelimiter, head: &str, entries: &[Entry]) -> String {
    let mut text = head.to_owned();
    if !entries.is_empty() {
        let gap = if head.is_empty() { "" } else { " " };
        let _ = writeln!(text, "{gap}{}", delimiter.instruction());
    }
    let mut remaining = MAX_TEXT;
    for entry in entries {
        let Entry { id, entry_date, source_type, word_count, .. } = entry;
        let whole = match &entry.title {
            Some(title) => format!("{title}\n\n{}", entry.final_text),
            None => entry.final_text.clone(),
        };
        let shown = &whole[..whole.floor_char_boundary(remaining)];
        remaining -= shown.len();
        let _ = writeln!(text, "\nEntry {id} of {entry_date} ({source_type}, {word_count} words):");
        let _ = writeln!(text, "{}", delimiter.wrap(shown));
        if shown.len() < whole.len() {
            let _ = writeln!(text, "Truncated: {} of {} bytes are shown.", shown.len(), whole.len());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_resource_has_one_uri() {
        assert_eq!(ResourceUri::parse("journal://entry/12").unwrap(), ResourceUri::Entry(EntryId(12)));
        assert_eq!(ResourceUri::parse("journal://day/2026-05-12").unwrap(), ResourceUri::Day("2026-05-12".to_owned()));
        let wrong = "journal://entry/012|journal://entry/+12|journal://entry/0|journal://entry/|journal://entry/1/|\
             journal://entry/1?a|JOURNAL://entry/1|journal:entry/1|journal://day/2026-02-30|journal://day/today|\
             journal://day/|journal://|file:///etc/passwd|https://journal.example/entry/1|entry/1| |";
        for uri in wrong.split('|') {
            assert!(ResourceUri::parse(uri).is_err(), "{uri}");
        }
    }
}
