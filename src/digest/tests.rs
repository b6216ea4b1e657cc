use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::app::state::AppState;
use crate::clock::FixedClock;
use crate::config::{Config, EnvironmentSnapshot};
use crate::domain::user::UserRole;
use crate::entropy::OsEntropy;
use crate::services::accounts::users;
use crate::services::{auth, ingest};
use crate::setup;

/// Words of the entries, titles, people, dimensions and rationales of the test journal.
const WORDS: [&str; 9] =
    ["heliotrope", "barometer", "Wilhelmina", "Quitzow", "secretly", "sneaky", "gloaming", "Ombersley", "rationale"];

/// Creates a journal on a Saturday.
async fn journal() -> (Ctx, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let pairs = [("HOME".to_owned(), home.path().as_os_str().to_owned())];
    let config = || Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs.clone())).unwrap();
    let clock = Arc::new(FixedClock("2026-11-21T12:00:00Z".parse().unwrap()));
    let email = "ada@home.example".parse().unwrap();
    let ada = users::CreateUserRequest { email, name: None, role: UserRole::Member, password: None };
    setup::init(config(), clock.clone(), Arc::new(OsEntropy), ada).await.unwrap();
    let app = Arc::new(AppState::open(config(), clock, Arc::new(OsEntropy)).unwrap());
    (auth::operator(app, Some("ada@home.example")).unwrap(), home)
}

/// Creates a journal with entries of two weeks and of one day a year before, with moods and people.
async fn furnished() -> (Ctx, tempfile::TempDir) {
    let (ctx, home) = journal().await;
    for (text, date) in [
        ("heliotrope barometer with Wilhelmina", "2026-11-10"),
        ("Wilhelmina went to Quitzow", "2026-11-19"),
        ("Wilhelmina came back", "2026-11-20"),
        ("heliotrope again", "2026-11-20"),
        ("the barometer of Quitzow fell", "2025-11-20"),
    ] {
        ingest::write(&ctx, text, Some(date)).await.unwrap();
    }
    ctx.write(Scope::EntriesWrite, |db| {
        for statement in [
            "INSERT INTO mood_scores (entry_id, dimension, score, rationale, created_at, owner_score)
             VALUES (1, 'secretly_gloaming', 0.5, 'a rationale', 'c', NULL),
                    (2, 'secretly_gloaming', 0.2, 'a rationale', 'c', NULL),
                    (3, 'secretly_gloaming', 0.2, 'a rationale', 'c', -0.9),
                    (3, 'sneaky', 0.333, 'a rationale', 'c', NULL)",
            "INSERT INTO entities (entity_type, canonical_name, is_quarantined, created_at, updated_at)
             VALUES ('person', 'Wilhelmina', 0, 'c', 'u'), ('place', 'Quitzow', 0, 'c', 'u'),
                    ('person', 'Ombersley', 1, 'c', 'u')",
            "INSERT INTO entity_mentions (entity_id, entry_id, quote, confidence, extraction_run_id, created_at)
             VALUES (1, 1, 'q', 1, 'r', 'c'), (1, 2, 'q', 1, 'r', 'c'), (1, 3, 'q', 1, 'r', 'c'),
                    (1, 3, 'q again', 1, 'r', 'c'), (2, 2, 'q', 1, 'r', 'c'), (3, 2, 'q', 1, 'r', 'c')",
        ] {
            db.execute(statement, [])?;
        }
        Ok(())
    })
    .await
    .unwrap();
    (ctx, home)
}

