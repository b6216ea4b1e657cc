//! A journal to try things on: its own home, its own people, and the real binary with a scrubbed environment.

#![allow(dead_code, reason = "every test binary uses its own part of the harness")]
#![allow(clippy::unwrap_used, reason = "a harness that fails fails the test")]
#![allow(clippy::print_stdout, reason = "what is skipped is told")]

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

pub mod elsewhere;
pub mod form;
pub mod mounted;
pub mod needles;
pub mod page;
pub mod people;
pub mod pictures;
pub mod provider;
pub mod raw;
pub mod rng;
pub mod server;

/// The first user of every world.
pub const ADA: &str = "ada@home.example";

/// A home directory of its own with, usually, a journal in it.
pub struct World {
    home: TempDir,
}

/// What a finished command left.
#[derive(Debug)]
pub struct Run {
    pub args: String,
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Somebody with a journal in a world.
#[derive(Clone, Copy)]
pub struct Person<'w> {
    pub world: &'w World,
    pub email: &'w str,
}

impl World {
    /// Makes a home without a journal.
    pub fn empty() -> Self {
        let home = tempfile::Builder::new().prefix("journal-world-").tempdir().unwrap();
        for folder in ["home", "tmp", "run", "inbox"] {
            let path = home.path().join(folder);
            std::fs::create_dir(&path).unwrap();
            chmod(&path, 0o700);
        }
        Self { home }
    }

    /// Makes a home with a journal whose first user is Ada.
    pub fn new() -> Self {
        let world = Self::empty();
        world.ok(&["init", "--email", ADA, "--name", "Ada"]);
        world
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    pub fn data(&self) -> PathBuf {
        self.path("home/.local/share/journal")
    }

    pub fn config(&self) -> PathBuf {
        self.path("home/.config/journal")
    }

    pub fn secret(&self) -> PathBuf {
        self.config().join("secret.key")
    }

    pub fn keyring(&self) -> PathBuf {
        self.data().join("keyring.json")
    }

    pub fn accounts(&self) -> PathBuf {
        self.data().join("accounts.db")
    }

    /// Returns the notebook's file; there must be one notebook only.
    pub fn notebook(&self) -> PathBuf {
        let found: Vec<_> = std::fs::read_dir(self.data().join("notebooks")).unwrap().flatten().collect();
        assert_eq!(found.len(), 1, "one notebook");
        found[0].path().join("notebook.db")
    }

    /// Returns the binary with nothing in its environment but what a login shell sets.
    pub fn command(&self) -> Command {
        self.wrapped(&[])
    }

    /// Returns the binary run through another program, such as `setpriv` or `strace`.
    pub fn wrapped(&self, through: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_journal");
        match through {
            [] => self.scrubbed(program),
            [first, rest @ ..] => {
                let mut command = self.scrubbed(first);
                command.args(rest).arg(program);
                command
            }
        }
    }

    /// Returns any program with the environment of this home.
    pub fn scrubbed(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let home = self.path("home");
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("TMPDIR", self.path("tmp"))
            .env("TZ", "UTC")
            .env("LANG", "C.UTF-8")
            .current_dir(&home)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Run {
        self.run_with(args, &[], None)
    }

    /// Runs with more variables and, if given, standard input.
    pub fn run_with<S: AsRef<OsStr>>(&self, args: &[S], variables: &[(&str, &str)], input: Option<&[u8]>) -> Run {
        let mut command = self.command();
        command.args(args).envs(variables.iter().copied());
        feed(command, input)
    }

    /// Runs what has to succeed and returns what it printed.
    pub fn ok<S: AsRef<OsStr>>(&self, args: &[S]) -> String {
        self.run(args).ok().stdout
    }

    /// Runs a reading command with `--json` and returns the document.
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).ok().document()
    }

