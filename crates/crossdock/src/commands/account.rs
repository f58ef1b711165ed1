//! `crossdock account …`.

use std::path::PathBuf;

use crossdock_domain::wholesale::WholesalerId;
use serde_json::{Value, json};

use super::wholesaler::{ask, cell, keys, print_list, print_secret, wholesaler_id};
use crate::admin::Secret;
use crate::admin::wholesale::WholesaleRequest;
use crate::cli::Global;
use crate::context::Context;
use crate::output::{self, Format};

/// Add, change and list shop accounts of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add a shop account; prints its password when a new one was made
    #[command(after_help = "\
Examples:
  crossdock account add 1 shop1 --group gold --email office@shop.example
  crossdock account add 1 shop2 --payment prepaid --payment cash_on_delivery --json")]
    Add {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Its login
        login: String,
        /// Price group
        #[arg(long, default_value = "standard", value_name = "NAME")]
        group: String,
        /// Its password [default: a new one is made and printed]
        #[arg(long, env = "CROSSDOCK_ACCOUNT_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        #[command(flatten)]
        profile: Profile,
        #[command(flatten)]
        format: Format,
    },
    /// Change a shop account; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock account set 1 shop1 --group gold
  crossdock account set 1 shop1 --blocked true
  crossdock account set 1 shop1 --language pl
  crossdock account set 1 shop1 --profile shop1.toml

Blocking ends every session at once.")]
    Set {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Its login
        login: String,
        /// Price group
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
        /// Whether it may log in
        #[arg(long, value_name = "BOOL")]
        blocked: Option<bool>,
        #[command(flatten)]
        profile: Profile,
    },
    /// List the shop accounts
    #[command(after_help = "Example:\n  crossdock account list 1")]
    List {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        #[command(flatten)]
        format: Format,
    },
    /// Show a shop account
    #[command(after_help = "Example:\n  crossdock account show 1 shop1 --json")]
    Show {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Its login
        login: String,
        #[command(flatten)]
        format: Format,
    },
    /// Replace the password and end every session
    #[command(after_help = "Example:\n  crossdock account set-password 1 shop1")]
    SetPassword {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Its login
        login: String,
        /// The new password [default: a new one is made and printed]
        #[arg(long, env = "CROSSDOCK_ACCOUNT_PASSWORD", hide_env_values = true)]
        password: Option<String>,
        #[command(flatten)]
        format: Format,
    },
}

/// A profile by flags and from a file; flags win.
#[derive(Debug, clap::Args)]
pub struct Profile {
    /// Profile as TOML or JSON, keys as in `account show --json`: billing data and more
    #[arg(long, value_name = "FILE")]
    #[expect(clippy::struct_field_names, reason = "the flag's name")]
    profile: Option<PathBuf>,
    /// Address for mails
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Language of mails to it: en, pl, de [default: en]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Whether it may place dropshipping orders
    #[arg(long, value_name = "BOOL")]
    dropshipping: Option<bool>,
    /// Way of paying: prepaid, cash_on_delivery, tradecredit; may be repeated
    #[arg(long, value_name = "KIND")]
    payment: Vec<String>,
}

impl Profile {
    fn changes(&self) -> anyhow::Result<Value> {
        let mut changes = keys(self.profile.as_ref())?;
        if let Some(email) = &self.email {
            changes.insert("email".to_owned(), email.as_str().into());
        }
        if let Some(language) = &self.language {
            changes.insert("language".to_owned(), language.as_str().into());
        }
        if let Some(on) = self.dropshipping {
            changes.insert("dropshipping".to_owned(), on.into());
        }
        if !self.payment.is_empty() {
            changes.insert("payment_kinds".to_owned(), json!(self.payment));
        }
        Ok(Value::Object(changes))
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::Add { wholesaler, login, group, password, profile, format } => {
            let (password, profile) = (password.map(Secret), profile.changes()?);
            let told = format!("account {login} added, its password");
            let request = WholesaleRequest::AccountAdd { wholesaler, login, group, password, profile };
            print_secret(&context, &ask(&context, request).await?, format, "password", &told)
        }
        Command::Set { wholesaler, login, group, blocked, profile } => {
            let told = format!("account {login} changed");
            let profile = profile.changes()?;
            ask(&context, WholesaleRequest::AccountSet { wholesaler, login, group, blocked, profile }).await?;
            context.remark(&told);
            Ok(())
        }
        Command::List { wholesaler, format } => {
            let columns = [
                ("account", "id"),
                ("login", "login"),
                ("group", "price_group"),
                ("blocked", "blocked"),
                ("e-mail", "profile.email"),
                ("language", "profile.language"),
                ("payment", "profile.payment_kinds"),
            ];
            let list = ask(&context, WholesaleRequest::AccountList { wholesaler }).await?;
            print_list(&list, format, columns, "no accounts yet; add one with `crossdock account add`")
        }
        Command::Show { wholesaler, login, format } => {
            let answer = ask(&context, WholesaleRequest::AccountShow { wholesaler, login }).await?;
            if format.json {
                return output::json(&answer);
            }
            output::facts(&[
                ("account", cell(&answer["id"])),
                ("login", cell(&answer["login"])),
                ("price group", cell(&answer["price_group"])),
                ("blocked", cell(&answer["blocked"])),
                ("profile", String::new()),
            ]);
            output::json(&answer["profile"])
        }
        Command::SetPassword { wholesaler, login, password, format } => {
            let told = format!("account {login} has a new password");
            let password = password.map(Secret);
            let answer = ask(&context, WholesaleRequest::AccountPassword { wholesaler, login, password }).await?;
            print_secret(&context, &answer, format, "password", &told)
        }
    }
}
