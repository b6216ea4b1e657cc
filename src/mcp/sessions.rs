//! Session ownership: the protocol library accepts any caller that knows a session id; this registry does not.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use lru::LruCache;
use parking_lot::{Mutex, MutexGuard};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::{SessionId, SessionManager};
use tokio_util::sync::CancellationToken;

use crate::app::context::Ctx;
use crate::error::{Error, Result};
use crate::mcp::credential_monitor::CredentialOwner;
use crate::services::auth;

/// Maximum number of sessions in total. Beyond it, the user with the most loses their least recently used one.
const MAX_SESSIONS: NonZeroUsize = NonZeroUsize::new(1024).expect("1024 is not 0");
/// Maximum number of sessions per user, all credentials together; beyond it, the least recently used one ends.
const MAX_SESSIONS_PER_USER: usize = 64;
/// Idle timeout of a session: long, since people resume conversations and not all clients of these revisions reconnect.
pub(super) const SESSION_IDLE_TIMEOUT: Duration = Duration::from_hours(8);
/// Interval at which an idle session's credential, and its existence in the protocol library, are checked.
const CHECK_INTERVAL: Duration = Duration::from_mins(1);

/// Open sessions, each with the user and the credential that opened it.
#[derive(Clone)]
pub(crate) struct SessionRegistry {
    held: Arc<Mutex<LruCache<String, McpSession>>>,
    manager: Arc<LocalSessionManager>,
}

struct McpSession {
    owner: CredentialOwner,
    lifetime: SessionLifetime,
}

/// Cancellation of a session's work; requests carry it to their handlers.
#[derive(Debug, Clone, Default)]
pub(crate) struct SessionLifetime(CancellationToken);

impl SessionLifetime {
    /// Completes when the session has ended.
    pub(crate) async fn ended(&self) {
        self.0.cancelled().await;
    }
}

impl SessionRegistry {
    pub(crate) fn new(manager: Arc<LocalSessionManager>) -> Self {
        Self { held: Arc::new(Mutex::new(LruCache::new(MAX_SESSIONS))), manager }
    }

    /// Registers a session and starts the task that ends it with its credential.
    pub(crate) fn register(&self, id: &str, ctx: &Ctx) {
        let (owner, life) = (CredentialOwner::from_ctx(ctx), SessionLifetime::default());
        let mut held = self.lock_sessions();
        let own = held.iter().filter(|(_, session)| session.owner.actor == owner.actor).count();
        let evict_from = if own >= MAX_SESSIONS_PER_USER {
            Some(owner.actor.clone())
        } else if held.len() >= MAX_SESSIONS.get() {
            busiest_user(&held)
        } else {
            None
        };
        let oldest = evict_from.and_then(|actor| {
            let oldest = held.iter().rev().find(|(_, session)| session.owner.actor == actor);
            oldest.map(|(id, _)| id.clone())
        });
        if let Some(evicted) = oldest.and_then(|id| held.pop(&id)) {
            evicted.lifetime.0.cancel();
        }
        held.push(id.to_owned(), McpSession { owner, lifetime: life.clone() });
        drop(held);
        tokio::spawn(self.clone().monitor(id.to_owned(), life, ctx.clone()));
    }

    /// Returns the lifetime of a session that this caller opened with this credential.
    ///
    /// # Errors
    /// `NotFound` for any other session.
    pub(crate) fn find(&self, id: &str, ctx: &Ctx) -> Result<SessionLifetime> {
        let owner = CredentialOwner::from_ctx(ctx);
        let mut held = self.lock_sessions();
        // A request for another caller's session must not refresh its position in the LRU.
        held.peek(id).filter(|session| session.owner == owner).ok_or_else(session_not_found)?;
        held.get(id).map(|session| session.lifetime.clone()).ok_or_else(session_not_found)
    }

    /// Removes a session and cancels its work.
    pub(crate) fn remove(&self, id: &str) {
        if let Some(session) = self.lock_sessions().pop(id) {
            session.lifetime.0.cancel();
        }
    }

    /// Removes all sessions of a credential that has become invalid.
    pub(crate) fn remove_all_of(&self, owner: &CredentialOwner) {
        let mut held = self.lock_sessions();
        let ended: Vec<String> =
            held.iter().filter(|(_, session)| session.owner == *owner).map(|(id, _)| id.clone()).collect();
        for session in ended.iter().filter_map(|id| held.pop(id)) {
            session.lifetime.0.cancel();
        }
    }

    /// Waits until a session ends and closes it in the protocol library. Open requests check the credential more often.
    async fn monitor(self, id: String, life: SessionLifetime, ctx: Ctx) {
        let known = SessionId::from(id.as_str());
        let ended = loop {
            tokio::select! {
                () = life.ended() => break Ok(()),
                () = tokio::time::sleep(CHECK_INTERVAL) => {}
            }
            if !matches!(self.manager.has_session(&known).await, Ok(true)) {
                break Ok(());
            }
            match auth::is_still_valid(&ctx).await {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = ended {
            tracing::error!("cannot check a credential: {error:?}");
        }
        self.remove(&id);
        if let Err(error) = self.manager.close_session(&known).await {
            tracing::error!("cannot close a session: {error}");
        }
    }

    fn lock_sessions(&self) -> MutexGuard<'_, LruCache<String, McpSession>> {
        self.held.lock()
    }
}

/// Returns the error for a session that has ended or belongs to another caller.
pub(crate) fn session_not_found() -> Error {
    Error::not_found("session").hint("open a new one with `initialize`")
}

/// Returns the user with the most sessions.
fn busiest_user(held: &LruCache<String, McpSession>) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, session) in held {
        *counts.entry(&session.owner.actor).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map(|(actor, _)| actor.to_owned())
}
