//! Brings over everybody of a Python journal-server, out of its database as it is.
//!
//! For each user there are three steps, each whole or not at all: the account, which nobody can use yet; everything they
//! wrote, in one transaction of their notebook; what opens the account. Each leaves a mark, so that a run that was ended
//! anywhere is gone on with by the next.

mod entities;
mod entries;
mod history;
mod notebook;
mod people;
mod plan;
mod report;
mod values;

pub use notebook::Progress;
pub use plan::Owner;
pub use report::Note;
pub use report::Outcome;
pub use report::Person;
pub use report::Report;
pub use report::Rows;
pub use report::Strays;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app::App;
use crate::audit::Trail;
use crate::ctx::Caller;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::email::Email;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::model::text;
use crate::model::user::User;
use crate::port::journal_server::notebook::Steps;
use crate::port::journal_server::people::Opened;
use crate::port::journal_server::plan::Begun;
use crate::port::journal_server::plan::Place;
use crate::port::journal_server::plan::Planned;
use crate::storage::accounts;
use crate::storage::accounts::AccountsDb;
use crate::storage::files;
use crate::storage::foreign::journal_server;
use crate::storage::foreign::journal_server::Source;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::imported;
use crate::storage::trial::Trial;

/// What to import.
#[derive(Debug, Clone)]
pub struct Request {
    /// The database.
    pub db: PathBuf,
    /// Whose journal here a user's there becomes, where that is not the one with the same address.
    pub owners: Vec<Owner>,
    /// Whether to bring nothing, and report what would come.
    pub dry_run: bool,
}

/// Brings over everybody who is not here yet, and tells what came over.
///
/// The database is only read. Passwords, logins and keys keep working, and entries keep their numbers; their vectors are
/// left to jobs. Works while a server uses the same data directory.
///
/// # Errors
/// `Forbidden` for anybody but the operator; `NotFound` and `Conflict` for a file that cannot be imported, `Invalid` where
/// it has to be said who somebody is, `Conflict` for a journal that is not empty. Nothing was changed then.
pub async fn import(ctx: &Ctx, request: Request, progress: Progress) -> Result<Report> {
    ctx.caller.operate()?;
    let ctx = ctx.clone();
    match tokio::task::spawn_blocking(move || run(&ctx, &request, &progress)).await {
        Ok(outcome) => outcome,
        // What a panic said is not passed on: it may quote text.
        Err(_) => Err(Error::new(Kind::Internal, "an import ended early")),
    }
}

fn run(ctx: &Ctx, request: &Request, progress: &Progress) -> Result<Report> {
    let app = &*ctx.app;
    let source = Source::open(&request.db)?;
    // One at a time: two would both find that somebody is not here yet.
    let _lock = files::lock_existing(&app.store.data.notebooks())?;
    let fingerprint = source.fingerprint()?;
    let planned = plan::make(app, &source, &request.owners, &fingerprint)?;
    let mut report = Report::begun(&source, request.dry_run)?;
    let mut left = planned.iter().filter(|person| person.comes()).count();
    let import = Import { ctx, app, source: &source, fingerprint: &fingerprint, dry_run: request.dry_run };
    let mut steps = Steps { done: 0, total: source.size()?, progress };
    for person in kept_numbers_first(app, planned)? {
        left -= usize::from(person.comes());
        let told = import.person(&person, &mut steps, (left == 0).then_some(&mut report))?;
        report.users.push(told);
    }
    report.users.sort_by_key(|person| person.source_user);
    Ok(report)
}

/// Puts those first who can keep the number they have there, so that nobody is given it meanwhile.
fn kept_numbers_first(app: &App, planned: Vec<Planned>) -> Result<Vec<Planned>> {
    let mut sorted = Vec::with_capacity(planned.len());
    app.store.accounts.read(|db| {
        for person in planned {
            sorted.push((!accounts::imported::is_unused(db, UserId(person.source_user))?, person));
        }
        Ok(())
    })?;
    sorted.sort_by_key(|(taken, person)| (*taken, person.source_user));
    Ok(sorted.into_iter().map(|(_, person)| person).collect())
}

