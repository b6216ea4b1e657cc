//! Whether those who are being answered would still be let in: looked at for as long as anything of theirs is open.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::Weak;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::auth;
use crate::ctx::Ctx;

/// How often a credential is looked at: what is open ends within a second of it.
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// A user and the credential they came with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Owner {
    pub(crate) actor: String,
    through: String,
}

impl Owner {
    pub(crate) fn of(ctx: &Ctx) -> Self {
        Self { actor: ctx.caller.actor(), through: ctx.caller.through() }
    }
}

/// The credentials by which something is open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Mutex<HashMap<Owner, Weak<CancellationToken>>>>);

/// One credential, which is looked at until the last clone of this is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Standing(Arc<CancellationToken>);

impl Standing {
    /// Waits until the credential is not good any more.
    pub(crate) async fn lost(&self) {
        self.0.cancelled().await;
    }
}

impl Watch {
    /// Begins to look at the credential of a request, unless that is done already.
    pub(crate) fn over(&self, ctx: &Ctx) -> Standing {
        let owner = Owner::of(ctx);
        let mut watched = self.watched();
        let known = watched.get(&owner);
        if let Some(token) = known.and_then(Weak::upgrade).filter(|token| !token.is_cancelled()) {
            return Standing(token);
        }
        let is_new = known.is_none();
        let token = Arc::new(CancellationToken::new());
        watched.insert(owner.clone(), Arc::downgrade(&token));
        drop(watched);
        if is_new {
            tokio::spawn(self.clone().look(owner, ctx.clone()));
        }
        Standing(token)
    }

    /// Looks until nothing is open by the credential. A look that fails counts as bad news.
    async fn look(self, owner: Owner, ctx: Ctx) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            {
                let mut watched = self.watched();
                if watched.get(&owner).is_none_or(|token| token.strong_count() == 0) {
                    watched.remove(&owner);
                    return;
                }
            }
            let good = auth::is_good_still(&ctx).await.unwrap_or_else(|error| {
                tracing::error!("looking at a credential: {error:?}");
                false
            });
            if !good {
                let token = self.watched().remove(&owner);
                if let Some(token) = token.and_then(|token| token.upgrade()) {
                    token.cancel();
                }
                return;
            }
        }
    }

    fn watched(&self) -> MutexGuard<'_, HashMap<Owner, Weak<CancellationToken>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
