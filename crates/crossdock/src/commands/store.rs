//! `crossdock store …`.

use std::path::PathBuf;

use anyhow::Context as _;
use crossdock_domain::ids::StoreId;
use crossdock_domain::random::SystemRandom;
use serde_json::{Map, Value, json};

use crate::admin::{AdminAnswer, AdminRequest, Secret};
use crate::cli::Global;
use crate::context::Context;
use crate::exit::{End, Failure};
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// Add, change and list stores
#[derive(Debug, clap::Subcommand)]
pub enum Store {
    /// Add a store; prints its API secret when a new one was made
    #[command(after_help = "\
Examples:
  crossdock store add 123 --name 'My Shop' --currency USD \\
    --redirect-host shop.example --shipping rates.toml
  crossdock store add 124 --name 'Other Shop' --currency EUR --settings store.toml --json")]
    Add(Box<Add>),
    /// Change a store; what is not named stays
    #[command(after_help = "\
Examples:
  crossdock store set 123 --provider bank_transfer --provider test
  crossdock store set 123 --success-url https://shop.example/thanks --redirect-host shop.example
  crossdock store set 123 --duties buyer_choice --registered IOSS --public-key new
  crossdock store set 123 --settings store.toml

Keys of a settings file are replaced whole, those of landed_cost one by one; in JSON, null goes back to the default. `crossdock store
show 123 --json` prints the present ones. A running server sees the change at once; with PostgreSQL
every server does within two seconds.")]
    Set(Box<Set>),
    /// List the stores
    #[command(after_help = "Example:\n  crossdock store list --json")]
    List(Format),
    /// Show a store with its settings
    #[command(after_help = "Example:\n  crossdock store show 123 --json > store.json")]
    Show(Show),
    /// Replace the API secret; the old one stops working
    #[command(after_help = "Example:\n  crossdock store rotate-secret 123")]
    RotateSecret(RotateSecret),
}

/// `store add`
#[derive(Debug, clap::Args)]
pub struct Add {
    /// Its number, as clients send it: 1 to 999999999
    #[arg(value_parser = store_id)]
    id: StoreId,
    /// Name shown to buyers
    #[arg(long)]
    name: String,
    /// ISO 4217 code of the currency of all its prices; never changes
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// Its API secret, best a GUID [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_STORE_SECRET", hide_env_values = true)]
    secret: Option<String>,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    format: Format,
}

/// `store set`
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Which store
    #[arg(value_parser = store_id)]
    id: StoreId,
    /// Name shown to buyers
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// `store show`
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Which store
    #[arg(value_parser = store_id)]
    id: StoreId,
    #[command(flatten)]
    format: Format,
}

/// `store rotate-secret`
#[derive(Debug, clap::Args)]
pub struct RotateSecret {
    /// Which store
    #[arg(value_parser = store_id)]
    id: StoreId,
    /// The new secret [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_STORE_SECRET", hide_env_values = true)]
    secret: Option<String>,
    #[command(flatten)]
    format: Format,
}

