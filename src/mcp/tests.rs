//! When work is called off, at an endpoint whose only tool never comes to an end.

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use http::request::Parts;
use http_body_util::BodyExt;
use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::ServerHandler;
use rmcp::model::CallToolRequestParams;
use rmcp::model::CallToolResponse;
use rmcp::model::CallToolResult;
use rmcp::service::RequestContext;
use serde_json::json;
use tokio::sync::mpsc;

use crate::app::App;
use crate::auth;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::config::Environment;
use crate::ctx::Ctx;
use crate::entropy::OsEntropy;
use crate::error::Kind;
use crate::keys;
use crate::mcp::Endpoint;
use crate::mcp::Message;
use crate::mcp::wanted::Wanted;
use crate::model::id::KeyId;
use crate::model::user::Role;
use crate::secret::Secret;
use crate::setup;
use crate::users;

/// What is waited for comes long before.
const PATIENCE: Duration = Duration::from_secs(20);

/// What became of the work.
#[derive(Debug, PartialEq, Eq)]
enum Work {
    Began,
    Dropped,
}

#[derive(Clone)]
struct Endless(mpsc::UnboundedSender<Work>);

struct Working(mpsc::UnboundedSender<Work>);

impl Drop for Working {
    fn drop(&mut self) {
        let _ = self.0.send(Work::Dropped);
    }
}

impl ServerHandler for Endless {
    async fn call_tool(
        &self,
        _asked: CallToolRequestParams,
        request: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let working = Working(self.0.clone());
        let endless = async move {
            let _ = working.0.send(Work::Began);
            std::future::pending::<()>().await;
            drop(working);
        };
        Wanted::of(&request).or_called_off(endless).await?;
        Ok(CallToolResult::success(Vec::new()).into())
    }
}

struct World {
    endpoint: Endpoint,
    work: mpsc::UnboundedReceiver<Work>,
    owner: Ctx,
    key: KeyId,
    ctx: Ctx,
    _home: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = || {
            let pairs = [("HOME".to_owned(), home.path().as_os_str().to_owned())];
            Config::load(Vec::new(), None, &Environment::from_iter(pairs)).unwrap()
        };
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
        let ada =
            users::Add { email: "ada@home.example".parse().unwrap(), name: None, role: Role::Member, password: None };
        setup::init(config(), clock.clone(), entropy.clone(), ada).await.unwrap();
        let app = Arc::new(App::open(config(), clock, entropy).unwrap());
        let owner = auth::operator(app.clone(), None).unwrap();
        let new = keys::Add { name: "laptop".to_owned(), ..keys::Add::default() };
        let made = keys::add(&owner, new).await.unwrap();
        let ctx = auth::with_key(&app, &Secret::new(made.key), "test").unwrap();
        let (sender, work) = mpsc::unbounded_channel();
        Self { endpoint: Endpoint::of(Endless(sender)), work, owner, key: made.row.id, ctx, _home: home }
    }

    async fn becomes(&mut self, expected: Work) {
        let became = tokio::time::timeout(PATIENCE, self.work.recv()).await.expect("something becomes of the work");
        assert_eq!(became, Some(expected));
    }

    async fn answer(&self, (parts, message): (Parts, Message)) -> Response {
        self.endpoint.answer(&self.ctx, parts, message).await.unwrap()
    }

    /// Opens a session and returns its id.
    async fn session(&self) -> String {
        let who = json!({ "name": "laptop", "version": "1" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": who });
        let hello = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
        let reply = self.answer(message(&[], &hello)).await;
        let id = reply.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        reply.into_body().collect().await.unwrap();
        id
    }
}

fn message(headers: &[(&str, &str)], body: &serde_json::Value) -> (Parts, Message) {
    let request = Request::post("/mcp").header("host", "localhost").header("content-type", "application/json");
    let request = request.header("accept", "application/json, text/event-stream");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    (request.body(()).unwrap().into_parts().0, Message::new(body.to_string().into_bytes()))
}

/// A call that stands for itself.
fn alone() -> (Parts, Message) {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "laptop", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let call = json!({ "name": "endless", "arguments": {}, "_meta": meta });
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "endless")];
    message(&headers, &json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call }))
}

