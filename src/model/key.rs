//! API keys as shown, after the one time the key itself was.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::id::KeyId;
use crate::model::id::UserId;
use crate::model::scope::Scope;

/// A key's row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApiKey {
    /// Row id, the name `rotate` and `revoke` take.
    pub id: KeyId,
    /// Owner.
    pub user_id: UserId,
    /// First 12 characters of the key.
    pub key_prefix: String,
    /// What the owner called it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp; `None` never expires.
    pub expires_at: Option<String>,
    /// Account timestamp of the last use.
    pub last_used_at: Option<String>,
    /// Where the last use came from: `cli`, or an address.
    pub last_used_from: Option<String>,
    /// Account timestamp; a revoked key stays listed.
    pub revoked_at: Option<String>,
}

/// A new key: the row and the key itself, which is shown this once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NewKey {
    /// The row.
    #[serde(flatten)]
    pub row: ApiKey,
    /// The key. It is stored only as a keyed hash.
    pub key: String,
}
