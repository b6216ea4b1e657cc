//! What the HTTP door mounts: whose a session is and who may pass is decided here, everything else by the protocol library.
//!
//! Host, origin, credential, rate and size were looked at by the door's pipeline, as on every route.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::HeaderMap;
use http::Method;
use http::Request;
use http::StatusCode;
use http::request::Parts;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use rmcp::transport::streamable_http_server::session::SessionId;
use rmcp::transport::streamable_http_server::session::SessionManager;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;

use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::mcp::peek::Peek;
use crate::mcp::server::Journal;
use crate::mcp::sessions::Sessions;
use crate::mcp::tools;

/// Most bytes of a message: 50 MiB of photographs in base64, and what is around them.
pub const MAX_BODY: usize = 72 * 1024 * 1024;

const SESSION: &str = "mcp-session-id";

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The endpoint of `/mcp`.
pub struct Endpoint {
    sessions: Sessions,
    manager: Arc<LocalSessionManager>,
    answer: Box<dyn Fn(Request<Body>) -> Answering + Send + Sync>,
}

impl Default for Endpoint {
    fn default() -> Self {
        Self::of(Journal::over_http())
    }
}

impl Endpoint {
    /// Makes an endpoint of something that answers the protocol's methods.
    pub fn of(handler: impl ServerHandler + Clone + Send + Sync + 'static) -> Self {
        let manager = Arc::new(LocalSessionManager::default());
        // The pipeline compares host and origin with the server's own lists, on this route as on all others.
        let config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .with_json_response(true)
            .with_max_request_body_bytes(MAX_BODY);
        let service = StreamableHttpService::new(move || Ok(handler.clone()), manager.clone(), config);
        let answer = move |request| -> Answering {
            let service = service.clone();
            Box::pin(async move { service.handle(request).await.map(Body::new) })
        };
        Self { sessions: Sessions::new(), manager, answer: Box::new(answer) }
    }

    /// Answers a request of somebody whom the pipeline let through.
    ///
    /// # Errors
    /// `NotFound` for a session that is not of this caller; `Forbidden` for a tool beyond the credential's scopes.
    pub async fn answer(&self, ctx: &Ctx, parts: Parts, body: Vec<u8>) -> Result<Response> {
        let session = session(&parts.headers);
        if session.as_deref().is_some_and(|id| !self.sessions.is_of(id, ctx)) {
            return Err(Error::not_found("session").hint("open a new one with `initialize`"));
        }
        if let Some(tool) = Peek::of(&body).as_ref().and_then(Peek::tool).and_then(tools::named) {
            tool.authorize(&ctx.caller).map_err(|error| error.code("insufficient_scope"))?;
        }
        let ends = parts.method == Method::DELETE;
        let response = (self.answer)(Request::from_parts(parts, Body::from(body))).await;
        match (session, self::session(response.headers())) {
            (Some(id), _) if ends => self.sessions.ended(&id),
            (None, Some(id)) if response.status() == StatusCode::OK => {
                if let Some(forgotten) = self.sessions.opened(&id, ctx) {
                    let closed = self.manager.close_session(&SessionId::from(forgotten)).await;
                    closed.map_err(|error| Error::new(Kind::Internal, "closing a session").caused_by(error))?;
                }
            }
            _ => {}
        }
        Ok(response)
    }
}

fn session(headers: &HeaderMap) -> Option<String> {
    headers.get(SESSION).map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned())
}
