//! Rows of what left this machine, and of what may.

use rusqlite::Row;
use rusqlite::named_params;

use crate::error::Error;
use crate::error::Result;
use crate::model::egress::Purpose;
use crate::model::egress::Redaction;
use crate::model::egress::Sending;
use crate::model::egress::Share;
use crate::model::egress::Totals;
use crate::storage::notebook::NotebookDb;

/// What the owner lets out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) local_only: bool,
    /// `None` is whatever the server's settings allow.
    pub(crate) purposes: Option<Vec<Purpose>>,
    pub(crate) redact: Vec<Redaction>,
}

/// Returns what the owner lets out.
pub(crate) fn allowed(db: &NotebookDb<'_>) -> Result<Allowed> {
    let (purposes, allowed) = db.one(
        "SELECT local_only, purposes, redact_phones, redact_emails, redact_national_ids FROM egress_policy",
        [],
        |row| {
            let held = [row.get::<_, bool>(2)?, row.get(3)?, row.get(4)?];
            let redact = Redaction::ALL.into_iter().zip(held).filter(|(_, held)| *held).map(|(kind, _)| kind).collect();
            let purposes: Option<String> = row.get(1)?;
            Ok((purposes, Allowed { local_only: row.get(0)?, purposes: None, redact }))
        },
    )?;
    let unreadable = |error| Error::internal("reading what may leave", error);
    let purposes = purposes.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?;
    Ok(Allowed { purposes, ..allowed })
}

/// Stores what the owner lets out.
pub(crate) fn allow(db: &NotebookDb<'_>, allowed: &Allowed) -> Result<()> {
    let unwritable = |error| Error::internal("writing what may leave", error);
    let purposes = allowed.purposes.as_ref().map(serde_json::to_string).transpose().map_err(unwritable)?;
    let held = |kind| allowed.redact.contains(&kind);
    db.run(
        "UPDATE egress_policy
         SET local_only = :local, purposes = :purposes, redact_phones = :phones, redact_emails = :emails,
             redact_national_ids = :ids",
        named_params! {
            ":local": allowed.local_only, ":purposes": purposes, ":phones": held(Redaction::Phones),
            ":emails": held(Redaction::Emails), ":ids": held(Redaction::NationalIds),
        },
    )
    .map(drop)
}

/// Returns the owner's own words.
pub(crate) fn words(db: &NotebookDb<'_>) -> Result<Vec<String>> {
    db.all("SELECT word FROM egress_words ORDER BY word", [], |row| row.get(0))
}

/// Adds one of the owner's own words, if it is not there yet.
pub(crate) fn add_word(db: &NotebookDb<'_>, word: &str) -> Result<()> {
    db.run("INSERT OR IGNORE INTO egress_words (word) VALUES (:word)", named_params! { ":word": word }).map(drop)
}

/// Forgets one of the owner's own words; tells whether it was there.
pub(crate) fn forget_word(db: &NotebookDb<'_>, word: &str) -> Result<bool> {
    db.run("DELETE FROM egress_words WHERE word = :word", named_params! { ":word": word }).map(|rows| rows > 0)
}

/// What is about to leave.
pub(crate) struct Leaving {
    pub(crate) at: String,
    pub(crate) provider: String,
    pub(crate) host: String,
    pub(crate) model: String,
    pub(crate) purpose: Purpose,
    pub(crate) bytes_out: u64,
    pub(crate) redactions: u64,
    pub(crate) entry_ids: Vec<i64>,
    pub(crate) job: Option<String>,
}

/// Writes down what is about to leave; returns its position.
pub(crate) fn add(db: &NotebookDb<'_>, leaving: &Leaving) -> Result<i64> {
    db.insert(
        "INSERT INTO egress (at, provider, host, model, purpose, bytes_out, redactions, entry_ids, job_id)
         VALUES (:at, :provider, :host, :model, :purpose, :bytes, :redactions, :entries, :job)",
        named_params! {
            ":at": leaving.at, ":provider": leaving.provider, ":host": leaving.host, ":model": leaving.model,
            ":purpose": leaving.purpose.name(), ":bytes": leaving.bytes_out, ":redactions": leaving.redactions,
            ":entries": serde_json::json!(leaving.entry_ids).to_string(), ":job": leaving.job,
        },
    )
}

/// How something that left ended.
pub(crate) struct Ended {
    pub(crate) bytes_out: u64,
    pub(crate) bytes_in: u64,
    pub(crate) status: Option<u16>,
    pub(crate) result: &'static str,
    pub(crate) duration_ms: i64,
}

/// Writes down how it ended.
pub(crate) fn end(db: &NotebookDb<'_>, seq: i64, ended: &Ended) -> Result<()> {
    db.run(
        "UPDATE egress
         SET bytes_out = :out, bytes_in = :in, status = :status, result = :result, duration_ms = :duration
         WHERE seq = :seq",
        named_params! {
            ":seq": seq, ":out": ended.bytes_out, ":in": ended.bytes_in, ":status": ended.status,
            ":result": ended.result, ":duration": ended.duration_ms,
        },
    )
    .map(drop)
}

/// Returns the model of a row.
pub(crate) fn model(db: &NotebookDb<'_>, seq: i64) -> Result<String> {
    db.one("SELECT model FROM egress WHERE seq = :seq", named_params! { ":seq": seq }, |row| row.get(0))
}

