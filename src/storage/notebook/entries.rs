//! Rows of entries.

use rusqlite::{Row, named_params};

use crate::domain::access_filter::AccessFilter;
use crate::domain::calendar::EntryMinute;
use crate::domain::entry::{AssistantAuthor, CharRange, Entry, EntryProvenance, SourceType};
use crate::domain::id::EntryId;
use crate::domain::{prompt_injection, text};
use crate::error::{Error, Result};
use crate::storage::notebook::entities::links;
use crate::storage::notebook::entry_access::{self, restricted_statement};
use crate::storage::notebook::{NotebookDb, properties, search_terms, tags};

/// Time of day of an entry, and the origin of its date.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EntryDating<'a> {
    /// Minutes since 00:00 of the entry's date.
    pub(crate) minute: Option<EntryMinute>,
    /// True for a date that was stated nowhere.
    pub(crate) guessed: bool,
    /// Name of the date's origin; empty if not recorded.
    pub(crate) origin: &'a str,
}

/// Row of a new entry.
pub(crate) struct NewEntry<'a> {
    pub(crate) entry_date: &'a str,
    pub(crate) date_confirmed: bool,
    pub(crate) dating: EntryDating<'a>,
    pub(crate) title: Option<&'a str>,
    pub(crate) source_type: SourceType,
    pub(crate) raw_text: &'a str,
    pub(crate) final_text: &'a str,
    /// Part of the raw text that is the entry.
    pub(crate) window: Option<CharRange>,
    /// Assistant that adds the entry.
    pub(crate) added_by: Option<&'a AssistantAuthor>,
    pub(crate) at: &'a str,
}

/// Edit of an entry; `None` leaves a field unchanged.
#[derive(Default)]
pub(crate) struct EntryChange<'a> {
    pub(crate) entry_date: Option<&'a str>,
    #[expect(clippy::option_option, reason = "the inner `None` is an entry without a time of day")]
    pub(crate) minute: Option<Option<EntryMinute>>,
    #[expect(clippy::option_option, reason = "the inner `None` is an entry without a title")]
    pub(crate) title: Option<Option<&'a str>>,
    pub(crate) final_text: Option<&'a str>,
    #[expect(clippy::option_option, reason = "the inner `None` is all of the raw text")]
    pub(crate) window: Option<Option<CharRange>>,
    pub(crate) tags: Option<&'a [String]>,
    /// True if the owner accepts an assistant's text unchanged.
    pub(crate) accepted: bool,
}

impl EntryChange<'_> {
    /// Returns true if nothing is changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.changed_fields().is_empty()
    }

    /// Returns the names of the changed fields.
    pub(crate) fn changed_fields(&self) -> Vec<&'static str> {
        let fields = [
            ("entry_date", self.entry_date.is_some()),
            ("entry_time", self.minute.is_some()),
            ("title", self.title.is_some()),
            ("final_text", self.final_text.is_some()),
            ("content_window", self.window.is_some()),
            ("tags", self.tags.is_some()),
            ("accepted", self.accepted),
        ];
        fields.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
    }
}

/// Adds an entry; triggers update the full-text index. Text of source `agent` is attributed to the assistant.
pub(crate) fn add(db: &NotebookDb<'_>, new: &NewEntry<'_>) -> Result<EntryId> {
    let (start, end) = new.window.map(|window| (window.char_start, window.char_end)).unzip();
    let added_by = new.added_by.map(author_json).transpose()?;
    let written_by = added_by.as_ref().filter(|_| new.source_type == SourceType::Agent);
    let id = db.insert(
        "INSERT INTO entries (entry_date, entry_minute, date_guessed, date_origin, date_confirmed, title, source_type, raw_text,
                              final_text, word_count, content_start_char, content_end_char, added_by, written_by, created_at,
                              updated_at, search_terms)
         VALUES (:date, :minute, :guessed, :origin, :confirmed, :title, :source, :raw, :final, :words, :start, :end, :added,
                 :written, :at, :at, :terms)",
        named_params! {
            ":date": new.entry_date, ":minute": new.dating.minute.map(EntryMinute::minutes), ":guessed": new.dating.guessed,
            ":origin": new.dating.origin,
            ":confirmed": new.date_confirmed, ":title": new.title,
            ":source": new.source_type.name(), ":raw": new.raw_text, ":final": new.final_text,
            ":words": text::word_count(new.final_text), ":start": start, ":end": end, ":added": added_by,
            ":written": written_by, ":at": new.at, ":terms": search_terms::of(new.title, new.final_text, &[]),
        },
    )?;
    Ok(EntryId(id))
}

