//! Deletion of several items at once: shown, confirmed, then deleted together.

use serde::Serialize;

use crate::output::CommandOutput;
use crate::prompt::InteractivePrompt;
use journal::error::Result;

/// Deletes the items with these ids after confirmation. With `dry_run` it only shows them.
pub async fn delete_confirmed<I: Copy + Ord + Serialize, T: Serialize>(
    ask: InteractivePrompt,
    mut ids: Vec<I>,
    dry_run: bool,
    out: &mut CommandOutput,
    describe: impl AsyncFn(I) -> Result<String>,
    delete: impl AsyncFnOnce(Vec<I>) -> Result<T>,
) -> Result<()> {
    ids.sort_unstable();
    ids.dedup();
    let mut shown = Vec::with_capacity(ids.len());
    for &id in &ids {
        shown.push(describe(id).await?);
    }
    let shown = shown.join(", ");
    if dry_run {
        let document = serde_json::json!({ "deleted": false, "ids": ids });
        return out.result(&document, |_| format!("Would delete {shown}"));
    }
    let question = format!("Delete {shown}?");
    match ids.len() {
        1 => ask.confirm(&question)?,
        count => ask.confirm_typed(&question, &count.to_string())?,
    }
    out.done(&delete(ids).await?, |_| format!("Deleted {shown}"))
}
