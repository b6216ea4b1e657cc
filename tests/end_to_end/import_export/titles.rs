//! Titles of notes from their front matter, headings and file names.

use serde_json::json;

use crate::import_export::tree;
use crate::support::World;

#[test]
fn a_note_takes_its_title_from_heading_or_name() {
    let world = World::new();
    for (name, text) in [
        ("2024-03-01 Trip to Bergen.md", "The funicular was closed."),
        ("2024-03-02 Lake.md", "# The **weir**\n\nThe heron was back."),
        ("2024-03-03 Lake.md", "---\ntitle: Mine: all of it\n---\n# Heading\n\nText."),
        ("2024-03-04.md", "# 2024-03-04\n\nA quiet day."),
        ("2024-03-05-untitled.md", "A quiet day, too."),
    ] {
        world.file(&format!("notes/{name}"), text);
    }
    let notes = world.path("inbox/notes");

    world.ok(&["import", "markdown", notes.to_str().unwrap(), "--no-wait"]);

    let out = tree::export_to(world.ada(), "out");
    let entries = tree::read_document(&out)["entries"].clone();
    let titles: Vec<_> = entries.as_array().unwrap().iter().map(|entry| entry["title"].clone()).collect();
    assert_eq!(
        titles,
        [json!("Trip to Bergen"), json!("The weir"), json!("Mine: all of it"), json!(null), json!(null)]
    );
    assert!(entries[1]["final_text"].as_str().unwrap().starts_with("# The **weir**"), "the heading stays in the text");
    let found = world.json(&["search", "Bergen"]);
    assert_eq!(found["items"][0]["entry_date"], "2024-03-01", "{found}");
    let pages = std::fs::read_dir(out.join("entries")).unwrap().flatten();
    let texts: Vec<String> = pages.map(|page| std::fs::read_to_string(page.path()).unwrap()).collect();
    assert!(texts.iter().any(|text| text.contains("title: \"Trip to Bergen\"")), "{texts:?}");
}
