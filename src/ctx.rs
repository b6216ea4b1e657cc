//! Who is asking, and the services' only way to rows: every read and write names its scope first.
//!
//! A key may reach a part of the journal only. To it every way to rows is closed but those of [`reaching`], which hand the
//! service that part: a service that does not look at it is closed to such a key, never open.

mod reaching;

pub(crate) use reaching::HandsOut;

use std::net::IpAddr;
use std::sync::Arc;

use uuid::Uuid;

use crate::app::App;
use crate::app::reads::Who;
use crate::crypto::media::MediaIdentity;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::entry::Author;
use crate::model::id::KeyId;
use crate::model::id::NotebookId;
use crate::model::id::SessionId;
use crate::model::key::Boundary;
use crate::model::key::Permit;
use crate::model::scope::Scope;
use crate::model::user::User;
use crate::storage::accounts::AccountsDb;
use crate::storage::database;
use crate::storage::database::Database;
use crate::storage::media;
use crate::storage::media::MediaStore;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::state;

/// Through what a caller came.
#[derive(Debug, Clone)]
pub enum Via {
    /// The operator's shell, trusted by file permissions.
    Shell,
    /// An API key, with what it lets its bearer do.
    Key(KeyId, Arc<Permit>),
    /// A login in a browser.
    Session(SessionId),
    /// The server's own work: jobs that a write left, deletions that came due.
    Server,
}

/// Where a request came from, for the audit trail.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// The client's address, resolved through trusted proxies only.
    pub ip: Option<IpAddr>,
    /// What the client calls itself, cut to [`MAX_USER_AGENT`] code points.
    pub user_agent: Option<String>,
    /// The request's id, as in the reply and in the log.
    pub request_id: Option<Uuid>,
    /// The assistant that asks, where one does and no person.
    pub assistant: Option<Assistant>,
}

/// A program that speaks for a model: whoever comes through MCP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assistant {
    /// What it calls itself, such as `claude-code 2.1.0`, cut to [`MAX_USER_AGENT`] code points; empty if it does not say.
    pub name: String,
}

impl Assistant {
    /// Returns what it is called where one is written down: never empty.
    fn shown(&self) -> String {
        if self.name.is_empty() { "assistant".to_owned() } else { self.name.clone() }
    }
}

/// Code points kept of a user agent.
pub const MAX_USER_AGENT: usize = 200;

/// Who is asking.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user whose journal it is about; `None` for an operator who named nobody.
    pub user: Option<User>,
    /// Through what.
    pub via: Via,
}

impl Caller {
    /// Refuses what this caller may not do. The one place where permissions are decided.
    ///
    /// The shell may do whatever the user's role may, and administer; a session what the role may;
    /// a key only what its scopes and its owner's role both allow.
    ///
    /// # Errors
    /// `Forbidden` naming the scope.
    pub fn authorize(&self, scope: Scope) -> Result<()> {
        let role = self.user.as_ref().map(|user| user.role);
        let allowed = match (&self.via, scope) {
            (
                Via::Shell,
                Scope::AdminUsers | Scope::AdminAudit | Scope::AdminSettings | Scope::AdminReload | Scope::AdminMetrics,
            )
            | (Via::Server, _) => true,
            (
                Via::Shell,
                Scope::EntriesRead
                | Scope::EntriesWrite
                | Scope::Ingest
                | Scope::IngestUrl
                | Scope::Search
                | Scope::Export
                | Scope::Account,
            ) => role.is_none_or(|role| scope.open_to(role)),
            (Via::Session(_), _) => role.is_some_and(|role| scope.open_to(role)),
            (Via::Key(_, permit), _) => permit.allows(scope) && role.is_some_and(|role| scope.open_to(role)),
        };
        if allowed {
            return Ok(());
        }
        let hint = match self.via {
            Via::Shell | Via::Session(_) | Via::Server => "ask an admin for another role".to_owned(),
            Via::Key(..) => format!("make a key with `journal key add NAME --scope {scope}`"),
        };
        Err(Error::new(Kind::Forbidden, format!("this needs the scope {scope}")).hint(hint))
    }

