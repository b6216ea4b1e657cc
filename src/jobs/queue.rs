//! What the owner of a journal sees of its jobs. An admin sees their own journal's and nobody else's.

use serde_json::Map;
use serde_json::Value;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::jobs::attempt::kinds;
use crate::jobs::intake;
use crate::model::activity::Read;
use crate::model::id::JobId;
use crate::model::id::UserId;
use crate::model::job::Job;
use crate::model::job::JobPage;
use crate::model::scope::Scope;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::jobs;

/// Most jobs of one page: an existing client asks for all it has shown so far at once.
pub const MAX_LIMIT: i64 = 500;
/// Longest text to look for, in code points.
const MAX_SEARCH: usize = 200;

/// Which jobs to list.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct List {
    /// Only jobs that are queued, running, succeeded, failed or cancelled; one that waits for another attempt is running
    #[arg(long)]
    pub status: Option<String>,
    /// Only jobs of this type, such as `ingest_images`
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Only jobs with this in their id, type or error
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Jobs a page, 1 to 500
    #[arg(long, default_value_t = 20)]
    pub limit: i64,
    /// Jobs to skip
    #[arg(long, default_value_t = 0)]
    pub offset: i64,
}

/// Lists jobs, newest first.
///
/// # Errors
/// `Invalid` for an endless text to look for.
pub async fn list(ctx: &Ctx, list: List) -> Result<JobPage> {
    if list.search.as_ref().is_some_and(|search| search.chars().count() > MAX_SEARCH) {
        return Err(Error::invalid(format!("the text to look for is longer than {MAX_SEARCH} characters"))
            .hint("look for something shorter"));
    }
    let owner = ctx.caller.user()?.id;
    ctx.read(Scope::EntriesRead, move |db| {
        let filter = jobs::Filter {
            status: list.status.as_deref(),
            kind: list.kind.as_deref(),
            search: list.search.as_deref().map(str::trim).filter(|search| !search.is_empty()),
        };
        let (limit, offset) = (list.limit.clamp(1, MAX_LIMIT), list.offset.max(0));
        let (items, total) = jobs::page(db, &filter, limit, offset)?;
        let items = items.into_iter().map(|job| shown(job, owner)).collect();
        Ok(JobPage { items, total, limit, offset })
    })
    .await
}

/// Finds one job. Whoever may only ingest finds those that make entries of uploads.
///
/// # Errors
/// `NotFound`, also for the jobs of others.
pub async fn get(ctx: &Ctx, id: JobId) -> Result<Job> {
    look(ctx, id).await.inspect(|_| ctx.count(Read::Job, 0))
}

/// Finds one job, as [`get`], for somebody who looks at it again and again.
pub(super) async fn look(ctx: &Ctx, id: JobId) -> Result<Job> {
    let owner = ctx.caller.user()?.id;
    let may = |scope| ctx.caller.authorize(scope).is_ok();
    let (only_uploads, uploads) = (!may(Scope::EntriesRead) && may(Scope::Ingest), kinds(&intake::table()));
    let (scope, own) = (if only_uploads { Scope::Ingest } else { Scope::EntriesRead }, ctx.caller.through());
    ctx.act_within(scope, move |notebook, within| {
        let job = notebook.read(|db| jobs::find_within(db, id, within, &own))?.ok_or_else(absent)?;
        if only_uploads && !uploads.contains(&job.kind.as_str()) { Err(absent()) } else { Ok(shown(job, owner)) }
    })
    .await
}

pub(super) fn found(db: &NotebookDb<'_>, id: JobId) -> Result<Job> {
    jobs::find(db, id)?.ok_or_else(absent)
}

pub(super) fn absent() -> Error {
    Error::new(Kind::NotFound, "Job not found").hint("`journal job list` shows which there are")
}

/// Fills in what clients expect in a job, and leaves out what is nobody's business.
pub(super) fn shown(mut job: Job, owner: UserId) -> Job {
    let public = |fields: &mut Map<String, Value>| fields.retain(|name, _| !name.starts_with('_'));
    public(&mut job.params);
    if let Some(entry) = job.entry_id {
        job.params.insert("entry_id".to_owned(), entry.0.into());
    }
    job.params.insert("user_id".to_owned(), owner.0.into());
    if let Some(result) = &mut job.result {
        public(result);
        // One client reads the one name, one the other.
        if let Some(processed) = result.get("entries_processed").cloned() {
            result.insert("processed".to_owned(), processed);
        }
    }
    if !matches!(job.status.as_str(), "queued" | "running") {
        job.status_detail = None;
    }
    job
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::id::EntryId;

    fn job(status: &str) -> Job {
        let object = |text: &str| serde_json::from_str(text).unwrap();
        Job {
            id: JobId(Uuid::nil()),
            kind: "entity_extraction".to_owned(),
            status: status.to_owned(),
            params: object(r#"{"stale_only":true}"#),
            progress_current: 1,
            progress_total: 1,
            result: Some(object(r#"{"entries_processed":3,"_notification_sent":1}"#)),
            error_message: None,
            status_detail: Some("waits for the model".to_owned()),
            entry_id: Some(EntryId(7)),
            attempts: 1,
            created_at: "2026-05-12T08:00:00Z".to_owned(),
            started_at: None,
            finished_at: None,
            input_tokens: None,
            output_tokens: None,
            cost_usd: None,
        }
    }

    #[test]
    fn b24_internal_keys_and_old_details_do_not_leak() {
        let done = shown(job("succeeded"), UserId(4));

        assert_eq!(done.status_detail, None);
        assert_eq!(Value::from(done.result.unwrap()), serde_json::json!({ "entries_processed": 3, "processed": 3 }));
        assert_eq!(Value::from(done.params), serde_json::json!({ "stale_only": true, "entry_id": 7, "user_id": 4 }));
        assert!(shown(job("running"), UserId(4)).status_detail.is_some());
    }
}
