//! Ways to the outside as the configuration says: the guarded client and the mail server.

use std::sync::Arc;
use std::time::Duration;

use crossdock_app::Integrations;
use crossdock_app::platform::mail::Mailer;
use crossdock_app::platform::webhook::RetryPolicy;
use crossdock_domain::clock::Span;
use crossdock_jobs::http_client::{Guard, GuardedClient};
use crossdock_jobs::smtp::SmtpMailer;
use crossdock_web::render::Renderer;

use crate::config::Config;

/// Builds them.
pub fn integrations(config: &Config) -> anyhow::Result<Integrations> {
    let (outgoing, webhooks, mail) = (&config.outgoing, &config.webhooks, &config.mail);
    let allowed = outgoing.allow_networks.iter().map(|network| network.parse()).collect::<Result<_, _>>()?;
    let guard = Guard { allow_private: outgoing.allow_private, allowed };
    let mailer = if mail.smtp_url.is_empty() {
        None
    } else {
        let pages = &config.checkout.pages;
        let renderer = Renderer::new((!pages.as_os_str().is_empty()).then(|| pages.clone()))?;
        Some(Mailer { renderer: Arc::new(renderer), transport: Arc::new(SmtpMailer::new(&mail.smtp_url, &mail.from)?) })
    };
    Ok(Integrations {
        web: Arc::new(GuardedClient::new(guard)),
        mailer,
        webhooks: RetryPolicy {
            retry_seconds: webhooks.retry_seconds.clone(),
            jitter_percent: webhooks.jitter_percent,
            timeout: Duration::from_secs(webhooks.timeout_seconds),
            give_up: Span::hours(i64::from(webhooks.give_up_hours)),
        },
        rates: config.rates.fetch.then(|| config.rates.url.parse()).transpose()?,
    })
}
