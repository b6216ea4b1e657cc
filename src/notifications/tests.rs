use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::message::Stage;
use super::ways::Sender;
use super::ways::Stored;
use super::ways::Verdict;
use super::ways::Way;
use super::*;
use crate::crypto::signature;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::notice::Class;
use crate::model::notice::Counts;
use crate::model::notice::Outcome;
use crate::net::fetch::Rules;
use crate::net::fetch::testing::NameServer;
use crate::net::fetch::testing::Open;
use crate::net::fetch::testing::PUBLIC;
use crate::net::fetch::testing::Private;
use crate::net::fetch::testing::Site;
use crate::net::fetch::testing::answer;
use crate::net::fetch::testing::rules;
use crate::secret::Secret;

fn at() -> Timestamp {
    "2026-11-21T08:30:00Z".parse().unwrap()
}

fn event(kind: &'static str, outcome: Outcome) -> Event {
    Event { job: JobId(Uuid::from_u128(7)), parent: None, kind, entry: Some(EntryId(12)), outcome }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn failed() -> message::Message {
    message::of_job(&event("ingest_images", Outcome::Failed(Class::Outside)), at())
}

/// The part of a request behind its head.
fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn each_way_is_spoken_to_as_its_interface_says() {
    let site = Site::start(Box::new(|path| match path {
        "/1/messages.json" => answer("200 OK", "", br#"{"status":1,"request":"r"}"#),
        _ => answer("200 OK", "", b"{}"),
    }));
    let sender = Sender::with(&site.url("/"), rules(&[site.port], None)).unwrap();
    let address = |path: &str| sender.rules.address(&site.url(path)).unwrap();
    let ways = [
        Way::Pushover { user: secret("u&1"), token: secret("a 2") },
        Way::Ntfy { topic: address("/ada"), token: Some(secret("tk_4711")) },
        Way::Hook { address: address("/hook"), secret: Some(secret("horse")) },
    ];

    for way in &ways {
        assert_eq!(sender.send(way, &failed(), &Open::default()).await.unwrap(), Verdict::Taken, "{}", way.name());
    }

    let heard = site.heard();
    assert!(heard[0].starts_with("POST /1/messages.json "));
    assert!(heard[0].contains("content-type: application/x-www-form-urlencoded\r\n"));
    assert!(body(&heard[0]).starts_with("token=a+2&user=u%261&title=A+job+failed&message="), "{}", heard[0]);
    assert!(body(&heard[0]).ends_with("&priority=1"));
    assert!(heard[1].starts_with("POST /ada ") && heard[1].contains("title: A job failed\r\npriority: 4\r\n"));
    assert!(!heard[1].contains("tk_4711"), "a token is not sent in the clear");
    assert!(body(&heard[1]).contains("• a provider failed\n• entry 12\n"));
    let document: Value = serde_json::from_str(body(&heard[2])).unwrap();
    assert_eq!(
        document,
        serde_json::json!({
            "event": "job.failed", "at": "2026-11-21T08:30:00Z", "job_id": Uuid::from_u128(7), "type": "ingest_images",
            "entry_id": 12, "cause": "outside",
        })
    );
    let timestamp = at().as_second().to_string();
    let signature = signature::hook(&secret("horse"), &timestamp, body(&heard[2]).as_bytes());
    assert!(
        heard[2].contains(&format!("x-journal-timestamp: {timestamp}\r\nx-journal-signature: sha256={signature}\r\n"))
    );
}

#[tokio::test]
async fn a_refusal_is_told_and_a_passing_failure_says_so() {
    let site = Site::start(Box::new(|path| match path {
        "/1/users/validate.json" => {
            answer("400 Bad Request", "", br#"{"status":0,"errors":["user is invalid","token is invalid"]}"#)
        }
        "/1/messages.json" => answer("500 Internal Server Error", "", b"<html>"),
        "/403" => answer("403 Forbidden", "", b""),
        _ => answer("503 Service Unavailable", "", b""),
    }));
    let sender = Sender::with(&site.url(""), rules(&[site.port], None)).unwrap();
    let topic = |path: &str| Way::Ntfy { topic: sender.rules.address(&site.url(path)).unwrap(), token: None };
    let pushover = Way::Pushover { user: secret("u"), token: secret("a") };
    let gate = Open::default();

    let invalid = sender.validate(&secret("u"), &secret("a"), &gate).await.unwrap();
    let forbidden = sender.send(&topic("/403"), &failed(), &gate).await.unwrap();
    let busy = sender.send(&topic("/503"), &failed(), &gate).await.unwrap_err();
    let broken = sender.send(&pushover, &failed(), &gate).await.unwrap_err();

    assert_eq!(invalid, Verdict::Refused("user is invalid; token is invalid".to_owned()));
    assert!(matches!(forbidden, Verdict::Refused(why) if why.contains("403")));
    assert!(busy.is_passing() && broken.is_passing());
}

#[tokio::test]
async fn no_way_leads_to_a_private_machine() {
    let (machine, names) = (Private::start(), NameServer::start(|_, _| vec!["127.0.0.1"]).await);
    let rules = rules(&[machine.port], Some(&names));
    let sender = Sender::with(&format!("http://{PUBLIC}/"), rules).unwrap();
    let hidden = sender.rules.address(&format!("http://hook.example:{}/", machine.port)).unwrap();

    for way in [Way::Ntfy { topic: hidden.clone(), token: None }, Way::Hook { address: hidden, secret: None }] {
        let refused = sender.send(&way, &failed(), &Open::default()).await.unwrap_err();
        assert!(!refused.is_passing(), "{refused}");
    }
    for literal in ["http://127.0.0.1/", "http://[::1]/", "http://0x7f.1/", "http://169.254.169.254/latest"] {
        assert!(Rules::public(None).address(literal).is_err(), "{literal}");
    }

    assert_eq!(machine.arrived(), 0);
}

#[test]
fn a_message_keeps_to_its_bounds_and_says_numbers_only() {
    let counts = Counts { pages: Some(3), words: Some(210), mentions: Some(4), ..Counts::default() };
    let done = message::of_job(&event("ingest_images", Outcome::Succeeded(counts)), at());
    let stages: Vec<Stage> = (0..500)
        .map(|at| Stage {
            kind: if at == 0 { "a plum of somebody's".to_owned() } else { "reprocess_embeddings".to_owned() },
            status: "failed".to_owned(),
        })
        .collect();
    let long =
        message::of_pipeline(&event("save_entry_pipeline", Outcome::Cancelled), JobId(Uuid::nil()), &stages, at());

    assert_eq!(done.text, "• entry 12\n• pages: 3\n• words: 210\n• mentions: 4");
    assert_eq!((done.topic, done.is_urgent), (Some("notif_job_success_ingest_images"), false));
    assert_eq!(long.text.chars().count(), 1024);
    assert!(!long.text.contains("plum"));
    assert_eq!((long.topic, long.is_urgent), (Some("notif_job_failed_save_entry"), true));
    let another = message::of_another(&event("ingest_audio", Outcome::Failed(Class::Input)), Class::Input, at());
    assert!(!another.text.contains("12") && another.fields.get("entry_id").is_none());
}

#[test]
fn a_topic_is_told_unless_somebody_said_otherwise() {
    let stored = |key: &str, value: &str| Stored::new(vec![(key.to_owned(), value.to_owned())]);

    assert!(topics::is_wanted(Some("notif_job_failed"), &stored("other", "false")));
    assert!(!topics::is_wanted(Some("notif_job_failed"), &stored("notif_job_failed", "false")));
    assert!(
        topics::is_wanted(Some("notif_job_failed"), &stored("notif_job_failed", "\"no\"")),
        "no boolean, no choice"
    );
    assert!(!topics::is_wanted(Some("notif_job_success_entity_reembed"), &stored("other", "1")), "off by default");
    assert!(topics::is_wanted(None, &stored("other", "false")), "what has no topic cannot be switched off");
}
