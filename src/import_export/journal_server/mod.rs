//! Imports all users of a Python journal-server from its database.
//!
//! Each user takes three transactions: the account without credentials; all content, in the user's notebook;
//! credentials and preferences. Each records its completion: a repeated import is idempotent, and an interrupted one
//! resumes in the next run.

mod accounts;
mod convert;
mod entities;
mod entries;
mod history;
mod notebook;
mod report;
mod user_mapping;

pub use notebook::ServerImportProgress;
pub use report::{OrphanRows, RowNote, ServerImportReport, TableImportCounts, UserImportOutcome, UserImportReport};
pub use user_mapping::OwnerOverride;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app::context::{Caller, Ctx};
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::domain::audit::AuditAction;
use crate::domain::email::EmailAddress;
use crate::domain::id::{NotebookId, UserId};
use crate::domain::text;
use crate::domain::user::User;
use crate::error::{Error, Result};
use crate::import_export::journal_server::accounts::ImportedAccount;
use crate::import_export::journal_server::notebook::ImportProgress;
use crate::import_export::journal_server::user_mapping::{MappingTarget, ResumePoint, UserMapping};
use crate::services::audit::AuditRecorder;
use crate::storage::accounts::{self as account_rows, AccountsDb};
use crate::storage::external_db::journal_server::JournalServerDb;
use crate::storage::external_db::journal_server::queries::ImportedRowKind;
use crate::storage::files;
use crate::storage::notebook::{NotebookDb, legacy_import};
use crate::storage::temp_notebook::TempNotebook;

/// Options of an import.
#[derive(Debug, Clone, clap::Args)]
pub struct ServerImportRequest {
    /// Database of the Python server, usually journal.db; stop that server first
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// Maps a user of the Python server to a local user; default: the user with the same address
    #[arg(long = "owner", value_name = "OLD=NEW")]
    pub owners: Vec<OwnerOverride>,
    /// Show what would be imported, and import nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Imports all users that are not imported yet, and returns a report.
///
/// The database is only read. Passwords, sessions and API keys keep working, entries keep their ids; vectors are
/// computed by jobs. A server may use the data directory at the same time.
///
/// # Errors
/// `Forbidden` unless the caller is the operator; `NotFound` or `Conflict` for a file that cannot be imported;
/// `Invalid` if a user needs `--owner`; `Conflict` for a journal that is not empty. Nothing was changed then.
pub async fn import(
    ctx: &Ctx,
    request: ServerImportRequest,
    progress: ServerImportProgress,
) -> Result<ServerImportReport> {
    ctx.caller.require_operator()?;
    let ctx = ctx.clone();
    run_blocking(move || run_import(&ctx, &request, &progress)).await
}

fn run_import(ctx: &Ctx, request: &ServerImportRequest, progress: &ServerImportProgress) -> Result<ServerImportReport> {
    let app = &*ctx.app;
    let source = JournalServerDb::open(&request.db)?;
    // Exclusive lock: two concurrent imports would both add the same user.
    let _lock = files::lock_existing_exclusive(&app.store.data.notebooks())?;
    let fingerprint = source.fingerprint()?;
    let planned = user_mapping::map_users(app, &source, &request.owners, &fingerprint)?;
    let mut report = ServerImportReport::for_source(&source, request.dry_run)?;
    let mut remaining = planned.iter().filter(|person| person.needs_import()).count();
    let import = ServerImporter { ctx, app, source: &source, fingerprint: &fingerprint, dry_run: request.dry_run };
    let mut steps = ImportProgress { done: 0, total: source.row_count()?, progress };
    for person in sort_kept_ids_first(app, planned)? {
        remaining -= usize::from(person.needs_import());
        let imported = import.import_user(&person, &mut steps, (remaining == 0).then_some(&mut report))?;
        report.users.push(imported);
    }
    report.users.sort_by_key(|person| person.source_user);
    Ok(report)
}

/// Sorts users who can keep their id first, so that their id is not assigned to another user.
fn sort_kept_ids_first(app: &AppState, planned: Vec<UserMapping>) -> Result<Vec<UserMapping>> {
    let mut sorted = Vec::with_capacity(planned.len());
    app.store.accounts.read(|db| {
        for person in planned {
            sorted.push((!account_rows::legacy_import::is_unused_id(db, UserId(person.source_user))?, person));
        }
        Ok(())
    })?;
    sorted.sort_by_key(|(taken, person)| (*taken, person.source_user));
    Ok(sorted.into_iter().map(|(_, person)| person).collect())
}

impl UserMapping {
    fn needs_import(&self) -> bool {
        matches!(self.target, MappingTarget::Existing(..) | MappingTarget::New(_))
    }
}

impl ServerImportReport {
    fn for_source(source: &JournalServerDb, dry_run: bool) -> Result<Self> {
        let mut report = Self {
            dry_run,
            schema_version: source.version(),
            users: Vec::new(),
            settings: TableImportCounts::default(),
            pricing: TableImportCounts::default(),
            strays: BTreeMap::new(),
            other_tables: source.ignored_tables()?,
            warnings: Vec::new(),
        };
        for kind in ImportedRowKind::ALL {
            let mut strays = OrphanRows::default();
            source.for_each_orphan(kind, |id| strays.count(id))?;
            if strays.rows > 0 {
                report.strays.insert(kind.table(), strays);
            }
        }
        Ok(report)
    }
}

/// Runs one import.
struct ServerImporter<'a> {
    ctx: &'a Ctx,
    app: &'a AppState,
    source: &'a JournalServerDb,
    fingerprint: &'a str,
    dry_run: bool,
}

