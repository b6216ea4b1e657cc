//! Reload of the operator's files while the server runs.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::context::Ctx;
use crate::app::reloadable::ReloadableContent;
use crate::app::state::AppState;
use crate::blocking::run_blocking;
use crate::config::Config;
use crate::config::external_services::ExternalServices;
use crate::config::providers::ProviderTasksConfig;
use crate::config::runtime::{MOOD_SCORING_ENABLED, RuntimeSettings};
use crate::domain::audit::AuditAction;
use crate::domain::scope::Scope;
use crate::error::{Error, ErrorKind, Result};
use crate::net::server_client::ServerClient;
use crate::providers::transcription;
use crate::services::audit::AuditRecorder;
use crate::services::auth;

/// File or folder that can be reloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReloadTarget {
    /// Names and words that help with handwriting
    OcrContext,
    /// Names and words that help with recordings
    TranscriptionContext,
    /// Dimensions in which moods are scored
    MoodDimensions,
    /// Spelling of names of people and places
    EntityCasing,
}

impl ReloadTarget {
    /// All targets, in the order of reloading.
    pub const ALL: [Self; 4] = [Self::OcrContext, Self::TranscriptionContext, Self::MoodDimensions, Self::EntityCasing];

    /// Returns the name in routes and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OcrContext => "ocr-context",
            Self::TranscriptionContext => "transcription-context",
            Self::MoodDimensions => "mood-dimensions",
            Self::EntityCasing => "entity-casing",
        }
    }
}

impl fmt::Display for ReloadTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ReloadTarget {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|what| what.name() == text).ok_or_else(|| Error::not_found("reloadable file"))
    }
}

