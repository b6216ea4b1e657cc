//! Restores one person into a running installation: their notebook under a new id and a new key, put in the old one's place
//! in one transaction.

use std::sync::Arc;

use serde::Serialize;

use crate::app::App;
use crate::audit;
use crate::audit::Trail;
use crate::backup::archive;
use crate::backup::archive::Contents;
use crate::backup::assembly;
use crate::backup::assembly::Sources;
use crate::backup::derived;
use crate::backup::media;
use crate::backup::report;
use crate::backup::restore::Summary;
use crate::backup::restore::check_database;
use crate::backup::source::Source;
use crate::backup::verify;
use crate::backup::verify::Progress;
use crate::backup::verify::SCRATCH;
use crate::crypto::key::Key;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::backup::ACCOUNTS;
use crate::model::backup::Manifest;
use crate::model::email::Email;
use crate::model::id::NotebookId;
use crate::model::scope::Scope;
use crate::model::user::Role;
use crate::model::user::User;
use crate::storage::accounts;
use crate::storage::accounts::Accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::transfer;
use crate::storage::accounts::transfer::Credentials;
use crate::storage::accounts::upkeep;
use crate::storage::data_dir::DataDir;
use crate::storage::database::Database;
use crate::storage::files;
use crate::storage::media::path_of;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::relink;
use crate::storage::notebook::samples;
use crate::storage::rekey;
use crate::storage::scratch;
use crate::storage::scratch::Scratch;

/// What was restored of a person.
#[derive(Debug, Serialize)]
pub struct Person {
    /// From what.
    #[serde(flatten)]
    pub summary: Summary,
    /// The person, as they are here now.
    pub user: User,
    /// Whether they were not here before.
    pub added: bool,
    /// Their notebook, under its new id.
    pub notebook: NotebookId,
    /// Entries in it.
    pub entries: i64,
    /// What did not come along, and why.
    pub left_out: Vec<String>,
}

/// Tells whether a person is here already, so that restoring them replaces what they have.
///
/// # Errors
/// `Forbidden` for keys; `Conflict` for one who is marked for deletion.
pub async fn is_here(ctx: &Ctx, email: &Email) -> Result<bool> {
    ctx.caller.operate()?;
    let email = email.to_string();
    let found = ctx.read_accounts(Scope::AdminUsers, move |db| accounts::users::by_email(db, &email)).await?;
    match found {
        Some(user) if user.deleted_at.is_some() => Err(Error::conflict("that person is marked for deletion here")
            .hint("take it back first: `journal user delete EMAIL --undo`")),
        found => Ok(found.is_some()),
    }
}

