//! Entry edits: validated completely before the first write, applied in one transaction.

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::context::Ctx;
use crate::app::restricted_access::CountsEntries;
use crate::domain::access_filter::AccessFilter;
use crate::domain::calendar::EntryMinute;
use crate::domain::entry::{AssistantAuthor, CharRange, Entry};
use crate::domain::id::{DraftId, EntryId, JobId};
use crate::domain::scope::Scope;
use crate::domain::{entry_date, tag, text};
use crate::egress::DerivedJobs;
use crate::error::{Error, ErrorKind, Result};
use crate::services::audit::AuditRecorder;
use crate::storage::notebook::{NotebookDb, chunks, drafts, entries, jobs, versions};

/// Changes to an entry; at least one field must be set.
#[derive(Debug, Clone, Default)]
pub struct EntryEdit {
    /// New text.
    pub text: Option<String>,
    /// New date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// New time of day, such as `08:31` or `7:30 PM`; an empty one removes the time.
    pub time: Option<String>,
    /// New title; an empty one removes the title.
    pub title: Option<String>,
    /// Change of the tags.
    pub tags: Option<TagEdit>,
    /// First code point of the range of the raw text that becomes the final text.
    pub content_start: Option<CharOffset>,
    /// One past the last code point of that range; set together with the start.
    pub content_end: Option<CharOffset>,
    /// True if the owner accepts an assistant's text as their own, so that data may be derived from it.
    pub accepted: Option<bool>,
    /// The draft that the text was recovered from, removed in the same transaction.
    pub draft: Option<DraftId>,
}

/// Change of an entry's tags.
#[derive(Debug, Clone)]
pub enum TagEdit {
    /// Replaces all tags.
    Set(Vec<String>),
    /// Adds and removes single tags.
    Change {
        /// Tags to add.
        add: Vec<String>,
        /// Tags to remove.
        remove: Vec<String>,
    },
}

impl TagEdit {
    /// Applies the change to the existing tags.
    ///
    /// # Errors
    /// `Invalid` for a malformed tag, and for too many tags.
    pub(super) fn apply_to(self, before: &[String]) -> Result<Vec<String>> {
        let (mut tags, add, remove) = match self {
            Self::Set(tags) => (Vec::new(), tags, Vec::new()),
            Self::Change { add, remove } => (before.to_vec(), add, remove),
        };
        let remove = tag::normalize(&remove)?;
        tags.retain(|tag| !remove.contains(tag));
        tags.extend(add);
        tag::normalize(&tags)
    }
}

/// An offset in the raw text; `None` for both start and end means all of it.
pub type CharOffset = Option<i64>;

impl EntryEdit {
    fn is_empty(&self) -> bool {
        let window = self.content_start.is_none() && self.content_end.is_none();
        let fields = self.date.is_none()
            && self.time.is_none()
            && self.text.is_none()
            && self.title.is_none()
            && self.tags.is_none();
        window && fields && self.accepted.is_none()
    }

    /// Returns the requested window; the outer `None` means no change.
    #[expect(clippy::option_option, reason = "the inner `None` means all of the raw text")]
    fn window(&self) -> Result<Option<Option<CharRange>>> {
        match (self.content_start, self.content_end) {
            (None, None) => Ok(None),
            (Some(None), Some(None)) => Ok(Some(None)),
            (Some(Some(char_start)), Some(Some(char_end))) => Ok(Some(Some(CharRange { char_start, char_end }))),
            (None, Some(_)) | (Some(_), None) => {
                Err(Error::invalid("content_start_char and content_end_char must be provided together"))
            }
            (Some(None), Some(Some(_))) | (Some(Some(_)), Some(None)) => Err(Error::invalid(
                "content_start_char and content_end_char must both be integers, or both null to clear the window",
            )),
        }
        .map_err(|error| error.hint("send both, or neither"))
    }
}

