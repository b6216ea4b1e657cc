//! Settings of `journal serve`: listen address, TLS, allowed hosts and origins, limits, SMTP.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use http::Uri;
use ipnet::IpNet;

use crate::config::reader::SettingsReader;
use crate::config::secret_source::SecretSource;
use crate::error::{Error, Result};

/// Address the server listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddress {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A Unix socket, mode 0600.
    Unix(PathBuf),
}

/// Certificate and private key files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFilePaths {
    /// Certificate chain, PEM.
    pub cert: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// Rate limits; 0 disables a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitConfig {
    /// Attempts per client address and window of seconds on authentication routes; `None` if disabled.
    pub auth: Option<(u32, u32)>,
    /// Requests per minute and client address without a login.
    pub anonymous: u32,
    /// Burst size of `anonymous`.
    pub anonymous_burst: u32,
    /// Requests per minute and user.
    pub member: u32,
    /// Burst size of `member`.
    pub member_burst: u32,
    /// Requests per minute and API key.
    pub key: u32,
    /// Expensive requests per minute and user.
    pub expensive: u32,
}

/// SMTP server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Host name.
    pub host: String,
    /// Port: implicit TLS on 465, STARTTLS on any other.
    pub port: u16,
    /// Account name.
    pub username: String,
    /// Account password.
    pub password: SecretSource,
    /// Sender address.
    pub from: String,
    /// Additional trusted CA certificates, PEM.
    pub ca_file: Option<PathBuf>,
}

/// Server settings.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Listen address.
    pub listen: ListenAddress,
    /// TLS certificate; cleartext if `None`.
    pub tls: Option<TlsFilePaths>,
    /// True if cleartext is allowed beyond the loopback address.
    pub behind_proxy: bool,
    /// Accepted host names, lower case; a name without a port matches every port.
    pub allowed_hosts: Vec<String>,
    /// Additional CORS origins, as a browser sends them.
    pub cors_origins: Vec<String>,
    /// Peers whose forwarding headers are trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// URL of the web client, without a trailing slash.
    pub app_base_url: String,
    /// URL of the running server for commands that call it, without a trailing slash.
    pub url: String,
    /// Days until a login session expires.
    pub session_days: u32,
    /// Idle hours after which a login session expires.
    pub session_idle_hours: u32,
    /// True if cookies carry `Secure` and the `__Host-` prefix.
    pub secure_cookie: bool,
    /// Rate limits.
    pub limits: RateLimitConfig,
    /// SMTP server; `None` if no account is set.
    pub smtp: Option<SmtpConfig>,
    /// Loopback address that serves metrics without a credential.
    pub metrics: Option<SocketAddr>,
}

impl ServerConfig {
    pub(crate) fn from_settings(table: &SettingsReader<'_>) -> Result<Self> {
        let port = table.parse("server.port", "a port, 0 to 65535")?;
        let listen = match table.path("server.unix")? {
            Some(path) => ListenAddress::Unix(path),
            None => ListenAddress::Tcp(SocketAddr::new(host(table)?, port)),
        };
        Ok(Self {
            listen,
            tls: tls(table)?,
            behind_proxy: table.parse_bool("server.behind_proxy")?,
            allowed_hosts: table.list("server.allowed_hosts").into_iter().map(str::to_ascii_lowercase).collect(),
            cors_origins: parse_cors_origins(table)?,
            trusted_proxies: parse_trusted_proxies(table)?,
            app_base_url: base_url(table, "server.app_base_url")?,
            url: base_url(table, "server.url")?,
            session_days: table.parse_in_range("session.days", 1, 90)?,
            session_idle_hours: table.parse_in_range("session.idle_hours", 1, 24 * 90)?,
            secure_cookie: table.parse_bool("session.secure_cookie")?,
            limits: limits(table)?,
            smtp: smtp(table)?,
            metrics: metrics(table)?,
        })
    }
}

impl ServerConfig {
    /// Returns whether an origin may call the API: the web client's own, or a configured one.
    pub(crate) fn allows_origin(&self, given: &str) -> bool {
        origin(&self.app_base_url).as_deref() == Some(given) || self.cors_origins.iter().any(|listed| listed == given)
    }
}

fn host(table: &SettingsReader<'_>) -> Result<IpAddr> {
    match table.required("server.host") {
        "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        _ => table.parse("server.host", "an IP address such as 127.0.0.1"),
    }
}

