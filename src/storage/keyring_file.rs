//! Reads and writes `keyring.json` and `secret.key`.

use std::path::Path;

use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::storage::data_dir::DataDir;
use crate::storage::files;

/// Reads the keyring.
///
/// # Errors
/// `NotFound` if this is no data directory; `Conflict` if it contains data but no keyring.
pub(crate) fn read(data: &DataDir) -> Result<Keyring> {
    match files::read_private(&data.keyring()) {
        Ok(text) => Keyring::parse(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let shown = data.root().display();
            if data.has_data() {
                Err(Error::conflict(format!("{shown} contains data but its keyring.json is missing"))
                    .hint("restore keyring.json from a backup; without it the data cannot be opened"))
            } else {
                Err(Error::new(ErrorKind::NotFound, format!("there is no journal in {shown}"))
                    .hint("`journal init` creates one"))
            }
        }
        Err(error) => Err(error),
    }
}

/// Replaces the keyring by atomic rename.
pub(crate) fn write(data: &DataDir, keyring: &Keyring) -> Result<()> {
    files::write_atomic(&data.keyring(), keyring.to_text().as_bytes())
}

/// Reads a private file of one line, without the line break.
pub(crate) fn read_single_line(path: &Path) -> Result<Secret<String>> {
    let text = files::read_private(path)?;
    Ok(Secret::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Reads a secret file and checks the strength of the secret.
pub(crate) fn read_secret(path: &Path) -> Result<Secret<String>> {
    let secret = read_single_line(path)?;
    secret_key::check_entropy(&secret)?;
    Ok(secret)
}

/// Replaces a secret file by atomic rename.
pub(crate) fn write_secret(path: &Path, secret: &Secret<String>) -> Result<()> {
    let line = zeroize::Zeroizing::new(format!("{}\n", secret.expose()));
    files::write_atomic(path, line.as_bytes())
}
