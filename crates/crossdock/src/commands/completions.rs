//! `crossdock completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::output;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock completions bash > ~/.local/share/bash-completion/completions/crossdock
  crossdock completions zsh > ~/.zfunc/_crossdock
  crossdock completions fish > ~/.config/fish/completions/crossdock.fish")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

/// Runs the command.
pub fn run(command: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut Cli::command(), "crossdock", &mut script);
    output::line(String::from_utf8(script)?.trim_end());
    Ok(())
}
