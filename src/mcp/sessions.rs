//! Whose a session is: the protocol library hands a session to whoever knows its id, this does not.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use lru::LruCache;
use rmcp::transport::streamable_http_server::session::SessionId;
use rmcp::transport::streamable_http_server::session::SessionManager;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use tokio_util::sync::CancellationToken;

use crate::auth;
use crate::ctx::Ctx;
use crate::mcp::watch::Owner;

/// Sessions of everybody together. For one more, the user with most of them loses the one used longest ago.
const MAX_SESSIONS: NonZeroUsize = NonZeroUsize::new(1024).expect("1024 is not 0");
/// Sessions of one user, by whatever credentials; for one more, the one used longest ago ends.
const OF_ONE_USER: usize = 64;
/// How long a session may be silent. Clients of these revisions do not all open a new one by themselves, and people come
/// back to a conversation after a while.
pub(super) const IDLE: Duration = Duration::from_hours(8);
/// How often is looked whether a silent session's credential is good still, and whether the protocol library has ended it.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// The sessions that were opened, each with the user and the credential that opened it.
#[derive(Clone)]
pub(crate) struct Sessions {
    held: Arc<Mutex<LruCache<String, Session>>>,
    manager: Arc<LocalSessionManager>,
}

struct Session {
    owner: Owner,
    life: Life,
}

/// Until when a session's work is wanted; requests carry it to their handlers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Life(CancellationToken);

impl Life {
    /// Waits until the session has ended.
    pub(crate) async fn ended(&self) {
        self.0.cancelled().await;
    }
}

impl Sessions {
    pub(crate) fn new(manager: Arc<LocalSessionManager>) -> Self {
        Self { held: Arc::new(Mutex::new(LruCache::new(MAX_SESSIONS))), manager }
    }

    /// Remembers who opened a session, and ends it with the credential that did.
    pub(crate) fn opened(&self, id: &str, ctx: &Ctx) {
        let (owner, life) = (Owner::of(ctx), Life::default());
        let mut held = self.held();
        let own = held.iter().filter(|(_, session)| session.owner.actor == owner.actor).count();
        let crowded = if own >= OF_ONE_USER {
            Some(owner.actor.clone())
        } else if held.len() >= MAX_SESSIONS.get() {
            most(&held)
        } else {
            None
        };
        let oldest = crowded.and_then(|actor| {
            let oldest = held.iter().rev().find(|(_, session)| session.owner.actor == actor);
            oldest.map(|(id, _)| id.clone())
        });
        if let Some(forgotten) = oldest.and_then(|id| held.pop(&id)) {
            forgotten.life.0.cancel();
        }
        held.push(id.to_owned(), Session { owner, life: life.clone() });
        drop(held);
        tokio::spawn(self.clone().end(id.to_owned(), life, ctx.clone()));
    }

    /// Returns the life of a session that this caller opened with this credential; `None` for any other.
    pub(crate) fn of(&self, id: &str, ctx: &Ctx) -> Option<Life> {
        let owner = Owner::of(ctx);
        let mut held = self.held();
        // Whoever asks for another's session does not make it last longer.
        held.peek(id).filter(|session| session.owner == owner)?;
        held.get(id).map(|session| session.life.clone())
    }

    /// Forgets a session, and calls its work off.
    pub(crate) fn ended(&self, id: &str) {
        if let Some(session) = self.held().pop(id) {
            session.life.0.cancel();
        }
    }

    /// Forgets every session of a credential that is not good any more.
    pub(crate) fn lost(&self, owner: &Owner) {
        let mut held = self.held();
        let ended: Vec<String> =
            held.iter().filter(|(_, session)| session.owner == *owner).map(|(id, _)| id.clone()).collect();
        for session in ended.iter().filter_map(|id| held.pop(id)) {
            session.life.0.cancel();
        }
    }

    /// Waits for whatever ends a session, and makes the protocol library end it. What is open in a session is looked at
    /// far more often than this, by itself.
    async fn end(self, id: String, life: Life, ctx: Ctx) {
        let known = SessionId::from(id.as_str());
        let ended = loop {
            tokio::select! {
                () = life.ended() => break Ok(()),
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
            if !matches!(self.manager.has_session(&known).await, Ok(true)) {
                break Ok(());
            }
            match auth::is_good_still(&ctx).await {
                Ok(true) => {}
                Ok(false) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        if let Err(error) = ended {
            tracing::error!("looking at a credential: {error:?}");
        }
        self.ended(&id);
        if let Err(error) = self.manager.close_session(&known).await {
            tracing::error!("closing a session: {error}");
        }
    }

    fn held(&self) -> MutexGuard<'_, LruCache<String, Session>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the user with most sessions.
fn most(held: &LruCache<String, Session>) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (_, session) in held {
        *counts.entry(&session.owner.actor).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(_, count)| count).map(|(actor, _)| actor.to_owned())
}
