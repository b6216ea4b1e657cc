//! Rows of moods: one an entry and dimension, what was scored beside what the owner says.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Result;
use crate::model::id::EntryId;
use crate::model::mood::OWNER;
use crate::model::mood::Point;
use crate::model::mood::Retired;
use crate::storage::notebook::NotebookDb;

/// What was scored on one dimension.
pub(crate) struct New<'a> {
    pub(crate) dimension: &'a str,
    pub(crate) value: f64,
    pub(crate) confidence: Option<f64>,
    pub(crate) rationale: Option<&'a str>,
}

/// Who scored, and what of the text they saw.
pub(crate) struct Origin<'a> {
    pub(crate) model: &'a str,
    pub(crate) prompt_version: i64,
    pub(crate) text_revision: i64,
    pub(crate) at: &'a str,
}

/// Stores a score; what was scored before goes, what the owner says stays.
pub(crate) fn put(db: &NotebookDb<'_>, entry: EntryId, new: &New<'_>, origin: &Origin<'_>) -> Result<()> {
    db.run(
        "INSERT INTO mood_scores (entry_id, dimension, score, confidence, rationale, created_at, model, prompt_version,
                                  text_revision)
         VALUES (:entry, :dimension, :score, :confidence, :rationale, :at, :model, :version, :revision)
         ON CONFLICT (entry_id, dimension) DO UPDATE SET
             score = excluded.score, confidence = excluded.confidence, rationale = excluded.rationale,
             created_at = excluded.created_at, model = excluded.model, prompt_version = excluded.prompt_version,
             text_revision = excluded.text_revision",
        named_params! {
            ":entry": entry.0, ":dimension": new.dimension, ":score": new.value, ":confidence": new.confidence,
            ":rationale": new.rationale, ":at": origin.at, ":model": origin.model, ":version": origin.prompt_version,
            ":revision": origin.text_revision,
        },
    )
    .map(drop)
}

/// Stores what the owner says, beside what was scored.
pub(crate) fn say(
    db: &NotebookDb<'_>,
    entry: EntryId,
    dimension: &str,
    (score, note): (f64, Option<&str>),
    at: &str,
) -> Result<()> {
    db.run(
        "INSERT INTO mood_scores (entry_id, dimension, score, created_at, model, owner_score, owner_note, owner_at)
         VALUES (:entry, :dimension, :score, :at, :owner, :score, :note, :at)
         ON CONFLICT (entry_id, dimension) DO UPDATE SET
             owner_score = excluded.owner_score, owner_note = excluded.owner_note, owner_at = excluded.owner_at,
             score = CASE model WHEN :owner THEN excluded.score ELSE score END",
        named_params! {
            ":entry": entry.0, ":dimension": dimension, ":score": score, ":note": note, ":at": at, ":owner": OWNER,
        },
    )
    .map(drop)
}

/// Takes back what the owner said, and with it a score that nobody else gave; tells whether there was anything.
pub(crate) fn unsay(db: &NotebookDb<'_>, entry: EntryId, dimension: &str) -> Result<bool> {
    let gone = db.run(
        "DELETE FROM mood_scores WHERE entry_id = :entry AND dimension = :dimension AND model = :owner",
        named_params! { ":entry": entry.0, ":dimension": dimension, ":owner": OWNER },
    )?;
    let cleared = db.run(
        "UPDATE mood_scores SET owner_score = NULL, owner_note = NULL, owner_at = NULL
         WHERE entry_id = :entry AND dimension = :dimension AND owner_score IS NOT NULL",
        named_params! { ":entry": entry.0, ":dimension": dimension },
    )?;
    Ok(gone + cleared > 0)
}

/// A score as it is stored.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) dimension: String,
    pub(crate) score: f64,
    pub(crate) counted: f64,
    pub(crate) confidence: Option<f64>,
    pub(crate) rationale: Option<String>,
    pub(crate) model: String,
    pub(crate) prompt_version: i64,
    pub(crate) created_at: String,
    pub(crate) owner_score: Option<f64>,
    pub(crate) owner_note: Option<String>,
    pub(crate) owner_at: Option<String>,
    pub(crate) is_stale: bool,
}

