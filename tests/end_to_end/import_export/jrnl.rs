//! `import jrnl`: JSON and text exports of jrnl.

use serde_json::{Value, json};

use crate::support::{Run, World};

fn import(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> Run {
    let file = world.file(name, bytes);
    world.ada().run(&["import", "jrnl", file.to_str().unwrap(), "--json", "--no-wait"])
}

fn import_refused(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> Run {
    let file = world.file(name, bytes);
    world.ada().run(&["import", "jrnl", file.to_str().unwrap()]).refused(2)
}

const TEXT: &str = "[2019-03-04 07:05] A walk. *\nAlong the @sea with @Work/late.\n\nAnd back.\n\n\
                    2019-03-05 21:00 Only a line @home.\n\n[2019-03-06 09:10:11 PM] Late.\nVery.\n";

#[test]
fn the_json_export_is_imported_with_titles_tags_and_stars() {
    let world = World::new();
    let export = json!({
        "tags": { "@sea": 1 },
        "entries": [
            { "title": "A walk.", "body": "Along the @sea.", "date": "2019-03-04", "time": "07:05",
              "tags": ["@sea", "@Work/late"], "starred": true, "editor": "vi" },
            { "title": "Only a line.", "body": "", "date": "2019-03-05", "time": "21:00", "tags": [], "starred": false },
            { "title": "x", "body": "y", "date": "someday", "time": "", "tags": [], "starred": false },
            "no entry"],
    });

    let run = import(&world, "a.json", export.to_string());

    assert_eq!(run.code, 2);
    let report = run.document();
    assert_eq!((&report["taken"], report["refused"].as_array().unwrap().len()), (&json!(2), 2), "{report}");
    let entries = world.ada().export()["entries"].clone();
    let first = &entries[0];
    assert_eq!((&first["entry_date"], &first["title"]), (&json!("2019-03-04"), &json!("A walk.")));
    assert_eq!(
        (&first["final_text"], &first["tags"]),
        (&json!("Along the @sea."), &json!(["sea", "starred", "work/late"]))
    );
    assert_eq!((&entries[1]["title"], &entries[1]["final_text"]), (&Value::Null, &json!("Only a line.")));
}

#[test]
fn both_text_formats_import_the_same_entries_as_the_json() {
    let world = World::new();

    let report = import(&world, "a.txt", TEXT).ok().document();
    let second = import(&world, "a.txt", TEXT).ok().document();
    let export = json!({ "entries": [{
        "title": "A walk.", "body": "Along the @sea with @Work/late.\n\nAnd back.\n", "date": "2019-03-04",
        "time": "07:05", "tags": ["@sea"], "starred": true }] });
    let as_json = import(&world, "a.json", export.to_string()).ok().document();

    assert_eq!(report["taken"], 3);
    assert_eq!((&second["taken"], &second["already_there"]), (&json!(0), &json!(3)));
    assert_eq!((&as_json["taken"], &as_json["already_there"]), (&json!(0), &json!(1)));
    let entries = world.ada().export()["entries"].clone();
    assert_eq!(entries[0]["tags"], json!(["sea", "starred", "work/late"]));
    assert_eq!(entries[0]["final_text"], "Along the @sea with @Work/late.\n\nAnd back.");
    assert_eq!((&entries[1]["tags"], &entries[2]["title"]), (&json!(["home"]), &json!("Late.")));
}

#[test]
fn a_file_that_is_not_a_jrnl_export_is_refused() {
    let world = World::new();

    import_refused(&world, "fernet.txt", "gAAAAABkZmFrZQ==").says("jrnl --decrypt");
    import_refused(&world, "binary.txt", b"\x80\x01\xff\xfe").says("encrypted");
    import_refused(&world, "empty.txt", " \n").says("empty");
    import_refused(&world, "prose.txt", "Once upon a time.\n").says("not a jrnl entry header");
    import_refused(&world, "other.json", "{\"a\":1}").says("no `entries` list");
    import_refused(&world, "broken.json", "{\"entries\":[{").says("too early");
    let folder = world.path("inbox");
    world.ada().run(&["import", "jrnl", folder.to_str().unwrap()]).refused(2).says("not a file");
    world.ada().run(&["import", "jrnl", "/nowhere/at/all"]).refused(3);
    assert_eq!(world.ada().json(&["list"])["total"], 0);
}
