//! Settings common to the HTTP clients, and literal addresses in URLs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};

/// Timeout of a connection, including DNS and TLS.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Returns a client builder without proxy of the environment and without redirects.
pub(super) fn builder() -> ClientBuilder {
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("journal/", env!("CARGO_PKG_VERSION")))
}

/// As [`builder`], with `localhost` bound to the loopback addresses: a name server must not redirect it to another
/// machine.
pub(super) fn builder_with_localhost() -> ClientBuilder {
    let local = [IpAddr::from(Ipv4Addr::LOCALHOST), IpAddr::from(Ipv6Addr::LOCALHOST)];
    builder().resolve_to_addrs("localhost", &local.map(|ip| SocketAddr::new(ip, 0)))
}

/// Returns the address of a URL whose host is an IP address, in brackets or not.
pub(super) fn literal_address(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Returns true if a URL's host is loopback, where cleartext cannot be intercepted.
pub(crate) fn is_loopback_url(url: &Url) -> bool {
    url.host_str() == Some("localhost") || literal_address(url).is_some_and(|ip| ip.is_loopback())
}
