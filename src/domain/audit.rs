//! Events, checkpoints and verification result of the audit log.

use schemars::JsonSchema;
use serde::Serialize;

use crate::domain::named_enum::named_enum;
use crate::error::{Error, Result};

named_enum! {
    /// Audited action. The names are stable: they are stored and exported.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
    pub enum AuditAction {
        /// The data directory was initialised.
        JournalInitialised = "JOURNAL_INITIALISED",
        /// A user was added.
        UserAdded = "USER_ADDED",
        /// A user was enabled.
        UserEnabled = "USER_ENABLED",
        /// A user was disabled.
        UserDisabled = "USER_DISABLED",
        /// A user's role changed.
        RoleChanged = "ROLE_CHANGED",
        /// A lockout after failed logins was lifted.
        UserUnlocked = "USER_UNLOCKED",
        /// A user was marked for deletion.
        UserDeleted = "USER_DELETED",
        /// A deletion was undone within the grace period.
        UserRestored = "USER_RESTORED",
        /// A deleted user's notebook, keys and rows were destroyed.
        UserPurged = "USER_PURGED",
        /// A user became the default user of the operator's commands.
        DefaultUserSet = "DEFAULT_USER_SET",
        /// A password was set.
        PasswordChanged = "PASSWORD_CHANGED",
        /// An API key was issued.
        TokenIssued = "TOKEN_ISSUED",
        /// An API key was revoked.
        TokenRevoked = "TOKEN_REVOKED",
        /// A user logged in.
        Login = "LOGIN",
        /// A session ended by logout.
        Logout = "LOGOUT",
        /// An API key or password was rejected.
        FailedAuth = "FAILED_AUTH",
        /// The root key was rewrapped under a new secret.
        KeyringRotated = "KEYRING_ROTATED",
        /// The whole journal was exported.
        DataExported = "DATA_EXPORTED",
        /// An entry was added.
        EntryCreated = "ENTRY_CREATED",
        /// An entry was changed.
        EntryEdited = "ENTRY_EDITED",
        /// An entry was deleted, into the trash or at once.
        EntryDeleted = "ENTRY_DELETED",
        /// An entry was restored from the trash.
        EntryRestored = "ENTRY_RESTORED",
        /// A deleted entry was destroyed: with its deletion, from the trash, or after its days in the trash.
        EntryPurged = "ENTRY_PURGED",
        /// Photographs or recordings were uploaded; the resource names the ingestion job.
        MediaUploaded = "MEDIA_UPLOADED",
        /// Access to another user's notebook was revoked.
        GrantRevoked = "GRANT_REVOKED",
        /// Every credential of a user was revoked at once.
        UserContained = "USER_CONTAINED",
        /// The server reloaded a file.
        ConfigReloaded = "CONFIG_RELOADED",
        /// An account was registered; its e-mail address is not verified yet.
        UserRegistered = "USER_REGISTERED",
        /// A user verified their e-mail address.
        EmailVerified = "EMAIL_VERIFIED",
        /// A password reset link was issued.
        ResetLinkIssued = "RESET_LINK_ISSUED",
        /// A session was revoked from another session.
        SessionRevoked = "SESSION_REVOKED",
        /// A runtime setting was changed; the resource names it.
        ConfigChanged = "CONFIG_CHANGED",
        /// A user changed their profile.
        ProfileChanged = "PROFILE_CHANGED",
        /// The egress policy of a notebook was changed.
        EgressChanged = "EGRESS_CHANGED",
        /// A backup was created; the resource names it.
        BackupCreated = "BACKUP_CREATED",
        /// A backup was removed by the retention rules.
        BackupPruned = "BACKUP_PRUNED",
        /// A backup was read completely and its hashes matched.
        BackupVerified = "BACKUP_VERIFIED",
        /// A backup was restored to a temporary directory, opened and searched.
        BackupDrilled = "BACKUP_DRILLED",
        /// A backup was restored; the resource names the archive or the user.
        Restored = "RESTORED",
        /// A restore set a user's notebook aside; the resource names the notebook.
        NotebookSetAside = "NOTEBOOK_SET_ASIDE",
        /// A restore of one user was undone; the resource names the user or the notebook.
        RestoreUndone = "RESTORE_UNDONE",
        /// A notebook that a restore had set aside was destroyed.
        NotebookPurged = "NOTEBOOK_PURGED",
        /// Every database was re-keyed.
        KeyringRekeyed = "KEYRING_REKEYED",
        /// A recovery kit was created.
        RecoveryKitMade = "RECOVERY_KIT_MADE",
        /// A journal was imported.
        DataImported = "DATA_IMPORTED",
        /// A job over the whole notebook was started; the resource names the job.
        WorkOrdered = "WORK_ORDERED",
        /// Scores of retired mood dimensions were removed.
        MoodsPruned = "MOODS_PRUNED",
        /// An entity was edited by the owner.
        EntityEdited = "ENTITY_EDITED",
        /// An entity was deleted.
        EntityDeleted = "ENTITY_DELETED",
        /// Entities were merged.
        EntitiesMerged = "ENTITIES_MERGED",
        /// A merge was undone.
        MergeUndone = "MERGE_UNDONE",
        /// Mentions were moved to another entity.
        EntitySplit = "ENTITY_SPLIT",
        /// A typed text that could not be stored was kept as a draft.
        DraftSaved = "DRAFT_SAVED",
        /// A draft was discarded.
        DraftDiscarded = "DRAFT_DISCARDED",
        /// A tag was renamed in all entries.
        TagRenamed = "TAG_RENAMED",
    }
}

