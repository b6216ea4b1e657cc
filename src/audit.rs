//! The audit trail: who did what to people and keys. Every act writes its row in its own transaction.

use crate::app::App;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::audit::Event;
use crate::model::audit::Verdict;
use crate::model::scope::Scope;
use crate::model::user::User;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::audit;

/// Who acts and when, taken out of a request so that a transaction can carry it.
pub(crate) struct Trail {
    at: String,
    actor: String,
    via: String,
    key: crate::crypto::key::Key,
}

impl Trail {
    /// Takes what a record needs from a request.
    pub(crate) fn of(ctx: &Ctx) -> Self {
        Self::new(&ctx.app, ctx.caller.actor(), &ctx.caller.through(), &ctx.origin)
    }

    fn new(app: &App, actor: String, via: &str, _origin: &Origin) -> Self {
        Self { at: app.stamp(), actor, via: via.to_owned(), key: app.store.keys.audit.clone() }
    }

    /// Speaks for a user who just proved to be one.
    pub(crate) fn of_user(app: &App, user: &User, origin: &Origin) -> Self {
        Self::new(app, format!("user:{}", user.id), "password", origin)
    }

    /// Speaks for somebody who proved nothing.
    pub(crate) fn of_stranger(app: &App, origin: &Origin) -> Self {
        Self::new(app, "anonymous".to_owned(), "none", origin)
    }

    /// Returns the instant of the act.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Records an act that succeeded.
    pub(crate) fn record(&self, db: &AccountsDb<'_>, action: Action, resource: &str) -> Result<()> {
        self.write(db, action, resource, "ok")
    }

    /// Records an act that was refused.
    pub(crate) fn refuse(&self, db: &AccountsDb<'_>, action: Action, resource: &str) -> Result<()> {
        self.write(db, action, resource, "refused")
    }

    /// Records acts that were refused like the one before and had no line of their own.
    pub(crate) fn refuse_more(&self, db: &AccountsDb<'_>, action: Action, resource: &str, count: i64) -> Result<()> {
        self.write(db, action, resource, &format!("refused {count} more"))
    }

    fn write(&self, db: &AccountsDb<'_>, action: Action, resource: &str, result: &str) -> Result<()> {
        let record =
            audit::Record { at: &self.at, actor: &self.actor, via: &self.via, action: action.name(), resource, result };
        audit::append(db, &self.key, &record)
    }
}

/// Returns the newest events, newest first. Admins and the operator only.
pub async fn list(ctx: &Ctx, limit: u32) -> Result<Vec<Event>> {
    ctx.read_accounts(Scope::AdminAudit, move |db| audit::newest(db, i64::from(limit))).await
}

/// Checks every link of the chain. Admins and the operator only.
pub async fn verify(ctx: &Ctx) -> Result<Verdict> {
    let key = ctx.app.store.keys.audit.clone();
    ctx.read_accounts(Scope::AdminAudit, move |db| {
        let (events, broken_at) = audit::verify(db, &key)?;
        Ok(Verdict { intact: broken_at.is_none(), events, broken_at })
    })
    .await
}
