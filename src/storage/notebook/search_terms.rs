//! Column `search_terms` of entries: tags and symbols as words of the full-text index.

use rusqlite::named_params;

use crate::domain::id::EntryId;
use crate::domain::search_query::symbol_words;
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// Word in the terms of an entry whose symbols were not read yet; the default of the column.
pub(super) const SYMBOLS_UNREAD: &str = "xsymbolsunread";

/// Returns the terms of an entry: its tags, and the symbols of its title, text and tags.
pub(crate) fn of(title: Option<&str>, text: &str, tags: &[String]) -> String {
    // A tag is also found as it is written in a text, `#tag`.
    let sign = if tags.is_empty() { "" } else { "#" };
    let symbols = symbol_words(&[title.unwrap_or_default(), text, sign, &tags.join(" ")].concat());
    tags.iter().map(String::as_str).chain(symbols.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

/// Computes the terms of an entry again after a change of its title, text or tags.
pub(crate) fn refresh(db: &NotebookDb<'_>, entry: EntryId, tags: &[String]) -> Result<()> {
    let found = db.query_optional(
        "SELECT title, final_text FROM entries WHERE id = :entry",
        named_params! { ":entry": entry.0 },
        |row| Ok((row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?)),
    )?;
    let Some((title, text)) = found else { return Ok(()) };
    let terms = of(title.as_deref(), &text, tags);
    db.execute(
        "UPDATE entries SET search_terms = :terms WHERE id = :entry AND search_terms <> :terms",
        named_params! { ":entry": entry.0, ":terms": terms },
    )
    .map(drop)
}
