//! Tests of migrations, boundaries, read quotas and attribution.

use std::path::Path;

use super::*;
use crate::crypto::key::SymmetricKey;
use crate::domain::access_filter::AccessFilter;
use crate::domain::api_key::KeyRestrictions;
use crate::domain::entry::{AssistantAuthor, SourceType};
use crate::domain::id::{EntryId, KeyId};
use crate::domain::tag::TagFilter;
use crate::error::ErrorKind;
use crate::secret::Secret;
use crate::storage::database::EncryptedDatabase;

/// A notebook database at an older schema version.
struct NotebookAtVersion<const VERSION: i32>;

impl<const VERSION: i32> DatabaseKind for NotebookAtVersion<VERSION> {
    type Memory = NotebookCaches;

    fn migrations() -> refinery::Runner {
        let mut all = embedded::migrations::runner().get_migrations().clone();
        all.retain(|migration| migration.version() <= VERSION);
        refinery::Runner::new(&all)
    }
}

const KEY: [u8; 32] = [7; 32];

fn open<P: DatabaseKind>(folder: &Path) -> EncryptedDatabase<P> {
    let (path, lock) = (folder.join("notebook.db"), folder.join("lock"));
    EncryptedDatabase::create(&path, &SymmetricKey::from_array(KEY), &lock).unwrap()
}

#[test]
fn migration_to_assistants_keeps_all_rows() {
    let folder = tempfile::tempdir().unwrap();
    open::<NotebookAtVersion<4>>(folder.path())
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
                db.execute(statement, [])?;
            }
            Ok(())
        })
        .unwrap();

    let notebook = open::<NotebookKind>(folder.path());

    let (one, two) = (EntryId(1), EntryId(2));
    let (photo, typed) =
        notebook.read(|db| Ok((entries::find(db, one)?.unwrap(), entries::find(db, two)?.unwrap()))).unwrap();
    assert_eq!((photo.source_type.as_str(), typed.source_type.as_str()), ("photo", "text_entry"));
    assert_eq!((photo.page_count, photo.final_text.as_str(), photo.title.as_deref()), (1, "plum brandy", Some("Rain")));
    assert_eq!((photo.tags.len(), photo.provenance.clone()), (0, crate::domain::entry::EntryProvenance::default()));
    let (versions, counted, whole) = notebook
        .read(|db| {
            Ok((versions::list(db, one)?, read_counts::list_since(db, "", None, 9)?, full_text::is_consistent(db)?))
        })
        .unwrap();
    assert_eq!((versions.len(), versions[0].written_by.clone(), whole), (1, None, true));
    assert_eq!((counted[0].via.as_str(), counted[0].entries, counted[0].assistant.clone()), ("key:3", 40, None));
    assert_eq!(notebook.integrity_errors().unwrap(), Vec::<String>::new());
    let another = "UPDATE entries SET source_type = 'horoscope' WHERE id = 1";
    assert!(notebook.write(|db| db.execute(another, [])).is_err(), "source types are a closed list");
    notebook.write(|db| db.execute("UPDATE entries SET source_type = 'agent' WHERE id = 2", [])).unwrap();
}

#[test]
fn migration_merges_model_and_owner_mood_scores() {
    let folder = tempfile::tempdir().unwrap();
    open::<NotebookAtVersion<7>>(folder.path())
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
                db.execute(statement, [])?;
            }
            Ok(())
        })
        .unwrap();

    let notebook = open::<NotebookKind>(folder.path());

    let stored = notebook.read(|db| moods::list(db, EntryId(1))).unwrap();
    let [agency, calm] = &stored[..] else { panic!("{stored:?}") };
    assert_eq!((agency.score, agency.counted, agency.confidence), (0.75, -0.5, Some(0.5)));
    assert_eq!((agency.rationale.as_deref(), agency.owner_note.as_deref()), (Some("because"), Some("no")));
    assert_eq!((agency.model.as_str(), agency.prompt_version, agency.created_at.as_str()), ("m", 3, "s"));
    assert_eq!((agency.owner_at.as_deref(), agency.is_stale), (Some("o"), false));
    assert_eq!((calm.score, calm.counted, calm.rationale.as_deref()), (-1.0, -1.0, Some("why")));
    let again = "INSERT INTO mood_scores (id, entry_id, dimension, score, created_at) VALUES (40, 1, 'zeal', 0, 'n')";
    assert!(notebook.write(|db| db.execute(again, [])).is_err(), "imported rows keep unique ids");
    assert_eq!(notebook.integrity_errors().unwrap(), Vec::<String>::new());
    notebook.write(|db| entries::remove(db, EntryId(1))).unwrap();
    assert_eq!(
        notebook.read(|db| moods::list(db, EntryId(1))).unwrap().len(),
        0,
        "scores are deleted with their entry"
    );
    assert_eq!(notebook.read(|db| moods::list(db, EntryId(2))).unwrap().len(), 1);
}

