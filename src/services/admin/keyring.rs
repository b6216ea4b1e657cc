//! Keyring: status, rotation of the secret, recovery kit, re-keying of the databases.

mod recovery_kit;
mod rekey;
mod rotation;

pub use recovery_kit::{RecoveryKit, RecoveryKitKeys, check_kit, create_recovery_kit, recover};
pub use rekey::{RekeyResult, rekey};
pub use rotation::{KeyringStatus, LatestRecoveryKit, rotate, status};
