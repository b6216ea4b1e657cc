//! CSRF protection: a page of another site cannot act with a visitor's cookie.
//!
//! Browsers send `Sec-Fetch-Site` (Fetch Metadata) and, with every unsafe method, `Origin`; a page can set neither.
//! Requests without a cookie are checked as well: login CSRF needs none.

use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::config::server::{ServerConfig, origin};
use crate::error::{Error, ErrorKind};

/// Returns the layer, which trusts the web client and the CORS origins.
pub(crate) fn layer(server: &ServerConfig) -> CsrfLayer<fn(ProtectionError) -> Response> {
    let trusted = origin(&server.app_base_url).into_iter().chain(server.cors_origins.iter().cloned());
    let layer = trusted.fold(CsrfLayer::new(), |layer, origin| {
        layer.add_trusted_origin(origin).expect("the configuration accepts only exact http and https origins")
    });
    layer.with_rejection_response(cross_site_response)
}

fn cross_site_response(_: ProtectionError) -> Response {
    Error::new(ErrorKind::Forbidden, "cross-site request rejected")
        .code("cross_site")
        .hint("open the journal's own web page and try again there")
        .into_response()
}