/// Restores one person of a backup. One who is here gets the notebook of the backup in place of the default one, and keeps
/// the account as it is; one who is not is added, never as an admin.
///
/// Nothing changes for anybody until one transaction, after which only the replaced notebook is destroyed.
///
/// # Errors
/// As [`is_here`]; `NotFound` for somebody who is not in the backup; `Conflict` as for a whole one.
pub async fn one(
    ctx: &Ctx,
    source: &Source,
    email: &Email,
    sources: &Sources,
    without_missing: bool,
    progress: Progress<'_>,
) -> Result<Person> {
    is_here(ctx, email).await?;
    source.check_description(progress)?;
    let store = &ctx.app.store;
    let manifest = archive::manifest(source)?;
    report::check_room(store.data.root(), 2 * report::databases_of(&manifest))?;
    let work = Scratch::new(&store.data.tmp(), SCRATCH, sources.entropy.as_ref())?;
    // The accounts come before the notebooks, so by then it is known which one is theirs.
    let mut theirs = None;
    let mut wanted = |contents: &Contents, id: NotebookId| {
        if theirs.is_none() {
            check_database(work.path(), contents, &contents.manifest.accounts)?;
            theirs = Some(notebook_of(&DataDir::new(work.path()), contents, email)?);
        }
        Ok(theirs == Some(id))
    };
    let contents = archive::unpack(source, work.path(), &mut wanted, progress)?;
    let old = theirs.ok_or_else(|| not_in(email))?;
    for notebook in contents.manifest.notebooks.iter().filter(|notebook| notebook.id == old) {
        check_database(work.path(), &contents, &notebook.part)?;
    }
    let from = assembly::open(work.path(), &contents, &verify::throwaway(sources)?, sources)?;
    verify::activity_holds(&from, old)?;
    if !contents.manifest.derived {
        derived::index_anew(&from, old)?;
        derived::leave_jobs(&from, old)?;
    }
    let missing = missing_originals(source, &contents.manifest, old, without_missing)?;

    let arrival = Arrival { ctx, source, contents: &contents, from: &from, old };
    let id = NotebookId::draw(sources.entropy.as_ref())?;
    let placed = arrival.place(id, &missing, sources, progress);
    let switched = match placed {
        Ok((wrapped, entries)) => arrival.switch(email, id, wrapped).await.map(|outcome| (outcome, entries)),
        Err(error) => Err(error),
    };
    let ((user, replaced, mut left_out), entries) = match switched {
        Ok(outcome) => outcome,
        Err(error) => {
            // Nobody holds the key of files that have no row.
            store.destroy_notebook(id)?;
            return Err(error);
        }
    };
    if let Some(replaced) = replaced {
        store.destroy_notebook(replaced)?;
    }
    if !missing.is_empty() {
        left_out.push(format!("{} originals, which the backup's folder does not have", missing.len()));
    }
    let summary = Summary::of(source, &contents.manifest);
    Ok(Person { summary, user, added: replaced.is_none(), notebook: id, entries, left_out })
}

/// Finds the default notebook of a person in the accounts of a backup.
fn notebook_of(data: &DataDir, contents: &Contents, email: &Email) -> Result<NotebookId> {
    let key = assembly::key_of(&contents.keys, ACCOUNTS)?;
    let accounts = Database::<Accounts>::open(&data.accounts(), &key, &data.lock())?;
    accounts.read(|db| {
        let user = accounts::users::by_email(db, email.as_str())?.ok_or_else(|| not_in(email))?;
        accounts::notebooks::default_of(db, user.id)?.ok_or_else(|| not_in(email))
    })
}

fn not_in(email: &Email) -> Error {
    Error::not_found(format!("person {email} in this backup")).hint("take a backup of a day when they had a journal")
}

fn missing_originals(
    source: &Source,
    manifest: &Manifest,
    id: NotebookId,
    without_missing: bool,
) -> Result<Vec<uuid::Uuid>> {
    let missing = media::missing(&source.media, manifest, |original| original.notebook == id)?;
    if !without_missing {
        let all = manifest.originals.iter().filter(|original| original.notebook == id).count();
        media::refuse_missing(&source.media, &missing, all)?;
    }
    Ok(missing.into_iter().map(|original| original.id).collect())
}

/// A notebook on its way in.
struct Arrival<'a> {
    ctx: &'a Ctx,
    source: &'a Source,
    contents: &'a Contents,
    /// The backup, opened in a work folder.
    from: &'a Arc<App>,
    old: NotebookId,
}

