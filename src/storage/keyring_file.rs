//! `keyring.json` and `secret.key` on disk.

use std::path::Path;

use crate::crypto::keyring::Keyring;
use crate::crypto::secret_key;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::secret::Secret;
use crate::storage::data_dir::DataDir;
use crate::storage::files;

/// Reads the keyring.
///
/// # Errors
/// `NotFound` when this is no data directory; `Conflict` when there is data but no keyring.
pub(crate) fn read(data: &DataDir) -> Result<Keyring> {
    match files::read_private(&data.keyring()) {
        Ok(text) => Keyring::parse(&text),
        Err(error) if error.kind() == Kind::NotFound => {
            let shown = data.root().display();
            if data.holds_data() {
                Err(Error::conflict(format!("{shown} holds data but its keyring.json is missing"))
                    .hint("put keyring.json back from a backup; without it nothing here can be opened"))
            } else {
                Err(Error::new(Kind::NotFound, format!("there is no journal in {shown}"))
                    .hint("`journal init` makes one"))
            }
        }
        Err(error) => Err(error),
    }
}

/// Replaces the keyring in one durable step.
pub(crate) fn write(data: &DataDir, keyring: &Keyring) -> Result<()> {
    files::replace(&data.keyring(), keyring.to_text().as_bytes())
}

/// Reads a private file of one line.
pub(crate) fn read_line(path: &Path) -> Result<Secret<String>> {
    let text = files::read_private(path)?;
    Ok(Secret::new(text.trim_end_matches(['\n', '\r']).to_owned()))
}

/// Reads a secret file and checks that it holds enough.
pub(crate) fn read_secret(path: &Path) -> Result<Secret<String>> {
    let secret = read_line(path)?;
    secret_key::check(&secret)?;
    Ok(secret)
}

/// Replaces a secret file in one durable step.
pub(crate) fn write_secret(path: &Path, secret: &Secret<String>) -> Result<()> {
    let line = zeroize::Zeroizing::new(format!("{}\n", secret.expose()));
    files::replace(path, line.as_bytes())
}
