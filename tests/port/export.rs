//! Everything comes out, privately, whole or not at all.

use std::os::unix::fs::MetadataExt;
use std::process::Stdio;

use serde_json::json;

use crate::support::World;
use crate::support::pictures;
use crate::tree;

const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kudlzs5msmx7q4n";

/// Brings a photograph in by a note, so that no reader is needed.
fn with_photo(world: &World) -> Vec<u8> {
    let photo = pictures::jpeg(64, 64, 3);
    world.file("notes/a.md", "---\ndate: 2024-05-01\ntitle: Heron\ntags: [sea]\n---\nThe heron. ![](sea.jpg)");
    world.file("notes/sea.jpg", &photo);
    let notes = world.path("inbox/notes");
    world.ada().run(&["import", "markdown", notes.to_str().unwrap(), "--no-wait"]).ok();
    photo
}

#[test]
fn an_export_has_the_texts_the_document_its_schema_and_the_originals() {
    let world = World::new();
    let photo = with_photo(&world);
    world.ada().run(&["edit", "1", "--text", "-"]);
    world.ada().write("Typed.", "2024-05-02");

    let out = tree::exported(world.ada(), "out");

    let files = tree::of(&out);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let media = names.iter().find(|name| name.starts_with("media/")).unwrap();
    assert_eq!(names, ["entries/2024-05-01-1.md", "entries/2024-05-02-2.md", "journal.json", media, "schema.json"]);
    assert_eq!(files[*media], photo, "in the clear, as it came in");
    let markdown = String::from_utf8(files["entries/2024-05-01-1.md"].clone()).unwrap();
    assert!(markdown.starts_with("---\ndate: 2024-05-01\ntitle: \"Heron\"\ntags: [\"sea\"]\n"), "{markdown}");
    assert!(markdown.contains(&format!("originals: [\"../{media}\"]")), "{markdown}");
    let document = tree::document(&out);
    let source = &document["entries"][0]["sources"][1];
    assert_eq!((&source["sha256"], &source["original"]["bytes"]), (&json!(tree::hash(&photo)), &json!(photo.len())));
    for item in walkdir::WalkDir::new(&out).into_iter().flatten() {
        let mode = item.metadata().unwrap().mode() & 0o777;
        assert_eq!(mode, if item.file_type().is_dir() { 0o700 } else { 0o600 }, "{}", item.path().display());
    }
}

#[test]
fn the_schema_names_every_field_of_the_document_and_its_version() {
    let world = World::new();
    let from = tree::whole(&world, "by-hand");
    world.ada().run(&["import", "journal", from.to_str().unwrap(), "--no-wait"]).ok();

    let out = tree::exported(world.ada(), "out");

    let schema: serde_json::Value = serde_json::from_slice(&tree::of(&out)["schema.json"]).unwrap();
    let fields = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let document = tree::document(&out);
    assert_eq!(fields(&schema["properties"]), fields(&document));
    assert_eq!(document["version"], 2);
    assert!(schema["properties"]["version"]["description"].as_str().unwrap().contains('2'));
    let definitions = &schema["$defs"];
    for (name, list) in [("Entry", "entries"), ("Entity", "entities"), ("Mention", "mentions"), ("Merge", "merges")] {
        assert_eq!(fields(&definitions[name]["properties"]), fields(&document[list][0]), "{name}");
    }
}

#[test]
fn an_export_goes_nowhere_where_something_is() {
    let world = World::new();
    world.ada().write("Typed.", "2024-05-01");
    let export = |to: &str, more: &[&str]| {
        let to = world.path("inbox").join(to);
        world.ada().run(&[&["export", "--to", to.to_str().unwrap()], more].concat())
    };
    let sealed = ["--encrypt-to", RECIPIENT];
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
fn an_original_that_is_damaged_stops_an_export_unless_it_is_to_be_left_out() {
    let world = World::new();
    with_photo(&world);
    let media = world.notebook().parent().unwrap().join("media");
    let file = std::fs::read_dir(media).unwrap().flatten().next().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let (out, sealed) = (world.path("inbox/out"), world.path("inbox/out.age"));
    let (to, to_sealed) = (out.to_str().unwrap(), sealed.to_str().unwrap());

    world.ada().run(&["export", "--to", to]).refused(4).says("entry 1 is damaged");
    world.ada().run(&["export", "--to", to_sealed, "--encrypt-to", RECIPIENT]).refused(4).says("entry 1 is damaged");
    assert!(!out.exists() && !sealed.exists());
    assert!(!world.path("inbox/.out.age.new").exists());

    let told = world.ada().run(&["export", "--to", to, "--skip-damaged", "--json"]).ok();
    assert_eq!(told.document()["left_out"], json!([{ "entry_id": 1, "label": "sea.jpg" }]));
    assert_eq!(tree::document(&out)["entries"][0]["sources"][1]["original"], json!(null));
    world.ada().run(&["export", "--to", to_sealed, "--skip-damaged", "--encrypt-to", RECIPIENT]).ok();
}

#[test]
fn an_export_that_was_killed_never_looks_whole() {
    let world = World::new();
    for day in 1..=9 {
        world.ada().write(&"The heron stood. ".repeat(2000), &format!("2024-05-0{day}"));
    }
    let mut killed = 0;
    for round in 0..crate::support::switch("JOURNAL_CRASH_ROUNDS").unwrap_or(6) {
        let (out, sealed) = (world.path(&format!("inbox/{round}")), world.path(&format!("inbox/{round}.age")));
        let plain = ["export", "--to", out.to_str().unwrap()];
        let closed = ["export", "--to", sealed.to_str().unwrap(), "--encrypt-to", RECIPIENT];
        let begun = [out.clone(), world.path(&format!("inbox/.{round}.age.new"))];
        for (args, begun) in [(&plain[..], &begun[0]), (&closed, &begun[1])] {
            let mut command = world.command();
            let mut child = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            while !begun.exists() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            let _ = child.kill();
            killed += usize::from(!child.wait().unwrap().success());
        }

        let marked = out.join("UNFINISHED").exists();
        assert!(!out.exists() || marked != out.join("journal.json").exists() || tree::of(&out).is_empty());
        if marked {
            world.ada().run(&plain).refused(4).says("interrupted");
        }
        if !sealed.exists() {
            world.ada().run(&closed).ok();
        }
        assert!(!world.path(&format!("inbox/.{round}.age.new")).exists(), "what was left is taken away");
    }
    assert!(killed > 0, "none was killed in time");
}
