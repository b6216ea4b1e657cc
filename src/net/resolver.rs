//! Names become addresses here, and only addresses that may be reached leave: whoever connects has no other.

use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::ConnectionConfig;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::config::NameServerConfig;
use hickory_resolver::config::ResolverConfig;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;

use crate::error::Error;
use crate::error::Result;
use crate::net::fetch::FetchError;

/// Time for one question to a name server.
const QUESTION: Duration = Duration::from_secs(2);

/// Tells whether an address may be connected to.
pub(crate) type Vet = fn(IpAddr) -> bool;

/// Resolves for one client.
///
/// A client asks once for each connection and connects to what it was given, so a name server that answers otherwise
/// the next time gains nothing.
pub(crate) struct Vetting {
    names: TokioResolver,
    vet: Vet,
}

impl Vetting {
    /// Prepares to ask a name server, or those that the system is set up with.
    ///
    /// # Errors
    /// `Internal` when the system's settings cannot be read.
    pub(crate) fn new(server: Option<SocketAddr>, vet: Vet) -> Result<Self> {
        let unusable = |error| Error::internal("preparing to resolve names", error);
        let mut builder = match server {
            None => TokioResolver::builder_tokio().map_err(unusable)?,
            Some(address) => {
                let mut ways = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                for way in &mut ways {
                    way.port = address.port();
                }
                let server = NameServerConfig::new(address.ip(), true, ways.to_vec());
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
        };
        let options = builder.options_mut();
        options.timeout = QUESTION;
        options.attempts = 2;
        // Each connection asks anew, and every address of a name is looked at, of either kind.
        options.cache_size = 0;
        options.ip_strategy = LookupIpStrategy::Ipv6AndIpv4;
        Ok(Self { names: builder.build().map_err(unusable)?, vet })
    }
}

impl Resolve for Vetting {
    fn resolve(&self, name: Name) -> Resolving {
        let (names, vet) = (self.names.clone(), self.vet);
        Box::pin(async move {
            // The dot says that the name is whole: no domain of the local network is put behind it.
            let whole = format!("{}.", name.as_str().trim_end_matches('.'));
            let found = names.lookup_ip(whole).await.map_err(|_| FetchError::Unresolved)?;
            let found: Vec<SocketAddr> = found.iter().map(|ip| SocketAddr::new(ip, 0)).collect();
            if found.is_empty() {
                return Err(FetchError::Unresolved.into());
            }
            // One private address makes the whole name suspect.
            if !found.iter().all(|address| vet(address.ip())) {
                return Err(FetchError::Private.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
