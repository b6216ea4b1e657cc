//! Egress policy: redaction, local-only mode and allowed purposes.

use serde_json::json;

use crate::egress::provider::Provider;
use crate::support::World;

const TEXT: &str = "Frau Kowalski called from +49 30 901820, mail jan.kowalski@home.example, SSN 078-05-1120. KOWALSKI \
                    said to write [EMAIL_1] on the card.";
/// Substrings that the provider must not receive.
const CANARIES: [&str; 5] = ["kowalski", "901820", "home.example", "078-05-1120", "+49"];

fn set_redactions(world: &World) {
    world.ok(&["egress", "policy", "--redact", "phones,emails,national-ids", "--word", "Kowalski"]);
}

#[test]
fn redacted_values_are_not_sent_and_stay_searchable() {
    let (world, provider) = (World::new(), Provider::new());
    set_redactions(&world);
    provider.run(&world, &["write", TEXT, "--date", "2024-05-01"], &[]).ok();

    let found = provider.json(&world, &["search", "Kowalski 078-05-1120"]);

    let received = provider.received_text().to_lowercase();
    for canary in CANARIES {
        assert!(!received.contains(canary), "{canary} was sent: {received}");
    }
    assert!(received.contains("[word_1]") && received.contains("[mark_1]"), "{received}");
    assert_eq!(found["items"][0]["text"], TEXT, "the stored text is not redacted");
    let ledger = world.json(&["egress", "list"]);
    assert!(ledger["items"].as_array().unwrap().iter().all(|row| row["redactions"].as_i64().unwrap() > 0), "{ledger}");
}

#[test]
fn a_preview_shows_the_redacted_text_and_sends_nothing() {
    let (world, provider) = (World::new(), Provider::new());
    world.ada().write(TEXT, "2024-05-01");
    set_redactions(&world);

    let preview = provider.json(&world, &["egress", "preview", "1"]);

    let text = preview["text"].as_str().unwrap();
    assert_eq!(
        text,
        "Frau [WORD_1] called from [PHONE_1], mail [EMAIL_1], SSN [ID_1]. [WORD_2] said to write [MARK_1] on the card."
    );
    assert_eq!(preview["redactions"], 6);
    let destination =
        preview["ways"].as_array().unwrap().iter().find(|destination| destination["purpose"] == "embedding").unwrap();
    assert_eq!((&destination["provider"], &destination["allowed"]), (&json!("openai"), &json!(true)));
    assert_eq!(provider.connections(), 0);
    let unconfigured = world.json(&["egress", "preview", "1"]);
    assert!(
        unconfigured["ways"].as_array().unwrap().iter().all(|destination| destination["allowed"] == false),
        "no provider is configured: {unconfigured}"
    );
}

#[test]
fn local_only_sends_nothing_and_word_search_works() {
    let (world, provider) = (World::new(), Provider::new());
    provider.run(&world, &["write", "Rain.", "--date", "2024-04-01"], &[]).ok();
    let before = provider.connections();
    world.ok(&["egress", "policy", "--local-only", "on"]);

    let written = provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();
    let found = provider.json(&world, &["search", "brandy"]);

    let job = &world.json(&["job", "list", "--type", "reprocess_embeddings"])["items"][0];
    assert!(written.stderr.contains("not indexed for semantic search"), "{written:#?}");
    assert!(job["error_message"].as_str().unwrap().contains("local-only"), "{job}");
    assert_eq!(found["items"][0]["entry_id"], 2);
    assert!(found["words_only"].as_str().unwrap().contains("local-only"), "{found}");
    assert_eq!(provider.connections(), before);
    assert_eq!(world.json(&["egress", "list"])["total"], 1, "an unsent request is not in the ledger");
}

#[test]
fn a_purpose_must_be_allowed_by_owner_and_server() {
    let (world, provider) = (World::new(), Provider::new());
    provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();
    let before = provider.connections();
    let words_only = |more: &[(&str, &str)]| {
        let found = provider.run(&world, &["search", "brandy", "--json"], more).ok().document();
        found["words_only"].as_str().map(str::to_owned)
    };

    assert!(
        words_only(&[("JOURNAL_PROVIDER_PURPOSES", "ocr,fetch")]).unwrap().contains("the settings of this server deny")
    );
    world.ok(&["egress", "policy", "--purposes", "ocr,transcription"]);
    assert!(words_only(&[]).unwrap().contains("the egress policy of this journal denies"));
    world.ok(&["egress", "policy", "--purposes", "none"]);
    assert!(words_only(&[]).unwrap().contains("the egress policy of this journal denies"));
    assert_eq!(provider.connections(), before);
    world.ok(&["egress", "policy", "--purposes", "all"]);
    assert_eq!(words_only(&[]), None);
}

#[test]
fn a_policy_applies_to_its_owner_only() {
    let (world, provider) = (World::new(), Provider::new());
    world.ok(&["user", "add", "bob@home.example"]);
    let user = |email: &str, args: &[&str]| provider.run(&world, &[args, &["--user", email]].concat(), &[]).ok();
    user("bob@home.example", &["egress", "policy", "--local-only", "on", "--word", "Kowalski"]);

    user("ada@home.example", &["write", "Kowalski came.", "--date", "2024-05-01"]);
    let sent = provider.connections();
    user("bob@home.example", &["write", "Kowalski came.", "--date", "2024-05-01"]);

    assert!(provider.received_text().contains("Kowalski"), "Ada redacts nothing");
    assert_eq!(provider.connections(), sent, "Bob allows no egress");
    assert_eq!(user("bob@home.example", &["egress", "list", "--json"]).document()["total"], 0);
    assert_eq!(user("ada@home.example", &["egress", "policy", "--json"]).document()["words"], json!([]));
}

#[test]
fn a_policy_change_is_logged_without_the_words() {
    let world = World::new();

    world.ok(&["egress", "policy", "--local-only", "on", "--redact", "phones", "--word", "Kowalski"]);
    world.ok(&["egress", "policy"]);

    let lines = world.json(&["activity"]);
    let changes: Vec<_> =
        lines["items"].as_array().unwrap().iter().filter(|line| line["action"] == "EGRESS_CHANGED").collect();
    assert_eq!(changes.len(), 1, "showing the policy is not a change: {lines}");
    assert_eq!(changes[0]["changed"], json!(["local_only", "redact", "words"]));
    assert!(!lines.to_string().contains("Kowalski"));
}

#[test]
fn an_invalid_policy_is_refused_as_a_whole() {
    let world = World::new();
    let before = world.json(&["egress", "policy"]);

    for args in [
        ["--purposes", "gossip"],
        ["--redact", "everything"],
        ["--word", "x"],
        ["--word", " - "],
        ["--word", "two\nlines"],
        ["--forget-word", "never there"],
        ["--local-only", "maybe"],
    ] {
        let code = if args[0] == "--forget-word" { 3 } else { 2 };
        world.run(&[["egress", "policy", "--word", "Kowalski"].as_slice(), &args].concat()).refused(code);
    }
    assert_eq!(world.json(&["egress", "policy"]), before);
    world.ok(&["egress", "policy", "--word", "Cafe\u{301} Müßig", "--word", "Kowalski"]);
    world.ok(&["egress", "policy", "--forget-word", "Café Müßig"]);
    assert_eq!(world.json(&["egress", "policy"])["words"], json!(["Kowalski"]));
}
