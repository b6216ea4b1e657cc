//! Schemas from before, parts of a notebook, and what keys are handed.

use std::path::Path;

use super::*;
use crate::crypto::key::Key;
use crate::error::Kind;
use crate::model::entry::Author;
use crate::model::entry::SourceType;
use crate::model::id::EntryId;
use crate::model::id::KeyId;
use crate::model::key::Boundary;
use crate::model::within::Within;
use crate::secret::Secret;
use crate::storage::database::Database;

/// A notebook as it was after a migration.
struct After<const VERSION: i32>;

impl<const VERSION: i32> Purpose for After<VERSION> {
    type Memory = Memory;

    fn migrations() -> refinery::Runner {
        let mut all = embedded::migrations::runner().get_migrations().clone();
        all.retain(|migration| migration.version() <= VERSION);
        refinery::Runner::new(&all)
    }
}

const KEY: [u8; 32] = [7; 32];

fn open<P: Purpose>(folder: &Path) -> Database<P> {
    let (path, lock) = (folder.join("notebook.db"), folder.join("lock"));
    Database::create(&path, &Key::from_array(KEY), &lock).unwrap()
}

#[test]
fn an_older_notebook_keeps_everything_when_it_learns_of_assistants() {
    let folder = tempfile::tempdir().unwrap();
    open::<After<4>>(folder.path())
        .write(|db| {
            for statement in [
                "INSERT INTO notebook_state (id, media_identity) VALUES (1, 'none')",
                "INSERT INTO entries (entry_date, title, source_type, raw_text, final_text, word_count, created_at, updated_at)
                 VALUES ('2024-05-01', 'Rain', 'photo', 'raw', 'plum brandy', 2, 'c', 'u'),
                        ('2024-05-02', NULL, 'text_entry', 'raw', 'lighthouse', 1, 'c', 'u')",
                "INSERT INTO entry_versions (entry_id, version, entry_date, final_text, word_count, replaced_at)
                 VALUES (1, 1, '2024-05-01', 'plum', 1, 'r')",
                "INSERT INTO entry_pages (entry_id, page_number, raw_text, created_at) VALUES (1, 1, 'raw', 'c')",
                "INSERT INTO reads (hour, actor, via, ip, what, requests, entries, first_at, last_at)
                 VALUES ('2026-11-21T08', 'user:1', 'key:3', '', 'list', 2, 40, 'f', 'l')",
            ] {
                db.run(statement, [])?;
            }
            Ok(())
        })
        .unwrap();

    let notebook = open::<Notebook>(folder.path());

    let (one, two) = (EntryId(1), EntryId(2));
    let (photo, typed) =
        notebook.read(|db| Ok((entries::find(db, one)?.unwrap(), entries::find(db, two)?.unwrap()))).unwrap();
    assert_eq!((photo.source_type.as_str(), typed.source_type.as_str()), ("photo", "text_entry"));
    assert_eq!((photo.page_count, photo.final_text.as_str(), photo.title.as_deref()), (1, "plum brandy", Some("Rain")));
    assert_eq!((photo.tags.len(), photo.provenance.clone()), (0, crate::model::entry::Provenance::default()));
    let (versions, counted, whole) = notebook
        .read(|db| Ok((versions::all(db, one)?, reads::since(db, "", None, 9)?, keyword::agrees(db)?)))
        .unwrap();
    assert_eq!((versions.len(), versions[0].written_by.clone(), whole), (1, None, true));
    assert_eq!((counted[0].via.as_str(), counted[0].entries, counted[0].assistant.clone()), ("key:3", 40, None));
    assert_eq!(notebook.check().unwrap(), Vec::<String>::new());
    let another = "UPDATE entries SET source_type = 'horoscope' WHERE id = 1";
    assert!(notebook.write(|db| db.run(another, [])).is_err(), "the sources are still a closed list");
    notebook.write(|db| db.run("UPDATE entries SET source_type = 'agent' WHERE id = 2", [])).unwrap();
}

