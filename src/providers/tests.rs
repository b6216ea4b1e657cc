//! Lines for tests: one over real HTTP to a server that plays the providers, and one that plays them itself.

#[path = "../../tests/support/provider/mod.rs"]
pub(super) mod server;

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::Read;
use std::sync::Mutex;

use http::HeaderMap;
use reqwest::multipart::Form;

use crate::config::Config;
use crate::config::Environment;
use crate::config::SecretSource;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::net::wire::Body;
use crate::net::wire::Boxed;
use crate::net::wire::Content;
use crate::net::wire::Line;
use crate::net::wire::Receipt;
use crate::net::wire::Reply;
use crate::net::wire::Request;
use crate::net::wire::Stream;
use crate::net::wire::Usage;
use crate::providers::endpoint::Endpoint;
use crate::providers::endpoint::Vendor;
use crate::providers::failure;
use crate::providers::tests::server::Provider;
use crate::secret::Secret;

/// Returns a configuration of these variables alone.
pub(super) fn config(variables: &[(&str, &str)]) -> Config {
    let home = [("HOME", "/nowhere"), ("XDG_CONFIG_HOME", "/nowhere/config"), ("XDG_DATA_HOME", "/nowhere/data")];
    let pairs = home.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
    Config::load(Vec::new(), None, &pairs.collect::<Environment>()).unwrap()
}

/// Returns a configuration with every provider at the server, and more.
pub(super) fn pointed(server: &Provider, more: &[(&str, &str)]) -> Config {
    let settings = server.settings();
    let settings = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    config(&settings.chain(more.iter().copied()).collect::<Vec<_>>())
}

pub(super) fn reveal(source: &SecretSource) -> Result<Secret<String>> {
    match source {
        SecretSource::Given(secret) => Ok(secret.clone()),
        SecretSource::File(_) => Err(Error::invalid("tests give keys as they are")),
    }
}

/// What was sent of a request, beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) provider: &'static str,
    pub(super) model: String,
    pub(super) url: String,
    pub(super) attempts: u32,
    /// Names of the headers that are marked as sensitive.
    pub(super) sensitive: Vec<String>,
}

/// A line that keeps one name to itself and writes down what passes.
#[derive(Default)]
pub(super) struct Tap {
    pub(super) sent: Mutex<Vec<Sent>>,
    pub(super) used: Mutex<Vec<Usage>>,
}

/// What never goes out, and what goes instead.
pub(super) const KEPT: (&str, &str) = ("Wilhelmina", "⟦name-1⟧");

impl Tap {
    fn note(&self, request: &Request) -> Receipt {
        let mut sent = self.sent.lock().unwrap();
        let sensitive = request.headers.iter().filter(|(_, value)| value.is_sensitive());
        sent.push(Sent {
            provider: request.provider,
            model: request.model.clone(),
            url: request.url.to_string(),
            attempts: request.attempts,
            sensitive: sensitive.map(|(name, _)| name.to_string()).collect(),
        });
        Receipt(i64::try_from(sent.len()).unwrap())
    }

    pub(super) fn models(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(|sent| format!("{}/{}", sent.provider, sent.model)).collect()
    }
}

/// A line over real HTTP; it sends everything once.
#[derive(Default)]
pub(super) struct Direct {
    pub(super) tap: Tap,
    http: reqwest::Client,
}

fn read(stream: &Stream) -> Vec<u8> {
    let mut bytes = Vec::new();
    (stream.open)().unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, stream.bytes, "a stream is as long as it says");
    bytes
}

fn form(parts: Vec<crate::net::wire::Part>) -> Form {
    parts.into_iter().fold(Form::new(), |form, part| {
        let mut filled = match part.content {
            Content::Text(text) => reqwest::multipart::Part::text(text),
            Content::Stream(stream) => reqwest::multipart::Part::bytes(read(&stream)),
        };
        if let Some(name) = part.file_name {
            filled = filled.file_name(name);
        }
        if let Some(media_type) = part.media_type {
            filled = filled.mime_str(&media_type).unwrap();
        }
        form.part(part.name, filled)
    })
}

