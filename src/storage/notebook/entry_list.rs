//! Pages of entries and their summaries.

use std::collections::HashSet;

use rusqlite::{Row, named_params};

use crate::domain::access_filter::AccessFilter;
use crate::domain::entry::{EntryPage, EntrySummary, PREVIEW_CHARS};
use crate::domain::id::EntryId;
use crate::domain::text;
use crate::error::Result;
use crate::storage::notebook::entry_access::{self, restricted_statement};
use crate::storage::notebook::{NotebookDb, entries, state, tags};

/// Returns a page of entries, newest date first, with the number of matches. Previews come from the index.
pub(crate) fn list(db: &NotebookDb<'_>, within: &AccessFilter, limit: i64, offset: i64) -> Result<EntryPage> {
    let (mut items, total) = if within.required_tags().is_some() {
        let tagged = list_tagged(db, within)?;
        let (skipped, most) =
            (usize::try_from(offset).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(usize::MAX));
        let page: Vec<EntryId> = tagged.iter().skip(skipped).take(most).map(|entry| entry.id).collect();
        (summaries(db, &page)?, i64::try_from(tagged.len()).unwrap_or(i64::MAX))
    } else {
        list_by_date(db, within, limit, offset)?
    };
    let mut tags = tags::list_for(db, &items.iter().map(|item| item.id).collect::<Vec<_>>())?;
    for item in &mut items {
        item.tags = tags.remove(&item.id).unwrap_or_default();
    }
    Ok(EntryPage { items, total, limit, offset })
}

/// Date and id of an entry with a required tag.
struct TaggedEntry {
    id: EntryId,
    entry_date: String,
    date_confirmed: bool,
}