/// Settings by flags and from a file; flags win.
#[derive(Debug, clap::Args)]
pub struct Settings {
    /// Settings as TOML or JSON, keys as in `store show --json`
    #[arg(long, value_name = "FILE")]
    #[expect(clippy::struct_field_names, reason = "the flag's name")]
    settings: Option<PathBuf>,
    /// Shipping rates as TOML or JSON; see `crossdock shipping import --help`
    #[arg(long, value_name = "FILE")]
    shipping: Option<PathBuf>,
    /// Host that buyers may be sent to: shop.example or *.shop.example; may be repeated
    #[arg(long, value_name = "HOST")]
    redirect_host: Vec<String>,
    /// Where buyers go after payment when the cart names no page
    #[arg(long, value_name = "URL")]
    success_url: Option<String>,
    /// Way of paying, in the order shown: bank_transfer, test; may be repeated
    #[arg(long, value_name = "NAME")]
    provider: Vec<String>,
    /// Text for buyers who pay by bank transfer
    #[arg(long, value_name = "TEXT")]
    bank_transfer_instructions: Option<String>,
    /// Ship-to preselected when the link names none
    #[arg(long, value_name = "CC")]
    default_country: Option<String>,
    /// Country that is never served; may be repeated
    #[arg(long, value_name = "CC")]
    no_ship: Vec<String>,
    /// Site that may show the checkout in a frame: https://shop.example; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    frame_origin: Vec<String>,
    /// How long a cart can be paid
    #[arg(long, value_name = "MINUTES")]
    cart_lifetime: Option<i64>,
    /// Address for buyers' questions
    #[arg(long, value_name = "ADDRESS")]
    support_email: Option<String>,
    /// Show the domestic shipping charge as its own line
    #[arg(long, value_name = "BOOL")]
    domestic_charge_as_line: Option<bool>,
    /// Who collects duty and import tax: prepaid, buyer_choice, on_delivery
    #[arg(long, value_name = "WAY")]
    duties: Option<String>,
    /// Who pays fees of customs and carriers: buyer, store
    #[arg(long, value_name = "WHO")]
    fees: Option<String>,
    /// Percent on top of amounts shown in the buyer's own currency
    #[arg(long, value_name = "PERCENT")]
    exchange_margin: Option<String>,
    /// For how long a shown total stays good although rates or rules change
    #[arg(long, value_name = "MINUTES")]
    guarantee: Option<i64>,
    /// Regime by which the store collects tax at the sale: IOSS, VOEC; may be repeated
    #[arg(long, value_name = "NAME")]
    registered: Vec<String>,
    /// Which rate holds when an HS code is too short: lowest, average, highest
    #[arg(long, value_name = "WHICH")]
    short_code: Option<String>,
    /// Key for quotes on product pages: pk-STORE-..., `new` for a new one, `none` to switch them off
    #[arg(long, value_name = "KEY")]
    public_key: Option<String>,
    /// HS code for goods of a category without one: shirts=610910; may be repeated, replaces the list
    #[arg(long, value_name = "CATEGORY=CODE")]
    hs_for: Vec<String>,
    /// Let carts made with the secret bring their own script for the end of the page
    #[arg(long, value_name = "BOOL")]
    allow_footer_html: Option<bool>,
}

/// Reads a store id.
pub fn store_id(text: &str) -> Result<StoreId, String> {
    text.parse().ok().and_then(StoreId::new).ok_or_else(|| format!("a store id is a number from 1 to {}", StoreId::MAX))
}

/// Reads a TOML or JSON file, told by its ending.
pub fn document(file: &std::path::Path) -> anyhow::Result<Value> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let read = if json {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    } else {
        toml::from_str(&text).map_err(|error| error.to_string())
    };
    read.map_err(|error| Failure::new(End::Usage, format!("{}: {error}", file.display())).into())
}

