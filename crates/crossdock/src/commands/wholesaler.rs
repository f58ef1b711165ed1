//! `crossdock wholesaler …`.

use std::path::PathBuf;

use clap::Args;
use crossdock_app::App;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId, WholesalerSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::{Changes, changed};
use super::options::wholesaler_id;
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::{Command, Database};
use crate::exit::Failure;
use crate::output;
use crate::secret::{Secret, given_or_new};

/// Add, change and list wholesalers
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Add a wholesaler; prints its dropshipping key when a new one was made
    #[command(after_help = "\
Examples:
  crossdock wholesaler add 1 --name 'My Wholesale' --currency PLN --dropshipping true
  crossdock wholesaler add 2 --name Other --currency EUR --domain hurt.example --settings hurt.toml")]
    Add(Shown<Add>),
    /// Change a wholesaler; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock wholesaler set 1 --dropshipping false
  crossdock wholesaler set 1 --domain hurt.example --settings hurt.toml

Keys of a settings file are replaced whole; in JSON, null restores the default. `crossdock
wholesaler show 1 --json` prints the present settings.")]
    Set(Set),
    /// List the wholesalers
    #[command(after_help = "Example:\n  crossdock wholesaler list --json")]
    List(Shown<List>),
    /// Show a wholesaler with its settings
    #[command(after_help = "Example:\n  crossdock wholesaler show 1 --json > hurt.json")]
    Show(Shown<Show>),
    /// Replace the dropshipping key; the old one stops working
    #[command(alias = "set-key", after_help = "Example:\n  crossdock wholesaler rotate-key 1")]
    RotateKey(Shown<RotateKey>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Add(mut add) => {
            add.command.settings = add.command.options.changes()?;
            let done = format!("wholesaler {} added", add.command.id);
            add.secret(context, "dropshipping_key", &done).await
        }
        Commands::Set(mut set) => {
            set.settings = set.options.changes()?;
            done(context, &format!("wholesaler {} changed", set.id), set).await
        }
        Commands::List(list) => {
            let columns = [
                ("wholesaler", "id"),
                ("name", "name"),
                ("currency", "currency"),
                ("domain", "domain"),
                ("dropshipping", "dropshipping"),
            ];
            list.list(context, &columns, "no wholesalers yet; add one with `crossdock wholesaler add`").await
        }
        Commands::Show(show) => {
            show.print(context, |wholesaler| {
                let fields = [
                    ("wholesaler", "id"),
                    ("name", "name"),
                    ("currency", "currency"),
                    ("domain", "domain"),
                    ("settings", ""),
                ];
                output::fields(wholesaler, &fields);
                output::line(format!("{:#}", wholesaler["settings"]));
            })
            .await
        }
        Commands::RotateKey(rotate) => {
            let done = format!("wholesaler {} has a new dropshipping key", rotate.command.id);
            rotate.secret(context, "dropshipping_key", &done).await
        }
    }
}

/// Settings by options and from a file; options win.
#[derive(Debug, Default, Args)]
struct SettingOptions {
    /// Settings as TOML or JSON, keys as in `wholesaler show --json`
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Whether shops may place dropshipping orders
    #[arg(long, value_name = "BOOL")]
    dropshipping: Option<bool>,
    /// Time zone of its dates, such as Europe/Warsaw
    #[arg(long, value_name = "NAME")]
    time_zone: Option<String>,
}

impl SettingOptions {
    fn changes(&self) -> anyhow::Result<Value> {
        let mut changes = Changes::read(self.settings.as_deref())?;
        changes.set("dropshipping", self.dropshipping);
        changes.set("time_zone", self.time_zone.clone());
        Ok(changes.into())
    }
}

fn none_if_empty(domain: String) -> Option<String> {
    (!domain.is_empty()).then_some(domain)
}

async fn find(app: &App, id: WholesalerId) -> Result<Wholesaler, Failure> {
    Ok(app.hub().wholesalers().get(id).await?)
}

/// `wholesaler add`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Add {
    /// Number of the wholesaler: 1 to 999999999
    #[arg(value_parser = wholesaler_id)]
    id: WholesalerId,
    /// Name shown to shops
    #[arg(long)]
    name: String,
    /// ISO 4217 code of the currency of all its prices; never changes
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// Host name under which shops call
    #[arg(long, value_name = "HOST")]
    domain: Option<String>,
    /// Dropshipping key [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_DROPSHIPPING_KEY", hide_env_values = true)]
    key: Option<Secret>,
    #[command(flatten)]
    #[serde(skip)]
    options: SettingOptions,
    #[arg(skip)]
    settings: Value,
}

impl Command for Add {
    type Answer = Value;
    const DATABASE: Database = Database::OrNew;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (id, name, domain) = (self.id, self.name, self.domain.and_then(none_if_empty));
        let settings = changed(&WholesalerSettings::default(), &self.settings)?;
        let currency = self.currency.parse().map_err(Failure::refused)?;
        let (key, shown) = given_or_new(app, self.key);
        app.hub().wholesalers().add(Wholesaler { id, name, currency, domain, settings }).await?;
        app.hub().wholesalers().set_dropshipping_key(id, &key).await?;
        Ok(json!({ "id": id, "dropshipping_key": shown }))
    }
}

/// `wholesaler set`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Set {
    /// Number of the wholesaler
    #[arg(value_parser = wholesaler_id)]
    id: WholesalerId,
    /// Name shown to shops
    #[arg(long)]
    name: Option<String>,
    /// Host name under which shops call; empty for none
    #[arg(long, value_name = "HOST")]
    domain: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    options: SettingOptions,
    #[arg(skip)]
    settings: Value,
}

impl Command for Set {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let mut wholesaler = find(app, self.id).await?;
        wholesaler.name = self.name.unwrap_or(wholesaler.name);
        if let Some(domain) = self.domain {
            wholesaler.domain = none_if_empty(domain);
        }
        wholesaler.settings = changed(&wholesaler.settings, &self.settings)?;
        Ok(app.hub().wholesalers().update(wholesaler).await?)
    }
}

/// `wholesaler list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let view = |wholesaler: &Wholesaler| {
            json!({
                "id": wholesaler.id,
                "name": wholesaler.name,
                "currency": wholesaler.currency,
                "domain": wholesaler.domain,
                "dropshipping": wholesaler.settings.dropshipping,
            })
        };
        Ok(app.hub().wholesalers().list().await?.iter().map(view).collect())
    }
}

/// `wholesaler show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    /// Number of the wholesaler
    #[arg(value_parser = wholesaler_id)]
    id: WholesalerId,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = find(app, self.id).await?;
        Ok(json!({
            "id": wholesaler.id,
            "name": wholesaler.name,
            "currency": wholesaler.currency,
            "domain": wholesaler.domain,
            "settings": wholesaler.settings,
        }))
    }
}

/// `wholesaler rotate-key`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct RotateKey {
    /// Number of the wholesaler
    #[arg(value_parser = wholesaler_id)]
    id: WholesalerId,
    /// The new key [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_DROPSHIPPING_KEY", hide_env_values = true)]
    key: Option<Secret>,
}

impl Command for RotateKey {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (key, shown) = given_or_new(app, self.key);
        app.hub().wholesalers().set_dropshipping_key(self.id, &key).await?;
        Ok(json!({ "id": self.id, "dropshipping_key": shown }))
    }
}
