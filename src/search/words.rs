//! How often a topic comes up, by word alone.

use crate::ctx::Ctx;
use crate::ctx::HandsOut;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::between::Between;
use crate::model::id::EntryId;
use crate::model::scope::Scope;
use crate::model::text;
use crate::search::checked;
use crate::storage::notebook::entries;
use crate::storage::notebook::keyword;

/// A topic to count.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Words that all have to be there.
    pub words: String,
    /// Dates between which to look.
    pub between: Between,
    /// Entries to show.
    pub limit: u32,
}

/// Where a topic comes up.
#[derive(Debug)]
pub struct Mentions {
    /// Entries that hold all its words.
    pub total: i64,
    /// The newest of them.
    pub items: Vec<Mention>,
}

impl HandsOut for Mentions {
    fn entries(&self) -> usize {
        self.items.len()
    }
}

/// An entry in which a topic comes up.
#[derive(Debug)]
pub struct Mention {
    /// The entry.
    pub id: EntryId,
    /// `YYYY-MM-DD`.
    pub entry_date: String,
    /// How it begins, at most [`BEGINNING`] code points.
    pub preview: String,
}

/// Code points of [`Mention::preview`].
pub const BEGINNING: usize = 80;

/// Counts the entries that hold every word of a topic. Entries with a doubtful date are left out, as in a search.
///
/// # Errors
/// `Invalid` for an empty or endless topic or dates that are none.
pub async fn mentions(ctx: &Ctx, topic: Topic) -> Result<Mentions> {
    let words = checked(&topic.words)?.to_owned();
    let (from, to) = topic.between.checked()?;
    ctx.read_within(Scope::Search, Read::Search, move |db, within| {
        let Some(expression) = keyword::expression(&words, true) else {
            return Ok(Mentions { total: 0, items: Vec::new() });
        };
        let within = within.between(from.as_deref(), to.as_deref());
        let total = keyword::count(db, &expression, &within)?;
        let mut items = Vec::new();
        for id in keyword::newest(db, &expression, &within, topic.limit as usize)? {
            let Some((entry_date, _, text)) = entries::shown(db, id)? else { continue };
            items.push(Mention { id, entry_date, preview: text::preview(&text, BEGINNING) });
        }
        Ok(Mentions { total, items })
    })
    .await
}
