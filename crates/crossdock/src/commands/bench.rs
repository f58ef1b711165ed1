//! `crossdock bench`: how fast this machine serves, with proof that what was acknowledged is stored.
//!
//! The measured server has the router and listener of `serve` and runs on this program's runtime; the load comes from a
//! thread of its own. Both share the machine, so the figures are those of a small busy machine, not of a server alone.

mod args;
mod generate;
mod http;
mod load;
mod machine;
mod place_order;
mod process;
mod report;
mod samples;
mod scratch;
mod session;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_app::checkout::StoreError;
use crossdock_db::Db;
use crossdock_domain::clock::SystemClock;
use crossdock_domain::random::SystemRandom;
use secrecy::SecretString;

pub use args::Bench;
use args::Work;
use report::Report;
use scratch::{Scratch, ScratchDir};

use crate::cli::Global;
use crate::context::Context;
use crate::exit::SaidNo;
use crate::output;

/// Runs the command. It ends with "no" when rows are missing or requests failed.
pub async fn run(global: &Global, command: Bench) -> anyhow::Result<()> {
    // Only for the log settings: what is measured has defaults for everything else.
    Context::short(global)?;
    // A data directory that is named only says where there is room.
    let parent = global.data_dir.clone().unwrap_or_else(std::env::temp_dir);
    let report = on_scratch(&command, &parent).await?;
    if command.json {
        output::json(&report)?;
    } else {
        report.print();
    }
    let problems = report.problems();
    for problem in &problems {
        output::complain(&format!("error: {problem}"));
    }
    if problems.is_empty() { Ok(()) } else { Err(SaidNo.into()) }
}

/// Makes the temporary data, measures, and removes it, also after Ctrl-C.
async fn on_scratch(args: &Bench, parent: &Path) -> anyhow::Result<Report> {
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let scratch = Scratch::create(args.engine, args.database.as_deref(), parent).await?;
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
