//! API keys as shown, after the one time the key itself was; and how far one reaches.

use std::net::IpAddr;
use std::net::Ipv6Addr;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::Deserialize;
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
    /// What of the journal it reaches; everything if null.
    pub boundary: Option<Boundary>,
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

/// What of a journal a key reaches, of what its scopes allow. An entry outside is to it as if it were not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    /// Only entries of this date or later (YYYY-MM-DD).
    #[serde(default)]
    pub from: Option<String>,
    /// Only entries of this date or earlier (YYYY-MM-DD).
    #[serde(default)]
    pub to: Option<String>,
    /// Most entries it may be handed on a day in UTC, counted each time.
    #[serde(default)]
    pub entries_per_day: Option<u32>,
    /// Only entries that have none of these tags.
    #[serde(default)]
    pub without_tags: Vec<String>,
}

/// What a key lets its bearer do.
#[derive(Debug, Clone, Default)]
pub struct Permit {
    /// To which acts.
    pub scopes: Vec<Scope>,
    /// On what of the journal; on everything if `None`.
    pub boundary: Option<Boundary>,
}

impl Permit {
    /// Tells whether it allows an act, on whatever it reaches.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) && (self.boundary.is_none() || scope.keeps_within())
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
            boundary: None,
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
