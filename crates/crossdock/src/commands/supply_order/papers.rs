//! `crossdock supply-order print …`: what packers hold in their hands. HTML, because every browser prints it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::{Page, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::wholesale::SupplyStatus;
use crossdock_domain::wholesale::status::Phase;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::show::{address_lines, money, size, view};
use super::{OrderRef, read_status};
use crate::commands::options::{WholesalerOption, use_zone};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::{self, at, cell, shown};
use crate::session::ask;

/// Print packing lists or a pick list as HTML, to standard output
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// A page per order: recipient, goods, remarks, for the parcel
    #[command(after_help = "\
Examples:
  crossdock supply-order print packing-list 17 > 17.html
  crossdock supply-order print packing-list --status packed > packing.html

Without orders and without --status: all orders that are still to be sent. Open the file in a
browser and print it.")]
    PackingList(Find),
    /// The goods of all orders together, by code, for one walk through the warehouse
    #[command(after_help = "\
Examples:
  crossdock supply-order print pick-list > pick.html
  crossdock supply-order print pick-list --status new --status on_order > pick.html

Without orders and without --status: all orders that are still to be sent. Sets are listed as
their parts.")]
    PickList(Find),
}

/// Finds the orders that papers are made for, oldest first.
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Find {
    /// Orders by number or id, 17 or shop1-17 [default: all that are still to be sent]
    orders: Vec<OrderRef>,
    #[command(flatten)]
    pub wholesaler: WholesalerOption,
    /// Only orders in this status; may be repeated
    #[arg(long, value_name = "STATUS", conflicts_with = "orders")]
    status: Vec<String>,
}

impl Command for Find {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let mut found = Vec::new();
        if !self.orders.is_empty() {
            for order in &self.orders {
                let serial = order.find(app, wholesaler).await?;
                found.push(view(&app.hub().orders().get(wholesaler, serial).await?));
            }
            return Ok(found.into());
        }
        let mut statuses: Vec<SupplyStatus> =
            self.status.iter().map(|code| read_status(code)).collect::<Result<_, _>>()?;
        if statuses.is_empty() {
            statuses
                .extend(SupplyStatus::all().filter(|status| matches!(status.phase(), Phase::Waiting | Phase::Packing)));
        }
        let mut page = Page::FIRST;
        loop {
            let query = SupplyOrderQuery { statuses: statuses.clone(), page, ..SupplyOrderQuery::default() };
            let query = StaffOrderQuery { oldest_first: true, query, ..StaffOrderQuery::default() };
            let part = app.hub().orders().search(wholesaler, query).await?;
            let last = part.items.is_empty();
            found.extend(part.items.iter().map(view));
            if last || i64::try_from(found.len()).unwrap_or(i64::MAX) >= part.total {
                return Ok(found.into());
            }
            page.number += 1;
        }
    }
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    let (find, write): (Find, fn(&[Value]) -> String) = match command {
        Commands::PackingList(find) => (find, packing_lists),
        Commands::PickList(find) => (find, pick_list),
    };
    use_zone(context, find.wholesaler).await?;
    let orders = ask(context, find).await?;
    let orders = orders.as_array().map_or(&[][..], Vec::as_slice);
    context.note(&format!("for {}", output::count(i64::try_from(orders.len()).unwrap_or(i64::MAX), "order")));
    output::line(write(orders));
    Ok(())
}

/// Text between tags.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

const STYLE: &str = "body{font:11pt/1.35 sans-serif;margin:1.5cm;color:#000}h1{font-size:15pt;margin:0 0 .3cm}\
table{border-collapse:collapse;width:100%;margin:.4cm 0}th,td{border-bottom:1px solid #999;padding:.12cm .2cm;text-align:left;\
vertical-align:top}th{border-bottom:2px solid #000}td.n{text-align:right;white-space:nowrap}td.c{white-space:nowrap}\
p{margin:.2cm 0;white-space:pre-line}section{break-after:page}section:last-child{break-after:auto}tr{break-inside:avoid}";

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n{body}</html>"
    )
}

fn packing_lists(orders: &[Value]) -> String {
    let mut body = String::new();
    for order in orders {
        packing_list(&mut body, order);
    }
    if orders.is_empty() {
        body.push_str("<p>No orders to pack.</p>\n");
    }
    page("Packing list", &body)
}

