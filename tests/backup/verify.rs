//! Reading a backup through, and the drill.

use crate::create::Keeper;
use crate::reading::Backup;
use crate::reading::check;
use crate::reading::journal;
use crate::reading::tree;
use crate::support::World;
use crate::support::chmod;
use crate::support::text_of;

fn actions(world: &World) -> Vec<String> {
    let events = world.json(&["audit", "list"]);
    events["items"].as_array().unwrap().iter().map(|event| text_of(event, "action").to_owned()).collect()
}

#[test]
fn a_good_backup_is_verified_and_drilled_on_a_machine_without_a_journal() {
    let (backup, machine) = (Backup::new(), World::empty());
    let before = tree(&backup.folder());

    for command in ["backup verify", "backup drill"] {
        let report = backup.run_on(&machine, command, &["--json"]).ok().document();

        assert_eq!((&report["good"], &report["recorded"]), (&true.into(), &false.into()), "{report}");
        assert!(report["checks"].as_array().unwrap().iter().all(|check| check["ok"] == true), "{report}");
    }

    assert!(tree(&backup.folder()) == before, "work files are left");
    assert!(!machine.data().exists());
}

#[test]
fn what_went_well_is_written_down_in_the_journal_it_is_of_and_in_no_other() {
    let (backup, other) = (Backup::new(), World::new());

    for command in ["backup verify", "backup drill"] {
        let here = backup.run_on(&backup.world, command, &["--json"]).ok().document();
        let there = backup.run_on(&other, command, &["--json"]).ok().document();

        assert_eq!((&here["recorded"], &there["recorded"]), (&true.into(), &false.into()));
    }

    let (here, there) = (actions(&backup.world), actions(&other));
    for action in ["BACKUP_VERIFIED", "BACKUP_DRILLED"] {
        assert!(here.iter().any(|found| found == action) && there.iter().all(|found| found != action));
    }
}

#[test]
fn without_the_right_identity_nothing_opens_and_the_recipients_are_named() {
    let (backup, machine) = (Backup::new(), World::empty());
    let stranger = Backup { identity: backup.world.file("other.txt", other_identity()), ..Backup::new() };
    chmod(&stranger.identity, 0o600);
    let archive = backup.archive.to_str().unwrap();

    stranger.read(&machine, "backup verify", &backup.archive, &[]).refused(5).says(&backup.keeper.recipient);
    stranger.read(&machine, "restore", &backup.archive, &[]).refused(5).says(&backup.keeper.recipient);
    machine.run(&["backup", "verify", archive]).refused(2).says(&backup.keeper.recipient);
    machine.run(&["restore", archive]).refused(2).says("-i FILE");

    chmod(&backup.identity, 0o644);
    backup.run_on(&machine, "backup verify", &[]).refused(4).says("chmod 600");
    assert!(!machine.data().exists());
}

fn other_identity() -> String {
    use age::secrecy::ExposeSecret;

    Keeper::new().identity.to_string().expose_secret().to_owned()
}

#[test]
fn a_passphrase_opens_what_was_made_for_it() {
    let (world, machine) = (journal(), World::empty());
    let (right, wrong) = (world.file("right.txt", "correct horse\n"), world.file("wrong.txt", "battery\n"));
    for file in [&right, &wrong] {
        chmod(file, 0o600);
    }
    let (right, wrong) = (right.to_str().unwrap(), wrong.to_str().unwrap());
    let to = world.path("backups");
    let made = world.json(&["backup", "create", "--to", to.to_str().unwrap(), "--passphrase-file", right]);
    let archive = text_of(&made, "path");

    machine.run(&["backup", "verify", archive, "--no-input"]).refused(2).says("--passphrase-file");
    machine.run(&["backup", "verify", archive, "--passphrase-file", wrong]).refused(5);
    machine.run(&["backup", "verify", archive, "--passphrase-file", right]).ok();
    machine.run(&["restore", archive, "--passphrase-file", right]).ok();
}

