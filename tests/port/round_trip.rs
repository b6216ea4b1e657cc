//! What came out comes back: byte for byte, or not at all.

use std::io::Read;
use std::path::Path;

use age::secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;

use crate::support::Person;
use crate::support::World;
use crate::support::pictures;
use crate::tree;
use crate::tree::Tree;

const IDENTITY: &str = "identity.txt";

fn import(person: Person<'_>, from: &Path, more: &[&str]) -> crate::support::Run {
    person.run(&[&["import", "journal", from.to_str().unwrap(), "--no-wait"], more].concat())
}

/// Makes an identity file and returns its recipient.
fn identity(world: &World) -> String {
    let identity = age::x25519::Identity::generate();
    world.file(IDENTITY, identity.to_string().expose_secret());
    identity.to_public().to_string()
}

#[test]
fn an_export_comes_back_into_an_empty_journal_byte_for_byte() {
    let world = World::new();
    let (ada, bob) = (world.ada(), world.user("bob@home.example"));
    let from = tree::whole(&world, "by-hand");

    import(ada, &from, &[]).ok();
    ada.run(&["edit", "7", "--title", "Changed since"]).ok();
    ada.run(&["job", "run"]).ok();
    let first = tree::exported(ada, "first");
    import(bob, &first, &[]).ok();
    let second = tree::exported(bob, "second");

    assert_eq!(tree::of(&first), tree::of(&second));
    assert_eq!(tree::of(&first).len(), 5, "document, schema, two entries, a photograph");
    assert_eq!(bob.json(&["search", "heron"])["items"].as_array().unwrap().len(), 1, "and it is found");
}

#[test]
fn every_fact_of_an_export_is_kept() {
    let world = World::new();
    let from = tree::whole(&world, "by-hand");

    let report = import(world.ada(), &from, &["--json"]).ok().document();
    let back = tree::exported(world.ada(), "back");

    assert_eq!((&report["entries"], &report["originals"], &report["entities"]), (&json!(2), &json!(1), &json!(3)));
    assert_eq!(tree::document(&back), tree::document(&from));
    assert_eq!(tree::of(&back)[&format!("media/{}.jpg", tree::PHOTO)], pictures::jpeg(64, 64, 7));
    let policy = world.ada().json(&["egress", "policy"]);
    assert_eq!(policy["local_only"], true, "what may leave is kept too");
}

