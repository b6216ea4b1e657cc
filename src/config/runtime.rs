//! Settings that an admin can change at run time; the configured value applies until then.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::reader::SettingsReader;
use crate::error::{Error, Result};

/// Allowed values of a runtime setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuntimeSettingKind {
    /// True or false.
    Switch,
    /// One of these values.
    Choice(&'static [&'static str]),
}

/// Definition of a setting that can be changed at run time.
#[derive(Debug)]
pub struct RuntimeSettingDefinition {
    /// Name in the API.
    pub key: &'static str,
    /// Configuration key of the initial value.
    pub configured: &'static str,
    /// Display name.
    pub label: &'static str,
    /// Description, one line.
    pub about: &'static str,
    /// Allowed values.
    pub kind: RuntimeSettingKind,
}

const fn switch(
    key: &'static str,
    configured: &'static str,
    label: &'static str,
    about: &'static str,
) -> RuntimeSettingDefinition {
    RuntimeSettingDefinition { key, configured, label, about, kind: RuntimeSettingKind::Switch }
}

/// Key of the setting that allows anyone to register an account.
pub const REGISTRATION_ENABLED: &str = "registration_enabled";
/// Key of the setting that enables mood scoring of new entries.
pub const MOOD_SCORING_ENABLED: &str = "enable_mood_scoring";

/// All runtime settings, in display order.
pub const RUNTIME_SETTING_DEFINITIONS: &[RuntimeSettingDefinition] = &[
    switch("preprocess_images", "ocr.preprocess_images", "Preprocess images", "Preprocess page photos before OCR"),
    switch(
        "ocr_dual_pass",
        "ocr.dual_pass",
        "Dual-pass OCR",
        "Recognise each page with two providers and compare the results",
    ),
    switch(MOOD_SCORING_ENABLED, "mood.scoring", "Mood scoring", "Score the mood of new entries"),
    RuntimeSettingDefinition {
        key: "ocr_provider",
        configured: "ocr.provider",
        label: "OCR provider",
        about: "Provider that recognises photographed pages",
        kind: RuntimeSettingKind::Choice(&["anthropic", "gemini", "openai", "tesseract"]),
    },
    switch(REGISTRATION_ENABLED, "registration.enabled", "User registration", "Let anyone register an account"),
    switch(
        "transcript_formatting",
        "transcription.formatting",
        "Transcript formatting",
        "Add paragraph breaks to transcripts",
    ),
    switch(
        "date_heading_detection",
        "entries.date_heading_detection",
        "Date heading detection",
        "Turn a date at the start of a text into a heading",
    ),
    switch(
        "transcription_context_enabled",
        "transcription.context_enabled",
        "Transcription context",
        "Send glossary names to the transcription provider",
    ),
];

/// Value of a runtime setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RuntimeSettingValue {
    /// Value of a switch.
    Switch(bool),
    /// Value of a choice.
    Choice(String),
}

impl RuntimeSettingDefinition {
    /// Checks that a value is allowed for the setting.
    ///
    /// # Errors
    /// `Invalid` with the allowed values.
    pub fn check(&self, value: &RuntimeSettingValue) -> Result<()> {
        let wanted = match (self.kind, value) {
            (RuntimeSettingKind::Switch, RuntimeSettingValue::Switch(_)) => return Ok(()),
            (RuntimeSettingKind::Choice(choices), RuntimeSettingValue::Choice(chosen))
                if choices.contains(&chosen.as_str()) =>
            {
                return Ok(());
            }
            (RuntimeSettingKind::Switch, RuntimeSettingValue::Choice(_)) => "true or false".to_owned(),
            (RuntimeSettingKind::Choice(choices), _) => format!("one of {}", choices.join(", ")),
        };
        Err(Error::invalid(format!("{} must be {wanted}", self.key)).code("invalid_field"))
    }
}

/// Values of all runtime settings.
#[derive(Debug, Clone)]
pub struct RuntimeSettings(BTreeMap<&'static str, RuntimeSettingValue>);

impl RuntimeSettings {
    /// Reads the configured values.
    pub(crate) fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        let mut values = BTreeMap::new();
        for setting in RUNTIME_SETTING_DEFINITIONS {
            let value = match setting.kind {
                RuntimeSettingKind::Switch => RuntimeSettingValue::Switch(table.parse_bool(setting.configured)?),
                RuntimeSettingKind::Choice(choices) => {
                    let chosen = table.required(setting.configured);
                    if !choices.contains(&chosen) {
                        return Err(table.invalid_value(setting.configured, &format!("one of {}", choices.join(", "))));
                    }
                    RuntimeSettingValue::Choice(chosen.to_owned())
                }
            };
            values.insert(setting.key, value);
        }
        Ok(Self(values))
    }

    /// Returns the values with the stored overrides applied, JSON texts by key. Invalid overrides are ignored.
    #[must_use]
    pub fn with_overrides(&self, stored: &BTreeMap<String, String>) -> Self {
        let mut values = self.0.clone();
        for setting in RUNTIME_SETTING_DEFINITIONS {
            let value = stored.get(setting.key).and_then(|text| serde_json::from_str(text).ok());
            if let Some(value) = value.filter(|value| setting.check(value).is_ok()) {
                values.insert(setting.key, value);
            }
        }
        Self(values)
    }

    /// Returns the value of a setting.
    #[must_use]
    pub fn value(&self, setting: &RuntimeSettingDefinition) -> &RuntimeSettingValue {
        &self.0[setting.key]
    }

    /// Returns whether a switch is on.
    #[must_use]
    pub fn is_on(&self, key: &str) -> bool {
        self.0.get(key) == Some(&RuntimeSettingValue::Switch(true))
    }

    /// Returns the value of a choice; `None` for a switch.
    #[must_use]
    pub fn choice(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(RuntimeSettingValue::Choice(chosen)) => Some(chosen),
            Some(RuntimeSettingValue::Switch(_)) | None => None,
        }
    }
}
