//! Typed texts and crashes: a text that the editor saved is an entry, a draft or a file in memory afterwards, and an
//! acknowledged entry is stored.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::mounted::run_in_mount_namespace;
use crate::support::rng::Rng;
use crate::support::terminal::{Terminal, has_terminals};
use crate::support::{ADA, World, chmod, env_number, run_from_output, text_of};

/// Time that the editor takes to save, so that faults also happen while it is open.
const EDITOR_SECONDS: &str = "0.2";

fn rounds() -> u64 {
    env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(6)
}

/// A journal with one entry, and an editor that saves a text of its own in each round.
struct TypingWorld {
    world: World,
    editor: PathBuf,
    round: u64,
}

impl TypingWorld {
    fn new() -> Self {
        let world = World::new();
        world.ada().write("Before.", "2024-05-01");
        let editor = world.file("editor.sh", "");
        Self { world, editor, round: 0 }
    }

    /// Prepares the editor for the next round and returns its text.
    fn next_text(&mut self) -> String {
        self.round += 1;
        let text = format!("typed in round {}.", self.round);
        let saved = self.saved();
        drop(std::fs::remove_file(&saved));
        // It ignores keyboard interrupts, as editors do.
        let script = format!(
            "#!/bin/sh\ntrap '' INT\necho '{text}' > \"$1\"\ntouch '{}'\nsleep {EDITOR_SECONDS}\n",
            saved.display()
        );
        std::fs::write(&self.editor, script).unwrap();
        chmod(&self.editor, 0o700);
        text
    }

    /// File that exists once the editor has saved the text.
    fn saved(&self) -> PathBuf {
        self.world.path("inbox/saved")
    }

    /// Returns whether any entry has the text.
    fn is_stored(&self, text: &str) -> bool {
        let listed = self.world.json(&["list", "--limit", "100"]);
        listed["items"].as_array().unwrap().iter().any(|entry| text_of(entry, "preview").contains(text))
    }

    fn is_kept(&self, text: &str) -> bool {
        let kept = self.world.json(&["write", "--recover"]);
        kept["items"].as_array().unwrap().iter().any(|item| text_of(item, "preview").contains(text))
    }

    /// Asserts that the text is not lost; `shown` is the output of the command.
    #[track_caller]
    fn assert_not_lost(&self, text: &str, shown: &str) {
        let stored = self.is_stored(text);
        let acknowledged = shown.contains("Stored entry ") || shown.contains("Changed entry ");
        assert!(stored || !acknowledged, "an acknowledged text is lost: {text}\n{shown}");
        assert!(stored || !self.saved().exists() || self.is_kept(text), "a typed text is lost: {text}\n{shown}");
        assert_eq!(self.world.doctor().0, 0, "{shown}");
    }

    /// Runs `edit 1` and sends it a signal after the delay; waits for command and editor.
    fn edit_and_signal(&self, signal: Signal, delay: Duration) -> (i32, String) {
        let mut command = self.world.command();
        command.args(["edit", "1"]).env("EDITOR", &self.editor).stdin(Stdio::null());
        let child = command.spawn().unwrap();
        // The delay is the fault that is injected; nothing is synchronised by it.
        std::thread::sleep(delay);
        let _ = kill_process(Pid::from_child(&child), signal);
        // The editor has the same pipes, so this waits for it too.
        let run = run_from_output("edit".to_owned(), &child.wait_with_output().unwrap());
        (run.code, run.stdout + &run.stderr)
    }
}

/// Measures an undisturbed edit.
fn measure(typing: &mut TypingWorld) -> Duration {
    let text = typing.next_text();
    let start = Instant::now();
    let mut command = typing.world.command();
    command.args(["edit", "1"]).env("EDITOR", &typing.editor);
    crate::support::run_with_input(command, None).ok();
    let took = start.elapsed();
    assert!(typing.is_stored(&text));
    took
}

#[test]
fn a_text_survives_a_killed_edit() {
    let mut typing = TypingWorld::new();
    let duration = measure(&mut typing);
    let mut rng = Rng::new(61);

    for _ in 0..rounds() {
        let text = typing.next_text();
        let (_, shown) = typing.edit_and_signal(Signal::KILL, duration.mul_f64(rng.below(1000) as f64 / 1000.0));

        typing.assert_not_lost(&text, &shown);
    }
}

