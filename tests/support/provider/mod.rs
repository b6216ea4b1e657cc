//! Mock server for the model providers: speaks their HTTP APIs, validates every request against the published formats,
//! and returns scripted answers.
//!
//! A request that violates a format gets the provider's own error, and [`Provider::assert_well_formed`] fails.

#![allow(dead_code, reason = "each test binary uses a part of the harness")]
#![allow(clippy::unwrap_used, reason = "a failure in the harness fails the test")]

mod answer;
mod anthropic;
mod arrived;
mod gemini;
mod openai;

pub use answer::Answer;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

#[allow(unused_imports, reason = "each test binary uses a part of the harness")]
pub use arrived::FormField;
pub use arrived::ReceivedRequest;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;

/// API keys that the server accepts.
pub const ANTHROPIC_KEY: &str = "sk-ant-scripted-4f1c9e";
pub const OPENAI_KEY: &str = "sk-scripted-8b27d0";
pub const GEMINI_KEY: &str = "AIza-scripted-c35a71";

/// Default answer to a page image.
pub const DEFAULT_PAGE: &str = "The ferry left at nine.\nWe ate ⟪bread⟫ on the deck.";
/// Default transcript of a recording.
pub const DEFAULT_TRANSCRIPT: &str = "We walked along the river.";
/// Default answer to a text prompt.
pub const DEFAULT_REPLY: &str = "Yes.";

/// Kind of a request, by provider and purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// A message with an image.
    AnthropicOcr,
    /// A message without an image.
    AnthropicChat,
    OpenAiOcr,
    OpenAiChat,
    OpenAiSpeech,
    OpenAiEmbeddings,
    GeminiOcr,
    GeminiChat,
    /// A question about a recording, inline or as a file.
    GeminiSpeech,
    /// Start of an upload.
    GeminiStart,
    /// Content of an upload.
    GeminiUpload,
    /// Poll for the state of a file.
    GeminiFile,
    GeminiDelete,
    /// Anything else.
    Unknown,
}

/// Computes the answer to a request.
type Responder = Box<dyn Fn(&ReceivedRequest) -> Answer + Send>;

/// Scripted answers and received requests.
#[derive(Default)]
struct Script {
    queued: HashMap<Route, VecDeque<Answer>>,
    responders: HashMap<Route, Responder>,
    received: Vec<ReceivedRequest>,
    /// Number of requests that wait for their answer, and its maximum so far.
    in_flight: usize,
    max_in_flight: usize,
    files: HashMap<String, gemini::Upload>,
}

/// The mock server; it stops on drop.
pub struct Provider {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // `shutdown_background` may also be called in an async test.
        self.runtime.take().unwrap().shutdown_background();
    }
}

