//! Changing an entry. Everything is checked before anything is written, and all of it is one transaction.

use schemars::JsonSchema;
use serde::Serialize;

use crate::audit::Trail;
use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::egress::FollowUps;
use crate::entries::found;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::day;
use crate::model::entry::Author;
use crate::model::entry::CharRange;
use crate::model::entry::Entry;
use crate::model::id::EntryId;
use crate::model::id::JobId;
use crate::model::scope::Scope;
use crate::model::tag;
use crate::model::text;
use crate::model::within::Within;
use crate::storage::notebook::NotebookDb;
use crate::storage::notebook::chunks;
use crate::storage::notebook::entries;
use crate::storage::notebook::jobs;
use crate::storage::notebook::versions;

/// What to change of an entry; at least one field.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// New text.
    pub text: Option<String>,
    /// New date, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// New title; an empty one removes it.
    pub title: Option<String>,
    /// What becomes of the tags.
    pub tags: Option<Tags>,
    /// First code point of the part of the raw text that is this entry, and becomes its text.
    pub content_start: Option<Place>,
    /// One past its last code point; given together with the first.
    pub content_end: Option<Place>,
    /// True: the owner accepts an assistant's words as the journal's own, so that something may be derived from them.
    pub accepted: Option<bool>,
}

/// What becomes of an entry's tags.
#[derive(Debug, Clone)]
pub enum Tags {
    /// These and no others.
    Set(Vec<String>),
    /// These more, those less.
    Change {
        /// Tags to add.
        add: Vec<String>,
        /// Tags to remove.
        remove: Vec<String>,
    },
}

impl Tags {
    /// Returns the tags of an entry that had some before.
    ///
    /// # Errors
    /// `Invalid` for what is no tag, and for too many.
    fn of(self, before: &[String]) -> Result<Vec<String>> {
        let (mut tags, add, remove) = match self {
            Self::Set(tags) => (Vec::new(), tags, Vec::new()),
            Self::Change { add, remove } => (before.to_vec(), add, remove),
        };
        let remove = tag::normalised(&remove)?;
        tags.retain(|tag| !remove.contains(tag));
        tags.extend(add);
        tag::normalised(&tags)
    }
}

/// A place in the raw text; `None` on both ends means all of it.
pub type Place = Option<i64>;

impl Edit {
    fn is_empty(&self) -> bool {
        let window = self.content_start.is_none() && self.content_end.is_none();
        let fields = self.date.is_none() && self.text.is_none() && self.title.is_none() && self.tags.is_none();
        window && fields && self.accepted.is_none()
    }

    /// Returns the window as both ends give it; the outer `None` is no change.
    #[expect(clippy::option_option, reason = "the inner `None` is all of the raw text")]
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

/// An entry after an edit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Edited {
    /// As stored.
    #[serde(flatten)]
    pub entry: Entry,
    /// The job that makes its chunks and vectors anew, if the edit left one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reprocess_job_id: Option<JobId>,
    /// The job that scores its moods anew, if the edit left one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mood_job_id: Option<JobId>,
    /// The job that looks for people and places anew, if the edit left one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_extraction_job_id: Option<JobId>,
    /// The job that ties together what the edit left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline_job_id: Option<JobId>,
}

impl HandsOut for Edited {
    fn entries(&self) -> usize {
        1
    }
}

/// Who edits, and with what.
struct By {
    /// The assistant whose the new words are.
    author: Option<Author>,
    ids: Ids,
    follow_ups: FollowUps,
}

impl By {
    async fn of(ctx: &Ctx) -> Result<Self> {
        Ok(Self { author: ctx.author(), ids: Ids::draw(ctx)?, follow_ups: FollowUps::now(ctx).await? })
    }
}

/// Ids for the jobs that an edit may leave.
struct Ids {
    parent: JobId,
    embed: JobId,
}

impl Ids {
    fn draw(ctx: &Ctx) -> Result<Self> {
        let draw = || JobId::draw(ctx.app.entropy.as_ref());
        Ok(Self { parent: draw()?, embed: draw()? })
    }
}

