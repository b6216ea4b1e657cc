//! What opens an account, and what counts for everybody.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::app::App;
use crate::config::runtime::Kind;
use crate::config::runtime::REGISTRATION;
use crate::config::runtime::RUNTIME;
use crate::config::runtime::Value;
use crate::crypto::password;
use crate::crypto::token;
use crate::error::Result;
use crate::model::id::UserId;
use crate::model::price::Category;
use crate::model::price::Price;
use crate::model::scope::Scope;
use crate::model::text;
use crate::model::user::Role;
use crate::port::journal_server::plan::Account;
use crate::port::journal_server::report::Person;
use crate::port::journal_server::report::Report;
use crate::port::journal_server::values;
use crate::port::journal_server::values::Row;
use crate::preferences;
use crate::pricing;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::imported;
use crate::storage::database::offer::Offered;
use crate::storage::foreign::journal_server::Source;

/// A user whose account is opened.
pub(super) struct Opened<'a> {
    pub(super) app: &'a App,
    pub(super) source: &'a Source,
    pub(super) user: UserId,
    /// What they are here.
    pub(super) role: Role,
    pub(super) at: &'a str,
}

impl Opened<'_> {
    /// Gives them what opened their account there: password, logins, keys; and their preferences.
    pub(super) fn bring(
        &self,
        db: &AccountsDb<'_>,
        account: &Account,
        is_new: bool,
        person: &mut Person,
    ) -> Result<()> {
        if is_new {
            imported::let_in(db, self.user, account.active, account.failures, account.locked_until.as_deref())?;
        }
        self.password(db, account, person)?;
        self.sessions(db, person)?;
        self.keys(db, person)?;
        self.preferences(db, person)
    }

    fn password(&self, db: &AccountsDb<'_>, account: &Account, person: &mut Person) -> Result<()> {
        let usable = account.password_hash.as_ref().filter(|hash| password::is_bearable(hash));
        match (usable, &account.password_hash) {
            (Some(hash), _) => {
                if !imported::set_unpeppered(db, self.user, hash)? {
                    person.warnings.push("they keep the password that they have here".to_owned());
                }
            }
            (None, unusable) => {
                let what =
                    if unusable.is_some() { "their password cannot be checked" } else { "they have no password" };
                person
                    .warnings
                    .push(format!("{what}: `journal user passwd EMAIL` or `journal user reset-link EMAIL` sets one"));
            }
        }
        Ok(())
    }

    fn sessions(&self, db: &AccountsDb<'_>, person: &mut Person) -> Result<()> {
        let rows = person.rows.entry("user_sessions").or_default();
        let now = self.app.clock.now();
        let mut position = 0;
        self.source.sessions(person.source_user, |cells| {
            // Its id there is what its token is checked against: a login is named by its place.
            position += 1;
            let (row, name) = (Row::new(cells, self.at), format!("no. {position}"));
            let Some(digest) = values::sha256(&row.text("id")) else {
                rows.skip(name, "its id is no hash");
                return Ok(());
            };
            let Some(expires_at) = row.any_stamp("expires_at").filter(|end| is_after(end, now)) else {
                rows.skip(name, "it is over");
                return Ok(());
            };
            let offered = imported::session(
                db,
                self.user,
                &imported::Session {
                    hash: &token::stored_digest(&digest, &self.app.store.keys.token_pepper),
                    created_at: &row.stamp("created_at"),
                    expires_at: &expires_at,
                    last_seen_at: &row.stamp("last_seen_at"),
                    user_agent: cells.filled("user_agent").as_deref(),
                    ip: cells.filled("ip_address").as_deref(),
                },
            )?;
            rows.count(name, offered, &row.mended());
            Ok(())
        })
    }

    fn keys(&self, db: &AccountsDb<'_>, person: &mut Person) -> Result<()> {
        let rows = person.rows.entry("api_keys").or_default();
        // A key could do whatever its owner could.
        let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| scope.open_to(self.role)).collect();
        self.source.keys(person.source_user, |cells| {
            let row = Row::new(cells, self.at);
            let Some(digest) = values::sha256(&row.text("key_hash")) else {
                rows.skip(cells.name("id"), "its hash is none");
                return Ok(());
            };
            // An end that cannot be read has come.
            let ends = |column| row.any_stamp(column).or_else(|| cells.filled(column).map(|_| self.at.to_owned()));
            let name = cells.filled("name").filter(|name| text::is_name(name)).unwrap_or_else(|| "imported".to_owned());
            let offered = imported::key(
                db,
                self.user,
                &imported::ApiKey {
                    id: row.id(),
                    prefix: &row.text("key_prefix").chars().take(token::PREFIX_CHARS).collect::<String>(),
                    hash: &token::stored_digest(&digest, &self.app.store.keys.token_pepper),
                    name: &name,
                    scopes: &scopes,
                    created_at: &row.stamp("created_at"),
                    expires_at: ends("expires_at").as_deref(),
                    last_used_at: row.any_stamp("last_used_at").as_deref(),
                    revoked_at: ends("revoked_at").as_deref(),
                },
            )?;
            rows.count(cells.name("id"), offered, &row.mended());
            Ok(())
        })
    }

    fn preferences(&self, db: &AccountsDb<'_>, person: &mut Person) -> Result<()> {
        let rows = person.rows.entry("user_preferences").or_default();
        self.source.preferences(person.source_user, |cells| {
            let (row, key) = (Row::new(cells, self.at), cells.text("key").unwrap_or_default());
            let room = rows.imported < preferences::MAX_KEYS as u64;
            let Some(value) = preferences::from_elsewhere(&key, &row.text("value"), self.role).filter(|_| room) else {
                rows.skip(cells.name("key"), "it cannot be set here");
                return Ok(());
            };
            let offered = imported::preference(db, self.user, &key, &value, &row.stamp("updated_at"))?;
            rows.count(cells.name("key"), offered, &row.mended());
            Ok(())
        })
    }
}

