//! Signals that end a command: the terminal is restored, and the exit code is 128 plus the number of the signal.
//!
//! The command runs on a thread of its own, so a prompt that waits for input does not delay the end. The process ends
//! without unwinding that thread, as after a signal without a handler; what is committed stays.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use rustix::termios::{LocalModes, OptionalActions, Termios};
use tokio::signal::unix::{Signal, SignalKind};
use tokio::sync::oneshot;

use journal::error::{Error, Result};

/// Stack size of the command's thread in bytes, that of a main thread on Linux.
const STACK_BYTES: usize = 8 << 20;
/// Exit code of a command that panicked, as of a main thread.
const PANIC_EXIT_CODE: u8 = 101;
/// Signals that end a command.
const ENDING_SIGNALS: [SignalKind; 3] = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];

/// Attributes of the terminal to restore, while a prompt has changed them.
static PROMPT_TERMINAL: Mutex<Option<Termios>> = Mutex::new(None);
/// True while an editor has the terminal, which gets the same keyboard interrupts.
static IS_EDITOR_OPEN: AtomicBool = AtomicBool::new(false);
/// Next step to print after a signal, while there is one.
static NEXT_STEP: Mutex<Option<String>> = Mutex::new(None);

/// Changes the attributes of the terminal until it is dropped, or until a signal ends the command.
pub struct PromptGuard;

impl PromptGuard {
    /// Hides what is typed.
    pub fn for_hidden_input() -> Self {
        Self::change(|attributes| attributes.local_modes.remove(LocalModes::ECHO))
    }

    /// Passes Ctrl-C to the prompt, which raises the signal itself after it has stopped changing the terminal.
    pub fn for_raw_input() -> Self {
        Self::change(|attributes| attributes.local_modes.remove(LocalModes::ISIG))
    }

    fn change(change: impl FnOnce(&mut Termios)) -> Self {
        let mut saved = PROMPT_TERMINAL.lock();
        if let Ok(before) = rustix::termios::tcgetattr(std::io::stdin()) {
            let mut changed = before.clone();
            change(&mut changed);
            let _ = rustix::termios::tcsetattr(std::io::stdin(), OptionalActions::Flush, &changed);
            *saved = Some(before);
        }
        Self
    }
}

impl Drop for PromptGuard {
    fn drop(&mut self) {
        if let Some(before) = PROMPT_TERMINAL.lock().take() {
            let _ = rustix::termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &before);
        }
    }
}

/// Ignores keyboard interrupts until it is dropped.
pub struct EditorGuard;

impl EditorGuard {
    pub fn new() -> Self {
        IS_EDITOR_OPEN.store(true, Ordering::Relaxed);
        Self
    }
}

impl Drop for EditorGuard {
    fn drop(&mut self) {
        IS_EDITOR_OPEN.store(false, Ordering::Relaxed);
    }
}

/// Sets the next step that is printed after a signal.
pub fn set_next_step(step: Option<&str>) {
    *NEXT_STEP.lock() = step.map(str::to_owned);
}

/// Runs a command until it ends or a signal ends it.
///
/// # Errors
/// `Internal` if no handler can be installed.
pub fn run_until_signal(command: impl FnOnce() -> ExitCode + Send + 'static) -> Result<ExitCode> {
    let failed = |error| Error::internal("preparing to handle signals", error);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().map_err(failed)?;
    runtime.block_on(async {
        let ignored = ignored_signals();
        let mut signals = Vec::new();
        for kind in ENDING_SIGNALS.into_iter().filter(|kind| !is_in_mask(ignored, *kind)) {
            signals.push((kind, tokio::signal::unix::signal(kind).map_err(failed)?));
        }
        let (sender, mut finished) = oneshot::channel();
        let work = move || {
            let _ = sender.send(command());
        };
        let thread = std::thread::Builder::new().name("command".to_owned()).stack_size(STACK_BYTES);
        let thread = thread.spawn(work).map_err(failed)?;
        loop {
            let kind = tokio::select! {
                biased;
                kind = next_signal(&mut signals) => kind,
                code = &mut finished => {
                    // The exit handlers of OpenSSL must not run while the thread still drops what it used.
                    let _ = thread.join();
                    return Ok(code.unwrap_or_else(|_| ExitCode::from(PANIC_EXIT_CODE)));
                }
            };
            if kind != SignalKind::interrupt() || !IS_EDITOR_OPEN.load(Ordering::Relaxed) {
                return Ok(end(kind));
            }
        }
    })
}

async fn next_signal(signals: &mut [(SignalKind, Signal)]) -> SignalKind {
    std::future::poll_fn(|context| {
        for (kind, signal) in signals.iter_mut() {
            if signal.poll_recv(context).is_ready() {
                return std::task::Poll::Ready(*kind);
            }
        }
        std::task::Poll::Pending
    })
    .await
}

/// Restores the terminal and prints the next step.
fn end(kind: SignalKind) -> ExitCode {
    let mut stderr = std::io::stderr();
    let mut saved = PROMPT_TERMINAL.lock();
    if let Some(attributes) = saved.take() {
        let _ = rustix::termios::tcsetattr(std::io::stdin(), OptionalActions::Now, &attributes);
        // The prompt is on an unfinished line.
        let _ = writeln!(stderr);
    }
    // The lock stays, so the command cannot change the terminal again before the process ends.
    std::mem::forget(saved);
    if let Some(step) = NEXT_STEP.lock().take() {
        let _ = writeln!(stderr, "interrupted\n  try: {step}");
    }
    ExitCode::from(u8::try_from(128 + kind.as_raw_value()).unwrap_or(u8::MAX))
}

/// Returns the mask of signals that the parent process set to be ignored, as `nohup` does.
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Returns whether bit `n - 1` for signal `n` is set.
fn is_in_mask(mask: u64, kind: SignalKind) -> bool {
    mask & (1 << (kind.as_raw_value() - 1)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_nohup_has_the_hangup_signal_only() {
        let ignored = ENDING_SIGNALS.map(|kind| is_in_mask(0x1001, kind));

        assert_eq!(ignored, [false, false, true], "SIGPIPE is ignored by the Rust runtime");
    }
}
