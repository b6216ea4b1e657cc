//! What may leave a journal and what did: its owner's view of the gate.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::audit::Trail;
use crate::config::Config;
use crate::ctx::Ctx;
use crate::egress;
use crate::egress::veil;
use crate::egress::veil::Veil;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::egress::Ledger;
use crate::model::egress::Policy;
use crate::model::egress::Preview;
use crate::model::egress::Purpose;
use crate::model::egress::Redaction;
use crate::model::egress::Report;
use crate::model::egress::Way;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::storage::notebook;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::egress::Filter;
use crate::storage::notebook::entries;

/// Most rows of a page.
pub const MAX_LIMIT: i64 = 200;
/// Most rows that are skipped.
pub const MAX_OFFSET: i64 = 10_000;
/// Most words of an owner's own.
pub const MAX_WORDS: usize = 1000;
/// Longest of them, in code points.
pub const MAX_WORD: usize = 100;
/// Fewest letters and digits of one: a single letter would be found everywhere.
pub const MIN_WORD: usize = 2;

/// Days between which to look, both included.
#[derive(Debug, Clone, Default)]
pub struct Days {
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub to: Option<String>,
}

/// A page of the ledger to show.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Days on which it left, in UTC.
    pub days: Days,
    /// Only what left for this.
    pub purpose: Option<String>,
    /// Rows a page, clamped to 1 and [`MAX_LIMIT`].
    pub limit: i64,
    /// Rows to skip, clamped to 0 and [`MAX_OFFSET`].
    pub offset: i64,
}

/// Instants of the ledger: from the first day's beginning to that of the day after the last.
struct Span {
    from: Option<String>,
    before: Option<String>,
}

impl Days {
    fn span(&self) -> Result<Span> {
        let day = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(parsed).transpose();
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(Error::invalid("the last day is before the first").hint("swap --from and --to"));
        }
        let after = to.map(|day| day.tomorrow().map_err(|_| wrong_day())).transpose()?;
        // Timestamps begin with their day, so a day alone is before all of its own.
        Ok(Span { from: from.map(|day| day.to_string()), before: after.map(|day| day.to_string()) })
    }
}

fn parsed(text: &str) -> Result<Date> {
    text.parse::<Date>().ok().filter(|day| day.to_string() == text).ok_or_else(wrong_day)
}

fn wrong_day() -> Error {
    Error::invalid("that is no day").code("invalid_date").hint("write days as YYYY-MM-DD")
}

/// Returns what left, newest first.
///
/// # Errors
/// `Invalid` for days or a purpose that are none.
pub async fn list(ctx: &Ctx, wanted: Wanted) -> Result<Ledger> {
    let span = wanted.days.span()?;
    let purpose = wanted.purpose.as_deref().map(str::parse::<Purpose>).transpose()?;
    let (limit, offset) = (wanted.limit.clamp(1, MAX_LIMIT), wanted.offset.clamp(0, MAX_OFFSET));
    ctx.read(Scope::Account, move |db| {
        let filter = Filter { from: span.from.as_deref(), before: span.before.as_deref(), purpose };
        let (items, total) = notebook::egress::page(db, &filter, limit, offset)?;
        Ok(Ledger { items, total, limit, offset })
    })
    .await
}

/// Returns what left by provider, purpose and model, and in all.
///
/// # Errors
/// `Invalid` for days that are none.
pub async fn report(ctx: &Ctx, days: Days) -> Result<Report> {
    let span = days.span()?;
    let given = |day: Option<String>| day.filter(|day| !day.is_empty());
    ctx.read(Scope::Account, move |db| {
        let filter = Filter { from: span.from.as_deref(), before: span.before.as_deref(), purpose: None };
        let items = notebook::egress::shares(db, &filter)?;
        let total = notebook::egress::total(db, &filter)?;
        Ok(Report { from: given(days.from), to: given(days.to), items, total })
    })
    .await
}

/// Returns what may leave.
pub async fn policy(ctx: &Ctx) -> Result<Policy> {
    let server = ctx.app.config.outside.purposes.clone();
    ctx.read(Scope::Account, move |db| current(db, server)).await
}

fn current(db: &NotebookDb<'_>, server: Vec<Purpose>) -> Result<Policy> {
    let owner = notebook::egress::allowed(db)?;
    let allowed = egress::effective(&server, &owner);
    Ok(Policy {
        local_only: owner.local_only,
        purposes: owner.purposes,
        server_purposes: server,
        allowed,
        redact: owner.redact,
        words: notebook::egress::words(db)?,
    })
}

