//! Texts that were not stored: drafts in the notebook, and files that other commands left in memory.

use serde::Serialize;

use crate::editor::memory_file::{self, KeptTextFile, TextPurpose};
use crate::output::table;
use crate::typed_text::purpose_of;
use journal::app::context::Ctx;
use journal::config::EnvironmentSnapshot;
use journal::domain::draft::Draft;
use journal::domain::text;
use journal::error::{Error, Result};
use journal::services::drafts;

/// Longest preview in the list, in code points.
const PREVIEW_CHARS: usize = 40;

/// A text that was not stored.
pub enum KeptText {
    Draft(Draft),
    File(KeptTextFile),
}

/// Line of the list.
#[derive(Debug, Serialize)]
pub struct KeptTextSummary {
    /// Number of the draft, or path of the file.
    id: String,
    /// Entry that the text changes; null for a new entry.
    entry_id: Option<i64>,
    entry_date: Option<String>,
    title: Option<String>,
    tags: Vec<String>,
    pub word_count: i64,
    /// Machine code of the error that prevented storing; `in_memory` for a file.
    reason: String,
    /// UTC timestamp.
    saved_at: String,
    preview: String,
}

impl KeptText {
    /// Lists the texts of the caller's journal: drafts first, each kind oldest first.
    ///
    /// # Errors
    /// As [`drafts::list`].
    pub async fn list(ctx: &Ctx, environment: &EnvironmentSnapshot) -> Result<Vec<Self>> {
        let drafts = drafts::list(ctx).await?.into_iter().map(Self::Draft);
        let TextPurpose { data_dir, user, .. } = purpose_of(ctx);
        let files = memory_file::list_kept(environment, &data_dir, &user).into_iter().map(Self::File);
        Ok(drafts.chain(files).collect())
    }

    /// Finds a text by the number of its draft or the path of its file.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn find(kept: Vec<Self>, id: &str) -> Result<Self> {
        kept.into_iter().find(|text| text.id() == id).ok_or_else(|| {
            Error::not_found("draft or kept text").hint("`journal write --recover` lists the texts there are")
        })
    }

    /// Returns the name by which `--recover` finds it.
    pub fn id(&self) -> String {
        match self {
            Self::Draft(draft) => draft.id.to_string(),
            Self::File(file) => file.path.display().to_string(),
        }
    }

    /// Returns the journal, entry and flags that the text belongs to.
    pub fn purpose(&self, ctx: &Ctx) -> TextPurpose {
        match self {
            Self::File(file) => file.purpose.clone(),
            Self::Draft(draft) => TextPurpose {
                entry: draft.entry_id,
                date: draft.entry_date.clone(),
                typed_on: local_day(ctx, &draft.created_at),
                time: draft.entry_time.clone(),
                title: draft.title.clone(),
                tags: draft.tags.clone(),
                has_front_matter: draft.has_front_matter,
                draft: Some(draft.id),
                ..purpose_of(ctx)
            },
        }
    }

    pub fn summary(&self, ctx: &Ctx) -> KeptTextSummary {
        let TextPurpose { entry, date, typed_on, title, tags, .. } = self.purpose(ctx);
        let (content, reason, saved_at) = match self {
            Self::Draft(draft) => (draft.text.clone(), draft.reason.clone(), draft.created_at.clone()),
            Self::File(file) => {
                let bytes = std::fs::read(&file.path).unwrap_or_default();
                let saved_at = jiff::Timestamp::from_second(file.modified).unwrap_or_default();
                (String::from_utf8_lossy(&bytes).into_owned(), "in_memory".to_owned(), saved_at.to_string())
            }
        };
        KeptTextSummary {
            id: self.id(),
            entry_id: entry.map(|id| id.0),
            entry_date: date.or(typed_on.filter(|_| entry.is_none())),
            title,
            tags,
            word_count: text::word_count(&content),
            reason,
            saved_at,
            preview: text::preview(&content, PREVIEW_CHARS),
        }
    }
}

/// Renders the list, or a sentence if it is empty.
pub fn render_list(items: &[KeptTextSummary]) -> String {
    if items.is_empty() {
        return "No text is waiting to be stored".to_owned();
    }
    let rows = items.iter().map(|item| {
        let entry = item.entry_id.map_or_else(|| "new".to_owned(), |id| id.to_string());
        let date = item.entry_date.clone().unwrap_or_default();
        let words = item.word_count.to_string();
        [item.id.clone(), item.saved_at.clone(), entry, date, words, item.reason.clone(), item.preview.clone()]
    });
    table(["ID", "SAVED", "ENTRY", "DATE", "WORDS", "REASON", "TEXT"], rows)
}

/// Returns the local date of a UTC timestamp.
fn local_day(ctx: &Ctx, at: &str) -> Option<String> {
    let at: jiff::Timestamp = at.parse().ok()?;
    Some(at.to_zoned(ctx.app.clock.zone()).date().to_string())
}
