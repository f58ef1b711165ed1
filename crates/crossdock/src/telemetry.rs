//! Logs, to standard error.

use anyhow::Context as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Log, LogFormat};

/// Starts logging; `level` replaces the configured one. Panics go to the log as well.
pub fn start(settings: &Log, level: Option<&str>) -> anyhow::Result<()> {
    let level = level.unwrap_or(&settings.level);
    let filter: Targets = level.parse().with_context(|| format!("log level {level:?}"))?;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let registry = tracing_subscriber::registry();
    let started = match settings.format {
        LogFormat::Pretty => {
            let lines = lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
            registry.with(lines).with(filter).try_init()
        }
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).with(filter).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))?;
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(message = "panic", panic = message, place, thread);
    }));
    Ok(())
}
