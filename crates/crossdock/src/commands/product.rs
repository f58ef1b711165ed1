//! `crossdock product …`.

use clap::Args;
use crossdock_app::App;
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::wholesale::{GroupPrice, PriceStep, Product, ProductId, Variant};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::WholesalerOption;
use super::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, Fields, cell};

/// Search and show the products of a wholesaler
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// List products, or search by name, code, producer or category
    #[command(
        alias = "search",
        after_help = "\
Examples:
  crossdock product list
  crossdock product list blanket --json
  crossdock product list 5901234123457"
    )]
    List(Shown<List>),
    /// Show a product with its sizes, prices and stock
    #[command(after_help = "\
Examples:
  crossdock product show 15
  crossdock product show 15-3
  crossdock product show 5901234123457")]
    Show(Shown<Show>),
}

const COLUMNS: Fields<'_> = &[
    ("product", "id"),
    ("code", "code"),
    ("name", "name"),
    ("sizes", "sizes"),
    ("active", "active"),
    ("producer", "producer"),
    ("category", "category"),
];

/// Products that are read at a time.
pub const PAGE: i64 = 500;

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::List(list) => list.list(context, COLUMNS, "no such products").await,
        Commands::Show(show) => show.print(context, print).await,
    }
}

/// The name that people here read: English where there is one, else the first.
pub fn name_of(product: &Product) -> &str {
    product.details.name("eng")
}

/// `product list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    /// Part of a name or code, of a producer or category; all products without it
    text: Option<String>,
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Most products to list
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

fn has(product: &Product, wanted: &str) -> bool {
    let details = &product.details;
    let codes = product.sizes.iter().flat_map(|size| {
        let own = std::iter::once(size.id.to_string());
        own.chain(size.producer_code.clone()).chain(size.external_code.clone())
    });
    let words =
        [&product.code, &details.producer, &details.category].into_iter().chain(details.names.values()).cloned();
    words.chain(codes).any(|word| word.to_lowercase().contains(wanted))
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let wanted = self.text.unwrap_or_default().trim().to_lowercase();
        let mut rows = Vec::new();
        let mut after = ProductId(0);
        while rows.len() < self.limit {
            let products = app.hub().catalogue().products(wholesaler, after, None, PAGE).await?;
            let Some(last) = products.last() else { break };
            after = last.id;
            let room = self.limit - rows.len();
            rows.extend(products.iter().filter(|product| has(product, &wanted)).take(room).map(summary));
        }
        Ok(rows.into())
    }
}

fn summary(product: &Product) -> Value {
    json!({
        "id": product.id,
        "code": product.code,
        "name": name_of(product),
        "active": product.active,
        "producer": product.details.producer,
        "category": product.details.category,
        "sizes": product.sizes.len(),
    })
}

/// `product show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    /// The product: its number, or any code of one of its sizes
    product: String,
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let (catalogue, asked) = (app.hub().catalogue(), self.product.trim().to_owned());
        let by_number = match asked.parse() {
            Ok(number) => catalogue.product(wholesaler, ProductId(number)).await.ok(),
            Err(_) => None,
        };
        let product = if let Some(product) = by_number {
            product
        } else {
            let found =
                app.hub().catalogue().find_codes(wholesaler, vec![(asked.clone(), None)]).await?.pop().flatten();
            let found = found.ok_or_else(|| {
                    Failure::refused(format!(
                        "there is no product with the number or code {asked:?}; look for it with `crossdock product list TEXT`"
                    ))
                })?;
            app.hub().catalogue().product(wholesaler, found.variant.product).await?
        };
        let stocks =
            app.hub().stock().get(wholesaler, product.sizes.iter().map(|size| size.id.clone()).collect()).await?;
        let mut view = summary(&product);
        view["details"] = json!(product.details);
        let currency = app.hub().wholesalers().get(wholesaler).await?.currency;
        let size = |size: &Variant| {
            let levels = stocks.iter().filter(|stock| stock.variant == size.id).flat_map(|stock| &stock.levels);
            let levels = levels.map(|level| {
                json!({
                    "warehouse": level.warehouse,
                    "quantity": level.quantity,
                    "reserved": level.reserved,
                    "disposition": level.available(),
                })
            });
            json!({
                "code": size.id.to_string(),
                "name": size.details.name,
                "producer_code": size.producer_code,
                "external_code": size.external_code,
                "prices": size.prices.iter().map(|group| prices(group, currency)).collect::<Vec<_>>(),
                "stock": levels.collect::<Vec<_>>(),
            })
        };
        view["sizes"] = product.sizes.iter().map(size).collect();
        Ok(view)
    }
}

fn print(product: &Value) {
    output::fields(
        product,
        &[
            ("product", "id"),
            ("code", "code"),
            ("name", "name"),
            ("active", "active"),
            ("producer", "producer"),
            ("category", "category"),
            ("VAT", "details.vat"),
            ("weight in grams", "details.weight_grams"),
            ("HS code", "details.hs_code"),
            ("origin", "details.origin"),
        ],
    );
    let mut table = output::table(["size", "name", "EAN", "available", "net prices", "external code"]);
    for size in product["sizes"].as_array().into_iter().flatten() {
        let stock = size["stock"].as_array().into_iter().flatten();
        let stock = stock.map(|level| format!("{} in {}", cell(&level["disposition"]), cell(&level["warehouse"])));
        let prices = size["prices"].as_array().into_iter().flatten().map(|group| {
            let steps = group["steps"].as_array().into_iter().flatten();
            let steps = steps.map(|step| match cell(&step["from"]) {
                from if from == "1" => cell(&step["net"]),
                from => format!("{} from {from}", cell(&step["net"])),
            });
            format!("{}: {}", cell(&group["group"]), steps.collect::<Vec<_>>().join(", "))
        });
        table.add_row([
            cell(&size["code"]),
            cell(&size["name"]),
            cell(&size["producer_code"]),
            stock.collect::<Vec<_>>().join("\n"),
            prices.collect::<Vec<_>>().join("\n"),
            cell(&size["external_code"]),
        ]);
    }
    output::print_table(&table, "no sizes");
}

fn prices(group: &GroupPrice, currency: Currency) -> Value {
    let step = |step: &PriceStep| json!({ "from": step.from, "net": Money::new(step.net, currency).to_string() });
    json!({ "group": group.group, "steps": group.steps.iter().map(step).collect::<Vec<_>>() })
}
