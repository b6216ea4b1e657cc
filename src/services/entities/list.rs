//! Entity list.

use crate::app::context::Ctx;
use crate::domain::activity::ReadKind;
use crate::domain::entity::{EntityPage, EntityType};
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::services::entities::limits::clamp_limit;
use crate::services::entities::name_rules::MAX_DESCRIPTION;
use crate::storage::notebook::entities::queries;

/// Filter and page of an entity list.
#[derive(Debug, Clone, Default)]
pub struct EntityListQuery {
    /// Only entities of this type; an unknown type matches nothing.
    pub kind: Option<String>,
    /// Only entities with this text in a name or alias, ignoring case.
    pub search: Option<String>,
    /// Rows per page, clamped to 1 to 200.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

/// Lists the entities that are not quarantined, by type and name.
///
/// # Errors
/// `Invalid` for a search text that is too long; `Forbidden`.
pub async fn list(ctx: &Ctx, list: EntityListQuery) -> Result<EntityPage> {
    let search = list.search.as_deref().map(str::trim).filter(|search| !search.is_empty()).map(str::to_owned);
    if search.as_ref().is_some_and(|search| search.chars().count() > MAX_DESCRIPTION) {
        return Err(Error::invalid("the search text is too long").hint("use a shorter search text"));
    }
    let (limit, offset) = (clamp_limit(list.limit), list.offset.max(0));
    let kind = list.kind.filter(|kind| !kind.is_empty()).map(|kind| kind.parse::<EntityType>());
    ctx.read(Scope::EntriesRead, move |db| {
        let Ok(kind) = kind.transpose() else { return Ok(EntityPage { items: Vec::new(), total: 0, limit, offset }) };
        let (ids, total) = match search {
            None => (queries::list_page(db, kind, limit, offset)?, queries::count(db, kind)?),
            Some(search) => {
                let all = queries::find_matching(db, kind, &search)?;
                let (skip, take) = (usize::try_from(offset), usize::try_from(limit).unwrap_or_default());
                let page = all.iter().skip(skip.unwrap_or(usize::MAX)).take(take).copied().collect();
                (page, i64::try_from(all.len()).unwrap_or(i64::MAX))
            }
        };
        Ok(EntityPage { items: queries::list_summaries(db, &ids)?, total, limit, offset })
    })
    .await
    .inspect(|_| ctx.record_read(ReadKind::Statistics, 0))
}
