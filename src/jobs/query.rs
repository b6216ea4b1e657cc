//! Job queries for the notebook's owner. An admin sees the jobs of their own notebook only.

use serde_json::{Map, Value};

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::id::{JobId, UserId};
use crate::domain::job::{JobPage, JobView};
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::jobs::handlers::upload::UPLOAD_KINDS;
use crate::storage::notebook::{NotebookDb, jobs};

/// Default page size.
pub const DEFAULT_LIMIT: i64 = 50;
/// Maximum page size: an existing client requests everything shown so far in one page.
pub const MAX_LIMIT: i64 = 500;
/// Maximum length of the search text, in code points.
const MAX_SEARCH: usize = 200;

/// Filter and page of a job list.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct JobListQuery {
    /// Only jobs that are queued, running, succeeded, failed or cancelled; a job waiting for a retry is running
    #[arg(long)]
    pub status: Option<String>,
    /// Only jobs of this type, such as `ingest_images`
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// Only jobs with this text in their id, type or error
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// Jobs per page, 1 to 500
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub limit: i64,
    /// Jobs to skip
    #[arg(long, default_value_t = 0)]
    pub offset: i64,
}

/// Lists jobs, newest first.
///
/// # Errors
/// `Invalid` for a search text longer than [`MAX_SEARCH`].
pub async fn list(ctx: &Ctx, list: JobListQuery) -> Result<JobPage> {
    if list.search.as_ref().is_some_and(|search| search.chars().count() > MAX_SEARCH) {
        return Err(Error::invalid(format!("the search text is longer than {MAX_SEARCH} characters"))
            .hint("use a shorter search text"));
    }
    let owner = ctx.caller.user()?.id;
    ctx.read(Scope::EntriesRead, move |db| {
        let filter = jobs::JobFilter {
            status: list.status.as_deref(),
            kind: list.kind.as_deref(),
            search: list.search.as_deref().map(str::trim).filter(|search| !search.is_empty()),
        };
        let (limit, offset) = (list.limit.clamp(1, MAX_LIMIT), list.offset.max(0));
        let (items, total) = jobs::page(db, &filter, limit, offset)?;
        let items = items.into_iter().map(|job| to_client_view(job, owner)).collect();
        Ok(JobPage { items, total, limit, offset })
    })
    .await
}

/// Finds one job. A caller with only the ingest scope finds only upload jobs.
///
/// # Errors
/// `NotFound`, also for the jobs of others.
pub async fn get(ctx: &Ctx, id: JobId) -> Result<JobView> {
    poll(ctx, id).await.inspect(|_| ctx.record_read(ReadKind::Job, 0))
}

/// Finds one job as [`get`] does, without counting the access; for callers that poll.
pub(super) async fn poll(ctx: &Ctx, id: JobId) -> Result<JobView> {
    let owner = ctx.caller.user()?.id;
    let may = |scope| ctx.caller.authorize(scope).is_ok();
    let only_uploads = !may(Scope::EntriesRead) && may(Scope::Ingest);
    let (scope, own) = (if only_uploads { Scope::Ingest } else { Scope::EntriesRead }, ctx.caller.auth_method_label());
    ctx.with_notebook_restricted(scope, move |notebook, within| {
        let job = notebook.read(|db| jobs::find_within(db, id, within, &own))?.ok_or_else(job_not_found)?;
        if only_uploads && !UPLOAD_KINDS.contains(&job.kind.as_str()) {
            Err(job_not_found())
        } else {
            Ok(to_client_view(job, owner))
        }
    })
    .await
}

pub(super) fn find_job(db: &NotebookDb<'_>, id: JobId) -> Result<JobView> {
    jobs::find(db, id)?.ok_or_else(job_not_found)
}

pub(super) fn job_not_found() -> Error {
    Error::new(ErrorKind::NotFound, "Job not found").hint("`journal job list` shows all jobs")
}

/// Adds the fields that clients expect and removes internal ones.
pub(super) fn to_client_view(mut job: JobView, owner: UserId) -> JobView {
    let public = |fields: &mut Map<String, Value>| fields.retain(|name, _| !name.starts_with('_'));
    public(&mut job.params);
    if let Some(entry) = job.entry_id {
        job.params.insert("entry_id".to_owned(), entry.0.into());
    }
    job.params.insert("user_id".to_owned(), owner.0.into());
    if let Some(result) = &mut job.result {
        public(result);
        // Existing clients differ in the name that they read.
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
    use crate::domain::id::EntryId;

    fn job(status: &str) -> JobView {
        let object = |text: &str| serde_json::from_str(text).unwrap();
        JobView {
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
    fn b24_internal_keys_and_stale_details_are_removed() {
        let done = to_client_view(job("succeeded"), UserId(4));

        assert_eq!(done.status_detail, None);
        assert_eq!(Value::from(done.result.unwrap()), serde_json::json!({ "entries_processed": 3, "processed": 3 }));
        assert_eq!(Value::from(done.params), serde_json::json!({ "stale_only": true, "entry_id": 7, "user_id": 4 }));
        assert!(to_client_view(job("running"), UserId(4)).status_detail.is_some());
    }
}
