//! `export`: complete, with private file modes, and never half written.

use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

use serde_json::json;

use crate::import_export::tree;
use crate::support::{World, pictures};

/// Returns the recipient of a new age identity.
fn recipient() -> String {
    age::x25519::Identity::generate().to_public().to_string()
}

/// Imports a photograph with a Markdown note, so that no OCR provider is needed.
fn import_photo(world: &World) -> Vec<u8> {
    let photo = pictures::jpeg(64, 64, 3);
    world.file("notes/a.md", "---\ndate: 2024-05-01\ntitle: Heron\ntags: [sea]\n---\nThe heron. ![](sea.jpg)");
    world.file("notes/sea.jpg", &photo);
    let notes = world.path("inbox/notes");
    world.ada().run(&["import", "markdown", notes.to_str().unwrap(), "--no-wait"]).ok();
    photo
}

#[test]
fn an_export_has_texts_document_schema_and_originals() {
    let world = World::new();
    let photo = import_photo(&world);
    world.ada().run(&["edit", "1", "--text", "-"]);
    world.ada().write("Typed.", "2024-05-02");

    let out = tree::export_to(world.ada(), "out");

    let files = tree::read_files(&out);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let media = names.iter().find(|name| name.starts_with("media/")).unwrap();
    assert_eq!(names, ["entries/2024-05-01-1.md", "entries/2024-05-02-2.md", "journal.json", media, "schema.json"]);
    assert_eq!(files[*media], photo, "the original is exported unencrypted and unchanged");
    let markdown = String::from_utf8(files["entries/2024-05-01-1.md"].clone()).unwrap();
    assert!(markdown.starts_with("---\ndate: 2024-05-01\ntitle: \"Heron\"\ntags: [\"sea\"]\n"), "{markdown}");
    assert!(markdown.contains(&format!("originals: [\"../{media}\"]")), "{markdown}");
    let document = tree::read_document(&out);
    let source = &document["entries"][0]["sources"][1];
    assert_eq!(
        (&source["sha256"], &source["original"]["bytes"]),
        (&json!(tree::sha256_hex(&photo)), &json!(photo.len()))
    );
    for item in walkdir::WalkDir::new(&out).into_iter().flatten() {
        let mode = item.metadata().unwrap().mode() & 0o777;
        assert_eq!(mode, if item.file_type().is_dir() { 0o700 } else { 0o600 }, "{}", item.path().display());
    }
}

#[test]
fn the_schema_names_every_field_of_the_document_and_its_version() {
    let world = World::new();
    let from = tree::write_full_export(&world, "by-hand");
    world.ada().run(&["import", "journal", from.to_str().unwrap(), "--no-wait"]).ok();

    let out = tree::export_to(world.ada(), "out");

    let schema: serde_json::Value = serde_json::from_slice(&tree::read_files(&out)["schema.json"]).unwrap();
    let fields = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let document = tree::read_document(&out);
    assert_eq!(fields(&schema["properties"]), fields(&document));
    assert_eq!(document["version"], 2);
    assert!(schema["properties"]["version"]["description"].as_str().unwrap().contains('2'));
    let definitions = &schema["$defs"];
    for (name, list) in [
        ("ExportedEntry", "entries"),
        ("ExportedEntity", "entities"),
        ("ExportedMention", "mentions"),
        ("ExportedMerge", "merges"),
    ] {
        assert_eq!(fields(&definitions[name]["properties"]), fields(&document[list][0]), "{name}");
    }
}