fn is_after(stamp: &str, now: Timestamp) -> bool {
    stamp.parse::<Timestamp>().is_ok_and(|end| end > now)
}

/// Brings over what was set for everybody. What was changed here stays.
pub(super) fn bring_settings(db: &AccountsDb<'_>, source: &Source, report: &mut Report, at: &str) -> Result<()> {
    let (rows, warnings) = (&mut report.settings, &mut report.warnings);
    source.settings(|cells| {
        let (row, key) = (Row::new(cells, at), cells.text("key").unwrap_or_default());
        let Some(value) = setting(&key, &row.text("value")) else {
            rows.skip(cells.name("key"), "there is no such setting here, or it cannot be that");
            return Ok(());
        };
        let offered = imported::setting(db, &key, &value, &row.stamp("updated_at"))?;
        if offered == Offered::Taken && key == REGISTRATION && value == "true" {
            warnings.push(
                "strangers may make an account, as they could there; an admin can change that in the settings"
                    .to_owned(),
            );
        }
        rows.count(cells.name("key"), offered, &row.mended());
        Ok(())
    })?;
    let rows = &mut report.pricing;
    source.prices(|cells| {
        let row = Row::new(cells, at);
        let Some(price) = price(&row) else {
            rows.skip(cells.name("model"), "it is no price");
            return Ok(());
        };
        let name = cells.name("model");
        if imported::price(db, &price)? == Offered::Taken {
            rows.count(name, Offered::Taken, &row.mended());
        } else {
            rows.skip(name, "the one here was compared later");
        }
        Ok(())
    })
}

/// Returns a known setting's value as it is stored here.
fn setting(key: &str, value: &str) -> Option<String> {
    let known = RUNTIME.iter().find(|setting| setting.key == key)?;
    let value = match known.kind {
        Kind::Switch => Value::Switch(match value.trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => true,
            "0" | "false" | "no" | "off" => false,
            _ => return None,
        }),
        Kind::Choice(_) => Value::Choice(value.trim().to_owned()),
    };
    known.check(&value).ok()?;
    serde_json::to_string(&value).ok()
}

/// Reads a price whose cells may hold text.
fn price(row: &Row<'_>) -> Option<Price> {
    let category = match row.text("category").as_str() {
        "llm" => Category::Llm,
        "embedding" => Category::Embedding,
        "transcription" => Category::Transcription,
        _ => return None,
    };
    let model = row.cells.filled("model").filter(|model| text::is_name(model))?;
    Some(Price {
        model,
        category,
        input_cost_per_mtok: cost(row, "input_cost_per_mtok"),
        output_cost_per_mtok: cost(row, "output_cost_per_mtok"),
        cost_per_minute: cost(row, "cost_per_minute"),
        last_verified: row.text("last_verified").parse::<Date>().ok()?.to_string(),
    })
}

fn cost(row: &Row<'_>, column: &str) -> Option<f64> {
    let cost = row.cells.real(column).filter(|cost| (0.0..=pricing::MAX_COST).contains(cost));
    if row.cells.holds(column) && cost.is_none() {
        row.mend("a cost that is none");
    }
    cost
}
