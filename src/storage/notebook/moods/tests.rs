//! Selection of entries to score, and precedence of the owner's scores.

use rusqlite::named_params;

use super::*;
use crate::storage::database::EncryptedDatabase;
use crate::storage::notebook::NotebookKind;
use crate::storage::notebook::test_support::temp_notebook;

/// An entry with its scores before a run.
struct ScoringCase {
    name: &'static str,
    /// Change made to the entry after it was added.
    entry: &'static str,
    /// Dimension, model, text revision, time.
    scores: &'static [(&'static str, &'static str, i64, &'static str)],
    /// Time of the owner's score.
    owner: Option<&'static str>,
    is_stale: bool,
}

const NO_SCORES: &[(&str, &str, i64, &str)] = &[];
const BOTH: &[(&str, &str, i64, &str)] = &[("calm", "m", 1, "t5"), ("agency", "m", 1, "t5")];

const fn case(name: &'static str, scores: &'static [(&str, &str, i64, &str)], is_stale: bool) -> ScoringCase {
    ScoringCase { name, entry: "", scores, owner: None, is_stale }
}

fn add(db: &NotebookDb<'_>, case: &ScoringCase) -> EntryId {
    let id = db
        .insert(
            "INSERT INTO entries (entry_date, source_type, raw_text, final_text, word_count, created_at, updated_at)
             VALUES ('2026-05-04', 'text_entry', 'rain', 'rain', 1, 't1', 't3')",
            [],
        )
        .unwrap();
    let id = EntryId(id);
    let change = match case.entry {
        "" => None,
        "edited" => Some("UPDATE entries SET updated_at = 't9', text_revision = 2 WHERE id = :id"),
        "edited in the same second" => Some("UPDATE entries SET updated_at = 't5', text_revision = 2 WHERE id = :id"),
        "retitled" => Some("UPDATE entries SET updated_at = 't9' WHERE id = :id"),
        "in doubt" => Some("UPDATE entries SET date_confirmed = 0 WHERE id = :id"),
        "an assistant's" => Some("UPDATE entries SET written_by = '{}' WHERE id = :id"),
        "accepted" => Some("UPDATE entries SET written_by = '{}', accepted_at = 't4' WHERE id = :id"),
        other => panic!("{other}"),
    };
    if let Some(change) = change {
        db.execute(change, named_params! { ":id": id.0 }).unwrap();
    }
    for (dimension, model, text_revision, at) in case.scores {
        let new = NewMoodScore { dimension, value: 0.5, confidence: None, rationale: None };
        let origin = ScoreProvenance { model, prompt_version: 1, text_revision: *text_revision, at };
        upsert(db, id, &new, &origin).unwrap();
    }
    if let Some(at) = case.owner {
        for dimension in ["calm", "agency"] {
            set_manual(db, id, dimension, (0.25, None), at).unwrap();
        }
    }
    id
}

