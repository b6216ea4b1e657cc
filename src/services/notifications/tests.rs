use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::channels::{DeliveryResult, NotificationChannel, NotificationPreferences, NotificationSender};
use super::*;
use crate::crypto::webhook_signature;
use crate::domain::id::{EntryId, JobId};
use crate::domain::job_notification::{FailureClass, JobOutcome, JobResultCounts};
use crate::net::fetch::FetchPolicy;
use crate::net::fetch::testing::{AllowingGate, NameServer, PUBLIC_TEST_IP, PrivateHost, TestSite, response, rules};
use crate::secret::Secret;
use crate::storage::notebook::job_notifications::FamilyJob;

fn at() -> Timestamp {
    "2026-11-21T08:30:00Z".parse().unwrap()
}

fn event(kind: &'static str, outcome: JobOutcome) -> JobNotification {
    JobNotification { job: JobId(Uuid::from_u128(7)), parent: None, kind, entry: Some(EntryId(12)), outcome }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn failed() -> message::NotificationMessage {
    message::job_message(&event("ingest_images", JobOutcome::Failed(FailureClass::External)), at())
}

/// Returns the body of a request.
fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn each_channel_gets_requests_in_its_format() {
    let site = TestSite::start(Box::new(|path| match path {
        "/1/messages.json" => response("200 OK", "", br#"{"status":1,"request":"r"}"#),
        _ => response("200 OK", "", b"{}"),
    }));
    let sender = NotificationSender::with_rules(&site.url("/"), rules(&[site.port], None)).unwrap();
    let address = |path: &str| sender.rules.parse(&site.url(path)).unwrap();
    let ways = [
        NotificationChannel::Pushover { user: secret("u&1"), token: secret("a 2") },
        NotificationChannel::Ntfy { topic: address("/ada"), token: Some(secret("tk_4711")) },
        NotificationChannel::Webhook { address: address("/hook"), secret: Some(secret("horse")) },
    ];

    for way in &ways {
        assert_eq!(
            sender.send(way, &failed(), &AllowingGate::default()).await.unwrap(),
            DeliveryResult::Accepted,
            "{}",
            way.name()
        );
    }

    let heard = site.requests();
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
    let signature = webhook_signature::sign_webhook(&secret("horse"), &timestamp, body(&heard[2]).as_bytes());
    assert!(
        heard[2].contains(&format!("x-journal-timestamp: {timestamp}\r\nx-journal-signature: sha256={signature}\r\n"))
    );
}

#[tokio::test]
async fn rejections_are_reported_and_outages_are_transient() {
    let site = TestSite::start(Box::new(|path| match path {
        "/1/users/validate.json" => {
            response("400 Bad Request", "", br#"{"status":0,"errors":["user is invalid","token is invalid"]}"#)
        }
        "/1/messages.json" => response("500 Internal Server Error", "", b"<html>"),
        "/403" => response("403 Forbidden", "", b""),
        _ => response("503 Service Unavailable", "", b""),
    }));
    let sender = NotificationSender::with_rules(&site.url(""), rules(&[site.port], None)).unwrap();
    let topic =
        |path: &str| NotificationChannel::Ntfy { topic: sender.rules.parse(&site.url(path)).unwrap(), token: None };
    let pushover = NotificationChannel::Pushover { user: secret("u"), token: secret("a") };
    let gate = AllowingGate::default();

    let invalid = sender.validate(&secret("u"), &secret("a"), &gate).await.unwrap();
    let forbidden = sender.send(&topic("/403"), &failed(), &gate).await.unwrap();
    let busy = sender.send(&topic("/503"), &failed(), &gate).await.unwrap_err();
    let broken = sender.send(&pushover, &failed(), &gate).await.unwrap_err();

    assert_eq!(invalid, DeliveryResult::Rejected("user is invalid; token is invalid".to_owned()));
    assert!(matches!(forbidden, DeliveryResult::Rejected(why) if why.contains("403")));
    assert!(busy.is_transient() && broken.is_transient());
}

#[tokio::test]
async fn channels_cannot_reach_private_addresses() {
    let (machine, names) = (PrivateHost::start(), NameServer::start(|_, _| vec!["127.0.0.1"]).await);
    let rules = rules(&[machine.port], Some(&names));
    let sender = NotificationSender::with_rules(&format!("http://{PUBLIC_TEST_IP}/"), rules).unwrap();
    let hidden = sender.rules.parse(&format!("http://hook.example:{}/", machine.port)).unwrap();

    for way in [
        NotificationChannel::Ntfy { topic: hidden.clone(), token: None },
        NotificationChannel::Webhook { address: hidden, secret: None },
    ] {
        let refused = sender.send(&way, &failed(), &AllowingGate::default()).await.unwrap_err();
        assert!(!refused.is_transient(), "{refused}");
    }
    for literal in ["http://127.0.0.1/", "http://[::1]/", "http://0x7f.1/", "http://169.254.169.254/latest"] {
        assert!(FetchPolicy::for_users(None).parse(literal).is_err(), "{literal}");
    }

    assert_eq!(machine.connection_count(), 0);
}

#[test]
fn messages_are_bounded_and_contain_numbers_only() {
    let counts = JobResultCounts { pages: Some(3), words: Some(210), mentions: Some(4), ..JobResultCounts::default() };
    let done = message::job_message(&event("ingest_images", JobOutcome::Succeeded(counts)), at());
    let stages: Vec<FamilyJob> = (0..500)
        .map(|at| FamilyJob {
            is_root: at == 0,
            kind: if at == 0 { "a plum of a user".to_owned() } else { "reprocess_embeddings".to_owned() },
            status: "failed".to_owned(),
        })
        .collect();
    let long = message::pipeline_message(
        &event("save_entry_pipeline", JobOutcome::Cancelled),
        JobId(Uuid::nil()),
        &stages,
        at(),
    );

    assert_eq!(done.text, "• entry 12\n• pages: 3\n• words: 210\n• mentions: 4");
    assert_eq!((done.topic, done.is_urgent), (Some("notif_job_success_ingest_images"), false));
    assert_eq!(long.text.chars().count(), 1024);
    assert!(!long.text.contains("plum"));
    assert_eq!((long.topic, long.is_urgent), (Some("notif_job_failed_save_entry"), true));
    let another = message::admin_job_failure_message(
        &event("ingest_audio", JobOutcome::Failed(FailureClass::Input)),
        FailureClass::Input,
        at(),
    );
    assert!(!another.text.contains("12") && another.fields.get("entry_id").is_none());
}

#[test]
fn a_topic_follows_its_default_unless_the_user_chose() {
    let stored = |key: &str, value: &str| NotificationPreferences::new(vec![(key.to_owned(), value.to_owned())]);

    assert!(event_types::is_enabled(Some("notif_job_failed"), &stored("other", "false")));
    assert!(!event_types::is_enabled(Some("notif_job_failed"), &stored("notif_job_failed", "false")));
    assert!(event_types::is_enabled(Some("notif_job_failed"), &stored("notif_job_failed", "\"no\"")), "not a boolean");
    assert!(
        !event_types::is_enabled(Some("notif_job_success_entity_reembed"), &stored("other", "1")),
        "off by default"
    );
    assert!(
        event_types::is_enabled(None, &stored("other", "false")),
        "a message without a topic cannot be switched off"
    );
}
