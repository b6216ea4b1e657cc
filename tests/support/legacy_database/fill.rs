//! Fills every table of a source database with distinct rows and edge cases.

#![allow(dead_code, reason = "every user of this module needs its own part of it")]

use argon2::{Argon2, PasswordHasher};
use rusqlite::types::Value;
use sha2::{Digest, Sha256};

use super::python::{Python, maybe, text};

/// Address of the source admin; `init` gives the first user of this journal the same one.
pub const ADA: &str = "ada@home.example";
pub const BOB: &str = "bob@home.example";
/// User ids of Ada and Bob.
pub const IDS: [i64; 2] = [2, 3];
pub const PASSWORD: &str = "violet anchor mountain";
pub const ADAS_COOKIE: &str = "AdasCookieAdasCookieAdasCookieAdasCookieAda";
pub const BOBS_COOKIE: &str = "BobsCookieBobsCookieBobsCookieBobsCookieBob";
pub const ADAS_KEY: &str = "jnl_AdasKeyAdasKeyAdasKeyAdasKeyAdasKeyAdasKeyA";
pub const BOBS_KEY: &str = "jnl_BobsKeyBobsKeyBobsKeyBobsKeyBobsKeyBobsKeyB";
pub const REVOKED_KEY: &str = "jnl_RevokedRevokedRevokedRevokedRevokedRevoked0";
/// Phrase in texts, quotes, names and rationales; it must not appear in any file in plain text.
pub const PHRASE: &str = "marmalade heron of Quellwasser";
const BEGINS: &str = "<<<ENTRY BEGINS>>>";
const ENDS: &str = "<<<ENTRY ENDS>>>";

const SOURCES: [&str; 5] = ["photo", "voice", "text_entry", "imported_text_file", "imported_audio_file"];
/// The same source types as named before schema version 13.
const OLD_SOURCES: [&str; 5] = ["ocr", "voice", "manual", "import", "voice"];
const KINDS: [&str; 6] = ["person", "place", "activity", "organization", "topic", "other"];
/// Number of entities of each user.
const ENTITIES: i64 = 30;

/// Hashes a password with the defaults of argon2-cffi.
pub fn hashed(password: &str) -> String {
    let params = argon2::Params::new(65_536, 3, 4, Some(32)).unwrap();
    let hasher = Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    hasher.hash_password_with_salt(password.as_bytes(), &[7; 16]).unwrap().to_string()
}

