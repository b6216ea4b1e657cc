//! Rows of jobs: enqueued with the write that needs them, and shown to their owner.

use rusqlite::Row;
use rusqlite::named_params;
use serde_json::Map;
use serde_json::Value;

use crate::error::Error;
use crate::error::Result;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::claims;
use crate::storage::notebook::entries;

/// Chunks an entry and makes its vectors.
pub(crate) const EMBED: &str = "reprocess_embeddings";

/// Looks for people, places and the like, in one entry or in many.
pub(crate) const EXTRACT: &str = "entity_extraction";

/// Makes the vector of somebody or something anew.
pub(crate) const REEMBED: &str = "entity_reembed";

/// Scores the mood of an entry.
pub(crate) const SCORE: &str = "mood_score_entry";

/// What only derives something from an entry.
pub(crate) const DERIVING: [&str; 2] = [EXTRACT, SCORE];

/// Scores the mood of many entries.
pub(crate) const BACKFILL: &str = "mood_backfill";

/// Ties the jobs together that one edit left.
pub(crate) const PIPELINE: &str = "save_entry_pipeline";

/// Leaves a job for an entry, unless one is already waiting; returns the one that waits.
pub(crate) fn enqueue(db: &NotebookDb<'_>, id: JobId, kind: &str, entry: EntryId, at: &str) -> Result<JobId> {
    let waiting = db.first(
        "SELECT id FROM jobs WHERE entry_id = :entry AND kind = :kind AND status = 'queued'",
        named_params! { ":kind": kind, ":entry": entry.0 },
        |row| row.get::<_, String>(0),
    )?;
    match waiting {
        Some(waiting) => waiting.parse(),
        None => enqueue_first(db, id, kind, entry, at).map(|()| id),
    }
}

/// Leaves a job for an entry that was just added, which cannot have one waiting.
pub(crate) fn enqueue_first(db: &NotebookDb<'_>, id: JobId, kind: &str, entry: EntryId, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO jobs (id, kind, status, entry_id, progress_total, created_at)
         VALUES (:id, :kind, 'queued', :entry, 1, :at)",
        named_params! { ":id": id.to_string(), ":kind": kind, ":entry": entry.0, ":at": at },
    )
    .map(drop)
}

/// Leaves a job on many entries, or on none of them; `params` says what it is about.
pub(crate) fn order(db: &NotebookDb<'_>, id: JobId, kind: &str, params: &Map<String, Value>, at: &str) -> Result<()> {
    db.run(
        "INSERT INTO jobs (id, kind, status, params_json, created_at) VALUES (:id, :kind, 'queued', :params, :at)",
        named_params! {
            ":id": id.to_string(), ":kind": kind, ":params": Value::from(params.clone()).to_string(), ":at": at,
        },
    )
    .map(drop)
}

/// Leaves a job that makes an entity's vector anew, unless one is already waiting; returns the one that waits.
pub(crate) fn enqueue_reembed(db: &NotebookDb<'_>, id: JobId, entity: EntityId, at: &str) -> Result<JobId> {
    let params = serde_json::json!({ "entity_id": entity }).to_string();
    let waiting = db.first(
        "SELECT id FROM jobs WHERE kind = :kind AND status = 'queued' AND params_json = :params",
        named_params! { ":kind": REEMBED, ":params": params },
        |row| row.get::<_, String>(0),
    )?;
    if let Some(waiting) = waiting {
        return waiting.parse();
    }
    db.run(
        "INSERT INTO jobs (id, kind, status, params_json, progress_total, created_at)
         VALUES (:id, :kind, 'queued', :params, 1, :at)",
        named_params! { ":id": id.to_string(), ":kind": REEMBED, ":params": params, ":at": at },
    )?;
    Ok(id)
}

/// Adds the job that ties together what an edit left, each by its name; it is done as soon as it is there.
pub(crate) fn enqueue_parent(
    db: &NotebookDb<'_>,
    parent: JobId,
    children: &[(&str, JobId)],
    entry: EntryId,
    at: &str,
) -> Result<()> {
    let result = serde_json::json!({ "entry_id": entry, "follow_up_jobs": by_name(children) });
    db.run(
        "INSERT INTO jobs (id, kind, status, entry_id, params_json, result_json, created_at, started_at, finished_at)
         VALUES (:id, :kind, 'succeeded', :entry, '{\"notify_strategy\":\"compressed_all\"}', :result, :at, :at, :at)",
        named_params! {
            ":id": parent.to_string(), ":kind": PIPELINE, ":entry": entry.0, ":result": result.to_string(), ":at": at,
        },
    )?;
    children.iter().try_for_each(|&(_, child)| tie(db, parent, child))
}

/// Returns jobs as a result names them.
pub(crate) fn by_name(jobs: &[(&str, JobId)]) -> Value {
    jobs.iter().map(|(name, id)| ((*name).to_owned(), Value::from(id.to_string()))).collect::<Map<_, _>>().into()
}

/// Ties a job to the one that left it.
pub(crate) fn tie(db: &NotebookDb<'_>, parent: JobId, child: JobId) -> Result<()> {
    db.run(
        "UPDATE jobs SET params_json = json_set(params_json, '$.parent_job_id', :parent) WHERE id = :id",
        named_params! { ":id": child.to_string(), ":parent": parent.to_string() },
    )
    .map(drop)
}

