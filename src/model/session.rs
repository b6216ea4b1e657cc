//! Logins as shown, never with their token.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::id::SessionId;
use crate::model::id::UserId;

/// A login in a browser.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Session {
    /// Row id, the name `session revoke` takes.
    pub id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp; it may end earlier when nothing is heard of it.
    pub expires_at: String,
    /// Account timestamp of the last request, to the minute.
    pub last_seen_at: String,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// Where the login came from.
    pub ip_address: Option<String>,
}
