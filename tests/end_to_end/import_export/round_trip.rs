//! Export and `import journal`: the copy is identical byte for byte, or nothing is imported.

use std::io::Read;
use std::path::Path;

use age::secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::import_export::tree::{self, Tree};
use crate::support::{Person, World, pictures};

const IDENTITY: &str = "identity.txt";

fn import(person: Person<'_>, from: &Path, more: &[&str]) -> crate::support::Run {
    person.run(&[&["import", "journal", from.to_str().unwrap(), "--no-wait"], more].concat())
}

/// Writes an age identity file and returns its recipient.
fn create_identity(world: &World) -> String {
    let identity = age::x25519::Identity::generate();
    world.file(IDENTITY, identity.to_string().expose_secret());
    identity.to_public().to_string()
}

#[test]
fn an_imported_export_exports_the_same_bytes() {
    let world = World::new();
    let (ada, bob) = (world.ada(), world.user("bob@home.example"));
    let from = tree::write_full_export(&world, "by-hand");

    import(ada, &from, &[]).ok();
    ada.run(&["edit", "7", "--title", "Changed since"]).ok();
    ada.run(&["job", "run"]).ok();
    let first = tree::export_to(ada, "first");
    import(bob, &first, &[]).ok();
    let second = tree::export_to(bob, "second");

    assert_eq!(tree::read_files(&first), tree::read_files(&second));
    assert_eq!(tree::read_files(&first).len(), 5, "document, schema, two entries, one photograph");
    assert_eq!(bob.json(&["search", "heron"])["items"].as_array().unwrap().len(), 1, "the entry is found by search");
}

#[test]
fn every_field_of_an_export_is_kept() {
    let world = World::new();
    let from = tree::write_full_export(&world, "by-hand");

    let report = import(world.ada(), &from, &["--json"]).ok().document();
    let exported = tree::export_to(world.ada(), "back");

    assert_eq!((&report["entries"], &report["originals"], &report["entities"]), (&json!(2), &json!(1), &json!(3)));
    assert_eq!(tree::read_document(&exported), tree::read_document(&from));
    assert_eq!(tree::read_files(&exported)[&format!("media/{}.jpg", tree::PHOTO)], pictures::jpeg(64, 64, 7));
    let policy = world.ada().json(&["egress", "policy"]);
    assert_eq!(policy["local_only"], true, "the egress policy is imported");
}

#[test]
fn an_encrypted_export_opens_only_for_its_recipients() {
    let world = World::new();
    let (ada, bob) = (world.ada(), world.user("bob@home.example"));
    import(ada, &tree::write_full_export(&world, "by-hand"), &[]).ok();
    let plain = tree::export_to(ada, "plain");
    let recipient = create_identity(&world);
    let other = age::x25519::Identity::generate().to_public().to_string();
    let sealed = world.path("inbox/out.tar.age");
    let to = sealed.to_str().unwrap();

    ada.run(&["export", "--to", to, "--encrypt-to", &other, "--encrypt-to", &recipient]).ok();

    let bytes = std::fs::read(&sealed).unwrap();
    let identity_text = std::fs::read_to_string(world.path("inbox").join(IDENTITY)).unwrap();
    let decryptor = age::Decryptor::new(bytes.as_slice()).unwrap();
    let identity: age::x25519::Identity = identity_text.parse().unwrap();
    let mut tar = tar::Archive::new(decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).unwrap());
    let files = tar.entries().unwrap().map(|item| {
        let mut item = item.unwrap();
        let mut bytes = Vec::new();
        item.read_to_end(&mut bytes).unwrap();
        (item.path().unwrap().to_string_lossy().into_owned(), bytes)
    });
    assert_eq!(files.collect::<Tree>(), tree::read_files(&plain));
    assert!(!bytes.windows(5).any(|part| part == b"heron"));
    let file = world.path("inbox").join(IDENTITY);
    import(bob, &sealed, &["-i", file.to_str().unwrap()]).ok();
    assert_eq!(tree::read_files(&tree::export_to(bob, "bobs")), tree::read_files(&plain));

    let carol = world.user("carol@home.example");
    let other_identity = age::x25519::Identity::generate();
    let other_identity = world.file("other.txt", other_identity.to_string().expose_secret());
    import(carol, &sealed, &["-i", other_identity.to_str().unwrap()])
        .refused(5)
        .says("none of these identities can decrypt the archive");
    import(carol, &sealed, &[]).refused(2).says("encrypted");
    for (name, damaged) in [("cut", bytes[..bytes.len() - 40].to_vec()), ("flipped", with_flipped_bit(&bytes))] {
        let path = world.file(name, damaged);
        import(carol, &path, &["-i", file.to_str().unwrap()]).refused(4);
        assert_eq!(carol.json(&["list"])["total"], 0, "{name}: entries were imported");
    }
}

