//! Entry as a Markdown file.

use crate::domain::export_document::{ExportedEntry, MEDIA_DIR};

/// Formats an entry as Markdown with front matter that `journal ingest` parses.
pub(super) fn to_markdown(entry: &ExportedEntry) -> String {
    // JSON strings and lists of them are valid YAML.
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!("title: {}\n", serde_json::json!(title)));
    let tags = if entry.tags.is_empty() { String::new() } else { format!("tags: {}\n", serde_json::json!(entry.tags)) };
    let time = entry.entry_minute.map_or_else(String::new, |minute| format!("time: \"{minute}\"\n"));
    let properties = entry.properties.iter().map(|property| {
        // A JSON string is a valid YAML key.
        format!("{}: {}\n", serde_json::json!(property.name), property.value)
    });
    let properties: String = properties.collect();
    let originals = entry.sources.iter().filter_map(|source| source.original.as_ref());
    let originals: Vec<String> = originals.map(|original| format!("../{MEDIA_DIR}/{}", original.file_name())).collect();
    let originals =
        if originals.is_empty() { String::new() } else { format!("originals: {}\n", serde_json::json!(originals)) };
    format!(
        "---\ndate: {}\n{time}{title}{tags}source: {}\nid: {}\n{originals}{properties}---\n\n{}\n",
        entry.entry_date, entry.source_type, entry.id, entry.final_text
    )
}