/// Returns true if the entry exists.
pub(crate) fn exists(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    db.query_optional("SELECT 1 FROM entries WHERE id = :id", named_params! { ":id": id.0 }, |_| Ok(()))
        .map(|found| found.is_some())
}

/// Returns true if the entry exists within a boundary.
pub(crate) fn exists_within(db: &NotebookDb<'_>, id: EntryId, within: &AccessFilter) -> Result<bool> {
    entry_access::query_optional(
        db,
        within,
        restricted_statement!(
            "SELECT 1 FROM entries e
             WHERE id = :id AND"
        ),
        &[(":id", &id.0)],
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}

/// Finds an entry.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<Entry>> {
    find_within(db, id, &AccessFilter::default())
}

/// Finds an entry within a boundary.
pub(crate) fn find_within(db: &NotebookDb<'_>, id: EntryId, within: &AccessFilter) -> Result<Option<Entry>> {
    let found = entry_access::query_optional(
        db,
        within,
        restricted_statement!(
            "SELECT id, entry_date, title, source_type, raw_text, final_text, word_count, chunk_count,
                    (SELECT COUNT(*) FROM entry_pages p WHERE p.entry_id = e.id),
                    language, created_at, updated_at, doubts_verified, date_confirmed, content_start_char, content_end_char,
                    added_by, written_by, accepted_at, entry_minute, date_guessed, date_origin
             FROM entries e
             WHERE id = :id AND"
        ),
        &[(":id", &id.0)],
        from_row,
    )?;
    let Some(mut entry) = found else { return Ok(None) };
    if !entry.doubts_verified {
        entry.uncertain_spans = list_uncertain_spans(db, id)?;
    }
    entry.tags = tags::list(db, id)?;
    entry.properties = properties::list(db, id)?;
    Ok(Some(entry))
}

/// Returns an entry within a boundary, with the suspicious passages of its text.
///
/// # Errors
/// The standard not-found error, also for an entry outside the boundary.
pub(crate) fn require_entry(db: &NotebookDb<'_>, id: EntryId, within: &AccessFilter) -> Result<Entry> {
    let entry = find_within(db, id, within)?.ok_or_else(|| not_found_error(id))?;
    Ok(Entry { suspicions: prompt_injection::find_injections(&entry.final_text), ..entry })
}

/// Checks that an entry exists within a boundary.
///
/// # Errors
/// As [`require_entry`].
pub(crate) fn require_exists(db: &NotebookDb<'_>, id: EntryId, within: &AccessFilter) -> Result<()> {
    if exists_within(db, id, within)? { Ok(()) } else { Err(not_found_error(id)) }
}

/// Returns the standard error for an entry that does not exist or that the caller may not access.
pub(crate) fn not_found_error(id: EntryId) -> Error {
    Error::not_found(format!("entry: {id}")).hint("`journal list` shows the entries there are")
}

/// Returns the entry ids within a boundary, oldest date first.
pub(crate) fn ids_by_date(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<EntryId>> {
    entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT id FROM entries e INDEXED BY entries_by_date
             WHERE",
            "ORDER BY entry_date, entry_minute, id"
        ),
        &[],
        |row| row.get(0).map(EntryId),
    )
}

