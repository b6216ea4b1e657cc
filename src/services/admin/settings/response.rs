//! Settings in the format of the web client, with every key always present.

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Config;
use crate::config::external_services::ExternalServices;
use crate::config::providers::ProviderTasksConfig;
use crate::config::runtime::{
    MOOD_SCORING_ENABLED, RUNTIME_SETTING_DEFINITIONS, RuntimeSettingDefinition, RuntimeSettingKind,
    RuntimeSettingValue, RuntimeSettings,
};
use crate::domain::price::ModelPrice;
use crate::domain::user::User;
use crate::providers::{chat, minilm, ocr, transcription};

/// All settings that users may see.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SettingsResponse {
    /// OCR of photographed pages.
    pub ocr: OcrSettings,
    /// Transcription of recordings.
    pub transcription: TranscriptionSettings,
    /// Formatting of transcripts into paragraphs.
    pub transcript_formatting: ModelSettings,
    /// Embeddings.
    pub embedding: EmbeddingSettings,
    /// Chunking of texts.
    pub chunking: ChunkingParameters,
    /// Extraction of people and places.
    pub entity_extraction: EntityExtractionSettings,
    /// Search pipeline.
    pub search: SearchPipelineSettings,
    /// Feature flags.
    pub features: FeatureFlags,
    /// Settings that an admin may change at run time.
    pub runtime: Vec<RuntimeSettingItem>,
    /// Prices of models.
    pub pricing: Vec<ModelPrice>,
}

/// Runtime setting with its current value.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuntimeSettingItem {
    /// Name.
    pub key: &'static str,
    /// `bool` or `string`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Display name.
    pub label: &'static str,
    /// Description, one line.
    pub description: &'static str,
    /// Current value.
    pub value: RuntimeSettingValue,
    /// Allowed values of a `string`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<&'static [&'static str]>,
}

impl RuntimeSettingItem {
    /// Returns all runtime settings with their current values.
    pub(super) fn list(runtime: &RuntimeSettings) -> Vec<Self> {
        let item = |setting: &'static RuntimeSettingDefinition| {
            let (kind, choices) = match setting.kind {
                RuntimeSettingKind::Switch => ("bool", None),
                RuntimeSettingKind::Choice(choices) => ("string", Some(choices)),
            };
            let value = runtime.value(setting).clone();
            Self { key: setting.key, kind, label: setting.label, description: setting.about, value, choices }
        };
        RUNTIME_SETTING_DEFINITIONS.iter().map(item).collect()
    }
}

/// OCR provider.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OcrSettings {
    /// Current provider.
    pub provider: String,
    /// Its model.
    pub model: String,
}

/// Model of a provider.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ModelSettings {
    /// Name of the model.
    pub model: String,
}

/// Transcription provider.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TranscriptionSettings {
    /// The provider.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// Fallback after a failure.
    pub fallback: TranscriptionFallback,
    /// Shadow transcription for comparison.
    pub shadow: ShadowTranscription,
    /// Retries.
    pub retry: TranscriptionRetry,
}

/// Fallback provider.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TranscriptionFallback {
    /// True if there is a fallback.
    pub enabled: bool,
    /// Name of the model.
    pub model: String,
}

/// Shadow transcription.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShadowTranscription {
    /// True if it is enabled.
    pub enabled: bool,
    /// The provider.
    pub provider: Option<String>,
    /// Its model.
    pub model: Option<String>,
}

/// Retry policy of transcriptions.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TranscriptionRetry {
    /// Maximum number of attempts.
    pub max_attempts: u32,
    /// Delay before the second attempt, seconds.
    pub base_delay_seconds: f64,
    /// Maximum delay between two attempts, seconds.
    pub max_delay_seconds: f64,
}

/// Embedding model.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EmbeddingSettings {
    /// Name of the model.
    pub model: String,
    /// Dimensions of a vector.
    pub dimensions: usize,
}

/// Chunking parameters.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChunkingParameters {
    /// `semantic` or `fixed`.
    pub strategy: String,
    /// Maximum size of a chunk, tokens.
    pub max_tokens: usize,
    /// Minimum size of a chunk, tokens.
    pub min_tokens: usize,
    /// Overlap of adjacent chunks, tokens.
    pub overlap_tokens: usize,
    /// Percentile of similarity below which a chunk boundary is set.
    pub boundary_percentile: f64,
    /// Percentile below which adjacent chunks do not overlap.
    pub decisive_percentile: f64,
    /// True if the date is embedded with a chunk.
    pub embed_metadata_prefix: bool,
}

/// Entity extraction.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntityExtractionSettings {
    /// The model.
    pub model: String,
    /// Minimum similarity at which two names are merged.
    pub dedup_similarity_threshold: f64,
}

/// Search pipeline.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchPipelineSettings {
    /// Configured reranker: `anthropic`, through the chat provider, or `none`.
    pub reranker: String,
    /// Model of the reranker; null if there is none.
    pub reranker_model: Option<String>,
    /// Number of entries from full-text search.
    pub bm25_candidates: usize,
    /// Number of chunks from vector search.
    pub dense_candidates: usize,
    /// Number of entries after fusion.
    pub fusion_top_m: usize,
    /// Constant of reciprocal rank fusion; 0, since scores are added instead.
    pub rrf_k: u32,
}

