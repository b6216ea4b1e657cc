//! What a backup is not made of, or not into: one clear sentence each, before anything is written.

use std::os::unix::fs::symlink;
use std::path::Path;

use age::secrecy::ExposeSecret;

use crate::create::Keeper;
use crate::create::back_up;
use crate::create::files;
use crate::support::Run;
use crate::support::World;
use crate::support::chmod;
use crate::support::mounted::mounted;

fn create(world: &World, args: &[&str]) -> Run {
    world.run(&[&["backup", "create"], args].concat())
}

/// Nothing was begun: no folder, no work files, no line in the trail.
fn nothing_was_done(world: &World, to: &Path) {
    assert!(!to.exists(), "{} was made", to.display());
    assert!(files(&world.data().join("tmp")).is_empty());
    assert!(!world.ok(&["audit", "list"]).contains("BACKUP_CREATED"));
}

#[test]
fn recipients_that_are_none_are_refused_before_anything_is_written() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let at = to.to_str().unwrap();
    let secret = keeper.identity.to_string().expose_secret().to_owned();
    let word = world.file("passphrase", "correct horse battery staple\n");
    chmod(&word, 0o600);
    let word = word.to_str().unwrap();
    let comments = world.file("comments", "# nobody yet\n\n");
    let wrong = world.file("wrong", format!("# me\n{}\nage1nonsense\n", keeper.recipient));

    create(&world, &["--to", at]).refused(2).says("nobody to encrypt to");
    create(&world, &["--to", at, "-r", "nonsense"]).refused(2).says("recipient 1: ").says("age-keygen");
    create(&world, &["--to", at, "-r", &keeper.recipient, "-r", ""]).refused(2).says("recipient 2: ");
    let repeated = create(&world, &["--to", at, "-r", &secret]).refused(2).says("secret key");
    assert!(!repeated.stderr.contains(&secret[20..]), "{repeated:#?}");
    create(&world, &["--to", at, "-r", &keeper.recipient, "--passphrase-file", word]).refused(2).says("mixed");
    create(&world, &["--to", at, "--recipients-file", comments.to_str().unwrap()]).refused(2).says("no recipient");
    create(&world, &["--to", at, "--recipients-file", wrong.to_str().unwrap()]).refused(2).says("wrong, line 3: ");
    create(&world, &["--to", at, "--recipients-file", "/nowhere"]).refused(3);
    chmod(Path::new(word), 0o644);
    create(&world, &["--to", at, "--passphrase-file", word]).refused(4).says("open to others");
    let setting = [("JOURNAL_BACKUP_RECIPIENTS", "age1nonsense")];
    world.run_with(&["backup", "create", "--to", at], &setting, None).refused(2).says("backup.recipients");

    nothing_was_done(&world, &to);
}

#[test]
fn folders_that_backups_cannot_go_to_are_refused() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = |path: &Path| create(&world, &["--to", path.to_str().unwrap(), "-r", &keeper.recipient]);
    let inside = world.data().join("backups");
    let (real, link, loose) = (world.path("real"), world.path("link"), world.path("loose"));
    for folder in [&real, &loose] {
        std::fs::create_dir(folder).unwrap();
        chmod(folder, 0o700);
    }
    symlink(&real, &link).unwrap();
    symlink(world.data(), world.path("door")).unwrap();
    chmod(&loose, 0o755);
    let file = world.file("file", "");

    create(&world, &["-r", &keeper.recipient]).refused(2).says("JOURNAL_BACKUP_DIR");
    to(&inside).refused(4).says("inside the data directory");
    to(&world.data()).refused(4).says("inside the data directory");
    to(&world.path("door/backups")).refused(4).says("inside the data directory");
    to(&link).refused(4).says("is a link");
    to(&file).refused(4).says("is not a folder");
    to(&loose).refused(4).says("open to others");
    to(&world.path("not/there")).refused(3).says("mounted");
    let lines = to(&world.path("two\nlines")).refused(2).says("control character").stderr;
    assert_eq!(lines.lines().count(), 2, "a sentence and a next step: {lines}");

    assert!(files(&real).is_empty());
    nothing_was_done(&world, &inside);
}

