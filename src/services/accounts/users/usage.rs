//! Usage of all users, for admins: counts, never content.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::domain::id::NotebookId;
use crate::domain::scope::Scope;
use crate::domain::user::User;
use crate::error::Result;
use crate::storage::accounts;

/// User with usage counts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserUsage {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Number of entries.
    pub entry_count: i64,
    /// Number of words in the entries.
    pub total_words: i64,
    /// Number of jobs, in any state.
    pub job_count: i64,
    /// Time when the latest entry was added.
    pub last_entry_at: Option<String>,
    /// Cost of the providers, US dollars.
    pub cost_estimate: f64,
    /// Cost of the last seven days, US dollars.
    pub cost_this_week: f64,
}

/// Returns the usage of all users, newest account first.
pub async fn list_usage(ctx: &Ctx) -> Result<Vec<UserUsage>> {
    let owners = ctx
        .read_accounts(Scope::AdminUsers, |db| {
            let users = accounts::users::all(db)?.into_iter().rev();
            users.map(|user| Ok((accounts::notebooks::list_owned(db, user.id)?, user))).collect::<Result<Vec<_>>>()
        })
        .await?;
    let (app, week_ago) = (ctx.app.clone(), ctx.app.timestamp_in(SignedDuration::from_hours(-7 * 24)));
    run_blocking(move || {
        let mut counted = Vec::with_capacity(owners.len());
        for (notebooks, user) in owners {
            counted.push(count(&app, user, &notebooks, &week_ago));
        }
        Ok(counted)
    })
    .await
}

fn count(app: &AppState, user: User, notebooks: &[NotebookId], week_ago: &str) -> UserUsage {
    let mut overview = UserUsage {
        user,
        entry_count: 0,
        total_words: 0,
        job_count: 0,
        last_entry_at: None,
        cost_estimate: 0.0,
        cost_this_week: 0.0,
    };
    for &id in notebooks {
        match app.store.notebook_counts(id, week_ago) {
            Ok(counts) => {
                overview.entry_count += counts.entries;
                overview.total_words += counts.words;
                overview.job_count += counts.jobs;
                overview.last_entry_at = overview.last_entry_at.max(counts.last_entry_at);
                overview.cost_estimate += counts.cost;
                overview.cost_this_week += counts.recent_cost;
            }
            // One damaged notebook must not hide the other users.
            Err(error) => tracing::error!(notebook = %id, "counting entries: {error:?}"),
        }
    }
    overview
}
