//! Rows of background jobs. A job is enqueued in the transaction that requires it.

use rusqlite::{Row, named_params};
use serde_json::{Map, Value};

use crate::domain::access_filter::AccessFilter;
use crate::domain::id::{EntityId, EntryId, JobId};
use crate::domain::job::JobView;
use crate::error::{Error, Result};
use crate::storage::notebook::{NotebookDb, entries, job_leases};

/// Kind: chunk and embed an entry.
pub(crate) const EMBED: &str = "reprocess_embeddings";

/// Kind: extract entities from one or many entries.
pub(crate) const EXTRACT: &str = "entity_extraction";

/// Kind: recompute an entity's vector.
pub(crate) const REEMBED: &str = "entity_reembed";

/// Kind: score the mood of an entry.
pub(crate) const SCORE: &str = "mood_score_entry";

/// Kinds that only derive data from an entry.
pub(crate) const DERIVATION_KINDS: [&str; 2] = [EXTRACT, SCORE];

/// Kind: score the mood of many entries.
pub(crate) const BACKFILL: &str = "mood_backfill";

/// Kind: parent of the jobs enqueued by one edit.
pub(crate) const PIPELINE: &str = "save_entry_pipeline";

/// Enqueues a job for an entry and returns its id; an already queued job of the kind is reused.
pub(crate) fn enqueue(db: &NotebookDb<'_>, id: JobId, kind: &str, entry: EntryId, at: &str) -> Result<JobId> {
    let waiting = db.query_optional(
        "SELECT id FROM jobs WHERE entry_id = :entry AND kind = :kind AND status = 'queued'",
        named_params! { ":kind": kind, ":entry": entry.0 },
        |row| row.get::<_, String>(0),
    )?;
    match waiting {
        Some(waiting) => waiting.parse(),
        None => enqueue_for_new_entry(db, id, kind, entry, at).map(|()| id),
    }
}

/// Enqueues a job for a new entry, which has no queued jobs yet.
pub(crate) fn enqueue_for_new_entry(
    db: &NotebookDb<'_>,
    id: JobId,
    kind: &str,
    entry: EntryId,
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO jobs (id, kind, status, entry_id, progress_total, created_at)
         VALUES (:id, :kind, 'queued', :entry, 1, :at)",
        named_params! { ":id": id.to_string(), ":kind": kind, ":entry": entry.0, ":at": at },
    )
    .map(drop)
}

/// Enqueues a job on many or no entries; `params` holds its parameters.
pub(crate) fn enqueue_with_params(
    db: &NotebookDb<'_>,
    id: JobId,
    kind: &str,
    params: &Map<String, Value>,
    at: &str,
) -> Result<()> {
    db.execute(
        "INSERT INTO jobs (id, kind, status, params_json, created_at) VALUES (:id, :kind, 'queued', :params, :at)",
        named_params! {
            ":id": id.to_string(), ":kind": kind, ":params": Value::from(params.clone()).to_string(), ":at": at,
        },
    )
    .map(drop)
}

/// Enqueues a job that recomputes an entity's vector; an already queued one is reused.
pub(crate) fn enqueue_reembed(db: &NotebookDb<'_>, id: JobId, entity: EntityId, at: &str) -> Result<JobId> {
    let params = serde_json::json!({ "entity_id": entity }).to_string();
    let waiting = db.query_optional(
        "SELECT id FROM jobs WHERE kind = :kind AND status = 'queued' AND params_json = :params",
        named_params! { ":kind": REEMBED, ":params": params },
        |row| row.get::<_, String>(0),
    )?;
    if let Some(waiting) = waiting {
        return waiting.parse();
    }
    db.execute(
        "INSERT INTO jobs (id, kind, status, params_json, progress_total, created_at)
         VALUES (:id, :kind, 'queued', :params, 1, :at)",
        named_params! { ":id": id.to_string(), ":kind": REEMBED, ":params": params, ":at": at },
    )?;
    Ok(id)
}

/// Adds the finished parent job of an edit and links the named follow-up jobs to it.
pub(crate) fn enqueue_parent(
    db: &NotebookDb<'_>,
    parent: JobId,
    children: &[(&str, JobId)],
    entry: EntryId,
    at: &str,
) -> Result<()> {
    let result = serde_json::json!({ "entry_id": entry, "follow_up_jobs": jobs_to_json(children) });
    db.execute(
        "INSERT INTO jobs (id, kind, status, entry_id, params_json, result_json, created_at, started_at, finished_at)
         VALUES (:id, :kind, 'succeeded', :entry, '{\"notify_strategy\":\"compressed_all\"}', :result, :at, :at, :at)",
        named_params! {
            ":id": parent.to_string(), ":kind": PIPELINE, ":entry": entry.0, ":result": result.to_string(), ":at": at,
        },
    )?;
    children.iter().try_for_each(|&(_, child)| set_parent(db, parent, child))
}