#[test]
fn a_folder_on_the_journals_own_disk_is_warned_of() {
    let (world, keeper) = (World::new(), Keeper::new());

    let made = back_up(&world, &keeper, &world.path("backups"), &[]);

    assert!(made["warnings"][0].as_str().unwrap().contains("on the disk of the data directory"), "{made}");
}

#[test]
fn too_little_room_is_said_with_figures_before_the_backup_begins() {
    let (world, keeper) = (World::new(), Keeper::new());
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
        recipient = keeper.recipient
    );

    let Some(run) = mounted(&world, &script) else { return };

    let run = run.says("not enough room").says(" are needed, ").says(" are free");
    assert_eq!(run.code, 4, "{run:#?}");
    assert_eq!(run.stderr.lines().last(), Some(".lock"), "something was written: {run:#?}");
    assert!(!world.ok(&["audit", "list"]).contains("BACKUP_CREATED"));
}

#[test]
fn keeping_nothing_is_refused() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let at = to.to_str().unwrap();

    for flag in ["--keep-daily", "--keep-weekly", "--keep-monthly"] {
        create(&world, &["--to", at, "-r", &keeper.recipient, flag, "0"]).refused(2).says("would keep nothing");
        world.run(&["backup", "prune", at, flag, "0", "--yes"]).refused(2).says("would keep nothing");
    }
    world.run(&["backup", "prune", at, "--yes"]).refused(2).says("which backups to keep");
    world.run(&["backup", "prune", at, "--keep-daily", "3", "--yes"]).refused(3);
    world.run(&["backup", "list", at]).refused(3);

    nothing_was_done(&world, &to);
}

#[test]
fn no_key_makes_or_removes_backups() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    let at = to.to_str().unwrap();
    let (_, key) = world.ada().key("all", &["admin:users", "admin:audit", "admin:settings", "export", "entries:read"]);
    let by = |args: &[&str]| world.run_with(args, &[("JOURNAL_API_KEY", &key)], None);

    by(&["backup", "create", "--to", at, "-r", &keeper.recipient]).refused(6).says("only the operator");
    by(&["backup", "prune", at, "--keep-daily", "1", "--yes"]).refused(6).says("only the operator");

    nothing_was_done(&world, &to);
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let (world, keeper) = (World::new(), Keeper::new());
    let to = world.path("backups");
    back_up(&world, &keeper, &to, &[]);
    let before = files(&to);
    let held = std::fs::File::open(to.join(".lock")).unwrap();
    rustix::fs::flock(&held, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let at = to.to_str().unwrap();

    create(&world, &["--to", at, "-r", &keeper.recipient]).refused(7).says("another process");
    world.run(&["backup", "prune", at, "--keep-daily", "1", "--yes"]).refused(7);

    assert_eq!(files(&to), before);
}

#[test]
fn an_original_that_is_damaged_or_gone_stops_the_backup_and_is_named() {
    let world = crate::create::journal();
    let keeper = Keeper::new();
    let to = world.path("backups");
    let media = world.notebook().with_file_name("media");
    let name = files(&media).into_iter().find(|name| name.ends_with(".age")).unwrap();
    let (original, whole) = (media.join(&name), std::fs::read(media.join(&name)).unwrap());
    let run = || create(&world, &["--to", to.to_str().unwrap(), "-r", &keeper.recipient]);
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;

    std::fs::write(&original, &damaged).unwrap();
    run().refused(4).says(name.trim_end_matches(".age")).says("not the one that was stored");
    std::fs::remove_file(&original).unwrap();
    run().refused(4).says(name.trim_end_matches(".age")).says("missing");

    let archives = files(&to).into_iter().filter(|name| name.starts_with("journal-") || name.starts_with(".journal-"));
    assert_eq!(archives.count(), 0, "a backup without an original");
    std::fs::write(&original, &whole).unwrap();
    chmod(&original, 0o600);
    run().ok();
}