impl Planned {
    fn comes(&self) -> bool {
        matches!(self.place, Place::With(..) | Place::New(_))
    }
}

impl Report {
    fn begun(source: &Source, dry_run: bool) -> Result<Self> {
        let mut report = Self {
            dry_run,
            schema_version: source.version(),
            users: Vec::new(),
            settings: Rows::default(),
            pricing: Rows::default(),
            strays: BTreeMap::new(),
            other_tables: source.other_tables()?,
            warnings: Vec::new(),
        };
        for kind in journal_server::Kind::ALL {
            let mut strays = Strays::default();
            source.strays(kind, |id| strays.count(id))?;
            if strays.rows > 0 {
                report.strays.insert(kind.table(), strays);
            }
        }
        Ok(report)
    }
}

/// An import that runs.
struct Import<'a> {
    ctx: &'a Ctx,
    app: &'a App,
    source: &'a Source,
    fingerprint: &'a str,
    dry_run: bool,
}

impl Import<'_> {
    /// Brings one person over. With the last one comes what counts for everybody.
    fn person(&self, planned: &Planned, steps: &mut Steps<'_>, last: Option<&mut Report>) -> Result<Person> {
        let mut person = Person {
            source_user: planned.source_user,
            from: planned.from.clone(),
            email: None,
            user_id: None,
            outcome: Outcome::Imported,
            rows: BTreeMap::new(),
            entries_to_embed: 0,
            warnings: Vec::new(),
        };
        match &planned.place {
            Place::Nowhere => person.outcome = Outcome::NothingTheirs,
            Place::Here(user) => {
                (person.email, person.user_id) = (Some(user.email.clone()), Some(user.id));
                person.outcome = Outcome::AlreadyHere;
            }
            Place::With(user, ..) => {
                (person.email, person.user_id) = (Some(user.email.clone()), Some(user.id));
                self.bring(planned, &mut person, steps, last)?;
            }
            Place::New(email) => {
                person.email = Some(email.to_string());
                self.bring(planned, &mut person, steps, last)?;
            }
        }
        Ok(person)
    }

    fn bring(
        &self,
        planned: &Planned,
        person: &mut Person,
        steps: &mut Steps<'_>,
        last: Option<&mut Report>,
    ) -> Result<()> {
        if self.dry_run {
            return self.rehearse(planned, person, steps, last);
        }
        let (user, notebook) = match &planned.place {
            Place::With(user, notebook, begun) => {
                if *begun == Begun::No {
                    self.app.store.accounts.write(|db| self.begin(db, planned, user.id, false))?;
                }
                (User::clone(user), *notebook)
            }
            Place::New(email) => self.add(planned, email)?,
            Place::Nowhere | Place::Here(_) => return Ok(()),
        };
        person.user_id = Some(user.id);
        let trail = self.trail(&user, notebook);
        self.app.store.notebook(notebook)?.write(|db| {
            if imported::is_finished(db, self.fingerprint, planned.source_user)? {
                person.warnings.push("what they wrote came over in an earlier run".to_owned());
                return Ok(());
            }
            if !imported::is_empty(db)? {
                return Err(plan::not_empty(&user.email));
            }
            self.journal(db, planned, person, &trail, steps)?;
            trail.imported(db)
        })?;
        self.app.store.accounts.write(|db| self.open(db, planned, &user, &trail, person, last))?;
        self.app.work.left(notebook);
        Ok(())
    }

    /// Does all of it to rows that are taken back, and to a notebook that is nobody's.
    fn rehearse(
        &self,
        planned: &Planned,
        person: &mut Person,
        steps: &mut Steps<'_>,
        last: Option<&mut Report>,
    ) -> Result<()> {
        let scratch = Trial::new(&self.app.store.data, self.app.entropy.as_ref())?;
        let nobody = NotebookId::draw(self.app.entropy.as_ref())?;
        let trail = Trail::of(self.ctx);
        scratch.notebook.rehearse(|db| self.journal(db, planned, person, &trail, steps))?;
        self.app.store.accounts.rehearse(|db| {
            let user = match &planned.place {
                Place::New(email) => self.add_rows(db, planned, email, nobody, &[], &trail)?,
                Place::With(user, ..) => User::clone(user),
                Place::Nowhere | Place::Here(_) => return Ok(()),
            };
            self.open(db, planned, &user, &trail, person, last)
        })
    }

    /// Adds an account that nobody can use yet, with an empty notebook.
    fn add(&self, planned: &Planned, email: &Email) -> Result<(User, NotebookId)> {
        let (store, entropy) = (&self.app.store, self.app.entropy.as_ref());
        let notebook = NotebookId::draw(entropy)?;
        let wrapped_key = store.create_notebook(notebook, entropy)?;
        let trail = Trail::of(self.ctx);
        let added = store.accounts.write(|db| self.add_rows(db, planned, email, notebook, &wrapped_key, &trail));
        if added.is_err() {
            // Nobody holds the key of files that have no row.
            store.destroy_notebook(notebook)?;
        }
        Ok((added?, notebook))
    }

    fn add_rows(
        &self,
        db: &AccountsDb<'_>,
        planned: &Planned,
        email: &Email,
        notebook: NotebookId,
        wrapped_key: &[u8],
        trail: &Trail,
    ) -> Result<User> {
        let account = &planned.account;
        let wanted = UserId(planned.source_user);
        let display_name = Some(account.display_name.as_str()).filter(|name| text::is_name(name));
        let row = accounts::imported::NewUser {
            id: accounts::imported::is_unused(db, wanted)?.then_some(wanted),
            email,
            display_name: display_name.unwrap_or_else(|| email.local_part()),
            role: account.role,
            email_verified: account.email_verified,
            created_at: &account.created_at,
            updated_at: &account.updated_at,
        };
        let id = accounts::imported::add_user(db, &row)?;
        accounts::notebooks::add(db, notebook, id, "Journal", wrapped_key, trail.at())?;
        trail.record(db, Action::UserAdded, &format!("user:{id}"))?;
        self.begin(db, planned, id, true)?;
        accounts::users::by_id(db, id)?.ok_or_else(|| Error::not_found("user"))
    }

    fn begin(&self, db: &AccountsDb<'_>, planned: &Planned, user: UserId, is_new: bool) -> Result<()> {
        accounts::imported::begin(db, self.fingerprint, planned.source_user, user, is_new)
    }

    fn journal(
        &self,
        db: &NotebookDb<'_>,
        planned: &Planned,
        person: &mut Person,
        trail: &Trail,
        steps: &mut Steps<'_>,
    ) -> Result<()> {
        notebook::bring(db, self.source, person, trail.at(), self.app.entropy.as_ref(), steps)?;
        imported::finish(db, self.fingerprint, planned.source_user, trail.at())
    }

    fn open(
        &self,
        db: &AccountsDb<'_>,
        planned: &Planned,
        user: &User,
        trail: &Trail,
        person: &mut Person,
        last: Option<&mut Report>,
    ) -> Result<()> {
        let opened = Opened { app: self.app, source: self.source, user: user.id, role: user.role, at: trail.at() };
        // Whoever had an account here before keeps its state.
        let is_new = matches!(planned.place, Place::New(_) | Place::With(_, _, Begun::New));
        opened.bring(db, &planned.account, is_new, person)?;
        if let Some(report) = last {
            people::bring_settings(db, self.source, report, trail.at())?;
        }
        accounts::imported::finish(db, self.fingerprint, planned.source_user, trail.at())?;
        trail.record(db, Action::DataImported, &format!("user:{}", user.id))
    }

    fn trail(&self, user: &User, notebook: NotebookId) -> Trail {
        let caller = Caller { user: Some(user.clone()), via: self.ctx.caller.via.clone() };
        Trail::of(&Ctx::new(self.ctx.app.clone(), caller, Some(notebook)))
    }
}

#[cfg(test)]
mod tests;
