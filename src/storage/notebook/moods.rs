//! Rows of mood scores: one per entry and dimension, with the model's score and the owner's.

use rusqlite::{Row, named_params};

use crate::domain::id::EntryId;
use crate::domain::mood::{EntryMoodPoint, OWNER_MODEL, RetiredDimension};
use crate::error::Result;
use crate::storage::notebook::NotebookDb;

/// New score of one dimension.
pub(crate) struct NewMoodScore<'a> {
    pub(crate) dimension: &'a str,
    pub(crate) value: f64,
    pub(crate) confidence: Option<f64>,
    pub(crate) rationale: Option<&'a str>,
}

/// Provenance of a score: model, prompt and text revision.
pub(crate) struct ScoreProvenance<'a> {
    pub(crate) model: &'a str,
    pub(crate) prompt_version: i64,
    pub(crate) text_revision: i64,
    pub(crate) at: &'a str,
}

/// Stores a model's score, replacing an earlier one; the owner's score is kept.
pub(crate) fn upsert(
    db: &NotebookDb<'_>,
    entry: EntryId,
    new: &NewMoodScore<'_>,
    origin: &ScoreProvenance<'_>,
) -> Result<()> {
    db.execute(
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

/// Stores the owner's score in addition to the model's.
pub(crate) fn set_manual(
    db: &NotebookDb<'_>,
    entry: EntryId,
    dimension: &str,
    (score, note): (f64, Option<&str>),
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO mood_scores (entry_id, dimension, score, created_at, model, owner_score, owner_note, owner_at)
         VALUES (:entry, :dimension, :score, :at, :owner, :score, :note, :at)
         ON CONFLICT (entry_id, dimension) DO UPDATE SET
             owner_score = excluded.owner_score, owner_note = excluded.owner_note, owner_at = excluded.owner_at,
             score = CASE model WHEN :owner THEN excluded.score ELSE score END",
        named_params! {
            ":entry": entry.0, ":dimension": dimension, ":score": score, ":note": note, ":at": at, ":owner": OWNER_MODEL,
        },
    )
    .map(drop)
}

/// Removes the owner's score, and the row if no model scored; returns false if there was none.
pub(crate) fn clear_manual(db: &NotebookDb<'_>, entry: EntryId, dimension: &str) -> Result<bool> {
    let gone = db.execute(
        "DELETE FROM mood_scores WHERE entry_id = :entry AND dimension = :dimension AND model = :owner",
        named_params! { ":entry": entry.0, ":dimension": dimension, ":owner": OWNER_MODEL },
    )?;
    let cleared = db.execute(
        "UPDATE mood_scores SET owner_score = NULL, owner_note = NULL, owner_at = NULL
         WHERE entry_id = :entry AND dimension = :dimension AND owner_score IS NOT NULL",
        named_params! { ":entry": entry.0, ":dimension": dimension },
    )?;
    Ok(gone + cleared > 0)
}

/// A stored score.
#[derive(Debug)]
pub(crate) struct StoredMoodScore {
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

/// Returns an entry's scores, by dimension.
pub(crate) fn list(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<StoredMoodScore>> {
    db.query_all(
        "SELECT dimension, score, counted, confidence, rationale, model, prompt_version, m.created_at,
                owner_score, owner_note, owner_at,
                model <> :owner AND m.text_revision > 0 AND m.text_revision < e.text_revision
         FROM mood_scores m JOIN entries e ON e.id = m.entry_id
         WHERE entry_id = :entry ORDER BY dimension",
        named_params! { ":entry": entry.0, ":owner": OWNER_MODEL },
        |row| {
            Ok(StoredMoodScore {
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

/// Returns the names of all dimensions with a score.
pub(crate) fn dimensions(db: &NotebookDb<'_>) -> Result<Vec<String>> {
    // Skip scan over the index: there are few names and many rows.
    db.query_all(
        "WITH RECURSIVE names (name) AS (
             SELECT MIN(dimension) FROM mood_scores
             UNION ALL
             SELECT (SELECT MIN(dimension) FROM mood_scores WHERE dimension > name) FROM names WHERE name IS NOT NULL)
         SELECT name FROM names WHERE name IS NOT NULL",
        [],
        |row| row.get(0),
    )
}

/// Text of an entry as a scorer needs it.
pub(crate) struct ScoringState {
    pub(crate) entry_date: String,
    pub(crate) final_text: String,
    pub(crate) revision: i64,
}

/// Returns an entry's text; `None` if its date is unconfirmed or it is an assistant's text that was not accepted.
pub(crate) fn find_scoring_text(db: &NotebookDb<'_>, entry: EntryId) -> Result<Option<ScoringState>> {
    db.query_optional(
        "SELECT entry_date, final_text, text_revision FROM entries
         WHERE id = :entry AND date_confirmed = 1 AND (written_by IS NULL OR accepted_at IS NOT NULL)",
        named_params! { ":entry": entry.0 },
        |row| Ok(ScoringState { entry_date: row.get(0)?, final_text: row.get(1)?, revision: row.get(2)? }),
    )
}

/// Returns the text revision of an entry; `None` as for [`find_scoring_text`].
pub(crate) fn find_text_revision(db: &NotebookDb<'_>, entry: EntryId) -> Result<Option<i64>> {
    db.query_optional(
        "SELECT text_revision FROM entries
         WHERE id = :entry AND date_confirmed = 1 AND (written_by IS NULL OR accepted_at IS NOT NULL)",
        named_params! { ":entry": entry.0 },
        |row| row.get(0),
    )
}

/// Filter for the entries to score.
pub(crate) struct ScoringFilter<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) to: Option<&'a str>,
    /// JSON array of dimensions: only entries with a missing or outdated model score on one; `None` for every entry.
    pub(crate) lacking: Option<&'a str>,
}

/// Returns the entries to score, by date, each with its text length in code points.
pub(crate) fn list_scorable(db: &NotebookDb<'_>, wanted: &ScoringFilter<'_>) -> Result<Vec<(EntryId, i64)>> {
    db.query_all(
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
        named_params! { ":from": wanted.from, ":to": wanted.to, ":lacking": wanted.lacking, ":owner": OWNER_MODEL },
        |row| Ok((EntryId(row.get(0)?), row.get(1)?)),
    )
}

/// Counts the entries that may be scored.
pub(crate) fn count_scorable(db: &NotebookDb<'_>, from: Option<&str>, to: Option<&str>) -> Result<i64> {
    db.query_one(
        "SELECT COUNT(*) FROM entries
         WHERE entry_date >= COALESCE(:from, '') AND entry_date <= COALESCE(:to, '~') AND date_confirmed = 1
           AND (written_by IS NULL OR accepted_at IS NOT NULL)",
        named_params! { ":from": from, ":to": to },
        |row| row.get(0),
    )
}

/// Counts the scores of retired dimensions; `current` is a JSON array of the current names.
pub(crate) fn count_retired(db: &NotebookDb<'_>, current: &str) -> Result<Vec<RetiredDimension>> {
    db.query_all(
        "SELECT dimension, SUM(owner_score IS NULL), SUM(owner_score IS NOT NULL) FROM mood_scores
         WHERE dimension NOT IN (SELECT value FROM json_each(:current)) GROUP BY dimension ORDER BY dimension",
        named_params! { ":current": current },
        |row| Ok(RetiredDimension { dimension: row.get(0)?, scores: row.get(1)?, owner_scores: row.get(2)? }),
    )
}

/// Removes the scores of retired dimensions and returns their number; `with_owners` includes the owner's.
pub(crate) fn prune_retired(db: &NotebookDb<'_>, current: &str, with_owners: bool) -> Result<usize> {
    db.execute(
        "DELETE FROM mood_scores
         WHERE dimension NOT IN (SELECT value FROM json_each(:current)) AND (:all OR owner_score IS NULL)",
        named_params! { ":current": current, ":all": with_owners },
    )
}

/// Calls a closure with the effective score of every entry scored on a dimension, in unspecified order.
pub(crate) fn for_each_score(db: &NotebookDb<'_>, dimension: &str, mut take: impl FnMut(EntryId, f64)) -> Result<()> {
    db.for_each_row(
        // Equals `counted`, in terms of the columns that the index covers.
        "SELECT entry_id, COALESCE(owner_score, score)
         FROM mood_scores INDEXED BY mood_scores_by_dimension WHERE dimension = :dimension",
        named_params! { ":dimension": dimension },
        |row| {
            take(EntryId(row.get(0)?), row.get(1)?);
            Ok(())
        },
    )
}

/// Returns the scores on a dimension in a date range, by date and id.
///
/// A row with an owner's score has the owner's note, and neither the model's rationale nor its confidence.
pub(crate) fn list_points(db: &NotebookDb<'_>, dimension: &str, from: &str, to: &str) -> Result<Vec<EntryMoodPoint>> {
    db.query_all(
        "SELECT e.id, entry_date, counted, IIF(owner_score IS NULL, confidence, NULL),
                IIF(owner_score IS NULL, rationale, owner_note)
         FROM entries e INDEXED BY entries_by_date JOIN mood_scores m ON m.entry_id = e.id AND m.dimension = :dimension
         WHERE entry_date >= :from AND entry_date <= :to ORDER BY entry_date, e.id",
        named_params! { ":dimension": dimension, ":from": from, ":to": to },
        point_from_row,
    )
}

fn point_from_row(row: &Row<'_>) -> rusqlite::Result<EntryMoodPoint> {
    Ok(EntryMoodPoint {
        entry_id: EntryId(row.get(0)?),
        entry_date: row.get(1)?,
        score: row.get(2)?,
        confidence: row.get(3)?,
        rationale: row.get(4)?,
    })
}

#[cfg(test)]
mod tests;
