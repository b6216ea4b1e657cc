//! Question and receipt of `journal user delete`.

use crate::output::{self, CommandOutput, counted, render_span};
use journal::app::context::Ctx;
use journal::domain::email::EmailAddress;
use journal::error::Result;
use journal::services::accounts::users::{self, DeletionReceipt, OwnedData};

/// Prints what will be deleted and returns the question to confirm.
pub async fn describe_deletion(ctx: &Ctx, email: &EmailAddress, when: &str, out: &CommandOutput) -> Result<String> {
    let data = users::owned_data(ctx, email.clone()).await?;
    let span = users::journal_span(ctx, email.clone()).await?;
    out.note(format!("Deletes the account {email} with {}", render_owned_data(&data)));
    out.note("Existing backups still contain the journal until they are pruned");
    Ok(format!("Delete {email} and the whole journal with {}, {when}?", render_span(&span)))
}

/// Renders the receipt of a purge.
pub fn render_receipt(receipt: &DeletionReceipt) -> String {
    let lines = receipt.users.iter().map(|purged| {
        format!(
            "Destroyed user {} permanently, with {}, at {}",
            purged.user_id,
            render_owned_data(&purged.data),
            purged.at
        )
    });
    let aside =
        receipt.replaced_notebooks.iter().map(|id| format!("Destroyed notebook {id}, which a restore replaced"));
    let lines: Vec<String> = lines.chain(aside).collect();
    if lines.is_empty() { "No user is due for purging".to_owned() } else { lines.join("\n") }
}

/// Renders the amounts of a user's data.
pub fn render_owned_data(data: &OwnedData) -> String {
    let OwnedData { notebooks, entries, trashed, originals, original_bytes, jobs, .. } = data;
    let OwnedData { sessions, keys, preferences, uncounted, .. } = data;
    let damaged = if *uncounted == 0 {
        String::new()
    } else {
        format!(" and {uncounted} damaged journals that cannot be counted")
    };
    [
        counted(*notebooks, "journal", "journals"),
        output::entries(*entries),
        format!("{} ({original_bytes} bytes)", counted(*originals, "original", "originals")),
        format!("{trashed} in the trash"),
        counted(*jobs, "job", "jobs"),
        counted(*sessions, "session", "sessions"),
        counted(*keys, "key", "keys"),
        counted(*preferences, "preference", "preferences") + &damaged,
    ]
    .join(", ")
}