/// Returns the entries within a boundary that requires tags, newest date first. Reads the entries with the first tag
/// only, which is ten times as fast as asking every entry for its tags.
fn list_tagged(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<TaggedEntry>> {
    let Some((tag, rest)) = within.split_required_tag() else { return Ok(Vec::new()) };
    entry_access::query_all(
        db,
        &rest,
        restricted_statement!(
            "SELECT e.id, e.entry_date, e.date_confirmed
             FROM (SELECT entry_id FROM entry_tags WHERE tag = :tag
                   UNION SELECT entry_id FROM entry_tags WHERE tag > :tag || '/' AND tag < :tag || '0') g
             CROSS JOIN entries e INDEXED BY entries_days ON e.id = g.entry_id
             WHERE",
            "ORDER BY e.entry_date DESC, e.entry_minute DESC, e.id DESC"
        ),
        &[(":tag", &tag)],
        |row| Ok(TaggedEntry { id: EntryId(row.get(0)?), entry_date: row.get(1)?, date_confirmed: row.get(2)? }),
    )
}

/// Returns date and id of the entries within a boundary that a search may return, newest date first. Entries with an
/// unconfirmed date are excluded.
pub(crate) fn list_searchable(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<Vec<(String, EntryId)>> {
    if within.required_tags().is_some() {
        let tagged = list_tagged(db, within)?.into_iter().filter(|entry| entry.date_confirmed);
        return Ok(tagged.map(|entry| (entry.entry_date, entry.id)).collect());
    }
    // Removing the tagged entries is faster than asking every entry for its tags.
    let (hidden, within) = match within.split_excluded_tags() {
        Some((excluded, rest)) => (tags::list_entries_with(db, &excluded)?, rest),
        None => (HashSet::new(), within.clone()),
    };
    let mut found: Vec<(String, EntryId)> = entry_access::query_all(
        db,
        &within,
        restricted_statement!(
            "SELECT entry_date, id FROM entries e INDEXED BY entries_by_date
             WHERE e.date_confirmed = 1 AND",
            "ORDER BY entry_date DESC, entry_minute DESC, id DESC"
        ),
        &[],
        |row| Ok((row.get(0)?, EntryId(row.get(1)?))),
    )?;
    found.retain(|(_, entry)| !hidden.contains(&entry.0));
    Ok(found)
}

/// Returns the summaries of entries in the given order.
fn summaries(db: &NotebookDb<'_>, ids: &[EntryId]) -> Result<Vec<EntrySummary>> {
    db.query_all(
        "SELECT e.id, entry_date, title, source_type, word_count, chunk_count,
                CASE source_type WHEN 'photo' THEN (SELECT COUNT(*) FROM entry_pages p WHERE p.entry_id = e.id) ELSE 0 END,
                CASE WHEN doubts_verified OR source_type IN ('text_entry', 'imported_text_file', 'agent') THEN 0
                     ELSE (SELECT COUNT(*) FROM entry_uncertain_spans s WHERE s.entry_id = e.id) END,
                doubts_verified, date_confirmed, created_at, language, updated_at, SUBSTR(final_text, 1, 160),
                (SELECT COUNT(*) FROM entity_mentions m WHERE m.entry_id = e.id), entry_minute, date_guessed
         FROM json_each(:ids) i CROSS JOIN entries e ON e.id = i.value
         ORDER BY i.key",
        named_params! { ":ids": serde_json::json!(ids).to_string() },
        summary_from_row,
    )
}

fn list_by_date(
    db: &NotebookDb<'_>,
    within: &AccessFilter,
    limit: i64,
    offset: i64,
) -> Result<(Vec<EntrySummary>, i64)> {
    let items = entry_access::query_all(
        db,
        within,
        // Typed entries have neither pages nor uncertain spans, so the subqueries are skipped for most rows.
        restricted_statement!(
            "SELECT id, entry_date, title, source_type, word_count, chunk_count,
                    CASE source_type WHEN 'photo' THEN (SELECT COUNT(*) FROM entry_pages p WHERE p.entry_id = e.id) ELSE 0 END,
                    CASE WHEN doubts_verified OR source_type IN ('text_entry', 'imported_text_file', 'agent') THEN 0
                         ELSE (SELECT COUNT(*) FROM entry_uncertain_spans s WHERE s.entry_id = e.id) END,
                    doubts_verified, date_confirmed, created_at, language, updated_at, SUBSTR(final_text, 1, 160),
                    (SELECT COUNT(*) FROM entity_mentions m WHERE m.entry_id = e.id), entry_minute, date_guessed
             FROM entries e INDEXED BY entries_summary
             WHERE",
            "ORDER BY entry_date DESC, entry_minute DESC, id DESC LIMIT :limit OFFSET :offset"
        ),
        &[(":limit", &limit), (":offset", &offset)],
        summary_from_row,
    )?;
    let total = match within.split_excluded_tags() {
        // Subtracting the tagged entries is faster than asking every entry for its tags.
        Some((excluded, rest)) => count(db, &rest)? - count_tagged(db, &rest, &excluded)?,
        None => count(db, within)?,
    };
    Ok((items, total))
}

/// Counts the entries within a boundary.
fn count(db: &NotebookDb<'_>, within: &AccessFilter) -> Result<i64> {
    if *within == AccessFilter::default() {
        return cached_total(db);
    }
    entry_access::query_one(
        db,
        within,
        restricted_statement!(
            "SELECT COUNT(*) FROM entries e INDEXED BY entries_by_date
             WHERE"
        ),
        &[],
        |row| row.get(0),
    )
}

/// Counts the entries within a boundary that have one of the tags in a JSON array, or one below them.
fn count_tagged(db: &NotebookDb<'_>, within: &AccessFilter, tags: &str) -> Result<i64> {
    entry_access::query_one(
        db,
        within,
        restricted_statement!(
            "SELECT COUNT(*)
             FROM (SELECT t.entry_id FROM json_each(:tags) x CROSS JOIN entry_tags t WHERE t.tag = x.value
                   UNION SELECT t.entry_id FROM json_each(:tags) x CROSS JOIN entry_tags t
                   WHERE t.tag > x.value || '/' AND t.tag < x.value || '0') g
             CROSS JOIN entries e INDEXED BY entries_days ON e.id = g.entry_id
             WHERE"
        ),
        &[(":tags", &tags)],
        |row| row.get(0),
    )
}

/// Counts all entries, cached by revision because SQLite scans an index to count.
fn cached_total(db: &NotebookDb<'_>) -> Result<i64> {
    let revision = state::cache_version(db)?.revision;
    let recent = &db.memory().search_cache;
    if let Some(total) = recent.total(revision) {
        return Ok(total);
    }
    let total = db.query_one("SELECT COUNT(*) FROM entries INDEXED BY entries_by_date", [], |row| row.get(0))?;
    recent.set_total(revision, total);
    Ok(total)
}

fn summary_from_row(row: &Row<'_>) -> rusqlite::Result<EntrySummary> {
    let head: String = row.get(13)?;
    Ok(EntrySummary {
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
        entry_time: entries::minute_from_row(row, 15)?,
        date_guessed: row.get(16)?,
        preview: text::preview(&head, PREVIEW_CHARS),
        tags: Vec::new(),
    })
}
