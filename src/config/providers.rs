//! Settings of what providers are asked to do: who reads pages, who listens, which models.

use crate::config::table::Table;
use crate::config::typed::SecretSource;
use crate::error::Result;

/// Settings of the providers.
#[derive(Debug, Clone)]
pub struct Providers {
    /// Model that reads pages; the provider's usual one if none is set.
    pub ocr_model: Option<String>,
    /// Who transcribes.
    pub transcription_provider: String,
    /// With which model.
    pub transcription_model: String,
    /// Whether another model takes over where that one fails.
    pub fallback_enabled: bool,
    /// Which one.
    pub fallback_model: String,
    /// Second transcriber to compare with; `None` when there is none.
    pub shadow_provider: Option<String>,
    /// With which model.
    pub shadow_model: Option<String>,
    /// Attempts at a transcription.
    pub retry_attempts: u32,
    /// Seconds before the second attempt.
    pub retry_base_delay: f64,
    /// Most seconds between two.
    pub retry_max_delay: f64,
    /// Model that formats transcripts.
    pub formatter_model: String,
    /// How people, places and the like are looked for.
    pub entities: Entities,
    /// How moods are scored.
    pub mood: Mood,
    /// Model that puts hits in order; `None` where nobody is to.
    pub reranker: Option<String>,
    /// How questions are answered; `None` where nobody is to.
    pub answer: Option<Answering>,
    /// The author's name for prompts; the user's display name if none is set.
    pub author_name: Option<String>,
    /// Pushover account for notifications of users who have none of their own.
    pub pushover_user: Option<SecretSource>,
    /// Pushover application.
    pub pushover_token: Option<SecretSource>,
    /// Where Pushover's API is.
    pub pushover_url: String,
}

/// How people, places and the like are looked for.
#[derive(Debug, Clone)]
pub struct Entities {
    /// Model that looks.
    pub model: String,
    /// Cosine from which two names are one entity.
    pub dedup_similarity: f64,
    /// Most known entities that the model is told of.
    pub candidates: usize,
    /// Cosine to the entry from which it is told of one.
    pub candidate_threshold: f64,
    /// Cosine from which it is believed that a name is one of them.
    pub match_threshold: f64,
}

/// How moods are scored.
#[derive(Debug, Clone)]
pub struct Mood {
    /// Who scores.
    pub scorer: MoodScorer,
    /// A provider's model.
    pub model: String,
    /// Longest answer in tokens.
    pub max_tokens: u32,
}

/// Who scores moods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoodScorer {
    /// A provider where one is configured and allowed, and else the built-in one.
    Auto,
    /// A provider, or nobody.
    Provider,
    /// The built-in one: nothing leaves.
    BuiltIn,
}

/// How questions are answered.
#[derive(Debug, Clone)]
pub struct Answering {
    /// Model that answers.
    pub model: String,
    /// Model that tells a question from the words of a search.
    pub classifier_model: String,
    /// Most entries that an answer rests on.
    pub context_entries: usize,
}

impl Providers {
    pub(crate) fn read(table: &Table<'_>) -> Result<Self> {
        let text = |key| table.text(key).map(str::to_owned);
        let word = |key| table.required(key).to_owned();
        Ok(Self {
            ocr_model: text("ocr.model"),
            transcription_provider: word("transcription.provider"),
            transcription_model: word("transcription.model"),
            fallback_enabled: table.truth("transcription.fallback_enabled")?,
            fallback_model: word("transcription.fallback_model"),
            shadow_provider: text("transcription.shadow_provider"),
            shadow_model: text("transcription.shadow_model"),
            retry_attempts: table.within("transcription.retry_attempts", 1, 20)?,
            retry_base_delay: number(table, "transcription.retry_base_delay", 3600.0)?,
            retry_max_delay: number(table, "transcription.retry_max_delay", 3600.0)?,
            formatter_model: word("transcription.formatter_model"),
            entities: Entities {
                model: word("entities.model"),
                dedup_similarity: number(table, "entities.dedup_similarity", 1.0)?,
                candidates: table.within("entities.candidates", 0, 200)? as usize,
                candidate_threshold: number(table, "entities.candidate_threshold", 1.0)?,
                match_threshold: number(table, "entities.match_threshold", 1.0)?,
            },
            mood: Mood {
                scorer: scorer(table)?,
                model: word("mood.model"),
                max_tokens: table.within("mood.max_tokens", 256, 8192)?,
            },
            reranker: somebody(table, "search.reranker")?.then(|| word("search.reranker_model")),
            answer: if somebody(table, "answer.provider")? {
                Some(Answering {
                    model: word("answer.model"),
                    classifier_model: word("answer.classifier_model"),
                    context_entries: table.within("answer.context_entries", 1, 50)? as usize,
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

fn number(table: &Table<'_>, key: &str, most: f64) -> Result<f64> {
    let wanted = format!("a number from 0 to {most}");
    match table.parse(key, &wanted)? {
        number if (0.0..=most).contains(&number) => Ok(number),
        _ => Err(table.wrong(key, &wanted)),
    }
}

/// Tells whether somebody is to do it.
fn somebody(table: &Table<'_>, key: &str) -> Result<bool> {
    match table.required(key) {
        "anthropic" => Ok(true),
        "none" => Ok(false),
        _ => Err(table.wrong(key, "anthropic or none")),
    }
}

fn scorer(table: &Table<'_>) -> Result<MoodScorer> {
    match table.required("mood.scorer") {
        "auto" => Ok(MoodScorer::Auto),
        "provider" => Ok(MoodScorer::Provider),
        "built-in" => Ok(MoodScorer::BuiltIn),
        _ => Err(table.wrong("mood.scorer", "auto, provider or built-in")),
    }
}
