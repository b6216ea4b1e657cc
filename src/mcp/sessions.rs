//! Whose a session is: the protocol library hands a session to whoever knows its id, this does not.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::PoisonError;

use lru::LruCache;

use crate::ctx::Ctx;

/// Sessions that are remembered; the one that was used longest ago is forgotten for a new one, and answers 404.
const MAX_SESSIONS: NonZeroUsize = NonZeroUsize::new(1024).expect("1024 is not 0");

/// The sessions that were opened, each with the user and the credential that opened it.
pub(crate) struct Sessions(Mutex<LruCache<String, Owner>>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Owner {
    actor: String,
    through: String,
}

impl Owner {
    fn of(ctx: &Ctx) -> Self {
        Self { actor: ctx.caller.actor(), through: ctx.caller.through() }
    }
}

impl Sessions {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(MAX_SESSIONS)))
    }

    /// Remembers who opened a session; returns the one that is forgotten for it.
    pub(crate) fn opened(&self, id: &str, ctx: &Ctx) -> Option<String> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(id.to_owned(), Owner::of(ctx)).map(|(forgotten, _)| forgotten).filter(|forgotten| forgotten != id)
    }

    /// Tells whether a session was opened by this caller with this credential.
    pub(crate) fn is_of(&self, id: &str, ctx: &Ctx) -> bool {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(id).is_some_and(|owner| *owner == Owner::of(ctx))
    }

    /// Forgets a session that was ended.
    pub(crate) fn ended(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop(id);
    }
}
