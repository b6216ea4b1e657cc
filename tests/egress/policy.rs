//! What the owner keeps in stays in.

use serde_json::json;

use crate::provider::Provider;
use crate::support::World;

const TEXT: &str = "Frau Kowalski called from +49 30 901820, mail jan.kowalski@home.example, SSN 078-05-1120. KOWALSKI \
                    said to write [EMAIL_1] on the card.";
/// What must not arrive.
const CANARIES: [&str; 5] = ["kowalski", "901820", "home.example", "078-05-1120", "+49"];

fn holds_back(world: &World) {
    world.ok(&["egress", "policy", "--redact", "phones,emails,national-ids", "--word", "Kowalski"]);
}

#[test]
fn canaries_never_arrive_and_are_still_found() {
    let (world, provider) = (World::new(), Provider::new());
    holds_back(&world);
    provider.run(&world, &["write", TEXT, "--date", "2024-05-01"], &[]).ok();

    let found = provider.json(&world, &["search", "Kowalski 078-05-1120"]);

    let arrived = provider.everything().to_lowercase();
    for canary in CANARIES {
        assert!(!arrived.contains(canary), "{canary} arrived: {arrived}");
    }
    assert!(arrived.contains("[word_1]") && arrived.contains("[mark_1]"), "{arrived}");
    assert_eq!(found["items"][0]["text"], TEXT, "what is stored is not changed");
    let ledger = world.json(&["egress", "list"]);
    assert!(ledger["items"].as_array().unwrap().iter().all(|row| row["redactions"].as_i64().unwrap() > 0), "{ledger}");
}

#[test]
fn a_preview_shows_what_would_be_sent_and_sends_nothing() {
    let (world, provider) = (World::new(), Provider::new());
    world.ada().write(TEXT, "2024-05-01");
    holds_back(&world);

    let preview = provider.json(&world, &["egress", "preview", "1"]);

    let text = preview["text"].as_str().unwrap();
    assert_eq!(
        text,
        "Frau [WORD_1] called from [PHONE_1], mail [EMAIL_1], SSN [ID_1]. [WORD_2] said to write [MARK_1] on the card."
    );
    assert_eq!(preview["redactions"], 6);
    let way = preview["ways"].as_array().unwrap().iter().find(|way| way["purpose"] == "embedding").unwrap();
    assert_eq!((&way["provider"], &way["allowed"]), (&json!("openai"), &json!(true)));
    assert_eq!(provider.connections(), 0);
    let here = world.json(&["egress", "preview", "1"]);
    assert!(here["ways"].as_array().unwrap().iter().all(|way| way["allowed"] == false), "nobody is configured: {here}");
}

#[test]
fn in_local_only_nothing_leaves_and_words_are_still_found() {
    let (world, provider) = (World::new(), Provider::new());
    provider.run(&world, &["write", "Rain.", "--date", "2024-04-01"], &[]).ok();
    let before = provider.connections();
    world.ok(&["egress", "policy", "--local-only", "on"]);

    let written = provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();
    let found = provider.json(&world, &["search", "brandy"]);

    let job = &world.json(&["job", "list", "--type", "reprocess_embeddings"])["items"][0];
    assert!(written.stderr.contains("not findable by meaning"), "{written:#?}");
    assert!(job["error_message"].as_str().unwrap().contains("local-only"), "{job}");
    assert_eq!(found["items"][0]["entry_id"], 2);
    assert!(found["words_only"].as_str().unwrap().contains("local-only"), "{found}");
    assert_eq!(provider.connections(), before);
    assert_eq!(world.json(&["egress", "list"])["total"], 1, "what did not leave is not in the ledger");
}

#[test]
fn the_owner_and_the_server_both_have_to_let_a_purpose_out() {
    let (world, provider) = (World::new(), Provider::new());
    provider.run(&world, &["write", "Plum brandy.", "--date", "2024-05-01"], &[]).ok();
    let before = provider.connections();
    let why = |more: &[(&str, &str)]| {
        let found = provider.run(&world, &["search", "brandy", "--json"], more).ok().document();
        found["words_only"].as_str().map(str::to_owned)
    };

    assert!(why(&[("JOURNAL_PROVIDER_PURPOSES", "ocr,fetch")]).unwrap().contains("this server lets nothing out"));
    world.ok(&["egress", "policy", "--purposes", "ocr,transcription"]);
    assert!(why(&[]).unwrap().contains("this journal lets nothing out"));
    world.ok(&["egress", "policy", "--purposes", "none"]);
    assert!(why(&[]).unwrap().contains("this journal lets nothing out"));
    assert_eq!(provider.connections(), before);
    world.ok(&["egress", "policy", "--purposes", "all"]);
    assert_eq!(why(&[]), None);
}

#[test]
fn one_owners_policy_is_not_anothers() {
    let (world, provider) = (World::new(), Provider::new());
    world.ok(&["user", "add", "bob@home.example"]);
    let user = |email: &str, args: &[&str]| provider.run(&world, &[args, &["--user", email]].concat(), &[]).ok();
    user("bob@home.example", &["egress", "policy", "--local-only", "on", "--word", "Kowalski"]);

    user("ada@home.example", &["write", "Kowalski came.", "--date", "2024-05-01"]);
    let sent = provider.connections();
    user("bob@home.example", &["write", "Kowalski came.", "--date", "2024-05-01"]);

    assert!(provider.everything().contains("Kowalski"), "Ada holds nothing back");
    assert_eq!(provider.connections(), sent, "Bob lets nothing out");
    assert_eq!(user("bob@home.example", &["egress", "list", "--json"]).document()["total"], 0);
    assert_eq!(user("ada@home.example", &["egress", "policy", "--json"]).document()["words"], json!([]));
}

#[test]
fn a_change_is_in_the_activity_without_the_words() {
    let world = World::new();

    world.ok(&["egress", "policy", "--local-only", "on", "--redact", "phones", "--word", "Kowalski"]);
    world.ok(&["egress", "policy"]);

    let lines = world.json(&["activity"]);
    let changes: Vec<_> =
        lines["items"].as_array().unwrap().iter().filter(|line| line["action"] == "EGRESS_CHANGED").collect();
    assert_eq!(changes.len(), 1, "looking is no change: {lines}");
    assert_eq!(changes[0]["changed"], json!(["local_only", "redact", "words"]));
    assert!(!lines.to_string().contains("Kowalski"));
}

#[test]
fn a_policy_that_makes_no_sense_is_refused_as_a_whole() {
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
