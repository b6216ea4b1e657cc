//! Sends mail by SMTP submission, never in cleartext.

use std::error::Error as _;
use std::time::Duration;

use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use rustls::pki_types::CertificateDer;

use crate::config::server::SmtpConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::net::ca_file::read_certificates;
use crate::secret::Secret;

/// Port of implicit TLS (RFC 8314 §3.3); on any other port STARTTLS is required.
const TLS_PORT: u16 = 465;
/// Timeout of one SMTP command.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(15);
/// Total timeout of one message.
const MESSAGE_TIMEOUT: Duration = Duration::from_mins(1);

/// Rendered e-mail message.
#[derive(Clone)]
pub(crate) struct EmailMessage {
    pub(crate) subject: &'static str,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// SMTP client of one mail account.
pub(crate) struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// Creates a client without connecting.
    ///
    /// # Errors
    /// `Invalid` for an invalid sender address or unreadable certificates.
    pub(crate) fn new(settings: &SmtpConfig, password: &Secret<String>) -> Result<Self> {
        let from = settings.from.parse().map_err(|error| {
            Error::invalid("the sender of mail is not an e-mail address").hint("check SMTP_FROM_EMAIL").caused_by(error)
        })?;
        let mut parameters = TlsParameters::builder(settings.host.clone());
        if let Some(path) = &settings.ca_file {
            let parse = |der: &CertificateDer<'_>| Certificate::from_der(der.to_vec());
            for certificate in read_certificates(path, ErrorKind::Invalid, "JOURNAL_SMTP_CA", parse)? {
                parameters = parameters.add_root_certificate(certificate);
            }
        }
        let parameters = parameters.build().map_err(|error| {
            Error::invalid("TLS to the mail server cannot be set up")
                .hint("check SMTP_HOST and JOURNAL_SMTP_CA")
                .caused_by(error)
        })?;
        let tls = if settings.port == TLS_PORT { Tls::Wrapper(parameters) } else { Tls::Required(parameters) };
        let credentials = Credentials::new(settings.username.clone(), password.expose().clone());
        let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
            .port(settings.port)
            .tls(tls)
            .credentials(credentials)
            .timeout(Some(COMMAND_TIMEOUT))
            .build();
        Ok(Self { transport, from })
    }

    /// Sends one message.
    ///
    /// # Errors
    /// `Invalid` for an invalid address; `Upstream` for a permanent failure, `Limited` where a retry may help. Causes
    /// may contain addresses, so they are dropped.
    pub(crate) async fn send(&self, to: &str, message: EmailMessage) -> Result<()> {
        let to = to.parse().map_err(|_| Error::invalid("the recipient is not a valid e-mail address"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(message.subject)
            .multipart(MultiPart::alternative_plain_html(message.text, message.html))
            .map_err(|error| Error::internal("building a message", error.to_string()))?;
        match tokio::time::timeout(MESSAGE_TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => {
                let status = error.status().map_or_else(|| "no code".to_owned(), |code| code.to_string());
                Err(Error::new(ErrorKind::Upstream, format!("the mail server rejected a message ({status})"))
                    .hint("check SMTP_USERNAME, SMTP_PASSWORD and SMTP_FROM_EMAIL"))
            }
            Ok(Err(error)) if error.is_client() || is_tls_error(&error) => {
                Err(Error::new(ErrorKind::Upstream, "no TLS connection to the mail server, so nothing was sent")
                    .hint("check SMTP_HOST, SMTP_PORT and JOURNAL_SMTP_CA"))
            }
            Ok(Err(error)) => {
                let status = error.status().map_or_else(|| "no response".to_owned(), |code| code.to_string());
                let message = format!("the mail server did not accept a message for now ({status})");
                Err(Error::new(ErrorKind::Limited, message))
            }
            Err(_) => Err(Error::new(ErrorKind::Limited, "the mail server did not answer in time")),
        }
    }
}

/// Returns true if TLS failed, which only a change of settings can fix.
fn is_tls_error(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause = error.source();
    let mut about_tls = error.is_tls();
    while let Some(inner) = cause {
        let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        about_tls |= wrapped.and_then(|wrapped| wrapped.downcast_ref::<rustls::Error>()).is_some();
        cause = inner.source();
    }
    about_tls
}
