//! Rows of the egress policy and the egress ledger.

use rusqlite::{Row, named_params};

use crate::domain::egress::{EgressPurpose, EgressTotals, LedgerItem, ProviderTotals, RedactionKind};
use crate::error::{Error, Result};
use crate::storage::notebook::NotebookDb;

/// Egress policy of a notebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EgressPolicyRow {
    pub(crate) local_only: bool,
    /// `None` permits every purpose the server settings allow.
    pub(crate) purposes: Option<Vec<EgressPurpose>>,
    pub(crate) redact: Vec<RedactionKind>,
}

/// Returns the egress policy.
pub(crate) fn find_policy(db: &NotebookDb<'_>) -> Result<EgressPolicyRow> {
    let (purposes, allowed) = db.query_one(
        "SELECT local_only, purposes, redact_phones, redact_emails, redact_national_ids FROM egress_policy",
        [],
        |row| {
            let held = [row.get::<_, bool>(2)?, row.get(3)?, row.get(4)?];
            let redact =
                RedactionKind::ALL.into_iter().zip(held).filter(|(_, held)| *held).map(|(kind, _)| kind).collect();
            let purposes: Option<String> = row.get(1)?;
            Ok((purposes, EgressPolicyRow { local_only: row.get(0)?, purposes: None, redact }))
        },
    )?;
    let unreadable = |error| Error::internal("parsing the egress policy", error);
    let purposes = purposes.map(|text| serde_json::from_str(&text)).transpose().map_err(unreadable)?;
    Ok(EgressPolicyRow { purposes, ..allowed })
}

/// Stores the egress policy.
pub(crate) fn set_policy(db: &NotebookDb<'_>, allowed: &EgressPolicyRow) -> Result<()> {
    let unwritable = |error| Error::internal("serializing the egress policy", error);
    let purposes = allowed.purposes.as_ref().map(serde_json::to_string).transpose().map_err(unwritable)?;
    let held = |kind| allowed.redact.contains(&kind);
    db.execute(
        "UPDATE egress_policy
         SET local_only = :local, purposes = :purposes, redact_phones = :phones, redact_emails = :emails,
             redact_national_ids = :ids",
        named_params! {
            ":local": allowed.local_only, ":purposes": purposes, ":phones": held(RedactionKind::Phones),
            ":emails": held(RedactionKind::Emails), ":ids": held(RedactionKind::NationalIds),
        },
    )
    .map(drop)
}

/// Returns the owner's redaction words.
pub(crate) fn list_redaction_words(db: &NotebookDb<'_>) -> Result<Vec<String>> {
    db.query_all("SELECT word FROM egress_words ORDER BY word", [], |row| row.get(0))
}

/// Adds a redaction word; an existing one is no error.
pub(crate) fn add_redaction_word(db: &NotebookDb<'_>, word: &str) -> Result<()> {
    db.execute("INSERT OR IGNORE INTO egress_words (word) VALUES (:word)", named_params! { ":word": word }).map(drop)
}

/// Removes a redaction word; returns false if there was none.
pub(crate) fn remove_redaction_word(db: &NotebookDb<'_>, word: &str) -> Result<bool> {
    db.execute("DELETE FROM egress_words WHERE word = :word", named_params! { ":word": word }).map(|rows| rows > 0)
}

/// New row of the egress ledger.
pub(crate) struct NewLedgerRow {
    pub(crate) at: String,
    pub(crate) provider: String,
    pub(crate) host: String,
    pub(crate) model: String,
    pub(crate) purpose: EgressPurpose,
    pub(crate) bytes_out: u64,
    pub(crate) redactions: u64,
    pub(crate) entry_ids: Vec<i64>,
    pub(crate) job: Option<String>,
}

