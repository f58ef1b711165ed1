//! `crossdock supply-order list`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::{Page, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{SupplyOrder, SupplyOrderDocument};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::read_status;
use crate::commands::options::{AccountRef, WholesalerOption};
use crate::control::Command;
use crate::exit::Failure;
use crate::output::Fields;

pub(super) const COLUMNS: Fields<'_> = &[
    ("order", "order_id"),
    ("placed", "placed_at"),
    ("status", "status"),
    ("recipient", "recipient"),
    ("city", "city"),
    ("lines", "lines"),
    ("total", "total"),
    ("shop", "shop"),
    ("courier", "courier"),
    ("shop's number", "external_id"),
];

/// `supply-order list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    pub(super) wholesaler: WholesalerOption,
    /// Only orders of this shop account: its login or number
    #[arg(long, value_name = "LOGIN")]
    account: Option<AccountRef>,
    /// Only orders in this status
    #[arg(long, value_name = "STATUS")]
    status: Option<String>,
    /// Only orders with this consignment or parcel number
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// Most orders to list, up to 100
    #[arg(long, default_value_t = 50)]
    limit: i64,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let account = match self.account {
            Some(account) => Some(account.find(app, wholesaler).await?.id),
            None => None,
        };
        let statuses = self.status.map(|code| read_status(&code)).transpose()?.into_iter().collect();
        let page = Page::new(None, Some(self.limit));
        let query = SupplyOrderQuery { statuses, page, ..SupplyOrderQuery::default() };
        let query = StaffOrderQuery { account, parcel_number: self.number, query, ..StaffOrderQuery::default() };
        Ok(app.hub().orders().search(wholesaler, query).await?.items.iter().map(summary).collect())
    }
}

/// Name of the shop as it is billed; its login when it has given none.
fn shop(document: &SupplyOrderDocument) -> String {
    let billing = &document.billing;
    let person = format!("{} {}", billing.first_name, billing.last_name);
    let names = [billing.firm.as_str(), person.trim(), &document.login];
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default().to_owned()
}

pub(super) fn summary(order: &SupplyOrder) -> Value {
    let address = &order.delivery.address;
    json!({
        "order_id": order.order_id(),
        "serial": order.serial,
        "external_id": order.external_id,
        "shop": shop(&order.document),
        "status": order.status.code(),
        "dropshipping_status": order.dropshipping().code(),
        "placed_at": order.placed_at.to_rfc3339(),
        "changed_at": order.changed_at.to_rfc3339(),
        "dispatched_at": order.dispatched_at.map(Timestamp::to_rfc3339),
        "courier": order.delivery.courier_name,
        "recipient": format!("{} {}", address.first_name, address.last_name).trim(),
        "city": address.city,
        "country": address.country.code(),
        "lines": order.document.lines.len(),
        "total": order.document.amounts.total().map(|total| total.to_string()).unwrap_or_default(),
    })
}
