//! Entries typed in the shell: checked before the text exists, stored with the draft they were recovered from.

use jiff::civil::Date;

use crate::app::context::Ctx;
use crate::domain::calendar::EntryMinute;
use crate::domain::entry::{Entry, EntryProperty, SourceType};
use crate::domain::id::{DraftId, JobId};
use crate::domain::scope::Scope;
use crate::domain::{entry_date, tag, text};
use crate::egress::DerivedJobs;
use crate::error::{Error, Result};
use crate::services::audit::AuditRecorder;
use crate::services::ingest::dating::{DateEvidence, DateFallback, determine_date};
use crate::services::ingest::front_matter::{self, FrontMatter};
use crate::services::ingest::stored_draft::add_with_jobs;
use crate::services::ingest::{EntryDraft, EntrySubmitter};
use crate::storage::notebook::entries::EntryDating;
use crate::storage::notebook::{drafts, entries};

/// Text to store, with the flags of its command.
#[derive(Debug, Clone, Default)]
pub struct TypedEntry {
    /// The text; not checked by [`check_typed`].
    pub text: String,
    /// Date given by a flag, `YYYY-MM-DD`; takes precedence over front matter.
    pub date: Option<String>,
    /// Day on which the text was typed, `YYYY-MM-DD`, used without any other date; defaults to today.
    pub typed_on: Option<String>,
    /// Time of day given by a flag, such as `08:31`; takes precedence over front matter.
    pub time: Option<String>,
    /// Title given by a flag; takes precedence over front matter.
    pub title: Option<String>,
    /// Tags given by flags, in addition to those of the front matter.
    pub tags: Vec<String>,
    /// True if front matter at the top of the text is read.
    pub has_front_matter: bool,
    /// The draft that the text was recovered from, removed in the same transaction.
    pub draft: Option<DraftId>,
}

/// Checks that [`write_typed`] would accept an entry whose text is not typed yet, and that the notebook can be written.
/// Returns today's date.
///
/// # Errors
/// As [`write_typed`], but for the text.
pub async fn check_typed(ctx: &Ctx, typed: &TypedEntry) -> Result<String> {
    ctx.caller.authorize(Scope::Ingest)?;
    let (date, tags) = (determine_typed_date(ctx, typed, &[])?.0, tag::normalize(&typed.tags)?);
    let within = ctx.restriction();
    // The date may still come from front matter.
    if typed.date.is_some() || !typed.has_front_matter {
        within.ensure_visible(&date.to_string(), true, &tags)?;
    }
    ctx.with_notebook_restricted(Scope::Ingest, |notebook, _| notebook.dry_run(|_| Ok(()))).await?;
    Ok(ctx.today().to_string())
}

/// Stores a typed text as an entry and returns it; a background job embeds it.
///
/// The date is that of the flag, of the front matter, or of the day: typed text is not searched for dates.
///
/// # Errors
/// `Invalid` for an empty or too long text, a date out of bounds or malformed tags; `NotFound` for a draft that was
/// stored in the meantime.
pub async fn write_typed(ctx: &Ctx, typed: TypedEntry) -> Result<Entry> {
    let draft = draft_from_typed(ctx, &typed)?;
    let (trail, job) = (AuditRecorder::from_ctx(ctx), JobId::draw(ctx.app.entropy.as_ref())?);
    let follow_ups = DerivedJobs::from_config(ctx).await?;
    let entry = ctx
        .with_notebook_restricted(Scope::Ingest, move |notebook, _| {
            notebook.write(|db| {
                if let Some(recovered) = typed.draft {
                    drafts::remove_stored(db, recovered)?;
                }
                let id = add_with_jobs(db, &draft, (job, &follow_ups), &trail)?;
                entries::find(db, id)?.ok_or_else(|| Error::not_found("entry"))
            })
        })
        .await?;
    ctx.wake_worker();
    Ok(entry)
}

fn draft_from_typed(ctx: &Ctx, typed: &TypedEntry) -> Result<EntryDraft> {
    let submitter = EntrySubmitter::from_ctx(ctx);
    let raw = text::validate_entry_text(&typed.text)?;
    let (head, body) = if typed.has_front_matter {
        let (head, body) = front_matter::split(raw)?;
        (head, text::validate_entry_text(body)?)
    } else {
        (FrontMatter::default(), raw)
    };
    let (date, dating) = determine_typed_date(ctx, typed, &head.dating_fields())?;
    // Overrides the source: text that an assistant writes is always the assistant's own.
    let source = if submitter.author.is_some() { SourceType::Agent } else { SourceType::TextEntry };
    let draft = EntryDraft {
        title: typed.title.as_deref().map_or(head.title, text::title),
        tags: tag::normalize(&[typed.tags.as_slice(), &head.tags].concat())?,
        properties: head.properties.into_iter().map(|(name, value)| EntryProperty { name, value }).collect(),
        dating,
        ..EntryDraft::new(raw.to_owned(), body.to_owned(), date, source, submitter)
    };
    draft.ensure_permitted()
}

/// Returns the date of the flag, of the front matter or of the day, and the time of day with the origin of the date.
fn determine_typed_date(
    ctx: &Ctx,
    typed: &TypedEntry,
    front_matter: &[(String, String)],
) -> Result<(Date, EntryDating<'static>)> {
    let typed_on = entry_date::parse_optional(typed.typed_on.as_deref())?;
    let dated = determine_date(&DateEvidence {
        explicit: entry_date::parse_optional(typed.date.as_deref())?,
        front_matter,
        path: "",
        metadata: None,
        text: "",
        fallback: typed_on.map_or(DateFallback::Today { guessed: false }, DateFallback::Sent),
        now: ctx.app.clock.now(),
        bounds: ctx.app.entry_date_bounds(),
        calendar: ctx.calendar(),
    })?;
    let time: Option<EntryMinute> = typed.time.as_deref().map(str::parse).transpose()?;
    let minute = time.map(|time| ctx.calendar().minute_of_day(time)).or(dated.minute);
    Ok((dated.date, EntryDating { minute, guessed: dated.guessed, origin: dated.origin.name() }))
}
