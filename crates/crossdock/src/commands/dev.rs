//! `crossdock dev`: stand-ins for outside services, to rehearse with.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Subcommand;
use crossdock_domain::clock::SystemClock;
use crossdock_domain::random::SystemRandom;
use crossdock_stripe_fake::{Settings, StripeFake};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::exit::{ExitKind, Failure};
use crate::output::{self, Format};

/// The stand-ins.
#[derive(Debug, Subcommand)]
pub enum Commands {
    Stripe(Stripe),
}

/// Run a stand-in for Stripe: API, pay page and signed webhooks, with switches for what can go wrong
///
/// No money moves, only test cards are taken, and everything is forgotten at the end. GET /_fake lists the switches.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock dev stripe
  crossdock dev stripe --webhook http://127.0.0.1:8080/payments/stripe/notify/123 --json
  curl -u sk_test_crossdock: http://127.0.0.1:8420/v1/payment_intents
  curl -d advance=604800 http://127.0.0.1:8420/_fake/clock      a week goes by

Ctrl-C ends it. More in docs/operating/payment-rehearsal.md.")]
pub struct Stripe {
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// Allow an address that other machines reach: whoever does can pay, refund and move the clock
    #[arg(long)]
    allow_remote: bool,
    /// Where buyers' browsers reach it [default: http:// and the address]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Send every event there; may be given more than once
    #[arg(long, value_name = "URL")]
    webhook: Vec<String>,
    #[command(flatten)]
    format: Format,
}

/// Runs the command.
pub async fn run(command: Commands) -> anyhow::Result<()> {
    let Commands::Stripe(command) = command;
    stripe(command).await
}

async fn stripe(command: Stripe) -> anyhow::Result<()> {
    if !command.listen.ip().is_loopback() && !command.allow_remote {
        let text = format!(
            "{} can be reached by other machines, and this stand-in has no login: listen on 127.0.0.1, or add \
             --allow-remote",
            command.listen
        );
        return Err(Failure::new(ExitKind::Usage, text).into());
    }
    let listener =
        TcpListener::bind(command.listen).await.with_context(|| format!("cannot listen on {}", command.listen))?;
    let address = listener.local_addr()?;
    let url = command.public_url.unwrap_or_else(|| format!("http://{address}"));
    let settings = Settings { webhooks: command.webhook, ..Settings::new(url.trim_end_matches('/')) };
    let (key, url) = (settings.api_key.clone(), settings.url.clone());
    let fake = StripeFake::new(settings, Arc::new(SystemClock), Arc::new(SystemRandom))
        .map_err(|text| Failure::new(ExitKind::Usage, format!("--webhook: {text}")))?;
    // Before the address is printed: whoever waits for it may send a signal right behind it.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let started = json!({
        "url": url, "api_base": format!("http://{address}"), "api_key": key, "webhook_secret": fake.webhook_secret(),
    });
    command.format.print(&started, |_| {
        output::line(format!(
            "Stand-in for Stripe at {url}\n  API key         {key}\n  webhook secret  {}\n  switches        {url}/_fake\n\
             Ctrl-C ends it.",
            fake.webhook_secret()
        ));
    })?;
    let end = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    fake.serve(listener, end).await;
    Ok(())
}
