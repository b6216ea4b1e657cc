//! An entry as people and other programs read it.

use crate::model::portable::Entry;
use crate::model::portable::MEDIA;

/// Writes an entry as Markdown with front matter that `journal ingest` understands.
pub(super) fn of(entry: &Entry) -> String {
    // A JSON text is a YAML one, and so is a list of them.
    let title = entry.title.as_ref().map_or_else(String::new, |title| format!("title: {}\n", serde_json::json!(title)));
    let tags = if entry.tags.is_empty() { String::new() } else { format!("tags: {}\n", serde_json::json!(entry.tags)) };
    let originals = entry.sources.iter().filter_map(|source| source.original.as_ref());
    let originals: Vec<String> = originals.map(|original| format!("../{MEDIA}/{}", original.file_name())).collect();
    let originals =
        if originals.is_empty() { String::new() } else { format!("originals: {}\n", serde_json::json!(originals)) };
    format!(
        "---\ndate: {}\n{title}{tags}source: {}\nid: {}\n{originals}---\n\n{}\n",
        entry.entry_date, entry.source_type, entry.id, entry.final_text
    )
}
