//! Typed texts that cannot be stored: refused before they are typed, or kept and recovered.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::mounted::run_in_mount_namespace;
use crate::support::terminal::{Terminal, TerminalRun, has_terminals};
use crate::support::{ADA, Run, World, chmod, run_with_input, text_of};

/// Text that the editor saves.
const TYPED: &str = "A heron under the stairs.";

/// Writes an editor that notes that it was opened, then runs this shell code with the file as `$1`.
fn editor(world: &World, body: &str) -> PathBuf {
    let opened = world.path("inbox/opened");
    let path = world.file("editor.sh", format!("#!/bin/sh\necho \"$1\" > '{}'\n{body}\n", opened.display()));
    chmod(&path, 0o700);
    path
}

/// Returns the path of the file that the editor was opened with.
fn opened(world: &World) -> Option<PathBuf> {
    let note = world.path("inbox/opened");
    let text = std::fs::read_to_string(&note).ok()?;
    std::fs::remove_file(note).unwrap();
    Some(PathBuf::from(text.trim()))
}

/// Runs a command that opens the editor on a terminal.
fn run_on_terminal(world: &World, args: &[&str], variables: &[(&str, &str)]) -> TerminalRun {
    let editor = world.path("inbox/editor.sh").display().to_string();
    Terminal::start(world, args, &[&[("EDITOR", editor.as_str())], variables].concat()).finish()
}

fn kept(world: &World) -> Vec<Value> {
    world.json(&["write", "--recover", "--user", ADA])["items"].as_array().unwrap().clone()
}

fn total(world: &World) -> i64 {
    world.json(&["list", "--user", ADA])["total"].as_i64().unwrap()
}

/// Everything but the text is checked before the editor opens.
/// Name, arguments, variables, exit code and a part of the message.
type Case<'c> = (&'c str, Vec<&'c str>, &'c [(&'c str, &'c str)], i32, &'c str);

#[test]
fn what_can_be_refused_early_opens_no_editor() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    world.user("bob@home.example");
    editor(&world, &format!("echo '{TYPED}' > \"$1\""));
    let (_, reader) = world.ada().key("reader", &["entries:read", "search"]);
    let (_, bounded) = {
        let created = world.ada().json(&["key", "add", "bounded", "--scope", "ingest", "--to", "2024-12-31"]);
        (created["id"].clone(), text_of(&created, "key").to_owned())
    };
    let nowhere = world.path("inbox/nowhere").display().to_string();
    let ada = ["write", "--user", ADA];
    let cases: &[Case<'_>] = &[
        ("future date", [&ada[..], &["--date", "2999-01-01"]].concat(), &[], 2, "outside the allowed range"),
        ("no date", [&ada[..], &["--date", "2026-99-99"]].concat(), &[], 2, "the date is not one"),
        ("bad tag", [&ada[..], &["--tag", "a,b"]].concat(), &[], 2, "a tag has"),
        ("unknown user", vec!["write", "--user", "nobody@home.example"], &[], 3, "no such user"),
        ("key that reads", vec!["write"], &[("JOURNAL_API_KEY", &reader)], 6, "needs the scope ingest"),
        ("key for older entries", vec!["write"], &[("JOURNAL_API_KEY", &bounded)], 6, "outside of what this key"),
        ("wrong key", vec!["write"], &[("JOURNAL_API_KEY", "jnl_wrong")], 5, "error: "),
        ("no journal", vec!["write", "--data-dir", &nowhere], &[], 3, "error: "),
        ("missing entry", vec!["edit", "77", "--user", ADA], &[], 3, "no such entry"),
    ];

    for (name, args, variables, code, message) in cases {
        let run = run_on_terminal(&world, args, variables);

        assert!(run.shown.contains(message), "{name}: {run:#?}");
        assert_eq!((run.code, opened(&world)), (*code, None), "{name}: {run:#?}");
    }
    chmod(&world.secret(), 0o644);
    let run = run_on_terminal(&world, &ada, &[]);
    assert_eq!((run.code == 0, opened(&world)), (false, None), "{run:#?}");
    chmod(&world.secret(), 0o600);
    assert_eq!((total(&world), kept(&world)), (0, Vec::new()));
}

