//! Imports credentials and preferences of a user, and installation-wide settings and prices.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::state::AppState;
use crate::config::runtime::{
    REGISTRATION_ENABLED, RUNTIME_SETTING_DEFINITIONS, RuntimeSettingKind, RuntimeSettingValue,
};
use crate::crypto::{password, token};
use crate::domain::id::UserId;
use crate::domain::price::{ModelCategory, ModelPrice};
use crate::domain::scope::Scope;
use crate::domain::text;
use crate::domain::user::UserRole;
use crate::error::Result;
use crate::import_export::journal_server::convert::{self, SourceRow};
use crate::import_export::journal_server::report::{ServerImportReport, UserImportReport};
use crate::import_export::journal_server::user_mapping::SourceAccount;
use crate::services::accounts::preferences;
use crate::services::admin::pricing;
pub(crate) use crate::storage::accounts::{AccountsDb, legacy_import};
use crate::storage::database::try_insert::InsertOutcome;
use crate::storage::external_db::journal_server::JournalServerDb;

/// User whose credentials are imported.
pub(super) struct ImportedAccount<'a> {
    pub(super) app: &'a AppState,
    pub(super) source: &'a JournalServerDb,
    pub(super) user: UserId,
    /// Role in this installation.
    pub(super) role: UserRole,
    pub(super) at: &'a str,
}

impl ImportedAccount<'_> {
    /// Imports password, sessions, API keys and preferences.
    pub(super) fn import(
        &self,
        db: &AccountsDb<'_>,
        account: &SourceAccount,
        is_new: bool,
        person: &mut UserImportReport,
    ) -> Result<()> {
        if is_new {
            legacy_import::restore_account_state(
                db,
                self.user,
                account.active,
                account.failures,
                account.locked_until.as_deref(),
            )?;
        }
        self.password(db, account, person)?;
        self.sessions(db, person)?;
        self.keys(db, person)?;
        self.preferences(db, person)
    }

    fn password(&self, db: &AccountsDb<'_>, account: &SourceAccount, person: &mut UserImportReport) -> Result<()> {
        let usable = account.password_hash.as_ref().filter(|hash| password::is_affordable(hash));
        match (usable, &account.password_hash) {
            (Some(hash), _) => {
                if !legacy_import::set_unpeppered_hash(db, self.user, hash)? {
                    person.warnings.push("the existing password is kept".to_owned());
                }
            }
            (None, unusable) => {
                let what =
                    if unusable.is_some() { "the password hash is not supported" } else { "there is no password" };
                person
                    .warnings
                    .push(format!("{what}: `journal user passwd EMAIL` or `journal user reset-link EMAIL` sets one"));
            }
        }
        Ok(())
    }

    fn sessions(&self, db: &AccountsDb<'_>, person: &mut UserImportReport) -> Result<()> {
        let rows = person.rows.entry("user_sessions").or_default();
        let now = self.app.clock.now();
        let mut position = 0;
        self.source.for_each_session(person.source_user, |cells| {
            // The source id is the token's hash, so the report names a session by its position.
            position += 1;
            let (row, name) = (SourceRow::new(cells, self.at), format!("no. {position}"));
            let Some(digest) = convert::parse_sha256(&row.text("id")) else {
                rows.skip(name, "its id is not a SHA-256 hash");
                return Ok(());
            };
            let Some(expires_at) = row.optional_timestamp("expires_at").filter(|end| is_after(end, now)) else {
                rows.skip(name, "it has expired");
                return Ok(());
            };
            let offered = legacy_import::add_session(
                db,
                self.user,
                &legacy_import::ImportedSession {
                    hash: &token::stored_form_of_digest(&digest, &self.app.store.keys.token_pepper),
                    created_at: &row.timestamp("created_at"),
                    expires_at: &expires_at,
                    last_seen_at: &row.timestamp("last_seen_at"),
                    user_agent: cells.nonempty_text("user_agent").as_deref(),
                    ip: cells.nonempty_text("ip_address").as_deref(),
                },
            )?;
            rows.count(name, offered, &row.corrections());
            Ok(())
        })
    }

    fn keys(&self, db: &AccountsDb<'_>, person: &mut UserImportReport) -> Result<()> {
        let rows = person.rows.entry("api_keys").or_default();
        // Source keys have no scopes: a key may do everything its owner may.
        let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| scope.is_available_to(self.role)).collect();
        self.source.for_each_api_key(person.source_user, |cells| {
            let row = SourceRow::new(cells, self.at);
            let Some(digest) = convert::parse_sha256(&row.text("key_hash")) else {
                rows.skip(cells.label("id"), "its hash is not a SHA-256 hash");
                return Ok(());
            };
            // An unreadable end time counts as past.
            let ends = |column| {
                row.optional_timestamp(column).or_else(|| cells.nonempty_text(column).map(|_| self.at.to_owned()))
            };
            let name =
                cells.nonempty_text("name").filter(|name| text::is_name(name)).unwrap_or_else(|| "imported".to_owned());
            let offered = legacy_import::add_api_key(
                db,
                self.user,
                &legacy_import::ImportedApiKey {
                    id: row.id(),
                    prefix: &row.text("key_prefix").chars().take(token::PREFIX_CHARS).collect::<String>(),
                    hash: &token::stored_form_of_digest(&digest, &self.app.store.keys.token_pepper),
                    name: &name,
                    scopes: &scopes,
                    created_at: &row.timestamp("created_at"),
                    expires_at: ends("expires_at").as_deref(),
                    last_used_at: row.optional_timestamp("last_used_at").as_deref(),
                    revoked_at: ends("revoked_at").as_deref(),
                },
            )?;
            rows.count(cells.label("id"), offered, &row.corrections());
            Ok(())
        })
    }

    fn preferences(&self, db: &AccountsDb<'_>, person: &mut UserImportReport) -> Result<()> {
        let rows = person.rows.entry("user_preferences").or_default();
        self.source.for_each_preference(person.source_user, |cells| {
            let (row, key) = (SourceRow::new(cells, self.at), cells.text("key").unwrap_or_default());
            let fits = rows.imported < preferences::MAX_KEYS as u64;
            let Some(value) = preferences::checked_import(&key, &row.text("value"), self.role).filter(|_| fits) else {
                rows.skip(cells.label("key"), "it is not a supported preference");
                return Ok(());
            };
            let offered = legacy_import::add_preference(db, self.user, &key, &value, &row.timestamp("updated_at"))?;
            rows.count(cells.label("key"), offered, &row.corrections());
            Ok(())
        })
    }
}

