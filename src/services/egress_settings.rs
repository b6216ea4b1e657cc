//! Egress policy and ledger of a journal, for its owner.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::app::context::Ctx;
use crate::config::Config;
use crate::domain::access_filter::AccessFilter;
use crate::domain::activity::ReadKind;
use crate::domain::audit::AuditAction;
use crate::domain::egress::{
    EgressPolicy, EgressPurpose, EgressReport, EgressRoute, LedgerPage, RedactionKind, RedactionPreview,
};
use crate::domain::id::EntryId;
use crate::domain::scope::Scope;
use crate::egress;
use crate::egress::redaction::{self, Redactor};
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::egress::LedgerFilter;
use crate::storage::notebook::{self, NotebookDb, entries};

/// Default number of rows per page.
pub const DEFAULT_LIMIT: i64 = 50;
/// Maximum number of rows per page.
pub const MAX_LIMIT: i64 = 200;
/// Maximum offset of a page.
pub const MAX_OFFSET: i64 = 10_000;
/// Maximum number of custom redacted words.
pub const MAX_WORDS: usize = 1000;
/// Maximum length of a word, code points.
pub const MAX_WORD_CHARS: usize = 100;
/// Minimum number of letters and digits of a word: a single letter would match everywhere.
pub const MIN_WORD_CHARS: usize = 2;

/// Date range of the ledger, both ends inclusive.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct LedgerDateRange {
    /// First day (YYYY-MM-DD, UTC)
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// Last day (YYYY-MM-DD, UTC)
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
}

/// Query for a page of the ledger.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct LedgerQuery {
    /// Days of the requests, in UTC.
    #[command(flatten)]
    pub days: LedgerDateRange,
    /// Only requests with this purpose, such as `embedding`
    #[arg(long)]
    pub purpose: Option<String>,
    /// Requests per page, 1 to 200
    #[arg(long, default_value_t = DEFAULT_LIMIT)]
    pub limit: i64,
    /// Requests to skip
    #[arg(long, default_value_t = 0)]
    pub offset: i64,
}

impl LedgerDateRange {
    /// Returns the half-open interval of timestamps: from the start of the first day to the start of the day after the
    /// last.
    fn interval(&self) -> Result<(Option<String>, Option<String>)> {
        let day = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(parse_date).transpose();
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Error::invalid("the last day is before the first").hint("swap --from and --to"));
        }
        let after = to.map(|day| day.tomorrow().map_err(|_| invalid_date_error())).transpose()?;
        // Timestamps start with their date, so a bare date sorts before all of its timestamps.
        Ok((from.map(|day| day.to_string()), after.map(|day| day.to_string())))
    }
}

fn parse_date(text: &str) -> Result<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text).ok_or_else(invalid_date_error)
}

fn invalid_date_error() -> Error {
    Error::invalid("that is not a valid date").code("invalid_date").hint("write dates as YYYY-MM-DD")
}

/// Returns a page of the ledger, newest first.
///
/// # Errors
/// `Invalid` for invalid dates or an unknown purpose.
pub async fn list(ctx: &Ctx, wanted: LedgerQuery) -> Result<LedgerPage> {
    let (from, before) = wanted.days.interval()?;
    let purpose = wanted.purpose.as_deref().map(str::parse::<EgressPurpose>).transpose()?;
    let (limit, offset) = (wanted.limit.clamp(1, MAX_LIMIT), wanted.offset.clamp(0, MAX_OFFSET));
    ctx.read(Scope::Account, move |db| {
        let filter = LedgerFilter { from: from.as_deref(), before: before.as_deref(), purpose };
        let (items, total) = notebook::egress::page(db, &filter, limit, offset)?;
        Ok(LedgerPage { items, total, limit, offset })
    })
    .await
}

/// Returns totals of the ledger by provider, purpose and model, and overall.
///
/// # Errors
/// `Invalid` for invalid dates.
pub async fn report(ctx: &Ctx, days: LedgerDateRange) -> Result<EgressReport> {
    let (from, before) = days.interval()?;
    let given = |day: Option<String>| day.filter(|day| !day.is_empty());
    ctx.read(Scope::Account, move |db| {
        let filter = LedgerFilter { from: from.as_deref(), before: before.as_deref(), purpose: None };
        let items = notebook::egress::totals_by_provider(db, &filter)?;
        let total = notebook::egress::total(db, &filter)?;
        Ok(EgressReport { from: given(days.from), to: given(days.to), items, total })
    })
    .await
}

/// Returns the egress policy.
pub async fn policy(ctx: &Ctx) -> Result<EgressPolicy> {
    let server = ctx.app.config.external_services.purposes.clone();
    ctx.read(Scope::Account, move |db| current_policy(db, server)).await
}

fn current_policy(db: &NotebookDb<'_>, server: Vec<EgressPurpose>) -> Result<EgressPolicy> {
    let owner = notebook::egress::find_policy(db)?;
    let allowed = egress::effective_purposes(&server, &owner);
    Ok(EgressPolicy {
        local_only: owner.local_only,
        purposes: owner.purposes,
        server_purposes: server,
        allowed,
        redact: owner.redact,
        words: notebook::egress::list_redaction_words(db)?,
    })
}

