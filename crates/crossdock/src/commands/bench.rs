//! `crossdock bench`: a door to the program that measures. That program is no part of the product: it brings a load generator,
//! a bare server to compare with and SQL of its own.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;
use clap::Args;

use crate::exit::Failure;
use crate::global::Global;

/// The program behind the door.
const PROGRAM: &str = "crossdock-bench";

/// Examples at the end of `--help`.
const EXAMPLES: &str = "\
Examples:
  crossdock bench                                   everything on SQLite, 100,000 orders
  crossdock bench carts --connections 64 --baseline createTempCart beside a bare program
  crossdock-bench --help                            every measurement and option

Starts the program crossdock-bench, which lies beside this one or on the search path. From a source
tree: cargo build --release -p crossdock-bench";

/// Measure how fast this machine serves, with the program crossdock-bench
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Bench {
    /// Handed to crossdock-bench as they are
    #[arg(value_name = "ARGUMENTS", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Becomes `crossdock-bench`: its exit code and its answer to signals are this command's.
pub fn run(global: &Global, command: Bench) -> anyhow::Result<()> {
    let beside = std::env::current_exe().context("cannot tell where this program lies")?.with_file_name(PROGRAM);
    let program = if beside.is_file() { beside } else { PathBuf::from(PROGRAM) };
    let mut bench = Command::new(&program);
    if let Some(directory) = &global.data_dir {
        bench.arg("--data-dir").arg(directory);
    }
    if global.quiet {
        bench.arg("--quiet");
    }
    let error = bench.args(command.arguments).exec();
    if error.kind() == ErrorKind::NotFound {
        let text = format!(
            "the program {PROGRAM} is not installed: it belongs beside {} or on the search path, and comes from \
             `cargo build --release -p {PROGRAM}` in the source tree",
            std::env::current_exe().unwrap_or_default().display()
        );
        return Err(Failure::failed(text).into());
    }
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}