/// Adds what a model used to its row and to the job that it was for.
pub(crate) fn used(
    db: &NotebookDb<'_>,
    seq: i64,
    (input, output): (Option<i64>, Option<i64>),
    cost: Option<f64>,
) -> Result<()> {
    db.run(
        "UPDATE egress
         SET input_tokens = CASE WHEN :input IS NULL THEN input_tokens ELSE COALESCE(input_tokens, 0) + :input END,
             output_tokens = CASE WHEN :output IS NULL THEN output_tokens ELSE COALESCE(output_tokens, 0) + :output END,
             cost_usd = CASE WHEN :cost IS NULL THEN cost_usd ELSE COALESCE(cost_usd, 0) + :cost END
         WHERE seq = :seq",
        named_params! { ":seq": seq, ":input": input, ":output": output, ":cost": cost },
    )?;
    db.run(
        "UPDATE jobs
         SET input_tokens = CASE WHEN :input IS NULL THEN input_tokens ELSE COALESCE(input_tokens, 0) + :input END,
             output_tokens = CASE WHEN :output IS NULL THEN output_tokens ELSE COALESCE(output_tokens, 0) + :output END,
             cost_usd = CASE WHEN :cost IS NULL THEN cost_usd ELSE COALESCE(cost_usd, 0) + :cost END
         WHERE id = (SELECT job_id FROM egress WHERE seq = :seq)",
        named_params! { ":seq": seq, ":input": input, ":output": output, ":cost": cost },
    )
    .map(drop)
}

/// Which rows are meant: those from an instant on, and before one.
pub(crate) struct Filter<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) before: Option<&'a str>,
    pub(crate) purpose: Option<Purpose>,
}

/// Returns a page of rows, newest first, with the number that match.
pub(crate) fn page(db: &NotebookDb<'_>, filter: &Filter<'_>, limit: i64, offset: i64) -> Result<(Vec<Sending>, i64)> {
    let purpose = filter.purpose.map(Purpose::name);
    let items = db.all(
        "SELECT seq, at, provider, host, model, purpose, bytes_out, bytes_in, redactions, entry_ids, job_id,
                input_tokens, output_tokens, cost_usd, duration_ms, status, result
         FROM egress
         WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)
           AND (:purpose IS NULL OR purpose = :purpose)
         ORDER BY seq DESC LIMIT :limit OFFSET :offset",
        named_params! {
            ":from": filter.from, ":before": filter.before, ":purpose": purpose, ":limit": limit, ":offset": offset,
        },
        from_row,
    )?;
    let total = db.one(
        "SELECT COUNT(*) FROM egress
         WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)
           AND (:purpose IS NULL OR purpose = :purpose)",
        named_params! { ":from": filter.from, ":before": filter.before, ":purpose": purpose },
        |row| row.get(0),
    )?;
    Ok((items, total))
}

/// Returns what left by provider, purpose and model.
pub(crate) fn shares(db: &NotebookDb<'_>, filter: &Filter<'_>) -> Result<Vec<Share>> {
    db.all(
        "SELECT COUNT(*), COALESCE(SUM(bytes_out), 0), COALESCE(SUM(bytes_in), 0), COALESCE(SUM(redactions), 0), COALESCE(SUM(input_tokens), 0),
                COALESCE(SUM(output_tokens), 0), SUM(cost_usd), provider, purpose, model
         FROM egress
         WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)
         GROUP BY provider, purpose, model ORDER BY provider, purpose, model",
        named_params! { ":from": filter.from, ":before": filter.before },
        |row| Ok(Share { provider: row.get(7)?, purpose: row.get(8)?, model: row.get(9)?, totals: totals(row)? }),
    )
}

/// Returns all that left.
pub(crate) fn total(db: &NotebookDb<'_>, filter: &Filter<'_>) -> Result<Totals> {
    db.one(
        "SELECT COUNT(*), COALESCE(SUM(bytes_out), 0), COALESCE(SUM(bytes_in), 0), COALESCE(SUM(redactions), 0), COALESCE(SUM(input_tokens), 0),
                COALESCE(SUM(output_tokens), 0), SUM(cost_usd)
         FROM egress WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)",
        named_params! { ":from": filter.from, ":before": filter.before },
        totals,
    )
}

fn totals(row: &Row<'_>) -> rusqlite::Result<Totals> {
    Ok(Totals {
        calls: row.get(0)?,
        bytes_out: row.get(1)?,
        bytes_in: row.get(2)?,
        redactions: row.get(3)?,
        input_tokens: row.get(4)?,
        output_tokens: row.get(5)?,
        cost_usd: row.get(6)?,
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Sending> {
    let entry_ids: String = row.get(9)?;
    let entry_ids = serde_json::from_str(&entry_ids)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(9, rusqlite::types::Type::Text, error.into()))?;
    Ok(Sending {
        seq: row.get(0)?,
        at: row.get(1)?,
        provider: row.get(2)?,
        host: row.get(3)?,
        model: row.get(4)?,
        purpose: row.get(5)?,
        bytes_out: row.get(6)?,
        bytes_in: row.get(7)?,
        redactions: row.get(8)?,
        entry_ids,
        job_id: row.get(10)?,
        input_tokens: row.get(11)?,
        output_tokens: row.get(12)?,
        cost_usd: row.get(13)?,
        duration_ms: row.get(14)?,
        status: row.get(15)?,
        result: row.get(16)?,
    })
}
