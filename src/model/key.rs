//! API keys as shown, after the one time the key itself was.

use std::net::IpAddr;
use std::net::Ipv6Addr;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::id::KeyId;
use crate::model::id::UserId;
use crate::model::scope::Scope;

/// A key's row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApiKey {
    /// Row id, the name `rotate` and `revoke` take.
    pub id: KeyId,
    /// Owner.
    pub user_id: UserId,
    /// First 12 characters of the key.
    pub key_prefix: String,
    /// The same; the name that the web client reads.
    pub prefix: String,
    /// What the owner called it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// CIDR blocks it may be used from; from anywhere if empty.
    pub allowed_from: Vec<String>,
    /// Account timestamp.
    pub created_at: String,
    /// Account timestamp; `None` never expires.
    pub expires_at: Option<String>,
    /// Account timestamp of the last use.
    pub last_used_at: Option<String>,
    /// Where the last use came from: `cli`, or an address.
    pub last_used_from: Option<String>,
    /// Account timestamp; a revoked key stays listed.
    pub revoked_at: Option<String>,
}

impl ApiKey {
    /// Tells whether the key may be used from an address. What comes without one, by a socket file or on the command
    /// line, comes from the machine itself.
    #[must_use]
    pub fn may_come_from(&self, address: Option<IpAddr>) -> bool {
        let own = [IpAddr::from([127, 0, 0, 1]), IpAddr::from(Ipv6Addr::LOCALHOST)];
        let from: Vec<IpAddr> = address.map_or_else(|| own.to_vec(), |address| vec![address.to_canonical()]);
        let mut blocks = self.allowed_from.iter().filter_map(|block| block.parse::<IpNet>().ok());
        self.allowed_from.is_empty() || blocks.any(|block| from.iter().any(|address| block.contains(address)))
    }
}

/// A new key: the row and the key itself, which is shown this once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NewKey {
    /// The row.
    #[serde(flatten)]
    pub row: ApiKey,
    /// The key. It is stored only as a keyed hash.
    pub key: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(blocks: &[&str], address: Option<&str>) -> bool {
        let key = ApiKey {
            id: KeyId(1),
            user_id: UserId(1),
            key_prefix: String::new(),
            prefix: String::new(),
            name: String::new(),
            scopes: Vec::new(),
            allowed_from: blocks.iter().map(|block| (*block).to_owned()).collect(),
            created_at: String::new(),
            expires_at: None,
            last_used_at: None,
            last_used_from: None,
            revoked_at: None,
        };
        key.may_come_from(address.map(|address| address.parse().unwrap()))
    }

    #[test]
    fn a_key_is_good_from_its_blocks_alone() {
        let blocks = ["192.0.2.0/24", "2001:db8::/32"];

        assert!(allows(&blocks, Some("192.0.2.7")) && allows(&blocks, Some("2001:db8::7")));
        assert!(allows(&blocks, Some("::ffff:192.0.2.7")), "an IPv4 address in IPv6 clothes");
        assert!(!allows(&blocks, Some("192.0.3.1")) && !allows(&blocks, None));
        assert!(!allows(&["anywhere"], Some("192.0.2.7")));
        assert!(allows(&["127.0.0.0/8"], None) && allows(&[], Some("192.0.3.1")));
    }
}
