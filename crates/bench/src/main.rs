//! `crossdock-bench`: how fast this machine serves, with proof that what was acknowledged is stored.
//!
//! The measured server has the router and listener of `crossdock serve` and runs on this program's runtime; the load comes
//! from a thread of its own. Both share the machine, so the figures are those of a small busy machine, not of a server
//! alone. `README.md` beside this crate says how to run each measurement.

#![allow(rustdoc::bare_urls, reason = "doc comments of options are help texts, where addresses stand bare")]

mod args;
mod availability;
mod bare;
mod catalogue;
mod generate;
mod http;
mod inspector;
mod load;
mod machine;
mod order_lists;
mod output;
mod place_order;
mod process;
mod report;
mod samples;
mod scratch;
mod session;
mod storage;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Parser as _;
use crossdock_app::App;
use crossdock_app::checkout::StoreError;
use crossdock_db::Db;
use crossdock_domain::clock::SystemClock;
use crossdock_domain::random::SystemRandom;
use secrecy::SecretString;

use args::{Bench, Cli, Command, Work};
use report::Report;
use scratch::{Scratch, ScratchDir};

/// The allocator of the product: what is measured here is what runs there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::complain(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether all went well: `false` when rows are missing or requests failed.
fn run(cli: Cli) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start")?;
    let parent = cli.global.data_dir.unwrap_or_else(std::env::temp_dir);
    output::set_quiet(cli.global.quiet);
    runtime.block_on(async {
        match cli.command {
            None => measure(&cli.bench, &parent).await,
            Some(Command::Availability(command)) => availability::run(&command, &parent).await.map(|()| true),
            Some(Command::Storage(command)) => storage::run(&command, &parent).await.map(|()| true),
            Some(Command::OrderLists(command)) => order_lists::run(&command, &parent).await.map(|()| true),
            Some(Command::Catalogue(command)) => Ok(catalogue::run(&command).map(|()| true)?),
        }
    })
}

async fn measure(command: &Bench, parent: &Path) -> anyhow::Result<bool> {
    let report = on_scratch(command, parent).await?;
    if command.json {
        output::json(&report)?;
    } else {
        report.print();
    }
    let problems = report.problems();
    for problem in &problems {
        output::complain(&format!("error: {problem}"));
    }
    Ok(problems.is_empty())
}

/// Makes the temporary data, measures, and removes it, also after Ctrl-C.
async fn on_scratch(args: &Bench, parent: &Path) -> anyhow::Result<Report> {
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let scratch = Scratch::create(&args.database, parent).await?;
    let measured = tokio::select! {
        report = session::measure(args, &scratch) => report,
        _ = &mut interrupt => Err(anyhow::anyhow!("interrupted")),
    };
    let removed = scratch.remove().await;
    let mut report = measured?;
    removed?;
    if args.works().contains(&Work::Process) {
        let dir = ScratchDir::create(parent, "process")?;
        report.process = Some(tokio::select! {
            figures = process::measure(dir.path(), args.limit()) => figures.context("measuring a process of its own")?,
            _ = &mut interrupt => anyhow::bail!("interrupted"),
        });
    }
    report.machine.load_after = machine::load_average();
    Ok(report)
}

fn new_app(db: Db) -> App {
    App::new(db, Arc::new(SystemClock), Arc::new(SystemRandom), samples::config())
}

async fn add_store(app: &App) -> Result<(), StoreError> {
    app.checkout().stores().add(samples::store(), &SecretString::from(samples::SECRET)).await
}
