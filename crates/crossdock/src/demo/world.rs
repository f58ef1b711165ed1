//! Fills a data directory with the sample store and a fresh cart, through the same ways that shops use.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::{Context as _, ensure};
use crossdock_app::App;
use crossdock_app::checkout::StoreError;
use crossdock_domain::clock::Day;
use crossdock_domain::ids::StoreId;
use crossdock_domain::money::Currency;
use crossdock_domain::store::Store;
use crossdock_rules::rates::{self, Hints};
use crossdock_wire::checkout::{CheckoutApiRequest, CheckoutOperation, Version, answer};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::{NAME, SECRET, STORE, is_demo, mark_demo, orders, wholesaler};
use crate::context::Context;
use crate::exit::Failure;
use crate::serving::Server;

/// Settings of the sample store.
const SETTINGS: &str = include_str!("store.toml");
/// Lines of the cart that is ready to be paid; pictures are named by their file below `pages/static`.
const CART: &str = include_str!("cart.json");
/// Exchange rates, so that quotes work at once.
const RATES: &str = include_str!("rates.csv");
/// What quotes of the demo cite.
const RATES_SOURCE: &str = "sample rates of the demo, not for trade";
/// Makes commands on the demo's data work without the demo.
const CONFIG: &str = "\
# Written by `crossdock demo`. Commands on this data directory read it; `crossdock config print` lists every key.
[checkout]
test_mode = true
";

/// Sets everything up and answers the id of a fresh cart.
pub async fn prepare(context: &Context, server: &Server) -> anyhow::Result<String> {
    let app = &server.app;
    if !is_demo(app).await? {
        if !app.checkout().stores().list().await?.is_empty() || !app.hub().wholesalers().list().await?.is_empty() {
            // Its well-known credentials would open a real shop.
            return Err(Failure::refused(format!(
                "{} holds real stores or wholesalers; give the demo a --data-dir of its own",
                context.data_dir.dir().display()
            ))
            .into());
        }
        mark_demo(app).await?;
    }
    let new_store = add_store(app).await?;
    add_rates(app).await?;
    let new_wholesaler = wholesaler::add(app).await?;
    let config = context.data_dir.config();
    if !config.exists() {
        std::fs::write(&config, CONFIG).with_context(|| format!("cannot write {}", config.display()))?;
    }
    if new_store {
        orders::add_orders(server).await.context("the sample orders of the store")?;
    }
    if let Some(wholesaler) = new_wholesaler {
        orders::add_supply_orders(app, wholesaler).await.context("the sample orders of the wholesaler")?;
    }
    new_cart(server).await
}

/// Whether it was not there yet.
async fn add_store(app: &App) -> anyhow::Result<bool> {
    let id = StoreId::new(STORE).context("the sample store's id is in range")?;
    let settings = toml::from_str(SETTINGS).context("settings of the sample store")?;
    let store = Store { id, name: NAME.to_owned(), currency: Currency::USD, settings };
    match app.checkout().stores().add(store, &SecretString::from(SECRET)).await {
        // Kept as the last demo left it: whoever tries settings out does not want them back.
        Ok(()) => Ok(true),
        Err(StoreError::Exists) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Sample rates, unless somebody has imported others.
async fn add_rates(app: &App) -> anyhow::Result<()> {
    let newest = app.landed_cost().rates(1).await?.pop();
    if newest.is_some_and(|row| row.rates.source != RATES_SOURCE) {
        return Ok(());
    }
    let hints = Hints {
        day: Some(Day::of(app.now())),
        base: Currency::from_code("EUR"),
        source: Some(RATES_SOURCE.to_owned()),
    };
    let rates = rates::read(RATES.as_bytes(), &hints).context("the sample rates")?;
    app.landed_cost().import_rates(rates).await?;
    Ok(())
}

pub(super) async fn new_cart(server: &Server) -> anyhow::Result<String> {
    let mut cart: Value = serde_json::from_str(CART).context("the sample cart")?;
    cart["storeId"] = json!(STORE);
    cart["secret"] = json!(SECRET);
    for item in cart["items"].as_array_mut().into_iter().flatten() {
        let picture = item["imageURL"].as_str().and_then(|name| server.renderer.static_url(name));
        item["imageURL"] = picture.map_or(Value::Null, |path| json!(format!("{}{path}", server.public_url)));
    }
    let body = serde_json::to_vec(&cart)?;
    let reply = answer(
        &server.app,
        CheckoutApiRequest {
            version: Version::V1,
            operation: CheckoutOperation::CreateTempCart,
            body: &body,
            client: IpAddr::V4(Ipv4Addr::LOCALHOST),
            idempotency_key: None,
        },
    )
    .await;
    let answered: Value = serde_json::from_str(&reply.body)?;
    let id = answered["tempCartUUID"].as_str().unwrap_or_default().to_owned();
    ensure!(!id.is_empty(), "the sample cart was refused: {}", reply.body);
    Ok(id)
}

#[cfg(test)]
mod tests {
    use crossdock_domain::country::Country;
    use crossdock_domain::store::StoreSettings;

    use super::*;

    #[test]
    fn the_sample_store_ships_everywhere_but_to_the_countries_it_names() {
        let settings: StoreSettings = toml::from_str(SETTINGS).expect("settings");
        assert_eq!(settings.shipping.check(), Ok(()));
        let served = Country::all().filter(|country| !settings.no_ship_countries.contains(country));
        for country in served {
            assert!(settings.shipping.zone_for(country).is_some(), "{country}");
        }
    }

    #[test]
    fn pictures_of_the_sample_cart_are_among_the_static_files() {
        let renderer = crossdock_web::render::Renderer::new(None).expect("pages");
        let cart: Value = serde_json::from_str(CART).expect("cart");
        let names: Vec<&str> =
            cart["items"].as_array().expect("items").iter().filter_map(|i| i["imageURL"].as_str()).collect();
        assert!(!names.is_empty());
        for name in names {
            assert!(renderer.static_url(name).is_some(), "{name}");
        }
    }
}
