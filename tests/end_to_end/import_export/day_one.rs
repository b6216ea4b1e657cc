//! `import day-one`: ZIP exports of Day One.

use std::io::Write;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::import_export::tree;
use crate::support::{Run, World, pictures};

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn import(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> Run {
    let file = world.file(name, bytes);
    world.ada().run(&["import", "day-one", file.to_str().unwrap(), "--json", "--no-wait"])
}

fn import_refused(world: &World, name: &str, bytes: impl AsRef<[u8]>) -> Run {
    let file = world.file(name, bytes);
    world.ada().run(&["import", "day-one", file.to_str().unwrap()]).refused(2)
}

fn journal_json(entries: &Value) -> Vec<u8> {
    json!({ "metadata": { "version": "1.0" }, "entries": entries }).to_string().into_bytes()
}

fn md5(bytes: &[u8]) -> String {
    use md5::Digest;

    data_encoding::HEXLOWER.encode(&md5::Md5::digest(bytes))
}

#[test]
fn entries_keep_their_local_day_and_photographs() {
    let world = World::new();
    let (photo, sound) = (pictures::jpeg(64, 64, 3), pictures::wav(2000, 5));
    let moment = "![](dayone-moment://ABC)";
    let entries = json!([
        { "uuid": "AAAA", "creationDate": "2019-12-31T23:30:00Z", "timeZone": "Asia/Tokyo", "starred": true,
          "text": format!("# New year\n\nIt rained\\. And so on\\!\n{moment}\nEnd."), "tags": ["Sea", "work"],
          "photos": [{ "md5": md5(&photo), "type": "jpeg", "orderInEntry": 1, "identifier": "ABC" }],
          "audios": [{ "md5": md5(&sound), "format": "wav" }], "videos": [{ "md5": "x" }],
          "location": { "placeName": "Pier", "localityName": "Tokyo", "country": "Japan", "latitude": 1.0 },
          "weather": { "conditionsDescription": "Rain", "temperatureCelsius": 4.6 }, "richText": "{}" },
        { "uuid": "BBBB", "creationDate": "2019-06-01T10:00:00Z", "timeZone": "Nowhere/AtAll", "text": moment,
          "photos": [{ "md5": md5(&photo) }, { "md5": "0".repeat(32) }] },
        { "uuid": "CCCC", "creationDate": "2019-06-02T10:00:00Z", "timeZone": "Europe/Berlin", "text": "" },
        { "uuid": "DDDD", "text": "no date" },
    ]);
    let files: [(&str, &[u8]); 4] = [
        ("Journal.json", &journal_json(&entries)),
        (&format!("photos/{}.jpeg", md5(&photo)), &photo),
        (&format!("audios/{}.wav", md5(&sound)), &sound),
        ("../../escape.txt", b"x"),
    ];
    let zip = zip_of(&files);

    let run = import(&world, "day.zip", &zip);

    assert_eq!(run.code, 2);
    let report = run.document();
    assert_eq!((&report["taken"], &report["originals"]), (&json!(2), &json!(3)), "{report}");
    assert_eq!(report["refused"].as_array().unwrap().len(), 2);
    assert_eq!(report["undated"], json!([{ "name": "2019-06-01 BBBB", "entry_date": "2019-06-01" }]));
    assert_eq!(report["left_out"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&report["kept_as_text"], &report["not_kept"]),
        (&json!({ "places": 1, "weather": 1 }), &json!({ "videos": 1 }))
    );
    let out = tree::export_to(world.ada(), "out");
    let entries = tree::read_document(&out)["entries"].clone();
    let first = &entries[1];
    assert_eq!((&first["entry_date"], &first["title"]), (&json!("2020-01-01"), &json!("New year")));
    assert_eq!(first["final_text"], "It rained. And so on!\nEnd.\n\n— Pier, Tokyo, Japan · Rain, 5 °C");
    assert!(first["raw_text"].as_str().unwrap().contains(moment), "the raw text is unchanged");
    assert_eq!(first["tags"], json!(["sea", "starred", "work"]));
    assert_eq!(entries[0]["final_text"], "(2 photographs)");
    let media =
        tree::read_files(&out).into_iter().filter(|(name, _)| name.starts_with("media/")).map(|(_, bytes)| bytes);
    assert_eq!(media.filter(|bytes| *bytes == photo).count(), 2);
    assert!(!world.path("escape.txt").exists() && !world.path("inbox/escape.txt").exists());

    let second = import(&world, "day.zip", &zip).document();
    assert_eq!((&second["taken"], &second["already_there"]), (&json!(0), &json!(2)));
}

#[test]
fn a_changed_or_invalid_photograph_is_left_out() {
    let world = World::new();
    let photo = pictures::jpeg(64, 64, 3);
    let (other, fake) = ("a".repeat(32), md5(b"no picture"));
    let entry = json!([{ "uuid": "A", "creationDate": "2019-06-01T10:00:00Z", "timeZone": "UTC", "text": "Heron.",
                         "photos": [{ "md5": other }, { "md5": fake }] }]);
    let (named, faked) = (format!("photos/{other}.jpeg"), format!("photos/{fake}.jpeg"));

    let zip = zip_of(&[("Journal.json", &journal_json(&entry)), (&named, &photo), (&faked, b"no picture")]);
    let report = import(&world, "day.zip", zip).ok().document();

    assert_eq!((&report["taken"], &report["originals"]), (&json!(1), &json!(0)));
    assert!(report["left_out"][0]["message"].as_str().unwrap().contains("MD5"), "{report}");
    assert!(report["left_out"][1]["message"].as_str().unwrap().contains("content"), "{report}");
}

#[test]
fn an_archive_that_unpacks_to_too_much_is_refused() {
    let world = World::new();
    let bomb = vec![b' '; 300 << 20];
    let picture = pictures::jpeg_of_size(40 << 20, 1);
    let entry = json!([{ "uuid": "A", "creationDate": "2019-06-01T10:00:00Z", "timeZone": "UTC", "text": "Heron.",
                         "photos": [{ "md5": md5(&picture) }] }]);
    let named = format!("photos/{}.jpeg", md5(&picture));

    import_refused(&world, "bomb.zip", zip_of(&[("Journal.json", &bomb)])).says("MiB");
    let report = import(&world, "big.zip", zip_of(&[("Journal.json", &journal_json(&entry)), (&named, &picture)])).ok();

    assert_eq!(report.document()["left_out"].as_array().unwrap().len(), 1);
    assert_eq!(world.ada().json(&["list"])["total"], 1);
}

#[test]
fn a_file_that_is_not_a_day_one_archive_is_refused() {
    let world = World::new();
    let mut cut = zip_of(&[("Journal.json", &journal_json(&json!([])))]);
    cut.truncate(cut.len() / 2);

    import_refused(&world, "text.zip", "no archive").says("not a ZIP");
    import_refused(&world, "cut.zip", cut).says("not a ZIP");
    import_refused(&world, "empty.zip", zip_of(&[("readme.txt", b"x")])).says("no journal");
    import_refused(&world, "other.zip", zip_of(&[("Journal.json", b"{\"a\":1}")])).says("no journal");
    let broken = zip_of(&[("Journal.json", b"{\"entries\":[{")]);
    import_refused(&world, "broken.zip", broken).says("too early");
    let folder = world.path("inbox");
    world.ada().run(&["import", "day-one", folder.to_str().unwrap()]).refused(2).says("not a file");
    import(&world, "none.zip", zip_of(&[("Journal.json", &journal_json(&json!([])))])).ok();
}
