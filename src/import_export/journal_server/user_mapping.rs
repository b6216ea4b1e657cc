//! Maps source users to users of this installation.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::app::state::AppState;
use crate::domain::email::EmailAddress;
use crate::domain::id::NotebookId;
use crate::domain::user::{User, UserRole};
use crate::error::{Error, Result};
use crate::import_export::journal_server::convert::SourceRow;
use crate::storage::accounts::legacy_import::ImportedUser;
use crate::storage::accounts::{self, AccountsDb};
use crate::storage::external_db::journal_server::JournalServerDb;
use crate::storage::notebook::legacy_import;

/// Seeded user of every source database, without a password and without a deliverable address.
const SEEDED: &str = "admin@journal.local";

/// Value of `--owner`: maps a source user to another address, `OLD=NEW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerOverride {
    old: String,
    new: EmailAddress,
}

impl FromStr for OwnerOverride {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (old, new) = text.rsplit_once('=').filter(|(old, _)| !old.trim().is_empty()).ok_or_else(|| {
            Error::invalid("an owner has the form OLD=NEW").hint("for example admin@journal.local=me@home.example")
        })?;
        Ok(Self { old: old.trim().to_owned(), new: new.parse()? })
    }
}

impl fmt::Display for OwnerOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.old, self.new)
    }
}

/// Source user with its target.
pub(super) struct UserMapping {
    pub(super) source_user: i64,
    /// Email address in the source.
    pub(super) from: String,
    pub(super) account: SourceAccount,
    pub(super) target: MappingTarget,
}

/// Target of a source user.
pub(super) enum MappingTarget {
    /// Skipped: the seeded user, without any content.
    Skipped,
    /// Already imported completely.
    Imported(Box<User>),
    /// An existing account with its default notebook, and the progress of an earlier run.
    Existing(Box<User>, NotebookId, ResumePoint),
    /// A new account with this address.
    New(EmailAddress),
}

/// Progress of an earlier run for a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResumePoint {
    /// Not started.
    NotStarted,
    /// Started into an existing account.
    ExistingAccount,
    /// Started into an account created by the import, which has no credentials yet.
    NewAccount,
}

/// Account fields of a source user.
pub(super) struct SourceAccount {
    pub(super) display_name: String,
    pub(super) password_hash: Option<String>,
    pub(super) role: UserRole,
    pub(super) active: bool,
    pub(super) email_verified: bool,
    pub(super) failures: i64,
    pub(super) locked_until: Option<String>,
    pub(super) created_at: String,
    pub(super) updated_at: String,
}

/// Maps all users before anything is written.
///
/// # Errors
/// `Invalid` if a user needs `--owner` or two users map to one; `Conflict` for a target journal that is not empty.
pub(super) fn map_users(
    app: &AppState,
    source: &JournalServerDb,
    owners: &[OwnerOverride],
    fingerprint: &str,
) -> Result<Vec<UserMapping>> {
    let found = read_users(source, &app.now_timestamp())?;
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    if let Some(unknown) = owners.iter().find(|owner| !found.iter().any(|(_, from, _)| same(from, &owner.old))) {
        return Err(
            Error::invalid(format!("the database has no user {}", unknown.old)).hint("`--dry-run` lists its users")
        );
    }
    let mut planned = Vec::with_capacity(found.len());
    let mut nameless = Vec::new();
    for (source_user, from, account) in found {
        let named = owners.iter().find(|owner| same(&from, &owner.old)).map(|owner| owner.new.clone());
        let known =
            app.store.accounts.read(|db| accounts::legacy_import::find_imported_user(db, fingerprint, source_user))?;
        let email = named.or_else(|| from.parse().ok().filter(|_| !same(&from, SEEDED)));
        let place = match (known, email) {
            (Some(known), _) => app.store.accounts.read(|db| target_of_known(db, known))?,
            (None, _) if same(&from, SEEDED) && source.count_owned_rows(source_user)? == 0 => MappingTarget::Skipped,
            (None, Some(email)) => app.store.accounts.read(|db| target_for_email(db, email))?,
            (None, None) => {
                nameless.push(from);
                continue;
            }
        };
        planned.push(UserMapping { source_user, from, account, target: place });
    }
    ensure_all_named(&nameless)?;
    ensure_distinct_targets(&planned)?;
    ensure_empty_journals(app, &planned, fingerprint)?;
    Ok(planned)
}

