//! Settings of an installation: their types and defaults. Where they come from is in `load`, their printed reference in
//! `reference.toml`.

mod load;
mod validate;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use crossdock_app::hub::tenants::sandbox::SandboxRules;
use crossdock_app::landed_cost::RulesSource;
use crossdock_web::settings::{AccessLog, ForwardedHeader};
use crossdock_wire::customer::gates::{Aliases, BadAlias};
use serde::{Deserialize, Serialize};

pub use load::{Flags, LoadError, load};

/// The commented reference: every key with its default.
pub const REFERENCE: &str = include_str!("config/reference.toml");

/// Every setting.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// HTTP.
    pub server: Server,
    /// Storage.
    pub database: Database,
    /// Log output.
    pub log: Log,
    /// Background work.
    pub jobs: Jobs,
    /// The hosted checkout.
    pub checkout: Checkout,
    /// The Customer API of wholesalers.
    pub customer_api: CustomerApi,
    /// The Admin API of wholesalers.
    pub admin_api: AdminApi,
    /// What a client may ask for.
    pub limits: Limits,
    /// The landed-cost rule book.
    pub rules: Rules,
    /// Exchange rates.
    pub rates: FetchRates,
    /// Calls to addresses that others have chosen.
    pub outgoing: Outgoing,
    /// Telling others what happened.
    pub webhooks: Webhooks,
    /// E-mail.
    pub mail: Mail,
    /// Wholesalers for developers to try things out at.
    pub sandbox: Sandbox,
}

/// HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// Where buyers and shops reach this server; empty: `http://` and the listen address.
    pub public_url: String,
    /// What this process does.
    pub role: Role,
    /// Certificate chain, PEM; empty: no TLS.
    pub tls_cert: PathBuf,
    /// Its private key, PEM.
    pub tls_key: PathBuf,
    /// Addresses and networks of proxies whose word on the client is believed.
    pub trusted_proxies: Vec<String>,
    /// The header those proxies write.
    pub forwarded_header: ForwardedHeader,
    /// Answers `/metrics` to everyone.
    pub metrics_open: bool,
    /// How long readiness says no before a shutdown begins.
    pub shutdown_notice_seconds: u64,
    /// Longest wait for running requests at shutdown.
    pub shutdown_seconds: u64,
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Requests and jobs.
    All,
    /// Requests only.
    Web,
    /// Jobs only.
    Worker,
}

/// Storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`; empty: `crossdock.db` in the data directory.
    pub url: String,
    /// SQLite: acknowledged writes survive power loss.
    pub durable: bool,
    /// SQLite: reader threads; PostgreSQL: connections; 0: 2 or 10.
    pub connections: u32,
}

/// Log output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// Least level, or directives per target.
    pub level: String,
    /// Which requests are told.
    pub access: AccessLog,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object per line.
    Json,
}

/// Background work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// Jobs of a kind at the same time.
    pub lanes: usize,
    /// Pause between looks into the queue.
    pub poll_ms: u64,
    /// How long a claimed job belongs to this process.
    pub lease_seconds: u64,
    /// Longest run of one job.
    pub time_limit_seconds: u64,
    /// Waits after failed runs; after the last one a job is dead.
    pub backoff_seconds: Vec<u32>,
    /// By how much of itself a wait may grow at random.
    pub jitter_percent: u8,
}

/// The hosted checkout.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkout {
    /// Allows the test provider and test orders.
    pub test_mode: bool,
    /// Folder whose templates, translations and static files replace ours; empty: none.
    pub pages: PathBuf,
}

/// The landed-cost rule book.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Directory with rule files that takes the place of the starter book; empty: none.
    pub dir: PathBuf,
}

impl Rules {
    /// Where the rule book comes from.
    pub fn source(&self) -> RulesSource {
        if self.dir.as_os_str().is_empty() { RulesSource::Embedded } else { RulesSource::Dir(self.dir.clone()) }
    }
}

/// Exchange rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchRates {
    /// Fetch them by itself.
    pub fetch: bool,
    /// Where from.
    pub url: String,
}

impl Default for FetchRates {
    fn default() -> Self {
        Self { fetch: false, url: "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml".to_owned() }
    }
}

/// The Customer API of wholesalers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerApi {
    /// Calls that a shop account may make in a minute; 0: no limit.
    pub calls_per_minute: u32,
    /// Failed logins and wrong keys of one address in a minute; 0: no limit.
    pub failures_per_minute: u32,
    /// Further names of gates: new name to known name.
    pub aliases: BTreeMap<String, String>,
}

impl CustomerApi {
    /// Further names of gates, when all of them lead somewhere.
    pub fn aliases(&self) -> Result<Aliases, BadAlias> {
        Aliases::new(self.aliases.iter().map(|(alias, name)| (alias.as_str(), name.as_str())))
    }
}

/// The Admin API of wholesalers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminApi {
    /// Calls that a key may make in a minute; 0: no limit.
    pub calls_per_minute: u32,
}

impl Default for AdminApi {
    fn default() -> Self {
        Self { calls_per_minute: crossdock_wire::admin::Settings::default().calls_per_minute }
    }
}

/// What a client may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Longest wait for the head of a request, and for a TLS handshake.
    pub header_seconds: u64,
    /// Longest wait for the whole body of a request.
    pub body_seconds: u64,
    /// How long a client may refuse to take any byte of an answer.
    pub write_seconds: u64,
    /// How long a connection may stay open without a request.
    pub idle_seconds: u64,
    /// Connections at once.
    pub connections: usize,
    /// Requests at once.
    pub requests: usize,
    /// Connections of one client at once; 0: no limit.
    pub connections_per_client: u32,
    /// Requests of one client at once; 0: no limit.
    pub requests_per_client: u32,
    /// Wrong keys of one client in a minute; 0: no limit.
    pub failures_per_minute: u32,
}

