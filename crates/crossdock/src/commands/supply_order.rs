//! `crossdock supply-order …`.

mod write;

use crossdock_domain::money::Money;
use crossdock_domain::wholesale::{CourierId, OrderSerial, ParcelId, WholesalerId};
use serde_json::Value;

use super::wholesaler::{ask, cell, print_list, wholesaler_id};
use crate::admin::wholesale::{ParcelOptions, WholesaleRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::output::{self, Format};

/// Orders that shops placed at a wholesaler: list them, pack them, send them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List orders, newest first
    #[command(after_help = "\
Examples:
  crossdock supply-order list 1 --status new
  crossdock supply-order list 1 --account shop1 --limit 20 --json
  crossdock supply-order list 1 --number 00340434292135100094")]
    List {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Only of this shop, by its login
        #[arg(long, value_name = "LOGIN")]
        account: Option<String>,
        /// Only in this status
        #[arg(long, value_name = "STATUS")]
        status: Option<String>,
        /// Only with this consignment or parcel number
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
        /// At most so many, up to 100
        #[arg(long, default_value_t = 50)]
        limit: i64,
        #[command(flatten)]
        format: Format,
    },
    /// Show an order
    #[command(after_help = "Example:\n  crossdock supply-order show 1 17")]
    Show(Which),
    /// Show what happened to an order
    #[command(after_help = "Example:\n  crossdock supply-order history 1 17")]
    History(Which),
    /// Order for a shop
    #[command(after_help = write::ADD_HELP, override_usage = write::ADD_USAGE)]
    Add(Box<write::Add>),
    /// Change what was ordered: lines, prices, remarks, way of paying
    #[command(after_help = write::EDIT_HELP)]
    Edit(Box<write::Edit>),
    /// Move an order to a status
    #[command(after_help = "\
Examples:
  crossdock supply-order set-status 1 17 packed
  crossdock supply-order set-status 1 17 finished
  crossdock supply-order set-status 1 17 canceled --reason 'the shop called'

The goods of an order leave the stock when it is finished, and are free again when it is canceled.")]
    SetStatus {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Number of the order
        serial: i64,
        /// The status: on_order, packed, finished, ...
        status: String,
        /// Why; kept in the order's history
        #[arg(long, default_value = "")]
        reason: String,
        #[command(flatten)]
        person: Person,
        #[command(flatten)]
        format: Format,
    },
    /// Write a remark on an order
    #[command(after_help = "Example:\n  crossdock supply-order note 1 17 'call before packing'")]
    Note {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Number of the order
        serial: i64,
        /// The remark
        note: String,
        #[command(flatten)]
        person: Person,
    },
    /// Add a parcel with its numbers
    #[command(after_help = "\
Examples:
  crossdock supply-order add-parcel 1 17 --shipping-number SN1
  crossdock supply-order add-parcel 1 17 --package-number PN1 --courier 52 --weight 1200")]
    AddParcel {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Number of the order
        serial: i64,
        /// Number of the whole consignment
        #[arg(long, default_value = "", value_name = "NUMBER")]
        shipping_number: String,
        /// Number of this parcel
        #[arg(long, default_value = "", value_name = "NUMBER")]
        package_number: String,
        /// Who carries it [default: the order's courier]
        #[arg(long, value_name = "ID")]
        courier: Option<i64>,
        /// Grams, packaging included
        #[arg(long, default_value_t = 0, value_name = "GRAMS")]
        weight: i64,
        #[command(flatten)]
        person: Person,
        #[command(flatten)]
        format: Format,
    },
    /// Take a parcel off an order
    #[command(after_help = "Example:\n  crossdock supply-order remove-parcel 1 17 9")]
    RemoveParcel {
        /// Which wholesaler
        #[arg(value_parser = wholesaler_id)]
        wholesaler: WholesalerId,
        /// Number of the order
        serial: i64,
        /// Number of the parcel
        parcel: i64,
        #[command(flatten)]
        person: Person,
    },
}

/// An order.
#[derive(Debug, clap::Args)]
pub struct Which {
    /// Which wholesaler
    #[arg(value_parser = wholesaler_id)]
    wholesaler: WholesalerId,
    /// Number of the order
    serial: i64,
    #[command(flatten)]
    format: Format,
}

/// Who does it.
#[derive(Debug, clap::Args)]
pub struct Person {
    /// Who; kept in the order's history
    #[arg(long = "as", value_name = "NAME", env = "USER", hide_env_values = true, default_value = "command line")]
    name: String,
}

