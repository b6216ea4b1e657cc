//! Refused backups: invalid recipients, folders and rules fail with one clear message before anything is written.

use std::os::unix::fs::symlink;
use std::path::Path;

use age::secrecy::ExposeSecret;

use crate::backup::create::{AgeKeyPair, back_up, files};
use crate::support::mounted::run_in_mount_namespace;
use crate::support::{Run, World, chmod};

fn run_create(world: &World, args: &[&str]) -> Run {
    world.run(&[&["backup", "create"], args].concat())
}

/// Asserts that no folder, no work files and no audit event were written.
fn assert_nothing_was_done(world: &World, to: &Path) {
    assert!(!to.exists(), "{} was created", to.display());
    assert!(files(&world.data().join("tmp")).is_empty());
    assert!(!world.ok(&["audit", "list"]).contains("BACKUP_CREATED"));
}

#[test]
fn invalid_recipients_are_refused_before_anything_is_written() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let at = to.to_str().unwrap();
    let secret = key_pair.identity.to_string().expose_secret().to_owned();
    let passphrase = world.file("passphrase", "correct horse battery staple\n");
    chmod(&passphrase, 0o600);
    let comments_only = world.file("comments", "# none yet\n\n");
    let wrong = world.file("wrong", format!("# me\n{}\nage1nonsense\n", key_pair.recipient));

    run_create(&world, &["--to", at]).refused(2).says("no recipient to encrypt to");
    run_create(&world, &["--to", at, "-r", "nonsense"]).refused(2).says("recipient 1: ").says("age-keygen");
    run_create(&world, &["--to", at, "-r", &key_pair.recipient, "-r", ""]).refused(2).says("recipient 2: ");
    let repeated = run_create(&world, &["--to", at, "-r", &secret]).refused(2).says("secret key");
    assert!(!repeated.stderr.contains(&secret[20..]), "{repeated:#?}");
    run_create(&world, &["--to", at, "-r", &key_pair.recipient, "--passphrase-file", passphrase.to_str().unwrap()])
        .refused(2)
        .says("mixed");
    run_create(&world, &["--to", at, "--recipients-file", comments_only.to_str().unwrap()])
        .refused(2)
        .says("no recipient");
    run_create(&world, &["--to", at, "--recipients-file", wrong.to_str().unwrap()]).refused(2).says("wrong, line 3: ");
    run_create(&world, &["--to", at, "--recipients-file", "/nowhere"]).refused(3);
    chmod(&passphrase, 0o644);
    run_create(&world, &["--to", at, "--passphrase-file", passphrase.to_str().unwrap()])
        .refused(4)
        .says("open to others");
    let setting = [("JOURNAL_BACKUP_RECIPIENTS", "age1nonsense")];
    world.run_with(&["backup", "create", "--to", at], &setting, None).refused(2).says("backup.recipients");

    assert_nothing_was_done(&world, &to);
}

#[test]
fn unsuitable_backup_folders_are_refused() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = |path: &Path| run_create(&world, &["--to", path.to_str().unwrap(), "-r", &key_pair.recipient]);
    let inside = world.data().join("backups");
    let (real, link, loose) = (world.path("real"), world.path("link"), world.path("loose"));
    for folder in [&real, &loose] {
        std::fs::create_dir(folder).unwrap();
        chmod(folder, 0o700);
    }
    symlink(&real, &link).unwrap();
    symlink(world.data(), world.path("data-link")).unwrap();
    chmod(&loose, 0o755);
    let file = world.file("file", "");

    run_create(&world, &["-r", &key_pair.recipient]).refused(2).says("JOURNAL_BACKUP_DIR");
    to(&inside).refused(4).says("inside the data directory");
    to(&world.data()).refused(4).says("inside the data directory");
    to(&world.path("data-link/backups")).refused(4).says("inside the data directory");
    to(&link).refused(4).says("is a symbolic link");
    to(&file).refused(4).says("is not a folder");
    to(&loose).refused(4).says("open to others");
    to(&world.path("not/there")).refused(3).says("mounted");
    let lines = to(&world.path("two\nlines")).refused(2).says("control character").stderr;
    assert_eq!(lines.lines().count(), 2, "an error and a hint: {lines}");

    assert!(files(&real).is_empty());
    assert_nothing_was_done(&world, &inside);
}

