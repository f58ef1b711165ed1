//! `crossdock courier …`.

use std::path::{Path, PathBuf};

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::{GoodsError, Page, UnknownEntity};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{Coordinates, Courier, CourierId, PickupPoint};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::document;
use super::options::WholesalerOption;
use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::{ExitKind, Failure};
use crate::output;
use crate::session::ask;

/// Manage couriers and pickup points of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Add or change couriers from a JSON or TOML file
    #[command(after_help = "\
Example:
  crossdock courier put couriers.toml --wholesaler 1

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
  prices = [{ group = \"*\", net = 1290 }]   # minor units; group * is every account")]
    Put(Put),
    /// List the couriers
    #[command(after_help = "Example:\n  crossdock courier list --wholesaler 1")]
    List(Shown<List>),
    /// Show a courier with its zones and prices, as JSON
    #[command(after_help = "Example:\n  crossdock courier show 51 > dpd.json")]
    Show(Shown<Show>),
    /// Add or change pickup points from a JSON or TOML file
    #[command(after_help = "\
Example:
  crossdock courier import-points 52 points.json --wholesaler 1

A file holds a list, or one under `points`; in degrees with at most six decimals:

  [{\"id\": \"WAW01\", \"name\": \"Locker 1\", \"street\": \"Prosta 1\", \"zip\": \"00-950\",
    \"city\": \"Warszawa\", \"country\": \"PL\", \"latitude\": 52.229676, \"longitude\": 21.012229}]")]
    ImportPoints(ImportPoints),
    /// List pickup points of a courier, or the nearest ones
    #[command(after_help = "\
Examples:
  crossdock courier points 52
  crossdock courier points 52 --near 52.2297,21.0122 --limit 5")]
    Points(Shown<Points>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Put(mut put) => {
            put.couriers = read(&put.file, "couriers")?;
            let count = ask(context, put).await?;
            context.note(&format!("{count} couriers stored"));
            Ok(())
        }
        Commands::List(list) => {
            let columns = [
                ("courier", "id"),
                ("name", "name"),
                ("active", "active"),
                ("region", "settings.region"),
                ("to points", "settings.pickup_points"),
                ("payment", "settings.payment_kinds"),
            ];
            list.list(context, &columns, "no couriers yet; add some with `crossdock courier put`").await
        }
        Commands::Show(show) => show.print(context, |courier| output::line(format!("{:#}", json!(courier)))).await,
        Commands::ImportPoints(mut import) => {
            let courier = import.courier;
            let points: Vec<PointInFile> = read(&import.file, "points")?;
            import.points = points.into_iter().map(|point| point.of(courier)).collect::<Result<_, _>>()?;
            let count = ask(context, import).await?;
            context.note(&format!("{count} pickup points stored"));
            Ok(())
        }
        Commands::Points(points) => {
            let columns = [
                ("point", "id"),
                ("name", "name"),
                ("street", "street"),
                ("zip", "zip"),
                ("city", "city"),
                ("metres", "metres"),
            ];
            let when_empty = "no pickup points; import some with `crossdock courier import-points`";
            points.list(context, &columns, when_empty).await
        }
    }
}

/// What a file holds: one, a list, or a list under a key.
fn read<T: DeserializeOwned>(file: &Path, key: &str) -> anyhow::Result<Vec<T>> {
    let mut held = document(file)?;
    if let Some(list) = held.get_mut(key) {
        held = list.take();
    }
    let list = if held.is_array() { held } else { Value::Array(vec![held]) };
    let list: Result<Vec<T>, _> = serde_json::from_value(list);
    list.map_err(|error| Failure::new(ExitKind::Usage, format!("{}: {error}", file.display())).into())
}

/// `courier put`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Put {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// The couriers, as TOML or JSON
    #[serde(skip)]
    file: PathBuf,
    #[arg(skip)]
    couriers: Vec<Courier>,
}

impl Command for Put {
    /// Number of couriers stored.
    type Answer = usize;

