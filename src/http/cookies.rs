//! The two cookies: the session's, and the one by which a browser is known again; and the session's of the Python server.

use http::HeaderMap;
use http::HeaderValue;
use http::header;

use crate::auth::SessionToken;
use crate::config::server::Server;
use crate::secret::Secret;

/// Seconds for which a browser is known again: 400 days, the longest that browsers keep a cookie.
const DEVICE_SECONDS: u32 = 400 * 86_400;

/// A cookie of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Holds the session's token.
    Session,
    /// Holds the known device's token.
    Device,
}

impl Cookie {
    /// Returns the name; `__Host-` binds it to this host and to TLS (RFC 6265bis §4.1.3.2).
    pub(crate) const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-session_id",
            (Self::Session, false) => "session_id",
            (Self::Device, true) => "__Host-device_id",
            (Self::Device, false) => "device_id",
        }
    }

    /// Reads the cookie from a request.
    pub(crate) fn read(self, headers: &HeaderMap, server: &Server) -> Option<Secret<String>> {
        Self::named(self.name(server.secure_cookie), headers)
    }

    fn named(name: &str, headers: &HeaderMap) -> Option<Secret<String>> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value);
        values.next().map(|value| Secret::new(value.trim_matches('"').to_owned()))
    }

    /// Writes the header that sets it.
    pub(crate) fn set(self, token: &Secret<String>, server: &Server) -> HeaderValue {
        let seconds = match self {
            Self::Session => server.session_days * 86_400,
            Self::Device => DEVICE_SECONDS,
        };
        self.header(token.expose(), seconds, server)
    }

    fn header(self, value: &str, seconds: u32, server: &Server) -> HeaderValue {
        Self::line(self.name(server.secure_cookie), value, seconds, server)
    }

    fn line(name: &str, value: &str, seconds: u32, server: &Server) -> HeaderValue {
        let secure = if server.secure_cookie { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly{secure}; SameSite=Lax");
        let mut header = HeaderValue::try_from(text).expect("a token is base64url");
        header.set_sensitive(true);
        header
    }
}

/// What the Python server calls the session's cookie.
const IMPORTED: &str = Cookie::Session.name(false);

/// Reads the session's token from a request: from this server's own cookie, or else from the Python server's, which
/// browsers go on sending after an import.
pub(crate) fn session(headers: &HeaderMap, server: &Server) -> Option<SessionToken> {
    let own = Cookie::Session.read(headers, server).map(SessionToken::own);
    own.or_else(|| Cookie::named(IMPORTED, headers).map(SessionToken::imported))
}

/// Writes the headers that remove the session's cookie, whichever of both it is.
pub(crate) fn clear_session(server: &Server) -> Vec<HeaderValue> {
    let imported = server.secure_cookie.then(|| Cookie::line(IMPORTED, "", 0, server));
    [Cookie::Session.header("", 0, server)].into_iter().chain(imported).collect()
}
