//! Audit log, journal activity and account containment on the command line.

use std::os::unix::fs::MetadataExt;

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{ADA, Person, World, needles, text_of};

const BOB: &str = "bob@home.example";
const TEXT: &str = "a cormorant dried its wings on the harbour wall";
const TITLE: &str = "Harbour wall cormorant";

fn items(document: &Value) -> Vec<Value> {
    document["items"].as_array().unwrap().clone()
}

fn actions(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| text_of(item, "action")).collect()
}

/// Decodes a hex field.
fn bytes<const N: usize>(line: &Value, field: &str) -> [u8; N] {
    data_encoding::HEXLOWER.decode(text_of(line, field).as_bytes()).unwrap().try_into().unwrap()
}

/// Verifies an audit export with the server's public key, using only the documented format, and returns its events.
fn verify_export(export: &str, known: Option<&[u8; 32]>) -> Result<Vec<Value>, String> {
    let lines: Vec<Value> = export.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (header, seal) = (&lines[0], lines.last().unwrap());
    let public: [u8; 32] = bytes(header, "server_key");
    let key = VerifyingKey::from_bytes(known.unwrap_or(&public)).unwrap();
    let text = export.strip_suffix('\n').unwrap();
    let before_seal = &text[..=text.rfind('\n').unwrap()];
    let hash: [u8; 32] = Sha256::digest(before_seal.as_bytes()).into();
    if hash != bytes::<32>(seal, "sha256") {
        return Err("wrong hash".to_owned());
    }
    let signed = [b"journal audit export v1\0".as_slice(), &hash].concat();
    key.verify_strict(&signed, &Signature::from_bytes(&bytes(seal, "signature")))
        .map_err(|_| "invalid seal".to_owned())?;
    let of_kind = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).cloned().collect::<Vec<_>>();
    let events = of_kind("event");
    for checkpoint in of_kind("checkpoint") {
        let (seq, mac) = (checkpoint["seq"].as_i64().unwrap(), bytes::<32>(&checkpoint, "mac"));
        let at = text_of(&checkpoint, "at").as_bytes();
        let message = [b"journal audit checkpoint v1\0".as_slice(), &seq.to_be_bytes(), at, &mac].concat();
        let signature = Signature::from_bytes(&bytes(&checkpoint, "signature"));
        key.verify_strict(&message, &signature).map_err(|_| format!("invalid checkpoint at {seq}"))?;
        let event = events.iter().find(|event| event["seq"] == seq).ok_or("a checkpoint without its event")?;
        assert_eq!(bytes::<32>(event, "mac"), mac);
    }
    assert_eq!(header["events"], events.len());
    assert_eq!(header["kind"], "trail");
    Ok(events)
}

