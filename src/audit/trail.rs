//! What a request leaves in the audit trail and in a notebook's activity.

use crate::app::App;
use crate::crypto;
use crate::crypto::audit::TrailKeys;
use crate::crypto::key::Key;
use crate::ctx::Ctx;
use crate::ctx::Origin;
use crate::ctx::Via;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::id::EntityId;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::id::NotebookId;
use crate::model::id::UserId;
use crate::model::user::User;
use crate::storage::accounts::AccountsDb;
use crate::storage::accounts::audit;
use crate::storage::accounts::audit::Record;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::activity;
use crate::storage::notebook::activity::Beside;

/// Who acts, when and from where, taken out of a request so that a transaction can carry it.
pub(crate) struct Trail {
    at: String,
    actor: String,
    via: String,
    on_behalf: Option<String>,
    ip: Option<String>,
    user_agent: Option<String>,
    request_id: Option<String>,
    assistant: Option<String>,
    keys: TrailKeys,
    /// The key of the activity of the notebook that the request is about.
    activity: Option<Key>,
}

impl Trail {
    /// Takes what a record needs from a request.
    pub(crate) fn of(ctx: &Ctx) -> Self {
        let for_another = matches!(ctx.caller.via, Via::Shell | Via::Server);
        let user = ctx.caller.user.as_ref().filter(|_| for_another);
        let activity = ctx.notebook().ok().map(|id| activity_key(&ctx.app, id));
        let trail = Self::new(&ctx.app, ctx.caller.actor(), &ctx.caller.through(), &ctx.origin);
        let trail = Self { activity, assistant: ctx.author().map(|author| author.assistant), ..trail };
        match user {
            Some(user) => trail.on_behalf_of(user.id),
            None => trail,
        }
    }

    /// Speaks of a notebook that is not the caller's.
    pub(crate) fn of_notebook(ctx: &Ctx, notebook: NotebookId) -> Self {
        Self { activity: Some(activity_key(&ctx.app, notebook)), ..Self::of(ctx) }
    }

    /// Speaks for a user who just proved to be one.
    pub(crate) fn of_user(app: &App, user: &User, origin: &Origin) -> Self {
        Self::new(app, format!("user:{}", user.id), "password", origin)
    }

    /// Says for whom it is done.
    pub(crate) fn on_behalf_of(self, user: UserId) -> Self {
        Self { on_behalf: Some(format!("user:{user}")), ..self }
    }

    /// Speaks for somebody who proved nothing.
    pub(crate) fn of_stranger(app: &App, origin: &Origin) -> Self {
        Self::new(app, "anonymous".to_owned(), "none", origin)
    }

    fn new(app: &App, actor: String, via: &str, origin: &Origin) -> Self {
        Self {
            at: app.stamp(),
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

    /// Returns the instant of the act.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }

    /// Records an act that succeeded.
    pub(crate) fn record(&self, db: &AccountsDb<'_>, action: Action, resource: &str) -> Result<()> {
        audit::append(db, &self.keys, &self.line(action, resource, "ok"))
    }

    /// Records an act that was refused.
    pub(crate) fn refuse(&self, db: &AccountsDb<'_>, action: Action, resource: &str) -> Result<()> {
        audit::append(db, &self.keys, &self.line(action, resource, "refused"))
    }

    /// Records acts that were refused like the one before and had no line of their own.
    pub(crate) fn refuse_more(&self, db: &AccountsDb<'_>, action: Action, resource: &str, count: i64) -> Result<()> {
        audit::append_many(db, &self.keys, &self.line(action, resource, "refused"), Some(count))
    }

    /// Notes in the notebook's activity that an entry was added.
    pub(crate) fn created(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
        self.note(db, Action::EntryCreated, &format!("entry:{id}"), None)
    }

    /// Notes that fields of an entry were changed: their names, never what was in them.
    pub(crate) fn edited(&self, db: &NotebookDb<'_>, id: EntryId, fields: &[&str]) -> Result<()> {
        self.note(db, Action::EntryEdited, &format!("entry:{id}"), Some(&fields.join(" ")))
    }

    /// Notes that an entry was deleted.
    pub(crate) fn deleted(&self, db: &NotebookDb<'_>, id: EntryId) -> Result<()> {
        self.note(db, Action::EntryDeleted, &format!("entry:{id}"), None)
    }

    /// Notes that photographs or recordings came in.
    pub(crate) fn uploaded(&self, db: &NotebookDb<'_>, job: JobId) -> Result<()> {
        self.note(db, Action::MediaUploaded, &format!("job:{job}"), None)
    }

    /// Notes that work over the whole journal was ordered.
    pub(crate) fn ordered(&self, db: &NotebookDb<'_>, job: JobId) -> Result<()> {
        self.note(db, Action::WorkOrdered, &format!("job:{job}"), None)
    }

    /// Notes that scores were removed of what moods are no longer measured by.
    pub(crate) fn pruned(&self, db: &NotebookDb<'_>) -> Result<()> {
        self.note(db, Action::MoodsPruned, "moods", None)
    }

    /// Notes that everything was taken out.
    pub(crate) fn exported(&self, db: &NotebookDb<'_>) -> Result<()> {
        self.note(db, Action::DataExported, "notebook", None)
    }

    /// Notes that a whole journal was brought in.
    pub(crate) fn imported(&self, db: &NotebookDb<'_>) -> Result<()> {
        self.note(db, Action::DataImported, "notebook", None)
    }

    /// Notes that what may leave the notebook was changed: what of it, never to what words.
    pub(crate) fn gate_changed(&self, db: &NotebookDb<'_>, fields: &[&str]) -> Result<()> {
        self.note(db, Action::EgressChanged, "egress", Some(&fields.join(" ")))
    }

    /// Notes that the notebook came out of a backup.
    pub(crate) fn restored(&self, db: &NotebookDb<'_>, archive: &str) -> Result<()> {
        self.note(db, Action::Restored, &format!("backup:{archive}"), None)
    }

    /// Notes what an owner did to somebody or something that entries speak of: fields and numbers, never names.
    pub(crate) fn curated(&self, db: &NotebookDb<'_>, action: Action, id: EntityId, changed: &[&str]) -> Result<()> {
        let changed = changed.join(" ");
        self.note(db, action, &format!("entity:{id}"), Some(changed.as_str()).filter(|text| !text.is_empty()))
    }

    /// Notes that names which stood for nothing may stand for something again.
    pub(crate) fn names_allowed(&self, db: &NotebookDb<'_>) -> Result<()> {
        self.note(db, Action::EntityEdited, "entities", Some("dismissed_names"))
    }

    fn note(&self, db: &NotebookDb<'_>, action: Action, resource: &str, changed: Option<&str>) -> Result<()> {
        let key = self.activity.as_ref().expect("whoever writes to a notebook was bound to it");
        let beside = Beside { changed, assistant: self.assistant.as_deref() };
        activity::append(db, key, &self.line(action, resource, "ok"), beside)
    }

    fn line<'a>(&'a self, action: Action, resource: &'a str, result: &'a str) -> Record<'a> {
        Record {
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

/// Derives the key that a notebook's activity is chained with.
pub(crate) fn activity_key(app: &App, notebook: NotebookId) -> Key {
    crypto::audit::of_notebook(&app.store.keys.activity, notebook.0)
}
