//! What a language model would derive from entries: moods.
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
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::between;
use crate::http::routes::dashboard::invalid_bin;
use crate::model::dashboard::Bin;
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
        Route::new(
            get.clone(),
            "/api/dashboard/mood-dimensions",
            reads,
            "Lists what moods are measured by",
            dimensions,
        )
        .replies::<Dimensions>(200),
        Route::new(get.clone(), "/api/dashboard/mood-trends", reads, "Averages moods over time", mood_trends)
            .query::<Chart>()
            .replies::<MoodTrends>(200),
        Route::new(
            get.clone(),
            "/api/dashboard/mood-drilldown",
            reads,
            "Lists moods of single entries",
            mood_drilldown,
        )
        .query::<Chart>()
        .replies::<Drilldown>(200),
    ]
}

/// No rows: the type says so, and the schema with it.
type Nothing = [String; 0];

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

/// What moods are measured by.
#[derive(Serialize, JsonSchema)]
struct Dimensions {
    /// None.
    dimensions: Nothing,
    /// About the list.
    meta: Meta,
}

/// About a list of dimensions.
#[derive(Serialize, JsonSchema)]
struct Meta {
    /// Empty.
    version: &'static str,
    /// Empty.
    description: &'static str,
}

/// Moods over time.
#[derive(Serialize, JsonSchema)]
struct MoodTrends {
    /// As asked.
    from: Option<String>,
    /// As asked.
    to: Option<String>,
    /// As asked.
    bin: String,
    /// None.
    bins: Nothing,
}

/// Moods of single entries.
#[derive(Serialize, JsonSchema)]
struct Drilldown {
    /// As asked.
    dimension: String,
    /// As asked.
    from: String,
    /// As asked.
    to: String,
    /// None.
    entries: Nothing,
}

async fn dimensions(_: Ctx) -> Json<Dimensions> {
    Json(Dimensions { dimensions: [], meta: Meta { version: "", description: "" } })
}

async fn mood_trends(_: Ctx, Query(chart): Query<Chart>) -> Result<Json<MoodTrends>> {
    let (bin, (from, to)) = (chart.bin("week", &["day"])?, chart.dates()?);
    Ok(Json(MoodTrends { from, to, bin, bins: [] }))
}

async fn mood_drilldown(_: Ctx, Query(chart): Query<Chart>) -> Result<Json<Drilldown>> {
    let dimension = chart.dimension()?;
    let (Some(from), Some(to)) = chart.dates()? else {
        return Err(Error::invalid("there are no dates").code("missing_dates").hint("send `from` and `to`"));
    };
    Ok(Json(Drilldown { dimension, from, to, entries: [] }))
}
