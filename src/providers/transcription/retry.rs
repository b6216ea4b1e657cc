//! Retries with exponential backoff, then a fallback model, for transient transcription errors.

use std::time::Duration;

use crate::config::providers::ProviderTasksConfig;
use crate::error::Result;
use crate::net::transport::ProviderTransport;
use crate::providers::transcription::dispatch;
use crate::providers::transcription::recording::{SpeechTranscript, TranscriptionRequest};
use crate::providers::transcription::remote::RemoteTranscriber;

/// Retry policy with the fallback model to use after the last attempt.
pub(super) struct RetryWithFallback {
    fallback: RemoteTranscriber,
    attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
}

impl RetryWithFallback {
    pub(super) fn new(fallback: RemoteTranscriber, providers: &ProviderTasksConfig) -> Self {
        Self {
            fallback,
            attempts: providers.retry_attempts,
            base_delay: Duration::from_secs_f64(providers.retry_base_delay),
            max_delay: Duration::from_secs_f64(providers.retry_max_delay),
        }
    }

    /// Transcribes with retries while errors are transient, then with the fallback, which gets no context.
    ///
    /// # Errors
    /// The first model's error if the fallback fails too: it is transient, so the job is retried later.
    pub(super) async fn transcribe(
        &self,
        remote: &RemoteTranscriber,
        transport: &dyn ProviderTransport,
        request: TranscriptionRequest<'_>,
    ) -> Result<SpeechTranscript> {
        let mut attempt = 0;
        let error = loop {
            match dispatch::transcribe(remote, transport, request).await {
                Err(error) if error.is_transient() => {
                    attempt += 1;
                    if attempt == self.attempts {
                        break error;
                    }
                    tokio::time::sleep(self.backoff_delay(attempt - 1)).await;
                }
                done => return done,
            }
        };
        tracing::warn!(%error, attempts = self.attempts, fallback = self.fallback.label(), "using the fallback model");
        let request = TranscriptionRequest { context: "", ..request };
        dispatch::transcribe(&self.fallback, transport, request).await.map_err(|second| {
            tracing::warn!(error = %second, "the fallback model failed");
            error
        })
    }

    fn backoff_delay(&self, failures: u32) -> Duration {
        self.base_delay.saturating_mul(2_u32.saturating_pow(failures)).min(self.max_delay)
    }
}