/// Fields of an edit that are valid without knowing the entry.
pub(super) struct ParsedEdit {
    pub(super) date: Option<String>,
    #[expect(clippy::option_option, reason = "the inner `None` is an entry without a time of day")]
    minute: Option<Option<EntryMinute>>,
    text: Option<String>,
    #[expect(clippy::option_option, reason = "the inner `None` means all of the raw text")]
    window: Option<Option<CharRange>>,
    #[expect(clippy::option_option, reason = "the inner `None` is an entry without a title")]
    title: Option<Option<String>>,
}

impl ParsedEdit {
    /// Validates the fields in the order that [`edit`] documents.
    pub(super) fn from_edit(ctx: &Ctx, edit: &EntryEdit) -> Result<Self> {
        if edit.is_empty() {
            return Err(Error::invalid("the edit contains no changes")
                .hint("set text, date, title or tags; over HTTP also content_start_char and content_end_char"));
        }
        let date = match &edit.date {
            Some(date) => Some(ctx.app.entry_date_bounds().check(entry_date::parse(date)?)?.to_string()),
            None => None,
        };
        let text = match &edit.text {
            Some(text) => Some(text::validate_entry_text(text)?.to_owned()),
            None => None,
        };
        let minute = edit.time.as_deref().map(|time| parse_time(ctx, time)).transpose()?;
        let window = edit.window()?;
        let title = edit.title.as_deref().map(text::title);
        match edit.accepted {
            Some(true) if ctx.author().is_some() => {
                return Err(Error::new(ErrorKind::Forbidden, "an assistant cannot accept its own words")
                    .hint("the owner can, with `journal edit ID --accept`"));
            }
            Some(false) => {
                return Err(Error::invalid("an acceptance cannot be revoked").hint("edit or delete the entry instead"));
            }
            Some(true) | None => {}
        }
        Ok(Self { date, minute, text, window, title })
    }
}

/// An entry after an edit, with the jobs that the edit enqueued.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EntryEditResponse {
    /// The entry as stored.
    #[serde(flatten)]
    pub entry: Entry,
    /// Names of the changed fields; empty if the edit changed nothing.
    #[serde(skip)]
    pub changed: Vec<&'static str>,
    /// The job that rebuilds its chunks and vectors, if the edit enqueued one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reprocess_job_id: Option<JobId>,
    /// The job that scores its moods again, if the edit enqueued one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mood_job_id: Option<JobId>,
    /// The job that extracts its entities again, if the edit enqueued one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_extraction_job_id: Option<JobId>,
    /// The parent job of the enqueued jobs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_job_id: Option<JobId>,
}

impl CountsEntries for EntryEditResponse {
    fn entries(&self) -> usize {
        1
    }
}

/// Author and jobs of an edit.
struct EditContext {
    /// The assistant that wrote the new text, if any.
    author: Option<AssistantAuthor>,
    parent_job: JobId,
    embed_job: JobId,
    follow_ups: DerivedJobs,
}

impl EditContext {
    async fn load(ctx: &Ctx) -> Result<Self> {
        let draw_id = || JobId::draw(ctx.app.entropy.as_ref());
        let (parent_job, embed_job) = (draw_id()?, draw_id()?);
        Ok(Self { author: ctx.author(), parent_job, embed_job, follow_ups: DerivedJobs::from_config(ctx).await? })
    }
}

