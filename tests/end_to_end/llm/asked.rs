//! Test fixture: a journal whose LLM requests all go to one scripted provider.

use serde_json::{Value, json};

use crate::support::World;
use crate::support::provider::{Answer, Provider, ReceivedRequest, Route};
use crate::support::server::{Client, Server, UNLIMITED};

/// Purpose of an LLM request, recognised by its system prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Heading,
    Formatting,
    Classifier,
    Answer,
    Rerank,
    Entities,
    Mood,
    Other,
}

/// Returns the purpose of a request.
pub fn purpose(request: &ReceivedRequest) -> Purpose {
    let system = request.json["system"][0]["text"].as_str().unwrap_or_default();
    let begins = [
        ("You see the first lines of a journal entry", Purpose::Heading),
        ("You put paragraph breaks", Purpose::Formatting),
        ("Somebody types something into the search field", Purpose::Classifier),
        ("You answer a question from passages", Purpose::Answer),
        ("You put passages of a journal in order", Purpose::Rerank),
        ("You find out whom and what a journal entry speaks of", Purpose::Entities),
        ("You read one entry of a private journal", Purpose::Mood),
    ];
    begins.into_iter().find(|(words, _)| system.starts_with(words)).map_or(Purpose::Other, |(_, purpose)| purpose)
}

/// Returns the user text of a request, without the system prompt.
pub fn user_text(request: &ReceivedRequest) -> String {
    request.json["messages"][0]["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Returns the ids of the entries whose passages a request contains.
pub fn offered_entry_ids(request: &ReceivedRequest) -> Vec<i64> {
    let text = user_text(request);
    let labels = text.lines().filter(|line| line.starts_with("BEGIN ")).filter_map(|line| line.split(" entry ").nth(1));
    labels.map(|label| label.split(' ').next().unwrap().parse().unwrap()).collect()
}

/// A journal and its scripted LLM provider.
pub struct LlmFixture {
    pub world: World,
    pub provider: Provider,
}

impl LlmFixture {
    pub fn new() -> Self {
        Self { world: World::new(), provider: Provider::start() }
    }

    /// Sets the answer to each request by its purpose; `None` gives the default answer.
    pub fn answer_with(&self, answer: impl Fn(Purpose, &ReceivedRequest) -> Option<Answer> + Send + 'static) -> &Self {
        self.provider.respond_with(Route::AnthropicChat, move |request| {
            let purpose = purpose(request);
            answer(purpose, request).unwrap_or_else(|| default_answer(purpose))
        });
        self
    }

    pub fn settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        // The provider scores moods only in tests that set this; otherwise the built-in scorer does.
        let all = [("JOURNAL_MOOD_SCORER", "built-in")].iter().chain(more);
        let all = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.provider.settings().into_iter().chain(all).collect()
    }

    pub fn serve(&self, more: &[(&str, &str)]) -> Server {
        let settings = self.settings(more);
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.world.serve_with(&[], &[UNLIMITED.as_slice(), &settings].concat())
    }

    /// Returns the requests of one purpose.
    pub fn requests_for(&self, wanted: Purpose) -> Vec<ReceivedRequest> {
        let received = self.provider.received_on(Route::AnthropicChat).into_iter();
        received.filter(|request| purpose(request) == wanted).collect()
    }
}

/// Returns an answer without content that is valid for the purpose.
fn default_answer(purpose: Purpose) -> Answer {
    match purpose {
        Purpose::Classifier => Answer::text("QUESTION"),
        Purpose::Rerank => ranking(&[]),
        Purpose::Answer => reply("", &[]),
        Purpose::Entities => Answer::text(r#"{"entities":[],"relationships":[]}"#),
        Purpose::Mood => Answer::text(r#"{"joy_sadness":{"value":0.1,"rationale":"Rain."}}"#),
        Purpose::Heading | Purpose::Formatting | Purpose::Other => Answer::text("no"),
    }
}

/// Answer of the reranker: passage numbers with their scores.
pub fn ranking(places: &[(i64, f64)]) -> Answer {
    let places: Vec<Value> =
        places.iter().map(|(index, score)| json!({ "index": index, "score": score, "reason": "fits" })).collect();
    Answer::text(&json!({ "ranking": places }).to_string())
}

/// Answer to a question with its quotes by entry id; an empty text means that it was not answered.
pub fn reply(answer: &str, cited: &[(i64, &str)]) -> Answer {
    let cited: Vec<Value> = cited.iter().map(|(id, quote)| json!({ "entry_id": id, "quote": quote })).collect();
    Answer::text(&json!({ "answered": !answer.is_empty(), "answer": answer, "cited": cited }).to_string())
}

/// Returns a client with a key of all scopes for entries.
pub fn client(world: &World, server: &Server) -> Client {
    let (_, key) = world.ada().key("laptop", &["entries:read", "entries:write", "ingest", "search", "account"]);
    server.key(&key)
}

pub fn ids(found: &Value) -> Vec<i64> {
    found["items"].as_array().unwrap().iter().map(|hit| hit["entry_id"].as_i64().unwrap()).collect()
}