    async fn run(self, app: &App) -> Result<usize, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let count = self.couriers.len();
        for courier in self.couriers {
            app.hub().couriers().put(wholesaler, courier).await?;
        }
        Ok(count)
    }
}

/// `courier list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(json!(app.hub().couriers().all(self.wholesaler.find(app).await?).await?))
    }
}

/// `courier show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Number of the courier
    courier: CourierId,
}

impl Command for Show {
    type Answer = Courier;

    async fn run(self, app: &App) -> Result<Courier, Failure> {
        let all = app.hub().couriers().all(self.wholesaler.find(app).await?).await?;
        let found = all.into_iter().find(|courier| courier.id == self.courier);
        Ok(found.ok_or(GoodsError::NotFound(UnknownEntity::Courier))?)
    }
}

/// `courier import-points`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct ImportPoints {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Number of the courier
    courier: CourierId,
    /// The points, as TOML or JSON
    #[serde(skip)]
    file: PathBuf,
    #[arg(skip)]
    points: Vec<PickupPoint>,
}

/// Pickup points that are stored in one transaction.
const BATCH: usize = 1000;

impl Command for ImportPoints {
    /// Number of points stored.
    type Answer = usize;

    async fn run(self, app: &App) -> Result<usize, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        for batch in self.points.chunks(BATCH) {
            app.hub().couriers().put_pickup_points(wholesaler, batch.to_vec()).await?;
        }
        Ok(self.points.len())
    }
}

/// A pickup point as files hold it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PointInFile {
    id: String,
    name: String,
    #[serde(default)]
    description: String,
    street: String,
    zip: String,
    city: String,
    country: Country,
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

impl PointInFile {
    fn of(self, courier: CourierId) -> Result<PickupPoint, Failure> {
        let place = Coordinates::from_degrees(self.latitude, self.longitude);
        let place = place.ok_or_else(|| Failure::refused(format!("point {}: no such place on the globe", self.id)))?;
        let Self { id, name, description, street, zip, city, country, active, collects, .. } = self;
        Ok(PickupPoint { courier, id, name, description, street, zip, city, country, place, active, collects })
    }
}

/// `courier points`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Points {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Number of the courier
    courier: CourierId,
    /// Latitude and longitude: list the points nearest to them
    #[arg(long, value_parser = degrees, value_name = "LAT,LON", allow_hyphen_values = true)]
    near: Option<(Decimal, Decimal)>,
    /// Most points to list, up to 100
    #[arg(long, default_value_t = 20)]
    limit: i64,
    /// Page of the list, from 0
    #[arg(long, default_value_t = 0)]
    page: i64,
}

fn degrees(text: &str) -> Result<(Decimal, Decimal), String> {
    let wrong = || format!("{text:?}: write latitude and longitude, such as 52.2297,21.0122");
    let (latitude, longitude) = text.split_once(',').ok_or_else(wrong)?;
    let read = |text: &str| text.trim().parse::<Decimal>().map_err(|_| wrong());
    Ok((read(latitude)?, read(longitude)?))
}

impl Command for Points {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let Some((latitude, longitude)) = self.near else {
            let page = Page::new(Some(self.page), Some(self.limit));
            let points = app.hub().couriers().pickup_points(wholesaler, self.courier, page).await?;
            return Ok(points.items.iter().map(|point| view(point, None)).collect());
        };
        let from = Coordinates::from_degrees(latitude, longitude)
            .ok_or_else(|| Failure::refused("latitude is between -90 and 90, longitude between -180 and 180"))?;
        let near = app.hub().couriers().nearest(wholesaler, self.courier, from, self.limit).await?;
        Ok(near.iter().map(|near| view(&near.point, Some(near.metres))).collect())
    }
}

fn view(point: &PickupPoint, metres: Option<i64>) -> Value {
    json!({
        "courier": point.courier,
        "id": point.id,
        "name": point.name,
        "description": point.description,
        "street": point.street,
        "zip": point.zip,
        "city": point.city,
        "country": point.country,
        "latitude": point.place.latitude(),
        "longitude": point.place.longitude(),
        "active": point.active,
        "collects": point.collects,
        "metres": metres,
    })
}
