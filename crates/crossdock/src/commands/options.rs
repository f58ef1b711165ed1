//! Options that several commands share, so that the same thing has the same name everywhere.

use clap::Args;
use crossdock_app::App;
use crossdock_domain::clock::Zone;
use crossdock_domain::email::read_email;
use crossdock_domain::ids::StoreId;
use crossdock_domain::webhook::Owner;
use crossdock_domain::wholesale::{AccountId, ShopAccount, SupplyActor, WholesalerId};
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::control::Command;
use crate::exit::{ExitKind, Failure};
use crate::output;
use crate::session::ask;

/// Reads the number of a wholesaler.
pub fn wholesaler_id(text: &str) -> Result<WholesalerId, String> {
    let id = text.parse().ok().and_then(WholesalerId::new);
    id.ok_or_else(|| format!("a wholesaler's id is a number from 1 to {}", WholesalerId::MAX))
}

/// Reads the number of a store.
pub fn store_id(text: &str) -> Result<StoreId, String> {
    text.parse().ok().and_then(StoreId::new).ok_or_else(|| format!("a store id is a number from 1 to {}", StoreId::MAX))
}

/// Reads one mail address, as mail servers take it; an empty one takes back what was set.
pub fn email(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    read_email(text).map_err(|problem| problem.to_string())
}

/// `--wholesaler` of commands on what belongs to a wholesaler.
#[derive(Debug, Clone, Copy, Args, Serialize, Deserialize)]
pub struct WholesalerOption {
    /// The wholesaler [default: the only one]
    #[arg(long, value_name = "ID", value_parser = wholesaler_id)]
    wholesaler: Option<WholesalerId>,
}

impl WholesalerOption {
    /// The wholesaler that is meant. One that is named need not exist.
    pub async fn find(self, app: &App) -> Result<WholesalerId, Failure> {
        match self.wholesaler {
            Some(id) => Ok(id),
            None => {
                only("wholesaler", app.hub().wholesalers().list().await?.into_iter().map(|wholesaler| wholesaler.id))
            }
        }
    }
}

/// Asks for the clock of a wholesaler.
#[derive(Debug, Serialize, Deserialize)]
pub struct ZoneOf {
    wholesaler: WholesalerOption,
}

impl Command for ZoneOf {
    type Answer = Option<Zone>;

    async fn run(self, app: &App) -> Result<Option<Zone>, Failure> {
        let id = self.wholesaler.find(app).await?;
        // One that is not there is told of by the command itself.
        Ok(app.hub().wholesalers().get(id).await.ok().map(|wholesaler| wholesaler.settings.time_zone))
    }
}

/// Prints times on the wholesaler's clock, unless the reader has chosen one.
pub async fn use_zone(context: &Context, wholesaler: WholesalerOption) -> anyhow::Result<()> {
    if !output::zone::is_chosen()
        && let Some(zone) = ask(context, ZoneOf { wholesaler }).await?
    {
        output::zone::choose(zone);
    }
    Ok(())
}

/// `--store` of commands on what belongs to a store.
#[derive(Debug, Clone, Copy, Args, Serialize, Deserialize)]
pub struct StoreOption {
    /// The store [default: the only one]
    #[arg(long, value_name = "ID", value_parser = store_id)]
    store: Option<StoreId>,
}

impl StoreOption {
    /// The store that is meant. One that is named need not exist.
    pub async fn find(self, app: &App) -> Result<StoreId, Failure> {
        match self.store {
            Some(id) => Ok(id),
            None => only("store", app.checkout().stores().list().await?.into_iter().map(|store| store.id)),
        }
    }
}

fn only<I>(what: &str, mut ids: impl Iterator<Item = I>) -> Result<I, Failure> {
    match (ids.next(), ids.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(Failure::refused(format!("there is no {what} yet; add one with `crossdock {what} add`"))),
        _ => Err(Failure::new(ExitKind::Usage, format!("there are several {what}s; name one with --{what}"))),
    }
}

/// `--wholesaler` or `--store`, of commands on what either may have.
#[derive(Debug, Clone, Copy, Args, Serialize, Deserialize)]
#[group(required = true, multiple = false)]
pub struct OwnerOption {
    /// The wholesaler
    #[arg(long, value_name = "ID", value_parser = wholesaler_id)]
    wholesaler: Option<WholesalerId>,
    /// The store
    #[arg(long, value_name = "ID", value_parser = store_id)]
    store: Option<StoreId>,
}

impl OwnerOption {
    /// The owner that is meant.
    pub fn owner(self) -> Result<Owner, Failure> {
        let owner = self.store.map(Owner::Store).or_else(|| self.wholesaler.map(Owner::Wholesaler));
        owner.ok_or_else(|| Failure::new(ExitKind::Usage, "name one of --wholesaler and --store"))
    }
}

/// A shop account by its login or number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountRef(String);

impl From<String> for AccountRef {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Display for AccountRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl AccountRef {
    /// The account that is meant: of this number, else of this login.
    pub async fn find(&self, app: &App, wholesaler: WholesalerId) -> Result<ShopAccount, Failure> {
        if let Ok(number) = self.0.parse()
            && let Ok(account) = app.hub().accounts().get(wholesaler, AccountId(number)).await
        {
            return Ok(account);
        }
        Ok(app.hub().accounts().by_login(wholesaler, &self.0).await?)
    }
}

/// The shop account that a command is about.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct AccountArgs {
    /// The shop account: its login or number
    pub account: AccountRef,
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl AccountArgs {
    /// The account with its wholesaler.
    pub async fn find(&self, app: &App) -> Result<(WholesalerId, ShopAccount), Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        Ok((wholesaler, self.account.find(app, wholesaler).await?))
    }
}

/// `--as` of commands that leave a line in a history.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct StaffOption {
    /// Name of the staff member, kept in the history
    #[arg(long = "as", value_name = "NAME", env = "USER", hide_env_values = true, default_value = "command line")]
    pub name: String,
}

impl StaffOption {
    /// As histories of supply orders have it.
    pub fn actor(self) -> SupplyActor {
        SupplyActor::Staff(self.name)
    }
}
