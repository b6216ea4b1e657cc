//! SSRF guard: classifies IP addresses as public or non-public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(first: u16, second: u16, third: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0), length)
}

/// Non-public IPv4 networks, from the IANA special-purpose address registry.
const NON_PUBLIC_V4: [Ipv4Net; 15] = [
    // "This network", and the unspecified address (RFC 791, RFC 1122 §3.2.1.3).
    v4(0, 0, 0, 0, 8),
    // Private (RFC 1918).
    v4(10, 0, 0, 0, 8),
    // Carrier-grade NAT (RFC 6598).
    v4(100, 64, 0, 0, 10),
    // Loopback (RFC 1122).
    v4(127, 0, 0, 0, 8),
    // Link-local, including cloud metadata services (RFC 3927).
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    // Protocol assignments, including DS-Lite and NAT64 discovery (RFC 6890, RFC 7335, RFC 7050).
    v4(192, 0, 0, 0, 24),
    // Documentation (RFC 5737).
    v4(192, 0, 2, 0, 24),
    // 6to4 relays (RFC 7526).
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    // Benchmarking (RFC 2544).
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    // Multicast (RFC 5771).
    v4(224, 0, 0, 0, 4),
    // Reserved, and the broadcast address (RFC 1112, RFC 919).
    v4(240, 0, 0, 0, 4),
];

/// IPv6 global unicast, the only range assigned to public hosts (RFC 4291 §2.4).
///
/// Excludes loopback, mapped and compatible addresses, NAT64 (`64:ff9b::/96`, `64:ff9b:1::/48`), discard-only
/// `100::/64`, unique local, link-local, site-local and multicast.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// Non-public networks within [`GLOBAL_V6`]. Networks that embed an IPv4 address are rejected as a whole, because the
/// translator decides on the real destination.
const NON_PUBLIC_V6: [Ipv6Net; 4] = [
    // Protocol assignments: Teredo 2001::/32, benchmarking 2001:2::/48, ORCHID 2001:10::/28, 2001:20::/28 (RFC 2928).
    v6(0x2001, 0, 0, 23),
    // Documentation (RFC 3849).
    v6(0x2001, 0xdb8, 0, 32),
    // 6to4 (RFC 3056).
    v6(0x2002, 0, 0, 16),
    // Documentation (RFC 9637).
    v6(0x3fff, 0, 0, 20),
];

/// Returns true if an address belongs to the public Internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !NON_PUBLIC_V4.iter().any(|network| network.contains(&ip)),
        IpAddr::V6(ip) => GLOBAL_V6.contains(&ip) && !NON_PUBLIC_V6.iter().any(|network| network.contains(&ip)),
    }
}

#[cfg(test)]
mod tests;
