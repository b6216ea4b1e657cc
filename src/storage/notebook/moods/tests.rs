//! Which entries are to be scored, and what a score leaves of another.

use rusqlite::named_params;

use super::*;
use crate::storage::database::Database;
use crate::storage::notebook::Notebook;
use crate::storage::notebook::scratch;

/// An entry as it stands before a run: what it is, and the scores it has.
struct Case {
    name: &'static str,
    /// What is done to the entry after it was added.
    entry: &'static str,
    /// Dimension, model, revision of the text, when.
    scores: &'static [(&'static str, &'static str, i64, &'static str)],
    /// What the owner says, and when.
    owner: Option<&'static str>,
    is_stale: bool,
}

const NO_SCORES: &[(&str, &str, i64, &str)] = &[];
const BOTH: &[(&str, &str, i64, &str)] = &[("calm", "m", 1, "t5"), ("agency", "m", 1, "t5")];

const fn case(name: &'static str, scores: &'static [(&str, &str, i64, &str)], is_stale: bool) -> Case {
    Case { name, entry: "", scores, owner: None, is_stale }
}

fn add(db: &NotebookDb<'_>, case: &Case) -> EntryId {
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
        db.run(change, named_params! { ":id": id.0 }).unwrap();
    }
    for (dimension, model, text_revision, at) in case.scores {
        let new = New { dimension, value: 0.5, confidence: None, rationale: None };
        let origin = Origin { model, prompt_version: 1, text_revision: *text_revision, at };
        put(db, id, &new, &origin).unwrap();
    }
    if let Some(at) = case.owner {
        for dimension in ["calm", "agency"] {
            say(db, id, dimension, (0.25, None), at).unwrap();
        }
    }
    id
}

#[test]
fn an_entry_is_stale_when_it_lacks_a_score_or_is_newer_than_its_scores() {
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
        case("brought over from elsewhere", &[("calm", "", 0, "t5"), ("agency", "", 0, "t5")], false),
        case("scored in the second of the change", &[("calm", "m", 1, "t3"), ("agency", "m", 1, "t3")], false),
        Case { entry: "edited", ..case("edited after it", BOTH, true) },
        Case { entry: "retitled", ..case("changed otherwise after it", BOTH, true) },
        Case { entry: "edited in the same second", ..case("edited in the second of the score", BOTH, true) },
        Case {
            entry: "edited in the same second",
            ..case("one dimension of the old text", &[("calm", "m", 2, "t5"), ("agency", "m", 1, "t5")], true)
        },
        Case { owner: Some("t9"), ..case("only the owner spoke", NO_SCORES, true) },
        Case { owner: Some("t9"), ..case("the owner corrected it", BOTH, false) },
        Case { owner: Some("t9"), entry: "edited", ..case("corrected, then edited", BOTH, true) },
        Case { entry: "in doubt", ..case("its date is in doubt", NO_SCORES, false) },
        Case { entry: "an assistant's", ..case("nobody accepted its words", NO_SCORES, false) },
        Case { entry: "accepted", ..case("the owner accepted its words", NO_SCORES, true) },
    ];
    for case in &cases {
        let (_folder, notebook) = scratch();
        let found = notebook
            .write(|db| {
                add(db, case);
                let lacking = Some(r#"["calm","agency"]"#);
                wanted(db, &Wanted { from: None, to: None, lacking })
            })
            .unwrap();

        assert_eq!(found.len(), usize::from(case.is_stale), "{}", case.name);
    }
}

#[test]
fn a_run_over_everything_leaves_out_what_is_not_scored_and_what_lies_outside() {
    let (_folder, notebook) = scratch();
    let found = |from: Option<&'static str>, to: Option<&'static str>| {
        notebook
            .read(|db| Ok((wanted(db, &Wanted { from, to, lacking: None })?.len(), scorable(db, from, to)?)))
            .unwrap()
    };
    notebook
        .write(|db| {
            add(db, &case("scored", BOTH, false));
            add(db, &case("not scored", NO_SCORES, true));
            add(db, &Case { entry: "in doubt", ..case("in doubt", NO_SCORES, false) });
            add(db, &Case { entry: "an assistant's", ..case("an assistant's", NO_SCORES, false) });
            Ok(())
        })
        .unwrap();

    assert_eq!(found(None, None), (2, 2));
    assert_eq!(found(Some("2026-05-04"), Some("2026-05-04")), (2, 2));
    assert_eq!(found(Some("2026-05-05"), None), (0, 0));
    assert_eq!(found(None, Some("2026-05-03")), (0, 0));
}