fn packing_list(body: &mut String, order: &Value) {
    let document = &order["document"];
    let address = at(order, "delivery.address");
    let mut to = vec![cell(&order["recipient"]), cell(&address["additional"])];
    to.extend(address_lines(address));
    to.extend([cell(&address["phone"]), cell(&address["email"])]);
    to.retain(|line| !line.is_empty());
    let _ = write!(
        body,
        "<section>\n<h1>Order {}</h1>\n<p>{}</p>\n",
        escaped(&cell(&order["order_id"])),
        escaped(&to.join("\n"))
    );
    let facts = [
        ("Shop", cell(&order["shop"])),
        ("Shop's number", cell(&order["external_id"])),
        ("Placed", shown(order, "placed_at")),
        ("Courier", cell(&order["courier"])),
        ("Pickup point", cell(at(order, "delivery.pickup_point.id"))),
        ("Courier collects", money(at(document, "cash_on_delivery.amount"))),
        ("Note of the shop", cell(&document["note_to_order"])),
        ("Note to the courier", cell(&document["note_to_courier"])),
        ("Note of staff", cell(&order["note"])),
    ];
    for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(body, "<p><b>{name}:</b> {}</p>", escaped(value));
    }
    body.push_str("<table>\n<tr><th>Quantity<th>Code<th>EAN<th>Item<th>Size<th>Remark</tr>\n");
    for line in document["lines"].as_array().into_iter().flatten() {
        let (code, size) = size(line);
        let [quantity, ean, name, remark] =
            ["quantity", "producer_code", "name", "comment"].map(|key| escaped(&cell(&line[key])));
        let (code, size) = (escaped(&code), escaped(&size));
        let _ = writeln!(
            body,
            "<tr><td class=\"n\">{quantity}<td class=\"c\">{code}<td class=\"c\">{ean}<td>{name}<td>{size}<td>{remark}</tr>"
        );
        for part in line["components"].as_array().into_iter().flatten() {
            let code = format!("{}-{}", cell(&part["variant"]["product"]), cell(&part["variant"]["size"]));
            let each = escaped(&cell(&part["quantity"]));
            let _ = writeln!(
                body,
                "<tr><td><td class=\"c\">{}<td><td>part of the set, {each} each<td><td></tr>",
                escaped(&code)
            );
        }
    }
    body.push_str("</table>\n</section>\n");
}

/// What is taken from one place of the warehouse.
#[derive(Default)]
struct Pick {
    quantity: Decimal,
    ean: String,
    name: String,
    size: String,
    orders: Vec<String>,
}

fn decimal(value: &Value) -> Decimal {
    cell(value).parse().unwrap_or_default()
}

fn pick_list(orders: &[Value]) -> String {
    let mut picks: BTreeMap<(i64, String), Pick> = BTreeMap::new();
    for order in orders {
        for line in at(order, "document.lines").as_array().into_iter().flatten() {
            let quantity = decimal(&line["quantity"]);
            let mut take = |variant: &Value, quantity: Decimal, whole: Option<&Value>| {
                let product = variant["product"].as_i64().unwrap_or_default();
                let pick = picks.entry((product, cell(&variant["size"]))).or_default();
                pick.quantity += quantity;
                let id = cell(&order["order_id"]);
                if !pick.orders.contains(&id) {
                    pick.orders.push(id);
                }
                match whole {
                    Some(line) => {
                        (pick.ean, pick.name, pick.size) =
                            (cell(&line["producer_code"]), cell(&line["name"]), size(line).1);
                    }
                    None if pick.name.is_empty() => pick.name = format!("part of {}", cell(&line["name"])),
                    None => {}
                }
            };
            match line["components"].as_array().filter(|parts| !parts.is_empty()) {
                Some(parts) => parts.iter().for_each(|part| {
                    take(&part["variant"], quantity * decimal(&part["quantity"]), None);
                }),
                None => take(&line["variant"], quantity, Some(line)),
            }
        }
    }
    let mut body =
        format!("<h1>Pick list for {}</h1>\n", output::count(i64::try_from(orders.len()).unwrap_or(i64::MAX), "order"));
    body.push_str("<table>\n<tr><th>Quantity<th>Code<th>EAN<th>Item<th>Size<th>Orders</tr>\n");
    for ((product, size), pick) in &picks {
        let code = escaped(&format!("{product}-{size}"));
        let (quantity, orders) = (pick.quantity.normalize(), escaped(&pick.orders.join(", ")));
        let [ean, name, size] = [&pick.ean, &pick.name, &pick.size].map(|text| escaped(text));
        let _ = writeln!(
            body,
            "<tr><td class=\"n\">{quantity}<td class=\"c\">{code}<td class=\"c\">{ean}<td>{name}<td>{size}<td>{orders}</tr>"
        );
    }
    body.push_str("</table>\n");
    page("Pick list", &body)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn order(id: &str, lines: &Value) -> Value {
        json!({ "order_id": id, "recipient": "Jan <b>Kowalski</b>", "shop": "Sklep & Co",
                "delivery": { "address": { "street": "Prosta 1", "zip": "00-001", "city": "Warszawa", "phone": "500100200" } },
                "document": { "lines": lines, "note_to_order": "prezent" } })
    }

    fn line(size: &str, quantity: &str, components: &Value) -> Value {
        json!({ "variant": { "product": 1, "size": size }, "quantity": quantity, "name": "Koc", "size_name": "140x180",
                "producer_code": "5901234123457", "comment": "na prezent", "components": components })
    }

    #[test]
    fn a_packing_list_has_all_that_packers_need_and_no_markup_of_strangers() {
        let text = packing_lists(&[order("sklep1-2", &json!([line("A", "2", &json!([]))]))]);
        for part in
            ["Order sklep1-2", "500100200", "Sklep &amp; Co", "5901234123457", "140x180", "na prezent", "prezent"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("<b>Kowalski"), "{text}");
    }

    #[test]
    fn a_pick_list_adds_up_all_orders_and_takes_sets_apart() {
        let set = json!([{ "variant": { "product": 1, "size": "A" }, "quantity": "3" }]);
        let text = pick_list(&[
            order("s-1", &json!([line("A", "2", &json!([]))])),
            order("s-2", &json!([line("A", "1.5", &json!([])), line("SET", "2", &set)])),
        ]);
        assert!(text.contains("<td class=\"n\">9.5<td class=\"c\">1-A"), "{text}");
        assert!(text.contains("s-1, s-2") && text.contains("2 orders"), "{text}");
        assert!(!text.contains("1-SET"), "{text}");
    }
}