    /// Refuses everybody but the operator: backups, imports and the keyring are about everybody's journals at once, so no
    /// scope of a key or role of a login reaches them.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn operate(&self) -> Result<()> {
        match self.via {
            Via::Shell | Via::Server => Ok(()),
            Via::Key(..) | Via::Session(_) => Err(operators_own()),
        }
    }

    /// Returns the user, for acts that are always about one.
    ///
    /// # Errors
    /// `Invalid` for an operator who named nobody.
    pub fn user(&self) -> Result<&User> {
        self.user.as_ref().ok_or_else(|| {
            Error::invalid("there is more than one user, so say whose journal")
                .hint("pass --user EMAIL, or set JOURNAL_USER")
        })
    }

    /// Returns what of the journal this caller reaches; everything if `None`.
    pub(crate) fn boundary(&self) -> Option<&Boundary> {
        match &self.via {
            Via::Key(_, permit) => permit.boundary.as_ref(),
            Via::Shell | Via::Session(_) | Via::Server => None,
        }
    }

    /// Returns the audit trail's name for who acts.
    pub(crate) fn actor(&self) -> String {
        match (&self.via, &self.user) {
            (Via::Key(..) | Via::Session(_), Some(user)) => format!("user:{}", user.id),
            (Via::Server, _) => "server".to_owned(),
            (Via::Shell | Via::Key(..) | Via::Session(_), _) => "operator".to_owned(),
        }
    }

    /// Returns the audit trail's name for how they came.
    pub(crate) fn through(&self) -> String {
        match self.via {
            Via::Shell => "shell".to_owned(),
            Via::Key(id, _) => format!("key:{id}"),
            Via::Session(id) => format!("session:{id}"),
            Via::Server => "server".to_owned(),
        }
    }
}

/// The refusal of what is the operator's alone.
pub(crate) fn operators_own() -> Error {
    Error::new(Kind::Forbidden, "only the operator may do that")
        .hint("run it in the operator's shell, without JOURNAL_API_KEY")
}

/// One request: the program, the caller, and the notebook that is the caller's.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The running program.
    pub app: Arc<App>,
    /// Who is asking.
    pub caller: Caller,
    /// Where the request came from.
    pub origin: Arc<Origin>,
    notebook: Option<NotebookId>,
}

impl Ctx {
    /// Binds a caller to the notebook that `auth` found to be theirs.
    pub(crate) fn new(app: Arc<App>, caller: Caller, notebook: Option<NotebookId>) -> Self {
        Self { app, caller, origin: Arc::default(), notebook }
    }

    /// Returns the same notebook for what the program itself has to know and to write down about a request, which no
    /// scope of the caller limits.
    pub(crate) fn for_the_record(&self) -> Self {
        Self { caller: Caller { via: Via::Server, ..self.caller.clone() }, ..self.clone() }
    }

    /// Says where the request came from.
    #[must_use]
    pub(crate) fn from(self, origin: Arc<Origin>) -> Self {
        Self { origin, ..self }
    }

    /// Says that an assistant asks.
    #[must_use]
    pub(crate) fn asked_by(self, assistant: Assistant) -> Self {
        let origin = Origin { assistant: Some(assistant), ..Origin::clone(&self.origin) };
        self.from(Arc::new(origin))
    }