/// Returns the scores of an entry, by dimension.
pub(crate) fn of(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<Stored>> {
    db.all(
        "SELECT dimension, score, counted, confidence, rationale, model, prompt_version, m.created_at,
                owner_score, owner_note, owner_at,
                model <> :owner AND m.text_revision > 0 AND m.text_revision < e.text_revision
         FROM mood_scores m JOIN entries e ON e.id = m.entry_id
         WHERE entry_id = :entry ORDER BY dimension",
        named_params! { ":entry": entry.0, ":owner": OWNER },
        |row| {
            Ok(Stored {
                dimension: row.get(0)?,
                score: row.get(1)?,
                counted: row.get(2)?,
                confidence: row.get(3)?,
                rationale: row.get(4)?,
                model: row.get(5)?,
                prompt_version: row.get(6)?,
                created_at: row.get(7)?,
                owner_score: row.get(8)?,
                owner_note: row.get(9)?,
                owner_at: row.get(10)?,
                is_stale: row.get(11)?,
            })
        },
    )
}

/// Returns the name of every dimension that has a score.
pub(crate) fn dimensions(db: &NotebookDb<'_>) -> Result<Vec<String>> {
    // From one name to the next by the index: there are few names and many rows.
    db.all(
        "WITH RECURSIVE names (name) AS (
             SELECT MIN(dimension) FROM mood_scores
             UNION ALL
             SELECT (SELECT MIN(dimension) FROM mood_scores WHERE dimension > name) FROM names WHERE name IS NOT NULL)
         SELECT name FROM names WHERE name IS NOT NULL",
        [],
        |row| row.get(0),
    )
}

/// What a scorer has to know of an entry.
pub(crate) struct Current {
    pub(crate) entry_date: String,
    pub(crate) final_text: String,
    pub(crate) revision: i64,
}

/// Returns an entry's text; `None` for one whose date is in doubt, or whose words are an assistant's that nobody accepted.
pub(crate) fn text(db: &NotebookDb<'_>, entry: EntryId) -> Result<Option<Current>> {
    db.first(
        "SELECT entry_date, final_text, text_revision FROM entries
         WHERE id = :entry AND date_confirmed = 1 AND (written_by IS NULL OR accepted_at IS NOT NULL)",
        named_params! { ":entry": entry.0 },
        |row| Ok(Current { entry_date: row.get(0)?, final_text: row.get(1)?, revision: row.get(2)? }),
    )
}

/// Returns how often an entry's text was changed; `None` as [`text`].
pub(crate) fn revision(db: &NotebookDb<'_>, entry: EntryId) -> Result<Option<i64>> {
    db.first(
        "SELECT text_revision FROM entries
         WHERE id = :entry AND date_confirmed = 1 AND (written_by IS NULL OR accepted_at IS NOT NULL)",
        named_params! { ":entry": entry.0 },
        |row| row.get(0),
    )
}

/// Which entries are to be scored.
pub(crate) struct Wanted<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    /// Names as a JSON array. Without, every entry is to be scored; with them, those that lack a score on one of them,
    /// or whose scores are older than they are. What only the owner says is no score.
    pub(crate) lacking: Option<&'a str>,
}

