//! The OpenAPI 3.1 document, made from the table of routes and the schemas of the types they read and answer.

use std::sync::OnceLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::http::reply::Refusal;
use crate::http::route::Access;
use crate::http::route::Content;
use crate::http::route::Route;
use crate::http::routes;

/// What a reader of the document has to know before the first request.
const ABOUT: &str = "A private journal: entries, search, accounts and the server itself.

**Who asks.** A browser logs in with `POST /api/auth/login` and sends the cookie back; a program sends an API key as a \
bearer token. Both at once are refused. A key does what its scopes and its owner's role both allow.

**Refusals** have one body: `error` is a machine code, `message` a sentence, `hint` the next step, `request_id` what the \
server's log calls the request. What belongs to somebody else reads as absent. After 429 and 503, `Retry-After` says when \
to come back.

**Bodies** are JSON objects; unknown fields are refused. **Instants** are `YYYY-MM-DDTHH:MM:SSZ`, **dates** `YYYY-MM-DD`. \
**Limits** that lie outside their bounds are moved to the nearest.";

/// Groups of routes: the beginning of their paths, the name, and what it is about. The first that fits counts.
const TAGS: [(&str, &str, &str); 12] = [
    ("/api/auth/api-keys", "keys", "API keys: made, listed, revoked. A key is shown once."),
    ("/api/auth/sessions", "sessions", "Logins in browsers: listed and ended."),
    ("/api/auth", "account", "Logging in and out, and one's own account."),
    ("/api/users/me", "account", "Logging in and out, and one's own account."),
    ("/api/activity", "activity", "Who did what in one's journal, and who read how much."),
    ("/api/admin", "administration", "People, the audit trail and the running server; admins only, and never content."),
    ("/api/entries", "entries", "Entries: listed, shown, changed, deleted, added."),
    ("/api/ingest", "entries", "Entries: listed, shown, changed, deleted, added."),
    ("/api/search", "search", "Search by word and by meaning."),
    ("/api/jobs", "jobs", "Work that a request left for later."),
    ("/api/settings", "settings", "What the server does, for everybody."),
    ("/", "server", "The server itself: whether it is well, counts, and this document."),
];

/// Refusals that any route may give; those with a caller add 401 and 403.
const USUAL: [u16; 5] = [400, 421, 429, 500, 503];

/// Returns the document, made once for as long as the server runs.
pub(crate) fn served() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(document)
}

/// Returns the document.
#[must_use]
pub fn document() -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    generator.subschema_for::<Refusal>();
    let mut paths = Map::new();
    for route in routes::all().into_iter().filter(|route| route.is_documented) {
        let operation = operation(&route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| Value::Object(Map::new()));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "journal",
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": { "name": "MIT or Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "this server" }],
        "tags": tags(),
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-session_id",
                    "description": "Set by logging in; `session_id` where the server runs without secure cookies.",
                },
                "key": { "type": "http", "scheme": "bearer", "description": "An API key, `jnl_` and 43 characters." },
            },
            "headers": {
                "RequestId": {
                    "description": "The request's id, as in the server's log.",
                    "schema": { "type": "string", "format": "uuid" },
                },
                "RetryAfter": {
                    "description": "Seconds after which to try again.",
                    "schema": { "type": "integer", "minimum": 0 },
                },
            },
        },
    })
}

fn tag(path: &str) -> (&'static str, &'static str) {
    let fits = TAGS.iter().find(|(beginning, ..)| path.starts_with(beginning));
    fits.map(|&(_, name, about)| (name, about)).expect("the last one fits every path")
}

