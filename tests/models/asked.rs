//! A journal whose questions to models all go to one scripted provider.

use serde_json::Value;
use serde_json::json;

use crate::support::World;
use crate::support::provider::Answer;
use crate::support::provider::Arrived;
use crate::support::provider::Provider;
use crate::support::provider::Route;
use crate::support::server::Client;
use crate::support::server::Server;
use crate::support::server::UNLIMITED;

/// What a model is asked for, as its instructions tell.
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

/// Tells what a question is for.
pub fn purpose(arrived: &Arrived) -> Purpose {
    let system = arrived.json["system"][0]["text"].as_str().unwrap_or_default();
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

/// Returns what a question tells the model, beside its instructions.
pub fn told(arrived: &Arrived) -> String {
    arrived.json["messages"][0]["content"][0]["text"].as_str().unwrap().to_owned()
}

/// Returns the numbers of the entries that an answer may rest on.
pub fn offered(arrived: &Arrived) -> Vec<i64> {
    let text = told(arrived);
    let labels = text.lines().filter(|line| line.starts_with("BEGIN ")).filter_map(|line| line.split(" entry ").nth(1));
    labels.map(|label| label.split(' ').next().unwrap().parse().unwrap()).collect()
}

/// A provider and the journals that ask it.
pub struct Asked {
    pub world: World,
    pub provider: Provider,
}

impl Asked {
    pub fn new() -> Self {
        Self { world: World::new(), provider: Provider::start() }
    }

    /// Answers each question by what it is for; `None` says the usual.
    pub fn says(&self, answer: impl Fn(Purpose, &Arrived) -> Option<Answer> + Send + 'static) -> &Self {
        self.provider.habit(Route::AnthropicChat, move |arrived| {
            let purpose = purpose(arrived);
            answer(purpose, arrived).unwrap_or_else(|| usual(purpose))
        });
        self
    }

    pub fn settings(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        // Moods of entries that came in before are scored where they are asked for, and else by what is built in.
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

    /// Returns what was asked for a purpose.
    pub fn questions(&self, wanted: Purpose) -> Vec<Arrived> {
        self.provider.of(Route::AnthropicChat).into_iter().filter(|arrived| purpose(arrived) == wanted).collect()
    }
}

/// What a model says that was not told anything else: nothing.
fn usual(purpose: Purpose) -> Answer {
    match purpose {
        Purpose::Classifier => Answer::text("QUESTION"),
        Purpose::Rerank => ranking(&[]),
        Purpose::Answer => reply("", &[]),
        Purpose::Entities => Answer::text(r#"{"entities":[],"relationships":[]}"#),
        Purpose::Mood => Answer::text(r#"{"joy_sadness":{"value":0.1,"rationale":"Rain."}}"#),
        Purpose::Heading | Purpose::Formatting | Purpose::Other => Answer::text("no"),
    }
}

/// A ranking of passages by their numbers, with their scores.
pub fn ranking(places: &[(i64, f64)]) -> Answer {
    let places: Vec<Value> =
        places.iter().map(|(index, score)| json!({ "index": index, "score": score, "reason": "fits" })).collect();
    Answer::text(&json!({ "ranking": places }).to_string())
}

/// An answer with what it rests on; an empty one says that there is none.
pub fn reply(answer: &str, cited: &[(i64, &str)]) -> Answer {
    let cited: Vec<Value> = cited.iter().map(|(id, quote)| json!({ "entry_id": id, "quote": quote })).collect();
    Answer::text(&json!({ "answered": !answer.is_empty(), "answer": answer, "cited": cited }).to_string())
}

/// Somebody with a key that may all that has to do with entries.
pub fn client(world: &World, server: &Server) -> Client {
    let (_, key) = world.ada().key("laptop", &["entries:read", "entries:write", "ingest", "search", "account"]);
    server.key(&key)
}

pub fn ids(found: &Value) -> Vec<i64> {
    found["items"].as_array().unwrap().iter().map(|hit| hit["entry_id"].as_i64().unwrap()).collect()
}
