//! What the HTTP layer can be told: limits, timeouts, proxies. No file format here; the binary fills this in.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

pub use crossdock_domain::network::{InvalidNetwork, Network};
use serde::{Deserialize, Serialize};

/// Settings of the HTTP layer. Start from [`WebSettings::new`] and change what differs.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Where the world reaches this server: `https://checkout.example`, no slash at the end.
    pub public_url: String,
    /// Proxies whose word on the client's address, scheme and request id is believed.
    pub trusted_proxies: Vec<Network>,
    /// The one header those proxies write. The other is ignored, because a proxy passes on what it does not write.
    pub forwarded_header: ForwardedHeader,
    /// Which requests the log tells of at level info.
    pub access_log: AccessLog,
    /// Answers `/metrics` to everyone instead of to this machine only.
    pub metrics_open: bool,
    /// How long a whole request body may take; then 408. (How large it may be is the protocol's matter: 1 MB on the API.)
    pub body_timeout: Duration,
    /// How long the head of a request may take, and a TLS handshake; then the connection is closed.
    pub header_timeout: Duration,
    /// How long a connection may stay open without a request. More than a proxy in front keeps its own.
    pub idle_timeout: Duration,
    /// How long a client may refuse to take any byte of an answer.
    pub write_timeout: Duration,
    /// Connections at once; further ones are answered 503 and closed.
    pub max_connections: usize,
    /// Requests at once; further ones are answered 503. Health checks are not counted.
    pub max_requests: usize,
    /// Connections of one client at once; 0: no limit. A client is an IPv4 address or an IPv6 /64. Trusted proxies have none.
    pub connections_per_client: u32,
    /// Requests of one client at once; 0: no limit.
    pub requests_per_client: u32,
    /// Wrong keys of one client in a minute, at whatever they are shown to; then its keys are not looked at. 0: no limit.
    pub failures_per_minute: u32,
    /// Answers to wrong credentials that may be held back at once for one client; further ones are answered 429.
    pub held_answers_per_client: u32,
    /// The same for all clients together.
    pub held_answers: u32,
    /// Quotes for product pages that one client may ask for in a minute; further ones are answered 429.
    pub public_quotes_per_minute: u32,
    /// How long the readiness check waits for the database.
    pub ready_timeout: Duration,
    /// How long, at shutdown, readiness already says no while connections are still accepted.
    pub shutdown_notice: Duration,
    /// How long running requests may take to finish at shutdown.
    pub shutdown_deadline: Duration,
    /// How often the certificate and key files are looked at.
    pub tls_check_interval: Duration,
    /// Offers the page on which anybody gets a sandbox.
    pub sandbox_page: bool,
    /// Further names and limits of the Customer API.
    pub customer_api: crossdock_wire::customer::Settings,
    /// Limits of the Admin API.
    pub admin_api: crossdock_wire::admin::Settings,
}

impl WebSettings {
    /// The defaults.
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            access_log: AccessLog::default(),
            metrics_open: false,
            body_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            write_timeout: Duration::from_secs(30),
            max_connections: 4096,
            max_requests: 1024,
            connections_per_client: 64,
            requests_per_client: 32,
            failures_per_minute: 30,
            held_answers_per_client: 8,
            held_answers: 1024,
            public_quotes_per_minute: 60,
            ready_timeout: Duration::from_secs(2),
            shutdown_notice: Duration::ZERO,
            shutdown_deadline: Duration::from_secs(30),
            tls_check_interval: Duration::from_secs(10),
            sandbox_page: false,
            customer_api: crossdock_wire::customer::Settings::default(),
            admin_api: crossdock_wire::admin::Settings::default(),
        }
    }

    /// Whether the world reaches us by HTTPS, natively or through a proxy.
    pub fn public_https(&self) -> bool {
        self.public_url.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// Whether `address` is a named proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(address))
    }
}

/// Which header names the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`: nginx, Apache, HAProxy, Caddy, most clouds.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239) with `for` and `proto`.
    Forwarded,
}

/// How much of the traffic the log tells at level info. Failures of ours are always told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccessLog {
    /// Nothing.
    Off,
    /// Requests that did not succeed, by their honest status; the others at level debug.
    #[default]
    Failures,
    /// Every request.
    All,
}

/// Stands for "no peer": requests that did not come through a listener.
pub(crate) const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_is_read_from_the_public_url() {
        assert!(WebSettings::new("https://checkout.example").public_https());
        assert!(!WebSettings::new("http://localhost:8080").public_https());
        assert!(!WebSettings::new("").public_https());
    }
}
