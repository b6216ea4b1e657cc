//! Queries for users, sessions, API keys, preferences, settings and prices.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::external_db::journal_server::JournalServerDb;
use crate::storage::external_db::loose_row::LooseRow;

impl JournalServerDb {
    /// Calls a closure with every user, lowest id first.
    pub(crate) fn for_each_user(&self, take: impl FnMut(&LooseRow<'_>) -> Result<()>) -> Result<()> {
        self.foreign.for_each_row(
            "SELECT id, email, display_name, password_hash, is_admin, is_active, email_verified, failed_login_attempts,
                    locked_until, created_at, updated_at
             FROM users ORDER BY id",
            [],
            take,
        )
    }

    /// Counts a user's entries, entities, API keys and sessions.
    pub(crate) fn count_owned_rows(&self, owner: i64) -> Result<i64> {
        self.foreign.query_number(
            "SELECT (SELECT COUNT(*) FROM entries WHERE user_id = :owner)
                  + (SELECT COUNT(*) FROM entities WHERE user_id = :owner)
                  + (SELECT COUNT(*) FROM api_keys WHERE user_id = :owner)
                  + (SELECT COUNT(*) FROM user_sessions WHERE user_id = :owner)",
            named_params! { ":owner": owner },
        )
    }

    /// Calls a closure with a user's sessions.
    pub(crate) fn for_each_session(&self, owner: i64, take: impl FnMut(&LooseRow<'_>) -> Result<()>) -> Result<()> {
        self.foreign.for_each_row(
            "SELECT id, created_at, expires_at, last_seen_at, user_agent, ip_address
             FROM user_sessions WHERE user_id = :owner ORDER BY created_at, id",
            named_params! { ":owner": owner },
            take,
        )
    }

    /// Calls a closure with a user's API keys.
    pub(crate) fn for_each_api_key(&self, owner: i64, take: impl FnMut(&LooseRow<'_>) -> Result<()>) -> Result<()> {
        self.foreign.for_each_row(
            "SELECT id, key_prefix, key_hash, name, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys WHERE user_id = :owner ORDER BY id",
            named_params! { ":owner": owner },
            take,
        )
    }

    /// Calls a closure with a user's preferences.
    pub(crate) fn for_each_preference(&self, owner: i64, take: impl FnMut(&LooseRow<'_>) -> Result<()>) -> Result<()> {
        self.foreign.for_each_row(
            "SELECT key, value, updated_at FROM user_preferences WHERE user_id = :owner ORDER BY key",
            named_params! { ":owner": owner },
            take,
        )
    }

    /// Calls a closure with the runtime settings.
    pub(crate) fn for_each_setting(&self, take: impl FnMut(&LooseRow<'_>) -> Result<()>) -> Result<()> {
        self.foreign.for_each_row("SELECT key, value, updated_at FROM runtime_settings ORDER BY key", [], take)
    }

    /// Calls a closure with the model prices.
    pub(crate) fn for_each_price(&self, take: impl FnMut(&LooseRow<'_>) -> Result<()>) -> Result<()> {
        self.foreign.for_each_row(
            "SELECT model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified
             FROM pricing ORDER BY model",
            [],
            take,
        )
    }
}
