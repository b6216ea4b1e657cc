//! The settings as the web client reads them, every key always there.

use schemars::JsonSchema;
use serde::Serialize;

use crate::config::Config;
use crate::config::outside::Outside;
use crate::config::runtime::MOOD_SCORING;
use crate::config::runtime::Runtime;
use crate::model::price::Price;
use crate::model::user::User;
use crate::providers::chat;
use crate::providers::minilm;
use crate::providers::ocr;
use crate::providers::speech;
use crate::settings::Setting;

/// Everything the server is set to that users may know.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Settings {
    /// Reading photographed pages.
    pub ocr: Ocr,
    /// Writing down recordings.
    pub transcription: Transcription,
    /// Paragraphs of transcripts.
    pub transcript_formatting: Model,
    /// Vectors of texts.
    pub embedding: Embedding,
    /// Pieces that texts are cut into.
    pub chunking: Chunking,
    /// Finding people and places.
    pub entity_extraction: Entities,
    /// Stages of a search.
    pub search: Search,
    /// What is on.
    pub features: Features,
    /// What an admin may change while the server runs.
    pub runtime: Vec<Setting>,
    /// What models cost.
    pub pricing: Vec<Price>,
}

/// Who reads photographed pages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Ocr {
    /// The provider, as it is now.
    pub provider: String,
    /// Its model.
    pub model: String,
}

/// A model.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Model {
    /// The provider's name of it.
    pub model: String,
}

/// Who writes down recordings.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Transcription {
    /// The provider.
    pub provider: String,
    /// Its model.
    pub model: String,
    /// What takes over where that fails.
    pub fallback: Fallback,
    /// A second one to compare with.
    pub shadow: Shadow,
    /// Attempts.
    pub retry: Retry,
}

/// What takes over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Fallback {
    /// Whether anything does.
    pub enabled: bool,
    /// Which model.
    pub model: String,
}

/// A second transcriber.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Shadow {
    /// Whether there is one.
    pub enabled: bool,
    /// The provider.
    pub provider: Option<String>,
    /// Its model.
    pub model: Option<String>,
}

/// Attempts at a transcription.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Retry {
    /// How many.
    pub max_attempts: u32,
    /// Seconds before the second.
    pub base_delay_seconds: f64,
    /// Most seconds between two.
    pub max_delay_seconds: f64,
}

/// Vectors of texts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Embedding {
    /// The model.
    pub model: String,
    /// Numbers a vector.
    pub dimensions: usize,
}

/// Pieces of texts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Chunking {
    /// `semantic` or `fixed`.
    pub strategy: String,
    /// Longest piece, tokens.
    pub max_tokens: usize,
    /// Shortest piece, tokens.
    pub min_tokens: usize,
    /// Tokens that neighbours share.
    pub overlap_tokens: usize,
    /// Percentile of likeness at which neighbours are parted.
    pub boundary_percentile: f64,
    /// Percentile at which they share nothing.
    pub decisive_percentile: f64,
    /// Whether the date is embedded with a piece.
    pub embed_metadata_prefix: bool,
}

/// Finding people and places.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Entities {
    /// The model.
    pub model: String,
    /// Likeness from which two names are one.
    pub dedup_similarity_threshold: f64,
}

/// Stages of a search.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Search {
    /// What orders the hits anew; `none`.
    pub reranker: String,
    /// Its model.
    pub reranker_model: Option<String>,
    /// Entries found by word.
    pub bm25_candidates: usize,
    /// Chunks found by meaning.
    pub dense_candidates: usize,
    /// Entries kept of both.
    pub fusion_top_m: usize,
    /// Constant of reciprocal rank fusion; 0, since scores are added here.
    pub rrf_k: u32,
}

/// What is on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Features {
    /// Whether moods of new entries are scored.
    pub mood_scoring: bool,
    /// By which model.
    pub mood_scorer_model: String,
    /// The author for providers.
    pub journal_author_name: String,
    /// Always false.
    pub strava_enabled: bool,
}

impl Settings {
    /// Puts together what a user is shown.
    pub(super) fn of(
        config: &Config,
        user: &User,
        runtime: &Runtime,
        listed: Vec<Setting>,
        pricing: Vec<Price>,
    ) -> Self {
        let providers = &config.providers;
        // The one that counts now: an admin may have chosen another since the server started.
        let (reader, reading_model) = ocr::described(config, runtime);
        let listener = |provider: &str, model: Option<&str>| speech::model(provider, model);
        let wanted = &providers.transcription_model;
        let shadow = providers.shadow_provider.clone();
        Self {
            ocr: Ocr { provider: reader, model: reading_model },
            transcription: Transcription {
                provider: providers.transcription_provider.clone(),
                model: listener(&providers.transcription_provider, Some(wanted)).unwrap_or_else(|| wanted.clone()),
                fallback: Fallback { enabled: providers.fallback_enabled, model: providers.fallback_model.clone() },
                shadow: Shadow {
                    enabled: shadow.is_some(),
                    model: shadow.as_deref().and_then(|name| listener(name, providers.shadow_model.as_deref())),
                    provider: shadow,
                },
                retry: Retry {
                    max_attempts: providers.retry_attempts,
                    base_delay_seconds: providers.retry_base_delay,
                    max_delay_seconds: providers.retry_max_delay,
                },
            },
            transcript_formatting: Model { model: chat::model(config, &providers.formatter_model) },
            embedding: embedding(&config.outside),
            chunking: Chunking {
                strategy: config.chunking.strategy.clone(),
                max_tokens: config.chunking.max_tokens,
                min_tokens: config.chunking.min_tokens,
                overlap_tokens: config.chunking.overlap_tokens,
                boundary_percentile: config.chunking.boundary_percentile,
                decisive_percentile: config.chunking.decisive_percentile,
                embed_metadata_prefix: false,
            },
            entity_extraction: Entities {
                model: chat::model(config, &providers.entities.model),
                dedup_similarity_threshold: providers.entities.dedup_similarity,
            },
            search: Search {
                reranker: "none".to_owned(),
                reranker_model: None,
                bm25_candidates: config.search.keyword,
                dense_candidates: config.search.vector,
                fusion_top_m: config.search.fused,
                rrf_k: 0,
            },
            features: Features {
                mood_scoring: runtime.is_on(MOOD_SCORING),
                mood_scorer_model: providers.mood.model.clone(),
                journal_author_name: providers.author_name.clone().unwrap_or_else(|| user.display_name.clone()),
                strava_enabled: false,
            },
            runtime: listed,
            pricing,
        }
    }
}

fn embedding(outside: &Outside) -> Embedding {
    match outside.embedding_provider.as_str() {
        "openai" => {
            let dimensions = usize::try_from(outside.embedding_dimensions).unwrap_or(usize::MAX);
            Embedding { model: outside.embedding_model.clone(), dimensions }
        }
        _ => Embedding { model: minilm::ID.to_owned(), dimensions: minilm::DIMENSION },
    }
}
