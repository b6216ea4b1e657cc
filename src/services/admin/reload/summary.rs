//! Summary of a reloaded file: amounts, never content.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::reloadable::{GlossaryText, MoodDimensions, NameCasing};
use crate::config::Config;
use crate::config::external_services::ExternalServices;
use crate::config::providers::ProviderTasksConfig;
use crate::config::runtime::RuntimeSettings;
use crate::providers::transcription;

/// Result of a reload.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ReloadSummary {
    /// Glossary for handwriting.
    Ocr {
        /// `ocr-context`.
        reloaded: &'static str,
        /// OCR provider.
        provider: String,
        /// Model; `default` for the provider's default.
        model: String,
        /// True if two providers read each page.
        dual_pass: bool,
        /// Number of files with text.
        context_files: usize,
        /// Length of the text sent to the provider, characters.
        context_chars: usize,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Glossary for recordings.
    Transcription {
        /// `transcription-context`.
        reloaded: &'static str,
        /// Transcription provider with its fallback and shadow.
        stack: String,
        /// Number of files with text.
        context_files: usize,
        /// Length of the text before it is cut to the provider's limit, characters.
        context_chars: usize,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Mood dimensions.
    Moods {
        /// `mood-dimensions`.
        reloaded: &'static str,
        /// Number of dimensions.
        dimension_count: usize,
        /// Names, in order.
        dimensions: Vec<String>,
        /// Version given in the file.
        version: String,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Spelling of names.
    Casing {
        /// `entity-casing`.
        reloaded: &'static str,
        /// Number of names.
        exception_count: usize,
        /// Path of the file.
        path: String,
        /// Account timestamp.
        reloaded_at: String,
    },
}

impl ReloadSummary {
    pub(super) fn ocr(config: &Config, runtime: &RuntimeSettings, words: &GlossaryText, reloaded_at: String) -> Self {
        Self::Ocr {
            reloaded: "ocr-context",
            provider: runtime.choice("ocr_provider").unwrap_or_default().to_owned(),
            model: config.providers.ocr_model.clone().unwrap_or_else(|| "default".to_owned()),
            dual_pass: runtime.is_on("ocr_dual_pass"),
            context_files: words.files,
            context_chars: words.text.chars().count(),
            reloaded_at,
        }
    }

    pub(super) fn transcription(config: &Config, words: &GlossaryText, reloaded_at: String) -> Self {
        Self::Transcription {
            reloaded: "transcription-context",
            stack: transcription_stack(&config.providers, &config.external_services),
            context_files: words.files,
            context_chars: words.text.chars().count(),
            reloaded_at,
        }
    }

    pub(super) fn moods(moods: &MoodDimensions, reloaded_at: String) -> Self {
        Self::Moods {
            reloaded: "mood-dimensions",
            dimension_count: moods.dimensions.len(),
            dimensions: moods.dimensions.iter().map(|dimension| dimension.name.clone()).collect(),
            version: moods.version.clone(),
            reloaded_at,
        }
    }

    pub(super) fn casing(casing: &NameCasing, reloaded_at: String) -> Self {
        Self::Casing {
            reloaded: "entity-casing",
            exception_count: casing.exceptions.len(),
            path: casing.path.display().to_string(),
            reloaded_at,
        }
    }
}

/// Describes the transcription stack: `openai/gpt-4o-transcribe`, within `retrying(…, fb=…)` and `shadow(…, …)`.
fn transcription_stack(providers: &ProviderTasksConfig, outside: &ExternalServices) -> String {
    let primary = provider_and_model(&providers.transcription_provider, Some(&providers.transcription_model));
    let fallback = provider_and_model("openai", Some(&providers.fallback_model));
    let primary = match (providers.fallback_enabled, primary == fallback) {
        (false, _) | (true, true) => primary,
        (true, false) if outside.transcription.is_configured() => format!("retrying({primary}, fb={fallback})"),
        (true, false) => format!("retrying({primary})"),
    };
    match &providers.shadow_provider {
        Some(shadow) => format!("shadow({primary}, {})", provider_and_model(shadow, providers.shadow_model.as_deref())),
        None => primary,
    }
}

/// Formats a provider with its model.
fn provider_and_model(provider: &str, model: Option<&str>) -> String {
    format!("{provider}/{}", transcription::effective_model(provider, model).unwrap_or_default())
}