/// An address on one line.
fn address(address: &Value) -> String {
    let part = |keys: &[&str]| {
        let words = keys.iter().map(|key| cell(&address[*key])).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    };
    let parts = [&["first_name", "last_name"][..], &["additional"], &["street"], &["zip", "city"], &["country"]];
    parts.into_iter().map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// An amount; empty where there is none.
fn money(value: &Value) -> String {
    serde_json::from_value::<Money>(value.clone()).map(|money| money.to_string()).unwrap_or_default()
}

fn show(order: &Value) {
    let document = &order["document"];
    output::facts(&[
        ("order", cell(&order["order_id"])),
        ("shop's number", cell(&order["external_id"])),
        ("status", cell(&order["status"])),
        ("placed", cell(&order["placed_at"])),
        ("dispatched", cell(&order["dispatched_at"])),
        ("ship to", address(&order["delivery"]["address"])),
        ("courier", cell(&order["courier"])),
        ("pickup point", cell(&order["delivery"]["pickup_point"]["id"])),
        ("payment", cell(&document["payment"])),
        ("note of the shop", cell(&document["note_to_order"])),
        ("note", cell(&order["note"])),
    ]);
    let mut table = output::table(["#", "quantity", "code", "item", "size", "price", "sum"]);
    for line in document["lines"].as_array().into_iter().flatten() {
        let code = format!("{}-{}", cell(&line["variant"]["product"]), cell(&line["variant"]["size"]));
        let [position, quantity, name, size] =
            ["position", "quantity", "name", "size_name"].map(|key| cell(&line[key]));
        let [price, sum] = ["unit_gross", "gross"].map(|key| money(&line["value"][key]));
        table.add_row([position, quantity, code, name, size, price, sum]);
    }
    output::print_table(&table, "no lines");
    let mut table = output::table(["parcel", "courier", "consignment", "parcel number", "tracking"]);
    for parcel in order["parcels"].as_array().into_iter().flatten() {
        let keys = ["id", "courier_name", "shipping_number", "package_number", "tracking_url"];
        table.add_row(keys.map(|key| cell(&parcel[key])));
    }
    output::print_table(&table, "no parcels yet");
    output::facts(&[
        ("goods", money(&document["amounts"]["products"])),
        ("delivery", money(&document["amounts"]["delivery"])),
        ("payment fee", money(&document["amounts"]["payment"])),
        ("total", cell(&order["total"])),
        ("courier collects", money(&document["cash_on_delivery"]["amount"])),
    ]);
}

/// Runs the command.
pub async fn run(global: &Global, command: Command) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Command::List { wholesaler, account, status, number, limit, format } => {
            let columns = [
                ("order", "order_id"),
                ("shop's number", "external_id"),
                ("placed", "placed_at"),
                ("status", "status"),
                ("courier", "courier"),
                ("city", "city"),
                ("total", "total"),
            ];
            let list = ask(&context, WholesaleRequest::Orders { wholesaler, account, status, number, limit }).await?;
            print_list(&list, format, columns, "no such orders")
        }
        Command::Show(Which { wholesaler, serial, format }) => {
            let order = ask(&context, WholesaleRequest::OrderShow { wholesaler, serial: OrderSerial(serial) }).await?;
            if format.json {
                return output::json(&order);
            }
            show(&order);
            Ok(())
        }
        Command::History(Which { wholesaler, serial, format }) => {
            let request = WholesaleRequest::OrderHistory { wholesaler, serial: OrderSerial(serial) };
            let columns = [
                ("when", "at"),
                ("who", "actor"),
                ("what", "event.kind"),
                ("from", "event.from"),
                ("to", "event.to"),
                ("number", "event.number"),
                ("lines", "lines"),
                ("why", "event.reason"),
            ];
            print_list(&ask(&context, request).await?, format, columns, "nothing happened yet")
        }
        Command::Add(command) => write::add(&context, *command).await,
        Command::Edit(command) => write::edit(&context, *command).await,
        Command::SetStatus { wholesaler, serial, status, reason, person, format } => {
            let (serial, person) = (OrderSerial(serial), person.name);
            let request = WholesaleRequest::OrderStatus { wholesaler, serial, status, person, reason };
            let order = ask(&context, request).await?;
            if format.json {
                return output::json(&order);
            }
            output::line(format!("{} {}", cell(&order["order_id"]), cell(&order["status"])));
            Ok(())
        }
        Command::Note { wholesaler, serial, note, person } => {
            let (serial, person) = (OrderSerial(serial), person.name);
            ask(&context, WholesaleRequest::OrderNote { wholesaler, serial, note, person }).await?;
            context.remark("noted");
            Ok(())
        }
        Command::AddParcel { wholesaler, serial, shipping_number, package_number, courier, weight, person, format } => {
            let courier = courier.map(CourierId);
            let parcel = ParcelOptions { courier, package_number, shipping_number, weight_grams: weight };
            let (serial, person) = (OrderSerial(serial), person.name);
            let request = WholesaleRequest::ParcelAdd { wholesaler, serial, parcel, person };
            let columns = [
                ("parcel", "id"),
                ("courier", "courier_name"),
                ("consignment", "shipping_number"),
                ("parcel number", "package_number"),
                ("tracking", "tracking_url"),
            ];
            print_list(&ask(&context, request).await?, format, columns, "no parcel was added")
        }
        Command::RemoveParcel { wholesaler, serial, parcel, person } => {
            let (serial, parcel, person) = (OrderSerial(serial), ParcelId(parcel), person.name);
            ask(&context, WholesaleRequest::ParcelRemove { wholesaler, serial, parcel, person }).await?;
            context.remark("parcel removed");
            Ok(())
        }
    }
}
