//! The server's own TLS: 1.3 only, the certificate read again when it changes.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::time::SystemTime;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::server::ClientHello;
use rustls::server::ResolvesServerCert;
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

use crate::config::server::TlsFiles;
use crate::error::Error;
use crate::error::Result;

/// A certificate in use.
pub(crate) struct Certificate {
    files: TlsFiles,
    current: Arc<Current>,
    read_at: Mutex<Option<(SystemTime, SystemTime)>>,
}

#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Certificate {
    /// Reads certificate and key.
    ///
    /// # Errors
    /// As [`load`].
    pub(crate) fn new(files: &TlsFiles) -> Result<Self> {
        let read_at = Mutex::new(times(files));
        let current = Arc::new(Current(RwLock::new(Arc::new(load(files)?))));
        Ok(Self { files: files.clone(), current, read_at })
    }

    /// Returns the configuration that always offers the certificate read last.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .expect("the provider has the suites of TLS 1.3")
            .with_no_client_auth()
            .with_cert_resolver(self.current.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    /// Tells whether one of the files is another one than was read.
    pub(crate) fn has_changed(&self) -> bool {
        let now = times(&self.files);
        now.is_some() && now != *self.read_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the files again; the certificate in use stays if they are not good.
    ///
    /// # Errors
    /// As [`load`].
    pub(crate) fn reload(&self) -> Result<()> {
        *self.read_at.lock().unwrap_or_else(PoisonError::into_inner) = times(&self.files);
        let renewed = Arc::new(load(&self.files)?);
        *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        Ok(())
    }
}

/// Reads a certificate chain and its key, and checks that they belong together.
///
/// # Errors
/// `Invalid` naming the file that is not good; `Conflict` for a key that others may read.
pub(crate) fn load(files: &TlsFiles) -> Result<CertifiedKey> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(&files.cert)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(&files.cert, "a certificate chain", error))?;
    let key = read_key(&files.key)?;
    if chain.is_empty() {
        return Err(unreadable(&files.cert, "a certificate chain", "it holds none"));
    }
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).map_err(|error| {
        Error::invalid("the certificate and the key do not belong together")
            .hint("check --tls-cert and --tls-key")
            .caused_by(error)
    })
}

/// Reads the key, checking the file that was opened: whoever may read it can speak for this server. A link is followed,
/// since tools that renew certificates place them so.
fn read_key(path: &Path) -> Result<PrivateKeyDer<'static>> {
    let failed = |error: std::io::Error| unreadable(path, "a private key", error);
    let mut file = File::open(path).map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        let shown = path.display();
        return Err(Error::conflict(format!("{shown} is open to others (mode {:03o})", mode & 0o777))
            .hint(format!("`chmod 600 {shown}`")));
    }
    let mut text = Zeroizing::new(Vec::new());
    file.read_to_end(&mut text).map_err(failed)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|error| unreadable(path, "a private key", error))
}

fn unreadable(path: &Path, wanted: &str, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::invalid(format!("{} cannot be read as {wanted}", path.display()))
        .hint("give files in PEM that this account may read")
        .caused_by(cause)
}

fn times(files: &TlsFiles) -> Option<(SystemTime, SystemTime)> {
    let modified = |path: &Path| std::fs::metadata(path).and_then(|facts| facts.modified()).ok();
    modified(&files.cert).zip(modified(&files.key))
}
