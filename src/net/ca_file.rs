//! Files of additional trusted CA certificates.

use std::error::Error as StdError;
use std::path::Path;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::{Error, ErrorKind, Result};

/// Reads the certificates of a PEM file and converts them with `parse`; `setting` names the file's setting.
///
/// # Errors
/// Of the given kind for a file that is unreadable or without a valid certificate.
pub(super) fn read_certificates<T, E: StdError + Send + Sync + 'static>(
    path: &Path,
    kind: ErrorKind,
    setting: &str,
    parse: impl Fn(&CertificateDer<'_>) -> std::result::Result<T, E>,
) -> Result<Vec<T>> {
    let unreadable = |cause: Box<dyn StdError + Send + Sync>| {
        Error::new(kind, format!("{} is not a readable certificate file", path.display()))
            .hint(format!("set {setting} to a file of PEM certificates"))
            .caused_by(cause)
    };
    let certificates: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unreadable(error.into()))?;
    if certificates.is_empty() {
        return Err(unreadable("it contains no certificate".into()));
    }
    certificates.iter().map(|der| parse(der).map_err(|error| unreadable(error.into()))).collect()
}
