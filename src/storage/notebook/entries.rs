//! Rows of entries.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Error;
use crate::error::Result;
use crate::model::entry::Author;
use crate::model::entry::CharRange;
use crate::model::entry::Entry;
use crate::model::entry::PREVIEW_CHARS;
use crate::model::entry::Page;
use crate::model::entry::Provenance;
use crate::model::entry::SourceType;
use crate::model::entry::Summary;
use crate::model::id::EntryId;
use crate::model::text;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::entities::linked;
use crate::storage::notebook::state;
use crate::storage::notebook::tags;

/// What a new entry's row needs.
pub(crate) struct NewEntry<'a> {
    pub(crate) entry_date: &'a str,
    pub(crate) date_confirmed: bool,
    pub(crate) title: Option<&'a str>,
    pub(crate) source_type: SourceType,
    pub(crate) raw_text: &'a str,
    pub(crate) final_text: &'a str,
    /// The part of the raw text that is the entry.
    pub(crate) window: Option<CharRange>,
    /// The assistant that brings it.
    pub(crate) added_by: Option<&'a Author>,
    pub(crate) at: &'a str,
}

/// What an edit changes; `None` leaves the field as it is.
#[derive(Default)]
pub(crate) struct Change<'a> {
    pub(crate) entry_date: Option<&'a str>,
    #[expect(clippy::option_option, reason = "the inner `None` is an entry without a title")]
    pub(crate) title: Option<Option<&'a str>>,
    pub(crate) final_text: Option<&'a str>,
    #[expect(clippy::option_option, reason = "the inner `None` is all of the raw text")]
    pub(crate) window: Option<Option<CharRange>>,
    pub(crate) tags: Option<&'a [String]>,
    /// Whether the owner accepts an assistant's words as they are.
    pub(crate) accepted: bool,
}

impl Change<'_> {
    /// Tells whether it changes nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.fields().is_empty()
    }

    /// Returns the names of the fields that it changes.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        let fields = [
            ("entry_date", self.entry_date.is_some()),
            ("title", self.title.is_some()),
            ("final_text", self.final_text.is_some()),
            ("content_window", self.window.is_some()),
            ("tags", self.tags.is_some()),
            ("accepted", self.accepted),
        ];
        fields.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect()
    }
}

/// Adds an entry; the full-text index follows in the same transaction. What an assistant calls its own words are its own.
pub(crate) fn add(db: &NotebookDb<'_>, new: &NewEntry<'_>) -> Result<EntryId> {
    let (start, end) = new.window.map(|window| (window.char_start, window.char_end)).unzip();
    let added_by = new.added_by.map(written_down).transpose()?;
    let written_by = added_by.as_ref().filter(|_| new.source_type == SourceType::Agent);
    let id = db.insert(
        "INSERT INTO entries (entry_date, date_confirmed, title, source_type, raw_text, final_text, word_count,
                              content_start_char, content_end_char, added_by, written_by, created_at, updated_at)
         VALUES (:date, :confirmed, :title, :source, :raw, :final, :words, :start, :end, :added, :written, :at, :at)",
        named_params! {
            ":date": new.entry_date, ":confirmed": new.date_confirmed, ":title": new.title,
            ":source": new.source_type.name(), ":raw": new.raw_text, ":final": new.final_text,
            ":words": text::word_count(new.final_text), ":start": start, ":end": end, ":added": added_by,
            ":written": written_by, ":at": new.at,
        },
    )?;
    Ok(EntryId(id))
}

/// Tells whether there is such an entry.
pub(crate) fn exists(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    db.first("SELECT 1 FROM entries WHERE id = :id", named_params! { ":id": id.0 }, |_| Ok(()))
        .map(|found| found.is_some())
}

/// Tells whether there is such an entry in a part of the notebook.
pub(crate) fn lies_within(db: &NotebookDb<'_>, id: EntryId, within: &Within) -> Result<bool> {
    db.first(
        "SELECT 1 FROM entries e
         WHERE id = :id AND entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
           AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))",
        named_params! {
            ":id": id.0, ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |_| Ok(()),
    )
    .map(|found| found.is_some())
}

/// Finds one entry.
pub(crate) fn find(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<Entry>> {
    find_within(db, id, &Within::default())
}

/// Finds one entry in a part of the notebook.
pub(crate) fn find_within(db: &NotebookDb<'_>, id: EntryId, within: &Within) -> Result<Option<Entry>> {
    let found = db.first(
        "SELECT id, entry_date, title, source_type, raw_text, final_text, word_count, chunk_count,
                (SELECT COUNT(*) FROM entry_pages p WHERE p.entry_id = e.id),
                language, created_at, updated_at, doubts_verified, date_confirmed, content_start_char, content_end_char,
                added_by, written_by, accepted_at
         FROM entries e
         WHERE id = :id AND entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~')
           AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))",
        named_params! {
            ":id": id.0, ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        from_row,
    )?;
    let Some(mut entry) = found else { return Ok(None) };
    if !entry.doubts_verified {
        entry.uncertain_spans = uncertain_spans(db, id)?;
    }
    entry.tags = tags::of(db, id)?;
    Ok(Some(entry))
}

