//! `crossdock job …`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::platform::queue::{JobError, JobRow};
use crossdock_domain::ids::JobId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output;
use crate::session::ask;

/// List, retry and run background jobs
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// List jobs
    #[command(after_help = "\
Examples:
  crossdock job list
  crossdock job list --state waiting --json")]
    List(Shown<List>),
    /// Put a dead job back in the queue
    #[command(after_help = "\
Examples:
  crossdock job retry 0198c0de-0000-7000-8000-000000000001
  crossdock job retry --all")]
    Retry(Retry),
    /// Run every due job once, now; a running server does so by itself
    #[command(after_help = "Example:\n  crossdock job run")]
    Run(Run),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::List(list) => {
            let columns = [
                ("job", "id"),
                ("kind", "kind"),
                ("queue", "queue"),
                ("runs", "attempts"),
                ("due", "run_at"),
                ("last error", "last_error"),
            ];
            let when_empty = format!("no {} jobs", list.command.state.code());
            list.list(context, &columns, &when_empty).await
        }
        Commands::Retry(retry) => {
            output::line(format!("{} put back in the queue", ask(context, retry).await?));
            Ok(())
        }
        Commands::Run(run) => {
            output::line(format!("{} run", ask(context, run).await?));
            Ok(())
        }
    }
}

/// State of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
enum JobState {
    /// To be run, now or later
    Waiting,
    /// Claimed by a worker
    Running,
    /// Finished; kept for a week
    Done,
    /// Failed for good
    Dead,
}

impl JobState {
    /// The stored name.
    const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }
}

/// `job list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    /// State of the jobs
    #[arg(long, default_value = "dead")]
    state: JobState,
    /// Most jobs to list
    #[arg(long, default_value_t = 100)]
    limit: u32,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let view = |job: JobRow| {
            json!({
                "id": job.id.to_string(),
                "kind": job.kind,
                "store": job.store,
                "queue": job.queue,
                "state": job.state,
                "attempts": job.attempts,
                "run_at": job.run_at.to_rfc3339(),
                "last_error": job.last_error,
                "created_at": job.created_at.to_rfc3339(),
            })
        };
        Ok(app.jobs().list(self.state.code(), i64::from(self.limit)).await?.into_iter().map(view).collect())
    }
}

/// `job retry`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Retry {
    /// Id of the job
    #[arg(required_unless_present = "all")]
    id: Option<JobId>,
    /// Retry every dead job
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

impl Command for Retry {
    /// Number of jobs put back.
    type Answer = u64;

    async fn run(self, app: &App) -> Result<u64, Failure> {
        if let Some(id) = self.id {
            app.jobs().run_again(id).await?;
            return Ok(1);
        }
        let mut again = 0;
        for job in app.jobs().list(JobState::Dead.code(), i64::MAX).await? {
            match app.jobs().run_again(job.id).await {
                Ok(()) => again += 1,
                // Somebody else was faster.
                Err(JobError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(again)
    }
}

/// `job run`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Run {}

impl Command for Run {
    /// Number of jobs run.
    type Answer = u64;

    async fn run(self, app: &App) -> Result<u64, Failure> {
        Ok(Box::pin(crossdock_jobs::run_due_jobs(app)).await? as u64)
    }
}