/// What to change of the policy; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Whether nothing leaves at all.
    pub local_only: Option<bool>,
    /// What may leave, all of it by name; `all` alone is whatever the server's settings allow.
    pub purposes: Option<Vec<String>>,
    /// What is held back, all of it: `phones`, `emails`, `national-ids`.
    pub redact: Option<Vec<Redaction>>,
    /// Words of your own to hold back from now on.
    pub add_words: Option<Vec<String>>,
    /// Words of your own to hold back no longer.
    pub forget_words: Option<Vec<String>>,
}

/// Changes what may leave, all or nothing, and returns it as it is then. A request that is on its way is not called back.
///
/// # Errors
/// `Invalid` for a purpose or a word that is none, `NotFound` for a word to forget that is not there, `Conflict` beyond
/// [`MAX_WORDS`].
pub async fn change(ctx: &Ctx, change: Change) -> Result<Policy> {
    let purposes = change.purposes.map(|names| named(&names)).transpose()?;
    let words = |words: Option<Vec<String>>| words.unwrap_or_default().iter().map(|word| checked(word)).collect();
    let (added, forgotten): (Result<Vec<String>>, Result<Vec<String>>) =
        (words(change.add_words), words(change.forget_words));
    let (added, forgotten) = (added?, forgotten?);
    let (server, trail) = (ctx.app.config.outside.purposes.clone(), Trail::of(ctx));
    ctx.write(Scope::Account, move |db| {
        let mut allowed = notebook::egress::allowed(db)?;
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
            notebook::egress::add_word(db, word)?;
        }
        for word in &forgotten {
            if !notebook::egress::forget_word(db, word)? {
                return Err(Error::not_found("word").hint("`journal egress policy` lists the words"));
            }
        }
        if notebook::egress::words(db)?.len() > MAX_WORDS {
            return Err(Error::conflict(format!("there is room for {MAX_WORDS} words"))
                .hint("forget some with `journal egress policy --forget-word`"));
        }
        if !changed.is_empty() {
            notebook::egress::allow(db, &allowed)?;
            trail.gate_changed(db, &changed)?;
        }
        current(db, server)
    })
    .await
}

/// Reads names of purposes; `None` for `all`.
fn named(names: &[String]) -> Result<Option<Vec<Purpose>>> {
    if let [name] = names
        && name == "all"
    {
        return Ok(None);
    }
    let mut purposes: Vec<Purpose> = names.iter().map(|name| name.parse()).collect::<Result<_>>()?;
    purposes.sort_unstable();
    purposes.dedup();
    Ok(Some(purposes))
}

fn checked(word: &str) -> Result<String> {
    let word: String = word.trim().nfc().collect();
    let wrong = |why: String| Err(Error::invalid(why).code("invalid_field").hint("give a name or an expression"));
    if word.chars().count() > MAX_WORD || word.chars().any(char::is_control) {
        return wrong(format!("a word is one line of at most {MAX_WORD} characters"));
    }
    if veil::significant(&word) < MIN_WORD {
        return wrong(format!("a word has at least {MIN_WORD} letters or digits"));
    }
    Ok(word)
}

/// Returns an entry as a provider would be given it, and who would be.
///
/// # Errors
/// `NotFound` without such an entry.
pub async fn preview(ctx: &Ctx, id: EntryId) -> Result<Preview> {
    ctx.caller.authorize(Scope::Account)?;
    let app = ctx.app.clone();
    ctx.read(Scope::EntriesRead, move |db| {
        let entry = entries::text(db, id)?
            .ok_or_else(|| Error::not_found("entry").hint("`journal list` shows what there is"))?;
        let policy = current(db, app.config.outside.purposes.clone())?;
        let (text, redactions) = Veil::new(policy.redact.clone(), &policy.words).counted(&entry.final_text);
        let ways = [Purpose::Formatting, Purpose::DateHeading, Purpose::Embedding].into_iter().map(|purpose| {
            let provider = provider(&app.config, purpose);
            Way { purpose, allowed: provider.is_some() && policy.allowed.contains(&purpose), provider }
        });
        Ok(Preview { entry_id: id, text, redactions, ways: ways.collect() })
    })
    .await
    .inspect(|_| ctx.count(Read::Entry, 1))
}

/// Says who is asked about texts, as the settings have it.
fn provider(config: &Config, purpose: Purpose) -> Option<String> {
    let outside = &config.outside;
    let (name, account) = match purpose {
        Purpose::Embedding => (&outside.embedding_provider, &outside.embedding),
        _ => match outside.chat_provider.as_str() {
            "openai" => (&outside.chat_provider, &outside.chat),
            "gemini" => (&outside.chat_provider, &outside.gemini),
            _ => (&outside.chat_provider, &outside.anthropic),
        },
    };
    (name != "built-in" && account.is_configured()).then(|| name.clone())
}