fn tls(table: &SettingsReader<'_>) -> Result<Option<TlsFilePaths>> {
    match (table.path("server.tls_cert")?, table.path("server.tls_key")?) {
        (Some(cert), Some(key)) => Ok(Some(TlsFilePaths { cert, key })),
        (None, None) => Ok(None),
        _ => Err(Error::invalid("a certificate needs its key, and a key its certificate")
            .hint("give both --tls-cert and --tls-key")),
    }
}

fn parse_cors_origins(table: &SettingsReader<'_>) -> Result<Vec<String>> {
    let wanted = "exact origins such as https://journal.example, never * or null";
    let origins = table.list("server.cors_origins").into_iter().map(|text| {
        origin(text).filter(|origin| origin == text).ok_or_else(|| table.invalid_value("server.cors_origins", wanted))
    });
    origins.collect()
}

fn parse_trusted_proxies(table: &SettingsReader<'_>) -> Result<Vec<IpNet>> {
    let wanted = "addresses or CIDR blocks such as 10.0.0.0/8";
    let blocks = table.list("server.trusted_proxies").into_iter().map(|text| {
        let block = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        block.map_err(|_| table.invalid_value("server.trusted_proxies", wanted))
    });
    blocks.collect()
}

fn base_url(table: &SettingsReader<'_>, key: &str) -> Result<String> {
    let text = table.required(key).trim_end_matches('/');
    match origin(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(table.invalid_value(key, "an address such as https://journal.example")),
    }
}

/// Returns the origin of a URL as a browser sends it: scheme, host, and the port unless it is the scheme's default.
#[must_use]
pub fn origin(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let (scheme, authority) = (url.scheme_str()?, url.authority()?);
    let own = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    // A URI authority may contain more characters, such as `*`, than a host name.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if authority.host().is_empty() || !authority.as_str().bytes().all(plain) {
        return None;
    }
    let host = authority.host().to_ascii_lowercase();
    match authority.port_u16() {
        Some(port) if port != own => Some(format!("{scheme}://{host}:{port}")),
        _ => Some(format!("{scheme}://{host}")),
    }
}

fn limits(table: &SettingsReader<'_>) -> Result<RateLimitConfig> {
    let rate = |key| table.parse_in_range(key, 0, 1_000_000);
    let window = table.parse_in_range("limits.auth_window", 1, 86_400)?;
    let requests = table.parse_in_range("limits.auth_requests", 1, 1_000_000)?;
    Ok(RateLimitConfig {
        auth: table.parse_bool("limits.auth_enabled")?.then_some((requests, window)),
        anonymous: rate("limits.anonymous")?,
        anonymous_burst: table.parse_in_range("limits.anonymous_burst", 1, 1_000_000)?,
        member: rate("limits.member")?,
        member_burst: table.parse_in_range("limits.member_burst", 1, 1_000_000)?,
        key: rate("limits.key")?,
        expensive: rate("limits.expensive")?,
    })
}

fn metrics(table: &SettingsReader<'_>) -> Result<Option<SocketAddr>> {
    let Some(text) = table.text("metrics.bind") else { return Ok(None) };
    let address = text.parse::<SocketAddr>().ok().filter(|address| address.ip().is_loopback());
    address
        .map(Some)
        .ok_or_else(|| table.invalid_value("metrics.bind", "a loopback address and port such as 127.0.0.1:9464"))
}

fn smtp(table: &SettingsReader<'_>) -> Result<Option<SmtpConfig>> {
    let port = table.parse("smtp.port", "a port, 1 to 65535")?;
    let (Some(username), Some(password)) = (table.text("smtp.username"), table.secret("smtp.password")?) else {
        return Ok(None);
    };
    Ok(Some(SmtpConfig {
        host: table.required("smtp.host").to_owned(),
        port,
        username: username.to_owned(),
        password,
        from: table.text("smtp.from").unwrap_or(username).to_owned(),
        ca_file: table.path("smtp.ca_file")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_normalised_as_a_browser_sends_it() {
        assert_eq!(origin("https://Journal.example:443/app").as_deref(), Some("https://journal.example"));
        assert_eq!(origin("http://localhost:5173").as_deref(), Some("http://localhost:5173"));
        assert_eq!(origin("http://[::1]:8400").as_deref(), Some("http://[::1]:8400"));
        for wrong in [
            "*",
            "null",
            "",
            "journal.example",
            "ftp://a",
            "https://",
            "https://me@journal.example",
            "https://*.example",
        ] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }
}
