//! Remote end of a connection, and the network that limits count it by.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Remote end of the connection; `None` for a Unix socket, whose clients are local.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ConnectionPeer(pub(crate) Option<SocketAddr>);

/// Returns the network of one customer: the IPv4 address itself, or the /64 of an IPv6 address.
pub(crate) fn client_network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.into(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}
