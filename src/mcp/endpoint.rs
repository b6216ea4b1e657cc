//! MCP endpoint mounted by the HTTP server: session ownership, tool permissions and stream lifetime; the protocol
//! library does the rest.
//!
//! HTTP middleware has checked host, origin, credential, rate and size, as on every route.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;

use crate::app::context::Ctx;
use crate::error::Result;
use crate::mcp::credential_monitor::{CredentialGuard, CredentialMonitor, CredentialOwner};
use crate::mcp::message_header::{MAX_BODY, McpMessage, MessageHeader};
use crate::mcp::server::McpServer;
use crate::mcp::sessions::{self, SessionRegistry};
use crate::mcp::{http_errors, take_until, tools};
use crate::services::auth;

const SESSION_HEADER: &str = "mcp-session-id";

type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Endpoint of `/mcp`.
pub struct McpEndpoint {
    sessions: SessionRegistry,
    credential_monitor: CredentialMonitor,
    stopping: CancellationToken,
    handler: Box<dyn Fn(Request<Body>) -> ResponseFuture + Send + Sync>,
}

/// Handle that ends an endpoint's streams.
#[derive(Debug)]
pub struct StreamShutdown(CancellationToken);

impl StreamShutdown {
    /// Ends long-lived streams; running calls continue.
    pub fn end_streams(&self) {
        self.0.cancel();
    }
}

impl Default for McpEndpoint {
    fn default() -> Self {
        Self::new(McpServer::for_http())
    }
}

impl McpEndpoint {
    /// Creates an endpoint for a protocol handler.
    pub fn new(handler: impl ServerHandler + Clone) -> Self {
        let mut manager = LocalSessionManager::default();
        manager.session_config.keep_alive = Some(sessions::SESSION_IDLE_TIMEOUT);
        let manager = Arc::new(manager);
        // Middleware checks host and origin on all routes.
        let config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .with_json_response(true)
            .with_max_request_body_bytes(MAX_BODY);
        let service = StreamableHttpService::new(move || Ok(handler.clone()), manager.clone(), config);
        let answer = move |request| -> ResponseFuture {
            let service = service.clone();
            Box::pin(async move { service.handle(request).await.map(Body::new) })
        };
        let (sessions, stopping) = (SessionRegistry::new(manager), CancellationToken::new());
        Self { sessions, credential_monitor: CredentialMonitor::default(), stopping, handler: Box::new(answer) }
    }

    /// Returns the handle that ends the streams at shutdown.
    #[must_use]
    pub fn stream_shutdown(&self) -> StreamShutdown {
        StreamShutdown(self.stopping.clone())
    }

    /// Handles a request that has passed the middleware.
    ///
    /// # Errors
    /// `NotFound` for another caller's session; `Forbidden` for a tool beyond the credential's scopes;
    /// `Unauthenticated` if the credential is revoked meanwhile; `Invalid` for a malformed request.
    pub async fn handle(&self, ctx: &Ctx, mut parts: Parts, message: McpMessage) -> Result<Response> {
        let session = session_id(&parts.headers);
        let life = session.as_deref().map(|id| self.sessions.find(id, ctx)).transpose()?;
        http_errors::check_headers(&parts)?;
        let McpMessage { body, peek } = message;
        let peek = if parts.method == Method::POST {
            match peek {
                Ok(peek) => peek,
                Err(error) => return Ok(http_errors::bad_request(None, error)),
            }
        } else {
            MessageHeader::default()
        };
        if let Some(refused) = http_errors::unknown_version(&parts.headers, &peek) {
            return Ok(refused);
        }
        authorize_tool(ctx, &peek)?;
        if let Some(life) = life {
            parts.extensions.insert(life);
        }
        let ends = parts.method == Method::DELETE;
        let is_long_lived = parts.method == Method::GET || peek.method() == Some("subscriptions/listen");
        let standing = self.credential_monitor.subscribe(ctx);
        // Extensions keep the guard for as long as the handler runs, even after the client has disconnected.
        parts.extensions.insert(standing.clone());
        let response = tokio::select! {
            // Polled first: the handler sees the revocation too and would report a cancelled call.
            biased;
            () = standing.revoked() => {
                self.sessions.remove_all_of(&CredentialOwner::from_ctx(ctx));
                return Err(auth::authentication_required());
            }
            response = (self.handler)(Request::from_parts(parts, Body::from(body))) => response,
        };
        match (&session, session_id(response.headers())) {
            (Some(id), _) if ends && response.status().is_success() => self.sessions.remove(id),
            // The protocol library has closed the session, for example after it was idle.
            (Some(id), _) if response.status() == StatusCode::NOT_FOUND && !peek.has_protocol_version() => {
                self.sessions.remove(id);
            }
            (None, Some(id)) if response.status() == StatusCode::OK => {
                self.sessions.register(&id, ctx);
            }
            _ => {}
        }
        let mut response = http_errors::translate_error(response, &peek).await?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if !http_errors::is_stream(response.headers()) {
            return Ok(response);
        }
        Ok(response.map(|body| {
            take_until::take_until(body, self.stream_end(standing, CredentialOwner::from_ctx(ctx), is_long_lived))
        }))
    }

    /// Completes when a stream has to end.
    fn stream_end(
        &self,
        standing: CredentialGuard,
        owner: CredentialOwner,
        is_long_lived: bool,
    ) -> impl Future<Output = ()> + use<> {
        let (sessions, stopping) = (self.sessions.clone(), self.stopping.clone());
        async move {
            tokio::select! {
                () = standing.revoked() => sessions.remove_all_of(&owner),
                () = stopping.cancelled(), if is_long_lived => {}
            }
        }
    }
}

/// Rejects a tool beyond the caller's scopes before the protocol library runs, so that clients get an HTTP status.
fn authorize_tool(ctx: &Ctx, peek: &MessageHeader) -> Result<()> {
    let Some(tool) = peek.called_tool().and_then(tools::find) else { return Ok(()) };
    let scopes = || tool.scopes.iter().map(ToString::to_string).collect();
    tool.authorize(&ctx.caller).map_err(|error| error.requires_scopes(scopes()))
}

fn session_id(headers: &HeaderMap) -> Option<String> {
    headers.get(SESSION_HEADER).map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned())
}
