//! `crossdock courier …`.

use std::path::PathBuf;

use crossdock_domain::wholesale::{Coordinates, Courier, CourierId, PickupPoint, WholesalerId};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::store::document;
use super::wholesaler::{ask, print_list, wholesaler_id};
use crate::admin::wholesale::WholesaleRequest;
use crate::cli::Global;
use crate::context::Context;
use crate::exit::{End, Failure};
use crate::output::{self, Format};

/// Couriers and pickup points of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Add or change couriers from a JSON or TOML file
    #[command(after_help = "\
Example:
  crossdock courier put 1 couriers.toml

A file holds one courier, or several under `couriers`; `crossdock courier show --json` prints one:

  [[couriers]]
  id = 51
  name = \"DPD\"
  active = true
  [couriers.settings]
  tracking_url = \"https://track.example/?p=%s\"
  cut_off_hour = 14
  [[couriers.settings.zones]]
  countries = [\"PL\"]
  postal_prefixes = []             # beginnings of postal codes; empty: the whole countries
  delivery_days = 1
  [[couriers.settings.zones.bands]]
  up_to_grams = 30000
  prices = [{ group = \"*\", net = 1290 }]   # minor units; group * is everybody")]
    Put {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// The couriers
        file: PathBuf,
    },
    /// List the couriers
    #[command(after_help = "Example:\n  crossdock courier list 1")]
    List {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        #[command(flatten)]
        format: Format,
    },
    /// Show a courier with its zones and prices, as JSON
    #[command(after_help = "Example:\n  crossdock courier show 1 51 > dpd.json")]
    Show {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Which courier
        courier: i64,
    },
    /// Add or change pickup points from a JSON or TOML file
    #[command(after_help = "\
Example:
  crossdock courier import-points 1 52 points.json

A file holds a list, or one under `points`; in degrees with at most six decimals:

  [{\"id\": \"WAW01\", \"name\": \"Locker 1\", \"street\": \"Prosta 1\", \"zip\": \"00-950\",
    \"city\": \"Warszawa\", \"country\": \"PL\", \"latitude\": 52.229676, \"longitude\": 21.012229}]")]
    ImportPoints {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Which courier
        courier: i64,
        /// The points
        file: PathBuf,
    },
    /// List pickup points of a courier, or the nearest ones
    #[command(after_help = "\
Examples:
  crossdock courier points 1 52
  crossdock courier points 1 52 --near 52.2297,21.0122 --limit 5")]
    Points {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Which courier
        courier: i64,
        /// Latitude and longitude
        #[arg(long, value_parser = place, value_name = "LAT,LON", allow_hyphen_values = true)]
        near: Option<(Decimal, Decimal)>,
        /// At most so many, up to 100
        #[arg(long, default_value_t = 20)]
        limit: i64,
        /// Which page, from 0
        #[arg(long, default_value_t = 0)]
        page: i64,
        #[command(flatten)]
        format: Format,
    },
}

fn place(text: &str) -> Result<(Decimal, Decimal), String> {
    let told = || format!("{text:?}: write latitude and longitude, such as 52.2297,21.0122");
    let (latitude, longitude) = text.split_once(',').ok_or_else(told)?;
    let read = |text: &str| text.trim().parse::<Decimal>().map_err(|_| told());
    Ok((read(latitude)?, read(longitude)?))
}

/// A pickup point as files hold it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    id: String,
    name: String,
    #[serde(default)]
    description: String,
    street: String,
    zip: String,
    city: String,
    country: crossdock_domain::country::Country,
    latitude: Decimal,
    longitude: Decimal,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    collects: bool,
}

const fn yes() -> bool {
    true
}

/// What a file holds: one, a list, or a list under a key.
fn read<T: DeserializeOwned>(file: &std::path::Path, key: &str) -> anyhow::Result<Vec<T>> {
    let mut held = document(file)?;
    if let Some(list) = held.get_mut(key) {
        held = list.take();
    }
    let list = if held.is_array() { held } else { Value::Array(vec![held]) };
    let list: Result<Vec<T>, _> = serde_json::from_value(list);
    list.map_err(|error| Failure::new(End::Usage, format!("{}: {error}", file.display())).into())
}

fn point(courier: CourierId, point: Point) -> Result<PickupPoint, Failure> {
    let place = Coordinates::from_degrees(point.latitude, point.longitude);
    let place = place.ok_or_else(|| Failure::refused(format!("point {}: no such place on the globe", point.id)))?;
    let Point { id, name, description, street, zip, city, country, active, collects, .. } = point;
    Ok(PickupPoint { courier, id, name, description, street, zip, city, country, place, active, collects })
}

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::Put { wholesaler, file } => {
            let couriers: Vec<Courier> = read(&file, "couriers")?;
            let count = ask(&context, WholesaleRequest::CourierPut { wholesaler, couriers }).await?;
            context.remark(&format!("{count} couriers stored"));
            Ok(())
        }
        Command::List { wholesaler, format } => {
            let columns = [
                ("courier", "id"),
                ("name", "name"),
                ("active", "active"),
                ("region", "settings.region"),
                ("to points", "settings.pickup_points"),
                ("payment", "settings.payment_kinds"),
            ];
            let list = ask(&context, WholesaleRequest::CourierList { wholesaler }).await?;
            print_list(&list, format, columns, "no couriers yet; add some with `crossdock courier put`")
        }
        Command::Show { wholesaler, courier } => {
            let request = WholesaleRequest::CourierShow { wholesaler, id: CourierId(courier) };
            output::json(&ask(&context, request).await?)
        }
        Command::ImportPoints { wholesaler, courier, file } => {
            let read: Vec<Point> = read(&file, "points")?;
            let points = read.into_iter().map(|read| point(CourierId(courier), read)).collect::<Result<_, _>>()?;
            let count = ask(&context, WholesaleRequest::PointsPut { wholesaler, points }).await?;
            context.remark(&format!("{count} pickup points stored"));
            Ok(())
        }
        Command::Points { wholesaler, courier, near, limit, page, format } => {
            let courier = CourierId(courier);
            let list = ask(&context, WholesaleRequest::Points { wholesaler, courier, near, limit, page }).await?;
            let columns = [
                ("point", "id"),
                ("name", "name"),
                ("street", "street"),
                ("zip", "zip"),
                ("city", "city"),
                ("metres", "metres"),
            ];
            print_list(&list, format, columns, "no pickup points; import some with `crossdock courier import-points`")
        }
    }
}