/// One event of the MAC chain. `mac` covers every other field and the MAC of the previous event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditEvent {
    /// Position from 1, without gaps.
    pub seq: i64,
    /// UTC timestamp.
    pub at: String,
    /// Actor: `operator`, `user:ID`, `server` or `anonymous`.
    pub actor: String,
    /// Credential or channel: `shell`, `key:ID`, `session:ID`, `password`, `server` or `none`.
    pub via: String,
    /// Name of the action.
    pub action: String,
    /// Resource: `user:ID`, `key:ID`, `keyring` and so on; never content.
    pub resource: String,
    /// `ok` or `refused`.
    pub result: String,
    /// User on whose behalf it was done, if that is not the actor.
    pub on_behalf: Option<String>,
    /// Client address; null for actions on the server itself.
    pub ip: Option<String>,
    /// User agent of the client.
    pub user_agent: Option<String>,
    /// Request id, as in the response and the server log.
    pub request_id: Option<String>,
    /// Number of equal events that this row aggregates.
    pub repeats: Option<i64>,
    /// Format version of `mac`: 1 covers the fields up to `result`, 2 covers all.
    pub format: i64,
    /// HMAC-SHA256 over the previous MAC and this row, hex.
    pub mac: String,
}

/// Signature over the MAC chain up to an event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditCheckpoint {
    /// Position of the event.
    pub seq: i64,
    /// UTC timestamp of the signature.
    pub at: String,
    /// MAC of the event, hex.
    pub mac: String,
    /// Ed25519 signature by the server's identity, hex.
    pub signature: String,
}

/// Result of verifying the whole audit log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditVerification {
    /// True if every event and every checkpoint is valid.
    pub intact: bool,
    /// Number of events checked.
    pub events: i64,
    /// First position whose MAC is invalid.
    pub broken_at: Option<i64>,
    /// Number of checkpoints checked.
    pub checkpoints: i64,
    /// First position whose checkpoint is missing, has an invalid signature or contradicts the chain.
    pub contradicted_at: Option<i64>,
}

impl AuditVerification {
    /// Returns the number of verified events.
    ///
    /// # Errors
    /// `Conflict` naming the first invalid position.
    pub fn ensure_intact(&self) -> Result<i64> {
        let wrong = match (self.broken_at, self.contradicted_at) {
            (None, None) => return Ok(self.events),
            (Some(seq), _) => format!("the MAC of event {seq} does not match the event before it"),
            (None, Some(seq)) if seq > self.events => {
                format!("the audit log ends at event {}, before the checkpoint of event {seq}", self.events)
            }
            (None, Some(seq)) => format!("the checkpoint of event {seq} is missing or invalid"),
        };
        Err(Error::conflict(wrong).hint("the database was modified; compare it with a backup"))
    }
}