    pub fn ada(&self) -> Person<'_> {
        Person { world: self, email: ADA }
    }

    /// Adds a person and returns them.
    pub fn user<'w>(&'w self, email: &'w str) -> Person<'w> {
        self.ok(&["user", "add", email]);
        Person { world: self, email }
    }

    /// Writes a file into the inbox and returns its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path("inbox").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Copies the whole home, journal included, as it lies there.
    pub fn copy(&self) -> Self {
        let copy = tempfile::Builder::new().prefix("journal-world-").tempdir().unwrap();
        let done = Command::new("cp").arg("-a").arg(self.path(".")).arg(copy.path()).status().unwrap();
        assert!(done.success());
        Self { home: copy }
    }

    /// Reads the commands out of a help text, and theirs, and so on.
    pub fn commands(&self, above: &[&str], found: &mut std::collections::BTreeSet<String>) {
        let help = self.ok(&[above, &["--help"]].concat());
        let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let names: Vec<&str> = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   ")).collect();
        let names: Vec<&str> = names.iter().filter_map(|line| line.split_whitespace().next()).collect();
        // `[COMMAND]` is one that also does something by itself.
        if names.is_empty() || help.contains(" [COMMAND]\n") {
            found.insert(above.join(" "));
        }
        for name in names.into_iter().filter(|name| *name != "help") {
            self.commands(&[above, &[name]].concat(), found);
        }
    }

    /// Runs `doctor` and returns its report, healthy or not.
    pub fn doctor(&self) -> (i32, Value) {
        let run = self.run(&["doctor", "--json"]);
        let report = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("doctor gave no report: {run:#?}"));
        (run.code, report)
    }
}

impl Person<'_> {
    pub fn run(&self, args: &[&str]) -> Run {
        self.world.run(&[args, &["--user", self.email]].concat())
    }

    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).ok().document()
    }

    /// Writes an entry and returns its number.
    pub fn write(&self, text: &str, date: &str) -> i64 {
        let args = ["write", "-", "--date", date, "--json", "--user", self.email];
        let run = self.world.run_with(&args, &[], Some(text.as_bytes()));
        run.ok().document()["id"].as_i64().unwrap()
    }

    /// Makes a key with these scopes and returns its number and the key.
    pub fn key(&self, name: &str, scopes: &[&str]) -> (i64, String) {
        let scopes = scopes.iter().flat_map(|scope| ["--scope", *scope]);
        let args: Vec<&str> = ["key", "add", name].into_iter().chain(scopes).collect();
        let made = self.json(&args);
        (made["id"].as_i64().unwrap(), made["key"].as_str().unwrap().to_owned())
    }

    /// Returns everything the person has, as an export tells it.
    pub fn export(&self) -> Value {
        let folder = tempfile::tempdir_in(self.world.path("")).unwrap();
        let to = folder.path().join("out");
        self.run(&["export", "--to", to.to_str().unwrap()]).ok();
        serde_json::from_slice(&std::fs::read(to.join("journal.json")).unwrap()).unwrap()
    }
}

impl Run {
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// Asserts a refusal: this exit code, one `error:` line, a next step, and neither panic nor backtrace.
    #[track_caller]
    pub fn refused(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self.is_clear();
        self
    }

    /// Asserts that a failure reads well, whatever its code.
    #[track_caller]
    pub fn is_clear(&self) {
        assert!(self.code > 0 && self.code <= 8, "no exit code of the table: {self:#?}");
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("backtrace"), "{self:#?}");
        let errors = self.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "one error line: {self:#?}");
        let next = self.stderr.contains("\n  try: ") || self.stderr.contains("For more information, try '--help'");
        assert!(next, "a next step: {self:#?}");
        assert!(!self.stderr.contains('\u{1b}'), "{self:#?}");
    }

    /// Reads standard output as the one JSON document it has to be.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no single JSON document ({error}): {self:#?}"))
    }

    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "{words:?} is not told: {self:#?}");
        self
    }
}

/// Runs a command to its end, giving it what to read.
pub fn feed(mut command: Command, input: Option<&[u8]>) -> Run {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let args = shown(&command);
    let mut child = command.spawn().unwrap();
    let output = std::thread::scope(|scope| {
        if let Some(bytes) = input {
            let mut stdin = child.stdin.take().unwrap();
            // A command that refuses early does not read to the end.
            scope.spawn(move || drop(stdin.write_all(bytes)));
        }
        child.wait_with_output().unwrap()
    });
    finished(args, &output)
}

/// Turns an output into a run; a process that a signal ended has code -1.
pub fn finished(args: String, output: &Output) -> Run {
    Run {
        args,
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

pub fn shown(command: &Command) -> String {
    command
        .get_args()
        .map(|arg| arg.to_string_lossy().chars().take(200).collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

pub fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Reads a switch for developers.
#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the program")]
pub fn switch(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a whole number")))
}

/// Tells whether a program works here, such as `unshare` in a container.
pub fn works(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

pub fn text_of<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} in {value}"))
}
