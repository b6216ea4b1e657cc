//! `backup verify` and `backup drill`.

use crate::backup::create::AgeKeyPair;
use crate::backup::reading::{Backup, file_tree, find_check, journal_with_entries};
use crate::support::{World, chmod, text_of};

fn audit_actions(world: &World) -> Vec<String> {
    let events = world.json(&["audit", "list"]);
    events["items"].as_array().unwrap().iter().map(|event| text_of(event, "action").to_owned()).collect()
}

#[test]
fn verify_and_drill_need_no_journal_on_the_machine() {
    let (backup, machine) = (Backup::new(), World::empty());
    let before = file_tree(&backup.folder());

    for command in ["backup verify", "backup drill"] {
        let report = backup.run_on(&machine, command, &["--json"]).ok().document();

        assert_eq!((&report["good"], &report["recorded"]), (&true.into(), &false.into()), "{report}");
        assert!(report["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true), "{report}");
    }

    assert!(file_tree(&backup.folder()) == before, "work files remain");
    assert!(!machine.data().exists());
}

#[test]
fn verify_and_drill_are_recorded_only_in_the_source_journal() {
    let (backup, other) = (Backup::new(), World::new());

    for command in ["backup verify", "backup drill"] {
        let own_journal = backup.run_on(&backup.world, command, &["--json"]).ok().document();
        let other_journal = backup.run_on(&other, command, &["--json"]).ok().document();

        assert_eq!((&own_journal["recorded"], &other_journal["recorded"]), (&true.into(), &false.into()));
    }

    let (own_journal, other_journal) = (audit_actions(&backup.world), audit_actions(&other));
    for action in ["BACKUP_VERIFIED", "BACKUP_DRILLED"] {
        assert!(own_journal.iter().any(|found| found == action) && other_journal.iter().all(|found| found != action));
    }
}

#[test]
fn a_wrong_identity_is_refused_and_the_recipients_are_named() {
    let (backup, machine) = (Backup::new(), World::empty());
    let other_key = Backup { identity: backup.world.file("other.txt", other_identity()), ..Backup::new() };
    chmod(&other_key.identity, 0o600);
    let archive = backup.archive.to_str().unwrap();

    other_key
        .run_on_archive(&machine, "backup verify", &backup.archive, &[])
        .refused(5)
        .says(&backup.key_pair.recipient);
    other_key.run_on_archive(&machine, "restore", &backup.archive, &[]).refused(5).says(&backup.key_pair.recipient);
    machine.run(&["backup", "verify", archive]).refused(2).says(&backup.key_pair.recipient);
    machine.run(&["restore", archive]).refused(2).says("-i FILE");

    chmod(&backup.identity, 0o644);
    backup.run_on(&machine, "backup verify", &[]).refused(4).says("chmod 600");
    assert!(!machine.data().exists());
}

fn other_identity() -> String {
    use age::secrecy::ExposeSecret;

    AgeKeyPair::new().identity.to_string().expose_secret().to_owned()
}

#[test]
fn a_passphrase_decrypts_an_archive_created_with_it() {
    let (world, machine) = (journal_with_entries(), World::empty());
    let (right, wrong) = (world.file("right.txt", "correct horse\n"), world.file("wrong.txt", "battery\n"));
    for file in [&right, &wrong] {
        chmod(file, 0o600);
    }
    let (right, wrong) = (right.to_str().unwrap(), wrong.to_str().unwrap());
    let to = world.path("backups");
    let created = world.json(&["backup", "create", "--to", to.to_str().unwrap(), "--passphrase-file", right]);
    let archive = text_of(&created, "path");

    machine.run(&["backup", "verify", archive, "--no-input"]).refused(2).says("--passphrase-file");
    machine.run(&["backup", "verify", archive, "--passphrase-file", wrong]).refused(5);
    machine.run(&["backup", "verify", archive, "--passphrase-file", right]).ok();
    machine.run(&["restore", archive, "--passphrase-file", right]).ok();
}

#[test]
fn an_api_key_cannot_read_backups() {
    let backup = Backup::new();
    let (_, key) = backup.world.ada().key("all", &["export", "admin:users", "admin:audit"]);
    let (archive, identity) = (backup.archive.to_str().unwrap(), backup.identity.to_str().unwrap());

    for words in [&["backup", "verify"][..], &["backup", "drill"], &["restore"]] {
        for more in [&[][..], &["--user", crate::support::ADA, "--yes"]] {
            let args = [words, &[archive, "-i", identity], more].concat();
            backup.world.run_with(&args, &[("JOURNAL_API_KEY", &key)], None).refused(6).says("operator");
        }
    }
}

#[test]
fn a_description_of_another_file_is_refused() {
    let (backup, machine) = (Backup::new(), World::empty());
    let mut bytes = std::fs::read(&backup.archive).unwrap();
    bytes.push(0);
    std::fs::write(&backup.archive, bytes).unwrap();

    let run = backup.run_on(&machine, "backup verify", &["--json"]);
    assert_eq!(run.code, 4);
    assert_eq!(find_check(&run.document(), "description")["ok"], false);
    backup.run_on(&machine, "restore", &[]).refused(4).says("description");
    assert!(!machine.data().exists());
}

#[test]
fn a_missing_swapped_truncated_or_linked_original_is_found() {
    let (backup, machine) = (Backup::new(), World::empty());
    let files = backup.media();
    let (one, other) = (std::fs::read(&files[0]).unwrap(), std::fs::read(&files[1]).unwrap());
    assert_eq!(files.len(), 2);
    let assert_refused = |words: &str| {
        let run = backup.run_on(&machine, "backup verify", &["--json"]);
        assert_eq!(run.code, 4, "{run:#?}");
        let report = run.document();
        let found = find_check(&report, "originals");
        assert!(found["ok"] == false && text_of(found, "detail").contains(words), "{report}");
        backup.run_on(&machine, "restore", &[]).refused(4);
        assert!(!machine.data().exists() && !machine.secret().exists());
    };

    std::fs::remove_file(&files[0]).unwrap();
    assert_refused("1 of 2 originals are missing in");
    std::fs::write(&files[0], &other).unwrap();
    assert_refused("damaged or was replaced");
    std::fs::write(&files[0], &one[..one.len() - 1]).unwrap();
    assert_refused("damaged or was replaced");
    std::fs::remove_file(&files[0]).unwrap();
    std::os::unix::fs::symlink(&files[1], &files[0]).unwrap();
    assert_refused("damaged or was replaced");
    std::fs::remove_file(&files[0]).unwrap();
    std::fs::write(&files[0], &one).unwrap();
    backup.run_on(&machine, "backup verify", &[]).ok();
}

#[test]
fn originals_are_found_in_another_folder() {
    let (backup, machine) = (Backup::new(), World::empty());
    let moved = backup.world.path("moved");
    std::fs::rename(backup.folder().join("media"), &moved).unwrap();

    backup.run_on(&machine, "backup verify", &[]).refused_with_report();
    backup.run_on(&machine, "backup verify", &["--media", moved.to_str().unwrap()]).ok();
}

#[test]
fn leftover_work_files_are_removed_and_scratch_can_be_elsewhere() {
    let (backup, machine) = (Backup::new(), World::empty());
    let leftover = backup.folder().join(".journal-scratch-left");
    std::fs::create_dir(&leftover).unwrap();
    std::fs::write(leftover.join("accounts.db"), "sealed").unwrap();

    backup.run_on(&machine, "backup verify", &[]).ok();
    assert!(!leftover.exists());

    chmod(&backup.folder(), 0o500);
    let scratch = machine.path("tmp");
    backup.run_on(&machine, "backup drill", &["--scratch", scratch.to_str().unwrap()]).ok();
    chmod(&backup.folder(), 0o700);
    assert_eq!(std::fs::read_dir(scratch).unwrap().count(), 0);
}

#[test]
fn a_backup_without_vectors_and_index_is_complete() {
    let (backup, machine) = (Backup::from_world(journal_with_entries(), &["--without-derived"]), World::empty());

    backup.run_on(&machine, "backup verify", &[]).ok();
    backup.run_on(&machine, "backup drill", &[]).ok();
    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!(restored["to_embed"], 2, "{restored}");
    assert_eq!(machine.json(&["search", "heron"])["items"].as_array().unwrap().len(), 2, "found by word at once");
    // The jobs of the photographs wait for a provider.
    machine.run(&["job", "run"]);
    let waiting = machine.json(&["job", "list", "--type", "reprocess_embeddings", "--status", "queued"]);
    assert_eq!(waiting["total"], 0, "{waiting}");
}

impl crate::support::Run {
    /// Asserts that a report was printed, followed by its first failure.
    #[track_caller]
    fn refused_with_report(self) {
        assert!(self.stdout.contains("FAILED"), "{self:#?}");
        self.refused(4);
    }
}
