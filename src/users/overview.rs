//! Everybody with how much they have, for admins: numbers, never what was written.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::model::user::User;
use crate::storage::accounts;

/// A user with how much they have.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Overview {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Entries.
    pub entry_count: i64,
    /// Words of them.
    pub total_words: i64,
    /// Jobs, whatever became of them.
    pub job_count: i64,
    /// When an entry was last added.
    pub last_entry_at: Option<String>,
    /// What providers asked for their jobs, US dollars.
    pub cost_estimate: f64,
    /// The same for the last seven days.
    pub cost_this_week: f64,
}

/// Returns everybody, newest account first.
pub async fn overview(ctx: &Ctx) -> Result<Vec<Overview>> {
    let everybody = ctx
        .read_accounts(Scope::AdminUsers, |db| {
            let users = accounts::users::all(db)?.into_iter().rev();
            users.map(|user| Ok((accounts::notebooks::owned_by(db, user.id)?, user))).collect::<Result<Vec<_>>>()
        })
        .await?;
    let (app, week_ago) = (ctx.app.clone(), ctx.app.stamp_in(SignedDuration::from_hours(-7 * 24)));
    let counting = tokio::task::spawn_blocking(move || {
        let mut counted = Vec::with_capacity(everybody.len());
        for (notebooks, user) in everybody {
            counted.push(count(&app, user, &notebooks, &week_ago));
        }
        counted
    });
    counting.await.map_err(|error| Error::internal("counting entries", error))
}

fn count(app: &App, user: User, notebooks: &[NotebookId], week_ago: &str) -> Overview {
    let mut overview = Overview {
        user,
        entry_count: 0,
        total_words: 0,
        job_count: 0,
        last_entry_at: None,
        cost_estimate: 0.0,
        cost_this_week: 0.0,
    };
    for &id in notebooks {
        match app.store.counts(id, week_ago) {
            Ok(counts) => {
                overview.entry_count += counts.entries;
                overview.total_words += counts.words;
                overview.job_count += counts.jobs;
                overview.last_entry_at = overview.last_entry_at.max(counts.last_entry_at);
                overview.cost_estimate += counts.cost;
                overview.cost_this_week += counts.recent_cost;
            }
            // One damaged notebook must not hide everybody from those who could help.
            Err(error) => tracing::error!(notebook = %id, "counting entries: {error:?}"),
        }
    }
    overview
}
