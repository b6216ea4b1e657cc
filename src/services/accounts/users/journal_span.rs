//! Entries of a user's journal by number and days, for prompts before they are destroyed.

use crate::app::context::Ctx;
use crate::blocking::run_blocking;
use crate::domain::email::EmailAddress;
use crate::domain::journal_span::JournalSpan;
use crate::domain::scope::Scope;
use crate::error::Result;
use crate::storage::accounts;

/// Returns the number of a user's entries and the days they cover. A damaged notebook counts as empty.
///
/// # Errors
/// `NotFound`.
pub async fn journal_span(ctx: &Ctx, email: EmailAddress) -> Result<JournalSpan> {
    let find_owned = move |db: &accounts::AccountsDb<'_>| {
        let user = accounts::users::get_by_email(db, email.as_str())?;
        accounts::notebooks::list_owned(db, user.id)
    };
    let notebooks = ctx.read_accounts(Scope::AdminUsers, find_owned).await?;
    let app = ctx.app.clone();
    run_blocking(move || {
        let mut all = JournalSpan::default();
        for id in notebooks {
            match app.store.notebook_span(id) {
                Ok(span) => all = all.combined_with(span),
                Err(error) => tracing::error!(notebook = %id, "counting entries: {error:?}"),
            }
        }
        Ok(all)
    })
    .await
}
