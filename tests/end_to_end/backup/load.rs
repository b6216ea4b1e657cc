//! Backups under concurrent writes, leftovers of killed runs, and the settings and recipients of `backup create`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rusqlite::Connection;
use serde_json::Value;

use crate::backup::create::{AgeKeyPair, back_up, files, journal_with_photo};
use crate::support::server::wait_for;
use crate::support::{World, env_number, text_of};

/// Opens a database part of an archive with its key from keys.json.
fn open_database(world: &World, parts: &[(String, Vec<u8>)], name: &str) -> Connection {
    let keys: Value = serde_json::from_slice(&parts[1].1).unwrap();
    let bytes = &parts.iter().find(|(part, _)| part == name).unwrap().1;
    let path = world.file(&format!("opened-{}", name.replace('/', "-")), bytes);
    let connection = Connection::open(path).unwrap();
    let key = format!("x'{}'", text_of(&keys["databases"], name));
    connection.pragma_update(None, "key", key).unwrap();
    connection
}

fn query_count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_backup_under_write_load_is_one_consistent_snapshot() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let key = world.ada().key("load", &["entries:read", "ingest"]).1;
    let server = world.serve();
    let (stop, written) = (AtomicBool::new(false), AtomicUsize::new(0));

    let archives: Vec<PathBuf> = std::thread::scope(|scope| {
        for writer in 0..2 {
            let (client, stop, written) = (server.key(&key), &stop, &written);
            scope.spawn(move || {
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let body = serde_json::json!({
                        "text": format!("Entry {number} of writer {writer} is about rain."),
                    });
                    client.post("/api/entries/ingest/text", &body).ok();
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let archives = (0..env_number("JOURNAL_BACKUP_ROUNDS").unwrap_or(3)).map(|_| {
            let before = written.load(Ordering::Relaxed);
            wait_for("more entries", || (written.load(Ordering::Relaxed) > before + 10).then_some(()));
            PathBuf::from(text_of(&back_up(&world, &key_pair, &to, &[]), "path"))
        });
        let archives = archives.collect();
        stop.store(true, Ordering::Relaxed);
        archives
    });

    let mut last = 0;
    for archive in archives {
        let parts = key_pair.open(&archive);
        let manifest = key_pair.manifest(&archive);
        let part = &manifest["notebooks"][0]["part"];
        let notebook = open_database(&world, &parts, text_of(part, "name"));
        let entries = query_count(&notebook, "SELECT COUNT(*) FROM entries");
        assert_eq!(part["rows"]["entries"], entries);
        assert!(entries > last, "{entries} entries after {last}");
        last = entries;
        // One transaction writes an entry, its activity event and its embedding job.
        assert_eq!(query_count(&notebook, "SELECT COUNT(*) FROM activity WHERE action = 'ENTRY_CREATED'"), entries);
        assert_eq!(
            query_count(&notebook, "SELECT seq FROM activity_head"),
            query_count(&notebook, "SELECT MAX(seq) FROM activity")
        );
        let integrity: String = notebook.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(integrity, "ok");
        let accounts = open_database(&world, &parts, "accounts.db");
        assert_eq!(query_count(&accounts, "SELECT MAX(seq) FROM audit"), manifest["audit"]["seq"].as_i64().unwrap());
    }
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn vectors_and_full_text_index_can_be_omitted() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    world.ada().write("The heron stood in the garden.", "2024-05-01");
    world.ok(&["job", "run"]);

    let whole = key_pair.manifest(Path::new(text_of(&back_up(&world, &key_pair, &world.path("whole"), &[]), "path")));
    let created = back_up(&world, &key_pair, &world.path("less"), &["--without-derived"]);
    let archive = PathBuf::from(text_of(&created, "path"));
    let less = key_pair.manifest(&archive);

    let rows = |manifest: &Value, table: &str| manifest["notebooks"][0]["part"]["rows"][table].as_i64().unwrap();
    assert_eq!((&whole["derived"], &less["derived"]), (&true.into(), &false.into()));
    assert!(rows(&whole, "chunk_vectors") > 0 && rows(&whole, "entries_fts_docsize") > 0, "{whole}");
    assert_eq!((rows(&less, "chunk_vectors"), rows(&less, "entries_fts_docsize")), (0, 0));
    assert_eq!((rows(&less, "entries"), rows(&less, "entry_chunks")), (1, rows(&whole, "entry_chunks")));
    let notebook = open_database(&world, &key_pair.open(&archive), text_of(&less["notebooks"][0]["part"], "name"));
    assert_eq!(query_count(&notebook, "SELECT COUNT(*) FROM entries"), 1);
    assert_eq!(world.json(&["search", "heron"])["items"][0]["entry_id"], 1, "the journal itself is unchanged");
}

#[test]
fn a_second_backup_copies_only_missing_or_short_originals() {
    let (world, key_pair) = (journal_with_photo(), AgeKeyPair::new());
    let to = world.path("backups");
    let first = back_up(&world, &key_pair, &to, &[]);
    let manifest = key_pair.manifest(Path::new(text_of(&first, "path")));
    let original = &manifest["originals"][0];
    let copy = to.join(format!("media/{}/{}.age", text_of(original, "notebook"), text_of(original, "id")));
    let whole = std::fs::read(&copy).unwrap();

    let second = back_up(&world, &key_pair, &to, &[]);
    std::fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    let third = back_up(&world, &key_pair, &to, &["--check"]);

    let counts = |created: &Value| (created["originals"]["copied"].clone(), created["originals"]["present"].clone());
    assert_eq!(counts(&first), (1.into(), 0.into()));
    assert_eq!(counts(&second), (0.into(), 1.into()));
    assert_eq!(counts(&third), (1.into(), 0.into()));
    assert_eq!(std::fs::read(&copy).unwrap(), whole);
}

#[test]
fn check_finds_an_original_copy_that_changed_on_disk() {
    let (world, key_pair) = (journal_with_photo(), AgeKeyPair::new());
    let to = world.path("backups");
    let first = back_up(&world, &key_pair, &to, &[]);
    let manifest = key_pair.manifest(Path::new(text_of(&first, "path")));
    let original = &manifest["originals"][0];
    let copy = to.join(format!("media/{}/{}.age", text_of(original, "notebook"), text_of(original, "id")));
    let mut bytes = std::fs::read(&copy).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&copy, bytes).unwrap();

    let args = ["backup", "create", "--to", to.to_str().unwrap(), "-r", &key_pair.recipient, "--check"];
    world.run(&args).refused(4).says("differs from the data that was written").says(text_of(original, "id"));
}

#[test]
fn leftovers_of_a_killed_backup_are_removed_by_the_next() {
    let (world, key_pair) = (journal_with_photo(), AgeKeyPair::new());
    let to = world.path("backups");
    let created = back_up(&world, &key_pair, &to, &[]);
    let media = to.join("media").join(&files(&to.join("media"))[0]);
    let before = (files(&to).len(), files(&media));
    std::fs::write(to.join(".journal-2026-01-01T000000Z.tar.age.new"), "half").unwrap();
    std::fs::write(to.join("journal-2026-01-01T000000Z.json"), "{}").unwrap();
    std::fs::write(to.join(".journal-2026-01-02T000000Z.json.new"), "half").unwrap();
    std::fs::write(media.join(".00000000-0000-0000-0000-000000000001.new"), "half").unwrap();
    let work = world.data().join("tmp/backup-KILLED");
    std::fs::create_dir(&work).unwrap();
    std::fs::write(work.join("accounts.db"), "half").unwrap();

    back_up(&world, &key_pair, &to, &[]);

    assert_eq!(files(&media), before.1);
    assert_eq!(files(&to).len(), before.0 + 2, "{:?} and {created}", files(&to));
    assert!(files(&world.data().join("tmp")).is_empty());
}

#[test]
fn a_backup_from_settings_alone_contains_no_secret_settings() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let settings = [
        ("JOURNAL_BACKUP_DIR", to.to_str().unwrap()),
        ("JOURNAL_BACKUP_RECIPIENTS", &key_pair.recipient),
        ("OPENAI_API_KEY", "sk-not-for-anybody-else"),
        ("MCP_PORT", "9000"),
    ];

    let created = world.run_with(&["backup", "create", "--json"], &settings, None).ok().document();

    let parts = key_pair.open(Path::new(text_of(&created, "path")));
    let given: Value = serde_json::from_slice(&parts[2].1).unwrap();
    assert_eq!(
        (&given["server.port"], &given["backup.recipients"]),
        (&"9000".into(), &key_pair.recipient.as_str().into())
    );
    assert!(given.get("openai.api_key").is_none() && given.get("chunking.strategy").is_none(), "{given}");
    let listed = world.run_with(&["backup", "list", "--json"], &settings, None).ok().document();
    assert_eq!(listed["items"][0]["state"], "present");
    assert_eq!(listed["items"][0]["recipients"][0], key_pair.recipient.as_str());
}

