//! Test harness: runs the real binary in a temporary home directory with a clean environment.

#![allow(dead_code, reason = "each test binary uses a part of the harness")]
#![allow(clippy::unwrap_used, reason = "a failure in the harness fails the test")]
#![allow(clippy::print_stdout, reason = "prints the reason for a skipped test")]

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub mod elsewhere;
pub mod form;
pub mod legacy_database;
pub mod media_fixtures;
pub mod mood_fixture;
pub mod mounted;
pub mod needles;
pub mod page;
pub mod people;
pub mod pictures;
pub mod provider;
pub mod raw;
pub mod rng;
pub mod server;
pub mod terminal;

/// E-mail of the first user of every [`World`].
pub const ADA: &str = "ada@home.example";

/// A temporary home directory, usually with a journal in it.
pub struct World {
    home: TempDir,
}

/// Result of a finished command.
#[derive(Debug)]
pub struct Run {
    pub args: String,
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A user with a journal in a [`World`].
#[derive(Clone, Copy)]
pub struct Person<'w> {
    pub world: &'w World,
    pub email: &'w str,
}

impl World {
    /// Creates a home without a journal.
    pub fn empty() -> Self {
        let home = tempfile::Builder::new().prefix("journal-world-").tempdir().unwrap();
        for folder in ["home", "tmp", "run", "inbox"] {
            let path = home.path().join(folder);
            std::fs::create_dir(&path).unwrap();
            chmod(&path, 0o700);
        }
        Self { home }
    }

    /// Creates a home with a journal whose first user is Ada.
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

    /// Returns the path of the only notebook's database.
    pub fn notebook(&self) -> PathBuf {
        let found: Vec<_> = std::fs::read_dir(self.data().join("notebooks")).unwrap().flatten().collect();
        assert_eq!(found.len(), 1, "one notebook");
        found[0].path().join("notebook.db")
    }

    /// Returns a command for the binary with the environment of a fresh login shell.
    pub fn command(&self) -> Command {
        self.command_under(&[])
    }

    /// Returns a command that runs the binary under another program, such as `setpriv` or `strace`.
    pub fn command_under(&self, wrapper: &[&str]) -> Command {
        let journal = env!("CARGO_BIN_EXE_journal");
        match wrapper {
            [] => self.program(journal),
            [first, rest @ ..] => {
                let mut command = self.program(first);
                command.args(rest).arg(journal);
                command
            }
        }
    }

    /// Returns a command for any program with the environment of this home.
    pub fn program(&self, program: &str) -> Command {
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

    /// Runs the binary with additional environment variables and optional standard input.
    pub fn run_with<S: AsRef<OsStr>>(&self, args: &[S], variables: &[(&str, &str)], input: Option<&[u8]>) -> Run {
        let mut command = self.command();
        command.args(args).envs(variables.iter().copied());
        run_with_input(command, input)
    }

    /// Runs a command that must succeed and returns its standard output.
    pub fn ok<S: AsRef<OsStr>>(&self, args: &[S]) -> String {
        self.run(args).ok().stdout
    }

    /// Runs a command with `--json` and returns the document.
    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).ok().document()
    }

    pub fn ada(&self) -> Person<'_> {
        Person { world: self, email: ADA }
    }

    /// Adds a user.
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

    /// Copies the whole home, including the journal.
    pub fn copy(&self) -> Self {
        let copy = tempfile::Builder::new().prefix("journal-world-").tempdir().unwrap();
        let status = Command::new("cp").arg("-a").arg(self.path(".")).arg(copy.path()).status().unwrap();
        assert!(status.success());
        Self { home: copy }
    }

    /// Collects the names of all commands below `parent` from the help texts, recursively.
    pub fn commands(&self, parent: &[&str], found: &mut std::collections::BTreeSet<String>) {
        let help = self.ok(&[parent, &["--help"]].concat());
        let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        let names: Vec<&str> = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   ")).collect();
        let names: Vec<&str> = names.iter().filter_map(|line| line.split_whitespace().next()).collect();
        // `[COMMAND]` in the usage marks a command that also works without a subcommand.
        if names.is_empty() || help.contains(" [COMMAND]\n") {
            found.insert(parent.join(" "));
        }
        for name in names.into_iter().filter(|name| *name != "help") {
            self.commands(&[parent, &[name]].concat(), found);
        }
    }

    /// Runs `doctor` and returns its exit code and its report.
    pub fn doctor(&self) -> (i32, Value) {
        let run = self.run(&["doctor", "--json"]);
        let report = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("doctor printed no report: {run:#?}"));
        (run.code, report)
    }
}

