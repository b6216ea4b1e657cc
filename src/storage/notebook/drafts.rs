//! Rows of drafts.

use rusqlite::{Row, named_params};

use crate::domain::draft::Draft;
use crate::domain::id::{DraftId, EntryId};
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// Row of a new draft.
pub(crate) struct NewDraftRow<'a> {
    /// Entry that the text was to change.
    pub(crate) entry: Option<EntryId>,
    pub(crate) text: &'a str,
    /// `YYYY-MM-DD`.
    pub(crate) date: Option<&'a str>,
    /// Time of day as typed.
    pub(crate) time: Option<&'a str>,
    pub(crate) title: Option<&'a str>,
    pub(crate) tags: &'a [String],
    pub(crate) has_front_matter: bool,
    /// Machine code of the error that prevented storing.
    pub(crate) reason: &'a str,
    pub(crate) at: &'a str,
}

/// Adds a draft. One of an entry that no longer exists becomes a draft of a new entry.
pub(crate) fn add(db: &NotebookDb<'_>, new: &NewDraftRow<'_>) -> Result<DraftId> {
    let id = db.insert(
        "INSERT INTO drafts (entry_id, text, entry_date, entry_time, title, tags, has_front_matter, reason, created_at)
         VALUES ((SELECT id FROM entries WHERE id = :entry), :text, :date, :time, :title, :tags, :front, :reason, :at)",
        named_params! {
            ":entry": new.entry.map(|id| id.0), ":text": new.text, ":date": new.date, ":time": new.time, ":title": new.title,
            ":tags": serde_json::json!(new.tags).to_string(), ":front": new.has_front_matter, ":reason": new.reason,
            ":at": new.at,
        },
    )?;
    Ok(DraftId(id))
}

/// Replaces the text of a draft after another failed attempt; false if the draft does not exist.
pub(crate) fn replace_text(db: &NotebookDb<'_>, id: DraftId, text: &str, reason: &str) -> Result<bool> {
    let changed = db.execute(
        "UPDATE drafts SET text = :text, reason = :reason WHERE id = :id",
        named_params! { ":id": id.0, ":text": text, ":reason": reason },
    )?;
    Ok(changed == 1)
}

/// Returns every draft, oldest first.
pub(crate) fn list(db: &NotebookDb<'_>) -> Result<Vec<Draft>> {
    db.query_all(
        "SELECT id, entry_id, text, entry_date, title, tags, has_front_matter, reason, created_at, entry_time FROM drafts
         ORDER BY id",
        [],
        from_row,
    )
}

/// Removes a draft; false if it does not exist.
pub(crate) fn remove(db: &NotebookDb<'_>, id: DraftId) -> Result<bool> {
    Ok(db.execute("DELETE FROM drafts WHERE id = :id", named_params! { ":id": id.0 })? == 1)
}

/// Removes the draft that an entry was stored from, in the transaction that stores the entry.
///
/// # Errors
/// `NotFound` if the draft was stored or discarded by another command in the meantime.
pub(crate) fn remove_stored(db: &NotebookDb<'_>, id: DraftId) -> Result<()> {
    if remove(db, id)? { Ok(()) } else { Err(not_found_error(id)) }
}

/// Returns the error for a draft that does not exist.
pub(crate) fn not_found_error(id: DraftId) -> Error {
    Error::not_found(format!("draft: {id}")).hint("`journal write --recover` lists the drafts")
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Draft> {
    let tags: String = row.get(5)?;
    let tags = serde_json::from_str(&tags)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(5, rusqlite::types::Type::Text, error.into()))?;
    Ok(Draft {
        id: DraftId(row.get(0)?),
        entry_id: row.get::<_, Option<i64>>(1)?.map(EntryId),
        text: row.get(2)?,
        entry_date: row.get(3)?,
        entry_time: row.get(9)?,
        title: row.get(4)?,
        tags,
        has_front_matter: row.get(6)?,
        reason: row.get(7)?,
        created_at: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::SourceType;
    use crate::storage::notebook::entries;
    use crate::storage::notebook::test_support::temp_notebook;

    fn new_draft(entry: Option<EntryId>, tags: &[String]) -> NewDraftRow<'_> {
        NewDraftRow {
            entry,
            text: "---\ntags: [x]\n---\nIt rained.",
            date: Some("2024-05-01"),
            time: Some("08:31"),
            title: Some("Rain"),
            tags,
            has_front_matter: true,
            reason: "conflict",
            at: "2024-05-02T00:00:00Z",
        }
    }

    #[test]
    fn a_draft_keeps_its_fields_until_it_is_removed() {
        let (_folder, database) = temp_notebook();
        let tags = ["private".to_owned(), "sea".to_owned()];

        let id = database.write(|db| add(db, &new_draft(None, &tags))).unwrap();
        let changed = database.write(|db| replace_text(db, id, "It poured.", "limited")).unwrap();

        let found = database.read(list).unwrap();
        let wanted = Draft {
            id,
            entry_id: None,
            text: "It poured.".to_owned(),
            entry_date: Some("2024-05-01".to_owned()),
            entry_time: Some("08:31".to_owned()),
            title: Some("Rain".to_owned()),
            tags: tags.to_vec(),
            has_front_matter: true,
            reason: "limited".to_owned(),
            created_at: "2024-05-02T00:00:00Z".to_owned(),
        };
        assert_eq!((changed, found), (true, vec![wanted]));
        assert!(database.write(|db| remove(db, id)).unwrap());
        assert!(!database.write(|db| remove(db, id)).unwrap());
        assert!(!database.write(|db| replace_text(db, id, "", "")).unwrap());
        assert_ne!(database.write(|db| add(db, &new_draft(None, &[]))).unwrap(), id, "ids are not reused");
    }

    #[test]
    fn deleting_an_entry_keeps_the_drafts_of_its_edits() {
        let (_folder, database) = temp_notebook();
        let new = entries::NewEntry {
            entry_date: "2024-05-01",
            date_confirmed: true,
            dating: entries::EntryDating::default(),
            title: None,
            source_type: SourceType::TextEntry,
            raw_text: "rain",
            final_text: "rain",
            window: None,
            added_by: None,
            at: "2024-05-01T00:00:00Z",
        };
        let entry = database.write(|db| entries::add(db, &new)).unwrap();
        let entry_of_draft = || database.read(list).unwrap()[0].entry_id;
        database.write(|db| add(db, &new_draft(Some(entry), &[]))).unwrap();
        assert_eq!(entry_of_draft(), Some(entry));

        database.write(|db| entries::remove(db, entry)).unwrap();

        assert_eq!(entry_of_draft(), None);
        database.write(|db| add(db, &new_draft(Some(entry), &[]))).unwrap();
        assert_eq!(database.read(list).unwrap().len(), 2, "the entry is missing by now");
    }
}