/// Changes an entry and returns it as stored. The previous version is kept.
///
/// New text is searchable by word at once; a job enqueued in the same transaction embeds it.
///
/// # Errors
/// `Invalid` for an empty edit, a date out of bounds, an empty text or a window outside the raw text, in that order;
/// `NotFound`; `Forbidden` for a key without both the read and the write scope.
pub async fn edit(ctx: &Ctx, id: EntryId, edit: EntryEdit) -> Result<EntryEditResponse> {
    // The response contains the whole entry, so the read scope is required as well.
    ctx.caller.authorize(Scope::EntriesRead)?;
    let ParsedEdit { date, minute, text, window, title } = ParsedEdit::from_edit(ctx, &edit)?;
    let (by, trail) = (EditContext::load(ctx).await?, AuditRecorder::from_ctx(ctx));
    let edited = ctx
        .write_restricted(Scope::EntriesWrite, move |db, within| {
            let before = entries::require_entry(db, id, within)?;
            let tags = edit.tags.map(|tags| tags.apply_to(&before.tags)).transpose()?;
            let text = match window {
                Some(window) => Some(slice_chars(&before.raw_text, window)?),
                None => text,
            };
            let change = entries::EntryChange {
                entry_date: date
                    .as_deref()
                    .filter(|date| *date != before.entry_date || !before.date_confirmed || before.date_guessed),
                minute: minute.filter(|minute| *minute != before.entry_time),
                title: title.as_ref().map(Option::as_deref).filter(|title| *title != before.title.as_deref()),
                final_text: text.as_deref().filter(|text| *text != before.final_text),
                window: window.filter(|window| *window != before.content_boundary),
                tags: tags.as_deref().filter(|tags| *tags != before.tags),
                accepted: edit.accepted.is_some() && has_unaccepted_text(&before)?,
            };
            let edited = apply(db, &before, &change, &by, within, trail.at())?;
            if !change.is_empty() {
                trail.entry_edited(db, id, &edited.changed)?;
            }
            if let Some(draft) = edit.draft {
                drafts::remove_stored(db, draft)?;
            }
            Ok(edited)
        })
        .await?;
    wake_worker_if_needed(ctx, &edited);
    Ok(edited)
}

/// Restores an earlier version; the current one is kept as a version too.
///
/// # Errors
/// `NotFound` for the entry or the version.
pub async fn restore(ctx: &Ctx, id: EntryId, version: i64) -> Result<EntryEditResponse> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (by, trail) = (EditContext::load(ctx).await?, AuditRecorder::from_ctx(ctx));
    let edited = ctx
        .write(Scope::EntriesWrite, move |db| {
            let everything = AccessFilter::default();
            let before = entries::require_entry(db, id, &everything)?;
            let wanted = versions::find(db, id, version)?.ok_or_else(|| {
                Error::not_found("version").hint(format!("`journal show {id} --history` lists the versions"))
            })?;
            let change = entries::EntryChange {
                entry_date: Some(wanted.entry_date.as_str()).filter(|date| *date != before.entry_date),
                minute: Some(wanted.entry_minute).filter(|minute| *minute != before.entry_time),
                title: Some(wanted.title.as_deref()).filter(|title| *title != before.title.as_deref()),
                final_text: Some(wanted.final_text.as_str()).filter(|text| *text != before.final_text),
                ..entries::EntryChange::default()
            };
            // The restored text keeps its original author.
            let by = EditContext { author: wanted.written_by.clone(), ..by };
            let edited = apply(db, &before, &change, &by, &everything, trail.at())?;
            if !change.is_empty() {
                trail.entry_edited(db, id, &edited.changed)?;
            }
            Ok(edited)
        })
        .await?;
    wake_worker_if_needed(ctx, &edited);
    Ok(edited)
}

/// Parses a time of day; an empty text is an entry without one.
fn parse_time(ctx: &Ctx, time: &str) -> Result<Option<EntryMinute>> {
    if time.trim().is_empty() {
        return Ok(None);
    }
    let clock: EntryMinute = time.parse()?;
    Ok(Some(ctx.calendar().minute_of_day(clock)))
}

fn wake_worker_if_needed(ctx: &Ctx, edited: &EntryEditResponse) {
    if edited.pipeline_job_id.is_some() {
        ctx.wake_worker();
    }
}

/// Returns the part of the raw text inside a window.
fn slice_chars(raw: &str, window: Option<CharRange>) -> Result<String> {
    let part = match window {
        None => raw,
        Some(CharRange { char_start, char_end }) => {
            let length = raw.chars().count();
            let bounds = usize::try_from(char_start).ok().zip(usize::try_from(char_end).ok());
            let Some((start, end)) = bounds.filter(|&(start, end)| start < end && end <= length) else {
                return Err(Error::invalid("content window must satisfy 0 <= start < end <= len(raw_text)")
                    .hint(format!("the raw text has {length} characters")));
            };
            let byte = |position: usize| raw.char_indices().nth(position).map_or(raw.len(), |(byte, _)| byte);
            &raw[byte(start)..byte(end)]
        }
    };
    text::validate_entry_text(part).map(str::to_owned)
}

