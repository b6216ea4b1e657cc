//! TLS of the server: version 1.3 only, with certificate reload.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use parking_lot::{Mutex, RwLock};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use crate::config::server::TlsFilePaths;
use crate::error::{Error, Result};

/// Certificate in use, reloadable from its files.
pub(crate) struct ReloadableCertificate {
    files: TlsFilePaths,
    current: Arc<CurrentCertificate>,
    read_at: Mutex<Option<(SystemTime, SystemTime)>>,
}

#[derive(Debug)]
struct CurrentCertificate(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for CurrentCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().clone())
    }
}

impl ReloadableCertificate {
    /// Loads certificate and key.
    ///
    /// # Errors
    /// As [`load`].
    pub(crate) fn new(files: &TlsFilePaths) -> Result<Self> {
        let read_at = Mutex::new(modification_times(files));
        let current = Arc::new(CurrentCertificate(RwLock::new(Arc::new(load(files)?))));
        Ok(Self { files: files.clone(), current, read_at })
    }

    /// Returns a configuration that always serves the certificate loaded last.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("the provider has the suites of TLS 1.3")
            .with_no_client_auth()
            .with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    /// Returns whether a file has been modified since it was loaded.
    pub(crate) fn has_changed(&self) -> bool {
        let now = modification_times(&self.files);
        now.is_some() && now != *self.read_at.lock()
    }

    /// Reloads the files; on an error the current certificate stays in use.
    ///
    /// # Errors
    /// As [`load`].
    pub(crate) fn reload(&self) -> Result<()> {
        *self.read_at.lock() = modification_times(&self.files);
        let renewed = Arc::new(load(&self.files)?);
        *self.current.0.write() = renewed;
        Ok(())
    }
}

/// Loads a certificate chain and its key, and checks that they match.
///
/// # Errors
/// `Invalid` naming the unusable file; `Conflict` for a key that other users can read.
pub(crate) fn load(files: &TlsFilePaths) -> Result<CertifiedKey> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| tls_file_error(&files.cert, "a certificate chain", error))?;
    let key = read_key(&files.key)?;
    if chain.is_empty() {
        return Err(tls_file_error(&files.cert, "a certificate chain", "it contains no certificate"));
    }
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|error| {
        Error::invalid("the certificate and the key do not match")
            .hint("check --tls-cert and --tls-key")
            .caused_by(error)
    })
}

/// Reads the key and checks the mode of the opened file: anyone who can read it can impersonate this server. Symlinks
/// are followed, since certificate renewal tools use them.
fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>> {
    let failed = |error: std::io::Error| tls_file_error(path, "a private key", error);
    let mut file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        let display = path.display();
        return Err(Error::conflict(format!("{display} is open to others (mode {:03o})", mode & 0o777))
            .hint(format!("`chmod 600 {display}`")));
    }
    let mut text = Zeroizing::new(Vec::new());
    file.read_to_end(&mut text).map_err(failed)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| tls_file_error(path, "a private key", error))
}

fn tls_file_error(path: &Path, expected: &str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::invalid(format!("{} cannot be read as {expected}", path.display()))
        .hint("use PEM files that this account can read")
        .caused_by(cause)
}

fn modification_times(files: &TlsFilePaths) -> Option<(SystemTime, SystemTime)> {
    let modified = |path: &Path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok();
    modified(&files.cert).zip(modified(&files.key))
}
