//! Settings that an admin may change while the server runs; until then the configuration's value counts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::config::table::Table;
use crate::error::Error;
use crate::error::Result;

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// On or off.
    Switch,
    /// One of these words.
    Choice(&'static [&'static str]),
}

/// A setting that can be changed at run time.
#[derive(Debug)]
pub struct Definition {
    /// Its name on the wire.
    pub key: &'static str,
    /// The configuration's name of the value that counts until somebody changes it.
    pub configured: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// What it may be.
    pub kind: Kind,
}

const fn switch(key: &'static str, configured: &'static str, label: &'static str, about: &'static str) -> Definition {
    Definition { key, configured, label, about, kind: Kind::Switch }
}

/// Whether strangers may make an account.
pub const REGISTRATION: &str = "registration_enabled";
/// Whether new entries are scored by mood.
pub const MOOD_SCORING: &str = "enable_mood_scoring";

/// All of them, in the order they are shown.
pub const RUNTIME: &[Definition] = &[
    switch(
        "preprocess_images",
        "ocr.preprocess_images",
        "Preprocess images",
        "Clean up page photos before reading them",
    ),
    switch("ocr_dual_pass", "ocr.dual_pass", "Dual-pass OCR", "Read each page with two providers and compare"),
    switch(MOOD_SCORING, "mood.scoring", "Mood scoring", "Score the mood of new entries"),
    Definition {
        key: "ocr_provider",
        configured: "ocr.provider",
        label: "OCR provider",
        about: "Who reads photographed pages",
        kind: Kind::Choice(&["anthropic", "gemini", "openai", "tesseract"]),
    },
    switch(REGISTRATION, "registration.enabled", "User registration", "Let strangers make an account"),
    switch(
        "transcript_formatting",
        "transcription.formatting",
        "Transcript formatting",
        "Put paragraph breaks into transcripts",
    ),
    switch(
        "date_heading_detection",
        "entries.date_heading_detection",
        "Date heading detection",
        "Lift a date at the beginning of a text into a heading",
    ),
    switch(
        "transcription_context_enabled",
        "transcription.context_enabled",
        "Transcription context",
        "Give the transcriber the names of the glossary",
    ),
];

/// A setting's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Value {
    /// Of a switch.
    Switch(bool),
    /// Of a choice.
    Choice(String),
}

impl Definition {
    /// Refuses a value that the setting cannot have.
    ///
    /// # Errors
    /// `Invalid` saying what it may be.
    pub fn check(&self, value: &Value) -> Result<()> {
        let wanted = match (self.kind, value) {
            (Kind::Switch, Value::Switch(_)) => return Ok(()),
            (Kind::Choice(choices), Value::Choice(chosen)) if choices.contains(&chosen.as_str()) => return Ok(()),
            (Kind::Switch, Value::Choice(_)) => "true or false".to_owned(),
            (Kind::Choice(choices), _) => format!("one of {}", choices.join(", ")),
        };
        Err(Error::invalid(format!("{} must be {wanted}", self.key)).code("invalid_field"))
    }
}

/// The value of every such setting.
#[derive(Debug, Clone)]
pub struct Runtime(BTreeMap<&'static str, Value>);

impl Runtime {
    /// Reads what the configuration says.
    pub(crate) fn read(table: &Table<'_>) -> Result<Self> {
        let mut values = BTreeMap::new();
        for setting in RUNTIME {
            let value = match setting.kind {
                Kind::Switch => Value::Switch(table.truth(setting.configured)?),
                Kind::Choice(choices) => {
                    let chosen = table.required(setting.configured);
                    if !choices.contains(&chosen) {
                        return Err(table.wrong(setting.configured, &format!("one of {}", choices.join(", "))));
                    }
                    Value::Choice(chosen.to_owned())
                }
            };
            values.insert(setting.key, value);
        }
        Ok(Self(values))
    }

    /// Returns the values after what was changed, JSON texts by key. What a setting cannot be is passed over.
    #[must_use]
    pub fn changed_by(&self, stored: &BTreeMap<String, String>) -> Self {
        let mut values = self.0.clone();
        for setting in RUNTIME {
            let value = stored.get(setting.key).and_then(|text| serde_json::from_str(text).ok());
            if let Some(value) = value.filter(|value| setting.check(value).is_ok()) {
                values.insert(setting.key, value);
            }
        }
        Self(values)
    }

    /// Returns a setting's value.
    #[must_use]
    pub fn value(&self, setting: &Definition) -> &Value {
        &self.0[setting.key]
    }

    /// Tells whether a switch is on.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        self.0.get(key) == Some(&Value::Switch(true))
    }

    /// Returns what is chosen; nothing for a switch.
    #[must_use]
    pub fn choice(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Value::Choice(chosen)) => Some(chosen),
            Some(Value::Switch(_)) | None => None,
        }
    }
}
