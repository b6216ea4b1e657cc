//! Login sessions as shown, without their tokens.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::id::{SessionId, UserId};

/// Browser login session.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LoginSession {
    /// Row id, the argument of `session revoke`.
    pub id: SessionId,
    /// Owner.
    pub user_id: UserId,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp; an idle session expires earlier.
    pub expires_at: String,
    /// UTC timestamp of the last request, to the minute.
    pub last_seen_at: String,
    /// User agent of the browser.
    pub user_agent: Option<String>,
    /// Client address of the login.
    pub ip_address: Option<String>,
}
