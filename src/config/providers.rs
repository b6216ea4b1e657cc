//! Settings of the tasks that providers perform: OCR, transcription, entities, mood, search.

use crate::config::reader::SettingsReader;
use crate::config::secret_source::SecretSource;
use crate::error::Result;

/// Settings of the provider tasks.
#[derive(Debug, Clone)]
pub struct ProviderTasksConfig {
    /// OCR model; the provider's default if `None`.
    pub ocr_model: Option<String>,
    /// Transcription provider.
    pub transcription_provider: String,
    /// Transcription model.
    pub transcription_model: String,
    /// True if a fallback model is used when transcription fails.
    pub fallback_enabled: bool,
    /// Fallback transcription model.
    pub fallback_model: String,
    /// Second transcription provider, for comparison; `None` if there is none.
    pub shadow_provider: Option<String>,
    /// Model of the second transcription provider.
    pub shadow_model: Option<String>,
    /// Transcription attempts.
    pub retry_attempts: u32,
    /// Delay before the second attempt, in seconds.
    pub retry_base_delay: f64,
    /// Maximum delay between attempts, in seconds.
    pub retry_max_delay: f64,
    /// Model that adds paragraph breaks to transcripts.
    pub formatter_model: String,
    /// Entity extraction.
    pub entities: EntityExtractionConfig,
    /// Mood scoring.
    pub mood: MoodScoringConfig,
    /// Reranker model; `None` if reranking is off.
    pub reranker: Option<String>,
    /// Question answering; `None` if it is off.
    pub answer: Option<AnswerConfig>,
    /// Author name for prompts; the user's display name if `None`.
    pub author_name: Option<String>,
    /// Pushover user key of users without their own.
    pub pushover_user: Option<SecretSource>,
    /// Pushover application token.
    pub pushover_token: Option<SecretSource>,
    /// Base URL of the Pushover API.
    pub pushover_url: String,
}

/// Settings of entity extraction.
#[derive(Debug, Clone)]
pub struct EntityExtractionConfig {
    /// Model that extracts entities.
    pub model: String,
    /// Minimum cosine similarity of duplicate entities.
    pub dedup_similarity: f64,
    /// Maximum number of known entities in the prompt.
    pub candidates: usize,
    /// Minimum cosine similarity of an entity to the entry for inclusion in the prompt.
    pub candidate_threshold: f64,
    /// Minimum cosine similarity to accept a match with a known entity.
    pub match_threshold: f64,
}

/// Settings of mood scoring.
#[derive(Debug, Clone)]
pub struct MoodScoringConfig {
    /// Scorer.
    pub scorer: MoodScorer,
    /// Model of the provider.
    pub model: String,
    /// Maximum output tokens.
    pub max_tokens: u32,
}

/// Mood scorer selection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoodScorer {
    /// A provider if one is configured and allowed, otherwise the built-in scorer.
    Auto,
    /// A provider only.
    Provider,
    /// The built-in scorer only; sends no data.
    BuiltIn,
}

/// Settings of question answering.
#[derive(Debug, Clone)]
pub struct AnswerConfig {
    /// Model that answers questions.
    pub model: String,
    /// Model that classifies a query as question or search.
    pub classifier_model: String,
    /// Maximum number of entries used as context of an answer.
    pub context_entries: usize,
}

impl ProviderTasksConfig {
    pub(crate) fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        let text = |key| table.text(key).map(str::to_owned);
        let word = |key| table.required(key).to_owned();
        Ok(Self {
            ocr_model: text("ocr.model"),
            transcription_provider: word("transcription.provider"),
            transcription_model: word("transcription.model"),
            fallback_enabled: table.parse_bool("transcription.fallback_enabled")?,
            fallback_model: word("transcription.fallback_model"),
            shadow_provider: text("transcription.shadow_provider"),
            shadow_model: text("transcription.shadow_model"),
            retry_attempts: table.parse_in_range("transcription.retry_attempts", 1, 20)?,
            retry_base_delay: number(table, "transcription.retry_base_delay", 3600.0)?,
            retry_max_delay: number(table, "transcription.retry_max_delay", 3600.0)?,
            formatter_model: word("transcription.formatter_model"),
            entities: EntityExtractionConfig {
                model: word("entities.model"),
                dedup_similarity: number(table, "entities.dedup_similarity", 1.0)?,
                candidates: table.parse_in_range("entities.candidates", 0, 200)? as usize,
                candidate_threshold: number(table, "entities.candidate_threshold", 1.0)?,
                match_threshold: number(table, "entities.match_threshold", 1.0)?,
            },
            mood: MoodScoringConfig {
                scorer: parse_scorer(table)?,
                model: word("mood.model"),
                max_tokens: table.parse_in_range("mood.max_tokens", 256, 8192)?,
            },
            reranker: is_enabled(table, "search.reranker")?.then(|| word("search.reranker_model")),
            answer: if is_enabled(table, "answer.provider")? {
                Some(AnswerConfig {
                    model: word("answer.model"),
                    classifier_model: word("answer.classifier_model"),
                    context_entries: table.parse_in_range("answer.context_entries", 1, 50)? as usize,
                })
            } else {
                None
            },
            author_name: text("author_name"),
            pushover_user: table.secret("pushover.user_key")?,
            pushover_token: table.secret("pushover.app_token")?,
            pushover_url: word("pushover.url"),
        })
    }
}

fn number(table: &SettingsReader<'_>, key: &str, most: f64) -> Result<f64> {
    let wanted = format!("a number from 0 to {most}");
    match table.parse(key, &wanted)? {
        number if (0.0..=most).contains(&number) => Ok(number),
        _ => Err(table.invalid_value(key, &wanted)),
    }
}

/// Returns whether the setting is `anthropic`, as opposed to `none`.
fn is_enabled(table: &SettingsReader<'_>, key: &str) -> Result<bool> {
    match table.required(key) {
        "anthropic" => Ok(true),
        "none" => Ok(false),
        _ => Err(table.invalid_value(key, "anthropic or none")),
    }
}

fn parse_scorer(table: &SettingsReader<'_>) -> Result<MoodScorer> {
    match table.required("mood.scorer") {
        "auto" => Ok(MoodScorer::Auto),
        "provider" => Ok(MoodScorer::Provider),
        "built-in" => Ok(MoodScorer::BuiltIn),
        _ => Err(table.invalid_value("mood.scorer", "auto, provider or built-in")),
    }
}
