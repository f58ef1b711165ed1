//! `crossdock order list`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::checkout::orders::{FoundOrder, SearchOrders};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::country::Country;
use crossdock_domain::ids::{OrderId, StoreId};
use crossdock_domain::order::OrderStatus;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::commands::options::StoreOption;
use crate::commands::shown::Shown;
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::output::Fields;
use crate::session::ask;

/// Days of orders that are listed when no first day is named.
const LIST_DAYS: i64 = 14;

const COLUMNS: Fields<'_> = &[
    ("order", "order_id"),
    ("placed", "placed_at"),
    ("buyer", "buyer"),
    ("to", "country"),
    ("total", "total"),
    ("status", "status"),
    ("merchant's number", "merchant_order_id"),
    ("test", "test"),
    ("since", "status_at"),
];

/// `order list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    store: StoreOption,
    /// First day (UTC) as 20260131 or 2026-01-31 [default: two weeks ago]
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// Only orders of buyers whose name, company, e-mail address or phone number contains this
    #[arg(long, value_name = "TEXT")]
    buyer: Option<String>,
    /// Only orders shipped to this country
    #[arg(long, value_name = "CC")]
    country: Option<Country>,
    /// Only orders in this status, such as in_process or IGLOBAL_ORDER_ON_HOLD; may be repeated
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// Only orders whose number, merchant's number, buyer or items contain this
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// Most orders to list
    #[arg(long, default_value_t = 1000)]
    limit: u32,
}

/// Runs the command.
pub(super) async fn run(context: &Context, list: Shown<List>) -> anyhow::Result<()> {
    let limit = list.command.limit;
    let orders = ask(context, list.command).await?;
    if orders.as_array().is_some_and(|orders| orders.len() as u64 >= u64::from(limit)) {
        context.note("there may be more; raise --limit or give a later --since");
    }
    list.format.list(&orders, COLUMNS, "no such orders since that day")
}

/// Reads a status as the protocol writes it, or short: `on_hold`, `shipped`.
fn read_status(text: &str) -> Result<OrderStatus, Failure> {
    let wanted = text.trim().to_uppercase().replace(['-', ' '], "_");
    let short = match wanted.as_str() {
        "SHIPPED" | "COMPLETE" => Some(OrderStatus::Shipped),
        "CANCELED" => Some(OrderStatus::Cancelled),
        _ => None,
    };
    let named = |prefix: &str| OrderStatus::from_code(&format!("{prefix}{wanted}"));
    let prefixes = ["", "IGLOBAL_ORDER_", "IGLOBAL_", "VENDOR_"];
    short.or_else(|| prefixes.into_iter().find_map(named)).ok_or_else(|| {
        let all: Vec<&str> = OrderStatus::ALL.into_iter().map(OrderStatus::code).collect();
        Failure::refused(format!("there is no status {text:?}; there are {}", all.join(", ")))
    })
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let store = self.store.find(app).await?;
        let since = match self.since {
            Some(day) => Timestamp::from_yyyymmdd(&day.replace('-', ""))
                .ok_or_else(|| Failure::refused(format!("{day:?} is not a valid day; write 20260131 or 2026-01-31")))?,
            None => app.now() - Span::days(LIST_DAYS),
        };
        let query = SearchOrders {
            store,
            since,
            until: None,
            statuses: self.status.iter().map(|status| read_status(status)).collect::<Result<_, _>>()?,
            country: self.country,
            buyer: self.buyer,
            text: self.text,
            limit: usize::try_from(self.limit).unwrap_or(usize::MAX),
        };
        Ok(app.checkout().orders().search(query).await?.iter().map(|order| view(store, order)).collect())
    }
}

fn view(store: StoreId, order: &FoundOrder) -> Value {
    let FoundOrder { summary, document } = order;
    json!({
        "order_id": OrderId { store, number: summary.number }.to_string(),
        "status": summary.status.code(),
        "status_at": summary.status_at.to_rfc3339(),
        "placed_at": summary.placed_at.to_rfc3339(),
        "test": summary.test,
        "merchant_order_id": summary.merchant_order_id,
        "buyer": document.ship_to.name,
        "email": document.ship_to.email,
        "country": document.ship_to.country.code(),
        "total": document.totals.grand.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_may_be_written_short() {
        for (text, status) in [
            ("IGLOBAL_ORDER_ON_HOLD", OrderStatus::OnHold),
            ("on_hold", OrderStatus::OnHold),
            ("on hold", OrderStatus::OnHold),
            ("fraud-review", OrderStatus::FraudReview),
            ("shipped", OrderStatus::Shipped),
            ("canceled", OrderStatus::Cancelled),
            ("preparing_order", OrderStatus::Preparing),
        ] {
            assert_eq!(read_status(text).map_err(|failure| failure.text), Ok(status), "{text}");
        }
        let told = read_status("lost").expect_err("no status").text;
        assert!(told.contains("IGLOBAL_FRAUD_REVIEW"), "{told}");
    }
}