/// Describes the groups that have routes, in the order of the table.
fn tags() -> Vec<Value> {
    let mut used: Vec<(&str, &str)> = routes::all().iter().map(|route| tag(route.path)).collect();
    used.sort_by_key(|(name, _)| TAGS.iter().position(|(_, known, _)| known == name));
    used.dedup();
    used.into_iter().map(|(name, about)| json!({ "name": name, "description": about })).collect()
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": name(route),
        "summary": route.about,
        "tags": [tag(route.path).0],
        "parameters": parameters(route, generator),
        "responses": replies(route, generator),
    });
    if let Some((media_type, schema)) = &route.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { *media_type: { "schema": schema(generator) } } });
    }
    match route.policy.access {
        Access::Public => operation["security"] = json!([]),
        Access::Unconfirmed | Access::Member => operation["security"] = json!([{ "session": [] }, { "key": [] }]),
        Access::Needs(scope) => {
            operation["security"] = json!([{ "session": [] }, { "key": [] }]);
            operation["description"] = json!(format!("Keys need the scope `{scope}`."));
        }
    }
    operation
}

/// `GET /api/entries/{id}/chunks` becomes `get_api_entries_id_chunks`.
fn name(route: &Route) -> String {
    let words = route.path.split('/').filter(|word| !word.is_empty());
    let words = words.map(|word| word.trim_matches(['{', '}']).replace('-', "_"));
    std::iter::once(route.method.as_str().to_ascii_lowercase()).chain(words).collect::<Vec<_>>().join("_")
}

fn parameters(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters = Vec::new();
    for word in route.path.split('/') {
        if let Some(name) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
            let schema = match name {
                "id" | "n" => json!({ "type": "integer", "minimum": 1 }),
                _ => json!({ "type": "string", "minLength": 1 }),
            };
            let about = match name {
                "id" => "Its number.",
                "n" => "Which of them, from 1.",
                _ => "Its name.",
            };
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": schema, "description": about,
            }));
        }
    }
    for schema in &route.parameters {
        let schema = schema(generator);
        let required: Vec<&Value> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, property) in properties {
            let needed = required.iter().any(|other| *other == name);
            let mut property = property.clone();
            let about = property.as_object_mut().and_then(|property| property.remove("description"));
            never_null(&mut property);
            parameters.push(json!({
                "name": name, "in": "query", "required": needed, "schema": property,
                "description": about.unwrap_or_default(),
            }));
        }
    }
    parameters
}

/// A parameter that may be missing is an `Option`, which in a body could be null and in a query cannot.
fn never_null(schema: &mut Value) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [only] = choices.as_slice() {
            *schema = only.clone();
        }
    }
}

fn replies(route: &Route, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut replies = Map::new();
    let refusal = generator.subschema_for::<Refusal>();
    let guarded: &[u16] = if route.policy.access == Access::Public { &[] } else { &[401, 403] };
    let carries: &[u16] = if route.body.is_some() { &[408, 413] } else { &[] };
    let named = if route.path.contains('{') { [404].as_slice() } else { &[] };
    for status in USUAL.iter().chain(guarded).chain(carries).chain(named) {
        replies.insert(status.to_string(), refused(*status, &refusal));
    }
    for reply in &route.replies {
        let described = match reply.content {
            Content::Json(schema) => json!({
                "description": reason(reply.status), "headers": headers(reply.status),
                "content": { "application/json": { "schema": schema(generator) } },
            }),
            Content::Bytes => json!({
                "description": reason(reply.status), "headers": headers(reply.status),
                "content": { "*/*": { "schema": { "type": "string", "format": "binary" } } },
            }),
            Content::Refusal => refused(reply.status, &refusal),
        };
        replies.insert(reply.status.to_string(), described);
    }
    replies
}

fn refused(status: u16, refusal: &schemars::Schema) -> Value {
    json!({
        "description": reason(status), "headers": headers(status),
        "content": { "application/json": { "schema": refusal } },
    })
}

fn headers(status: u16) -> Value {
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/RequestId" } });
    if matches!(status, 429 | 503) {
        headers["Retry-After"] = json!({ "$ref": "#/components/headers/RetryAfter" });
    }
    headers
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("reply")
}