impl Provider {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let script = Arc::new(Mutex::new(Script::default()));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let shared_script = script.clone();
        let router = Router::new().fallback(move |request: Request| serve(shared_script.clone(), address, request));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await
        });
        Self { address, script, runtime: Some(runtime) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the base URL of the Anthropic and Gemini APIs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the environment variables that point the binary to this server for every provider.
    pub fn settings(&self) -> Vec<(String, String)> {
        let url = self.url();
        let openai = format!("{url}/v1");
        [
            ("ANTHROPIC_API_KEY", ANTHROPIC_KEY),
            ("JOURNAL_ANTHROPIC_URL", &url),
            ("OPENAI_API_KEY", OPENAI_KEY),
            ("JOURNAL_OPENAI_URL", &openai),
            ("GOOGLE_API_KEY", GEMINI_KEY),
            ("JOURNAL_GEMINI_URL", &url),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Queues an answer to the next request on a route, after those queued before.
    pub fn next(&self, route: Route, answer: Answer) -> &Self {
        self.lock().queued.entry(route).or_default().push_back(answer);
        self
    }

    /// Sets the answer to all requests on a route after those queued with [`Self::next`].
    pub fn always(&self, route: Route, answer: Answer) -> &Self {
        self.respond_with(route, move |_| answer.clone())
    }

    /// Sets a function that computes the answers on a route from the requests.
    pub fn respond_with(&self, route: Route, respond: impl Fn(&ReceivedRequest) -> Answer + Send + 'static) -> &Self {
        self.lock().responders.insert(route, Box::new(respond));
        self
    }

    /// Clears the scripted answers, not the received requests.
    pub fn reset(&self) {
        let mut script = self.lock();
        script.queued.clear();
        script.responders.clear();
    }

    /// Returns all requests in the order in which they were completely received.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        self.lock().received.clone()
    }

    /// Returns the requests on a route.
    pub fn received_on(&self, route: Route) -> Vec<ReceivedRequest> {
        self.lock().received.iter().filter(|received| received.route == route).cloned().collect()
    }

    /// Returns the total size of all received bodies in bytes.
    pub fn bytes(&self) -> u64 {
        self.lock().received.iter().map(|received| received.bytes).sum()
    }

    /// Returns the maximum number of requests that waited for an answer at the same time.
    pub fn max_concurrent(&self) -> usize {
        self.lock().max_in_flight
    }

    /// Returns true if the URL, a header or the body of any request contained these bytes, plain or base64-encoded.
    pub fn has_received(&self, needle: &[u8]) -> bool {
        self.lock().received.iter().any(|received| received.contains(needle))
    }

    /// Asserts that every request conformed to its provider's API.
    #[track_caller]
    pub fn assert_well_formed(&self) {
        let violations: Vec<_> =
            self.lock().received.iter().filter_map(|received| received.violation.clone()).collect();
        assert!(violations.is_empty(), "requests that violate their format: {violations:#?}");
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

/// Counts a request as in flight until it is answered or its client disconnects.
struct InFlightGuard(Arc<Mutex<Script>>);

impl InFlightGuard {
    fn new(script: Arc<Mutex<Script>>) -> Self {
        let mut locked = script.lock().unwrap();
        locked.in_flight += 1;
        locked.max_in_flight = locked.max_in_flight.max(locked.in_flight);
        drop(locked);
        Self(script)
    }
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.0.lock().unwrap().in_flight -= 1;
    }
}

async fn serve(script: Arc<Mutex<Script>>, address: SocketAddr, request: Request) -> Response {
    let guard = InFlightGuard::new(script.clone());
    let mut received = ReceivedRequest::read(request).await;
    let checked = match received.path.as_str() {
        "/v1/messages" => anthropic::check(&mut received),
        path if path.starts_with("/v1/") => openai::check(&mut received),
        _ => gemini::check(&mut received, &script.lock().unwrap().files),
    };
    received.violation =
        checked.as_ref().err().map(|violation| format!("{} {}: {}", received.method, received.path, violation.message));
    let answer = {
        let mut script = script.lock().unwrap();
        let queued = script.queued.get_mut(&received.route).and_then(VecDeque::pop_front);
        let respond = || script.responders.get(&received.route).map(|respond| respond(&received));
        let answer = queued.or_else(respond);
        script.received.push(received.clone());
        answer
    };
    if let Err(violation) = checked {
        return answer::error_response(received.vendor(), violation.status, violation.kind, &violation.message);
    }
    let answer = answer.unwrap_or_else(|| match received.route {
        Route::AnthropicOcr | Route::OpenAiOcr | Route::GeminiOcr => Answer::text(DEFAULT_PAGE),
        Route::OpenAiSpeech | Route::GeminiSpeech => Answer::text(DEFAULT_TRANSCRIPT),
        _ => Answer::text(DEFAULT_REPLY),
    });
    tokio::time::sleep(answer.delay).await;
    drop(guard);
    if let Some(response) = answer.fixed_response(received.vendor()) {
        return response;
    }
    let mut script = script.lock().unwrap();
    match received.route {
        Route::AnthropicOcr | Route::AnthropicChat => anthropic::reply(&received, &answer),
        Route::OpenAiOcr | Route::OpenAiChat => openai::reply(&received, &answer),
        Route::OpenAiSpeech => openai::transcription(&received, &answer),
        Route::OpenAiEmbeddings => openai::embeddings(&received),
        _ => gemini::reply(&received, &answer, address, &mut script.files),
    }
}

/// A format violation in a request, with the status and error code of the provider.
pub struct FormatViolation {
    status: u16,
    kind: &'static str,
    message: String,
}

impl FormatViolation {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into() }
    }
}

fn response(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Response {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}

fn json(status: u16, document: &serde_json::Value) -> Response {
    response(status, &[("content-type", "application/json")], document.to_string())
}
