//! Request and response schemas of a route, derived from the types in its handler's signature.

use axum::Json;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::response::{AppendHeaders, Response};
use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::app::context::Ctx;
use crate::error::Result;
use crate::http::extract::{
    LenientJson, MaybeAuthenticated, MultipartForm, PathId, PathIdIndex, PathIdName, PathName, QueryParams,
    StreamingForm, StrictJson,
};
use crate::http::reply::{Accepted, Created};
use crate::http::state::HttpState;

type SchemaFn = fn(&mut SchemaGenerator) -> Schema;

/// Body of a response.
#[derive(Clone, Copy)]
pub(crate) enum ResponseContent {
    /// JSON.
    Json(SchemaFn),
    /// Error body shared by all routes.
    Error,
    /// Bytes; the media type is in the headers.
    Bytes,
}

/// Schemas of a route; the schema functions run when the OpenAPI document is generated.
#[derive(Default)]
pub(crate) struct RouteSchema {
    pub(crate) parameters: Option<SchemaFn>,
    /// Media type and schema of the request body.
    pub(crate) body: Option<(&'static str, SchemaFn)>,
    /// Responses by status.
    pub(crate) replies: Vec<(u16, ResponseContent)>,
}

impl RouteSchema {
    /// Sets the response with a status; replaces an earlier one.
    pub(crate) fn set_reply(&mut self, status: u16, content: ResponseContent) {
        self.replies.retain(|(known, _)| *known != status);
        self.replies.push((status, content));
    }

    pub(crate) fn set_json_reply<T: JsonSchema>(&mut self, status: u16) {
        self.set_reply(status, ResponseContent::Json(SchemaGenerator::subschema_for::<T>));
    }

    pub(crate) fn set_body<T: JsonSchema>(&mut self, media_type: &'static str) {
        self.body = Some((media_type, SchemaGenerator::subschema_for::<T>));
    }
}

/// Handler whose signature describes its requests and responses.
pub(crate) trait DocumentedHandler<T>: Handler<T, HttpState> {
    /// Adds the schemas of the signature.
    fn describe(schema: &mut RouteSchema);
}

macro_rules! documented_handlers {
    ($(($($input:ident),+))*) => {$(
        impl<F, Fut, M, $($input),+> DocumentedHandler<(M, $($input,)+)> for F
        where
            F: Handler<(M, $($input,)+), HttpState> + FnOnce($($input),+) -> Fut,
            Fut: Future<Output: HandlerOutput>,
            $($input: HandlerInput),+
        {
            fn describe(schema: &mut RouteSchema) {
                $($input::describe(schema);)+
                Fut::Output::describe(schema);
            }
        }
    )*};
}

documented_handlers! { (A) (A, B) (A, B, C) }

impl<F, Fut> DocumentedHandler<((),)> for F
where
    F: Handler<((),), HttpState> + FnOnce() -> Fut,
    Fut: Future<Output: HandlerOutput>,
{
    fn describe(schema: &mut RouteSchema) {
        Fut::Output::describe(schema);
    }
}

/// Parameter of a handler. Most add nothing: path parameters are in the path, forms are described in the table.
pub(crate) trait HandlerInput {
    /// Adds the parameter's schema.
    fn describe(_: &mut RouteSchema) {}
}

impl HandlerInput for Ctx {}
impl HandlerInput for MaybeAuthenticated {}
impl HandlerInput for Request {}
impl HandlerInput for State<HttpState> {}
impl HandlerInput for MultipartForm {}
impl HandlerInput for StreamingForm {}
impl HandlerInput for LenientJson {}
impl HandlerInput for PathName {}
impl<T> HandlerInput for PathId<T> {}
impl<T> HandlerInput for PathIdIndex<T> {}
impl<T> HandlerInput for PathIdName<T> {}

impl<T: JsonSchema> HandlerInput for QueryParams<T> {
    fn describe(schema: &mut RouteSchema) {
        schema.parameters = Some(T::json_schema);
    }
}

impl<T: JsonSchema> HandlerInput for StrictJson<T> {
    fn describe(schema: &mut RouteSchema) {
        schema.set_body::<T>("application/json");
    }
}

impl<T: HandlerInput> HandlerInput for Result<T> {
    fn describe(schema: &mut RouteSchema) {
        T::describe(schema);
    }
}

/// Result of a handler. The table lists statuses other than 200 that are only known at run time.
pub(crate) trait HandlerOutput {
    /// Adds the response's schema.
    fn describe(_: &mut RouteSchema) {}
}

impl HandlerOutput for Response {}

impl<T: JsonSchema> HandlerOutput for (StatusCode, Json<T>) {
    fn describe(schema: &mut RouteSchema) {
        schema.set_json_reply::<T>(200);
    }
}

macro_rules! json_replies {
    ($($reply:ident: $status:literal),*) => {$(
        impl<T: JsonSchema> HandlerOutput for $reply<T> {
            fn describe(schema: &mut RouteSchema) {
                schema.set_json_reply::<T>($status);
            }
        }
    )*};
}

json_replies!(Json: 200, Created: 201, Accepted: 202);

impl<H, R: HandlerOutput> HandlerOutput for (AppendHeaders<H>, R) {
    fn describe(schema: &mut RouteSchema) {
        R::describe(schema);
    }
}

impl<R: HandlerOutput> HandlerOutput for Result<R> {
    fn describe(schema: &mut RouteSchema) {
        R::describe(schema);
    }
}