#[test]
fn moods_keep_what_was_scored_and_what_the_owner_said_when_they_are_laid_together() {
    let folder = tempfile::tempdir().unwrap();
    open::<After<7>>(folder.path())
        .write(|db| {
            for statement in [
                "INSERT INTO notebook_state (id, media_identity) VALUES (1, 'none')",
                "INSERT INTO entries (entry_date, source_type, raw_text, final_text, word_count, created_at, updated_at)
                 VALUES ('2024-05-01', 'text_entry', 'raw', 'plum', 1, 'c', 'u'),
                        ('2024-05-02', 'text_entry', 'raw', 'lighthouse', 1, 'c', 'u')",
                "INSERT INTO mood_scores (id, entry_id, dimension, score, confidence, rationale, created_at)
                 VALUES (40, 2, 'calm', 0.5, NULL, NULL, 'brought over'), (41, 1, 'calm', -1, 0.25, 'why', 'brought over')",
                "INSERT INTO mood_scores (entry_id, dimension, score, confidence, rationale, created_at, model, prompt_version,
                                          text_revision, owner_score, owner_at, owner_note)
                 VALUES (1, 'agency', 0.75, 0.5, 'because', 's', 'm', 3, 1, -0.5, 'o', 'no')",
            ] {
                db.run(statement, [])?;
            }
            Ok(())
        })
        .unwrap();

    let notebook = open::<Notebook>(folder.path());

    let stored = notebook.read(|db| moods::of(db, EntryId(1))).unwrap();
    let [agency, calm] = &stored[..] else { panic!("{stored:?}") };
    assert_eq!((agency.score, agency.counted, agency.confidence), (0.75, -0.5, Some(0.5)));
    assert_eq!((agency.rationale.as_deref(), agency.owner_note.as_deref()), (Some("because"), Some("no")));
    assert_eq!((agency.model.as_str(), agency.prompt_version, agency.created_at.as_str()), ("m", 3, "s"));
    assert_eq!((agency.owner_at.as_deref(), agency.is_stale), (Some("o"), false));
    assert_eq!((calm.score, calm.counted, calm.rationale.as_deref()), (-1.0, -1.0, Some("why")));
    let again = "INSERT INTO mood_scores (id, entry_id, dimension, score, created_at) VALUES (40, 1, 'zeal', 0, 'n')";
    assert!(notebook.write(|db| db.run(again, [])).is_err(), "what was brought over is known by its number");
    assert_eq!(notebook.check().unwrap(), Vec::<String>::new());
    notebook.write(|db| entries::remove(db, EntryId(1))).unwrap();
    assert_eq!(notebook.read(|db| moods::of(db, EntryId(1))).unwrap().len(), 0, "moods go with their entry");
    assert_eq!(notebook.read(|db| moods::of(db, EntryId(2))).unwrap().len(), 1);
}

/// Entries of four days, one of them tagged, one with its date in doubt.
fn filled() -> (tempfile::TempDir, Database<Notebook>) {
    let folder = tempfile::tempdir().unwrap();
    let notebook = open::<Notebook>(folder.path());
    notebook
        .write(|db| {
            state::begin(db, &Secret::new("none".to_owned()))?;
            for (day, date_confirmed) in [(1, true), (2, true), (3, true), (4, false)] {
                let date = format!("2024-05-0{day}");
                let new = entries::NewEntry {
                    entry_date: &date,
                    date_confirmed,
                    title: None,
                    source_type: SourceType::TextEntry,
                    raw_text: "plum brandy",
                    final_text: "plum brandy",
                    window: None,
                    added_by: None,
                    at: "2026-11-21T00:00:00Z",
                };
                entries::add(db, &new)?;
            }
            tags::set(db, EntryId(2), &["private".to_owned()])
        })
        .unwrap();
    (folder, notebook)
}

fn within(from: &str, to: &str, without: &[&str]) -> Within {
    let date = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let without_tags = without.iter().map(|tag| (*tag).to_owned()).collect();
    Within::of(&Boundary { from: date(from), to: date(to), entries_per_day: None, without_tags })
}

