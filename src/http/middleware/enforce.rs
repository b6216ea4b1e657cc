//! Lets a request through to its route if its caller may: the last step of the pipeline.

use axum::extract::Request;
use axum::extract::State;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::auth;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::http::route::Access;
use crate::http::route::Policy;
use crate::http::shared::Shared;

/// Who acted, for the log.
#[derive(Debug, Clone)]
pub(crate) struct Actor(pub(crate) String);

pub(crate) async fn check(State(shared): State<Shared>, request: Request, next: Next) -> Result<Response> {
    let policy = request.extensions().get::<Policy>().copied();
    let access = policy.map_or_else(|| of_nothing(request.uri().path()), |policy| policy.access);
    let Some(ctx) = request.extensions().get::<Ctx>() else {
        return if access == Access::Public { Ok(next.run(request).await) } else { Err(auth::required()) };
    };
    let actor = Actor(ctx.caller.actor());
    let counted = shared.limits.of_caller(ctx, policy)?;
    let permitted = if access == Access::Public { Ok(()) } else { permit(ctx, access) };
    let mut response = match counted.passed().and(permitted) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(actor);
    Ok(counted.told(response))
}

/// Returns who is told that there is nothing at a path. Strangers are not, but under `/.well-known/`, where clients look
/// for ways to log in before they have a credential: 401 there reads as "somewhere else".
fn of_nothing(path: &str) -> Access {
    let path = path.strip_prefix("/mcp").unwrap_or(path);
    if path.starts_with("/.well-known/") { Access::Public } else { Access::Member }
}

/// Decides for a caller who is known. The order is the contract's: disabled, unconfirmed, then the permission.
fn permit(ctx: &Ctx, access: Access) -> Result<()> {
    let user = ctx.caller.user()?;
    if !user.is_active {
        return Err(Error::new(Kind::Forbidden, "Account is disabled").hint("ask an admin to enable it"));
    }
    match access {
        Access::Public | Access::Unconfirmed => return Ok(()),
        Access::Member | Access::Needs(_) if !user.email_verified => {
            return Err(Error::new(Kind::Forbidden, "Please verify your email")
                .hint("follow the link in the mail, or ask an admin for one"));
        }
        Access::Member | Access::Needs(_) => {}
    }
    match access {
        Access::Needs(scope) => ctx.caller.authorize(scope),
        Access::Public | Access::Unconfirmed | Access::Member => Ok(()),
    }
}
