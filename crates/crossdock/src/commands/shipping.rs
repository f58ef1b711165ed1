//! `crossdock shipping …`.

use std::path::PathBuf;

use crossdock_domain::ids::StoreId;
use crossdock_domain::shipping::ShippingTable;
use serde_json::json;

use super::store::{document, store_id};
use crate::admin::{AdminAnswer, AdminRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Import and show shipping rates
#[derive(Debug, clap::Subcommand)]
pub enum Shipping {
    /// Replace the rates of a store by those of a TOML or JSON file
    #[command(after_help = "\
Example:
  crossdock shipping import 123 rates.toml

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
    Import {
        /// Which store
        #[arg(value_parser = store_id)]
        store: StoreId,
        /// The rates
        file: PathBuf,
    },
    /// Show the rates of a store
    #[command(after_help = "Example:\n  crossdock shipping show 123 --json > rates.json")]
    Show {
        /// Which store
        #[arg(value_parser = store_id)]
        store: StoreId,
        #[command(flatten)]
        format: Format,
    },
}

/// Runs the command.
pub async fn run(global: &Global, command: Shipping) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Shipping::Import { store, file } => {
            let settings = json!({ "shipping": document(&file)? });
            ask(&context, Database::Existing, AdminRequest::StoreSet { id: store, name: None, settings }).await?;
            context.remark(&format!("shipping rates of store {store} replaced"));
            Ok(())
        }
        Shipping::Show { store, format } => {
            let answer = ask(&context, Database::Existing, AdminRequest::StoreShow { id: store }).await?;
            let AdminAnswer::Store(store) = answer else { return Err(unexpected(&answer)) };
            let shipping = &store.settings["shipping"];
            if format.json {
                return output::json(shipping);
            }
            show(&serde_json::from_value(shipping.clone())?, &store.currency);
            Ok(())
        }
    }
}

fn show(rates: &ShippingTable, currency: &str) {
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
                service.bands.iter().map(|band| format!("{} {currency}", band.price)).collect();
            if let Some(price) = service.per_extra_kg {
                weights.push("each further kg".to_owned());
                prices.push(format!("+ {price} {currency}"));
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