/// Standard input is not read before the checks either: the pipe stays full.
#[test]
fn a_refused_command_leaves_standard_input_unread() {
    let world = World::new();
    let mut command = world.program("bash");
    let journal = env!("CARGO_BIN_EXE_journal");
    let script = format!("printf 'one\\ntwo\\n' | {{ {journal} write - --date 2999-01-01; cat; }}");
    command.args(["-c", &script]);

    let run = run_with_input(command, None);

    assert_eq!(run.stdout, "one\ntwo\n", "{run:#?}");
}

/// Failures that only the typed text or its editor can cause, on a terminal.
#[test]
fn what_fails_after_typing_keeps_the_text() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    let save = format!("echo '{TYPED}' > \"$1\"");
    let cases: [(&str, &str, i32, bool); 4] = [
        ("editor fails", "exit 1", 4, true),
        ("NUL in the text", "printf '\\0' >> \"$1\"", 2, true),
        ("not UTF-8", "printf '\\377' >> \"$1\"", 2, false),
        ("too long", "head -c 11000000 /dev/zero | tr '\\0' x >> \"$1\"", 2, false),
    ];

    for (name, failure, code, becomes_draft) in cases {
        editor(&world, &format!("{save}\n{failure}"));
        let run = run_on_terminal(&world, &["write", "--date", "2024-05-01", "--tag", "birds"], &[]);
        let (file, items) = (opened(&world).unwrap(), kept(&world));

        assert_eq!((run.code, items.len()), (code, 1), "{name}: {run:#?}");
        let id = text_of(&items[0], "id");
        assert_eq!((&items[0]["entry_date"], &items[0]["tags"][0]), (&"2024-05-01".into(), &"birds".into()), "{name}");
        assert!(text_of(&items[0], "preview").starts_with(TYPED), "{name}: {items:?}");
        assert!(run.shown.contains("journal write --recover"), "{name}: {run:#?}");
        assert_eq!((id == file.to_str().unwrap(), file.exists()), (!becomes_draft, !becomes_draft), "{name}: {id}");
        if !becomes_draft {
            assert_eq!(modes(&file), [0o700, 0o600], "{name}");
        }
        world.run(&["write", "--recover", id, "--discard"]).refused(2).says("--yes");
        world.ok(&["write", "--recover", id, "--discard", "--yes"]);
        assert!(kept(&world).is_empty() && !file.exists(), "{name}");
    }
    assert_eq!(total(&world), 0);
}

/// Returns the modes of a file's folder and of the file.
fn modes(file: &Path) -> [u32; 2] {
    [file.parent().unwrap(), file].map(|path| path.metadata().unwrap().mode() & 0o777)
}

/// Runs `edit 1` with the editor; it needs no terminal.
fn edit(world: &World) -> Run {
    let mut command = world.command();
    command.args(["edit", "1"]).env("EDITOR", world.path("inbox/editor.sh"));
    run_with_input(command, None)
}

#[test]
fn a_draft_of_an_edit_changes_its_entry_once() {
    let world = World::new();
    world.ada().write("Before.", "2024-05-01");
    editor(&world, &format!("echo '{TYPED}' > \"$1\"; exit 1"));

    edit(&world).refused(4).says("the text is kept as draft 1: `journal write --recover 1`");
    let items = kept(&world);
    assert_eq!((&items[0]["entry_id"], &items[0]["reason"]), (&1.into(), &"editor_failed".into()));
    let run = world.run(&["write", "--recover", "1"]).ok();

    assert!(run.stdout.starts_with("Changed entry 1"), "{run:#?}");
    assert_eq!(text_of(&world.json(&["show", "1"]), "final_text"), TYPED);
    assert_eq!((total(&world), kept(&world)), (1, Vec::new()));
    world.run(&["write", "--recover", "1"]).refused(3);
}

