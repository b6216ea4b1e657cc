//! Session and known-device cookies, and the session cookie of the Python server.

use axum::response::AppendHeaders;
use cookie::Cookie;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::config::server::ServerConfig;
use crate::secret::Secret;
use crate::services::auth::SessionToken;

/// Lifetime of the known-device cookie in seconds: 400 days, the longest that browsers keep a cookie.
const DEVICE_MAX_AGE: u32 = 400 * 86_400;

/// Cookie set by this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AuthCookie {
    /// Session token.
    Session,
    /// Token of a device on which the user has logged in before.
    Device,
}

impl AuthCookie {
    /// Returns the cookie name; `__Host-` binds it to this host and to TLS (RFC 6265bis §4.1.3.2).
    pub(crate) const fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-session_id",
            (Self::Session, false) => "session_id",
            (Self::Device, true) => "__Host-device_id",
            (Self::Device, false) => "device_id",
        }
    }

    /// Reads the cookie from the request headers.
    pub(crate) fn read(self, headers: &HeaderMap, server: &ServerConfig) -> Option<Secret<String>> {
        Self::read_named(self.name(server.secure_cookie), headers)
    }

    fn read_named(name: &str, headers: &HeaderMap) -> Option<Secret<String>> {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut cookies = lines.flat_map(Cookie::split_parse).filter_map(Result::ok);
        let given = cookies.find(|cookie| cookie.name() == name && !cookie.value_trimmed().is_empty())?;
        Some(Secret::new(given.value_trimmed().to_owned()))
    }

    /// Returns the `Set-Cookie` value that sets the cookie.
    pub(crate) fn set(self, token: &Secret<String>, server: &ServerConfig) -> HeaderValue {
        let seconds = match self {
            Self::Session => server.session_days * 86_400,
            Self::Device => DEVICE_MAX_AGE,
        };
        self.header_value(token.expose(), seconds, server)
    }

    fn header_value(self, value: &str, seconds: u32, server: &ServerConfig) -> HeaderValue {
        Self::format_set_cookie(self.name(server.secure_cookie), value, seconds, server)
    }

    fn format_set_cookie(name: &str, value: &str, seconds: u32, server: &ServerConfig) -> HeaderValue {
        let secure = if server.secure_cookie { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly{secure}; SameSite=Lax");
        let mut header = HeaderValue::try_from(text).expect("a token is base64url");
        header.set_sensitive(true);
        header
    }
}

/// Session cookie name of the Python server.
const IMPORTED_SESSION_NAME: &str = AuthCookie::Session.name(false);

/// Reads the session token from this server's cookie, else from the Python server's, which browsers keep sending
/// after an import.
pub(crate) fn session_token(headers: &HeaderMap, server: &ServerConfig) -> Option<SessionToken> {
    let own = AuthCookie::Session.read(headers, server).map(SessionToken::from_cookie);
    own.or_else(|| AuthCookie::read_named(IMPORTED_SESSION_NAME, headers).map(SessionToken::from_imported_cookie))
}

/// Returns the `Set-Cookie` values that remove both session cookies.
pub(crate) fn clear_session(server: &ServerConfig) -> Vec<HeaderValue> {
    let imported = server.secure_cookie.then(|| AuthCookie::format_set_cookie(IMPORTED_SESSION_NAME, "", 0, server));
    [AuthCookie::Session.header_value("", 0, server)].into_iter().chain(imported).collect()
}

/// `Set-Cookie` headers of a response.
pub(crate) type SetCookies = AppendHeaders<Vec<(HeaderName, HeaderValue)>>;

/// Returns the headers for these `Set-Cookie` values.
pub(crate) fn set_cookies(values: impl IntoIterator<Item = HeaderValue>) -> SetCookies {
    AppendHeaders(values.into_iter().map(|value| (header::SET_COOKIE, value)).collect())
}
