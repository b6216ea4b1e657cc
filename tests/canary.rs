//! Nothing that a person wrote, typed or is called lies readable anywhere, or comes into a log.
//!
//! Phrases are planted in every place a person can put words; afterwards every byte below the data and configuration
//! directories, every file name there, the work folder, and every log line are searched for them.
//!
//! What a person is told may repeat what they typed on that very command line (`error: …/notes.md: …`) and name the
//! files of a folder they gave. A log line, of any level and in either format, never does either.

#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use std::process::Child;
use std::process::Command;
use std::process::Stdio;

use serde_json::json;

use support::ADA;
use support::Person;
use support::Run;
use support::World;
use support::chmod;
use support::feed;
use support::finished;
use support::needles;
use support::needles::Needle;
use support::people;
use support::shown;
use support::text_of;

const TEXT: &str = "marmalade heron of Quellwasser";
const EDITED: &str = "second thoughts on the glass orchard";
const TYPED: &str = "whispered beneath the copper bridge";
const IN_EDITOR: &str = "scrawled by lantern in the cellar";
const KILLED: &str = "half swallowed by the thunderstorm";
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

const WHO: &str = "Ottilie Quillfeather";
const ALSO: &str = "the moth collector of pond lane";
const KNOWN: &str = "keeps a heron under the stairs";

const PHRASES: [&str; 19] = [
    WHO,
    ALSO,
    KNOWN,
    TEXT,
    EDITED,
    TYPED,
    IN_EDITOR,
    KILLED,
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

/// One line of what a command said on stderr.
struct Said {
    args: String,
    line: String,
}

/// A journal whose every command runs with `JOURNAL_LOG=trace`, in turn in each format, its stderr kept.
struct Watched {
    world: World,
    said: Vec<Said>,
    runs: usize,
}

impl Watched {
    fn new() -> Self {
        Self { world: World::empty(), said: Vec::new(), runs: 0 }
    }

    fn command(&mut self, args: &[&str]) -> Command {
        self.runs += 1;
        let mut command = self.world.command();
        let format = if self.runs.is_multiple_of(2) { "json" } else { "human" };
        command.args(args).env("JOURNAL_LOG", "trace").env("JOURNAL_LOG_FORMAT", format);
        command
    }

    fn hear(&mut self, run: Run) -> Run {
        let lines = run.stderr.lines().map(|line| Said { args: run.args.clone(), line: line.to_owned() });
        self.said.extend(lines);
        run
    }

    /// Runs in both formats; the last run is returned.
    fn twice(&mut self, args: &[&str], input: Option<&str>) -> Run {
        self.once(args, input);
        self.once(args, input)
    }

    fn once(&mut self, args: &[&str], input: Option<&str>) -> Run {
        let command = self.command(args);
        let run = feed(command, input.map(str::as_bytes));
        self.hear(run)
    }

    fn start(&mut self, args: &[&str]) -> (String, Child) {
        let mut command = self.command(args);
        command.stdout(Stdio::null());
        (shown(&command), command.spawn().unwrap())
    }

    #[track_caller]
    fn files_are_clean(&self, needles: &[Needle]) {
        for folder in [self.world.data(), self.world.config(), self.world.path("tmp"), self.world.path("run")] {
            let (finds, _) = needles::scan(&folder, needles);
            assert!(finds.is_empty(), "{finds:#?}");
        }
    }
}

/// Everything a person does in a journal, failures included. Returns the keys that were made.
fn live(watched: &mut Watched) -> Vec<String> {
    let world = |name: &str, text: String| (name.to_owned(), text);
    let password = watched.world.file("password", PASSWORD).display().to_string();
    let bad_password = watched.world.file("bad-password", BAD_PASSWORD).display().to_string();
    let files = [
        world(
            &format!("in/{FILE}.md"),
            format!("---\ntitle: {TITLE}\ntags: [{TAG}]\ndate: 2024-05-01\n---\n{TEXT}, {TAG}."),
        ),
        world(&format!("in/{FILE} 2.txt"), format!("Again the {TEXT}. {}", "And nothing else. ".repeat(300))),
    ];
    for (name, text) in files {
        watched.world.file(&name, text);
    }
    watched.world.file(&format!("in/{BAD_FILE}.md"), [TEXT.as_bytes(), b"\xff"].concat());
    let folder = watched.world.path("inbox/in").display().to_string();
    let bad = format!("{folder}/{BAD_FILE}.md");

    watched.once(&["init", "--email", ADA, "--password-file", &password], None).ok();
    watched
        .twice(&["user", "add", EMAIL, "--name", NAME, "--password-file", &bad_password], None)
        .refused_json_or_not(2);
    watched.once(&["user", "add", EMAIL, "--name", NAME, "--password-file", &password], None).ok();
    watched.twice(&["user", "add", EMAIL], None);
    let both = [people::entity(1, "person", WHO, &[ALSO]), people::entity(2, "person", NAME, &[])];
    let mentions = [people::mention(1, 1, 1, WHO), people::mention(2, 2, 1, NAME)];
    let spoken = json!({ "entries": [people::entry(1, "2024-04-30", TEXT)], "entities": both, "mentions": mentions });
    people::bring(Person { world: &watched.world, email: EMAIL }, &people::document(&spoken));
    let mut keys = Vec::new();
    for _ in 0..2 {
        let made = watched.once(&["key", "add", KEY_NAME, "--user", EMAIL, "--json"], None);
        keys.push(text_of(&made.document(), "key").to_owned());
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
        &["entity", "list", "--search", ALSO, "--user", EMAIL],
        &["entity", "show", "1", "--user", EMAIL],
        &["entity", "alias", "add", "2", ALSO, "--user", EMAIL],
        &["entity", "rename", "2", WHO, "--user", EMAIL],
        &["entity", "rename", "1", &format!("{WHO} {ALSO}"), "--user", EMAIL],
        &["entity", "describe", "1", KNOWN, "--user", EMAIL],
        &["entity", "describe", "1", &KNOWN.repeat(80), "--user", EMAIL],
        &["entity", "alias", "remove", "1", KNOWN, "--user", EMAIL],
        &["entity", "quarantine", "1", "--reason", KNOWN, "--user", EMAIL],
        &["entity", "list", "--quarantined", "--user", EMAIL, "--json"],
        &["entity", "split", "1", "--mentions", "1", "--name", NAME, "--user", EMAIL],
        &["entity", "merge", "1", "2", "--user", EMAIL],
        &["entity", "undo", "1", "--user", EMAIL],
        &["entity", "delete", "2", "--yes", "--user", EMAIL],
        &["entity", "allow", KNOWN, "--user", EMAIL],
        &["entity", WHO, "--user", EMAIL],
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
            watched.twice(args, None);
        }
    }
    watched.twice(&["write", "-", "--user", EMAIL], Some(TYPED));
    watched.twice(&["write", "-", "--user", EMAIL], Some(&format!("{TYPED}\0")));
    watched.twice(&["edit", "1", "--text", "-", "--user", EMAIL], Some(EDITED));
    keys
}

