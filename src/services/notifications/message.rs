//! Notification messages: fixed sentences with ids and counts, and the same data as JSON fields.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::clock;
use crate::domain::digest::DigestCounts;
use crate::domain::health::{HealthCheck, HealthLevel};
use crate::domain::id::JobId;
use crate::domain::job_notification::{FailureClass, JobNotification, JobOutcome, JobResultCounts};
use crate::egress::EgressSubject;
use crate::storage::notebook::job_notifications::FamilyJob;

/// Limits of Pushover, characters.
const MAX_TITLE: usize = 250;
const MAX_TEXT: usize = 1024;

/// Job kind of an edit, the parent of the jobs that it enqueued.
pub(super) const PIPELINE: &str = "save_entry_pipeline";

/// Job kinds whose success is reported once all their child jobs have ended.
const KINDS: [&str; 7] = [
    "ingest_images",
    "ingest_audio",
    "mood_score_entry",
    "mood_backfill",
    "entity_extraction",
    "entity_reembed",
    PIPELINE,
];

/// Notification, independent of the channel.
#[derive(Debug, Clone)]
pub(super) struct NotificationMessage {
    /// Topic that can be switched off; `None` is always sent.
    pub(super) topic: Option<&'static str>,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) is_urgent: bool,
    pub(super) at: Timestamp,
    /// Same data for webhooks.
    pub(super) fields: Map<String, Value>,
    pub(super) about: EgressSubject,
}

impl NotificationMessage {
    fn new(event: &str, title: &str, lines: &[String], at: Timestamp) -> Self {
        let text = lines.iter().map(|line| format!("• {line}")).collect::<Vec<_>>().join("\n");
        let fields = json!({ "event": event, "at": clock::format_timestamp(at) });
        let Value::Object(fields) = fields else { unreachable!("an object was written") };
        Self {
            topic: None,
            title: title.chars().take(MAX_TITLE).collect(),
            text: text.chars().take(MAX_TEXT).collect(),
            is_urgent: false,
            at,
            fields,
            about: EgressSubject::default(),
        }
    }

    fn with_topic(self, topic: Option<&'static str>) -> Self {
        Self { topic, ..self }
    }

    fn urgent(self) -> Self {
        Self { is_urgent: true, ..self }
    }

    /// Adds the job and the entry, for their owner.
    fn with_job(mut self, event: &JobNotification, job: JobId, kind: &str) -> Self {
        self.fields.insert("job_id".to_owned(), json!(job));
        self.fields.insert("type".to_owned(), json!(kind));
        self.fields.insert("entry_id".to_owned(), json!(event.entry));
        self.about = EgressSubject { entries: event.entry.into_iter().collect(), job: Some(job) };
        self
    }

    fn with_field(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }
}

/// Message for a job that succeeded, is retried, failed, or was cancelled.
pub(super) fn job_message(event: &JobNotification, at: Timestamp) -> NotificationMessage {
    let entry = event.entry.map(|id| format!("entry {id}"));
    let job = format!("job {}", event.job);
    let message = match event.outcome {
        JobOutcome::Succeeded(counts) => {
            let lines: Vec<String> = entry.into_iter().chain(count_lines(counts)).collect();
            let (title, topic) = success_title_and_topic(event.kind);
            counts_as_fields(NotificationMessage::new("job.succeeded", title, &lines, at), counts).with_topic(topic)
        }
        JobOutcome::Retrying { seconds, .. } => {
            let wait = format!("another attempt in {} minutes", seconds.div_ceil(60));
            let lines = [job_label(event.kind).to_owned(), "a provider failed".to_owned(), wait, job];
            let message = NotificationMessage::new("job.retrying", "A job waits for another attempt", &lines, at);
            message.with_field("retry_seconds", json!(seconds)).with_topic(Some("notif_job_retrying"))
        }
        JobOutcome::Failed(class) => {
            let lines = [job_label(event.kind).to_owned(), failure_label_and_code(class).0.to_owned()];
            let lines: Vec<String> = lines.into_iter().chain(entry).chain([job]).collect();
            let message = NotificationMessage::new("job.failed", "A job failed", &lines, at);
            message
                .with_field("cause", json!(failure_label_and_code(class).1))
                .with_topic(Some("notif_job_failed"))
                .urgent()
        }
        JobOutcome::Cancelled => NotificationMessage::new("job.cancelled", "A job was cancelled", &[job], at),
    };
    message.with_job(event, event.job, event.kind)
}

/// Message for an edit whose last job ended.
pub(super) fn pipeline_message(
    event: &JobNotification,
    root: JobId,
    stages: &[FamilyJob],
    at: Timestamp,
) -> NotificationMessage {
    let ended_well = stages.iter().all(|stage| stage.status == "succeeded");
    let entry = event.entry.map(|id| format!("entry {id}"));
    let children = || stages.iter().filter(|stage| stage.kind != PIPELINE);
    let message = if ended_well {
        let counts =
            if let JobOutcome::Succeeded(counts) = event.outcome { counts } else { JobResultCounts::default() };
        let lines: Vec<String> = entry.into_iter().chain(count_lines(counts)).collect();
        let message = NotificationMessage::new("entry.saved", "An edited entry was processed", &lines, at);
        counts_as_fields(message, counts).with_topic(Some("notif_job_success_save_entry"))
    } else {
        let mark = |stage: &FamilyJob| if stage.status == "succeeded" { '✓' } else { '✗' };
        let lines = children().map(|stage| format!("{} {}", mark(stage), job_label(&stage.kind)));
        let lines: Vec<String> = entry.into_iter().chain(lines).collect();
        let message = NotificationMessage::new("entry.save_failed", "An edited entry was not processed", &lines, at);
        message.with_topic(Some("notif_job_failed_save_entry")).urgent()
    };
    let statuses: Map<String, Value> = children().map(|stage| (stage.kind.clone(), json!(stage.status))).collect();
    message.with_field("stages", Value::Object(statuses)).with_job(event, root, PIPELINE)
}