#[test]
fn entry_is_stale_if_a_score_is_missing_or_outdated() {
    let cases = [
        case("never scored", NO_SCORES, true),
        case("scored on everything", BOTH, false),
        case("one dimension came later", &[("calm", "m", 1, "t5")], true),
        case("only of what is retired", &[("fatigue", "m", 1, "t5")], true),
        case(
            "also of what is retired",
            &[("calm", "m", 1, "t5"), ("agency", "m", 1, "t5"), ("fatigue", "m", 1, "t2")],
            false,
        ),
        case("scored before it was changed last", &[("calm", "m", 0, "t2"), ("agency", "m", 0, "t2")], true),
        case("one score as old, the other newer", &[("calm", "", 0, "t2"), ("agency", "", 0, "t5")], false),
        case("imported", &[("calm", "", 0, "t5"), ("agency", "", 0, "t5")], false),
        case("scored in the second of the change", &[("calm", "m", 1, "t3"), ("agency", "m", 1, "t3")], false),
        ScoringCase { entry: "edited", ..case("edited after it", BOTH, true) },
        ScoringCase { entry: "retitled", ..case("changed otherwise after it", BOTH, true) },
        ScoringCase { entry: "edited in the same second", ..case("edited in the second of the score", BOTH, true) },
        ScoringCase {
            entry: "edited in the same second",
            ..case("one dimension of the old text", &[("calm", "m", 2, "t5"), ("agency", "m", 1, "t5")], true)
        },
        ScoringCase { owner: Some("t9"), ..case("only the owner scored", NO_SCORES, true) },
        ScoringCase { owner: Some("t9"), ..case("the owner corrected it", BOTH, false) },
        ScoringCase { owner: Some("t9"), entry: "edited", ..case("corrected, then edited", BOTH, true) },
        ScoringCase { entry: "in doubt", ..case("its date is in doubt", NO_SCORES, false) },
        ScoringCase { entry: "an assistant's", ..case("the text was not accepted", NO_SCORES, false) },
        ScoringCase { entry: "accepted", ..case("the owner accepted the text", NO_SCORES, true) },
    ];
    for case in &cases {
        let (_folder, notebook) = temp_notebook();
        let found = notebook
            .write(|db| {
                add(db, case);
                let lacking = Some(r#"["calm","agency"]"#);
                list_scorable(db, &ScoringFilter { from: None, to: None, lacking })
            })
            .unwrap();

        assert_eq!(found.len(), usize::from(case.is_stale), "{}", case.name);
    }
}

#[test]
fn full_run_skips_unscorable_entries_and_other_dates() {
    let (_folder, notebook) = temp_notebook();
    let found = |from: Option<&'static str>, to: Option<&'static str>| {
        notebook
            .read(|db| {
                Ok((
                    list_scorable(db, &ScoringFilter { from, to, lacking: None })?.len(),
                    count_scorable(db, from, to)?,
                ))
            })
            .unwrap()
    };
    notebook
        .write(|db| {
            add(db, &case("scored", BOTH, false));
            add(db, &case("not scored", NO_SCORES, true));
            add(db, &ScoringCase { entry: "in doubt", ..case("in doubt", NO_SCORES, false) });
            add(db, &ScoringCase { entry: "an assistant's", ..case("an assistant's", NO_SCORES, false) });
            Ok(())
        })
        .unwrap();

    assert_eq!(found(None, None), (2, 2));
    assert_eq!(found(Some("2026-05-04"), Some("2026-05-04")), (2, 2));
    assert_eq!(found(Some("2026-05-05"), None), (0, 0));
    assert_eq!(found(None, Some("2026-05-03")), (0, 0));
}

fn one(notebook: &EncryptedDatabase<NotebookKind>, id: EntryId, dimension: &str) -> StoredMoodScore {
    notebook.read(|db| Ok(list(db, id)?.into_iter().find(|score| score.dimension == dimension).unwrap())).unwrap()
}

#[test]
fn owners_score_survives_runs_and_takes_precedence() {
    let (_folder, notebook) = temp_notebook();
    let again = |db: &NotebookDb<'_>, id, value| {
        let new = NewMoodScore { dimension: "calm", value, confidence: Some(0.5), rationale: Some("why") };
        upsert(db, id, &new, &ScoreProvenance { model: "other", prompt_version: 2, text_revision: 1, at: "t8" })
    };
    let (scored, said) = notebook
        .write(|db| {
            let scored = add(db, &ScoringCase { owner: Some("t6"), ..case("corrected", BOTH, false) });
            let said = add(db, &ScoringCase { owner: Some("t6"), ..case("said", NO_SCORES, true) });
            Ok((scored, said))
        })
        .unwrap();
    let before = one(&notebook, said, "calm");
    assert_eq!((before.model.as_str(), before.score, before.counted), (OWNER_MODEL, 0.25, 0.25));

    notebook.write(|db| again(db, scored, -1.0).and_then(|()| again(db, said, -1.0))).unwrap();

    for id in [scored, said] {
        let row = one(&notebook, id, "calm");
        assert_eq!((row.score, row.owner_score, row.counted), (-1.0, Some(0.25), 0.25));
        assert_eq!((row.model.as_str(), row.prompt_version, row.created_at.as_str()), ("other", 2, "t8"));
        assert_eq!(row.owner_at.as_deref(), Some("t6"));
    }
    assert_eq!(one(&notebook, scored, "agency").model, "m", "the other dimension is unchanged");
}

#[test]
fn clearing_the_owners_score_keeps_the_models_score() {
    let (_folder, notebook) = temp_notebook();
    let (scored, said) = notebook
        .write(|db| {
            let scored = add(db, &ScoringCase { owner: Some("t6"), ..case("corrected", BOTH, false) });
            let said = add(db, &ScoringCase { owner: Some("t6"), ..case("said", NO_SCORES, true) });
            assert!(clear_manual(db, scored, "calm")? && clear_manual(db, said, "calm")?);
            assert!(
                !clear_manual(db, scored, "calm")?
                    && !clear_manual(db, said, "calm")?
                    && !clear_manual(db, said, "none")?
            );
            Ok((scored, said))
        })
        .unwrap();

    let row = one(&notebook, scored, "calm");
    assert_eq!((row.counted, row.owner_score, row.owner_at), (0.5, None, None));
    assert_eq!(notebook.read(|db| list(db, said)).unwrap().len(), 1, "the other dimension remains");
}

#[test]
fn prune_removes_retired_scores_and_owners_only_on_request() {
    let (_folder, notebook) = temp_notebook();
    notebook
        .write(|db| {
            add(db, &case("scored", &[("calm", "m", 1, "t5"), ("fatigue", "m", 1, "t5")], false));
            add(db, &ScoringCase { owner: Some("t6"), ..case("said", NO_SCORES, true) });
            Ok(())
        })
        .unwrap();
    let current = r#"["calm"]"#;
    let retired = || notebook.read(|db| count_retired(db, current)).unwrap();
    let named = |dimension: &str, scores, owner_scores| RetiredDimension {
        dimension: dimension.to_owned(),
        scores,
        owner_scores,
    };

    assert_eq!(retired(), [named("agency", 0, 1), named("fatigue", 1, 0)]);
    assert_eq!(notebook.write(|db| prune_retired(db, current, false)).unwrap(), 1);
    assert_eq!(retired(), [named("agency", 0, 1)]);
    assert_eq!(notebook.write(|db| prune_retired(db, current, true)).unwrap(), 1);
    assert_eq!(notebook.read(dimensions).unwrap(), ["calm"]);
}

#[test]
fn dimensions_lists_each_scored_dimension_once() {
    let (_folder, notebook) = temp_notebook();
    assert!(notebook.read(dimensions).unwrap().is_empty());

    notebook
        .write(|db| {
            for _ in 0..3 {
                add(
                    db,
                    &case("scored", &[("calm", "m", 1, "t5"), ("agency", "m", 1, "t5"), ("zeal", "m", 1, "t5")], false),
                );
            }
            Ok(())
        })
        .unwrap();

    assert_eq!(notebook.read(dimensions).unwrap(), ["agency", "calm", "zeal"]);
}