/// Returns dates and ids within a boundary, newest date first.
pub(crate) fn dates_and_ids(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<(String, EntryId)>> {
    entry_access::query_all(
        db,
        within,
        restricted_statement!(
            "SELECT entry_date, id FROM entries e INDEXED BY entries_by_date
             WHERE",
            "ORDER BY entry_date DESC, entry_minute DESC, id DESC"
        ),
        &[],
        |row| Ok((row.get(0)?, EntryId(row.get(1)?))),
    )
}

/// Changes the date and the time of day of an entry.
fn change_day(db: &NotebookDb<'_>, id: EntryId, change: &EntryChange<'_>, at: &str) -> Result<()> {
    if let Some(date) = change.entry_date {
        db.execute(
            "UPDATE entries SET entry_date = :date, date_confirmed = 1, date_guessed = 0, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":date": date, ":at": at },
        )?;
    }
    if let Some(minute) = change.minute {
        db.execute(
            "UPDATE entries SET entry_minute = :minute, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":minute": minute.map(EntryMinute::minutes), ":at": at },
        )?;
    }
    Ok(())
}

/// Changes an entry. `by` is the assistant that wrote the changed text; `None` for a person.
pub(crate) fn change(
    db: &NotebookDb<'_>,
    id: EntryId,
    change: &EntryChange<'_>,
    by: Option<&AssistantAuthor>,
    at: &str,
) -> Result<()> {
    change_day(db, id, change, at)?;
    if let Some(title) = change.title {
        db.execute(
            "UPDATE entries SET title = :title, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":title": title, ":at": at },
        )?;
    }
    if let Some(window) = change.window {
        let (start, end) = window.map(|window| (window.char_start, window.char_end)).unzip();
        db.execute(
            "UPDATE entries SET content_start_char = :start, content_end_char = :end, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":start": start, ":end": end, ":at": at },
        )?;
    }
    if let Some(final_text) = change.final_text {
        db.execute(
            "UPDATE entries SET final_text = :text, word_count = :words, text_revision = text_revision + 1, updated_at = :at
             WHERE id = :id",
            named_params! { ":id": id.0, ":text": final_text, ":words": text::word_count(final_text), ":at": at },
        )?;
    }
    if change.title.is_some() || change.final_text.is_some() {
        search_terms::refresh(db, id, &tags::list(db, id)?)?;
    }
    if let Some(wanted) = change.tags {
        tags::set(db, id, wanted)?;
        db.execute("UPDATE entries SET updated_at = :at WHERE id = :id", named_params! { ":id": id.0, ":at": at })?;
    }
    if change.accepted {
        db.execute(
            "UPDATE entries SET accepted_at = :at, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":at": at },
        )?;
    }
    // A title set by a person leaves the text attributed to the assistant.
    if change.final_text.is_some() || (by.is_some() && change.title.is_some()) {
        db.execute(
            "UPDATE entries SET written_by = :by, accepted_at = NULL WHERE id = :id",
            named_params! { ":id": id.0, ":by": by.map(author_json).transpose()? },
        )?;
    }
    Ok(())
}

/// Marks an entry's uncertain spans as verified; returns false if the entry does not exist.
///
/// `updated_at` is unchanged, since the text is.
pub(crate) fn verify_doubts(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    Ok(db.execute("UPDATE entries SET doubts_verified = 1 WHERE id = :id", named_params! { ":id": id.0 })? == 1)
}

/// Removes an entry, its derived data, and entities only it mentioned; returns false if it does not exist.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    let spoken_of = links::list_entities(db, id)?;
    let removed = db.execute("DELETE FROM entries WHERE id = :id", named_params! { ":id": id.0 })? == 1;
    for entity in spoken_of {
        links::remove_unreferenced(db, entity)?;
    }
    Ok(removed)
}

