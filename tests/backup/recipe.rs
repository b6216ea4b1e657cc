//! The hand recipe: a backup opened with age, tar and `SQLCipher` alone, by the commands that README gives.
//!
//! Skipped, with a word, where the programs are not there. Python's `sqlcipher3` speaks `SQLCipher` 4 in the place of a
//! `sqlcipher` that does; `JOURNAL_SQLCIPHER_PYTHON` names the Python that has it.

use std::process::Command;

use crate::reading::Backup;
use crate::support::World;
use crate::support::text_of;
use crate::support::works;

const OPEN: &str = r#"set -eu
umask 077
mkdir restored
age -d -i "$IDENTITY" "$ARCHIVE" | tar -x -C restored
"#;

const READ: &str = r#"
import json, sqlcipher3
keys = json.load(open("restored/keys.json"))
name = next(name for name in keys["databases"] if name.startswith("notebooks/"))
db = sqlcipher3.connect("restored/" + name)
db.execute(f"PRAGMA key = \"x'{keys['databases'][name]}'\"")
for date, text in db.execute("SELECT entry_date, final_text FROM entries ORDER BY id"):
    print(date, text)
"#;

const ORIGINAL: &str = r#"set -eu
umask 077
python3 -c 'import json, sys; print(json.load(open("restored/keys.json"))["originals"][sys.argv[1]])' "$NOTEBOOK" > notebook.key
age -d -i notebook.key "$MEDIA/$NOTEBOOK/$ORIGINAL.age" | tail -c +17 > original
"#;

#[expect(clippy::disallowed_methods, reason = "a switch of the tests, not a setting of the program")]
fn python() -> String {
    std::env::var("JOURNAL_SQLCIPHER_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

#[test]
fn a_backup_opens_without_this_program() {
    let python = python();
    let tools = [("age", &["--version"][..]), ("tar", &["--version"]), (&python, &["-c", "import sqlcipher3"])];
    if let Some((missing, _)) = tools.iter().find(|(program, args)| !works(program, args)) {
        println!("skipped: {missing} is not there, or lacks sqlcipher3");
        return;
    }
    let world = World::new();
    world.ada().write("The heron stood in the lighthouse garden.", "2024-05-01");
    let photo = crate::support::pictures::png(64, 64, 3);
    world.ok(&["ingest", "--no-wait", world.file("page.png", &photo).to_str().unwrap()]);
    let backup = Backup::of(world, &[]);
    let by_hand = tempfile::tempdir().unwrap();
    let original = &serde_json::from_slice::<serde_json::Value>(&backup.parts()[0].bytes).unwrap()["originals"][0];
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(by_hand.path())
            .env("IDENTITY", &backup.identity)
            .env("ARCHIVE", &backup.archive)
            .env("MEDIA", backup.folder().join("media"))
            .env("NOTEBOOK", text_of(original, "notebook"))
            .env("ORIGINAL", text_of(original, "id"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };

    run("sh", &["-c", OPEN]);
    let read = run(&python, &["-c", READ]);
    run("sh", &["-c", ORIGINAL]);

    assert_eq!(read, "2024-05-01 The heron stood in the lighthouse garden.\n");
    assert_eq!(std::fs::read(by_hand.path().join("original")).unwrap(), photo);
}
