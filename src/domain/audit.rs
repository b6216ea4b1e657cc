//! Events, checkpoints and verification result of the audit log.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, Result};

/// Audited action. The names are stable: they are stored and exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuditAction {
    /// The data directory was initialised.
    JournalInitialised,
    /// A user was added.
    UserAdded,
    /// A user was enabled.
    UserEnabled,
    /// A user was disabled.
    UserDisabled,
    /// A user's role changed.
    RoleChanged,
    /// A lockout after failed logins was lifted.
    UserUnlocked,
    /// A user was marked for deletion.
    UserDeleted,
    /// A deletion was undone within the grace period.
    UserRestored,
    /// A deleted user's notebook, keys and rows were destroyed.
    UserPurged,
    /// A password was set.
    PasswordChanged,
    /// An API key was issued.
    TokenIssued,
    /// An API key was revoked.
    TokenRevoked,
    /// A user logged in.
    Login,
    /// A session ended by logout.
    Logout,
    /// An API key or password was rejected.
    FailedAuth,
    /// The root key was rewrapped under a new secret.
    KeyringRotated,
    /// The whole journal was exported.
    DataExported,
    /// An entry was added.
    EntryCreated,
    /// An entry was changed.
    EntryEdited,
    /// An entry was deleted.
    EntryDeleted,
    /// Photographs or recordings were uploaded; the resource names the ingestion job.
    MediaUploaded,
    /// Access to another user's notebook was revoked.
    GrantRevoked,
    /// Every credential of a user was revoked at once.
    UserContained,
    /// The server reloaded a file.
    ConfigReloaded,
    /// An account was registered; its e-mail address is not verified yet.
    UserRegistered,
    /// A user verified their e-mail address.
    EmailVerified,
    /// A password reset link was issued.
    ResetLinkIssued,
    /// A session was revoked from another session.
    SessionRevoked,
    /// A runtime setting was changed; the resource names it.
    ConfigChanged,
    /// A user changed their profile.
    ProfileChanged,
    /// The egress policy of a notebook was changed.
    EgressChanged,
    /// A backup was created; the resource names it.
    BackupCreated,
    /// A backup was removed by the retention rules.
    BackupPruned,
    /// A backup was read completely and its hashes matched.
    BackupVerified,
    /// A backup was restored to a temporary directory, opened and searched.
    BackupDrilled,
    /// A backup was restored; the resource names the archive or the user.
    Restored,
    /// Every database was re-keyed.
    KeyringRekeyed,
    /// A recovery kit was created.
    RecoveryKitMade,
    /// A journal was imported.
    DataImported,
    /// A job over the whole notebook was started; the resource names the job.
    WorkOrdered,
    /// Scores of retired mood dimensions were removed.
    MoodsPruned,
    /// An entity was edited by the owner.
    EntityEdited,
    /// An entity was deleted.
    EntityDeleted,
    /// Entities were merged.
    EntitiesMerged,
    /// A merge was undone.
    MergeUndone,
    /// Mentions were moved to another entity.
    EntitySplit,
}

impl AuditAction {
    /// Returns the stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::JournalInitialised => "JOURNAL_INITIALISED",
            Self::UserAdded => "USER_ADDED",
            Self::UserEnabled => "USER_ENABLED",
            Self::UserDisabled => "USER_DISABLED",
            Self::RoleChanged => "ROLE_CHANGED",
            Self::UserUnlocked => "USER_UNLOCKED",
            Self::UserDeleted => "USER_DELETED",
            Self::UserRestored => "USER_RESTORED",
            Self::UserPurged => "USER_PURGED",
            Self::PasswordChanged => "PASSWORD_CHANGED",
            Self::TokenIssued => "TOKEN_ISSUED",
            Self::TokenRevoked => "TOKEN_REVOKED",
            Self::Login => "LOGIN",
            Self::Logout => "LOGOUT",
            Self::FailedAuth => "FAILED_AUTH",
            Self::KeyringRotated => "KEYRING_ROTATED",
            Self::DataExported => "DATA_EXPORTED",
            Self::EntryCreated => "ENTRY_CREATED",
            Self::EntryEdited => "ENTRY_EDITED",
            Self::EntryDeleted => "ENTRY_DELETED",
            Self::MediaUploaded => "MEDIA_UPLOADED",
            Self::GrantRevoked => "GRANT_REVOKED",
            Self::UserContained => "USER_CONTAINED",
            Self::ConfigReloaded => "CONFIG_RELOADED",
            Self::UserRegistered => "USER_REGISTERED",
            Self::EmailVerified => "EMAIL_VERIFIED",
            Self::ResetLinkIssued => "RESET_LINK_ISSUED",
            Self::SessionRevoked => "SESSION_REVOKED",
            Self::ConfigChanged => "CONFIG_CHANGED",
            Self::ProfileChanged => "PROFILE_CHANGED",
            Self::EgressChanged => "EGRESS_CHANGED",
            Self::BackupCreated => "BACKUP_CREATED",
            Self::BackupPruned => "BACKUP_PRUNED",
            Self::BackupVerified => "BACKUP_VERIFIED",
            Self::BackupDrilled => "BACKUP_DRILLED",
            Self::Restored => "RESTORED",
            Self::KeyringRekeyed => "KEYRING_REKEYED",
            Self::RecoveryKitMade => "RECOVERY_KIT_MADE",
            Self::DataImported => "DATA_IMPORTED",
            Self::WorkOrdered => "WORK_ORDERED",
            Self::MoodsPruned => "MOODS_PRUNED",
            Self::EntityEdited => "ENTITY_EDITED",
            Self::EntityDeleted => "ENTITY_DELETED",
            Self::EntitiesMerged => "ENTITIES_MERGED",
            Self::MergeUndone => "MERGE_UNDONE",
            Self::EntitySplit => "ENTITY_SPLIT",
        }
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
