//! Scripted SMTP server that stores the e-mails it receives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::World;
use crate::support::server::{Server, UNLIMITED, wait_for};

/// Behaviour of the SMTP server.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum MailServerMode {
    /// Accepts mail over TLS.
    StartTls,
    /// Offers no TLS.
    NoTls,
    /// Refuses the first e-mail temporarily (451).
    Busy,
    /// Accepts connections and never answers.
    Silent,
}

/// An e-mail as received, with quoted-printable decoded.
#[derive(Debug, Clone)]
pub struct MailMessage {
    pub to: String,
    pub text: String,
}

impl MailMessage {
    /// Returns the token of the link in it.
    #[track_caller]
    pub fn token(&self) -> String {
        let rest = self.text.split("?token=").nth(1).unwrap_or_else(|| panic!("no link: {self:#?}"));
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }
}

/// A running SMTP server.
pub struct Mailbox {
    port: u16,
    certificate: String,
    messages: Arc<Mutex<Vec<MailMessage>>>,
    /// Commands received before TLS.
    cleartext: Arc<Mutex<Vec<String>>>,
}

impl Mailbox {
    pub fn new(world: &World, mode: MailServerMode) -> Self {
        let (certificate, key) = (world.path("inbox/mail.pem"), world.path("inbox/mail.key"));
        let status = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .args([&key, std::path::Path::new("-out"), &certificate])
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success());
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(&certificate).unwrap()],
                PrivateKeyDer::from_pem_file(&key).unwrap(),
            );
        let config = Arc::new(config.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (messages, cleartext) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (received, commands) = (messages.clone(), cleartext.clone());
        std::thread::spawn(move || {
            let mut is_busy = mode == MailServerMode::Busy;
            let mut open_streams = Vec::new();
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                if mode == MailServerMode::Silent {
                    commands.lock().unwrap().push("connected".to_owned());
                    open_streams.push(stream);
                    continue;
                }
                if let Some(mut tls_stream) = greet(stream, &config, mode != MailServerMode::NoTls, &commands) {
                    receive_mail(&mut tls_stream, &mut is_busy, &received);
                }
            }
        });
        Self { port, certificate: certificate.display().to_string(), messages, cleartext }
    }

    /// Starts a journal server that sends mail through this one; `more` are further variables.
    pub fn serve(&self, world: &World, more: &[(&str, &str)]) -> Server {
        self.serve_trusting(world, &self.certificate, more)
    }

    pub fn serve_trusting(&self, world: &World, certificate: &str, more: &[(&str, &str)]) -> Server {
        let port = self.port.to_string();
        let own = [
            ("SMTP_HOST", "localhost"),
            ("SMTP_PORT", &port),
            ("SMTP_USERNAME", "postbox"),
            ("SMTP_PASSWORD", "stamp-money"),
            ("SMTP_FROM_EMAIL", "journal@home.example"),
            ("JOURNAL_SMTP_CA", certificate),
            ("APP_BASE_URL", "https://journal.example/"),
            ("JOURNAL_LOG", "debug"),
        ];
        world.serve_with(&[], &[&UNLIMITED, own.as_slice(), more].concat())
    }

    pub fn messages(&self) -> Vec<MailMessage> {
        self.messages.lock().unwrap().clone()
    }

    /// Returns the commands received before TLS.
    pub fn cleartext_commands(&self) -> Vec<String> {
        self.cleartext.lock().unwrap().clone()
    }

    /// Waits for the e-mail with this index.
    #[track_caller]
    pub fn message(&self, number: usize) -> MailMessage {
        wait_for("an e-mail", || self.messages().get(number).cloned())
    }
}

type TlsStream = StreamOwned<ServerConnection, TcpStream>;

/// Speaks SMTP in cleartext until TLS begins; `None` if it never does.
fn greet(
    stream: TcpStream,
    tls: &Arc<ServerConfig>,
    offers_tls: bool,
    commands: &Mutex<Vec<String>>,
) -> Option<TlsStream> {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    stream.write_all(b"220 localhost ready\r\n").ok()?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        commands.lock().unwrap().push(line.trim().to_owned());
        let answer = match line.trim().split(' ').next().unwrap() {
            "EHLO" if offers_tls => "250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN LOGIN\r\n",
            "STARTTLS" if offers_tls => {
                stream.write_all(b"220 go ahead\r\n").ok()?;
                return Some(StreamOwned::new(ServerConnection::new(tls.clone()).unwrap(), stream));
            }
            "QUIT" => return None,
            _ => "250 fine\r\n",
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

fn read_line(stream: &mut TlsStream) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stream.read_exact(&mut byte).is_ok() {
        line.push(byte[0]);
        if byte[0] == b'\n' {
            return String::from_utf8(line).ok();
        }
    }
    None
}

fn receive_mail(stream: &mut TlsStream, is_busy: &mut bool, messages: &Mutex<Vec<MailMessage>>) {
    let mut to = String::new();
    while let Some(command) = read_line(stream) {
        let answer = match command.trim().split([' ', ':']).next().unwrap() {
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN LOGIN\r\n",
            "AUTH" => "235 welcome\r\n",
            "MAIL" if std::mem::take(is_busy) => "451 4.3.2 come again\r\n",
            "RCPT" => {
                command.split(['<', '>']).nth(1).unwrap().clone_into(&mut to);
                "250 fine\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").unwrap();
                let mut text = String::new();
                while let Some(command) = read_line(stream).filter(|command| command != ".\r\n") {
                    text.push_str(&command);
                }
                // Quoted-printable wraps long lines and encodes "=" as "=3D".
                let text = text.replace("=\r\n", "").replace("=3D", "=");
                messages.lock().unwrap().push(MailMessage { to: to.clone(), text });
                "250 taken\r\n"
            }
            "QUIT" => return,
            _ => "250 fine\r\n",
        };
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
