//! A server that plays the providers: it speaks their APIs over real HTTP, holds every request against their published
//! formats, and answers as a test wants it to.
//!
//! A request that breaks a format is answered with the provider's own error, and [`Provider::proper`] tells of it.

#![allow(dead_code, reason = "every test binary uses its own part of the harness")]
#![allow(clippy::unwrap_used, reason = "a harness that fails fails the test")]

mod answer;
mod anthropic;
mod arrived;
mod gemini;
mod openai;

use std::collections::HashMap;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;

pub use answer::Answer;
pub use arrived::Arrived;
#[allow(unused_imports, reason = "every test binary uses its own part of the harness")]
pub use arrived::Field;

/// Keys that the server takes.
pub const ANTHROPIC_KEY: &str = "sk-ant-scripted-4f1c9e";
pub const OPENAI_KEY: &str = "sk-scripted-8b27d0";
pub const GEMINI_KEY: &str = "AIza-scripted-c35a71";

/// What a page says, unless a test says otherwise.
pub const PAGE: &str = "The ferry left at nine.\nWe ate ⟪bread⟫ on the deck.";
/// What a recording says, unless a test says otherwise.
pub const SPOKEN: &str = "We walked along the river.";
/// What a model answers to a text, unless a test says otherwise.
pub const SAID: &str = "Yes.";

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// A message with an image.
    AnthropicOcr,
    /// A message without one.
    AnthropicChat,
    OpenAiOcr,
    OpenAiChat,
    OpenAiSpeech,
    OpenAiEmbeddings,
    GeminiOcr,
    GeminiChat,
    /// A question about a recording, inline or as a file.
    GeminiSpeech,
    /// The beginning of an upload.
    GeminiStart,
    /// The upload itself.
    GeminiUpload,
    /// Whether a file is ready.
    GeminiFile,
    GeminiDelete,
    /// Anything else.
    Unknown,
}

type Habit = Box<dyn Fn(&Arrived) -> Answer + Send>;

#[derive(Default)]
struct Script {
    next: HashMap<Route, VecDeque<Answer>>,
    always: HashMap<Route, Habit>,
    arrived: Vec<Arrived>,
    /// Requests that wait for their answer, and the most there ever were.
    open: usize,
    most_open: usize,
    files: HashMap<String, gemini::Upload>,
}

/// The server; it stops with the value.
pub struct Provider {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Also within a test that is asynchronous itself.
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
        let shared = script.clone();
        let router = Router::new().fallback(move |request: Request| serve(shared.clone(), address, request));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await
        });
        Self { address, script, runtime: Some(runtime) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address of Anthropic's and Gemini's API.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the variables that make the binary ask this server and nobody else, with every provider configured.
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

    /// Answers the next request of a kind like this, after those that were told before.
    pub fn next(&self, route: Route, answer: Answer) -> &Self {
        self.lock().next.entry(route).or_default().push_back(answer);
        self
    }

    /// Answers the requests of a kind like this, once what was told with [`Self::next`] is used up.
    pub fn always(&self, route: Route, answer: Answer) -> &Self {
        self.habit(route, move |_| answer.clone())
    }

    /// Answers the requests of a kind by what they are; a page by the hash of its image, for one.
    pub fn habit(&self, route: Route, habit: impl Fn(&Arrived) -> Answer + Send + 'static) -> &Self {
        self.lock().always.insert(route, Box::new(habit));
        self
    }

    /// Forgets what was told, not what arrived.
    pub fn reset(&self) {
        let mut script = self.lock();
        script.next.clear();
        script.always.clear();
    }

    /// Returns everything that arrived, in the order in which it was complete.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.lock().arrived.clone()
    }

    /// Returns what arrived of a kind.
    pub fn of(&self, route: Route) -> Vec<Arrived> {
        self.lock().arrived.iter().filter(|arrived| arrived.route == route).cloned().collect()
    }

    /// Returns the bytes of all bodies that arrived.
    pub fn bytes(&self) -> u64 {
        self.lock().arrived.iter().map(|arrived| arrived.bytes).sum()
    }

    /// Returns the most requests that waited at the same time.
    pub fn most_open(&self) -> usize {
        self.lock().most_open
    }

    /// Tells whether anything that arrived holds these bytes: in its address, headers or body, as it is or as base64.
    pub fn saw(&self, needle: &[u8]) -> bool {
        self.lock().arrived.iter().any(|arrived| arrived.holds(needle))
    }

    /// Asserts that every request was as its provider's API wants it.
    #[track_caller]
    pub fn proper(&self) {
        let wrong: Vec<_> = self.lock().arrived.iter().filter_map(|arrived| arrived.wrong.clone()).collect();
        assert!(wrong.is_empty(), "requests that break their format: {wrong:#?}");
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

/// A request that waits; it counts as open until it is answered or its client goes away.
struct Open(Arc<Mutex<Script>>);

impl Open {
    fn new(script: Arc<Mutex<Script>>) -> Self {
        let mut inside = script.lock().unwrap();
        inside.open += 1;
        inside.most_open = inside.most_open.max(inside.open);
        drop(inside);
        Self(script)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().unwrap().open -= 1;
    }
}

async fn serve(script: Arc<Mutex<Script>>, address: SocketAddr, request: Request) -> Response {
    let open = Open::new(script.clone());
    let mut arrived = Arrived::read(request).await;
    let checked = match arrived.path.as_str() {
        "/v1/messages" => anthropic::check(&mut arrived),
        path if path.starts_with("/v1/") => openai::check(&mut arrived),
        _ => gemini::check(&mut arrived, &script.lock().unwrap().files),
    };
    arrived.wrong = checked.as_ref().err().map(|wrong| format!("{} {}: {}", arrived.method, arrived.path, wrong.what));
    let answer = {
        let mut script = script.lock().unwrap();
        let told = script.next.get_mut(&arrived.route).and_then(VecDeque::pop_front);
        let habit = || script.always.get(&arrived.route).map(|habit| habit(&arrived));
        let answer = told.or_else(habit);
        script.arrived.push(arrived.clone());
        answer
    };
    if let Err(wrong) = checked {
        return answer::refusal(arrived.vendor(), wrong.status, wrong.kind, &wrong.what);
    }
    let answer = answer.unwrap_or_else(|| match arrived.route {
        Route::AnthropicOcr | Route::OpenAiOcr | Route::GeminiOcr => Answer::text(PAGE),
        Route::OpenAiSpeech | Route::GeminiSpeech => Answer::text(SPOKEN),
        _ => Answer::text(SAID),
    });
    tokio::time::sleep(answer.delay).await;
    drop(open);
    if let Some(response) = answer.special(arrived.vendor()) {
        return response;
    }
    let mut script = script.lock().unwrap();
    match arrived.route {
        Route::AnthropicOcr | Route::AnthropicChat => anthropic::reply(&arrived, &answer),
        Route::OpenAiOcr | Route::OpenAiChat => openai::reply(&arrived, &answer),
        Route::OpenAiSpeech => openai::transcription(&arrived, &answer),
        Route::OpenAiEmbeddings => openai::embeddings(&arrived),
        _ => gemini::reply(&arrived, &answer, address, &mut script.files),
    }
}

/// What is wrong with a request, and how its provider says so.
pub struct Wrong {
    status: u16,
    kind: &'static str,
    what: String,
}

impl Wrong {
    fn new(status: u16, kind: &'static str, what: impl Into<String>) -> Self {
        Self { status, kind, what: what.into() }
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