#[test]
fn migration_to_tags_in_search_indexes_old_tags_and_symbols() {
    let folder = tempfile::tempdir().unwrap();
    open::<NotebookAtVersion<8>>(folder.path())
        .write(|db| {
            for statement in [
                "INSERT INTO notebook_state (id, media_identity) VALUES (1, 'none')",
                "INSERT INTO entries (entry_date, raw_text, final_text, word_count, created_at, updated_at)
                 VALUES ('2024-05-01', 'raw', 'plum brandy 🎉', 3, 'c', 'u'), ('2024-05-02', 'raw', 'rain', 1, 'c', 'u')",
                "INSERT INTO entry_tags (entry_id, tag) VALUES (2, 'travel/japan')",
            ] {
                db.execute(statement, [])?;
            }
            Ok(())
        })
        .unwrap();

    let notebook = open::<NotebookKind>(folder.path());

    let found = |word: &str| {
        let expression = full_text::match_expression(word).unwrap();
        notebook.read(|db| full_text::search_newest(db, &expression, &AccessFilter::default(), 9)).unwrap()
    };
    assert_eq!((found("japan"), found("brandy")), (vec![EntryId(2)], vec![EntryId(1)]));
    assert_eq!(found("xsymbolsunread").len(), 2, "every old entry is compared itself");
    notebook.write(|db| search_terms::refresh(db, EntryId(1), &tags::list(db, EntryId(1))?)).unwrap();
    assert_eq!((found("x1f389"), found("xsymbolsunread").len()), (vec![EntryId(1)], 1));
    assert!(notebook.write(full_text::is_consistent).unwrap());
}

