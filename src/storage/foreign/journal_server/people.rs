//! Who is in it, with their logins, keys and preferences; and what counts for everybody.

use rusqlite::named_params;

use crate::error::Result;
use crate::storage::foreign::cells::Cells;
use crate::storage::foreign::journal_server::Source;

impl Source {
    /// Hands over every user, lowest number first.
    pub(crate) fn users(&self, take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        self.foreign.each(
            "SELECT id, email, display_name, password_hash, is_admin, is_active, email_verified, failed_login_attempts,
                    locked_until, created_at, updated_at
             FROM users ORDER BY id",
            [],
            take,
        )
    }

    /// Counts what a user has that would be missed.
    pub(crate) fn belongings(&self, owner: i64) -> Result<i64> {
        self.foreign.number(
            "SELECT (SELECT COUNT(*) FROM entries WHERE user_id = :owner)
                  + (SELECT COUNT(*) FROM entities WHERE user_id = :owner)
                  + (SELECT COUNT(*) FROM api_keys WHERE user_id = :owner)
                  + (SELECT COUNT(*) FROM user_sessions WHERE user_id = :owner)",
            named_params! { ":owner": owner },
        )
    }

    /// Hands over a user's logins.
    pub(crate) fn sessions(&self, owner: i64, take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        self.foreign.each(
            "SELECT id, created_at, expires_at, last_seen_at, user_agent, ip_address
             FROM user_sessions WHERE user_id = :owner ORDER BY created_at, id",
            named_params! { ":owner": owner },
            take,
        )
    }

    /// Hands over a user's keys.
    pub(crate) fn keys(&self, owner: i64, take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        self.foreign.each(
            "SELECT id, key_prefix, key_hash, name, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys WHERE user_id = :owner ORDER BY id",
            named_params! { ":owner": owner },
            take,
        )
    }

    /// Hands over a user's preferences.
    pub(crate) fn preferences(&self, owner: i64, take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        self.foreign.each(
            "SELECT key, value, updated_at FROM user_preferences WHERE user_id = :owner ORDER BY key",
            named_params! { ":owner": owner },
            take,
        )
    }

    /// Hands over the settings that were changed at run time.
    pub(crate) fn settings(&self, take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        self.foreign.each("SELECT key, value, updated_at FROM runtime_settings ORDER BY key", [], take)
    }

    /// Hands over what models cost.
    pub(crate) fn prices(&self, take: impl FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
        self.foreign.each(
            "SELECT model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified
             FROM pricing ORDER BY model",
            [],
            take,
        )
    }
}
