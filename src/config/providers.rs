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
    /// Likeness from which two names are one entity.
    pub dedup_similarity: f64,
    /// Model that scores moods.
    pub mood_model: String,
    /// The author's name for prompts; the user's display name if none is set.
    pub author_name: Option<String>,
    /// Pushover account for notifications of users who have none of their own.
    pub pushover_user: Option<SecretSource>,
    /// Pushover application.
    pub pushover_token: Option<SecretSource>,
    /// Where Pushover's API is.
    pub pushover_url: String,
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
            dedup_similarity: number(table, "entities.dedup_similarity", 1.0)?,
            mood_model: word("mood.model"),
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
