//! What is told of a file that was read anew: how much is in it, never what.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::contexts::Casing;
use crate::app::contexts::Glossary;
use crate::app::contexts::Moods;
use crate::config::Config;
use crate::config::outside::Outside;
use crate::config::providers::Providers;
use crate::config::runtime::Runtime;
use crate::providers::speech;

/// What was read anew.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Summary {
    /// Words that help with handwriting.
    Ocr {
        /// `ocr-context`.
        reloaded: &'static str,
        /// Who reads pages.
        provider: String,
        /// With which model; `default` for the provider's usual one.
        model: String,
        /// Whether two providers read each page.
        dual_pass: bool,
        /// Files that have a part in it.
        context_files: usize,
        /// Characters of what is given to the provider.
        context_chars: usize,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Words that help with recordings.
    Transcription {
        /// `transcription-context`.
        reloaded: &'static str,
        /// Who transcribes, with what behind and beside them.
        stack: String,
        /// Files that have a part in it.
        context_files: usize,
        /// Characters of what is given to the provider, before it is cut to what they take.
        context_chars: usize,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Dimensions of moods.
    Moods {
        /// `mood-dimensions`.
        reloaded: &'static str,
        /// How many there are.
        dimension_count: usize,
        /// Their names, in order.
        dimensions: Vec<String>,
        /// What the file calls its version.
        version: String,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Names that are written in an unusual way.
    Casing {
        /// `entity-casing`.
        reloaded: &'static str,
        /// How many there are.
        exception_count: usize,
        /// Where they were read.
        path: String,
        /// Account timestamp.
        reloaded_at: String,
    },
}

impl Summary {
    pub(super) fn ocr(config: &Config, runtime: &Runtime, words: &Glossary, reloaded_at: String) -> Self {
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

    pub(super) fn transcription(config: &Config, words: &Glossary, reloaded_at: String) -> Self {
        Self::Transcription {
            reloaded: "transcription-context",
            stack: stack(&config.providers, &config.outside),
            context_files: words.files,
            context_chars: words.text.chars().count(),
            reloaded_at,
        }
    }

    pub(super) fn moods(moods: &Moods, reloaded_at: String) -> Self {
        Self::Moods {
            reloaded: "mood-dimensions",
            dimension_count: moods.dimensions.len(),
            dimensions: moods.dimensions.iter().map(|dimension| dimension.name.clone()).collect(),
            version: moods.version.clone(),
            reloaded_at,
        }
    }

    pub(super) fn casing(casing: &Casing, reloaded_at: String) -> Self {
        Self::Casing {
            reloaded: "entity-casing",
            exception_count: casing.exceptions.len(),
            path: casing.path.display().to_string(),
            reloaded_at,
        }
    }
}

/// Describes who transcribes: `openai/gpt-4o-transcribe`, within `retrying(…, fb=…)` and `shadow(…, …)`.
fn stack(providers: &Providers, outside: &Outside) -> String {
    let primary = named(&providers.transcription_provider, Some(&providers.transcription_model));
    let fallback = named("openai", Some(&providers.fallback_model));
    let behind = match (providers.fallback_enabled, primary == fallback) {
        (false, _) | (true, true) => primary,
        (true, false) if outside.transcription.is_configured() => format!("retrying({primary}, fb={fallback})"),
        (true, false) => format!("retrying({primary})"),
    };
    match &providers.shadow_provider {
        Some(shadow) => format!("shadow({behind}, {})", named(shadow, providers.shadow_model.as_deref())),
        None => behind,
    }
}

/// Names a provider with the model that it is asked for.
fn named(provider: &str, model: Option<&str>) -> String {
    format!("{provider}/{}", speech::model(provider, model).unwrap_or_default())
}
