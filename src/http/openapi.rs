//! OpenAPI 3.1 document, generated from the route table and the schemas of request and response types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::http::error_response::ErrorBody;
use crate::http::route::HttpRoute;
use crate::http::route_policy::RouteAccess;
use crate::http::route_schema::ResponseContent;

/// Description of the API at the top of the document.
const ABOUT: &str = "A private journal: entries, search, accounts and the server itself.

**Authentication.** A browser logs in with `POST /api/auth/login` and keeps the cookie; a program sends an API key as \
a bearer token. Sending both is an error. A key may do what both its scopes and its owner's role allow.

**Errors** have one body: `error` is a machine-readable code, `message` a sentence, `hint` the next step, `request_id` \
the request's id in the server's log. Resources of other users are reported as not found. 429 and 503 carry a \
`Retry-After` header in seconds.

**Bodies** are JSON objects; unknown fields are errors. **Instants** are `YYYY-MM-DDTHH:MM:SSZ`, **dates** \
`YYYY-MM-DD`. Out-of-range values of `limit` are clamped.";

/// Route groups: path prefix, tag name and description. The first match wins.
const TAGS: [(&str, &str, &str); 13] = [
    ("/api/auth/api-keys", "keys", "API keys: create, list, revoke. A key is shown only on creation."),
    ("/api/auth/sessions", "sessions", "Browser sessions: list and revoke."),
    ("/api/auth", "account", "Login, logout and the caller's account."),
    ("/api/users/me", "account", "Login, logout and the caller's account."),
    ("/api/activity", "activity", "Activity log of the caller's journal: changes and reads."),
    ("/api/admin", "administration", "Users, audit log and server operation; admins only, without access to content."),
    ("/api/entries", "entries", "Entries: list, show, change, delete, add."),
    ("/api/ingest", "entries", "Entries: list, show, change, delete, add."),
    ("/api/tags", "entries", "Entries: list, show, change, delete, add."),
    ("/api/search", "search", "Full-text and semantic search."),
    ("/api/jobs", "jobs", "Background jobs."),
    ("/api/settings", "settings", "Server-wide settings."),
    ("/", "server", "The server itself: health, statistics and this document."),
];

/// Error statuses of every route; authenticated routes add 401 and 403.
const COMMON_ERRORS: [u16; 5] = [400, 421, 429, 500, 503];

/// OpenAPI 3.1 document.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "schema only: describes the document that `generate` returns")]
pub(crate) struct OpenApiDocument {
    /// `3.1.0`.
    openapi: String,
    /// Name and version of the server.
    info: Map<String, Value>,
    /// Routes by path.
    paths: Map<String, Value>,
}

/// Generates the document of a route table.
pub(crate) fn generate(routes: &[HttpRoute]) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    let mut generator = settings.into_generator();
    generator.subschema_for::<ErrorBody>();
    let mut paths = Map::new();
    for route in routes.iter().filter(|route| route.is_documented) {
        let operation = operation(route, &mut generator);
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
        "tags": tags(routes),
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-session_id",
                    "description": "Set at login; named `session_id` if the server runs without secure cookies.",
                },
                "key": { "type": "http", "scheme": "bearer", "description": "An API key, `jnl_` and 43 characters." },
            },
            "headers": {
                "RequestId": {
                    "description": "Id of the request in the server's log.",
                    "schema": { "type": "string", "format": "uuid" },
                },
                "RetryAfter": {
                    "description": "Seconds to wait before retrying.",
                    "schema": { "type": "integer", "minimum": 0 },
                },
            },
        },
    })
}

fn route_tag(path: &str) -> (&'static str, &'static str) {
    let fits = TAGS.iter().find(|(beginning, ..)| path.starts_with(beginning));
    fits.map(|&(_, name, about)| (name, about)).expect("the last one fits every path")
}