/// Returns the entries that are to be scored by date, each with the code points of its text.
pub(crate) fn wanted(db: &NotebookDb<'_>, wanted: &Wanted<'_>) -> Result<Vec<(EntryId, i64)>> {
    db.all(
        "SELECT id, LENGTH(final_text) FROM entries e
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed = 1
           AND (written_by IS NULL OR accepted_at IS NOT NULL)
           AND (:lacking IS NULL
                OR EXISTS (SELECT 1 FROM json_each(:lacking) d WHERE NOT EXISTS (
                       SELECT 1 FROM mood_scores m WHERE m.entry_id = e.id AND m.dimension = d.value AND m.model <> :owner
                       AND (m.text_revision = 0 OR m.text_revision >= e.text_revision)))
                OR updated_at > COALESCE(
                       (SELECT MAX(created_at) FROM mood_scores m WHERE m.entry_id = e.id AND m.model <> :owner), ''))
         ORDER BY entry_date, id",
        named_params! { ":from": wanted.from, ":to": wanted.to, ":lacking": wanted.lacking, ":owner": OWNER },
        |row| Ok((EntryId(row.get(0)?), row.get(1)?)),
    )
}

/// Counts the entries that could be scored.
pub(crate) fn scorable(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<i64> {
    db.one(
        "SELECT COUNT(*) FROM entries
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed = 1
           AND (written_by IS NULL OR accepted_at IS NOT NULL)",
        named_params! { ":from": from, ":to": to },
        |row| row.get(0),
    )
}

/// Counts the scores of dimensions that are none of these, a JSON array of names.
pub(crate) fn retired(db: &NotebookDb<'_>, current: &str) -> Result<Vec<Retired>> {
    db.all(
        "SELECT dimension, SUM(owner_score IS NULL), SUM(owner_score IS NOT NULL) FROM mood_scores
         WHERE dimension NOT IN (SELECT value FROM json_each(:current)) GROUP BY dimension ORDER BY dimension",
        named_params! { ":current": current },
        |row| Ok(Retired { dimension: row.get(0)?, scores: row.get(1)?, owner_scores: row.get(2)? }),
    )
}

/// Removes the scores of dimensions that are none of these, a JSON array of names, with or without those that the owner
/// gave or corrected; returns how many went.
pub(crate) fn prune(db: &NotebookDb<'_>, current: &str, with_owners: bool) -> Result<usize> {
    db.run(
        "DELETE FROM mood_scores
         WHERE dimension NOT IN (SELECT value FROM json_each(:current)) AND (:all OR owner_score IS NULL)",
        named_params! { ":current": current, ":all": with_owners },
    )
}

/// Hands over the score that counts of every entry that has one on a dimension, in no order that means anything.
pub(crate) fn each(db: &NotebookDb<'_>, dimension: &str, mut take: impl FnMut(EntryId, f64)) -> Result<()> {
    db.each(
        // `counted`, spelt in columns that the index holds.
        "SELECT entry_id, COALESCE(owner_score, score)
         FROM mood_scores INDEXED BY mood_scores_by_dimension WHERE dimension = :dimension",
        named_params! { ":dimension": dimension },
        |row| {
            take(EntryId(row.get(0)?), row.get(1)?);
            Ok(())
        },
    )
}

/// Returns how each entry of a range lies on a dimension, by date and number. Beside the owner's score stands the owner's
/// note, and no model's reason or confidence.
pub(crate) fn points(db: &NotebookDb<'_>, dimension: &str, from: &str, to: &str) -> Result<Vec<Point>> {
    db.all(
        "SELECT e.id, entry_date, counted, IIF(owner_score IS NULL, confidence, NULL),
                IIF(owner_score IS NULL, rationale, owner_note)
         FROM entries e INDEXED BY entries_by_date JOIN mood_scores m ON m.entry_id = e.id AND m.dimension = :dimension
         WHERE entry_date >= :from AND entry_date <= :to ORDER BY entry_date, e.id",
        named_params! { ":dimension": dimension, ":from": from, ":to": to },
        point,
    )
}

fn point(row: &Row<'_>) -> rusqlite::Result<Point> {
    Ok(Point {
        entry_id: EntryId(row.get(0)?),
        entry_date: row.get(1)?,
        score: row.get(2)?,
        confidence: row.get(3)?,
        rationale: row.get(4)?,
    })
}

#[cfg(test)]
mod tests;
