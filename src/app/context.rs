//! Request context: the caller, and the services' only access to rows. Every read and write names its scope first.
//!
//! A key may be restricted to a part of the journal. For such a key only the functions of [`crate::app::restricted_access`] give access, and
//! they pass the service that part: a service that does not handle restrictions refuses the key.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::civil::Date;
use uuid::Uuid;

use crate::app::read_counter::ReaderIdentity;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::crypto::media::MediaIdentity;
use crate::domain::activity::ReadKind;
use crate::domain::api_key::{KeyGrant, KeyRestrictions};
use crate::domain::calendar::JournalCalendar;
use crate::domain::entry::AssistantAuthor;
use crate::domain::id::{KeyId, NotebookId, SessionId};
use crate::domain::scope::Scope;
use crate::domain::user::User;
use crate::error::{Error, ErrorKind, Result};
use crate::storage::accounts::AccountsDb;
use crate::storage::database::EncryptedDatabase;
use crate::storage::media::{self, MediaStore};
use crate::storage::notebook::{NotebookDb, NotebookKind, state};

/// Authentication method of a caller.
#[derive(Debug, Clone)]
pub enum AuthMethod {
    /// The operator's shell, trusted by file permissions.
    Shell,
    /// API key with its permissions.
    Key(KeyId, Arc<KeyGrant>),
    /// Browser session.
    Session(SessionId),
    /// The server itself: background jobs, deletions that are due.
    Server,
}

/// Client of a request, for the audit log.
#[derive(Debug, Clone, Default)]
pub struct ClientInfo {
    /// The client's address, resolved through trusted proxies only.
    pub ip: Option<IpAddr>,
    /// User agent, cut to [`MAX_USER_AGENT`] code points.
    pub user_agent: Option<String>,
    /// Request id, as in the response and in the log.
    pub request_id: Option<Uuid>,
    /// Assistant that sent the request; `None` for a person.
    pub assistant: Option<AssistantClient>,
}

/// Assistant that calls through MCP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssistantClient {
    /// Name and version that it sent, such as `claude-code 2.1.0`, cut to [`MAX_USER_AGENT`] code points; may be empty.
    pub name: String,
}

impl AssistantClient {
    /// Returns the name for records; never empty.
    fn display_name(&self) -> String {
        if self.name.is_empty() { "assistant".to_owned() } else { self.name.clone() }
    }
}

/// Maximum length of a stored user agent, code points.
pub const MAX_USER_AGENT: usize = 200;

/// Authenticated caller of a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// User whose journal is accessed; `None` for an operator who named no user.
    pub user: Option<User>,
    /// Authentication method.
    pub via: AuthMethod,
}

impl Caller {
    /// Checks that the caller has a scope. Permissions are decided here only.
    ///
    /// The shell may do what the user's role may, and administer; a session what the role may; a key only what both its
    /// scopes and its owner's role allow.
    ///
    /// # Errors
    /// `Forbidden` with the scope's name.
    pub fn authorize(&self, scope: Scope) -> Result<()> {
        let role = self.user.as_ref().map(|user| user.role);
        let allowed = match (&self.via, scope) {
            (
                AuthMethod::Shell,
                Scope::AdminUsers | Scope::AdminAudit | Scope::AdminSettings | Scope::AdminReload | Scope::AdminMetrics,
            )
            | (AuthMethod::Server, _) => true,
            (
                AuthMethod::Shell,
                Scope::EntriesRead
                | Scope::EntriesWrite
                | Scope::Ingest
                | Scope::IngestUrl
                | Scope::Search
                | Scope::Export
                | Scope::Account,
            ) => role.is_none_or(|role| scope.is_available_to(role)),
            (AuthMethod::Session(_), _) => role.is_some_and(|role| scope.is_available_to(role)),
            (AuthMethod::Key(_, permit), _) => {
                permit.allows(scope) && role.is_some_and(|role| scope.is_available_to(role))
            }
        };
        if allowed {
            return Ok(());
        }
        let hint = match self.via {
            AuthMethod::Shell | AuthMethod::Session(_) | AuthMethod::Server => {
                "ask an admin to change your role".to_owned()
            }
            AuthMethod::Key(..) => format!("create a key with `journal key add NAME --scope {scope}`"),
        };
        Err(Error::new(ErrorKind::Forbidden, format!("this needs the scope {scope}")).hint(hint))
    }