/// Changes to the egress policy; fields that are not given stay as they are.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EgressPolicyUpdate {
    /// True if nothing may be sent to providers.
    pub local_only: Option<bool>,
    /// Allowed purposes, the complete list; `all` alone allows every purpose that the server allows.
    pub purposes: Option<Vec<String>>,
    /// Redacted kinds, the complete list: `phones`, `emails`, `national-ids`.
    pub redact: Option<Vec<RedactionKind>>,
    /// Custom words to redact.
    pub add_words: Option<Vec<String>>,
    /// Custom words to stop redacting.
    pub forget_words: Option<Vec<String>>,
}

/// Changes the policy in one transaction and returns it. Requests already in flight are not cancelled.
///
/// # Errors
/// `Invalid` for an unknown purpose or an invalid word, `NotFound` for a word to forget that is not listed, `Conflict`
/// beyond [`MAX_WORDS`].
pub async fn change(ctx: &Ctx, change: EgressPolicyUpdate) -> Result<EgressPolicy> {
    let purposes = change.purposes.map(|names| parse_purposes(&names)).transpose()?;
    let words = |words: Option<Vec<String>>| -> Result<Vec<String>> {
        words.unwrap_or_default().iter().map(|word| checked_word(word)).collect()
    };
    let (added, forgotten) = (words(change.add_words)?, words(change.forget_words)?);
    let (server, trail) = (ctx.app.config.external_services.purposes.clone(), AuditRecorder::from_ctx(ctx));
    ctx.write(Scope::Account, move |db| {
        let mut allowed = notebook::egress::find_policy(db)?;
        let mut changed = Vec::new();
        if let Some(local_only) = change.local_only {
            allowed.local_only = local_only;
            changed.push("local_only");
        }
        if let Some(purposes) = purposes {
            allowed.purposes = purposes;
            changed.push("purposes");
        }
        if let Some(mut redact) = change.redact {
            redact.sort_unstable();
            redact.dedup();
            allowed.redact = redact;
            changed.push("redact");
        }
        if !added.is_empty() || !forgotten.is_empty() {
            changed.push("words");
        }
        for word in &added {
            notebook::egress::add_redaction_word(db, word)?;
        }
        for word in &forgotten {
            if !notebook::egress::remove_redaction_word(db, word)? {
                return Err(Error::not_found("word").hint("`journal egress policy` lists the words"));
            }
        }
        if notebook::egress::list_redaction_words(db)?.len() > MAX_WORDS {
            return Err(Error::conflict(format!("at most {MAX_WORDS} words can be redacted"))
                .hint("remove some with `journal egress policy --forget-word`"));
        }
        if !changed.is_empty() {
            notebook::egress::set_policy(db, &allowed)?;
            trail.notebook_changed(db, AuditAction::EgressChanged, "egress", &changed)?;
        }
        current_policy(db, server)
    })
    .await
}

/// Parses purposes; `None` for `all`.
fn parse_purposes(names: &[String]) -> Result<Option<Vec<EgressPurpose>>> {
    if let [name] = names
        && name == "all"
    {
        return Ok(None);
    }
    let mut purposes: Vec<EgressPurpose> = names.iter().map(|name| name.parse()).collect::<Result<_>>()?;
    purposes.sort_unstable();
    purposes.dedup();
    Ok(Some(purposes))
}

fn checked_word(word: &str) -> Result<String> {
    let word: String = word.trim().nfc().collect();
    let wrong = |why: String| Err(Error::invalid(why).code("invalid_field").hint("give a name or an expression"));
    if word.chars().count() > MAX_WORD_CHARS || word.chars().any(char::is_control) {
        return wrong(format!("a word is one line of at most {MAX_WORD_CHARS} characters"));
    }
    if redaction::significant_char_count(&word) < MIN_WORD_CHARS {
        return wrong(format!("a word has at least {MIN_WORD_CHARS} letters or digits"));
    }
    Ok(word)
}

/// Returns an entry's text as it would be sent, with the providers that would receive it.
///
/// # Errors
/// `NotFound` without such an entry.
pub async fn preview(ctx: &Ctx, id: EntryId) -> Result<RedactionPreview> {
    ctx.caller.authorize(Scope::Account)?;
    let app = ctx.app.clone();
    ctx.read(Scope::EntriesRead, move |db| {
        let entry = entries::require_entry(db, id, &AccessFilter::default())?;
        let policy = current_policy(db, app.config.external_services.purposes.clone())?;
        let (text, redactions) =
            Redactor::new(policy.redact.clone(), &policy.words).redact_and_count(&entry.final_text);
        let ways = [EgressPurpose::Formatting, EgressPurpose::DateHeading, EgressPurpose::Embedding].into_iter().map(
            |purpose| {
                let provider = provider(&app.config, purpose);
                EgressRoute { purpose, allowed: provider.is_some() && policy.allowed.contains(&purpose), provider }
            },
        );
        Ok(RedactionPreview { entry_id: id, text, redactions, ways: ways.collect() })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Entry, 1))
}

/// Returns the configured provider of a purpose, if it has credentials.
fn provider(config: &Config, purpose: EgressPurpose) -> Option<String> {
    let outside = &config.external_services;
    let chat = &outside.chat_provider;
    let (name, account) = match (purpose, chat.as_str()) {
        (EgressPurpose::Embedding, _) => (&outside.embedding_provider, &outside.embedding),
        (_, "openai") => (chat, &outside.chat),
        (_, "gemini") => (chat, &outside.gemini),
        _ => (chat, &outside.anthropic),
    };
    (name != "built-in" && account.is_configured()).then(|| name.clone())
}
