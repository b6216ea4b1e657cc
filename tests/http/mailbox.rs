//! A mail server that keeps what it is given.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;

use rustls::ServerConfig;
use rustls::ServerConnection;
use rustls::StreamOwned;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

use crate::support::World;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;
use crate::support::server::wait_for;

/// How the server behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes mail over TLS.
    Proper,
    /// It offers no TLS.
    Cleartext,
    /// It says "later" to the first letter.
    Busy,
    /// It takes the connection and says nothing.
    Mute,
}

/// A letter as it arrived.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub text: String,
}

impl Letter {
    /// Returns the token of the link in it.
    #[track_caller]
    pub fn token(&self) -> String {
        let rest = self.text.split("?token=").nth(1).unwrap_or_else(|| panic!("no link: {self:#?}"));
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
    }
}

/// The mail server.
pub struct Mailbox {
    port: u16,
    certificate: String,
    letters: Arc<Mutex<Vec<Letter>>>,
    /// What was said to it before TLS.
    clear: Arc<Mutex<Vec<String>>>,
}

impl Mailbox {
    pub fn new(world: &World, manner: Manner) -> Self {
        let (certificate, key) = (world.path("inbox/mail.pem"), world.path("inbox/mail.key"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .args([&key, std::path::Path::new("-out"), &certificate])
            .stderr(Stdio::null())
            .status();
        assert!(made.unwrap().success());
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
        let (letters, clear) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
        let (kept, heard) = (letters.clone(), clear.clone());
        std::thread::spawn(move || {
            let mut is_busy = manner == Manner::Busy;
            let mut held = Vec::new();
            for stream in listener.incoming() {
                let stream = stream.unwrap();
                if manner == Manner::Mute {
                    heard.lock().unwrap().push("connected".to_owned());
                    held.push(stream);
                    continue;
                }
                if let Some(mut secure) = greet(stream, &config, manner != Manner::Cleartext, &heard) {
                    converse(&mut secure, &mut is_busy, &kept);
                }
            }
        });
        Self { port, certificate: certificate.display().to_string(), letters, clear }
    }

    /// Starts a server that mails through this one; `more` are further variables.
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

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    /// Returns what was said to it before TLS.
    pub fn heard(&self) -> Vec<String> {
        self.clear.lock().unwrap().clone()
    }

    /// Waits for the letter of this number, from 0.
    #[track_caller]
    pub fn letter(&self, number: usize) -> Letter {
        wait_for("a letter", || self.letters().get(number).cloned())
    }
}

type Secure = StreamOwned<ServerConnection, TcpStream>;

/// Talks in cleartext until TLS begins; `None` if it never does.
fn greet(stream: TcpStream, tls: &Arc<ServerConfig>, offers: bool, heard: &Mutex<Vec<String>>) -> Option<Secure> {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    stream.write_all(b"220 localhost ready\r\n").ok()?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        heard.lock().unwrap().push(line.trim().to_owned());
        let answer = match line.trim().split(' ').next().unwrap() {
            "EHLO" if offers => "250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN\r\n",
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN LOGIN\r\n",
            "STARTTLS" if offers => {
                stream.write_all(b"220 go ahead\r\n").ok()?;
                return Some(StreamOwned::new(ServerConnection::new(tls.clone()).unwrap(), stream));
            }
            "QUIT" => return None,
            _ => "250 fine\r\n",
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
}

fn line(stream: &mut Secure) -> Option<String> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    while stream.read_exact(&mut byte).is_ok() {
        line.push(byte[0]);
        if byte[0] == b'\n' {
            return String::from_utf8(line).ok();
        }
    }
    None
}

fn converse(stream: &mut Secure, is_busy: &mut bool, letters: &Mutex<Vec<Letter>>) {
    let mut to = String::new();
    while let Some(said) = line(stream) {
        let answer = match said.trim().split([' ', ':']).next().unwrap() {
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN LOGIN\r\n",
            "AUTH" => "235 welcome\r\n",
            "MAIL" if std::mem::take(is_busy) => "451 4.3.2 come again\r\n",
            "RCPT" => {
                said.split(['<', '>']).nth(1).unwrap().clone_into(&mut to);
                "250 fine\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").unwrap();
                let mut text = String::new();
                while let Some(said) = line(stream).filter(|said| said != ".\r\n") {
                    text.push_str(&said);
                }
                // Quoted-printable breaks long lines and writes "=" as a number.
                let text = text.replace("=\r\n", "").replace("=3D", "=");
                letters.lock().unwrap().push(Letter { to: to.clone(), text });
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