/// Result of a reload.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ReloadSummary {
    /// Glossary for handwriting.
    Ocr {
        /// `ocr-context`.
        reloaded: &'static str,
        /// OCR provider.
        provider: String,
        /// Model; `default` for the provider's default.
        model: String,
        /// True if two providers read each page.
        dual_pass: bool,
        /// Number of files with text.
        context_files: usize,
        /// Length of the text sent to the provider, characters.
        context_chars: usize,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Glossary for recordings.
    Transcription {
        /// `transcription-context`.
        reloaded: &'static str,
        /// Transcription provider with its fallback and shadow.
        stack: String,
        /// Number of files with text.
        context_files: usize,
        /// Length of the text before it is cut to the provider's limit, characters.
        context_chars: usize,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Mood dimensions.
    Moods {
        /// `mood-dimensions`.
        reloaded: &'static str,
        /// Number of dimensions.
        dimension_count: usize,
        /// Names, in order.
        dimensions: Vec<String>,
        /// Version given in the file.
        version: String,
        /// Account timestamp.
        reloaded_at: String,
    },
    /// Spelling of names.
    Casing {
        /// `entity-casing`.
        reloaded: &'static str,
        /// Number of names.
        exception_count: usize,
        /// Path of the file.
        path: String,
        /// Account timestamp.
        reloaded_at: String,
    },
}

/// Reloads a file and records the hashes of the previous and the new version in the audit log.
///
/// # Errors
/// `Conflict` with the reason when there is no file or it is not valid; the previous version stays in use.
pub async fn reload(ctx: &Ctx, what: ReloadTarget) -> Result<ReloadSummary> {
    let runtime = runtime(ctx).await?;
    let renewed = match unavailable(&ctx.app, &runtime, what) {
        Some(error) => Err(error),
        None => reload_target(ctx, what, runtime).await,
    };
    let Err(error) = renewed else { return renewed };
    let trail = AuditRecorder::from_ctx(ctx);
    ctx.write_accounts(Scope::AdminReload, move |db| {
        trail.record_refused(db, AuditAction::ConfigReloaded, what.name())
    })
    .await?;
    Err(error.code("reload_unavailable"))
}

/// Makes a running server reload a file, over HTTP with the configured API key of an admin, and returns its response.
///
/// # Errors
/// `Unauthenticated` without a key; `Invalid` if the key would be sent unencrypted; `Upstream` when no server answers;
/// else the server's error.
pub async fn reload_on_server(config: &Config, what: ReloadTarget) -> Result<Value> {
    let key = AppState::api_key(config)?.ok_or_else(|| {
        Error::new(ErrorKind::Unauthenticated, "this needs an admin's API key")
            .hint("create one with `journal key add reload --scope admin:reload` and set JOURNAL_API_KEY")
    })?;
    ServerClient::new(&config.server.url, key)?.post(&format!("/api/admin/reload/{what}")).await
}

/// Reloads all configured files; logs those that are not valid.
pub async fn reload_all(app: &Arc<AppState>) {
    let ctx = auth::server(app.clone());
    let runtime = match runtime(&ctx).await {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!("no file was reloaded: {error:?}"),
    };
    for what in ReloadTarget::ALL.into_iter().filter(|what| unavailable(app, &runtime, *what).is_none()) {
        match reload(&ctx, what).await {
            Ok(_) => tracing::info!(%what, "reloaded"),
            Err(error) => tracing::error!(%what, "not reloaded: {error}"),
        }
    }
}

/// Loads all configured files at start.
///
/// # Errors
/// `Conflict` for a file without which the server must not start. An invalid casing file is only logged: names then
/// keep their usual spelling.
pub async fn load_all(app: &Arc<AppState>) -> Result<()> {
    let runtime = runtime(&auth::server(app.clone())).await?;
    let contexts = &app.reloadable_files;
    if let Some(glossary) = contexts.ocr.get()? {
        glossary.warn_if_short();
    }
    contexts.transcription.get()?;
    if runtime.is_on(MOOD_SCORING_ENABLED) {
        contexts.moods.get()?;
    }
    if let Err(error) = contexts.casing.get() {
        tracing::warn!("names keep their usual spelling: {error}");
    }
    Ok(())
}

async fn runtime(ctx: &Ctx) -> Result<RuntimeSettings> {
    let app = ctx.app.clone();
    ctx.read_accounts(Scope::AdminReload, move |db| app.runtime(db)).await
}

/// Returns the reason why a file cannot be reloaded, if there is one.
fn unavailable(app: &AppState, runtime: &RuntimeSettings, what: ReloadTarget) -> Option<Error> {
    let contexts = &app.reloadable_files;
    match what {
        ReloadTarget::OcrContext => contexts.ocr.path.is_none().then(|| contexts.ocr.not_configured_error()),
        ReloadTarget::TranscriptionContext => {
            contexts.transcription.path.is_none().then(|| contexts.transcription.not_configured_error())
        }
        ReloadTarget::MoodDimensions if !runtime.is_on(MOOD_SCORING_ENABLED) => Some(
            Error::conflict("moods are not scored, so no dimensions are in use")
                .hint("turn on the setting enable_mood_scoring"),
        ),
        ReloadTarget::MoodDimensions => contexts.moods.path.is_none().then(|| contexts.moods.not_configured_error()),
        ReloadTarget::EntityCasing => contexts.casing.path.is_none().then(|| contexts.casing.not_configured_error()),
    }
}

async fn reload_target(ctx: &Ctx, what: ReloadTarget, runtime: RuntimeSettings) -> Result<ReloadSummary> {
    let (app, trail) = (ctx.app.clone(), AuditRecorder::from_ctx(ctx));
    run_blocking(move || {
        let contexts = &app.reloadable_files;
        let record = |old: Option<&str>, new: &str| {
            let resource = format!("{what} {} -> {new}", old.unwrap_or("none"));
            app.store.accounts.write(|db| trail.record(db, AuditAction::ConfigReloaded, &resource))
        };
        let reloaded_at = trail.at().to_owned();
        Ok(match what {
            ReloadTarget::OcrContext => {
                let words = contexts.ocr.reload(|old, new| record(old, new.hash()))?;
                words.warn_if_short();
                ReloadSummary::Ocr {
                    reloaded: what.name(),
                    provider: runtime.choice("ocr_provider").unwrap_or_default().to_owned(),
                    model: app.config.providers.ocr_model.clone().unwrap_or_else(|| "default".to_owned()),
                    dual_pass: runtime.is_on("ocr_dual_pass"),
                    context_files: words.files,
                    context_chars: words.text.chars().count(),
                    reloaded_at,
                }
            }
            ReloadTarget::TranscriptionContext => {
                let words = contexts.transcription.reload(|old, new| record(old, new.hash()))?;
                ReloadSummary::Transcription {
                    reloaded: what.name(),
                    stack: transcription_stack(&app.config.providers, &app.config.external_services),
                    context_files: words.files,
                    context_chars: words.text.chars().count(),
                    reloaded_at,
                }
            }
            ReloadTarget::MoodDimensions => {
                let moods = contexts.moods.reload(|old, new| record(old, new.hash()))?;
                ReloadSummary::Moods {
                    reloaded: what.name(),
                    dimension_count: moods.dimensions.len(),
                    dimensions: moods.dimensions.iter().map(|dimension| dimension.name.clone()).collect(),
                    version: moods.version.clone(),
                    reloaded_at,
                }
            }
            ReloadTarget::EntityCasing => {
                let casing = contexts.casing.reload(|old, new| record(old, new.hash()))?;
                ReloadSummary::Casing {
                    reloaded: what.name(),
                    exception_count: casing.exceptions.len(),
                    path: casing.path.display().to_string(),
                    reloaded_at,
                }
            }
        })
    })
    .await
}

/// Describes the transcription stack: `openai/gpt-4o-transcribe`, within `retrying(…, fb=…)` and `shadow(…, …)`.
fn transcription_stack(providers: &ProviderTasksConfig, outside: &ExternalServices) -> String {
    let primary = provider_and_model(&providers.transcription_provider, Some(&providers.transcription_model));
    let fallback = provider_and_model("openai", Some(&providers.fallback_model));
    let primary = match (providers.fallback_enabled, primary == fallback) {
        (false, _) | (true, true) => primary,
        (true, false) if outside.transcription.is_configured() => format!("retrying({primary}, fb={fallback})"),
        (true, false) => format!("retrying({primary})"),
    };
    match &providers.shadow_provider {
        Some(shadow) => format!("shadow({primary}, {})", provider_and_model(shadow, providers.shadow_model.as_deref())),
        None => primary,
    }
}

/// Formats a provider with its model.
fn provider_and_model(provider: &str, model: Option<&str>) -> String {
    format!("{provider}/{}", transcription::effective_model(provider, model).unwrap_or_default())
}