fn is_after(stamp: &str, now: Timestamp) -> bool {
    stamp.parse::<Timestamp>().is_ok_and(|end| end > now)
}

/// Imports runtime settings and prices. Values changed in this installation are kept.
pub(super) fn import_settings(
    db: &AccountsDb<'_>,
    source: &JournalServerDb,
    report: &mut ServerImportReport,
    at: &str,
) -> Result<()> {
    let (rows, warnings) = (&mut report.settings, &mut report.warnings);
    source.for_each_setting(|cells| {
        let (row, key) = (SourceRow::new(cells, at), cells.text("key").unwrap_or_default());
        let Some(value) = convert_setting(&key, &row.text("value")) else {
            rows.skip(cells.label("key"), "the setting is unknown or its value is not allowed");
            return Ok(());
        };
        let offered = legacy_import::add_setting(db, &key, &value, &row.timestamp("updated_at"))?;
        if offered == InsertOutcome::Inserted && key == REGISTRATION_ENABLED && value == "true" {
            warnings.push(
                "open registration is enabled, as in the source; an admin can change that in the settings".to_owned(),
            );
        }
        rows.count(cells.label("key"), offered, &row.corrections());
        Ok(())
    })?;
    let rows = &mut report.pricing;
    source.for_each_price(|cells| {
        let row = SourceRow::new(cells, at);
        let Some(price) = convert_price(&row) else {
            rows.skip(cells.label("model"), "it is not a valid price");
            return Ok(());
        };
        let name = cells.label("model");
        if legacy_import::upsert_price(db, &price)? == InsertOutcome::Inserted {
            rows.count(name, InsertOutcome::Inserted, &row.corrections());
        } else {
            rows.skip(name, "the existing price was verified later");
        }
        Ok(())
    })
}

/// Converts a known setting's value to its stored form.
fn convert_setting(key: &str, value: &str) -> Option<String> {
    let known = RUNTIME_SETTING_DEFINITIONS.iter().find(|setting| setting.key == key)?;
    let value = match known.kind {
        RuntimeSettingKind::Switch => RuntimeSettingValue::Switch(match value.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => true,
            "0" | "false" | "no" | "off" => false,
            _ => return None,
        }),
        RuntimeSettingKind::Choice(_) => RuntimeSettingValue::Choice(value.trim().to_owned()),
    };
    known.check(&value).ok()?;
    serde_json::to_string(&value).ok()
}

/// Converts a price row, whose numbers may be stored as text.
fn convert_price(row: &SourceRow<'_>) -> Option<ModelPrice> {
    let category = match row.text("category").as_str() {
        "llm" => ModelCategory::Llm,
        "embedding" => ModelCategory::Embedding,
        "transcription" => ModelCategory::Transcription,
        _ => return None,
    };
    let model = row.cells.nonempty_text("model").filter(|model| text::is_name(model))?;
    Some(ModelPrice {
        model,
        category,
        input_cost_per_mtok: convert_cost(row, "input_cost_per_mtok"),
        output_cost_per_mtok: convert_cost(row, "output_cost_per_mtok"),
        cost_per_minute: convert_cost(row, "cost_per_minute"),
        last_verified: row.text("last_verified").parse::<Date>().ok()?.to_string(),
    })
}

fn convert_cost(row: &SourceRow<'_>, column: &str) -> Option<f64> {
    let cost = row.cells.real(column).filter(|cost| (0.0..=pricing::MAX_COST).contains(cost));
    if row.cells.is_not_null(column) && cost.is_none() {
        row.record_correction("an invalid cost");
    }
    cost
}
