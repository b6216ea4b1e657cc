//! `journal user purge`.

use crate::output::CommandOutput;
use crate::prompt::InteractivePrompt;
use crate::user::delete::{render_owned_data, render_receipt};
use journal::app::context::Ctx;
use journal::error::Result;
use journal::services::accounts::users::{self, DueDeletion};

pub async fn run(ctx: &Ctx, ask: InteractivePrompt, dry_run: bool, out: &mut CommandOutput) -> Result<()> {
    let due = users::list_due(ctx).await?;
    if dry_run {
        return out.result(&serde_json::json!({ "deleted": false, "users": due }), |_| render_due(&due));
    }
    if !due.is_empty() {
        out.note(render_due(&due));
        ask.confirm(&format!("Destroy {} deleted accounts with their journals, permanently?", due.len()))?;
    }
    // Without deleted users it still removes registrations that were never confirmed.
    out.result(&users::purge(ctx).await?, render_receipt)
}

fn render_due(due: &[DueDeletion]) -> String {
    if due.is_empty() {
        return "No user is due for purging".to_owned();
    }
    let line = |due: &DueDeletion| {
        let amounts = render_owned_data(&due.data);
        format!("Due: {} (user {}, deleted {}) with {amounts}", due.email, due.user_id, due.deleted_at)
    };
    due.iter().map(line).collect::<Vec<_>>().join("\n")
}