#[test]
fn a_draft_of_a_deleted_entry_becomes_a_new_one() {
    let world = World::new();
    world.ada().write("Before.", "2024-05-01");
    let delete = format!("{} delete 1 --yes >&2", env!("CARGO_BIN_EXE_journal"));
    editor(&world, &format!("echo '{TYPED}' > \"$1\"; {delete}"));

    edit(&world).refused(3).says("draft 1");
    let run = world.run(&["write", "--recover", "1", "--title", "Heron", "--tag", "birds"]).ok();

    assert!(run.stdout.starts_with("Stored entry "), "{run:#?}");
    let id = world.json(&["list"])["items"][0]["id"].to_string();
    let entry = world.json(&["show", &id]);
    assert_eq!(
        (&entry["final_text"], &entry["title"], &entry["tags"][0]),
        (&TYPED.into(), &"Heron".into(), &"birds".into())
    );
}

#[test]
fn a_failing_draft_stays_with_its_newest_text() {
    if !has_terminals() {
        return;
    }
    let world = World::new();
    editor(&world, "printf 'first\\0' > \"$1\"");
    run_on_terminal(&world, &["write", "--date", "2024-05-01"], &[]);
    editor(&world, "printf 'second\\0' > \"$1\"");

    let run = run_on_terminal(&world, &["write", "--recover"], &[]);

    assert!(run.shown.contains("the text is kept as draft 1"), "{run:#?}");
    let items = kept(&world);
    assert_eq!((items.len(), text_of(&items[0], "preview")), (1, "second\0"));
    editor(&world, "echo third > \"$1\"");
    let run = run_on_terminal(&world, &["write", "--recover"], &[]);
    assert_eq!((run.code, total(&world), kept(&world)), (0, 1, Vec::new()), "{run:#?}");
    assert_eq!(world.json(&["show", "1"])["entry_date"], "2024-05-01");
}

/// A full disk takes no draft, so the file in memory stays.
#[test]
fn on_a_full_disk_the_text_stays_in_memory() {
    let world = World::empty();
    std::fs::create_dir_all(world.data().parent().unwrap()).unwrap();
    let inbox = world.path("inbox").display().to_string();
    editor(&world, &format!("echo '{TYPED}' > \"$1\"; cat /dev/zero > \"$D/filler\" 2>/dev/null; true"));
    let script = format!(
        r#"
        mount -t tmpfs -o size=8m,mode=700 tmpfs "$D" || exit 99
        "$J" init --email {ADA} >/dev/null 2>&1 || exit 98
        "$J" write "Before." --date 2024-05-01 >/dev/null 2>&1 || exit 97
        EDITOR={inbox}/editor.sh "$J" edit 1 >{inbox}/out 2>{inbox}/err; echo "code $?"
        rm "$D/filler"
        "$J" write --recover --json | grep -c '"reason": "in_memory"'
        "$J" write --recover "$(cat {inbox}/opened)" >&2; echo "code $?"
        "$J" show 1 | grep -c '{TYPED}'
        "$J" write --recover
        "#
    );

    let Some(run) = run_in_mount_namespace(&world, &script) else { return };

    assert_eq!(run.stdout, "code 4\n1\ncode 0\n1\nNo text is waiting to be stored\n", "{run:#?}");
    let error = std::fs::read_to_string(world.path("inbox/err")).unwrap();
    assert!(
        error.contains("the disk is full") && error.contains("the text is kept in /dev/shm/journal-text-"),
        "{error}"
    );
}

#[test]
fn standard_input_reads_front_matter_unless_plain() {
    let world = World::new();
    let note = "---\ntitle: Rain\ndate: 2024-05-12\ntags: [weather]\n---\nIt rained.\n";
    let write = |args: &[&str]| {
        let args = [&["write", "-", "--json"], args].concat();
        world.run_with(&args, &[], Some(note.as_bytes())).ok().document()
    };

    let read = write(&[]);
    let flagged = write(&["--date", "2024-06-01", "--title", "Mine", "--tag", "Own", "--no-wait"]);
    let plain = write(&["--plain"]);
    let argument = world.run(&["write", "--date", "2024-05-13", "--json", "--", note]).ok().document();

    assert_eq!((&read["title"], &read["entry_date"]), (&"Rain".into(), &"2024-05-12".into()));
    assert_eq!((&read["tags"], &read["final_text"]), (&serde_json::json!(["weather"]), &"It rained.".into()));
    assert_eq!((&flagged["title"], &flagged["entry_date"]), (&"Mine".into(), &"2024-06-01".into()));
    assert_eq!(flagged["tags"], serde_json::json!(["own", "weather"]));
    for entry in [plain, argument] {
        assert!(text_of(&entry, "final_text").starts_with("---\ntitle: Rain"), "{entry}");
    }
}

