//! `crossdock shipping …`.

use std::path::PathBuf;

use clap::Args;
use crossdock_app::App;
use crossdock_domain::ids::StoreId;
use crossdock_domain::money::Currency;
use crossdock_domain::shipping::ShippingTable;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::{changed, document};
use super::options::StoreOption;
use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output;
use crate::session::ask;

/// Import and show shipping rates
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Replace the rates of a store by those of a TOML or JSON file
    #[command(after_help = "\
Example:
  crossdock shipping import rates.toml --store 123

A file holds zones of countries, in them services with price bands by weight:

  volumetric_divisor = 5000          # cubic centimetres billed as a kilogram; absent: size is free
  default_item_weight_grams = 500    # for lines without a weight; absent: they weigh nothing

  [[zones]]
  name = \"Europe\"
  countries = [\"DE\", \"FR\"]           # absent: every country that no other zone names
  [[zones.services]]
  code = \"USPS_PRIORITY_MAIL_INTERNATIONAL\"   # as clients know it
  name = \"Priority Mail International\"        # as buyers see it
  days = [6, 10]
  bands = [
    { up_to_grams = 500, price = \"24.50\" },
    { up_to_grams = 2000, price = \"39.00\" },
  ]
  per_extra_kg = \"9.80\"              # beyond the last band; absent: nothing heavier is carried")]
    Import(Import),
    /// Show the rates of a store
    #[command(after_help = "Example:\n  crossdock shipping show --store 123 --json > rates.json")]
    Show(Shown<Show>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Import(mut import) => {
            import.rates = document(&import.file)?;
            let store = ask(context, import).await?;
            context.note(&format!("shipping rates of store {store} replaced"));
            Ok(())
        }
        Commands::Show(show) => {
            let StoreRates { currency, rates } = ask(context, show.command).await?;
            show.format.print(&rates, |rates| print(rates, currency))
        }
    }
}

/// `shipping import`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Import {
    #[command(flatten)]
    store: StoreOption,
    /// The rates, as TOML or JSON
    #[serde(skip)]
    file: PathBuf,
    #[arg(skip)]
    rates: Value,
}

impl Command for Import {
    type Answer = StoreId;

    async fn run(self, app: &App) -> Result<StoreId, Failure> {
        let id = self.store.find(app).await?;
        let mut store = app.checkout().stores().get(id).await?;
        store.settings = changed(&store.settings, &json!({ "shipping": self.rates }))?;
        app.checkout().stores().update(store).await?;
        Ok(id)
    }
}

/// `shipping show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    #[command(flatten)]
    store: StoreOption,
}

/// The shipping rates of a store.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoreRates {
    currency: Currency,
    rates: ShippingTable,
}

impl Command for Show {
    type Answer = StoreRates;

    async fn run(self, app: &App) -> Result<StoreRates, Failure> {
        let store = app.checkout().stores().get(self.store.find(app).await?).await?;
        Ok(StoreRates { currency: store.currency, rates: store.settings.shipping })
    }
}

fn print(rates: &ShippingTable, currency: Currency) {
    let mut table = output::table(["zone", "countries", "service", "days", "up to", "price"]);
    for zone in &rates.zones {
        let countries = match zone.countries.as_slice() {
            [] => "all others".to_owned(),
            some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        };
        for service in &zone.services {
            let days = service.days.map_or_else(String::new, |(least, most)| format!("{least}–{most}"));
            let mut weights: Vec<String> = service.bands.iter().map(|band| format!("{} g", band.up_to_grams)).collect();
            let mut prices: Vec<String> =
                service.bands.iter().map(|band| format!("{} {}", band.price, currency.code())).collect();
            if let Some(price) = service.per_extra_kg {
                weights.push("each further kg".to_owned());
                prices.push(format!("+ {price} {}", currency.code()));
            }
            table.add_row([
                zone.name.clone(),
                countries.clone(),
                service.code.clone(),
                days,
                weights.join("\n"),
                prices.join("\n"),
            ]);
        }
    }
    output::print_table(&table, "no rates; import some with `crossdock shipping import`");
    if let Some(divisor) = rates.volumetric_divisor {
        output::line(format!("{divisor} cubic centimetres are billed as one kilogram"));
    }
    if let Some(grams) = rates.default_item_weight_grams {
        output::line(format!("a line without a weight counts as {grams} g a piece"));
    }
}
