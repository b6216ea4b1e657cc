//! Conventions of the command line.

use serde_json::Value;

use crate::support::{ADA, World, is_available, run_with_input, text_of};

/// Read-only commands with valid arguments; each supports `--json`.
const READ_COMMANDS: &[&[&str]] = &[
    &["list"],
    &["show", "1"],
    &["show", "1", "--history"],
    &["search", "lantern"],
    &["trash", "list"],
    &["stats"],
    &["tag", "list"],
    &["user", "list"],
    &["user", "show", ADA],
    &["key", "list"],
    &["job", "list"],
    &["keyring", "status"],
    &["write", "--recover"],
    &["audit", "list"],
    &["audit", "verify"],
    &["config"],
    &["config", "--changed"],
    &["doctor"],
];

/// Creates a journal with an edited entry and an API key.
fn sample_world() -> World {
    let world = World::new();
    world.ada().write("The lantern over the door had gone out again.", "2024-05-01");
    world.ok(&["edit", "1", "--title", "Lantern"]);
    world.ok(&["key", "add", "laptop"]);
    world
}

/// Returns the names of a command's subcommands, parsed from its help.
fn subcommands(world: &World, parent: &[&str]) -> Vec<String> {
    let help = world.ok(&[parent, &["--help"]].concat());
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn without_arguments_help_with_two_examples_is_printed() {
    let run = World::empty().run::<&str>(&[]).ok();

    assert!(run.stdout.contains("Examples:") && run.stdout.contains("Usage: journal"), "{run:#?}");
    let examples = run.stdout.lines().filter(|line| line.starts_with("  journal ")).count();
    assert!(examples >= 2, "{run:#?}");
    assert_eq!(run.stderr, "");
}

/// `--help`, `-h` and `help` work for every command and create no files.
#[test]
fn help_flags_and_help_command_print_to_stdout_only() {
    let world = World::empty();
    let mut paths: Vec<Vec<String>> = vec![Vec::new()];
    let mut at = 0;
    while at < paths.len() {
        let parent: Vec<&str> = paths[at].iter().map(String::as_str).collect();
        let names = subcommands(&world, &parent);
        let children = names.into_iter().map(|name| [paths[at].clone(), vec![name]].concat()).collect::<Vec<_>>();
        paths.extend(children);
        at += 1;
    }
    assert!(paths.len() > 30, "{paths:?}");

    for path in &paths {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        for args in [[&path[..], &["--help"]].concat(), [&path[..], &["-h"]].concat(), [&["help"], &path[..]].concat()]
        {
            let run = world.run(&args).ok();
            assert!(run.stdout.contains("Usage: "), "{run:#?}");
            assert_eq!(run.stderr, "", "{run:#?}");
        }
    }
    assert!(!world.data().exists() && !world.config().exists());
}

#[test]
fn every_read_command_prints_one_json_document() {
    let world = sample_world();

    for args in READ_COMMANDS {
        let document = world.json(args);
        assert!(document.is_object(), "{args:?}: {document}");
    }
    assert_eq!(world.json(&["search", "nothing-like-it"])["query"], "nothing-like-it");
}

#[test]
fn every_write_command_prints_one_json_document() {
    let world = sample_world();
    let file = world.file("page.md", "A page.");
    let to = world.path("inbox/out").display().to_string();
    let commands: Vec<Vec<&str>> = vec![
        vec!["write", "More."],
        vec!["ingest", file.to_str().unwrap()],
        vec!["ingest", file.to_str().unwrap()],
        vec!["edit", "1", "--title", "Other"],
        vec!["edit", "1", "--tag", "travel"],
        vec!["tag", "rename", "travel", "trips", "--dry-run"],
        vec!["tag", "rename", "travel", "trips"],
        vec!["delete", "1", "--dry-run"],
        vec!["delete", "1", "--yes"],
        vec!["trash", "restore", "1"],
        vec!["delete", "1", "--yes"],
        vec!["trash", "empty", "--dry-run"],
        vec!["trash", "empty", "--yes"],
        vec!["reindex"],
        vec!["job", "run"],
        vec!["export", "--to", &to],
        vec!["key", "add", "phone"],
        vec!["key", "rotate", "2"],
        vec!["key", "revoke", "3"],
        vec!["user", "add", "bob@home.example"],
        vec!["user", "disable", "bob@home.example"],
        vec!["user", "delete", "bob@home.example", "--yes"],
        vec!["user", "delete", "bob@home.example", "--undo"],
        vec!["keyring", "rotate"],
    ];

    for mut args in commands {
        args.extend(["--user", ADA, "--json"]);
        let run = world.run(&args).ok();
        assert!(run.document().is_object(), "{run:#?}");
        assert_eq!(run.stderr, "", "{run:#?}");
    }
}

#[test]
fn with_json_an_error_is_one_json_object_on_stderr() {
    let world = sample_world();
    let empty = World::empty();
    let cases: [(&World, &[&str], &str, i32); 9] = [
        (&world, &["show", "77"], "not_found", 3),
        (&world, &["list", "--from", "soon"], "invalid", 2),
        (&world, &["search", " "], "invalid", 2),
        (&world, &["delete", "1", "--no-input"], "invalid", 2),
        (&world, &["user", "add", ADA], "conflict", 4),
        (&world, &["ingest", "/nowhere.md"], "not_found", 3),
        (&empty, &["list"], "not_found", 3),
        (&world, &["show", "x"], "invalid", 2),
        (&world, &["serch", "x"], "invalid", 2),
    ];

    for (world, args, kind, code) in cases {
        let run = world.run(&[args, &["--json"]].concat());

        let error: Value = serde_json::from_str(&run.stderr).unwrap_or_else(|_| panic!("no JSON object: {run:#?}"));
        assert_eq!((run.code, text_of(&error, "error")), (code, kind), "{run:#?}");
        assert!(!text_of(&error, "message").is_empty() && error["hint"].is_string(), "{run:#?}");
        // `ingest` prints the outcome of each file to stdout, also for a single file.
        assert!(run.stdout.is_empty() || args[0] == "ingest", "{run:#?}");
    }
}

#[test]
fn colour_is_limited_to_terminals_and_can_be_disabled() {
    let world = sample_world();
    for args in READ_COMMANDS {
        let run = world.run(args).ok();
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run:#?}");
    }
    if !is_available("script", &["-qec", "true", "/dev/null"]) {
        println!("skipped: script, which provides a terminal, is missing");
        return;
    }
    let on_terminal = |words: &str, variable: (&str, &str)| {
        let mut command = world.program("script");
        command.args(["-qec", words, "/dev/null"]).env("J", env!("CARGO_BIN_EXE_journal"));
        command.env("TERM", "xterm-256color").env(variable.0, variable.1);
        run_with_input(command, None).stdout
    };

    assert!(on_terminal("$J search lantern", ("X", "")).contains('\u{1b}'), "a hit is bold on a terminal");
    for (words, variable) in [
        ("$J search lantern", ("NO_COLOR", "1")),
        ("$J search lantern", ("TERM", "dumb")),
        ("$J --no-color search lantern", ("X", "")),
        ("$J search lantern --json", ("X", "")),
        ("$J --no-color -vv list", ("X", "")),
        ("$J -vv list", ("NO_COLOR", "1")),
        ("$J --no-color reindex", ("X", "")),
        ("$J reindex", ("TERM", "dumb")),
    ] {
        let shown = on_terminal(words, variable);
        assert!(!shown.contains('\u{1b}'), "{words} with {variable:?}: {shown:?}");
    }
}

#[test]
fn a_prompt_without_input_fails_and_names_its_flag() {
    let world = sample_world();
    let empty = World::empty();

    empty.run(&["init", "--no-input"]).refused(2).says("--email");
    empty.run(&["init"]).refused(2).says("--email");
    world.run(&["delete", "1", "--no-input"]).refused(2).says("--yes");
    world.run(&["delete", "1"]).refused(2).says("--yes");
    world.user("bob@home.example");
    world.run(&["user", "delete", "bob@home.example", "--no-input"]).refused(2).says("--yes");
    world.run(&["user", "passwd", "bob@home.example", "--no-input"]).refused(2).says("--password-file");
    world.run(&["write", "--no-input", "--user", ADA]).refused(2);
    world.run(&["edit", "1", "--no-input", "--user", ADA]).refused(2).says("--text");

    assert_eq!(world.ada().json(&["list"])["total"], 1);
    assert!(!empty.data().exists());
}

#[test]
fn a_typo_gets_a_suggestion_and_runs_nothing() {
    let world = sample_world();
    for (args, suggestion) in [
        (&["serch", "lantern"][..], "search"),
        (&["delet", "1", "--yes"], "delete"),
        (&["key", "revok", "1"], "revoke"),
        (&["list", "--lmit", "3"], "--limit"),
    ] {
        world.run(args).refused(2).says(suggestion);
    }
    assert_eq!(world.json(&["list"])["total"], 1);
}

#[test]
fn precedence_is_flag_variable_file_default() {
    let world = World::new();
    let setting = |args: &[&str], variables: &[(&str, &str)], key: &str| {
        let document = world.run_with(&[&["config", "--json"], args].concat(), variables, None).ok().document();
        let items = document["items"].as_array().unwrap();
        let item = items.iter().find(|item| item["key"] == key).unwrap();
        (text_of(item, "value").to_owned(), text_of(item, "origin").to_owned())
    };
    let user = |args: &[&str], variables: &[(&str, &str)]| setting(args, variables, "user");
    assert_eq!(setting(&[], &[], "log.filter"), ("warn".to_owned(), "default".to_owned()));

    std::fs::write(world.config().join("config.toml"), "user = \"file@x.example\"\n[log]\nfilter = \"error\"\n")
        .unwrap();
    let in_file = user(&[], &[]);
    let variable = ("JOURNAL_USER", "variable@x.example");
    let in_variable = user(&[], &[variable]);
    let in_flag = user(&["--user", "flag@x.example"], &[variable]);

    assert_eq!(in_file.0, "file@x.example");
    assert!(in_file.1.ends_with("config.toml"), "{in_file:?}");
    assert_eq!(in_variable, ("variable@x.example".to_owned(), "JOURNAL_USER".to_owned()));
    assert_eq!(in_flag, ("flag@x.example".to_owned(), "--user".to_owned()));
    assert_eq!(setting(&[], &[], "log.filter").0, "error");
}

#[test]
fn config_shows_no_secret() {
    let world = World::new();
    let secret = std::fs::read_to_string(world.secret()).unwrap().trim().to_owned();
    let key = world.ada().key("laptop", &[]).1;
    let variables = [("JOURNAL_SECRET_KEY", secret.as_str()), ("JOURNAL_API_KEY", key.as_str())];

    for args in [&["config"][..], &["config", "--json"], &["config", "--changed", "-vv"]] {
        let run = world.run_with(args, &variables, None).ok();
        let shown = format!("{}{}", run.stdout, run.stderr);
        assert!(shown.contains("[redacted]"), "{run:#?}");
        assert!(!shown.contains(&secret) && !shown.contains(&key), "{run:#?}");
    }
}

#[test]
fn quiet_prints_only_results_and_errors() {
    let world = sample_world();
    for args in
        [&["list", "--limit", "1"][..], &["search", "nothing-like-it"], &["key", "add", "phone"], &["job", "run"]]
    {
        let run = world.run(&[args, &["-q"]].concat()).ok();
        assert_eq!(run.stderr, "", "{run:#?}");
    }
    world.run(&["show", "77", "-q"]).refused(3);
    assert_eq!(world.run(&["list", "-q", "-v"]).code, 2);
}

#[test]
fn files_and_folders_are_private_under_any_umask() {
    let world = World::empty();
    let mut command = world.command_under(&["sh", "-c", "umask 000; exec \"$0\" \"$@\""]);
    command.args(["init", "--email", ADA]);
    run_with_input(command, None).ok();
    world.ada().write("Private.", "2024-01-01");

    for item in walkdir::WalkDir::new(world.data()).into_iter().chain(walkdir::WalkDir::new(world.config())) {
        let item = item.unwrap();
        let mode = std::os::unix::fs::MetadataExt::mode(&item.metadata().unwrap());
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", item.path().display());
    }
}

#[test]
fn tags_are_imported_edited_and_exported() {
    let world = World::new();
    let ada = world.ada();
    let file = world.file("note.md", "---\ndate: 2024-05-15\ntags: [Sea side, Work]\n---\nA walk.");
    let id = ada.json(&["ingest", file.to_str().unwrap()])["items"][0]["id"].to_string();

    ada.run(&["edit", &id, "--tag", " WALKS", "--untag", "work"]).ok();
    ada.run(&["edit", &id, "--tag", "a,b"]).refused(2);

    let entry = ada.json(&["show", &id]);
    assert_eq!(entry["tags"], serde_json::json!(["sea side", "walks"]));
    assert_eq!(
        ada.json(&["show", &id, "--history"])["items"],
        serde_json::json!([]),
        "a change of tags creates no revision"
    );
    assert!(ada.run(&["show", &id]).ok().stdout.contains("tags: sea side, walks"));
    let edited = ada.json(&["activity"])["items"].as_array().unwrap().clone();
    let edited = edited.iter().find(|line| line["action"] == "ENTRY_EDITED").unwrap();
    assert_eq!(edited["changed"], serde_json::json!(["tags"]));
    let out = world.path("inbox/out");
    ada.run(&["export", "--to", out.to_str().unwrap()]).ok();
    let other = World::new();
    let exported = std::fs::read_dir(out.join("entries")).unwrap().next().unwrap().unwrap().path();
    let id = other.ada().json(&["ingest", exported.to_str().unwrap()])["items"][0]["id"].to_string();
    assert_eq!(other.ada().json(&["show", &id])["tags"], entry["tags"]);
}
