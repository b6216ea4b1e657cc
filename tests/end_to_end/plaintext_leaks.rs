//! No plaintext of a user is stored on disk or logged: no text, query, name or password.
//!
//! Phrases are planted in every place a user can put words; then every byte and file name below the data, configuration
//! and temporary directories and every log record are searched for them.
//!
//! A message to the user may repeat the arguments of the same command (`error: …/notes.md: …`) and name the files of a
//! given folder. A log record, of any level and in either format, never does either.

use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::support::needles::{self, Needle};
use crate::support::{ADA, Person, Run, World, chmod, display_args, people, run_from_output, run_with_input, text_of};

const TEXT: &str = "marmalade heron of Quellwasser";
const EDITED: &str = "second thoughts on the glass orchard";
const TYPED: &str = "whispered beneath the copper bridge";
const IN_EDITOR: &str = "scrawled by lantern in the cellar";
const KILLED: &str = "half swallowed by the thunderstorm";
const THROWN_AWAY: &str = "crumpled into the ash bucket";
const TITLE: &str = "Tangerine funeral procession";
const NEW_TITLE: &str = "Velvet turnip symphony";
const TAG: &str = "hushhush-quokka-tag";
const FILE: &str = "plumtree-under-moonlight";
const BAD_FILE: &str = "rhubarb-in-latin-one";
const QUERY: &str = "where did the periwinkle smuggler sleep";
const EMAIL: &str = "wilhelmina.canary@hidden-village.example";
const NAME: &str = "Wilhelmina Zwetschgenbaum";
const PASSWORD: &str = "ninefold-Umbrella!perjury-47";
const BAD_PASSWORD: &str = "Wilhelmina Zwetschgenbaum 1";
const KEY_NAME: &str = "grandmothers-secret-tablet";

const PERSON: &str = "Ottilie Quillfeather";
const ALIAS: &str = "the moth collector of pond lane";
const DESCRIPTION: &str = "keeps a heron under the stairs";

const PHRASES: [&str; 20] = [
    PERSON,
    ALIAS,
    DESCRIPTION,
    TEXT,
    EDITED,
    TYPED,
    IN_EDITOR,
    KILLED,
    THROWN_AWAY,
    TITLE,
    NEW_TITLE,
    TAG,
    FILE,
    BAD_FILE,
    QUERY,
    EMAIL,
    NAME,
    PASSWORD,
    BAD_PASSWORD,
    KEY_NAME,
];

/// A line that a command wrote to stderr.
struct StderrLine {
    args: String,
    line: String,
}

/// Runs commands with `JOURNAL_LOG=trace`, alternating between the log formats, and records their stderr.
struct LoggedWorld {
    world: World,
    stderr_lines: Vec<StderrLine>,
    runs: usize,
}

impl LoggedWorld {
    fn new() -> Self {
        Self { world: World::empty(), stderr_lines: Vec::new(), runs: 0 }
    }

    fn command(&mut self, args: &[&str]) -> Command {
        self.runs += 1;
        let mut command = self.world.command();
        let format = if self.runs.is_multiple_of(2) { "json" } else { "human" };
        command.args(args).env("JOURNAL_LOG", "trace").env("JOURNAL_LOG_FORMAT", format);
        command
    }

    fn record_stderr(&mut self, run: Run) -> Run {
        let lines = run.stderr.lines().map(|line| StderrLine { args: run.args.clone(), line: line.to_owned() });
        self.stderr_lines.extend(lines);
        run
    }

    /// Runs a command once in each log format and returns the last run.
    fn twice(&mut self, args: &[&str], input: Option<&str>) -> Run {
        self.once(args, input);
        self.once(args, input)
    }

    fn once(&mut self, args: &[&str], input: Option<&str>) -> Run {
        let command = self.command(args);
        let run = run_with_input(command, input.map(str::as_bytes));
        self.record_stderr(run)
    }