impl Run {
    fn refused_json_or_not(self, code: i32) {
        assert_eq!(self.code, code, "{self:#?}");
    }
}

#[test]
fn the_scanner_finds_what_is_planted_in_every_form() {
    let world = World::empty();
    let needles = needles::needles(&PHRASES);
    let utf16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
    world.file("one/plain.bin", [b"\0\x01".as_slice(), TEXT.as_bytes(), b"\xff"].concat());
    world.file("two/lower.bin", EMAIL.to_lowercase());
    world.file("three/wide.bin", [b"x".as_slice(), &utf16].concat());
    world.file("four/base64.bin", data_encoding::BASE64.encode(format!("ab{PASSWORD}yz").as_bytes()));
    world.file(&format!("five/{FILE}.bin"), "");
    world.file("six/clean.bin", "marmalade heron, but of another place");

    let finds = ["one", "two", "three", "four", "five", "six"]
        .map(|folder| needles::scan(&world.path("inbox").join(folder), &needles).0.len());

    assert_eq!(finds, [1, 1, 1, 1, 1, 0]);
}

#[test]
fn nothing_that_was_written_or_typed_is_readable_in_any_file_or_log() {
    let mut watched = Watched::new();
    let keys = live(&mut watched);
    let phrases: Vec<&str> = PHRASES.into_iter().chain(keys.iter().map(String::as_str)).collect();
    let needles = needles::needles(&phrases);

    watched.files_are_clean(&needles);
    assert!(watched.runs > 70, "{} runs", watched.runs);
    let (logs, words): (Vec<&Said>, Vec<&Said>) = watched.said.iter().partition(|said| needles::is_log(&said.line));
    assert!(logs.len() > 30, "there are logs to look at: {}", logs.len());
    let mut leaks: Vec<String> = Vec::new();
    for said in logs {
        let found = needles::found(said.line.as_bytes(), &needles);
        leaks.extend(
            found.iter().map(|needle| format!("{:?} in the log of `{}`: {}", needle.phrase, said.args, said.line)),
        );
    }
    for said in words {
        for needle in needles::found(said.line.as_bytes(), &needles) {
            let phrase = &needle.phrase;
            let own_folder = said.args.starts_with("ingest ") && [FILE, BAD_FILE].contains(&phrase.as_str());
            // Whether a key is shown is decided by `key add`, which prints it on stdout.
            if !said.args.contains(phrase.as_str()) && !own_folder {
                leaks.push(format!("{phrase:?} told by `{}`: {}", said.args, said.line));
            }
        }
    }
    leaks.sort();
    leaks.dedup();
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n"));
}

