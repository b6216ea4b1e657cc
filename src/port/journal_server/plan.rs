//! Who becomes whom.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::app::App;
use crate::error::Error;
use crate::error::Result;
use crate::model::email::Email;
use crate::model::id::NotebookId;
use crate::model::user::Role;
use crate::model::user::User;
use crate::port::journal_server::values::Row;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::imported::Known;
use crate::storage::foreign::journal_server::Source;
use crate::storage::notebook::imported;

/// The user that every database begins with, who has no password and no address that anything reaches.
const SEEDED: &str = "admin@journal.local";

/// Whose journal here a user's there becomes: `OLD=NEW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    old: String,
    new: Email,
}

impl FromStr for Owner {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (old, new) = text.rsplit_once('=').filter(|(old, _)| !old.trim().is_empty()).ok_or_else(|| {
            Error::invalid("an owner is written OLD=NEW").hint("for example admin@journal.local=me@home.example")
        })?;
        Ok(Self { old: old.trim().to_owned(), new: new.parse()? })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.old, self.new)
    }
}

/// Somebody of the database, and who that is here.
pub(super) struct Planned {
    pub(super) source_user: i64,
    /// The address there.
    pub(super) from: String,
    pub(super) account: Account,
    pub(super) place: Place,
}

/// Where somebody goes.
pub(super) enum Place {
    /// Nowhere: it is the user that every database begins with, and nothing is theirs.
    Nowhere,
    /// Everything is here.
    Here(Box<User>),
    /// To somebody who has an account here, with the notebook that is theirs; and how far an earlier run came.
    With(Box<User>, NotebookId, Begun),
    /// To a new account with this address.
    New(Email),
}

/// How far an earlier run came with somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begun {
    /// It did not come to them.
    No,
    /// It began to bring them to the account that they had.
    Theirs,
    /// It made an account for them, which nobody can use yet.
    New,
}

/// An account as it is there.
pub(super) struct Account {
    pub(super) display_name: String,
    pub(super) password_hash: Option<String>,
    pub(super) role: Role,
    pub(super) active: bool,
    pub(super) email_verified: bool,
    pub(super) failures: i64,
    pub(super) locked_until: Option<String>,
    pub(super) created_at: String,
    pub(super) updated_at: String,
}

/// Decides for everybody, before anything is written.
///
/// # Errors
/// `Invalid` where somebody has to be named, or two would become one; `Conflict` for a journal that holds something else.
pub(super) fn make(app: &App, source: &Source, owners: &[Owner], fingerprint: &str) -> Result<Vec<Planned>> {
    let found = read(source, &app.stamp())?;
    let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    if let Some(unknown) = owners.iter().find(|owner| !found.iter().any(|(_, from, _)| same(from, &owner.old))) {
        return Err(Error::invalid(format!("there is no user {} in the database", unknown.old))
            .hint("`--dry-run` shows who there is"));
    }
    let mut planned = Vec::with_capacity(found.len());
    let mut nameless = Vec::new();
    for (source_user, from, account) in found {
        let named = owners.iter().find(|owner| same(&from, &owner.old)).map(|owner| owner.new.clone());
        let known = app.store.accounts.read(|db| accounts::imported::known(db, fingerprint, source_user))?;
        let email = named.or_else(|| from.parse().ok().filter(|_| !same(&from, SEEDED)));
        let place = match (known, email) {
            (Some(known), _) => app.store.accounts.read(|db| of_known(db, known))?,
            (None, _) if same(&from, SEEDED) && source.belongings(source_user)? == 0 => Place::Nowhere,
            (None, Some(email)) => app.store.accounts.read(|db| of_new(db, email))?,
            (None, None) => {
                nameless.push(from);
                continue;
            }
        };
        planned.push(Planned { source_user, from, account, place });
    }
    check_named(&nameless)?;
    check_apart(&planned)?;
    check_empty(app, &planned, fingerprint)?;
    Ok(planned)
}

