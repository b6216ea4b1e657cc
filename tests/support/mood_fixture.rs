//! Journal of one user whose moods a scripted provider scores.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::support::provider::{Answer, Provider, ReceivedRequest, Route};
use crate::support::{Run, World};

/// Mood dimensions of the tests: name and scale type.
pub const CALM: (&str, &str) = ("calm_restless", "bipolar");
pub const AGENCY: (&str, &str) = ("agency", "unipolar");

/// Setting that keeps new entries from being scored.
pub const SCORING_OFF: (&str, &str) = ("JOURNAL_ENABLE_MOOD_SCORING", "false");

/// Returns the text of a dimension file.
pub fn dimensions(names: &[(&str, &str)]) -> String {
    let mut text = "[meta]\nversion = '2026-01-15'\ndescription = 'For a test.'\n".to_owned();
    for (name, scale) in names {
        write!(
            text,
            "\n[[dimension]]\nname = '{name}'\npositive_pole = 'high'\nnegative_pole = 'low'\nscale_type = '{scale}'\n\
             notes = 'About {name}.'\n"
        )
        .unwrap();
    }
    text
}

/// Returns an answer that gives `value` to every requested dimension.
pub fn score_all(request: &ReceivedRequest, value: f64) -> Answer {
    let schema = &request.json["tools"][0]["input_schema"];
    let one = json!({ "value": value, "rationale": "It rained. She said so. That is all.", "confidence": 0.5 });
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let answer: Map<String, Value> = names.map(|name| (name.to_owned(), one.clone())).collect();
    Answer::text(&Value::from(answer).to_string())
}

/// Ada's journal, its dimension file, and the provider that scores its moods.
pub struct MoodFixture {
    pub world: World,
    pub provider: Provider,
    pub settings: Vec<(String, String)>,
}

impl MoodFixture {
    pub fn new() -> Self {
        let (world, provider) = (World::new(), Provider::start());
        provider.respond_with(Route::AnthropicChat, |request| score_all(request, 0.25));
        let mut settings = provider.settings();
        let file = world.path("inbox/moods.toml");
        settings.push(("MOOD_DIMENSIONS_PATH".to_owned(), file.display().to_string()));
        let fixture = Self { world, provider, settings };
        fixture.set_dimensions(&[CALM, AGENCY]);
        fixture
    }

    pub fn set_dimensions(&self, names: &[(&str, &str)]) {
        self.write_dimensions(&dimensions(names));
    }

    pub fn write_dimensions(&self, text: &str) {
        self.world.file("moods.toml", text);
    }

    /// Adds a setting.
    #[must_use]
    pub fn with_setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Runs a command with the settings of the fixture.
    pub fn run(&self, args: &[&str]) -> Run {
        self.world.run_with(args, &self.settings(), None)
    }

    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).ok().document()
    }

    /// Writes an entry that is not scored yet.
    pub fn write(&self, text: &str, date: &str) -> i64 {
        let args = ["write", "-", "--date", date, "--json"];
        self.world.run_with(&args, &[SCORING_OFF], Some(text.as_bytes())).ok().document()["id"].as_i64().unwrap()
    }

    /// Replaces an entry's text; the new text is not scored yet.
    pub fn edit(&self, entry: i64, text: &str) {
        let args = ["edit", &entry.to_string(), "--text", "-"];
        self.world.run_with(&args, &[SCORING_OFF], Some(text.as_bytes())).ok();
    }

    /// Returns an entry's effective scores by dimension; an owner's score overrides a model's.
    pub fn effective_scores(&self, entry: i64) -> Vec<(String, f64)> {
        let moods = self.json(&["mood", "show", &entry.to_string()]);
        let one = |score: &Value| (score["dimension"].as_str().unwrap().to_owned(), score["score"].as_f64().unwrap());
        moods["items"].as_array().unwrap().iter().map(one).collect()
    }

    /// Returns the mood requests that the provider received.
    pub fn mood_requests(&self) -> Vec<ReceivedRequest> {
        let all = self.provider.received_on(Route::AnthropicChat);
        all.into_iter().filter(|request| request.system().contains("how its writer was that day")).collect()
    }
}

/// Converts scores to the type that [`MoodFixture::effective_scores`] returns.
pub fn pairs(scores: &[(&str, f64)]) -> Vec<(String, f64)> {
    scores.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}