/// The public half of the key pair that the documentation of the age library uses.
const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@rust";

#[test]
fn recipients_are_read_from_files_and_deduplicated() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let list = world
        .file("list", format!("# at home\n{}\n\n  # by hand\n{}\n", key_pair.recipient, AgeKeyPair::new().recipient));
    let ssh = world.file("id.pub", format!("{SSH}\n"));
    let more = ["--recipients-file", list.to_str().unwrap(), "--recipients-file", ssh.to_str().unwrap()];

    let created = back_up(&world, &key_pair, &world.path("backups"), &more);

    let recipients: Vec<&str> =
        created["recipients"].as_array().unwrap().iter().map(|recipient| recipient.as_str().unwrap()).collect();
    assert_eq!(recipients.len(), 3, "{recipients:?}");
    assert_eq!(recipients[0], key_pair.recipient);
    assert_eq!(Some(recipients[2]), SSH.rsplit_once(' ').map(|(key, _)| key), "without the comment, which is a name");
    key_pair.open(Path::new(text_of(&created, "path")));
}

#[test]
fn a_passphrase_is_the_only_recipient_of_its_archive() {
    let world = World::new();
    let passphrase = world.file("passphrase", "correct horse battery staple\n");
    crate::support::chmod(&passphrase, 0o600);
    let to = world.path("backups");

    let args = ["backup", "create", "--to", to.to_str().unwrap(), "--passphrase-file", passphrase.to_str().unwrap()];
    let created = world.json(&args);

    assert_eq!(created["recipients"], serde_json::json!(["passphrase"]));
    let file = std::fs::File::open(text_of(&created, "path")).unwrap();
    let identity =
        age::scrypt::Identity::new(age::secrecy::SecretString::from("correct horse battery staple".to_owned()));
    let decryptor = age::Decryptor::new(std::io::BufReader::new(file)).unwrap();
    assert!(decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).is_ok());
}