#[test]
fn an_encrypted_export_is_the_same_tree_for_its_recipients_and_nothing_for_others() {
    let world = World::new();
    let (ada, bob) = (world.ada(), world.user("bob@home.example"));
    import(ada, &tree::whole(&world, "by-hand"), &[]).ok();
    let plain = tree::exported(ada, "plain");
    let recipient = identity(&world);
    let other = age::x25519::Identity::generate().to_public().to_string();
    let sealed = world.path("inbox/out.tar.age");
    let to = sealed.to_str().unwrap();

    ada.run(&["export", "--to", to, "--encrypt-to", &other, "--encrypt-to", &recipient]).ok();

    let bytes = std::fs::read(&sealed).unwrap();
    let text = std::fs::read_to_string(world.path("inbox").join(IDENTITY)).unwrap();
    let opened = age::Decryptor::new(bytes.as_slice()).unwrap();
    let own: age::x25519::Identity = text.parse().unwrap();
    let mut tar = tar::Archive::new(opened.decrypt(std::iter::once(&own as &dyn age::Identity)).unwrap());
    let files = tar.entries().unwrap().map(|item| {
        let mut item = item.unwrap();
        let mut bytes = Vec::new();
        item.read_to_end(&mut bytes).unwrap();
        (item.path().unwrap().to_string_lossy().into_owned(), bytes)
    });
    assert_eq!(files.collect::<Tree>(), tree::of(&plain));
    assert!(!bytes.windows(5).any(|part| part == b"heron"));
    let file = world.path("inbox").join(IDENTITY);
    import(bob, &sealed, &["-i", file.to_str().unwrap()]).ok();
    assert_eq!(tree::of(&tree::exported(bob, "bobs")), tree::of(&plain));

    let carol = world.user("carol@home.example");
    let stranger = age::x25519::Identity::generate();
    let stranger = world.file("stranger.txt", stranger.to_string().expose_secret());
    import(carol, &sealed, &["-i", stranger.to_str().unwrap()]).refused(5).says("opens");
    import(carol, &sealed, &[]).refused(2).says("encrypted");
    for (name, damaged) in [("cut", bytes[..bytes.len() - 40].to_vec()), ("flipped", flipped(&bytes))] {
        let path = world.file(name, damaged);
        import(carol, &path, &["-i", file.to_str().unwrap()]).refused(4);
        assert_eq!(carol.json(&["list"])["total"], 0, "{name}: nothing of it was taken");
    }
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

#[test]
fn a_passphrase_seals_an_export_and_opens_it() {
    let world = World::new();
    let (ada, bob) = (world.ada(), world.user("bob@home.example"));
    ada.write("The heron stood.", "2024-05-01");
    let file = world.file("passphrase", "correct horse battery\n");
    let wrong = world.file("wrong", "incorrect horse\n");
    let sealed = world.path("inbox/out.tar.age");
    let to = sealed.to_str().unwrap();

    ada.run(&["export", "--to", to, "--passphrase-file", file.to_str().unwrap()]).ok();

    import(bob, &sealed, &["--passphrase-file", wrong.to_str().unwrap()]).refused(5);
    import(bob, &sealed, &["--passphrase-file", file.to_str().unwrap()]).ok();
    assert_eq!(bob.json(&["show", "1"])["final_text"], "The heron stood.");
}

#[test]
fn a_dry_run_reads_everything_and_writes_nothing() {
    let world = World::new();
    let from = tree::whole(&world, "by-hand");
    let before = tree::exported(world.ada(), "before");

    let report = import(world.ada(), &from, &["--dry-run", "--json"]).ok().document();

    assert_eq!((&report["dry_run"], &report["entries"], &report["originals"]), (&json!(true), &json!(2), &json!(1)));
    assert_eq!(tree::of(&tree::exported(world.ada(), "after")), tree::of(&before));
    std::fs::write(from.join(format!("media/{}.jpg", tree::PHOTO)), "other").unwrap();
    import(world.ada(), &from, &["--dry-run"]).refused(4).says("not the one");
}

#[test]
fn a_journal_that_is_not_empty_takes_no_export() {
    let world = World::new();
    let from = tree::whole(&world, "by-hand");
    world.ada().write("Already here.", "2024-05-01");

    for more in [&[][..], &["--dry-run"]] {
        import(world.ada(), &from, more).refused(4).says("not empty");
    }
    assert_eq!(world.ada().json(&["list"])["total"], 1);
}

#[test]
fn an_export_of_the_first_version_is_read() {
    let world = World::new();
    let entry = json!({
        "id": 5, "entry_date": "2024-05-01", "title": "Rain", "source_type": "text_entry", "raw_text": "It rained.",
        "final_text": "It poured.", "word_count": 2, "chunk_count": 1, "page_count": 0, "language": "en",
        "created_at": "2024-05-01T10:00:00Z", "updated_at": "2024-05-01T10:00:00Z", "doubts_verified": false,
        "date_confirmed": true, "uncertain_spans": [{ "char_start": 0, "char_end": 2 }], "content_boundary": null,
        "tags": ["sea"], "provenance": { "added_by": null, "written_by": null },
        "history": [{ "version": 1, "entry_date": "2024-05-01", "title": null, "final_text": "It rained.",
                      "word_count": 2, "replaced_at": "2024-05-01T10:00:00Z", "written_by": null }],
    });
    let old = json!({ "format": "journal-export", "version": 1, "entries": [entry] });
    let from = tree::write(&world, "old", &old);

    import(world.ada(), &from, &[]).ok();

    let shown = world.ada().json(&["show", "5"]);
    assert_eq!((&shown["final_text"], &shown["raw_text"]), (&json!("It poured."), &json!("It rained.")));
    assert_eq!((&shown["tags"], &shown["created_at"]), (&json!(["sea"]), &json!("2024-05-01T10:00:00Z")));
}

#[test]
fn what_is_no_sound_export_is_refused_and_leaves_nothing() {
    let world = World::new();
    let whole = tree::document(&tree::whole(&world, "sound"));
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut document = whole.clone();
        change(&mut document);
        document
    };
    let cases: [(&str, Value, i32); 14] = [
        ("future", changed(&|d| d["version"] = json!(3)), 4),
        ("foreign", changed(&|d| d["format"] = json!("other")), 2),
        ("version", changed(&|d| d["version"] = json!("2")), 2),
        ("lacking", changed(&|d| drop(d.as_object_mut().unwrap().remove("merges"))), 2),
        ("unknown", changed(&|d| d["more"] = json!([])), 2),
        ("field", changed(&|d| d["entries"][1]["more"] = json!(1)), 2),
        ("date", changed(&|d| d["entries"][1]["entry_date"] = json!("2024-02-30")), 2),
        ("twice", changed(&|d| d["entries"][0]["id"] = json!(7)), 2),
        ("parent", changed(&|d| d["mentions"][0]["entry_id"] = json!(8)), 2),
        ("score", changed(&|d| d["entries"][1]["moods"][0]["score"] = json!(1.5)), 2),
        ("tag", changed(&|d| d["entries"][1]["tags"] = json!(["Sea"])), 2),
        ("span", changed(&|d| d["entries"][1]["content_boundary"]["char_end"] = json!(99)), 2),
        ("hash", changed(&|d| d["entries"][1]["sources"][1]["sha256"] = json!("../../etc")), 2),
        ("altered", changed(&|d| d["entries"][1]["sources"][0]["sha256"] = json!("0".repeat(64))), 4),
    ];

    for (name, document, code) in cases {
        let photo = pictures::jpeg(64, 64, 7);
        world.file(&format!("{name}/media/{}.jpg", tree::PHOTO), photo);
        let from = tree::write(&world, name, &document);

        let run = import(world.ada(), &from, &[]);

        assert_eq!(run.code, code, "{name}: {run:#?}");
        run.is_clear();
        assert!(!run.stderr.contains("heron") && !run.stderr.contains("etc"), "{name}: content is told: {run:#?}");
    }
    let broken = world.file("broken/journal.json", "{\"format\":\"journal-export\",\"version\":2,\"entries\":[{");
    import(world.ada(), broken.parent().unwrap(), &[]).refused(2).says("too early");
    import(world.ada(), &broken, &[]).refused(2).says("folder");
    world.file("nothing/readme.txt", "x");
    import(world.ada(), &world.path("inbox/nothing"), &[]).refused(2).says("no whole export");
    import(world.ada(), &world.path("inbox/absent"), &[]).refused(3);

    let sound = world.path("inbox/sound");
    let photo = sound.join(format!("media/{}.jpg", tree::PHOTO));
    std::fs::rename(&photo, sound.join("elsewhere")).unwrap();
    import(world.ada(), &sound, &[]).refused(4).says("missing");
    std::os::unix::fs::symlink(sound.join("elsewhere"), &photo).unwrap();
    import(world.ada(), &sound, &[]).refused(4);
    assert_eq!(world.ada().json(&["list"])["total"], 0);
    let notebook = world.notebook();
    let media = std::fs::read_dir(notebook.parent().unwrap().join("media")).unwrap().count();
    assert_eq!(media, 0, "no original of an import that failed stays");
}

