//! `crossdock config …`.

use std::path::PathBuf;

use crate::config::{Flags, REFERENCE};
use crate::context::Context;
use crate::data_dir::DEFAULT;
use crate::global::Global;
use crate::output;

/// Check the configuration, or print its reference
#[derive(Debug, clap::Subcommand)]
pub enum Config {
    /// Check file and environment; names every wrong key and value and where it is
    #[command(after_help = "\
Examples:
  crossdock config check
  crossdock config check --config /etc/crossdock.toml

Exit code 2 when something is wrong.")]
    Check,
    /// Print every setting with its default and what it means, as a TOML file
    #[command(after_help = "Example:\n  crossdock config print > crossdock.toml")]
    Print,
}

/// Runs the command.
pub fn run(global: &Global, command: &Config) -> anyhow::Result<()> {
    match command {
        Config::Check => {
            let context = Context::load(global, &Flags::default(), DEFAULT)?;
            let file = context.config_file.map_or_else(
                || "no configuration file; defaults and environment".to_owned(),
                |file: PathBuf| file.display().to_string(),
            );
            output::line(format!("good: {file}"));
        }
        Config::Print => output::line(REFERENCE.trim_end()),
    }
    Ok(())
}