#[test]
fn a_text_survives_an_interrupted_edit() {
    let mut typing = TypingWorld::new();
    let duration = measure(&mut typing);
    let mut rng = Rng::new(62);

    for round in 0..rounds() {
        let text = typing.next_text();
        let signal = [Signal::INT, Signal::TERM, Signal::HUP][usize::try_from(round % 3).unwrap()];
        let (code, shown) = typing.edit_and_signal(signal, duration.mul_f64(rng.below(1000) as f64 / 1000.0));

        // A process that is killed before it installs its handlers has no exit code.
        let codes = [0, -1, 128 + signal.as_raw()];
        assert!(codes.contains(&code), "{code}: {shown}");
        typing.assert_not_lost(&text, &shown);
    }
}

#[test]
fn a_text_survives_a_killed_or_interrupted_write() {
    if !has_terminals() {
        return;
    }
    let mut typing = TypingWorld::new();
    let duration = measure(&mut typing);
    let mut rng = Rng::new(63);
    let pid = typing.world.path("inbox/pid");
    let script = format!("echo $$ > '{}'; exec '{}' write", pid.display(), env!("CARGO_BIN_EXE_journal"));

    for round in 0..rounds() {
        let text = typing.next_text();
        drop(std::fs::remove_file(&pid));
        let editor = typing.editor.display().to_string();
        let mut terminal = Terminal::start_script(&typing.world, &script, &[("EDITOR", &editor)]);
        let number = loop {
            let number = std::fs::read_to_string(&pid).ok().and_then(|text| text.trim().parse().ok());
            if let Some(number) = number {
                break number;
            }
            std::thread::yield_now();
        };
        // The delay is the fault that is injected; nothing is synchronised by it.
        std::thread::sleep(duration.mul_f64(rng.below(1000) as f64 / 1000.0));
        if round % 2 == 0 {
            let _ = kill_process(Pid::from_raw(number).unwrap(), Signal::KILL);
        } else {
            terminal.press("\u{3}");
        }
        let run = terminal.finish();

        typing.assert_not_lost(&text, &run.shown);
    }
}

/// Fills the disk so that a different amount of space is left in each round.
#[test]
fn a_text_survives_a_full_disk() {
    let world = World::empty();
    std::fs::create_dir_all(world.data().parent().unwrap()).unwrap();
    let inbox = world.path("inbox").display().to_string();
    let script = format!(
        r#"
        mount -t tmpfs -o size=16m,mode=700 tmpfs "$D" || exit 99
        "$J" init --email {ADA} >/dev/null 2>&1 || exit 98
        "$J" write "Before." >/dev/null 2>&1 || exit 97
        export EDITOR={inbox}/editor.sh
        round=0
        while [ $round -lt {rounds} ]; do
            round=$((round + 1))
            text="typed in round $round."
            printf '#!/bin/sh\necho "%s" > "$1"\n' "$text" > $EDITOR
            chmod 700 $EDITOR
            # The check before the editor opens has the space, the storing after it has not.
            free=$(df --output=avail -k "$D" | tail -1)
            printf 'head -c %s /dev/zero > "$D/filler"\n' $(((free - (round - 1) * 12) * 1024)) >> $EDITOR
            "$J" edit 1 > {inbox}/out 2> {inbox}/err
            code=$?
            rm -f "$D/filler"
            if "$J" show 1 | grep -q "$text"; then found=stored
            elif "$J" write --recover | grep -q "$text"; then found=kept
            else found=lost; fi
            echo "$code $found"
        done
        "$J" doctor >/dev/null || exit 94
        "#,
        rounds = rounds()
    );

    let Some(run) = run_in_mount_namespace(&world, &script) else { return };

    assert_eq!(run.code, 0, "{run:#?}");
    let outcomes: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(outcomes.len() as u64, rounds(), "{run:#?}");
    let allowed = ["0 stored", "4 kept", "4 stored"];
    assert!(outcomes.iter().all(|outcome| allowed.contains(outcome)), "{run:#?}");
    assert!(outcomes.iter().any(|outcome| outcome.ends_with("kept")), "no round was short of space: {run:#?}");
}