/// A call within a session.
fn within(session: &str) -> (Parts, Message) {
    let call = json!({ "name": "endless", "arguments": {} });
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call });
    message(&[("mcp-session-id", session)], &call)
}

#[tokio::test]
async fn a_client_that_closes_the_stream_of_a_call_that_stands_for_itself_calls_it_off() {
    let mut world = World::new().await;
    let (parts, message) = alone();

    {
        let answering = world.endpoint.answer(&world.ctx, parts, message);
        tokio::select! {
            answer = answering => panic!("the work came to an end: {:?}", answer.map(|reply| reply.status())),
            event = world.work.recv() => assert_eq!(event, Some(Work::Began)),
        }
    }

    world.becomes(Work::Dropped).await;
}

#[tokio::test]
async fn a_call_within_a_session_outlives_its_stream_and_ends_with_the_session() {
    let mut world = World::new().await;
    let session = world.session().await;

    drop(world.answer(within(&session)).await);
    world.becomes(Work::Began).await;
    let listing = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let listed = world.answer(message(&[("mcp-session-id", &session)], &listing)).await;
    listed.into_body().collect().await.unwrap();
    assert!(world.work.is_empty(), "that revision fetches a broken stream again, and the result with it");

    let ended = Request::delete("/mcp")
        .header("host", "localhost")
        .header("mcp-session-id", &session)
        .body(())
        .unwrap()
        .into_parts()
        .0;
    assert!(world.answer((ended, Message::new(Vec::new()))).await.status().is_success());
    world.becomes(Work::Dropped).await;
}

#[tokio::test]
async fn a_key_that_is_revoked_ends_its_calls_in_both_eras_within_a_second() {
    let mut world = World::new().await;
    let session = world.session().await;
    let stream = world.answer(within(&session)).await;
    world.becomes(Work::Began).await;
    let revoked;
    let refused = {
        let (parts, message) = alone();
        let answering = world.endpoint.answer(&world.ctx, parts, message);
        tokio::pin!(answering);
        tokio::select! {
            _ = &mut answering => panic!("the work came to an end"),
            event = world.work.recv() => assert_eq!(event, Some(Work::Began)),
        }
        keys::revoke(&world.owner, world.key).await.unwrap();
        revoked = Instant::now();
        answering.await.unwrap_err()
    };

    assert_eq!(refused.kind(), Kind::Unauthenticated);
    world.becomes(Work::Dropped).await;
    world.becomes(Work::Dropped).await;
    stream.into_body().collect().await.unwrap();
    assert!(revoked.elapsed() < Duration::from_secs(1), "{:?}", revoked.elapsed());
    let (parts, message) = within(&session);
    let gone = world.endpoint.answer(&world.ctx, parts, message).await.unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound, "the session is gone as well");
}

#[tokio::test]
async fn a_stop_ends_what_would_go_on_for_ever_and_nothing_else() {
    let mut world = World::new().await;
    let session = world.session().await;
    let calling = world.answer(within(&session)).await;
    world.becomes(Work::Began).await;
    let listening = Request::get("/mcp").header("host", "localhost").header("mcp-session-id", &session);
    let listening = listening.header("accept", "text/event-stream");
    let listening = listening.body(()).unwrap().into_parts().0;
    let listening = world.answer((listening, Message::new(Vec::new()))).await;

    world.endpoint.stop().streams();

    tokio::time::timeout(PATIENCE, listening.into_body().collect()).await.expect("the stream ends").unwrap();
    let mut calling: Body = calling.into_body();
    let first = calling.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(!first.is_empty());
    assert!(tokio::time::timeout(Duration::from_millis(50), calling.frame()).await.is_err(), "the call goes on");
    assert!(world.work.is_empty());
}
