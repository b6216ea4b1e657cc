//! Authorization and the caller's rate limit: the last step before the handler.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::context::Ctx;
use crate::error::{Error, ErrorKind, Result};
use crate::http::route_policy::{RouteAccess, RoutePolicy};
use crate::http::state::HttpState;
use crate::services::auth;

/// Caller's name in the access log.
#[derive(Debug, Clone)]
pub(crate) struct LogActor(pub(crate) String);

pub(crate) async fn authorize(State(shared): State<HttpState>, request: Request, next: Next) -> Result<Response> {
    let policy = request.extensions().get::<RoutePolicy>().copied();
    let access = policy.map_or_else(|| unmatched_route_access(request.uri().path()), |policy| policy.access);
    let Some(ctx) = request.extensions().get::<Ctx>() else {
        return if access == RouteAccess::Public {
            Ok(next.run(request).await)
        } else {
            Err(auth::authentication_required())
        };
    };
    let actor = LogActor(ctx.caller.actor());
    let counted = shared.limits.check_authenticated(ctx, policy)?;
    let permitted = if access == RouteAccess::Public { Ok(()) } else { check_access(ctx, access) };
    let mut response = match counted.ensure_allowed().and(permitted) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(actor);
    Ok(counted.add_headers(response))
}

/// Returns the access level of an unknown path. Only authenticated callers get a 404, except under `/.well-known/`:
/// clients look for authentication metadata there before they have a credential, and would misread a 401.
fn unmatched_route_access(path: &str) -> RouteAccess {
    let path = path.strip_prefix("/mcp").unwrap_or(path);
    if path.starts_with("/.well-known/") { RouteAccess::Public } else { RouteAccess::Member }
}

/// Checks a known caller in the contract's order: disabled, unconfirmed, then the permission.
fn check_access(ctx: &Ctx, access: RouteAccess) -> Result<()> {
    let user = ctx.caller.user()?;
    if !user.is_active {
        return Err(Error::new(ErrorKind::Forbidden, "Account is disabled").hint("ask an admin to enable it"));
    }
    match access {
        RouteAccess::Public | RouteAccess::Unconfirmed => return Ok(()),
        RouteAccess::Member | RouteAccess::Requires(_) if !user.email_verified => {
            return Err(Error::new(ErrorKind::Forbidden, "Please verify your email")
                .hint("follow the link in the mail, or ask an admin for one"));
        }
        RouteAccess::Member | RouteAccess::Requires(_) => {}
    }
    match access {
        RouteAccess::Requires(scope) => ctx.caller.authorize(scope),
        RouteAccess::Public | RouteAccess::Unconfirmed | RouteAccess::Member => Ok(()),
    }
}