#[test]
fn an_export_refuses_existing_or_unsuitable_targets() {
    let world = World::new();
    world.ada().write("Typed.", "2024-05-01");
    let export = |to: &str, more: &[&str]| {
        let to = world.path("inbox").join(to);
        world.ada().run(&[&["export", "--to", to.to_str().unwrap()], more].concat())
    };
    let recipient = recipient();
    let sealed = ["--encrypt-to", &recipient];
    world.file("full/x", "x");
    world.file("file", "x");
    std::fs::create_dir(world.path("inbox/empty")).unwrap();
    std::os::unix::fs::symlink(world.path("inbox/empty"), world.path("inbox/link")).unwrap();
    std::os::unix::fs::symlink(world.path("inbox/nowhere"), world.path("inbox/dangling")).unwrap();

    export("full", &[]).refused(4).says("not empty");
    export("file", &[]).refused(4).says("not a folder");
    export("link", &[]).refused(4).says("link");
    export("dangling", &sealed).refused(4).says("link");
    export("file", &sealed).refused(4).says("already");
    export("empty", &sealed).refused(4).says("folder");
    export("new", &["--encrypt-to", "age1nonsense"]).refused(2).says("recipient");
    export("new", &["--encrypt-to", "AGE-SECRET-KEY-1QQQQ"]).refused(2).says("secret key");
    let empty = world.file("empty-passphrase", "\n");
    export("new", &["--passphrase-file", empty.to_str().unwrap()]).refused(2).says("empty");
    export("new", &[&sealed[..], &["--passphrase-file", world.file("p", "xyz").to_str().unwrap()]].concat()).refused(2);
    assert!(!world.path("inbox/new").exists());
    assert_eq!(std::fs::read(world.path("inbox/file")).unwrap(), b"x");
    export("empty", &[]).ok();
    export("name\nwith a line", &[]).ok();
}

#[test]
fn a_damaged_original_stops_an_export_unless_skipped() {
    let world = World::new();
    import_photo(&world);
    let media = world.notebook().parent().unwrap().join("media");
    let file = std::fs::read_dir(media).unwrap().flatten().next().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (out, sealed) = (world.path("inbox/out"), world.path("inbox/out.age"));
    let (to, to_sealed, recipient) = (out.to_str().unwrap(), sealed.to_str().unwrap(), recipient());

    world.ada().run(&["export", "--to", to]).refused(4).says("entry 1 is damaged");
    world.ada().run(&["export", "--to", to_sealed, "--encrypt-to", &recipient]).refused(4).says("entry 1 is damaged");
    assert!(!out.exists() && !sealed.exists());
    assert!(!world.path("inbox/.out.age.new").exists());

    let run = world.ada().run(&["export", "--to", to, "--skip-damaged", "--json"]).ok();
    assert_eq!(run.document()["left_out"], json!([{ "entry_id": 1, "label": "sea.jpg" }]));
    assert_eq!(tree::read_document(&out)["entries"][0]["sources"][1]["original"], json!(null));
    world.ada().run(&["export", "--to", to_sealed, "--skip-damaged", "--encrypt-to", &recipient]).ok();
}

#[test]
fn a_killed_export_never_looks_complete() {
    let world = World::new();
    for number in 0..2000 {
        world.file(
            &format!("notes/{number}.md"),
            format!("---\ndate: 2024-05-01\n---\nThe heron stood {number} times."),
        );
    }
    let notes = world.path("inbox/notes");
    world.ada().run(&["import", "markdown", notes.to_str().unwrap(), "--no-wait"]).ok();
    let (mut killed, recipient) = (0, recipient());
    for round in 0..crate::support::env_number("JOURNAL_CRASH_ROUNDS").unwrap_or(6) {
        let (out, sealed) = (world.path(&format!("inbox/{round}")), world.path(&format!("inbox/{round}.age")));
        let plain = ["export", "--to", out.to_str().unwrap()];
        let encrypted = ["export", "--to", sealed.to_str().unwrap(), "--encrypt-to", &recipient];
        let created = [out.clone(), world.path(&format!("inbox/.{round}.age.new"))];
        for (args, created) in [(&plain[..], &created[0]), (&encrypted, &created[1])] {
            let mut command = world.command();
            let mut child = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            while !created.exists() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            let _ = child.kill();
            killed += usize::from(!child.wait().unwrap().success());
        }

        let marked = out.join("UNFINISHED").exists();
        assert!(!out.exists() || marked != out.join("journal.json").exists() || tree::read_files(&out).is_empty());
        if marked {
            world.ada().run(&plain).refused(4).says("interrupted");
        }
        if !sealed.exists() {
            world.ada().run(&encrypted).ok();
        }
        assert!(!world.path(&format!("inbox/.{round}.age.new")).exists(), "leftovers are removed");
    }
    assert!(killed > 0, "no run was killed in time");
}
