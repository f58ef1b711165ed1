//! `crossdock sandbox …`. The keys of the answers are part of the command line's interface.

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::tenants::sandbox::{NewSandbox, Sandbox, State};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::WholesalerId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::wholesaler_id;
use super::shown::Shown;
use crate::context::Context;
use crate::control::{Command, Database};
use crate::exit::Failure;
use crate::output::{self, cell};

/// Manage sandboxes: temporary wholesalers with sample goods for developers
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Make a sandbox; prints its login and keys once, with commands to try them
    #[command(after_help = "\
Examples:
  crossdock sandbox register --name 'Ada' --email ada@dev.example
  crossdock sandbox register --name 'Ada' --email ada@dev.example --days 60 --send-mails --json

A sandbox has 200 products in sizes, couriers, pickup points and a shop account. Limits and the
number of days are in the section [sandbox] of the configuration.")]
    Register(Shown<Register>),
    /// List the sandboxes
    #[command(after_help = "Example:\n  crossdock sandbox list --json")]
    List(Shown<List>),
    /// Extend a sandbox, also an expired one that still exists
    #[command(after_help = "Example:\n  crossdock sandbox extend 900123456 --days 30")]
    Extend(Shown<Extend>),
    /// End a sandbox now and delete everything in it
    #[command(after_help = "Example:\n  crossdock sandbox remove 900123456")]
    Remove(Shown<Remove>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Register(register) => register.print(context, |access| print_access(context, access)).await,
        Commands::List(list) => {
            let columns = [
                ("sandbox", "id"),
                ("name", "name"),
                ("e-mail", "email"),
                ("from", "client"),
                ("state", "state"),
                ("expires", "expires_at"),
            ];
            list.list(context, &columns, "no sandboxes; make one with `crossdock sandbox register`").await
        }
        Commands::Extend(extend) => {
            extend
                .print(context, |sandbox| {
                    context.note(&format!(
                        "sandbox {} expires {}",
                        sandbox["id"],
                        output::shown(sandbox, "expires_at")
                    ));
                })
                .await
        }
        Commands::Remove(remove) => {
            remove.print(context, |sandbox| context.note(&format!("sandbox {} deleted", sandbox["id"]))).await
        }
    }
}

fn print_access(context: &Context, access: &Value) {
    context.note("sandbox created; its keys (shown once):");
    output::fields(
        access,
        &[
            ("sandbox", "id"),
            ("expires", "expires_at"),
            ("Customer API", "customer_api"),
            ("login", "login"),
            ("password", "password"),
            ("dropshipping key", "dropshipping_key"),
            ("systemKey of today", "system_key"),
            ("Admin API", "admin_api"),
            ("Admin API key", "admin_key"),
            ("feed", "feed"),
            ("feed token", "feed_token"),
        ],
    );
    output::line(
        "\nAsk it what it has (a session lives 15 minutes; its key is made of today's date in Warsaw and the password):\n",
    );
    output::line(cell(&access["sample"]));
}

/// `sandbox register`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Register {
    /// Name of the developer
    #[arg(long)]
    name: String,
    /// E-mail address of the developer
    #[arg(long, value_name = "ADDRESS")]
    email: String,
    /// Days until it expires [default: sandbox.days of the configuration]
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3_650))]
    days: Option<i64>,
    /// Send the e-mails about its orders to that address; make sure that it is the developer's
    #[arg(long)]
    send_mails: bool,
}

impl Command for Register {
    type Answer = Value;
    const DATABASE: Database = Database::OrNew;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let Self { name, email, days, send_mails: mails } = self;
        let access = app.hub().sandboxes().register(NewSandbox { name, email, client: None, days, mails }).await?;
        let url = app.config().public_url.as_str();
        Ok(json!({
            "id": access.wholesaler,
            "customer_api": access.gates(url),
            "login": access.login,
            "password": access.password,
            "dropshipping_key": access.dropshipping_key,
            "system_key": access.system_key,
            "admin_api": format!("{url}/api/admin/v8/"),
            "admin_key": access.admin_key,
            "feed": format!("{url}/feeds/full.xml"),
            "feed_token": access.feed_token,
            "expires_at": access.expires_at.to_rfc3339(),
            "sample": access.script(url),
        }))
    }
}

/// `sandbox list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let now = app.now();
        let view = |row: &Sandbox| {
            json!({
                "id": row.wholesaler,
                "name": row.name,
                "email": row.email,
                "client": row.client,
                "mails": row.mails,
                "state": state(row, now),
                "created_at": row.created_at.to_rfc3339(),
                "expires_at": row.expires_at.to_rfc3339(),
            })
        };
        Ok(app.hub().sandboxes().list().await?.iter().map(view).collect())
    }
}

fn state(row: &Sandbox, now: Timestamp) -> &'static str {
    match row.state {
        State::Open if row.expires_at <= now => "expired",
        state => state.code(),
    }
}

/// `sandbox extend`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Extend {
    /// Number of the sandbox
    #[arg(value_parser = wholesaler_id)]
    id: WholesalerId,
    /// Days to add, from its end or, when that has passed, from now
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=3_650))]
    days: i64,
}

impl Command for Extend {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let expires_at = app.hub().sandboxes().extend(self.id, self.days).await?;
        Ok(json!({ "id": self.id, "expires_at": expires_at.to_rfc3339() }))
    }
}

/// `sandbox remove`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Remove {
    /// Number of the sandbox
    #[arg(value_parser = wholesaler_id)]
    id: WholesalerId,
}

impl Command for Remove {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(json!({ "id": self.id, "rows": app.hub().sandboxes().remove(self.id).await? }))
    }
}