/// Adds a ledger row before the request is sent; returns its position.
pub(crate) fn add_ledger_row(db: &NotebookDb<'_>, leaving: &NewLedgerRow) -> Result<i64> {
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

/// Result of a provider call.
pub(crate) struct LedgerResult {
    pub(crate) bytes_out: u64,
    pub(crate) bytes_in: u64,
    pub(crate) status: Option<u16>,
    pub(crate) result: &'static str,
    pub(crate) duration_ms: i64,
}

/// Stores the result of a provider call.
pub(crate) fn set_result(db: &NotebookDb<'_>, seq: i64, ended: &LedgerResult) -> Result<()> {
    db.execute(
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

/// Returns the model of a ledger row.
pub(crate) fn find_model(db: &NotebookDb<'_>, seq: i64) -> Result<String> {
    db.query_one("SELECT model FROM egress WHERE seq = :seq", named_params! { ":seq": seq }, |row| row.get(0))
}

/// Adds token usage and cost to a ledger row and its job.
pub(crate) fn add_usage(
    db: &NotebookDb<'_>,
    seq: i64,
    (input, output): (Option<i64>, Option<i64>),
    cost: Option<f64>,
) -> Result<()> {
    db.execute(
        "UPDATE egress
         SET input_tokens = CASE WHEN :input IS NULL THEN input_tokens ELSE COALESCE(input_tokens, 0) + :input END,
             output_tokens = CASE WHEN :output IS NULL THEN output_tokens ELSE COALESCE(output_tokens, 0) + :output END,
             cost_usd = CASE WHEN :cost IS NULL THEN cost_usd ELSE COALESCE(cost_usd, 0) + :cost END
         WHERE seq = :seq",
        named_params! { ":seq": seq, ":input": input, ":output": output, ":cost": cost },
    )?;
    db.execute(
        "UPDATE jobs
         SET input_tokens = CASE WHEN :input IS NULL THEN input_tokens ELSE COALESCE(input_tokens, 0) + :input END,
             output_tokens = CASE WHEN :output IS NULL THEN output_tokens ELSE COALESCE(output_tokens, 0) + :output END,
             cost_usd = CASE WHEN :cost IS NULL THEN cost_usd ELSE COALESCE(cost_usd, 0) + :cost END
         WHERE id = (SELECT job_id FROM egress WHERE seq = :seq)",
        named_params! { ":seq": seq, ":input": input, ":output": output, ":cost": cost },
    )
    .map(drop)
}

/// Ledger filter; `from` is inclusive, `before` exclusive.
pub(crate) struct LedgerFilter<'a> {
    pub(crate) from: Option<&'a str>,
    pub(crate) before: Option<&'a str>,
    pub(crate) purpose: Option<EgressPurpose>,
}

/// Returns a page of ledger rows, newest first, with the number of matches.
pub(crate) fn page(
    db: &NotebookDb<'_>,
    filter: &LedgerFilter<'_>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<LedgerItem>, i64)> {
    let purpose = filter.purpose.map(EgressPurpose::name);
    let items = db.query_all(
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
    let total = db.query_one(
        "SELECT COUNT(*) FROM egress
         WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)
           AND (:purpose IS NULL OR purpose = :purpose)",
        named_params! { ":from": filter.from, ":before": filter.before, ":purpose": purpose },
        |row| row.get(0),
    )?;
    Ok((items, total))
}

/// Returns totals by provider, purpose and model.
pub(crate) fn totals_by_provider(db: &NotebookDb<'_>, filter: &LedgerFilter<'_>) -> Result<Vec<ProviderTotals>> {
    db.query_all(
        "SELECT COUNT(*), COALESCE(SUM(bytes_out), 0), COALESCE(SUM(bytes_in), 0), COALESCE(SUM(redactions), 0), COALESCE(SUM(input_tokens), 0),
                COALESCE(SUM(output_tokens), 0), SUM(cost_usd), provider, purpose, model
         FROM egress
         WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)
         GROUP BY provider, purpose, model ORDER BY provider, purpose, model",
        named_params! { ":from": filter.from, ":before": filter.before },
        |row| Ok(ProviderTotals { provider: row.get(7)?, purpose: row.get(8)?, model: row.get(9)?, totals: totals_from_row(row)? }),
    )
}

/// Returns the totals of all matching rows.
pub(crate) fn total(db: &NotebookDb<'_>, filter: &LedgerFilter<'_>) -> Result<EgressTotals> {
    db.query_one(
        "SELECT COUNT(*), COALESCE(SUM(bytes_out), 0), COALESCE(SUM(bytes_in), 0), COALESCE(SUM(redactions), 0), COALESCE(SUM(input_tokens), 0),
                COALESCE(SUM(output_tokens), 0), SUM(cost_usd)
         FROM egress WHERE (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)",
        named_params! { ":from": filter.from, ":before": filter.before },
        totals_from_row,
    )
}

fn totals_from_row(row: &Row<'_>) -> rusqlite::Result<EgressTotals> {
    Ok(EgressTotals {
        calls: row.get(0)?,
        bytes_out: row.get(1)?,
        bytes_in: row.get(2)?,
        redactions: row.get(3)?,
        input_tokens: row.get(4)?,
        output_tokens: row.get(5)?,
        cost_usd: row.get(6)?,
    })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<LedgerItem> {
    let entry_ids: String = row.get(9)?;
    let entry_ids = serde_json::from_str(&entry_ids)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(9, rusqlite::types::Type::Text, error.into()))?;
    Ok(LedgerItem {
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