fn with_flipped_bit(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

#[test]
fn a_passphrase_encrypts_and_decrypts_an_export() {
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
    let from = tree::write_full_export(&world, "by-hand");
    let before = tree::export_to(world.ada(), "before");

    let report = import(world.ada(), &from, &["--dry-run", "--json"]).ok().document();

    assert_eq!((&report["dry_run"], &report["entries"], &report["originals"]), (&json!(true), &json!(2), &json!(1)));
    assert_eq!(tree::read_files(&tree::export_to(world.ada(), "after")), tree::read_files(&before));
    std::fs::write(from.join(format!("media/{}.jpg", tree::PHOTO)), "other").unwrap();
    import(world.ada(), &from, &["--dry-run"]).refused(4).says("differs from the one exported");
}

#[test]
fn a_journal_that_is_not_empty_refuses_an_export() {
    let world = World::new();
    let from = tree::write_full_export(&world, "by-hand");
    world.ada().write("Already here.", "2024-05-01");

    for more in [&[][..], &["--dry-run"]] {
        import(world.ada(), &from, more).refused(4).says("not empty");
    }
    assert_eq!(world.ada().json(&["list"])["total"], 1);
}

#[test]
fn an_export_of_version_1_is_imported() {
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
    let from = tree::write_document(&world, "old", &old);

    import(world.ada(), &from, &[]).ok();

    let shown = world.ada().json(&["show", "5"]);
    assert_eq!((&shown["final_text"], &shown["raw_text"]), (&json!("It poured."), &json!("It rained.")));
    assert_eq!((&shown["tags"], &shown["created_at"]), (&json!(["sea"]), &json!("2024-05-01T10:00:00Z")));
}

#[test]
fn an_invalid_export_is_refused_and_leaves_no_data() {
    let world = World::new();
    let whole = tree::read_document(&tree::write_full_export(&world, "sound"));
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
        let from = tree::write_document(&world, name, &document);

        let run = import(world.ada(), &from, &[]);

        assert_eq!(run.code, code, "{name}: {run:#?}");
        run.assert_clear_error();
        assert!(!run.stderr.contains("heron") && !run.stderr.contains("etc"), "{name}: content is printed: {run:#?}");
    }
    let broken = world.file("broken/journal.json", "{\"format\":\"journal-export\",\"version\":2,\"entries\":[{");
    import(world.ada(), broken.parent().unwrap(), &[]).refused(2).says("too early");
    import(world.ada(), &broken, &[]).refused(2).says("folder");
    world.file("nothing/readme.txt", "x");
    import(world.ada(), &world.path("inbox/nothing"), &[]).refused(2).says("complete export");
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
    assert_eq!(media, 0, "a failed import left an original");
}

#[test]
fn an_export_without_corrections_or_provenance_is_imported() {
    let world = World::new();
    let mut older = tree::read_document(&tree::write_full_export(&world, "by-hand"));
    older.as_object_mut().unwrap().remove("corrections");
    let remove_fields = |row: &mut Value, fields: &[&str]| {
        for field in fields {
            row.as_object_mut().unwrap().remove(*field);
        }
    };
    for entry in older["entries"].as_array_mut().unwrap() {
        remove_fields(entry, &["text_revision", "accepted_at"]);
        for mood in entry["moods"].as_array_mut().unwrap() {
            remove_fields(mood, &["model", "prompt_version", "text_revision", "owner_score", "owner_at", "owner_note"]);
        }
    }
    for entity in older["entities"].as_array_mut().unwrap() {
        remove_fields(entity, &["refused_aliases", "is_curated"]);
        entity["aliases"].as_array_mut().unwrap().iter_mut().for_each(|alias| remove_fields(alias, &["id"]));
    }
    let provenance = ["char_start", "char_end", "model", "prompt_version", "name"];
    older["mentions"].as_array_mut().unwrap().iter_mut().for_each(|row| remove_fields(row, &provenance));
    older["relationships"].as_array_mut().unwrap().iter_mut().for_each(|row| remove_fields(row, &provenance));
    let merge = ["absorbed_first_seen", "absorbed_created_at", "absorbed_is_curated", "undone_at", "moves"];
    older["merges"].as_array_mut().unwrap().iter_mut().for_each(|row| remove_fields(row, &merge));
    tree::write_document(&world, "by-hand", &older);

    let report = import(world.ada(), &world.path("inbox/by-hand"), &["--json"]).ok().document();

    assert_eq!((&report["entries"], &report["entities"]), (&json!(2), &json!(3)));
    let exported = world.ada().export();
    assert_eq!((&exported["corrections"], &exported["merges"][0]["moves"]), (&json!([]), &json!([])));
    assert_eq!((&exported["mentions"][0]["name"], &exported["entries"][0]["text_revision"]), (&json!(""), &json!(1)));
}
