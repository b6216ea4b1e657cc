//! Progress bars: on stderr, on a terminal, for what takes longer than a blink.

use std::io::IsTerminal;

use indicatif::ProgressBar;
use indicatif::ProgressDrawTarget;
use indicatif::ProgressStyle;

/// Makes a bar; hidden unless a person is looking and wants it.
pub fn bar(what: &'static str, global: &crate::cli::Global) -> ProgressBar {
    let seen = std::io::stderr().is_terminal() && !global.quiet && !global.no_color && !global.json;
    let bar = ProgressBar::new(0);
    bar.set_draw_target(if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}
