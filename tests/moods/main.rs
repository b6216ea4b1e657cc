//! Moods from the command line to the model and back: the real program, and a provider that is played to it.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "how often was killed is told")]

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod crash;
mod routes;
mod scoring;

use std::fmt::Write as _;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use support::Run;
use support::World;
use support::provider::Answer;
use support::provider::Arrived;
use support::provider::Provider;
use support::provider::Route;

/// What a test measures moods by.
const CALM: (&str, &str) = ("calm_restless", "bipolar");
const AGENCY: (&str, &str) = ("agency", "unipolar");

/// Keeps what comes in from being scored at once.
const OFF: (&str, &str) = ("JOURNAL_ENABLE_MOOD_SCORING", "false");

/// Writes a file of dimensions.
fn dimensions(names: &[(&str, &str)]) -> String {
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

/// Scores whatever is asked for, with a value that is told.
fn scores(arrived: &Arrived, value: f64) -> Answer {
    let schema = &arrived.json["tools"][0]["input_schema"];
    let one = json!({ "value": value, "rationale": "It rained. She said so. That is all.", "confidence": 0.5 });
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let answer: Map<String, Value> = names.map(|name| (name.to_owned(), one.clone())).collect();
    Answer::text(&Value::from(answer).to_string())
}

/// Ada's journal, what her moods are measured by, and who scores them.
struct Scene {
    world: World,
    provider: Provider,
    settings: Vec<(String, String)>,
}

impl Scene {
    fn new() -> Self {
        let (world, provider) = (World::new(), Provider::start());
        provider.habit(Route::AnthropicChat, |arrived| scores(arrived, 0.25));
        let mut settings = provider.settings();
        let file = world.path("inbox/moods.toml");
        settings.push(("MOOD_DIMENSIONS_PATH".to_owned(), file.display().to_string()));
        let scene = Self { world, provider, settings };
        scene.measured_by(&[CALM, AGENCY]);
        scene
    }

    fn measured_by(&self, names: &[(&str, &str)]) {
        self.write_dimensions(&dimensions(names));
    }

    fn write_dimensions(&self, text: &str) {
        self.world.file("moods.toml", text);
    }

    /// One more setting.
    #[must_use]
    fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    fn settings(&self) -> Vec<(&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Runs a command with the settings.
    fn run(&self, args: &[&str]) -> Run {
        self.world.run_with(args, &self.settings(), None)
    }

    fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).ok().document()
    }

    /// Writes an entry that nothing is derived from yet.
    fn write(&self, text: &str, date: &str) -> i64 {
        let args = ["write", "-", "--date", date, "--json"];
        self.world.run_with(&args, &[OFF], Some(text.as_bytes())).ok().document()["id"].as_i64().unwrap()
    }

    /// Replaces an entry's text; nothing is derived from the new one yet.
    fn edit(&self, entry: i64, text: &str) {
        let args = ["edit", &entry.to_string(), "--text", "-"];
        self.world.run_with(&args, &[OFF], Some(text.as_bytes())).ok();
    }

    /// Returns an entry's scores that count, by dimension.
    fn counted(&self, entry: i64) -> Vec<(String, f64)> {
        let moods = self.json(&["mood", "show", &entry.to_string()]);
        let one = |score: &Value| (score["dimension"].as_str().unwrap().to_owned(), score["score"].as_f64().unwrap());
        moods["items"].as_array().unwrap().iter().map(one).collect()
    }

    /// Returns the questions about moods that arrived.
    fn asked(&self) -> Vec<Arrived> {
        let all = self.provider.of(Route::AnthropicChat);
        all.into_iter().filter(|arrived| arrived.system().contains("how its writer was that day")).collect()
    }
}

/// Writes scores as they are compared.
fn pairs(scores: &[(&str, f64)]) -> Vec<(String, f64)> {
    scores.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
}
