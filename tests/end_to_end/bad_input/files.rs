//! Invalid and unusual files and texts.

use std::os::unix::fs::symlink;

use crate::support::{Run, World, chmod, is_available, run_with_input, text_of};

fn total(world: &World) -> i64 {
    world.json(&["list"])["total"].as_i64().unwrap()
}

fn ingest(world: &World, name: &str, bytes: &[u8]) -> Run {
    let path = world.file(name, bytes);
    world.run(&["ingest", path.to_str().unwrap()])
}

#[test]
fn a_file_that_is_not_text_is_refused_and_not_stored() {
    let world = World::new();
    let utf16: Vec<u8> = "\u{feff}Dear diary".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big_endian: Vec<u8> = "\u{feff}Dear diary".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let cases: [(&str, &[u8], &str); 9] = [
        ("latin1.md", b"caf\xe9 au lait", "not UTF-8 text (byte 3)"),
        ("half.md", b"cut in the middle of \xe2\x82", "not UTF-8"),
        ("utf16.md", &utf16, "UTF-16"),
        ("utf16be.txt", &big_endian, "UTF-16"),
        ("empty.md", b"", "empty"),
        ("spaces.txt", b" \n\t \r\n ", "empty"),
        ("mark.txt", b"\xef\xbb\xbf", "empty"),
        ("nul.md", b"a\0b", "NUL"),
        ("front.md", b"---\ntitle: nothing below\n---\n", "empty"),
    ];

    for (name, bytes, words) in cases {
        ingest(&world, name, bytes).refused(2).says(words).says(name);
    }
    for (bytes, words) in [(&b"caf\xe9"[..], "not UTF-8"), (b"", "empty"), (b"\n \n", "empty"), (b"a\0b", "NUL")] {
        for args in [&["write", "-"][..], &["ingest", "-"]] {
            world.run_with(args, &[], Some(bytes)).refused(2).says(words);
        }
    }

    assert_eq!(total(&world), 0);
}

#[test]
fn a_50_mb_text_is_refused_by_every_command() {
    let world = World::new();
    let id = world.ada().write("small", "2024-01-01").to_string();
    let huge = "word ".repeat(10 << 20);
    let path = world.file("huge.md", &huge);
    let path = path.to_str().unwrap();

    world.run(&["ingest", path]).refused(2).says("at most 10").says("split it");
    world.run(&["edit", &id, "--text", path]).refused(2).says("at most 10");
    for args in [&["write", "-"][..], &["ingest", "-"], &["edit", &id, "--text", "-"]] {
        world.run_with(args, &[], Some(huge.as_bytes())).refused(2).says("at most 10");
    }

    assert_eq!(total(&world), 1);
    assert_eq!(text_of(&world.json(&["show", &id]), "final_text"), "small");
}

#[test]
fn escape_sequences_are_stored_but_not_printed() {
    let world = World::new();
    let text = "before \u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{9b}2J \u{202e}reversed\u{202c} after";
    let file = world.file("\u{1b}[2Jname.md", format!("---\ntitle: \"t\\e[1mx\"\ndate: 2024-02-02\n---\n{text}\n"));
    let stored = world.ok(&["ingest", file.to_str().unwrap()]);
    world.ok(&["edit", "1", "--title", "bold \u{1b}[1m title"]);
    world.run_with(&["edit", "1", "--text", "-"], &[], Some(format!("{text} again").as_bytes())).ok();

    assert_eq!(text_of(&world.json(&["show", "1"]), "final_text"), format!("{text} again"));
    for args in [
        &["show", "1"][..],
        &["show", "1", "--history"],
        &["list"],
        &["search", "red"],
        &["search", "before after"],
        &["job", "list"],
        &["show", "1", "--json"],
        &["search", "reversed", "--json"],
    ] {
        let run = world.run(args).ok();
        let shown = format!("{stored}{}{}", run.stdout, run.stderr);
        for control in ['\u{1b}', '\u{7}', '\u{9b}'] {
            assert!(!shown.contains(control), "{control:?} is shown: {run:#?}");
        }
        let json = args.contains(&"--json");
        assert!(json || !shown.contains('\u{202e}'), "an override is shown: {run:#?}");
    }
}

