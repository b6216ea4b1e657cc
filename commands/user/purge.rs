//! `journal user purge`.

use crate::output::CommandOutput;
use crate::prompt::InteractivePrompt;
use crate::user::delete::{render_owned_data, render_receipt};
use journal::app::context::Ctx;
use journal::error::Result;
use journal::services::accounts::users::{self, DueDeletion};

pub async fn run(ctx: &Ctx, ask: InteractivePrompt, dry_run: bool, out: &mut CommandOutput) -> Result<()> {
    let (due, replaced) = (users::list_due(ctx).await?, users::list_due_notebooks(ctx).await?);
    let shown = || render_due(&due, replaced.len());
    if dry_run {
        let document = serde_json::json!({ "deleted": false, "users": due, "replaced_notebooks": replaced });
        return out.result(&document, |_| shown());
    }
    if !due.is_empty() {
        out.note(shown());
        ask.confirm(&format!("Destroy {} deleted accounts with their journals, permanently?", due.len()))?;
    } else if !replaced.is_empty() {
        out.note(shown());
        ask.confirm(&format!("Destroy {} journals that a restore replaced, permanently?", replaced.len()))?;
    }
    // Without deleted users it still removes registrations that were never confirmed.
    out.result(&users::purge(ctx).await?, render_receipt)
}

fn render_due(due: &[DueDeletion], replaced: usize) -> String {
    if due.is_empty() && replaced == 0 {
        return "No user is due for purging".to_owned();
    }
    let line = |due: &DueDeletion| {
        let amounts = render_owned_data(&due.data);
        format!("Due: {} (user {}, deleted {}) with {amounts}", due.email, due.user_id, due.deleted_at)
    };
    let aside = (replaced > 0).then(|| format!("Due: {replaced} journals that a restore replaced"));
    due.iter().map(line).chain(aside).collect::<Vec<_>>().join("\n")
}