/// Message for admins about another user's failed job: without the user and the entry.
pub(super) fn admin_job_failure_message(
    event: &JobNotification,
    class: FailureClass,
    at: Timestamp,
) -> NotificationMessage {
    let lines =
        [job_label(event.kind).to_owned(), failure_label_and_code(class).0.to_owned(), format!("job {}", event.job)];
    let message = NotificationMessage::new("admin.job_failed", "Another user's job failed", &lines, at);
    let message = message.with_field("job_id", json!(event.job)).with_field("type", json!(event.kind));
    message
        .with_field("cause", json!(failure_label_and_code(class).1))
        .with_topic(Some("notif_admin_job_failed"))
        .urgent()
}

/// Message for admins about an unhealthy server.
pub(super) fn health_alert_message(checks: &[HealthCheck], at: Timestamp) -> NotificationMessage {
    let bad = || checks.iter().filter(|check| check.status != HealthLevel::Ok);
    let lines: Vec<String> = bad().map(|check| format!("{}: {}", check.name, check.detail)).collect();
    let message = NotificationMessage::new("admin.health", "The server is unhealthy", &lines, at);
    let levels: Map<String, Value> = checks.iter().map(|check| (check.name.clone(), json!(check.status))).collect();
    message.with_field("checks", Value::Object(levels)).with_topic(Some("notif_admin_health_alert")).urgent()
}

/// Test message that a user sends to themselves.
pub(super) fn test_message(at: Timestamp) -> NotificationMessage {
    NotificationMessage::new("test", "Journal", &["notifications work".to_owned()], at)
}

/// Message with the numbers of a weekly digest.
pub(super) fn digest_message(numbers: &DigestCounts, at: Timestamp) -> NotificationMessage {
    let DigestCounts { written, before, streaks, .. } = numbers;
    let lines = [
        format!("entries: {} (the week before: {})", written.entries, before.entries),
        format!("words: {} (the week before: {})", written.words, before.words),
        format!("days with an entry: {}", written.days),
        format!("days in a row: {} (at most: {})", streaks.current, streaks.longest),
        format!("people mentioned: {}", numbers.people_mentioned),
        format!("entries of these days in earlier years: {}", numbers.entries_in_earlier_years),
    ];
    let message = NotificationMessage::new("digest", &format!("Your week {}", numbers.week), &lines, at);
    message.with_field("digest", json!(numbers))
}

fn count_lines(counts: JobResultCounts) -> Vec<String> {
    named_counts(counts).map(|(name, count)| format!("{}: {count}", name.replace('_', " "))).collect()
}

fn counts_as_fields(message: NotificationMessage, counts: JobResultCounts) -> NotificationMessage {
    named_counts(counts).fold(message, |message, (name, count)| message.with_field(name, json!(count)))
}

/// Returns the known counts with their names.
fn named_counts(counts: JobResultCounts) -> impl Iterator<Item = (&'static str, u64)> {
    let all = [
        ("pages", counts.pages),
        ("recordings", counts.recordings),
        ("words", counts.words),
        ("chunks", counts.chunks),
        ("entities", counts.entities),
        ("mentions", counts.mentions),
        ("moods_scored", counts.moods),
    ];
    all.into_iter().filter_map(|(name, count)| Some((name, count?)))
}

/// Returns the title of a job kind's success, and its topic if it can be switched off.
fn success_title_and_topic(kind: &str) -> (&'static str, Option<&'static str>) {
    match kind {
        "ingest_images" => ("Photographed pages were ingested", Some("notif_job_success_ingest_images")),
        "ingest_audio" => ("A recording was ingested", Some("notif_job_success_ingest_audio")),
        "entity_reembed" => ("A job is done", Some("notif_job_success_entity_reembed")),
        _ => ("A job is done", None),
    }
}

/// Returns the static name of a known job kind.
pub(super) fn known_job_kind(kind: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|known| *known == kind)
}

/// Returns a job kind's label; unknown kinds share one, so that no stored text is shown.
fn job_label(kind: &str) -> &'static str {
    match kind {
        "ingest_images" => "reading photographed pages",
        "ingest_audio" => "transcribing a recording",
        "reprocess_embeddings" => "computing embeddings",
        "mood_score_entry" | "mood_backfill" => "scoring moods",
        "entity_extraction" => "extracting people and places",
        "entity_reembed" => "embedding an entity",
        PIPELINE => "processing an edited entry",
        _ => "other job",
    }
}

/// Returns the sentence and the wire code of a failure.
const fn failure_label_and_code(class: FailureClass) -> (&'static str, &'static str) {
    match class {
        FailureClass::External => ("a provider failed", "outside"),
        FailureClass::Input => ("the input could not be used", "input"),
        FailureClass::Internal => ("something failed on the server", "inside"),
    }
}
