//! `import markdown`: folders of notes.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::import_export::tree;
use crate::support::{Run, World, pictures};

fn import(world: &World, more: &[&str]) -> Run {
    let notes = world.path("inbox/notes");
    world.ada().run(&[&["import", "markdown", notes.to_str().unwrap(), "--json", "--no-wait"], more].concat())
}

/// Returns the dates and texts of all entries, by date.
fn dated_texts(world: &World) -> Vec<(String, String)> {
    let document = world.ada().export();
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap().to_owned();
    document["entries"].as_array().unwrap().iter().map(|e| (text(e, "entry_date"), text(e, "final_text"))).collect()
}

#[test]
fn notes_are_imported_on_their_days_with_embedded_media() {
    let world = World::new();
    let (photo, sound) = (pictures::jpeg(64, 64, 3), pictures::wav(2000, 5));
    world.file(
        "notes/front.md",
        "---\ndate: 2020-01-02\ntags: [sea]\n---\nFront. ![x](img/a%20b.jpg) ![[voice.wav]] ![[voice.wav]]",
    );
    world.file("notes/img/a b.jpg", &photo);
    world.file("notes/deep/attachments/voice.wav", &sound);
    world.file("notes/created.md", "---\ncreated: 2020-01-03T10:00\n---\nCreated.");
    world.file("notes/sub/text.md", "Thursday 4 June 2020\n\nIn the text.");
    world.file("notes/sub/2020-07-05.txt", "By its name.");
    let undated = world.file("notes/undated.md", "No day at all.");
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    std::fs::File::options().write(true).open(&undated).unwrap().set_modified(modified).unwrap();
    world.file("notes/.obsidian/config.md", "hidden");
    world.file("notes/table.csv", "a,b");
    world.file("notes/alone.png", pictures::png(8, 8, 1));

    let planned = import(&world, &["--dry-run"]).ok().document();
    assert_eq!(dated_texts(&world), []);
    let report = import(&world, &[]).ok().document();
    let repeated = import(&world, &[]).ok().document();

    assert_eq!((&report["taken"], &report["originals"], &report["skipped"]), (&json!(5), &json!(2), &json!(2)));
    assert_eq!(report["undated"], json!([{ "name": "undated.md", "entry_date": "2020-09-13" }]));
    assert_eq!(report["refused"], json!([]));
    let mut expected = planned;
    expected["dry_run"] = json!(false);
    assert_eq!(expected, report, "the dry run and the run report the same");
    assert_eq!((&repeated["taken"], &repeated["already_there"]), (&json!(0), &json!(5)), "nothing is imported twice");
    let days: Vec<String> = dated_texts(&world).into_iter().map(|(day, _)| day).collect();
    assert_eq!(days, ["2020-01-02", "2020-01-03", "2020-06-04", "2020-07-05", "2020-09-13"]);
    let out = tree::export_to(world.ada(), "out");
    let sources = tree::read_document(&out)["entries"][0]["sources"].clone();
    assert_eq!(sources[0]["label"], "import:front.md");
    assert_eq!(
        (&sources[1]["sha256"], &sources[2]["sha256"]),
        (&json!(tree::sha256_hex(&photo)), &json!(tree::sha256_hex(&sound)))
    );
    assert_eq!(tree::read_document(&out)["entries"][0]["source_type"], "imported_text_file");
    let jobs = world.ada().json(&["job", "list"]);
    assert!(
        jobs["items"].as_array().unwrap().iter().all(|job| job["type"] == "reprocess_embeddings"),
        "no provider job was queued"
    );
}

