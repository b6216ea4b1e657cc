//! API keys: listed, made, revoked by their owner.

use axum::Json;
use http::Method;
use http::StatusCode;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::Serialize;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::http::extract::Body;
use crate::http::extract::Id;
use crate::http::extract::Query;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes::auth::Done;
use crate::keys;
use crate::keys::Expiry;
use crate::model::id::KeyId;
use crate::model::key::ApiKey;
use crate::model::key::Boundary;
use crate::model::key::NewKey;
use crate::model::scope::Scope;

pub(super) fn routes() -> Vec<Route> {
    let own = Access::Needs(Scope::Account);
    vec![
        Route::new(Method::GET, "/api/auth/api-keys", own, "Lists your keys, newest first", list)
            .query::<List>()
            .replies::<Keys>(200),
        Route::new(Method::POST, "/api/auth/api-keys", own, "Makes a key; it is shown this once", add)
            .body::<Add>()
            .replies::<NewKey>(201),
        Route::new(Method::DELETE, "/api/auth/api-keys/{id}", own, "Revokes a key at once", revoke)
            .replies::<Done>(200),
    ]
}

/// Which keys.
#[derive(Deserialize, JsonSchema)]
struct List {
    /// Whether revoked keys are listed too; clients that do not know `revoked_at` would take them for live ones.
    include_revoked: Option<bool>,
}

/// Keys.
#[derive(Serialize, JsonSchema)]
struct Keys {
    /// The keys.
    items: Vec<ApiKey>,
}

/// A key to make.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Add {
    /// Where it is used, such as `laptop`.
    #[serde(default)]
    name: String,
    /// Days until it stops working, 1 to 3650; 90 if neither this nor `expires_at` is given.
    expires_days: Option<i64>,
    /// When it stops working: a date, whose end in UTC is meant, a timestamp, or `never`.
    expires_at: Option<String>,
    /// What it may do; to read, search, write and ingest if not given.
    scopes: Option<Vec<Scope>>,
    /// CIDR blocks it may be used from, at most 32; anywhere if not given.
    allowed_from: Option<Vec<String>>,
    /// Whether it may read and search, and nothing else.
    #[serde(default)]
    read_only: bool,
    /// What of the journal it reaches; everything if not given.
    boundary: Option<Boundary>,
}

impl TryFrom<Add> for keys::Add {
    type Error = Error;

    fn try_from(given: Add) -> Result<Self> {
        let wrong = |why: &str, hint: &str| Error::invalid(why).code("invalid_field").hint(hint);
        let expiry = match (given.expires_days, given.expires_at.as_deref().map(str::trim)) {
            (Some(_), Some(_)) => return Err(wrong("there are two expiries", "send expires_days or expires_at")),
            (Some(days), None) => Expiry::days(days)?,
            (None, Some(at)) => Expiry::at(at)?,
            (None, None) => Expiry::default(),
        };
        let blocks = given.allowed_from.unwrap_or_default().into_iter().map(|block| {
            block.parse::<IpNet>().map_err(|_| wrong("an address block cannot be read", "write it as 192.168.1.0/24"))
        });
        let allowed_from = blocks.collect::<Result<_>>()?;
        let (scopes, read_only, boundary) = (given.scopes.unwrap_or_default(), given.read_only, given.boundary);
        Ok(Self { name: given.name, scopes, read_only, expiry, allowed_from, boundary })
    }
}

async fn list(ctx: Ctx, Query(wanted): Query<List>) -> Result<Json<Keys>> {
    let mut items = keys::list(&ctx).await?;
    items.retain(|key| key.revoked_at.is_none() || wanted.include_revoked == Some(true));
    Ok(Json(Keys { items }))
}

async fn add(ctx: Ctx, Body(given): Body<Add>) -> Result<(StatusCode, Json<NewKey>)> {
    Ok((StatusCode::CREATED, Json(keys::add(&ctx, given.try_into()?).await?)))
}

async fn revoke(ctx: Ctx, Id(id): Id<KeyId>) -> Result<Json<Done>> {
    keys::revoke(&ctx, id).await?;
    Ok(Json(Done { ok: true }))
}