/// Returns the tags that routes use, in the order of the table.
fn tags(routes: &[HttpRoute]) -> Vec<Value> {
    let mut used: Vec<(&str, &str)> = routes.iter().map(|route| route_tag(route.path)).collect();
    used.sort_by_key(|(name, _)| TAGS.iter().position(|(_, known, _)| known == name));
    used.dedup();
    used.into_iter().map(|(name, about)| json!({ "name": name, "description": about })).collect()
}

fn operation(route: &HttpRoute, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.about,
        "tags": [route_tag(route.path).0],
        "parameters": parameters(route, generator),
        "responses": responses(route, generator),
    });
    if let Some((media_type, schema)) = &route.schema.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { *media_type: { "schema": schema(generator) } } });
    }
    let is_public = route.policy.access == RouteAccess::Public;
    operation["security"] = if is_public { json!([]) } else { json!([{ "session": [] }, { "key": [] }]) };
    if let RouteAccess::Requires(scope) = route.policy.access {
        operation["description"] = json!(format!("API keys need the scope `{scope}`."));
    }
    operation
}

/// `GET /api/entries/{id}/chunks` becomes `get_api_entries_id_chunks`.
fn operation_id(route: &HttpRoute) -> String {
    let words = route.path.split('/').filter(|word| !word.is_empty());
    let words = words.map(|word| word.trim_matches(['{', '}']).replace('-', "_"));
    std::iter::once(route.method.as_str().to_ascii_lowercase()).chain(words).collect::<Vec<_>>().join("_")
}

fn parameters(route: &HttpRoute, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters = Vec::new();
    for word in route.path.split('/') {
        if let Some(name) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
            let schema = match name {
                "id" | "n" => json!({ "type": "integer", "minimum": 1 }),
                _ => json!({ "type": "string", "minLength": 1 }),
            };
            let about = match name {
                "id" => "Numeric id.",
                "n" => "Position, from 1.",
                _ => "Id or name.",
            };
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": schema, "description": about,
            }));
        }
    }
    if let Some(schema) = route.schema.parameters {
        let schema = schema(generator);
        let required: Vec<&Value> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, property) in properties {
            let needed = required.iter().any(|other| *other == name);
            let mut property = property.clone();
            let about = property.as_object_mut().and_then(|property| property.remove("description"));
            strip_null(&mut property);
            parameters.push(json!({
                "name": name, "in": "query", "required": needed, "schema": property,
                "description": about.unwrap_or_default(),
            }));
        }
    }
    parameters
}

/// Removes `null` from an optional parameter's schema: a query parameter can be absent but not null.
fn strip_null(schema: &mut Value) {
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

fn responses(route: &HttpRoute, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut replies = Map::new();
    let refusal = generator.subschema_for::<ErrorBody>();
    let binary = json_schema!({ "type": "string", "format": "binary" });
    let guarded: &[u16] = if route.policy.access == RouteAccess::Public { &[] } else { &[401, 403] };
    let carries: &[u16] = if route.schema.body.is_some() { &[408, 413] } else { &[] };
    let named = if route.path.contains('{') { [404].as_slice() } else { &[] };
    for status in COMMON_ERRORS.iter().chain(guarded).chain(carries).chain(named) {
        replies.insert(status.to_string(), response(*status, "application/json", &refusal));
    }
    for &(status, content) in &route.schema.replies {
        let described = match content {
            ResponseContent::Json(schema) => response(status, "application/json", &schema(generator)),
            ResponseContent::Bytes => response(status, "*/*", &binary),
            ResponseContent::Error => response(status, "application/json", &refusal),
        };
        replies.insert(status.to_string(), described);
    }
    replies
}

fn response(status: u16, media_type: &str, schema: &Schema) -> Value {
    json!({
        "description": reason_phrase(status), "headers": response_headers(status),
        "content": { media_type: { "schema": schema } },
    })
}

fn response_headers(status: u16) -> Value {
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/RequestId" } });
    if matches!(status, 429 | 503) {
        headers["Retry-After"] = json!({ "$ref": "#/components/headers/RetryAfter" });
    }
    headers
}

fn reason_phrase(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("reply")
}
