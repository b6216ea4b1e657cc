use super::*;

/// Address, expected result, and its source.
const TABLE: [(&str, bool, &str); 86] = [
    ("0.0.0.0", false, "RFC 1122: this host"),
    ("0.1.2.3", false, "RFC 791: this network"),
    ("0.255.255.255", false, "RFC 791"),
    ("1.0.0.0", true, "first after 0/8"),
    ("1.1.1.1", true, "public"),
    ("8.8.8.8", true, "public"),
    ("9.255.255.255", true, "last before 10/8"),
    ("10.0.0.0", false, "RFC 1918"),
    ("10.255.255.255", false, "RFC 1918"),
    ("11.0.0.0", true, "first after 10/8"),
    ("100.63.255.255", true, "last before 100.64/10"),
    ("100.64.0.0", false, "RFC 6598: shared by carriers"),
    ("100.100.100.200", false, "RFC 6598: a cloud's metadata service"),
    ("100.127.255.255", false, "RFC 6598"),
    ("100.128.0.0", true, "first after 100.64/10"),
    ("126.255.255.255", true, "last before 127/8"),
    ("127.0.0.1", false, "RFC 1122: loopback"),
    ("127.0.0.2", false, "RFC 1122: loopback"),
    ("127.255.255.255", false, "RFC 1122: loopback"),
    ("128.0.0.0", true, "first after 127/8"),
    ("169.253.255.255", true, "last before 169.254/16"),
    ("169.254.0.1", false, "RFC 3927: link-local"),
    ("169.254.169.254", false, "RFC 3927: metadata services"),
    ("169.254.255.255", false, "RFC 3927"),
    ("172.15.255.255", true, "last before 172.16/12"),
    ("172.16.0.1", false, "RFC 1918"),
    ("172.31.255.255", false, "RFC 1918"),
    ("172.32.0.0", true, "first after 172.16/12"),
    ("192.0.0.1", false, "RFC 6890: protocol assignments"),
    ("192.0.0.8", false, "RFC 7600: dummy address"),
    ("192.0.0.171", false, "RFC 7050: NAT64 discovery"),
    ("192.0.1.0", true, "first after 192.0.0/24"),
    ("192.0.2.1", false, "RFC 5737: documentation"),
    ("192.0.3.0", true, "first after 192.0.2/24"),
    ("192.88.99.1", false, "RFC 7526: relays of 6to4"),
    ("192.167.255.255", true, "last before 192.168/16"),
    ("192.168.0.1", false, "RFC 1918"),
    ("192.168.255.255", false, "RFC 1918"),
    ("192.169.0.0", true, "first after 192.168/16"),
    ("198.17.255.255", true, "last before 198.18/15"),
    ("198.18.0.0", false, "RFC 2544: benchmarks"),
    ("198.19.255.255", false, "RFC 2544"),
    ("198.20.0.0", true, "first after 198.18/15"),
    ("198.51.100.7", false, "RFC 5737: documentation"),
    ("203.0.113.7", false, "RFC 5737: documentation"),
    ("223.255.255.255", true, "last before 224/4"),
    ("224.0.0.1", false, "RFC 5771: multicast"),
    ("239.255.255.255", false, "RFC 5771"),
    ("240.0.0.1", false, "RFC 1112: reserved"),
    ("255.255.255.254", false, "RFC 1112: reserved"),
    ("255.255.255.255", false, "RFC 919: broadcast"),
    ("::", false, "RFC 4291: unspecified"),
    ("::1", false, "RFC 4291: loopback"),
    ("::2", false, "RFC 4291: reserved"),
    ("::127.0.0.1", false, "RFC 4291: compatible with IPv4, deprecated"),
    ("::8.8.8.8", false, "RFC 4291: compatible with IPv4, deprecated"),
    ("::ffff:127.0.0.1", false, "RFC 4291: mapped loopback"),
    ("::ffff:10.0.0.1", false, "RFC 4291: mapped private"),
    ("::ffff:169.254.169.254", false, "RFC 4291: mapped metadata service"),
    ("::ffff:8.8.8.8", false, "RFC 4291: mapped, rejected as a whole"),
    ("::ffff:0:127.0.0.1", false, "RFC 2765: IPv4-translated"),
    ("64:ff9b::7f00:1", false, "RFC 6052: NAT64 of loopback"),
    ("64:ff9b::808:808", false, "RFC 6052: NAT64, rejected as a whole"),
    ("64:ff9b:1::a00:1", false, "RFC 8215: local NAT64"),
    ("100::1", false, "RFC 6666: discard-only"),
    ("100:0:0:1::1", false, "RFC 9780: dummy prefix"),
    ("1fff:ffff::1", false, "RFC 4291: outside of 2000::/3"),
    ("2001::1", false, "RFC 4380: Teredo"),
    ("2001:0:4136:e378:8000:63bf:80ff:fffe", false, "RFC 4380: Teredo of 127.0.0.1"),
    ("2001:2::1", false, "RFC 5180: benchmarks"),
    ("2001:10::1", false, "RFC 4843: ORCHID"),
    ("2001:20::1", false, "RFC 7343: ORCHIDv2"),
    ("2001:1ff:ffff::1", false, "RFC 2928: protocol assignments"),
    ("2001:200::1", true, "first after 2001::/23"),
    ("2001:4860:4860::8888", true, "public"),
    ("2001:db8::1", false, "RFC 3849: documentation"),
    ("2002:7f00:1::1", false, "RFC 3056: 6to4 of 127.0.0.1"),
    ("2002:808:808::1", false, "RFC 3056: 6to4, rejected as a whole"),
    ("2606:4700:4700::1111", true, "public"),
    ("3fff::1", false, "RFC 9637: documentation"),
    ("5f00::1", false, "RFC 9602: segment routing"),
    ("fc00::1", false, "RFC 4193: unique local"),
    ("fd00:ec2::254", false, "RFC 4193: a cloud's metadata service"),
    ("fe80::1", false, "RFC 4291: link-local"),
    ("fec0::1", false, "RFC 3879: site-local"),
    ("ff02::1", false, "RFC 4291: multicast"),
];

#[test]
fn addresses_are_classified_as_in_the_iana_registries() {
    for (text, public, why) in TABLE {
        let ip: IpAddr = text.parse().unwrap();
        assert_eq!(is_public(ip), public, "{text}: {why}");
    }
}

#[test]
fn embedding_in_ipv6_never_makes_an_address_public() {
    let private = TABLE.iter().filter(|(_, public, _)| !public).filter_map(|(text, ..)| text.parse::<Ipv4Addr>().ok());
    for ip in private {
        let [a, b, c, d] = ip.octets().map(u16::from);
        let (high, low) = ((a << 8) | b, (c << 8) | d);
        let embeddings = [
            ip.to_ipv6_mapped(),
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, 0x4136, 0xe378, 0x8000, 0x63bf, !high, !low),
            Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0x5efe, high, low),
        ];
        for embedding in embeddings {
            assert!(!is_public(embedding.into()), "{ip} as {embedding}");
        }
    }
}
