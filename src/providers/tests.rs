//! Test transports: one over real HTTP to a fake provider server, and one with scripted responses.

#[path = "../../tests/support/provider/mod.rs"]
pub(super) mod server;

use std::collections::VecDeque;
use std::ffi::OsString;
use std::io::Read;

use http::HeaderMap;
use parking_lot::Mutex;
use reqwest::multipart::Form;

use crate::config::{Config, EnvironmentSnapshot, SecretSource};
use crate::error::{Error, ErrorKind, Result};
use crate::net::transport::{
    BoxFuture, FormPartContent, LedgerId, ProviderRequest, ProviderRequestBody, ProviderResponse, ProviderTransport,
    SizedStream, TokenUsage,
};
use crate::providers::endpoint::{AiProvider, ProviderEndpoint};
use crate::providers::provider_error;
use crate::providers::tests::server::Provider;
use crate::secret::Secret;

/// Returns a configuration of these variables only.
pub(super) fn config(variables: &[(&str, &str)]) -> Config {
    let home = [("HOME", "/nowhere"), ("XDG_CONFIG_HOME", "/nowhere/config"), ("XDG_DATA_HOME", "/nowhere/data")];
    let pairs = home.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
    Config::load(Vec::new(), None, &pairs.collect::<EnvironmentSnapshot>()).unwrap()
}

/// Returns a configuration with every provider at the fake server, plus further variables.
pub(super) fn config_for(server: &Provider, more: &[(&str, &str)]) -> Config {
    let settings = server.settings();
    let settings = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    config(&settings.chain(more.iter().copied()).collect::<Vec<_>>())
}

pub(super) fn read_secret(source: &SecretSource) -> Result<Secret<String>> {
    match source {
        SecretSource::Inline(secret) => Ok(secret.clone()),
        SecretSource::File(_) => Err(Error::invalid("tests give keys as they are")),
    }
}

/// Metadata of a sent request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SentRequest {
    pub(super) provider: &'static str,
    pub(super) model: String,
    pub(super) url: String,
    pub(super) attempts: u32,
    /// Names of the headers marked sensitive.
    pub(super) sensitive: Vec<String>,
}

/// Record of the requests and usage of a test transport.
#[derive(Default)]
pub(super) struct RequestRecorder {
    pub(super) sent: Mutex<Vec<SentRequest>>,
    pub(super) usage: Mutex<Vec<TokenUsage>>,
}

/// Redacted word and its placeholder.
pub(super) const REDACTED: (&str, &str) = ("Wilhelmina", "⟦name-1⟧");

impl RequestRecorder {
    fn record(&self, request: &ProviderRequest) -> LedgerId {
        let mut sent = self.sent.lock();
        let sensitive = request.headers.iter().filter(|(_, value)| value.is_sensitive());
        sent.push(SentRequest {
            provider: request.provider,
            model: request.model.clone(),
            url: request.url.to_string(),
            attempts: request.attempts,
            sensitive: sensitive.map(|(name, _)| name.to_string()).collect(),
        });
        LedgerId(i64::try_from(sent.len()).unwrap())
    }

    pub(super) fn models(&self) -> Vec<String> {
        self.sent.lock().iter().map(|sent| format!("{}/{}", sent.provider, sent.model)).collect()
    }
}

/// Test transport over real HTTP, without retries, that redacts [`REDACTED`].
#[derive(Default)]
pub(super) struct HttpTestTransport {
    pub(super) recorder: RequestRecorder,
    http: reqwest::Client,
}

fn read(stream: &SizedStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    (stream.open)().unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, stream.bytes, "a stream has its declared length");
    bytes
}

