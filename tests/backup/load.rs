//! Backups of a journal that is written to meanwhile, and what a run that was killed leaves.

use std::path::Path;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use rusqlite::Connection;
use serde_json::Value;

use crate::create::Keeper;
use crate::create::back_up;
use crate::create::files;
use crate::create::journal;
use crate::support::World;
use crate::support::server::wait_for;
use crate::support::switch;
use crate::support::text_of;

/// Opens a database of an archive as the hand recipe does.
fn database(world: &World, parts: &[(String, Vec<u8>)], name: &str) -> Connection {
    let keys: Value = serde_json::from_slice(&parts[1].1).unwrap();
    let bytes = &parts.iter().find(|(part, _)| part == name).unwrap().1;
    let path = world.file(&format!("opened-{}", name.replace('/', "-")), bytes);
    let connection = Connection::open(path).unwrap();
    let key = format!("x'{}'", text_of(&keys["databases"], name));
    connection.pragma_update(None, "key", key).unwrap();
    connection
}

fn count(connection: &Connection, sql: &str) -> i64 {
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_backup_under_write_load_is_of_one_instant() {
    let (world, keeper) = (World::new(), Keeper::new());
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
                        "text": format!("Entry {number} of writer {writer} tells of rain."),
                    });
                    client.post("/api/entries/ingest/text", &body).ok();
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let archives = (0..switch("JOURNAL_BACKUP_ROUNDS").unwrap_or(3)).map(|_| {
            let before = written.load(Ordering::Relaxed);
            wait_for("more entries", || (written.load(Ordering::Relaxed) > before + 10).then_some(()));
            PathBuf::from(text_of(&back_up(&world, &keeper, &to, &[]), "path"))
        });
        let archives = archives.collect();
        stop.store(true, Ordering::Relaxed);
        archives
    });

    let mut last = 0;
    for archive in archives {
        let parts = keeper.open(&archive);
        let manifest = keeper.manifest(&archive);
        let part = &manifest["notebooks"][0]["part"];
        let notebook = database(&world, &parts, text_of(part, "name"));
        let entries = count(&notebook, "SELECT COUNT(*) FROM entries");
        assert_eq!(part["rows"]["entries"], entries);
        assert!(entries > last, "{entries} entries after {last}");
        last = entries;
        // One transaction writes an entry, its line of activity and the job that makes its vectors.
        assert_eq!(count(&notebook, "SELECT COUNT(*) FROM activity WHERE action = 'ENTRY_CREATED'"), entries);
        assert_eq!(
            count(&notebook, "SELECT seq FROM activity_head"),
            count(&notebook, "SELECT MAX(seq) FROM activity")
        );
        let sound: String = notebook.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(sound, "ok");
        let accounts = database(&world, &parts, "accounts.db");
        assert_eq!(count(&accounts, "SELECT MAX(seq) FROM audit"), manifest["audit"]["seq"].as_i64().unwrap());
    }
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn vectors_and_full_text_index_can_be_left_out() {
    let (world, keeper) = (World::new(), Keeper::new());
    world.ada().write("The heron stood in the garden.", "2024-05-01");
    world.ok(&["job", "run"]);

    let whole = keeper.manifest(Path::new(text_of(&back_up(&world, &keeper, &world.path("whole"), &[]), "path")));
    let made = back_up(&world, &keeper, &world.path("less"), &["--without-derived"]);
    let archive = PathBuf::from(text_of(&made, "path"));
    let less = keeper.manifest(&archive);

    let rows = |manifest: &Value, table: &str| manifest["notebooks"][0]["part"]["rows"][table].as_i64().unwrap();
    assert_eq!((&whole["derived"], &less["derived"]), (&true.into(), &false.into()));
    assert!(rows(&whole, "chunk_vectors") > 0 && rows(&whole, "entries_fts_docsize") > 0, "{whole}");
    assert_eq!((rows(&less, "chunk_vectors"), rows(&less, "entries_fts_docsize")), (0, 0));
    assert_eq!((rows(&less, "entries"), rows(&less, "entry_chunks")), (1, rows(&whole, "entry_chunks")));
    let notebook = database(&world, &keeper.open(&archive), text_of(&less["notebooks"][0]["part"], "name"));
    assert_eq!(count(&notebook, "SELECT COUNT(*) FROM entries"), 1);
    assert_eq!(world.json(&["search", "heron"])["items"][0]["id"], 1, "the journal itself keeps them");
}

#[test]
fn a_second_backup_copies_nothing_that_is_there_and_mends_what_is_short() {
    let (world, keeper) = (journal(), Keeper::new());
    let to = world.path("backups");
    let first = back_up(&world, &keeper, &to, &[]);
    let manifest = keeper.manifest(Path::new(text_of(&first, "path")));
    let original = &manifest["originals"][0];
    let copy = to.join(format!("media/{}/{}.age", text_of(original, "notebook"), text_of(original, "id")));
    let whole = std::fs::read(&copy).unwrap();

    let second = back_up(&world, &keeper, &to, &[]);
    std::fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    let third = back_up(&world, &keeper, &to, &["--check"]);

    let counts = |made: &Value| (made["originals"]["copied"].clone(), made["originals"]["present"].clone());
    assert_eq!(counts(&first), (1.into(), 0.into()));
    assert_eq!(counts(&second), (0.into(), 1.into()));
    assert_eq!(counts(&third), (1.into(), 0.into()));
    assert_eq!(std::fs::read(&copy).unwrap(), whole);
}

