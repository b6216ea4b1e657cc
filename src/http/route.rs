//! One route: where it is, who may call it, how much it takes, what it reads and answers.

use axum::handler::Handler;
use axum::routing::MethodRouter;
use axum::routing::on;
use http::Method;
use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;

use crate::http::shared::Shared;
use crate::model::scope::Scope;

/// Bytes of a JSON body.
pub(crate) const JSON_BODY: usize = 1024 * 1024;

/// Who may call a route. There is no route without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Whoever is logged in, also before the address was confirmed.
    Unconfirmed,
    /// Whoever is logged in, and every key.
    Member,
    /// Whoever may do this.
    Needs(Scope),
}

/// Which rate limit a request counts against, besides its caller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Nothing: too cheap to count.
    Free,
    /// The caller's own.
    Usual,
    /// That of guessing: logins and mailed links, by name of the limit.
    Guess(Guess),
    /// That of work that takes long.
    Expensive,
}

/// Routes on which somebody could guess, with what an address may do there in an hour; see `middleware::limits`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guess {
    /// Logging in: limited by `AUTH_RATE_LIMIT_*`.
    Login,
    /// Making an account: 3 an hour.
    Register,
    /// Asking for a link: 5 an hour.
    Forgot,
    /// Using a link: 10 an hour.
    Reset,
}

/// What the pipeline has to know of a route.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Who may call it.
    pub access: Access,
    /// What it counts against.
    pub cost: Cost,
    /// Most bytes of a body.
    pub body: usize,
}

type Schemas = fn(&mut SchemaGenerator) -> Schema;

/// A reply that is documented.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content: Content,
}

/// What a reply carries.
pub(crate) enum Content {
    /// JSON.
    Json(Schemas),
    /// The refusal that every route has.
    Refusal,
    /// Bytes of a type that its headers name.
    Bytes,
}

/// A route of the table.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, parameters in braces.
    pub path: &'static str,
    /// One line on what it does.
    pub about: &'static str,
    /// Whether the OpenAPI document describes it.
    pub(crate) is_documented: bool,
    /// What the pipeline has to know.
    pub policy: Policy,
    pub(crate) parameters: Vec<Schemas>,
    pub(crate) body: Option<(&'static str, Schemas)>,
    pub(crate) replies: Vec<Reply>,
    pub(crate) handler: MethodRouter<Shared>,
}

impl Route {
    /// Declares a route; its permission is part of the declaration.
    pub(crate) fn new<H, T>(method: Method, path: &'static str, access: Access, about: &'static str, handler: H) -> Self
    where
        H: Handler<T, Shared>,
        T: 'static,
    {
        let filter = method.clone().try_into().expect("routes use the methods that axum knows");
        let policy = Policy { access, cost: Cost::Usual, body: JSON_BODY };
        let handler = on(filter, handler);
        let (parameters, replies) = (Vec::new(), Vec::new());
        Self { method, path, about, is_documented: true, policy, parameters, body: None, replies, handler }
    }

    /// Says what it counts against.
    #[must_use]
    pub(crate) fn costs(mut self, cost: Cost) -> Self {
        self.policy.cost = cost;
        self
    }

    /// Raises the cap on its body, in bytes.
    #[must_use]
    pub(crate) fn takes(mut self, bytes: usize) -> Self {
        self.policy.body = bytes;
        self
    }

    /// Leaves it out of the OpenAPI document: what goes through it is another protocol, which describes itself.
    #[must_use]
    pub(crate) fn of_another_protocol(mut self) -> Self {
        self.is_documented = false;
        self
    }

    /// Documents the parameters of its query.
    #[must_use]
    pub(crate) fn query<T: JsonSchema>(mut self) -> Self {
        self.parameters.push(T::json_schema);
        self
    }

    /// Documents its JSON body.
    #[must_use]
    pub(crate) fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(("application/json", SchemaGenerator::subschema_for::<T>));
        self
    }

    /// Documents a multipart body.
    #[must_use]
    pub(crate) fn form<T: JsonSchema>(mut self) -> Self {
        self.body = Some(("multipart/form-data", SchemaGenerator::subschema_for::<T>));
        self
    }

    /// Documents a JSON reply.
    #[must_use]
    pub(crate) fn replies<T: JsonSchema>(mut self, status: u16) -> Self {
        self.replies.push(Reply { status, content: Content::Json(SchemaGenerator::subschema_for::<T>) });
        self
    }

    /// Documents a reply that is a file.
    #[must_use]
    pub(crate) fn gives_bytes(mut self, status: u16) -> Self {
        self.replies.push(Reply { status, content: Content::Bytes });
        self
    }

    /// Documents the refusals beyond those that every route has.
    #[must_use]
    pub(crate) fn refuses(mut self, statuses: &[u16]) -> Self {
        self.replies.extend(statuses.iter().map(|&status| Reply { status, content: Content::Refusal }));
        self
    }
}