/// Encodes named jobs as a JSON object.
pub(crate) fn jobs_to_json(jobs: &[(&str, JobId)]) -> Value {
    jobs.iter().map(|(name, id)| ((*name).to_owned(), Value::from(id.to_string()))).collect::<Map<_, _>>().into()
}

/// Sets the parent of a job.
pub(crate) fn set_parent(db: &NotebookDb<'_>, parent: JobId, child: JobId) -> Result<()> {
    db.execute(
        "UPDATE jobs SET params_json = json_set(params_json, '$.parent_job_id', :parent) WHERE id = :id",
        named_params! { ":id": child.to_string(), ":parent": parent.to_string() },
    )
    .map(drop)
}

/// Counts the queued and running jobs of a kind.
pub(crate) fn count_open(db: &NotebookDb<'_>, kind: &str) -> Result<u64> {
    db.query_one(
        "SELECT COUNT(*) FROM jobs WHERE status IN ('queued', 'running') AND kind = :kind",
        named_params! { ":kind": kind },
        |row| row.get(0),
    )
}

/// Counts the failed jobs.
pub(crate) fn count_failed(db: &NotebookDb<'_>) -> Result<u64> {
    db.query_one("SELECT COUNT(*) FROM jobs WHERE status = 'failed'", [], |row| row.get(0))
}

/// Returns the ids of queued and running jobs on an entry, except derivation jobs.
///
/// Derivation jobs run unrequested and may wait for a provider, so they do not block the deletion of the entry and are
/// deleted with it.
pub(crate) fn list_blocking_deletion(db: &NotebookDb<'_>, entry: EntryId) -> Result<Vec<String>> {
    db.query_all(
        "SELECT id FROM jobs
         WHERE entry_id = :entry AND status IN ('queued', 'running')
           AND kind NOT IN (SELECT value FROM json_each(:deriving)) ORDER BY seq",
        named_params! { ":entry": entry.0, ":deriving": job_leases::kinds_to_json(&DERIVATION_KINDS) },
        |row| row.get(0),
    )
}

/// Filter of a job list.
pub(crate) struct JobFilter<'a> {
    pub(crate) status: Option<&'a str>,
    pub(crate) kind: Option<&'a str>,
    /// Part of the id, kind or error message, ignoring case.
    pub(crate) search: Option<&'a str>,
}

/// Returns a page of jobs, newest first, with the number of matches.
pub(crate) fn page(
    db: &NotebookDb<'_>,
    filter: &JobFilter<'_>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<JobView>, i64)> {
    let pattern = filter.search.map(like_pattern);
    let jobs = db.query_all(
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
    let total = db.query_one(
        "SELECT COUNT(*) FROM jobs
         WHERE (:status IS NULL OR status = :status) AND (:kind IS NULL OR kind = :kind)
           AND (:pattern IS NULL OR id LIKE :pattern ESCAPE '!' OR kind LIKE :pattern ESCAPE '!'
                OR error_message LIKE :pattern ESCAPE '!')",
        named_params! { ":status": filter.status, ":kind": filter.kind, ":pattern": pattern },
        |row| row.get(0),
    )?;
    Ok((jobs, total))
}

/// Finds a job.
pub(crate) fn find(db: &NotebookDb<'_>, id: JobId) -> Result<Option<JobView>> {
    db.query_optional(
        "SELECT id, kind, status, entry_id, params_json, progress_current, progress_total, result_json, error_message,
                status_detail, attempts, created_at, started_at, finished_at, input_tokens, output_tokens, cost_usd
         FROM jobs WHERE id = :id",
        named_params! { ":id": id.to_string() },
        from_row,
    )
}

/// Finds a job on an entry within a boundary; a job without an entry must have been created through `own`.
pub(crate) fn find_within(db: &NotebookDb<'_>, id: JobId, within: &AccessFilter, own: &str) -> Result<Option<JobView>> {
    let Some(job) = find(db, id)? else { return Ok(None) };
    let reached = match job.entry_id {
        _ if !within.has_key_restrictions() => true,
        Some(entry) => entries::exists_within(db, entry, within)?,
        None => db
            .query_optional(
                "SELECT 1 FROM jobs WHERE id = :id AND via = :own",
                named_params! { ":id": id.to_string(), ":own": own },
                |_| Ok(()),
            )?
            .is_some(),
    };
    Ok(reached.then_some(job))
}

/// Builds a LIKE pattern for a substring, with wildcards escaped by `!`.
fn like_pattern(text: &str) -> String {
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

fn from_row(row: &Row<'_>) -> rusqlite::Result<JobView> {
    let unreadable = |column: usize, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
    };
    let id: String = row.get(0)?;
    let object = |column: usize, text: &str| {
        serde_json::from_str::<Map<String, Value>>(text).map_err(|error| unreadable(column, error.into()))
    };
    let result: Option<String> = row.get(7)?;
    Ok(JobView {
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
    fn like_escapes_wildcards() {
        assert_eq!(like_pattern("a%_!b"), "%a!%!_!!b%");
    }
}
