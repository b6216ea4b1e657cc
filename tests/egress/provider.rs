//! A provider of vectors that keeps what it hears and answers as it is told.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
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
use serde_json::Value;
use serde_json::json;

use crate::support::Run;
use crate::support::World;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 64;

/// How one request is answered.
#[derive(Clone)]
pub enum Answer {
    /// With this status and these headers.
    Status(u16, &'static str),
    /// With this document.
    Says(String),
    /// With the vectors, changed.
    Wrong(fn(&mut Value)),
    /// Not at all: it waits until the client goes away.
    Silence,
    /// With less than it promised.
    CutOff,
    /// With ten megabytes.
    Endless,
}

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Heard {
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    heard: Vec<Heard>,
    script: VecDeque<Answer>,
}

/// The provider.
pub struct Provider {
    pub url: String,
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    certificate: Option<PathBuf>,
}

impl Provider {
    /// Listens without TLS, on this machine.
    pub fn new() -> Self {
        Self::listening(None)
    }

    /// Listens with a certificate of its own that is good for `days`, which may be over.
    pub fn secure(world: &World, days: &str) -> Self {
        let file = |name: &str| world.path(&format!("inbox/provider.{name}"));
        let (key, asked, more, certificate) = (file("key"), file("csr"), file("ext"), file("pem"));
        std::fs::write(&more, "subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n").unwrap();
        let run = |args: &[&std::ffi::OsStr]| {
            let made = Command::new("openssl").args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
            assert!(made.unwrap().success(), "openssl {args:?}");
        };
        let curve = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=provider -keyout";
        let words = |text: &'static str| text.split(' ').map(std::ffi::OsStr::new).collect::<Vec<_>>();
        run(&[words(curve), vec![key.as_os_str(), "-out".as_ref(), asked.as_os_str()]].concat());
        let mut sign = words("x509 -req -in");
        sign.extend([asked.as_os_str(), "-signkey".as_ref(), key.as_os_str(), "-days".as_ref(), days.as_ref()]);
        sign.extend(["-extfile".as_ref(), more.as_os_str(), "-out".as_ref(), certificate.as_os_str()]);
        run(&sign);
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from_pem_file(&certificate).unwrap()],
                PrivateKeyDer::from_pem_file(&key).unwrap(),
            );
        let secure = Self::listening(Some(Arc::new(config.unwrap())));
        let url = secure.url.replace("http://127.0.0.1", "https://localhost");
        Self { url, certificate: Some(certificate), ..secure }
    }

    fn listening(tls: Option<Arc<ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let kept = seen.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, seen, tls) = (stream.unwrap(), kept.clone(), tls.clone());
                seen.lock().unwrap().connections += 1;
                std::thread::spawn(move || match tls {
                    None => converse(stream, &seen),
                    Some(tls) => converse(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream), &seen),
                });
            }
        });
        Self { url: format!("http://127.0.0.1:{port}/v1"), port, seen, certificate: None }
    }

    /// Says how the next requests are answered; those after them get their vectors.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.seen.lock().unwrap().script.extend(answers);
    }

    /// Returns every request so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.seen.lock().unwrap().heard.clone()
    }

    /// Counts the connections so far, also those that sent nothing.
    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }

    /// Returns every byte that arrived, headers and bodies, as text.
    pub fn everything(&self) -> String {
        let told = |heard: &Heard| format!("{heard:?} {}", String::from_utf8_lossy(&heard.body));
        self.heard().iter().map(told).collect::<Vec<_>>().join("\n")
    }

    /// Returns the settings under which the provider is asked.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("JOURNAL_EMBEDDING_PROVIDER", "openai".to_owned()),
            ("JOURNAL_OPENAI_URL", self.url.clone()),
            ("JOURNAL_EMBEDDING_MODEL", "text-embedding-3-small".to_owned()),
            ("JOURNAL_EMBEDDING_DIMENSIONS", DIMENSIONS.to_string()),
            ("JOURNAL_PROVIDER_TIMEOUT", "5".to_owned()),
        ];
        settings.extend(self.certificate.iter().map(|path| ("JOURNAL_PROVIDERS_CA", path.display().to_string())));
        settings
    }

    /// Runs a command under these settings and more of them.
    pub fn run(&self, world: &World, args: &[&str], more: &[(&str, &str)]) -> Run {
        let settings = self.settings();
        let own = settings.iter().map(|(name, value)| (*name, value.as_str()));
        world.run_with(args, &own.chain(more.iter().copied()).collect::<Vec<_>>(), None)
    }

    /// Runs what has to succeed with `--json`, and returns the document.
    #[track_caller]
    pub fn json(&self, world: &World, args: &[&str]) -> Value {
        self.run(world, &[args, &["--json"]].concat(), &[]).ok().document()
    }
}

fn converse(stream: impl Read + Write, seen: &Mutex<Seen>) {
    let mut stream = BufReader::new(stream);
    while let Some(heard) = request(&mut stream) {
        let answer = {
            let mut seen = seen.lock().unwrap();
            seen.heard.push(heard.clone());
            seen.script.pop_front()
        };
        let wire = stream.get_mut();
        let sent = match answer {
            None => reply(wire, 200, "", vectors(&heard.body).to_string().as_bytes()),
            Some(Answer::Says(text)) => reply(wire, 200, "", text.as_bytes()),
            Some(Answer::Wrong(change)) => {
                let mut document = vectors(&heard.body);
                change(&mut document);
                reply(wire, 200, "", document.to_string().as_bytes())
            }
            Some(Answer::Status(status, headers)) => {
                reply(wire, status, headers, br#"{"error":{"message":"no","type":"test","code":null}}"#)
            }
            Some(Answer::Endless) => reply(wire, 200, "", &vec![b' '; 10_000_000]),
            Some(Answer::CutOff) => {
                let _ = wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"data\":");
                return;
            }
            Some(Answer::Silence) => {
                // Until the client has gone.
                let _ = wire.read(&mut [0]);
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

fn request(stream: &mut impl BufRead) -> Option<Heard> {
    let mut line = String::new();
    if stream.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    stream.read_exact(&mut body).ok()?;
    Some(Heard { line: line.trim().to_owned(), headers, body })
}

fn reply(stream: &mut impl Write, status: u16, headers: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\n{headers}")?;
    write!(stream, "content-length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    stream.flush()
}

/// Texts with words in common get vectors that are alike. They come last first, as the API may send them.
fn vectors(body: &[u8]) -> Value {
    let asked: Value = serde_json::from_slice(body).unwrap();
    let texts = asked["input"].as_array().unwrap();
    assert_eq!(asked["dimensions"], DIMENSIONS);
    assert_eq!(asked["encoding_format"], "float");
    let data = texts.iter().enumerate().rev().map(|(index, text)| {
        let mut vector = vec![0.01f32; DIMENSIONS];
        let words = text.as_str().unwrap().to_lowercase();
        for word in words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            vector[word.bytes().fold(7usize, |sum, byte| sum * 31 + usize::from(byte)) % DIMENSIONS] += 1.0;
        }
        json!({ "object": "embedding", "index": index, "embedding": vector })
    });
    let data: Vec<Value> = data.collect();
    let tokens = 10 * texts.len();
    json!({ "object": "list", "data": data, "model": asked["model"], "usage": { "prompt_tokens": tokens, "total_tokens": tokens } })
}