/// Reads all source users, lowest id first.
fn read_users(source: &JournalServerDb, at: &str) -> Result<Vec<(i64, String, SourceAccount)>> {
    let mut found = Vec::new();
    source.for_each_user(|cells| {
        let row = SourceRow::new(cells, at);
        let created_at = row.timestamp("created_at");
        let account = SourceAccount {
            display_name: row.text("display_name").trim().to_owned(),
            password_hash: cells.nonempty_text("password_hash"),
            role: if cells.flag("is_admin") { UserRole::Admin } else { UserRole::Member },
            active: cells.flag("is_active"),
            email_verified: cells.flag("email_verified"),
            failures: row.integer("failed_login_attempts").max(0),
            locked_until: row.optional_timestamp("locked_until"),
            updated_at: row.optional_timestamp("updated_at").unwrap_or_else(|| created_at.clone()),
            created_at,
        };
        found.push((row.id(), row.text("email").trim().to_owned(), account));
        Ok(())
    })?;
    Ok(found)
}

fn target_of_known(db: &AccountsDb<'_>, known: ImportedUser) -> Result<MappingTarget> {
    let user = accounts::users::find_by_id(db, known.user)?.ok_or_else(|| Error::not_found("user"))?;
    if known.finished {
        return Ok(MappingTarget::Imported(Box::new(user)));
    }
    existing_target(db, user, if known.is_new { ResumePoint::NewAccount } else { ResumePoint::ExistingAccount })
}

fn target_for_email(db: &AccountsDb<'_>, email: EmailAddress) -> Result<MappingTarget> {
    match accounts::users::find_by_email(db, email.as_str())? {
        None => Ok(MappingTarget::New(email)),
        Some(user) if user.deleted_at.is_some() => Err(Error::conflict(format!("{email} is marked for deletion"))
            .hint(format!("run `journal user delete {email} --undo`, or name another address with --owner"))),
        Some(user) => existing_target(db, user, ResumePoint::NotStarted),
    }
}

fn existing_target(db: &AccountsDb<'_>, user: User, begun: ResumePoint) -> Result<MappingTarget> {
    let notebook = accounts::notebooks::find_default(db, user.id)?.ok_or_else(|| Error::not_found("notebook"))?;
    Ok(MappingTarget::Existing(Box::new(user), notebook, begun))
}

fn ensure_all_named(nameless: &[String]) -> Result<()> {
    let Some(first) = nameless.first() else { return Ok(()) };
    let flags: Vec<String> = nameless.iter().map(|old| format!("--owner {old}=ADDRESS")).collect();
    Err(Error::invalid(format!("the target address of the user {first} is not given"))
        .hint(format!("pass {}", flags.join(" "))))
}

/// Rejects two source users with the same target.
fn ensure_distinct_targets(planned: &[UserMapping]) -> Result<()> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for person in planned {
        let email = match &person.target {
            MappingTarget::Skipped => continue,
            MappingTarget::New(email) => email.to_string(),
            MappingTarget::Imported(user) | MappingTarget::Existing(user, ..) => user.email.clone(),
        };
        if let Some(other) = taken.insert(email.to_ascii_lowercase(), &person.from) {
            return Err(Error::invalid(format!("{other} and {} both map to {email}", person.from))
                .hint("name another address for one of them with --owner OLD=NEW"));
        }
    }
    Ok(())
}

/// Rejects target journals that already have content.
fn ensure_empty_journals(app: &AppState, planned: &[UserMapping], fingerprint: &str) -> Result<()> {
    for person in planned {
        let MappingTarget::Existing(user, notebook, _) = &person.target else { continue };
        let free = app.store.notebook(*notebook)?.read(|db| {
            Ok(legacy_import::is_finished(db, fingerprint, person.source_user)? || legacy_import::is_empty(db)?)
        })?;
        if !free {
            return Err(not_empty_error(&user.email));
        }
    }
    Ok(())
}

/// Error for a target journal that is not empty.
pub(super) fn not_empty_error(email: &str) -> Error {
    Error::conflict(format!("the journal of {email} is not empty, so entries could not keep their ids"))
        .hint("import into a new user with --owner OLD=NEW; nothing was changed")
}