/// Creates a notebook with entries on four days, one tagged and one with an unconfirmed date.
fn filled() -> (tempfile::TempDir, EncryptedDatabase<NotebookKind>) {
    let folder = tempfile::tempdir().unwrap();
    let notebook = open::<NotebookKind>(folder.path());
    notebook
        .write(|db| {
            state::insert(db, &Secret::new("none".to_owned()))?;
            for (day, date_confirmed) in [(1, true), (2, true), (3, true), (4, false)] {
                let date = format!("2024-05-0{day}");
                let new = entries::NewEntry {
                    entry_date: &date,
                    date_confirmed,
                    dating: entries::EntryDating::default(),
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

fn within(from: &str, to: &str, without: &[&str]) -> AccessFilter {
    let date = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let without_tags = without.iter().map(|tag| (*tag).to_owned()).collect();
    AccessFilter::from_restrictions(&KeyRestrictions {
        from: date(from),
        to: date(to),
        entries_per_day: None,
        without_tags,
    })
}

fn tagged(tags: &[&str], without_tags: &[&str]) -> TagFilter {
    let list = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
    TagFilter { tags: list(tags), without_tags: list(without_tags) }
}

#[test]
fn every_query_respects_the_boundary() {
    let (_folder, notebook) = filled();

    for (part, ids, matching) in [
        (within("", "", &[]), vec![1, 2, 3, 4], vec![1, 2, 3]),
        (within("2024-05-02", "", &[]), vec![2, 3], vec![2, 3]),
        (within("", "2024-05-02", &[]), vec![1, 2], vec![1, 2]),
        (within("", "", &["private"]), vec![1, 3, 4], vec![1, 3]),
        (within("2024-05-02", "2024-05-02", &["private", "work"]), vec![], vec![]),
        (within("", "", &["private"]).narrowed_to_dates(Some("2024-05-02"), Some("2024-05-03")), vec![3], vec![3]),
        (within("", "", &[]).narrowed_to_tags(&tagged(&["private"], &[])), vec![2], vec![2]),
        (within("", "", &[]).narrowed_to_tags(&tagged(&[], &["private"])), vec![1, 3, 4], vec![1, 3]),
        (within("", "", &["private"]).narrowed_to_tags(&tagged(&["private"], &[])), vec![], vec![]),
        (within("2024-05-03", "", &[]).narrowed_to_tags(&tagged(&["private"], &[])), vec![], vec![]),
        (within("", "", &["work"]).narrowed_to_tags(&tagged(&["private", "other"], &[])), vec![], vec![]),
    ] {
        let total = i64::try_from(ids.len()).unwrap();
        notebook
            .read(|db| {
                let wanted: Vec<EntryId> = ids.iter().copied().map(EntryId).collect();
                let reached = (1..=4).map(EntryId).filter(|id| entries::exists_within(db, *id, &part).unwrap());
                assert_eq!(reached.collect::<Vec<_>>(), wanted, "{part:?}");
                assert_eq!(entries::ids_by_date(db, &part)?, wanted, "{part:?}");
                let page = entry_list::list(db, &part, 2, 0)?;
                assert_eq!((page.total, page.items.len()), (total, ids.len().min(2)), "{part:?}");
                let totals = stats::entry_totals(db, &part)?;
                assert_eq!((totals.total_entries, totals.total_words), (total, 2 * total), "{part:?}");
                let expression = full_text::match_expression("brandy").unwrap();
                let mut best: Vec<i64> =
                    full_text::search_best(db, &expression, &part, 9)?.iter().map(|hit| hit.entry.0).collect();
                best.sort_unstable();
                assert_eq!(best, matching, "{part:?}");
                assert_eq!(
                    full_text::count_matches(db, &expression, &part)?,
                    i64::try_from(matching.len()).unwrap(),
                    "{part:?}"
                );
                assert_eq!(full_text::search_newest(db, &expression, &part, 9)?.len(), matching.len(), "{part:?}");
                let searchable = entry_list::list_searchable(db, &part)?;
                let searchable: Vec<i64> = searchable.iter().rev().map(|(_, entry)| entry.0).collect();
                assert_eq!(searchable, matching, "{part:?}");
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn bounded_search_scores_ignore_entries_outside_the_boundary() {
    let (_folder, notebook) = filled();
    let expression = full_text::match_expression("plum brandy").unwrap();
    let scores = || {
        let part = within("2024-05-02", "", &[]);
        notebook.read(|db| full_text::search_best(db, &expression, &part, 9)).unwrap()
    };

    let before = scores();
    notebook.write(|db| db.execute("UPDATE entries SET final_text = 'plum plum plum' WHERE id = 1", [])).unwrap();

    assert_eq!(scores(), before);
}

#[test]
fn entries_outside_the_boundary_are_not_admitted() {
    let part = within("2024-05-01", "2024-05-31", &["private"]);
    let admit = |date, confirmed, tags: &[&str]| {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        part.ensure_visible(date, confirmed, &tags).map_err(|error| error.kind())
    };

    assert_eq!(admit("2024-05-01", true, &["work"]), Ok(()));
    assert_eq!(admit("2024-05-01", true, &["privateer", "work/private"]), Ok(()));
    assert_eq!(admit("2024-05-31", true, &[]), Ok(()));
    for (date, confirmed, tags) in [
        ("2024-04-30", true, &[][..]),
        ("2024-06-01", true, &[]),
        ("2024-05-10", false, &[]),
        ("2024-05-10", true, &["private"]),
        ("2024-05-10", true, &["private/health"]),
        ("2024-05-10", true, &["#private"]),
    ] {
        assert_eq!(admit(date, confirmed, tags), Err(ErrorKind::Forbidden), "{date} {confirmed} {tags:?}");
    }
    assert!(AccessFilter::default().ensure_visible("1900-01-01", false, &["private".to_owned()]).is_ok());
}

#[test]
fn concurrent_reads_of_a_key_stay_within_its_quota() {
    let folder = tempfile::tempdir().unwrap();
    // Two handles to the same file simulate two processes.
    let (one, two) = (open::<NotebookKind>(folder.path()), open::<NotebookKind>(folder.path()));
    let takes = |notebook: &EncryptedDatabase<NotebookKind>, entries: i64| {
        let granted = (0..40).filter(|_| {
            notebook.write(|db| read_counts::reserve_quota(db, KeyId(3), "2026-11-21", entries, 100)).unwrap()
        });
        i64::try_from(granted.count()).unwrap() * entries
    };

    let handed: i64 = std::thread::scope(|scope| {
        let threads = [(&one, 3), (&two, 3), (&one, 7), (&two, 1)];
        let threads = threads.map(|(notebook, entries)| scope.spawn(move || takes(notebook, entries)));
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });

    let reserved = one.read(|db| read_counts::used_quota(db, KeyId(3), "2026-11-21")).unwrap();
    assert_eq!(handed, reserved);
    assert!((98..=100).contains(&handed), "{handed}: requests of 3 may leave up to 2");
    let fresh = |key, day| one.write(|db| read_counts::reserve_quota(db, KeyId(key), day, 100, 100)).unwrap();
    assert!(!fresh(3, "2026-11-21") && fresh(3, "2026-11-22") && fresh(4, "2026-11-21"));
    let over_quota = one.write(|db| read_counts::reserve_quota(db, KeyId(5), "2026-11-21", 101, 100)).unwrap();
    assert!(!over_quota, "a single request above the quota");
}

#[test]
fn tag_changes_increment_the_revision() {
    let (_folder, notebook) = filled();
    let revision = || notebook.read(state::cache_version).unwrap().revision;
    let set = |tags: &[&str]| {
        let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        notebook.write(|db| tags::set(db, EntryId(1), &tags)).unwrap();
    };

    let revisions = [
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

    assert!(
        revisions[0] < revisions[1] && revisions[1] == revisions[2] && revisions[2] < revisions[3],
        "{revisions:?}"
    );
}

#[test]
fn text_is_attributed_to_the_assistant_until_a_person_edits_it() {
    let (_folder, notebook) = filled();
    let id = EntryId(1);
    let author = AssistantAuthor { via: "key:3".to_owned(), assistant: "claude-code 2.1".to_owned() };
    let by = |by: Option<&AssistantAuthor>, change: entries::EntryChange<'_>| {
        notebook
            .write(|db| {
                versions::add_current(db, id, "2026-11-21T00:00:00Z")?;
                entries::change(db, id, &change, by, "2026-11-21T00:00:00Z")?;
                Ok(entries::find(db, id)?.unwrap().provenance.written_by)
            })
            .unwrap()
    };
    let text = |text| entries::EntryChange { final_text: Some(text), ..entries::EntryChange::default() };
    let dated = || entries::EntryChange { entry_date: Some("2024-05-09"), ..entries::EntryChange::default() };
    let titled = || entries::EntryChange { title: Some(Some("Rain")), ..entries::EntryChange::default() };

    assert_eq!(by(Some(&author), dated()), None, "a date is not text");
    assert_eq!(by(Some(&author), text("rain")), Some(author.clone()));
    assert_eq!(by(None, titled()), Some(author.clone()), "a title over an assistant's text");
    assert_eq!(by(None, text("sun")), None);
    assert_eq!(by(Some(&author), titled()), Some(author.clone()));
    let versions = notebook.read(|db| versions::list(db, id)).unwrap();
    let written: Vec<bool> = versions.iter().map(|version| version.written_by.is_some()).collect();
    assert_eq!(written, [false, false, true, true, false]);
}