#[test]
fn files_outside_the_folder_are_never_imported() {
    let world = World::new();
    world.file("secret.jpg", pictures::jpeg(64, 64, 9));
    world.file("secret.md", "Not yours.");
    world.file(
        "notes/a.md",
        "---\ndate: 2020-01-02\n---\n![](../secret.jpg) ![](link.jpg) ![[secret.jpg]] ![](/etc/passwd.jpg)",
    );
    std::os::unix::fs::symlink(world.path("inbox/secret.jpg"), world.path("inbox/notes/link.jpg")).unwrap();
    std::os::unix::fs::symlink(world.path("inbox/secret.md"), world.path("inbox/notes/link.md")).unwrap();

    let run = import(&world, &[]);

    assert_eq!(run.code, 2);
    let report = run.document();
    assert_eq!((&report["taken"], &report["originals"]), (&json!(1), &json!(0)));
    assert_eq!(report["left_out"].as_array().unwrap().len(), 4, "{report}");
    assert_eq!(report["refused"][0]["name"], "link.md");
    assert!(!world.ada().export().to_string().contains("Not yours"));
}

#[test]
fn an_invalid_note_or_picture_does_not_stop_the_import() {
    let world = World::new();
    world.file("notes/good.md", "---\ndate: 2020-01-02\n---\nGood. ![](fake.jpg) ![](huge.jpg) ![](gone.jpg)");
    world.file("notes/fake.jpg", "<html>no picture</html>");
    world.file("notes/huge.jpg", pictures::jpeg_of_size((10 << 20) + 1, 3));
    world.file("notes/latin.md", b"caf\xe9");
    world.file("notes/empty.md", "---\ndate: 2020-01-02\n---\n");
    world.file("notes/date.md", "---\ndate: yesterday\n---\nx");
    world.file("notes/line\nfeed.md", "---\ndate: 2020-01-03\n---\nA name with a line.");
    world.file("notes/folder.md/inner.md", "---\ndate: 2020-01-04\n---\nInside.");

    let run = import(&world, &[]);

    assert_eq!(run.code, 2);
    let report = run.document();
    assert_eq!((&report["taken"], report["refused"].as_array().unwrap().len()), (&json!(4), 2), "{report}");
    assert!(report["date_notes"][0].as_str().unwrap().starts_with("date.md: "), "{report}");
    let left: Vec<&str> = report["left_out"].as_array().unwrap().iter().map(|l| l["file"].as_str().unwrap()).collect();
    assert_eq!(left, ["gone.jpg", "fake.jpg", "huge.jpg"]);
    let notes = world.path("inbox/notes");
    let second = world.ada().run(&["import", "markdown", notes.to_str().unwrap()]).refused(2);
    assert!(!second.stderr.contains("caf") && !second.stdout.contains("caf"), "content is printed: {second:#?}");
}

#[test]
fn a_path_that_is_not_a_folder_of_notes_is_refused() {
    let world = World::new();
    let file = world.file("single.md", "x");
    world.file("other/table.csv", "x");
    let import = |path: &std::path::Path| world.ada().run(&["import", "markdown", path.to_str().unwrap()]);

    import(&file).refused(2).says("not a folder");
    import(&world.path("inbox/absent")).refused(3);
    import(&world.path("inbox/other")).refused(2).says("no .md or .txt");
}

#[test]
fn an_import_of_one_user_does_not_count_for_another() {
    let world = World::new();
    let bob = world.user("bob@home.example");
    world.file("notes/a.md", "---\ndate: 2020-01-02\n---\nAda's heron.");

    import(&world, &[]).ok();
    let notes = world.path("inbox/notes");
    let report = bob.json(&["import", "markdown", notes.to_str().unwrap(), "--no-wait"]);

    assert_eq!(
        (&report["taken"], &report["already_there"]),
        (&json!(1), &json!(0)),
        "Ada's entries do not count for Bob"
    );
    assert_eq!(bob.json(&["list"])["total"], 1);
    let (_, read_key) = bob.key("reads", &["entries:read"]);
    let args = ["import", "markdown", notes.to_str().unwrap()];
    world.run_with(&args, &[("JOURNAL_API_KEY", &read_key)], None).refused(6).says("ingest");
}