    fn start(&mut self, args: &[&str]) -> (String, Child) {
        let mut command = self.command(args);
        command.stdout(Stdio::null());
        (display_args(&command), command.spawn().unwrap())
    }

    #[track_caller]
    fn assert_files_clean(&self, needles: &[Needle]) {
        for folder in [self.world.data(), self.world.config(), self.world.path("tmp"), self.world.path("run")] {
            let (matches, _) = needles::scan(&folder, needles);
            assert!(matches.is_empty(), "{matches:#?}");
        }
    }
}

/// Runs every command that takes text, including failing ones, and returns the API keys that were created.
#[expect(clippy::too_many_lines, reason = "one line per command")]
fn run_every_command(logged: &mut LoggedWorld) -> Vec<String> {
    let file = |name: &str, text: String| (name.to_owned(), text);
    let password = logged.world.file("password", PASSWORD).display().to_string();
    let bad_password = logged.world.file("bad-password", BAD_PASSWORD).display().to_string();
    let files = [
        file(
            &format!("in/{FILE}.md"),
            format!("---\ntitle: {TITLE}\ntags: [{TAG}]\ndate: 2024-05-01\n---\n{TEXT}, {TAG}."),
        ),
        file(&format!("in/{FILE} 2.txt"), format!("Again the {TEXT}. {}", "And nothing else. ".repeat(300))),
    ];
    for (name, text) in files {
        logged.world.file(&name, text);
    }
    logged.world.file(&format!("in/{BAD_FILE}.md"), [TEXT.as_bytes(), b"\xff"].concat());
    let folder = logged.world.path("inbox/in").display().to_string();
    let bad = format!("{folder}/{BAD_FILE}.md");

    logged.once(&["init", "--email", ADA, "--password-file", &password], None).ok();
    logged.twice(&["user", "add", EMAIL, "--name", NAME, "--password-file", &bad_password], None).exits_with(2);
    logged.once(&["user", "add", EMAIL, "--name", NAME, "--password-file", &password], None).ok();
    logged.twice(&["user", "add", EMAIL], None);
    let entities = [people::entity(1, "person", PERSON, &[ALIAS]), people::entity(2, "person", NAME, &[])];
    let mentions = [people::mention(1, 1, 1, PERSON), people::mention(2, 2, 1, NAME)];
    let export =
        json!({ "entries": [people::entry(1, "2024-04-30", TEXT)], "entities": entities, "mentions": mentions });
    people::import_document(Person { world: &logged.world, email: EMAIL }, &people::document(&export));
    let mut keys = Vec::new();
    for _ in 0..2 {
        let created = logged.once(&["key", "add", KEY_NAME, "--user", EMAIL, "--json"], None);
        keys.push(text_of(&created.document(), "key").to_owned());
    }
    for args in [
        &["ingest", &folder, "--user", EMAIL][..],
        &["ingest", &bad, "--user", EMAIL],
        &["ingest", &bad, "--user", EMAIL, "--json"],
        &["ingest", &format!("{folder}/{FILE}-missing.md"), "--user", EMAIL],
        &["edit", "1", "--title", NEW_TITLE, "--user", EMAIL],
        &["edit", "1", "--date", QUERY, "--user", EMAIL],
        &["edit", "77", "--title", NEW_TITLE, "--user", EMAIL],
        &["show", "1", "--user", EMAIL],
        &["show", "1", "--history", "--user", EMAIL, "--json"],
        &["show", "77", "--user", EMAIL],
        &["show", QUERY],
        &["list", "--user", EMAIL],
        &["list", "--user", NAME],
        &["list", "--from", QUERY, "--user", EMAIL],
        &["list", "--tag", TAG, "--without-tag", QUERY, "--user", EMAIL],
        &["search", &format!("tag:{TAG} -{QUERY} on:{QUERY}"), "--user", EMAIL],
        &["tag", "list", "--user", EMAIL],
        &["tag", "rename", TAG, QUERY, "--dry-run", "--user", EMAIL],
        &["tag", "rename", QUERY, TAG, "--user", EMAIL],
        &["search", QUERY, "--user", EMAIL],
        &["search", TEXT, "--user", EMAIL, "--json"],
        &["search", &format!("\"{QUERY}* NEAR("), "--user", EMAIL],
        &["search", &QUERY.repeat(80), "--user", EMAIL],
        &["ask", &format!("{QUERY}?"), "--user", EMAIL],
        &["ask", QUERY, "--user", EMAIL, "--json"],
        &["ask", &QUERY.repeat(80), "--user", EMAIL],
        &["ask", "when?", "--from", QUERY, "--user", EMAIL],
        &["write", &format!("{TYPED}\0"), "--user", EMAIL],
        &["write", TYPED, "--date", "1400-01-01", "--user", EMAIL],
        &["key", "list", "--user", EMAIL],
        &["user", "list"],
        &["user", "show", EMAIL],
        &["user", "delete", EMAIL, "--no-input"],
        &["user", "disable", EMAIL],
        &["user", "enable", EMAIL],
        &["user", "passwd", EMAIL, "--password-file", &bad_password],
        &["user", "passwd", EMAIL, "--password-file", &password],
        &["stats", "--user", EMAIL],
        &["entity", "list", "--search", ALIAS, "--user", EMAIL],
        &["entity", "show", "1", "--user", EMAIL],
        &["entity", "alias", "add", "2", ALIAS, "--user", EMAIL],
        &["entity", "rename", "2", PERSON, "--user", EMAIL],
        &["entity", "rename", "1", &format!("{PERSON} {ALIAS}"), "--user", EMAIL],
        &["entity", "describe", "1", DESCRIPTION, "--user", EMAIL],
        &["entity", "describe", "1", &DESCRIPTION.repeat(80), "--user", EMAIL],
        &["entity", "alias", "remove", "1", DESCRIPTION, "--user", EMAIL],
        &["entity", "quarantine", "1", "--reason", DESCRIPTION, "--user", EMAIL],
        &["entity", "list", "--quarantined", "--user", EMAIL, "--json"],
        &["entity", "split", "1", "--mentions", "1", "--name", NAME, "--user", EMAIL],
        &["entity", "merge", "1", "2", "--user", EMAIL],
        &["entity", "undo", "1", "--user", EMAIL],
        &["entity", "delete", "2", "--yes", "--user", EMAIL],
        &["entity", "allow", DESCRIPTION, "--user", EMAIL],
        &["entity", PERSON, "--user", EMAIL],
        &["job", "list", "--user", EMAIL],
        &["reindex", "--user", EMAIL],
        &["audit", "list"],
        &["audit", "export"],
        &["activity", "--user", EMAIL],
        &["activity", "--since", QUERY, "--user", EMAIL],
        &["user", "contain", EMAIL],
        &["config"],
        &["doctor"],
        &["keyring", "rotate"],
    ] {
        if args.iter().all(|arg| !arg.contains('\0')) {
            logged.twice(args, None);
        }
    }
    logged.twice(&["write", "-", "--user", EMAIL], Some(TYPED));
    logged.twice(&["write", "-", "--user", EMAIL], Some(&format!("{TYPED}\0")));
    logged.twice(&["edit", "1", "--text", "-", "--user", EMAIL], Some(EDITED));
    logged.twice(&["write", "--recover", "--user", EMAIL], None);
    logged.twice(&["write", "--recover", "1", "--user", EMAIL], None);
    throw_away(logged);
    keys
}

