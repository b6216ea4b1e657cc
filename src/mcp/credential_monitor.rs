//! Credential monitor: polls the credentials of open requests and streams, and cancels those of a revoked one.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use tokio_util::sync::CancellationToken;

use crate::app::context::Ctx;
use crate::services::auth;

/// Poll interval of a credential; revocation takes effect within a second.
const POLL_INTERVAL: Duration = Duration::from_millis(400);

/// User and credential of a caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CredentialOwner {
    pub(crate) actor: String,
    through: String,
}

impl CredentialOwner {
    pub(crate) fn from_ctx(ctx: &Ctx) -> Self {
        Self { actor: ctx.caller.actor(), through: ctx.caller.auth_method_label() }
    }
}

/// Monitored credentials.
#[derive(Debug, Clone, Default)]
pub(crate) struct CredentialMonitor(Arc<Mutex<HashMap<CredentialOwner, Weak<CancellationToken>>>>);

/// Subscription to one credential, which is polled until the last clone is dropped.
#[derive(Debug, Clone, Default)]
pub(crate) struct CredentialGuard(Arc<CancellationToken>);

impl CredentialGuard {
    /// Completes when the credential has become invalid.
    pub(crate) async fn revoked(&self) {
        self.0.cancelled().await;
    }
}

impl CredentialMonitor {
    /// Subscribes to the credential of a request; starts polling it unless it is polled already.
    pub(crate) fn subscribe(&self, ctx: &Ctx) -> CredentialGuard {
        let owner = CredentialOwner::from_ctx(ctx);
        let mut watched = self.lock_entries();
        let known = watched.get(&owner);
        if let Some(token) = known.and_then(Weak::upgrade).filter(|token| !token.is_cancelled()) {
            return CredentialGuard(token);
        }
        let is_new = known.is_none();
        let token = Arc::new(CancellationToken::new());
        watched.insert(owner.clone(), Arc::downgrade(&token));
        drop(watched);
        if is_new {
            tokio::spawn(self.clone().poll(owner, ctx.clone()));
        }
        CredentialGuard(token)
    }

    /// Polls until no subscription is left. A failed check counts as a revocation.
    async fn poll(self, owner: CredentialOwner, ctx: Ctx) {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            {
                let mut watched = self.lock_entries();
                if watched.get(&owner).is_none_or(|token| token.strong_count() == 0) {
                    watched.remove(&owner);
                    return;
                }
            }
            let is_valid = auth::is_still_valid(&ctx).await.unwrap_or_else(|error| {
                tracing::error!("cannot check a credential: {error:?}");
                false
            });
            if !is_valid {
                let token = self.lock_entries().remove(&owner);
                if let Some(token) = token.and_then(|token| token.upgrade()) {
                    token.cancel();
                }
                return;
            }
        }
    }

    fn lock_entries(&self) -> MutexGuard<'_, HashMap<CredentialOwner, Weak<CancellationToken>>> {
        self.0.lock()
    }
}