#[test]
fn reading_back_finds_a_copy_that_changed_on_the_disk() {
    let (world, keeper) = (journal(), Keeper::new());
    let to = world.path("backups");
    let first = back_up(&world, &keeper, &to, &[]);
    let manifest = keeper.manifest(Path::new(text_of(&first, "path")));
    let original = &manifest["originals"][0];
    let copy = to.join(format!("media/{}/{}.age", text_of(original, "notebook"), text_of(original, "id")));
    let mut bytes = std::fs::read(&copy).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&copy, bytes).unwrap();

    let args = ["backup", "create", "--to", to.to_str().unwrap(), "-r", &keeper.recipient, "--check"];
    world.run(&args).refused(4).says("does not read back").says(text_of(original, "id"));
}

#[test]
fn what_a_killed_run_left_is_gone_after_the_next() {
    let (world, keeper) = (journal(), Keeper::new());
    let to = world.path("backups");
    let made = back_up(&world, &keeper, &to, &[]);
    let media = to.join("media").join(&files(&to.join("media"))[0]);
    let before = (files(&to).len(), files(&media));
    std::fs::write(to.join(".journal-2026-01-01T000000Z.tar.age.new"), "half").unwrap();
    std::fs::write(to.join("journal-2026-01-01T000000Z.json"), "{}").unwrap();
    std::fs::write(to.join(".journal-2026-01-02T000000Z.json.new"), "half").unwrap();
    std::fs::write(media.join(".00000000-0000-0000-0000-000000000001.new"), "half").unwrap();
    let work = world.data().join("tmp/backup-KILLED");
    std::fs::create_dir(&work).unwrap();
    std::fs::write(work.join("accounts.db"), "half").unwrap();

    back_up(&world, &keeper, &to, &[]);

    assert_eq!(files(&media), before.1);
    assert_eq!(files(&to).len(), before.0 + 2, "{:?} and {made}", files(&to));
    assert!(files(&world.data().join("tmp")).is_empty());
}

#[test]
fn a_timer_needs_no_flags_and_settings_go_along_without_secrets() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let settings = [
        ("JOURNAL_BACKUP_DIR", to.to_str().unwrap()),
        ("JOURNAL_BACKUP_RECIPIENTS", &keeper.recipient),
        ("OPENAI_API_KEY", "sk-not-for-anybody-else"),
        ("MCP_PORT", "9000"),
    ];

    let made = world.run_with(&["backup", "create", "--json"], &settings, None).ok().document();

    let parts = keeper.open(Path::new(text_of(&made, "path")));
    let given: Value = serde_json::from_slice(&parts[2].1).unwrap();
    assert_eq!(
        (&given["server.port"], &given["backup.recipients"]),
        (&"9000".into(), &keeper.recipient.as_str().into())
    );
    assert!(given.get("openai.api_key").is_none() && given.get("chunking.strategy").is_none(), "{given}");
    let listed = world.run_with(&["backup", "list", "--json"], &settings, None).ok().document();
    assert_eq!(listed["items"][0]["state"], "present");
    assert_eq!(listed["items"][0]["recipients"][0], keeper.recipient.as_str());
}

/// The public half of the key pair that the documentation of the age library uses.
const SSH: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN alice@rust";

#[test]
fn recipients_come_from_files_too_and_each_counts_once() {
    let (world, keeper) = (World::new(), Keeper::new());
    let list =
        world.file("list", format!("# at home\n{}\n\n  # by hand\n{}\n", keeper.recipient, Keeper::new().recipient));
    let ssh = world.file("id.pub", format!("{SSH}\n"));
    let more = ["--recipients-file", list.to_str().unwrap(), "--recipients-file", ssh.to_str().unwrap()];

    let made = back_up(&world, &keeper, &world.path("backups"), &more);

    let shown: Vec<&str> = made["recipients"].as_array().unwrap().iter().map(|shown| shown.as_str().unwrap()).collect();
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert_eq!(shown[0], keeper.recipient);
    assert_eq!(Some(shown[2]), SSH.rsplit_once(' ').map(|(key, _)| key), "without the comment, which names somebody");
    keeper.open(Path::new(text_of(&made, "path")));
}

#[test]
fn a_passphrase_opens_alone() {
    let world = World::new();
    let word = world.file("passphrase", "correct horse battery staple\n");
    crate::support::chmod(&word, 0o600);
    let to = world.path("backups");

    let args = ["backup", "create", "--to", to.to_str().unwrap(), "--passphrase-file", word.to_str().unwrap()];
    let made = world.json(&args);

    assert_eq!(made["recipients"], serde_json::json!(["passphrase"]));
    let file = std::fs::File::open(text_of(&made, "path")).unwrap();
    let identity =
        age::scrypt::Identity::new(age::secrecy::SecretString::from("correct horse battery staple".to_owned()));
    let decryptor = age::Decryptor::new(std::io::BufReader::new(file)).unwrap();
    assert!(decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).is_ok());
}