/// Returns whether the entry has text to accept.
fn has_unaccepted_text(before: &Entry) -> Result<bool> {
    if before.provenance.written_by.is_none() {
        return Err(Error::invalid("there is nothing to accept: this entry was written by a person")
            .hint("`journal show ID` shows the author"));
    }
    Ok(before.accepted_at.is_none())
}

/// Stores a change with its version and jobs, and returns the entry as stored.
///
/// # Errors
/// `Forbidden` for a change that moves the entry out of the caller's reach.
fn apply(
    db: &NotebookDb<'_>,
    before: &Entry,
    change: &entries::EntryChange<'_>,
    by: &EditContext,
    within: &AccessFilter,
    at: &str,
) -> Result<EntryEditResponse> {
    let id = before.id;
    let mut edited = EntryEditResponse {
        entry: before.clone(),
        changed: change.changed_fields(),
        reprocess_job_id: None,
        mood_job_id: None,
        entity_extraction_job_id: None,
        pipeline_job_id: None,
    };
    if change.is_empty() {
        return Ok(edited);
    }
    // Versions store text, date and title, not tags or acceptance.
    if change.changed_fields().iter().any(|field| !["tags", "accepted"].contains(field)) {
        versions::add_current(db, id, at)?;
    }
    entries::change(db, id, change, by.author.as_ref(), at)?;
    if change.final_text.is_some() {
        chunks::clear(db, id)?;
    }
    edited.entry = entries::require_entry(db, id, &AccessFilter::default())?;
    within.ensure_visible(&edited.entry.entry_date, edited.entry.date_confirmed, &edited.entry.tags)?;
    // Clients that wait for the job expect the old chunk count until then, as with the Python server.
    edited.entry.chunk_count = before.chunk_count;
    // Embeddings do not contain the date, so only new text needs new vectors, or an entry that had none because its
    // date was uncertain. Nothing is derived from an entry with an uncertain date.
    let released = change.entry_date.is_some() && !before.date_confirmed;
    let is_new = released || (before.date_confirmed && change.final_text.is_some());
    let mut enqueued = Vec::new();
    if is_new {
        let embed = jobs::enqueue(db, by.embed_job, jobs::EMBED, id, at)?;
        edited.reprocess_job_id = Some(embed);
        enqueued.push((jobs::EMBED, embed));
    }
    if is_new || change.accepted {
        let derived = by.follow_ups.enqueue(db, id, at)?;
        (edited.mood_job_id, edited.entity_extraction_job_id) = (derived.moods, derived.entities);
        enqueued.extend(derived.by_response_name());
    }
    if !enqueued.is_empty() {
        jobs::enqueue_parent(db, by.parent_job, &enqueued, id, at)?;
        edited.pipeline_job_id = Some(by.parent_job);
    }
    Ok(edited)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::entropy::OsEntropy;

    fn cut(raw: &str, char_start: i64, char_end: i64) -> Result<String> {
        slice_chars(raw, Some(CharRange { char_start, char_end }))
    }

    #[test]
    fn a_window_counts_code_points_and_must_be_inside_the_text() {
        let raw = "👋 hällo wörld";

        assert_eq!(cut(raw, 2, 7).unwrap(), "hällo");
        assert_eq!(cut(raw, 0, 13).unwrap(), raw);
        assert_eq!(slice_chars(raw, None).unwrap(), raw);
        for (start, end) in [(0, 14), (3, 3), (4, 3), (-1, 3), (1, 2), (0, i64::MAX)] {
            assert!(cut(raw, start, end).is_err(), "{start}..{end}");
        }
    }

    #[test]
    fn an_assistants_text_counts_while_accepted_and_unchanged() {
        let (_folder, database) = crate::storage::notebook::test_support::temp_notebook();
        let assistant = AssistantAuthor { via: "key:1".to_owned(), assistant: "claude-code".to_owned() };
        let by = |author: Option<&AssistantAuthor>| {
            let draw_id = || JobId::draw(&OsEntropy).unwrap();
            let follow_ups = DerivedJobs::new(true, true, Arc::new(OsEntropy));
            EditContext { author: author.cloned(), parent_job: draw_id(), embed_job: draw_id(), follow_ups }
        };
        let edited = |text, accepted, author: Option<&AssistantAuthor>| {
            database
                .write(|db| {
                    let before = entries::require_entry(db, EntryId(1), &AccessFilter::default())?;
                    let change = entries::EntryChange { final_text: text, accepted, ..entries::EntryChange::default() };
                    apply(db, &before, &change, &by(author), &AccessFilter::default(), "2024-05-02T00:00:00Z")
                })
                .unwrap()
        };
        database
            .write(|db| {
                let new = entries::NewEntry {
                    entry_date: "2024-05-01",
                    date_confirmed: true,
                    dating: entries::EntryDating::default(),
                    title: None,
                    source_type: crate::domain::entry::SourceType::Agent,
                    raw_text: "rain",
                    final_text: "rain",
                    window: None,
                    added_by: Some(&assistant),
                    at: "2024-05-01T00:00:00Z",
                };
                entries::add(db, &new)
            })
            .unwrap();

        let own = edited(Some("more rain"), false, Some(&assistant));
        assert!(own.reprocess_job_id.is_some() && own.entity_extraction_job_id.is_none() && own.mood_job_id.is_none());
        let accepted = edited(None, true, None);
        assert_eq!(accepted.entry.accepted_at.as_deref(), Some("2024-05-02T00:00:00Z"));
        assert!(accepted.reprocess_job_id.is_none() && accepted.pipeline_job_id.is_some());
        assert!(accepted.entity_extraction_job_id.is_some() && accepted.mood_job_id.is_some());
        assert!(!has_unaccepted_text(&accepted.entry).unwrap(), "accepting twice changes nothing");
        let second = edited(Some("snow"), false, Some(&assistant));
        assert!(second.entry.accepted_at.is_none() && second.entity_extraction_job_id.is_none());
        let persons = edited(Some("sun"), false, None);
        assert!(persons.entity_extraction_job_id.is_some());
        assert!(has_unaccepted_text(&persons.entry).is_err(), "there is nothing to accept");
    }

    #[test]
    fn bug_7_an_uncertain_date_blocks_derived_data() {
        let (_folder, database) = crate::storage::notebook::test_support::temp_notebook();
        let [parent_job, embed_job] = [1, 2].map(|id| JobId(Uuid::from_u128(id)));
        let at = "2024-05-01T00:00:00Z";
        let follow_ups = DerivedJobs::new(true, true, Arc::new(OsEntropy));
        let by = EditContext { author: None, parent_job, embed_job, follow_ups };
        let change =
            |text, date| entries::EntryChange { entry_date: date, final_text: text, ..entries::EntryChange::default() };

        let edited = |text, date| {
            database
                .write(|db| {
                    let before = entries::require_entry(db, EntryId(1), &AccessFilter::default())?;
                    apply(db, &before, &change(text, date), &by, &AccessFilter::default(), at)
                })
                .unwrap()
        };
        database
            .write(|db| {
                let new = entries::NewEntry {
                    entry_date: "2004-05-01",
                    date_confirmed: false,
                    dating: entries::EntryDating::default(),
                    title: None,
                    source_type: crate::domain::entry::SourceType::Photo,
                    raw_text: "rain",
                    final_text: "rain",
                    window: None,
                    added_by: None,
                    at,
                };
                entries::add(db, &new)
            })
            .unwrap();

        let doubtful = edited(Some("snow"), None);
        assert!(doubtful.reprocess_job_id.is_none() && doubtful.entity_extraction_job_id.is_none());
        assert!(doubtful.mood_job_id.is_none() && doubtful.pipeline_job_id.is_none(), "its date is still uncertain");
        let released = edited(None, Some("2024-05-01"));
        assert_eq!((released.entry.date_confirmed, released.reprocess_job_id), (true, Some(embed_job)));
        assert!(released.entity_extraction_job_id.is_some() && released.mood_job_id.is_some());
    }
}