impl ServerImporter<'_> {
    /// Imports one user. Settings and prices are imported with the last one, in the same transaction.
    fn import_user(
        &self,
        planned: &UserMapping,
        steps: &mut ImportProgress<'_>,
        last: Option<&mut ServerImportReport>,
    ) -> Result<UserImportReport> {
        let mut person = UserImportReport {
            source_user: planned.source_user,
            from: planned.from.clone(),
            email: None,
            user_id: None,
            outcome: UserImportOutcome::Imported,
            rows: BTreeMap::new(),
            entries_to_embed: 0,
            warnings: Vec::new(),
        };
        match &planned.target {
            MappingTarget::Skipped => person.outcome = UserImportOutcome::NothingTheirs,
            MappingTarget::Imported(user) => {
                (person.email, person.user_id) = (Some(user.email.clone()), Some(user.id));
                person.outcome = UserImportOutcome::AlreadyHere;
            }
            MappingTarget::Existing(user, ..) => {
                (person.email, person.user_id) = (Some(user.email.clone()), Some(user.id));
                self.import_into(planned, &mut person, steps, last)?;
            }
            MappingTarget::New(email) => {
                person.email = Some(email.to_string());
                self.import_into(planned, &mut person, steps, last)?;
            }
        }
        Ok(person)
    }

    fn import_into(
        &self,
        planned: &UserMapping,
        person: &mut UserImportReport,
        steps: &mut ImportProgress<'_>,
        last: Option<&mut ServerImportReport>,
    ) -> Result<()> {
        if self.dry_run {
            return self.dry_run_user(planned, person, steps, last);
        }
        let (user, notebook) = match &planned.target {
            MappingTarget::Existing(user, notebook, begun) => {
                if *begun == ResumePoint::NotStarted {
                    self.app.store.accounts.write(|db| self.record_start(db, planned, user.id, false))?;
                }
                (User::clone(user), *notebook)
            }
            MappingTarget::New(email) => self.add_account(planned, email)?,
            MappingTarget::Skipped | MappingTarget::Imported(_) => return Ok(()),
        };
        person.user_id = Some(user.id);
        let trail = self.audit_trail(&user, notebook);
        self.app.store.notebook(notebook)?.write(|db| {
            if legacy_import::is_finished(db, self.fingerprint, planned.source_user)? {
                person.warnings.push("the content was imported in an earlier run".to_owned());
                return Ok(());
            }
            if !legacy_import::is_empty(db)? {
                return Err(user_mapping::not_empty_error(&user.email));
            }
            self.import_content(db, planned, person, &trail, steps)?;
            trail.data_imported(db)
        })?;
        self.app.store.accounts.write(|db| self.import_credentials(db, planned, &user, &trail, person, last))?;
        self.app.pending_work.notify(notebook);
        Ok(())
    }

    /// Dry run: imports into rows that are rolled back and into a temporary notebook.
    fn dry_run_user(
        &self,
        planned: &UserMapping,
        person: &mut UserImportReport,
        steps: &mut ImportProgress<'_>,
        last: Option<&mut ServerImportReport>,
    ) -> Result<()> {
        let scratch = TempNotebook::new(&self.app.store.data, self.app.entropy.as_ref())?;
        let unused = NotebookId::draw(self.app.entropy.as_ref())?;
        let trail = AuditRecorder::from_ctx(self.ctx);
        scratch.notebook.dry_run(|db| self.import_content(db, planned, person, &trail, steps))?;
        self.app.store.accounts.dry_run(|db| {
            let user = match &planned.target {
                MappingTarget::New(email) => self.insert_account(db, planned, email, unused, &[], &trail)?,
                MappingTarget::Existing(user, ..) => User::clone(user),
                MappingTarget::Skipped | MappingTarget::Imported(_) => return Ok(()),
            };
            self.import_credentials(db, planned, &user, &trail, person, last)
        })
    }

    /// Adds an account without credentials and with an empty notebook.
    fn add_account(&self, planned: &UserMapping, email: &EmailAddress) -> Result<(User, NotebookId)> {
        let (store, entropy) = (&self.app.store, self.app.entropy.as_ref());
        let notebook = NotebookId::draw(entropy)?;
        let wrapped_key = store.create_notebook(notebook, entropy)?;
        let trail = AuditRecorder::from_ctx(self.ctx);
        let added = store.accounts.write(|db| self.insert_account(db, planned, email, notebook, &wrapped_key, &trail));
        if added.is_err() {
            // Files without a row have no stored key.
            store.destroy_notebook(notebook)?;
        }
        Ok((added?, notebook))
    }

    fn insert_account(
        &self,
        db: &AccountsDb<'_>,
        planned: &UserMapping,
        email: &EmailAddress,
        notebook: NotebookId,
        wrapped_key: &[u8],
        trail: &AuditRecorder,
    ) -> Result<User> {
        let account = &planned.account;
        let wanted = UserId(planned.source_user);
        let display_name = Some(account.display_name.as_str()).filter(|name| text::is_name(name));
        let row = account_rows::legacy_import::NewImportedUser {
            id: account_rows::legacy_import::is_unused_id(db, wanted)?.then_some(wanted),
            email,
            display_name: display_name.unwrap_or_else(|| email.local_part()),
            role: account.role,
            email_verified: account.email_verified,
            created_at: &account.created_at,
            updated_at: &account.updated_at,
        };
        let id = account_rows::legacy_import::add_user(db, &row)?;
        account_rows::notebooks::add(db, notebook, id, "Journal", wrapped_key, trail.at())?;
        trail.record(db, AuditAction::UserAdded, &format!("user:{id}"))?;
        self.record_start(db, planned, id, true)?;
        account_rows::users::find_by_id(db, id)?.ok_or_else(|| Error::not_found("user"))
    }

    fn record_start(&self, db: &AccountsDb<'_>, planned: &UserMapping, user: UserId, is_new: bool) -> Result<()> {
        account_rows::legacy_import::begin_user(db, self.fingerprint, planned.source_user, user, is_new)
    }

    fn import_content(
        &self,
        db: &NotebookDb<'_>,
        planned: &UserMapping,
        person: &mut UserImportReport,
        trail: &AuditRecorder,
        steps: &mut ImportProgress<'_>,
    ) -> Result<()> {
        notebook::import_content(db, self.source, person, trail.at(), self.app.entropy.as_ref(), steps)?;
        legacy_import::finish(db, self.fingerprint, planned.source_user, trail.at())
    }

    fn import_credentials(
        &self,
        db: &AccountsDb<'_>,
        planned: &UserMapping,
        user: &User,
        trail: &AuditRecorder,
        person: &mut UserImportReport,
        last: Option<&mut ServerImportReport>,
    ) -> Result<()> {
        let opened =
            ImportedAccount { app: self.app, source: self.source, user: user.id, role: user.role, at: trail.at() };
        // An existing account keeps its state.
        let is_new =
            matches!(planned.target, MappingTarget::New(_) | MappingTarget::Existing(_, _, ResumePoint::NewAccount));
        opened.import(db, &planned.account, is_new, person)?;
        if let Some(report) = last {
            accounts::import_settings(db, self.source, report, trail.at())?;
        }
        account_rows::legacy_import::finish_user(db, self.fingerprint, planned.source_user, trail.at())?;
        trail.record(db, AuditAction::DataImported, &format!("user:{}", user.id))
    }

    fn audit_trail(&self, user: &User, notebook: NotebookId) -> AuditRecorder {
        let caller = Caller { user: Some(user.clone()), via: self.ctx.caller.via.clone() };
        AuditRecorder::from_ctx(&Ctx::new(self.ctx.app.clone(), caller, Some(notebook)))
    }
}

#[cfg(test)]
mod tests;
