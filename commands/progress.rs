//! Progress bars: on stderr, on a terminal, for what takes longer than a second.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use journal::ctx::Ctx;
use journal::error::Result;
use journal::jobs;
use journal::jobs::Done;
use journal::model::scope::Scope;

/// What is not worth a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar that appears once the work has taken longer than [`PATIENCE`], if a person is looking.
pub struct Bar {
    what: &'static str,
    seen: bool,
    since: Instant,
    drawn: OnceLock<ProgressBar>,
}

impl Bar {
    pub fn new(what: &'static str, global: &crate::global::Global) -> Self {
        let terminal = std::io::stderr().is_terminal() && console::colors_enabled_stderr();
        let seen = terminal && !global.quiet && !global.no_color && !global.json;
        Self { what, seen, since: Instant::now(), drawn: OnceLock::new() }
    }

    /// Shows how far the work is.
    pub fn report(&self, done: u64, total: u64) {
        if !self.seen || self.since.elapsed() < PATIENCE {
            return;
        }
        let bar = self.drawn.get_or_init(|| {
            let bar = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
                bar.set_style(style);
            }
            bar.set_message(self.what);
            bar
        });
        bar.set_length(total);
        bar.set_position(done);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = self.drawn.get() {
            bar.finish_and_clear();
        }
    }
}

/// Works everything off that is due, behind a bar.
pub async fn drain(ctx: &Ctx, scope: Scope, bar: &Bar) -> Result<Done> {
    let done = jobs::drain(ctx, scope, &|done, total| bar.report(done, total)).await;
    bar.finish();
    done
}

/// Makes the vectors that wait, behind a bar.
pub async fn embed(ctx: &Ctx, scope: Scope, bar: &Bar) -> Result<Done> {
    let done = jobs::embed(ctx, scope, &|done, total| bar.report(done, total)).await;
    bar.finish();
    done
}
