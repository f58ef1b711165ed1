//! `crossdock sandbox …`.

use crossdock_domain::wholesale::WholesalerId;
use serde_json::Value;

use super::wholesaler::{cell, print_list, wholesaler_id};
use crate::admin::sandboxes::SandboxRequest;
use crate::admin::{AdminAnswer, AdminRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Wholesalers with sample goods for developers, for a while
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Make a sandbox; prints its login and keys once, and lines to try them with
    #[command(after_help = "\
Examples:
  crossdock sandbox register --name 'Ada' --email ada@dev.example
  crossdock sandbox register --name 'Ada' --email ada@dev.example --days 60 --send-mails --json

It has 200 products in sizes, couriers, pickup points and a shop account. Limits and the number of
days stand in the section [sandbox] of the configuration.")]
    Register {
        /// Who gets it
        #[arg(long)]
        name: String,
        /// How to reach them
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Days until it expires [default: sandbox.days of the configuration]
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3_650))]
        days: Option<i64>,
        /// Send the mails about its orders to that address; make sure that it is theirs
        #[arg(long)]
        send_mails: bool,
        #[command(flatten)]
        format: Format,
    },
    /// List the sandboxes
    #[command(after_help = "Example:\n  crossdock sandbox list --json")]
    List(Format),
    /// Let a sandbox live longer, also an expired one that is still there
    #[command(after_help = "Example:\n  crossdock sandbox extend 900123456 --days 30")]
    Extend {
        /// Which sandbox
        #[arg(value_parser = wholesaler_id)]
        id: WholesalerId,
        /// How many days longer, from its end or, when that has passed, from now
        #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3_650))]
        days: i64,
        #[command(flatten)]
        format: Format,
    },
    /// End a sandbox now and delete it with everything of it
    #[command(after_help = "Example:\n  crossdock sandbox remove 900123456")]
    Remove {
        /// Which sandbox
        #[arg(value_parser = wholesaler_id)]
        id: WholesalerId,
        #[command(flatten)]
        format: Format,
    },
}

async fn sandboxes(context: &Context, request: SandboxRequest) -> anyhow::Result<Value> {
    let database = match &request {
        SandboxRequest::Register { .. } => Database::OrNew,
        _ => Database::Existing,
    };
    match ask(context, database, AdminRequest::Sandbox(request)).await? {
        AdminAnswer::Wholesale(value) => Ok(value),
        other => Err(unexpected(&other)),
    }
}

fn print_access(context: &Context, access: &Value) {
    context.remark("a sandbox was made; its keys are shown only now:");
    output::facts(&[
        ("sandbox", cell(&access["id"])),
        ("ends", cell(&access["expires_at"])),
        ("Customer API", cell(&access["customer_api"])),
        ("login", cell(&access["login"])),
        ("password", cell(&access["password"])),
        ("dropshipping key", cell(&access["dropshipping_key"])),
        ("systemKey of today", cell(&access["system_key"])),
        ("Admin API", cell(&access["admin_api"])),
        ("Admin API key", cell(&access["admin_key"])),
        ("feed", cell(&access["feed"])),
        ("feed token", cell(&access["feed_token"])),
    ]);
    output::line("");
    output::line(
        "Ask it what it has (a session lives 15 minutes; its key is made of today's date in Warsaw and the password):",
    );
    output::line("");
    output::line(cell(&access["sample"]));
}

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::Register { name, email, days, send_mails, format } => {
            let request = SandboxRequest::Register { name, email, days, mails: send_mails };
            let access = sandboxes(&context, request).await?;
            if format.json {
                return output::json(&access);
            }
            print_access(&context, &access);
            Ok(())
        }
        Command::List(format) => {
            let columns = [
                ("sandbox", "id"),
                ("name", "name"),
                ("e-mail", "email"),
                ("from", "client"),
                ("state", "state"),
                ("ends", "expires_at"),
            ];
            let list = sandboxes(&context, SandboxRequest::List).await?;
            print_list(&list, format, columns, "no sandboxes; make one with `crossdock sandbox register`")
        }
        Command::Extend { id, days, format } => {
            let answer = sandboxes(&context, SandboxRequest::Extend { id, days }).await?;
            if format.json {
                return output::json(&answer);
            }
            context.remark(&format!("sandbox {id} ends {}", cell(&answer["expires_at"])));
            Ok(())
        }
        Command::Remove { id, format } => {
            let answer = sandboxes(&context, SandboxRequest::Remove { id }).await?;
            if format.json {
                return output::json(&answer);
            }
            context.remark(&format!("sandbox {id} is gone"));
            Ok(())
        }
    }
}