fn one(notebook: &Database<Notebook>, id: EntryId, dimension: &str) -> Stored {
    notebook.read(|db| Ok(of(db, id)?.into_iter().find(|score| score.dimension == dimension).unwrap())).unwrap()
}

#[test]
fn what_the_owner_says_survives_every_run_and_counts() {
    let (_folder, notebook) = scratch();
    let again = |db: &NotebookDb<'_>, id, value| {
        let new = New { dimension: "calm", value, confidence: Some(0.5), rationale: Some("why") };
        put(db, id, &new, &Origin { model: "other", prompt_version: 2, text_revision: 1, at: "t8" })
    };
    let (scored, said) = notebook
        .write(|db| {
            let scored = add(db, &Case { owner: Some("t6"), ..case("corrected", BOTH, false) });
            let said = add(db, &Case { owner: Some("t6"), ..case("said", NO_SCORES, true) });
            Ok((scored, said))
        })
        .unwrap();
    let before = one(&notebook, said, "calm");
    assert_eq!((before.model.as_str(), before.score, before.counted), (OWNER, 0.25, 0.25));

    notebook.write(|db| again(db, scored, -1.0).and_then(|()| again(db, said, -1.0))).unwrap();

    for id in [scored, said] {
        let row = one(&notebook, id, "calm");
        assert_eq!((row.score, row.owner_score, row.counted), (-1.0, Some(0.25), 0.25));
        assert_eq!((row.model.as_str(), row.prompt_version, row.created_at.as_str()), ("other", 2, "t8"));
        assert_eq!(row.owner_at.as_deref(), Some("t6"));
    }
    assert_eq!(one(&notebook, scored, "agency").model, "m", "what nothing was said about stays");
}

#[test]
fn taking_back_what_the_owner_said_leaves_the_score_or_nothing() {
    let (_folder, notebook) = scratch();
    let (scored, said) = notebook
        .write(|db| {
            let scored = add(db, &Case { owner: Some("t6"), ..case("corrected", BOTH, false) });
            let said = add(db, &Case { owner: Some("t6"), ..case("said", NO_SCORES, true) });
            assert!(unsay(db, scored, "calm")? && unsay(db, said, "calm")?);
            assert!(!unsay(db, scored, "calm")? && !unsay(db, said, "calm")? && !unsay(db, said, "none")?);
            Ok((scored, said))
        })
        .unwrap();

    let row = one(&notebook, scored, "calm");
    assert_eq!((row.counted, row.owner_score, row.owner_at), (0.5, None, None));
    assert_eq!(notebook.read(|db| of(db, said)).unwrap().len(), 1, "the other one stays");
}

#[test]
fn pruning_takes_what_is_retired_and_leaves_the_owners_unless_told_so() {
    let (_folder, notebook) = scratch();
    notebook
        .write(|db| {
            add(db, &case("scored", &[("calm", "m", 1, "t5"), ("fatigue", "m", 1, "t5")], false));
            add(db, &Case { owner: Some("t6"), ..case("said", NO_SCORES, true) });
            Ok(())
        })
        .unwrap();
    let current = r#"["calm"]"#;
    let retired = || notebook.read(|db| retired(db, current)).unwrap();
    let named =
        |dimension: &str, scores, owner_scores| Retired { dimension: dimension.to_owned(), scores, owner_scores };

    assert_eq!(retired(), [named("agency", 0, 1), named("fatigue", 1, 0)]);
    assert_eq!(notebook.write(|db| prune(db, current, false)).unwrap(), 1);
    assert_eq!(retired(), [named("agency", 0, 1)]);
    assert_eq!(notebook.write(|db| prune(db, current, true)).unwrap(), 1);
    assert_eq!(notebook.read(dimensions).unwrap(), ["calm"]);
}

#[test]
fn every_dimension_with_a_score_is_named_once() {
    let (_folder, notebook) = scratch();
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
