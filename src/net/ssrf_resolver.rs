//! DNS resolver of the SSRF guard: returns only addresses that the policy allows to connect to.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, LookupIpStrategy, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::error::{Error, Result};
use crate::net::fetch::FetchError;

/// Timeout of one query to a name server.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// Returns true if connections to an address are allowed.
pub(crate) type AddressPolicy = fn(IpAddr) -> bool;

/// Resolver for one HTTP client that rejects names with a disallowed address.
///
/// The client resolves once per connection and connects to the checked addresses, which defeats DNS rebinding.
pub(crate) struct SsrfResolver {
    dns: TokioResolver,
    vet: AddressPolicy,
}

impl SsrfResolver {
    /// Creates a resolver for one name server, or for those of the system configuration.
    ///
    /// # Errors
    /// `Internal` if the system configuration cannot be read.
    pub(crate) fn new(server: Option<SocketAddr>, vet: AddressPolicy) -> Result<Self> {
        let unusable = |error| Error::internal("creating a DNS resolver", error);
        let mut builder = match server {
            None => TokioResolver::builder_tokio().map_err(unusable)?,
            Some(address) => {
                let mut connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for connection in &mut connections {
                    connection.port = address.port();
                }
                let server = NameServerConfig::new(address.ip(), true, connections.to_vec());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = QUERY_TIMEOUT;
        options.attempts = 2;
        // Every connection resolves again, and all addresses of both families are checked.
        options.cache_size = 0;
        options.ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
        Ok(Self { dns: builder.build().map_err(unusable)?, vet })
    }
}

impl Resolve for SsrfResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, vet) = (self.dns.clone(), self.vet);
        Box::pin(async move {
            // The trailing dot marks a fully qualified name: no search domain is appended.
            let qualified = format!("{}.", name.as_str().trim_end_matches('.'));
            let found = names.lookup_ip(qualified).await.map_err(|_| FetchError::Unresolved)?;
            let found: Vec<SocketAddr> = found.iter().map(|ip| SocketAddr::new(ip, 0)).collect();
            if found.is_empty() {
                return Err(FetchError::Unresolved.into());
            }
            // One disallowed address rejects the name.
            if !found.iter().all(|address| vet(address.ip())) {
                return Err(FetchError::PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
