//! Web addresses that may be asked.

use std::fmt;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Url;

use crate::net::fetch::FetchError;
use crate::net::guard;
use crate::net::resolver::Vet;

/// Where Slack keeps the files of its users; nobody else is shown the token.
const SLACK_FILES: &str = "files.slack.com";
/// Longest address, in bytes.
const MAX_ADDRESS: usize = 8 * 1024;

/// What may be asked, by whom it is resolved, and how long it may take. What users name goes by [`Rules::public`], except
/// in tests.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) vet: Vet,
    pub(crate) ports: Vec<u16>,
    pub(crate) name_server: Option<SocketAddr>,
    /// Time for everything, redirects included.
    pub(crate) whole: Duration,
}

impl Rules {
    /// The public Internet, on its usual ports.
    pub(crate) fn public(name_server: Option<SocketAddr>) -> Self {
        Self { vet: guard::is_public, ports: vec![80, 443], name_server, whole: Duration::from_secs(20) }
    }

    /// Where the operator's settings point, which may be on this machine: an address's own port, and whatever it is.
    /// Never for what a user names.
    pub(crate) fn of_the_operator(address: &str, whole: Duration) -> Result<Self, FetchError> {
        let url: Url = address.parse().map_err(|_| FetchError::NoAddress)?;
        let ports = url.port_or_known_default().into_iter().collect();
        Ok(Self { vet: |_| true, ports, name_server: None, whole })
    }

    /// Reads an address as people write it.
    ///
    /// The parser turns every spelling of an IP address, such as `0x7f.1` or `2130706433`, into the address itself, and
    /// other scripts into their ASCII form, so that what is looked at here is what is connected to.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn address(&self, text: &str) -> Result<Address, FetchError> {
        if text.len() > MAX_ADDRESS {
            return Err(FetchError::NoAddress);
        }
        self.vetted(text.trim().parse().map_err(|_| FetchError::NoAddress)?)
    }

    /// Reads where an address redirects to.
    ///
    /// # Errors
    /// As [`Self::address`], and for a step from https to http.
    pub(super) fn target(&self, from: &Address, location: &str) -> Result<Address, FetchError> {
        if location.len() > MAX_ADDRESS {
            return Err(FetchError::NoTarget);
        }
        let target = self.vetted(from.0.join(location).map_err(|_| FetchError::NoTarget)?)?;
        if from.0.scheme() == "https" && target.0.scheme() != "https" {
            return Err(FetchError::Downgrade);
        }
        Ok(target)
    }

    fn vetted(&self, mut url: Url) -> Result<Address, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::Credentials);
        }
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FetchError::NoAddress)?;
        if !url.port_or_known_default().is_some_and(|port| self.ports.contains(&port)) {
            return Err(FetchError::Port);
        }
        // A literal address never reaches the resolver, so it is looked at here.
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok_and(|ip| !(self.vet)(ip)) {
            return Err(FetchError::Private);
        }
        url.set_fragment(None);
        Ok(Address(url))
    }
}

/// An address that may be asked. Its path and query may be as private as what they lead to, so it cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Address(pub(super) Url);

impl Address {
    /// Returns the name or number of the machine.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the last part of the path as a file's name; empty where there is none.
    pub(crate) fn file_name(&self) -> String {
        self.0.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned()
    }

    /// Tells whether nobody on the way reads along.
    pub(crate) fn is_private(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Tells whether Slack's token may be shown there.
    pub(super) fn is_slack(&self) -> bool {
        self.0.scheme() == "https" && self.host() == SLACK_FILES && self.0.port_or_known_default() == Some(443)
    }
}

/// Writes fields as `application/x-www-form-urlencoded`.
pub(crate) fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut url: Url = "http://localhost/".parse().expect("it is an address");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().as_bytes().to_vec()
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an address at {}", self.host())
    }
}
