//! Runs the server of a [`World`], and HTTP clients with a session, an API key or no credentials.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::World;

/// Upper bound for every wait in the tests.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Settings that disable all rate limits.
pub const UNLIMITED: [(&str, &str); 5] = [
    ("JOURNAL_RATE_ANONYMOUS", "0"),
    ("JOURNAL_RATE_MEMBER", "0"),
    ("JOURNAL_RATE_KEY", "0"),
    ("JOURNAL_RATE_EXPENSIVE", "0"),
    ("AUTH_RATE_LIMIT_ENABLED", "false"),
];

/// A running server process, killed on drop.
pub struct Server {
    child: Child,
    pub base: String,
    log: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl World {
    /// Starts a server on a free port without rate limits.
    pub fn serve(&self) -> Server {
        self.serve_with(&[], &UNLIMITED)
    }

    /// Starts a server on a free port with additional flags and variables, and waits until it listens.
    pub fn serve_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Server {
        self.serve_at(&[&["--port", "0"], args].concat(), variables)
    }

    /// Starts a server on the address given by the flags, and waits until it listens.
    pub fn serve_at(&self, args: &[&str], variables: &[(&str, &str)]) -> Server {
        let mut command = self.command();
        command.arg("serve").args(args).envs(variables.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let log = Arc::new(Mutex::new(String::new()));
        let mut line = String::new();
        let base = loop {
            line.clear();
            assert_ne!(lines.read_line(&mut line).unwrap(), 0, "the server exited: {}", log.lock().unwrap());
            log.lock().unwrap().push_str(&line);
            if let Some(base) = line.trim_end().strip_prefix("Serving on ") {
                break base.to_owned();
            }
        };
        let shared_log = log.clone();
        let reader = std::thread::spawn(move || {
            let mut line = String::new();
            while matches!(lines.read_line(&mut line), Ok(1..)) {
                shared_log.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Server { child, base, log, reader: Some(reader) }
    }
}

impl Server {
    /// Returns the number of password hashes computed so far, from the metrics; `key` needs the scope `admin:metrics`.
    pub fn password_hashes(&self, key: &str) -> u64 {
        let metrics = self.key(key).get("/metrics").ok().text;
        let count = metrics.lines().find_map(|line| line.strip_prefix("journal_password_hash_wait_seconds_count "));
        count.unwrap().parse().unwrap()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Returns the standard error output so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Sends a signal, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Sends SIGTERM and returns the exit code and the log.
    pub fn stop(self) -> (i32, String) {
        self.signal("TERM");
        self.wait_for_exit()
    }

    /// Waits until the process exits and returns the exit code and the log.
    pub fn wait_for_exit(mut self) -> (i32, String) {
        let status = self.child.wait().unwrap();
        self.reader.take().unwrap().join().unwrap();
        (status.code().unwrap_or(-1), self.log())
    }

    /// Sends SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Returns a client without credentials.
    pub fn anonymous(&self) -> Client {
        Client::new(&self.base)
    }

    /// Returns a client that sends an API key.
    pub fn key(&self, key: &str) -> Client {
        self.anonymous().with("authorization", &format!("Bearer {key}"))
    }

    /// Logs in and returns a client with the session cookies.
    #[track_caller]
    pub fn login(&self, email: &str, password: &str) -> Client {
        let reply =
            self.anonymous().post("/api/auth/login", &serde_json::json!({ "email": email, "password": password }));
        self.anonymous().with("cookie", &reply.ok().cookies())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// HTTP client that sends the same headers with every request.
#[derive(Clone)]
pub struct Client {
    base: String,
    headers: Vec<(String, String)>,
}

/// HTTP response of the server.
#[derive(Debug)]
pub struct Reply {
    /// Method and path of the request.
    pub request: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), headers: Vec::new() }
    }

    /// Returns a copy of the client with one more header.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, "", Vec::new())
    }

    /// Requests a binary body, which must succeed.
    #[track_caller]
    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
            let request = client.get(format!("{}{path}", self.base));
            let request = self.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), 200, "GET {path}");
            reply.bytes().await.unwrap().to_vec()
        })
    }

    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, "", Vec::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, "application/json", body.to_string().into_bytes())
    }

    pub fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send("PATCH", path, "application/json", body.to_string().into_bytes())
    }

    /// Uploads a Markdown file as a multipart form with additional text fields.
    pub fn upload(&self, path: &str, field: &str, name: &str, bytes: &[u8], more: &[(&str, &str)]) -> Reply {
        let mut body = Vec::new();
        for (field, value) in more {
            body.extend(
                format!("--limit\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: text/markdown\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(bytes);
        body.extend(b"\r\n--limit--\r\n");
        self.send("POST", path, "multipart/form-data; boundary=limit", body)
    }

    /// Sends a request; an empty `content_type` sets no header.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Reply {
        self.attempt(method, path, content_type, body).unwrap_or_else(|error| panic!("{method} {path}: {error:?}"))
    }

    /// Downloads a file; the result is an error if the body ended early.
    pub fn download(&self, path: &str) -> (HeaderMap, reqwest::Result<Vec<u8>>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().unwrap();
            let mut request = client.get(format!("{}{path}", self.base));
            for (name, value) in &self.headers {
                request = request.header(name, value);
            }
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status().as_u16(), 200, "{path}");
            (reply.headers().clone(), reply.bytes().await.map(|bytes| bytes.to_vec()))
        })
    }

    /// Sends a request to a server that may exit before it answers.
    pub fn attempt(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> reqwest::Result<Reply> {
        let method: Method = method.parse().unwrap();
        let line = format!("{method} {path}");
        let url = format!("{}{path}", self.base);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
            let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
            let mut request = client.request(method, url);
            for (name, value) in &self.headers {
                request = request.header(name, value);
            }
            if !content_type.is_empty() {
                request = request.header("content-type", content_type);
            }
            let reply = request.body(body).send().await?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            Ok(Reply { request: line, status, headers, text: reply.text().await? })
        })
    }
}

impl Reply {
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{self:#?}");
        self
    }

    /// Asserts an error response in the standard envelope with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(self.status, status, "{self:#?}");
        let body = self.json();
        assert_eq!(body["error"], code, "{self:#?}");
        assert!(body["message"].as_str().is_some_and(|message| !message.is_empty()), "{self:#?}");
        assert_eq!(body["request_id"].as_str(), self.header("x-request-id"), "{self:#?}");
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("not JSON ({error}): {self:#?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns the cookies of `Set-Cookie` as the value of a `Cookie` header.
    pub fn cookies(&self) -> String {
        let set = self.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
        set.map(|line| line.split(';').next().unwrap().to_owned()).collect::<Vec<_>>().join("; ")
    }
}

/// Polls until `probe` returns a value; panics after [`TIMEOUT`].
#[track_caller]
pub fn wait_for<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = probe() {
            return found;
        }
        assert!(start.elapsed() < TIMEOUT, "timed out waiting for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
