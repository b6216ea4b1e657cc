//! Mail by SMTP submission, never in cleartext.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use lettre::AsyncSmtpTransport;
use lettre::AsyncTransport;
use lettre::Message;
use lettre::Tokio1Executor;
use lettre::message::Mailbox;
use lettre::message::MultiPart;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::Certificate;
use lettre::transport::smtp::client::Tls;
use lettre::transport::smtp::client::TlsParameters;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::config::server::Smtp;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::secret::Secret;

/// The port on which TLS comes first (RFC 8314 §3.3); on any other, STARTTLS is demanded.
const TLS_PORT: u16 = 465;
/// Time for one step of the dialogue.
const STEP: Duration = Duration::from_secs(15);
/// Time for a whole letter.
const WHOLE: Duration = Duration::from_mins(1);

/// A letter as it is sent.
#[derive(Clone)]
pub(crate) struct Written {
    pub(crate) subject: &'static str,
    pub(crate) text: String,
    pub(crate) html: String,
}

/// Sends letters through one account of a mail server.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// Prepares for sending; speaks to nobody yet.
    ///
    /// # Errors
    /// `Invalid` for a sender that is no address, or certificates that cannot be read.
    pub(crate) fn new(settings: &Smtp, password: &Secret<String>) -> Result<Self> {
        let from = settings.from.parse().map_err(|error| {
            Error::invalid("the sender of mail is no e-mail address").hint("check SMTP_FROM_EMAIL").caused_by(error)
        })?;
        let mut parameters = TlsParameters::builder(settings.host.clone());
        if let Some(path) = &settings.ca_file {
            for certificate in certificates(path)? {
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
            .timeout(Some(STEP))
            .build();
        Ok(Self { transport, from })
    }

    /// Sends one letter.
    ///
    /// # Errors
    /// `Invalid` for an address that SMTP does not have; `Upstream` where the mail server refused for good, `Limited`
    /// where another attempt may help. The causes may quote addresses, so they are not kept.
    pub(crate) async fn send(&self, to: &str, letter: Written) -> Result<()> {
        let to = to.parse().map_err(|_| Error::invalid("mail cannot be sent to such an address"))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html))
            .map_err(|error| Error::internal("writing a letter", error.to_string()))?;
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) if error.is_permanent() => Err(refused(&error)),
            Ok(Err(error)) if error.is_client() || is_about_tls(&error) => {
                Err(Error::new(Kind::Upstream, "there is no TLS with the mail server, so nothing was sent")
                    .hint("check SMTP_HOST, SMTP_PORT and JOURNAL_SMTP_CA"))
            }
            Ok(Err(error)) => {
                let status = error.status().map_or_else(|| "no answer".to_owned(), |code| code.to_string());
                Err(Error::new(Kind::Limited, format!("the mail server could not take a letter ({status})")))
            }
            Err(_) => Err(Error::new(Kind::Limited, "the mail server took too long")),
        }
    }
}

/// Tells whether TLS is what failed: then nothing but other settings help.
fn is_about_tls(error: &lettre::transport::smtp::Error) -> bool {
    let mut cause = error.source();
    let mut about_tls = error.is_tls();
    while let Some(inner) = cause {
        let carried = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        about_tls |= carried.and_then(|carried| carried.downcast_ref::<rustls::Error>()).is_some();
        cause = inner.source();
    }
    about_tls
}

fn refused(error: &lettre::transport::smtp::Error) -> Error {
    let status = error.status().map_or_else(|| "no code".to_owned(), |code| code.to_string());
    Error::new(Kind::Upstream, format!("the mail server refused a letter ({status})"))
        .hint("check SMTP_USERNAME, SMTP_PASSWORD and SMTP_FROM_EMAIL")
}

fn certificates(path: &Path) -> Result<Vec<Certificate>> {
    let unreadable = |cause: Box<dyn std::error::Error + Send + Sync>| {
        Error::invalid(format!("{} cannot be read as certificates", path.display()))
            .hint("JOURNAL_SMTP_CA names a file of certificates in PEM")
            .caused_by(cause)
    };
    let found: Vec<_> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect).map_err(|error| unreadable(error.into()))?;
    if found.is_empty() {
        return Err(unreadable("it holds none".into()));
    }
    let read = found.into_iter().map(|der| Certificate::from_der(der.to_vec()));
    read.collect::<Result<_, _>>().map_err(|error| unreadable(error.into()))
}
