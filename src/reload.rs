//! Has the running server read a file anew.

mod summary;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

pub use summary::Summary;

use crate::app::App;
use crate::app::contexts::Context;
use crate::audit::Trail;
use crate::auth;
use crate::config::runtime::MOOD_SCORING;
use crate::config::runtime::Runtime;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::audit::Action;
use crate::model::scope::Scope;

/// What can be read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    /// Names and words that help with handwriting
    OcrContext,
    /// Names and words that help with recordings
    TranscriptionContext,
    /// Dimensions in which moods are scored
    MoodDimensions,
    /// How names of people and places are written
    EntityCasing,
}

impl What {
    /// All of them, in the order in which they are read.
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

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for What {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|what| what.name() == text).ok_or_else(|| Error::not_found("file to read anew"))
    }
}

/// Reads a file anew and uses it from now on. What was in use before and what is now is recorded, as hashes.
///
/// # Errors
/// `Conflict` with the reason when there is nothing to read, or something is wrong with it: then what was in use stays.
pub async fn reload(ctx: &Ctx, what: What) -> Result<Summary> {
    let runtime = runtime(ctx).await?;
    let renewed = match unavailable(&ctx.app, &runtime, what) {
        Some(error) => Err(error),
        None => renew(ctx, what, runtime).await,
    };
    let Err(error) = renewed else { return renewed };
    let trail = Trail::of(ctx);
    ctx.write_accounts(Scope::AdminReload, move |db| trail.refuse(db, Action::ConfigReloaded, what.name())).await?;
    Err(error.code("reload_unavailable"))
}

/// Reads everything that is set anew, as far as it is good; what is not is told in the log.
pub async fn all(app: &Arc<App>) {
    let ctx = auth::server(app.clone());
    let runtime = match runtime(&ctx).await {
        Ok(runtime) => runtime,
        Err(error) => return tracing::error!("nothing was read anew: {error:?}"),
    };
    for what in What::ALL.into_iter().filter(|what| unavailable(app, &runtime, *what).is_none()) {
        match reload(&ctx, what).await {
            Ok(_) => tracing::info!(%what, "read anew"),
            Err(error) => tracing::error!(%what, "not read anew: {error}"),
        }
    }
}

/// Reads everything that is set for the first time.
///
/// # Errors
/// `Conflict` for what a server should not start with. Names that cannot be read are told in the log: without them they
/// are written as usual.
pub async fn begin(app: &Arc<App>) -> Result<()> {
    let runtime = runtime(&auth::server(app.clone())).await?;
    let contexts = &app.contexts;
    if let Some(glossary) = contexts.ocr.get()? {
        glossary.warn_if_short();
    }
    contexts.transcription.get()?;
    if runtime.is_on(MOOD_SCORING) {
        contexts.moods.get()?;
    }
    if let Err(error) = contexts.casing.get() {
        tracing::warn!("names are written as usual: {error}");
    }
    Ok(())
}

async fn runtime(ctx: &Ctx) -> Result<Runtime> {
    let app = ctx.app.clone();
    ctx.read_accounts(Scope::AdminReload, move |db| app.runtime(db)).await
}

/// Returns why there is nothing to read anew, if there is not.
fn unavailable(app: &App, runtime: &Runtime, what: What) -> Option<Error> {
    let contexts = &app.contexts;
    match what {
        What::OcrContext => contexts.ocr.path.is_none().then(|| contexts.ocr.unset()),
        What::TranscriptionContext => contexts.transcription.path.is_none().then(|| contexts.transcription.unset()),
        What::MoodDimensions if !runtime.is_on(MOOD_SCORING) => Some(
            Error::conflict("moods are not scored, so no dimensions are in use")
                .hint("turn on the setting enable_mood_scoring"),
        ),
        What::MoodDimensions => contexts.moods.path.is_none().then(|| contexts.moods.unset()),
        What::EntityCasing => contexts.casing.path.is_none().then(|| contexts.casing.unset()),
    }
}

async fn renew(ctx: &Ctx, what: What, runtime: Runtime) -> Result<Summary> {
    let (app, trail) = (ctx.app.clone(), Trail::of(ctx));
    let renewed = tokio::task::spawn_blocking(move || {
        let contexts = &app.contexts;
        let written_down = |old: Option<&str>, new: &str| {
            let resource = format!("{what} {} -> {new}", old.unwrap_or("none"));
            app.store.accounts.write(|db| trail.record(db, Action::ConfigReloaded, &resource))
        };
        let reloaded_at = trail.at().to_owned();
        Ok(match what {
            What::OcrContext => {
                let words = contexts.ocr.renew(|old, new| written_down(old, new.hash()))?;
                words.warn_if_short();
                Summary::ocr(&app.config, &runtime, &words, reloaded_at)
            }
            What::TranscriptionContext => {
                let words = contexts.transcription.renew(|old, new| written_down(old, new.hash()))?;
                Summary::transcription(&app.config, &words, reloaded_at)
            }
            What::MoodDimensions => {
                let moods = contexts.moods.renew(|old, new| written_down(old, new.hash()))?;
                Summary::moods(&moods, reloaded_at)
            }
            What::EntityCasing => {
                let casing = contexts.casing.renew(|old, new| written_down(old, new.hash()))?;
                Summary::casing(&casing, reloaded_at)
            }
        })
    });
    renewed.await.map_err(|_| Error::new(Kind::Internal, "reading a file anew ended early"))?
}
