//! What the journal has to hold, kept by the test beside it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::Run;
use crate::support::World;
use crate::support::rng::Rng;
use crate::support::text_of;

/// An entry as the test knows it. Dates are unique, so a date names an entry to a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub date: String,
    pub text: String,
    pub history: Vec<String>,
}

/// Every entry by number.
pub type Entries = BTreeMap<i64, Known>;

/// Texts, and a question about each that shares no word with it.
const THEMES: [(&str, &str); 4] = [
    ("The kitten slept curled on the windowsill through the whole rainstorm.", "feline nap"),
    ("Grandmother died on Tuesday; we buried her beside the old church.", "who in my family passed away"),
    ("My manager praised the presentation, yet I was sure they would find me out.", "did I feel like a fraud?"),
    ("We swam in the cold lake before breakfast and shivered all the way home.", "morning dip in chilly water"),
];

/// A journal and what it holds.
pub struct Model {
    pub world: World,
    pub entries: Entries,
    pub rng: Rng,
    days: u32,
    texts: u32,
}

impl Model {
    /// Makes a journal that already has a few entries.
    pub fn new(seed: u64) -> Self {
        let mut model = Self { world: World::new(), entries: Entries::new(), rng: Rng::new(seed), days: 0, texts: 0 };
        for _ in 0..4 {
            let (date, text) = (model.day(), model.text());
            let id = model.world.ada().write(&text, &date);
            model.entries.insert(id, Known { date, text, history: Vec::new() });
        }
        model
    }

    /// Returns a date that no entry has.
    pub fn day(&mut self) -> String {
        self.days += 1;
        let (year, month, day) = (1950 + self.days / 336, 1 + self.days / 28 % 12, 1 + self.days % 28);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Returns a text that no entry has, with a word of its own.
    pub fn text(&mut self) -> String {
        self.texts += 1;
        let (theme, _) = self.rng.pick(&THEMES);
        format!("{theme} marker{:05}", self.texts)
    }

    pub fn any_id(&mut self) -> i64 {
        let ids: Vec<i64> = self.entries.keys().copied().collect();
        *self.rng.pick(&ids)
    }

    /// Reads everything back and fails unless the journal is whole; returns what it holds.
    pub fn read_back(&self) -> Entries {
        let export = self.world.ada().export();
        let mut found = Entries::new();
        for entry in export["entries"].as_array().unwrap() {
            let history = entry["history"].as_array().unwrap();
            let numbers: Vec<i64> = history.iter().map(|version| version["version"].as_i64().unwrap()).collect();
            assert_eq!(numbers, (1..=i64::try_from(history.len()).unwrap()).collect::<Vec<_>>(), "versions have gaps");
            let known = Known {
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

    /// Asserts that the journal is one of these, and healthy, and finds what it holds; goes on from there.
    pub fn settle(&mut self, allowed: &[Entries], killed: &Run) {
        let found = self.read_back();
        assert!(
            allowed.contains(&found),
            "neither before nor after\nafter {killed:#?}\nfound {found:#?}\nallowed {allowed:#?}"
        );
        self.entries = found;
        self.is_healthy(killed);
        self.finds_everything_again();
    }

    fn is_healthy(&self, killed: &Run) {
        let (code, report) = self.world.doctor();
        assert_eq!((code, &report["healthy"]), (0, &Value::Bool(true)), "after {killed:#?}\n{report:#}");
    }

    fn finds_everything_again(&mut self) {
        self.world.ok(&["job", "run"]);
        let stats = self.world.json(&["stats"]);
        assert_eq!(stats["pending_entries"], 0, "{stats}");
        assert_eq!(stats["total_entries"], self.entries.len(), "{stats}");
        let Some(newest) = self.entries.keys().next_back().copied() else { return };
        for id in [self.any_id(), newest] {
            let known = &self.entries[&id];
            let marker = known.text.split_whitespace().next_back().unwrap();
            let question = THEMES.iter().find(|(theme, _)| known.text.starts_with(theme)).map(|(_, ask)| *ask);
            self.is_found(id, marker);
            if let Some(question) = question {
                let hit = self.is_found(id, question);
                assert_ne!(hit["matching_chunks"], Value::Array(Vec::new()), "by meaning: {hit:#}");
            }
        }
    }

    fn is_found(&self, id: i64, query: &str) -> Value {
        let date = &self.entries[&id].date;
        let hits = self.world.json(&["search", query, "--from", date, "--to", date]);
        let hit = hits["items"].as_array().unwrap().iter().find(|hit| hit["entry_id"] == id);
        hit.unwrap_or_else(|| panic!("entry {id} is not found by {query:?}: {hits:#}")).clone()
    }
}