/// The bad files are listed at the end.
#[test]
fn a_folder_with_bad_files_stores_the_others() {
    let world = World::new();
    for day in 1..=3 {
        world.file(&format!("in/2024-03-0{day}.md"), format!("Day {day} was fine."));
    }
    world.file("in/broken.md", b"\xff\xfe\x00");
    world.file("in/letter.pdf", b"%PDF");
    std::fs::create_dir(world.path("inbox/in/folder.md")).unwrap();
    symlink("nowhere.md", world.path("inbox/in/dangling.md")).unwrap();
    symlink(world.path("inbox/in"), world.path("inbox/in/loop")).unwrap();
    let folder = world.path("inbox/in");

    let run = world.run(&["ingest", folder.to_str().unwrap()]).refused(2);

    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("Stored entry ")).count(), 3, "{run:#?}");
    let reported =
        run.says("3 stored, 0 duplicates, 3 refused").says("broken.md").says("dangling.md").says("loops back");
    let warnings = reported.stderr.lines().filter(|line| line.starts_with("warning: ")).count();
    assert_eq!(warnings, 3, "{reported:#?}");
    assert_eq!(total(&world), 3);

    let again = world.run(&["ingest", folder.to_str().unwrap()]).refused(2);
    again.says("0 stored, 3 duplicates, 3 refused");
    assert_eq!(total(&world), 3);
}

#[test]
fn json_output_has_one_document_and_one_error_object() {
    let world = World::new();
    world.file("in/good.md", "Fine.");
    world.file("in/bad.md", b"\xff");

    let run = world.run(&["ingest", world.path("inbox/in").to_str().unwrap(), "--json"]);

    let document = run.document();
    assert_eq!((run.code, &document["stored"], &document["refused"]), (2, &1.into(), &1.into()), "{run:#?}");
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap_or_else(|_| panic!("{run:#?}"));
    assert_eq!(error["error"], "invalid");
}

#[test]
fn an_unusable_path_is_named_with_the_reason() {
    let world = World::new();
    symlink("nowhere.md", world.path("inbox/dangling.md")).unwrap();
    std::fs::create_dir(world.path("inbox/empty")).unwrap();
    world.file("letter.pdf", "%PDF");
    let at = |name: &str| world.path("inbox").join(name).display().to_string();

    world.run(&["ingest", &at("missing.md")]).refused(3).says("missing.md");
    world.run(&["ingest", &at("dangling.md")]).refused(3).says("dangling.md");
    world.run(&["ingest", &at("letter.pdf")]).refused(2).says("not a .md or .txt file");
    world.run(&["ingest", &at("empty")]).refused(2).says("no texts, photographs or recordings");
    world.run(&["ingest", "/dev/null"]).refused(2);
    let id = world.ada().write("one", "2024-01-01").to_string();
    world.run(&["edit", &id, "--text", &at("missing.md")]).refused(2).says("missing.md");
    world.run(&["edit", &id, "--text", &at("empty")]).refused(2);

    assert_eq!(total(&world), 1);
}

#[test]
fn unreadable_files_are_refused_and_the_others_stored() {
    if !is_available("setpriv", &["--reuid=65534", "--regid=65534", "--clear-groups", "true"]) {
        println!("skipped: setpriv is missing or not permitted");
        return;
    }
    let world = World::empty();
    let owned = std::process::Command::new("chown").args(["-R", "65534:65534"]).arg(world.path("")).status().unwrap();
    assert!(owned.success());
    let run = |args: &[&str]| {
        let mut command = world.command_under(&["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]);
        command.args(args);
        run_with_input(command, None)
    };
    run(&["init", "--email", crate::support::ADA]).ok();
    let closed = world.file("in/closed.md", "Not readable.");
    world.file("in/open.md", "Readable.");
    chmod(&closed, 0);
    std::fs::create_dir(world.path("inbox/in/shut")).unwrap();
    chmod(&world.path("inbox/in/shut"), 0);
    chmod(&world.path("inbox/in"), 0o755);

    run(&["ingest", closed.to_str().unwrap()]).refused(2).says("closed.md").says("permissions");
    let folder = run(&["ingest", world.path("inbox/in").to_str().unwrap()]).refused(2);

    folder.says("1 stored, 0 duplicates, 2 refused").says("closed.md").says("shut");
}

#[test]
fn an_empty_edit_or_an_unknown_entry_changes_nothing() {
    let world = World::new();
    let id = world.ada().write("as it was", "2024-01-01").to_string();
    let before = world.ada().export();

    for text in ["", " \n", "a\0b"] {
        world.run_with(&["edit", &id, "--text", "-"], &[], Some(text.as_bytes())).refused(2);
    }
    world.run(&["edit", &id, "--date", "someday"]).refused(2).says("2026-05-12");
    world.run(&["edit", &id, "--restore", "1"]).refused(3).says("version");
    world.run(&["edit", &id, "--no-input"]).refused(2).says("--text");
    world.run(&["edit", "77", "--title", "x"]).refused(3).says("77");
    world.run(&["show", "77"]).refused(3);
    world.run(&["delete", &id, "77", "--yes"]).refused(3).says("77");
    for wrong in ["0", "-1", "x", "99999999999999999999"] {
        assert_eq!(world.run(&["show", wrong]).code, 2);
    }

    assert_eq!(world.ada().export(), before);
}
