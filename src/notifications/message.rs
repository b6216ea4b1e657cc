//! What people are told: sentences of this program with ids and numbers, and the same as fields for programs.

use jiff::Timestamp;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::clock;
use crate::egress::About;
use crate::model::digest::Numbers;
use crate::model::health::Check;
use crate::model::health::Level;
use crate::model::id::JobId;
use crate::model::notice::Class;
use crate::model::notice::Counts;
use crate::model::notice::Event;
use crate::model::notice::Outcome;
use crate::notifications::topics;

/// Longest title and text that Pushover takes, in characters.
const MAX_TITLE: usize = 250;
const MAX_TEXT: usize = 1024;

/// Ties together what an edit left to be done.
pub(super) const PIPELINE: &str = "save_entry_pipeline";

/// Types of jobs whose success is told, once all that they left is done too.
const KINDS: [&str; 7] = [
    "ingest_images",
    "ingest_audio",
    "mood_score_entry",
    "mood_backfill",
    "entity_extraction",
    "entity_reembed",
    PIPELINE,
];

/// One message, before it is written for one of the ways.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// What can be switched off; `None` is always told.
    pub(super) topic: Option<&'static str>,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) is_urgent: bool,
    pub(super) at: Timestamp,
    /// The same for programs.
    pub(super) fields: Map<String, Value>,
    pub(super) about: About,
}

/// A job of a family, and how it ended.
pub(super) struct Stage {
    pub(super) kind: String,
    pub(super) status: String,
}

impl Message {
    fn new(event: &str, title: &str, lines: &[String], at: Timestamp) -> Self {
        let text = lines.iter().map(|line| format!("• {line}")).collect::<Vec<_>>().join("\n");
        let fields = json!({ "event": event, "at": clock::stamp(at) });
        let Value::Object(fields) = fields else { unreachable!("an object was written") };
        Self {
            topic: None,
            title: title.chars().take(MAX_TITLE).collect(),
            text: text.chars().take(MAX_TEXT).collect(),
            is_urgent: false,
            at,
            fields,
            about: About::default(),
        }
    }

    fn under(self, topic: Option<&'static str>) -> Self {
        Self { topic, ..self }
    }

    fn urgent(self) -> Self {
        Self { is_urgent: true, ..self }
    }

    /// Says which job it is about, and which entry, to whom they belong.
    fn of(mut self, event: &Event, job: JobId, kind: &str) -> Self {
        self.fields.insert("job_id".to_owned(), json!(job));
        self.fields.insert("type".to_owned(), json!(kind));
        self.fields.insert("entry_id".to_owned(), json!(event.entry));
        self.about = About { entries: event.entry.into_iter().collect(), job: Some(job) };
        self
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }
}

/// A job that ended well, or waits, or failed by itself.
pub(super) fn of_job(event: &Event, at: Timestamp) -> Message {
    let entry = event.entry.map(|id| format!("entry {id}"));
    let job = format!("job {}", event.job);
    let message = match event.outcome {
        Outcome::Succeeded(counts) => {
            let lines: Vec<String> = entry.into_iter().chain(counted(counts)).collect();
            let message = Message::new("job.succeeded", done(event.kind), &lines, at);
            counts_as_fields(message, counts).under(topics::success_of(event.kind))
        }
        Outcome::Retrying { seconds, .. } => {
            let wait = format!("another attempt in {} minutes", seconds.div_ceil(60));
            let lines = [what(event.kind).to_owned(), "a provider failed".to_owned(), wait, job];
            let message = Message::new("job.retrying", "A job waits for another attempt", &lines, at);
            message.with("retry_seconds", json!(seconds)).under(Some("notif_job_retrying"))
        }
        Outcome::Failed(class) => {
            let lines = [what(event.kind).to_owned(), cause(class).to_owned()];
            let lines: Vec<String> = lines.into_iter().chain(entry).chain([job]).collect();
            let message = Message::new("job.failed", "A job failed", &lines, at);
            message.with("cause", json!(word(class))).under(Some("notif_job_failed")).urgent()
        }
        Outcome::Cancelled => Message::new("job.cancelled", "A job was cancelled", &[job], at),
    };
    message.of(event, event.job, event.kind)
}