    /// Checks that the caller is the operator: backups, imports and the keyring concern every journal at once, so no
    /// scope of a key and no role of a session allows them.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_operator(&self) -> Result<()> {
        match self.via {
            AuthMethod::Shell | AuthMethod::Server => Ok(()),
            AuthMethod::Key(..) | AuthMethod::Session(_) => Err(operator_only_error()),
        }
    }

    /// Returns the user, for operations that need one.
    ///
    /// # Errors
    /// `Invalid` for an operator who named no user.
    pub fn user(&self) -> Result<&User> {
        self.user.as_ref().ok_or_else(|| {
            Error::invalid("there is more than one user, so a user must be named")
                .hint("pass --user EMAIL, set JOURNAL_USER, or choose one with `journal user default EMAIL`")
        })
    }

    /// Returns the caller's restriction to a part of the journal; `None` for the whole journal.
    pub(crate) fn boundary(&self) -> Option<&KeyRestrictions> {
        match &self.via {
            AuthMethod::Key(_, permit) => permit.boundary.as_ref(),
            AuthMethod::Shell | AuthMethod::Session(_) | AuthMethod::Server => None,
        }
    }

    /// Returns the actor's name in the audit log.
    pub(crate) fn actor(&self) -> String {
        match (&self.via, &self.user) {
            (AuthMethod::Key(..) | AuthMethod::Session(_), Some(user)) => format!("user:{}", user.id),
            (AuthMethod::Server, _) => "server".to_owned(),
            (AuthMethod::Shell | AuthMethod::Key(..) | AuthMethod::Session(_), _) => "operator".to_owned(),
        }
    }

    /// Returns the authentication method's name in the audit log.
    pub(crate) fn auth_method_label(&self) -> String {
        match self.via {
            AuthMethod::Shell => "shell".to_owned(),
            AuthMethod::Key(id, _) => format!("key:{id}"),
            AuthMethod::Session(id) => format!("session:{id}"),
            AuthMethod::Server => "server".to_owned(),
        }
    }
}

/// Returns the error for operations that only the operator may do.
pub(crate) fn operator_only_error() -> Error {
    Error::new(ErrorKind::Forbidden, "only the operator may do that")
        .hint("run it in the operator's shell, without JOURNAL_API_KEY")
}

/// Request context: application state, caller, and the caller's notebook.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// Application state.
    pub app: Arc<AppState>,
    /// Caller.
    pub caller: Caller,
    /// Client of the request.
    pub origin: Arc<ClientInfo>,
    pub(super) notebook: Option<NotebookId>,
}

impl Ctx {
    /// Creates the context of a caller and the notebook that `auth` resolved.
    pub(crate) fn new(app: Arc<AppState>, caller: Caller, notebook: Option<NotebookId>) -> Self {
        Self { app, caller, origin: Arc::default(), notebook }
    }

    /// Returns the same context with the server's permissions, for records that the program itself keeps about a
    /// request.
    pub(crate) fn as_system(&self) -> Self {
        Self { caller: Caller { via: AuthMethod::Server, ..self.caller.clone() }, ..self.clone() }
    }

    /// Returns the calendar of the journal.
    #[must_use]
    pub fn calendar(&self) -> &JournalCalendar {
        &self.app.calendar
    }

    /// Returns the current day of the journal.
    #[must_use]
    pub fn today(&self) -> Date {
        self.app.today()
    }

    /// Sets the client of the request.
    #[must_use]
    pub(crate) fn with_client_info(self, origin: Arc<ClientInfo>) -> Self {
        Self { origin, ..self }
    }

    /// Marks the request as sent by an assistant.
    #[must_use]
    pub(crate) fn with_assistant(self, assistant: AssistantClient) -> Self {
        let origin = ClientInfo { assistant: Some(assistant), ..ClientInfo::clone(&self.origin) };
        self.with_client_info(Arc::new(origin))
    }

