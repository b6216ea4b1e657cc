//! HTTP client for the admin routes of a running journal server.

use std::time::Duration;

use reqwest::Url;
use serde_json::Value;

use crate::error::{Error, ErrorKind, Result};
use crate::net::http_client::{self, is_loopback_url};
use crate::secret::Secret;

const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);
/// Maximum bytes read of a response.
const MAX_RESPONSE_BYTES: usize = 1 << 20;

/// Client of one server, authenticated with an API key.
pub(crate) struct ServerClient {
    base: Url,
    key: Secret<String>,
    http: reqwest::Client,
}

impl ServerClient {
    /// Creates a client without connecting. It uses no proxy of the environment and follows no redirect, so the key is
    /// sent to that host only.
    ///
    /// # Errors
    /// `Invalid` for cleartext HTTP to another machine, which would expose the key.
    pub(crate) fn new(base: &str, key: Secret<String>) -> Result<Self> {
        let base: Url = base.parse().map_err(|error| {
            Error::invalid("the server address is not a URL").hint("set JOURNAL_URL").caused_by(error)
        })?;
        if base.scheme() != "https" && !is_loopback_url(&base) {
            return Err(Error::invalid(format!(
                "the key would be sent to {} without encryption",
                display_origin(&base)
            ))
            .hint("set JOURNAL_URL to an https address, or run the command on the server's machine"));
        }
        let http = http_client::builder_with_localhost()
            .timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|error| Error::internal("preparing an HTTP client", error))?;
        Ok(Self { base, key, http })
    }

    /// Sends a POST request without a body and returns the JSON response.
    ///
    /// # Errors
    /// `Upstream` without a response or when it is not from a journal server; otherwise the server's own error.
    pub(crate) async fn post(&self, path: &str) -> Result<Value> {
        let url = self.base.join(path).map_err(|error| Error::internal("joining a path", error))?;
        let sent = self.http.post(url).bearer_auth(self.key.expose()).send().await;
        let mut reply = sent.map_err(|error| self.connection_error(error))?;
        let status = reply.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(|error| self.connection_error(error))? {
            if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
                return Err(self.not_a_journal_server(status));
            }
            body.extend(chunk);
        }
        let document: Value = serde_json::from_slice(&body).map_err(|_| self.not_a_journal_server(status))?;
        if (200..300).contains(&status) { Ok(document) } else { Err(self.server_error(status, &document)) }
    }

    fn connection_error(&self, error: reqwest::Error) -> Error {
        let base = display_origin(&self.base);
        let message = if error.is_timeout() {
            format!("the server at {base} did not answer in time")
        } else {
            format!("no server answers at {base}")
        };
        // The cause contains the URL, never the key.
        Error::new(ErrorKind::Upstream, message)
            .hint("start it with `journal serve`, or set JOURNAL_URL")
            .caused_by(error)
    }

    fn not_a_journal_server(&self, status: u16) -> Error {
        let base = display_origin(&self.base);
        Error::new(ErrorKind::Upstream, format!("{base} is not a journal server (status {status})"))
            .hint("set JOURNAL_URL to the address of the journal server")
    }

    fn server_error(&self, status: u16, document: &Value) -> Error {
        let text = |field| document.get(field).and_then(Value::as_str);
        let Some(message) = text("message") else { return self.not_a_journal_server(status) };
        let kind = match status {
            401 => {
                return Error::new(ErrorKind::Unauthenticated, "the server rejected the API key")
                    .hint("`journal key list` shows the active keys; set JOURNAL_API_KEY to one of them");
            }
            400 | 413 | 415 | 421 | 422 => ErrorKind::Invalid,
            403 => ErrorKind::Forbidden,
            404 => ErrorKind::NotFound,
            409 => ErrorKind::Conflict,
            429 => ErrorKind::Limited,
            _ => ErrorKind::Upstream,
        };
        Error::new(kind, message).hint(text("hint").unwrap_or("see the server's log"))
    }
}

fn display_origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(base: &str) -> Result<ServerClient> {
        ServerClient::new(base, Secret::new("jnl_key".to_owned()))
    }

    #[test]
    fn rejects_cleartext_urls_of_other_machines() {
        for base in [
            "http://journal.example",
            "http://192.0.2.7:8400",
            "http://localhost.example:8400",
            "http://127.0.0.1.example",
            "http://127.0.0.1@journal.example",
            "http://[2001:db8::1]:8400",
        ] {
            assert_eq!(new(base).err().unwrap().kind(), ErrorKind::Invalid, "{base}");
        }
        for base in ["http://127.0.0.1:8400", "http://localhost:8400", "http://[::1]:8400", "https://journal.example"] {
            assert!(new(base).is_ok(), "{base}");
        }
    }
}
