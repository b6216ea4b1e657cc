//! Speaks to a running journal server.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Url;
use reqwest::redirect::Policy;
use serde_json::Value;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::secret::Secret;

/// Time for the connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Time for the whole of a request.
const TOTAL: Duration = Duration::from_mins(1);
/// Most bytes of a reply that are read.
const MAX_REPLY: usize = 1 << 20;

/// A server, and the key that is shown to it.
pub(crate) struct Client {
    base: Url,
    key: Secret<String>,
    http: reqwest::Client,
}

impl Client {
    /// Prepares to speak to a server. No proxy of the environment is asked, and no redirect is followed: the key goes to
    /// that host and to no other.
    ///
    /// # Errors
    /// `Invalid` for cleartext to another machine, which would give the key away.
    pub(crate) fn new(base: &str, key: Secret<String>) -> Result<Self> {
        let base: Url = base.parse().map_err(|error| {
            Error::invalid("the server's address is no URL").hint("set JOURNAL_URL").caused_by(error)
        })?;
        if base.scheme() != "https" && !is_here(&base) {
            return Err(Error::invalid(format!("the key would go to {} in the clear", shown(&base)))
                .hint("set JOURNAL_URL to an https address, or run the command on the server's machine"));
        }
        let local = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(TOTAL)
            .user_agent(concat!("journal/", env!("CARGO_PKG_VERSION")))
            // Whatever a name server says, this name is this machine's.
            .resolve_to_addrs("localhost", &local.map(|ip| SocketAddr::new(ip, 0)))
            .build()
            .map_err(|error| Error::internal("preparing an HTTP client", error))?;
        Ok(Self { base, key, http })
    }

    /// Sends a request without a body and returns the reply's document.
    ///
    /// # Errors
    /// `Upstream` when nothing answers, or what answers is no journal server; otherwise the server's own refusal.
    pub(crate) async fn post(&self, path: &str) -> Result<Value> {
        let url = self.base.join(path).map_err(|error| Error::internal("joining a path", error))?;
        let sent = self.http.post(url).bearer_auth(self.key.expose()).send().await;
        let mut reply = sent.map_err(|error| self.silent(error))?;
        let status = reply.status().as_u16();
        let mut body = Vec::new();
        while let Some(piece) = reply.chunk().await.map_err(|error| self.silent(error))? {
            if body.len() + piece.len() > MAX_REPLY {
                return Err(self.stranger(status));
            }
            body.extend(piece);
        }
        let document: Value = serde_json::from_slice(&body).map_err(|_| self.stranger(status))?;
        if (200..300).contains(&status) { Ok(document) } else { Err(self.refused(status, &document)) }
    }

    fn silent(&self, error: reqwest::Error) -> Error {
        let base = shown(&self.base);
        let what = if error.is_timeout() {
            format!("the server at {base} does not answer in time")
        } else {
            format!("no server answers at {base}")
        };
        // The cause names the URL, never the key.
        Error::new(Kind::Upstream, what).hint("start it with `journal serve`, or set JOURNAL_URL").caused_by(error)
    }

    fn stranger(&self, status: u16) -> Error {
        let base = shown(&self.base);
        Error::new(Kind::Upstream, format!("what answers at {base} is no journal server (status {status})"))
            .hint("set JOURNAL_URL to where the journal server is")
    }

    fn refused(&self, status: u16, document: &Value) -> Error {
        let text = |field| document.get(field).and_then(Value::as_str);
        let Some(message) = text("message") else { return self.stranger(status) };
        let kind = match status {
            401 => {
                return Error::new(Kind::Unauthenticated, "the server does not take the key")
                    .hint("`journal key list` shows which keys are live; set JOURNAL_API_KEY to one");
            }
            400 | 413 | 415 | 421 | 422 => Kind::Invalid,
            403 => Kind::Forbidden,
            404 => Kind::NotFound,
            409 => Kind::Conflict,
            429 => Kind::Limited,
            _ => Kind::Upstream,
        };
        Error::new(kind, message).hint(text("hint").unwrap_or("the server's log says more"))
    }
}

/// Tells whether an address is on this machine, where nobody listens in.
pub(crate) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn shown(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(base: &str) -> Result<Client> {
        Client::new(base, Secret::new("jnl_key".to_owned()))
    }

    #[test]
    fn a_key_never_leaves_the_machine_in_the_clear() {
        for base in [
            "http://journal.example",
            "http://192.0.2.7:8400",
            "http://localhost.example:8400",
            "http://127.0.0.1.example",
            "http://127.0.0.1@journal.example",
            "http://[2001:db8::1]:8400",
        ] {
            assert_eq!(new(base).err().unwrap().kind(), Kind::Invalid, "{base}");
        }
        for base in ["http://127.0.0.1:8400", "http://localhost:8400", "http://[::1]:8400", "https://journal.example"] {
            assert!(new(base).is_ok(), "{base}");
        }
    }
}
