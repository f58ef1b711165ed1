//! `crossdock stock list`.

use clap::Args;
use crossdock_app::App;
use crossdock_domain::wholesale::{ProductId, WarehouseId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::commands::options::WholesalerOption;
use crate::commands::product::{PAGE, name_of};
use crate::control::Command;
use crate::exit::Failure;
use crate::output::Fields;

pub(super) const COLUMNS: Fields<'_> = &[
    ("size", "code"),
    ("product", "name"),
    ("warehouse", "warehouse"),
    ("quantity", "quantity"),
    ("reserved", "reserved"),
    ("available", "disposition"),
    ("EAN", "producer_code"),
];

/// `stock list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Only stocks of which no more than this is available
    #[arg(long, value_name = "QUANTITY", allow_negative_numbers = true)]
    low: Option<Decimal>,
    /// Only stocks of this warehouse
    #[arg(long, value_name = "ID")]
    warehouse: Option<WarehouseId>,
    /// Most stocks to list
    #[arg(long, default_value_t = 1000)]
    limit: usize,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let wholesaler = self.wholesaler.find(app).await?;
        let hub = app.hub();
        let mut rows = Vec::new();
        let mut after = ProductId(0);
        while rows.len() < self.limit {
            let products = hub.catalogue().products(wholesaler, after, None, PAGE).await?;
            let Some(last) = products.last() else { break };
            after = last.id;
            let sizes = || products.iter().flat_map(|product| product.sizes.iter().map(move |size| (product, size)));
            let stocks = hub.stock().get(wholesaler, sizes().map(|(_, size)| size.id.clone()).collect()).await?;
            for stock in stocks {
                let Some((product, size)) = sizes().find(|(_, size)| size.id == stock.variant) else { continue };
                for level in &stock.levels {
                    let here = self.warehouse.is_none_or(|wanted| wanted == level.warehouse);
                    let low = self.low.is_none_or(|low| level.available().to_decimal() <= low);
                    if here && low && rows.len() < self.limit {
                        rows.push(json!({
                            "code": size.id.to_string(),
                            "name": name_of(product),
                            "producer_code": size.producer_code,
                            "warehouse": level.warehouse,
                            "quantity": level.quantity,
                            "reserved": level.reserved,
                            "disposition": level.available(),
                        }));
                    }
                }
            }
        }
        Ok(rows.into())
    }
}
