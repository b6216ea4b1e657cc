//! Transcription of recordings.

mod base64_body;
mod confidence;
mod gemini;
mod openai;
mod prompt;
mod retry;
mod shadow_compare;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::config::runtime::RuntimeSettings;
use crate::domain::entry::CharRange;
use crate::error::{Error, Result};
use crate::net::transport::{ProviderTransport, SizedStream, StreamFactory};
use crate::providers::endpoint::{AiProvider, ProviderEndpoint, SecretReader};
use crate::providers::transcription::retry::RetryWithFallback;
use crate::providers::{provider_error, uncertain_spans};

/// Recording as a stream; never held in memory as a whole.
pub(crate) struct AudioRecording {
    pub(crate) bytes: u64,
    /// Media type without parameters.
    pub(crate) media_type: String,
    pub(crate) open: StreamFactory,
}

impl AudioRecording {
    fn stream(&self) -> SizedStream {
        SizedStream { bytes: self.bytes, open: self.open.clone() }
    }
}

/// Text of a recording with its uncertain spans.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SpeechTranscript {
    pub(crate) text: String,
    /// Uncertain spans, sorted, not touching.
    pub(crate) spans: Vec<CharRange>,
}

/// Configured transcription with retries, fallback and shadow provider.
pub(crate) struct SpeechTranscriber {
    first: RemoteTranscriber,
    /// Retries and fallback for transient errors; `None` without a fallback.
    retry: Option<RetryWithFallback>,
    shadow: Option<RemoteTranscriber>,
    with_context: bool,
}

/// Remote transcription model.
struct RemoteTranscriber {
    endpoint: ProviderEndpoint,
    model: String,
    /// Log probability below which a word is uncertain.
    threshold: f64,
    /// Timeout of one request.
    timeout: Duration,
}

/// Factor on the provider timeout for recordings.
const TIMEOUT_FACTOR: u32 = 10;

/// Returns a provider's default model; `None` if it cannot transcribe.
const fn default_model(vendor: AiProvider) -> Option<&'static str> {
    match vendor {
        AiProvider::OpenAi => Some("gpt-4o-transcribe"),
        AiProvider::Gemini => Some("gemini-2.5-pro"),
        AiProvider::Anthropic => None,
    }
}

/// Returns the model that is used for the given provider and model settings.
pub(crate) fn effective_model(provider: &str, wanted: Option<&str>) -> Option<String> {
    let vendor = parse_provider("TRANSCRIPTION_PROVIDER", provider).ok()?;
    default_model(vendor).map(|usual| vendor.model_or_default(wanted, usual))
}

fn parse_provider(setting: &str, provider: &str) -> Result<AiProvider> {
    let known = [AiProvider::OpenAi, AiProvider::Gemini];
    let found = known.into_iter().find(|vendor| vendor.name() == provider);
    found.ok_or_else(|| provider_error::unknown_provider(setting, provider, &known))
}

impl SpeechTranscriber {
    /// Creates the transcriber from the settings; sends nothing.
    ///
    /// # Errors
    /// `Conflict` if a provider is not configured.
    pub(crate) fn from_config(config: &Config, runtime: &RuntimeSettings, reveal: SecretReader<'_>) -> Result<Self> {
        let providers = &config.providers;
        let remote =
            |vendor, wanted: Option<&str>, instead| RemoteTranscriber::new(vendor, wanted, config, reveal, instead);
        let provider = parse_provider("TRANSCRIPTION_PROVIDER", &providers.transcription_provider)?;
        let instead = "TRANSCRIPTION_PROVIDER to another provider";
        let first = remote(provider, Some(&providers.transcription_model), instead)?;
        let shadow = providers.shadow_provider.as_deref().map(|name| {
            let provider = parse_provider("TRANSCRIPTION_SHADOW_PROVIDER", name)?;
            remote(provider, providers.shadow_model.as_deref(), "TRANSCRIPTION_SHADOW_PROVIDER to an empty value")
        });
        // Without a key there is no fallback: an error would make the OpenAI key mandatory.
        let fallback = if providers.fallback_enabled && config.external_services.transcription.is_configured() {
            Some(remote(
                AiProvider::OpenAi,
                Some(&providers.fallback_model),
                "TRANSCRIPTION_FALLBACK_ENABLED to false",
            )?)
        } else {
            None
        };
        let other =
            fallback.filter(|other| other.endpoint.vendor != first.endpoint.vendor || other.model != first.model);
        Ok(Self {
            retry: other.map(|other| RetryWithFallback::new(other, providers)),
            first,
            shadow: shadow.transpose()?,
            with_context: runtime.is_on("transcription_context_enabled"),
        })
    }

    /// Transcribes one recording; `context` holds the owner's names and words.
    ///
    /// # Errors
    /// `Upstream`, transient or not, and `Invalid` for a recording that the provider rejects or that has no words.
    pub(crate) async fn transcribe(
        &self,
        transport: &dyn ProviderTransport,
        recording: &AudioRecording,
        language: &str,
        context: &str,
    ) -> Result<SpeechTranscript> {
        let context = if self.with_context { context.trim() } else { "" };
        let first = async {
            match &self.retry {
                Some(persistence) => persistence.transcribe(&self.first, transport, recording, language, context).await,
                None => self.first.transcribe(transport, recording, language, context).await,
            }
        };
        let transcript = match &self.shadow {
            None => first.await?,
            Some(shadow) => {
                let (first, second) = tokio::join!(first, shadow.transcribe(transport, recording, language, context));
                shadow_compare::log_difference(&self.first.label(), &shadow.label(), &first, &second);
                first?
            }
        };
        if transcript.text.trim().is_empty() {
            return Err(Error::invalid("the recording contains no recognisable words")
                .hint("play it to check that it is not silent"));
        }
        Ok(transcript)
    }
}

impl RemoteTranscriber {
    fn new(
        vendor: AiProvider,
        wanted: Option<&str>,
        config: &Config,
        reveal: SecretReader<'_>,
        instead: &str,
    ) -> Result<Self> {
        let outside = &config.external_services;
        let account = if vendor == AiProvider::Gemini { &outside.gemini } else { &outside.transcription };
        Ok(Self {
            endpoint: ProviderEndpoint::new(vendor, account, outside, reveal, ("transcribe recordings", instead))?,
            model: vendor.model_or_default(wanted, default_model(vendor).unwrap_or_default()),
            threshold: outside.confidence_threshold,
            timeout: outside.timeout * TIMEOUT_FACTOR,
        })
    }

    /// Returns `provider/model` for the log.
    fn label(&self) -> String {
        format!("{}/{}", self.endpoint.vendor.name(), self.model)
    }

    async fn transcribe(
        &self,
        transport: &dyn ProviderTransport,
        recording: &AudioRecording,
        language: &str,
        context: &str,
    ) -> Result<SpeechTranscript> {
        let heard = if self.endpoint.vendor == AiProvider::Gemini {
            gemini::transcribe(self, transport, recording, language, context).await?
        } else {
            openai::transcribe(self, transport, recording, language, context).await?
        };
        let (text, spans) = uncertain_spans::restore_with_spans(transport, &heard.text, heard.spans);
        Ok(SpeechTranscript { text, spans })
    }
}

/// Returns a language if it looks like a language code; any other text must not reach a request.
fn language_code(language: &str) -> Option<&str> {
    let fits =
        (2..=16).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    fits.then_some(language)
}