/// Returns a page of entries, newest date first, with the number that match. Reads no text: see the index.
pub(crate) fn list(db: &NotebookDb<'_>, within: &Within, limit: i64, offset: i64) -> Result<Page> {
    let items = db.all(
        // What was typed has neither pages nor doubtful words, so nothing is counted for most entries.
        "SELECT id, entry_date, title, source_type, word_count, chunk_count,
                CASE source_type WHEN 'photo' THEN (SELECT COUNT(*) FROM entry_pages p WHERE p.entry_id = e.id) ELSE 0 END,
                CASE WHEN doubts_verified OR source_type IN ('text_entry', 'imported_text_file', 'agent') THEN 0
                     ELSE (SELECT COUNT(*) FROM entry_uncertain_spans s WHERE s.entry_id = e.id) END,
                doubts_verified, date_confirmed, created_at, language, updated_at, SUBSTR(final_text, 1, 160),
                (SELECT COUNT(*) FROM entity_mentions m WHERE m.entry_id = e.id)
         FROM entries e INDEXED BY entries_summary
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY entry_date DESC, id DESC LIMIT :limit OFFSET :offset",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(), ":limit": limit, ":offset": offset,
        },
        summary_from_row,
    )?;
    let total = if *within == Within::default() { total(db)? } else { count(db, within)? };
    Ok(Page { items, total, limit, offset })
}

/// Counts the entries of a part of the notebook.
fn count(db: &NotebookDb<'_>, within: &Within) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM entries e INDEXED BY entries_by_date
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| row.get(0),
    )
}

/// Counts all entries, once for each state of the notebook: SQLite counts by reading an index to its end.
fn total(db: &NotebookDb<'_>) -> Result<i64> {
    let revision = state::stand(db)?.revision;
    let recent = &db.memory().recent;
    if let Some(total) = recent.total(revision) {
        return Ok(total);
    }
    let total = db.one("SELECT COUNT(*) FROM entries INDEXED BY entries_by_date", [], |row| row.get(0))?;
    recent.keep_total(revision, total);
    Ok(total)
}

/// Returns the ids of a part of the notebook, oldest date first.
pub(crate) fn ids_by_date(db: &NotebookDb<'_>, within: &Within) -> Result<Vec<EntryId>> {
    db.all(
        "SELECT id FROM entries e INDEXED BY entries_by_date
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY entry_date, id",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| row.get(0).map(EntryId),
    )
}

/// Returns the ids of a part of the notebook with their dates, newest date first.
pub(crate) fn places(db: &NotebookDb<'_>, within: &Within) -> Result<Vec<(String, EntryId)>> {
    db.all(
        "SELECT entry_date, id FROM entries e INDEXED BY entries_by_date
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed >= :confirmed
           AND (:without IS NULL OR NOT EXISTS (SELECT 1 FROM entry_tags t WHERE t.entry_id = e.id
                AND t.tag IN (SELECT value FROM json_each(:without))))
         ORDER BY entry_date DESC, id DESC",
        named_params! {
            ":from": within.from(), ":to": within.to(), ":confirmed": within.confirmed(),
            ":without": within.without(),
        },
        |row| Ok((row.get(0)?, EntryId(row.get(1)?))),
    )
}

/// Changes an entry. `by` is the assistant whose words they are, if any are changed; `None` for a person's.
pub(crate) fn change(
    db: &NotebookDb<'_>,
    id: EntryId,
    change: &Change<'_>,
    by: Option<&Author>,
    at: &str,
) -> Result<()> {
    if let Some(date) = change.entry_date {
        db.run(
            "UPDATE entries SET entry_date = :date, date_confirmed = 1, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":date": date, ":at": at },
        )?;
    }
    if let Some(title) = change.title {
        db.run(
            "UPDATE entries SET title = :title, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":title": title, ":at": at },
        )?;
    }
    if let Some(window) = change.window {
        let (start, end) = window.map(|window| (window.char_start, window.char_end)).unzip();
        db.run(
            "UPDATE entries SET content_start_char = :start, content_end_char = :end, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":start": start, ":end": end, ":at": at },
        )?;
    }
    if let Some(final_text) = change.final_text {
        db.run(
            "UPDATE entries SET final_text = :text, word_count = :words, text_revision = text_revision + 1, updated_at = :at
             WHERE id = :id",
            named_params! { ":id": id.0, ":text": final_text, ":words": text::word_count(final_text), ":at": at },
        )?;
    }
    if let Some(wanted) = change.tags {
        tags::set(db, id, wanted)?;
        db.run("UPDATE entries SET updated_at = :at WHERE id = :id", named_params! { ":id": id.0, ":at": at })?;
    }
    if change.accepted {
        db.run(
            "UPDATE entries SET accepted_at = :at, updated_at = :at WHERE id = :id",
            named_params! { ":id": id.0, ":at": at },
        )?;
    }
    // A person's new title over an assistant's text leaves it the assistant's.
    if change.final_text.is_some() || (by.is_some() && change.title.is_some()) {
        db.run(
            "UPDATE entries SET written_by = :by, accepted_at = NULL WHERE id = :id",
            named_params! { ":id": id.0, ":by": by.map(written_down).transpose()? },
        )?;
    }
    Ok(())
}

