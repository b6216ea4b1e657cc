//! What a message is about, without reading all of it: whether it may pass is decided before the protocol has its say.

use std::fmt;
use std::marker::PhantomData;

use rmcp::ErrorData;
use rmcp::model::RequestId;
use serde::Deserialize;
use serde::Deserializer;
use serde::de::IgnoredAny;
use serde::de::MapAccess;
use serde::de::Visitor;
use serde::de::value::MapAccessDeserializer;
use serde_json::Value;

/// A message as it came over HTTP.
#[derive(Debug)]
pub struct Message {
    pub(crate) body: Vec<u8>,
    pub(crate) peek: Result<Peek, ErrorData>,
}

impl Message {
    /// Looks at a body.
    #[must_use]
    pub fn new(body: Vec<u8>) -> Self {
        let peek = Peek::of(&body);
        Self { body, peek }
    }

    /// Tells whether it asks for work that takes long: reading photographs and recordings.
    #[must_use]
    pub fn is_expensive(&self) -> bool {
        let tool = self.peek.as_ref().ok().and_then(Peek::tool).and_then(|tool| tool.strip_prefix("journal_ingest_"));
        tool.is_some_and(|what| what != "text")
    }
}

/// The part of a message that says what it wants.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Peek {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default, deserialize_with = "object")]
    params: Option<Params>,
}

#[derive(Debug, Default, Deserialize)]
struct Params {
    #[serde(default)]
    name: Option<Value>,
    #[serde(default, rename = "_meta", deserialize_with = "object")]
    meta: Option<Meta>,
}

#[derive(Debug, Default, Deserialize)]
struct Meta {
    #[serde(default, rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<Value>,
}

/// Reads an object and nothing else. Derived code takes lists for objects whose fields come in order, and the protocol
/// library has another order.
fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<Option<T>, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_unit<E>(self) -> Result<Option<T>, E> {
            Ok(None)
        }

        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Option<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(fields)).map(Some)
        }
    }

    json.deserialize_any(Object(PhantomData))
}

impl Peek {
    /// Reads it from one message.
    ///
    /// # Errors
    /// The protocol's own, for what is no JSON and for what is no single message.
    pub(crate) fn of(message: &[u8]) -> Result<Self, ErrorData> {
        if message.trim_ascii_start().first() == Some(&b'[') {
            let why = "several messages at once are not part of this protocol; send them one by one";
            return Err(ErrorData::invalid_request(why, None));
        }
        // What the parser says may quote the message.
        serde_json::from_slice(message).map_err(|error| {
            if error.is_data() && serde_json::from_slice::<IgnoredAny>(message).is_ok() {
                ErrorData::invalid_request("this is no JSON-RPC message", None)
            } else {
                ErrorData::parse_error("this is no JSON", None)
            }
        })
    }

    /// Returns the id that an answer has to carry, if it can be read.
    pub(crate) fn id(&self) -> Option<RequestId> {
        serde_json::from_value(self.id.clone()?).ok()
    }

    /// Returns the method; replies have none.
    pub(crate) fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Tells whether nobody waits for an answer.
    pub(crate) fn is_notification(&self) -> bool {
        self.method.is_some() && self.id.is_none()
    }

    /// Tells whether it says about itself which version it is in, as messages from 2026-07-28 on do.
    pub(crate) fn names_its_version(&self) -> bool {
        self.params.as_ref().and_then(|params| params.meta.as_ref()).is_some_and(|meta| meta.version.is_some())
    }

    /// Returns the tool that is called, if one is.
    pub(crate) fn tool(&self) -> Option<&str> {
        let called = self.method() == Some("tools/call");
        self.params.as_ref().filter(|_| called).and_then(|params| params.name.as_ref()?.as_str())
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::ErrorCode;

    use super::*;

    #[test]
    fn what_is_no_single_message_is_told_apart_from_what_is_no_json() {
        let code = |text: &str| Peek::of(text.as_bytes()).unwrap_err().code;

        for text in ["", "{", "{\"method\":", "plum", "\u{0}", "{\"method\":\"ping\"} x", "\"method\":7}"] {
            assert_eq!(code(text), ErrorCode::PARSE_ERROR, "{text:?}");
        }
        for text in [
            "[]",
            " [{\"method\":\"ping\"}]",
            "7",
            "\"ping\"",
            "null",
            "{\"method\":7}",
            "{\"params\":[1]}",
            "{\"params\":{\"_meta\":[]}}",
        ] {
            assert_eq!(code(text), ErrorCode::INVALID_REQUEST, "{text:?}");
        }
    }

    #[test]
    fn a_tool_that_is_called_is_found_behind_whatever_it_is_given() {
        let call = r#"{"params":{"arguments":{"name":"x","method":"y"},"name":"journal_ingest_media"},"method":"tools/call","id":1}"#;

        let message = Message::new(call.into());

        assert!(message.is_expensive());
        let peek = message.peek.unwrap();
        assert_eq!((peek.tool(), peek.id()), (Some("journal_ingest_media"), Some(RequestId::Number(1))));
        assert!(!Message::new(call.replace("ingest_media", "ingest_text").into()).is_expensive());
        assert_eq!(Peek::of(call.replace("tools/call", "prompts/get").as_bytes()).unwrap().tool(), None);
    }
}