#[test]
fn a_backup_folder_on_the_same_disk_gets_a_warning() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());

    let created = back_up(&world, &key_pair, &world.path("backups"), &[]);

    assert!(created["warnings"][0].as_str().unwrap().contains("on the same disk as the data directory"), "{created}");
}

#[test]
fn too_little_disk_space_is_reported_with_sizes_at_the_start() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let small = world.path("small");
    std::fs::create_dir(&small).unwrap();
    let script = format!(
        r#"
        mount -t tmpfs -o size=1m,mode=700 tmpfs {small} || exit 99
        "$J" backup create --to {small} -r {recipient}; code=$?
        ls -A {small} >&2
        exit $code
        "#,
        small = small.display(),
        recipient = key_pair.recipient
    );

    let Some(run) = run_in_mount_namespace(&world, &script) else { return };

    let run = run.says("not enough disk space").says(" needed, ").says(" free");
    assert_eq!(run.code, 4, "{run:#?}");
    assert_eq!(run.stderr.lines().last(), Some(".lock"), "files were written: {run:#?}");
    assert!(!world.ok(&["audit", "list"]).contains("BACKUP_CREATED"));
}

#[test]
fn retention_rules_that_keep_nothing_are_refused() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let at = to.to_str().unwrap();

    for flag in ["--keep-daily", "--keep-weekly", "--keep-monthly"] {
        run_create(&world, &["--to", at, "-r", &key_pair.recipient, flag, "0"]).refused(2).says("would keep nothing");
        world.run(&["backup", "prune", at, flag, "0", "--yes"]).refused(2).says("would keep nothing");
    }
    world.run(&["backup", "prune", at, "--yes"]).refused(2).says("no retention rule");
    world.run(&["backup", "prune", at, "--keep-daily", "3", "--yes"]).refused(3);
    world.run(&["backup", "list", at]).refused(3);

    assert_nothing_was_done(&world, &to);
}

#[test]
fn an_api_key_cannot_create_or_prune_backups() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    let at = to.to_str().unwrap();
    let (_, key) = world.ada().key("all", &["admin:users", "admin:audit", "admin:settings", "export", "entries:read"]);
    let by = |args: &[&str]| world.run_with(args, &[("JOURNAL_API_KEY", &key)], None);

    by(&["backup", "create", "--to", at, "-r", &key_pair.recipient]).refused(6).says("only the operator");
    by(&["backup", "prune", at, "--keep-daily", "1", "--yes"]).refused(6).says("only the operator");

    assert_nothing_was_done(&world, &to);
}

#[test]
fn concurrent_runs_on_one_folder_are_refused() {
    let (world, key_pair) = (World::new(), AgeKeyPair::new());
    let to = world.path("backups");
    back_up(&world, &key_pair, &to, &[]);
    let before = files(&to);
    let lock_file = std::fs::File::open(to.join(".lock")).unwrap();
    rustix::fs::flock(&lock_file, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let at = to.to_str().unwrap();

    run_create(&world, &["--to", at, "-r", &key_pair.recipient]).refused(7).says("another process");
    world.run(&["backup", "prune", at, "--keep-daily", "1", "--yes"]).refused(7);

    assert_eq!(files(&to), before);
}

#[test]
fn a_damaged_or_missing_original_stops_the_backup() {
    let world = crate::backup::create::journal_with_photo();
    let key_pair = AgeKeyPair::new();
    let to = world.path("backups");
    let media = world.notebook().with_file_name("media");
    let name = files(&media).into_iter().find(|name| name.contains(".age")).unwrap();
    let (original, whole) = (media.join(&name), std::fs::read(media.join(&name)).unwrap());
    let run = || run_create(&world, &["--to", to.to_str().unwrap(), "-r", &key_pair.recipient]);
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;

    std::fs::write(&original, &damaged).unwrap();
    run().refused(4).says(name.trim_end_matches(".age")).says("does not match its stored hash");
    std::fs::remove_file(&original).unwrap();
    run().refused(4).says(name.trim_end_matches(".age")).says("missing");

    let archives = files(&to).into_iter().filter(|name| name.starts_with("journal-") || name.starts_with(".journal-"));
    assert_eq!(archives.count(), 0, "a backup lacks an original");
    std::fs::write(&original, &whole).unwrap();
    chmod(&original, 0o600);
    run().ok();
}