    /// Reads the caller's notebook in one snapshot.
    ///
    /// # Errors
    /// `Forbidden` without the scope or for a restricted key, `Invalid` without a user, and the closure's error.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&NotebookDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.with_notebook(scope, move |notebook| notebook.read(work)).await
    }

    /// Runs `work` with the caller's notebook on a blocking thread, in as many snapshots as it needs.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn with_notebook<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&EncryptedDatabase<NotebookKind>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if self.caller.boundary().is_some() {
            self.caller.authorize(scope)?;
            return Err(Error::new(
                ErrorKind::Forbidden,
                "this key is limited to a part of the journal, and this needs all of it",
            )
            .code("outside_boundary")
            .hint("use a key without limits; `journal key list` shows the limits of each"));
        }
        self.open_restricted(scope, work).await
    }

    /// Returns the media store of the caller's notebook.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub(crate) async fn media(&self, scope: Scope) -> Result<MediaStore> {
        let identity = self.read(scope, state::media_identity).await?;
        Ok(MediaStore::new(self.app.store.data.media(self.notebook()?), MediaIdentity::parse(&identity)?))
    }

    /// Removes the files of deleted originals; the next sweep removes those that fail.
    pub(crate) async fn remove_originals(&self, ids: Vec<Uuid>) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let folder = self.app.store.data.media(self.notebook()?);
        if let Err(error) = run_blocking(move || media::remove_originals(&folder, &ids)).await {
            tracing::warn!("removing files of a deleted entry; the next sweep retries: {error:?}");
        }
        Ok(())
    }

    /// Wakes the server's worker after a write enqueued a job.
    pub(crate) fn wake_worker(&self) {
        if let Some(notebook) = self.notebook {
            self.app.pending_work.notify(notebook);
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
        self.with_notebook(scope, move |notebook| notebook.write(work)).await
    }

    /// Reads the accounts database in one snapshot.
    ///
    /// # Errors
    /// `Forbidden` without the scope, and the closure's error.
    pub(crate) async fn read_accounts<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&AccountsDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.caller.authorize(scope)?;
        let accounts = self.app.store.accounts.clone();
        run_blocking(move || accounts.read(work)).await
    }

    /// Writes to the accounts database in one transaction, which includes the audit row.
    ///
    /// # Errors
    /// As [`Self::read_accounts`].
    pub(crate) async fn write_accounts<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&AccountsDb<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.caller.authorize(scope)?;
        let accounts = self.app.store.accounts.clone();
        run_blocking(move || accounts.write(work)).await
    }

    /// Counts a successful read and the number of entries returned, for the owner's activity log. The server's own
    /// reads are not counted.
    pub(crate) fn record_read(&self, what: ReadKind, entries: usize) {
        let Some(notebook) = self.notebook.filter(|_| !matches!(self.caller.via, AuthMethod::Server)) else { return };
        let assistant = self.origin.assistant.as_ref();
        if what.returns_no_entries() && assistant.is_none() {
            return;
        }
        let who = ReaderIdentity {
            actor: self.caller.actor(),
            via: self.caller.auth_method_label(),
            ip: self.origin.ip.map_or_else(String::new, |ip| ip.to_string()),
            assistant: assistant.map(AssistantClient::display_name),
        };
        self.app.reads.record(
            notebook,
            who,
            what,
            i64::try_from(entries).unwrap_or(i64::MAX),
            self.app.now_timestamp(),
        );
    }

    /// Returns the assistant as author; `None` for a person.
    pub(crate) fn author(&self) -> Option<AssistantAuthor> {
        let assistant = self.origin.assistant.as_ref()?;
        Some(AssistantAuthor { via: self.caller.auth_method_label(), assistant: assistant.display_name() })
    }

    /// Returns the caller's notebook.
    ///
    /// # Errors
    /// `Invalid` for an operator who named no user.
    pub(crate) fn notebook(&self) -> Result<NotebookId> {
        self.caller.user()?;
        self.notebook.ok_or_else(|| Error::not_found("notebook"))
    }

    /// Runs `work`, which respects the caller's restriction, with the notebook on a blocking thread; the notebook is
    /// opened there too.
    pub(super) async fn open_restricted<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&EncryptedDatabase<NotebookKind>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.caller.authorize(scope)?;
        let (app, id) = (self.app.clone(), self.notebook()?);
        run_blocking(move || work(&*app.store.notebook(id)?)).await
    }
}
