//! People, places and the like are looked for.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::entities::extraction;
use crate::entities::extraction::Wanted;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::mcp::fence::Fence;
use crate::mcp::follow;
use crate::mcp::tool::Call;
use crate::mcp::tool::Effect;
use crate::mcp::tool::Said;
use crate::mcp::tool::Tool;
use crate::mcp::tools::absent;
use crate::model::id::EntryId;
use crate::model::job::Job;
use crate::model::scope::Scope;

/// Most warnings that are shown.
const SHOWN: usize = 20;

pub(super) fn tools() -> Vec<Tool> {
    let replaces: (&[Scope], Effect) = (&[Scope::EntriesRead, Scope::EntriesWrite], Effect::Replaces);
    vec![
        Tool::new(
            "journal_extract_entities",
            "Look for people and places",
            "Has a model look for people, places and the like in one entry, or in those of some days. If it takes long, a job \
             goes on with it.",
            replaces,
            extract,
        ),
        Tool::new(
            "journal_extract_entities_batch",
            "Look for people and places in many entries",
            "As journal_extract_entities, and answers with the job: `status` is succeeded, failed, or timeout while it goes on.",
            replaces,
            batch,
        )
        .with_object(),
    ]
}

/// Which entries; all without any of these.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Which {
    /// This entry alone.
    #[serde(default)]
    entry_id: Option<i64>,
    /// First date, `YYYY-MM-DD`.
    #[serde(default)]
    start_date: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    #[serde(default)]
    end_date: Option<String>,
    /// Only entries not looked through since they were written.
    #[serde(default)]
    stale_only: bool,
}

impl From<Which> for Wanted {
    fn from(which: Which) -> Self {
        let Which { entry_id, start_date, end_date, stale_only } = which;
        Self { entry_id: entry_id.map(EntryId), start_date, end_date, stale_only }
    }
}

async fn extract(call: Call, which: Which) -> Result<String> {
    let ordered = extraction::order(&call.ctx, which.into()).await.map_err(absent)?;
    let job = follow::job(&call, ordered.job_id).await?;
    match job.status.as_str() {
        "succeeded" => told(&call, &job),
        "failed" | "cancelled" => {
            let why = job.error_message.unwrap_or_else(|| "the job was called off".to_owned());
            Err(Error::new(Kind::Upstream, why).hint("nothing of that entry was changed; try again later"))
        }
        _ => {
            let why = job.status_detail.map_or_else(String::new, |why| format!(" ({why})"));
            let (done, total) = (job.progress_current, job.progress_total);
            Ok(format!(
                "Still being worked on{why}: {done} of {total} entries done.\n  Job: {}\n  Ask journal_get_job_status for it.",
                job.id
            ))
        }
    }
}

fn told(call: &Call, job: &Job) -> Result<String> {
    let result = job.result.as_ref();
    let count = |name: &str| result.and_then(|result| result.get(name)).and_then(Value::as_i64).unwrap_or_default();
    let mut told = format!(
        "Looked through:\n  Entries: {}\n  Entities created: {}\n  Entities matched: {}\n  Mentions: {}\n  Relationships: {}",
        count("entries_processed"),
        count("entities_created"),
        count("entities_matched"),
        count("mentions_created"),
        count("relationships_created"),
    );
    let warnings = result.and_then(|result| result.get("warnings")).and_then(Value::as_array);
    let warnings: Vec<&str> = warnings.into_iter().flatten().filter_map(Value::as_str).collect();
    if !warnings.is_empty() {
        let mut lines: Vec<String> = warnings.iter().take(SHOWN).map(|warning| format!("- {warning}")).collect();
        if warnings.len() > SHOWN {
            lines.push(format!("{} more", warnings.len() - SHOWN));
        }
        told.push_str("\nWarnings:\n");
        // They name what entries and models call things.
        told.push_str(&Fence::over(call.ctx.app.entropy.as_ref(), &lines.join("\n"))?);
    }
    Ok(told)
}

async fn batch(call: Call, which: Which) -> Result<Said> {
    let ordered = match extraction::order(&call.ctx, which.into()).await {
        Ok(ordered) => ordered,
        Err(error) if error.kind() == Kind::Internal => return Err(error),
        Err(error) => {
            let message = error.to_string();
            return Ok(Said::Refused(json!({
                "status": "failed", "job_id": null, "result": null, "error_message": message,
            })));
        }
    };
    let job = follow::job(&call, ordered.job_id).await?;
    let status = match job.status.as_str() {
        "succeeded" => "succeeded",
        "failed" | "cancelled" => "failed",
        _ => "timeout",
    };
    Ok(Said::Object(json!({
        "status": status, "job_id": job.id, "result": job.result, "error_message": job.error_message,
    })))
}
