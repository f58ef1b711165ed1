//! Rules that the types of the settings cannot express.

use crossdock_app::hub::tenants::sample::PRODUCTS;
use crossdock_jobs::smtp::SmtpMailer;
use crossdock_web::settings::Network;

use super::load::Mistake;
use super::{Config, Role};

/// Every broken rule.
pub(super) fn validate(config: &Config) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let mut refuse = |key: &str, problem: String| {
        mistakes.push(Mistake { source: None, key: key.to_owned(), problem });
    };
    let server = &config.server;
    if !server.public_url.is_empty() {
        match url::Url::parse(&server.public_url) {
            Ok(url) if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() => {
                refuse("server.public_url", format!("{:?} is no http or https address", server.public_url));
            }
            Ok(url) if url.path() != "/" || url.query().is_some() || url.fragment().is_some() => refuse(
                "server.public_url",
                format!("{:?} must be scheme, host and port only; the pages live at the root", server.public_url),
            ),
            Ok(_) => {}
            Err(error) => refuse("server.public_url", format!("{:?} is no address: {error}", server.public_url)),
        }
    }
    if server.tls_cert.as_os_str().is_empty() != server.tls_key.as_os_str().is_empty() {
        refuse("server.tls_cert", "tls_cert and tls_key must be given together".to_owned());
    }
    for proxy in &server.trusted_proxies {
        if let Err(error) = proxy.parse::<Network>() {
            refuse("server.trusted_proxies", error.to_string());
        }
    }
    let url = &config.database.url;
    let postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !url.is_empty() && !postgres && !url.starts_with("sqlite:") {
        // Never the whole URL: it may hold a password.
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        refuse("database.url", format!("unknown scheme {scheme:?}; write sqlite:PATH or postgres://…"));
    }
    if server.role != Role::All && !postgres {
        refuse(
            "server.role",
            "an embedded SQLite database has room for one process, which must do everything; use PostgreSQL for several".to_owned(),
        );
    }
    if let Err(error) = config.log.level.parse::<tracing_subscriber::filter::Targets>() {
        refuse("log.level", format!("{:?}: {error}", config.log.level));
    }
    if let Err(error) = config.customer_api.aliases() {
        refuse("customer_api.aliases", error.to_string());
    }
    let jobs = &config.jobs;
    for (key, value) in [
        ("jobs.lanes", jobs.lanes as u64),
        ("jobs.poll_ms", jobs.poll_ms),
        ("jobs.time_limit_seconds", jobs.time_limit_seconds),
        ("limits.header_seconds", config.limits.header_seconds),
        ("limits.body_seconds", config.limits.body_seconds),
        ("limits.write_seconds", config.limits.write_seconds),
        ("limits.idle_seconds", config.limits.idle_seconds),
        ("limits.connections", config.limits.connections as u64),
        ("limits.requests", config.limits.requests as u64),
    ] {
        if value == 0 {
            refuse(key, "must be greater than 0".to_owned());
        }
    }
    if jobs.lease_seconds <= jobs.time_limit_seconds {
        refuse("jobs.lease_seconds", "must be greater than jobs.time_limit_seconds".to_owned());
    }
    for network in &config.outgoing.allow_networks {
        if let Err(error) = network.parse::<Network>() {
            refuse("outgoing.allow_networks", error.to_string());
        }
    }
    let webhooks = &config.webhooks;
    if webhooks.timeout_seconds == 0 || webhooks.timeout_seconds >= jobs.time_limit_seconds {
        refuse("webhooks.timeout_seconds", "must be greater than 0 and less than jobs.time_limit_seconds".to_owned());
    }
    if webhooks.jitter_percent > 100 {
        refuse("webhooks.jitter_percent", "must be between 0 and 100".to_owned());
    }
    let mail = &config.mail;
    if mail.smtp_url.is_empty() != mail.from.is_empty() {
        refuse("mail.from", "smtp_url and from must be given together".to_owned());
    } else if !mail.smtp_url.is_empty()
        && let Err(error) = SmtpMailer::new(&mail.smtp_url, &mail.from)
    {
        refuse(error.key, error.problem);
    }
    let sandbox = &config.sandbox;
    if !(1..=3_650).contains(&sandbox.days) {
        refuse("sandbox.days", "must be between 1 and 3650".to_owned());
    }
    if i64::from(sandbox.products) < PRODUCTS {
        refuse("sandbox.products", format!("must be at least {PRODUCTS}, the number of sample products"));
    }
    if jobs.jitter_percent > 100 {
        refuse("jobs.jitter_percent", "must be between 0 and 100".to_owned());
    }
    mistakes
}
