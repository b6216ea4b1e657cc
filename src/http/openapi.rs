//! The OpenAPI 3.1 document, made from the table of routes and the schemas of the types they read and answer.

use std::sync::OnceLock;

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::http::reply::Refusal;
use crate::http::route::Access;
use crate::http::route::Route;
use crate::http::routes;

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
    for route in routes::all() {
        let operation = operation(&route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| Value::Object(Map::new()));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "journal",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A private journal: entries, search and accounts. Every refusal has the same body."
        },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-session_id" },
                "key": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": name(route),
        "summary": route.about,
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

/// `GET /api/entries/{id}/chunks` becomes `get_entries_id_chunks`.
fn name(route: &Route) -> String {
    let words = route.path.split('/').filter(|word| !word.is_empty() && *word != "api");
    let words = words.map(|word| word.trim_matches(['{', '}']).replace('-', "_"));
    std::iter::once(route.method.as_str().to_ascii_lowercase()).chain(words).collect::<Vec<_>>().join("_")
}

fn parameters(route: &Route, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters = Vec::new();
    for word in route.path.split('/') {
        if let Some(name) = word.strip_prefix('{').and_then(|word| word.strip_suffix('}')) {
            let schema = match name {
                "id" => json!({ "type": "integer", "minimum": 1 }),
                _ => json!({ "type": "string", "minLength": 1 }),
            };
            parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
    }
    for schema in &route.parameters {
        let schema = schema(generator);
        let required: Vec<&Value> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        for (name, property) in properties {
            let needed = required.iter().any(|other| *other == name);
            let about = property.get("description").cloned().unwrap_or_default();
            parameters.push(json!({
                "name": name, "in": "query", "required": needed, "schema": property, "description": about,
            }));
        }
    }
    parameters
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
        let described = match reply.schema {
            Some(schema) => json!({
                "description": reason(reply.status), "content": { "application/json": { "schema": schema(generator) } },
            }),
            None => refused(reply.status, &refusal),
        };
        replies.insert(reply.status.to_string(), described);
    }
    replies
}

fn refused(status: u16, refusal: &schemars::Schema) -> Value {
    json!({ "description": reason(status), "content": { "application/json": { "schema": refusal } } })
}

fn reason(status: u16) -> &'static str {
    http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("reply")
}