impl Settings {
    /// The keys to replace.
    fn changes(self, store: StoreId) -> anyhow::Result<Value> {
        let landed_cost = self.landed_cost(store)?;
        let mut changes = match &self.settings {
            None => Map::new(),
            Some(file) => match document(file)? {
                Value::Object(keys) => keys,
                _ => return Err(Failure::new(End::Usage, format!("{}: must hold keys", file.display())).into()),
            },
        };
        let mut set = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                changes.insert(key.to_owned(), value);
            }
        };
        let list = |values: Vec<String>| (!values.is_empty()).then(|| json!(values));
        set("shipping", self.shipping.as_deref().map(document).transpose()?);
        set("redirect_hosts", list(self.redirect_host));
        set("providers", list(self.provider));
        set("no_ship_countries", list(self.no_ship));
        set("frame_origins", list(self.frame_origin));
        set("success_url", self.success_url.map(Value::from));
        set("bank_transfer_instructions", self.bank_transfer_instructions.map(Value::from));
        set("default_country", self.default_country.map(Value::from));
        set("cart_lifetime_minutes", self.cart_lifetime.map(Value::from));
        set("support_email", self.support_email.map(Value::from));
        set("domestic_charge_as_line", self.domestic_charge_as_line.map(Value::from));
        set("allow_footer_html", self.allow_footer_html.map(Value::from));
        if !landed_cost.is_empty() {
            let present = changes.entry("landed_cost").or_insert_with(|| json!({}));
            if let Some(present) = present.as_object_mut() {
                present.extend(landed_cost);
            }
        }
        Ok(Value::Object(changes))
    }

    /// The keys to replace in `landed_cost`.
    fn landed_cost(&self, store: StoreId) -> anyhow::Result<Map<String, Value>> {
        let mut keys = Map::new();
        let mut set = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                keys.insert(key.to_owned(), value);
            }
        };
        set("duties", self.duties.clone().map(Value::from));
        set("fees", self.fees.clone().map(Value::from));
        set("exchange_margin_percent", self.exchange_margin.clone().map(Value::from));
        set("guarantee_minutes", self.guarantee.map(Value::from));
        set("registered", (!self.registered.is_empty()).then(|| json!(self.registered)));
        set("short_code", self.short_code.clone().map(Value::from));
        set(
            "public_key",
            self.public_key.as_deref().map(|key| match key {
                "none" => Value::Null,
                "new" => json!(crossdock_app::landed_cost::new_public_key(store, &SystemRandom)),
                own => json!(own),
            }),
        );
        let mut codes = Map::new();
        for pair in &self.hs_for {
            let (category, code) = pair.split_once('=').ok_or_else(|| {
                Failure::new(End::Usage, format!("--hs-for {pair:?}: write CATEGORY=CODE, for example shirts=610910"))
            })?;
            codes.insert(category.trim().to_owned(), json!(code.trim()));
        }
        set("hs_by_category", (!codes.is_empty()).then_some(Value::Object(codes)));
        Ok(keys)
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Store) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Store::Add(add) => {
            let (id, name, format) = (add.id, add.name, add.format);
            let settings = add.settings.changes(id)?;
            let secret = add.secret.map(Secret);
            let request = AdminRequest::StoreAdd { id, name, currency: add.currency, secret, settings };
            let answer = ask(&context, Database::OrNew, request).await?;
            show_secret(&context, answer, format, "added")
        }
        Store::Set(set) => {
            let request =
                AdminRequest::StoreSet { id: set.id, name: set.name, settings: set.settings.changes(set.id)? };
            ask(&context, Database::Existing, request).await?;
            context.remark(&format!("store {} changed", set.id));
            Ok(())
        }
        Store::List(format) => list(&context, format).await,
        Store::Show(show) => {
            let answer = ask(&context, Database::Existing, AdminRequest::StoreShow { id: show.id }).await?;
            let AdminAnswer::Store(store) = answer else { return Err(unexpected(&answer)) };
            if show.format.json {
                return output::json(&store);
            }
            output::facts(&[
                ("store", store.id.to_string()),
                ("name", store.name),
                ("currency", store.currency),
                ("settings", String::new()),
            ]);
            output::json(&store.settings)
        }
        Store::RotateSecret(rotate) => {
            let request = AdminRequest::StoreRotateSecret { id: rotate.id, secret: rotate.secret.map(Secret) };
            let answer = ask(&context, Database::Existing, request).await?;
            show_secret(&context, answer, rotate.format, "has a new secret")
        }
    }
}

fn show_secret(context: &Context, answer: AdminAnswer, format: Format, what: &str) -> anyhow::Result<()> {
    let AdminAnswer::Secret { id, secret } = answer else { return Err(unexpected(&answer)) };
    if format.json {
        return output::json(&json!({ "id": id, "secret": secret }));
    }
    context.remark(&format!("store {id} {what}"));
    if let Some(Secret(secret)) = secret {
        context.remark("its API secret, shown only now:");
        output::line(secret);
    }
    Ok(())
}

async fn list(context: &Context, format: Format) -> anyhow::Result<()> {
    let answer = ask(context, Database::Existing, AdminRequest::StoreList).await?;
    let AdminAnswer::Stores(stores) = answer else { return Err(unexpected(&answer)) };
    if format.json {
        return output::json(&stores);
    }
    let mut table = output::table(["store", "name", "currency", "payment", "zones", "redirect hosts"]);
    for store in stores {
        table.add_row([
            store.id.to_string(),
            store.name,
            store.currency,
            store.providers.join(", "),
            store.zones.to_string(),
            store.redirect_hosts.join(", "),
        ]);
    }
    output::print_table(&table, "no stores yet; add one with `crossdock store add`");
    Ok(())
}