/// Counts the jobs of a kind that wait or run.
pub(crate) fn open(db: &NotebookDb<'_>, kind: &str) -> Result<u64> {
    db.one(
        "SELECT COUNT(*) FROM jobs WHERE status IN ('queued', 'running') AND kind = :kind",
        named_params! { ":kind": kind },
        |row| row.get(0),
    )
}

/// Counts the jobs that failed for good.
pub(crate) fn failed(db: &NotebookDb<'_>) -> Result<u64> {
    db.one("SELECT COUNT(*) FROM jobs WHERE status = 'failed'", [], |row| row.get(0))
}

/// Returns the ids of the jobs on an entry that wait or run, but for those that only derive something from it: what nobody
/// asked for, or a provider that is slow or down, must not keep an entry from being deleted. They go with it.
pub(crate) fn active(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<String>> {
    db.all(
        "SELECT id FROM jobs
         WHERE entry_id = :entry AND status IN ('queued', 'running')
           AND kind NOT IN (SELECT value FROM json_each(:deriving)) ORDER BY seq",
        named_params! { ":entry": entry.0, ":deriving": claims::list(&DERIVING) },
        |row| row.get(0),
    )
}

/// Which jobs a page is about.
pub(crate) struct Filter<'a> {
    pub(crate) status: Option<&'a str>,
    pub(crate) kind: Option<&'a str>,
    /// A part of the id, the kind or the error, whatever its case.
    pub(crate) search: Option<&'a str>,
}

/// Returns a page of jobs, newest first, with the number that match.
pub(crate) fn page(db: &NotebookDb<'_>, filter: &Filter<'_>, limit: i64, offset: i64) -> Result<(Vec<Job>, i64)> {
    let pattern = filter.search.map(like);
    let jobs = db.all(
        "SELECT id, kind, status, entry_id, params_json, progress_current, progress_total, result_json, error_message,
                status_detail, attempts, created_at, started_at, finished_at, input_tokens, output_tokens, cost_usd
         FROM jobs
         WHERE (:status IS NULL OR status = :status) AND (:kind IS NULL OR kind = :kind)
           AND (:pattern IS NULL OR id LIKE :pattern ESCAPE '!' OR kind LIKE :pattern ESCAPE '!'
                OR error_message LIKE :pattern ESCAPE '!')
         ORDER BY created_at DESC, seq DESC LIMIT :limit OFFSET :offset",
        named_params! {
            ":status": filter.status, ":kind": filter.kind, ":pattern": pattern, ":limit": limit, ":offset": offset,
        },
        from_row,
    )?;
    let total = db.one(
        "SELECT COUNT(*) FROM jobs
         WHERE (:status IS NULL OR status = :status) AND (:kind IS NULL OR kind = :kind)
           AND (:pattern IS NULL OR id LIKE :pattern ESCAPE '!' OR kind LIKE :pattern ESCAPE '!'
                OR error_message LIKE :pattern ESCAPE '!')",
        named_params! { ":status": filter.status, ":kind": filter.kind, ":pattern": pattern },
        |row| row.get(0),
    )?;
    Ok((jobs, total))
}

/// Finds one job.
pub(crate) fn find(db: &NotebookDb<'_>, id: JobId) -> Result<Option<Job>> {
    db.first(
        "SELECT id, kind, status, entry_id, params_json, progress_current, progress_total, result_json, error_message,
                status_detail, attempts, created_at, started_at, finished_at, input_tokens, output_tokens, cost_usd
         FROM jobs WHERE id = :id",
        named_params! { ":id": id.to_string() },
        from_row,
    )
}

/// Finds a job that works on a part of the notebook; of those without an entry, one that came through `own`.
pub(crate) fn find_within(db: &NotebookDb<'_>, id: JobId, within: &Within, own: &str) -> Result<Option<Job>> {
    let Some(job) = find(db, id)? else { return Ok(None) };
    let reached = match job.entry_id {
        _ if !within.is_bounded() => true,
        Some(entry) => entries::lies_within(db, entry, within)?,
        None => db
            .first(
                "SELECT 1 FROM jobs WHERE id = :id AND via = :own",
                named_params! { ":id": id.to_string(), ":own": own },
                |_| Ok(()),
            )?
            .is_some(),
    };
    Ok(reached.then_some(job))
}

/// Makes a LIKE pattern that matches the text anywhere, with nothing in it standing for anything else.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Job> {
    let unreadable = |column: usize, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
    };
    let id: String = row.get(0)?;
    let object = |column: usize, text: &str| {
        serde_json::from_str::<Map<String, Value>>(text).map_err(|error| unreadable(column, error.into()))
    };
    let result: Option<String> = row.get(7)?;
    Ok(Job {
        id: id.parse().map_err(|error: Error| unreadable(0, error.into()))?,
        kind: row.get(1)?,
        status: row.get(2)?,
        entry_id: row.get::<_, Option<i64>>(3)?.map(EntryId),
        params: object(4, &row.get::<_, String>(4)?)?,
        progress_current: row.get(5)?,
        progress_total: row.get(6)?,
        result: result.map(|text| object(7, &text)).transpose()?,
        error_message: row.get(8)?,
        status_detail: row.get(9)?,
        attempts: row.get(10)?,
        created_at: row.get(11)?,
        started_at: row.get(12)?,
        finished_at: row.get(13)?,
        input_tokens: row.get(14)?,
        output_tokens: row.get(15)?,
        cost_usd: row.get(16)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_search_stands_for_anything_else() {
        assert_eq!(like("a%_!b"), "%a!%!_!!b%");
    }
}
