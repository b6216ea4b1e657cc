//! Commands on a pseudo-terminal, which `script` of util-linux provides.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::{World, is_available};

/// Longest time until an expected output.
const OUTPUT_TIMEOUT: Duration = Duration::from_mins(1);

/// A running command whose input and output is a terminal.
pub struct Terminal {
    script: Child,
    keyboard: ChildStdin,
    chunks: Receiver<Vec<u8>>,
    shown: String,
}

/// Result of a command on a terminal.
#[derive(Debug)]
pub struct TerminalRun {
    pub code: i32,
    /// Everything that the terminal received.
    pub shown: String,
}

/// Returns true if there is a `script` program; prints a message otherwise.
pub fn has_terminals() -> bool {
    let found = is_available("script", &["-qec", "true", "/dev/null"]);
    if !found {
        println!("skipped: script (util-linux) is missing");
    }
    found
}

impl Terminal {
    /// Starts the journal binary on a terminal.
    pub fn start(world: &World, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let command: Vec<String> = [env!("CARGO_BIN_EXE_journal")].iter().chain(args).map(|arg| quote(arg)).collect();
        // Without `exec` the shell would get the interrupts of the terminal too.
        Self::start_script(world, &format!("exec {}", command.join(" ")), variables)
    }

    /// Starts a shell command on a terminal.
    pub fn start_script(world: &World, line: &str, variables: &[(&str, &str)]) -> Self {
        let mut command: Command = world.program("script");
        command.args(["-qefc", line, "/dev/null"]).envs([("TERM", "xterm"), ("SHELL", "/bin/sh")]);
        command.envs(variables.iter().copied()).stdin(Stdio::piped());
        let mut script = command.spawn().unwrap();
        let (keyboard, mut screen) = (script.stdin.take().unwrap(), script.stdout.take().unwrap());
        let (sender, chunks) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { script, keyboard, chunks, shown: String::new() }
    }

    /// Waits until the terminal shows a text after what earlier calls waited for.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) -> &mut Self {
        let deadline = Instant::now() + OUTPUT_TIMEOUT;
        while !self.shown.contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.chunks.recv_timeout(left) {
                Ok(chunk) => self.shown.push_str(&String::from_utf8_lossy(&chunk)),
                Err(error) => panic!("the terminal does not show {text:?} ({error}): {}", self.shown),
            }
        }
        self
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        // A command that ended before reads no keys.
        drop(self.keyboard.write_all(keys.as_bytes()).and_then(|()| self.keyboard.flush()));
        self
    }

    /// Waits until the command ends.
    pub fn finish(mut self) -> TerminalRun {
        while let Ok(chunk) = self.chunks.recv_timeout(OUTPUT_TIMEOUT) {
            self.shown.push_str(&String::from_utf8_lossy(&chunk));
        }
        drop(self.keyboard);
        let status = self.script.wait().unwrap();
        TerminalRun { code: status.code().unwrap_or(-1), shown: self.shown }
    }
}

/// Quotes an argument for the shell.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
