//! Model of the expected contents of a journal, checked after every kill.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::rng::Rng;
use crate::support::{Run, World, text_of};

/// Expected state of an entry. Dates are unique, so a date filter selects one entry in a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedEntry {
    pub date: String,
    pub text: String,
    pub history: Vec<String>,
}

/// Expected entries by id.
pub type ExpectedEntries = BTreeMap<i64, ExpectedEntry>;

/// Texts, each with a search query that shares no word with it.
const THEMES: [(&str, &str); 4] = [
    ("The kitten slept curled on the windowsill through the whole rainstorm.", "feline nap"),
    ("Grandmother died on Tuesday; we buried her beside the old church.", "who in my family passed away"),
    ("My manager praised the presentation, yet I was sure they would find me out.", "did I feel like a fraud?"),
    ("We swam in the cold lake before breakfast and shivered all the way home.", "morning dip in chilly water"),
];

/// A journal and its expected entries.
pub struct JournalModel {
    pub world: World,
    pub entries: ExpectedEntries,
    pub rng: Rng,
    days: u32,
    texts: u32,
}

impl JournalModel {
    /// Creates a journal with four entries.
    pub fn new(seed: u64) -> Self {
        let mut model =
            Self { world: World::new(), entries: ExpectedEntries::new(), rng: Rng::new(seed), days: 0, texts: 0 };
        for _ in 0..4 {
            let (date, text) = (model.unused_date(), model.new_text());
            let id = model.world.ada().write(&text, &date);
            model.entries.insert(id, ExpectedEntry { date, text, history: Vec::new() });
        }
        model
    }

    /// Returns a date that no entry has.
    pub fn unused_date(&mut self) -> String {
        self.days += 1;
        let (year, month, day) = (1950 + self.days / 336, 1 + self.days / 28 % 12, 1 + self.days % 28);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Returns a text that no entry has, ending in a unique word.
    pub fn new_text(&mut self) -> String {
        self.texts += 1;
        let (theme, _) = self.rng.pick(&THEMES);
        format!("{theme} marker{:05}", self.texts)
    }

    pub fn any_id(&mut self) -> i64 {
        let ids: Vec<i64> = self.entries.keys().copied().collect();
        *self.rng.pick(&ids)
    }

    /// Reads all entries from an export and asserts that histories have no gaps; returns them.
    pub fn read_back(&self) -> ExpectedEntries {
        let export = self.world.ada().export();
        let mut found = ExpectedEntries::new();
        for entry in export["entries"].as_array().unwrap() {
            let history = entry["history"].as_array().unwrap();
            let numbers: Vec<i64> = history.iter().map(|version| version["version"].as_i64().unwrap()).collect();
            assert_eq!(numbers, (1..=i64::try_from(history.len()).unwrap()).collect::<Vec<_>>(), "versions have gaps");
            let known = ExpectedEntry {
                date: text_of(entry, "entry_date").to_owned(),
                text: text_of(entry, "final_text").to_owned(),
                history: history.iter().map(|version| text_of(version, "final_text").to_owned()).collect(),
            };
            let first = known.history.first().unwrap_or(&known.text);
            assert!(text_of(entry, "raw_text").ends_with(first.as_str()), "raw text is not the first text: {entry}");
            found.insert(entry["id"].as_i64().unwrap(), known);
        }
        found
    }

    /// Asserts that the journal is healthy, searchable and in an allowed state, which becomes the expected one.
    pub fn settle_on(&mut self, allowed: &[ExpectedEntries], killed: &Run) {
        let found = self.read_back();
        assert!(
            allowed.contains(&found),
            "neither the old nor the new state\nafter {killed:#?}\nfound {found:#?}\nallowed {allowed:#?}"
        );
        self.entries = found;
        self.assert_healthy(killed);
        self.assert_searchable();
    }

    fn assert_healthy(&self, killed: &Run) {
        let (code, report) = self.world.doctor();
        assert_eq!((code, &report["healthy"]), (0, &Value::Bool(true)), "after {killed:#?}\n{report:#}");
    }

    fn assert_searchable(&mut self) {
        self.world.ok(&["job", "run"]);
        let stats = self.world.json(&["stats"]);
        assert_eq!(stats["pending_entries"], 0, "{stats}");
        assert_eq!(stats["total_entries"], self.entries.len(), "{stats}");
        let Some(newest) = self.entries.keys().next_back().copied() else { return };
        for id in [self.any_id(), newest] {
            let known = &self.entries[&id];
            let marker = known.text.split_whitespace().next_back().unwrap();
            let question = THEMES.iter().find(|(theme, _)| known.text.starts_with(theme)).map(|(_, ask)| *ask);
            self.assert_found(id, marker);
            if let Some(question) = question {
                let hit = self.assert_found(id, question);
                assert_ne!(hit["matching_chunks"], Value::Array(Vec::new()), "not found by meaning: {hit:#}");
            }
        }
    }

    fn assert_found(&self, id: i64, query: &str) -> Value {
        let date = &self.entries[&id].date;
        let hits = self.world.json(&["search", query, "--from", date, "--to", date]);
        let hit = hits["items"].as_array().unwrap().iter().find(|hit| hit["entry_id"] == id);
        hit.unwrap_or_else(|| panic!("entry {id} is not found by {query:?}: {hits:#}")).clone()
    }
}