impl Line for Direct {
    fn send(&self, request: Request) -> Boxed<'_, Result<Reply>> {
        let receipt = self.tap.note(&request);
        let mut sending = self.http.request(request.method, request.url).timeout(request.timeout);
        for (name, value) in request.headers {
            sending = sending.header(name, value);
        }
        sending = match request.body {
            Body::Empty => sending,
            Body::Bytes(bytes) => sending.body(bytes),
            Body::Form(parts) => sending.multipart(form(parts)),
            Body::Stream(stream) => sending.body(read(&stream)),
        };
        Box::pin(async move {
            let silent = |_| Error::new(Kind::Upstream, "nobody answers").passing();
            let reply = sending.send().await.map_err(silent)?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let body = reply.bytes().await.map_err(silent)?.to_vec();
            Ok(Reply { status, headers, body, receipt })
        })
    }

    fn used(&self, _: Receipt, usage: Usage) -> Boxed<'_, Result<()>> {
        self.tap.used.lock().unwrap().push(usage);
        Box::pin(async { Ok(()) })
    }

    fn veil(&self, text: &str) -> String {
        text.replace(KEPT.0, KEPT.1)
    }

    fn unveil(&self, text: &str) -> String {
        text.replace(KEPT.1, KEPT.0)
    }
}

/// A line without a wire: each reply is told before.
#[derive(Default)]
pub(super) struct Told {
    pub(super) tap: Tap,
    replies: Mutex<VecDeque<(u16, HeaderMap, String)>>,
}

impl Told {
    pub(super) fn of(replies: &[(u16, &str)]) -> Self {
        Self::with(replies.iter().map(|(status, body)| (*status, HeaderMap::new(), (*body).to_owned())).collect())
    }

    pub(super) fn with(replies: Vec<(u16, HeaderMap, String)>) -> Self {
        Self { replies: Mutex::new(replies.into()), ..Self::default() }
    }
}

impl Line for Told {
    fn send(&self, request: Request) -> Boxed<'_, Result<Reply>> {
        let receipt = self.tap.note(&request);
        let reply = self.replies.lock().unwrap().pop_front();
        Box::pin(async move {
            let (status, headers, body) = reply.expect("a reply for every request");
            Ok(Reply { status, headers, body: body.into_bytes(), receipt })
        })
    }

    fn used(&self, _: Receipt, usage: Usage) -> Boxed<'_, Result<()>> {
        self.tap.used.lock().unwrap().push(usage);
        Box::pin(async { Ok(()) })
    }

    fn veil(&self, text: &str) -> String {
        text.to_owned()
    }

    fn unveil(&self, text: &str) -> String {
        text.to_owned()
    }
}

fn endpoint(vendor: Vendor, variables: &[(&str, &str)]) -> Result<Endpoint> {
    let outside = config(variables).outside;
    let account = match vendor {
        Vendor::Anthropic => &outside.anthropic,
        Vendor::OpenAi => &outside.openai,
        Vendor::Gemini => &outside.gemini,
    };
    Endpoint::new(vendor, account, &outside, &reveal, ("read pages", "somebody else"))
}

