//! The audit trail's events.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Error;
use crate::error::Result;

/// What happened. Names are stable: they are stored and exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    /// The data directory was made.
    JournalInitialised,
    /// A user was added.
    UserAdded,
    /// A user was allowed in again.
    UserEnabled,
    /// A user was shut out.
    UserDisabled,
    /// A user's role changed.
    RoleChanged,
    /// A lock after failed logins was lifted.
    UserUnlocked,
    /// A user was marked for deletion.
    UserDeleted,
    /// A deletion was undone in time.
    UserRestored,
    /// A deleted user's notebook, keys and rows were destroyed.
    UserPurged,
    /// A password was set.
    PasswordChanged,
    /// A key was made.
    TokenIssued,
    /// A key was revoked.
    TokenRevoked,
    /// A user logged in.
    Login,
    /// A session was ended.
    Logout,
    /// A key or password was refused.
    FailedAuth,
    /// The root key was wrapped under a new secret.
    KeyringRotated,
    /// Everything was taken out.
    DataExported,
    /// An entry was added.
    EntryCreated,
    /// An entry was changed.
    EntryEdited,
    /// An entry was deleted.
    EntryDeleted,
    /// Photographs or recordings came in; the resource names the job that makes an entry of them.
    MediaUploaded,
    /// A right to somebody's notebook was taken away.
    GrantRevoked,
    /// Everything that opens a user's account was revoked at once.
    UserContained,
    /// The server was told to read a file anew.
    ConfigReloaded,
    /// Somebody registered; the address is not proven yet.
    UserRegistered,
    /// A user proved that the address is theirs.
    EmailVerified,
    /// A link that sets a password was made.
    ResetLinkIssued,
    /// A login was ended from elsewhere.
    SessionRevoked,
    /// A setting was changed while the server runs; the resource names it.
    ConfigChanged,
    /// A user changed what others see of them.
    ProfileChanged,
    /// What may leave a notebook was changed.
    EgressChanged,
    /// A backup was made; the resource names it.
    BackupCreated,
    /// A backup was removed because no rule kept it.
    BackupPruned,
    /// A backup was read through and found whole.
    BackupVerified,
    /// A backup was restored into scratch, opened and searched.
    BackupDrilled,
    /// A backup was restored; the resource names the archive or the user.
    Restored,
    /// Every database got a new key.
    KeyringRekeyed,
    /// A recovery kit was written.
    RecoveryKitMade,
    /// A journal was brought over from elsewhere.
    DataImported,
    /// Work over a whole journal was ordered; the resource names the job.
    WorkOrdered,
    /// Scores were removed of what moods are no longer measured by.
    MoodsPruned,
    /// What is known of somebody or something was changed by hand.
    EntityEdited,
    /// Somebody or something was removed.
    EntityDeleted,
    /// Two became one.
    EntitiesMerged,
    /// One became two again.
    MergeUndone,
    /// Mentions were given to another.
    EntitySplit,
}

impl Action {
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

/// One link of the chain. Every field but `mac` is covered by `mac`, and so is the link before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Event {
    /// Position, from 1, without gaps.
    pub seq: i64,
    /// Account timestamp.
    pub at: String,
    /// Who: `operator`, `user:ID`, `server`, or `anonymous`.
    pub actor: String,
    /// Through what: `shell`, `key:ID`, `session:ID`, `password`, `server`, or `none`.
    pub via: String,
    /// What happened.
    pub action: String,
    /// To what: `user:ID`, `key:ID`, `keyring` and so on; never content.
    pub resource: String,
    /// `ok` or `refused`.
    pub result: String,
    /// The user it was done for, where that is not who did it.
    pub on_behalf: Option<String>,
    /// The client's address; none for what was done on this machine.
    pub ip: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// The request, as in its reply and in the server's log.
    pub request_id: Option<String>,
    /// How many acts like this one the row stands for, where it sums up.
    pub repeats: Option<i64>,
    /// Which fields `mac` covers: 1 those up to `result`, 2 all.
    pub format: i64,
    /// Hex HMAC-SHA256 over the previous link's mac and this row.
    pub mac: String,
}

/// A signature over the chain as it stood after an event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Checkpoint {
    /// The event's position.
    pub seq: i64,
    /// Account timestamp of the signature.
    pub at: String,
    /// The event's mac, hex.
    pub mac: String,
    /// Ed25519 by the server's identity, hex.
    pub signature: String,
}

/// What checking the whole chain found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Verdict {
    /// Whether every link and every checkpoint holds.
    pub intact: bool,
    /// Links checked.
    pub events: i64,
    /// The first position that does not hold.
    pub broken_at: Option<i64>,
    /// Checkpoints checked.
    pub checkpoints: i64,
    /// The first position whose checkpoint is missing, is not the server's, or is not of this chain.
    pub contradicted_at: Option<i64>,
}

impl Verdict {
    /// Returns how many links hold.
    ///
    /// # Errors
    /// `Conflict` naming the first that does not.
    pub fn checked(&self) -> Result<i64> {
        let wrong = match (self.broken_at, self.contradicted_at) {
            (None, None) => return Ok(self.events),
            (Some(seq), _) => format!("event {seq} does not follow from the one before"),
            (None, Some(seq)) if seq > self.events => {
                format!("the trail ends at event {}, before the checkpoint of event {seq}", self.events)
            }
            (None, Some(seq)) => format!("the checkpoint of event {seq} is missing or does not hold"),
        };
        Err(Error::conflict(wrong).hint("somebody changed the database; compare it with a backup"))
    }
}
