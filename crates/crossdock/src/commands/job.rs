//! `crossdock job …`.

use crossdock_domain::ids::JobId;

use crate::admin::{AdminAnswer, AdminRequest, JobState};
use crate::cli::Global;
use crate::context::Context;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Look at background jobs
#[derive(Debug, clap::Subcommand)]
pub enum Job {
    /// List jobs
    #[command(after_help = "\
Examples:
  crossdock job list
  crossdock job list --state waiting --json")]
    List {
        /// Which state
        #[arg(long, default_value = "dead")]
        state: JobState,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
    /// Put a dead job back in the queue
    #[command(after_help = "\
Examples:
  crossdock job retry 0198c0de-0000-7000-8000-000000000001
  crossdock job retry --all")]
    Retry {
        /// Its id
        #[arg(required_unless_present = "all")]
        id: Option<JobId>,
        /// Every dead job
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
    /// Run every due job once, now; a running server does so by itself
    #[command(after_help = "Example:\n  crossdock job run")]
    Run,
}

/// Runs the command.
pub async fn run(global: &Global, command: Job) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Job::List { state, limit, format } => {
            let answer = ask(&context, Database::Existing, AdminRequest::JobList { state, limit }).await?;
            let AdminAnswer::Jobs(jobs) = answer else { return Err(unexpected(&answer)) };
            if format.json {
                return output::json(&jobs);
            }
            let mut table = output::table(["job", "kind", "store", "runs", "due", "last error"]);
            for job in jobs {
                table.add_row([
                    job.id,
                    job.kind,
                    job.store.map(|store| store.to_string()).unwrap_or_default(),
                    job.attempts.to_string(),
                    job.run_at,
                    job.last_error.unwrap_or_default(),
                ]);
            }
            output::print_table(&table, &format!("no {} jobs", state.code()));
            Ok(())
        }
        Job::Retry { id, .. } => {
            let jobs = count(&context, AdminRequest::JobRetry { id }).await?;
            output::line(format!("{jobs} put back in the queue"));
            Ok(())
        }
        Job::Run => {
            let runs = count(&context, AdminRequest::JobRun).await?;
            output::line(format!("{runs} run"));
            Ok(())
        }
    }
}

async fn count(context: &Context, request: AdminRequest) -> anyhow::Result<u64> {
    match ask(context, Database::Existing, request).await? {
        AdminAnswer::Count(count) => Ok(count),
        other => Err(unexpected(&other)),
    }
}
