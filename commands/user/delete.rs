//! Confirmation and receipt of `journal user delete`.

use crate::output::CommandOutput;
use crate::prompt::InteractivePrompt;
use journal::app::context::Ctx;
use journal::domain::email::EmailAddress;
use journal::error::Result;
use journal::services::accounts::users::{self, DeletionReceipt, OwnedData};

/// Shows what will be deleted and asks for confirmation.
pub async fn confirm_deletion(
    ctx: &Ctx,
    ask: InteractivePrompt,
    email: &EmailAddress,
    when: &str,
    out: &CommandOutput,
) -> Result<()> {
    let data = users::owned_data(ctx, email.clone()).await?;
    out.note(format!("Deletes the account {email} with {}", render_owned_data(&data)));
    out.note("Existing backups still contain the journal until they are pruned");
    ask.confirm(&format!("Delete {email} and the whole journal, {when}?"))
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
    format!(
        "{notebooks} journals, {entries} entries, {originals} originals ({original_bytes} bytes), {trashed} in the trash, \
         {jobs} jobs, {sessions} sessions, {keys} keys, {preferences} preferences{damaged}"
    )
}
