//! What the HTTP door mounts: whose a session is, who may pass and when a stream ends is decided here, everything else by
//! the protocol library.
//!
//! Host, origin, credential, rate and size were looked at by the door's pipeline, as on every route.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::HeaderMap;
use http::HeaderValue;
use http::Method;
use http::Request;
use http::StatusCode;
use http::header;
use http::request::Parts;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::StreamableHttpServerConfig;
use rmcp::transport::streamable_http_server::StreamableHttpService;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use tokio_util::sync::CancellationToken;

use crate::auth;
use crate::ctx::Ctx;
use crate::error::Error;
use crate::error::Result;
use crate::mcp::peek::Message;
use crate::mcp::peek::Peek;
use crate::mcp::server::Journal;
use crate::mcp::sessions;
use crate::mcp::sessions::Sessions;
use crate::mcp::stream;
use crate::mcp::tools;
use crate::mcp::watch::Owner;
use crate::mcp::watch::Standing;
use crate::mcp::watch::Watch;
use crate::mcp::wire;

/// Most bytes of a message: 50 MiB of photographs in base64, and what is around them.
pub const MAX_BODY: usize = 72 * 1024 * 1024;

const SESSION: &str = "mcp-session-id";

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// The endpoint of `/mcp`.
pub struct Endpoint {
    sessions: Sessions,
    watch: Watch,
    stopping: CancellationToken,
    answer: Box<dyn Fn(Request<Body>) -> Answering + Send + Sync>,
}

/// Ends what an endpoint streams.
#[derive(Debug)]
pub struct Stop(CancellationToken);

impl Stop {
    /// Ends the streams that would go on for ever; calls that run are answered.
    pub fn streams(&self) {
        self.0.cancel();
    }
}

impl Default for Endpoint {
    fn default() -> Self {
        Self::of(Journal::over_http())
    }
}

impl Endpoint {
    /// Makes an endpoint of something that answers the protocol's methods.
    pub fn of(handler: impl ServerHandler + Clone) -> Self {
        let mut manager = LocalSessionManager::default();
        manager.session_config.keep_alive = Some(sessions::IDLE);
        let manager = Arc::new(manager);
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
        let (sessions, stopping) = (Sessions::new(manager), CancellationToken::new());
        Self { sessions, watch: Watch::default(), stopping, answer: Box::new(answer) }
    }

    /// Returns what ends the streams when the server stops.
    #[must_use]
    pub fn stop(&self) -> Stop {
        Stop(self.stopping.clone())
    }

    /// Answers a request of somebody whom the pipeline let through.
    ///
    /// # Errors
    /// `NotFound` for a session that is not of this caller; `Forbidden` for a tool beyond the credential's scopes;
    /// `Unauthenticated` when the credential is revoked meanwhile; `Invalid` for what no client of the protocol sends.
    pub async fn answer(&self, ctx: &Ctx, mut parts: Parts, message: Message) -> Result<Response> {
        let session = session(&parts.headers);
        let life = session.as_deref().map(|id| self.sessions.of(id, ctx).ok_or_else(no_session)).transpose()?;
        wire::check_headers(&parts)?;
        let Message { body, peek } = message;
        let peek = if parts.method == Method::POST {
            match peek {
                Ok(peek) => peek,
                Err(error) => return Ok(wire::refused(None, error)),
            }
        } else {
            Peek::default()
        };
        if let Some(refused) = wire::unknown_version(&parts.headers, &peek) {
            return Ok(refused);
        }
        permit(ctx, &peek)?;
        if let Some(life) = life {
            parts.extensions.insert(life);
        }
        let ends = parts.method == Method::DELETE;
        let for_ever = parts.method == Method::GET || peek.method() == Some("subscriptions/listen");
        let standing = self.watch.over(ctx);
        // The handler has it for as long as it works, also when nobody listens any more.
        parts.extensions.insert(standing.clone());
        let response = tokio::select! {
            // First, since the handler sees it as well and answers that it was called off.
            biased;
            () = standing.lost() => {
                self.sessions.lost(&Owner::of(ctx));
                return Err(auth::required());
            }
            response = (self.answer)(Request::from_parts(parts, Body::from(body))) => response,
        };
        match (&session, self::session(response.headers())) {
            (Some(id), _) if ends && response.status().is_success() => self.sessions.ended(id),
            // The protocol library has ended it, as it does with sessions that are silent for long.
            (Some(id), _) if response.status() == StatusCode::NOT_FOUND && !peek.names_its_version() => {
                self.sessions.ended(id);
            }
            (None, Some(id)) if response.status() == StatusCode::OK => {
                self.sessions.opened(&id, ctx);
            }
            _ => {}
        }
        let mut response = wire::in_our_words(response, &peek).await?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if !wire::is_stream(response.headers()) {
            return Ok(response);
        }
        Ok(response.map(|body| stream::until(body, self.end(standing, Owner::of(ctx), for_ever))))
    }

    /// Waits for what ends a stream.
    fn end(&self, standing: Standing, owner: Owner, for_ever: bool) -> impl Future<Output = ()> + use<> {
        let (sessions, stopping) = (self.sessions.clone(), self.stopping.clone());
        async move {
            tokio::select! {
                () = standing.lost() => sessions.lost(&owner),
                () = stopping.cancelled(), if for_ever => {}
            }
        }
    }
}

/// Refuses a tool beyond the caller's scopes before the protocol has its say, so that clients get the HTTP status.
fn permit(ctx: &Ctx, peek: &Peek) -> Result<()> {
    let Some(tool) = peek.tool().and_then(tools::named) else { return Ok(()) };
    let scopes = || tool.scopes.iter().map(ToString::to_string).collect();
    tool.authorize(&ctx.caller).map_err(|error| error.needs(scopes()))
}

fn session(headers: &HeaderMap) -> Option<String> {
    headers.get(SESSION).map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned())
}

/// The refusal of a session that is not the caller's, or is over.
pub(super) fn no_session() -> Error {
    Error::not_found("session").hint("open a new one with `initialize`")
}