impl Arrival<'_> {
    /// Puts the notebook's files where this installation has them, under a new key, its activity linked anew. Returns the
    /// wrapped key and how many entries there are.
    fn place(
        &self,
        id: NotebookId,
        missing: &[uuid::Uuid],
        sources: &Sources,
        progress: Progress<'_>,
    ) -> Result<(Vec<u8>, i64)> {
        let store = &self.ctx.app.store;
        let (key, path) = (Key::draw(sources.entropy.as_ref())?, store.data.notebook_database(id));
        files::make_folder(&store.data.media(id))?;
        self.from.store.notebook(self.old)?.snapshot(&path, &key, progress)?;
        let notebook: Database<Notebook> = Database::open(&path, &key, &store.data.lock())?;
        let entries = notebook.write(|db| {
            relink::activity(db, &audit::activity_key(&self.ctx.app, id))?;
            samples::count(db)
        })?;
        let trail = Trail::of_notebook(self.ctx, id);
        notebook.write(|db| trail.restored(db, &self.source.name()))?;
        drop(notebook);
        let theirs = self.contents.manifest.originals.iter().filter(|original| original.notebook == self.old);
        for original in theirs.filter(|original| !missing.contains(&original.id)) {
            let to = path_of(&store.data.media(id), original.id);
            media::copy(&self.source.media, original, &to)?;
        }
        scratch::sync_all(&store.data.notebook(id))?;
        files::sync_parent(&store.data.notebook(id))?;
        Ok((rekey::wrap(store.root(), &key, id, sources.entropy.as_ref())?, entries))
    }

    /// Lets the person have the notebook. Returns them, the notebook that it replaced, and what did not come along.
    async fn switch(
        &self,
        email: &Email,
        id: NotebookId,
        wrapped_key: Vec<u8>,
    ) -> Result<(User, Option<NotebookId>, Vec<String>)> {
        let same = self.ctx.app.store.root().fingerprint() == self.contents.manifest.fingerprint;
        let baggage = self.from.store.accounts.read(|db| Baggage::of(db, email))?;
        let (trail, email) = (Trail::of(self.ctx), email.clone());
        let detail = serde_json::json!({
            "archive": self.source.name(), "created_at": self.contents.manifest.created_at, "notebook": id,
        });
        self.ctx
            .write_accounts(Scope::AdminUsers, move |db| {
                let (user, replaced, left_out) = if let Some(user) = accounts::users::by_email(db, email.as_str())? {
                    let old = accounts::notebooks::default_of(db, user.id)?;
                    let old = old.ok_or_else(|| Error::not_found("notebook of theirs to replace"))?;
                    transfer::take_the_place(db, old, id, &wrapped_key, trail.at())?;
                    (user, Some(old), vec!["the account itself: it stays as it is here".to_owned()])
                } else {
                    let (user, left_out) = baggage.unpack(db, &email, same, trail.at())?;
                    accounts::notebooks::add(db, id, user.id, "Journal", &wrapped_key, trail.at())?;
                    trail.record(db, Action::UserAdded, &format!("user:{}", user.id))?;
                    (user, None, left_out)
                };
                upkeep::note(db, upkeep::Kind::Restore, trail.at(), &detail.to_string())?;
                trail.record(db, Action::Restored, &format!("user:{}", user.id))?;
                Ok((user, replaced, left_out))
            })
            .await
    }
}

/// What a person brings along beside the notebook.
struct Baggage {
    user: User,
    preferences: Vec<(String, String)>,
    credentials: Credentials,
}

impl Baggage {
    fn of(db: &AccountsDb<'_>, email: &Email) -> Result<Self> {
        let user = accounts::users::named(db, email.as_str())?;
        let preferences = accounts::preferences::of(db, user.id)?;
        let credentials = transfer::credentials(db, user.id)?;
        Ok(Self { user, preferences, credentials })
    }

    /// Adds the person; `same` says that this is the installation that the backup was made of, so that what opens the
    /// account still does.
    fn unpack(self, db: &AccountsDb<'_>, email: &Email, same: bool, at: &str) -> Result<(User, Vec<String>)> {
        let mut left_out = Vec::new();
        let role = match self.user.role {
            Role::Admin => {
                left_out.push("the role of an admin: `journal user admin EMAIL` gives it again".to_owned());
                Role::Member
            }
            role => role,
        };
        let display_name = &self.user.display_name;
        let row = accounts::users::NewUser { email, display_name, password_hash: None, role, at };
        let id = accounts::users::add(db, &row)?;
        for (key, value) in &self.preferences {
            accounts::preferences::set(db, id, key, value, at)?;
        }
        if same {
            transfer::give(db, id, &self.credentials)?;
        } else if self.credentials.has_password() || self.credentials.keys() > 0 {
            left_out.push(format!(
                "the password and {} keys, which are good in the installation of the backup only: \
                 `journal user reset-link EMAIL` sets a new password",
                self.credentials.keys()
            ));
        }
        let user = accounts::users::by_id(db, id)?.ok_or_else(|| Error::not_found("user"))?;
        Ok((user, left_out))
    }
}
