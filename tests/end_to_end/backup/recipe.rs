//! Manual recovery: opens a backup with age, tar and `SQLCipher` alone, by the commands in the README.
//!
//! Skipped with a message where a program is missing. Python's `sqlcipher3` replaces a `sqlcipher` binary of version 4;
//! `JOURNAL_SQLCIPHER_PYTHON` names the Python that has it.

use std::process::Command;

use crate::backup::reading::Backup;
use crate::support::{World, is_available, text_of};

const DECRYPT_ARCHIVE: &str = r#"set -eu
umask 077
mkdir restored
age -d -i "$IDENTITY" "$ARCHIVE" | tar -x -C restored
"#;

const PRINT_ENTRIES: &str = r#"
import json, sqlcipher3
keys = json.load(open("restored/keys.json"))
name = next(name for name in keys["databases"] if name.startswith("notebooks/"))
db = sqlcipher3.connect("restored/" + name)
db.execute(f"PRAGMA key = \"x'{keys['databases'][name]}'\"")
for date, text in db.execute("SELECT entry_date, final_text FROM entries ORDER BY id"):
    print(date, text)
"#;

const DECRYPT_ORIGINAL: &str = r#"set -eu
umask 077
python3 -c 'import json, sys; print(json.load(open("restored/keys.json"))["originals"][sys.argv[1]])' "$NOTEBOOK" > notebook.key
age -d -i notebook.key "$MEDIA/$NOTEBOOK/$ORIGINAL.age" | tail -c +17 > original
"#;

#[expect(clippy::disallowed_methods, reason = "a setting of the tests, not of the program")]
fn python() -> String {
    std::env::var("JOURNAL_SQLCIPHER_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

#[test]
fn a_backup_can_be_opened_without_this_program() {
    let python = python();
    let tools = [("age", &["--version"][..]), ("tar", &["--version"]), (&python, &["-c", "import sqlcipher3"])];
    if let Some((missing, _)) = tools.iter().find(|(program, args)| !is_available(program, args)) {
        println!("skipped: {missing} is missing, or lacks sqlcipher3");
        return;
    }
    let world = World::new();
    world.ada().write("The heron stood in the lighthouse garden.", "2024-05-01");
    let photo = crate::support::pictures::png(64, 64, 3);
    world.ok(&["ingest", "--no-wait", world.file("page.png", &photo).to_str().unwrap()]);
    let backup = Backup::from_world(world, &[]);
    let work_dir = tempfile::tempdir().unwrap();
    let original = &serde_json::from_slice::<serde_json::Value>(&backup.parts()[0].bytes).unwrap()["originals"][0];
    let run = |program: &str, args: &[&str]| {
        let output = Command::new(program)
            .args(args)
            .current_dir(work_dir.path())
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

    run("sh", &["-c", DECRYPT_ARCHIVE]);
    let read = run(&python, &["-c", PRINT_ENTRIES]);
    run("sh", &["-c", DECRYPT_ORIGINAL]);

    assert_eq!(read, "2024-05-01 The heron stood in the lighthouse garden.\n");
    assert_eq!(std::fs::read(work_dir.path().join("original")).unwrap(), photo);
}