#[tokio::test]
async fn a_digest_has_moods_people_and_earlier_years() {
    let (ctx, _home) = furnished().await;

    let digest = digest_of_week(&ctx, week_of(&ctx, None).unwrap()).await.unwrap();

    let numbers = &digest.numbers;
    assert_eq!(
        (numbers.week.as_str(), numbers.from.as_str(), numbers.to.as_str()),
        ("2026-W47", "2026-11-16", "2026-11-22")
    );
    assert_eq!((numbers.written.entries, numbers.written.words, numbers.written.days), (3, 9, 2));
    assert_eq!((numbers.before.entries, numbers.before.words, numbers.before.days), (1, 4, 1));
    // Today has no entry yet, which does not end the streak.
    assert_eq!(numbers.streaks, WritingStreaks { current: 2, longest: 2 });
    let moods: Vec<_> =
        digest.moods.iter().map(|one| (one.dimension.as_str(), one.average, one.entries, one.change)).collect();
    assert_eq!(moods, [("secretly_gloaming", -0.35, 2, Some(-0.85)), ("sneaky", 0.33, 1, None)]);
    let people: Vec<_> = digest.people.iter().map(|one| (one.name.as_str(), one.entries)).collect();
    assert_eq!(people, [("Wilhelmina", 2)], "a person counts once an entry, and not in quarantine");
    let earlier: Vec<_> = digest.on_this_day.iter().map(|one| (one.entry_id.0, one.entry_date.as_str())).collect();
    assert_eq!(earlier, [(5, "2025-11-20")]);
}

#[tokio::test]
async fn weekly_numbers_contain_no_text_of_the_journal() {
    let (ctx, _home) = furnished().await;
    let week = IsoWeek::parse("2026-W47").unwrap();
    let whole = serde_json::to_string(&digest_of_week(&ctx, week).await.unwrap()).unwrap();

    let week_numbers = numbers(&ctx, week).await.unwrap();

    let text = serde_json::to_string(&week_numbers).unwrap();
    for word in WORDS {
        assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{word}: {text}");
    }
    assert!(whole.contains("Wilhelmina") && whole.contains("gloaming") && whole.contains("barometer"));
    assert_eq!((week_numbers.people_mentioned, week_numbers.mood_dimensions), (1, 2));
    assert_eq!(week_numbers.entries_in_earlier_years, 1);
    // The only strings are dates.
    let Value::Object(fields) = serde_json::to_value(&week_numbers).unwrap() else { panic!("{text}") };
    let texts: Vec<_> = fields.iter().filter(|(_, value)| value.is_string()).map(|(name, _)| name.as_str()).collect();
    assert_eq!(texts, ["from", "to", "week"]);
}

#[tokio::test]
async fn an_empty_week_and_a_single_entry_are_counted() {
    let (ctx, _home) = journal().await;
    let empty = digest_of_week(&ctx, week_of(&ctx, None).unwrap()).await.unwrap();
    ingest::write(&ctx, "one word", Some("2026-11-21")).await.unwrap();

    let one = digest_of_week(&ctx, week_of(&ctx, Some("2026-11-16")).unwrap()).await.unwrap();
    let before = digest_of_week(&ctx, IsoWeek::parse("2026-W46").unwrap()).await.unwrap();

    for digest in [&empty, &before] {
        assert_eq!((digest.numbers.written.entries, digest.numbers.streaks), (0, WritingStreaks::default()));
        assert!(digest.moods.is_empty() && digest.people.is_empty() && digest.on_this_day.is_empty());
    }
    assert_eq!((one.numbers.written.entries, one.numbers.before.entries), (1, 0));
    assert_eq!(one.numbers.streaks, WritingStreaks { current: 1, longest: 1 });
}

#[tokio::test]
async fn entries_with_unconfirmed_dates_are_left_out() {
    let (ctx, _home) = furnished().await;
    let unconfirmed = |db: &NotebookDb<'_>| db.execute("UPDATE entries SET date_confirmed = 0", []);
    ctx.write(Scope::EntriesWrite, unconfirmed).await.unwrap();

    let digest = digest_of_week(&ctx, IsoWeek::parse("2026-W47").unwrap()).await.unwrap();

    assert_eq!((digest.numbers.written.entries, digest.numbers.streaks.longest), (0, 0));
    assert!(digest.moods.is_empty() && digest.people.is_empty() && digest.on_this_day.is_empty());
}
