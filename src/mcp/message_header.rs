//! Header fields of a message, parsed without the whole message, to authorize it before the protocol library runs.

use std::fmt;
use std::marker::PhantomData;

use rmcp::ErrorData;
use rmcp::model::RequestId;
use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Maximum size of a message in bytes: 50 MiB of photographs in base64, plus overhead.
pub const MAX_BODY: usize = 72 * 1024 * 1024;

/// Message received over HTTP.
#[derive(Debug)]
pub struct McpMessage {
    pub(crate) body: Vec<u8>,
    pub(crate) peek: Result<MessageHeader, ErrorData>,
}

impl McpMessage {
    /// Parses the header fields of a body.
    #[must_use]
    pub fn new(body: Vec<u8>) -> Self {
        let peek = MessageHeader::parse(&body);
        Self { body, peek }
    }

    /// Returns whether it calls an expensive tool: ingestion of photographs and recordings.
    #[must_use]
    pub fn is_expensive(&self) -> bool {
        let tool = self
            .peek
            .as_ref()
            .ok()
            .and_then(MessageHeader::called_tool)
            .and_then(|tool| tool.strip_prefix("journal_ingest_"));
        tool.is_some_and(|what| what != "text")
    }
}

/// Header fields of a message.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct MessageHeader {
    #[serde(default)]
    id: Option<Value>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default, deserialize_with = "deserialize_object")]
    params: Option<HeaderParams>,
}

#[derive(Debug, Default, Deserialize)]
struct HeaderParams {
    #[serde(default)]
    name: Option<Value>,
    #[serde(default, rename = "_meta", deserialize_with = "deserialize_object")]
    meta: Option<HeaderMeta>,
}

#[derive(Debug, Default, Deserialize)]
struct HeaderMeta {
    #[serde(default, rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<Value>,
}

/// Deserializes an object and nothing else: derived code also accepts a list of fields, in an order that differs from
/// the protocol library's.
fn deserialize_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<Option<T>, D::Error> {
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

impl MessageHeader {
    /// Parses the header fields of a single message.
    ///
    /// # Errors
    /// Protocol error for invalid JSON and for anything but a single message.
    pub(crate) fn parse(message: &[u8]) -> Result<Self, ErrorData> {
        if message.trim_ascii_start().first() == Some(&b'[') {
            let why = "batches are not supported; send one message at a time";
            return Err(ErrorData::invalid_request(why, None));
        }
        // The parser's error may quote the message.
        serde_json::from_slice(message).map_err(|error| {
            if error.is_data() && serde_json::from_slice::<IgnoredAny>(message).is_ok() {
                ErrorData::invalid_request("invalid JSON-RPC message", None)
            } else {
                ErrorData::parse_error("invalid JSON", None)
            }
        })
    }

    /// Returns the id for the response, if it is valid.
    pub(crate) fn id(&self) -> Option<RequestId> {
        serde_json::from_value(self.id.clone()?).ok()
    }

    /// Returns the method; responses have none.
    pub(crate) fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Returns whether the sender expects no response.
    pub(crate) fn is_notification(&self) -> bool {
        self.method.is_some() && self.id.is_none()
    }

    /// Returns whether it states its protocol version, as messages from 2026-07-28 on do.
    pub(crate) fn has_protocol_version(&self) -> bool {
        self.params.as_ref().and_then(|params| params.meta.as_ref()).is_some_and(|meta| meta.version.is_some())
    }

    /// Returns the name of the called tool, if any.
    pub(crate) fn called_tool(&self) -> Option<&str> {
        let called = self.method() == Some("tools/call");
        self.params.as_ref().filter(|_| called).and_then(|params| params.name.as_ref()?.as_str())
    }
}

#[cfg(test)]
mod tests {
    use rmcp::model::ErrorCode;

    use super::*;

    #[test]
    fn invalid_json_and_invalid_messages_are_distinguished() {
        let code = |text: &str| MessageHeader::parse(text.as_bytes()).unwrap_err().code;

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
    fn the_called_tool_is_found_after_its_arguments() {
        let call = r#"{"params":{"arguments":{"name":"x","method":"y"},"name":"journal_ingest_media"},"method":"tools/call","id":1}"#;

        let message = McpMessage::new(call.into());

        assert!(message.is_expensive());
        let peek = message.peek.unwrap();
        assert_eq!((peek.called_tool(), peek.id()), (Some("journal_ingest_media"), Some(RequestId::Number(1))));
        assert!(!McpMessage::new(call.replace("ingest_media", "ingest_text").into()).is_expensive());
        assert_eq!(
            MessageHeader::parse(call.replace("tools/call", "prompts/get").as_bytes()).unwrap().called_tool(),
            None
        );
    }
}
