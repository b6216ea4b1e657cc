//! Recorder for rows of the audit log and of a notebook's activity log.

use crate::app::context::{AuthMethod, ClientInfo, Ctx};
use crate::app::state::AppState;
use crate::crypto;
use crate::crypto::key::SymmetricKey;
use crate::crypto::mac_chain::AuditLogKeys;
use crate::domain::audit::AuditAction;
use crate::domain::id::{EntityId, EntryId, JobId, NotebookId, UserId};
use crate::domain::user::User;
use crate::error::Result;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::audit::{self, AuditRecord};
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::activity::{self, ActivityDetails};

/// Actor, time and client of a request, detached from it so that a transaction can record them.
pub(crate) struct AuditRecorder {
    at: String,
    actor: String,
    via: String,
    on_behalf: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    assistant: Option<String>,
    keys: AuditLogKeys,
    /// MAC key of the activity log of the request's notebook.
    activity: Option<SymmetricKey>,
}

impl AuditRecorder {
    /// Creates the recorder of a request.
    pub(crate) fn from_ctx(ctx: &Ctx) -> Self {
        let for_another = matches!(ctx.caller.via, AuthMethod::Shell | AuthMethod::Server);
        let user = ctx.caller.user.as_ref().filter(|_| for_another);
        let activity = ctx.notebook().ok().map(|id| activity_key(&ctx.app, id));
        let trail = Self::new(&ctx.app, ctx.caller.actor(), &ctx.caller.auth_method_label(), &ctx.origin);
        let trail = Self { activity, assistant: ctx.author().map(|author| author.assistant), ..trail };
        match user {
            Some(user) => trail.on_behalf_of(user.id),
            None => trail,
        }
    }

    /// Creates the recorder of a request for a notebook other than the caller's.
    pub(crate) fn for_notebook(ctx: &Ctx, notebook: NotebookId) -> Self {
        Self { activity: Some(activity_key(&ctx.app, notebook)), ..Self::from_ctx(ctx) }
    }

    /// Creates the recorder for a user who was authenticated just now.
    pub(crate) fn for_user(app: &AppState, user: &User, origin: &ClientInfo) -> Self {
        Self::new(app, format!("user:{}", user.id), "password", origin)
    }

    /// Sets the user on whose behalf the caller acts.
    pub(crate) fn on_behalf_of(self, user: UserId) -> Self {
        Self { on_behalf: Some(format!("user:{user}")), ..self }
    }

    /// Creates the recorder for an unauthenticated client.
    pub(crate) fn anonymous(app: &AppState, origin: &ClientInfo) -> Self {
        Self::new(app, "anonymous".to_owned(), "none", origin)
    }

    fn new(app: &AppState, actor: String, via: &str, origin: &ClientInfo) -> Self {
        Self {
            at: app.now_timestamp(),
            actor,
            via: via.to_owned(),
            on_behalf: None,
            ip: origin.ip.map(|ip| ip.to_string()),
            user_agent: origin.user_agent.clone(),
            request_id: origin.request_id.map(|id| id.to_string()),
            assistant: None,
            keys: app.store.keys.audit.clone(),
            activity: None,
        }
    }

    /// Returns the time of the action.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Records a successful action in the audit log.
    pub(crate) fn record(&self, db: &AccountsDb<'_>, action: AuditAction, resource: &str) -> Result<()> {
        audit::append(db, &self.keys, &self.row(action, resource, "ok"))
    }

    /// Records a refused action in the audit log.
    pub(crate) fn record_refused(&self, db: &AccountsDb<'_>, action: AuditAction, resource: &str) -> Result<()> {
        audit::append(db, &self.keys, &self.row(action, resource, "refused"))
    }

    /// Records `count` refused actions that were suppressed, as one row.
    pub(crate) fn record_refused_many(
        &self,
        db: &AccountsDb<'_>,
        action: AuditAction,
        resource: &str,
        count: i64,
    ) -> Result<()> {
        audit::append_repeated(db, &self.keys, &self.row(action, resource, "refused"), Some(count))
    }

    /// Records in the activity log that an entry was created.
    pub(crate) fn entry_created(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
        self.notebook_changed(db, AuditAction::EntryCreated, &format!("entry:{id}"), &[])
    }