/// Changes an entry and returns it as stored. What it was before is kept.
///
/// New text is found by word at once; its vectors follow as a job of the same transaction.
///
/// # Errors
/// `Invalid` for nothing to change, a date out of bounds, an empty text or a window that does not lie in the raw
/// text, in that order; `NotFound`; `Forbidden` for a key that may not both read and write.
pub async fn edit(ctx: &Ctx, id: EntryId, edit: Edit) -> Result<Edited> {
    // What is returned is the whole entry, so a key that may only write does not get this far.
    ctx.caller.authorize(Scope::EntriesRead)?;
    if edit.is_empty() {
        return Err(Error::invalid("there is nothing to change")
            .hint("give a new text, date, title or tags; over HTTP also content_start_char and content_end_char"));
    }
    let date = match &edit.date {
        Some(date) => Some(ctx.app.bounds().check(day::parse(date)?)?.to_string()),
        None => None,
    };
    let text = match &edit.text {
        Some(text) => Some(text::checked(text)?.to_owned()),
        None => None,
    };
    let window = edit.window()?;
    let title = edit.title.as_deref().map(text::title);
    match edit.accepted {
        Some(true) if ctx.author().is_some() => {
            return Err(Error::new(Kind::Forbidden, "an assistant cannot accept its own words")
                .hint("the owner does, with `journal edit ID --accept`"));
        }
        Some(false) => {
            return Err(
                Error::invalid("what was accepted cannot be taken back").hint("edit or delete the entry instead")
            );
        }
        Some(true) | None => {}
    }
    let (by, trail) = (By::of(ctx).await?, Trail::of(ctx));
    let edited = ctx
        .write_within(Scope::EntriesWrite, move |db, within| {
            let before = found(db, id, within)?;
            let tags = edit.tags.map(|tags| tags.of(&before.tags)).transpose()?;
            let text = match window {
                Some(window) => Some(part(&before.raw_text, window)?),
                None => text,
            };
            let change = entries::Change {
                entry_date: date.as_deref().filter(|date| *date != before.entry_date || !before.date_confirmed),
                title: title.as_ref().map(Option::as_deref).filter(|title| *title != before.title.as_deref()),
                final_text: text.as_deref().filter(|text| *text != before.final_text),
                window: window.filter(|window| *window != before.content_boundary),
                tags: tags.as_deref().filter(|tags| *tags != before.tags),
                accepted: edit.accepted.is_some() && accepts(&before)?,
            };
            carry_out(db, &before, &change, (&by, &trail), within)
        })
        .await?;
    follow(ctx, &edited);
    Ok(edited)
}

/// Makes an earlier version the present one again; the present one is kept as a version too.
///
/// # Errors
/// `NotFound` for the entry or the version.
pub async fn restore(ctx: &Ctx, id: EntryId, version: i64) -> Result<Edited> {
    ctx.caller.authorize(Scope::EntriesRead)?;
    let (by, trail) = (By::of(ctx).await?, Trail::of(ctx));
    let edited = ctx
        .write(Scope::EntriesWrite, move |db| {
            let everything = Within::default();
            let before = found(db, id, &everything)?;
            let wanted = versions::find(db, id, version)?.ok_or_else(|| {
                Error::not_found("version").hint(format!("`journal show {id} --history` lists the versions"))
            })?;
            let change = entries::Change {
                entry_date: Some(wanted.entry_date.as_str()).filter(|date| *date != before.entry_date),
                title: Some(wanted.title.as_deref()).filter(|title| *title != before.title.as_deref()),
                final_text: Some(wanted.final_text.as_str()).filter(|text| *text != before.final_text),
                ..entries::Change::default()
            };
            // The words are whose they were then, whoever takes them back.
            let by = By { author: wanted.written_by.clone(), ..by };
            carry_out(db, &before, &change, (&by, &trail), &everything)
        })
        .await?;
    follow(ctx, &edited);
    Ok(edited)
}

fn follow(ctx: &Ctx, edited: &Edited) {
    if edited.pipeline_job_id.is_some() {
        ctx.left_work();
    }
}

/// Returns the part of the raw text that a window shows.
fn part(raw: &str, window: Option<CharRange>) -> Result<String> {
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
    text::checked(part).map(str::to_owned)
}

/// Tells whether there are words to accept.
fn accepts(before: &Entry) -> Result<bool> {
    if before.provenance.written_by.is_none() {
        return Err(Error::invalid("there is nothing to accept: the words of this entry are a person's")
            .hint("`journal show ID` tells whose they are"));
    }
    Ok(before.accepted_at.is_none())
}

fn carry_out(
    db: &NotebookDb<'_>,
    before: &Entry,
    change: &entries::Change<'_>,
    (by, trail): (&By, &Trail),
    within: &Within,
) -> Result<Edited> {
    let edited = apply(db, before, change, by, trail.at())?;
    let entry = &edited.entry;
    within.admit(&entry.entry_date, entry.date_confirmed, &entry.tags)?;
    if !change.is_empty() {
        trail.edited(db, before.id, &change.fields())?;
    }
    Ok(edited)
}

