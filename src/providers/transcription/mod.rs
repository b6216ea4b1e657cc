//! Transcription of recordings.

mod base64_body;
mod confidence;
mod dispatch;
mod gemini;
mod openai;
mod prompt;
pub(crate) mod recording;
mod remote;
mod retry;
mod shadow_compare;
#[cfg(test)]
mod tests;

use crate::config::Config;
use crate::config::runtime::RuntimeSettings;
use crate::error::{Error, Result};
use crate::net::transport::ProviderTransport;
use crate::providers::endpoint::{AiProvider, SecretReader};
use crate::providers::provider_error;
use crate::providers::transcription::recording::{AudioRecording, SpeechTranscript, TranscriptionRequest};
use crate::providers::transcription::remote::{RemoteTranscriber, default_model};
use crate::providers::transcription::retry::RetryWithFallback;

/// Configured transcription with retries, fallback and shadow provider.
pub(crate) struct SpeechTranscriber {
    first: RemoteTranscriber,
    /// Retries and fallback for transient errors; `None` without a fallback.
    retry: Option<RetryWithFallback>,
    shadow: Option<RemoteTranscriber>,
    with_context: bool,
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
        let remote = |vendor, model: Option<&str>, alternative| {
            RemoteTranscriber::new(vendor, model, config, reveal, alternative)
        };
        let provider = parse_provider("TRANSCRIPTION_PROVIDER", &providers.transcription_provider)?;
        let alternative = "TRANSCRIPTION_PROVIDER to another provider";
        let first = remote(provider, Some(&providers.transcription_model), alternative)?;
        let shadow = providers.shadow_provider.as_deref().map(|name| {
            let provider = parse_provider("TRANSCRIPTION_SHADOW_PROVIDER", name)?;
            remote(provider, providers.shadow_model.as_deref(), "TRANSCRIPTION_SHADOW_PROVIDER to an empty value")
        });
        // Without a key there is no fallback: an error would make the OpenAI key mandatory.
        let has_fallback = providers.fallback_enabled && config.external_services.transcription.is_configured();
        let fallback = has_fallback.then(|| {
            remote(AiProvider::OpenAi, Some(&providers.fallback_model), "TRANSCRIPTION_FALLBACK_ENABLED to false")
        });
        let fallback = fallback.transpose()?.filter(|fallback| fallback.label() != first.label());
        Ok(Self {
            retry: fallback.map(|fallback| RetryWithFallback::new(fallback, providers)),
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
        let request = TranscriptionRequest { recording, language, context };
        let first = async {
            match &self.retry {
                Some(retry) => retry.transcribe(&self.first, transport, request).await,
                None => dispatch::transcribe(&self.first, transport, request).await,
            }
        };
        let transcript = match &self.shadow {
            None => first.await?,
            Some(shadow) => {
                let (first, second) = tokio::join!(first, dispatch::transcribe(shadow, transport, request));
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