/// Calls to addresses that others have chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outgoing {
    /// Calls private and special addresses as well.
    pub allow_private: bool,
    /// Networks that may be called besides the open internet.
    pub allow_networks: Vec<String>,
}

/// Telling others what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhooks {
    /// Waits after failed tries; after the last one a delivery has failed.
    pub retry_seconds: Vec<u32>,
    /// By how much of itself a wait may grow at random.
    pub jitter_percent: u8,
    /// Longest wait for a receiver.
    pub timeout_seconds: u64,
    /// A webhook that has failed for so long is switched off.
    pub give_up_hours: u32,
}

/// E-mail.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The mail server; empty: no mails are sent.
    pub smtp_url: String,
    /// Who mails come from.
    pub from: String,
}

/// Wholesalers for developers to try things out at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// Whether anybody can get one on the page `/sandbox`.
    pub page: bool,
    /// Days until one expires.
    pub days: u32,
    /// Sandboxes at the same time.
    pub most: u32,
    /// New ones for one address of the network in 24 hours.
    pub per_address: u32,
    /// New ones for one e-mail address in 24 hours.
    pub per_email: u32,
    /// Orders of one in 24 hours.
    pub orders_per_day: u32,
    /// Products of one.
    pub products: u32,
    /// Calls in a minute; 0: no limit.
    pub calls_per_minute: u32,
}

impl Sandbox {
    /// The limits.
    pub fn rules(&self) -> SandboxRules {
        SandboxRules {
            living: self.most.into(),
            per_address: self.per_address.into(),
            per_email: self.per_email.into(),
            days: self.days.into(),
            orders_per_day: self.orders_per_day.into(),
            products: self.products.into(),
        }
    }
}

impl Default for Sandbox {
    fn default() -> Self {
        Self {
            page: false,
            days: 14,
            most: 100,
            per_address: 3,
            per_email: 3,
            orders_per_day: 200,
            products: 500,
            calls_per_minute: 120,
        }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        Self {
            retry_seconds: vec![60, 300, 900, 3_600, 21_600, 21_600, 21_600],
            jitter_percent: 10,
            timeout_seconds: 10,
            give_up_hours: 120,
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            role: Role::All,
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::default(),
            metrics_open: false,
            shutdown_notice_seconds: 0,
            shutdown_seconds: 30,
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: String::new(), durable: true, connections: 0 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Pretty, level: "info".to_owned(), access: AccessLog::default() }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            lanes: 8,
            poll_ms: 1_000,
            lease_seconds: 90,
            time_limit_seconds: 60,
            backoff_seconds: vec![2, 5, 15, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400],
            jitter_percent: 20,
        }
    }
}

impl Default for CustomerApi {
    fn default() -> Self {
        let gates = crossdock_wire::customer::Settings::default();
        Self {
            calls_per_minute: gates.calls_per_minute,
            failures_per_minute: gates.failures_per_minute,
            aliases: BTreeMap::new(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_seconds: 10,
            body_seconds: 30,
            write_seconds: 30,
            idle_seconds: 75,
            connections: 4_096,
            requests: 1_024,
            connections_per_client: 64,
            requests_per_client: 32,
            failures_per_minute: 30,
        }
    }
}

impl Server {
    /// Certificate and key, when this server speaks TLS itself.
    pub fn tls(&self) -> Option<(&PathBuf, &PathBuf)> {
        (!self.tls_cert.as_os_str().is_empty()).then_some((&self.tls_cert, &self.tls_key))
    }

    /// Where buyers reach this server when it listens on `address`; no slash at the end.
    pub fn public_url(&self, address: SocketAddr) -> String {
        let configured = self.public_url.trim_end_matches('/');
        if !configured.is_empty() {
            return configured.to_owned();
        }
        let scheme = if self.tls().is_some() { "https" } else { "http" };
        let host = match address {
            // Everywhere is no place to send a browser to.
            address if address.ip().is_unspecified() => "localhost".to_owned(),
            SocketAddr::V4(address) => address.ip().to_string(),
            SocketAddr::V6(address) => format!("[{}]", address.ip()),
        };
        format!("{scheme}://{host}:{}", address.port())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference with every key switched on.
    fn switched_on() -> String {
        let switch = |line: &'static str| {
            let is_key = line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
            if is_key { &line[1..] } else { line }
        };
        REFERENCE.lines().map(switch).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_reference_names_every_key_with_its_default() {
        let printed: toml::Table = switched_on().parse().expect("TOML");
        let defaults: toml::Table = {
            let json = serde_json::to_value(Config::default()).expect("JSON");
            serde_json::from_value(json).expect("table")
        };
        assert_eq!(printed, defaults);
    }

    #[test]
    fn limits_of_sandboxes_are_those_of_the_use_cases() {
        assert_eq!(Sandbox::default().rules(), SandboxRules::default());
    }

    #[test]
    fn the_reference_as_printed_changes_nothing() {
        let printed: toml::Table = REFERENCE.parse().expect("TOML");
        assert!(printed.values().all(|section| section.as_table().is_some_and(toml::Table::is_empty)));
    }

    #[test]
    fn buyers_are_never_sent_to_the_unspecified_address() {
        let server = Server::default();
        let url = |address: &str| server.public_url(address.parse().expect("address"));
        assert_eq!(url("127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(url("0.0.0.0:80"), "http://localhost:80");
        assert_eq!(url("[::1]:8080"), "http://[::1]:8080");
        let named = Server { public_url: "https://checkout.example/".to_owned(), ..Server::default() };
        assert_eq!(named.public_url("0.0.0.0:80".parse().expect("address")), "https://checkout.example");
    }
}
