//! Logs, to standard error.

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Log, LogFormat};

/// Starts logging; `level` replaces the configured one. Panics go to the log as well.
pub fn start(settings: &Log, level: Option<&str>) -> anyhow::Result<()> {
    let level = level.unwrap_or(&settings.level);
    let filter = EnvFilter::builder().parse(level).with_context(|| format!("log level {level:?}"))?;
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.format {
        LogFormat::Pretty => builder.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
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
