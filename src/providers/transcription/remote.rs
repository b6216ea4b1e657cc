//! Remote transcription model.

use std::time::Duration;

use crate::config::Config;
use crate::error::Result;
use crate::net::transport::ProviderRequest;
use crate::providers::endpoint::{AiProvider, ProviderEndpoint, SecretReader};

/// Remote transcription model.
pub(super) struct RemoteTranscriber {
    pub(super) endpoint: ProviderEndpoint,
    pub(super) model: String,
    /// Log probability below which a word is uncertain.
    pub(super) threshold: f64,
    /// Timeout of one request.
    timeout: Duration,
}

/// Factor on the provider timeout for recordings.
const TIMEOUT_FACTOR: u32 = 10;

/// Returns a provider's default model; `None` if it cannot transcribe.
pub(super) const fn default_model(vendor: AiProvider) -> Option<&'static str> {
    match vendor {
        AiProvider::OpenAi => Some("gpt-4o-transcribe"),
        AiProvider::Gemini => Some("gemini-2.5-pro"),
        AiProvider::Anthropic => None,
    }
}

impl RemoteTranscriber {
    /// Creates the model from the settings; sends nothing. `alternative` completes the error text without a key.
    pub(super) fn new(
        vendor: AiProvider,
        model: Option<&str>,
        config: &Config,
        reveal: SecretReader<'_>,
        alternative: &str,
    ) -> Result<Self> {
        let services = &config.external_services;
        let task = ("transcribe recordings", alternative);
        Ok(Self {
            endpoint: ProviderEndpoint::new(vendor, &services.transcription, services, reveal, task)?,
            model: vendor.model_or_default(model, default_model(vendor).unwrap_or_default()),
            threshold: services.confidence_threshold,
            timeout: services.timeout * TIMEOUT_FACTOR,
        })
    }

    /// Returns `provider/model` for the log.
    pub(super) fn label(&self) -> String {
        format!("{}/{}", self.endpoint.vendor.name(), self.model)
    }

    /// Limits a request to one attempt, because whole transcriptions are retried instead.
    pub(super) fn single_attempt(&self, request: ProviderRequest) -> ProviderRequest {
        ProviderRequest { attempts: 1, timeout: self.timeout, ..request }
    }
}
