//! `crossdock store …`.

mod settings;

use clap::Args;
use crossdock_app::App;
use crossdock_domain::ids::StoreId;
use crossdock_domain::shipping::{EMBARGOES_CHECKED, EmbargoedPlace};
use crossdock_domain::store::{Store, StoreSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::changed;
use super::options::store_id;
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::{Command, Database};
use crate::exit::Failure;
use crate::output;
use crate::secret::{Secret, given_or_new};
use crate::session::ask;
use settings::SettingOptions;

/// Add, change and list stores
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Add a store; prints its API secret when a new one was made
    #[command(after_help = "\
Examples:
  crossdock store add 123 --name 'My Shop' --currency USD \\
    --redirect-host shop.example --shipping rates.toml
  crossdock store add 124 --name 'Other Shop' --currency EUR --settings store.toml --json")]
    Add(Box<Shown<Add>>),
    /// Change a store; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock store set 123 --provider bank_transfer --provider test
  crossdock store set 123 --success-url https://shop.example/thanks --redirect-host shop.example
  crossdock store set 123 --duties buyer_choice --registered IOSS --public-key new
  crossdock store set 123 --settings store.toml

Keys of a settings file are replaced whole, those of landed_cost one by one; in JSON, null restores
the default. `crossdock store show 123 --json` prints the present settings. A running server sees
the change at once; with PostgreSQL every server does within two seconds.")]
    Set(Box<Set>),
    /// List the stores
    #[command(after_help = "Example:\n  crossdock store list --json")]
    List(Shown<List>),
    /// Show a store with its settings
    #[command(after_help = "Example:\n  crossdock store show 123 --json > store.json")]
    Show(Shown<Show>),
    /// Replace the API secret; the old one stops working
    #[command(after_help = "Example:\n  crossdock store rotate-secret 123")]
    RotateSecret(Shown<RotateSecret>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Add(mut add) => {
            let new = &mut add.command;
            new.settings = std::mem::take(&mut new.options).changes(new.id)?;
            let done = format!("store {} added", new.id);
            add.secret(context, "secret", &done).await
        }
        Commands::Set(mut set) => {
            set.settings = std::mem::take(&mut set.options).changes(set.id)?;
            done(context, &format!("store {} changed", set.id), *set).await
        }
        Commands::List(list) => {
            let columns = [
                ("store", "id"),
                ("name", "name"),
                ("currency", "currency"),
                ("payment", "providers"),
                ("zones", "zones"),
                ("redirect hosts", "redirect_hosts"),
            ];
            let stores = serde_json::to_value(ask(context, list.command).await?)?;
            list.format.list(&stores, &columns, "no stores yet; add one with `crossdock store add`")
        }
        Commands::Show(show) => {
            show.print(context, |store| {
                output::fields(store, &[("store", "id"), ("name", "name"), ("currency", "currency"), ("settings", "")]);
                output::line(format!("{:#}", store["settings"]));
            })
            .await
        }
        Commands::RotateSecret(rotate) => {
            let done = format!("store {} has a new secret", rotate.command.id);
            rotate.secret(context, "secret", &done).await
        }
    }
}

/// `store add`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Add {
    /// Number of the store, as clients send it: 1 to 999999999
    #[arg(value_parser = store_id)]
    id: StoreId,
    /// Name shown to buyers
    #[arg(long)]
    name: String,
    /// ISO 4217 code of the currency of all its prices; never changes
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// API secret, best a GUID [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_STORE_SECRET", hide_env_values = true)]
    secret: Option<Secret>,
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
        let id = self.id;
        let currency = self.currency.parse().map_err(Failure::refused)?;
        let settings = changed(&StoreSettings::default(), &self.settings)?;
        let (secret, shown) = given_or_new(app, self.secret);
        app.checkout().stores().add(Store { id, name: self.name, currency, settings }, &secret).await?;
        Ok(json!({ "id": id, "secret": shown }))
    }
}

/// `store set`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Set {
    /// Number of the store
    #[arg(value_parser = store_id)]
    pub id: StoreId,
    /// Name shown to buyers
    #[arg(long)]
    pub name: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    options: SettingOptions,
    #[arg(skip)]
    settings: Value,
}

impl Command for Set {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        let mut store = app.checkout().stores().get(self.id).await?;
        store.name = self.name.unwrap_or(store.name);
        store.settings = changed(&store.settings, &self.settings)?;
        Ok(app.checkout().stores().update(store).await?)
    }
}

/// `store list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {}

impl Command for List {
    type Answer = Vec<StoreSummary>;

    async fn run(self, app: &App) -> Result<Vec<StoreSummary>, Failure> {
        Ok(app.checkout().stores().list().await?.iter().map(StoreSummary::of).collect())
    }
}

/// A store in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSummary {
    pub id: StoreId,
    pub name: String,
    pub currency: String,
    pub providers: Vec<String>,
    /// Shipping zones.
    pub zones: usize,
    pub redirect_hosts: Vec<String>,
}

impl StoreSummary {
    pub fn of(store: &Store) -> Self {
        Self {
            id: store.id,
            name: store.name.clone(),
            currency: store.currency.code().to_owned(),
            providers: store.settings.providers.iter().map(|provider| provider.code().to_owned()).collect(),
            zones: store.settings.shipping.zones.len(),
            redirect_hosts: store.settings.redirect_hosts.clone(),
        }
    }
}

/// `store show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    /// Number of the store
    #[arg(value_parser = store_id)]
    id: StoreId,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let store = app.checkout().stores().get(self.id).await?;
        let (name, currency) = (&store.name, store.currency.code());
        Ok(json!({ "id": store.id, "name": name, "currency": currency, "settings": store.settings,
            "not_served": not_served(&store.settings) }))
    }
}

/// Destinations under embargo that the store has not switched on, with the source of each.
fn not_served(settings: &StoreSettings) -> Value {
    let closed = EmbargoedPlace::all().filter(|place| !settings.allow_embargoed.contains(place));
    closed
        .map(|place| {
            json!({ "code": place.code(), "name": place.name(), "source": place.source(), "checked": EMBARGOES_CHECKED })
        })
        .collect()
}

/// `store rotate-secret`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct RotateSecret {
    /// Number of the store
    #[arg(value_parser = store_id)]
    id: StoreId,
    /// The new secret [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_STORE_SECRET", hide_env_values = true)]
    secret: Option<Secret>,
}

impl Command for RotateSecret {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (secret, shown) = given_or_new(app, self.secret);
        app.checkout().stores().rotate_secret(self.id, &secret).await?;
        Ok(json!({ "id": self.id, "secret": shown }))
    }
}
