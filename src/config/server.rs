//! What `journal serve` needs to know: where it listens, whom it answers, how much it takes.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::path::PathBuf;

use http::Uri;
use ipnet::IpNet;

use crate::config::table::Table;
use crate::config::typed::SecretSource;
use crate::error::Error;
use crate::error::Result;

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// A TCP address.
    Tcp(SocketAddr),
    /// A socket file, mode 0600.
    Unix(PathBuf),
}

/// A certificate with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// Certificate chain, PEM.
    pub cert: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// Requests that are let through; 0 switches a limit off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Attempts at an authentication route per address and window; `None` when switched off.
    pub auth: Option<(u32, u32)>,
    /// A minute without a login, per address.
    pub anonymous: u32,
    /// Of those at once, after a pause.
    pub anonymous_burst: u32,
    /// A minute per user.
    pub member: u32,
    /// Of those at once, after a pause.
    pub member_burst: u32,
    /// A minute per API key.
    pub key: u32,
    /// Expensive requests a minute per user.
    pub expensive: u32,
}

/// The mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Host name.
    pub host: String,
    /// 465 is TLS from the start, any other port STARTTLS.
    pub port: u16,
    /// Account.
    pub username: String,
    /// Its password.
    pub password: SecretSource,
    /// Sender.
    pub from: String,
    /// Certificates to trust besides the public ones, PEM.
    pub ca_file: Option<PathBuf>,
}

/// Settings of the server.
#[derive(Debug, Clone)]
pub struct Server {
    /// Where it listens.
    pub listen: Listen,
    /// Its certificate; cleartext without one.
    pub tls: Option<TlsFiles>,
    /// Whether cleartext may leave the loopback address.
    pub behind_proxy: bool,
    /// Host names that are answered, lower case; one without a port allows every port.
    pub allowed_hosts: Vec<String>,
    /// Origins whose pages may call, as a browser writes them.
    pub cors_origins: Vec<String>,
    /// Peers whose forwarding headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the web client is, without a slash at the end.
    pub app_base_url: String,
    /// Where the running server is, for commands that speak to it, without a slash at the end.
    pub url: String,
    /// Days until a login ends.
    pub session_days: u32,
    /// Hours of silence after which it ends.
    pub session_idle_hours: u32,
    /// Whether cookies carry `Secure` and the `__Host-` prefix.
    pub secure_cookie: bool,
    /// Rate limits.
    pub limits: Limits,
    /// The mail server; `None` when no account is set.
    pub smtp: Option<Smtp>,
    /// Where metrics are answered without a credential; a loopback address.
    pub metrics: Option<SocketAddr>,
}

impl Server {
    pub(crate) fn read(table: &Table<'_>) -> Result<Self> {
        let port = table.parse("server.port", "a port, 0 to 65535")?;
        let listen = match table.path("server.unix")? {
            Some(path) => Listen::Unix(path),
            None => Listen::Tcp(SocketAddr::new(host(table)?, port)),
        };
        Ok(Self {
            listen,
            tls: tls(table)?,
            behind_proxy: table.truth("server.behind_proxy")?,
            allowed_hosts: table.list("server.allowed_hosts").into_iter().map(str::to_ascii_lowercase).collect(),
            cors_origins: origins(table)?,
            trusted_proxies: proxies(table)?,
            app_base_url: base_url(table, "server.app_base_url")?,
            url: base_url(table, "server.url")?,
            session_days: table.within("session.days", 1, 90)?,
            session_idle_hours: table.within("session.idle_hours", 1, 24 * 90)?,
            secure_cookie: table.truth("session.secure_cookie")?,
            limits: limits(table)?,
            smtp: smtp(table)?,
            metrics: metrics(table)?,
        })
    }
}

impl Server {
    /// Tells whether pages of an origin may call: the web client's own, and those that are listed.
    pub(crate) fn lists_origin(&self, given: &str) -> bool {
        origin(&self.app_base_url).as_deref() == Some(given) || self.cors_origins.iter().any(|listed| listed == given)
    }
}

fn host(table: &Table<'_>) -> Result<IpAddr> {
    match table.required("server.host") {
        "localhost" => Ok(IpAddr::from([127, 0, 0, 1])),
        _ => table.parse("server.host", "an IP address such as 127.0.0.1"),
    }
}

fn tls(table: &Table<'_>) -> Result<Option<TlsFiles>> {
    match (table.path("server.tls_cert")?, table.path("server.tls_key")?) {
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (None, None) => Ok(None),
        _ => Err(Error::invalid("a certificate needs its key, and a key its certificate")
            .hint("give both --tls-cert and --tls-key")),
    }
}

fn origins(table: &Table<'_>) -> Result<Vec<String>> {
    let wanted = "exact origins such as https://journal.example, never * or null";
    let origins = table.list("server.cors_origins").into_iter().map(|text| {
        origin(text).filter(|origin| origin == text).ok_or_else(|| table.wrong("server.cors_origins", wanted))
    });
    origins.collect()
}

fn proxies(table: &Table<'_>) -> Result<Vec<IpNet>> {
    let wanted = "addresses or CIDR blocks such as 10.0.0.0/8";
    let blocks = table.list("server.trusted_proxies").into_iter().map(|text| {
        let block = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        block.map_err(|_| table.wrong("server.trusted_proxies", wanted))
    });
    blocks.collect()
}

fn base_url(table: &Table<'_>, key: &str) -> Result<String> {
    let text = table.required(key).trim_end_matches('/');
    match origin(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err(table.wrong(key, "an address such as https://journal.example")),
    }
}

/// Returns the origin of a URL as a browser writes it: scheme, host, and the port where it is not the scheme's own.
#[must_use]
pub fn origin(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let (scheme, authority) = (url.scheme_str()?, url.authority()?);
    let own = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return None,
    };
    // A URI may hold much more, such as `*`; the name of a host does not.
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

fn limits(table: &Table<'_>) -> Result<Limits> {
    let rate = |key| table.within(key, 0, 1_000_000);
    let window = table.within("limits.auth_window", 1, 86_400)?;
    let requests = table.within("limits.auth_requests", 1, 1_000_000)?;
    Ok(Limits {
        auth: table.truth("limits.auth_enabled")?.then_some((requests, window)),
        anonymous: rate("limits.anonymous")?,
        anonymous_burst: table.within("limits.anonymous_burst", 1, 1_000_000)?,
        member: rate("limits.member")?,
        member_burst: table.within("limits.member_burst", 1, 1_000_000)?,
        key: rate("limits.key")?,
        expensive: rate("limits.expensive")?,
    })
}

fn metrics(table: &Table<'_>) -> Result<Option<SocketAddr>> {
    let Some(text) = table.text("metrics.bind") else { return Ok(None) };
    let address = text.parse::<SocketAddr>().ok().filter(|address| address.ip().is_loopback());
    address.map(Some).ok_or_else(|| table.wrong("metrics.bind", "a loopback address and port such as 127.0.0.1:9464"))
}

fn smtp(table: &Table<'_>) -> Result<Option<Smtp>> {
    let port = table.parse("smtp.port", "a port, 1 to 65535")?;
    let (Some(username), Some(password)) = (table.text("smtp.username"), table.secret("smtp.password")?) else {
        return Ok(None);
    };
    Ok(Some(Smtp {
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
    fn an_origin_is_what_a_browser_sends() {
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
