//! Cancellation tests, with a handler whose only tool never returns.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use http::request::Parts;
use http_body_util::BodyExt;
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::json;
use tokio::sync::mpsc;

use crate::app::context::Ctx;
use crate::app::state::AppState;
use crate::clock::SystemClock;
use crate::config::{Config, EnvironmentSnapshot};
use crate::domain::id::KeyId;
use crate::domain::user::UserRole;
use crate::entropy::OsEntropy;
use crate::error::ErrorKind;
use crate::mcp::cancellation::RequestCancellation;
use crate::mcp::{McpEndpoint, McpMessage};
use crate::secret::Secret;
use crate::services::accounts::{api_keys, users};
use crate::services::auth;
use crate::setup;

/// Test timeout; expected events happen much earlier.
const TEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Event of the handler's work.
#[derive(Debug, PartialEq, Eq)]
enum WorkEvent {
    Began,
    Dropped,
}

#[derive(Clone)]
struct EndlessHandler(mpsc::UnboundedSender<WorkEvent>);

struct WorkGuard(mpsc::UnboundedSender<WorkEvent>);

impl Drop for WorkGuard {
    fn drop(&mut self) {
        let _ = self.0.send(WorkEvent::Dropped);
    }
}

impl ServerHandler for EndlessHandler {
    async fn call_tool(
        &self,
        _asked: CallToolRequestParams,
        request: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let working = WorkGuard(self.0.clone());
        let endless = async move {
            let _ = working.0.send(WorkEvent::Began);
            std::future::pending::<()>().await;
            drop(working);
        };
        RequestCancellation::from_request(&request).run_until_cancelled(endless).await?;
        Ok(CallToolResult::success(Vec::new()).into())
    }
}

struct CancellationFixture {
    endpoint: McpEndpoint,
    work: mpsc::UnboundedReceiver<WorkEvent>,
    owner: Ctx,
    key: KeyId,
    ctx: Ctx,
    _home: tempfile::TempDir,
}

impl CancellationFixture {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME".to_owned(), home.path().as_os_str().to_owned())];
            Config::load(Vec::new(), None, &EnvironmentSnapshot::from_iter(pairs)).unwrap()
        };
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
        let ada = users::CreateUserRequest {
            email: "ada@home.example".parse().unwrap(),
            name: None,
            role: UserRole::Member,
            password: None,
        };
        setup::init(config(), clock.clone(), entropy.clone(), ada).await.unwrap();
        let app = Arc::new(AppState::open(config(), clock, entropy).unwrap());
        let owner = auth::operator(app.clone(), None).unwrap();
        let new = api_keys::CreateKeyRequest { name: "laptop".to_owned(), ..api_keys::CreateKeyRequest::default() };
        let made = api_keys::add(&owner, new).await.unwrap();
        let ctx = auth::with_key(&app, &Secret::new(made.key), "test").unwrap();
        let (sender, work) = mpsc::unbounded_channel();
        Self { endpoint: McpEndpoint::new(EndlessHandler(sender)), work, owner, key: made.row.id, ctx, _home: home }
    }

    async fn expect_event(&mut self, expected: WorkEvent) {
        let event = tokio::time::timeout(TEST_TIMEOUT, self.work.recv()).await.expect("an event arrives in time");
        assert_eq!(event, Some(expected));
    }

    async fn answer(&self, (parts, message): (Parts, McpMessage)) -> Response {
        self.endpoint.handle(&self.ctx, parts, message).await.unwrap()
    }

    /// Opens a session and returns its id.
    async fn open_session(&self) -> String {
        let who = json!({ "name": "laptop", "version": "1" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": who });
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let reply = self.answer(message(&[], &hello)).await;
        let id = reply.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        reply.into_body().collect().await.unwrap();
        id
    }
}

fn message(headers: &[(&str, &str)], body: &serde_json::Value) -> (Parts, McpMessage) {
    let request = Request::post("/mcp").header("host", "localhost").header("content-type", "application/json");
    let request = request.header("accept", "application/json, text/event-stream");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    (request.body(()).unwrap().into_parts().0, McpMessage::new(body.to_string().into_bytes()))
}

/// Returns a call without a session.
fn stateless_call() -> (Parts, McpMessage) {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let call = json!({ "name": "endless", "arguments": {}, "_meta": meta });
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "endless")];
    message(&headers, &json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call }))
}

