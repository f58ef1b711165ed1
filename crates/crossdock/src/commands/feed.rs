//! `crossdock feed …`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::catalogue::feed::FeedTokenRow;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::AccountArgs;
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;

/// Manage tokens by which shops read the feeds /feeds/full.xml and /feeds/light.xml
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Make a token that reads the feed with the prices of an account
    #[command(after_help = "\
Example:
  crossdock feed add-token shop1 --note 'shop system'

The feed is then at /feeds/full.xml?token=TOKEN. The token also works as the password of Basic
authentication, with any user name, which keeps it out of the logs of proxies.")]
    AddToken(Shown<AddToken>),
    /// List the tokens of an account
    #[command(after_help = "Example:\n  crossdock feed tokens shop1")]
    Tokens(Shown<Tokens>),
    /// Revoke a token; it stops working at once
    #[command(after_help = "Example:\n  crossdock feed revoke-token shop1 1f0c2a9be477")]
    RevokeToken(RevokeToken),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::AddToken(add) => {
            let done = format!("token added to account {}", add.command.account.account);
            add.secret(context, "token", &done).await
        }
        Commands::Tokens(tokens) => {
            let columns = [("token", "id"), ("made", "created_at"), ("note", "note")];
            tokens.list(context, &columns, "no tokens; make one with `crossdock feed add-token`").await
        }
        Commands::RevokeToken(revoke) => done(context, &format!("token {} no longer works", revoke.id), revoke).await,
    }
}

/// `feed add-token`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct AddToken {
    #[command(flatten)]
    account: AccountArgs,
    /// Note on what the token is for
    #[arg(long, default_value = "")]
    note: String,
}

impl Command for AddToken {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, account) = self.account.find(app).await?;
        let token = app.hub().feeds().add_token(wholesaler, account.id, &self.note).await?;
        Ok(json!({ "token": token.expose_secret() }))
    }
}

/// `feed tokens`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Tokens {
    #[command(flatten)]
    account: AccountArgs,
}

impl Command for Tokens {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, account) = self.account.find(app).await?;
        let view =
            |row: FeedTokenRow| json!({ "id": row.id, "note": row.note, "created_at": row.created_at.to_rfc3339() });
        Ok(app.hub().feeds().tokens(wholesaler, account.id).await?.into_iter().map(view).collect())
    }
}

/// `feed revoke-token`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct RevokeToken {
    #[command(flatten)]
    account: AccountArgs,
    /// Id of the token, as `feed tokens` shows it
    id: String,
}

impl Command for RevokeToken {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let (wholesaler, account) = self.account.find(app).await?;
        app.hub().feeds().revoke_token(wholesaler, account.id, &self.id).await?;
        Ok(())
    }
}