    /// Reads the caller's notebook in one snapshot.
    ///
    /// # Errors
    /// `Forbidden` without the scope and for a key that reaches only a part, `Invalid` without a user, and what the
    /// closure returns.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&NotebookDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let notebook = self.open_notebook(scope)?;
        database::blocking(notebook, move |notebook| notebook.read(work)).await
    }

    /// Works with the caller's notebook on a thread that may block, in as many snapshots as it takes.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn with_notebook<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&Database<Notebook>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let notebook = self.open_notebook(scope)?;
        database::blocking(notebook, work).await
    }

    /// Returns the originals of the caller's notebook.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn media(&self, scope: Scope) -> Result<MediaStore> {
        let identity = self.read(scope, state::media_identity).await?;
        Ok(MediaStore::new(self.app.store.data.media(self.notebook()?), MediaIdentity::parse(&identity)?))
    }

    /// Removes the files of originals whose rows are gone. What stays behind is taken by the next sweep.
    pub(crate) async fn remove_originals(&self, ids: Vec<Uuid>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let folder = self.app.store.data.media(self.notebook()?);
        let removed = tokio::task::spawn_blocking(move || media::remove(&folder, &ids)).await;
        if let Ok(Err(error)) = removed {
            tracing::warn!("files of a deleted entry are left to the next sweep: {error:?}");
        }
        Ok(())
    }

    /// Tells the server's worker that a write left a job.
    pub(crate) fn left_work(&self) {
        if let Some(notebook) = self.notebook {
            self.app.work.left(notebook);
        }
    }

    /// Writes to the caller's notebook in one transaction, durable once this returns `Ok`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&NotebookDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let notebook = self.open_notebook(scope)?;
        database::blocking(notebook, move |notebook| notebook.write(work)).await
    }

    /// Reads the accounts database in one snapshot.
    ///
    /// # Errors
    /// `Forbidden` without the scope, and what the closure returns.
    pub(crate) async fn read_accounts<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&AccountsDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.caller.authorize(scope)?;
        database::blocking(self.app.store.accounts.clone(), move |accounts| accounts.read(work)).await
    }

    /// Writes to the accounts database in one transaction; the audit row of an act belongs in it.
    ///
    /// # Errors
    /// As [`Self::read_accounts`].
    pub(crate) async fn write_accounts<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&AccountsDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.caller.authorize(scope)?;
        database::blocking(self.app.store.accounts.clone(), move |accounts| accounts.write(work)).await
    }

    /// Counts a read that succeeded, and the entries that it handed out, for the owner to see. The server's own work
    /// hands nothing out.
    pub(crate) fn count(&self, what: Read, entries: usize) {
        let Some(notebook) = self.notebook.filter(|_| !matches!(self.caller.via, Via::Server)) else { return };
        let assistant = self.origin.assistant.as_ref();
        if what.hands_nothing_out() && assistant.is_none() {
            return;
        }
        let who = Who {
            actor: self.caller.actor(),
            via: self.caller.through(),
            ip: self.origin.ip.map_or_else(String::new, |ip| ip.to_string()),
            assistant: assistant.map(Assistant::shown),
        };
        self.app.reads.count(notebook, who, what, i64::try_from(entries).unwrap_or(i64::MAX), self.app.stamp());
    }

    /// Returns the assistant that writes, where one does and no person.
    pub(crate) fn author(&self) -> Option<Author> {
        let assistant = self.origin.assistant.as_ref()?;
        Some(Author { via: self.caller.through(), assistant: assistant.shown() })
    }

    /// Returns the caller's notebook.
    ///
    /// # Errors
    /// `Invalid` for an operator who named nobody.
    pub(crate) fn notebook(&self) -> Result<NotebookId> {
        self.caller.user()?;
        self.notebook.ok_or_else(|| Error::not_found("notebook"))
    }

    /// Opens the whole notebook.
    fn open_notebook(&self, scope: Scope) -> Result<Arc<Database<Notebook>>> {
        let notebook = self.open_within(scope)?;
        if self.caller.boundary().is_some() {
            return Err(Error::new(
                Kind::Forbidden,
                "this key reaches only a part of the journal, and this is about all of it",
            )
            .code("outside_boundary")
            .hint("use a key without limits; `journal key list` shows what each reaches"));
        }
        Ok(notebook)
    }

    /// Opens the notebook for work that stays within what the caller reaches.
    fn open_within(&self, scope: Scope) -> Result<Arc<Database<Notebook>>> {
        self.caller.authorize(scope)?;
        self.app.store.notebook(self.notebook()?)
    }
}