#[test]
fn an_export_from_before_corrections_and_provenance_comes_back() {
    let world = World::new();
    let mut older = tree::document(&tree::whole(&world, "by-hand"));
    older.as_object_mut().unwrap().remove("corrections");
    let drop_of = |row: &mut Value, fields: &[&str]| {
        for field in fields {
            row.as_object_mut().unwrap().remove(*field);
        }
    };
    for entry in older["entries"].as_array_mut().unwrap() {
        drop_of(entry, &["text_revision", "accepted_at"]);
        for mood in entry["moods"].as_array_mut().unwrap() {
            drop_of(mood, &["model", "prompt_version", "text_revision", "owner_score", "owner_at", "owner_note"]);
        }
    }
    for entity in older["entities"].as_array_mut().unwrap() {
        drop_of(entity, &["refused_aliases", "is_curated"]);
        entity["aliases"].as_array_mut().unwrap().iter_mut().for_each(|alias| drop_of(alias, &["id"]));
    }
    let provenance = ["char_start", "char_end", "model", "prompt_version", "name"];
    older["mentions"].as_array_mut().unwrap().iter_mut().for_each(|row| drop_of(row, &provenance));
    older["relationships"].as_array_mut().unwrap().iter_mut().for_each(|row| drop_of(row, &provenance));
    let merge = ["absorbed_first_seen", "absorbed_created_at", "absorbed_is_curated", "undone_at", "moves"];
    older["merges"].as_array_mut().unwrap().iter_mut().for_each(|row| drop_of(row, &merge));
    tree::write(&world, "by-hand", &older);

    let report = import(world.ada(), &world.path("inbox/by-hand"), &["--json"]).ok().document();

    assert_eq!((&report["entries"], &report["entities"]), (&json!(2), &json!(3)));
    let back = world.ada().export();
    assert_eq!((&back["corrections"], &back["merges"][0]["moves"]), (&json!([]), &json!([])));
    assert_eq!((&back["mentions"][0]["name"], &back["entries"][0]["text_revision"]), (&json!(""), &json!(1)));
}