impl Drop for World {
    /// Removes texts that commands kept in memory, which is shared by all tests.
    fn drop(&mut self) {
        let home = self.home.path().display().to_string();
        for folder in std::fs::read_dir("/dev/shm").into_iter().flatten().flatten() {
            let is_own = folder.file_name().to_string_lossy().starts_with("journal-text-")
                && std::fs::read_to_string(folder.path().join("purpose.json")).is_ok_and(|text| text.contains(&home));
            if is_own {
                drop(std::fs::remove_dir_all(folder.path()));
            }
        }
    }
}

impl Person<'_> {
    pub fn run(&self, args: &[&str]) -> Run {
        self.world.run(&[args, &["--user", self.email]].concat())
    }

    pub fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--json"]].concat()).ok().document()
    }

    /// Writes an entry and returns its ID.
    pub fn write(&self, text: &str, date: &str) -> i64 {
        let args = ["write", "-", "--date", date, "--json", "--user", self.email];
        let run = self.world.run_with(&args, &[], Some(text.as_bytes()));
        run.ok().document()["id"].as_i64().unwrap()
    }

    /// Creates an API key with these scopes and returns its ID and the key.
    pub fn key(&self, name: &str, scopes: &[&str]) -> (i64, String) {
        let scopes = scopes.iter().flat_map(|scope| ["--scope", *scope]);
        let args: Vec<&str> = ["key", "add", name].into_iter().chain(scopes).collect();
        let created = self.json(&args);
        (created["id"].as_i64().unwrap(), created["key"].as_str().unwrap().to_owned())
    }

    /// Exports the user's journal and returns `journal.json`.
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

    /// Asserts this exit code and an error message as [`Self::assert_clear_error`] expects it.
    #[track_caller]
    pub fn refused(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self.assert_clear_error();
        self
    }

    /// Asserts a documented exit code, one `error:` line, a next step, and neither panic nor backtrace.
    #[track_caller]
    pub fn assert_clear_error(&self) {
        assert!(self.code > 0 && self.code <= 8, "undocumented exit code: {self:#?}");
        assert!(!self.stderr.contains("panicked") && !self.stderr.contains("backtrace"), "{self:#?}");
        let errors = self.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "exactly one error line: {self:#?}");
        let has_hint = self.stderr.contains("\n  try: ") || self.stderr.contains("For more information, try '--help'");
        assert!(has_hint, "no next step: {self:#?}");
        assert!(!self.stderr.contains('\u{1b}'), "{self:#?}");
    }

    /// Parses standard output as a single JSON document.
    #[track_caller]
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("not a single JSON document ({error}): {self:#?}"))
    }

    /// Asserts that standard error contains this text.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.stderr.contains(words), "{words:?} is missing from stderr: {self:#?}");
        self
    }
}

/// Runs a command to completion with the given standard input.
pub fn run_with_input(mut command: Command, input: Option<&[u8]>) -> Run {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let args = display_args(&command);
    let mut child = command.spawn().unwrap();
    let output = std::thread::scope(|scope| {
        if let Some(bytes) = input {
            let mut stdin = child.stdin.take().unwrap();
            // A command that fails early does not read its input to the end.
            scope.spawn(move || drop(stdin.write_all(bytes)));
        }
        child.wait_with_output().unwrap()
    });
    run_from_output(args, &output)
}

/// Converts the output of a process; one that was killed by a signal gets code -1.
pub fn run_from_output(args: String, output: &Output) -> Run {
    Run {
        args,
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Formats the arguments for a failure message, each cut to 200 characters.
pub fn display_args(command: &Command) -> String {
    command
        .get_args()
        .map(|arg| arg.to_string_lossy().chars().take(200).collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

pub fn chmod(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Reads a whole number from an environment variable that configures the tests.
#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
pub fn env_number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number")))
}

/// Returns true if a program runs successfully here; `unshare` may fail in a container, for example.
pub fn is_available(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

/// Returns a string field of a JSON object.
pub fn text_of<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} is not a string in {value}"))
}