#[test]
fn refused_standard_input_is_kept_with_its_front_matter() {
    let world = World::new();
    let write = |input: &[u8]| world.run_with(&["write", "-"], &[], Some(input));

    let front_matter = format!("---\ntags: [{}]\n---\nIt rained.", "x".repeat(51));
    write(front_matter.as_bytes()).refused(2).says("draft 1");
    write(b"It rained.\xff").refused(2).says("the text is kept in /dev/shm/");
    write("x".repeat(11 << 20).as_bytes()).refused(2).says("the text is kept in /dev/shm/");
    write(b" \n").refused(2).says("the text is empty");

    let items = kept(&world);
    assert_eq!(items.len(), 3, "{items:#?}");
    world.run(&["write", "--recover", "1"]).refused(2).says("the text is kept as draft 1");
    let stored = world.json(&["write", "--recover", "1", "--plain", "--date", "2024-05-12"]);
    assert!(text_of(&stored, "final_text").starts_with("---\ntags"), "{stored}");
    for item in &items[1..] {
        let path = Path::new(text_of(item, "id"));
        assert_eq!(modes(path), [0o700, 0o600]);
        world.run(&["write", "--recover", path.to_str().unwrap()]).refused(2).says("the text is kept in ");
        world.ok(&["write", "--recover", path.to_str().unwrap(), "--discard", "--yes"]);
        assert!(!path.parent().unwrap().exists());
    }
    assert_eq!((total(&world), kept(&world)), (1, Vec::new()));
}

#[test]
fn drafts_of_others_and_of_restricted_keys_are_absent() {
    let world = World::new();
    let bob = world.user("bob@home.example");
    world.run_with(&["write", "-", "--user", ADA], &[], Some(b"secret\0")).refused(2).says("draft 1");
    world.run_with(&["write", "-", "--user", ADA], &[], Some(b"secret\xff")).refused(2);
    let path = text_of(&kept(&world)[1], "id").to_owned();
    let scopes = ["--scope", "entries:read", "--scope", "entries:write", "--scope", "ingest", "--without-tag", "x"];
    let created = world.ada().json(&[&["key", "add", "bounded"], &scopes[..]].concat());
    let key = [("JOURNAL_API_KEY", text_of(&created, "key"))];

    assert_eq!(bob.json(&["write", "--recover"])["items"].as_array().unwrap().len(), 0);
    for id in ["1", &path] {
        bob.run(&["write", "--recover", id]).refused(3);
        bob.run(&["write", "--recover", id, "--discard", "--yes"]).refused(3);
        world.run_with(&["write", "--recover", id], &key, None).refused(6);
    }
    world.run_with(&["write", "--recover"], &key, None).refused(6);
    world.run_with(&["write", "-"], &key, Some(b"of the key\0")).refused(2).says("draft 2");
    assert_eq!(kept(&world).len(), 3);
    let activity = world.ok(&["activity", "--user", ADA]);
    assert!(activity.contains("DRAFT_SAVED") && !activity.contains("secret"), "{activity}");
    world.ok(&["write", "--recover", &path, "--discard", "--yes", "--user", ADA]);
}

#[test]
fn a_lone_flag_of_recovery_is_refused_clearly() {
    let world = World::new();

    world.run(&["write", "--discard"]).refused(2);
    world.run(&["write", "Text", "--recover"]).refused(2).says("no other text can be given");
    world.run(&["write", "--recover", "--discard"]).refused(2).says("--recover ID --discard");
    world.run(&["write", "--recover", "9"]).refused(3).says("`journal write --recover` lists");
    assert_eq!(world.ok(&["write", "--recover"]), "No text is waiting to be stored\n");
}