#[test]
fn every_query_stays_within_the_part_it_is_given() {
    let (_folder, notebook) = filled();

    for (part, ids, matching) in [
        (within("", "", &[]), vec![1, 2, 3, 4], vec![1, 2, 3]),
        (within("2024-05-02", "", &[]), vec![2, 3], vec![2, 3]),
        (within("", "2024-05-02", &[]), vec![1, 2], vec![1, 2]),
        (within("", "", &["private"]), vec![1, 3, 4], vec![1, 3]),
        (within("2024-05-02", "2024-05-02", &["private", "work"]), vec![], vec![]),
        (within("", "", &["private"]).between(Some("2024-05-02"), Some("2024-05-03")), vec![3], vec![3]),
    ] {
        let total = i64::try_from(ids.len()).unwrap();
        notebook
            .read(|db| {
                let wanted: Vec<EntryId> = ids.iter().copied().map(EntryId).collect();
                let reached = (1..=4).map(EntryId).filter(|id| entries::lies_within(db, *id, &part).unwrap());
                assert_eq!(reached.collect::<Vec<_>>(), wanted, "{part:?}");
                assert_eq!(entries::ids_by_date(db, &part)?, wanted, "{part:?}");
                let page = entries::list(db, &part, 2, 0)?;
                assert_eq!((page.total, page.items.len()), (total, ids.len().min(2)), "{part:?}");
                let totals = stats::totals(db, &part)?;
                assert_eq!((totals.total_entries, totals.total_words), (total, 2 * total), "{part:?}");
                let expression = keyword::expression("brandy", true).unwrap();
                let mut best: Vec<i64> =
                    keyword::best(db, &expression, &part, 9)?.iter().map(|hit| hit.entry.0).collect();
                best.sort_unstable();
                assert_eq!(best, matching, "{part:?}");
                assert_eq!(keyword::count(db, &expression, &part)?, i64::try_from(matching.len()).unwrap(), "{part:?}");
                assert_eq!(keyword::newest(db, &expression, &part, 9)?.len(), matching.len(), "{part:?}");
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn what_others_write_shows_in_no_score_of_a_bounded_search() {
    let (_folder, notebook) = filled();
    let expression = keyword::expression("plum brandy", true).unwrap();
    let scores = || {
        let part = within("2024-05-02", "", &[]);
        notebook.read(|db| keyword::best(db, &expression, &part, 9)).unwrap()
    };

    let before = scores();
    notebook.write(|db| db.run("UPDATE entries SET final_text = 'plum plum plum' WHERE id = 1", [])).unwrap();

    assert_eq!(scores(), before);
}

#[test]
fn nobody_brings_what_they_could_not_read_back() {
    let part = within("2024-05-01", "2024-05-31", &["private"]);
    let admit = |date, confirmed, tags: &[&str]| {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        part.admit(date, confirmed, &tags).map_err(|error| error.kind())
    };

    assert_eq!(admit("2024-05-01", true, &["work"]), Ok(()));
    assert_eq!(admit("2024-05-31", true, &[]), Ok(()));
    for (date, confirmed, tags) in [
        ("2024-04-30", true, &[][..]),
        ("2024-06-01", true, &[]),
        ("2024-05-10", false, &[]),
        ("2024-05-10", true, &["private"]),
    ] {
        assert_eq!(admit(date, confirmed, tags), Err(Kind::Forbidden), "{date} {confirmed} {tags:?}");
    }
    assert!(Within::default().admit("1900-01-01", false, &["private".to_owned()]).is_ok());
}

#[test]
fn keys_that_read_at_once_are_handed_no_more_than_they_may_be() {
    let folder = tempfile::tempdir().unwrap();
    // Two handles to the same file, as two processes have.
    let (one, two) = (open::<Notebook>(folder.path()), open::<Notebook>(folder.path()));
    let takes = |notebook: &Database<Notebook>, entries: i64| {
        let granted =
            (0..40).filter(|_| notebook.write(|db| reads::reserve(db, KeyId(3), "2026-11-21", entries, 100)).unwrap());
        i64::try_from(granted.count()).unwrap() * entries
    };

    let handed: i64 = std::thread::scope(|scope| {
        let threads = [(&one, 3), (&two, 3), (&one, 7), (&two, 1)];
        let threads = threads.map(|(notebook, entries)| scope.spawn(move || takes(notebook, entries)));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });

    let reserved = one.read(|db| reads::reserved(db, KeyId(3), "2026-11-21")).unwrap();
    assert_eq!(handed, reserved);
    assert!((98..=100).contains(&handed), "{handed}: nobody asks for less than 3 where 2 are left");
    let fresh = |key, day| one.write(|db| reads::reserve(db, KeyId(key), day, 100, 100)).unwrap();
    assert!(!fresh(3, "2026-11-21") && fresh(3, "2026-11-22") && fresh(4, "2026-11-21"));
    assert!(!one.write(|db| reads::reserve(db, KeyId(5), "2026-11-21", 101, 100)).unwrap(), "all at once");
}

#[test]
fn tags_move_the_counter_that_caches_look_at() {
    let (_folder, notebook) = filled();
    let revision = || notebook.read(state::stand).unwrap().revision;
    let set = |tags: &[&str]| {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        notebook.write(|db| tags::set(db, EntryId(1), &tags)).unwrap();
    };

    let stands = [
        revision(),
        {
            set(&["work"]);
            revision()
        },
        {
            set(&["work"]);
            revision()
        },
        {
            set(&[]);
            revision()
        },
    ];

    assert!(stands[0] < stands[1] && stands[1] == stands[2] && stands[2] < stands[3], "{stands:?}");
}

#[test]
fn the_words_of_an_assistant_are_its_own_until_a_person_writes_others() {
    let (_folder, notebook) = filled();
    let id = EntryId(1);
    let author = Author { via: "key:3".to_owned(), assistant: "claude-code 2.1".to_owned() };
    let by = |by: Option<&Author>, change: entries::Change<'_>| {
        notebook
            .write(|db| {
                versions::keep(db, id, "2026-11-21T00:00:00Z")?;
                entries::change(db, id, &change, by, "2026-11-21T00:00:00Z")?;
                Ok(entries::find(db, id)?.unwrap().provenance.written_by)
            })
            .unwrap()
    };
    let text = |text| entries::Change { final_text: Some(text), ..entries::Change::default() };
    let dated = || entries::Change { entry_date: Some("2024-05-09"), ..entries::Change::default() };
    let titled = || entries::Change { title: Some(Some("Rain")), ..entries::Change::default() };

    assert_eq!(by(Some(&author), dated()), None, "a date is no words");
    assert_eq!(by(Some(&author), text("rain")), Some(author.clone()));
    assert_eq!(by(None, titled()), Some(author.clone()), "a title over an assistant's text");
    assert_eq!(by(None, text("sun")), None);
    assert_eq!(by(Some(&author), titled()), Some(author.clone()));
    let versions = notebook.read(|db| versions::all(db, id)).unwrap();
    let written: Vec<bool> = versions.iter().map(|version| version.written_by.is_some()).collect();
    assert_eq!(written, [false, false, true, true, false]);
}