    /// Records that fields of an entry were changed: their names, never their values.
    pub(crate) fn entry_edited(&self, db: &NotebookDb<'_>, id: EntryId, fields: &[&str]) -> Result<()> {
        self.notebook_changed(db, AuditAction::EntryEdited, &format!("entry:{id}"), fields)
    }

    /// Records that an entry was deleted.
    pub(crate) fn entry_deleted(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
        self.notebook_changed(db, AuditAction::EntryDeleted, &format!("entry:{id}"), &[])
    }

    /// Records that an entry was restored from the trash.
    pub(crate) fn entry_restored(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
        self.notebook_changed(db, AuditAction::EntryRestored, &format!("entry:{id}"), &[])
    }

    /// Records that a deleted entry was destroyed.
    pub(crate) fn entry_purged(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
        self.notebook_changed(db, AuditAction::EntryPurged, &format!("entry:{id}"), &[])
    }

    /// Records that a tag was renamed: in how many entries, never its names.
    pub(crate) fn tag_renamed(&self, db: &NotebookDb<'_>, entries: usize) -> Result<()> {
        self.notebook_changed(db, AuditAction::TagRenamed, "tags", &[&format!("entries:{entries}")])
    }

    /// Records that photographs or recordings were uploaded.
    pub(crate) fn media_uploaded(&self, db: &NotebookDb<'_>, job: JobId) -> Result<()> {
        self.notebook_changed(db, AuditAction::MediaUploaded, &format!("job:{job}"), &[])
    }

    /// Records that a job over the whole journal was started.
    pub(crate) fn bulk_job_started(&self, db: &NotebookDb<'_>, job: JobId) -> Result<()> {
        self.notebook_changed(db, AuditAction::WorkOrdered, &format!("job:{job}"), &[])
    }

    /// Records that the whole notebook was exported.
    pub(crate) fn data_exported(&self, db: &NotebookDb<'_>) -> Result<()> {
        self.notebook_changed(db, AuditAction::DataExported, "notebook", &[])
    }

    /// Records that a whole journal was imported.
    pub(crate) fn data_imported(&self, db: &NotebookDb<'_>) -> Result<()> {
        self.notebook_changed(db, AuditAction::DataImported, "notebook", &[])
    }

    /// Records that the notebook was restored from a backup.
    pub(crate) fn notebook_restored(&self, db: &NotebookDb<'_>, archive: &str) -> Result<()> {
        self.notebook_changed(db, AuditAction::Restored, &format!("backup:{archive}"), &[])
    }

    /// Records a change to an entity: fields and counts, never names.
    pub(crate) fn entity_changed(
        &self,
        db: &NotebookDb<'_>,
        action: AuditAction,
        id: EntityId,
        changed: &[&str],
    ) -> Result<()> {
        self.notebook_changed(db, action, &format!("entity:{id}"), changed)
    }

    /// Records a change in the activity log: the names of changed fields, never their values.
    pub(crate) fn notebook_changed(
        &self,
        db: &NotebookDb<'_>,
        action: AuditAction,
        resource: &str,
        changed: &[&str],
    ) -> Result<()> {
        let key = self.activity.as_ref().expect("a write to a notebook has its activity key");
        let changed = changed.join(" ");
        let changed = Some(changed.as_str()).filter(|text| !text.is_empty());
        let details = ActivityDetails { changed, assistant: self.assistant.as_deref() };
        activity::append(db, key, &self.row(action, resource, "ok"), details)
    }

    fn row<'a>(&'a self, action: AuditAction, resource: &'a str, result: &'a str) -> AuditRecord<'a> {
        AuditRecord {
            at: &self.at,
            actor: &self.actor,
            via: &self.via,
            action: action.name(),
            resource,
            result,
            on_behalf: self.on_behalf.as_deref(),
            ip: self.ip.as_deref(),
            user_agent: self.user_agent.as_deref(),
            request_id: self.request_id.as_deref(),
        }
    }
}

/// Derives the MAC key of a notebook's activity log.
pub(crate) fn activity_key(app: &AppState, notebook: NotebookId) -> SymmetricKey {
    crypto::mac_chain::activity_key_for_notebook(&app.store.keys.activity, notebook.0)
}
