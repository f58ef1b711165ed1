//! `crossdock order …`.

use crossdock_domain::ids::StoreId;
use crossdock_domain::text::plain_text;

use super::store::store_id;
use crate::admin::views::OrderView;
use crate::admin::{Action, AdminAnswer, AdminRequest};
use crate::cli::Global;
use crate::context::Context;
use crate::output::{self, Format};
use crate::session::{Database, ask, unexpected};

/// List orders and act on them
#[derive(Debug, clap::Subcommand)]
pub enum Order {
    /// List the orders of a store
    #[command(after_help = "\
Examples:
  crossdock order list 123
  crossdock order list 123 --since 20260101 --json")]
    List {
        /// Which store
        #[arg(value_parser = store_id)]
        store: StoreId,
        /// First day (UTC) as 20260131 or 2026-01-31 [default: two weeks ago]
        #[arg(long, value_name = "DAY")]
        since: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 1000)]
        limit: u32,
        #[command(flatten)]
        format: Format,
    },
    /// Show an order
    #[command(after_help = "Example:\n  crossdock order show 123-10001")]
    Show {
        /// Its full id, e.g. 123-10001
        order: String,
        #[command(flatten)]
        format: Format,
    },
    /// Show everything that happened to an order
    #[command(after_help = "Example:\n  crossdock order history 123-10001")]
    History {
        /// Its full id, e.g. 123-10001
        order: String,
        #[command(flatten)]
        format: Format,
    },
    /// Fraud review passed: process the order and take the money
    #[command(after_help = "Example:\n  crossdock order approve 123-10001 --reason 'spoke with the buyer'")]
    Approve(Act),
    /// Fraud review failed: cancel the order and give the money back
    #[command(after_help = "Example:\n  crossdock order deny 123-10001 --reason 'stolen card'")]
    Deny(Act),
    /// Put an order on hold
    #[command(after_help = "Example:\n  crossdock order hold 123-10001 --reason 'address unclear'")]
    Hold(Act),
    /// Take an order off hold, or let it go on after the merchant wished to cancel it
    #[command(after_help = "Example:\n  crossdock order release 123-10001")]
    Release(Act),
    /// Cancel an order and give the money back; there is no way back
    #[command(after_help = "Example:\n  crossdock order cancel 123-10001 --reason 'out of stock'")]
    Cancel(Act),
    /// The bank transfer of an order has arrived
    #[command(after_help = "Example:\n  crossdock order book-payment 123-10001 --reason 'statement of 3 May'")]
    BookPayment(Act),
}

/// What every action needs.
#[derive(Debug, clap::Args)]
pub struct Act {
    /// Its full id, e.g. 123-10001
    order: String,
    /// Why; kept in the order's history
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Who; kept in the order's history
    #[arg(long = "as", value_name = "NAME", env = "USER", hide_env_values = true, default_value = "command line")]
    person: String,
    #[command(flatten)]
    format: Format,
}

/// Runs the command.
pub async fn run(global: &Global, command: Order) -> anyhow::Result<()> {
    let context = Context::short(global)?;
    match command {
        Order::List { store, since, limit, format } => {
            list(&context, AdminRequest::OrderList { store, since, limit }, limit, format).await
        }
        Order::Show { order, format } => {
            let answer = ask(&context, Database::Existing, AdminRequest::OrderShow { order }).await?;
            let AdminAnswer::Order(order) = answer else { return Err(unexpected(&answer)) };
            if format.json {
                return output::json(&order);
            }
            show(&order);
            Ok(())
        }
        Order::History { order, format } => history(&context, AdminRequest::OrderHistory { order }, format).await,
        Order::Approve(act) => act_on(&context, act, Action::Approve).await,
        Order::Deny(act) => act_on(&context, act, Action::Deny).await,
        Order::Hold(act) => act_on(&context, act, Action::Hold).await,
        Order::Release(act) => act_on(&context, act, Action::Release).await,
        Order::Cancel(act) => act_on(&context, act, Action::Cancel).await,
        Order::BookPayment(act) => act_on(&context, act, Action::BookPayment).await,
    }
}

async fn list(context: &Context, request: AdminRequest, limit: u32, format: Format) -> anyhow::Result<()> {
    let answer = ask(context, Database::Existing, request).await?;
    let AdminAnswer::Orders(orders) = answer else { return Err(unexpected(&answer)) };
    if orders.len() as u64 >= u64::from(limit) {
        context.remark("there may be more; raise --limit or give a later --since");
    }
    if format.json {
        return output::json(&orders);
    }
    let mut table = output::table(["order", "placed", "status", "since", "merchant's number", ""]);
    for order in orders {
        table.add_row([
            order.order_id,
            order.placed_at,
            order.status,
            order.status_at,
            order.merchant_order_id.unwrap_or_default(),
            if order.test { "test" } else { "" }.to_owned(),
        ]);
    }
    output::print_table(&table, "no orders since that day");
    Ok(())
}

fn show(order: &OrderView) {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let ship_to = &order.document["ship_to"];
    let parts = ["name", "company", "address1", "address2", "zip", "city", "state", "country"];
    let address: Vec<String> = parts.iter().map(|key| text(&ship_to[key])).filter(|part| !part.is_empty()).collect();
    let mark = if order.test { " (test)" } else { "" };
    output::facts(&[
        ("order", format!("{}{mark}", order.order_id)),
        ("status", format!("{} since {}", order.status, order.status_at)),
        ("placed", order.placed_at.clone()),
        ("merchant's number", order.merchant_order_id.clone().unwrap_or_default()),
        ("cart", order.cart_id.clone()),
        ("ship to", address.join(", ")),
        ("contact", format!("{} {}", text(&ship_to["email"]), text(&ship_to["phone"]))),
        ("shipping", text(&order.document["shipping"]["name"])),
        ("payment", format!("{} {}", text(&order.payment["processor"]), text(&order.payment["transaction_id"]))),
    ]);
    let mut table = output::table(["quantity", "item", "unit price"]);
    for item in order.document["cart"]["items"].as_array().into_iter().flatten() {
        let number = |key: &str| match &item[key] {
            serde_json::Value::String(number) => number.clone(),
            other => other.to_string(),
        };
        table.add_row([number("quantity"), plain_text(&text(&item["description"])), number("unit_price")]);
    }
    output::print_table(&table, "no items");
    output::facts(&[
        ("items", order.items_total.clone()),
        ("shipping", order.shipping_total.clone()),
        ("duty and tax", order.duty_taxes_total.clone()),
        ("total", order.grand_total.clone()),
    ]);
}

async fn history(context: &Context, request: AdminRequest, format: Format) -> anyhow::Result<()> {
    let answer = ask(context, Database::Existing, request).await?;
    let AdminAnswer::History(entries) = answer else { return Err(unexpected(&answer)) };
    if format.json {
        return output::json(&entries);
    }
    let mut table = output::table(["when", "who", "what"]);
    for entry in entries {
        table.add_row([entry.at, entry.actor, entry.text]);
    }
    output::print_table(&table, "nothing happened yet");
    Ok(())
}

async fn act_on(context: &Context, act: Act, action: Action) -> anyhow::Result<()> {
    let Act { order, reason, person, format } = act;
    let request = AdminRequest::OrderAct { order, action, person, reason };
    let answer = ask(context, Database::Existing, request).await?;
    let AdminAnswer::OrderStatus { order, status } = answer else { return Err(unexpected(&answer)) };
    if format.json {
        return output::json(&serde_json::json!({ "order_id": order, "status": status }));
    }
    output::line(format!("{order} {status}"));
    Ok(())
}
