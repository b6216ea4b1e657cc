//! API key routes: list, create, revoke.

use axum::Json;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::context::Ctx;
use crate::domain::api_key::{ApiKey, KeyRestrictions, NewApiKey};
use crate::domain::id::KeyId;
use crate::domain::scope::Scope;
use crate::error::{Error, Result};
use crate::http::extract::{PathId, QueryParams, StrictJson};
use crate::http::reply::Created;
use crate::http::reply::OkResponse;
use crate::services::accounts::api_keys::{self, KeyExpiry};

/// Filter of the API keys.
#[derive(Deserialize, JsonSchema)]
pub struct ListApiKeysQuery {
    /// True lists revoked keys as well; a client that ignores `revoked_at` would take them for valid ones.
    include_revoked: Option<bool>,
}

/// API keys.
#[derive(Serialize, JsonSchema)]
pub struct ApiKeyListResponse {
    /// The keys.
    items: Vec<ApiKey>,
}

/// API key to create.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKeyRequest {
    /// Name, for example the device it is used on: `laptop`.
    #[serde(default)]
    name: String,
    /// Days until it expires, 1 to 3650; default 90 if `expires_at` is absent as well.
    expires_days: Option<i64>,
    /// Expiry: a date (its end in UTC), a timestamp, or `never`.
    expires_at: Option<String>,
    /// Scopes; default reading, searching, writing and ingesting.
    scopes: Option<Vec<Scope>>,
    /// CIDR blocks it may be used from, at most 32; default anywhere.
    allowed_from: Option<Vec<String>>,
    /// True limits the key to reading and searching.
    #[serde(default)]
    read_only: bool,
    /// Part of the journal it can access; default all of it.
    boundary: Option<KeyRestrictions>,
}

impl TryFrom<CreateApiKeyRequest> for api_keys::CreateKeyRequest {
    type Error = Error;

    fn try_from(given: CreateApiKeyRequest) -> Result<Self> {
        let invalid = |why: &str, hint: &str| Error::invalid(why).code("invalid_field").hint(hint);
        let expiry = match (given.expires_days, given.expires_at.as_deref().map(str::trim)) {
            (Some(_), Some(_)) => {
                return Err(invalid("both expires_days and expires_at are set", "send only one of them"));
            }
            (Some(days), None) => KeyExpiry::from_days(days)?,
            (None, Some(at)) => KeyExpiry::parse_instant(at)?,
            (None, None) => KeyExpiry::default(),
        };
        let blocks = given.allowed_from.unwrap_or_default().into_iter().map(|block| {
            block.parse::<IpNet>().map_err(|_| invalid("invalid address block", "write it as 192.168.1.0/24"))
        });
        let allowed_from = blocks.collect::<Result<_>>()?;
        let (scopes, read_only, boundary) = (given.scopes.unwrap_or_default(), given.read_only, given.boundary);
        Ok(Self { name: given.name, scopes, read_only, expiry, allowed_from, boundary })
    }
}

pub async fn list(ctx: Ctx, QueryParams(wanted): QueryParams<ListApiKeysQuery>) -> Result<Json<ApiKeyListResponse>> {
    let mut items = api_keys::list(&ctx).await?;
    items.retain(|key| key.revoked_at.is_none() || wanted.include_revoked == Some(true));
    Ok(Json(ApiKeyListResponse { items }))
}

pub async fn add(ctx: Ctx, StrictJson(given): StrictJson<CreateApiKeyRequest>) -> Result<Created<NewApiKey>> {
    Ok(Created(api_keys::add(&ctx, given.try_into()?).await?))
}

pub async fn revoke(ctx: Ctx, PathId(id): PathId<KeyId>) -> Result<Json<OkResponse>> {
    api_keys::revoke(&ctx, id).await?;
    Ok(OkResponse::json())
}
