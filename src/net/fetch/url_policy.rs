//! URLs that the SSRF guard allows to be fetched.

use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Url;

use crate::net::fetch::error::FetchError;
use crate::net::http_client::literal_address;
use crate::net::public_ip;
use crate::net::ssrf_resolver::AddressPolicy;

/// Host of Slack's user files, the only one that receives the Slack token.
const SLACK_FILE_HOST: &str = "files.slack.com";
/// Maximum length of a URL in bytes.
const MAX_URL_BYTES: usize = 8 * 1024;

/// Address policy, ports, name server and timeout of a fetch. URLs from users always use [`FetchPolicy::for_users`], except in
/// tests.
#[derive(Debug, Clone)]
pub(crate) struct FetchPolicy {
    pub(crate) vet: AddressPolicy,
    pub(crate) ports: Vec<u16>,
    pub(crate) name_server: Option<SocketAddr>,
    /// Total timeout, including redirects.
    pub(crate) total_timeout: Duration,
}

impl FetchPolicy {
    /// Returns the policy for URLs from users: public addresses on ports 80 and 443.
    pub(crate) fn for_users(name_server: Option<SocketAddr>) -> Self {
        Self { vet: public_ip::is_public, ports: vec![80, 443], name_server, total_timeout: Duration::from_secs(20) }
    }

    /// Returns the policy for a URL from the operator's settings: any address, including loopback, on the URL's own
    /// port. Never used for URLs from users.
    pub(crate) fn for_operator(address: &str, whole: Duration) -> Result<Self, FetchError> {
        let url: Url = address.parse().map_err(|_| FetchError::InvalidUrl)?;
        let ports = url.port_or_known_default().into_iter().collect();
        Ok(Self { vet: |_| true, ports, name_server: None, total_timeout: whole })
    }

    /// Parses and checks a URL.
    ///
    /// The parser normalises every spelling of an IP address, such as `0x7f.1` or `2130706433`, and converts
    /// internationalised names to ASCII, so the checked host is the host connected to.
    ///
    /// # Errors
    /// A [`FetchError`] for a URL that is invalid or not allowed.
    pub(crate) fn parse(&self, text: &str) -> Result<CheckedUrl, FetchError> {
        if text.len() > MAX_URL_BYTES {
            return Err(FetchError::InvalidUrl);
        }
        self.check(text.trim().parse().map_err(|_| FetchError::InvalidUrl)?)
    }

    /// Resolves and checks the target of a redirect.
    ///
    /// # Errors
    /// As [`Self::parse`], and `Downgrade` for a redirect from https to http.
    pub(super) fn redirect_target(&self, from: &CheckedUrl, location: &str) -> Result<CheckedUrl, FetchError> {
        if location.len() > MAX_URL_BYTES {
            return Err(FetchError::InvalidRedirect);
        }
        let target = self.check(from.0.join(location).map_err(|_| FetchError::InvalidRedirect)?)?;
        if from.0.scheme() == "https" && target.0.scheme() != "https" {
            return Err(FetchError::Downgrade);
        }
        Ok(target)
    }

    fn check(&self, mut url: Url) -> Result<CheckedUrl, FetchError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchError::UnsupportedScheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(FetchError::CredentialsInUrl);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(FetchError::InvalidUrl);
        }
        if !url.port_or_known_default().is_some_and(|port| self.ports.contains(&port)) {
            return Err(FetchError::ForbiddenPort);
        }
        // Literal addresses bypass the resolver, so they are checked here.
        if literal_address(&url).is_some_and(|ip| !(self.vet)(ip)) {
            return Err(FetchError::PrivateAddress);
        }
        url.set_fragment(None);
        Ok(CheckedUrl(url))
    }
}

/// Checked URL. `Debug` prints the host only: path and query may be private.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CheckedUrl(pub(super) Url);

impl CheckedUrl {
    /// Returns the host name or IP address.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the last path segment as a file name; empty if there is none.
    pub(crate) fn file_name(&self) -> String {
        self.0.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default().to_owned()
    }

    /// Returns true for https.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns true if the Slack token may be sent to this URL.
    pub(super) fn is_slack_file_host(&self) -> bool {
        self.0.scheme() == "https" && self.host() == SLACK_FILE_HOST && self.0.port_or_known_default() == Some(443)
    }
}

/// Encodes fields as `application/x-www-form-urlencoded`.
pub(crate) fn form_urlencoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut url: Url = "http://localhost/".parse().expect("the URL is fixed");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().as_bytes().to_vec()
}

impl fmt::Debug for CheckedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "URL at {}", self.host())
    }
}