/// An edit whose last job ended.
pub(super) fn of_pipeline(event: &Event, root: JobId, stages: &[Stage], at: Timestamp) -> Message {
    let ended_well = stages.iter().all(|stage| stage.status == "succeeded");
    let entry = event.entry.map(|id| format!("entry {id}"));
    let children = || stages.iter().filter(|stage| stage.kind != PIPELINE);
    let message = if ended_well {
        let counts = if let Outcome::Succeeded(counts) = event.outcome { counts } else { Counts::default() };
        let lines: Vec<String> = entry.into_iter().chain(counted(counts)).collect();
        let message = Message::new("entry.saved", "An edited entry is worked in", &lines, at);
        counts_as_fields(message, counts).under(Some("notif_job_success_save_entry"))
    } else {
        let mark = |stage: &Stage| if stage.status == "succeeded" { '✓' } else { '✗' };
        let lines = children().map(|stage| format!("{} {}", mark(stage), what(&stage.kind)));
        let lines: Vec<String> = entry.into_iter().chain(lines).collect();
        let message = Message::new("entry.save_failed", "An edited entry was not worked in", &lines, at);
        message.under(Some("notif_job_failed_save_entry")).urgent()
    };
    let told: Map<String, Value> = children().map(|stage| (stage.kind.clone(), json!(stage.status))).collect();
    message.with("stages", Value::Object(told)).of(event, root, PIPELINE)
}

/// Somebody else's job that failed: an admin hears neither whose nor about which entry.
pub(super) fn of_another(event: &Event, class: Class, at: Timestamp) -> Message {
    let lines = [what(event.kind).to_owned(), cause(class).to_owned(), format!("job {}", event.job)];
    let message = Message::new("admin.job_failed", "Somebody else's job failed", &lines, at);
    let message = message.with("job_id", json!(event.job)).with("type", json!(event.kind));
    message.with("cause", json!(word(class))).under(Some("notif_admin_job_failed")).urgent()
}

/// A server that is not well any more.
pub(super) fn of_health(checks: &[Check], at: Timestamp) -> Message {
    let bad = || checks.iter().filter(|check| check.status != Level::Ok);
    let lines: Vec<String> = bad().map(|check| format!("{}: {}", check.name, check.detail)).collect();
    let message = Message::new("admin.health", "The server is not well", &lines, at);
    let levels: Map<String, Value> = checks.iter().map(|check| (check.name.clone(), json!(check.status))).collect();
    message.with("checks", Value::Object(levels)).under(Some("notif_admin_health_alert")).urgent()
}

/// What somebody sends to themselves to see whether it arrives.
pub(super) fn of_test(at: Timestamp) -> Message {
    Message::new("test", "Journal", &["notifications arrive".to_owned()], at)
}

/// What a week came to, in numbers.
pub(super) fn of_digest(numbers: &Numbers, at: Timestamp) -> Message {
    let Numbers { written, before, streaks, .. } = numbers;
    let lines = [
        format!("entries: {} (the week before: {})", written.entries, before.entries),
        format!("words: {} (the week before: {})", written.words, before.words),
        format!("days with an entry: {}", written.days),
        format!("days in a row: {} (at most: {})", streaks.current, streaks.longest),
        format!("people mentioned: {}", numbers.people_mentioned),
        format!("entries of these days in earlier years: {}", numbers.entries_in_earlier_years),
    ];
    let message = Message::new("digest", &format!("Your week {}", numbers.week), &lines, at);
    message.with("digest", json!(numbers))
}

fn counted(counts: Counts) -> Vec<String> {
    let known = named(counts).into_iter().filter_map(|(name, count)| Some((name.replace('_', " "), count?)));
    known.map(|(name, count)| format!("{name}: {count}")).collect()
}

fn counts_as_fields(message: Message, counts: Counts) -> Message {
    let known = named(counts).into_iter().filter_map(|(name, count)| Some((name, count?)));
    known.fold(message, |message, (name, count)| message.with(name, json!(count)))
}

fn named(counts: Counts) -> [(&'static str, Option<u64>); 7] {
    [
        ("pages", counts.pages),
        ("recordings", counts.recordings),
        ("words", counts.words),
        ("chunks", counts.chunks),
        ("entities", counts.entities),
        ("mentions", counts.mentions),
        ("moods_scored", counts.moods),
    ]
}

fn done(kind: &str) -> &'static str {
    match kind {
        "ingest_images" => "Photographed pages are in",
        "ingest_audio" => "A recording is in",
        _ => "A job is done",
    }
}

/// Finds the type of a job that rows name.
pub(super) fn known(kind: &str) -> Option<&'static str> {
    KINDS.into_iter().find(|known| *known == kind)
}

/// Names a job's type for people; one that this version does not know is nobody's words either.
fn what(kind: &str) -> &'static str {
    match kind {
        "ingest_images" => "reading photographed pages",
        "ingest_audio" => "writing a recording down",
        "reprocess_embeddings" => "making vectors",
        "mood_score_entry" | "mood_backfill" => "scoring moods",
        "entity_extraction" => "looking for people and places",
        "entity_reembed" => "embedding an entity",
        PIPELINE => "working in an edited entry",
        _ => "other work",
    }
}

const fn cause(class: Class) -> &'static str {
    match class {
        Class::Outside => "a provider failed",
        Class::Input => "what was handed in could not be used",
        Class::Inside => "something failed on the server",
    }
}

const fn word(class: Class) -> &'static str {
    match class {
        Class::Outside => "outside",
        Class::Input => "input",
        Class::Inside => "inside",
    }
}
