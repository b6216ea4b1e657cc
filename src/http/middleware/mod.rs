//! What every request passes, outermost first, one file each.
//!
//! Headers and CORS stand outside the panic catcher, so that its reply has them too. Only the check of host and origin
//! stands further out than CORS, which would answer a preflight by itself.

pub(crate) mod access_log;
pub(crate) mod address;
pub(crate) mod body;
pub(crate) mod cors;
pub(crate) mod credentials;
pub(crate) mod csrf;
pub(crate) mod enforce;
pub(crate) mod head;
pub(crate) mod headers;
pub(crate) mod host;
pub(crate) mod limits;
pub(crate) mod panic;
pub(crate) mod request_id;

use axum::Router;
use axum::middleware::from_fn;
use axum::middleware::from_fn_with_state;
use tower::util::option_layer;

use crate::http::shared::Shared;

/// Puts the pipeline around every route. The last layer is the outermost, so this reads from the inside out.
pub(crate) fn apply(router: Router<Shared>, shared: &Shared) -> Router<Shared> {
    router
        .layer(from_fn_with_state(shared.clone(), enforce::check))
        .layer(from_fn_with_state(shared.clone(), credentials::find))
        .layer(from_fn_with_state(shared.clone(), csrf::check))
        .layer(from_fn(body::cap))
        .layer(from_fn_with_state(shared.clone(), limits::before))
        .layer(panic::layer())
        .layer(option_layer(cors::layer(&shared.app.config.server)))
        .layer(from_fn_with_state(shared.clone(), host::check))
        .layer(from_fn(head::cap))
        .layer(from_fn_with_state(shared.clone(), headers::add))
        .layer(from_fn_with_state(shared.clone(), access_log::write))
        .layer(from_fn_with_state(shared.clone(), address::resolve))
        .layer(from_fn_with_state(shared.clone(), request_id::assign))
}
