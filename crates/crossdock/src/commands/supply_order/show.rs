//! `crossdock supply-order show`: everything that is needed to pack and send an order.

use clap::Args;
use crossdock_app::App;
use crossdock_domain::money::Money;
use crossdock_domain::wholesale::SupplyOrder;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{OrderArgs, parcels, summary};
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, at, cell, shown};

/// `supply-order show`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Show {
    #[command(flatten)]
    pub(super) order: OrderArgs,
}

impl Command for Show {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let (wholesaler, serial) = self.order.find(app).await?;
        Ok(view(&app.hub().orders().get(wholesaler, serial).await?))
    }
}

pub(super) fn view(order: &SupplyOrder) -> Value {
    let mut view = summary(order);
    view["note"] = json!(order.note);
    view["delivery"] = json!(order.delivery);
    view["document"] = json!(order.document);
    view["parcels"] = order.parcels.iter().map(parcels::view).collect();
    view
}

/// Lines of an address as they stand on a parcel, without name and company.
pub(super) fn address_lines(address: &Value) -> Vec<String> {
    let part = |keys: &[&str]| {
        let words = keys.iter().map(|key| cell(&address[*key])).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    };
    let parts = [&["street"][..], &["zip", "city"], &["country"]];
    parts.into_iter().map(part).filter(|part| !part.is_empty()).collect()
}

/// An amount; empty where there is none.
pub(super) fn money(value: &Value) -> String {
    serde_json::from_value::<Money>(value.clone()).map(|money| money.to_string()).unwrap_or_default()
}

/// An amount as programs read it, `12.50`, and its currency.
pub fn amount_and_currency(value: &Value) -> Option<(String, String)> {
    let money = serde_json::from_value::<Money>(value.clone()).ok()?;
    Some((money.to_decimal().to_string(), money.currency.code().to_owned()))
}

/// The size that a line is of: its code as the shop sees it, and its name.
pub(super) fn size(line: &Value) -> (String, String) {
    let size = cell(&line["variant"]["size"]);
    let code = format!("{}-{size}", cell(&line["variant"]["product"]));
    let name = cell(&line["size_name"]);
    (code, if name.is_empty() { size } else { name })
}

pub(super) fn print(order: &Value) {
    let document = &order["document"];
    let contact = |key: &str| cell(at(order, &format!("delivery.address.{key}")));
    output::facts(&[
        ("order", cell(&order["order_id"])),
        ("shop", cell(&order["shop"])),
        ("shop's number", cell(&order["external_id"])),
        ("status", cell(&order["status"])),
        ("placed", shown(order, "placed_at")),
        ("dispatched", shown(order, "dispatched_at")),
        ("recipient", cell(&order["recipient"])),
        ("company, remark", contact("additional")),
        ("address", address_lines(at(order, "delivery.address")).join(", ")),
        ("phone", contact("phone")),
        ("e-mail", contact("email")),
        ("courier", cell(&order["courier"])),
        ("pickup point", cell(at(order, "delivery.pickup_point.id"))),
        ("preferred day", cell(at(order, "delivery.preferred_date"))),
        ("payment", cell(&document["payment"])),
        ("courier collects", money(at(document, "cash_on_delivery.amount"))),
        ("note of the shop", cell(&document["note_to_order"])),
        ("note to the courier", cell(&document["note_to_courier"])),
        ("note of staff", cell(&order["note"])),
    ]);
    let mut table =
        output::table(["#", "quantity", "code", "item", "size", "remark", "sum", "price", "EAN", "shop's code"]);
    for line in document["lines"].as_array().into_iter().flatten() {
        let (code, size) = size(line);
        let [position, quantity, name, remark, ean, asked] =
            ["position", "quantity", "name", "comment", "producer_code", "code"].map(|key| cell(&line[key]));
        let [price, sum] = ["unit_gross", "gross"].map(|key| money(&line["value"][key]));
        let asked = if asked == code || asked == ean { String::new() } else { asked };
        table.add_row([position, quantity, code, name, size, remark, sum, price, ean, asked]);
    }
    output::print_table(&table, "no lines");
    output::list(&order["parcels"], parcels::COLUMNS, "no parcels yet");
    output::facts(&[
        ("goods", money(at(document, "amounts.products"))),
        ("delivery", money(at(document, "amounts.delivery"))),
        ("payment fee", money(at(document, "amounts.payment"))),
        ("total", cell(&order["total"])),
    ]);
}