#[test]
fn an_api_key_reads_no_backup() {
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
fn a_description_of_another_file_is_refused_before_anything_is_opened() {
    let (backup, machine) = (Backup::new(), World::empty());
    let mut bytes = std::fs::read(&backup.archive).unwrap();
    bytes.push(0);
    std::fs::write(&backup.archive, bytes).unwrap();

    let run = backup.run_on(&machine, "backup verify", &["--json"]);
    assert_eq!(run.code, 4);
    assert_eq!(check(&run.document(), "description")["ok"], false);
    backup.run_on(&machine, "restore", &[]).refused(4).says("description");
    assert!(!machine.data().exists());
}

#[test]
fn an_original_that_is_missing_swapped_cut_short_or_a_link_is_found() {
    let (backup, machine) = (Backup::new(), World::empty());
    let files = backup.media();
    let (one, other) = (std::fs::read(&files[0]).unwrap(), std::fs::read(&files[1]).unwrap());
    assert_eq!(files.len(), 2);
    let refused = |words: &str| {
        let run = backup.run_on(&machine, "backup verify", &["--json"]);
        assert_eq!(run.code, 4, "{run:#?}");
        let report = run.document();
        let found = check(&report, "originals");
        assert!(found["ok"] == false && text_of(found, "detail").contains(words), "{report}");
        backup.run_on(&machine, "restore", &[]).refused(4);
        assert!(!machine.data().exists() && !machine.secret().exists());
    };

    std::fs::remove_file(&files[0]).unwrap();
    refused("1 of 2 originals are not in");
    std::fs::write(&files[0], &other).unwrap();
    refused("damaged or was swapped");
    std::fs::write(&files[0], &one[..one.len() - 1]).unwrap();
    refused("damaged or was swapped");
    std::fs::remove_file(&files[0]).unwrap();
    std::os::unix::fs::symlink(&files[1], &files[0]).unwrap();
    refused("damaged or was swapped");
    std::fs::remove_file(&files[0]).unwrap();
    std::fs::write(&files[0], &one).unwrap();
    backup.run_on(&machine, "backup verify", &[]).ok();
}

#[test]
fn originals_are_found_in_another_folder() {
    let (backup, machine) = (Backup::new(), World::empty());
    let moved = backup.world.path("moved");
    std::fs::rename(backup.folder().join("media"), &moved).unwrap();

    backup.run_on(&machine, "backup verify", &[]).refused_by_report();
    backup.run_on(&machine, "backup verify", &["--media", moved.to_str().unwrap()]).ok();
}

#[test]
fn work_files_of_killed_runs_go_and_may_lie_elsewhere() {
    let (backup, machine) = (Backup::new(), World::empty());
    let left = backup.folder().join(".journal-scratch-left");
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("accounts.db"), "sealed").unwrap();

    backup.run_on(&machine, "backup verify", &[]).ok();
    assert!(!left.exists());

    chmod(&backup.folder(), 0o500);
    let scratch = machine.path("tmp");
    backup.run_on(&machine, "backup drill", &["--scratch", scratch.to_str().unwrap()]).ok();
    chmod(&backup.folder(), 0o700);
    assert_eq!(std::fs::read_dir(scratch).unwrap().count(), 0);
}

#[test]
fn a_backup_without_vectors_and_index_is_as_good() {
    let (backup, machine) = (Backup::of(journal(), &["--without-derived"]), World::empty());

    backup.run_on(&machine, "backup verify", &[]).ok();
    backup.run_on(&machine, "backup drill", &[]).ok();
    let restored = backup.run_on(&machine, "restore", &["--json"]).ok().document();

    assert_eq!(restored["to_embed"], 2, "{restored}");
    assert_eq!(machine.json(&["search", "heron"])["items"].as_array().unwrap().len(), 2, "found by word at once");
    // The photographs wait for a provider.
    machine.run(&["job", "run"]);
    let waiting = machine.json(&["job", "list", "--type", "reprocess_embeddings", "--status", "queued"]);
    assert_eq!(waiting["total"], 0, "{waiting}");
}

impl crate::support::Run {
    /// Asserts that a report was printed and its first failure after it.
    #[track_caller]
    fn refused_by_report(self) {
        assert!(self.stdout.contains("FAILED"), "{self:#?}");
        self.refused(4);
    }
}