/// Text of an entry as a job needs it.
pub(crate) struct EntryJobText {
    pub(crate) final_text: String,
    /// Incremented by every change of the text.
    pub(crate) revision: i64,
    pub(crate) date_confirmed: bool,
}

/// Returns an entry's text for a job.
pub(crate) fn find_job_text(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<EntryJobText>> {
    db.query_optional(
        "SELECT final_text, text_revision, date_confirmed FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok(EntryJobText { final_text: row.get(0)?, revision: row.get(1)?, date_confirmed: row.get(2)? }),
    )
}

/// Returns true if data may be derived from an entry: its date is confirmed, and an assistant's text is accepted.
pub(crate) fn is_derivable(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    let derivable = db.query_optional(
        "SELECT date_confirmed AND (written_by IS NULL OR accepted_at IS NOT NULL) FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    Ok(derivable == Some(true))
}

/// Returns an entry's date.
pub(crate) fn find_date(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<String>> {
    db.query_optional("SELECT entry_date FROM entries WHERE id = :id", named_params! { ":id": id.0 }, |row| row.get(0))
}

/// Returns date, title and text of an entry for a search result.
pub(crate) fn find_hit_text(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<(String, Option<String>, String)>> {
    db.query_optional(
        "SELECT entry_date, title, final_text FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )
}

/// Adds uncertain spans of an entry's raw text.
pub(crate) fn add_uncertain_spans(db: &NotebookDb<'_>, id: EntryId, spans: &[CharRange], at: &str) -> Result<()> {
    for span in spans {
        db.execute(
            "INSERT INTO entry_uncertain_spans (entry_id, char_start, char_end, created_at)
             VALUES (:id, :start, :end, :at)",
            named_params! { ":id": id.0, ":start": span.char_start, ":end": span.char_end, ":at": at },
        )?;
    }
    Ok(())
}

fn list_uncertain_spans(db: &NotebookDb<'_>, id: EntryId) -> Result<Vec<CharRange>> {
    db.query_all(
        "SELECT char_start, char_end FROM entry_uncertain_spans WHERE entry_id = :id ORDER BY char_start, char_end",
        named_params! { ":id": id.0 },
        |row| Ok(CharRange { char_start: row.get(0)?, char_end: row.get(1)? }),
    )
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let window: (Option<i64>, Option<i64>) = (row.get(14)?, row.get(15)?);
    Ok(Entry {
        id: EntryId(row.get(0)?),
        entry_date: row.get(1)?,
        title: row.get(2)?,
        source_type: row.get(3)?,
        raw_text: row.get(4)?,
        final_text: row.get(5)?,
        word_count: row.get(6)?,
        chunk_count: row.get(7)?,
        page_count: row.get(8)?,
        language: row.get(9)?,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
        doubts_verified: row.get(12)?,
        date_confirmed: row.get(13)?,
        entry_time: minute_from_row(row, 19)?,
        date_guessed: row.get(20)?,
        date_origin: Some(row.get(21)?).filter(|origin: &String| !origin.is_empty()),
        uncertain_spans: Vec::new(),
        tags: Vec::new(),
        properties: Vec::new(),
        provenance: EntryProvenance { added_by: author_from_row(row, 16)?, written_by: author_from_row(row, 17)? },
        accepted_at: row.get(18)?,
        suspicions: Vec::new(),
        content_boundary: window.0.zip(window.1).map(|(char_start, char_end)| CharRange { char_start, char_end }),
    })
}

/// Reads the time of day from a column in minutes.
pub(super) fn minute_from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<EntryMinute>> {
    let minutes: Option<u16> = row.get(column)?;
    Ok(minutes.and_then(EntryMinute::new))
}

pub(super) fn author_json(author: &AssistantAuthor) -> Result<String> {
    serde_json::to_string(author).map_err(|error| Error::internal("serializing an author", error))
}

/// Reads a JSON column with an author.
pub(super) fn author_from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<AssistantAuthor>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into()))
}