pub fn sha256(text: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

fn stamp(second: i64) -> String {
    format!("2026-0{}-{:02}T{:02}:{:02}:{:02}Z", second % 6 + 1, second % 28 + 1, second % 24, second % 60, second % 59)
}

/// Fills all tables; `seen` is the last use of the sessions.
pub fn all(python: &Python, entries: i64, seen: &str) {
    accounts(python, seen);
    for id in 1..=entries {
        entry(python, id);
    }
    for owner in 0..2 {
        for number in 0..ENTITIES {
            entity(python, owner, number);
        }
        entity_pairs(python, owner);
    }
    for id in 1..=entries {
        entity_mentions(python, id);
        if id % 5 == 0 {
            job(python, id);
        }
    }
    for table in ["people", "tags"] {
        python.insert(table, &[("name", text(PHRASE))]);
    }
    python.insert("storylines", &[("title", text(PHRASE))]);
    python.insert("conversations", &[("title", text(PHRASE))]);
    python.insert("fitness_activities", &[("raw_json", text("{}"))]);
}

/// Returns the owner of an entry: 0 is Ada, 1 is Bob.
pub fn owner_of(id: i64) -> usize {
    usize::try_from((id + 1) % 2).unwrap()
}

fn accounts(python: &Python, seen: &str) {
    let hash = if python.version >= 11 { hashed(PASSWORD) } else { String::new() };
    for (owner, email) in [(0, ADA), (1, BOB)] {
        python.insert(
            "users",
            &[
                ("id", Value::from(IDS[owner])),
                ("email", text(email)),
                ("display_name", text(["Ada Lovelace", "Bob 𝔅"][owner])),
                ("password_hash", text(&hash)),
                ("is_admin", Value::from(i64::from(owner == 0))),
                ("email_verified", Value::from(1)),
                ("failed_login_attempts", Value::from(2)),
                ("created_at", text("2025-06-02T03:04:05Z")),
                ("updated_at", text("2025-06-03T03:04:05Z")),
            ],
        );
    }
    let far_future = "2099-01-01T00:00:00Z";
    for (owner, token, expires_at) in
        [(0, ADAS_COOKIE, far_future), (1, BOBS_COOKIE, far_future), (0, "an old login", "2025-01-01T00:00:00Z")]
    {
        python.insert(
            "user_sessions",
            &[
                ("id", text(&sha256(token))),
                ("user_id", Value::from(IDS[owner])),
                ("created_at", text("2025-12-24T18:00:00Z")),
                ("expires_at", text(expires_at)),
                ("last_seen_at", text(seen)),
                ("user_agent", text("Mozilla/5.0")),
                ("ip_address", text("192.0.2.7")),
            ],
        );
    }
    for (owner, key, revoked) in [(0, ADAS_KEY, ""), (1, BOBS_KEY, ""), (0, REVOKED_KEY, "2026-01-01T00:00:00Z")] {
        python.insert(
            "api_keys",
            &[
                ("id", Value::from(10 + i64::try_from(owner).unwrap() + i64::from(!revoked.is_empty()) * 5)),
                ("user_id", Value::from(IDS[owner])),
                ("key_prefix", text(&key[..12])),
                ("key_hash", text(&sha256(key))),
                ("name", text("claude desktop")),
                ("created_at", text("2025-12-24T18:00:00Z")),
                ("last_used_at", text("2026-02-03T04:05:06Z")),
                ("revoked_at", maybe(revoked)),
            ],
        );
    }
    for owner in IDS {
        for (key, value) in [
            ("dashboard_layout", r#"{"tileOrder":["a","b"],"hiddenTiles":[]}"#),
            ("notif_admin_job_failed", "true"),
            ("pushover_user_key", r#""u-secret-pushover-key""#),
            ("broken", "{not json"),
        ] {
            python.insert(
                "user_preferences",
                &[
                    ("user_id", Value::from(owner)),
                    ("key", text(key)),
                    ("value", text(value)),
                    ("updated_at", text("2026-01-01T00:00:00Z")),
                ],
            );
        }
    }
    for (key, value) in [
        ("preprocess_images", "false"),
        ("ocr_provider", "gemini"),
        ("registration_enabled", "on"),
        ("strava_enabled", "true"),
        ("transcript_formatting", "perhaps"),
    ] {
        let at = text("2026-01-01T00:00:00.123456Z");
        python.insert("runtime_settings", &[("key", text(key)), ("value", text(value)), ("updated_at", at)]);
    }
    for (model, category, input, verified) in [
        ("claude-opus-4-6", "llm", text("7.5"), "2026-08-01"),
        ("claude-haiku-4-5", "llm", Value::from(99.0), "2020-01-01"),
        ("gpt-own", "llm", text("dear"), "2026-08-01"),
        ("whisper-1", "transcription", Value::Null, "once"),
    ] {
        python.insert(
            "pricing",
            &[
                ("model", text(model)),
                ("category", text(category)),
                ("input_cost_per_mtok", input),
                ("last_verified", text(verified)),
            ],
        );
    }
}

/// Returns the raw text of an entry: characters outside the BMP, several paragraphs, and its id.
pub fn raw_text(id: i64) -> String {
    format!(
        "👋🏽 𝔍ournal no. {id}: {PHRASE}.\n\nÄ second paragraph\u{a0}with \u{1f469}\u{200d}\u{1f680} in it, and words."
    )
}

fn entry(python: &Python, id: i64) {
    let raw = raw_text(id);
    let (source, at) = (usize::try_from(id % 5).unwrap(), stamp(id));
    let final_text = match id % 7 {
        0 => Value::Null,
        1 => text(""),
        2 => text(&format!("Edited {id}: {PHRASE} — 𝔈nd")),
        _ => text(&raw),
    };
    let window =
        if source == 0 && id % 2 == 0 { (Value::from(2), Value::from(20)) } else { (Value::Null, Value::Null) };
    python.insert(
        "entries",
        &[
            ("id", Value::from(id)),
            ("user_id", Value::from(IDS[owner_of(id)])),
            ("entry_date", text(&format!("20{:02}-{:02}-{:02}", id % 20 + 6, id % 12 + 1, id % 28 + 1))),
            ("source_type", text(if python.version < 13 { OLD_SOURCES[source] } else { SOURCES[source] })),
            ("raw_text", text(&raw)),
            ("word_count", Value::from(id % 40)),
            ("language", if id % 50 == 0 { Value::Null } else { text(["en", "de"][usize::from(id % 3 == 0)]) }),
            ("created_at", text(&at)),
            ("updated_at", text(&stamp(id + 1))),
            ("final_text", final_text),
            ("chunk_count", Value::from(2)),
            ("entity_extraction_stale", Value::from(id % 2)),
            ("doubts_verified", Value::from(i64::from(id % 4 == 0))),
            ("content_start_char", window.0),
            ("content_end_char", window.1),
            ("date_confirmed", Value::from(i64::from(id % 97 != 0))),
        ],
    );
    files(python, id, source, &at);
    derived_rows(python, id, source, &at);
}

fn files(python: &Python, id: i64, source: usize, at: &str) {
    let raw = raw_text(id);
    if source != 2 {
        python.insert(
            "source_files",
            &[
                ("id", Value::from(id * 2)),
                ("entry_id", Value::from(id)),
                ("file_path", text(&format!("upload:page ä {id}.jpg"))),
                ("file_type", text(["image/jpeg", "audio/mpeg"][usize::from(source == 1)])),
                ("file_hash", text(&sha256(&raw))),
                ("created_at", text(at)),
            ],
        );
    }
    if source == 0 {
        for page in 1..=2 {
            let marked =
                if page == 1 { format!("before\n{BEGINS}\n{raw}") } else { format!("page {id}\n{ENDS}\nafter") };
            python.insert(
                "entry_pages",
                &[
                    ("id", Value::from(id * 2 + page)),
                    ("entry_id", Value::from(id)),
                    ("page_number", Value::from(page)),
                    ("raw_text", text(&marked)),
                    ("source_file_id", if page == 1 { Value::from(id * 2) } else { Value::Null }),
                    ("created_at", text(at)),
                ],
            );
        }
    }
}

fn derived_rows(python: &Python, id: i64, source: usize, at: &str) {
    let raw = raw_text(id);
    for index in 0..2 {
        python.insert(
            "entry_chunks",
            &[
                ("id", Value::from(id * 3 + index)),
                ("entry_id", Value::from(id)),
                ("chunk_index", Value::from(index)),
                (
                    "chunk_text",
                    text(&raw.chars().skip(usize::try_from(index).unwrap() * 10).take(20).collect::<String>()),
                ),
                ("char_start", Value::from(index * 10)),
                ("char_end", Value::from(index * 10 + 20)),
                ("token_count", Value::from(7 + index)),
                ("created_at", text(at)),
            ],
        );
    }
    if source < 2 {
        for span in 0..2 {
            python.insert(
                "entry_uncertain_spans",
                &[
                    ("id", Value::from(id * 2 + span)),
                    ("entry_id", Value::from(id)),
                    ("char_start", Value::from(span * 3)),
                    ("char_end", Value::from(9 + span)),
                    ("created_at", text(&at.replace('Z', ".654Z"))),
                ],
            );
        }
    }
    for (place, dimension) in ["joy_sadness", "energy_fatigue"].iter().enumerate() {
        let place = i64::try_from(place).unwrap();
        python.insert(
            "mood_scores",
            &[
                ("id", Value::from(id * 4 + place)),
                ("entry_id", Value::from(id)),
                ("dimension", text(dimension)),
                ("score", Value::from((id % 21 - 10) as f64 / 10.0)),
                ("confidence", if place == 0 { Value::from(0.75) } else { Value::Null }),
                ("rationale", if place == 0 { text(&format!("{PHRASE} {id}")) } else { Value::Null }),
                ("created_at", text(at)),
            ],
        );
    }
}

/// Returns the id of the `number`th entity of an owner.
fn entity_id(owner: usize, number: i64) -> i64 {
    i64::try_from(owner).unwrap() * 1000 + number + 1
}

/// Returns the name of an entity; both users have the same name, and one user has it for several types.
fn entity_name(python: &Python, owner: usize, number: i64) -> String {
    match number {
        0..6 if python.version >= 11 => format!("{PHRASE} 0"),
        _ => format!("{PHRASE} {}", entity_id(owner, number)),
    }
}

fn entity(python: &Python, owner: usize, number: i64) {
    let id = entity_id(owner, number);
    let at = stamp(id);
    let components: Vec<String> = (0..8).map(|at| format!("{}", (id + at) as f64 / 64.0)).collect();
    python.insert(
        "entities",
        &[
            ("id", Value::from(id)),
            ("user_id", Value::from(IDS[owner])),
            ("entity_type", text(KINDS[usize::try_from(number % 6).unwrap()])),
            ("canonical_name", text(&entity_name(python, owner, number))),
            ("description", text(if number % 2 == 0 { "" } else { "a friend 👋" })),
            (
                "embedding_json",
                if number % 3 == 0 { Value::Null } else { text(&format!("[{}]", components.join(", "))) },
            ),
            ("first_seen", text(if number % 4 == 0 { "" } else { "2025-06-07" })),
            ("created_at", text(&at)),
            ("updated_at", text(&at)),
            ("is_quarantined", Value::from(i64::from(number == 7))),
            ("quarantine_reason", text(if number == 7 { "a typo" } else { "" })),
            ("quarantined_at", text(if number == 7 { "2026-02-02T02:02:02Z" } else { "" })),
        ],
    );
    // One alias is shared by all entities.
    for (place, alias) in ["the same to all".to_owned(), format!("alias {id}")].iter().enumerate() {
        python.insert(
            "entity_aliases",
            &[
                ("id", Value::from(id * 2 + i64::try_from(place).unwrap())),
                ("entity_id", Value::from(id)),
                ("alias_normalised", text(alias)),
                ("created_at", text(&at)),
            ],
        );
    }
}

fn entity_pairs(python: &Python, owner: usize) {
    let entity = |number| Value::from(entity_id(owner, number));
    let base = i64::try_from(owner).unwrap() * 100;
    for number in 0..5 {
        let (id, at) = (Value::from(base + number + 1), text(&stamp(number)));
        python.insert(
            "entity_merge_candidates",
            &[
                ("id", id.clone()),
                ("entity_id_a", entity(number)),
                ("entity_id_b", entity(number + 1)),
                ("similarity", Value::from(0.9)),
                ("status", text(["pending", "accepted", "dismissed"][usize::try_from(number % 3).unwrap()])),
                ("extraction_run_id", if number == 0 { Value::Null } else { text("run 1") }),
                ("created_at", at.clone()),
                ("updated_at", at.clone()),
                ("resolved_at", if number == 0 { Value::Null } else { at.clone() }),
            ],
        );
        python.insert(
            "entity_merge_history",
            &[
                ("id", id.clone()),
                ("survivor_id", entity(number)),
                ("absorbed_id", Value::from(9000 + number)),
                ("absorbed_name", text("Aunt May")),
                ("absorbed_type", text("person")),
                ("absorbed_desc", text("an aunt")),
                ("absorbed_aliases", text(r#"["may", "auntie"]"#)),
                ("merged_at", at.clone()),
                ("merged_by", text("user")),
                ("absorbed_is_quarantined", Value::from(number % 2)),
                ("absorbed_quarantine_reason", text("doubt")),
                ("absorbed_quarantined_at", text("2026-02-02T02:02:02Z")),
            ],
        );
        python.insert(
            "entity_pair_decisions",
            &[
                ("id", id),
                ("user_id", Value::from(IDS[owner])),
                ("entity_id_lo", entity(number)),
                ("entity_id_hi", entity(number + 2)),
                ("decision", text("rejected")),
                ("decided_at", at),
            ],
        );
    }
}

fn entity_mentions(python: &Python, id: i64) {
    let (owner, at) = (owner_of(id), text(&stamp(id)));
    for place in 0..3 {
        python.insert(
            "entity_mentions",
            &[
                ("id", Value::from(id * 3 + place)),
                ("entity_id", Value::from(entity_id(owner, (id + place) % ENTITIES))),
                ("entry_id", Value::from(id)),
                ("quote", text(&format!("{PHRASE} {place}"))),
                ("confidence", Value::from(0.5)),
                ("extraction_run_id", text("5f8d8a34-2f0b-4f4e-9d55-000000000001")),
                ("created_at", at.clone()),
                ("match_source", maybe(["", "stage_b", "llm_asserted"][usize::try_from(place).unwrap()])),
            ],
        );
    }
    if id % 5 == 0 {
        python.insert(
            "entity_relationships",
            &[
                ("id", Value::from(id)),
                ("subject_entity_id", Value::from(entity_id(owner, 1))),
                ("predicate", text("knows of")),
                ("object_entity_id", Value::from(entity_id(owner, 2))),
                ("quote", text(PHRASE)),
                ("entry_id", Value::from(id)),
                ("confidence", Value::from(1.0)),
                ("extraction_run_id", text("5f8d8a34-2f0b-4f4e-9d55-000000000001")),
                ("created_at", at),
            ],
        );
    }
}

/// Returns the id of an entry's job.
pub fn job_id(id: i64) -> String {
    format!("5f8d8a34-2f0b-4f4e-9d55-{id:012}")
}

fn job(python: &Python, id: i64) {
    let status = ["succeeded", "failed", "queued", "running"][usize::try_from(id / 5 % 4).unwrap()];
    let at = stamp(id).replace('Z', ".654321+00:00");
    let is_finished = matches!(status, "succeeded" | "failed");
    let has_no_user = id % 100 == 0;
    python.insert(
        "jobs",
        &[
            ("id", text(&job_id(id))),
            ("type", text(["mood_score_entry", "fitness_sync_strava"][usize::from(id % 30 == 0)])),
            ("status", text(status)),
            ("params_json", text(&format!(r#"{{"entry_id":{id},"user_id":{}}}"#, IDS[owner_of(id)]))),
            ("progress_current", Value::from(1)),
            ("progress_total", Value::from(2)),
            (
                "result_json",
                if is_finished { text(&format!(r#"{{"entry_id":{id},"_notification_sent":1}}"#)) } else { Value::Null },
            ),
            ("error_message", maybe(if status == "failed" { "overloaded" } else { "" })),
            ("created_at", text(&at)),
            ("started_at", if status == "queued" { Value::Null } else { text(&at) }),
            ("finished_at", if is_finished { text(&at) } else { Value::Null }),
            ("status_detail", maybe(if is_finished { "" } else { "waits 3 minutes" })),
            ("user_id", if has_no_user { Value::Null } else { Value::from(IDS[owner_of(id)]) }),
            ("input_tokens", Value::from(id)),
            ("output_tokens", Value::Null),
            ("cost_usd", Value::from(0.25)),
        ],
    );
}
