//! Progress bars on stderr, on a terminal, for work that takes longer than a second.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use journal::app::context::Ctx;
use journal::domain::scope::Scope;
use journal::error::Result;
use journal::jobs::{self, QueueSummary};

/// Delay before a bar is shown.
const SHOW_AFTER: Duration = Duration::from_secs(1);

/// Progress bar shown after [`SHOW_AFTER`] if stderr is an interactive terminal.
pub struct CommandProgress {
    label: &'static str,
    is_visible: bool,
    started_at: Instant,
    bar: OnceLock<ProgressBar>,
}

impl CommandProgress {
    pub fn new(what: &'static str, global: &crate::global_args::GlobalArgs) -> Self {
        let terminal = std::io::stderr().is_terminal() && console::colors_enabled_stderr();
        let seen = terminal && !global.quiet && !global.no_color && !global.json;
        Self { label: what, is_visible: seen, started_at: Instant::now(), bar: OnceLock::new() }
    }

    /// Updates the progress.
    pub fn report(&self, done: u64, total: u64) {
        if !self.is_visible || self.started_at.elapsed() < SHOW_AFTER {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
                bar.set_style(style);
            }
            bar.set_message(self.label);
            bar
        });
        bar.set_length(total);
        bar.set_position(done);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// Runs all due jobs with a progress bar.
pub async fn run_due_jobs(ctx: &Ctx, scope: Scope, bar: &CommandProgress) -> Result<QueueSummary> {
    let done = jobs::drain(ctx, scope, &|done, total| bar.report(done, total)).await;
    bar.finish();
    done
}

/// Runs the pending embedding jobs with a progress bar.
pub async fn run_embedding_jobs(ctx: &Ctx, scope: Scope, bar: &CommandProgress) -> Result<QueueSummary> {
    let done = jobs::embed_pending(ctx, scope, &|done, total| bar.report(done, total)).await;
    bar.finish();
    done
}