fn form(parts: Vec<crate::net::transport::FormPart>) -> Form {
    parts.into_iter().fold(Form::new(), |form, part| {
        let mut filled = match part.content {
            FormPartContent::Text(text) => reqwest::multipart::Part::text(text),
            FormPartContent::Stream(stream) => reqwest::multipart::Part::bytes(read(&stream)),
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

impl ProviderTransport for HttpTestTransport {
    fn send(&self, request: ProviderRequest) -> BoxFuture<'_, Result<ProviderResponse>> {
        let ledger_id = self.recorder.record(&request);
        let mut sending = self.http.request(request.method, request.url).timeout(request.timeout);
        for (name, value) in request.headers {
            sending = sending.header(name, value);
        }
        sending = match request.body {
            ProviderRequestBody::Empty => sending,
            ProviderRequestBody::Bytes(bytes) => sending.body(bytes),
            ProviderRequestBody::Form(parts) => sending.multipart(form(parts)),
            ProviderRequestBody::Stream(stream) => sending.body(read(&stream)),
        };
        Box::pin(async move {
            let silent = |_| Error::new(ErrorKind::Upstream, "no response").transient();
            let reply = sending.send().await.map_err(silent)?;
            let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
            let body = reply.bytes().await.map_err(silent)?.to_vec();
            Ok(ProviderResponse { status, headers, body, ledger_id })
        })
    }

    fn record_usage(&self, _: LedgerId, usage: TokenUsage) -> BoxFuture<'_, Result<()>> {
        self.recorder.usage.lock().push(usage);
        Box::pin(async { Ok(()) })
    }

    fn redact(&self, text: &str) -> String {
        text.replace(REDACTED.0, REDACTED.1)
    }

    fn restore(&self, text: &str) -> String {
        text.replace(REDACTED.1, REDACTED.0)
    }
}

/// Test transport with scripted responses.
#[derive(Default)]
pub(super) struct ScriptedTransport {
    pub(super) recorder: RequestRecorder,
    replies: Mutex<VecDeque<(u16, HeaderMap, String)>>,
}

impl ScriptedTransport {
    pub(super) fn with_bodies(replies: &[(u16, &str)]) -> Self {
        Self::with_responses(
            replies.iter().map(|(status, body)| (*status, HeaderMap::new(), (*body).to_owned())).collect(),
        )
    }

    pub(super) fn with_responses(replies: Vec<(u16, HeaderMap, String)>) -> Self {
        Self { replies: Mutex::new(replies.into()), ..Self::default() }
    }
}

impl ProviderTransport for ScriptedTransport {
    fn send(&self, request: ProviderRequest) -> BoxFuture<'_, Result<ProviderResponse>> {
        let ledger_id = self.recorder.record(&request);
        let reply = self.replies.lock().pop_front();
        Box::pin(async move {
            let (status, headers, body) = reply.expect("a response for every request");
            Ok(ProviderResponse { status, headers, body: body.into_bytes(), ledger_id })
        })
    }

    fn record_usage(&self, _: LedgerId, usage: TokenUsage) -> BoxFuture<'_, Result<()>> {
        self.recorder.usage.lock().push(usage);
        Box::pin(async { Ok(()) })
    }

    fn redact(&self, text: &str) -> String {
        text.to_owned()
    }

    fn restore(&self, text: &str) -> String {
        text.to_owned()
    }
}

fn endpoint(vendor: AiProvider, variables: &[(&str, &str)]) -> Result<ProviderEndpoint> {
    let services = config(variables).external_services;
    ProviderEndpoint::new(vendor, &services.openai, &services, &read_secret, ("read pages", "another provider"))
}