/// Notes that a person has checked an entry's doubtful words; tells whether there was such an entry.
///
/// That is no change of the entry, so its date of change stays.
pub(crate) fn verify_doubts(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    Ok(db.run("UPDATE entries SET doubts_verified = 1 WHERE id = :id", named_params! { ":id": id.0 })? == 1)
}

/// Removes an entry with everything made of it, and whatever it alone spoke of; tells whether there was one.
pub(crate) fn remove(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    let spoken_of = linked::of(db, id)?;
    let removed = db.run("DELETE FROM entries WHERE id = :id", named_params! { ":id": id.0 })? == 1;
    for entity in spoken_of {
        linked::prune(db, entity)?;
    }
    Ok(removed)
}

/// What a job that works on an entry's text has to know.
pub(crate) struct Current {
    pub(crate) final_text: String,
    /// Moves with every change of the text.
    pub(crate) revision: i64,
    pub(crate) date_confirmed: bool,
}

/// Returns an entry's text for a job.
pub(crate) fn text(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<Current>> {
    db.first(
        "SELECT final_text, text_revision, date_confirmed FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok(Current { final_text: row.get(0)?, revision: row.get(1)?, date_confirmed: row.get(2)? }),
    )
}

/// Tells whether anything may be derived from an entry: not while its date is in doubt, nor from an assistant's words that the
/// owner did not accept.
pub(crate) fn is_derivable(db: &NotebookDb<'_>, id: EntryId) -> Result<bool> {
    let derivable = db.first(
        "SELECT date_confirmed AND (written_by IS NULL OR accepted_at IS NOT NULL) FROM entries WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| row.get(0),
    )?;
    Ok(derivable == Some(true))
}

/// Returns an entry's date.
pub(crate) fn date_of(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<String>> {
    db.first("SELECT entry_date FROM entries WHERE id = :id", named_params! { ":id": id.0 }, |row| row.get(0))
}

/// What a hit shows of an entry.
pub(crate) fn shown(db: &NotebookDb<'_>, id: EntryId) -> Result<Option<(String, Option<String>, String)>> {
    db.first("SELECT entry_date, title, final_text FROM entries WHERE id = :id", named_params! { ":id": id.0 }, |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })
}

/// Adds the doubtful places of an entry's raw text.
pub(crate) fn add_uncertain_spans(db: &NotebookDb<'_>, id: EntryId, spans: &[CharRange], at: &str) -> Result<()> {
    for span in spans {
        db.run(
            "INSERT INTO entry_uncertain_spans (entry_id, char_start, char_end, created_at)
             VALUES (:id, :start, :end, :at)",
            named_params! { ":id": id.0, ":start": span.char_start, ":end": span.char_end, ":at": at },
        )?;
    }
    Ok(())
}

fn uncertain_spans(db: &NotebookDb<'_>, id: EntryId) -> Result<Vec<CharRange>> {
    db.all(
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
        uncertain_spans: Vec::new(),
        tags: Vec::new(),
        provenance: Provenance { added_by: author(row, 16)?, written_by: author(row, 17)? },
        accepted_at: row.get(18)?,
        suspicions: Vec::new(),
        content_boundary: window.0.zip(window.1).map(|(char_start, char_end)| CharRange { char_start, char_end }),
    })
}

pub(super) fn written_down(author: &Author) -> Result<String> {
    serde_json::to_string(author).map_err(|error| Error::internal("writing an author down", error))
}

/// Reads a column that holds an author.
pub(super) fn author(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Author>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text))
        .transpose()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into()))
}

fn summary_from_row(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let head: String = row.get(13)?;
    Ok(Summary {
        id: EntryId(row.get(0)?),
        entry_date: row.get(1)?,
        title: row.get(2)?,
        source_type: row.get(3)?,
        word_count: row.get(4)?,
        chunk_count: row.get(5)?,
        page_count: row.get(6)?,
        uncertain_span_count: row.get(7)?,
        doubts_verified: row.get(8)?,
        date_confirmed: row.get(9)?,
        created_at: row.get(10)?,
        language: row.get(11)?,
        updated_at: row.get(12)?,
        entity_mention_count: row.get(14)?,
        preview: text::preview(&head, PREVIEW_CHARS),
    })
}
