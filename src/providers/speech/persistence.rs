//! What is done when a transcription fails for a reason that may pass.

use std::time::Duration;

use crate::config::providers::Providers;
use crate::error::Result;
use crate::net::wire::Line;
use crate::providers::speech::Recording;
use crate::providers::speech::Transcript;
use crate::providers::speech::Voice;

/// Attempts, and who takes over when they are used up.
pub(super) struct Persistence {
    fallback: Voice,
    attempts: u32,
    base: Duration,
    most: Duration,
}

impl Persistence {
    pub(super) fn new(fallback: Voice, providers: &Providers) -> Self {
        Self {
            fallback,
            attempts: providers.retry_attempts,
            base: Duration::from_secs_f64(providers.retry_base_delay),
            most: Duration::from_secs_f64(providers.retry_max_delay),
        }
    }

    /// Lets a voice try, again while its errors may pass, and then the fallback, which gets no hint.
    ///
    /// # Errors
    /// The voice's own where the fallback fails too: it says whether later may help.
    pub(super) async fn transcribe(
        &self,
        voice: &Voice,
        line: &dyn Line,
        recording: &Recording,
        language: &str,
        context: &str,
    ) -> Result<Transcript> {
        let mut attempt = 0;
        let error = loop {
            match voice.transcribe(line, recording, language, context).await {
                Err(error) if error.is_passing() => {
                    attempt += 1;
                    if attempt == self.attempts {
                        break error;
                    }
                    tokio::time::sleep(self.delay(attempt - 1)).await;
                }
                done => return done,
            }
        };
        tracing::warn!(%error, attempts = self.attempts, fallback = self.fallback.label(), "another model takes over");
        self.fallback.transcribe(line, recording, language, "").await.map_err(|second| {
            tracing::warn!(error = %second, "that one fails too");
            error
        })
    }

    fn delay(&self, failures: u32) -> Duration {
        self.base.saturating_mul(2_u32.saturating_pow(failures)).min(self.most)
    }
}