#[test]
fn provider_errors_map_to_kinds_with_a_next_step() {
    let anthropic = endpoint(AiProvider::Anthropic, &[("ANTHROPIC_API_KEY", "k")]).unwrap();
    let openai = endpoint(AiProvider::OpenAi, &[("OPENAI_API_KEY", "k")]).unwrap();
    let gemini = endpoint(AiProvider::Gemini, &[("GOOGLE_API_KEY", "k")]).unwrap();
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
            ErrorKind::Invalid,
            false,
            "invalid_request_error",
        ),
        (&anthropic, 400, poor, ErrorKind::Conflict, false, "no credit"),
        (
            &anthropic,
            401,
            r#"{"error":{"type":"authentication_error"}}"#,
            ErrorKind::Conflict,
            false,
            "rejects the key",
        ),
        (&anthropic, 402, "", ErrorKind::Conflict, false, "no credit"),
        (&anthropic, 403, "{}", ErrorKind::Conflict, false, "rejects the key"),
        (&anthropic, 404, r#"{"error":{"type":"not_found_error"}}"#, ErrorKind::Conflict, false, "no model \"m-1\""),
        (&anthropic, 413, r#"{"error":{"type":"request_too_large"}}"#, ErrorKind::Invalid, false, "too large"),
        (&anthropic, 429, r#"{"error":{"type":"rate_limit_error"}}"#, ErrorKind::Upstream, true, "rate limit"),
        (&anthropic, 500, "<html>oops</html>", ErrorKind::Upstream, true, "failed (status 500)"),
        (&anthropic, 529, r#"{"error":{"type":"overloaded_error"}}"#, ErrorKind::Upstream, true, "overloaded"),
        (&openai, 401, r#"{"error":{"code":"invalid_api_key"}}"#, ErrorKind::Conflict, false, "rejects the key"),
        (&openai, 404, r#"{"error":{"code":"model_not_found"}}"#, ErrorKind::Conflict, false, "no model"),
        (&openai, 408, "", ErrorKind::Upstream, true, "failed"),
        (
            &openai,
            422,
            r#"{"error":{"code":null,"type":"invalid_request_error"}}"#,
            ErrorKind::Invalid,
            false,
            "rejects",
        ),
        (&openai, 429, quota, ErrorKind::Conflict, false, "no credit"),
        (&openai, 429, r#"{"error":{"code":"rate_limit_exceeded"}}"#, ErrorKind::Upstream, true, "rate_limit_exceeded"),
        (&openai, 503, "", ErrorKind::Upstream, true, "overloaded"),
        (&gemini, 400, bad_key, ErrorKind::Conflict, false, "rejects the key"),
        (
            &gemini,
            400,
            r#"[{"error":{"status":"FAILED_PRECONDITION"}}]"#,
            ErrorKind::Invalid,
            false,
            "FAILED_PRECONDITION",
        ),
        (&gemini, 403, r#"{"error":{"status":"PERMISSION_DENIED"}}"#, ErrorKind::Conflict, false, "PERMISSION_DENIED"),
        (&gemini, 429, wait, ErrorKind::Upstream, true, "RESOURCE_EXHAUSTED"),
        (&gemini, 504, "", ErrorKind::Upstream, true, "failed"),
        (&gemini, 302, "", ErrorKind::Upstream, false, "does not match its API"),
        (&gemini, 101, "", ErrorKind::Upstream, false, "does not match its API"),
    ] {
        let reply = ProviderResponse { status, headers: HeaderMap::new(), body: body.into(), ledger_id: LedgerId(1) };
        let error = provider_error::from_response(endpoint, "m-1", &reply);
        let got = (error.kind(), error.is_transient());
        assert_eq!(got, (kind, passing), "{status} {body}: {error}");
        assert!(error.to_string().contains(words) && error.hint_text().is_some(), "{status} {body}: {error}");
    }
}

#[test]
fn retry_after_is_taken_from_the_response_and_limited() {
    let gemini = endpoint(AiProvider::Gemini, &[("GOOGLE_API_KEY", "k")]).unwrap();
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
        let reply = ProviderResponse { status: 429, headers, body: body.clone().into(), ledger_id: LedgerId(1) };
        assert_eq!(provider_error::from_response(&gemini, "m", &reply).retry_seconds(), wanted, "{header:?} {body}");
    }
}

#[test]
fn provider_messages_are_not_passed_on() {
    let openai = endpoint(AiProvider::OpenAi, &[("OPENAI_API_KEY", "sk-very-secret")]).unwrap();
    for status in [400, 401, 404, 418, 429, 500] {
        for field in ["message", "type", "code", "status", "param"] {
            let body = format!(r#"{{"error":{{"{field}":"dear diary: sk-very-secret"}}}}"#);
            let reply =
                ProviderResponse { status, headers: HeaderMap::new(), body: body.into(), ledger_id: LedgerId(1) };

            let error = provider_error::from_response(&openai, "gpt-4o", &reply);

            let shown = format!("{error} {error:?} {:?}", error.hint_text());
            assert!(!shown.contains("diary") && !shown.contains("very-secret"), "{shown}");
        }
    }
}

#[test]
fn unusable_addresses_and_keys_are_rejected() {
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
        assert_eq!(endpoint(AiProvider::OpenAi, &variables).is_ok(), wanted, "{url}");
    }
    let refused = endpoint(AiProvider::OpenAi, &[("OPENAI_API_KEY", "line\nbreak")]).err().unwrap();
    assert!(!refused.to_string().contains("break"), "{refused}");
    let unconfigured = endpoint(AiProvider::Gemini, &[]).err().unwrap();
    assert_eq!(unconfigured.kind(), ErrorKind::Conflict);
    assert!(unconfigured.hint_text().unwrap().contains("GOOGLE_API_KEY"), "{unconfigured}");
}

#[test]
fn keys_are_sent_by_tls_or_to_loopback_and_marked_sensitive() {
    for (url, keyed) in [
        ("https://openai.example/v1", true),
        ("http://127.0.0.1:9000/v1", true),
        ("http://localhost:9000/v1/", true),
        ("http://[::1]:9000", true),
        ("http://192.168.1.7:9000/v1", false),
        ("http://whisper.home.example/v1", false),
    ] {
        let variables = [("JOURNAL_OPENAI_URL", url), ("OPENAI_API_KEY", "sk-1")];
        let endpoint = endpoint(AiProvider::OpenAi, &variables).unwrap();

        let request = endpoint.request(http::Method::POST, endpoint.url_for(["chat", "completions"]), "m");

        assert!(request.headers.iter().all(|(_, value)| value.is_sensitive()), "{url}");
        assert_eq!(request.headers.len(), usize::from(keyed), "{url}");
        assert_eq!(request.url.as_str(), format!("{}/chat/completions", url.trim_end_matches('/')));
        assert!(!format!("{request:?}").contains("sk-1"));
    }
}

#[test]
fn a_model_of_another_provider_is_replaced_by_the_default() {
    for (vendor, wanted, model) in [
        (AiProvider::Anthropic, None, "usual"),
        (AiProvider::Anthropic, Some("claude-haiku-4-5"), "claude-haiku-4-5"),
        (AiProvider::Anthropic, Some("gpt-4o"), "usual"),
        (AiProvider::Anthropic, Some("gemini-2.5-pro"), "usual"),
        (AiProvider::OpenAi, Some("gpt-4o-transcribe"), "gpt-4o-transcribe"),
        (AiProvider::OpenAi, Some("whisper-1"), "whisper-1"),
        (AiProvider::OpenAi, Some("o3"), "o3"),
        (AiProvider::OpenAi, Some("llama3.2-vision"), "llama3.2-vision"),
        (AiProvider::OpenAi, Some("claude-haiku-4-5"), "usual"),
        (AiProvider::Gemini, Some("models/gemini-2.5-flash"), "models/gemini-2.5-flash"),
        (AiProvider::Gemini, Some("whisper-1"), "usual"),
        (AiProvider::Gemini, Some("o4-mini"), "usual"),
    ] {
        assert_eq!(vendor.model_or_default(wanted, "usual"), model, "{vendor:?} {wanted:?}");
    }
}

/// Sends a request unchanged and returns the status of the response.
async fn send_raw(server: &Provider, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> u16 {
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
async fn the_fake_server_rejects_what_real_providers_reject() {
    let json = ("content-type", "application/json");
    let anthropic = [json, ("x-api-key", server::ANTHROPIC_KEY), ("anthropic-version", "2023-06-01")];
    let bearer = format!("Bearer {}", server::OPENAI_KEY);
    let openai = [json, ("authorization", bearer.as_str())];
    let gemini = [json, ("x-goog-api-key", server::GEMINI_KEY)];
    let (messages, chat) = ("/v1/messages", "/v1/chat/completions");
    let generate = "/v1beta/models/gemini-2.5-pro:generateContent";
    let anthropic_body =
        r#"{"model":"claude-x","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"a"}]}]}"#;
    let openai_body = r#"{"model":"gpt-4o","messages":[{"role":"user","content":"a"}]}"#;
    let gemini_body = r#"{"contents":[{"role":"user","parts":[{"text":"a"}]}]}"#;
    let picture = r#"{"contents":[{"role":"user","parts":[{"inline_data":{"mime_type":"image/png","data":"aGk="}}]}]}"#;
    for (path, headers, body, status) in [
        (messages, &anthropic[..], anthropic_body.to_owned(), 200),
        (messages, &anthropic[..2], anthropic_body.to_owned(), 400),
        (messages, &[anthropic[0], anthropic[2]], anthropic_body.to_owned(), 401),
        (messages, &anthropic, anthropic_body.replace("max_tokens", "max"), 400),
        (messages, &anthropic, anthropic_body.replace("claude-x", "gpt-4o"), 404),
        (messages, &anthropic, anthropic_body.replace("\"user\"", "\"assistant\""), 400),
        (messages, &anthropic, anthropic_body.replace(":\"a\"", ":\"\""), 400),
        (chat, &openai, openai_body.to_owned(), 200),
        (chat, &openai[..1], openai_body.to_owned(), 401),
        (chat, &openai[1..], openai_body.to_owned(), 400),
        (chat, &openai, openai_body.replace("gpt-4o", "claude-x"), 404),
        (chat, &openai, openai_body.replace("messages", "prompt"), 400),
        (generate, &gemini, gemini_body.to_owned(), 200),
        (generate, &gemini[..1], gemini_body.to_owned(), 400),
        (generate, &gemini, gemini_body.replace("text", "words"), 400),
        (generate, &gemini, picture.to_owned(), 400),
        ("/v1beta/models/gemini-2.5-pro:generateContent?key=abc", &gemini, gemini_body.to_owned(), 400),
        ("/v1beta/models/gpt-4o:generateContent", &gemini, gemini_body.to_owned(), 404),
        ("/v1/audio/transcriptions", &openai, "{}".to_owned(), 400),
        ("/v1/embeddings", &openai, r#"{"model":"m","input":["a","b"]}"#.to_owned(), 200),
        ("/v1/embeddings", &openai, r#"{"model":"m","input":[]}"#.to_owned(), 400),
        ("/upload/v1beta/files", &gemini, "{}".to_owned(), 400),
        ("/v1/completions", &openai, "{}".to_owned(), 404),
        ("/anything", &[], String::new(), 404),
    ] {
        let server = Provider::start();

        let answered = send_raw(&server, "POST", path, headers, &body).await;

        assert_eq!(answered, status, "{path} {headers:?} {body}");
        let complaints = server.received().iter().filter(|arrived| arrived.violation.is_some()).count();
        assert_eq!(complaints, usize::from(status != 200), "{path} {body}");
        assert_eq!(server.bytes(), body.len() as u64);
    }
}