/// Returns a call within a session.
fn session_call(session: &str) -> (Parts, McpMessage) {
    let call = json!({ "name": "endless", "arguments": {} });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
    message(&[("mcp-session-id", session)], &call)
}

#[tokio::test]
async fn closing_the_stream_of_a_stateless_call_cancels_it() {
    let mut world = CancellationFixture::new().await;
    let (parts, message) = stateless_call();

    {
        let answering = world.endpoint.handle(&world.ctx, parts, message);
        tokio::select! {
            answer = answering => panic!("the work ended: {:?}", answer.map(|reply| reply.status())),
            event = world.work.recv() => assert_eq!(event, Some(WorkEvent::Began)),
        }
    }

    world.expect_event(WorkEvent::Dropped).await;
}

#[tokio::test]
async fn a_session_call_outlives_its_stream_and_ends_with_the_session() {
    let mut world = CancellationFixture::new().await;
    let session = world.open_session().await;

    drop(world.answer(session_call(&session)).await);
    world.expect_event(WorkEvent::Began).await;
    let listing = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let listed = world.answer(message(&[("mcp-session-id", &session)], &listing)).await;
    listed.into_body().collect().await.unwrap();
    assert!(world.work.is_empty(), "that revision resumes a broken stream and its result");

    let ended = Request::delete("/mcp")
        .header("host", "localhost")
        .header("mcp-session-id", &session)
        .body(())
        .unwrap()
        .into_parts()
        .0;
    assert!(world.answer((ended, McpMessage::new(Vec::new()))).await.status().is_success());
    world.expect_event(WorkEvent::Dropped).await;
}

#[tokio::test]
async fn revoking_a_key_ends_its_calls_in_both_eras() {
    let mut world = CancellationFixture::new().await;
    let session = world.open_session().await;
    let stream = world.answer(session_call(&session)).await;
    world.expect_event(WorkEvent::Began).await;
    let refused = {
        let (parts, message) = stateless_call();
        let answering = world.endpoint.handle(&world.ctx, parts, message);
        tokio::pin!(answering);
        tokio::select! {
            _ = &mut answering => panic!("the work ended"),
            event = world.work.recv() => assert_eq!(event, Some(WorkEvent::Began)),
        }
        api_keys::revoke(&world.owner, world.key).await.unwrap();
        answering.await.unwrap_err()
    };

    assert_eq!(refused.kind(), ErrorKind::Unauthenticated);
    world.expect_event(WorkEvent::Dropped).await;
    world.expect_event(WorkEvent::Dropped).await;
    stream.into_body().collect().await.unwrap();
    let (parts, message) = session_call(&session);
    let missing = world.endpoint.handle(&world.ctx, parts, message).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound, "the session has ended as well");
}

#[tokio::test]
async fn shutdown_ends_long_lived_streams_only() {
    let mut world = CancellationFixture::new().await;
    let session = world.open_session().await;
    let calling = world.answer(session_call(&session)).await;
    world.expect_event(WorkEvent::Began).await;
    let listening = Request::get("/mcp").header("host", "localhost").header("mcp-session-id", &session);
    let listening = listening.header("accept", "text/event-stream");
    let listening = listening.body(()).unwrap().into_parts().0;
    let listening = world.answer((listening, McpMessage::new(Vec::new()))).await;

    world.endpoint.stream_shutdown().end_streams();

    tokio::time::timeout(TEST_TIMEOUT, listening.into_body().collect()).await.expect("the stream ends").unwrap();
    let mut calling: Body = calling.into_body();
    let first = calling.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(!first.is_empty());
    assert!(tokio::time::timeout(Duration::from_millis(50), calling.frame()).await.is_err(), "the call continues");
    assert!(world.work.is_empty());
}
