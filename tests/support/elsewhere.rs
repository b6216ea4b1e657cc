//! Sample exports of other programs for the import commands.

use crate::support::World;

/// Creates the files for a placeholder of the command table, such as `{jrnl}`, and returns their path.
pub fn create_sample(world: &World, placeholder: &str) -> String {
    let lists = ["entries", "entities", "mentions", "relationships", "merge_candidates", "merges", "pair_decisions"];
    let lists = lists.map(|list| format!("\"{list}\":[]")).join(",");
    let policy = r#""policy":{"local_only":false,"purposes":null,"redact":[],"words":[]}"#;
    let export = format!(r#"{{"format":"journal-export","version":2,{policy},{lists}}}"#);
    let entry = r#"{"creationDate":"2024-08-01T10:00:00Z","timeZone":"UTC","text":"violet hippopotamus"}"#;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("Journal.json", zip::write::SimpleFileOptions::default()).unwrap();
    std::io::Write::write_all(&mut zip, format!(r#"{{"entries":[{entry}]}}"#).as_bytes()).unwrap();
    let (name, bytes) = match placeholder {
        "{export}" => ("export/journal.json", export.into_bytes()),
        "{notes}" => ("notes/2024-08-01.md", b"A violet hippopotamus.".to_vec()),
        "{jrnl}" => ("own.jrnl", b"[2024-08-01 07:00] A violet hippopotamus.\n".to_vec()),
        _ => ("own.zip", zip.finish().unwrap().into_inner()),
    };
    let file = world.file(name, bytes);
    let path = if name.contains('/') { file.parent().unwrap() } else { &file };
    path.display().to_string()
}