/// Moves entries to the trash, restores one, and destroys two in both ways; one stays in the trash.
fn throw_away(logged: &mut LoggedWorld) {
    let ids: Vec<String> = (0..3)
        .map(|_| {
            let written = logged.once(&["write", "-", "--json", "--user", EMAIL], Some(THROWN_AWAY)).ok();
            written.document()["id"].to_string()
        })
        .collect();
    let [kept, emptied, destroyed] = &ids[..] else { panic!("{ids:?}") };
    for args in [
        &["delete", kept, emptied, "--yes"][..],
        &["trash", "list"],
        &["trash", "list", "--json"],
        &["trash", "restore", kept],
        &["trash", "restore", THROWN_AWAY],
        &["delete", kept, "--yes"],
        &["trash", "empty", emptied, "--dry-run"],
        &["trash", "empty", emptied, "--yes"],
        &["delete", destroyed, "--now", "--yes"],
    ] {
        logged.twice(&[args, &["--user", EMAIL]].concat(), None);
    }
}

impl Run {
    fn exits_with(self, code: i32) {
        assert_eq!(self.code, code, "{self:#?}");
    }
}

#[test]
fn the_scanner_finds_a_phrase_in_every_encoding() {
    let world = World::empty();
    let needles = needles::needles(&PHRASES);
    let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.file("one/plain.bin", [b"\0\x01".as_slice(), TEXT.as_bytes(), b"\xff"].concat());
    world.file("two/lower.bin", EMAIL.to_lowercase());
    world.file("three/wide.bin", [b"x".as_slice(), &utf16].concat());
    world.file("four/base64.bin", data_encoding::BASE64.encode(format!("ab{PASSWORD}yz").as_bytes()));
    world.file(&format!("five/{FILE}.bin"), "");
    world.file("six/clean.bin", "marmalade heron, but of another place");

    let matches = ["one", "two", "three", "four", "five", "six"]
        .map(|folder| needles::scan(&world.path("inbox").join(folder), &needles).0.len());

    assert_eq!(matches, [1, 1, 1, 1, 1, 0]);
}

