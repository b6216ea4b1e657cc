//! `journal user purge`.

use crate::output::{CommandOutput, render_span};
use crate::prompt::InteractivePrompt;
use crate::user::delete::{render_owned_data, render_receipt};
use journal::app::context::Ctx;
use journal::domain::journal_span::JournalSpan;
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
        let (question, expected) = describe_purge(ctx, &due).await?;
        ask.confirm_typed(&question, &expected)?;
    } else if !replaced.is_empty() {
        out.note(shown());
        let question = format!("Destroy {} journals that a restore replaced, permanently?", replaced.len());
        ask.confirm_typed(&question, &replaced.len().to_string())?;
    }
    // Without deleted users it still removes registrations that were never confirmed.
    out.done(&users::purge(ctx).await?, render_receipt)
}

/// Returns the question to confirm, and its answer: the address of a single user, otherwise the number of users.
async fn describe_purge(ctx: &Ctx, due: &[DueDeletion]) -> Result<(String, String)> {
    let mut all = JournalSpan::default();
    for user in due {
        all = all.combined_with(users::journal_span(ctx, user.email.parse()?).await?);
    }
    let (accounts, expected) = match due {
        [user] => (format!("the account {} with its journal", user.email), user.email.clone()),
        many => (format!("{} accounts with their journals", many.len()), many.len().to_string()),
    };
    Ok((format!("Destroy {accounts} of {}, permanently?", render_span(&all)), expected))
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
