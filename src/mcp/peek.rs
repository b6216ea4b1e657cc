//! What a message is about, without reading all of it: whether it may pass is decided before the protocol has its say.

use serde::Deserialize;

/// The part of a message that says what it wants.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Peek {
    /// The method; none in a reply.
    #[serde(default)]
    pub(crate) method: Option<String>,
    #[serde(default)]
    params: Option<Params>,
}

#[derive(Debug, Default, Deserialize)]
struct Params {
    #[serde(default)]
    name: Option<String>,
}

impl Peek {
    /// Reads it from a body; `None` for what is no single message.
    pub(crate) fn of(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// Returns the tool that is called, if one is.
    pub(crate) fn tool(&self) -> Option<&str> {
        let called = self.method.as_deref() == Some("tools/call");
        self.params.as_ref().filter(|_| called).and_then(|params| params.name.as_deref())
    }
}
