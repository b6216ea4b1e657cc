//! Scripted embedding provider that records every request.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::support::{Run, World};

/// Dimensions of an embedding.
pub const DIMENSIONS: usize = 64;

/// Scripted answer to one request.
#[derive(Clone)]
pub enum Answer {
    /// An error with this status and these headers.
    Status(u16, &'static str),
    /// This response body.
    Body(String),
    /// The regular response, changed by the function.
    Altered(fn(&mut Value)),
    /// No answer until the client closes the connection.
    Silence,
    /// Less than the announced content length.
    Truncated,
    /// Ten megabytes.
    Oversized,
}

/// A request as the provider received it.
#[derive(Debug, Clone)]
pub struct ReceivedRequest {
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct ProviderState {
    connections: usize,
    received: Vec<ReceivedRequest>,
    script: VecDeque<Answer>,
}

/// Embedding provider on a local port.
pub struct Provider {
    pub url: String,
    pub port: u16,
    state: Arc<Mutex<ProviderState>>,
    certificate: Option<PathBuf>,
}

impl Provider {
    /// Listens on localhost without TLS.
    pub fn new() -> Self {
        Self::listening(None)
    }

    /// Listens with a self-signed certificate that is valid for `days`; a negative number means that it has expired.
    pub fn secure(world: &World, days: &str) -> Self {
        let file = |name: &str| world.path(&format!("inbox/provider.{name}"));
        let (key, request, extensions, certificate) = (file("key"), file("csr"), file("ext"), file("pem"));
        std::fs::write(&extensions, "subjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n").unwrap();
        let run = |args: &[&std::ffi::OsStr]| {
            let status = Command::new("openssl").args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
            assert!(status.unwrap().success(), "openssl {args:?}");
        };
        let curve = "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=provider -keyout";
        let words = |text: &'static str| text.split(' ').map(std::ffi::OsStr::new).collect::<Vec<_>>();
        run(&[words(curve), vec![key.as_os_str(), "-out".as_ref(), request.as_os_str()]].concat());
        let mut sign = words("x509 -req -in");
        sign.extend([request.as_os_str(), "-signkey".as_ref(), key.as_os_str(), "-days".as_ref(), days.as_ref()]);
        sign.extend(["-extfile".as_ref(), extensions.as_os_str(), "-out".as_ref(), certificate.as_os_str()]);
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
        let state = Arc::new(Mutex::new(ProviderState::default()));
        let connection_state = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, state, tls) = (stream.unwrap(), connection_state.clone(), tls.clone());
                state.lock().unwrap().connections += 1;
                std::thread::spawn(move || match tls {
                    None => serve_connection(stream, &state),
                    Some(tls) => {
                        serve_connection(StreamOwned::new(ServerConnection::new(tls).unwrap(), stream), &state);
                    }
                });
            }
        });
        Self { url: format!("http://127.0.0.1:{port}/v1"), port, state, certificate: None }
    }

    /// Sets the answers to the next requests; later requests get regular embeddings.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().script.extend(answers);
    }

    /// Returns all requests received so far.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        self.state.lock().unwrap().received.clone()
    }

    /// Number of connections so far, including those without a request.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// Returns all headers and bodies received, as text.
    pub fn received_text(&self) -> String {
        let to_text = |received: &ReceivedRequest| format!("{received:?} {}", String::from_utf8_lossy(&received.body));
        self.received().iter().map(to_text).collect::<Vec<_>>().join("\n")
    }

    /// Returns the settings that select this provider.
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

    /// Runs a command with these settings and `more`.
    pub fn run(&self, world: &World, args: &[&str], more: &[(&str, &str)]) -> Run {
        let settings = self.settings();
        let own = settings.iter().map(|(name, value)| (*name, value.as_str()));
        world.run_with(args, &own.chain(more.iter().copied()).collect::<Vec<_>>(), None)
    }

    /// Runs a command with `--json` that has to succeed, and returns its document.
    #[track_caller]
    pub fn json(&self, world: &World, args: &[&str]) -> Value {
        self.run(world, &[args, &["--json"]].concat(), &[]).ok().document()
    }
}

fn serve_connection(stream: impl Read + Write, state: &Mutex<ProviderState>) {
    let mut stream = BufReader::new(stream);
    while let Some(received) = request(&mut stream) {
        let answer = {
            let mut state = state.lock().unwrap();
            state.received.push(received.clone());
            state.script.pop_front()
        };
        let wire = stream.get_mut();
        let sent = match answer {
            None => reply(wire, 200, "", vectors(&received.body).to_string().as_bytes()),
            Some(Answer::Body(text)) => reply(wire, 200, "", text.as_bytes()),
            Some(Answer::Altered(change)) => {
                let mut document = vectors(&received.body);
                change(&mut document);
                reply(wire, 200, "", document.to_string().as_bytes())
            }
            Some(Answer::Status(status, headers)) => {
                reply(wire, status, headers, br#"{"error":{"message":"no","type":"test","code":null}}"#)
            }
            Some(Answer::Oversized) => reply(wire, 200, "", &vec![b' '; 10_000_000]),
            Some(Answer::Truncated) => {
                let _ = wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"data\":");
                return;
            }
            Some(Answer::Silence) => {
                // Returns when the client closes the connection.
                let _ = wire.read(&mut [0]);
                return;
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

fn request(stream: &mut impl BufRead) -> Option<ReceivedRequest> {
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
    Some(ReceivedRequest { line: line.trim().to_owned(), headers, body })
}

fn reply(stream: &mut impl Write, status: u16, headers: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} Status\r\ncontent-type: application/json\r\n{headers}")?;
    write!(stream, "content-length: {}\r\n\r\n", body.len())?;
    stream.write_all(body)?;
    stream.flush()
}

/// Returns embeddings that are similar for texts with common words, in reverse order, which the API permits.
fn vectors(body: &[u8]) -> Value {
    let request: Value = serde_json::from_slice(body).unwrap();
    let texts = request["input"].as_array().unwrap();
    assert_eq!(request["dimensions"], DIMENSIONS);
    assert_eq!(request["encoding_format"], "float");
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
    json!({ "object": "list", "data": data, "model": request["model"], "usage": { "prompt_tokens": tokens, "total_tokens": tokens } })
}
