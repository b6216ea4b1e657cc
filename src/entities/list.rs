//! A page of them.

use crate::ctx::Ctx;
use crate::entities::limited;
use crate::entities::names::MAX_DESCRIPTION;
use crate::error::Error;
use crate::error::Result;
use crate::model::activity::Read;
use crate::model::entity::EntityType;
use crate::model::entity::Page;
use crate::model::scope::Scope;
use crate::storage::notebook::entities::shown;

/// A page to list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Only those of this type; there are none of one that is not known.
    pub kind: Option<String>,
    /// Only those with this in a name, whatever its case.
    pub search: Option<String>,
    /// Rows a page, 1 to 200; what lies outside is moved to the nearest.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

/// Lists those that are not set aside, by type and name.
///
/// # Errors
/// `Invalid` for an endless text to look for; `Forbidden`.
pub async fn list(ctx: &Ctx, list: List) -> Result<Page> {
    let search = list.search.as_deref().map(str::trim).filter(|search| !search.is_empty()).map(str::to_owned);
    if search.as_ref().is_some_and(|search| search.chars().count() > MAX_DESCRIPTION) {
        return Err(Error::invalid("the text to look for is too long").hint("look for something shorter"));
    }
    let (limit, offset) = (limited(list.limit), list.offset.max(0));
    let kind = list.kind.filter(|kind| !kind.is_empty()).map(|kind| kind.parse::<EntityType>());
    ctx.read(Scope::EntriesRead, move |db| {
        let Ok(kind) = kind.transpose() else { return Ok(Page { items: Vec::new(), total: 0, limit, offset }) };
        let (ids, total) = match search {
            None => (shown::page(db, kind, limit, offset)?, shown::count(db, kind)?),
            Some(search) => {
                let all = shown::matching(db, kind, &search)?;
                let (skip, take) = (usize::try_from(offset), usize::try_from(limit).unwrap_or_default());
                let page = all.iter().skip(skip.unwrap_or(usize::MAX)).take(take).copied().collect();
                (page, i64::try_from(all.len()).unwrap_or(i64::MAX))
            }
        };
        Ok(Page { items: shown::summaries(db, &ids)?, total, limit, offset })
    })
    .await
    .inspect(|_| ctx.count(Read::Statistics, 0))
}