#[test]
fn an_error_of_a_provider_says_what_helps() {
    let anthropic = endpoint(Vendor::Anthropic, &[("ANTHROPIC_API_KEY", "k")]).unwrap();
    let openai = endpoint(Vendor::OpenAi, &[("OPENAI_API_KEY", "k")]).unwrap();
    let gemini = endpoint(Vendor::Gemini, &[("GOOGLE_API_KEY", "k")]).unwrap();
    let bad_key = r#"{"error":{"code":400,"message":"API key not valid","status":"INVALID_ARGUMENT",
        "details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}"#;
    let wait = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"16.2s"}]}}"#;
    let poor =
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#;
    let quota = r#"{"error":{"message":"x","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#;
    for (endpoint, status, body, kind, passing, words) in [
        (
            &anthropic,
            400,
            r#"{"error":{"type":"invalid_request_error"}}"#,
            Kind::Invalid,
            false,
            "invalid_request_error",
        ),
        (&anthropic, 400, poor, Kind::Conflict, false, "no credit"),
        (&anthropic, 401, r#"{"error":{"type":"authentication_error"}}"#, Kind::Conflict, false, "refuses the key"),
        (&anthropic, 402, "", Kind::Conflict, false, "no credit"),
        (&anthropic, 403, "{}", Kind::Conflict, false, "refuses the key"),
        (&anthropic, 404, r#"{"error":{"type":"not_found_error"}}"#, Kind::Conflict, false, "no model \"m-1\""),
        (&anthropic, 413, r#"{"error":{"type":"request_too_large"}}"#, Kind::Invalid, false, "too large"),
        (&anthropic, 429, r#"{"error":{"type":"rate_limit_error"}}"#, Kind::Upstream, true, "no more requests"),
        (&anthropic, 500, "<html>oops</html>", Kind::Upstream, true, "fails (status 500)"),
        (&anthropic, 529, r#"{"error":{"type":"overloaded_error"}}"#, Kind::Upstream, true, "overloaded"),
        (&openai, 401, r#"{"error":{"code":"invalid_api_key"}}"#, Kind::Conflict, false, "refuses the key"),
        (&openai, 404, r#"{"error":{"code":"model_not_found"}}"#, Kind::Conflict, false, "no model"),
        (&openai, 408, "", Kind::Upstream, true, "fails"),
        (&openai, 422, r#"{"error":{"code":null,"type":"invalid_request_error"}}"#, Kind::Invalid, false, "refuses"),
        (&openai, 429, quota, Kind::Conflict, false, "no credit"),
        (&openai, 429, r#"{"error":{"code":"rate_limit_exceeded"}}"#, Kind::Upstream, true, "rate_limit_exceeded"),
        (&openai, 503, "", Kind::Upstream, true, "overloaded"),
        (&gemini, 400, bad_key, Kind::Conflict, false, "refuses the key"),
        (&gemini, 400, r#"[{"error":{"status":"FAILED_PRECONDITION"}}]"#, Kind::Invalid, false, "FAILED_PRECONDITION"),
        (&gemini, 403, r#"{"error":{"status":"PERMISSION_DENIED"}}"#, Kind::Conflict, false, "PERMISSION_DENIED"),
        (&gemini, 429, wait, Kind::Upstream, true, "RESOURCE_EXHAUSTED"),
        (&gemini, 504, "", Kind::Upstream, true, "fails"),
        (&gemini, 302, "", Kind::Upstream, false, "not what that API answers"),
        (&gemini, 101, "", Kind::Upstream, false, "not what that API answers"),
    ] {
        let reply = Reply { status, headers: HeaderMap::new(), body: body.into(), receipt: Receipt(1) };
        let error = failure::of(endpoint, "m-1", &reply);
        let got = (error.kind(), error.is_passing());
        assert_eq!(got, (kind, passing), "{status} {body}: {error}");
        assert!(error.to_string().contains(words) && error.next_step().is_some(), "{status} {body}: {error}");
    }
}

#[test]
fn a_provider_is_waited_for_as_long_as_it_says_and_not_forever() {
    let gemini = endpoint(Vendor::Gemini, &[("GOOGLE_API_KEY", "k")]).unwrap();
    let delay = |text: &str| format!(r#"{{"error":{{"details":[{{"retryDelay":"{text}"}}]}}}}"#);
    for (header, body, wanted) in [
        (Some("7"), String::new(), Some(7)),
        (Some(" 0.2 "), String::new(), Some(1)),
        (Some("99999999"), String::new(), Some(86_400)),
        (Some("-1"), String::new(), None),
        (Some("Wed, 21 Oct 2026 07:28:00 GMT"), String::new(), None),
        (None, delay("17s"), Some(17)),
        (None, delay("1.5s"), Some(2)),
        (None, delay("soon"), None),
        (Some("3"), delay("17s"), Some(3)),
        (None, String::new(), None),
    ] {
        let headers = header.map(|value| (http::header::RETRY_AFTER, value.parse().unwrap()));
        let headers = headers.into_iter().collect();
        let reply = Reply { status: 429, headers, body: body.clone().into(), receipt: Receipt(1) };
        assert_eq!(failure::of(&gemini, "m", &reply).retry_seconds(), wanted, "{header:?} {body}");
    }
}

#[test]
fn what_a_provider_says_is_not_passed_on() {
    let openai = endpoint(Vendor::OpenAi, &[("OPENAI_API_KEY", "sk-very-secret")]).unwrap();
    for status in [400, 401, 404, 418, 429, 500] {
        for field in ["message", "type", "code", "status", "param"] {
            let body = format!(r#"{{"error":{{"{field}":"dear diary: sk-very-secret"}}}}"#);
            let reply = Reply { status, headers: HeaderMap::new(), body: body.into(), receipt: Receipt(1) };

            let error = failure::of(&openai, "gpt-4o", &reply);

            let told = format!("{error} {error:?} {:?}", error.next_step());
            assert!(!told.contains("diary") && !told.contains("very-secret"), "{told}");
        }
    }
}

#[test]
fn an_address_or_a_key_that_cannot_be_used_is_refused() {
    for (url, wanted) in [
        ("https://openai.example/v1", true),
        ("https://openai.example:8443/proxy/v1/", true),
        ("http://127.0.0.1:9000/v1", true),
        ("http://whisper.home.example/v1", true),
        ("ftp://openai.example", false),
        ("openai.example", false),
        ("https://user:key@openai.example/v1", false),
        ("https://openai.example/v1?key=abc", false),
        ("https://openai.example/v1#x", false),
        ("file:///etc/passwd", false),
    ] {
        let variables = [("JOURNAL_OPENAI_URL", url), ("OPENAI_API_KEY", "k")];
        assert_eq!(endpoint(Vendor::OpenAi, &variables).is_ok(), wanted, "{url}");
    }
    let refused = endpoint(Vendor::OpenAi, &[("OPENAI_API_KEY", "line\nbreak")]).err().unwrap();
    assert!(!refused.to_string().contains("break"), "{refused}");
    let nobody = endpoint(Vendor::Gemini, &[]).err().unwrap();
    assert_eq!(nobody.kind(), Kind::Conflict);
    assert!(nobody.next_step().unwrap().contains("GOOGLE_API_KEY"), "{nobody}");
}

#[test]
fn a_key_goes_over_tls_or_to_this_machine_and_is_marked() {
    for (url, keyed) in [
        ("https://openai.example/v1", true),
        ("http://127.0.0.1:9000/v1", true),
        ("http://localhost:9000/v1/", true),
        ("http://[::1]:9000", true),
        ("http://192.168.1.7:9000/v1", false),
        ("http://whisper.home.example/v1", false),
    ] {
        let variables = [("JOURNAL_OPENAI_URL", url), ("OPENAI_API_KEY", "sk-1")];
        let endpoint = endpoint(Vendor::OpenAi, &variables).unwrap();

        let request = endpoint.request(http::Method::POST, endpoint.at(["chat", "completions"]), "m");

        assert!(request.headers.iter().all(|(_, value)| value.is_sensitive()), "{url}");
        assert_eq!(request.headers.len(), usize::from(keyed), "{url}");
        assert_eq!(request.url.as_str(), format!("{}/chat/completions", url.trim_end_matches('/')));
        assert!(!format!("{request:?}").contains("sk-1"));
    }
}

#[test]
fn another_providers_model_is_replaced_by_the_usual_one() {
    for (vendor, wanted, model) in [
        (Vendor::Anthropic, None, "usual"),
        (Vendor::Anthropic, Some("claude-haiku-4-5"), "claude-haiku-4-5"),
        (Vendor::Anthropic, Some("gpt-4o"), "usual"),
        (Vendor::Anthropic, Some("gemini-2.5-pro"), "usual"),
        (Vendor::OpenAi, Some("gpt-4o-transcribe"), "gpt-4o-transcribe"),
        (Vendor::OpenAi, Some("whisper-1"), "whisper-1"),
        (Vendor::OpenAi, Some("o3"), "o3"),
        (Vendor::OpenAi, Some("llama3.2-vision"), "llama3.2-vision"),
        (Vendor::OpenAi, Some("claude-haiku-4-5"), "usual"),
        (Vendor::Gemini, Some("models/gemini-2.5-flash"), "models/gemini-2.5-flash"),
        (Vendor::Gemini, Some("whisper-1"), "usual"),
        (Vendor::Gemini, Some("o4-mini"), "usual"),
    ] {
        assert_eq!(vendor.model(wanted, "usual"), model, "{vendor:?} {wanted:?}");
    }
}

/// Sends a request as it stands and returns the status of the answer.
async fn raw(server: &Provider, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
    let url = format!("{}{path}", server.url());
    let mut sending = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .request(method.parse().unwrap(), url)
        .body(body.to_owned());
    for (name, value) in headers {
        sending = sending.header(*name, *value);
    }
    sending.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_server_that_plays_the_providers_takes_nothing_that_they_would_not() {
    let json = ("content-type", "application/json");
    let anthropic = [json, ("x-api-key", server::ANTHROPIC_KEY), ("anthropic-version", "2023-06-01")];
    let bearer = format!("Bearer {}", server::OPENAI_KEY);
    let openai = [json, ("authorization", bearer.as_str())];
    let gemini = [json, ("x-goog-api-key", server::GEMINI_KEY)];
    let (messages, chat) = ("/v1/messages", "/v1/chat/completions");
    let generate = "/v1beta/models/gemini-2.5-pro:generateContent";
    let asked =
        r#"{"model":"claude-x","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#;
    let said = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"a"}]}"#;
    let told = r#"{"contents":[{"role":"user","parts":[{"text":"a"}]}]}"#;
    let picture = r#"{"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"image/png","data":"aGk="}}]}]}"#;
    for (path, headers, body, status) in [
        (messages, &anthropic[..], asked.to_owned(), 200),
        (messages, &anthropic[..2], asked.to_owned(), 400),
        (messages, &[anthropic[0], anthropic[2]], asked.to_owned(), 401),
        (messages, &anthropic, asked.replace("max_tokens", "max"), 400),
        (messages, &anthropic, asked.replace("claude-x", "gpt-4o"), 404),
        (messages, &anthropic, asked.replace("\"user\"", "\"assistant\""), 400),
        (messages, &anthropic, asked.replace(":\"a\"", ":\"\""), 400),
        (chat, &openai, said.to_owned(), 200),
        (chat, &openai[..1], said.to_owned(), 401),
        (chat, &openai[1..], said.to_owned(), 400),
        (chat, &openai, said.replace("gpt-4o", "claude-x"), 404),
        (chat, &openai, said.replace("messages", "prompt"), 400),
        (generate, &gemini, told.to_owned(), 200),
        (generate, &gemini[..1], told.to_owned(), 400),
        (generate, &gemini, told.replace("text", "words"), 400),
        (generate, &gemini, picture.to_owned(), 400),
        ("/v1beta/models/gemini-2.5-pro:generateContent?key=abc", &gemini, told.to_owned(), 400),
        ("/v1beta/models/gpt-4o:generateContent", &gemini, told.to_owned(), 404),
        ("/v1/audio/transcriptions", &openai, "{}".to_owned(), 400),
        ("/v1/embeddings", &openai, r#"{"model":"m","input":["a","b"]}"#.to_owned(), 200),
        ("/v1/embeddings", &openai, r#"{"model":"m","input":[]}"#.to_owned(), 400),
        ("/upload/v1beta/files", &gemini, "{}".to_owned(), 400),
        ("/v1/completions", &openai, "{}".to_owned(), 404),
        ("/anything", &[], String::new(), 404),
    ] {
        let server = Provider::start();

        let answered = raw(&server, "POST", path, headers, &body).await;

        assert_eq!(answered, status, "{path} {headers:?} {body}");
        let complaints = server.arrived().iter().filter(|arrived| arrived.wrong.is_some()).count();
        assert_eq!(complaints, usize::from(status != 200), "{path} {body}");
        assert_eq!(server.bytes(), body.len() as u64);
    }
}