#[test]
fn no_file_or_log_contains_plaintext_of_a_user() {
    let mut logged = LoggedWorld::new();
    let keys = run_every_command(&mut logged);
    let phrases: Vec<&str> = PHRASES.into_iter().chain(keys.iter().map(String::as_str)).collect();
    let needles = needles::needles(&phrases);

    logged.assert_files_clean(&needles);
    assert!(logged.runs > 70, "{} runs", logged.runs);
    let (records, messages): (Vec<&StderrLine>, Vec<&StderrLine>) =
        logged.stderr_lines.iter().partition(|line| needles::is_log(&line.line));
    assert!(records.len() > 30, "too few log records: {}", records.len());
    let mut leaks: Vec<String> = Vec::new();
    for record in records {
        let found = needles::find_in(record.line.as_bytes(), &needles);
        leaks.extend(
            found.iter().map(|needle| format!("{:?} in the log of `{}`: {}", needle.phrase, record.args, record.line)),
        );
    }
    for message in messages {
        for needle in needles::find_in(message.line.as_bytes(), &needles) {
            let phrase = &needle.phrase;
            let own_folder = message.args.starts_with("ingest ") && [FILE, BAD_FILE].contains(&phrase.as_str());
            // Only `key add` prints a key, and on stdout, so no message may contain one.
            if !message.args.contains(phrase.as_str()) && !own_folder {
                leaks.push(format!("{phrase:?} in a message of `{}`: {}", message.args, message.line));
            }
        }
    }
    leaks.sort();
    leaks.dedup();
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn an_export_is_private_and_leaves_no_plaintext_in_the_data_dir() {
    let mut logged = LoggedWorld::new();
    run_every_command(&mut logged);
    let to = logged.world.path("inbox/out");

    logged.once(&["export", "--to", to.to_str().unwrap(), "--user", EMAIL], None).ok();

    let needles = needles::needles(&[TEXT]);
    assert!(!needles::scan(&to, &needles).0.is_empty(), "an export contains plaintext");
    for item in walkdir::WalkDir::new(&to) {
        let mode = std::os::unix::fs::MetadataExt::mode(&item.unwrap().metadata().unwrap());
        assert_eq!(mode & 0o077, 0, "an export is private");
    }
    logged.assert_files_clean(&needles::needles(&PHRASES));
}

#[test]
fn a_running_or_killed_ingest_leaves_no_plaintext() {
    let mut logged = LoggedWorld::new();
    logged.once(&["init", "--email", ADA], None).ok();
    let needles = needles::needles(&[KILLED, FILE]);
    for round in 0..4 {
        for file in 0..40 {
            logged.world.file(&format!("{round}/{FILE}-{file}.md"), format!("{round} {file} {KILLED}. ").repeat(12));
        }
        let folder = logged.world.path("inbox").join(round.to_string()).display().to_string();
        let wal = logged.world.notebook().with_extension("db-wal");
        let (args, mut child) = logged.start(&["ingest", &folder]);

        // Stop the process while its write-ahead log has pages, and search the files while it is suspended.
        while std::fs::metadata(&wal).map_or(0, |metadata| metadata.len()) < 4096 && child.try_wait().unwrap().is_none()
        {
            std::thread::yield_now();
        }
        let id = rustix::process::Pid::from_child(&child);
        let stopped = rustix::process::kill_process(id, rustix::process::Signal::STOP).is_ok();
        let wal_bytes = std::fs::metadata(&wal).map_or(0, |metadata| metadata.len());
        assert!(stopped && wal_bytes >= 4096, "not stopped while writing: {wal_bytes} bytes in the WAL");
        logged.assert_files_clean(&needles);
        child.kill().unwrap();
        let run = run_from_output(args, &child.wait_with_output().unwrap());
        logged.record_stderr(run);

        logged.assert_files_clean(&needles);
        logged.once(&["search", "thunderstorm"], None).ok();
        logged.once(&["job", "run"], None).ok();
        logged.assert_files_clean(&needles);
    }
    let records = logged.stderr_lines.iter().filter(|line| needles::is_log(&line.line));
    for record in records {
        assert!(needles::find_in(record.line.as_bytes(), &needles).is_empty(), "{}", record.line);
    }
}

#[test]
fn text_typed_in_an_editor_is_never_written_to_disk() {
    let mut logged = LoggedWorld::new();
    logged.once(&["init", "--email", ADA], None).ok();
    let id = logged.world.ada().write(TYPED, "2024-01-01").to_string();
    let editor = "#!/bin/sh\ncase \"$1\" in /dev/shm/*|/run/*) ;; *) exit 3;; esac\n\
                  cat \"$WORDS\" > \"$1\"\necho \"$1\" > \"$SEEN\"\n";
    let script = logged.world.file("editor.sh", editor);
    chmod(&script, 0o700);
    let words = logged.world.file("words", IN_EDITOR);
    let seen = logged.world.path("inbox/seen");
    let mut command = logged.command(&["edit", &id]);
    command.env("EDITOR", &script).env("WORDS", &words).env("SEEN", &seen);

    let run = run_with_input(command, None);

    if run.stderr.contains("no memory file system") {
        println!("skipped: no tmpfs for the editor's file");
        return;
    }
    let run = logged.record_stderr(run.ok());
    assert_eq!(text_of(&logged.world.json(&["show", &id]), "final_text"), IN_EDITOR);
    let file = std::fs::read_to_string(seen).unwrap();
    assert!(!std::path::Path::new(file.trim()).exists(), "the editor's file was not deleted: {file}");
    assert!(!run.stderr.contains(IN_EDITOR), "{run:#?}");
    logged.assert_files_clean(&needles::needles(&[IN_EDITOR, TYPED]));
}

#[test]
fn no_files_are_left_in_the_temporary_directories() {
    let world = World::new();
    let file = world.file("a.md", "An entry.");
    world.ok(&["ingest", file.to_str().unwrap()]);
    world.ok(&["reindex"]);
    world.ok(&["demo"]);
    world.ok(&["export", "--to", world.path("inbox/out").to_str().unwrap()]);

    for folder in ["tmp", "run"] {
        let remaining: Vec<_> =
            std::fs::read_dir(world.path(folder)).unwrap().flatten().map(|item| item.path()).collect();
        assert!(remaining.is_empty(), "{remaining:?}");
    }
}