/// Reads everybody, lowest number first.
fn read(source: &Source, at: &str) -> Result<Vec<(i64, String, Account)>> {
    let mut found = Vec::new();
    source.users(|cells| {
        let row = Row::new(cells, at);
        let created_at = row.stamp("created_at");
        let account = Account {
            display_name: row.text("display_name").trim().to_owned(),
            password_hash: cells.filled("password_hash"),
            role: if cells.is_on("is_admin") { Role::Admin } else { Role::Member },
            active: cells.is_on("is_active"),
            email_verified: cells.is_on("email_verified"),
            failures: row.integer("failed_login_attempts").max(0),
            locked_until: row.any_stamp("locked_until"),
            updated_at: row.any_stamp("updated_at").unwrap_or_else(|| created_at.clone()),
            created_at,
        };
        found.push((row.id(), row.text("email").trim().to_owned(), account));
        Ok(())
    })?;
    Ok(found)
}

fn of_known(db: &AccountsDb<'_>, known: Known) -> Result<Place> {
    let user = accounts::users::by_id(db, known.user)?.ok_or_else(|| Error::not_found("user"))?;
    if known.finished {
        return Ok(Place::Here(Box::new(user)));
    }
    with(db, user, if known.is_new { Begun::New } else { Begun::Theirs })
}

fn of_new(db: &AccountsDb<'_>, email: Email) -> Result<Place> {
    match accounts::users::by_email(db, email.as_str())? {
        None => Ok(Place::New(email)),
        Some(user) if user.deleted_at.is_some() => Err(Error::conflict(format!("{email} is marked for deletion here"))
            .hint(format!("`journal user delete {email} --undo` keeps them, or name another with --owner"))),
        Some(user) => with(db, user, Begun::No),
    }
}

fn with(db: &AccountsDb<'_>, user: User, begun: Begun) -> Result<Place> {
    let notebook = accounts::notebooks::default_of(db, user.id)?.ok_or_else(|| Error::not_found("notebook"))?;
    Ok(Place::With(Box::new(user), notebook, begun))
}

fn check_named(nameless: &[String]) -> Result<()> {
    let Some(first) = nameless.first() else { return Ok(()) };
    let flags: Vec<String> = nameless.iter().map(|old| format!("--owner {old}=ADDRESS")).collect();
    Err(Error::invalid(format!("it has to be said whose journal here that of {first} becomes"))
        .hint(format!("pass {}", flags.join(" "))))
}

/// Refuses to make one of two.
fn check_apart(planned: &[Planned]) -> Result<()> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    for person in planned {
        let email = match &person.place {
            Place::Nowhere => continue,
            Place::New(email) => email.to_string(),
            Place::Here(user) | Place::With(user, ..) => user.email.clone(),
        };
        if let Some(other) = taken.insert(email.to_ascii_lowercase(), &person.from) {
            return Err(Error::invalid(format!("{other} and {} would both become {email}", person.from))
                .hint("name another address for one of them with --owner OLD=NEW"));
        }
    }
    Ok(())
}

/// Refuses to mix a journal with what somebody wrote here.
fn check_empty(app: &App, planned: &[Planned], fingerprint: &str) -> Result<()> {
    for person in planned {
        let Place::With(user, notebook, _) = &person.place else { continue };
        let free = app
            .store
            .notebook(*notebook)?
            .read(|db| Ok(imported::is_finished(db, fingerprint, person.source_user)? || imported::is_empty(db)?))?;
        if !free {
            return Err(not_empty(&user.email));
        }
    }
    Ok(())
}

/// The refusal of a journal that somebody wrote in.
pub(super) fn not_empty(email: &str) -> Error {
    Error::conflict(format!("the journal of {email} is not empty, and entries would not keep their numbers in it"))
        .hint("bring it over to somebody new with --owner OLD=NEW; nothing was changed")
}
