//! `crossdock mail …`.

use clap::Args;
use crossdock_app::App;
use crossdock_db::mails::MailRow;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::{OwnerOption, email};
use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::{Failure, NegativeResult};
use crate::output::Fields;
use crate::session::ask;

/// List e-mails, and test the mail server
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// List e-mails, newest first
    #[command(after_help = "Example:\n  crossdock mail list --wholesaler 1 --json")]
    List(Shown<List>),
    /// Send a test e-mail now; exit code 1 when the mail server did not accept it
    #[command(after_help = "Example:\n  crossdock mail test --wholesaler 1 --to me@shop.example")]
    Test(Shown<Test>),
}

const COLUMNS: Fields<'_> = &[
    ("mail", "id"),
    ("about", "about"),
    ("to", "recipient"),
    ("state", "state"),
    ("error", "last_error"),
    ("written", "created_at"),
];

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::List(list) => list.list(context, COLUMNS, "no mails").await,
        Commands::Test(test) => {
            let mails = ask(context, test.command).await?;
            test.format.list(&mails, COLUMNS, "no mails")?;
            if mails[0]["state"] == "sent" { Ok(()) } else { Err(NegativeResult.into()) }
        }
    }
}

fn view(row: &MailRow) -> Value {
    json!({
        "id": row.id.to_string(),
        "about": row.key,
        "recipient": row.recipient,
        "state": row.state.code(),
        "last_error": row.last_error,
        "created_at": row.created_at.to_rfc3339(),
    })
}

/// `mail list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    owner: OwnerOption,
    /// Most e-mails to list
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(app.mail().list(self.owner.owner()?, i64::from(self.limit)).await?.iter().map(view).collect())
    }
}

/// `mail test`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Test {
    #[command(flatten)]
    owner: OwnerOption,
    /// Address to send it to
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    to: String,
}

impl Command for Test {
    /// A list of one.
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let key = format!("test:{}", app.platform().new_secret().expose_secret());
        let values = json!({ "url": app.config().public_url });
        let mail = app.mail().draft(self.owner.owner()?, key, &self.to, "test", &values);
        Ok(json!([view(&app.mail().send_now(mail).await?)]))
    }
}
