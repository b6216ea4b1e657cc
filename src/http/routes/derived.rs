//! What a language model would derive from entries: moods, and the people and places they mention.
//!
//! This version derives neither, so there are no such rows; but pages of existing clients ask for them beside what there
//! is, and would show an error instead of an empty chart. The answers are true: parameters are checked, the caller needs
//! the permission, an entry that is not theirs is absent, and every list is empty.

use axum::Json;
use http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::entries;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::http::routes::dashboard::invalid_bin;
use crate::model::dashboard::Bin;
use crate::model::id::EntryId;
use crate::model::scope::Scope;

/// Which fitness services are connected. There are none in this program, and every page of the web client asks.
#[derive(Serialize, JsonSchema)]
struct Fitness {
    /// Always null.
    strava: Option<()>,
    /// Always null.
    garmin: Option<()>,
}

async fn fitness() -> Json<Fitness> {
    Json(Fitness { strava: None, garmin: None })
}

pub(super) fn routes() -> Vec<Route> {
    let reads = Access::Needs(Scope::EntriesRead);
    let get = Method::GET;
    vec![
        Route::new(
            get.clone(),
            "/api/fitness/sync/status",
            Access::Member,
            "Tells that no fitness service is connected",
            fitness,
        )
        .replies::<Fitness>(200),
        Route::new(get.clone(), "/api/dashboard/entity-distribution", reads, "Counts what is mentioned", distribution)
            .query::<Chart>()
            .replies::<Distribution>(200),
        Route::new(get.clone(), "/api/dashboard/entity-trends", reads, "Counts mentions over time", entity_trends)
            .query::<Chart>()
            .replies::<EntityTrends>(200),
        Route::new(
            get.clone(),
            "/api/dashboard/mood-entity-correlation",
            reads,
            "Averages moods by mention",
            correlation,
        )
        .query::<Chart>()
        .replies::<Correlation>(200),
        Route::new(get.clone(), "/api/entities", reads, "Lists people, places and the like", entities)
            .query::<Listing>()
            .replies::<Entities>(200),
        Route::new(get, "/api/entries/{id}/entities", reads, "Lists whom and what an entry mentions", of_entry)
            .replies::<EntryEntities>(200),
    ]
}

/// No rows: the type says so, and the schema with it.
type Nothing = [String; 0];

const TYPES: [&str; 6] = ["person", "place", "activity", "organization", "topic", "other"];

/// What a chart shows; each takes the part it has a use for.
#[derive(Deserialize, JsonSchema)]
struct Chart {
    /// First date, `YYYY-MM-DD`.
    from: Option<String>,
    /// Last date, `YYYY-MM-DD`.
    to: Option<String>,
    /// `week`, `month`, `quarter` or `year`; for moods also `day`.
    bin: Option<String>,
    /// What the mood is measured by.
    dimension: Option<String>,
    /// `person`, `place`, `activity`, `organization`, `topic` or `other`.
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// The dates of a chart as they were asked for, checked.
type Dates = (Option<String>, Option<String>);

impl Chart {
    fn dates(&self) -> Result<Dates> {
        between(self.from.clone(), self.to.clone()).checked()
    }

    fn dimension(&self) -> Result<String> {
        self.dimension
            .clone()
            .filter(|name| !name.trim().is_empty())
            .ok_or_else(|| Error::invalid("there is no dimension").code("missing_dimension").hint("send `dimension`"))
    }

    fn bin(&self, usual: &str, more: &[&str]) -> Result<String> {
        let bin = self.bin.as_deref().unwrap_or(usual);
        if Bin::named(bin).is_some() || more.contains(&bin) {
            return Ok(bin.to_owned());
        }
        let more: String = more.iter().flat_map(|name| [name, ", "]).collect();
        Err(invalid_bin(&more))
    }
}

/// A page of people, places and the like.
#[derive(Deserialize, JsonSchema)]
struct Listing {
    /// Rows a page, 1 to 200; 50 without one.
    limit: Option<i64>,
    /// Rows to skip.
    offset: Option<i64>,
    /// Only those of this type.
    #[serde(rename = "type")]
    _kind: Option<String>,
    /// Only those with this in a name.
    #[serde(rename = "search")]
    _search: Option<String>,
}

/// Who and what is mentioned.
#[derive(Serialize, JsonSchema)]
struct Distribution {
    /// As asked.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// As asked.
    from: Option<String>,
    /// As asked.
    to: Option<String>,
    /// 0.
    total: i64,
    /// None.
    items: Nothing,
}

/// Mentions over time.
#[derive(Serialize, JsonSchema)]
struct EntityTrends {
    /// As asked.
    from: Option<String>,
    /// As asked.
    to: Option<String>,
    /// As asked.
    bin: String,
    /// As asked.
    entity_type: Option<String>,
    /// None.
    entities: Nothing,
    /// None.
    bins: Nothing,
}

/// Moods by mention.
#[derive(Serialize, JsonSchema)]
struct Correlation {
    /// As asked.
    dimension: String,
    /// As asked.
    from: Option<String>,
    /// As asked.
    to: Option<String>,
    /// As asked.
    entity_type: Option<String>,
    /// 0.
    overall_avg: f64,
    /// None.
    items: Nothing,
}

/// People, places and the like.
#[derive(Serialize, JsonSchema)]
struct Entities {
    /// None.
    items: Nothing,
    /// 0.
    total: i64,
    /// As asked, clamped.
    limit: i64,
    /// As asked, clamped.
    offset: i64,
}

/// Whom and what an entry mentions.
#[derive(Serialize, JsonSchema)]
struct EntryEntities {
    /// The entry.
    entry_id: EntryId,
    /// None.
    items: Nothing,
    /// 0.
    total: i64,
}

async fn distribution(_: Ctx, Query(chart): Query<Chart>) -> Result<Json<Distribution>> {
    let (from, to) = chart.dates()?;
    if chart.kind.as_deref().is_some_and(|kind| !TYPES.contains(&kind)) {
        return Err(Error::invalid("there is no such type")
            .code("invalid_type")
            .hint(format!("`type` is one of {}", TYPES.join(", "))));
    }
    Ok(Json(Distribution { kind: chart.kind, from, to, total: 0, items: [] }))
}

async fn entity_trends(_: Ctx, Query(chart): Query<Chart>) -> Result<Json<EntityTrends>> {
    let (bin, (from, to)) = (chart.bin("month", &[])?, chart.dates()?);
    Ok(Json(EntityTrends { from, to, bin, entity_type: chart.kind, entities: [], bins: [] }))
}

async fn correlation(_: Ctx, Query(chart): Query<Chart>) -> Result<Json<Correlation>> {
    let (dimension, (from, to)) = (chart.dimension()?, chart.dates()?);
    Ok(Json(Correlation { dimension, from, to, entity_type: chart.kind, overall_avg: 0.0, items: [] }))
}

async fn entities(_: Ctx, Query(wanted): Query<Listing>) -> Json<Entities> {
    let (limit, offset) = (wanted.limit.unwrap_or(50).clamp(1, 200), wanted.offset.unwrap_or(0).max(0));
    Json(Entities { items: [], total: 0, limit, offset })
}

async fn of_entry(ctx: Ctx, Id(id): Id<EntryId>) -> Result<Json<EntryEntities>> {
    entries::check(&ctx, id).await?;
    Ok(Json(EntryEntities { entry_id: id, items: [], total: 0 }))
}
