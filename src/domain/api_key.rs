//! API keys as shown after creation, and their restrictions.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::id::{KeyId, UserId};
use crate::domain::scope::Scope;

/// API key without its secret part.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApiKey {
    /// Row id, the argument of `rotate` and `revoke`.
    pub id: KeyId,
    /// Owner.
    pub user_id: UserId,
    /// First 12 characters of the key.
    pub key_prefix: String,
    /// Same as `key_prefix`, under the name that the web client reads.
    pub prefix: String,
    /// Label given by the owner.
    pub name: String,
    /// Granted scopes.
    pub scopes: Vec<Scope>,
    /// CIDR blocks the key may be used from; empty for any address.
    pub allowed_from: Vec<String>,
    /// Restrictions to a part of the journal; null for none.
    pub boundary: Option<KeyRestrictions>,
    /// UTC timestamp.
    pub created_at: String,
    /// UTC timestamp; `None` if it never expires.
    pub expires_at: Option<String>,
    /// UTC timestamp of the last use.
    pub last_used_at: Option<String>,
    /// Origin of the last use: `cli`, or an address.
    pub last_used_from: Option<String>,
    /// UTC timestamp; revoked keys stay listed.
    pub revoked_at: Option<String>,
}

impl ApiKey {
    /// Returns whether the key may be used from a client address. Connections without one, over the Unix socket or on
    /// the command line, count as the loopback address.
    #[must_use]
    pub fn allows_address(&self, address: Option<IpAddr>) -> bool {
        let own = [IpAddr::from([127, 0, 0, 1]), IpAddr::from(Ipv6Addr::LOCALHOST)];
        let from: Vec<IpAddr> = address.map_or_else(|| own.to_vec(), |address| vec![address.to_canonical()]);
        let mut blocks = self.allowed_from.iter().filter_map(|block| block.parse::<IpNet>().ok());
        self.allowed_from.is_empty() || blocks.any(|block| from.iter().any(|address| block.contains(address)))
    }
}

/// Restrictions of a key within its scopes. An entry outside of them reads as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRestrictions {
    /// Only entries of this date or later (YYYY-MM-DD).
    #[serde(default)]
    pub from: Option<String>,
    /// Only entries of this date or earlier (YYYY-MM-DD).
    #[serde(default)]
    pub to: Option<String>,
    /// Maximum number of entries returned per day (UTC), counted per request.
    #[serde(default)]
    pub entries_per_day: Option<u32>,
    /// Only entries without any of these tags.
    #[serde(default)]
    pub without_tags: Vec<String>,
}

/// Scopes and restrictions granted to the bearer of a key.
#[derive(Debug, Clone, Default)]
pub struct KeyGrant {
    /// Granted scopes.
    pub scopes: Vec<Scope>,
    /// Restrictions to a part of the journal; `None` for none.
    pub boundary: Option<KeyRestrictions>,
}

impl KeyGrant {
    /// Returns whether the scope is granted, within the restrictions.
    #[must_use]
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) && (self.boundary.is_none() || scope.supports_restrictions())
    }
}

/// New API key with its secret, which is shown only once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NewApiKey {
    /// Key without its secret.
    #[serde(flatten)]
    pub row: ApiKey,
    /// The key itself. Only a keyed hash of it is stored.
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
        key.allows_address(address.map(|address| address.parse().unwrap()))
    }

    #[test]
    fn a_key_is_valid_only_from_its_address_blocks() {
        let blocks = ["192.0.2.0/24", "2001:db8::/32"];

        assert!(allows(&blocks, Some("192.0.2.7")) && allows(&blocks, Some("2001:db8::7")));
        assert!(allows(&blocks, Some("::ffff:192.0.2.7")), "an IPv4-mapped IPv6 address");
        assert!(!allows(&blocks, Some("192.0.3.1")) && !allows(&blocks, None));
        assert!(!allows(&["anywhere"], Some("192.0.2.7")));
        assert!(allows(&["127.0.0.0/8"], None) && allows(&[], Some("192.0.3.1")));
    }
}