fn apply(db: &NotebookDb<'_>, before: &Entry, change: &entries::Change<'_>, by: &By, at: &str) -> Result<Edited> {
    let (id, ids) = (before.id, &by.ids);
    let unchanged = Edited {
        entry: before.clone(),
        reprocess_job_id: None,
        mood_job_id: None,
        entity_extraction_job_id: None,
        pipeline_job_id: None,
    };
    if change.is_empty() {
        return Ok(unchanged);
    }
    // Versions hold what was written, not how it was filed.
    if change.fields().iter().any(|field| !["tags", "accepted"].contains(field)) {
        versions::keep(db, id, at)?;
    }
    entries::change(db, id, change, by.author.as_ref(), at)?;
    if change.final_text.is_some() {
        chunks::clear(db, id)?;
    }
    // The date is part of nothing that was embedded, so only new text needs new vectors, and an entry that had
    // none because its date was in doubt. While it is in doubt, nothing is derived from it.
    let released = change.entry_date.is_some() && !before.date_confirmed;
    let confirmed = before.date_confirmed || released;
    let mut edited = Edited { entry: found(db, id, &Within::default())?, ..unchanged };
    // A client that waits for the job shows the old count meanwhile, as the Python server's clients do.
    edited.entry.chunk_count = before.chunk_count;
    let is_new = confirmed && (change.final_text.is_some() || released);
    let mut left = Vec::new();
    if is_new {
        let embed = jobs::enqueue(db, ids.embed, jobs::EMBED, id, at)?;
        edited.reprocess_job_id = Some(embed);
        left.push((jobs::EMBED, embed));
    }
    if is_new || change.accepted {
        let derived = by.follow_ups.leave(db, id, at)?;
        (edited.mood_job_id, edited.entity_extraction_job_id) = (derived.moods, derived.entities);
        left.extend(derived.named());
    }
    if !left.is_empty() {
        jobs::enqueue_parent(db, ids.parent, &left, id, at)?;
        edited.pipeline_job_id = Some(ids.parent);
    }
    Ok(edited)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(raw: &str, char_start: i64, char_end: i64) -> Result<String> {
        part(raw, Some(CharRange { char_start, char_end }))
    }

    #[test]
    fn a_window_counts_code_points_and_lies_inside_the_text() {
        let raw = "👋 hällo wörld";

        assert_eq!(cut(raw, 2, 7).unwrap(), "hällo");
        assert_eq!(cut(raw, 0, 13).unwrap(), raw);
        assert_eq!(part(raw, None).unwrap(), raw);
        for (start, end) in [(0, 14), (3, 3), (4, 3), (-1, 3), (1, 2), (0, i64::MAX)] {
            assert!(cut(raw, start, end).is_err(), "{start}..{end}");
        }
    }

    #[test]
    fn an_assistants_words_count_once_they_are_accepted_and_until_it_changes_them() {
        let (_folder, database) = crate::storage::notebook::scratch();
        let assistant = Author { via: "key:1".to_owned(), assistant: "claude-code".to_owned() };
        let by = |author: Option<&Author>| {
            let ids =
                Ids { parent: JobId::draw(&crate::entropy::OsEntropy).unwrap(), embed: JobId(uuid::Uuid::new_v4()) };
            let follow_ups = FollowUps::of(true, true, std::sync::Arc::new(crate::entropy::OsEntropy));
            By { author: author.cloned(), ids, follow_ups }
        };
        let edited = |text, accepted, author: Option<&Author>| {
            database
                .write(|db| {
                    let before = found(db, EntryId(1), &Within::default())?;
                    let change = entries::Change { final_text: text, accepted, ..entries::Change::default() };
                    apply(db, &before, &change, &by(author), "2024-05-02T00:00:00Z")
                })
                .unwrap()
        };
        database
            .write(|db| {
                let new = entries::NewEntry {
                    entry_date: "2024-05-01",
                    date_confirmed: true,
                    title: None,
                    source_type: crate::model::entry::SourceType::Agent,
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
        assert!(!accepts(&accepted.entry).unwrap(), "twice is once");
        let anew = edited(Some("snow"), false, Some(&assistant));
        assert!(anew.entry.accepted_at.is_none() && anew.entity_extraction_job_id.is_none());
        let persons = edited(Some("sun"), false, None);
        assert!(persons.entity_extraction_job_id.is_some());
        assert!(accepts(&persons.entry).is_err(), "there is nothing to accept");
    }

    #[test]
    fn bug_7_nothing_is_derived_from_an_entry_whose_date_is_in_doubt() {
        let (_folder, database) = crate::storage::notebook::scratch();
        let ids = Ids { parent: JobId(uuid::Uuid::from_u128(1)), embed: JobId(uuid::Uuid::from_u128(2)) };
        let embed = ids.embed;
        let at = "2024-05-01T00:00:00Z";
        let follow_ups = FollowUps::of(true, true, std::sync::Arc::new(crate::entropy::OsEntropy));
        let by = By { author: None, ids, follow_ups };
        let change = |text, date| entries::Change { entry_date: date, final_text: text, ..entries::Change::default() };

        let edited = |text, date| {
            database
                .write(|db| {
                    let before = found(db, EntryId(1), &Within::default())?;
                    apply(db, &before, &change(text, date), &by, at)
                })
                .unwrap()
        };
        database
            .write(|db| {
                let new = entries::NewEntry {
                    entry_date: "2004-05-01",
                    date_confirmed: false,
                    title: None,
                    source_type: crate::model::entry::SourceType::Photo,
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
        assert!(doubtful.mood_job_id.is_none() && doubtful.pipeline_job_id.is_none(), "while its date is in doubt");
        let released = edited(None, Some("2024-05-01"));
        assert_eq!((released.entry.date_confirmed, released.reprocess_job_id), (true, Some(embed)));
        assert!(released.entity_extraction_job_id.is_some() && released.mood_job_id.is_some());
    }
}
