//! `crossdock account …`.

use std::path::PathBuf;

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::NewAccount;
use crossdock_domain::wholesale::{AccountProfile, ShopAccount};
use crossdock_web::render::Renderer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::{Changes, changed};
use super::options::{AccountArgs, WholesalerOption};
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output;
use crate::secret::{Secret, given_or_new};

/// Add, change and list shop accounts of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Add a shop account; prints its password when a new one was made
    #[command(after_help = "\
Examples:
  crossdock account add shop1 --group gold --email office@shop.example
  crossdock account add shop2 --wholesaler 1 --payment prepaid --payment cash_on_delivery --json")]
    Add(Shown<Add>),
    /// Change a shop account; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock account set shop1 --group gold
  crossdock account set shop1 --blocked true
  crossdock account set shop1 --language pl
  crossdock account set shop1 --wholesaler 1 --profile shop1.toml

Blocking an account ends every session of it at once.")]
    Set(Set),
    /// List the shop accounts
    #[command(after_help = "Example:\n  crossdock account list --wholesaler 1")]
    List(Shown<List>),
    /// Show a shop account
    #[command(after_help = "Example:\n  crossdock account show shop1 --json")]
    Show(Shown<Show>),
    /// Replace the password and end every session
    #[command(after_help = "Example:\n  crossdock account set-password shop1")]
    SetPassword(Shown<SetPassword>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Add(mut add) => {
            add.command.profile = add.command.options.changes()?;
            check_language(context, &add.command.profile)?;
            let done = format!("account {} added", add.command.login);
            add.secret(context, "password", &done).await
        }
        Commands::Set(mut set) => {
            set.profile = set.options.changes()?;
            check_language(context, &set.profile)?;
            done(context, &format!("account {} changed", set.account.account), set).await
        }
        Commands::List(list) => {
            let columns = [
                ("account", "id"),
                ("login", "login"),
                ("group", "price_group"),
                ("blocked", "blocked"),
                ("e-mail", "profile.email"),
                ("language", "profile.language"),
                ("payment", "profile.payment_kinds"),
            ];
            list.list(context, &columns, "no accounts yet; add one with `crossdock account add`").await
        }
        Commands::Show(show) => {
            show.print(context, |account| {
                let fields = [
                    ("account", "id"),
                    ("login", "login"),
                    ("price group", "price_group"),
                    ("blocked", "blocked"),
                    ("profile", ""),
                ];
                output::fields(account, &fields);
                output::line(format!("{:#}", account["profile"]));
            })
            .await
        }
        Commands::SetPassword(set) => {
            let done = format!("account {} has a new password", set.command.account.account);
            set.secret(context, "password", &done).await
        }
    }
}

/// A profile by options and from a file; options win.
#[derive(Debug, Default, Args)]
struct ProfileOptions {
    /// Profile as TOML or JSON, keys as in `account show --json`: billing data and more
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// E-mail address of the shop
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// Language of e-mails to the shop: en, pl, de [default: en]
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Whether it may place dropshipping orders
    #[arg(long, value_name = "BOOL")]
    dropshipping: Option<bool>,
    /// Payment method: prepaid, cash_on_delivery, tradecredit; may be repeated
    #[arg(long, value_name = "METHOD")]
    payment: Vec<String>,
}

impl ProfileOptions {
    fn changes(&self) -> anyhow::Result<Value> {
        let mut changes = Changes::read(self.profile.as_deref())?;
        changes.set("email", self.email.clone());
        changes.set("language", self.language.clone());
        changes.set("dropshipping", self.dropshipping);
        changes.set_list("payment_kinds", self.payment.clone());
        Ok(changes.into())
    }
}

/// Refuses a language that no mail is written in: they would come in English without a word.
fn check_language(context: &Context, profile: &Value) -> anyhow::Result<()> {
    let Some(wanted) = profile["language"].as_str().filter(|language| !language.is_empty()) else { return Ok(()) };
    let pages = &context.config.checkout.pages;
    let renderer = Renderer::new((!pages.as_os_str().is_empty()).then(|| pages.clone()))?;
    let mut known: Vec<&str> = renderer.mail_languages().collect();
    if known.contains(&wanted) {
        return Ok(());
    }
    known.sort_unstable();
    Err(Failure::refused(format!("there are no e-mails in {wanted:?}; there are {}", known.join(", "))).into())
}

fn view(account: &ShopAccount) -> Value {
    json!({
        "id": account.id,
        "login": account.login,
        "price_group": account.price_group,
        "blocked": account.blocked,
        "profile": account.profile,
    })
}

/// `account add`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Add {
    /// Login of the account
    login: String,
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Price group
    #[arg(long, default_value = "standard", value_name = "NAME")]
    group: String,
    /// Password [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_ACCOUNT_PASSWORD", hide_env_values = true)]
    password: Option<Secret>,
    #[command(flatten)]
    #[serde(skip)]
    options: ProfileOptions,
    #[arg(skip)]
    profile: Value,
}

impl Command for Add {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let profile = changed(&AccountProfile::default(), &self.profile)?;
        let (password, shown) = given_or_new(app, self.password);
        let new = NewAccount { wholesaler, login: self.login, password, price_group: self.group, profile };
        let account = app.hub().accounts().add(new).await?;
        Ok(json!({ "id": account.id, "login": account.login, "password": shown }))
    }
}

/// `account set`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Set {
    #[command(flatten)]
    account: AccountArgs,
    /// Price group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// Whether it is kept from logging in
    #[arg(long, value_name = "BOOL")]
    blocked: Option<bool>,
    #[command(flatten)]
    #[serde(skip)]
    options: ProfileOptions,
    #[arg(skip)]
    profile: Value,
}

impl Command for Set {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let (wholesaler, mut account) = self.account.find(app).await?;
        account.price_group = self.group.unwrap_or(account.price_group);
        account.blocked = self.blocked.unwrap_or(account.blocked);
        account.profile = changed(&account.profile, &self.profile)?;
        Ok(app.hub().accounts().update(wholesaler, account).await?)
    }
}

/// `account list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(app.hub().accounts().list(self.wholesaler.find(app).await?).await?.iter().map(view).collect())
    }
}

/// `account show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    #[command(flatten)]
    account: AccountArgs,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(view(&self.account.find(app).await?.1))
    }
}

/// `account set-password`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct SetPassword {
    #[command(flatten)]
    account: AccountArgs,
    /// The new password [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_ACCOUNT_PASSWORD", hide_env_values = true)]
    password: Option<Secret>,
}

impl Command for SetPassword {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, account) = self.account.find(app).await?;
        let (password, shown) = given_or_new(app, self.password);
        app.hub().accounts().set_password(wholesaler, account.id, &password).await?;
        Ok(json!({ "id": account.id, "login": account.login, "password": shown }))
    }
}