/// Feature flags.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FeatureFlags {
    /// True if new entries get mood scores.
    pub mood_scoring: bool,
    /// Model that scores moods.
    pub mood_scorer_model: String,
    /// Author name given to providers.
    pub journal_author_name: String,
    /// Always false.
    pub strava_enabled: bool,
}

impl SettingsResponse {
    /// Assembles the settings for a user.
    pub(super) fn new(config: &Config, user: &User, runtime: &RuntimeSettings, pricing: Vec<ModelPrice>) -> Self {
        let providers = &config.providers;
        // The current provider: an admin may have changed it since the server started.
        let (ocr_provider, ocr_model) = ocr::provider_and_model(config, runtime);
        Self {
            ocr: OcrSettings { provider: ocr_provider, model: ocr_model },
            transcription: transcription_settings(providers),
            transcript_formatting: ModelSettings { model: chat::effective_model(config, &providers.formatter_model) },
            embedding: embedding(&config.external_services),
            chunking: ChunkingParameters {
                strategy: config.chunking.strategy.clone(),
                max_tokens: config.chunking.max_tokens,
                min_tokens: config.chunking.min_tokens,
                overlap_tokens: config.chunking.overlap_tokens,
                boundary_percentile: config.chunking.boundary_percentile,
                decisive_percentile: config.chunking.decisive_percentile,
                embed_metadata_prefix: false,
            },
            entity_extraction: EntityExtractionSettings {
                model: chat::effective_model(config, &providers.entities.model),
                dedup_similarity_threshold: providers.entities.dedup_similarity,
            },
            search: search_settings(config),
            features: FeatureFlags {
                mood_scoring: runtime.is_on(MOOD_SCORING_ENABLED),
                mood_scorer_model: providers.mood.model.clone(),
                journal_author_name: providers.author_name.clone().unwrap_or_else(|| user.display_name.clone()),
                strava_enabled: false,
            },
            runtime: RuntimeSettingItem::list(runtime),
            pricing,
        }
    }
}

fn transcription_settings(providers: &ProviderTasksConfig) -> TranscriptionSettings {
    let (provider, model) = (&providers.transcription_provider, &providers.transcription_model);
    let shadow = providers.shadow_provider.clone();
    TranscriptionSettings {
        provider: provider.clone(),
        model: transcription::effective_model(provider, Some(model)).unwrap_or_else(|| model.clone()),
        fallback: TranscriptionFallback {
            enabled: providers.fallback_enabled,
            model: providers.fallback_model.clone(),
        },
        shadow: ShadowTranscription {
            enabled: shadow.is_some(),
            model: shadow
                .as_deref()
                .and_then(|name| transcription::effective_model(name, providers.shadow_model.as_deref())),
            provider: shadow,
        },
        retry: TranscriptionRetry {
            max_attempts: providers.retry_attempts,
            base_delay_seconds: providers.retry_base_delay,
            max_delay_seconds: providers.retry_max_delay,
        },
    }
}

fn search_settings(config: &Config) -> SearchPipelineSettings {
    let reranker = config.providers.reranker.as_deref();
    SearchPipelineSettings {
        reranker: if reranker.is_some() { "anthropic" } else { "none" }.to_owned(),
        reranker_model: reranker.map(|model| chat::effective_model(config, model)),
        bm25_candidates: config.search.keyword,
        dense_candidates: config.search.vector,
        fusion_top_m: config.search.fused,
        rrf_k: 0,
    }
}

fn embedding(outside: &ExternalServices) -> EmbeddingSettings {
    match outside.embedding_provider.as_str() {
        "openai" => {
            let dimensions = usize::try_from(outside.embedding_dimensions).unwrap_or(usize::MAX);
            EmbeddingSettings { model: outside.embedding_model.clone(), dimensions }
        }
        _ => EmbeddingSettings { model: minilm::ID.to_owned(), dimensions: minilm::DIMENSION },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::EnvironmentSnapshot;

    #[test]
    fn the_configured_reranker_is_reported() {
        let settings = |variables: &[(&str, &str)]| {
            let all = [("HOME", "/nonexistent")].iter().chain(variables);
            let environment: EnvironmentSnapshot = all.map(|(name, value)| (name.to_string(), value.into())).collect();
            let settings = search_settings(&Config::load(Vec::new(), None, &environment).unwrap());
            (settings.reranker, settings.reranker_model)
        };

        assert_eq!(settings(&[("HYBRID_RERANKER", "none")]), ("none".to_owned(), None));
        let (reranker, model) = settings(&[("HYBRID_RERANKER", "anthropic"), ("RERANKER_MODEL", "claude-x")]);
        assert_eq!((reranker.as_str(), model.as_deref()), ("anthropic", Some("claude-x")));
    }
}