#[test]
fn an_export_lies_outside_and_is_private_and_the_data_directory_stays_unreadable() {
    let mut watched = Watched::new();
    live(&mut watched);
    let to = watched.world.path("inbox/out");

    watched.once(&["export", "--to", to.to_str().unwrap(), "--user", EMAIL], None).ok();

    let needles = needles::needles(&[TEXT]);
    assert!(!needles::scan(&to, &needles).0.is_empty(), "an export is readable");
    for item in walkdir::WalkDir::new(&to) {
        let mode = std::os::unix::fs::MetadataExt::mode(&item.unwrap().metadata().unwrap());
        assert_eq!(mode & 0o077, 0, "an export is private");
    }
    watched.files_are_clean(&needles::needles(&PHRASES));
}

#[test]
fn a_running_and_a_killed_ingest_leave_nothing_readable() {
    let mut watched = Watched::new();
    watched.once(&["init", "--email", ADA], None).ok();
    let needles = needles::needles(&[KILLED, FILE]);
    for round in 0..4 {
        for file in 0..40 {
            watched.world.file(&format!("{round}/{FILE}-{file}.md"), format!("{round} {file} {KILLED}. ").repeat(12));
        }
        let folder = watched.world.path("inbox").join(round.to_string()).display().to_string();
        let log = watched.world.notebook().with_extension("db-wal");
        let (args, mut child) = watched.start(&["ingest", &folder]);

        // Stopped while its write-ahead log has pages, and looked at while it stands still.
        while std::fs::metadata(&log).map_or(0, |facts| facts.len()) < 4096 && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let id = rustix::process::Pid::from_child(&child);
        let stopped = rustix::process::kill_process(id, rustix::process::Signal::STOP).is_ok();
        let wal = std::fs::metadata(&log).map_or(0, |facts| facts.len());
        assert!(stopped && wal >= 4096, "it was stopped in the middle: {wal} bytes of log");
        watched.files_are_clean(&needles);
        child.kill().unwrap();
        let run = finished(args, &child.wait_with_output().unwrap());
        watched.hear(run);

        watched.files_are_clean(&needles);
        watched.once(&["search", "thunderstorm"], None).ok();
        watched.once(&["job", "run"], None).ok();
        watched.files_are_clean(&needles);
    }
    let logged = watched.said.iter().filter(|said| needles::is_log(&said.line));
    for said in logged {
        assert!(needles::found(said.line.as_bytes(), &needles).is_empty(), "{}", said.line);
    }
}

#[test]
fn what_is_typed_in_an_editor_never_touches_a_disk() {
    let mut watched = Watched::new();
    watched.once(&["init", "--email", ADA], None).ok();
    let id = watched.world.ada().write(TYPED, "2024-01-01").to_string();
    let script = watched.world.file("editor.sh", "#!/bin/sh\ncase \"$1\" in /dev/shm/*|/run/*) ;; *) exit 3;; esac\ncat \"$WORDS\" > \"$1\"\necho \"$1\" > \"$SEEN\"\n");
    chmod(&script, 0o700);
    let words = watched.world.file("words", IN_EDITOR);
    let seen = watched.world.path("inbox/seen");
    let mut command = watched.command(&["edit", &id]);
    command.env("EDITOR", &script).env("WORDS", &words).env("SEEN", &seen);

    let run = feed(command, None);

    if run.stderr.contains("no place in memory") {
        println!("skipped: there is no tmpfs for the editor's file");
        return;
    }
    let run = watched.hear(run.ok());
    assert_eq!(text_of(&watched.world.json(&["show", &id]), "final_text"), IN_EDITOR);
    let file = std::fs::read_to_string(seen).unwrap();
    assert!(!std::path::Path::new(file.trim()).exists(), "the editor's file is still there: {file}");
    assert!(!run.stderr.contains(IN_EDITOR), "{run:#?}");
    watched.files_are_clean(&needles::needles(&[IN_EDITOR, TYPED]));
}

#[test]
fn nothing_is_left_in_the_work_folder_of_the_system() {
    let world = World::new();
    let file = world.file("a.md", "An entry.");
    world.ok(&["ingest", file.to_str().unwrap()]);
    world.ok(&["reindex"]);
    world.ok(&["demo"]);
    world.ok(&["export", "--to", world.path("inbox/out").to_str().unwrap()]);

    for folder in ["tmp", "run"] {
        let left: Vec<_> = std::fs::read_dir(world.path(folder)).unwrap().flatten().map(|item| item.path()).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