#[test]
fn an_audit_export_verifies_offline_with_the_public_key() {
    let world = World::new();
    world.user(BOB);
    world.ok(&["user", "disable", BOB]);

    let export = world.ok(&["audit", "export"]);

    let events = verify_export(&export, None).unwrap();
    let seqs: Vec<i64> = events.iter().map(|event| event["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (1..=i64::try_from(events.len()).unwrap()).collect::<Vec<_>>());
    assert_eq!(actions(&events).last(), Some(&"DATA_EXPORTED"), "the export includes its own event");
    assert!(export.contains("\"kind\":\"checkpoint\""));
    for field in ["on_behalf", "ip", "user_agent", "request_id", "format"] {
        assert!(events[0].get(field).is_some(), "{field}");
    }
    assert!(export.is_ascii() && !export.contains('\r'));
}

#[test]
fn a_modified_or_foreign_audit_export_fails_verification() {
    let (world, other) = (World::new(), World::new());
    world.user(BOB);
    let export = world.ok(&["audit", "export"]);
    let foreign = other.ok(&["audit", "export"]);
    let key: [u8; 32] = bytes(&serde_json::from_str(export.lines().next().unwrap()).unwrap(), "server_key");

    verify_export(&export, Some(&key)).unwrap();
    verify_export(&export.replace("\"user:2\"", "\"user:3\""), Some(&key)).unwrap_err();
    let without: String =
        export.lines().filter(|line| !line.contains("\"seq\":2,")).map(|line| line.to_owned() + "\n").collect();
    verify_export(&without, Some(&key)).unwrap_err();
    verify_export(&foreign, Some(&key)).unwrap_err();
}

#[test]
fn rotating_the_secret_keeps_the_servers_public_key() {
    let world = World::new();
    let key = |world: &World| {
        let export = world.ok(&["audit", "export"]);
        bytes::<32>(&serde_json::from_str(export.lines().next().unwrap()).unwrap(), "server_key")
    };
    let before = key(&world);

    world.ok(&["keyring", "rotate"]);

    assert_eq!(key(&world), before);
    assert_eq!(world.json(&["audit", "verify"])["intact"], true);
}

#[test]
fn an_audit_export_file_is_private_and_never_overwritten() {
    let world = World::new();
    let to = world.path("inbox/trail.ndjson");
    let to = to.to_str().unwrap();

    let summary = world.json(&["audit", "export", "--to", to]);

    let file = std::fs::read_to_string(to).unwrap();
    let events = verify_export(&file, None).unwrap();
    assert_eq!(summary["events"], events.len());
    assert_eq!(std::fs::metadata(to).unwrap().mode() & 0o777, 0o600);
    world.run(&["audit", "export", "--to", to]).refused(4);
    assert_eq!(std::fs::read_to_string(to).unwrap(), file);
    verify_export(&world.ok(&["audit", "export", "--to", "-"]), None).unwrap();
}

#[test]
fn verify_and_doctor_report_checkpoints() {
    let world = World::new();

    let verdict = world.json(&["audit", "verify"]);

    assert_eq!((&verdict["intact"], &verdict["checkpoints"]), (&json!(true), &json!(1)));
    assert!(world.ok(&["audit", "verify"]).contains("1 checkpoints"));
    let (code, report) = world.doctor();
    assert_eq!(code, 0);
    assert!(report.to_string().contains("1 checkpoints verified"), "{report:#}");
}

#[test]
fn activity_lists_changes_and_counts_reads() {
    let world = World::new();
    let ada = world.ada();
    let id = ada.write(TEXT, "2024-05-01").to_string();
    let (_, key) = ada.key("tablet", &["entries:read"]);
    ada.run(&["edit", &id, "--title", TITLE, "--date", "2024-05-02"]).ok();
    ada.run(&["edit", &id, "--title", TITLE]).ok();
    for _ in 0..2 {
        world.run_with(&["show", &id], &[("JOURNAL_API_KEY", &key)], None).ok();
    }
    ada.run(&["search", "cormorant"]).ok();
    ada.export();
    ada.run(&["delete", &id, "--yes"]).ok();

    let lines = items(&ada.json(&["activity", "--limit", "200"]));

    let journal: Vec<Value> = lines.iter().filter(|line| line["source"] == "journal").cloned().collect();
    assert_eq!(actions(&journal), ["ENTRY_DELETED", "DATA_EXPORTED", "ENTRY_EDITED", "ENTRY_CREATED"]);
    assert_eq!(journal[2]["changed"], json!(["entry_date", "title"]), "an edit without changes creates no event");
    let read = |via: &str, what: &str| {
        lines.iter().find(|line| line["action"] == "READ" && line["via"] == via && line["resource"] == what).cloned()
    };
    assert_eq!(read("key:1", "entry").unwrap()["requests"], 2);
    assert_eq!(read("shell", "search").unwrap()["entries"], 1);
    assert_eq!(read("shell", "export").unwrap()["entries"], 1);
    assert!(read("shell", "list").is_none());
    assert_eq!(items(&ada.json(&["activity", "--limit", "2", "--offset", "1"])), lines[1..3]);
    assert_eq!(ada.json(&["activity", "--since", "2199-01-01"])["total"], 0);
    ada.run(&["activity", "--since", "yesterday"]).refused(2);
    let table = ada.run(&["activity"]).ok().stdout;
    assert!(table.contains("ENTRY_EDITED entry:1 (entry_date, title)") && table.contains("READ entry ×2"), "{table}");
}

#[test]
fn audit_log_and_activity_contain_no_entry_text() {
    let world = World::new();
    let ada = world.ada();
    let id = ada.write(TEXT, "2024-05-01").to_string();
    ada.run(&["edit", &id, "--title", TITLE]).ok();
    ada.run(&["search", TEXT]).ok();
    ada.run(&["edit", &id, "--text", "-"]).assert_clear_error();
    world.user(BOB);
    let contained = world.ok(&["user", "contain", ADA, "--json"]);
    let outputs = [
        contained,
        world.ok(&["audit", "list", "--json", "--limit", "1000"]),
        world.ok(&["audit", "export"]),
        ada.run(&["activity", "--json", "--limit", "200"]).ok().stdout,
    ];

    let needles = needles::needles(&[TEXT, TITLE]);

    for text in outputs {
        assert!(needles::find_in(text.as_bytes(), &needles).is_empty(), "{text}");
    }
}

#[test]
fn containing_an_account_revokes_keys_and_reports_reads() {
    let world = World::new();
    let bob = world.user(BOB);
    let id = bob.write(TEXT, "2024-05-01").to_string();
    let (first, key) = bob.key("stolen", &["entries:read"]);
    let (second, _) = bob.key("spare", &["search"]);
    bob.run(&["key", "revoke", &second.to_string()]).ok();
    let (_, adas_key) = world.ada().key("hers", &["account"]);
    world.run_with(&["show", &id], &[("JOURNAL_API_KEY", &key)], None).ok();
    let before = bob.export();

    let run = world.run(&["user", "contain", BOB, "--json"]).ok();

    let contained = run.document();
    assert_eq!(contained["revoked"]["keys"], json!([first]), "the spare key was already revoked");
    let reads = contained["reads"].as_array().unwrap();
    let stolen: Vec<&Value> = reads.iter().filter(|read| read["via"] == format!("key:{first}")).collect();
    assert_eq!((stolen.len(), &stolen[0]["what"], &stolen[0]["requests"]), (1, &json!("entry"), &json!(1)));
    assert_eq!(actions(contained["activity"].as_array().unwrap()), ["DATA_EXPORTED", "ENTRY_CREATED"]);
    let events = items(&world.json(&["audit", "list"]));
    assert_eq!(actions(&events)[..2], ["USER_CONTAINED", "TOKEN_REVOKED"]);
    assert_eq!(events[1]["resource"], format!("key:{first}"));
    let lines = items(&bob.json(&["activity"]));
    let his: Vec<Value> = lines.into_iter().filter(|line| line["source"] == "account").collect();
    assert!(actions(&his).starts_with(&["USER_CONTAINED", "TOKEN_REVOKED"]), "Bob sees the containment: {his:#?}");
    world.run_with(&["show", &id], &[("JOURNAL_API_KEY", &key)], None).refused(5);
    world.run_with(&["key", "list"], &[("JOURNAL_API_KEY", &adas_key)], None).ok();
    assert_eq!(bob.export(), before, "nothing is deleted");
    let again = world.run(&["user", "contain", BOB, "--since", "2199-01-01"]).ok().says("reset-link");
    assert!(again.stdout.contains("revoked 0 sessions, 0 keys"), "{again:#?}");
    assert!(again.stdout.contains("Read since 2199-01-01T00:00:00Z: none"), "{again:#?}");
    world.run(&["user", "contain", "nobody@home.example"]).refused(3);
    world.run(&["user", "contain", BOB, "--since", "soon"]).refused(2);
    assert_eq!(world.doctor().0, 0);
}

#[test]
fn a_refused_containment_revokes_nothing() {
    let world = World::new();
    let bob = world.user(BOB);
    let (_, key) = bob.key("his", &["account"]);
    let run_with_key = |args: &[&str], key: &str| world.run_with(args, &[("JOURNAL_API_KEY", key)], None);

    run_with_key(&["user", "contain", ADA], &key).refused(6).says("admin:users");
    run_with_key(&["user", "contain", BOB], &key).refused(6);
    world.run(&["user", "contain", BOB, "--since", "soon"]).refused(2);

    run_with_key(&["key", "list"], &key).ok();
    assert!(!actions(&items(&world.json(&["audit", "list"]))).contains(&"USER_CONTAINED"));
}

#[test]
fn activity_shows_only_the_callers_events() {
    let world = World::new();
    world.ada().write(TEXT, "2024-05-01");
    let bob: Person<'_> = world.user(BOB);

    let his = bob.json(&["activity"]);

    let about = items(&his);
    assert!(about.iter().all(|line| line["resource"] == "user:2"), "{his:#}");
}
